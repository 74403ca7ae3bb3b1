"""One visitor's camera: who is in its view, for as long as the visitor stays."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Any

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult
from demos.posture.exercises import AUTO, Exercise
from demos.posture.people.people import People
from demos.posture.pose.landmarker import Landmarker, people_finder
from demos.posture.report.session import Session
from demos.posture.trouble import sentence_for
from demos.posture.workout.announcer import Announcement, Announcer
from demos.posture.workout.plan import Plan
from demos.posture.workout.workout import Workout, WorkoutFrame

NOTHING = FrameResult(0.0, None, None, None)  # of an image that could not be looked at


@dataclass(frozen=True)
class LiveFrame:
    """What is known after one image: of the pose, of the workout if there is one, and a sentence that is due."""

    result: FrameResult
    workout: WorkoutFrame | None = None
    announcement: Announcement | None = None


@cache
def warm_up() -> None:
    """Load the networks, so that they are in memory when the first frame comes. Once is enough."""
    stream = LiveStream()
    stream.process(np.zeros((48, 64, 3), np.uint8))
    stream.close()


class LiveStream:
    """Takes frames as they come, times them by the clock, and holds none of them."""

    def __init__(self) -> None:
        self._lock = Lock()  # a stream may be closed while a frame is looked at in another thread
        self._people: People | None = None
        self._started = time.monotonic()
        self._exercise: str | Exercise = AUTO
        self._counting = Lock()  # a report may be asked for while the next frame is looked at
        self._session = Session()
        self._workout: Workout | None = None
        self._announcer = Announcer()
        self._closed = False

    def process(
        self,
        image: np.ndarray,
        exercise: str | Exercise = AUTO,
        plan: Plan | None = None,
        arrived: float | None = None,
    ) -> LiveFrame:
        """The next frame, (H, W, 3) uint8 RGB. Another `exercise` counts from nothing, another `plan` begins a workout.

        arrived: the second of the monotonic clock at which it came; now, if it did not wait.
        Raises BadInput for something that is no colour image, for a stream that is closed, and when what nobody foresaw
        went wrong: the next frame begins anew, and what was counted until then stays for the report.
        """
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise BadInput("posture.not_an_image")
        with self._lock, self._begun_anew_after_trouble(), sentence_for("posture.frame_failed"):
            people = self._opened()
            if exercise != self._exercise or plan != (self._workout.plan if self._workout else None):
                self._change(people, exercise, plan)
            seconds = (time.monotonic() if arrived is None else arrived) - self._started
            aspect = image.shape[1] / image.shape[0]
            result, frame = people.update(image, seconds), None
            with self._counting:
                if self._workout is not None:
                    frame = self._workout.update(result.pose, seconds, aspect)
                    result = replace(frame.result, person=result.person, others=result.others)
                self._session.add(result, aspect)
            return LiveFrame(result, frame, self._announcer.update(result, frame))

    def _change(self, people: People, exercise: str | Exercise, plan: Plan | None) -> None:
        """What was counted so far stays for the report; what follows is counted by itself."""
        with self._counting:
            self._session.done += self._sets
            self._exercise = exercise
            self._workout = Workout(plan) if plan else None
            people.restart(exercise)

    @property
    def _sets(self) -> list[ExerciseSet]:
        """Of who is followed, since the last change. They are made when they are asked for, not at every frame."""
        if self._workout is not None:
            return self._workout.sets
        return self._people.sets if self._people is not None else []

    def follow(self, x: float, y: float) -> None:
        """Look at who is at this place of the image (0 to 1), if somebody is, from the next frame on."""
        with self._lock:
            if self._people is not None:
                self._people.choose(x, y)

    def prepare(self) -> None:
        """Open the landmarker while the visitor is still asked for the camera. Raises BadInput as `process` does."""
        with self._lock, sentence_for("posture.live_failed"):
            self._opened()

    def _opened(self) -> People:
        if self._closed:
            raise BadInput("posture.live_ended")
        if self._people is None:
            self._people = People(self._exercise, landmarker=Landmarker(), finder=people_finder())
        return self._people

    @contextmanager
    def _begun_anew_after_trouble(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            if self._workout is not None:
                self._workout.count_anew()
            self._release()
            raise

    def restart(self) -> None:
        """Count from nothing; a workout begins anew."""
        with self._lock, self._counting:
            if self._workout is not None:
                self._workout = Workout(self._workout.plan)
            if self._people is not None:
                self._people.restart(self._exercise)

    def next(self) -> None:
        """Of a workout: begin now, end the set, or skip the rest."""
        with self._lock:
            if self._workout is not None:
                self._workout.next()

    def end(self) -> None:
        """End the workout."""
        with self._lock:
            if self._workout is not None:
                self._workout.end()

    def report(self, language: str) -> dict[str, Any] | None:
        """What the sets so far were like, for the page; None if nothing was tried. No frame under way is waited for."""
        with self._counting:
            return self._session.report(self._sets, language)

    def close(self) -> None:
        """Give back what the landmarker holds. A frame under way is finished first; no other is looked at."""
        with self._lock:
            self._closed = True
            self._release()

    def _release(self) -> None:
        """Close the landmarker. What was counted with it stays for the report."""
        with self._counting:
            people, self._people = self._people, None
            if people is None:
                return
            try:
                self._session.done += people.sets if self._workout is None else []
            finally:
                people.close()
