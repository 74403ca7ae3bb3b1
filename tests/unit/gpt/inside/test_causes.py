"""Look inside: what goes to the page of interventions and attribution."""

import pytest
import torch

from demos.common.errors import BadInput
from demos.gpt.inside import causes
from demos.gpt.inside.attribution import leave_one_out
from demos.gpt.inside.causes import LIKELIEST, attribution_view, intervention_view, most_left_out
from demos.gpt.inside.forward import Inside, look
from demos.gpt.inside.interventions import Intervention, intervene
from demos.gpt.model import GPT, Config
from demos.gpt.models.checkpoint import load
from demos.gpt.tokenizer import CharTokenizer
from tests.unit.gpt.inside.conftest import TEXT

READ, OTHER = TEXT[:20], TEXT[20:40]


@pytest.mark.parametrize("change", [Intervention(1, 0, 0.0), Intervention(2, None, 1.5), Intervention(0, 1, 1.0, True)])
def test_the_probabilities_before_and_after_are_the_models_and_the_largest_change_comes_first(
    model: GPT, tokenizer: CharTokenizer, inside: Inside, change: Intervention
) -> None:
    other = tokenizer.encode(OTHER).tokens
    rows = intervention_view(model, tokenizer, inside, change, 12, other)["rows"]
    tokens = inside.tokens.tolist()
    before, after = intervene(model, tokens, [])[12], intervene(model, tokens, [change], other)[12]
    assert (before - after).abs().max() > 0.001
    shown = [tokenizer.encode(piece).tokens[0] for piece, _, _ in rows]
    assert set(shown) == {*before.topk(LIKELIEST).indices.tolist(), *after.topk(LIKELIEST).indices.tolist()}
    torch.testing.assert_close(torch.tensor([row[1] for row in rows]), before[shown], atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.tensor([row[2] for row in rows]), after[shown], atol=1e-5, rtol=0)
    moved = [abs(new - old) for _, old, new in rows]
    assert moved == sorted(moved, reverse=True)


def test_without_a_change_both_are_the_same(model: GPT, tokenizer: CharTokenizer, inside: Inside) -> None:
    rows = intervention_view(model, tokenizer, inside, Intervention(1, 0), 19, [])["rows"]
    assert len(rows) == LIKELIEST
    assert all(old == new for _, old, new in rows)
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)


def test_another_text_of_another_length_is_refused_with_both_lengths(
    model: GPT, tokenizer: CharTokenizer, inside: Inside
) -> None:
    with pytest.raises(BadInput, match=r"has 7 tokens and this one 20"):
        intervention_view(
            model, tokenizer, inside, Intervention(1, 0, patched=True), 12, tokenizer.encode(TEXT[:7]).tokens
        )


def test_an_attribution_is_of_the_likeliest_token_or_of_the_one_that_was_chosen(
    model: GPT, tokenizer: CharTokenizer, inside: Inside
) -> None:
    likeliest = attribution_view(model, tokenizer, inside, 15, None)
    assert likeliest["target"] == likeliest["answers"][0][0] == int(inside.lens.answers[15])
    chosen = attribution_view(model, tokenizer, inside, 15, likeliest["answers"][3][0])
    assert chosen["target"] == likeliest["answers"][3][0]
    assert chosen["first"] == 0
    expected = leave_one_out(model, inside.tokens.tolist()[:16], chosen["target"])
    torch.testing.assert_close(torch.tensor(chosen["left_out"]), expected)
    pair = torch.tensor([chosen["gradient"], chosen["left_out"]])
    assert chosen["correlation"] == pytest.approx(torch.corrcoef(pair)[0, 1].item())
    assert chosen["gradient"] != pytest.approx(likeliest["gradient"])


def test_of_a_long_text_the_last_tokens_are_read_and_of_a_single_one_none_is_left_out(
    model: GPT, tokenizer: CharTokenizer, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_LEFT_OUT", 6)
    cut = attribution_view(model, tokenizer, inside, 15, None)
    assert (cut["first"], len(cut["gradient"]), len(cut["left_out"])) == (10, 6, 6)
    single = attribution_view(model, tokenizer, inside, 0, None)
    assert (len(single["gradient"]), single["left_out"], single["correlation"]) == (1, None, None)


def test_a_larger_model_reads_a_shorter_text(model: GPT) -> None:
    with torch.device("meta"):
        gpt2 = GPT(Config(50257, block_size=1024, layers=12, heads=12, width=768, bias=True))
    assert most_left_out(gpt2) == 49
    assert most_left_out(model) == 128


def test_a_model_that_was_loaded_has_gradients() -> None:
    shakespeare = load("shakespeare")
    seen = look(shakespeare.model, shakespeare.tokenizer.encode("ROMEO:\nBut, soft").tokens)
    found = attribution_view(shakespeare.model, shakespeare.tokenizer, seen, 15, None)
    assert max(map(abs, found["gradient"])) > 0.01
