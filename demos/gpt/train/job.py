"""One training, in a thread of its own: it learns, writes its samples, can be paused, copied and stopped."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.device import computed
from demos.common.errors import BadInput
from demos.common.notices import heard_by
from demos.common.scheduling.cores import cores
from demos.common.scheduling.threads import worker_with
from demos.common.scheduling.turns import Place, Turns
from demos.gpt.attention import attention, encode_attention
from demos.gpt.corpus import Pairs, Text
from demos.gpt.learn import Diverged, Recipe, Training, evaluate
from demos.gpt.model import Config
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.prompt import prompt_of
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling
from demos.gpt.tokenizer import Tokenizer, listed
from demos.gpt.train.baselines import Baselines, of_pairs
from demos.gpt.train.examples import Answers, Line, asked, corpus_of, prompt_format_of, read_lines
from demos.gpt.train.shapes import held

CURVE_POINTS = 400  # of the loss curve in a report; older ones are thinned out
MEASURED_TOKENS = 20_000  # of the held-out text, while training; after the last step all of it is measured
LEAST_KNOWN = 0.5  # of a text's characters: of less, what is left is no longer that text
EARLY = (10, 25, 50)  # the steps of the first samples: most of what can be seen happens then
EVERY = 100  # steps between two samples of the time line, and twice that after ten of them, and so on
EVERY_OF_EXAMPLES = 50  # the same where examples are learned: they are understood within some hundred steps
WATCHED = 24  # tokens of the sentence whose attention is watched
LEAST_WATCHED = 4  # of a shorter prompt there is little to see: then it is the beginning of the text
QUESTIONS = 12  # held-out questions whose answers are a sample of a model that learns examples


@dataclass(frozen=True)
class Sample:
    """What the model wrote at a step: always from the same prompt and seed.

    Of a model that learns examples it is what it answers to the same held-out questions, and `answers` says how many of
    ASKED it answers right.
    """

    step: int
    text: str
    answers: tuple[Answers, ...] = ()
    attention: str = ""  # of all heads on `Report.watched`, as `encode_attention` makes it


@dataclass(frozen=True)
class Report:
    """All there is to know of a training now. Losses in nats per token.

    `state` is "waiting" (for the first turn, or for one after a pause: at this `place` in line), "training" (with so
    many `others` in turn), "paused", "finished", "stopped", "diverged" or "failed". `curve`
    and `held_out` are (step, loss). Where the loss `diverged`, that is the step and what it became, and the model
    that is kept is the one of the last sample.
    """

    state: str = "waiting"
    step: int = 0
    steps: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None  # on the clock: `seconds` are those of its own computation
    others: int = 0
    place: Place | None = None
    notice: str = ""  # the key of a string that is to be said beside
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
    diverged: tuple[int, float] | None = None
    layers: int = 0
    heads: int = 0
    watched: tuple[str, ...] = ()  # the tokens, as text, whose attention is kept at every sample

    @property
    def over(self) -> bool:
        return self.state in ("finished", "stopped", "diverged", "failed")


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
        turns: Turns,
        changed: threading.Condition,
        device: torch.device,
        *,
        reads: str = "text",
        former: "TrainingJob | None" = None,
    ) -> None:
        """`reads` says what a training row is: one of READS. `former` is the job whose model `begin` is."""
        self.tokenizer, self.begin, self.changed = tokenizer, begin, changed
        encoding = tokenizer.encode(text)
        tokens, self.unknown = encoding.tensor(), encoding.unknown
        if (known := share_known(text, self.unknown)) < LEAST_KNOWN:
            share = f"{1 - known:.0%}"
            raise BadInput("gpt.train_other_letters", share=share, characters=listed(self.unknown))
        self.questions: list[Line] = []  # held out
        self.prompt_format = begin.prompt_format if begin else "text"
        self.corpus: Text | Pairs
        if reads == "examples":
            lines = read_lines(text)
            self.corpus, self.questions = corpus_of(lines, tokenizer, config.block_size, recipe.batch)
            self.prompt_format = prompt_format_of(lines)
        else:
            self.corpus = Text(tokens, config.block_size, most=MEASURED_TOKENS, rows=recipe.batch)
        self.training = Training(self.corpus, config, recipe, device)
        self.steps_before = steps_of(begin)
        if former is not None and former.state in ("finished", "stopped"):
            self.training.go_on_from(former.training)
        elif begin:
            self.training.begin_with(begin.model, self.steps_before)
        self.began_at = self.training.generator.get_state()
        self.diverged: tuple[int, float] | None = None
        self._last_well = self.training.step, self.training.average.state_dict()  # at the last sample
        self.prompt = tokenizer.encode(prompt).tokens
        own = self.prompt if len(self.prompt) >= LEAST_WATCHED else tokens.tolist()
        self.watched = tuple(own[: min(WATCHED, config.block_size)])
        self.sampling = Sampling(max_tokens=200, temperature=0.8, seed=recipe.seed)
        self.paused = self.stopped = False
        self.place: Place | None = None  # in line
        self.notice = ""  # the last one: the key of a string
        self.state: str = "waiting"
        self.learning = False  # whether the thread may be changing the weights
        self.size = {"vocabulary": len(tokenizer), "tokens": len(tokens), "characters": len(text)}
        self.size |= {"parameters": self.training.model.parameter_count, "steps": int(recipe.steps)}
        self.size |= {"layers": config.layers, "heads": config.heads}
        row = self.corpus.trained.inputs.size(1) if isinstance(self.corpus, Pairs) else config.block_size
        self.size["tokens_a_step"] = recipe.batch * row
        self.baselines: Baselines | None = None
        self.curve: list[tuple[int, float]] = []
        self.held_out: list[tuple[int, float]] = []
        self.samples: list[Sample] = []
        self.copy: tuple[int, Checkpoint] | None = None
        self.asked_for_copy = False
        self.thread = threading.Thread(target=self._work, name="training", daemon=True)
        holds = held(self.size["parameters"])
        self.turn = turns.enter("", lambda: not self.stopped, holds)  # at last: nothing that is refused stands in line

    def report(self) -> Report:
        with self.changed:
            step, seconds = self.training.step, self.training.seconds
            share = self.training.share
            others = self.turn.others
            delay = max(1.0, (others + 1) / self.turn.turns.at_once)
            return Report(
                state=self.state,
                step=step,
                seconds=seconds,
                seconds_left=delay * (seconds / share - seconds) if share else None,
                others=others,
                place=self.place,
                notice=self.notice,
                unknown=self.unknown,
                baselines=self.baselines,
                curve=tuple(self.curve),
                held_out=tuple(self.held_out),
                samples=tuple(self.samples),
                diverged=self.diverged,
                watched=tuple(piece.text for piece in self.tokenizer.pieces(self.watched)),
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
        recipe = self.training.recipe
        facts: dict[str, object] = {
            "steps": self.steps_before + self.training.step,
            "seconds": round(self.training.seconds),
        }
        facts |= {"optimiser": recipe.optimiser, "lr": lr_of(recipe), "schedule": recipe.schedule}
        facts |= {"batch": recipe.batch, "seed": recipe.seed}
        if self.held_out:
            facts["held_out_step"], facts["held_out"] = self.held_out[-1]
        model = deepcopy(self.training.average).eval().requires_grad_(False)
        self.copy = self.training.step, Checkpoint(model, self.tokenizer, facts, self.prompt_format)
        self.asked_for_copy = False
        self.changed.notify_all()

    def _work(self) -> None:
        state = "failed"
        try:
            self._wait_for_turn()
            if not self.stopped:
                with heard_by(self._hear):
                    self._train()
            state = "finished" if self.training.share >= 1 else "stopped"
        except Diverged as found:
            state = self._go_back(found)
        finally:
            self.turn.leave()
            self._set(state)

    def _hear(self, notice: str) -> None:
        with self.changed:
            self.notice = notice

    def _wait_for_turn(self) -> None:
        """Until it is this one's turn, or it is stopped."""
        for place in self.turn.wait():
            with self.changed:
                self.state, self.place = "waiting", place
        self.place = None

    def _take_turns(self) -> None:
        """Let the next one compute, if this one has done so for its time. The weights rest meanwhile."""
        if not self.turn.is_over:
            return
        with self.changed:
            learning, self.learning = self.learning, False
        for _ in self.turn.wait():
            pass
        with self.changed:
            self.learning = learning

    def _train(self) -> None:
        worker_with(1 if self.training.config.width < 128 else cores())
        self.baselines = of_pairs(*self.corpus.pairs(), self.size["vocabulary"])
        self._set("training")
        self._write_sample()
        if not self.stopped:
            self._add_measurement(self.training.measure())
        self._keep()
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
            if progress.step in EARLY or progress.step % self._distance(progress.step) == 0:
                if progress.held_out is None:
                    self._add_measurement(self.training.measure())
                self._keep()
                self._write_sample()
            self._wait_while_paused()
            self._take_turns()
        self.learning = False
        if not self.stopped:
            self._measure_all()
            if self.samples[-1].step != self.training.step:
                self._write_sample()

    def _go_back(self, found: Diverged) -> str:
        """To the weights of the last sample, which are finite; "diverged"."""
        with self.changed:
            self.learning = False
            self.diverged = found.step, found.loss
            self.training.step, weights = self._last_well
            self.training.average.load_state_dict(weights)
            self.copy = None
        return "diverged"

    def _keep(self) -> None:
        """The weights as they are, to go back to."""
        self._last_well = self.training.step, deepcopy(self.training.average.state_dict())

    def _wait_while_paused(self) -> None:
        """Until somebody resumes or stops; others may have the turn meanwhile."""
        with self.changed:
            if self.stopped or not self.paused:
                return
            self.state, self.learning = "paused", False
        self.turn.let_others()
        with self.changed:
            self.changed.wait_for(lambda: self.stopped or not self.paused)
        self._wait_for_turn()
        with self.changed:
            self.state, self.learning = "training", True

    def _write_sample(self) -> None:
        checkpoint = Checkpoint(self.training.average, self.tokenizer)
        if self.questions:
            self._answer(checkpoint)
            return
        prompt = prompt_of(checkpoint, self.prompt)
        pieces = []
        for piece in write(checkpoint, prompt, self.sampling):
            self._take_turns()
            if self.stopped:
                return
            pieces.append(piece.text)
        self._add_sample(prompt.text + "".join(pieces))

    def _add_sample(self, text: str, answers: tuple[Answers, ...] = ()) -> None:
        average = self.training.average
        weights = computed(average, lambda: encode_attention(attention(average, self.watched)))
        with self.changed:
            self.samples.append(Sample(self.training.step, text, answers, weights))

    def _answer(self, checkpoint: Checkpoint) -> None:
        """The answers to the prompt and some held-out questions, a line each, and how many of all are right."""
        longest = max(len(self.tokenizer.encode(answer).tokens) for _, answer in self.questions) + 1
        greedily = Sampling(max_tokens=longest, temperature=0)
        own = [self.prompt] if self.prompt else []
        lines = []
        for tokens in own + [self.tokenizer.encode(question).tokens for question, _ in self.questions[:QUESTIONS]]:
            prompt = prompt_of(checkpoint, tokens)
            written = "".join(piece.text for piece in write(checkpoint, prompt, greedily, "\n"))
            if self.stopped:
                return
            lines.append(prompt.text + written.removesuffix("\n") + "\n")
        average = self.training.average
        answers = computed(average, lambda: asked(average, self.questions, self.tokenizer))
        self._add_sample("".join(lines), answers)

    def _measure_all(self) -> None:
        """The loss on all that is held out, in place of the last one on a part of it; none if stopped meanwhile."""
        average = self.training.average
        loss = computed(average, lambda: evaluate(average, self._windows_until_stopped()))
        if not self.stopped:
            self._add_measurement(loss)

    def _windows_until_stopped(self) -> Iterator[tuple[Tensor, Tensor]]:
        for window in self.corpus.held_out(whole=True):
            yield window
            self._take_turns()
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

    def _distance(self, step: int) -> int:
        """Steps between two samples: 100 up to step 1000, then 200 up to 2000, 400, …; of examples half of that."""
        return distance(step, EVERY_OF_EXAMPLES if self.questions else EVERY)

    def _set(self, state: str) -> None:
        with self.changed:
            self.state = state
            self.changed.notify_all()


def steps_of(checkpoint: Checkpoint | None) -> int:
    """How many steps a model was trained for, if its file says so and it can be true; else 0."""
    steps = checkpoint.facts.get("steps", 0) if checkpoint else 0
    return steps if isinstance(steps, int) and 0 <= steps < 10**12 else 0


def lr_of(recipe: Recipe) -> float:
    """The learning rate as a person chooses it: that of the recipe's optimiser."""
    return recipe.muon_lr if recipe.optimiser == "muon" else recipe.lr


def share_known(text: str, unknown: tuple[str, ...]) -> float:
    """The share of a text's characters that are not among the unknown ones; 1 of an empty text."""
    return 1 - sum(map(text.count, unknown)) / max(1, len(text))


def distance(step: int, every: int) -> int:
    """Steps between two samples at `step`: `every` for the first ten, twice that for the next, and so on."""
    while step > 10 * every:
        every *= 2
    return every
