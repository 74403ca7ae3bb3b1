"""A visitor's training: watched, paused, inspected and stopped from another thread."""

import threading
import time
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.common.errors import BadInput
from demos.common.scheduling.turns import Turns
from demos.common.settings import Settings
from demos.gpt.attention import attention, encode_attention
from demos.gpt.corpus import Text
from demos.gpt.learn import Training
from demos.gpt.models.checkpoint import load, save
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling
from demos.gpt.train import job, shapes
from demos.gpt.train.job import LEAST_WATCHED, WATCHED, Report
from demos.gpt.train.look import attention_view, training_view
from demos.gpt.train.shapes import PRESETS, Shape, check, memory, parameter_count, seconds_per_step
from demos.gpt.train.trainer import Trainer

TEXT = "she sells sea shells by the sea shore, and he sells her a shell.\n" * 60
SHAPE = Shape(layers=1, heads=2, width=16, block_size=16, batch=4, steps=60, dropout=0.0)
LONG = replace(SHAPE, steps=100_000)


def until(trainer: Trainer, condition, seconds: float = 60) -> Report:  # type: ignore[no-untyped-def]
    """The first report that fulfils the condition."""
    for report in trainer.watch(0.01):
        if condition(report):
            return report
        assert (seconds := seconds - 0.01) > 0
    raise AssertionError("it ended before")


@pytest.mark.parametrize("prompt", ["she", "she sells"])
def test_attention_on_one_text_is_kept_at_every_sample(prompt: str) -> None:
    trainer = Trainer()
    trainer.start(TEXT, SHAPE, prompt=prompt)
    *_, last = trainer.watch(0.01)
    watched = prompt if len(prompt) >= LEAST_WATCHED else TEXT
    assert "".join(last.watched) == watched[: len(last.watched)]
    assert len(last.watched) == min(len(watched), WATCHED, SHAPE.block_size)
    trained = trainer.checkpoint()
    assert trained is not None
    weights = attention(trained.model, trained.tokenizer.encode("".join(last.watched)).tokens)
    shown = attention_view(last, last.step)
    assert shown is not None
    assert (shown["layers"], shown["heads"]) == weights.shape[:2]
    sent = np.frombuffer(b64decode(shown["weights"]), np.uint8).astype(int)
    expected = np.frombuffer(b64decode(encode_attention(weights)), np.uint8).astype(int)
    assert np.abs(sent - expected).max() <= 1  # the copy's weights lie in another order, which moves the last bit
    first = attention_view(last, 0)
    assert first is not None
    assert first["weights"] != shown["weights"]
    assert attention_view(last, 7) is None


def test_a_training_is_reported_from_its_first_to_its_last_step() -> None:
    trainer = Trainer()
    trainer.start(TEXT, SHAPE, prompt="she")
    reports = list(trainer.watch(0.01))
    last = reports[-1]
    assert (last.state, last.step, last.steps) == ("finished", 60, 60)
    assert last.curve[0][1] > last.curve[-1][1]
    assert [step for step, _ in last.curve] == list(range(1, 61))
    assert last.held_out[0][1] > last.held_out[-1][1]
    assert [sample.step for sample in last.samples] == [0, 10, 25, 50, 60]
    assert [step for step, _ in last.held_out] == [0, 10, 25, 50, 60]
    assert all(sample.text.startswith("she") and len(sample.text) == 203 for sample in last.samples)
    assert last.baselines is not None
    assert last.baselines.bigram < last.baselines.unigram < last.baselines.uniform < last.held_out[0][1] + 0.5
    assert last.parameters == parameter_count(SHAPE.config(last.vocabulary))
    assert last.characters == len(TEXT)


def test_where_a_gpus_memory_is_full_a_training_goes_on_and_its_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    learn, calls = Training._learn, []

    def full_once(training: Training) -> float:
        calls.append(training.step)
        if len(calls) == 12:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return learn(training)

    trainer = Trainer()
    trainer.start(TEXT, SHAPE)
    *_, alone = trainer.watch(0.01)
    monkeypatch.setattr(Training, "_learn", full_once)
    trainer.start(TEXT, SHAPE)
    *_, last = trainer.watch(0.01)
    assert (last.state, last.step) == ("finished", SHAPE.steps)
    assert calls[10:13] == [10, 11, 11]
    assert (last.curve, last.samples[-1].text) == (alone.curve, alone.samples[-1].text)
    assert "memory is full" in training_view(last, "", "en")["verdict"]
    assert "memory is full" not in training_view(alone, "", "en")["verdict"]


