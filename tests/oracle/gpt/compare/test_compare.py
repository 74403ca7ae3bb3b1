"""Two models on one text, against transformers' logits, cross-entropy and divergence, and against plain sums."""

import math

import pytest
import torch
import torch.nn.functional as F

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.common.errors import BadInput
from demos.gpt.compare.predictions import Compared, compare_on
from demos.gpt.compare.segments import segments
from demos.gpt.compare.untrained import untrained
from demos.gpt.compare.weight_distance import weight_distances
from demos.gpt.model import GPT, Config, from_gpt2
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer, NumberTokenizer

TEXT = "the quick brown fox jumps over the lazy dog; 바나나는 노랗다.\n"
LETTERS = CharTokenizer.of(TEXT)
BYTES = BytePairTokenizer.learn([TEXT * 4], 290)


def theirs(seed: int, vocabulary: int, block_size: int = 96) -> GPT2LMHeadModel:
    torch.manual_seed(seed)
    config = GPT2Config(vocab_size=vocabulary, n_positions=block_size, n_layer=2, n_head=2, n_embd=16)
    model = GPT2LMHeadModel(config).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    return model


def ours(model: GPT2LMHeadModel, tokenizer: CharTokenizer | BytePairTokenizer) -> Checkpoint:
    return Checkpoint(from_gpt2(model.state_dict(), heads=2), tokenizer)


@torch.no_grad()
def said_by(model: GPT2LMHeadModel, tokens: list[int]) -> torch.Tensor:
    """Their log-probabilities (T, V) after each token."""
    return F.log_softmax(model(torch.tensor([tokens])).logits[0].double(), -1)


@torch.no_grad()
def test_with_one_vocabulary_all_is_what_transformers_gives() -> None:
    first, second = theirs(0, len(LETTERS)), theirs(1, len(LETTERS))
    tokens = LETTERS.encode(TEXT).tokens
    compared = compare_on(ours(first, LETTERS), ours(second, LETTERS), TEXT)
    assert compared.same_vocabulary
    assert [segment.text for segment in compared.segments] == list(TEXT)
    asked = torch.tensor(tokens[1:])
    logits = [model(torch.tensor([tokens])).logits[0].double() for model in (first, second)]
    for losses, score, own in zip(
        (compared.losses_a, compared.losses_b), (compared.score_a, compared.score_b), logits, strict=True
    ):
        assert losses[0] is None  # nothing before it
        expected = F.cross_entropy(own[:-1], asked, reduction="none")
        torch.testing.assert_close(torch.tensor(losses[1:]).double(), expected, atol=1e-4, rtol=1e-4)
        assert score.nats_per_token == pytest.approx(F.cross_entropy(own[:-1], asked).item(), abs=1e-4)
        assert score.bits_per_character == pytest.approx(score.nats_per_token / math.log(2))
    p, q = (F.log_softmax(each, -1) for each in logits)
    divergences = F.kl_div(q, p, reduction="none", log_target=True).sum(-1)
    told = [place.divergence for place in compared.places[1:] if place]
    torch.testing.assert_close(torch.tensor(told).double(), divergences, atol=1e-4, rtol=1e-4)
    best = int(divergences[:-1].argmax())
    assert compared.most_different(1) == [best + 1]
    last = compared.places[-1]
    assert last is not None
    for token, by_a, by_b in last.choices:
        assert (by_a, by_b) == pytest.approx((p[-1, token].exp().item(), q[-1, token].exp().item()), abs=1e-4)
    likeliest = {*p[-1].topk(6).indices.tolist(), *q[-1].topk(6).indices.tolist()}
    assert {choice[0] for choice in last.choices} == likeliest


def test_two_vocabularies_are_compared_over_the_stretches_that_both_spell() -> None:
    """Both lose over the whole text what transformers says their tokens lose; only the bits count characters."""
    first, second = theirs(0, len(LETTERS)), theirs(1, len(BYTES))
    compared = compare_on(ours(first, LETTERS), ours(second, BYTES), TEXT)
    assert not compared.same_vocabulary
    assert "".join(segment.text for segment in compared.segments) == TEXT
    tokens_a, tokens_b = LETTERS.encode(TEXT).tokens, BYTES.encode(TEXT).tokens
    skip_a, skip_b = (max(1, each.stop) for each in (compared.segments[0].a, compared.segments[0].b))
    for model, tokens, skip, losses in (
        (first, tokens_a, skip_a, compared.losses_a),
        (second, tokens_b, skip_b, compared.losses_b),
    ):
        said = said_by(model, tokens)
        expected = -sum(said[t - 1, tokens[t]].item() for t in range(skip, len(tokens)))
        assert sum(loss for loss in losses if loss is not None) == pytest.approx(expected, abs=1e-3)
    characters = len(TEXT) - len(compared.segments[0].text)
    assert compared.score_a.characters == compared.score_b.characters == characters
    assert compared.score_a.tokens == characters
    assert all(place is None or place.divergence is None for place in compared.places)
    s = len(compared.segments) // 2
    place = compared.places[s]
    assert place is not None
    own = said_by(second, tokens_b)[compared.segments[s].b.start - 1].exp().topk(6)
    assert [token for token, _ in place.best_b] == own.indices.tolist()
    assert [p for _, p in place.best_b] == pytest.approx(own.values.tolist(), abs=1e-4)


