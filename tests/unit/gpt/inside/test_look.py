"""Look inside: what goes to the page, and the forward steps with the lines of model.py."""

import base64
import inspect
from pathlib import Path

import numpy as np
import orjson
import pytest
import torch

import demos.gpt.model as model_file
from demos.common.excerpts import Excerpt, lines_of
from demos.common.i18n import LANGUAGES, strings
from demos.common.lessons import lessons
from demos.gpt.inside.forward import Inside, look
from demos.gpt.inside.forward_steps import STEPS, Step, code, of_token, values, weights
from demos.gpt.inside.look import MOST_WEIGHTS, Source, encode_attention, inside_view, most_tokens, steps_view
from demos.gpt.lessons import setup_of
from demos.gpt.model import GPT, Config
from demos.gpt.models.checkpoint import load
from demos.gpt.prompts.formats import PROMPT_FORMATS
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer
from tests.unit.gpt.inside.conftest import TEXT

SOURCE = Path(model_file.__file__).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_walk_shows_lines_of_the_real_file(step: Step) -> None:
    assert step.code
    for excerpt in step.code:
        shown = code(excerpt)
        there = SOURCE[shown.start - 1 : shown.start - 1 + len(shown.lines)]
        assert [line.strip() for line in there] == [line.strip() for line in shown.lines]
        assert excerpt.first in shown.lines[0]
        compile("def f(self, x, cache, tokens):\n" + "\n".join(f"  {line}" for line in shown.lines), "walk", "exec")