def test_the_same_seed_gives_the_same_time_line() -> None:
    def samples() -> list[str]:
        trainer = Trainer()
        trainer.start(TEXT, SHAPE, seed=3)
        *_, last = trainer.watch(0.01)
        return [sample.text for sample in last.samples]

    assert samples() == samples()


def test_it_pauses_and_goes_on() -> None:
    trainer = Trainer()
    trainer.start(TEXT, LONG)
    until(trainer, lambda report: report.step > 3)
    trainer.pause()
    paused = until(trainer, lambda report: report.state == "paused")
    time.sleep(0.1)
    report = trainer.report()
    assert report is not None
    assert report.step == paused.step
    trainer.resume()
    until(trainer, lambda report: report.step > paused.step + 3)
    trainer.stop()
    *_, last = trainer.watch(0.01)
    assert last.state == "stopped"


@pytest.mark.parametrize("waits", [True, False], ids=["paused", "about to pause"])
def test_who_stops_what_is_paused_is_told_of_the_stop_and_not_of_the_pause(waits: bool) -> None:
    trainer = Trainer()
    trainer.start(TEXT, LONG)
    until(trainer, lambda report: report.step > 3)
    trainer.pause()
    if waits:
        until(trainer, lambda report: report.state == "paused")
    trainer.stop()
    states = [report.state for report in trainer.watch(0)]
    assert states[-1] == "stopped"
    assert "paused" not in states


def test_stop_leaves_whole_samples_and_measures_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    monkeypatch.setattr(job, "evaluate", lambda *_: measured.append(True) or 0.0)
    trainer = Trainer()
    trainer.start(TEXT, LONG, prompt="she")
    until(trainer, lambda report: report.step > 30)
    trainer.stop()
    *_, last = trainer.watch(0.01)
    assert last.state == "stopped"
    assert not measured
    assert last.samples
    assert {len(sample.text) for sample in last.samples} == {203}


def test_stop_ends_the_first_sample_too() -> None:
    trainer = Trainer()
    trainer.start(TEXT, LONG)
    trainer.stop()
    *_, last = trainer.watch(0.01)
    assert (last.state, last.step, last.samples) == ("stopped", 0, ())


def test_the_last_measurement_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, looked_into, stopped = threading.Event(), threading.Event(), threading.Event()
    batches = []

    def slowly(_model: object, windows: Iterable) -> float:
        begun.set()
        for inputs, _ in windows:
            batches.append(inputs)
            assert stopped.wait(20)
        return 0.0

    monkeypatch.setattr(job, "evaluate", slowly)
    trainer = Trainer()
    trainer.start(TEXT * 10, replace(SHAPE, steps=2))
    assert begun.wait(20)

    def look() -> None:
        trainer.checkpoint()
        looked_into.set()

    threading.Thread(target=look, daemon=True).start()
    assert looked_into.wait(10)
    trainer.stop()
    stopped.set()
    *_, last = trainer.watch(0.01)
    assert len(batches) == 1  # of 61
    assert last.held_out[-1][0] == 2
    assert last.held_out[-1][1] > 0  # the measurement on the way stands


def test_what_is_looked_at_does_not_change_while_it_trains_on(tmp_path: Path) -> None:
    trainer = Trainer()
    trainer.start(TEXT, LONG)
    until(trainer, lambda report: report.step > 5)
    first = trainer.checkpoint()
    assert first is not None
    before = [parameter.clone() for parameter in first.model.parameters()]
    written = list(write(first, prepare(first, "she"), Sampling(max_tokens=50)))
    until(trainer, lambda report: report.step > first.facts["steps"] + 5)
    assert all(torch.equal(a, b) for a, b in zip(before, first.model.parameters(), strict=True))
    assert list(write(first, prepare(first, "she"), Sampling(max_tokens=50))) == written
    later = trainer.checkpoint()
    assert later is not None
    assert later.facts["steps"] > first.facts["steps"]
    trainer.pause()
    until(trainer, lambda report: report.state == "paused")
    assert trainer.checkpoint() is trainer.checkpoint()
    save(first, tmp_path / "mine.safetensors")
    again = load(str(tmp_path / "mine.safetensors"))
    assert list(write(again, prepare(again, "she"), Sampling(max_tokens=50))) == written
    trainer.stop()


