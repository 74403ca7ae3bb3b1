"""Points, recipes and the question whether a line separates them."""

import math
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.common.i18n import strings
from demos.xor.csv_table import read_csv
from demos.xor.data import CORNERS, DATASETS, Dataset, Points, gate, own_points, sample, split
from demos.xor.learn import batches, learn_mlp
from demos.xor.lottery.look import setting_line
from demos.xor.lottery.settings import LotterySettings
from demos.xor.proof.separable import witness
from demos.xor.recipe import TABLES, Recipe, names, train_points, train_test_points
from demos.xor.settings.setup import Setup
from demos.xor.settings.tab import table_choices
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.losses import LOSSES, OUTPUTS
from demos.xor.tables.optimisers import OPTIMISERS
from demos.xor.workers import run_single_threaded


@pytest.mark.parametrize("name", DATASETS)
def test_same_seed_same_points(name: str) -> None:
    one, two, other = (sample(name, 60, 0.1, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.y, two.y)
    assert not np.array_equal(one.x, other.x)


@pytest.mark.parametrize("name", DATASETS)
def test_points_have_all_classes_and_lie_in_the_view(name: str) -> None:
    points = sample(name, 101, 0.8, 0)
    assert points.x.shape == (101, 2)
    assert points.y.shape == (101,)
    if DATASETS[name].values:
        assert points.are_values
        assert 0 <= points.y.min() < 0.2 < 0.8 < points.y.max() <= 1
    else:
        assert set(points.y.tolist()) == set(range(DATASETS[name].classes))
    assert points.classes == DATASETS[name].classes
    low, high = points.view
    assert low < points.x.min()
    assert points.x.max() < high


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("xor", lambda a, b: a != b),
        ("and", lambda a, b: a and b),
        ("or", lambda a, b: a or b),
        ("nand", lambda a, b: not (a and b)),
    ],
)
def test_gates_have_their_truth_table(name: str, rule) -> None:  # type: ignore[no-untyped-def]
    points = sample(name, 4, 0.0, 0)
    assert len({tuple(point) for point in points.x.tolist()}) == 4
    assert [bool(rule(bool(a), bool(b))) for a, b in points.x] == [bool(label) for label in points.y]


def test_the_names_that_links_and_callers_use_are_known() -> None:
    """Names may be added to a table; those that are out there in links, files and calls go on meaning something."""
    newer = {"three_gaussians", "rings", "three_arms", "five_gaussians", "plane", "hills"}
    known = {
        "data": {"xor", "and", "or", "nand", "cloud", "gaussians", "circles", "moons", "spiral", *newer},
        "activation": {"tanh", "relu", "sigmoid", "sine"},
        "init": {"xavier", "he", "uniform", "positive", "zeros"},
        "loss": {"cross_entropy", "squared"},
        "output": {"sigmoid", "tanh", "linear"},
        "optimiser": {"adam", "momentum", "gradient_descent"},
    }
    assert known.keys() == TABLES.keys()
    for field, some in known.items():
        assert some <= TABLES[field].keys()


NEW = {
    "data": Dataset(gate((1, 0, 0, 1)), 4),
    "activation": ACTIVATIONS["tanh"],
    "init": lambda inputs, outputs: (-0.5, 0.5),
    "loss": replace(LOSSES["squared"], outputs=("linear", "tanh")),
    "output": OUTPUTS["linear"],
    "optimiser": OPTIMISERS["momentum"],
}


