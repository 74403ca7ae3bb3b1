"""The XOR endpoint, as a program calls it."""

import json
import math
import urllib.request
from collections.abc import Callable

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos.xor.__main__ import app
from tests.api_client import connect


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return connect(app_url)


def test_mlp_solves_xor(client: Client) -> None:
    result = client.predict(data="xor", model="mlp", hidden=4, lr=0.1, steps=300, seed=0, api_name="/xor_train")
    assert result["accuracy"] == 1
    assert 0 < result["solved_at"] < 300
    assert result["steps"] == 300


def test_perceptron_cycles_on_xor_and_converges_on_and(client: Client) -> None:
    xor = client.predict(data="xor", model="perceptron", api_name="/xor_train")
    assert not xor["converged"]
    assert xor["cycle"]["period"] == 1
    assert client.predict(data="and", model="perceptron", api_name="/xor_train")["converged"]


def test_callers_find_the_names_that_they_know(client: Client) -> None:
    """Programs out there call it by these names and read the answer by these keys."""
    given = {"data": "moons", "hidden": 3, "layers": 2, "activation": "relu", "lr": 0.02, "steps": 5, "seed": 4}
    given |= {"noise": 0.1, "count": 40, "init": "he", "loss": "squared", "optimiser": "momentum", "language": "ko"}
    result = client.predict(model="mlp", **given, api_name="/xor_train")
    known = {"data", "noise", "count", "activation", "init", "optimiser", "lr", "steps", "seed"}
    assert {name: result[name] for name in known} == {name: given[name] for name in known}
    assert result["hidden"] == [3, 3]
    more = {"output", "batch", "l1", "l2", "test", "points_seed", "solved_at", "test_loss", "test_accuracy"}
    more |= {"standardise", "features", "dropout", "weights"}
    assert result.keys() == known | more | {"model", "hidden", "loss", "accuracy"}


def test_same_seed_same_answer(client: Client) -> None:
    one, two = (client.predict(data="moons", steps=20, seed=5, api_name="/xor_train") for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"lr": -1}, "lr"),
        ({"hidden": -4}, "hidden"),
        ({"hidden": 10**9}, "hidden"),
        ({"layers": 2.5}, "layers"),
        ({"count": 10**9}, "count"),
        ({"noise": 1e300}, "noise"),
        ({"steps": 10**7}, "steps"),
        ({"steps": 90_000}, "steps"),
        ({"seed": -1}, "seed"),
        ({"data": "cats"}, "data"),
        ({"model": "forward"}, "model"),
        ({"activation": "x" * 5000}, "activation"),
    ],
)
def test_bad_input_gets_a_sentence(client: Client, wrong: dict, named: str) -> None:
    with pytest.raises(AppError) as refused:
        client.predict(**wrong, api_name="/xor_train")
    sentence = str(refused.value)
    assert named in sentence
    assert len(sentence) < 300
    assert "Traceback" not in sentence


def test_not_a_number_gets_a_sentence(app_url: str) -> None:
    """The client of gradio refuses to send NaN, so it is sent by hand."""
    arguments = ["xor", "mlp", 4, 1, "tanh", math.nan, 100, 0, None, None, "xavier", "cross_entropy", "adam", "en"]
    body = json.dumps({"data": arguments}).encode()
    request = urllib.request.Request(
        f"{app_url}/gradio_api/call/xor_train", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        event = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{app_url}/gradio_api/call/xor_train/{event}", timeout=120) as answer:
        told = answer.read().decode()
    assert "event: error" in told
    assert "lr must be a number" in told


def test_refusals_speak_korean(client: Client) -> None:
    with pytest.raises(AppError, match="정수"):
        client.predict(hidden=-4, language="ko", api_name="/xor_train")


def test_points_of_ones_own_are_learned(client: Client) -> None:
    result = client.predict(
        model="perceptron", points="x,y,label\n0,0,cat\n0,1,dog\n1,0,dog\n1,1,dog\n", api_name="/xor_train"
    )
    assert result["converged"]
    assert (result["data"], result["count"]) == ("points", 4)


def test_the_lottery_says_what_the_command_line_says(client: Client, command: Callable) -> None:
    asked = {"hidden": "1,2", "activation": "tanh", "seeds": 3, "steps": 20, "seed": 5}
    job = client.submit(**asked, api_name="/xor_lottery")
    job.result(timeout=120)
    options = [f"--{name}={value}" for name, value in asked.items()]
    printed = json.loads(command(app, "lottery", *options, "--json").stdout)
    assert job.outputs()[-1] == printed | {"step": 20}
