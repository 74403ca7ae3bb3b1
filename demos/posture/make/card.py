"""The measured part of the network's card: `python -m demos.posture.make.card`.

It measures weights/posture/exercise.safetensors on athletes that were never trained on.
"""

from collections import Counter

import torch
from torch import Tensor

from demos.common.models import cards, weights
from demos.posture import learn
from demos.posture.exercises import NETWORK, OTHER
from demos.posture.learn import Examples
from demos.posture.make.train import VALIDATION_SEEDS, dataset, joined
from demos.posture.model import ExerciseNet
from demos.posture.second_opinion import SURE

CARD = weights.FOLDER / "posture" / "exercise.md"
PERFORMANCES = 600
SCRIPT = "demos.posture.make.card"


def measured(network: ExerciseNet, unseen: Examples) -> str:
    """What the network gets right of `unseen`, as Markdown: a table of the exercises, and one of their faults."""
    outputs = learn.outputs_of(network, unseen.windows)
    accuracy, phase_error, _ = learn.measured(network, unseen)
    best, sure = outputs.exercise.argmax(-1), outputs.faults.sigmoid() >= SURE
    made, none = unseen.faults == 1, unseen.faults == 0
    return "\n".join(
        [
            f"The exercise is right in **{accuracy:.1%}** of {len(unseen.labels):,} windows; the phase is off by "
            f"{phase_error:.3f} in the mean (0 to 1).",
            "",
            "| class | windows | right | said though it was not | most often taken for |",
            "|---|---|---|---|---|",
            *(_row(network.classes, number, best, unseen.labels) for number in range(len(network.classes))),
            "",
            f"Over all named faults, a window in which one is made is said to show it, at a probability of {SURE}, in "
            f"{_share(sure, made)};",
            f"one in which it is not made in {_share(sure, none)}. Fault by fault, found of those made / said where "
            "there was none:",
            "",
            "| exercise | faults |",
            "|---|---|",
            *(
                f"| {slug} | {', '.join(_faults(network, slug, sure, made, none))} |"
                for slug in network.classes
                if slug != OTHER
            ),
        ]
    )


def _row(classes: tuple[str, ...], number: int, best: Tensor, labels: Tensor) -> str:
    of_it = labels == number
    right = best == labels
    wrongly = Counter(classes[taken] for taken in best[of_it & ~right].tolist()).most_common(2)
    taken = ", ".join(f"{name} {times}" for name, times in wrongly) or "–"
    said = int(((best == number) & ~of_it).sum())
    return f"| {classes[number]} | {int(of_it.sum()):,} | {_share(right[:, None], of_it[:, None])} | {said} | {taken} |"


def _faults(network: ExerciseNet, slug: str, sure: Tensor, made: Tensor, none: Tensor) -> list[str]:
    return [
        f"{name.split(':')[1]} {_share(sure[:, [column]], made[:, [column]], 0)} / "
        f"{_share(sure[:, [column]], none[:, [column]])}"
        for column, name in enumerate(network.faults)
        if name.startswith(f"{slug}:")
    ]


def _share(which: Tensor, of: Tensor, digits: int = 1) -> str:
    return f"{float((which & of).sum() / of.sum()):.{digits}%}" if of.any() else "–"


def main() -> None:
    """Measure the carried network and write it into its card."""
    network = learn.load_network(NETWORK)
    with torch.inference_mode():
        found = measured(network, joined(dataset(VALIDATION_SEEDS, PERFORMANCES, network.classes)))
    cards.write(CARD, SCRIPT, found)
    print(CARD)


if __name__ == "__main__":
    main()
