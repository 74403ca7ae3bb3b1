"""Whom the coach follows: of all the people in view whoever exercises, or whom the visitor has chosen.

Every frame one person is followed. About once a second the image is looked at for others. While the one who is followed
does nothing that counts, these are looked at several times a second, each by a coach of their own: as soon as one
counts, they are followed, and nothing that they did is lost.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from types import TracebackType
from typing import Self

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult, SetTracker
from demos.posture.exercises import AUTO, Exercise, find_exercise
from demos.posture.people.person import Person
from demos.posture.people.tracks import Tracks
from demos.posture.people.upright import Upright, is_upright
from demos.posture.pose.landmarker import Landmarker, PeopleFinder, people_finder
from demos.posture.pose.landmarks import Pose

EVERY = 1.0  # seconds between two looks for others
WATCHFUL, OFTEN = 0.3, 0.16  # the same while who is followed does nothing; while somebody else moves besides
JITTER = 0.13  # share by which the time between two looks differs, so that nobody moves in time with them
IDLE = 4.0  # seconds after which somebody does nothing any more
RESTING = 8.0  # seconds for which who has done what counts may rest before somebody else is followed
CONVINCED = 2  # repetitions, or seconds held, that make somebody the one who exercises
GONE, GONE_CHOSEN = (
    3.0,
    10.0,
)  # seconds after which who is not seen is given up; the same of whom the visitor has chosen
SHOWN = 2.0  # seconds that somebody who was seen at a look is shown


@dataclass(frozen=True)
class Spot:
    """Who is at x, y (0 to 1 of the image) at that second of a video. Before it nobody is followed."""

    seconds: float
    x: float
    y: float


class People:
    """One stream of images. Use it as a context manager, or call `close()`.

    exercise: a slug, "auto", or an exercise that is none of ours. person: whom to follow from beginning to end, as a
    Spot or as a number, counted from the left (from 1) as soon as so many are in view; None: whoever exercises.
    """

    def __init__(
        self,
        exercise: str | Exercise = AUTO,
        person: Spot | int | None = None,
        *,
        landmarker: Landmarker | None = None,
        finder: PeopleFinder | None = None,
    ) -> None:
        self._landmarker = landmarker or Landmarker()
        self._finder = finder
        self._counting = Lock()  # what was done may be asked for while the next frame is looked at
        self._tracks = Tracks()
        self._wanted = person
        self._most_at_once = 0
        self._chosen = person is not None  # by the visitor: nobody else is followed
        self._point: tuple[float, float] | None = None  # where the visitor has just tapped
        self._looks = 0
        self._next_look = self._last_look = float("-inf")
        self._seconds = float("-inf")
        self._past: tuple[Pose, ...] = ()
        self.upright = Upright()
        self.restart(exercise)

    def restart(self, exercise: str | Exercise) -> None:
        """Count from nothing. The people stay who they are."""
        own = exercise if isinstance(exercise, Exercise) else None
        self.told = own or (None if exercise == AUTO else find_exercise(str(exercise)))
        self.new_tracker: Callable[[], SetTracker] = lambda: SetTracker(exercise)
        self.upright = Upright(self.told, self.upright.turns)
        with self._counting:
            self._waiting: SetTracker | None = None  # while nobody is followed
            for person in self._tracks.people.values():
                person.forget()

    @property
    def tracker(self) -> SetTracker | None:
        """Of who is followed, if somebody is."""
        return self._tracks.followed.tracker if self._tracks.followed else None

    @property
    def sets(self) -> list[ExerciseSet]:
        """What was done so far by who is followed. May be asked from another thread."""
        with self._counting:
            return self.tracker.sets if self.tracker else []

    def nobody(self) -> BadInput:
        """What to say when nobody was followed."""
        if isinstance(self._wanted, int) and self._most_at_once:
            return BadInput("posture.person_missing", number=self._wanted, most=self._most_at_once)
        return BadInput("posture.no_person")

    def choose(self, x: float, y: float) -> None:
        """Follow who is at this place of the image (0 to 1) from the next frame on, if somebody is."""
        self._point = (x, y)

    def update(self, image: np.ndarray, seconds: float) -> FrameResult:
        """The next frame, (H, W, 3) uint8 RGB; `seconds` grows from call to call."""
        return self._result(self._followed_in(image, seconds), seconds)

    def updates(self, frames: Iterable[tuple[np.ndarray, float]]) -> Generator[FrameResult, None, None]:
        """The same for each frame of a video, (image, seconds), which is known beforehand.

        While the coach watches one frame, the landmarker looks for the same person in the next.
        """
        coming = iter(frames)
        frame, detection = next(coming, None), None
        with ThreadPoolExecutor(1) as beside:
            while frame is not None:
                image, seconds = frame
                pose = self._followed_in(image, seconds, detection)
                frame, detection = next(coming, None), None
                if frame is not None and self._wanted is None:  # nothing that is still to come leads it elsewhere
                    detection = beside.submit(self._landmarker.detect, *frame)
                yield self._result(pose, seconds)

    def _followed_in(
        self, image: np.ndarray, seconds: float, detection: "Future[Pose | None] | None" = None
    ) -> Pose | None:
        """The pose of who is followed, if they are seen; `detection` is the landmarker's, where it has begun before."""
        self._seconds, self._tracks.aspect, self._past = seconds, image.shape[1] / image.shape[0], ()
        if self._wanted is not None:
            return self._wait_for(self._wanted, image, seconds)
        pose = detection.result() if detection else self._landmarker.detect(image, seconds)
        trusted = pose is not None and self._tracks.is_trusted(pose, seconds)
        if self._point is not None or (
            pose is not None and seconds >= (self._next_look if trusted else self._last_look + OFTEN)
        ):
            return self._look(image, pose, seconds)
        if pose is None or not trusted or not self._tracks.followed:
            return None
        self._tracks.followed.moved_to(self._tracks.box(pose), seconds)
        return pose

    def close(self) -> None:
        """Give back the native memory. Closing twice is allowed."""
        self._landmarker.close()
        finder, self._finder = self._finder, None
        if finder is not None:
            finder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _result(self, pose: Pose | None, seconds: float) -> FrameResult:
        with self._counting:
            return self._watched(pose, seconds)

    def _watched(self, pose: Pose | None, seconds: float) -> FrameResult:
        followed = self._tracks.followed
        if followed is None:
            self._waiting = self._waiting or self.new_tracker()
            return self._waiting.update(None, seconds)
        result = followed.watch(pose, seconds, self.new_tracker, self.upright.turns)
        sure = followed.done >= CONVINCED and seconds - followed.progress < IDLE
        if pose is not None and self.upright.update(pose, self._proves, sure=sure):
            followed.replay(self.new_tracker, self.upright.turns)
        others = {person.number: person.box for person in self._tracks.others(seconds, SHOWN)}
        return replace(result, person=followed.number, others=others, past=self._past)

    def _proves(self, turns: int) -> bool:
        """Whether who is followed does an exercise if the image is turned, as far as it is remembered."""
        assert self._tracks.followed is not None
        tracker = self.new_tracker()
        results = [tracker.update(pose.turned(turns), pose.seconds) for pose in self._tracks.followed.recent]
        return any(result.definition and (turns == 2 or is_upright(result.definition)) for result in results)

    # Looking for everybody

    def _look(self, image: np.ndarray, pose: Pose | None, seconds: float) -> Pose | None:
        """Who is followed from now on, if they are seen. `pose` is whom MediaPipe follows."""
        found = self._find(image, seconds, pose)
        seen = self._tracks.update(found if pose is None else [pose, *found], seconds)
        self._watch_others(seen)
        if self._point is not None:
            self._take_tapped(seen, *self._point)
            self._point = None
        else:
            self._take_who_exercises(seen, seconds)
        self._plan(seconds)
        followed = self._tracks.followed
        mine = seen.get(followed.number) if followed else None
        return mine if mine is None or mine is pose else self._led_to(mine, image, seconds)

    def _find(self, image: np.ndarray, seconds: float, pose: Pose | None = None) -> list[Pose]:
        """Everybody but the one who is known already."""
        self._finder = self._finder or people_finder()
        if pose is None:
            return self._finder.find(image, seconds)
        found = self._finder.find(image, seconds, self._tracks.box(pose))
        return [other for other in found if not self._tracks.is_duplicate(other, pose)]

    def _watch_others(self, seen: dict[int, Pose]) -> None:
        for number, pose in seen.items():
            person = self._tracks.people[number]
            if person is not self._tracks.followed:
                person.glimpse(pose, self.new_tracker, self.upright.turns)

    def _led_to(self, pose: Pose, image: np.ndarray, seconds: float) -> Pose:
        """Have MediaPipe follow whose pose this is."""
        return self._landmarker.follow(image, seconds, self._tracks.box(pose)) or pose

    def _plan(self, seconds: float) -> None:
        """When to look again."""
        self._looks += 1
        self._last_look = seconds
        off = 1 + JITTER * (2 * (self._looks * 0.618 % 1) - 1)
        others = self._tracks.others(seconds) if self._is_open(seconds) else ()
        stirring = any(seconds - person.stirred < IDLE for person in others)
        self._next_look = seconds + off * (OFTEN if stirring else WATCHFUL if others else EVERY)

    # Choosing

    def _take_who_exercises(self, seen: dict[int, Pose], seconds: float) -> None:
        followed = self._tracks.followed
        people = [self._tracks.people[number] for number in seen]
        if followed is None or followed.number not in seen:
            if people and (followed is None or seconds - followed.seen > (GONE_CHOSEN if self._chosen else GONE)):
                self._chosen = False
                self._follow(max(people, key=lambda person: (person.done, person.box.size(self._tracks.aspect))))
        elif self._is_open(seconds):
            busy = [person for person in people if person.done >= CONVINCED and person.progress > followed.progress]
            if busy:
                self._follow(max(busy, key=lambda person: person.done))

    def _is_open(self, seconds: float) -> bool:
        """Whether it may be somebody else who exercises."""
        followed = self._tracks.followed
        return not (followed is None or self._chosen or (followed.done and seconds - followed.progress < RESTING))

    def _take_tapped(self, seen: dict[int, Pose], x: float, y: float) -> None:
        aspect = self._tracks.aspect
        boxes = {number: self._tracks.people[number].box for number in seen}
        held = {number: box for number, box in boxes.items() if box.holds(x, y)}
        if held:
            nearest = min(
                held, key=lambda number: np.hypot((held[number].middle[0] - x) * aspect, held[number].middle[1] - y)
            )
            self._chosen = True
            self._follow(self._tracks.people[nearest])

    def _follow(self, person: Person) -> None:
        if self._tracks.followed not in (None, person):
            self._past = tuple(person.recent)
        self._tracks.followed = person

    def _wait_for(self, wanted: Spot | int, image: np.ndarray, seconds: float) -> Pose | None:
        """Whom the caller has named, as soon as they are there."""
        if seconds < (wanted.seconds - 1e-3 if isinstance(wanted, Spot) else self._next_look):
            return None
        seen = self._tracks.update(self._find(image, seconds), seconds)
        self._next_look = seconds + 2 * OFTEN
        self._most_at_once = max(self._most_at_once, len(seen))
        if isinstance(wanted, Spot):
            self._take_tapped(seen, wanted.x, wanted.y)
        elif len(seen) >= wanted:
            from_left = sorted(seen, key=lambda number: self._tracks.people[number].box.middle[0])
            self._follow(self._tracks.people[from_left[wanted - 1]])
        followed = self._tracks.followed
        if followed is None:
            return None
        self._wanted = None
        return self._led_to(seen[followed.number], image, seconds)
