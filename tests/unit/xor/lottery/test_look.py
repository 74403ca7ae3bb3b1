"""What the lottery's page is told, on results made by hand: no net is trained here."""

import json
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.common.i18n import text
from demos.xor.data import Points
from demos.xor.lottery.look import BINS, encode_net, histogram, message, setting_line
from demos.xor.lottery.lottery import Progress, Result
from demos.xor.lottery.settings import LotterySettings
from demos.xor.lottery.solutions import Solution
from demos.xor.recipe import Recipe
from demos.xor.settings.setup import OPENING

POINTS = Points(np.array([[0.12345678, 1.0], [-2.0, 0.5]]), np.array([0, 1]), (-2.0, 1.5))
SETTINGS = LotterySettings(
    replace(OPENING, recipe=Recipe(hidden=(2, 2), steps=2000, lr=0.25)), hidden=(1, 3), activation=("relu",), seeds=50
)
# The first net of two: 1 … 6 and 7 … 9, then 10 … 12 and 13, as a net of 2, 3 and 1 units holds them.
LAYERS = [
    (torch.stack([torch.arange(1.0, 7).view(2, 3), torch.zeros(2, 3)]), torch.tensor([[[7.0, 8, 9]], [[0, 0, 0]]])),
    (torch.tensor([[[10.0], [11], [12]], [[0], [0], [0]]]).requires_grad_(), torch.tensor([[[13.0]], [[0]]])),
]
ROUND = Solution(True, (1, 1), 15, 31, LAYERS)
STUCK = Solution(False, (2, 1), 5, 8, LAYERS)
RESULTS = (
    Result(3, "relu", (None, *[0] * 14, None, None, None, 1999, None), (ROUND, STUCK)),
    Result(1, "relu", (None,) * 20),
    Result(3, "tanh", (None,) * 20),
)


def told(step: int = 1500, seconds: float | None = 2.6, settings: LotterySettings = SETTINGS) -> dict:
    progress = Progress(step, 2000, RESULTS)
    return json.loads(message(settings, POINTS, progress, "en", version=7, seconds=seconds))


def test_it_runs_until_it_is_over_or_stopped() -> None:
    running, stopped, over = told(), told(seconds=None), told(2000, seconds=0)
    assert [(one["running"], one["over"]) for one in (running, stopped, over)] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert (running["version"], running["share"], running["step"], running["steps"]) == (7, 0.75, 1500, 2000)
    assert (over["share"], told(2000, seconds=None)["running"]) == (1, False)


@pytest.mark.parametrize(
    ("step", "seconds", "key", "values"),
    [
        (0, 9.0, "begun", {"nets": "100"}),
        (0, None, "stopped", {"step": "0", "steps": "2,000"}),
        (1500, 2.6, "running", {"step": "1,500", "steps": "2,000", "seconds": 3}),
        (1500, 0.2, "running", {"step": "1,500", "steps": "2,000", "seconds": 1}),  # never "0 seconds"
        (1500, None, "stopped", {"step": "1,500", "steps": "2,000"}),
        (2000, 0.0, "over", {"nets": "100", "steps": "2,000"}),
        (2000, None, "over", {"nets": "100", "steps": "2,000"}),
    ],
)
def test_the_status_says_how_far_it_is(step: int, seconds: float | None, key: str, values: dict[str, object]) -> None:
    assert told(step, seconds)["status"] == text(f"xor.lottery_{key}", "en", **values)


def test_the_points_are_those_learned_from() -> None:
    shown = told()
    assert (shown["view"], shown["classes"]) == ([-2.0, 1.5], [0, 1])
    assert shown["points"] == [[0.123457, 1.0], [-2.0, 0.5]]


def test_rows_follow_the_activations_and_then_the_widths() -> None:
    rows = told()["rows"]
    assert [(row["activation"], row["hidden"]) for row in rows] == [("tanh", 3), ("relu", 1), ("relu", 3)]
    assert [row["group"] for row in rows] == [text(f"xor.activation_{name}", "en") for name in ("tanh", "relu", "relu")]
    assert [row["name"] for row in rows] == ["3 units", "1 unit", "3 units"]


