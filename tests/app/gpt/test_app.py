"""The minGPT tab through its HTTP face."""

import json
import urllib.request
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos.gpt.__main__ import app
from tests.api_client import connect

DEFAULTS = {
    "prompt": "ROMEO:\n",
    "tokens": 80,
    "temperature": 0.8,
    "top_k": 0,
    "top_p": 1,
    "seed": 1,
    "until": "",
    "pace": "full",
}


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return connect(app_url)


def generate(client: Client, **changes: object) -> list[dict]:
    """All messages that arrive, the finished one last."""
    job = client.submit(**(DEFAULTS | changes), api_name="/gpt_generate")
    job.result(timeout=120)
    return job.outputs()


def test_text_streams_with_a_probability_for_each_token(client: Client) -> None:
    messages = generate(client, tokens=400)
    last = messages[-1]
    assert len(messages) > 3
    assert [message["writing"] for message in messages] == [True] * (len(messages) - 1) + [False]
    assert "".join(last["pieces"]) == DEFAULTS["prompt"] + last["text"]
    assert len(last["pieces"]) == len(last["probabilities"]) == last["given"] + 400
    assert all(0 <= p <= 1 for p in last["probabilities"][1:])
    assert last["tokens_per_second"] > 0
    for earlier, later in pairwise(messages):
        assert later["text"].startswith(earlier["text"])


def test_the_embedded_model_writes_like_a_play(client: Client) -> None:
    text = generate(client, tokens=600, temperature=0.5)[-1]["text"]
    assert text.count("\n") > 8
    assert len({"the", "and", "to", "of", "I", "you"} & set(text.split())) >= 3


def test_the_same_seed_writes_the_same_and_another_does_not(client: Client) -> None:
    first, second, other = (generate(client, seed=seed)[-1]["text"] for seed in (5, 5, 6))
    assert first == second != other


def test_greedy_needs_no_seed(client: Client) -> None:
    texts = {generate(client, temperature=0, seed=seed)[-1]["text"] for seed in (1, 2)}
    assert len(texts) == 1


def test_writing_stops_after_the_stop_text(client: Client) -> None:
    assert generate(client, tokens=500, until="\n\n")[-1]["text"].endswith("\n\n")


def call(app_url: str, data: str) -> str:
    """All that the endpoint answers to a list of values, as it comes over HTTP."""
    address = f"{app_url}/gradio_api/call/gpt_generate"
    request = urllib.request.Request(address, f'{{"data": {data}}}'.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{address}/{event}", timeout=120) as reply:
        return reply.read().decode()


def test_a_program_that_names_its_values_and_one_that_sends_a_list_get_the_same_text(
    client: Client, app_url: str
) -> None:
    """`tokens` and `until` are what programs have called them since the first release, as 2nd and 7th of eleven."""
    named = generate(client, tokens=300, until="\n\n")[-1]
    said = call(app_url, '["ROMEO:\\n", 300, 0.8, 0, 1, 1, "\\n\\n", "full", 1, "shakespeare", "en"]')
    complete = next(event for event in said.split("\n\n") if event.startswith("event: complete"))
    (listed,) = json.loads(complete.partition("data: ")[2])
    assert listed["text"] == named["text"]
    assert named["text"].endswith("\n\n")
    assert len(named["text"]) < 300


def test_samples_are_those_of_the_command_line(client: Client, command: Callable) -> None:
    asked = {"prompt": "ROMEO:\n", "tokens": 40, "seed": 3, "samples": 2, "stop": "\n\n"}
    last = generate(client, **asked)[-1]
    options = [f"--{name}={value}" for name, value in asked.items()]
    printed = json.loads(command(app, "generate", *options, "--json").stdout)
    assert [each["seed"] for each in last["samples"]] == [3, 4]
    for ours, theirs in zip(last["samples"], printed["samples"], strict=True):
        assert ours | {"nats_per_token": None} == theirs | {"nats_per_token": None}
        assert ours["nats_per_token"] == pytest.approx(theirs["nats_per_token"], abs=1e-3)
    assert printed.keys() <= last.keys()
    assert last["text"] == last["samples"][0]["text"] == printed["text"]


def test_a_text_is_measured_and_two_models_compared(client: Client, command: Callable, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("ROMEO: But soft, what light through yonder window breaks?\n" * 3)
    measured = client.predict((tmp_path / "text.txt").read_text(), api_name="/gpt_evaluate")
    assert measured == json.loads(command(app, "evaluate", tmp_path / "text.txt", "--json").stdout)
    asked = ("shakespeare", "shakespeare", "But soft")
    compared = client.predict(*asked, api_name="/gpt_compare")
    assert compared == json.loads(command(app, "compare", *asked[:2], "--text", asked[2], "--json").stdout)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("evaluate", {"text": "a" * 100_001}, "100,000"),
        ("evaluate", {"text": "to be", "model": "weights/gpt/sort.safetensors"}, "neither an embedded model"),
        ("evaluate", {"text": "한"}, "fewer than two"),
        ("compare", {"a": "shakespeare", "b": "/etc/passwd", "text": "to be"}, "neither an embedded model"),
        ("compare", {"a": "shakespeare", "b": "sort", "text": "a" * 20_000}, "20,000"),
    ],
)
def test_what_cannot_be_measured_gets_a_sentence(client: Client, name: str, values: dict, said: str) -> None:
    with pytest.raises(AppError, match=said):
        client.predict(**values, api_name=f"/gpt_{name}")


def test_an_empty_prompt_is_fine(client: Client) -> None:
    last = generate(client, prompt="")[-1]
    assert (last["given"], len(last["text"])) == (0, 80)


def test_unknown_characters_are_named_and_skipped(client: Client) -> None:
    last = generate(client, prompt="한ROMEO:글")[-1]
    assert "".join(last["pieces"][: last["given"]]) == "ROMEO:"
    assert "한 글" in last["notes"][0]


def test_a_prompt_over_the_block_says_what_is_read(client: Client) -> None:
    last = generate(client, prompt="a" * 3000)[-1]
    assert "3,000" in last["notes"][0]
    assert "256" in last["notes"][0]
    assert last["probabilities"][:2700] == [None] * 2700


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"prompt": "a" * 1_000_000}, "1,000,000 characters"),
        ({"tokens": -5}, "tokens must be"),
        ({"tokens": 10**9}, "tokens must be"),
        ({"temperature": -1}, "temperature must be"),
        ({"temperature": None}, "temperature must be"),
        ({"temperature": "hot"}, "temperature must be"),
        ({"top_k": 2.5}, "top_k must be"),
        ({"top_p": 1.5}, "top_p must be"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_bad_input_gets_a_sentence(client: Client, wrong: dict, said: str) -> None:
    with pytest.raises(AppError, match=said):
        generate(client, **wrong)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_get_a_sentence(app_url: str, number: str) -> None:
    said = call(app_url, f'["ROMEO:", 50, {number}, 0, 1, 1, "", "full", 1, "shakespeare", "en"]')
    assert "temperature must be a number" in said
