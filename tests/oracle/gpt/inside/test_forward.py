"""What "look inside" shows, against transformers' GPT-2 and against the model's own forward pass."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.gpt.inside.forward import Inside, block_inside, embed, look, scores, unembed
from demos.gpt.inside.lens import lens
from demos.gpt.model import GPT, Config, from_gpt2

LAYERS, HEADS, WIDTH, VOCABULARY, LENGTH = 3, 4, 32, 31, 20


@pytest.fixture(scope="module")
def theirs() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=VOCABULARY, n_positions=24, n_layer=LAYERS, n_head=HEADS, n_embd=WIDTH, attn_implementation="eager"
    )
    model = GPT2LMHeadModel(config).eval()
    for parameter in model.parameters():  # far from the small initial values, biases and norms too
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    return model


@pytest.fixture(scope="module")
def ours(theirs: GPT2LMHeadModel) -> GPT:
    return from_gpt2(theirs.state_dict(), heads=HEADS)


@pytest.fixture(scope="module")
def text() -> list[int]:
    return torch.randint(VOCABULARY, (LENGTH,), generator=torch.Generator().manual_seed(7)).tolist()


@pytest.fixture(scope="module")
def inside(ours: GPT, text: list[int]) -> Inside:
    return look(ours, text)


@pytest.fixture(scope="module")
def expected(theirs: GPT2LMHeadModel, text: list[int]):  # type: ignore[no-untyped-def]
    with torch.no_grad():
        return theirs(torch.tensor([text]), output_attentions=True, output_hidden_states=True)


def test_attention_of_every_layer_and_head_is_that_of_transformers(inside: Inside, expected) -> None:  # type: ignore[no-untyped-def]
    theirs = torch.cat(expected.attentions)  # (L, H, T, T)
    assert inside.attention.shape == (LAYERS, HEADS, LENGTH, LENGTH)
    assert theirs.std() > 0.05  # the comparison means something
    torch.testing.assert_close(inside.attention, theirs, atol=1e-5, rtol=0)


def test_the_residual_stream_is_that_of_transformers(inside: Inside, expected, theirs: GPT2LMHeadModel) -> None:  # type: ignore[no-untyped-def]
    hidden = torch.cat(expected.hidden_states)  # (L + 1, T, C); theirs has the last one normalised already
    assert inside.residual.shape == (LAYERS + 1, LENGTH, WIDTH)
    torch.testing.assert_close(inside.residual[:-1], hidden[:-1], atol=1e-4, rtol=1e-4)
    with torch.no_grad():
        torch.testing.assert_close(theirs.transformer.ln_f(inside.residual[-1]), hidden[-1], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_the_last_row_of_the_lens_is_what_the_model_says(inside: Inside, ours: GPT, text: list[int]) -> None:
    said = ours(torch.tensor([text]))[0].softmax(-1)  # (T, V)
    best = said.topk(5)
    assert torch.equal(inside.lens.guesses[-1], best.indices)
    torch.testing.assert_close(inside.lens.probabilities[-1], best.values, atol=1e-5, rtol=1e-4)
    assert torch.equal(inside.lens.answers, best.indices[:, 0])
    assert inside.lens.answer.rank[-1].tolist() == [1] * LENGTH


@torch.no_grad()
def test_the_lens_agrees_with_a_direct_computation(inside: Inside, expected, theirs: GPT2LMHeadModel, text) -> None:  # type: ignore[no-untyped-def]
    answers = expected.logits[0].argmax(-1)
    for layer in range(LAYERS):  # transformers' own hidden states through its own last norm and output layer
        hidden = expected.hidden_states[layer][0]
        said = theirs.lm_head(theirs.transformer.ln_f(hidden)).softmax(-1)  # (T, V)
        for position in range(LENGTH):
            row = said[position].tolist()
            order = sorted(range(VOCABULARY), key=lambda token: -row[token])
            assert inside.lens.guesses[layer, position].tolist() == order[:5]
            answer = int(answers[position])
            assert inside.lens.answer.probability[layer, position].item() == pytest.approx(row[answer], abs=1e-4)
            assert inside.lens.answer.rank[layer, position].item() == order.index(answer) + 1
            if position + 1 < LENGTH:
                following = text[position + 1]
                assert inside.lens.actual.probability[layer, position].item() == pytest.approx(row[following], abs=1e-4)
                assert inside.lens.actual.rank[layer, position].item() == order.index(following) + 1
    assert inside.lens.actual.rank[:, -1].tolist() == [0] * (LAYERS + 1)  # nothing came after the last token


@torch.no_grad()
@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("exact_gelu", [True, False])
def test_the_steps_end_where_the_models_own_forward_ends(tied: bool, bias: bool, exact_gelu: bool) -> None:
    torch.manual_seed(3)
    shape = Config(17, block_size=12, layers=2, heads=2, width=8, tied=tied, bias=bias, exact_gelu=exact_gelu)
    model = GPT(shape).eval()
    for parameter in model.parameters():
        parameter.add_(0.3 * torch.randn_like(parameter))
    tokens = torch.randint(17, (12,))
    start = embed(model, tokens)
    stream = start.sum
    for block in model.transformer.h:
        opened = block_inside(block, stream)
        torch.testing.assert_close(opened.after_mlp, block(stream[None])[0], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(opened.after_attention, stream + block.attn(block.ln_1(stream[None]))[0])
        weights = scores(opened.query, opened.key).softmax(-1)
        torch.testing.assert_close(weights, opened.attention)
        assert opened.attention.triu(1).abs().max() == 0
        stream = opened.after_mlp
    end = unembed(model, stream)
    torch.testing.assert_close(end.logits, model(tokens[None])[0], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(end.probabilities.sum(-1), torch.ones(12))


def test_of_a_text_longer_than_the_block_the_end_is_read(ours: GPT) -> None:
    long = torch.randint(VOCABULARY, (60,), generator=torch.Generator().manual_seed(1)).tolist()
    inside = look(ours, long)
    assert inside.tokens.tolist() == long[-24:]
    assert inside.dropped == 36
    shorter = look(ours, long, longest=10)
    assert shorter.tokens.tolist() == long[-10:]
    torch.testing.assert_close(shorter.attention, look(ours, long[-10:]).attention)


def test_looking_leaves_the_model_as_it_was(ours: GPT, text: list[int]) -> None:
    before = {name: tensor.clone() for name, tensor in ours.state_dict().items()}
    look(ours, text)
    assert all(torch.equal(tensor, before[name]) for name, tensor in ours.state_dict().items())
    assert not any(module._forward_hooks for module in ours.modules())  # others may be writing with it


@torch.no_grad()
def test_lens_rows_come_one_by_one(ours: GPT, inside: Inside) -> None:
    rows = list(lens(ours, inside.residual, inside.tokens))
    assert len(rows) == LAYERS + 1
    assert torch.equal(rows[1].guesses, inside.lens.guesses[1])
