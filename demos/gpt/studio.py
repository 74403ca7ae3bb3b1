"""One visitor's training: in a thread of its own, watched, paused, sampled and inspected while it goes on.

    studio = Studio()
    studio.start(text, PRESETS["small"])
    for report in studio.watch():       # whole reports, a few a second; leaving the loop stops nothing
        ...
    studio.checkpoint()                 # at any time: a copy to sample from, to look into, to save

Nothing here is shared between visitors but the semaphore that limits how many train at once.
"""

import math
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from demos.common.device import cores
from demos.common.errors import BadInput
from demos.common.settings import Settings
from demos.gpt.baselines import Baselines, baselines
from demos.gpt.checkpoint import Checkpoint
from demos.gpt.corpus import Text
from demos.gpt.learn import Recipe, Training, evaluate
from demos.gpt.model import Config
from demos.gpt.sample import Sampling, judge, write
from demos.gpt.shapes import Shape, check
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer, Tokenizer

CURVE_POINTS = 400  # of the loss curve in a report; older ones are thinned out
MEASURED_TOKENS = 20_000  # of the held-out text, while training; after the last step all of it is measured
MAX_PROMPT = 1000  # characters that every sample of the time line begins with
EARLY = (10, 25, 50)  # the steps of the first samples: most of what can be seen happens then
EVERY = 100  # steps between two samples of the time line, and twice that after ten of them, and so on
TOKENIZERS = ("characters", "byte pairs")
BYTE_PAIRS = 1000  # tokens that are learned for "byte pairs"


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
    baselines: Baselines | None = None
    curve: tuple[tuple[int, float], ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()
    samples: tuple[Sample, ...] = ()

    @property
    def over(self) -> bool:
        return self.state in ("finished", "stopped", "failed")


class Studio:
    """One training at a time. Every method may be called from any thread."""

    def __init__(
        self, settings: Settings | None = None, desks: threading.Semaphore | None = None, device: str = "cpu"
    ) -> None:
        """`desks` limits the trainings of all visitors together; the tab makes one for all."""
        self.settings = settings or Settings()
        self.desks = desks or threading.Semaphore(self.settings.trainings_at_once)
        self.device = torch.device(device)
        self._changed = threading.Condition()  # guards all that follows
        self._run: _Run | None = None

    def start(
        self,
        text: str,
        shape: Shape,
        *,
        tokenizer: str = "characters",
        begin: Checkpoint | None = None,
        prompt: str = "",
        seed: int = 0,
        minutes: float = math.inf,
    ) -> None:
        """Begin to train on `text`, in place of what was trained before.

        It ends after `shape.steps` or `minutes`, whichever comes first; `minutes` is no more than the settings allow.
        With `begin`, that model is trained on: its shape and tokenizer count, of `shape` only batch, steps and
        dropout. `prompt` and `seed` are those of the time line. Raises BadInput if text, prompt or shape is beyond the
        limits (demos.common.settings), and if the text is too short; then the former training goes on.
        """
        if len(text) > self.settings.training_characters:
            raise BadInput("gpt.text_too_long", limit=f"{self.settings.training_characters:,}")
        if len(prompt) > MAX_PROMPT:
            raise BadInput("gpt.prompt_too_long", length=f"{len(prompt):,}", limit=f"{MAX_PROMPT:,}")
        cutter = begin.tokenizer if begin else tokenizer_for(text, tokenizer)
        config = replace(begin.model.config, dropout=shape.dropout) if begin else shape.config(len(cutter))
        check(config, shape.batch, self.settings)
        recipe = shape.recipe(minutes=min(minutes, self.settings.training_minutes), seed=seed)
        run = _Run(self, text, config, recipe, cutter, begin, prompt)
        self.stop()
        with self._changed:
            self._run = run
        run.thread.start()

    def watch(self, seconds: float = 0.25) -> Iterator[Report]:
        """A report every `seconds` if there is something new, the last one when it is over."""
        before = None
        while (run := self._run) is not None:
            report = run.report()
            if report != before:
                yield report
            before = report
            if report.over:
                return
            time.sleep(seconds)

    def report(self) -> Report | None:
        """The state now; None if nothing was started."""
        return self._run.report() if self._run else None

    def pause(self) -> None:
        """Hold on after the present step."""
        self._tell(paused=True)

    def resume(self) -> None:
        """Go on after a pause."""
        self._tell(paused=False)
        with self._changed:
            if self._run and self._run.state == "paused":
                self._run.state = "training"  # at once: who asks now shall not be told of the pause

    def stop(self) -> None:
        """End after the present step; what was learned stays. A sample that is being written is left out."""
        self._tell(stopped=True)

    def checkpoint(self) -> Checkpoint | None:
        """A copy of the model as it is now, or a step later, which later steps do not change; None before a start.

        The same object as long as no further step was made. Waits for the present step, but not for the measurement
        after the last one.
        """
        return self._run.checkpoint() if self._run else None

    def _tell(self, **flags: bool) -> None:
        with self._changed:
            if self._run:
                for name, value in flags.items():
                    setattr(self._run, name, value)
                self._changed.notify_all()


class _Run:
    """One training, from its start to its end."""

    def __init__(
        self,
        studio: Studio,
        text: str,
        config: Config,
        recipe: Recipe,
        tokenizer: Tokenizer,
        begin: Checkpoint | None,
        prompt: str,
    ) -> None:
        self.studio, self.tokenizer, self.begin = studio, tokenizer, begin
        self.changed = studio._changed
        tokens = tokenizer.encode(text).tensor()
        self.corpus = Text(tokens, config.block_size, most=MEASURED_TOKENS, rows=recipe.batch)
        self.training = Training(self.corpus, config, recipe, studio.device)
        if begin:
            self.training.begin_with(begin.model)
        self.prompt = tokenizer.encode(prompt).tokens
        self.sampling = Sampling(tokens=200, temperature=0.8, seed=recipe.seed)
        self.paused = self.stopped = self.failed = False
        self.state = "waiting"
        self.seated = False
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
        form = self.begin.form if self.begin else "text"
        self.copy = self.training.step, Checkpoint(model, self.tokenizer, facts, form)
        self.asked_for_copy = False
        self.changed.notify_all()

    def _work(self) -> None:
        state = "failed"
        try:
            self._sit_down()
            if not self.stopped:
                self._train()
            state = "finished" if self.training.share >= 1 else "stopped"
        finally:
            self._get_up()
            self._set(state)

    def _sit_down(self) -> None:
        """Take a desk, as soon as one is free; none if stopped meanwhile."""
        self.seated = self.studio.desks.acquire(blocking=False)
        if not self.seated:
            self._set("waiting")
        while not self.seated and not self.stopped:
            self.seated = self.studio.desks.acquire(timeout=0.2)

    def _get_up(self) -> None:
        if self.seated:
            self.seated = False
            self.studio.desks.release()

    def _train(self) -> None:
        torch.set_num_threads(1 if self.training.config.width < 128 else cores())  # of this thread
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
        """Until somebody resumes or stops; others may have the desk meanwhile."""
        with self.changed:
            if not self.paused:
                return
            self.state, self.learning = "paused", False
        self._get_up()
        with self.changed:
            self.changed.wait_for(lambda: self.stopped or not self.paused)
        self._sit_down()
        with self.changed:
            self.state, self.learning = "training", True

    def _write_sample(self) -> None:
        checkpoint = Checkpoint(self.training.average, self.tokenizer)
        prompt = judge(checkpoint, self.prompt)
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


def tokenizer_for(text: str, kind: str) -> Tokenizer:
    """A tokenizer of that kind (one of TOKENIZERS), made from the text. Raises BadInput for another kind."""
    if kind not in TOKENIZERS:
        raise BadInput("gpt.tokenizer_unknown", name=kind, choices=", ".join(TOKENIZERS))
    if not text:
        raise BadInput("gpt.text_empty")
    if kind == "characters":
        return CharTokenizer.of(text)
    return BytePairTokenizer.learn(text[: int(0.9 * len(text))].splitlines(keepends=True), BYTE_PAIRS)


def _distance(step: int) -> int:
    """Steps between two samples: 100 up to step 1000, then 200 up to 2000, 400, …"""
    distance = EVERY
    while step > 10 * distance:
        distance *= 2
    return distance
