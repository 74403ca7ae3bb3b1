"""Measures on labelled photos how far a guess has to fit better than the background words before it is believed.

    python -m demos.clip.make.calibrate FOLDER

FOLDER holds photos.json, a list of {"file", "split", "en", "ko", "also_en", "also_ko", "wrong_en", "wrong_ko"}: what is
right, what is right too, and sensible guesses that are wrong, in either language; the photos of the split "calibration"
are learned from, those of "test" are measured. Without photos.json it is FOLDER/<what it shows>/<photos>, where the
names of the other folders are the wrong guesses, and every second photo is one to test.
"""

import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Annotated, Any

import torch
import torch.nn.functional as F
import typer
from torch import Tensor

from demos.clip import data, prompts
from demos.clip.match import background
from demos.clip.match.background import Calibration, above
from demos.clip.models import embedded, registry
from demos.clip.zero_shot import Matcher
from demos.common import cli
from demos.common.errors import BadInput
from demos.common.models import weights

SHARPNESS = (0.0, 0.5, 1.0, 2.0, 4.0)
SAME = (0.6, 0.7, 0.8, 0.9, 2.0)
WRONG_AT_ONCE = 5  # guesses of which none fits

app = cli.new("Measures how far the embedded model's guesses are to be believed.")


@dataclass(frozen=True)
class Photo:
    """A photo with guesses that are right and guesses that are wrong; `test` if it is not to be learned from."""

    file: Path
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    test: bool


def photos(folder: Path, languages: Sequence[str] = ("en", "ko")) -> list[Photo]:
    """One for each photo and language. Raises BadInput for a folder of neither layout."""
    listing = folder / "photos.json"
    if not listing.is_file():
        return _in_folders(folder)
    found = []
    for entry in json.loads(listing.read_text(encoding="utf-8")):
        for language in languages:
            right = (entry[language], *entry.get(f"also_{language}", ()))
            wrong = tuple(entry.get(f"wrong_{language}", ()))
            if entry[language] and wrong:
                found.append(Photo(folder / entry["file"], right, wrong, entry["split"] != "calibration"))
    return found


def _in_folders(folder: Path) -> list[Photo]:
    classes = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    names = [path.name.replace("_", " ") for path in classes]
    found = []
    for number, path in enumerate(classes):
        others = [*names[number + 1 :], *names[:number]][:WRONG_AT_ONCE]
        found += [Photo(file, (names[number],), tuple(others), at % 2 == 1)
                  for at, file in enumerate(data.images_in(path))]  # fmt: skip
    if len(classes) < 2 or not found:
        raise BadInput("clip.no_classes", name=str(folder))
    return found


@dataclass(frozen=True)
class Margins:
    """z − level for N photos, of the guess that fits best in four questions, and which of the photos are tests.

    `right` (N, 2): the right guess alone, and among the wrong ones. `wrong` (N, 2): one wrong guess alone, and all of
    them; none of these fits.
    """

    right: Tensor
    wrong: Tensor
    test: Tensor


class Measured:
    """The photos' cosines to guesses and background words, once and for all."""

    def __init__(self, matcher: Matcher, found: Sequence[Photo]) -> None:
        vectors = list(matcher.encode_files([data.File(photo.file) for photo in found]))
        for vector in vectors:
            if isinstance(vector, BadInput):
                raise vector
        self.photos = found
        self.images = torch.cat([vector for vector in vectors if isinstance(vector, Tensor)])  # (N, E)
        self.words = background.background(matcher)  # (K, E)
        everyday = prompts.templates("everyday")
        labels = list(dict.fromkeys(label for photo in found for label in (*photo.right, *photo.wrong)))
        self.texts = dict(zip(labels, matcher.encode_labels(labels, everyday), strict=True))

    def margins(self, sharpness: float, same: float) -> Margins:
        """As they are with these parameters."""
        right: list[Tensor] = []
        wrong: list[Tensor] = []
        for number, (image, photo) in enumerate(zip(self.images, self.photos, strict=True)):
            best, others = (
                self._above(image, photo.right[:1], sharpness, same),
                self._above(image, photo.wrong, sharpness, same),
            )
            right.append(torch.stack([best[0], torch.maximum(best[0], others.max())]))
            wrong.append(torch.stack([others[number % len(others)], others.max()]))
        return Margins(torch.stack(right), torch.stack(wrong), torch.tensor([photo.test for photo in self.photos]))

    def right_of(self, guesses: int, rounds: int = 100) -> float:
        """The share of right answers among `guesses`: what a photo shows, and names of others drawn at random."""
        random, hits = Random(0), 0
        tested = [(image, photo) for image, photo in zip(self.images, self.photos, strict=True) if photo.test]
        names = sorted({photo.right[0] for _, photo in tested})
        for image, photo in tested:
            fits = {name: float(image @ self.texts[name]) for name in names}
            others = [fits[name] for name in names if name not in photo.right]
            for _ in range(rounds):
                hits += fits[photo.right[0]] > max(random.sample(others, guesses - 1))
        return hits / (rounds * len(tested))

    def _above(self, image: Tensor, guesses: Sequence[str], sharpness: float, same: float) -> Tensor:
        texts = torch.stack([self.texts[label] for label in guesses])
        left = ~background.means_the_same(guesses, texts, self.words, same)
        return above(texts @ image, self.words[left] @ image, sharpness)


