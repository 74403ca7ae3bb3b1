"""minGPT on the command line."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import torch

from demos.gpt.__main__ import app
from demos.gpt.models.checkpoint import load
from demos.gpt.models.packed import PRECISIONS, available

TEXT = "she sells sea shells by the sea shore, and he sells her a shell.\n" * 60


@pytest.fixture
def gpt(command: Callable[..., CompletedProcess[str]]) -> Callable[..., CompletedProcess[str]]:
    return partial(command, app)


def test_a_model_is_trained_written_with_trained_on_and_measured(gpt: Callable, tmp_path: Path) -> None:
    file, out = tmp_path / "text.txt", tmp_path / "mine.safetensors"
    file.write_bytes((TEXT + "조개를 줍는다.\n").encode("cp949"))
    train = ["train", file, "--out", out, "--preset", "pocket", "--layers", "1", "--width", "32", "--json"]
    done = gpt(*train, "--steps", "60")
    first = json.loads(done.stdout)
    assert "cp949" in done.stderr
    assert (first["steps"], first["encoding"]) == (60, "cp949")
    assert first["bigram_nats_per_token"] < first["unigram_nats_per_token"]
    wrote = json.loads(
        gpt("generate", "--model", out, "--prompt", "she", "--tokens", "9", "--samples", "3", "--json").stdout
    )
    assert [sample["seed"] for sample in wrote["samples"]] == [0, 1, 2]
    assert all(len(sample["text"]) == 9 for sample in wrote["samples"])
    assert wrote["samples"][0]["text"] == wrote["text"]
    more = json.loads(gpt("train", file, "--out", out, "--begin", out, "--steps", "40", "--json").stdout)
    assert more["parameters"] == first["parameters"]
    measured = json.loads(gpt("evaluate", file, "--model", out, "--held-out", "--json").stdout)
    assert 0 < measured["nats_per_character"] < 6


def test_examples_are_learned_and_asked(gpt: Callable, tmp_path: Path) -> None:
    file, out = tmp_path / "sums.txt", tmp_path / "sums.safetensors"
    pairs = [(a, b) for a in range(10, 60) for b in range(10, 40)]
    file.write_text("".join(f"{a}+{b}={str(a + b).zfill(3)[::-1]}\n" for a, b in pairs))
    size = ("--layers", "1", "--heads", "1", "--width", "32", "--block-size", "16")
    train = ["train", file, "--out", out, *size, "--reads", "examples", "--steps", "120", "--json"]
    told = json.loads(gpt(*train).stdout)
    assert {each["kind"] for each in told["answers"]} == {"plain", "carry"}
    assert sum(each["count"] for each in told["answers"]) == 150  # a tenth
    assert told["held_out_nats_per_token"] < told["unigram_nats_per_token"]
    assert told["held_out_nats_per_character"] is None
    answer = json.loads(gpt("generate", "--model", out, "--prompt", "27+15", "--json").stdout)
    assert answer["prompt"] == "27+15="  # it is asked as the adder is


def test_a_text_learned_by_heart_leaves_the_weights_from_before(gpt: Callable, tmp_path: Path) -> None:
    file, out = tmp_path / "short.txt", tmp_path / "mine.safetensors"
    learned = "".join(chr(97 + (i * i + 3 * i) % 26) for i in range(900))
    file.write_text(learned + "".join(chr(97 + (7 * i * i + i) % 26) for i in range(100)))  # held out: another rule
    size = ("--layers", "1", "--heads", "1", "--width", "64", "--block-size", "32", "--batch", "16")
    told = json.loads(gpt("train", file, "--out", out, *size, "--steps", "200", "--json").stdout)
    assert 0 < told["kept_step"] < told["steps"] == 200
    assert told["held_out_nats_per_token"] < told["last_held_out_nats_per_token"] - 0.1
    again = json.loads(gpt("evaluate", file, "--model", out, "--held-out", "--json").stdout)
    assert again["nats_per_token"] == pytest.approx(told["held_out_nats_per_token"], rel=1e-4)


def test_what_is_measured_as_held_out_is_exactly_what_training_held_out(gpt: Callable, tmp_path: Path) -> None:
    """With byte pairs, a tenth of the tokens is not a tenth of the characters."""
    file, out = tmp_path / "text.txt", tmp_path / "mine.safetensors"
    file.write_text(TEXT + "".join(f"{i} 조개 {i * i} 소라 " for i in range(40)), encoding="utf-8")
    size = ("--layers", "1", "--heads", "1", "--width", "32", "--block-size", "32", "--tokenizer", "byte pairs")
    told = json.loads(gpt("train", file, "--out", out, *size, "--steps", "20", "--json").stdout)
    measured = json.loads(gpt("evaluate", file, "--model", out, "--held-out", "--json").stdout)

    mine = load(str(out))
    tokens = mine.tokenizer.encode(file.read_text(encoding="utf-8")).tensor()
    held_out = tokens[int(0.9 * len(tokens)) :]
    losses = [
        torch.nn.functional.cross_entropy(mine.model(inputs[None])[0], targets, reduction="sum").item()
        for inputs, targets in zip(held_out[:-1].split(32), held_out[1:].split(32), strict=True)
    ]
    assert measured["tokens"] == len(held_out) - 1
    assert measured["nats_per_token"] == pytest.approx(sum(losses) / (len(held_out) - 1), rel=1e-4)
    assert told["held_out_nats_per_token"] == pytest.approx(measured["nats_per_token"], rel=1e-4)
    assert told["held_out_nats_per_character"] == pytest.approx(measured["nats_per_character"], rel=1e-4)


def test_the_optimiser_counts_and_an_exploded_loss_is_one_sentence(gpt: Callable, tmp_path: Path) -> None:
    file, out = tmp_path / "text.txt", tmp_path / "mine.safetensors"
    file.write_text(TEXT)
    train = ("train", file, "--out", out, "--layers", "1", "--heads", "1", "--width", "16", "--block-size", "24")
    learns = ("--optimiser", "sgd", "--lr", "0.2", "--schedule", "cosine", "--seed", "3", "--json")
    told = json.loads(gpt(*train, "--steps", "5", *learns).stdout)
    said = {"optimiser": "sgd", "lr": 0.2, "schedule": "cosine", "seed": 3}
    assert {name: told[name] for name in said} == said
    assert {name: load(str(out)).facts[name] for name in said} == said
    assert told["diverged"] is None


def test_dropout_counts_for_a_model_that_is_trained_on(gpt: Callable, tmp_path: Path) -> None:
    file, out = tmp_path / "text.txt", tmp_path / "mine.safetensors"
    file.write_text(TEXT)
    size = ("--layers", "1", "--heads", "1", "--width", "32", "--block", "32")
    gpt("train", file, "--out", out, *size, "--steps", "60", "--dropout", "0", "--json")
    on = ("train", file, "--out", tmp_path / "on.safetensors", "--begin", out, "--steps", "1", "--json")
    kept, dropped = (json.loads(gpt(*on, *dropout).stdout)["loss"] for dropout in ((), ("--dropout", "0.8")))
    assert dropped > kept + 0.1  # of the same weights, on the same windows


def test_the_old_name_of_the_block_size_still_counts_and_is_offered_no_longer(gpt: Callable, tmp_path: Path) -> None:
    file, shown = tmp_path / "text.txt", gpt("train", "--help").stdout
    file.write_text(TEXT)
    assert "--block-size" in shown
    assert "--block " not in shown
    sizes = []
    for name in ("--block", "--block-size"):
        out = tmp_path / f"{name}.safetensors"
        gpt("train", file, "--out", out, "--layers", "1", "--heads", "1", "--width", "16", name, "24", "--steps", "1")
        sizes.append(load(str(out)).model.config.block_size)
    assert sizes == [24, 24]


def test_an_answer_is_read_as_it_is_meant(gpt: Callable) -> None:
    done = json.loads(gpt("generate", "--model", "adder", "--prompt", "27+45", "--temperature", "0", "--json").stdout)
    assert (done["prompt"], done["text"], done["answer"]) == ("27+45=", "270\n", "72")
    assert "→" not in gpt("generate", "--model", "adder", "--prompt", "27+45", "--tokens", "0").stdout


def test_a_prompt_that_is_no_utf_8_is_read_as_far_as_it_is_text(gpt: Callable) -> None:
    asked = ("generate", "--model", "korean", "--prompt", "안녕\udcff", "--tokens", "3", "--json")
    done = json.loads(gpt(*asked).stdout)
    assert (done["prompt"], done["skipped_characters"], done["tokens"]) == ("안녕\n", ["\ufffd"], 3)


def test_two_models_are_compared(gpt: Callable) -> None:
    text = "ROMEO:\nBut, soft! what light"
    asked = ("compare", "shakespeare", "korean", "--text", text)
    told = json.loads(gpt(*asked, "--json").stdout)
    assert "".join(segment["text"] for segment in told["segments"]) == text
    shakespeare = load("shakespeare")
    tokens = torch.tensor(shakespeare.tokenizer.encode(text).tokens)
    with torch.no_grad():
        losses = torch.nn.functional.cross_entropy(
            shakespeare.model(tokens[None])[0, :-1], tokens[1:], reduction="none"
        )
    assert told["segments"][-1]["loss_a"] == pytest.approx(losses[-1].item(), abs=1e-4)
    assert told["a"]["nats_per_token"] == pytest.approx(losses.mean().item(), abs=0.3)
    assert told["a"]["bits_per_character"] < told["b"]["bits_per_character"]
    assert (told["same_vocabulary"], told["weights"]) == (False, None)
    same = json.loads(gpt("compare", "adder", "adder", "--text", "27+45=270", "--json").stdout)
    assert same["same_vocabulary"]
    assert {part["relative"] for part in same["weights"]} == {0.0}
    assert "bits per character" in gpt(*asked).stdout


@pytest.mark.parametrize("precision", [name for name in PRECISIONS if available(name)])
def test_shorter_weights_tell_what_they_change(gpt: Callable, precision: str) -> None:
    asked = ("generate", "--model", "shakespeare", "--prompt", "ROMEO:", "--tokens", "20", "--json")
    told = json.loads(gpt(*asked, "--precision", precision).stdout)["comparison"]
    assert told["precision"] == precision
    assert 0 < told["largest_difference"] < {"bf16": 0.1, "int8": 0.3, "int4": 1.5}[precision] * told["spread"]
    assert told["speedup"] > 0


def test_bad_input_is_one_sentence(refusal: Callable[..., str]) -> None:
    for arguments in (
        ("generate", "--model", "gpt2-xl", "--offline"),
        ("generate", "--model", "adder", "--prompt", "hello"),
        ("generate", "--samples", "0"),
        ("generate", "--precision", "int3"),
        ("compare", "shakespeare", "sort", "--text", "ROMEO"),
        ("train", "README.md", "--out", "x.safetensors", "--reads", "examples"),
        ("train", "README.md", "--out", "x.safetensors", "--reads", "sums"),
        ("generate", "--model", "adder", "--prompt", "9" * 5000 + "+1"),
        ("train", "README.md", "--out", "x.safetensors", "--seed", "99999999999999999999"),
        ("train", "README.md", "--out", "x.safetensors", "--preset", "huge"),
    ):
        assert len(refusal(app, *arguments).splitlines()) == 1


def test_a_file_that_cannot_be_written_is_known_before_the_training(
    refusal: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError("began to train")

    monkeypatch.setattr("demos.gpt.__main__.Training", never)
    file, folder = tmp_path / "file", tmp_path / "folder.safetensors"
    file.write_text("x")
    folder.mkdir()
    for out in (file / "x.safetensors", file / "deep" / "x.safetensors", folder, Path("/dev/null/x.safetensors")):
        said = refusal(app, "train", "README.md", "--out", out)
        assert len(said.splitlines()) == 1
        assert str(out) in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.safetensors"]
    assert not list(folder.iterdir())
