"""Learning good from bad: a few recordings of each in, a FormHead out, and how often it is right on what it left out.

Few repetitions are made many: turned a little, with the depth guessed otherwise, trembling as landmarks do, cut a
little earlier or later, with the offsets by which bodies differ. The mirror is in the network (`form.look`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from demos.common.errors import BadInput
from demos.common.scheduling.threads import single_threaded
from demos.posture.data import repetition_window
from demos.posture.form import SURE, FormHead, look
from demos.posture.learn import OFFSET
from demos.posture.teach.performed import Performed

COPIES = 12  # of each repetition
TURN, TILT = 8.0, 4.0  # degrees of the camera, and by which a guessed body leans as a whole, standard deviations
FLATTENED = (0.75, 1.15)  # the least and the largest share of its depth that is guessed
TREMBLE = np.array([0.008, 0.008, 0.02])  # metres by which a landmark is off, standard deviation
WANDER = 0.15  # seconds over which such errors last
CUT = 0.08  # share of a repetition by which its ends are found elsewhere, standard deviation
SMOOTH = 0.05  # of the labels
DECAY = 0.01  # of the weights


@dataclass(frozen=True)
class Learning:
    """How far it is: `done` of `of` steps. The last one carries the `head` and what was measured.

    left_out: "recording" or "repetition", each of which was judged by what was learned from the others; "" where there
    are too few. right and unsure: of the `tried` repetitions that were judged so.
    """

    done: int
    of: int
    head: FormHead | None = None
    recordings: int = 0
    good: int = 0
    bad: int = 0
    left_out: str = ""
    tried: int = 0
    right: int = 0
    unsure: int = 0


def learn(recordings: Sequence[tuple[bool, Sequence[Performed]]], seed: int = 0) -> Iterator[Learning]:
    """Learn from recordings, each good (True) or bad, with its repetitions; a record after each step.

    Raises BadInput if one of the two is missing.
    """
    labels = [good for good, repetitions in recordings for _ in repetitions]
    owners = [owner for owner, (_, repetitions) in enumerate(recordings) for _ in repetitions]
    if len(set(labels)) < 2:
        raise BadInput("posture.teach_form_both")
    folds, left_out = _folds(labels, owners)
    random, of = np.random.default_rng(seed), len(labels) + len(folds) + 1
    copies, plain = [], []
    for one in (one for _, repetitions in recordings for one in repetitions):
        copies.append(look(np.stack([_varied(one, random) for _ in range(COPIES)])))
        plain.append(look(repetition_window(one.seconds, one.world, one.start, one.end)[None])[0])
        yield Learning(len(copies), of)
    right = unsure = tried = 0
    for number, fold in enumerate(folds, 1):
        others = [index for index in range(len(labels)) if index not in fold]
        head = fit([copies[index] for index in others], [labels[index] for index in others])
        for index in fold:
            good = float(head.probabilities(plain[index][None])[0])
            tried += 1
            unsure += max(good, 1 - good) < SURE
            right += max(good, 1 - good) >= SURE and (good > 0.5) == labels[index]
        yield Learning(len(labels) + number, of)
    numbers = (len(set(owners)), sum(labels), len(labels) - sum(labels))
    yield Learning(of, of, fit(copies, labels), *numbers, left_out, tried, right, unsure)


def _folds(labels: Sequence[bool], owners: Sequence[int]) -> tuple[list[list[int]], str]:
    """Which repetitions are left out together: a recording's where two are good and two bad, else each by itself."""
    of_each = [{owner for owner, label in zip(owners, labels, strict=True) if label is good} for good in (True, False)]
    if min(map(len, of_each)) >= 2:
        return [[at for at, each in enumerate(owners) if each == owner] for owner in sorted(set(owners))], "recording"
    if min(labels.count(True), labels.count(False)) >= 2:
        return [[at] for at in range(len(labels))], "repetition"
    return [], ""


def _varied(one: Performed, random: np.random.Generator) -> np.ndarray:
    """The repetition as another camera might have seen it of another body, a window (STEPS, FEATURES)."""
    turn, tilt = np.radians(random.normal(0, TURN)), np.tan(np.radians(random.normal(0, TILT)))
    cos, sin = np.cos(turn), np.sin(turn)
    world = one.world @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    world[..., 2] = random.uniform(*FLATTENED) * world[..., 2] + tilt * world[..., 1]
    keep = np.exp(-np.diff(one.seconds, prepend=one.seconds[0]) / WANDER)
    error = random.normal(size=(33, 3))
    for frame, kept in enumerate(keep):
        error = kept * error + np.sqrt(1 - kept**2) * random.normal(size=(33, 3))
        world[frame] += TREMBLE * error
    start, end = np.array([one.start, one.end]) + random.normal(0, CUT * (one.end - one.start), 2)
    window = repetition_window(one.seconds, world, start, end)
    return (window + OFFSET * random.normal(size=(1, window.shape[-1]))).astype(np.float32)


def fit(found: Sequence[Tensor], labels: Sequence[bool]) -> FormHead:
    """Logistic regression on what was found of each repetition's copies (K, 2W); good and bad count the same."""
    rows = torch.cat(list(found))
    wanted = torch.tensor([float(label) for label, copies in zip(labels, found, strict=True) for _ in copies])
    middle, spread = rows.mean(0), rows.std(0)
    spread = spread + 0.05 * rows.std()
    scaled = (rows - middle) / spread
    share = wanted.mean()
    importance = torch.where(wanted > 0.5, 0.5 / share, 0.5 / (1 - share))
    weight, bias = torch.zeros(rows.shape[1], requires_grad=True), torch.zeros((), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=100)

    def loss() -> Tensor:
        optimiser.zero_grad()
        smooth = wanted * (1 - 2 * SMOOTH) + SMOOTH
        cross = F.binary_cross_entropy_with_logits(scaled @ weight + bias, smooth, weight=importance)
        value = cross + DECAY / 2 * weight.square().sum()
        value.backward()
        return value

    with single_threaded():
        optimiser.step(loss)
    unscaled = (weight / spread).detach()
    return FormHead(unscaled, (bias - unscaled @ middle).detach())
