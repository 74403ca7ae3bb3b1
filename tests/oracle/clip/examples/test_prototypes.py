"""Labels of images and words against a plain loop over bare vectors."""

import numpy as np
import pytest
import torch

from demos.clip.examples import prototypes
from demos.clip.examples.prototypes import Rescale
from tests.clip_fixtures import unit_vectors

E = 24
MIXES = torch.tensor([0.0, 0.3, 0.5, 1.0])
SCALE = Rescale(0.7, -0.1)
# The examples of each label, by their row; a label without words; one example (3) that two labels share.
MEMBERS = [[0, 1, 2, 3], [3, 4], [5], [], [6, 7, 8]]
WORDED = [True, True, True, True, False]


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def score(image: np.ndarray, text: np.ndarray | None, examples: list[np.ndarray], mix: float) -> float | None:
    """The similarity of one image to one label, by the definition."""
    words = None if text is None else float(image @ text)
    if not examples:
        return words
    pictures = SCALE.slope * float(image @ unit(np.mean(examples, axis=0))) + SCALE.offset
    return pictures if words is None else (1 - mix) * words + mix * pictures


@pytest.fixture(scope="module")
def vectors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Examples that lie near their label's words, the words, and other images."""
    texts = unit_vectors(len(MEMBERS), E, 1)
    examples = unit_vectors(9, E, 2) * 0.8
    for label, rows in enumerate(MEMBERS):
        for row in rows:
            examples[row] += 0.25 * texts[label]
    return examples / np.linalg.norm(examples, axis=1, keepdims=True), texts, unit_vectors(7, E, 3)


@pytest.fixture(scope="module")
def labels(vectors) -> tuple[prototypes.Prototypes, torch.Tensor, torch.Tensor]:
    examples, texts, _ = vectors
    member = torch.zeros(len(examples), len(MEMBERS), dtype=torch.bool)
    for label, rows in enumerate(MEMBERS):
        member[rows, label] = True
    rows = torch.from_numpy(examples)
    made = prototypes.prototypes(torch.from_numpy(texts), torch.tensor(WORDED), rows, member, SCALE)
    return made, rows, member


def of(vectors, label: int) -> tuple[np.ndarray | None, list[np.ndarray]]:
    examples, texts, _ = vectors
    return (texts[label] if WORDED[label] else None), [examples[row] for row in MEMBERS[label]]


def test_scores_are_those_of_the_loop(vectors, labels) -> None:
    images = vectors[2]
    found = labels[0].scores(torch.from_numpy(images), MIXES)
    assert found.shape == (4, 7, 5)
    for at, mix in enumerate(MIXES.tolist()):
        for row, image in enumerate(images):
            for label in range(len(MEMBERS)):
                assert float(found[at, row, label]) == pytest.approx(score(image, *of(vectors, label), mix), abs=1e-6)


def test_the_same_scores_are_a_linear_classifiers(vectors, labels) -> None:
    images = torch.from_numpy(vectors[2])
    for at, mix in enumerate(MIXES.tolist()):
        weights, bias = labels[0].weights(mix)
        torch.testing.assert_close(images @ weights.T + bias, labels[0].scores(images, MIXES)[at], atol=1e-6, rtol=0)


def test_at_zero_a_label_with_words_is_zero_shot(vectors, labels) -> None:
    images = torch.from_numpy(vectors[2])
    cosines = images @ torch.from_numpy(vectors[1]).T
    torch.testing.assert_close(labels[0].scores(images, torch.tensor([0.0]))[0, :, :4], cosines[:, :4])


def test_leaving_one_out_is_the_loop(vectors, labels) -> None:
    right, judged = [0] * len(MIXES), 0
    for own, rows in enumerate(MEMBERS):
        for row in rows:
            image = vectors[0][row]
            judged += 1
            for at, mix in enumerate(MIXES.tolist()):
                scores = []
                for label, theirs in enumerate(MEMBERS):
                    text, _ = of(vectors, label)
                    scores.append(score(image, text, [vectors[0][each] for each in theirs if each != row], mix))
                right[at] += all(scores[own] > other for label, other in enumerate(scores) if label != own)
    made, examples, member = labels
    found = prototypes.leave_one_out(made, examples, member, MIXES)
    assert found == prototypes.LeaveOneOut(right, judged, 10)
    assert 0 < min(right) < max(right) <= judged  # so the test can fail


def test_an_example_that_is_all_there_is_of_a_label_cannot_be_judged() -> None:
    """Label 0 has one example and no words; without it nothing is left. The others are judged, and not against it."""
    examples = torch.from_numpy(unit_vectors(3, E, 5))
    member = torch.tensor([[True, False], [False, True], [False, True]])
    made = prototypes.prototypes(torch.zeros(2, E), torch.tensor([False, False]), examples, member)
    found = prototypes.leave_one_out(made, examples, member, MIXES)
    assert (found.judged, found.examples) == (2, 3)
    alone = prototypes.prototypes(
        torch.zeros(1, E), torch.tensor([False]), examples, torch.ones(3, 1, dtype=torch.bool)
    )
    assert prototypes.leave_one_out(alone, examples, torch.ones(3, 1, dtype=torch.bool), MIXES).judged == 0


def test_rescaled_cosines_among_images_have_the_mean_and_spread_of_those_to_words() -> None:
    images = torch.from_numpy(unit_vectors(20, E, 6) * 0.3 + 0.3)
    images = images / images.norm(dim=1, keepdim=True)
    words = torch.from_numpy(unit_vectors(30, E, 7))
    found = prototypes.rescale(images, words)
    pairs = [float(images[i] @ images[j]) for i in range(20) for j in range(20) if i != j]
    across = [float(image @ word) for image in images for word in words]
    moved = found.slope * np.array(pairs) + found.offset
    assert np.mean(pairs) - np.mean(across) > 0.2  # the gap
    assert moved.mean() == pytest.approx(np.mean(across), abs=1e-5)
    assert moved.std(ddof=1) == pytest.approx(np.std(across, ddof=1), abs=1e-5)
