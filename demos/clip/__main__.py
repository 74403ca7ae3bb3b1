"""CLIP on the command line: match, evaluate, search, train."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from demos.common import cli, validate
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.ray_cluster import OPTION, check
from demos.common.whole_file import write_text

app = cli.new(
    "Images and words in one space. --model is embedded, an open_clip name such as ViT-B-32/laion2b_s34b_b79k, "
    "hf-hub:owner/name, or a folder in open_clip's format. Exit code 2 when an input could not be used; the other "
    "images are answered all the same."
)
Model = Annotated[str, typer.Option(help="embedded, an open_clip name, hf-hub:owner/name, or a folder.")]
Wording = Annotated[str, typer.Option("--templates", help="everyday, photo, seven, eighty or none.")]
OwnWording = Annotated[list[str] | None, typer.Option("--template", help="Your own, {} for the label; repeatable.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Offline = Annotated[bool, typer.Option(help="Never download anything.")]
Ray = Annotated[str | None, typer.Option(help=OPTION)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@app.command()
def match(
    images: Annotated[
        list[Path], typer.Argument(help="Image files, and folders with images in them.", show_default=False)
    ],
    labels: Annotated[
        list[str] | None,
        typer.Option(help='A label to compare with; repeatable. "a, b" is one label with a comma in it, not two.'),
    ] = None,
    model: Model = "embedded",
    templates: Wording = "everyday",
    template: OwnWording = None,
    fit: Annotated[str, typer.Option(help="What the model sees: the centre, the whole, or tiles.")] = "centre",
    scoring: Annotated[str, typer.Option(help="As it was trained, softmax, or independent of each other.")] = "trained",
    examples: Annotated[
        Path | None, typer.Option(help="Labels made of images, a file that the view “By example” saved.")
    ] = None,
    mix: Annotated[
        float | None, typer.Option(help="How much their images count beside their words, 0 to 1; else as in the file.")
    ] = None,
    top: Annotated[int, typer.Option(help="Labels to show for each image.")] = 5,
    device: Device = "auto",
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Which of the labels fits each image?

    JSON: model; parameters; templates (list); images, each {image, labels: [{label, similarity, probability, low, high,
    crop}, best first], none_of_these}; cut_short (labels longer than the model reads); errors, each {image, error}.
    similarity is a cosine; probability the softmax over the labels given, or of each label alone; low and high what it
    would be with one template alone; crop the number of the part that fits best; none_of_these how probably no label
    fits. With --examples also examples: mix, made_anew (the file is another model's, so its vectors were made of its
    small images), labels, each {name, words, examples (how many)}, and leave_one_out {right, judged}: how many examples
    are known by labels made without them.
    """
    import sys

    from demos.clip import prompts
    from demos.clip.match.answers import Question, answer

    wording = _wording(templates, template)
    guesses = prompts.read_labels(labels or []) if labels or not examples else []
    validate.whole("--top", top, 1, prompts.MAX_LABELS)
    if mix is not None:
        validate.number("--mix", mix, 0, 1)
    question, weights, about = Question(guesses, wording, fit, scoring), None, {}
    files = _image_files(images)
    matcher = _matcher(model, device, offline)
    cut = matcher.cut_short(guesses, wording)
    if examples:
        from demos.clip.examples import from_file

        asked = from_file.ask(matcher, examples, guesses, wording, mix, fit, scoring)
        question, weights, about = asked.question, asked.weights, {"examples": asked.told}
        if asked.told["made_anew"]:
            print(text("clip.examples_opened_anew", count=len(asked.told["labels"])), file=sys.stderr)
    answers: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = [{"label": label, "error": text("clip.cut_short", label=label)} for label in cut]
    for one in answer(matcher, question, files, weights=weights):
        if one.error is not None:
            errors.append({"image": str(one.file.path), "error": str(one.error)})
            continue
        best = [asdict(judged) for judged in one.labels[:top]]
        answers.append({"image": str(one.file.path), "labels": best, "none_of_these": one.none_of_these})
    width = max(len(label) for label in question.labels)
    lines = []
    for shown in answers:
        lines.append(f"{shown['image']}  (none of these: {shown['none_of_these']:.0%})")
        for score in shown["labels"]:
            bar = "█" * round(30 * score["probability"])
            lines.append(
                f"  {score['label']:{width}}  {score['probability']:6.1%}  cos {score['similarity']:+.3f}  {bar}"
            )
    unread = [error for error in errors if "image" in error]
    result = {"model": model, "parameters": matcher.parameters, "templates": list(wording)}
    result |= {"images": answers, "cut_short": cut, "errors": unread, **about}
    cli.emit(result, "\n".join(lines), as_json)
    _end([error for error in errors if "label" in error], fatal=False)
    _end(unread)


