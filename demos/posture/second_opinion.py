"""A second opinion: what the network says of a repetition that the rules have judged, where the two disagree.

The rules count and advise; the network only watches. It may take a repetition for another exercise, see a fault that
the rules did not find, or see none where they found one. That is said, and changes no count.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from statistics import mean
from typing import TYPE_CHECKING, Any

from demos.common.i18n import text
from demos.posture.coach.advice import sentence
from demos.posture.coach.coach import Coach, Reading
from demos.posture.coach.demands import OF_ITS_ANGLE, SHALLOW
from demos.posture.coach.repetitions import LATEST, Repetition
from demos.posture.exercises import OTHER, Exercise, exercises

if TYPE_CHECKING:
    from demos.posture.coach.set_tracker import ExerciseSet
    from demos.posture.pose.landmarks import Pose
    from demos.posture.recognise import Answer

ANOTHER, SEEN, DOUBTED = "another", "seen", "doubted"  # what an opinion says of what stands after its colon
SURE, SURELY_NOT = 0.9, 0.1  # probabilities from which, and up to which, it is believed that a fault is made
LIKELY = 0.75  # probability from which an exercise is believed; trained with label smoothing none comes near 1
AFTER = 0.3  # seconds after a repetition's end in which an answer is still about it
SAID = 3.0  # seconds for which an opinion is said
PARTIAL = "partial"  # the athlete's word for a curl that is too shallow


def second_opinion(exercise: Exercise, attempt: Repetition, answers: Iterable["Answer"]) -> tuple[str, ...]:
    """Where the network disagrees with the rules about this attempt: "another:lunge", "seen:knees_in", …

    "seen" names a cue of the exercise that the rules did not find, "doubted" one that they found. `answers` are the
    network's; what counts is their mean while it was deep and on the way back. Empty where the two agree, and where
    the network is not sure or does not know the exercise.
    """
    about = [answer for answer in answers if attempt.bottom <= answer.seconds <= attempt.end + AFTER]
    if not about or exercise.slug not in about[0].exercises:
        return ()
    likely = _mean(answer.exercises for answer in about)
    best = _best(likely)
    if best not in (exercise.slug, OTHER, _at_rest(exercise)) and likely[best] >= LIKELY:
        return (f"{ANOTHER}:{best}",)
    if likely[exercise.slug] < LIKELY:
        return ()
    if attempt.rejection is not None and attempt.rejection.cue not in OF_ITS_ANGLE:
        return ()  # to the rules it is none of this exercise
    made = _mean(answer.faults for answer in about if exercise.slug == _best(answer.exercises))
    opinions = []
    for fault, probability in made.items():
        cue = SHALLOW if fault == PARTIAL else fault
        if not sentence(exercise, cue, "en"):
            continue
        if cue not in attempt.cues and probability >= SURE:
            opinions.append(f"{SEEN}:{cue}")
        if cue in attempt.cues and probability <= SURELY_NOT:
            opinions.append(f"{DOUBTED}:{cue}")
    return tuple(opinions)


class Opinions:
    """Holds the network's answers of the last seconds, and what they say of each attempt that has ended.

    `judge` says it; one that is no `second_opinion` may be given poses for answers (`form.py`).
    """

    def __init__(
        self, judge: Callable[[Exercise, Repetition, Iterable[Any]], tuple[str, ...]] = second_opinion
    ) -> None:
        self._judge = judge
        self._answers: deque[Any] = deque()
        self._of: dict[float, tuple[str, ...]] = {}  # of the attempts that turned at these seconds
        self._last: Repetition | None = None  # as it was when it ended: later its end may move on

    def update(
        self, coach: Coach, reading: Reading | None, answer: "Answer | Pose | None", seconds: float
    ) -> tuple[str, ...]:
        """What to say now of the coach's last attempt: once all of it was heard of, and for a while."""
        if answer is not None and (not self._answers or answer is not self._answers[-1]):
            self._answers.append(answer)
            while self._answers[0].seconds < seconds - LATEST:
                self._answers.popleft()
        if reading and reading.finished:
            self._last = reading.finished
        last = self._last
        if last is None or not AFTER <= seconds - last.end <= AFTER + SAID:
            return ()
        if last.bottom not in self._of:
            last = next((each for each in reversed(coach.attempts) if each.bottom == last.bottom), last)
            self._of[last.bottom] = self._judge(coach.exercise, last, self._answers)
        return self._of[last.bottom]

    def added(self, done: "ExerciseSet") -> "ExerciseSet":
        """The set, each of its attempts with what is said of it."""
        attempts = (replace(one, second_opinion=self._said_of(done.definition, one)) for one in done.attempts)
        return replace(done, attempts=tuple(attempts))

    def _said_of(self, exercise: Exercise, attempt: Repetition) -> tuple[str, ...]:
        """Of the last one, which may have ended with the film, what can be said so far."""
        if self._last and attempt.bottom == self._last.bottom and attempt.bottom not in self._of:
            return self._judge(exercise, attempt, self._answers)
        return self._of.get(attempt.bottom, ())


def opinion_words(exercise: Exercise, opinion: str, language: str) -> str:
    """An opinion as a sentence."""
    kind, _, name = opinion.partition(":")
    if name.isdecimal():  # of good and bad (`form.py`): a probability in percent
        return text(f"posture.opinion_{kind}", language, share=name)
    if kind == ANOTHER:
        return text("posture.opinion_another", language, exercise=exercises()[name].name[language])
    return text(f"posture.opinion_{kind}", language, fault=sentence(exercise, name, language))


def _at_rest(exercise: Exercise) -> str:
    """What somebody does who pauses in this exercise: on straight arms a push-up is a plank."""
    return str((exercise.movement or {}).get("at_rest", OTHER))


def _best(probabilities: Mapping[str, float]) -> str:
    return max(probabilities, key=probabilities.__getitem__)


def _mean(answers: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each name's probability."""
    known = list(answers)
    return {name: mean(answer[name] for answer in known) for name in known[0]} if known else {}