def test_segments_end_only_where_a_token_of_both_ends() -> None:
    a = BytePairTokenizer.learn(["the the the then"], 259)
    b = CharTokenizer.of(TEXT)
    text = "then the 바 dog"
    tokens_a, tokens_b = a.encode(text).tokens, b.encode(text).tokens
    cut = segments(text, a, b, tokens_a, tokens_b)
    assert b"".join(segment.content for segment in cut).decode() == text
    for segment in cut:
        assert segment.spelled
        for tokenizer, tokens, own in ((a, tokens_a, segment.a), (b, tokens_b, segment.b)):
            assert b"".join(tokenizer.bytes_of(tokens[t]) for t in own) == segment.content
    assert next(segment for segment in cut if segment.text == "바").a.__len__() == 3  # three bytes, three tokens


def test_what_one_does_not_know_is_compared_by_neither() -> None:
    small = CharTokenizer.of("thequickbrown ")
    compared = compare_on(ours(theirs(0, len(LETTERS)), LETTERS), ours(theirs(1, len(small)), small), "the fox")
    assert compared.unknown_b == ("f", "x")
    missing = {s.text for s, loss in zip(compared.segments, compared.losses_a, strict=True) if loss is None}
    assert missing == {"t", "f", "x"}
    assert [a is None for a in compared.losses_a] == [b is None for b in compared.losses_b]
    assert compared.score_a.characters == 4


def test_both_begin_where_the_shorter_context_has_room() -> None:
    long, short = theirs(0, len(LETTERS), 96), theirs(1, len(LETTERS), 16)
    compared = compare_on(ours(long, LETTERS), ours(short, LETTERS), TEXT)
    last = LETTERS.encode(TEXT).tokens[-16:]
    assert compared.dropped == len(TEXT) - 16
    for model, losses in ((long, compared.losses_a), (short, compared.losses_b)):
        said = said_by(model, last)
        expected = [-said[t - 1, last[t]].item() for t in range(1, 16)]
        assert losses[1:] == pytest.approx(expected, abs=1e-4)


def test_a_model_does_not_differ_from_itself() -> None:
    one = ours(theirs(0, len(LETTERS)), LETTERS)
    compared: Compared = compare_on(one, one, TEXT)
    assert {place.divergence for place in compared.places if place} == {0.0}
    assert compared.most_different(5) == []
    assert all(
        (each.relative, each.cosine) == (0.0, pytest.approx(1.0)) for each in weight_distances(one.model, one.model)
    )


def test_weights_lie_apart_as_far_as_plain_sums_say() -> None:
    a, b = (ours(theirs(seed, len(LETTERS)), LETTERS).model for seed in (0, 1))
    found = {(each.name, each.layer): each for each in weight_distances(a, b)}
    assert list(found) == [
        *(("tokens", None), ("positions", None)),
        *(("attention", 1), ("mlp", 1), ("attention", 2), ("mlp", 2)),
        ("norm", None),
    ]
    x, y = (
        torch.cat(
            [p.flatten() for part in (m.transformer.h[1].ln_2, m.transformer.h[1].mlp) for p in part.parameters()]
        )
        for m in (a, b)
    )
    mlp = found["mlp", 2]
    assert mlp.relative == pytest.approx(((x - y).norm() / x.norm()).item(), rel=1e-5)
    assert mlp.cosine == pytest.approx(F.cosine_similarity(x, y, dim=0).item(), rel=1e-4)


def test_models_of_another_shape_have_no_distance() -> None:
    a = GPT(Config(5, block_size=8, layers=1, heads=1, width=8))
    with pytest.raises(ValueError, match="shape"):
        weight_distances(a, GPT(Config(5, block_size=8, layers=2, heads=1, width=8)))


def test_an_untrained_model_has_gpt2s_first_weights() -> None:
    config = Config(65, block_size=32, layers=3, heads=2, width=64)
    trained = GPT(config)
    before = torch.get_rng_state()
    fresh = untrained(trained, seed=3)
    assert torch.equal(torch.get_rng_state(), before)  # whoever trains beside it draws what he would have drawn
    for (name, own), (_, expected) in zip(fresh.named_parameters(), GPT(config).named_parameters(), strict=True):
        assert own.shape == expected.shape
        assert own.std().item() == pytest.approx(expected.std().item(), abs=2e-3, rel=0.1), name
        assert own.mean().item() == pytest.approx(expected.mean().item(), abs=2e-3), name
    assert all(torch.equal(x, y) for x, y in zip(fresh.parameters(), untrained(trained, 3).parameters(), strict=True))


@pytest.mark.parametrize(("text", "key"), [("", "known"), ("t", "known"), ("zzzz", "known"), ("x" * 10_001, "long")])
def test_a_text_that_cannot_be_compared_is_refused(text: str, key: str) -> None:
    small = CharTokenizer.of("the")
    with pytest.raises(BadInput) as refused:
        compare_on(ours(theirs(0, len(LETTERS)), LETTERS), ours(theirs(1, 3), small), text)
    assert key in refused.value.key


def test_numbers_are_no_text() -> None:
    numbers = Checkpoint(GPT(Config(9, block_size=8, layers=1, heads=1, width=8)).eval(), NumberTokenizer(9))
    letters = Checkpoint(GPT(Config(3, block_size=8, layers=1, heads=1, width=8)).eval(), CharTokenizer.of("12 "))
    with pytest.raises(BadInput) as refused:
        compare_on(numbers, letters, "1 2")
    assert refused.value.key == "gpt.compare_no_text"