def test_a_model_can_be_trained_on() -> None:
    trainer = Trainer()
    trainer.start(TEXT, SHAPE)
    *_, first = trainer.watch(0.01)
    begin = trainer.checkpoint()
    trainer.start(TEXT, SHAPE, begin=begin)
    *_, second = trainer.watch(0.01)
    assert second.held_out[0][1] == pytest.approx(first.held_out[-1][1], abs=0.02)
    assert second.held_out[-1][1] < first.held_out[-1][1]


def test_training_on_draws_other_windows_and_keeps_what_the_optimisers_remember() -> None:
    constant = replace(SHAPE, schedule="constant")
    whole, parts = Trainer(), Trainer()
    whole.start(TEXT, replace(constant, steps=120))
    *_, in_one = whole.watch(0.01)
    parts.start(TEXT, constant)
    *_, _ = parts.watch(0.01)
    first = parts._job
    begin = parts.checkpoint()
    parts.start(TEXT, constant, begin=begin)
    second = parts._job
    assert first is not None
    assert second is not None
    remembered = [o.state_dict()["state"] for o in first.training.optimizers]
    assert all(remembered)
    *_, last = parts.watch(0.01)
    # The same windows as in one training of 120 steps; only the rate rises anew.
    assert last.held_out[-1][1] == pytest.approx(in_one.held_out[-1][1], abs=0.1)
    assert torch.equal(first.training.corpus.batch(2, first.training.generator)[0], first_of_second(first, second))
    again = parts.checkpoint()
    assert again is not None
    assert again.facts["steps"] == 120


def first_of_second(first: job.TrainingJob, second: job.TrainingJob) -> torch.Tensor:
    """The windows that the second training drew first, had it drawn two."""
    generator = torch.Generator()
    generator.set_state(second.began_at)
    return first.training.corpus.batch(2, generator)[0]


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
def test_an_exploded_loss_stops_the_training_and_loses_nothing(optimiser: str) -> None:
    trainer = Trainer()
    trainer.start(TEXT, replace(SHAPE, optimiser=optimiser, lr=100.0, steps=3000), prompt="she")
    *_, last = trainer.watch(0.01)
    if last.state == "finished":  # AdamW's steps are bounded: it may survive
        assert optimiser == "adamw"
        return
    assert last.state == "diverged"
    assert last.diverged is not None
    assert last.diverged[0] >= last.step
    kept = trainer.checkpoint()
    assert kept is not None
    assert all(parameter.isfinite().all() for parameter in kept.model.parameters())
    assert kept.facts["steps"] == last.step
    trainer.start(TEXT, SHAPE, begin=kept)  # with the usual rate it goes on
    *_, mended = trainer.watch(0.01)
    assert mended.state == "finished"


def test_the_file_says_how_it_was_trained() -> None:
    trainer = Trainer()
    trainer.start(TEXT, replace(SHAPE, steps=3, optimiser="sgd", lr=0.25, schedule="cosine"), seed=5)
    *_, _ = trainer.watch(0.01)
    checkpoint = trainer.checkpoint()
    assert checkpoint is not None
    said = {name: checkpoint.facts[name] for name in ("optimiser", "lr", "schedule", "seed", "batch", "steps")}
    assert said == {"optimiser": "sgd", "lr": 0.25, "schedule": "cosine", "seed": 5, "batch": 4, "steps": 3}


def test_training_on_follows_the_dropout_that_was_asked_for() -> None:
    trainer = Trainer()
    trainer.start(TEXT, replace(SHAPE, steps=1))
    *_, _ = trainer.watch(0.01)
    learned = trainer.checkpoint()
    assert learned is not None
    begin = replace(learned)  # as if from a file: without what the optimisers remember

    def curve(dropout: float) -> tuple:
        trainer.start(TEXT, replace(SHAPE, dropout=dropout), begin=begin)
        *_, last = trainer.watch(0.01)
        return last.curve

    assert begin.model.config.dropout == 0
    none, much = curve(0.0), curve(0.4)
    assert much != none
    assert much[-1][1] > none[-1][1]
    assert curve(0.0) == none


def test_a_text_of_too_few_byte_pairs_is_told_in_tokens() -> None:
    with pytest.raises(BadInput, match=r"The text makes \d+ tokens; .* at least 74 tokens are needed"):
        Trainer().start(TEXT[:200], replace(SHAPE, block_size=64), tokenizer="byte pairs")


def test_byte_pairs_need_fewer_tokens() -> None:
    trainer = Trainer()
    trainer.start(TEXT, replace(SHAPE, steps=2), tokenizer="byte pairs")
    *_, last = trainer.watch(0.01)
    assert last.tokens < last.characters / 2


