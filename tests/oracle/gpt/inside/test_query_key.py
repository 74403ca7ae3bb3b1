"""Query and key of one head against transformers' GPT-2: its own projections and its own attention weights."""

import math

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.gpt.inside.forward import look
from demos.gpt.inside.query_key import query_key
from demos.gpt.model import GPT, from_gpt2

TOKENS = [7, 3, 3, 11, 0, 19, 4, 7]
LAYERS, HEADS, WIDTH = 3, 4, 32


@pytest.fixture(scope="module")
def theirs() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=20, n_positions=16, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, attn_implementation="eager"
    )
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(8)  # else all weights of attention are nearly the same
    return model


@pytest.fixture(scope="module")
def ours(theirs: GPT2LMHeadModel) -> GPT:
    return from_gpt2(theirs.state_dict(), heads=HEADS)


@pytest.mark.parametrize("layer", range(LAYERS))
@pytest.mark.parametrize(("head", "position"), [(0, 0), (1, 3), (2, 5), (3, 7)])
def test_it_is_what_transformers_computes(
    layer: int, head: int, position: int, theirs: GPT2LMHeadModel, ours: GPT
) -> None:
    projected: list[torch.Tensor] = []
    hook = theirs.transformer.h[layer].attn.c_attn.register_forward_hook(lambda *given: projected.append(given[2]))
    with torch.inference_mode():
        attention = theirs(torch.tensor([TOKENS]), output_attentions=True).attentions[layer]
    hook.remove()
    query, key, _ = projected[0][0].view(len(TOKENS), 3, HEADS, WIDTH // HEADS)[:, :, head].unbind(1)

    found = query_key(ours, look(ours, TOKENS), layer, head, position)
    close = {"rtol": 1e-4, "atol": 1e-5}
    torch.testing.assert_close(found.query, query[position], **close)
    torch.testing.assert_close(found.keys, key[: position + 1], **close)
    torch.testing.assert_close(found.weights, attention[0, head, position, : position + 1], **close)
    expected = [query[position] @ key[s] / math.sqrt(WIDTH // HEADS) for s in range(position + 1)]
    torch.testing.assert_close(found.scores, torch.stack(expected), **close)


def test_the_products_add_up_to_the_score_and_the_weights_are_those_of_the_attention_view(ours: GPT) -> None:
    inside = look(ours, TOKENS)
    found = query_key(ours, inside, 1, 2, 6)
    torch.testing.assert_close(found.products.sum(-1), found.scores)
    torch.testing.assert_close(found.weights, inside.attention[1, 2, 6, :7])
