"""A word written on the image: whether the model believes the writing rather than the image.

Goh et al. 2021, "Multimodal Neurons in Artificial Neural Networks", section 5, called it a typographic attack: an apple
with a note that says iPod. The note itself hides a part of the image, so every image is judged three times: as it is,
with a blank note, and with the word on it. Only what the last differs in from the second is the word's doing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from demos.clip.data import LoadedImage
from demos.clip.prompts import ARTICLE
from demos.clip.zero_shot import Matcher, Score
from demos.common.errors import BadInput

LONGEST = 24  # characters of a note
HEIGHT, WIDTH, FOOT = (
    0.24,
    0.92,
    0.04,
)  # of the note and of what is left below it, as parts of the image's central square
LARGEST = 0.72  # of the letters, as a part of the note's height


@dataclass(frozen=True)
class Written:
    """One image and one word: the scores of all guesses, the best first, of the image as it is (`plain`), with a blank
    note (`blank`), and with the word on it (`noted`)."""

    word: str
    plain: list[Score]
    blank: list[Score]
    noted: list[Score]

    @property
    def verdict(self) -> str:
        """`right_before`: the word was the best guess anyhow. `fooled`: with the word on the note it is the best, with
        a blank note it is not. `note`: a blank note is enough. `not_fooled`: it is not the best."""
        best = [scores[0].label == self.word for scores in (self.plain, self.blank, self.noted)]
        if best[0]:
            return "right_before"
        if not best[2]:
            return "not_fooled"
        return "note" if best[1] else "fooled"

    @property
    def pull(self) -> float:
        """By how much the writing, blank note against noted, raises the cosine of its word."""
        return _of(self.noted, self.word).similarity - _of(self.blank, self.word).similarity


def write(image: Image.Image, text: str) -> Image.Image:
    """A copy with a white note near the foot of the central square, and `text` on it in black.

    Raises BadInput for a text that is longer than LONGEST or has letters that Pillow's own font lacks.
    """
    if len(text) > LONGEST:
        raise BadInput("clip.why_note_long", limit=LONGEST)
    if any(not _is_drawn(letter) for letter in text):
        raise BadInput("clip.why_note_letters")
    side = min(image.size)
    left, top = ((length - side) / 2 for length in image.size)
    box = [left + side * (1 - WIDTH) / 2, top + side * (1 - FOOT - HEIGHT)]
    box += [box[0] + side * WIDTH, box[1] + side * HEIGHT]
    noted = image.copy()
    draw = ImageDraw.Draw(noted)
    draw.rectangle(box, fill="white")
    if text.strip():
        size = side * HEIGHT * LARGEST
        size *= min(1, 0.92 * side * WIDTH / max(_font(size).getlength(text), 1e-9))
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        draw.text(middle, text, fill="black", font=_font(size), anchor="mm")
    return noted


def attack(
    matcher: Matcher,
    image: LoadedImage,
    word: str,
    labels: Sequence[str],
    templates: Sequence[str],
    fit: str = "centre",
) -> Written:
    """The scores of the three images among `labels` and the word itself, which is a guess too.

    On the note it stands without its article: "a bus" is written "bus". Raises as `write` does.
    """
    among = [*labels, *([] if word in labels else [word])]
    images = [image, _noted(image, ""), _noted(image, note_of(word))]
    return Written(word, *matcher.match(images, among, templates, fit))


def note_of(label: str) -> str:
    """What is written for a guess: the guess without its article."""
    return ARTICLE.sub("", label) or label


def attacks(
    matcher: Matcher,
    images: Iterable[LoadedImage],
    labels: Sequence[str],
    templates: Sequence[str],
    fit: str = "centre",
) -> Iterator[Written]:
    """Every guess written on every image for which it is not the best one, one after the other."""
    for image in images:
        [plain] = matcher.match([image], labels, templates, fit)
        for label in labels:
            note = note_of(label)
            if label != plain[0].label and len(note) <= LONGEST and all(map(_is_drawn, note)):
                yield attack(matcher, image, label, labels, templates, fit)


def _noted(image: LoadedImage, text: str) -> LoadedImage:
    key = hashlib.sha256(f"{image.key} noted {text}".encode()).hexdigest()
    return LoadedImage(image.name, key, write(image.image, text))


def _of(scores: Sequence[Score], label: str) -> Score:
    return next(score for score in scores if score.label == label)


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's own font, in every wheel of it
    return font


def _is_drawn(letter: str) -> bool:
    """Whether it is printable ASCII, which Pillow's own font has all of."""
    return letter.isascii() and letter.isprintable()