def _image_files(paths: list[Path]) -> list[Any]:
    """The files named, and those in the folders named. Raises BadInput for a folder without images."""
    from demos.clip import data

    files = []
    for path in paths:
        inside = [path] if not path.is_dir() else list(data.images_in(path))
        if not inside:
            raise BadInput("clip.no_images", name=str(path))
        files += [data.File(file) for file in inside]
    return files


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="FOLDER/<class name>/<images>")],
    model: Model = "embedded",
    templates: Wording = "everyday",
    template: OwnWording = None,
    device: Device = "auto",
    offline: Offline = False,
    ray: Ray = None,
    as_json: Json = False,
) -> None:
    """Zero-shot accuracy on a folder with one subfolder for each class.

    JSON: model; images; classes; top_1, top_5 and per_class (top-1) as shares; skipped (sentences). The same with
    --ray, whose workers compute on their processors; the folder must be at the same path on every machine.
    """
    from demos.clip import folders

    workers, device = _workers(ray, model, device, offline)
    wording = _wording(templates, template)
    found = folders.evaluate(_matcher(model, device, offline), folder, wording, workers, _show_progress)
    lines = [f"{found.images:,} images of {found.classes} classes: top-1 {found.top_1:.1%}, top-5 {found.top_5:.1%}"]
    lines += [f"  {name:30} {share:6.1%}" for name, share in sorted(found.per_class.items(), key=lambda item: -item[1])]
    cli.emit({"model": model} | asdict(found), "\n".join(lines), as_json)
    _end([{"error": sentence} for sentence in found.skipped], fatal=False)


@app.command()
def search(
    folder: Annotated[Path, typer.Argument(help="Searched with all folders in it.")],
    query: Annotated[
        str,
        typer.Argument(help='What the images should show: "a dog", "2:dog + beach - people", "[photo.jpg] + snow".'),
    ],
    top: Annotated[int, typer.Option(help="Images to show.")] = 10,
    index: Annotated[
        Path | None, typer.Option(help="Where vectors are kept for the next search; else in your cache folder.")
    ] = None,
    keep: Annotated[bool, typer.Option(help="Keep vectors, and use those that are kept.")] = True,
    model: Model = "embedded",
    device: Device = "auto",
    offline: Offline = False,
    ray: Ray = None,
    as_json: Json = False,
) -> None:
    """The images in a folder that fit a query best. An image's vector is computed once, and kept.

    A query is words; several are added (+) and subtracted (-), with weights in front (2:dog). An image in square
    brackets is a path, or a name in the folder. Quotation marks keep signs as they are.

    JSON: model; text; images, each {image, similarity, fits}, the best first; looked_at (images); computed (vectors
    that were not kept from before); skipped (sentences). fits says whether the image fits a word of the query better
    than other words, null for a query without words; where it is false everywhere, nothing in the folder fits. The
    same with --ray, whose workers compute on their processors; the folder must be at the same path on every machine.
    """
    from demos.clip.gallery import query as queries
    from demos.clip.gallery import saved, search_folder

    queries.parse(query)  # before a model is opened
    workers, device = _workers(ray, model, device, offline)
    kept = (index or saved.cache_folder()) if keep else None
    for event in search_folder.search(_matcher(model, device, offline), folder, query, top, kept, workers):
        if isinstance(event, search_folder.Progress):
            _show_progress(event.done, event.total)
            continue
        lines = [f"{each.similarity:+.3f}  {each.image}{'  ?' if each.fits is False else ''}" for each in event.found]
        if all(each.fits is False for each in event.found):
            lines.append("Nothing here fits; these are the nearest.")
        elif any(each.fits is False for each in event.found):
            lines.append("? fits no better than other words do.")
        images = [asdict(each) for each in event.found]
        result: dict[str, Any] = {"model": model, "text": query, "images": images}
        result |= {"looked_at": event.images, "computed": event.computed, "skipped": event.skipped}
        cli.emit(result, "\n".join(lines), as_json)
        _end([{"error": line} for line in event.skipped], fatal=False)


@app.command()
def examples(
    folder: Annotated[Path, typer.Argument(help="Made if it is not there.")],
    as_json: Json = False,
) -> None:
    """Put four photos to try into FOLDER, one subfolder for each class.

    JSON: images (paths).
    """
    from demos.clip.images.example_photos import copy_to

    images = [str(path) for path in copy_to(folder)]
    cli.emit({"images": images}, "\n".join(images), as_json)


