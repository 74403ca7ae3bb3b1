"""The card of the exercise network: its figures are those of the file it stands beside."""

from pathlib import Path

import pytest
import torch

from demos.common.models import cards
from demos.posture import learn
from demos.posture.data import FEATURES, STEPS
from demos.posture.learn import Examples
from demos.posture.make import card


def test_the_card_has_a_row_for_each_class_and_all_faults_of_the_carried_network() -> None:
    network = learn.load_network()
    text = card.CARD.read_text(encoding="utf-8")
    measured = text[text.index(cards.begin(card.SCRIPT)) : text.index(cards.END)]
    rows = [line.split("|")[1].strip() for line in measured.splitlines() if line.startswith("| ")]
    with_faults = [name for name in network.classes if name != "other"]
    assert rows == ["class", *network.classes, "exercise", *with_faults]
    for fault in network.faults:
        assert f"{fault.split(':')[1]} " in measured
    assert f"{sum(part.numel() for part in network.parameters()):,} parameters" in text
    assert f"{len(with_faults)} exercises" in text
    assert f"{len(network.faults)} named faults" in text


def test_shares_are_of_what_was_made_and_a_fault_never_made_has_none() -> None:
    torch.manual_seed(0)
    network = learn.new_network(("squat", "other"), ("squat:shallow", "squat:knees_in"))
    windows = torch.randn(8, STEPS, FEATURES)
    nan = float("nan")
    faults = torch.tensor([[1.0, 0.0]] * 2 + [[0.0, 0.0]] * 2 + [[nan, nan]] * 4)
    labels = torch.tensor([0] * 4 + [1] * 4)
    text = card.measured(network, Examples(windows, labels, torch.zeros(8, STEPS), faults))
    best = learn.outputs_of(network, windows).exercise.argmax(-1)
    right = float((best == labels)[:4].float().mean())
    assert f"| squat | 4 | {right:.1%} | {int((best == 0)[4:].sum())} |" in text
    assert f"**{float((best == labels).float().mean()):.1%}** of 8 windows" in text
    assert "knees_in – / 0.0%" in text


def test_a_card_without_a_place_for_figures_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "card.md"
    file.write_text("Nothing here.\n")
    with pytest.raises(ValueError, match="no place"):
        cards.write(file, card.SCRIPT, "figures")