def test_who_comes_later_has_a_turn_soon_and_both_see_that_they_share() -> None:
    turns = Turns(1, 0.1)
    first, second = Trainer(turns=turns), Trainer(turns=turns)
    first.start(TEXT, LONG)
    until(first, lambda report: report.step > 1)
    second.start(TEXT, LONG)
    until(second, lambda report: report.step > 3)
    for trainer in (first, second):
        now = until(trainer, lambda report: report.seconds_left is not None and report.others == 1)
        assert now.state == "training"
    reached = first.report()
    assert reached is not None
    until(first, lambda report: report.step > reached.step + 3)
    second.stop()
    alone = until(first, lambda report: report.others == 0)
    assert alone.state == "training"
    first.stop()


def test_ten_that_train_at_once_all_learn() -> None:
    turns = Turns(1, 0.2)
    trainers = [Trainer(turns=turns) for _ in range(10)]
    for trainer in trainers:
        trainer.start(TEXT, LONG)
    for trainer in trainers:
        until(trainer, lambda report: report.step > 2)
    for trainer in trainers:
        trainer.stop()
    for trainer in trainers:
        *_, last = trainer.watch(0.01)
        assert last.state == "stopped"
    assert turns.count == 0


@pytest.mark.parametrize("at_once", [1, 2])
def test_in_turns_and_at_once_everybody_learns_bit_for_bit_what_they_learn_alone(at_once: int) -> None:
    shapes = [replace(SHAPE, steps=20, dropout=dropout) for dropout in (0.0, 0.3, 0.3)]

    def trained(seed: int, shape: Shape, turns: Turns) -> Trainer:
        trainer = Trainer(turns=turns)
        trainer.start(TEXT, shape, seed=seed)
        return trainer

    def weights(trainer: Trainer) -> torch.Tensor:
        *_, last = trainer.watch(0.01)
        assert last.state == "finished"
        checkpoint = trainer.checkpoint()
        assert checkpoint is not None
        return torch.cat([parameter.flatten() for parameter in checkpoint.model.parameters()])

    alone = [weights(trained(seed, shape, Turns(1, 1))) for seed, shape in enumerate(shapes)]
    turns = Turns(at_once, 0.0)  # another one's after every step
    holder = turns.enter()
    assert holder.take()
    together = [trained(seed, shape, turns) for seed, shape in enumerate(shapes)]
    holder.let_others()
    for mine, shared in zip(alone, map(weights, together), strict=True):
        assert torch.equal(mine, shared)


def test_a_paused_training_lets_others_go_on_and_waits_for_its_turn() -> None:
    turns = Turns(1, 1e9)  # which nobody hands on
    first, second = Trainer(turns=turns), Trainer(turns=turns)
    first.start(TEXT, LONG)
    until(first, lambda report: report.step > 1)
    first.pause()
    until(first, lambda report: report.state == "paused")
    second.start(TEXT, LONG)
    until(second, lambda report: report.step > 1)
    first.resume()
    waiting = until(first, lambda report: report.state == "waiting")
    assert waiting.place is not None
    assert waiting.place.number == 1
    assert first.checkpoint() is not None
    second.stop()
    until(first, lambda report: report.step > waiting.step)
    first.pause()
    until(first, lambda report: report.state == "paused")
    other = turns.enter()
    assert other.take(10)
    first.resume()
    until(first, lambda report: report.state == "waiting")
    first.stop()
    *_, last = first.watch(0.01)
    assert last.state == "stopped"
    other.let_others()
    assert turns.count == 0


def test_a_training_stopped_while_it_is_paused_takes_no_turn() -> None:
    turns = Turns(1, 1e9)
    trainer = Trainer(turns=turns)
    trainer.start(TEXT, LONG)
    trainer.pause()
    until(trainer, lambda report: report.state == "paused")
    other = turns.enter()
    assert other.take(10)
    trainer.stop()
    *_, last = trainer.watch(0.01)
    assert last.state == "stopped"
    assert turns.count == 1


def test_one_more_than_can_take_turns_is_refused_in_a_sentence() -> None:
    trainers = [Trainer(turns=turns) for turns in [Turns(1, 1, most=1)] * 2]
    trainers[0].start(TEXT, LONG)
    with pytest.raises(BadInput) as refused:
        trainers[1].start(TEXT, LONG)
    assert refused.value.key == "common.busy"
    assert trainers[1].report() is None
    trainers[0].stop()