@app.command()
def labels(
    folder: Annotated[Path, typer.Argument(help="FOLDER/<label>/<images>")],
    out: Annotated[Path, typer.Option(help="The file of labels.")],
    words: Annotated[bool, typer.Option(help="A folder's name is also what its label says in words.")] = True,
    mix: Annotated[float, typer.Option(help="How much the images count beside the words, 0 to 1.")] = 0.5,
    model: Model = "embedded",
    device: Device = "auto",
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Make labels of a few images each, for match --examples and for the view “By example”.

    JSON: file; labels, each {name, words, examples (how many)}; leave_one_out {right, judged}: how many examples are
    known by labels made without them; skipped (sentences).
    """
    from demos.clip.examples import from_file

    validate.number("--mix", mix, 0, 1)
    written, skipped = from_file.make_of_folder(_matcher(model, device, offline), folder, words, mix)
    write_text(out, written.content)
    told = {name: written.told[name] for name in ("labels", "leave_one_out")}
    lines = [f"{each['name']}: {each['examples']} image{'s' * (each['examples'] != 1)}" for each in told["labels"]]
    lines.append("Left out one by one, {right} of {judged} are known.".format(**told["leave_one_out"]))
    cli.emit({"file": str(out), **told, "skipped": skipped}, "\n".join(lines), as_json)
    _end([{"error": sentence} for sentence in skipped], fatal=False)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Made if it is not there; must be empty.")],
    as_json: Json = False,
) -> None:
    """Write the embedded model as a folder that open_clip opens: create_model_and_transforms("local-dir:FOLDER").

    JSON: files (paths).
    """
    from demos.clip.models import export, registry
    from demos.common.models import weights

    files = [str(path) for path in export.for_open_clip(weights.folder_of(registry.FOLDER), folder)]
    cli.emit({"files": files}, "\n".join(files), as_json)


@app.command()
def train(
    corpus: Annotated[Path, typer.Argument(help="Folder of packed images with index.json.")],
    trunk: Annotated[Path, typer.Option(help="EfficientNet-Lite0's weights, a .pth file.")],
    sentences: Annotated[Path, typer.Option(help="Folder of the sentence encoder all-MiniLM-L6-v2.")],
    nouns: Annotated[Path, typer.Option(help="Folder of WordNet's data.noun and index.sense.")],
    out: Annotated[Path, typer.Option(help="Folder for the model, in open_clip's format.")],
    minutes: Annotated[float, typer.Option(help="Length of all stages of the training on this machine.")] = 132,
    threads: Annotated[int, typer.Option(help="Processor threads.")] = 1,
    cache: Annotated[Path | None, typer.Option(help="Where checkpoints are kept; resumes from there.")] = None,
    as_json: Json = False,
) -> None:
    """Train the embedded model, stage by stage. Stop with Ctrl-C; the same command goes on from there.

    JSON: folder, stages {step, seconds}, images (how many it was trained on), accuracy and korean (top-1 share of each
    held-out set, asked in English and in Korean).
    """
    from demos.clip.make import build
    from demos.common.scheduling.threads import process_with

    process_with(threads)
    place = cache or Path.home() / ".cache" / "glassbox" / "clip"
    paths = build.Paths(corpus, trunk, sentences, nouns, place)
    for stage, progress in build.build(paths, minutes):
        if not as_json:
            print(stage, progress, flush=True)
    result = build.finish(paths, out)
    cli.emit({"folder": str(out)} | result, f"{out}: {result}", as_json)


def _matcher(model: str, device: str, offline: bool) -> Any:
    import sys

    from demos.clip.models import registry
    from demos.clip.zero_shot import Matcher
    from demos.common.device import select_device

    for event in registry.open_with_progress(model, select_device(device), offline, local=True):
        if isinstance(event, Matcher):
            return event
        if event.total and sys.stderr.isatty():
            print(f"\r{event.file}: {event.received / event.total:.0%}", end="", file=sys.stderr)
    raise AssertionError("loading ends with a matcher")


def _workers(ray: str | None, model: str, device: str, offline: bool) -> tuple[Any, str]:
    """Who encodes, None for the matcher itself; and the matcher's device, which is then the processor as theirs."""
    check(ray)
    if ray is None:
        return None, device
    if device not in ("auto", "cpu"):
        raise BadInput("clip.ray_on_cpu", device=device)
    from demos.clip.batch_encoding import Workers

    name = str(Path(model).absolute()) if Path(model).is_dir() else model
    return Workers(ray, name, offline, local=True), "cpu"


def _show_progress(done: int, total: int) -> None:
    import sys

    if sys.stderr.isatty():
        print(f"\r{done:,} / {total:,}", end="\n" if done == total else "", file=sys.stderr)


def _wording(name: str, own: list[str] | None) -> tuple[str, ...]:
    from demos.clip import prompts

    return prompts.templates("own", own) if own else prompts.templates(name)


def _end(errors: list[dict[str, Any]], fatal: bool = True) -> None:
    """Say what could not be used, on stderr; exit code 2 if that makes the answer incomplete."""
    import sys

    for error in errors:
        print(error["error"], file=sys.stderr)
    if errors and fatal:
        raise typer.Exit(2)


if __name__ == "__main__":
    cli.run(app)
