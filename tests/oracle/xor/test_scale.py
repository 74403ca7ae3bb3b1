"""Why points in natural units are not learned: their scale. The same points standardised are."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from demos.xor.csv_table import read_csv
from demos.xor.data import Points
from demos.xor.learn import learn_mlp
from demos.xor.settings.setup import OPENING


def people() -> str:
    """Height in cm and weight in kg of 60 women and 60 men."""
    random = np.random.default_rng(1)
    rows = [
        f"{random.normal(tall, 6):.1f},{random.normal(heavy, 6.5):.1f},{who}"
        for tall, heavy, who in ((162, 55, "f"), (175, 74, "m"))
        for _ in range(60)
    ]
    return "\n".join(rows)


def pixels() -> str:
    """XOR of two brightnesses from 0 to 255: four clouds of 30 points."""
    random = np.random.default_rng(1)
    corners = [(a, b) for a in (60, 200) for b in (60, 200)] * 30
    return "\n".join(f"{random.normal(a, 12):.1f},{random.normal(b, 12):.1f},{int(a != b)}" for a, b in corners)


def standardised(points: Points) -> Points:
    """Each coordinate with mean 0 and standard deviation 1."""
    return replace(points, x=(points.x - points.x.mean(0)) / points.x.std(0))


@pytest.mark.parametrize(("table", "raw", "scaled"), [(people, 0.5, 0.97), (pixels, 0.75, 1.0)])
def test_the_opening_net_learns_natural_units_only_standardised(
    table: Callable[[], str], raw: float, scaled: float
) -> None:
    points = read_csv(table())
    *_, as_given = learn_mlp(points, OPENING.recipe)
    *_, last = learn_mlp(standardised(points), OPENING.recipe)
    assert as_given.accuracy == pytest.approx(raw, abs=0.02)
    assert last.accuracy >= scaled