def test_a_new_start_ends_the_former_training_and_a_refused_one_does_not() -> None:
    limits = {"training_parameters": 5000, "training_characters": 5000, "training_tokens_a_step": 64}
    trainer = Trainer(Settings(**limits, training_memory=200_000))
    trainer.start(TEXT, LONG)
    until(trainer, lambda report: report.step > 1)
    for text, shape, key in (
        (TEXT, replace(LONG, width=64), "gpt.model_too_large"),
        (TEXT, replace(LONG, batch=5), "gpt.step_too_large"),
        (TEXT, replace(LONG, layers=8, width=6), "gpt.training_too_large"),
        (TEXT * 2, LONG, "gpt.text_too_long"),
        ("too short", LONG, "gpt.text_too_short"),
        ("", LONG, "gpt.text_empty"),
    ):
        with pytest.raises(BadInput) as refusal:
            trainer.start(text, shape)
        assert refusal.value.key == key
    with pytest.raises(BadInput, match="1,001 characters; 1,000 are the limit"):
        trainer.start(TEXT, SHAPE, prompt="s" * 1001)
    report = trainer.report()
    assert report is not None
    assert report.state == "training"
    trainer.start(TEXT, SHAPE)
    *_, last = trainer.watch(0.01)
    assert (last.state, last.step) == ("finished", 60)


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 17},
        {"layers": 0},
        {"block_size": 1.5},
        {"heads": "2"},
        {"dropout": 1.0},
        {"lr": 0.0},
        {"lr": float("nan")},
        {"lr": 101.0},
        {"optimiser": "lion"},
        {"schedule": "__import__"},
    ],
)
def test_a_shape_that_cannot_be_is_refused(wrong: dict) -> None:
    with pytest.raises(BadInput):
        replace(SHAPE, **wrong)


def test_presets_have_the_parameters_they_are_known_for() -> None:
    counts = {name: parameter_count(shape.config(65)) for name, shape in PRESETS.items()}
    assert counts["nanogpt"] == pytest.approx(10.65e6, rel=0.02)  # nanoGPT's README counts 10.65 million
    assert counts["pocket"] < counts["small"] < counts["medium"] < counts["nanogpt"]


def test_the_seconds_of_a_step_are_measured() -> None:
    assert 0 < seconds_per_step(SHAPE.config(65), SHAPE.recipe()) < 5


def test_a_measurement_counts_for_some_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    built, now = [], [10_000.0]
    monkeypatch.setattr(shapes, "Training", lambda *given: built.append(given) or Training(*given))
    monkeypatch.setattr(shapes.time, "monotonic", lambda: now[0])
    config, recipe = SHAPE.config(66), SHAPE.recipe()
    first = seconds_per_step(config, recipe)
    assert seconds_per_step(config, recipe) == first
    assert len(built) == 1
    now[0] += shapes.KNOWN
    seconds_per_step(config, recipe)
    assert len(built) == 2


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_within_the_limits(name: str) -> None:
    check(PRESETS[name].config(65), PRESETS[name].batch, Settings())


@pytest.mark.parametrize(
    ("shape", "vocabulary"),
    [
        (Shape(layers=4, heads=4, width=128, block_size=128, batch=16), 65),  # the step's activations
        (Shape(layers=1, heads=1, width=64, block_size=64, batch=16), 20_000),  # the logits
        (Shape(layers=1, heads=1, width=1024, block_size=32, batch=4), 65),  # the weights
        pytest.param(  # attention, four gigabytes of it
            Shape(layers=2, heads=64, width=64, block_size=2048, batch=1), 65, marks=pytest.mark.soak
        ),
    ],
)
def test_the_memory_counted_beforehand_is_what_torch_allocates(shape: Shape, vocabulary: int) -> None:
    config, recipe = shape.config(vocabulary), shape.recipe(precision="full")
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        steps = Training(torch.zeros(4 * shape.block_size + 40, dtype=torch.long), config, recipe).run()
        next(steps)
        next(steps)
    taken = most = 0
    for event in sorted(profile.profiler.kineto_results.events(), key=lambda event: event.start_ns()):
        taken += event.nbytes() if event.name() == "[memory]" else 0
        most = max(most, taken)
    assert memory(config, shape.batch) == pytest.approx(most, rel=0.15)


def test_measuring_takes_no_more_tokens_at_once_than_a_step() -> None:
    text = Text(torch.zeros(5000, dtype=torch.long), block_size=16, rows=4)
    for whole in (False, True):
        batches = [inputs.numel() for inputs, _ in text.held_out(whole=whole)]
        assert max(batches) == 4 * 16
        assert sum(batches) == 499
