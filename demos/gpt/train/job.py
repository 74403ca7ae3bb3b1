"""One training, in a thread of its own: it learns, writes its samples, can be paused, copied and stopped."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.device import cores
from demos.common.errors import BadInput
from demos.common.threads import worker_with
from demos.gpt.corpus import Text
from demos.gpt.learn import Recipe, Training, evaluate
from demos.gpt.model import Config
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.prompt import prompt_of
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling
from demos.gpt.tokenizer import Tokenizer, listed
from demos.gpt.train.baselines import Baselines, baselines
from demos.gpt.train.sessions import TrainingSlots

CURVE_POINTS = 400  # of the loss curve in a report; older ones are thinned out
MEASURED_TOKENS = 20_000  # of the held-out text, while training; after the last step all of it is measured
LEAST_KNOWN = 0.5  # of a text's characters: of less, what is left is no longer that text
EARLY = (10, 25, 50)  # the steps of the first samples: most of what can be seen happens then
EVERY = 100  # steps between two samples of the time line, and twice that after ten of them, and so on


@dataclass(frozen=True)
class Sample:
    """What the model wrote at a step: always from the same prompt and seed."""

    step: int
    text: str


@dataclass(frozen=True)
class Report:
    """All there is to know of a training now. Losses in nats per token.

    `state` is "waiting" (others train), "training", "paused", "finished", "stopped" or "failed". `curve` and
    `held_out` are (step, loss).
    """

    state: str = "waiting"
    step: int = 0
    steps: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    parameters: int = 0
    vocabulary: int = 0
    tokens: int = 0  # of the text
    tokens_a_step: int = 0
    characters: int = 0
    unknown: tuple[str, ...] = ()  # characters of the text that were skipped
    baselines: Baselines | None = None
    curve: tuple[tuple[int, float], ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()
    samples: tuple[Sample, ...] = ()

    @property
    def over(self) -> bool:
        return self.state in ("finished", "stopped", "failed")


class TrainingJob:
    """One training, from its start to its end. What can be set from outside is guarded by `changed`."""

    def __init__(
        self,
        text: str,
        config: Config,
        recipe: Recipe,
        tokenizer: Tokenizer,
        begin: Checkpoint | None,
        prompt: str,
        slots: TrainingSlots,
        changed: threading.Condition,
        device: torch.device,
    ) -> None:
        self.tokenizer, self.begin, self.slots, self.changed = tokenizer, begin, slots, changed
        encoding = tokenizer.encode(text)
        tokens, self.unknown = encoding.tensor(), encoding.unknown
        if (known := share_known(text, self.unknown)) < LEAST_KNOWN:
            share = f"{1 - known:.0%}"
            raise BadInput("gpt.train_other_letters", share=share, characters=listed(self.unknown))
        self.corpus = Text(tokens, config.block_size, most=MEASURED_TOKENS, rows=recipe.batch)
        self.training = Training(self.corpus, config, recipe, device)
        if begin:
            self.training.begin_with(begin.model)
        self.prompt = tokenizer.encode(prompt).tokens
        self.sampling = Sampling(max_tokens=200, temperature=0.8, seed=recipe.seed)
        self.paused = self.stopped = False
        self.state = "waiting"
        self.has_slot = False
        self.learning = False  # whether the thread may be changing the weights
        self.size = {"vocabulary": len(tokenizer), "tokens": len(tokens), "characters": len(text)}
        self.size |= {"parameters": self.training.model.parameter_count, "steps": int(recipe.steps)}
        self.size["tokens_a_step"] = recipe.batch * config.block_size
        self.baselines: Baselines | None = None
        self.curve: list[tuple[int, float]] = []
        self.held_out: list[tuple[int, float]] = []
        self.samples: list[Sample] = []
        self.copy: tuple[int, Checkpoint] | None = None
        self.asked_for_copy = False
        self.thread = threading.Thread(target=self._work, name="training", daemon=True)

    def report(self) -> Report:
        with self.changed:
            step, seconds = self.training.step, self.training.seconds
            share = self.training.share
            return Report(
                state=self.state,
                step=step,
                seconds=seconds,
                seconds_left=seconds / share - seconds if share else None,
                unknown=self.unknown,
                baselines=self.baselines,
                curve=tuple(self.curve),
                held_out=tuple(self.held_out),
                samples=tuple(self.samples),
                **self.size,
            )

    def checkpoint(self) -> Checkpoint:
        with self.changed:
            asked_at = self.training.step  # a fast training may be further on by the time the copy is seen here
            while self.copy is None or self.copy[0] < asked_at:
                if not self.learning or not self.thread.is_alive():
                    self._make_copy()
                    break
                self.asked_for_copy = True
                self.changed.wait(timeout=0.2)
            assert self.copy is not None
            return self.copy[1]

    def _make_copy(self) -> None:
        facts: dict[str, object] = {"steps": self.training.step, "seconds": round(self.training.seconds)}
        if self.held_out:
            facts["held_out_step"], facts["held_out"] = self.held_out[-1]
        model = deepcopy(self.training.average).eval().requires_grad_(False)
        prompt_format = self.begin.prompt_format if self.begin else "text"
        self.copy = self.training.step, Checkpoint(model, self.tokenizer, facts, prompt_format)
        self.asked_for_copy = False
        self.changed.notify_all()

    def _work(self) -> None:
        state = "failed"
        try:
            self._acquire_slot()
            if not self.stopped:
                self._train()
            state = "finished" if self.training.share >= 1 else "stopped"
        finally:
            self._release_slot()
            self._set(state)

    def _acquire_slot(self) -> None:
        """Acquire a slot, as soon as one is free; none if stopped meanwhile."""
        self.has_slot = self.slots.acquire()
        if not self.has_slot:
            self._set("waiting")
        while not self.has_slot and not self.stopped:
            self.has_slot = self.slots.acquire(timeout=0.2)

    def _release_slot(self) -> None:
        if self.has_slot:
            self.has_slot = False
            self.slots.release()

    def _train(self) -> None:
        worker_with(1 if self.training.config.width < 128 else cores())
        self.baselines = baselines(self.corpus.trained, self.corpus.measured[:MEASURED_TOKENS], self.size["vocabulary"])
        self._set("training")
        self._write_sample()
        if not self.stopped:
            self._add_measurement(self.training.measure())
        smooth = None
        steps = self.training.run()
        self.learning = True
        while not self.stopped and (progress := next(steps, None)):
            smooth = progress.loss if smooth is None else 0.9 * smooth + 0.1 * progress.loss
            with self.changed:
                self._add_to_curve(progress.step, smooth)
                if self.asked_for_copy:
                    self._make_copy()
            if progress.held_out is not None:
                self._add_measurement(progress.held_out)
            if progress.step in EARLY or progress.step % _distance(progress.step) == 0:
                if progress.held_out is None:
                    self._add_measurement(self.training.measure())
                self._write_sample()
            self._wait_while_paused()
        self.learning = False
        if not self.stopped:
            self._measure_all()
            if self.samples[-1].step != self.training.step:
                self._write_sample()

    def _wait_while_paused(self) -> None:
        """Until somebody resumes or stops; others may have the slot meanwhile."""
        with self.changed:
            if self.stopped or not self.paused:
                return
            self.state, self.learning = "paused", False
        self._release_slot()
        with self.changed:
            self.changed.wait_for(lambda: self.stopped or not self.paused)
        self._acquire_slot()
        with self.changed:
            self.state, self.learning = "training", True

    def _write_sample(self) -> None:
        checkpoint = Checkpoint(self.training.average, self.tokenizer)
        prompt = prompt_of(checkpoint, self.prompt)
        pieces = []
        for piece in write(checkpoint, prompt, self.sampling):
            if self.stopped:
                return
            pieces.append(piece.text)
        with self.changed:
            self.samples.append(Sample(self.training.step, prompt.text + "".join(pieces)))

    def _measure_all(self) -> None:
        """The loss on all that is held out, in place of the last one on a part of it; none if stopped meanwhile."""
        loss = evaluate(self.training.average, self._windows_until_stopped())
        if not self.stopped:
            self._add_measurement(loss)

    def _windows_until_stopped(self) -> Iterator[tuple[Tensor, Tensor]]:
        for window in self.corpus.held_out(whole=True):
            yield window
            if self.stopped:
                return

    def _add_measurement(self, loss: float) -> None:
        with self.changed:
            if self.held_out and self.held_out[-1][0] == self.training.step:
                self.held_out.pop()
            self.held_out.append((self.training.step, loss))

    def _add_to_curve(self, step: int, loss: float) -> None:
        self.curve.append((step, round(loss, 4)))
        if len(self.curve) > CURVE_POINTS:
            self.curve = self.curve[: CURVE_POINTS // 2 : 2] + self.curve[CURVE_POINTS // 2 :]

    def _set(self, state: str) -> None:
        with self.changed:
            self.state = state
            self.changed.notify_all()


def share_known(text: str, unknown: tuple[str, ...]) -> float:
    """The share of a text's characters that are not among the unknown ones; 1 of an empty text."""
    return 1 - sum(map(text.count, unknown)) / max(1, len(text))


def _distance(step: int) -> int:
    """Steps between two samples: 100 up to step 1000, then 200 up to 2000, 400, …"""
    distance = EVERY
    while step > 10 * distance:
        distance *= 2
    return distance