def test_the_walk_follows_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With another line in the file, another line is shown."""
    changed = tmp_path / "changed.py"
    changed.write_text("class MLP:\n    def forward(self, x):\n        x = x + 1\n        return self.c_fc(x) * 17\n")
    namespace: dict = {}
    exec(compile(changed.read_text(), str(changed), "exec"), namespace)
    monkeypatch.setattr(model_file, "MLP", namespace["MLP"])
    monkeypatch.setattr(inspect, "getsourcefile", lambda owner: str(changed))
    lines_of.cache_clear()
    shown = code(Excerpt("MLP.forward", "return ", "self.c_fc("))
    lines_of.cache_clear()
    assert (shown.start, shown.lines) == (4, ("return self.c_fc(x) * 17",))


def test_lines_that_are_gone_are_named() -> None:
    with pytest.raises(ValueError, match=r"GPT\.unembed"):
        code(Excerpt("GPT.unembed", "no such line", "return"))


def test_the_walks_numbers_are_the_models_own(model: GPT, tokenizer: CharTokenizer, inside: Inside) -> None:
    """The numbers that arrive at the page, against hooks on the model itself."""
    heard: dict[str, torch.Tensor] = {}
    handles = [
        module.register_forward_hook(lambda _module, _inputs, output, name=name: heard.update({name: output[0]}))
        for name, module in model.transformer.named_modules()
    ]
    logits = model(inside.tokens[None])[0]
    for handle in handles:
        handle.remove()
    layer, position = 1, 13
    shown = steps_view(model, tokenizer, inside, layer, position)

    def arrived(field: str) -> torch.Tensor:
        return torch.from_numpy(np.frombuffer(base64.b64decode(shown["values"][field]["numbers"]), "<f4").copy())

    query, key, value = heard[f"h.{layer}.attn.c_attn"][position].split(16)
    for field, expected in {
        "token": heard["wte"][position],
        "normed": heard[f"h.{layer}.ln_1"][position],
        "before": heard[f"h.{layer - 1}"][position],
        "query": query,
        "key": key,
        "value": value,
        "attended": heard[f"h.{layer}.attn.c_proj"][position],
        "attention": inside.attention[layer, :, position, : position + 1].flatten(),
        "normed_again": heard[f"h.{layer}.ln_2"][position],
        "mlp_hidden": heard[f"h.{layer}.mlp.c_fc"][position],
        "mlp_out": heard[f"h.{layer}.mlp"][position],
        "after_mlp": heard[f"h.{layer}"][position],
        "end": heard["h.2"][position],
        "end_normed": heard["ln_f"][position],
        "logits": logits[position],
    }.items():
        torch.testing.assert_close(arrived(field), expected, atol=1e-5, rtol=1e-4)
        low, mean, high, norm = shown["values"][field]["stats"]
        assert low == pytest.approx(expected.min().item(), abs=1e-5)
        assert mean == pytest.approx(expected.mean().item(), abs=1e-5)
        assert high == pytest.approx(expected.max().item(), abs=1e-5)
        assert norm == pytest.approx(expected.norm().item(), abs=1e-4)
    assert shown["values"]["query"]["shape"] == [1, 2, 20, 8]
    piece, logit, probability = shown["best"][0]
    assert piece == tokenizer.decode([int(logits[position].argmax())])
    assert logit == pytest.approx(logits[position].max().item(), abs=1e-4)
    assert probability == pytest.approx(logits[position].softmax(0).max().item(), abs=1e-5)


def test_every_value_of_the_walk_exists_and_has_a_name(model: GPT, inside: Inside) -> None:
    whole = values(model, inside, 0)
    for step in STEPS:
        assert {f"gpt.inside_step_{step.name}", f"gpt.inside_say_{step.name}"} <= set(strings())
        for value in step.values:
            assert f"gpt.inside_page_value_{value.field}" in strings()
            assert whole[value.field].dim() == len(value.dims.split())
            assert len(of_token(value, whole[value.field], 5)) in (2, 16, 64, model.config.vocab_size)


def test_weights_a_model_has_not_are_left_out(model: GPT) -> None:
    named = {name for step in STEPS for name in weights(model, step)}
    assert "transformer.h.{layer}.attn.c_attn.weight" in named
    assert not any(name.endswith("bias") for name in named)
    assert "lm_head.weight" not in named
    with torch.device("meta"):
        other = GPT(Config(9, 8, 1, 1, 8, bias=True, tied=False))
    named = {name for step in STEPS for name in weights(other, step)}
    assert {"lm_head.weight", "transformer.h.{layer}.mlp.c_fc.bias"} <= named


def test_attention_arrives_as_it_left(inside: Inside) -> None:
    """Unpacked the way the page does it: row t of head (l, h) begins after the rows before it."""
    sent = np.frombuffer(base64.b64decode(encode_attention(inside.attention)), np.uint8)
    layers, heads, length, _ = inside.attention.shape
    assert len(sent) == layers * heads * length * (length + 1) // 2
    for layer, head, t, s in [(0, 0, 0, 0), (2, 1, 19, 0), (1, 0, 7, 7), (1, 1, 12, 5)]:
        place = (layer * heads + head) * length * (length + 1) // 2 + t * (t + 1) // 2 + s
        assert (sent[place] / 255) ** 2 == pytest.approx(inside.attention[layer, head, t, s].item(), abs=0.004)


@pytest.mark.parametrize(
    ("layers", "heads", "block_size", "expected"),
    [(6, 4, 256, 256), (12, 12, 1024, 128), (1, 1, 30, 30), (48, 25, 1024, 44)],
)
def test_a_message_never_carries_more_than_its_limit(layers: int, heads: int, block_size: int, expected: int) -> None:
    with torch.device("meta"):
        most = most_tokens(GPT(Config(10, block_size, layers, heads, heads)))
    assert most == expected
    assert layers * heads * most * (most + 1) / 2 <= MOST_WEIGHTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_message_is_json_and_says_what_was_left_out(model: GPT, tokenizer: CharTokenizer, language: str) -> None:
    encoding = tokenizer.encode(TEXT + "한글")
    inside = look(model, encoding.tokens, 8)
    shown = inside_view(model, tokenizer, inside, Source(encoding.tokens, encoding.unknown), language)
    assert orjson.loads(orjson.dumps(shown))["lens"] == shown["lens"]  # as Gradio sends it
    assert "".join(token["text"] for token in shown["tokens"]) == TEXT[-8:]
    assert any("한 글" in note for note in shown["notes"])
    assert any(str(len(TEXT)) in note for note in shown["notes"])
    assert {str(token) for row in shown["lens"]["guesses"] for ids in row for token in ids} == set(shown["pieces"])


def test_bytes_of_a_character_in_pieces_are_shown_as_they_are(model: GPT) -> None:
    tokenizer = BytePairTokenizer.learn(["안녕 hello hello"], 258)  # hardly any merge: syllables stay in bytes
    tokens = tokenizer.encode("안 hello").tokens
    torch.manual_seed(0)
    small = GPT(Config(len(tokenizer), block_size=16, layers=1, heads=1, width=8)).eval()
    whole = inside_view(small, tokenizer, look(small, tokens), Source(tokens), "ko")
    shown = whole["tokens"]
    assert whole["words_merged"][0]["steps"][0] == ["<EC>", "<95>", "<88>"]
    assert whole["words_merged"][0]["word"] == "안"
    assert inside_view(small, tokenizer, look(small, tokens, 3), Source(tokens), "ko")["words_merged"][-1]["last"] == 2
    assert "".join("".join(token["bytes"]) for token in shown) == "안 hello".encode().hex().upper()
    assert shown[0]["partial"]
    assert [token["completes"] for token in shown[:3]] == ["", "", "안"]


def test_a_text_without_spaces_keeps_the_message_small(model: GPT) -> None:
    """As 10,000 syllables of the Korean model would: the merges of one word fill no page."""
    tokenizer = BytePairTokenizer.learn(["안녕 hello hello"], 258)
    tokens = tokenizer.encode("가나다라마바사아자차카타파하" * 50).tokens
    torch.manual_seed(0)
    small = GPT(Config(len(tokenizer), block_size=16, layers=1, heads=1, width=8)).eval()
    shown = inside_view(small, tokenizer, look(small, tokens), Source(tokens), "ko")
    (word,) = shown["words_merged"]
    assert (word["first"], word["last"], word["bytes"], word["steps"]) == (0, 15, 2100, [])
    assert word["word"] == "가나다라마바사아자차카타…"
    said = strings()["gpt.inside_page_merges_long"]["ko"]
    assert "{word}" in said
    assert "{bytes}" in said


def test_the_carried_model_has_a_head_that_looks_one_token_back() -> None:
    """What the lesson on attention says of the first layer."""
    shakespeare = load("shakespeare")
    tokens = shakespeare.tokenizer.encode("ROMEO:\nBut, soft! what light through yonder window breaks?").tokens
    before = look(shakespeare.model, tokens).attention[0].diagonal(-1, dim1=-2, dim2=-1)  # (H, T - 1)
    assert before.mean(-1).max() > 0.8


def test_in_the_lesson_on_the_lens_the_answer_really_forms_on_the_way_up() -> None:
    setup = next(setup_of(lesson) for lesson in lessons("gpt") if lesson.key == "lens")
    adder = load(setup.model)
    tokens = adder.tokenizer.encode(PROMPT_FORMATS[adder.prompt_format].prompt(setup.prompt)).tokens
    seen = look(adder.model, tokens).lens
    assert adder.tokenizer.decode([tokens[-1]]) == setup.focus["token"]
    assert adder.tokenizer.decode([int(seen.answers[-1])]) == "3"  # 36 + 47 = 83, written from the right
    assert seen.first[-1] > 1
    rising = seen.answer.probability[:, -1].tolist()
    assert rising == sorted(rising)
