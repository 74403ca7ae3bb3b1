"""What is said aloud, and when: guidance, cues and praise, at most one sentence in a few seconds.

Counting aloud is not among them: the page says each number at once, whatever sentence is under way.
"""

from dataclasses import dataclass

from demos.common.i18n import LANGUAGES, text
from demos.posture.coach.advice import sentence
from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Repetition
from demos.posture.coach.set_tracker import FrameResult
from demos.posture.workout.workout import State, WorkoutFrame

GAP = 3.5  # seconds from the beginning of one sentence to that of the next, at least
AGAIN = 9.0  # seconds after which the same one is said again, if it still holds
LATE = {"guidance": 4.0, "cue": 2.0, "praise": 1.0}  # seconds for which a sentence that has to wait is worth saying
LASTS = 1.0  # seconds for which something is wrong with the place before it is said
REPEATED = 3  # times that a sentence is said when nothing else is: nobody may be there to hear it
CLEAN = 5  # repetitions in a row without a fault that are praised
Words = dict[str, str]  # {"en": …, "ko": …}


@dataclass(frozen=True)
class Announcement:
    """A sentence that is due now: the `number`-th, of the kind "guidance", "cue" or "praise"."""

    number: int
    kind: str
    words: Words


class Announcer:
    """Decides, frame by frame, which sentence is due."""

    def __init__(self) -> None:
        self._number = 0
        self._said_at = float("-inf")
        self._said: dict[str, float] = {}  # when which sentence was last said
        self._last, self._times = "", 0  # the last sentence, and how often it was said in a row
        self._waiting: tuple[float, str, Words] | None = None  # since when, kind, words
        self._state: State | None = None
        self._problem: tuple[str | None, float] = (None, 0.0)  # what is wrong with the place, and since when
        self._clean = 0  # repetitions without a fault, in a row
        self._faulty = False  # whether the last one had one
        self._verdict = ""  # what is being said of the last one, where good was learned from bad

    def update(self, result: FrameResult, frame: WorkoutFrame | None = None) -> Announcement | None:
        """The sentence to say after a frame, in a workout or, without one, while there is only counting."""
        seconds, state = result.seconds, frame.state if frame else None
        if frame and state is not self._state:
            self._clean, self._faulty, self._waiting = 0, False, None
            words = _of_state(frame)
            if words:
                self._waiting = (seconds, "guidance", words)
        self._state = state
        if state in (None, State.SET):
            self._watch(result, frame)
        elif frame and state is State.POSITIONING and frame.problem:
            if frame.problem != self._problem[0]:
                self._problem = (frame.problem, seconds)
            elif seconds - self._problem[1] >= LASTS:
                self._propose("guidance", problem_words(frame), seconds)
        return self._say(seconds)

    def _watch(self, result: FrameResult, frame: WorkoutFrame | None) -> None:
        """In a set: what to mend comes before praise."""
        reading, seconds = result.reading, result.seconds
        if reading is None or result.exercise is None:
            return
        self._judge(result)
        if reading.cue:
            guides = reading.cue.startswith(("unseen:", "position:")) or reading.cue == "nobody"
            words = cue_words(result)
            if words["en"]:
                self._propose("guidance" if guides else "cue", words, seconds)
        elif reading.finished and reading.finished.counted:
            judged = result.definition is not None and result.definition.form is not None
            self._praise(reading, reading.finished, frame, seconds, judged)

    def _judge(self, result: FrameResult) -> None:
        """Of an exercise that learned good from bad (`form.py`): a bad one is said, and a good one after it."""
        verdict = next((one for one in result.opinion if one.startswith(("good:", "bad:"))), "")
        if verdict in ("", self._verdict):
            self._verdict = verdict
            return
        bad, self._verdict = verdict.startswith("bad:"), verdict
        if bad:
            self._propose("cue", both("posture.opinion_bad_heard"), result.seconds)
        elif self._faulty:
            self._propose("praise", both("posture.workout_better"), result.seconds)
        self._faulty = bad

    def _praise(
        self, reading: Reading, finished: Repetition, frame: WorkoutFrame | None, seconds: float, judged: bool
    ) -> None:
        """`judged`: whether what was good about it is known only later, from `_judge`."""
        better = self._faulty and not finished.cues and not judged
        self._faulty = bool(finished.cues) or (judged and self._faulty)
        self._clean = 0 if finished.cues else self._clean + 1
        target = frame.plan.target if frame and not frame.plan.by_time else 0
        if target - reading.count == 2 and target > 4:
            key = "two_more"
        elif target >= 6 and reading.count == target // 2:
            key = "half_way"
        elif better:
            key = "better"
        elif self._clean and self._clean % CLEAN == 0 and reading.count != target and not judged:
            key = "good_form"
        else:
            return
        self._propose("praise", both(f"posture.workout_{key}"), seconds)

    def _propose(self, kind: str, words: Words, seconds: float) -> None:
        """Say this soon, if it was not said a moment ago and nothing more urgent waits."""
        if seconds - self._said.get(words["en"], float("-inf")) < AGAIN:
            return
        if words["en"] == self._last and self._times >= REPEATED:
            return
        if self._waiting is None or (kind == "cue" and self._waiting[1] == "praise"):
            self._waiting = (seconds, kind, words)

    def _say(self, seconds: float) -> Announcement | None:
        if self._waiting and seconds - self._waiting[0] > LATE[self._waiting[1]]:
            self._waiting = None
        if self._waiting is None or seconds - self._said_at < GAP:
            return None
        _, kind, words = self._waiting
        self._waiting, self._said_at = None, seconds
        self._said[words["en"]] = seconds
        self._times = self._times + 1 if words["en"] == self._last else 1
        self._last = words["en"]
        self._number += 1
        return Announcement(self._number, kind, words)


def both(key: str, **values: object) -> Words:
    """The string `key` in both languages."""
    return {language: text(key, language, **values) for language in LANGUAGES}


def cue_words(result: FrameResult) -> Words:
    """What the coach's cue says; "" for none."""
    cue = result.reading.cue if result.reading else None
    if cue == "nobody":
        return both("posture.nobody")
    if cue and cue.startswith("unseen:"):
        return both(f"posture.unseen_{cue.partition(':')[2]}")
    exercise = result.definition
    return {language: sentence(exercise, cue, language) if exercise else "" for language in LANGUAGES}


def problem_words(frame: WorkoutFrame) -> Words:
    """What is wrong with the place."""
    problem = frame.problem or ""
    if problem == "nobody":
        return both("posture.nobody")
    if problem.startswith("unseen:"):
        return both(f"posture.unseen_{problem.partition(':')[2]}")
    return both(f"posture.place_{problem}")


def _of_state(frame: WorkoutFrame) -> Words | None:
    """What is said when a state begins."""
    entry = frame.plan.entry()
    if frame.state is State.READY:
        return both("posture.workout_ready")
    if frame.state is State.COUNTDOWN and (frame.remaining or 0) > GAP and entry and entry.position:
        return {language: entry.position[0].sentence(language) for language in LANGUAGES}
    if frame.state is State.REST:
        done = both("posture.workout_set_done", number=frame.number, sets=frame.plan.sets)
        rest = both("posture.workout_rest", seconds=frame.plan.rest)
        return {language: f"{done[language]} {rest[language]}" for language in LANGUAGES} if frame.plan.rest else done
    if frame.state is State.DONE:
        return both("posture.workout_done")
    return None
