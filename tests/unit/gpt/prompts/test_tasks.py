"""Questions with one right answer, what may be asked, and rows of examples."""

import pytest
import torch

from demos.common.errors import BadInput
from demos.gpt.corpus import IGNORED, Examples
from demos.gpt.model import GPT, Config
from demos.gpt.prompts.chat import Pair, examples, reworded, split_by_question
from demos.gpt.prompts.formats import PROMPT_FORMATS
from demos.gpt.prompts.tasks import TASK_TOKENIZER, TASKS
from demos.gpt.tokenizer import CharTokenizer


@pytest.mark.parametrize("name", TASKS)
def test_no_question_is_both_trained_and_tested(name: str) -> None:
    task = TASKS[name]
    trained, unseen = task.split()
    assert sorted(trained + unseen) == sorted(task.questions())
    assert len(set(trained + unseen)) == len(trained) + len(unseen)
    assert len(trained) < len(unseen)
    assert task.split() == (trained, unseen)
    assert task.split(1)[0] != trained
    assert set(task.balanced(trained)) == set(trained)


def test_there_are_all_the_questions() -> None:
    assert len(TASKS["adder"].questions()) == 10_000
    assert len(TASKS["sort"].questions()) == sum(10**length for length in range(1, 7))


@pytest.mark.parametrize(
    ("form", "typed", "prompt"),
    [
        ("sort", " 4 0,2 ", "402="),
        ("sort", "402=", "402="),
        ("adder", "7+45", "07+45="),
        ("adder", " 27 + 5 = ", "27+05="),
        ("chat", "  안녕\n하세요 ", "안녕 하세요\n"),
        ("chat", "안녕,  뭐 해?!", "안녕 뭐 해\n"),
        ("chat", "?!", "?!\n"),
        ("text", " as it is\n", " as it is\n"),
    ],
)
def test_what_is_typed_becomes_a_prompt(form: str, typed: str, prompt: str) -> None:
    assert PROMPT_FORMATS[form].prompt(typed) == prompt


@pytest.mark.parametrize(
    ("form", "typed"),
    [("sort", "1234567"), ("sort", "abc"), ("sort", "٣"), ("adder", "27"), ("adder", "100+1"), ("adder", "1+2+3")],
)
def test_what_is_no_question_is_refused(form: str, typed: str) -> None:
    with pytest.raises(BadInput):
        PROMPT_FORMATS[form].prompt(typed)


def test_every_example_is_a_good_question() -> None:
    for form in PROMPT_FORMATS.values():
        assert form.prompt(form.example).strip() or not form.example


def test_answers_are_right_and_readable() -> None:
    assert TASKS["sort"].answer("402913=") == "012349"
    assert TASKS["adder"].answer("27+45=") == "270"
    assert TASKS["adder"].read("270\n") == "72"
    assert TASKS["adder"].read("000\n") == "0"
    assert [TASKS["adder"].read(part) for part in ("", "2", "27", "270")] == ["", "", "", "72"]


def test_a_sum_is_understood_however_it_is_typed() -> None:
    ask = TASKS["adder"].ask
    assert [ask(typed) for typed in ("27+45", " 7 + 8 =", "0+00", "007+99", "0" * 9000 + "5+1")] == [
        "27+45=", "07+08=", "00+00=", "07+99=", "05+01="
    ]  # fmt: skip
    for typed in ("100+1", "9" * 5000 + "+1", "1+", "+", "1", "1+2+3", "-1+2", "²+1", "१+1", "a+b", ""):
        with pytest.raises(BadInput) as refusal:
            ask(typed)
        assert refusal.value.key == "gpt.not_to_add"


class Right(GPT):
    """Gives the right sums, by looking them up, but for those of `wrong`."""

    wrong: tuple[str, ...] = ()

    def forward(self, tokens: torch.Tensor, cache: object = None, *, only_last: bool = False) -> torch.Tensor:
        logits = torch.zeros(*tokens.shape, len(TASK_TOKENIZER))
        for row, line in enumerate(tokens.tolist()):
            question = TASK_TOKENIZER.decode(line[:6])
            answer = "999" if question in self.wrong else TASKS["adder"].answer(question)
            for place, token in enumerate(TASK_TOKENIZER.encode(answer + "\n").tokens):
                logits[row, 5 + place, token] = 1
        return logits


def test_errors_are_found() -> None:
    model = Right(Config(len(TASK_TOKENIZER), block_size=16, layers=1, heads=1, width=4))
    questions = TASKS["adder"].questions()[1200:1300]
    assert TASKS["adder"].errors(model, questions, batch=32) == []
    model.wrong = (questions[3], questions[70])
    assert TASKS["adder"].errors(model, questions, batch=32) == list(model.wrong)


def test_examples_predict_answers_and_nothing_of_the_padding() -> None:
    rows = Examples([([1, 2], [3]), ([4], [5, 6, 7])])
    assert rows.inputs.tolist() == [[1, 2, 0], [4, 5, 6]]
    assert rows.targets.tolist() == [[IGNORED, 3, IGNORED], [5, 6, 7]]
    whole = Examples([([1, 2], [3]), ([4], [5, 6, 7])], only_answers=False)
    assert whole.targets.tolist() == [[2, 3, IGNORED], [5, 6, 7]]


def test_alike_examples_come_together_and_all_come() -> None:
    rows = Examples(([1] * n, [n % 50]) for n in range(1, 200))
    alike = Examples((([1] * n, [n % 50]) for n in range(1, 200)), alike=True)
    generator = torch.Generator().manual_seed(0)
    widths = [alike.some(4, generator)[0].size(1) for _ in range(400)]
    assert min(widths) < 20
    assert max(widths) > 190
    assert sum(widths) / 400 < sum(rows.some(4, generator)[0].size(1) for _ in range(400)) / 400


def test_no_measured_question_was_trained_on() -> None:
    pairs = [Pair(f"질문 {n}", "답") for n in range(200)] + [Pair(f"질문{n}!", "다른 답") for n in range(200)]
    trained, measured = split_by_question(pairs)
    assert len(measured) == 40
    assert len(trained) + len(measured) == 400
    numbers = [{"".join(filter(str.isdigit, pair.question)) for pair in side} for side in (trained, measured)]
    assert not numbers[0] & numbers[1]


def test_a_chat_example_is_a_question_and_an_answer_in_two_lines() -> None:
    tokenizer = CharTokenizer.of("안녕네\n")
    rows = examples([Pair("안녕", "네")], tokenizer)
    assert tokenizer.decode(rows.inputs[0].tolist()) == "안녕\n네"
    assert tokenizer.decode(rows.targets[0].tolist()) == "녕\n네\n"


def test_each_pair_is_read_in_three_wordings_with_its_own_answer() -> None:
    pairs = [Pair("오늘 날씨 어때?", "맑아요."), Pair("심심해", "놀아요.")] * 20
    found = reworded(pairs, seed=3)
    assert len(found) == 3 * len(pairs)
    assert [pair.answer for pair in found] == [pair.answer for pair in pairs for _ in range(3)]
    assert found[::3] == pairs
    assert {pair.question for pair in found[1::3]} == {"오늘날씨어때", "심심해"}
    changed = [len(pair.question.split()) for pair in found[2::3]]
    assert set(changed[::2]) == {2, 4}  # of three words one is left out, or a fourth put in
    assert set(changed[1::2]) == {2}  # the only word of a question stays
    assert found == reworded(pairs, seed=3) != reworded(pairs, seed=4)
