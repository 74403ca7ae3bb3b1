"""Our GPT against transformers' GPT-2, against itself without a cache, and against finite differences."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.gpt.model import GPT, Cache, Config, from_gpt2, loss
from demos.gpt.sample import Sampling, sample

GPT2 = Config(vocab_size=50257, block_size=1024, layers=12, heads=12, width=768)  # the smallest one published
SMALL = Config(vocab_size=31, block_size=24, layers=3, heads=4, width=32)


@pytest.fixture
def theirs() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=31, n_positions=24, n_layer=3, n_head=4, n_embd=32)
    model = GPT2LMHeadModel(config).eval()
    for parameter in model.parameters():  # far from the small initial values, biases and norms too
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    return model


@pytest.fixture
def ours() -> GPT:
    torch.manual_seed(1)
    model = GPT(SMALL).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return model


def tokens(batch: int, length: int) -> torch.Tensor:
    return torch.randint(31, (batch, length), generator=torch.Generator().manual_seed(7))


@torch.no_grad()
def test_logits_and_loss_are_those_of_transformers(theirs: GPT2LMHeadModel) -> None:
    ours = from_gpt2(theirs.state_dict(), heads=4)
    text = tokens(2, 24)
    expected = theirs(text, labels=text)
    logits = ours(text)
    assert expected.logits.std() > 1  # the comparison means something
    torch.testing.assert_close(logits, expected.logits, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(loss(logits[:, :-1], text[:, 1:]), expected.loss)


def test_gpt2_has_the_published_number_of_parameters() -> None:
    with torch.device("meta"):
        assert GPT(GPT2).parameter_count == 124_439_808


def test_weights_that_are_not_gpt2s_are_named(theirs: GPT2LMHeadModel) -> None:
    weights = theirs.state_dict()
    del weights["transformer.h.1.mlp.c_fc.weight"]
    with pytest.raises(ValueError, match=r"h\.1\.mlp\.c_fc\.weight"):
        from_gpt2(weights, heads=4)


@pytest.mark.parametrize("part", ["wte", "wpe", "h.0.attn.c_attn"])
def test_weights_without_a_part_that_every_gpt2_has_are_refused(theirs: GPT2LMHeadModel, part: str) -> None:
    weights = theirs.state_dict()
    del weights[f"transformer.{part}.weight"]
    with pytest.raises(ValueError, match=f"no .*{part.removeprefix('h.0.attn.')}"):
        from_gpt2(weights, heads=4)


@pytest.mark.parametrize("written", [True, False])
def test_a_head_that_is_the_embedding_is_tied_whether_it_was_written_or_not(
    theirs: GPT2LMHeadModel, written: bool
) -> None:
    weights = theirs.state_dict()
    if not written:
        del weights["lm_head.weight"]
    ours = from_gpt2(weights, heads=4)
    assert ours.config.tied
    assert ours.lm_head is None


def test_weights_begin_as_gpt2s() -> None:
    """Radford et al. 2019, section 2.3, and its code: 0.02, less by √(2 L) where layers add to the stream."""
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=500, block_size=100, layers=8, heads=4, width=128, tied=False))
    for name, parameter in model.named_parameters():
        if "ln_" in name:
            assert parameter.unique().tolist() == [float(name.endswith("weight"))]
        elif name.endswith("bias"):
            assert parameter.abs().max() == 0
        else:
            std = 0.02 / 4 if name.endswith("c_proj.weight") else 0.02
            assert parameter.std().item() == pytest.approx(std, rel=0.03)
            assert parameter.mean().abs() < std / 20


def test_a_head_of_its_own_is_kept(theirs: GPT2LMHeadModel) -> None:
    weights = dict(theirs.state_dict())
    weights["lm_head.weight"] = torch.randn(31, 32, generator=torch.Generator().manual_seed(3))
    ours = from_gpt2(weights, heads=4)
    assert ours.lm_head is not None
    torch.testing.assert_close(ours.lm_head.weight, weights["lm_head.weight"])


@torch.no_grad()
@pytest.mark.parametrize("pieces", [[24], [1] * 24, [5, 1, 1, 9, 8], [23, 1]])
def test_reading_piece_by_piece_gives_the_same_logits(ours: GPT, pieces: list[int]) -> None:
    text = tokens(3, 24)
    cache = ours.new_cache(batch=3)
    logits = torch.cat([ours(piece, cache) for piece in text.split(pieces, dim=1)], dim=1)
    torch.testing.assert_close(logits, ours(text), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("prompt_length", [1, 20, 24, 60])
def test_the_same_seed_writes_the_same_with_and_without_cache(ours: GPT, prompt_length: int) -> None:
    prompt = tokens(1, prompt_length)[0].tolist()
    sampling = Sampling(max_tokens=70, temperature=1.0, top_k=20, top_p=0.95, seed=5)  # well over the block of 24
    cached = list(sample(ours, prompt, sampling))
    uncached = list(sample(ours, prompt, sampling, cached=False))
    assert [each.token for each in cached] == [each.token for each in uncached]
    assert [each.probability for each in cached] == pytest.approx([each.probability for each in uncached], abs=1e-5)
    assert len({each.token for each in cached}) > 5


def test_a_token_does_not_see_what_comes_after_it(ours: GPT) -> None:
    text = tokens(1, 24)
    changed = text.clone()
    changed[0, 15:] = (changed[0, 15:] + 1) % 31
    torch.testing.assert_close(ours(text)[:, :15], ours(changed)[:, :15])
    assert not torch.allclose(ours(text)[:, 15:], ours(changed)[:, 15:])


def test_gradients_agree_with_finite_differences() -> None:
    torch.manual_seed(2)
    model = GPT(Config(vocab_size=5, block_size=4, layers=1, heads=2, width=8)).double()
    inputs, targets = torch.tensor([[0, 3, 1, 4]]), torch.tensor([[3, 1, 4, 2]])
    names = list(dict(model.named_parameters()))

    def of(*parameters: torch.Tensor) -> torch.Tensor:
        logits = torch.func.functional_call(model, dict(zip(names, parameters, strict=True)), (inputs,))
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())

    assert torch.autograd.gradcheck(of, tuple(model.parameters()), eps=1e-6, atol=1e-6)


def test_more_tokens_than_the_block_are_refused(ours: GPT) -> None:
    with pytest.raises(ValueError, match="25 tokens"):
        ours(tokens(1, 25))
    cache = Cache(SMALL, dtype=torch.float32, device=torch.device("cpu"))
    ours(tokens(1, 20), cache)
    with pytest.raises(ValueError, match="25 tokens"):
        ours(tokens(1, 5), cache)


@pytest.mark.parametrize(
    "wrong", [{"width": 30}, {"layers": 0}, {"vocab_size": 0}, {"dropout": 1.0}, {"block_size": -1}]
)
def test_a_shape_that_cannot_be_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"."):
        Config(**({"vocab_size": 10, "heads": 4, "width": 32} | wrong))