def test_a_row_says_how_many_solved_it_and_when() -> None:
    none, some = told()["rows"][1:]
    assert (none["share"], none["low"], none["quartiles"], none["solutions"]) == (0, 0, None, [])
    assert none["high"] == pytest.approx(0.1611, abs=5e-5)  # 0 of 20: R. Newcombe, 1998, table I, method 3
    # Like the published row, with its 16.11 in whole percent.
    values = {"units": 1, "activation": none["group"], "solved": 0, "count": 20, "low": "0", "high": "16"}
    assert none["label"] == text("xor.lottery_told", "en", **values)
    assert (some["share"], some["quartiles"]) == (0.75, [0, 0, 0])
    assert (some["low"], some["high"]) == pytest.approx((0.5313, 0.8881), abs=5e-5)  # Wilson's, of 15 in 20
    values = {"units": 3, "activation": some["group"], "solved": 15, "count": 20, "low": "53", "high": "89"}
    assert some["label"] == text("xor.lottery_told", "en", **values)
    assert (some["bins"][0], some["bins"][-1], sum(some["bins"])) == (14, 1, 15)  # step 1999 of 2000 is in the last


def test_the_setting_says_softmax_where_that_is_what_runs() -> None:
    def shown(**choices: object) -> str:
        return setting_line(replace(SETTINGS, setup=replace(OPENING, recipe=Recipe(**choices))), "en")  # type: ignore[arg-type]

    assert "output softmax" in shown(data="rings")
    assert "output sigmoid" in shown(data="rings", loss="squared")
    assert "output sigmoid" in shown(data="xor")


def test_a_solution_opens_as_its_example() -> None:
    solved, stuck = told()["rows"][2]["solutions"]
    assert [(one["solved"], one["seed"], one["count"]) for one in (solved, stuck)] == [(True, 31, 15), (False, 8, 5)]
    assert solved["verdict"] == text("xor.lottery_solved", "en") != stuck["verdict"] == text("xor.lottery_stuck", "en")
    assert solved["found"] == text("xor.lottery_found", "en", count=15, of=20)
    assert solved["net"].startswith("2–3–3–1 ")  # the recipe has two hidden layers
    assert solved["spec"] == {"model": "mlp", "activation": "relu", "widths": [2, 3, 3, 1], "features": ["x1", "x2"]}
    assert solved["weights"] == encode_net(LAYERS)


def test_the_weights_of_a_net_are_in_the_order_of_its_layers() -> None:
    assert np.frombuffer(b64decode(encode_net(LAYERS)), dtype="<f4").tolist() == list(range(1, 14))


def test_bins_are_even_on_a_logarithmic_axis() -> None:
    """Of 2²⁸ − 1 steps bin k holds those from 2ᵏ − 1 on: 1 + step doubles from one bin to the next."""
    most = 2**28 - 1
    assert histogram(tuple(2**power for power in range(28)), most) == [0] + [2] + [1] * 26
    assert histogram((0, None, most, most), most) == [1] + [0] * 26 + [2]


def test_every_net_that_solved_it_is_in_a_bin() -> None:
    assert sum(histogram(tuple(range(1, 501)), 500)) == 500
    assert len(histogram((), 500)) == BINS


def test_what_the_result_hangs_on_stands_in_one_line() -> None:
    names = ["data_xor", "loss_cross_entropy", "init_xavier", "optimiser_adam", "output_sigmoid"]
    line = setting_line(SETTINGS, "en")
    assert all(text(f"xor.{name}", "en") in line for name in names)
    assert line.endswith(" 0.25")
    own = replace(SETTINGS, setup=replace(SETTINGS.setup, points=((0.0, 0.0, 0), (1.0, 1.0, 1))))
    of_own = setting_line(own, "en")
    assert of_own.startswith(text("xor.lottery_own_points", "en"))
    assert text("xor.data_xor", "en") not in of_own
    assert told(settings=own)["setting"] == of_own != told()["setting"] == line
