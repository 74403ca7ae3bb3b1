"""One of the people in view: where they are, and what they have done as far as it was seen."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from demos.posture.coach.repetitions import Phase
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.pose.box import Box
from demos.posture.pose.landmarks import INDEX, SIDES, Pose
from demos.posture.pose.measures import measures, point

RECENT = 12.0  # seconds of poses that are remembered of each person
IN_A_ROW = 0.5  # seconds between two looks from which on what happened between them is unknown
LATELY = 3.0  # seconds over which it is seen whether somebody stirs
STIRRED = 0.17  # trunks that a joint moves; who only stands stays below 0.15, a calf raise takes 0.19
LEVEL = 50.0  # degrees of lean from which somebody is down: a plank is held without stirring
STIRRING = [INDEX[f"{side}_{joint}"] for side in SIDES for joint in ("shoulder", "wrist", "hip", "knee")]
SETTLES = 3.0  # seconds after which a place is somebody's own


@dataclass
class Person:
    """`box`: where they were last, at second `seen`; `place`: where they usually are. `aspect` is the image's."""

    number: int
    box: Box
    seen: float
    place: Box
    aspect: float
    tracker: SetTracker | None = None
    recent: deque[Pose] = field(default_factory=deque)
    progress: float = float("-inf")  # when they last did what counts
    done: int = 0  # repetitions, or seconds held, in a row of looks
    stirred: float = float("-inf")  # when they last moved, or were down
    _joints: deque[tuple[float, np.ndarray]] = field(default_factory=deque)  # seconds, (N, 2) in trunks

    def moved_to(self, box: Box, seconds: float) -> None:
        """They are here now."""
        self.place = self.place.blended(box, min(1.0, max(0.0, seconds - self.seen) / SETTLES))
        self.box, self.seen = box, seconds

    def watch(self, pose: Pose | None, seconds: float, make: Callable[[], SetTracker], turns: int) -> FrameResult:
        """Take in how they stand now, turned upright."""
        pose = pose and pose.turned(turns)
        if self.tracker is None:
            self.tracker = make()
        result = self.tracker.update(pose, seconds)
        if pose is not None:
            self._remember(pose)
        self._judge(result)
        return result

    def glimpse(self, pose: Pose, make: Callable[[], SetTracker], turns: int) -> None:
        """They were looked at beside the one who is followed. What they do counts once they are looked at in a row."""
        if self.recent and pose.seconds - self.recent[-1].seconds > IN_A_ROW:
            self.forget()
        self._see_whether_they_stir(pose.turned(turns))
        self.watch(pose, pose.seconds, make, turns)

    def forget(self) -> None:
        """What they did is too long ago, or was not seen."""
        self.tracker, self.done, self.progress = None, 0, float("-inf")
        self.recent.clear()

    def replay(self, make: Callable[[], SetTracker], turns: int) -> None:
        """Watch once more what is remembered, `turns` quarter turns upright."""
        poses = list(self.recent)
        self.forget()
        for pose in poses:
            self.watch(pose, pose.seconds, make, turns)

    def _remember(self, pose: Pose) -> None:
        self.recent.append(pose)
        while self.recent[0].seconds < pose.seconds - RECENT:
            self.recent.popleft()

    def _see_whether_they_stir(self, pose: Pose) -> None:
        """Where the joints are in the image tells more than angles, which depth makes tremble."""
        flat = pose.image[:, :2] * (self.aspect, 1)
        trunk = float(np.linalg.norm(point(flat, "shoulder") - point(flat, "hip")))
        self._joints.append((pose.seconds, flat[STIRRING]))
        while self._joints[0][0] < pose.seconds - LATELY:
            self._joints.popleft()
        low, high = np.quantile([joints for _, joints in self._joints], (0.1, 0.9), axis=0)
        down = measures(pose.world)["torso_lean"] > LEVEL
        if len(self._joints) == 1 or down or float((high - low).max()) > STIRRED * trunk:
            self.stirred = pose.seconds

    def _judge(self, result: FrameResult) -> None:
        reading = result.reading
        if reading is None:
            return
        if reading.finished and reading.finished.counted:
            self.done += 1
            self.progress = result.seconds
        elif reading.phase is Phase.HOLDING:
            self.done = max(self.done, int(reading.hold))
            self.progress = result.seconds
        elif reading.phase is Phase.EFFORT and self.done:
            self.progress = result.seconds
