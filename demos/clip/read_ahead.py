"""What a model has to read before it can answer, piece by piece: the answer then finds the vectors remembered.

So whatever is answered about many images or guesses can be computed in turns with what others compute.
"""

from collections.abc import Iterator, Sequence

from demos.clip.data import File
from demos.clip.zero_shot import Matcher, Seen

IMAGES, SENTENCES = 4, 64  # of a piece
SENTENCE = 1 / 16  # of an image, what it takes to read one
CROPS = 3  # of a photo, by "tiles"
LIGHT = 70_000_000  # images × parameters that are read in less than a second: eight by the embedded model


def read_ahead(
    matcher: Matcher,
    files: Sequence[File] = (),
    labels: Sequence[str] = (),
    templates: Sequence[str] = (),
    *,
    fit: str = "centre",
    seen: Seen | None = None,
) -> Iterator[None]:
    """Read `labels` in each of the `templates`, and the `files` as `Matcher.encode_files` does, a few at a time.

    What was read before takes no time. A file that cannot be read is left to the answer.
    """
    few = max(1, SENTENCES // max(1, len(templates)))
    for start in range(0, len(labels), few):
        matcher.encode_wordings(labels[start : start + few], templates)
        yield None
    for start in range(0, len(files), IMAGES):
        for _ in matcher.encode_files(files[start : start + IMAGES], fit, seen):
            pass
        yield None


def takes_long(matcher: Matcher, images: float, sentences: int = 0) -> bool:
    """Whether to read so many may take over a second; `images` are those that nobody asked this model about before."""
    return (images + SENTENCE * sentences) * matcher.parameters > LIGHT


def is_long(
    matcher: Matcher, files: Sequence[File] = (), labels: Sequence[str] = (), templates: Sequence[str] = (),
    *, fit: str = "centre",
) -> bool:  # fmt: skip
    """`takes_long` for what `read_ahead` would read now."""
    new = len(matcher.unread_files(files, fit)) * (CROPS if fit == "tiles" else 1)
    return takes_long(matcher, new, len(matcher.unread_labels(labels, templates)) * len(templates))
