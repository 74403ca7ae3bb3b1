"""What a click on a token shows, against the model read from scratch and the sampler's own report."""

import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.prompt import prepare
from demos.gpt.sample import Sampling, distribution, sample
from demos.gpt.tokenizer import CharTokenizer
from demos.gpt.write.candidates import logits_of, ranking
from demos.gpt.write.generate import context_of, generate
from demos.gpt.write.token_tree import GIVEN, TokenTree

ALPHABET = "\nabcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def model() -> Checkpoint:
    torch.manual_seed(1)
    gpt = GPT(Config(len(ALPHABET), block_size=12, layers=2, heads=2, width=16)).eval()
    with torch.no_grad():
        gpt.transformer.wte.weight.mul_(20)  # a model with opinions
    return Checkpoint(gpt, CharTokenizer(ALPHABET))


def prompted(model: Checkpoint, text: str) -> tuple[TokenTree, int]:
    tree, prompt = TokenTree(), prepare(model, text)
    return tree, tree.add_prompt(prompt.tokens, prompt.probabilities, len(prompt.tokens) - prompt.read)


@pytest.mark.parametrize("prompt", ["", "a", "hello", "abcdefghijkl", "abcdefghijklm", "the quick brown fox" * 3])
def test_every_written_token_has_the_probability_it_was_drawn_with(model: Checkpoint, prompt: str) -> None:
    """Over several slides of the window: softmax(model(context)), the context read from scratch."""
    prompt = prompt.replace(" ", "")
    tree, node = prompted(model, prompt)
    sampling = Sampling(max_tokens=60, temperature=1.1, top_k=9, top_p=0.9, seed=4, repetition_penalty=1.2)
    ends = [ends[0] for ends in generate(model, tree, node, [sampling])]
    written = [each for each in tree.path(ends[-1]) if tree[each].kind != GIVEN]
    read = model.tokenizer.encode(prompt).tokens or [model.tokenizer.start]
    truth = list(sample(model.model, read, sampling))
    assert [tree[each].token for each in written] == [each.token for each in truth]
    for each, drawn in zip(written, truth, strict=True):
        logits, context = logits_of(model, tree, each), context_of(model, tree, each)
        assert len(context) <= 12
        by_hand = model.model(torch.tensor([context]))[0, -1].softmax(0)
        torch.testing.assert_close(logits.softmax(0), by_hand)
        before = read if tree[each].depth == 1 else tree.tokens(tree[each].parent)
        result = ranking(logits, before, tree[each].token, sampling)
        stands = next(candidate for candidate in result.candidates if candidate.token == drawn.token)
        assert stands.model == pytest.approx(drawn.probability, abs=1e-5)
        assert stands.final == pytest.approx(drawn.final, abs=1e-5)


def test_going_on_is_the_same_as_typing_the_passage(model: Checkpoint) -> None:
    tree, node = prompted(model, "ab")
    *_, (end,) = generate(model, tree, node, [Sampling(max_tokens=50, temperature=1, seed=1)])
    path = tree.path(end)
    for cut in (1, 5, 11, 12, 13, 30, 52):
        sampling = Sampling(max_tokens=20, temperature=0.9, seed=7, repetition_penalty=1.3)
        *_, (again,) = generate(model, tree, path[cut - 1], [sampling])
        assert tree.tokens(again)[cut:] == [
            each.token for each in sample(model.model, tree.tokens(end)[:cut], sampling)
        ]


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0, 1.6])
@pytest.mark.parametrize("top_k", [0, 1, 5])
@pytest.mark.parametrize("top_p", [1.0, 0.6])
def test_the_three_columns_are_the_definition_and_each_sums_to_one(
    temperature: float, top_k: int, top_p: float
) -> None:
    logits = 3 * torch.randn(500, generator=torch.Generator().manual_seed(2))
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, repetition_penalty=1.5)
    best = int(logits.argmax())
    weighed = logits.clone()
    weighed[best] /= 1.5
    stands = int(logits.argsort()[100])  # none of the likeliest
    result = ranking(logits, [best, best], stands, sampling)
    assert [c.rank for c in result.candidates] == [*range(1, 21), 400]
    assert result.rest.count == 500 - 21
    columns = (
        ("model", logits.softmax(0)),
        ("shaped", distribution(weighed, temperature)),
        ("final", distribution(weighed, temperature, top_k, top_p)),
    )
    for name, truth in columns:
        for candidate in result.candidates:
            assert getattr(candidate, name) == pytest.approx(float(truth[candidate.token]), abs=1e-6)
        total = sum(getattr(c, name) for c in result.candidates) + getattr(result.rest, name)
        assert total == pytest.approx(1, abs=1e-9)
    kept = sum(candidate.final > 0 for candidate in result.candidates) + result.rest.kept
    assert kept == int((distribution(weighed, temperature, top_k, top_p) > 0).sum())
    assert result.entropy == pytest.approx(float(torch.distributions.Categorical(logits=logits).entropy()), abs=1e-4)


def test_tokens_of_a_prompt_are_judged_from_what_stood_before_them(model: Checkpoint) -> None:
    long = "abcdefghijklmnopqrstuvwxyz" * 2
    tree, node = prompted(model, long)
    tokens = tree.tokens(node)
    for at, each in enumerate(tree.path(node)):
        read = context_of(model, tree, each)
        assert read == (tokens[:at][-len(read) :] or [model.tokenizer.start])
        assert len(read) <= 12
        if tree[each].probability is not None:
            assert float(logits_of(model, tree, each).softmax(0)[tokens[at]]) == pytest.approx(
                tree[each].probability, abs=1e-5
            )


def test_a_short_prompt_after_a_longer_one_that_began_alike(model: Checkpoint) -> None:
    tree, _ = prompted(model, "abcdefghijklmnopqrstuvwxyz")
    prompt = prepare(model, "abc")
    short = tree.add_prompt(prompt.tokens, prompt.probabilities)
    *_, (end,) = generate(model, tree, short, [Sampling(max_tokens=5, temperature=0)])
    assert tree.tokens(end)[3:] == [each.token for each in sample(model.model, prompt.tokens, Sampling(5, 0))]


def test_side_by_side_each_passage_is_the_one_written_alone(model: Checkpoint) -> None:
    tree, node = prompted(model, "hello")
    samplings = [Sampling(max_tokens=30, temperature=t, seed=s) for t, s in ((0, 1), (0.8, 2), (1.5, 3), (0.8, 4))]
    *_, ends = generate(model, tree, node, samplings)
    tokens = model.tokenizer.encode("hello").tokens
    for end, sampling in zip(ends, samplings, strict=True):
        assert tree.tokens(end)[5:] == [each.token for each in sample(model.model, tokens, sampling)]


def test_a_passage_with_its_stop_text_ends_and_the_others_go_on(model: Checkpoint) -> None:
    tree, node = prompted(model, "q")
    *_, (full,) = generate(model, tree, node, [Sampling(max_tokens=40, temperature=1, seed=1)])
    text = model.tokenizer.decode(tree.tokens(full)[1:])
    samplings = [Sampling(max_tokens=40, temperature=1, seed=seed) for seed in (1, 2)]
    *_, (short, long) = generate(model, tree, node, samplings, [text[9:11], ""])
    assert model.tokenizer.decode(tree.tokens(short)[1:]) == text[: text.index(text[9:11]) + 2]
    assert tree.depth(long) == 41
