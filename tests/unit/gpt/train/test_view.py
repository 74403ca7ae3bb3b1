"""The training view without a page: its texts, its sentences, and the model's way out of it and back."""

import base64
import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
import torch

from demos.common.errors import BadInput
from demos.common.scheduling.turns import Place
from demos.common.settings import PROFILES, Settings
from demos.common.visits import Visits
from demos.gpt.models.checkpoint import to_bytes
from demos.gpt.train import shapes, tab
from demos.gpt.train.baselines import Baselines
from demos.gpt.train.examples import Answers
from demos.gpt.train.form_tab import (
    OWN,
    SHOWN_CHARACTERS,
    TrainingForm,
    choose,
    leave_field,
    read,
    shape_of,
    show,
    show_lesson,
    size_up,
    size_up_if_shown,
)
from demos.gpt.train.form_tab import PRESETS as OFFERED
from demos.gpt.train.job import Report, Sample
from demos.gpt.train.look import before, status, training_view, verdict
from demos.gpt.train.sessions import Trainers
from demos.gpt.train.shapes import PRESETS, Shape
from demos.gpt.train.tab import SHOWN
from demos.gpt.train.texts import EXAMPLES
from demos.gpt.visitor import VisitorState

SHAPE = Shape(layers=1, heads=2, width=16, block_size=16, batch=4, steps=30, dropout=0.0)
TEXT = "she sells sea shells by the sea shore, and he sells her a shell.\n" * 60
COUNTED = Baselines(uniform=4.0, unigram=3.0, bigram=2.0)


@pytest.fixture(scope="module")
def visitor() -> VisitorState:
    """A visitor who has trained a model of thirty steps."""
    visitor = VisitorState()
    trainer = Trainers(Settings(device="cpu"), Visits()).trainer(visitor, "session")
    trainer.start(TEXT, SHAPE, prompt="she")
    *_, last = trainer.watch(0.01)
    assert last.state == "finished"
    return visitor


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_can_be_trained_on_as_it_is_offered(name: str) -> None:
    example = EXAMPLES[name]
    text = example.text
    assert set(example.prompt) <= set(text)
    assert 0.9 * len(text) > PRESETS[example.preset].block_size + 1
    assert len(text) < SHOWN_CHARACTERS
    assert text == example.text


def test_the_moment_is_named_from_which_on_sums_with_a_carry_are_right() -> None:
    def sample(step: int, plain: int, carry: int) -> Sample:
        return Sample(step, "27+45=270\n", (Answers("plain", plain, 100), Answers("carry", carry, 100)))

    report = Report(baselines=COUNTED, held_out=((0, 4.0), (200, 0.5)), samples=(sample(0, 0, 0), sample(200, 97, 60)))
    said = verdict(report, "en")
    assert "157 of 200 held-out questions" in said
    assert "at least 95 % right since step 200" in said
    assert "With a carry 60% so far" in said
    report = replace(report, samples=(*report.samples, sample(300, 99, 98), sample(400, 100, 94)))
    assert "got carrying: sums with a carry are at least 95 % right since step 300" in verdict(report, "en")
    assert training_view(report, "", "en")["samples"][1]["answers"] == [["plain", 0.97], ["carry", 0.6]]


def test_a_korean_visitor_opens_on_korean_poems() -> None:
    assert show("ko", VisitorState(), TrainingForm(), "train", "romeo")[0] == "poems"
    assert show("en", VisitorState(), TrainingForm(), "train", "romeo")[0] == "romeo"
    assert show("ko", VisitorState(train_text="sums"), TrainingForm(), "train", "romeo")[0] == "sums"  # a lesson's


def test_broken_characters_of_byte_pairs_are_explained() -> None:
    report = Report(baselines=COUNTED, held_out=((0, 4.1),), samples=(Sample(0, "나\ufffd\ufffd"),))
    assert "a Korean syllable is three bytes" in training_view(report, "", "en")["verdict"]
    whole = replace(report, samples=(Sample(0, "나는"),))
    assert "three bytes" not in training_view(whole, "", "en")["verdict"]


def test_an_exploded_loss_is_said_in_one_sentence() -> None:
    report = Report("diverged", 200, 1000, 5.0, diverged=(217, float("nan")), baselines=COUNTED, held_out=((0, 4.1),))
    assert training_view(report, "", "en")["status"].startswith("The loss exploded at step 217: it became nan.")
    exploding = replace(report, state="training", diverged=None, held_out=((0, 4.1), (10, 9.0)))
    assert "worse than guessing blindly (4.00)" in verdict(exploding, "en")


