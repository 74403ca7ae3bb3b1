"""`python -m demos.xor train`, as the contract has it."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from demos.xor.__main__ import app


@pytest.fixture
def train(command: Callable[..., CompletedProcess[str]]) -> Callable[..., CompletedProcess[str]]:
    return partial(command, app, "train")


def test_forward_forward_solves_xor_as_the_contract_asks(train: Callable) -> None:
    shape = ("--hidden", "4", "--activation", "tanh", "--lr", "0.1")
    done = train("--data", "xor", "--model", "forward-forward", *shape, "--steps", "200", "--seed", "0", "--json")
    result = json.loads(done.stdout)
    assert (result["model"], result["accuracy"], result["steps"]) == ("forward-forward", 1, 200)
    assert len(result["loss"]) == len(result["positive"]) == len(result["negative"]) == 1


def test_the_lotterys_json_has_the_keys_that_readers_know(command: Callable[..., CompletedProcess[str]]) -> None:
    asked = ["--hidden=1,2", "--activation=tanh", "--seeds=3", "--steps=20", "--seed=5", "--json"]
    result = json.loads(command(app, "lottery", *asked).stdout)
    shared = ["data", "noise", "count", "hidden", "activation", "init", "loss", "optimiser", "lr", "steps", "seed"]
    more = ["output", "batch", "l1", "l2", "dropout", "standardise", "features", "layers", "seeds", "results"]
    assert list(result) == [*shared, *more]
    assert (result["hidden"], result["activation"], result["seed"], result["seeds"]) == ([1, 2], ["tanh"], 5, 3)
    kept = ["hidden", "activation", "seeds", "solved", "share", "interval", "steps_median", "steps_quartiles"]
    assert [list(one) for one in result["results"]] == [[*kept, "solutions", "solved_at"]] * 2
    assert list(result["results"][0]["solutions"][0]) == ["solved", "regions", "count", "seed"]


def test_a_shape_that_suits_is_the_default(train: Callable) -> None:
    done = train("--data", "moons", "--model", "forward-forward", "--steps", "3")
    assert "layer 2" in done.stdout


def test_held_out_points_are_reported(train: Callable) -> None:
    result = json.loads(train("--data=circles", "--test=0.25", "--batch=32", "--steps=50", "--json").stdout)
    assert 0.4 < result["test_accuracy"] <= 1
    assert result["hidden"] == [4]
    assert (result["test"], result["batch"]) == (0.25, 32)


def test_an_unknown_model_is_one_sentence_and_exit_code_2(refusal: Callable[..., str]) -> None:
    said = refusal(app, "train", "--model", "forward")
    assert said == "“forward” is no model here; choose one of perceptron, mlp, forward-forward."


def test_own_points_replace_the_data(train: Callable, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("x,y,label\n0,0,cat\n0,1,dog\n1,0,dog\n1,1,dog\n", encoding="utf-8")
    done = train("--points", str(file), "--model", "perceptron", "--json")
    result = json.loads(done.stdout)
    assert (result["data"], result["count"], result["converged"]) == (str(file), 4, True)


def test_a_file_that_is_no_csv_is_one_sentence_and_exit_code_2(tmp_path: Path, refusal: Callable[..., str]) -> None:
    file = tmp_path / "cat.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe0" * 20)
    for wrong in (file, tmp_path / "missing.csv"):
        said = refusal(app, "train", "--points", wrong)
        assert wrong.name in said
        assert len(said.splitlines()) == 1


def test_hidden_layers_may_have_different_widths(train: Callable, refusal: Callable[..., str]) -> None:
    for shape, widths in (("8,4", [8, 4]), ("3", [3])):
        result = json.loads(train("--hidden", shape, "--steps", "3", "--json").stdout)
        assert result["hidden"] == widths
    assert json.loads(train("--hidden=8", "--layers=2", "--steps=3", "--json").stdout)["hidden"] == [8, 8]
    assert "already names 2 layers" in refusal(app, "train", "--hidden", "8,4", "--layers", "3")
    assert "not many" in refusal(app, "train", "--hidden", "8,many")


def test_a_perceptron_that_needs_more_steps_is_told_from_one_that_needs_a_miracle(
    train: Callable, tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    file.write_text("5,0,a\n5.2,0,b\n4.6,5,a\n5.5,5,b\n", encoding="utf-8")
    asked = ("--model=perceptron", "--steps=100")
    result = json.loads(train("--points", str(file), *asked, "--json").stdout)
    assert (result["converged"], result["separable"]) == (False, True)
    assert result["corrections"] < result["most_corrections"]
    assert "it must converge after at most" in train("--points", str(file), *asked).stdout
    assert "No line separates these points" in train("--data=moons", *asked).stdout
