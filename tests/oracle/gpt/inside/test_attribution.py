"""Attribution against transformers' GPT-2, its autograd and its own reading of the shortened texts."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2LMHeadModel

from demos.gpt.inside.attribution import gradient_times_input, leave_one_out
from demos.gpt.model import GPT
from tests.oracle.gpt.inside.conftest import LENGTH, VOCABULARY

TARGET = 5
TEXT = torch.randint(VOCABULARY, (LENGTH,), generator=torch.Generator().manual_seed(1)).tolist()


def test_gradient_times_input_is_that_of_transformers_and_leaves_no_gradient(
    theirs: GPT2LMHeadModel, ours: GPT
) -> None:
    meaning = theirs.transformer.wte(torch.tensor([TEXT])).detach().requires_grad_()
    theirs(inputs_embeds=meaning).logits[0, -1].log_softmax(-1)[TARGET].backward()
    expected = (meaning.grad * meaning.detach())[0].sum(-1)
    assert expected.abs().max() > 0.01  # the comparison means something
    torch.testing.assert_close(gradient_times_input(ours, TEXT, TARGET), expected, atol=1e-4, rtol=1e-4)
    assert all(parameter.grad is None for parameter in ours.parameters())


@torch.no_grad()
def test_leaving_a_token_out_costs_what_it_costs_transformers(theirs: GPT2LMHeadModel, ours: GPT) -> None:
    def said(text: list[int]) -> torch.Tensor:
        return theirs(torch.tensor([text])).logits[0, -1].log_softmax(-1)[TARGET]

    expected = torch.stack([said(TEXT) - said(TEXT[:i] + TEXT[i + 1 :]) for i in range(LENGTH)])
    assert expected.abs().max() > 0.01
    torch.testing.assert_close(leave_one_out(ours, TEXT, TARGET), expected, atol=1e-4, rtol=1e-4)


def test_of_a_single_token_none_can_be_left_out(ours: GPT) -> None:
    with pytest.raises(ValueError, match="single"):
        leave_one_out(ours, [3], TARGET)