def fit(right: Tensor, wrong: Tensor) -> tuple[float, float, float]:
    """Slope and offset of the sigmoid that tells margins of right guesses from those of wrong ones, and its loss.

    Logistic regression by Newton's method (Bishop 2006, section 4.3.3), right and wrong counting alike; the loss is the
    mean cross-entropy in nats.
    """
    inputs = torch.stack([torch.cat([right, wrong]), torch.ones(len(right) + len(wrong))], 1).double()
    truth = torch.cat([torch.ones(len(right)), torch.zeros(len(wrong))]).double()
    weight = torch.where(truth == 1, 0.5 / len(right), 0.5 / len(wrong))
    found = torch.zeros(2, dtype=torch.float64)
    for _ in range(50):
        p = (inputs @ found).sigmoid()
        gradient = inputs.T @ (weight * (p - truth)) + 1e-4 * found
        curvature = (inputs * (weight * p * (1 - p))[:, None]).T @ inputs + 1e-4 * torch.eye(2)
        found = found - torch.linalg.solve(curvature, gradient).clamp(-2, 2)
    loss = float((weight * F.binary_cross_entropy_with_logits(inputs @ found, truth, reduction="none")).sum())
    return float(found[0]), float(found[1]), loss


def calibrate(measured: Measured) -> tuple[Calibration, dict[str, Any]]:
    """The parameters with the smallest loss on the photos to learn from, and what they are worth on the others."""
    tried = []
    for sharpness, same in itertools.product(SHARPNESS, SAME):
        margins = measured.margins(sharpness, same)
        slope, offset, loss = fit(margins.right[~margins.test].flatten(), margins.wrong[~margins.test].flatten())
        if slope > 0:  # a guess that fits better is never believed less
            tried.append((loss, Calibration(sharpness, round(slope, 4), round(offset, 4), same)))
    if not tried:
        raise BadInput("clip.nothing_learned")
    loss, best = min(tried, key=lambda each: each[0])
    margins = measured.margins(best.sharpness, best.same)
    right, wrong = (best.slope * each[margins.test] + best.offset for each in (margins.right, margins.wrong))
    alone, among = (right > 0).float().mean(dim=0).tolist()
    one, all_wrong = (wrong <= 0).float().mean(dim=0).tolist()
    found = {"right_alone": alone, "right_among_wrong": among, "none_of_one_wrong": one, "none_of_all_wrong": all_wrong}
    return best, {
        "questions": int(margins.test.sum()),
        "loss": round(loss, 4),
        **{name: round(share, 4) for name, share in found.items()},
    }


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="Labelled photos that the model was not trained on.")],
    out: Annotated[Path, typer.Option(help="Where the parameters go.")] = background.FILE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Measure how far the embedded model's guesses are to be believed.

    JSON: calibration {sharpness, slope, offset, same}; measured {questions (a photo in a language), loss (of what was
    learned from), and of the photos to test the shares that were answered well: right_alone and right_among_wrong were
    believed by more than a half, none_of_one_wrong and none_of_all_wrong were not; right_of_six: by language, how often
    the right one of six came first, five of them names of other photos}.
    """
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    languages = embedded.languages()
    found, worth = calibrate(Measured(matcher, photos(folder, languages)))
    of_six = {each: round(Measured(matcher, photos(folder, (each,))).right_of(6), 4) for each in languages}
    worth |= {"right_of_six": of_six}
    parameters = {name: value for name, value in asdict(found).items() if name != "measured"}
    result = {"calibration": parameters, "measured": worth}
    stored = {"sha256": weights.manifest()[background.WEIGHTS]["sha256"], **result}
    out.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    cli.emit(result, f"{out}: {worth}", as_json)


if __name__ == "__main__":
    cli.run(app)