@pytest.mark.parametrize(
    ("held_out", "said"),
    [
        (((0, 4.1),), "guessing"),
        (((0, 4.1), (10, 2.5)), "not yet counting pairs"),
        (((0, 4.1), (10, 2.5), (20, 1.7)), "beats counting pairs"),
        (((0, 4.1), (10, 1.7), (20, 1.9)), "1.70 at step 10"),
    ],
)
def test_the_verdict_follows_the_held_out_loss(held_out: tuple, said: str) -> None:
    assert said in verdict(Report(baselines=COUNTED, held_out=held_out), "en")


@pytest.mark.parametrize(
    ("loss", "said", "unsaid"),
    [(4.8, "guessing", "pairs"), (4.4, "pairs (5.08) do worse", "beats counting pairs"), (5.2, "guessing", "pairs")],
)
def test_the_verdict_is_honest_where_pairs_are_too_rare_to_count(loss: float, said: str, unsaid: str) -> None:
    """As in the built-in poems."""
    counted = Baselines(uniform=6.2, unigram=4.65, bigram=5.08)
    sentence = verdict(Report(baselines=counted, held_out=((10, loss),)), "en")
    assert said in sentence
    assert unsaid not in sentence


@pytest.mark.parametrize("state", SHOWN)
def test_a_view_is_complete_in_every_state(state: str) -> None:
    if state == "uploaded":
        return
    report = Report(
        state, 10, 100, 5.0, 45.0, tokens_a_step=8, baselines=COUNTED, curve=((10, 2.0),), held_out=((0, 4.0),)
    )
    answers = (Answers("plain", 3, 4), Answers("carry", 1, 4))
    report = replace(report, diverged=(11, float("inf")) if state == "diverged" else None)
    report = replace(report, samples=(Sample(0, "27+45=270\n"), Sample(10, "27+45=270\n", answers)))
    shown = training_view(report, "27+", "ko") if state != "before" else before(TEXT, "ko")
    assert shown["status"]
    assert set(shown["lines"]) == {"uniform", "unigram", "bigram"}
    if state != "before":
        assert [sample["given"] for sample in shown["samples"]] == [3, 3]
        assert [bool(sample["note"]) for sample in shown["samples"]] == [False, True]


def test_offered_sizes_are_the_presets() -> None:
    assert tuple(PRESETS) == OFFERED


def test_the_view_opens_with_a_text_and_leaves_what_was_laid_out() -> None:
    form, newcomer = TrainingForm(), VisitorState()
    source, _field, prompt, *_ = show("en", newcomer, form, "train", "romeo")
    assert (source, prompt) == ("romeo", "ROMEO:\n")
    assert form.text == EXAMPLES["romeo"].text
    form.text = "mine"
    show("en", newcomer, form, "train", "romeo")
    assert form.text == "mine"
    newcomer.train_text = "sums"
    assert show_lesson("en", newcomer, form)[0] == "sums"
    assert form.text == EXAMPLES["sums"].text
    choose("en", newcomer, form, "own")
    assert form.text == EXAMPLES["sums"].text


def test_a_file_in_another_encoding_is_read_and_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "korean.txt"
    file.write_bytes(("나 보기가 역겨워 가실 때에는 말없이 고이 보내 드리우리다\n" * 20).encode("cp949"))
    form = TrainingForm()
    read("en", VisitorState(), form, str(file), "")
    assert form.text.startswith("나 보기가 역겨워")
    assert not file.exists()


