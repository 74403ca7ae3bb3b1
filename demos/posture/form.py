"""Form: is a repetition like those that a visitor calls good, or like the bad ones? One layer that learns in seconds.

The network of `model.py`, which is left as it is, looks at the repetition; what its convolutions found goes into one
linear layer (Donahue et al. 2014, DeCAF, arXiv:1310.1531), learned by `teach/learn_form.py`.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from demos.common.errors import BadInput
from demos.common.scheduling.threads import single_threaded
from demos.posture.coach.demands import OF_ITS_ANGLE
from demos.posture.coach.repetitions import Repetition
from demos.posture.data import poses_around, repetition_window
from demos.posture.exercises import Exercise
from demos.posture.learn import load_network
from demos.posture.model import ExerciseNet
from demos.posture.pose.landmarks import Pose

GOOD, BAD, NOT_SURE = "good", "bad", "not_sure"  # what is said of a repetition; the percentage stands after the colon
SURE = 0.75  # probability from which it is believed
LARGEST = 64_000  # bytes of a file
FURTHEST = 1000.0  # no weight is larger


@dataclass(frozen=True, eq=False)
class FormHead:
    """The layer: `weight` (2W,) and `bias` () of the logit that a repetition is good."""

    weight: Tensor
    bias: Tensor

    def probabilities(self, found: Tensor) -> Tensor:
        """(N,) that each of N repetitions is good, from what `look` found of them, (N, 2W)."""
        return (found @ self.weight + self.bias).sigmoid()

    def opinion(self, exercise: Exercise, attempt: Repetition, poses: Iterable[Pose]) -> tuple[str, ...]:
        """("good:93",), ("bad:88",) or ("not_sure:55",), with the probability in percent; () where nothing can be said.

        Of "not_sure" it is that of being good. `exercise` is there for `second_opinion.Opinions`.
        """
        if attempt.rejection is not None and attempt.rejection.cue not in OF_ITS_ANGLE:
            return ()  # to the rules it is none of this exercise
        seen = poses_around(poses, attempt.start, attempt.end)
        if seen is None:
            return ()
        window = repetition_window(*seen, attempt.start, attempt.end)
        good = float(self.probabilities(look(window[None]))[0])
        if max(good, 1 - good) < SURE:
            return (f"{NOT_SURE}:{round(100 * good)}",)
        return (f"{GOOD}:{round(100 * good)}",) if good > 0.5 else (f"{BAD}:{round(100 * (1 - good))}",)


@torch.no_grad()
def look(windows: np.ndarray) -> Tensor:
    """(N, 2W): what the network finds in repetitions (N, STEPS, FEATURES), the same in the mirror."""
    network, straight = _network(), torch.from_numpy(windows)
    with single_threaded():
        both = torch.cat([straight, straight[..., network.swap]])  # type: ignore[index]
        found = network.pooled(network.moves(both.transpose(1, 2)))  # (2N, 2W)
    return found.view(2, len(windows), -1).mean(0)


@cache
def _network() -> ExerciseNet:
    return load_network()


@cache
def network_digest() -> str:
    """Names the network that a head was learned on: on another one its weights mean nothing."""
    values = _network().moves.state_dict().values()
    return hashlib.sha256(b"".join(value.numpy().tobytes() for value in values)).hexdigest()[:16]


def write(head: FormHead, exercise: str = "") -> bytes:
    """The head as safetensors; `exercise`: the TOML file that it belongs to, kept beside it.

    What is said of it is one entry of the metadata: of several safetensors would choose the order anew each time.
    """
    about = json.dumps({"network": network_digest(), "exercise": exercise}, ensure_ascii=False)
    return save({"weight": head.weight, "bias": head.bias}, {"about": about})


def as_text(head: FormHead | None) -> str:
    """`write` in base64 for a page to hold; "" for none."""
    return b64encode(write(head)).decode() if head else ""


def read(data: bytes) -> tuple[FormHead, str]:
    """The head in a file that a visitor brings, and the TOML file beside it. Raises BadInput for any other."""
    if len(data) > LARGEST:
        raise BadInput("posture.teach_form_large", limit=LARGEST // 1000)
    width = 2 * _network().phase.in_channels
    try:
        tensors = load(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        about = json.loads(header["__metadata__"]["about"])
        network, exercise = str(about["network"]), str(about["exercise"])
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("posture.teach_form_wrong") from error
    shapes = {name: (tuple(value.shape), value.dtype) for name, value in tensors.items()}
    if shapes != {"weight": ((width,), torch.float32), "bias": ((), torch.float32)}:
        raise BadInput("posture.teach_form_wrong")
    if not all(bool((value.abs() <= FURTHEST).all()) for value in tensors.values()):
        raise BadInput("posture.teach_form_wrong")
    if network != network_digest():
        raise BadInput("posture.teach_form_other_network")
    return FormHead(tensors["weight"], tensors["bias"]), exercise


def is_written(data: bytes) -> bool:
    """Whether a file looks as `write` makes them: safetensors begin with a length and a JSON object."""
    return data[8:9] == b"{"
