"""What the lessons say of the carried models, measured on them."""

import pytest
import torch

from demos.common.i18n import strings
from demos.common.lessons import lessons
from demos.gpt.lessons import setup_of
from demos.gpt.models import checkpoint
from demos.gpt.models.registry import REGISTRY
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.tasks import TASKS
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling
from demos.gpt.shared_tab import VIEWS
from demos.gpt.write.tab import COLUMNS

ROMEO = "ROMEO:\n"


def written(temperature: float, tokens: int = 400) -> list:
    model = checkpoint.load("shakespeare")
    return list(write(model, prepare(model, ROMEO), Sampling(tokens, temperature, seed=1)))


@pytest.mark.parametrize("lesson", lessons("gpt"), ids=lambda lesson: lesson.key)
def test_a_lesson_sets_what_there_is_and_has_its_words(lesson) -> None:
    for setup in (setup_of(lesson, action) for action in lesson.actions):
        assert setup.model in REGISTRY
        assert setup.view in VIEWS
        assert setup.columns in COLUMNS
    parts = ["title", "text"] + ["second"] * ("second" in lesson.actions)
    assert {lesson.words(part) for part in parts} <= set(strings())


def test_all_six_lessons_are_there() -> None:
    assert [lesson.key for lesson in lessons("gpt")] == ["token", "attention", "lens", "temperature", "noise", "adder"]


def test_token_the_vocabularies_are_as_large_as_said() -> None:
    assert len(checkpoint.load("shakespeare").tokenizer) == 65
    assert len(checkpoint.load("adder").tokenizer) == 13


def test_attention_the_head_that_is_opened_looks_only_at_the_token_before() -> None:
    (setup,) = (setup_of(lesson) for lesson in lessons("gpt") if lesson.key == "attention")
    focus = setup.focus or {}
    model = checkpoint.load(setup.model)
    tokens = prepare(model, setup.prompt or "").tokens
    assert focus["layer"] == 1  # "the first layer", of which the embeddings below are the input
    block = model.model.transformer.h[0]
    with torch.inference_mode():
        ids = torch.tensor([tokens])
        x = model.model.transformer.wte(ids) + model.model.transformer.wpe(torch.arange(len(tokens)))
        heads = model.model.config.heads
        query, key, _ = (
            part.view(1, len(tokens), heads, -1).transpose(1, 2)
            for part in block.attn.c_attn(block.ln_1(x)).split(x.size(-1), dim=2)
        )
        scores = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
        later = torch.ones(len(tokens), len(tokens), dtype=torch.bool).triu(1)
        attention = scores.masked_fill(later, -torch.inf).softmax(-1)[0]  # (H, T, T)
    before = attention.diagonal(offset=-1, dim1=1, dim2=2)[:, 1:]  # (H, T - 2), the first that has a choice on
    least = before.min(dim=1).values
    assert least[focus["head"] - 1] > 0.95
    assert (least > 0.95).sum() == 1  # "one of them"


def test_lens_the_adders_answer_forms_layer_by_layer() -> None:
    model, task = checkpoint.load("adder"), TASKS["adder"]
    questions = task.split()[1][:2000]
    ids = torch.tensor([model.tokenizer.encode(question).tokens for question in questions])
    answers = torch.tensor([model.tokenizer.encode(task.answer(question)).tokens[0] for question in questions])
    stack, right = model.model.transformer, []
    with torch.inference_mode():
        x = stack.wte(ids) + stack.wpe(torch.arange(ids.size(1)))
        for block in stack.h:
            x = block(x)
            guesses = model.model.unembed(stack.ln_f(x))[:, -1].argmax(-1)
            right.append(float((guesses == answers).double().mean()))
    first, second, third = right
    assert 0.2 < first < 0.3
    assert 0.9 < second < 1
    assert third == 1


def test_temperature_zero_repeats_itself_and_heat_surprises() -> None:
    cold = "".join(piece.text for piece in written(0))
    assert any(cold.count(cold[start : start + 25]) > 1 for start in range(len(cold) - 25))
    surprise = [sum(-torch.log(torch.tensor([piece.probability for piece in written(t)]))) for t in (0.5, 0.8, 1.2)]
    assert surprise == sorted(surprise)


def test_adder_answers_every_sum_it_was_never_shown() -> None:
    shown, unseen = TASKS["adder"].split()
    assert (len(shown), len(unseen)) == (3_000, 7_000)
    assert TASKS["adder"].errors(checkpoint.load("adder").model, unseen) == []