def test_a_file_that_is_no_text_is_refused_and_the_old_text_stays(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(bytes(range(256)) * 40)
    form = TrainingForm("mine")
    with pytest.raises(gr.Error, match=r"picture\.png is not a text"):
        read("en", VisitorState(), form, str(file), "")
    assert form.text == "mine"
    assert not file.exists()


@pytest.mark.parametrize("characters", [101, 401])  # at most 4 bytes each; the second file is not even read
def test_a_file_too_long_to_train_on_is_refused_when_it_comes(characters: int, tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text(TEXT[:characters])
    form = TrainingForm("mine", limits=Settings(training_characters=100))
    with pytest.raises(gr.Error, match="100 characters are the limit"):
        read("en", VisitorState(), form, str(file), "")
    assert form.text == "mine"
    assert not file.exists()


def test_a_text_that_was_pasted_reaches_the_stage_and_the_prompt() -> None:
    form = TrainingForm(EXAMPLES["romeo"].text)
    source, prompt, reads, stage = leave_field("en", VisitorState(), form, "romeo", "나 보기가 역겨워\n" * 40, "ROMEO:")
    assert (source, prompt) == (OWN, "나 보기가 역겨워")
    assert json.loads(stage)["head"].startswith("나 보기가 역겨워")
    assert reads == "text"  # no list of questions and answers
    assert leave_field("en", VisitorState(), form, OWN, form.text, "나")[1] == gr.skip()  # nothing was changed
    assert leave_field("en", VisitorState(), TrainingForm(), "sums", EXAMPLES["sums"].text, "12+34=")[:2] == (
        "sums",
        "12+34=",
    )


def test_a_file_brings_a_prompt_of_its_own_letters(tmp_path: Path) -> None:
    file = tmp_path / "korean.txt"
    file.write_text("나 보기가 역겨워\n" * 40)
    assert read("en", VisitorState(), TrainingForm(), str(file), "ROMEO:")[2] == "나 보기가 역겨워"


def test_a_newer_question_ends_the_measurement_of_an_older_one() -> None:
    form, numbers = TrainingForm(), [1, 2, 16, 16, 4, 0.0, 31]
    older = size_up("en", VisitorState(), form, TEXT, "characters", *numbers)
    assert "Measuring" in next(older)
    assert len([*size_up("en", VisitorState(), form, TEXT, "characters", *numbers)]) == 2
    assert [*older] == []
    unwanted = shapes.seconds_per_step(SHAPE.config(9), SHAPE.recipe(), wanted=lambda: False)
    assert unwanted is None


def test_a_number_out_of_range_is_named_as_its_field_is() -> None:
    with pytest.raises(BadInput, match=r"^Layers must be a whole number from 1 to 48, not –") as refusal:
        shape_of([None, 2, 16, 16, 4, 0.0, 30])
    assert refusal.value.in_language("ko").startswith("층 수은(는)")
    with pytest.raises(BadInput, match=r"^Dropout must be a number from 0 to 0\.99, not 1"):
        shape_of([1, 2, 16, 16, 4, 1, 30])


def test_a_text_in_other_letters_is_not_trained_on(visitor: VisitorState) -> None:
    assert visitor.trainer is not None
    learned = visitor.trainer.checkpoint()
    newcomer = VisitorState()
    trainer = Trainers(Settings(device="cpu"), Visits()).trainer(newcomer, "session")
    with pytest.raises(BadInput, match="has no token for 70% of this text's characters"):
        trainer.start("나 보기가 역겨워\n" * 40, SHAPE, begin=learned)
    trainer.start(TEXT.replace("sea", "SEA\t"), SHAPE, begin=learned)
    *_, last = trainer.watch(0.01)
    shown = training_view(last, "", "en")["verdict"]
    assert shown.startswith("The model has no token for these characters, so they are skipped: S E A ⇥.")


def test_what_was_trained_and_not_written_with_is_looked_at_in_its_last_sample(visitor: VisitorState) -> None:
    for _ in visitor.open_model("training"):
        pass
    assert visitor.trainer is not None
    assert (report := visitor.trainer.report()) is not None
    assert visitor.example == report.samples[-1].text
    assert len(visitor.example) > 100


def test_nothing_is_measured_and_no_text_is_laid_out_while_another_view_is_on_show() -> None:
    form, newcomer, numbers = TrainingForm(), VisitorState(train_text="sums"), [1, 2, 16, 16, 4, 0.0, 31]
    assert set(map(str, show("en", newcomer, form, "inside", "romeo"))) == {str(gr.skip())}
    assert (form.text, newcomer.train_text) == ("", "sums")
    assert [*size_up_if_shown("en", "inside", newcomer, form, TEXT, "characters", *numbers)] == []
    assert len([*size_up_if_shown("en", "train", newcomer, form, TEXT, "characters", *numbers)]) == 2


def test_the_cost_is_said_and_a_wrong_size_is_explained() -> None:
    numbers = [1, 2, 16, 16, 4, 0.0, 30]
    first, second = size_up("en", VisitorState(), TrainingForm(), TEXT, "characters", *numbers)
    assert "Measuring" in first
    assert "for 30 steps" in second
    three_heads = [1, 3, *numbers[2:]]
    assert (
        "multiple of the heads"
        in [*size_up("en", VisitorState(), TrainingForm(), TEXT, "characters", *three_heads)][-1]
    )
    assert [*size_up("en", VisitorState(), TrainingForm(), "", "characters", *numbers)] == [
        "0 characters, 0 different ones."
    ]


def test_a_size_beyond_the_limits_is_refused_before_anything_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "seconds_per_step", lambda *_: pytest.fail("it was built"))
    small = {"layers": 1, "heads": 2, "width": 16, "block_size": 16, "batch": 4, "dropout": 0.0, "steps": 30}
    for wrong, said in (
        ({"layers": 48, "heads": 64, "width": 2048, "block_size": 2048, "batch": 256}, "20,000,000 are the limit"),
        ({"block_size": 2048, "batch": 256}, "16,384 are the limit"),
        ({"layers": 48, "heads": 1, "width": 180, "block_size": 256, "batch": 64}, "3.00 GB are the limit"),
    ):
        assert (
            said in [*size_up("en", VisitorState(), TrainingForm(), TEXT, "characters", *(small | wrong).values())][-1]
        )


def test_a_downloaded_model_comes_back_with_the_same_logits(
    visitor: VisitorState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tab, "PART", 10_000)
    form = TrainingForm()

    def ask(part: int) -> dict:
        return tab.export_part("en", visitor, form, SimpleNamespace(wish=1, part=part))

    answer = ask(0)
    parts = [base64.b64decode(given["content"]) for given in [answer, *(ask(n) for n in range(1, answer["parts"]))]]
    assert len(parts) > 1
    assert form.export is None
    file = tmp_path / answer["name"]
    file.write_bytes(b"".join(parts))

    newcomer, empty = VisitorState(), TrainingForm()
    tab.upload_model("en", newcomer, empty, str(file))
    file.unlink()  # as Gradio does after an hour
    newcomer.fetching = "gpt2"
    name, _, view = tab.look_inside("en", newcomer, empty)
    assert (name, view) == ("file", "inside")
    assert newcomer.fetching == ""  # what was being fetched does not replace it
    assert newcomer.checkpoint() is empty.uploaded
    assert visitor.trainer is not None
    before = visitor.trainer.checkpoint()
    assert before is not None
    tokens = before.tokenizer.encode("she sells").tensor()[None]
    assert torch.equal(newcomer.checkpoint().model(tokens), before.model(tokens))


def test_the_parts_of_a_file_are_never_those_of_another(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "PART", 10_000)
    form = TrainingForm()

    def ask(wish: int, part: int) -> dict:
        return tab.export_part("en", visitor, form, SimpleNamespace(wish=wish, part=part))

    def nothing(answer: dict) -> bool:
        return "content" not in answer

    last = ask(1, 0)["parts"] - 1
    first = ask(2, 0)
    assert nothing(ask(1, last))  # the former's, which came late, ends nothing
    whole = [base64.b64decode(given["content"]) for given in [first, *(ask(2, n) for n in range(1, last + 1))]]
    assert visitor.trainer is not None
    checkpoint = visitor.trainer.checkpoint()
    assert checkpoint is not None
    assert len(b"".join(whole)) == len(to_bytes(checkpoint))
    assert nothing(ask(2, last))  # it was sent


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "poem.safetensors"
    file.write_text("no model")
    form = TrainingForm()
    with pytest.raises(gr.Error, match=r"is not a model"):
        tab.upload_model("en", VisitorState(), form, str(file))
    assert form.uploaded is None


def test_nothing_trained_is_said() -> None:
    with pytest.raises(gr.Error, match="not trained"):
        tab.write_with("en", VisitorState(), TrainingForm())


def test_leaving_the_page_ends_the_training() -> None:
    visits, visitor = Visits(), VisitorState()
    trainer = Trainers(Settings(device="cpu", trainings_at_once=1), visits).trainer(visitor, "session")
    running = threading.active_count()
    trainer.start(TEXT, replace(SHAPE, steps=1_000_000))
    for report in trainer.watch(0.01):
        if report.step > 3:
            break
    visits.give_back("another")
    assert threading.active_count() == running + 1
    visits.give_back("session")
    *_, last = trainer.watch(0.01)
    assert last.state == "stopped"
    for _ in range(200):
        if threading.active_count() == running:
            break
        time.sleep(0.05)
    assert threading.active_count() == running


def test_the_status_says_who_else_trains_and_the_time_left_counts_their_turns() -> None:
    report = Report("training", 100, 1000, 10.0, 360.0, tokens_a_step=64, others=3)
    assert status(report, "en").endswith("6 min left · 3 others train in turn with you")
    assert status(replace(report, others=1), "en").endswith("1 other trains in turn with you")
    assert status(report, "ko").endswith("다른 3명과 번갈아 학습 중")
    assert "turn" not in status(replace(report, others=0), "en")
    waiting = status(Report("waiting", place=Place(3, 40)), "en")
    assert waiting.startswith("Waiting for your turn: 3rd in line, about 40 s.")


def test_more_minutes_than_a_visitor_has_are_refused() -> None:
    handlers = tab.Handlers(PROFILES["shared"], Trainers(PROFILES["shared"], Visits()))
    assert handlers._minutes(10) == 10
    with pytest.raises(BadInput, match="10 minutes at most"):
        handlers._minutes(10.5)
    for wrong in (0, -1, float("nan"), float("inf"), None):
        with pytest.raises(BadInput):
            handlers._minutes(wrong)  # type: ignore[arg-type]
