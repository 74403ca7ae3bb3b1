"""What a program can ask of CLIP: the command line's match, search, evaluate and labels, on images that it sends."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demos.clip import prompts
from demos.clip.data import File
from demos.clip.match import opening
from demos.clip.models.embedded import NAME as EMBEDDED
from demos.common import validate
from demos.common.errors import BadInput
from demos.common.settings import Settings

if TYPE_CHECKING:
    from demos.clip.zero_shot import Matcher

MOST_IMAGES = 200  # of one call
EXAMPLE_LABELS = "\n".join(opening.LABELS["en"]["things"])


@dataclass(frozen=True)
class Endpoints:
    """Each public method is one, see common/ui/endpoint.py. Files that are handed out lie in the folder `files`."""

    settings: Settings
    files: Path

    def clip_match(
        self,
        images: list[Path] | None = None,
        labels: list[str] | str = EXAMPLE_LABELS,
        templates: str = "everyday",
        template: list[str] | str = "",
        top: int = 5,
        model: str = EMBEDDED,
        fit: str = "centre",
        scoring: str = "trained",
        examples: Path | None = None,
        mix: float | None = None,
        language: str = "en",
        files: list[Path] | None = None,
        own: str = "",
    ) -> dict[str, Any]:
        """Which of the labels fits each image? Zero-shot classification with CLIP: labels are any words.

        Args:
            images: The images, at most 200.
            labels: What the images may show: a list, or one a line.
            templates: How a label is worded: everyday, photo, seven, eighty, none, or own.
            template: Your own templates with {} for the label, a list or one a line; they replace templates.
            top: Labels to tell for each image.
            model: embedded (carried), or where downloads are allowed an open_clip name or hf-hub:owner/name.
            fit: What the model sees of an image: centre, whole or tiles.
            scoring: trained (as the model was), softmax, or independent (each label by itself).
            examples: Labels made of images: a file that clip_labels or the view "By example" wrote.
            mix: How much the images of examples count beside their words, 0 to 1; empty for as in the file.
            language: en or ko, for notes and refusals.
            files: The old name of images.
            own: The old name of template.
        Returns:
            model, parameters, templates, images: each image (its name), labels (label, similarity, probability, low,
            high, crop; the best first) and none_of_these (how probably no label fits), cut_short, errors; with examples
            also examples. Without examples there is what a page shows, too: thumbnail, seen, boxes, notes and others.
        """
        own_templates = _lines(template) or _lines(own)
        wording = self._wording("own" if own_templates else templates, own_templates)
        given = _lines(labels)
        guesses = [] if examples and not given else prompts.read_labels(given)
        top = validate.whole("top", top, 1, prompts.MAX_LABELS)
        if mix is not None:
            mix = validate.number("mix", mix, 0, 1)
        sent = _files(images if images is not None else files)
        from demos.clip.match.answers import Question

        question, matcher = Question(guesses, wording, fit, scoring), self._matcher(model)
        said = {
            "model": model,
            "parameters": matcher.parameters,
            "templates": list(wording),
            "cut_short": list(matcher.cut_short(guesses, wording)),
        }
        if examples:
            return said | self._by_example(matcher, examples, sent, question, mix, top)
        from demos.clip.match import look

        shown = look.answer(matcher, [str(file.path) for file in sent], question, top, language)
        named = [{**each, "image": each["name"]} for each in shown["images"]]
        errors = [{"image": each["image"], "error": each["error"]} for each in named if "error" in each]
        return {**shown, **said, "images": named, "pictures": named, "errors": errors}

    def clip_search(
        self, images: list[Path], query: str, top: int = 10, model: str = EMBEDDED, language: str = "en"
    ) -> dict[str, Any]:
        """Rank images by how well they fit a query in words.

        Args:
            images: The images, at most 200.
            query: What they should show: "a dog", "2:dog + beach - people", "[photo.jpg] + snow" with an image's name.
            top: Images to tell.
            model: embedded (carried), or where downloads are allowed an open_clip name or hf-hub:owner/name.
            language: en or ko, for refusals.
        Returns:
            model, text, images (image, similarity, fits; the best first), looked_at, computed, skipped (sentences).
            fits says whether an image fits a word of the query better than other words do.
        """
        from demos.clip.gallery import query as queries
        from demos.clip.gallery import search_folder

        queries.parse(query)  # before a model is opened
        sent = _files(images)
        places = {file.name: file.path for file in sent}
        names = {str(file.path): file.name for file in sent}
        try:
            *_, found = search_folder.search_files(self._matcher(model), sent, query, top, places.get)
        except search_folder.NoImages as none:
            raise BadInput("clip.none_readable") from none
        assert isinstance(found, search_folder.Answer)
        ranked = [{**asdict(each), "image": names[each.image]} for each in found.found]
        told = {"looked_at": found.images, "computed": found.computed, "skipped": found.skipped}
        return {"model": model, "text": query, "images": ranked, **told}

    def clip_evaluate(
        self,
        images: list[Path],
        classes: list[str],
        model: str = EMBEDDED,
        templates: str = "everyday",
        template: list[str] | str = "",
        language: str = "en",
    ) -> dict[str, Any]:
        """Zero-shot accuracy: how often CLIP names the class of an image.

        Args:
            images: The images, at most 200.
            classes: The class of each image, in the same order.
            model: embedded (carried), or where downloads are allowed an open_clip name or hf-hub:owner/name.
            templates: How a class is worded: everyday, photo, seven, eighty or none.
            template: Your own templates with {} for the class, a list or one a line; they replace templates.
            language: en or ko, for refusals.
        Returns:
            model, images, classes, top_1, top_5 and per_class (top-1) as shares, skipped (sentences).
        """
        from demos.clip.folders import evaluate_classes

        own = _lines(template)
        wording = self._wording("own" if own else templates, own)
        groups = {name: [file.path for file in group] for name, group in _grouped(images, classes).items()}
        found = evaluate_classes(self._matcher(model), groups, wording)
        if found is None:
            raise BadInput("clip.none_readable")
        return {"model": model, **asdict(found)}

    def clip_labels(
        self,
        images: list[Path],
        classes: list[str],
        words: bool = True,
        mix: float = 0.5,
        model: str = EMBEDDED,
        language: str = "en",
    ) -> dict[str, Any]:
        """Make labels of a few images each, for clip_match's examples and for the view "By example".

        Args:
            images: The images, at most 200.
            classes: The label of each image, in the same order.
            words: A label's name is also what it says in words.
            mix: How much the images count beside the words, 0 to 1.
            model: embedded (carried), or where downloads are allowed an open_clip name or hf-hub:owner/name.
            language: en or ko, for refusals.
        Returns:
            file (the labels); labels, each name, words, examples (how many); leave_one_out (right, judged): how many
            examples are known by labels made without them; skipped (sentences).
        """
        from demos.clip.examples import from_file

        mix = validate.number("mix", mix, 0, 1)
        written, skipped = from_file.make_of_classes(self._matcher(model), _grouped(images, classes), words, mix)
        if written is None:
            raise BadInput("clip.none_readable")
        self.files.mkdir(parents=True, exist_ok=True)
        file = Path(tempfile.mkdtemp(dir=self.files)) / "labels.json"
        file.write_text(written.content, encoding="utf-8")
        told = {name: written.told[name] for name in ("labels", "leave_one_out")}
        return {"file": file, **told, "skipped": skipped}

    def _by_example(
        self, matcher: "Matcher", examples: Path, sent: list[File], asked: Any, mix: float | None, top: int
    ) -> dict[str, Any]:
        from demos.clip.examples import from_file
        from demos.clip.match.answers import answer

        made = from_file.ask(matcher, examples, asked.labels, asked.templates, mix, asked.fit, asked.scoring)
        images, errors = [], []
        for one in answer(matcher, made.question, sent, weights=made.weights):
            if one.error is not None:
                errors.append({"image": one.file.name, "error": str(one.error)})
                continue
            best = [asdict(judged) for judged in one.labels[:top]]
            images.append({"image": one.file.name, "labels": best, "none_of_these": one.none_of_these})
        return {"images": images, "errors": errors, "examples": made.told}

    def _wording(self, templates: str, own: Sequence[str]) -> tuple[str, ...]:
        return prompts.templates(templates, own)

    def _matcher(self, model: str) -> "Matcher":
        from demos.clip.models import registry
        from demos.common.device import select_device

        return registry.open_model(model or EMBEDDED, select_device(self.settings.device), self.settings.offline)


def _lines(given: list[str] | str) -> list[str]:
    """A list, or a text with one entry a line."""
    lines = given if isinstance(given, list) else given.split("\n")
    return [line for line in lines if line.strip()]


def _files(images: Sequence[Path] | None) -> list[File]:
    """The images that were sent. Raises BadInput for too many."""
    if len(images or ()) > MOST_IMAGES:
        raise BadInput("common.too_many_entries", name="images", most=MOST_IMAGES, count=f"{len(images or ()):,}")
    return [File(path) for path in images or ()]


def _grouped(images: Sequence[Path], classes: Sequence[str]) -> dict[str, list[File]]:
    """The images of each class, classes in alphabetical order as folders are. Raises BadInput."""
    sent = _files(images)
    if len(sent) != len(classes):
        raise BadInput("clip.class_for_each", images=len(sent), classes=len(classes))
    prompts.read_labels(classes)  # refuses names that cannot be labels
    groups: dict[str, list[File]] = {}
    for name, file in zip(classes, sent, strict=True):
        groups.setdefault(" ".join(name.split()), []).append(file)
    return {name: groups[name] for name in sorted(groups)}