@pytest.mark.parametrize("field", TABLES)
def test_a_new_entry_of_a_table_is_known_everywhere(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One entry and its words: recipe, training, command line, controls, lottery and link take it from there."""
    monkeypatch.setitem(TABLES[field], "new", NEW[field])  # type: ignore[arg-type]
    monkeypatch.setitem(strings(), f"xor.{field}_new", {"en": "New", "ko": "새것"})
    suits = {"loss": {"output": "tanh"}, "output": {"loss": "squared"}}.get(field, {})
    made = Recipe(**{"steps": 3, field: "new", **suits}).checked()  # type: ignore[arg-type]
    *_, last = learn_mlp(train_points(made), made)
    assert last.step == 3
    assert names(field).endswith("new")
    assert [name for _, name in table_choices(field)] == list(TABLES[field])
    assert Setup.from_link(Setup(made).to_link()).recipe == made
    setting = setting_line(LotterySettings(Setup(made)), "ko")
    assert ("새것" in setting) == (field != "activation")  # each row of the lottery names its own


def test_a_loss_says_which_outputs_it_can_judge() -> None:
    for output in ("tanh", "linear"):
        with pytest.raises(BadInput, match=output):
            Recipe(loss="cross_entropy", output=output).checked()


@pytest.mark.parametrize(
    "wrong",
    [
        {"lr": math.nan},
        {"lr": math.inf},
        {"lr": 0},
        {"noise": -0.1},
        {"hidden": (-3,)},
        {"hidden": (10**9,)},
        {"hidden": (4, 2.5)},
        {"hidden": 4},
        {"hidden": (1, 2, 3, 4, 5)},
        {"count": 10**12},
        {"steps": True},
        {"seed": "0"},
        {"seed": -1},
        {"data": "cats"},
        {"activation": None},
        {"batch": -1},
        {"l1": -0.5},
        {"dropout": 0.81},
        {"dropout": "half"},
        {"l2": math.nan},
        {"test": 1.0},
        {"points_seed": 0.5},
        {"output": "softmax"},
        {"output": "tanh", "loss": "cross_entropy"},
    ],
)
def test_recipe_refuses_in_both_languages(wrong: dict) -> None:
    with pytest.raises(BadInput) as refused:
        Recipe(**wrong).checked()
    assert next(iter(wrong)) in str(refused.value)
    assert refused.value.in_language("ko") != str(refused.value)


def test_recipe_takes_whole_floats_and_fills_defaults() -> None:
    checked = Recipe(data="moons", hidden=(8.0,)).checked()  # type: ignore[arg-type]
    assert isinstance(checked.hidden[0], int)
    assert (checked.count, checked.noise) == (DATASETS["moons"].count, DATASETS["moons"].noise)


@pytest.mark.parametrize("name", DATASETS)
def test_the_split_keeps_every_point_once_and_all_classes(name: str) -> None:
    points = sample(name, DATASETS[name].count, 0.05, 2)
    learn, test = split(points, 0.25, 7)
    assert sorted(map(tuple, [*learn.x, *test.x])) == sorted(map(tuple, points.x))
    assert points.are_values or set(learn.y) == set(range(points.classes))
    assert len(test.y) >= 1
    if len(points.y) > 20:
        assert len(test.y) == pytest.approx(len(points.y) / 4, abs=1 + points.classes / 2)
    np.testing.assert_array_equal(split(points, 0.25, 7)[1].x, test.x)


def test_an_epoch_of_batches_shows_every_point_once() -> None:
    shown = list(islice(batches(10, Recipe(batch=4)), 6))
    assert [len(batch) for batch in shown if batch is not None] == [4, 4, 2, 4, 4, 2]
    for epoch in (shown[:3], shown[3:]):
        assert sorted(index for batch in epoch for index in batch.tolist()) == list(range(10))  # type: ignore[union-attr]
    assert next(batches(10, Recipe())) is None


def test_points_held_out_are_measured_but_not_learned_from() -> None:
    recipe = Recipe(data="moons", test=0.3, steps=100).checked()
    points, held_out = train_test_points(recipe)
    assert held_out is not None
    *_, last = run_single_threaded(lambda: list(learn_mlp(points, recipe, held_out)))
    *_, blind = run_single_threaded(lambda: list(learn_mlp(points, recipe)))
    assert last.test_accuracy is not None
    assert last.test_accuracy > 0.85
    assert (last.loss, last.accuracy) == (blind.loss, blind.accuracy)
    assert (blind.test_loss, blind.test_accuracy) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "0,0,0\n0,1,1\n1,0,1\n1,1,0",
        "x1, x2, label\r\n0, 0, 0\r\n0, 1, 1\r\n\r\n1, 0, 1\r\n1, 1, 0\r\n",
        '\ufeff"a"\t"b"\t"c"\n0\t0\t"0"\n0.0\t1e0\t"1"\n1\t0\t"1"\n1\t1\t"0"\n',
        "0;0;cat\n0;1;dog\n1;0;dog\n1;1;cat",
        "0,0,-1\n0,1,+1\n1,0,+1\n1,1,-1",
    ],
)
def test_csv_reads_xor(text: str) -> None:
    points = read_csv(text)
    np.testing.assert_array_equal(points.x, CORNERS)
    assert points.y.tolist() == [0, 1, 1, 0]
    assert points.view[0] < 0
    assert points.view[1] > 1


def test_csv_orders_labels_as_numbers_where_they_are() -> None:
    assert read_csv("0,0,10\n1,1,9").y.tolist() == [1, 0]
    assert read_csv("5,5,0\n5,5,1").view[0] < 5 < read_csv("5,5,0\n5,5,1").view[1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "2 to 5 different labels; these have 0"),
        ("x,y,label\n", "these have 0"),
        ("1,2,0\n3,4,0", "these have 1"),
        ("1,2,a\n3,4,b\n5,6,c\n1,1,d\n2,2,e\n3,3,f", "these have 6"),
        ("1,2,0\n3,4", "Line 2"),
        ("1,2,0\n3,4,1,5", "Line 2"),
        ("1,2,0\n3,4,", "Line 2"),
        ("x,y,label\n1,2,0\n\n3,cat,1", "Line 4: “cat”"),
        ("nan,nan,0\n1,2,1", "Line 1: “nan”"),
        ("1,inf,0\n1,2,1", "“inf”"),
        ("1,2,0\n1e9,2,1", "“1e9”"),
        ("a picture of a cat", "Line 1|these have 0"),
        ("1,2,0\n" * 3000, "At most 2,000"),
        ("x" * 100_000 + "\n1,2,0,9", "Line 1"),
    ],
)
def test_csv_says_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        read_csv(text)
    assert len(str(refused.value)) < 200
    assert refused.value.in_language("ko") != str(refused.value)


def cloud(x: list, y: list) -> Points:
    return Points(np.array(x, dtype=float), np.array(y), (-1, 1))


@pytest.mark.parametrize("name", ["and", "or", "nand", "gaussians"])
def test_separable_data_have_no_witness(name: str) -> None:
    assert witness(sample(name, DATASETS[name].count, 0.0, 0)) is None


def test_the_witness_of_xor_is_all_four_points() -> None:
    assert witness(sample("xor", 4, 0.0, 0)) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["xor", "cloud", "circles", "moons", "spiral"])
def test_witness_points_alone_are_inseparable(name: str) -> None:
    points = sample(name, DATASETS[name].count, 0.05, 3)
    found = witness(points)
    assert found is not None
    assert len(found) <= 4
    assert witness(Points(points.x[found], points.y[found], points.view)) is not None


def test_witness_at_the_edges() -> None:
    assert witness(cloud([[0, 0], [1, 1]], [0, 0])) is None  # one class only
    assert witness(cloud([[0, 0], [0, 0]], [0, 1])) == [0, 1]  # the same place, two classes
    assert witness(cloud([[0, 0], [2, 0], [1, 0]], [0, 0, 1])) == [0, 1, 2]  # between, on a line
    assert witness(cloud([[0, 0], [2, 0], [3, 0]], [0, 0, 1])) is None
    assert witness(cloud([[0, 0], [4, 0], [0, 4], [1, 1]], [0, 0, 0, 1])) == [0, 1, 2, 3]  # inside a triangle


def test_witness_agrees_with_a_linear_programme() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    random = np.random.default_rng(0)
    answers = []
    for _ in range(60):
        points = cloud(random.normal(size=(8, 2)), random.integers(0, 2, 8))
        sign = np.where(points.y == 1, 1.0, -1.0)[:, None]
        wanted = -sign * np.c_[points.x, np.ones(8)]  # sign · (w · x + b) ≥ 1
        line = optimize.linprog(np.zeros(3), A_ub=wanted, b_ub=-np.ones(8), bounds=(None, None))
        assert (witness(points) is None) == line.success
        answers.append(line.success)
    assert 5 < sum(answers) < 55


def test_hulls_of_many_corners_are_decided_quickly_and_exactly() -> None:
    turn = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    circle = np.c_[np.cos(turn), np.sin(turn)]
    label = [0] * 300 + [1] * 300
    assert witness(cloud([*circle, *(circle + 2.5)], label)) is None
    found = witness(cloud([*circle, *(0.4 * circle)], label))
    assert found is not None
    assert len(found) == 4


def test_points_from_the_plane_are_checked() -> None:
    points = own_points([[0, 0, 0], [0.5, 3, 1]], [-0.45, 1.45])
    assert points.y.tolist() == [0, 1]
    assert points.view[0] < 0 < 3 < points.view[1]


@pytest.mark.parametrize(
    ("given", "view"),
    [
        (None, [-1, 1]),
        ([[0, 0, 0]], [-1, 1]),
        ([[0, 0, 0], [0, 0, 5]], [-1, 1]),
        ([[0, 0, 0], [0, 0, 1.5]], [-1, 1]),
        ([[0, 0, 2], [0, 0, 0.5]], [-1, 1]),
        ([[0, 0, 0.5], [0, 0, math.nan]], [-1, 1]),
        ([[0, 0, 2], [0, 1, 2]], [-1, 1]),
        ([[0, 0, 0], [0, 0, "1"]], [-1, 1]),
        ([[0, 0, 0], ["x", 0, 1]], [-1, 1]),
        ([[0, 0, 0], [math.nan, 0, 1]], [-1, 1]),
        ([[0, 0, 0], [1e9, 0, 1]], [-1, 1]),
        ([[0, 0, 0], [1, 0, 1]], [1, -1]),
        ([[0, 0, 0], [1, 0, 1]], None),
        ([[0, 0, 0], [1, 0, 1]] * 1001, [-1, 1]),
    ],
)
def test_points_that_cannot_be_are_refused(given: object, view: object) -> None:
    with pytest.raises(BadInput) as refused:
        own_points(given, view)
    assert refused.value.in_language("ko") != str(refused.value)


def test_tiny_coordinates_fill_the_view_of_their_table() -> None:
    points = read_csv("x,y,label\n0,0,a\n0.001,0,b\n0,0.001,b\n0.001,0.001,a\n")
    low, high = points.view
    assert (points.x >= low).all()
    assert (points.x <= high).all()
    assert high - low < 0.003


def test_few_points_leave_no_class_out() -> None:
    """A net of five classes stays one when fewer points than classes are drawn, or some are held out."""
    recipe = Recipe(data="five_gaussians", count=4, test=0.5).checked()
    learn, held_out = train_test_points(recipe)
    assert held_out is not None
    assert learn.classes == held_out.classes == 5
    assert Setup(recipe=recipe).classes == 5
    own = own_points([[0, 0, 0], [0, 1, 1], [1, 0, 2]], [-1, 1])
    assert [part.classes for part in split(own, 0.3, 0)] == [3, 3]
