"""Tokens, windows, checkpoints and prompts."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from demos.common.errors import BadInput
from demos.gpt.corpus import all_windows, random_windows, split
from demos.gpt.data import read_text
from demos.gpt.measure import entropy, measure, measure_answers
from demos.gpt.model import GPT, Config, loss
from demos.gpt.models.checkpoint import Checkpoint, load, save
from demos.gpt.prompts.chat import Pair
from demos.gpt.prompts.prompt import MAX_PROMPT, prepare
from demos.gpt.prompts.text_stream import stop_text, write, write_many
from demos.gpt.sample import Sampling
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer

TEXT = "the quick brown fox\njumps over the lazy dog. "


@pytest.fixture
def small() -> Checkpoint:
    torch.manual_seed(0)
    tokenizer = CharTokenizer.of(TEXT)
    return Checkpoint(GPT(Config(len(tokenizer), block_size=16, layers=2, heads=2, width=16)).eval(), tokenizer)


def test_text_survives_the_tokenizer_and_strangers_are_named_once() -> None:
    tokenizer = CharTokenizer.of(TEXT)
    assert tokenizer.decode(tokenizer.encode(TEXT).tokens) == TEXT
    encoding = tokenizer.encode("한the 글한Q")
    assert tokenizer.decode(encoding.tokens) == "the "
    assert encoding.unknown == ("한", "글", "Q")


@pytest.mark.parametrize("length", [2, 7, 11, 12, 41, 103])
def test_windows_cover_every_target_once(length: int) -> None:
    windows = list(all_windows(torch.arange(length), 10, batch=4))
    assert all(inputs.numel() and torch.equal(inputs + 1, targets) for inputs, targets in windows)
    assert torch.cat([targets.flatten() for _, targets in windows]).tolist() == list(range(1, length))


def test_random_windows_stay_inside_and_reach_both_ends() -> None:
    tokens = torch.arange(12)
    inputs, targets = random_windows(tokens, 500, 10, torch.Generator().manual_seed(0))
    assert inputs.shape == (500, 10)
    assert torch.equal(inputs + 1, targets)
    assert inputs.min() == 0
    assert targets.max() == 11


def test_the_last_tenth_is_held_out() -> None:
    text, held_out = split(torch.arange(100))
    assert (len(text), held_out[0]) == (90, 90)


@pytest.mark.parametrize(
    ("content", "key"), [(b"", "gpt.text_empty"), (b"\xff\xfe\x00", "gpt.not_a_text_file"), (None, "gpt.file_missing")]
)
def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, key: str) -> None:
    file = tmp_path / "text.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput) as refusal:
        read_text(file)
    assert refusal.value.key == key


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("안녕\r\nhello".encode("utf-8-sig"))
    assert read_text(file) == "안녕\nhello"


def test_a_checkpoint_survives_the_file(small: Checkpoint, tmp_path: Path) -> None:
    file = tmp_path / "small.safetensors"
    save(Checkpoint(small.model, small.tokenizer, {"held_out": 1.5}), file)
    again = load(str(file))
    tokens = small.tokenizer.encode(TEXT[:16]).tensor()[None]
    torch.testing.assert_close(again.model(tokens), small.model(tokens))
    assert again.tokenizer.characters == small.tokenizer.characters
    assert again.facts == {"held_out": 1.5}


@pytest.mark.parametrize("moved", range(0, 64, 8))
def test_a_model_from_a_file_computes_the_same_to_the_last_bit(moved: int, tmp_path: Path) -> None:
    """Whatever the file says before the weights, which moves them in it."""
    torch.manual_seed(0)
    model = GPT(Config(len(set(TEXT)), block_size=16, layers=2, heads=2, width=16)).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.add_(0.3 * torch.randn_like(parameter))
    save(Checkpoint(model, CharTokenizer.of(TEXT), {"said": "." * moved}), tmp_path / "moved.safetensors")
    again = load(str(tmp_path / "moved.safetensors")).model

    def logits(reader: GPT) -> torch.Tensor:
        """Of a prompt, and of tokens that are read one by one after it, as they are while it writes."""
        cache, tokens = reader.new_cache(), torch.arange(16)[None]
        return torch.cat(
            [reader(tokens[:, :6], cache), *(reader(token, cache) for token in tokens[:, 6:].split(1, 1))], 1
        )

    assert torch.equal(logits(again), logits(model))


def contiguous(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    """The weights as files hold them."""
    return {name: tensor.contiguous() for name, tensor in checkpoint.model.state_dict().items()}


@pytest.mark.parametrize(
    ("old", "prompt_format"),
    [
        pytest.param({}, "text", id="the first files, without a kind of tokenizer or a prompt format"),
        pytest.param({"form": "chat"}, "chat", id="files that call the prompt format form"),
        pytest.param({"prompt_format": "chat"}, "chat", id="files of today"),
    ],
)
def test_files_that_people_downloaded_from_any_release_still_open(
    old: dict[str, str], prompt_format: str, small: Checkpoint, tmp_path: Path
) -> None:
    sizes = {"vocab_size": len(small.tokenizer), "block_size": 16, "layers": 2, "heads": 2, "width": 16}
    tokenizer = {"characters": "".join(small.tokenizer.characters)} | ({"kind": "characters"} if old else {})
    metadata = {"config": json.dumps(sizes), "tokenizer": json.dumps(tokenizer), "facts": '{"steps": 7}'} | old
    save_file(contiguous(small), tmp_path / "old.safetensors", metadata)
    opened = load(str(tmp_path / "old.safetensors"))
    tokens = small.tokenizer.encode(TEXT[:16]).tensor()[None]
    torch.testing.assert_close(opened.model(tokens), small.model(tokens))
    assert opened.tokenizer.decode(tokens[0].tolist()) == TEXT[:16]
    assert (opened.facts, opened.prompt_format) == ({"steps": 7}, prompt_format)
    save(opened, tmp_path / "again.safetensors")
    assert load(str(tmp_path / "again.safetensors")).prompt_format == prompt_format


def test_a_file_that_is_no_checkpoint_is_refused(small: Checkpoint, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.safetensors", tmp_path / "bad.safetensors"
    save(small, good)
    tensors = contiguous(small)
    config = {"vocab_size": len(small.tokenizer), "block_size": 16, "layers": 2, "heads": 2, "width": 16}
    tokenizer = {"characters": "".join(small.tokenizer.characters)}

    def write_bad(config: dict, tokenizer: dict) -> None:
        metadata = {"config": json.dumps(config), "tokenizer": json.dumps(tokenizer), "facts": "{}"}
        save_file(tensors, bad, metadata)

    def key() -> str:
        with pytest.raises(BadInput) as refusal:
            load(str(bad))
        return refusal.value.key

    for content in (b"", b"hello", good.read_bytes()[:-10], good.read_bytes()[:60]):
        bad.write_bytes(content)
        assert key() == "gpt.model_unreadable"
    save_file(tensors, bad)
    assert key() == "gpt.model_unreadable"
    for change in ({"layers": 10**9}, {"width": 10**9}, {"heads": 3}, {"surprise": 1}, {"layers": "2"}):
        write_bad(config | change, tokenizer)
        assert key() == "gpt.model_unreadable"
    write_bad(config, {"characters": "abc"})
    assert key() == "gpt.model_unreadable"
    tensors["transformer.ln_f.weight"][0] = torch.nan
    write_bad(config, tokenizer)
    assert key() == "gpt.model_not_finite"
    bad.unlink()
    assert key() == "gpt.model_missing"


@pytest.mark.parametrize("prompt", ["", "한글", "the", "the quick " * 20, "한the"])
def test_any_prompt_can_be_continued(small: Checkpoint, prompt: str) -> None:
    prepared = prepare(small, prompt)
    assert len(prepared.probabilities) == len(prepared.tokens)
    assert all(p is None or 0 <= p <= 1 for p in prepared.probabilities)
    assert prepared.read == min(16, len(prepared.tokens))
    assert len(list(write(small, prepared, Sampling(max_tokens=40)))) == 40


def test_a_prompt_over_the_limit_is_refused(small: Checkpoint) -> None:
    with pytest.raises(BadInput) as refusal:
        prepare(small, "a" * 1_000_000)
    assert refusal.value.key == "gpt.prompt_too_long"
    assert len(prepare(small, "a" * MAX_PROMPT).tokens) == MAX_PROMPT


def test_writing_ends_after_the_stop_text(small: Checkpoint) -> None:
    prompt = prepare(small, "the")
    full = "".join(piece.text for piece in write(small, prompt, Sampling(max_tokens=300, temperature=1, seed=3)))
    for stop in (full[40:43], full[0]):
        sampling = Sampling(max_tokens=300, temperature=1, seed=3)
        stopped = "".join(piece.text for piece in write(small, prompt, sampling, stop))
        assert stopped == full[: full.index(stop) + len(stop)]


def test_each_continuation_ends_by_itself(small: Checkpoint) -> None:
    prompt = prepare(small, "the")
    samplings = [Sampling(max_tokens=60, temperature=1, seed=seed) for seed in range(3)]
    rows = list(write_many(small, prompt, samplings, "o"))
    for row, sampling in enumerate(samplings):
        mine = [piece for pieces in rows if (piece := pieces[row])]
        assert [piece.token for piece in mine] == [piece.token for piece in write(small, prompt, sampling, "o")]
        assert "".join(piece.text for piece in mine).find("o") in (-1, len(mine) - 1)
    assert len({sum(piece is not None for pieces in rows for piece in [pieces[row]]) for row in range(3)}) > 1


def test_text_of_byte_pairs_streams_whole_characters_and_stops_inside_a_token() -> None:
    torch.manual_seed(0)
    tokenizer = BytePairTokenizer.learn(["안녕하세요 the cat\n"] * 9, 280)
    config = Config(len(tokenizer), block_size=16, layers=1, heads=2, width=16)
    small = Checkpoint(GPT(config).eval(), tokenizer)
    pieces = list(write(small, prepare(small, "안녕"), Sampling(max_tokens=200, temperature=1)))
    text = "".join(piece.text for piece in pieces)
    assert tokenizer.decode([piece.token for piece in pieces]).startswith(text)
    longest = max((piece.text for piece in pieces), key=len)
    assert len(longest) > 2
    stopped = write(small, prepare(small, "안녕"), Sampling(max_tokens=200, temperature=1), longest[:2])
    assert "".join(piece.text for piece in stopped) == text[: text.index(longest[:2]) + 2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": float("nan")},
        {"temperature": -0.1},
        {"temperature": float("inf")},
        {"temperature": None},
        {"temperature": "hot"},
        {"temperature": True},
        {"max_tokens": -1},
        {"max_tokens": 2.5},
        {"max_tokens": 10**9},
        {"max_tokens": float("nan")},
        {"top_k": -1},
        {"top_p": 1.1},
        {"top_p": -0.1},
        {"seed": -1},
        {"seed": 10**30},
        {"repetition_penalty": 0.9},
    ],
)
def test_numbers_out_of_range_are_refused(wrong: dict) -> None:
    with pytest.raises(BadInput):
        Sampling(**wrong)


def test_a_stop_text_that_is_none_is_refused(small: Checkpoint) -> None:
    with pytest.raises(BadInput):
        stop_text(small, None)  # type: ignore[arg-type]


def test_whole_numbers_may_come_as_floats_as_json_gives_them() -> None:
    assert Sampling(max_tokens=5.0, top_k=3.0).max_tokens == 5  # type: ignore[arg-type]


def test_the_measure_is_the_mean_loss_and_names_strangers(small: Checkpoint) -> None:
    tokens = small.tokenizer.encode(TEXT[:17]).tensor()
    with torch.no_grad():
        expected = loss(small.model(tokens[None, :-1]), tokens[None, 1:]).item()
    result = measure(small, TEXT[:8] + "한한" + TEXT[8:17])
    assert result.nats_per_token == pytest.approx(expected, abs=1e-6)
    assert result.nats_per_character == pytest.approx(expected, abs=1e-6)
    assert (result.tokens, result.skipped, result.unknown) == (16, 2, ("한",))
    assert measure(small, TEXT).skipped == 0
    assert measure(small, "th").tokens == 1
    for too_short in ("한글", "t", ""):
        with pytest.raises(BadInput):
            measure(small, too_short)


def test_of_what_is_held_out_the_last_tenth_is_measured(small: Checkpoint) -> None:
    text = TEXT * 4 + "한"
    end = TEXT * 4
    end = end[int(0.9 * len(end)) :]
    whole, result = measure(small, text), measure(small, text, held_out=True)
    assert result.nats_per_token == pytest.approx(measure(small, end).nats_per_token, abs=1e-6)
    assert (result.tokens, result.characters) == (len(end) - 1, len(end) - 1)
    assert result.unigram_nats_per_character == pytest.approx(entropy(end))
    assert whole.unigram_nats_per_character == pytest.approx(entropy(text))
    assert (result.skipped, result.unknown) == (whole.skipped, whole.unknown) == (1, ("한",))


def test_answers_are_measured_by_themselves_and_the_questions_only_read(small: Checkpoint) -> None:
    pairs = [Pair("the dog", "quick한"), Pair("fox", "the lazy dog")]
    total, predicted = 0.0, 0
    for pair in pairs:
        question = small.tokenizer.encode(pair.question + "\n").tokens
        answer = small.tokenizer.encode(pair.answer + "\n").tokens
        row = [*question, *answer][:17]  # the block
        with torch.no_grad():
            said = small.model(torch.tensor([row[:-1]]))[0].log_softmax(-1)
        for at in range(len(question), len(row)):
            total -= float(said[at - 1, row[at]])
            predicted += 1
    assert predicted == len("quick\n" + "the lazy dog\n")
    result = measure_answers(small, pairs)
    assert result.nats_per_token == pytest.approx(total / predicted, abs=1e-6)
    assert (result.tokens, result.characters, result.skipped, result.unknown) == (predicted, predicted, 1, ("한",))
    assert result.nats_per_character == pytest.approx(total / predicted, abs=1e-6)
    assert measure_answers(small, pairs[1:]).skipped == 0


def test_entropy_of_equals_is_the_logarithm_of_their_number() -> None:
    assert entropy("abcd" * 5) == pytest.approx(torch.log(torch.tensor(4.0)).item())


def test_a_text_that_ends_inside_a_character_says_so() -> None:
    """Random bytes: what was written is what its tokens mean, the open character at the end included."""
    tokenizer = BytePairTokenizer.learn(["a"], 256)
    torch.manual_seed(0)
    model = GPT(Config(256, block_size=16, layers=1, heads=1, width=8)).eval().requires_grad_(False)
    checkpoint = Checkpoint(model, tokenizer)
    opening, open_ends = prepare(checkpoint, "a"), 0
    for seed in range(40):
        pieces = list(write(checkpoint, opening, Sampling(max_tokens=5, temperature=1, seed=seed)))
        tokens = [piece.token for piece in pieces]
        assert "".join(piece.text for piece in pieces) == tokenizer.decode(tokens)
        open_ends += "".join(map(tokenizer.reader().read, tokens)) != tokenizer.decode(tokens)
    assert open_ends > 3
