"""Who is who from one look to the next: the boxes of bodies, matched by how alike they are.

Nearest first, as trackers of several objects do (SORT, Bewley et al. 2016, arXiv:1602.00763, without its motion model:
who exercises stays). Who is followed has a place of their own besides. When somebody walks past before them,
MediaPipe's own track goes along; so while others are about, only who is at that place is believed without a closer
look.
"""

from collections.abc import Sequence

from demos.posture.people.person import Person
from demos.posture.pose.box import Box, distance
from demos.posture.pose.landmarks import Pose

FORGET, FORGET_IDLE = 12.0, 3.0  # seconds out of view after which who has done something is somebody new, or nothing
SAME, DRIFT = 0.4, 0.4  # how unlike the box of one body may be at once, and a second later besides
LONGEST = 1.5  # seconds that this goes on
STAYED = 0.45  # how unlike the box of somebody at their place may be
MOVED = 2.0  # seconds after which who is no more at their place has moved


class Tracks:
    """Everybody in view: `people` by their numbers, and who of them is `followed`. `aspect` is the image's."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.followed: Person | None = None
        self.aspect = 1.0
        self._number = 0  # of the person found last

    def box(self, pose: Pose) -> Box:
        """The part of the image that a body takes."""
        return Box.around(pose, self.aspect)

    def others(self, seconds: float, within: float = FORGET_IDLE) -> list[Person]:
        """Who else was seen in the last seconds."""
        return [p for p in self.people.values() if p is not self.followed and seconds - p.seen < within]

    def is_duplicate(self, pose: Pose, other: Pose) -> bool:
        """Whether two poses are of one body: a hand beside somebody is nobody else."""
        return distance(self.box(pose), self.box(other), self.aspect) < SAME / 2

    def is_trusted(self, pose: Pose, seconds: float) -> bool:
        """Whether this is who is followed, without a closer look."""
        if self.followed is None:
            return False
        if self.others(seconds):
            return self._is_at_place(pose)
        return distance(self.followed.box, self.box(pose), self.aspect) < self._reach(self.followed, seconds)

    def update(self, poses: Sequence[Pose], seconds: float) -> dict[int, Pose]:
        """Everybody whom a look has found, by their numbers. Who was not there before gets a new one."""
        for number, person in list(self.people.items()):
            if person is not self.followed and seconds - person.seen > (FORGET if person.done else FORGET_IDLE):
                del self.people[number]
        seen, left = self._matched(poses, seconds)
        for index in sorted(left):
            self._number += 1
            box = self.box(poses[index])
            self.people[self._number] = Person(self._number, box, seconds, box, self.aspect)
            seen[self._number] = poses[index]
        for number, pose in seen.items():
            self.people[number].moved_to(self.box(pose), seconds)
        return seen

    def _matched(self, poses: Sequence[Pose], seconds: float) -> tuple[dict[int, Pose], set[int]]:
        """The poses of those who are known, by their numbers, and the indices of those who are not."""
        boxes = [self.box(pose) for pose in poses]
        left = set(range(len(poses)))
        seen: dict[int, Pose] = {}
        followed, crowded = self.followed, bool(self.others(seconds))
        if followed and left and (crowded or len(poses) > 1):  # first whoever is where they have been all the time
            unlike = {index: distance(followed.place, boxes[index], self.aspect) for index in left}
            nearest = min(unlike, key=lambda index: unlike[index])
            if unlike[nearest] < STAYED:
                seen[followed.number] = poses[nearest]
                left.remove(nearest)
        pairs = sorted(
            (distance(person.box, boxes[index], self.aspect), number, index)
            for number, person in self.people.items()
            for index in left
            if number not in seen
        )
        for apart, number, index in pairs:
            if number not in seen and index in left and apart < self._reach(self.people[number], seconds):
                seen[number] = poses[index]
                left.remove(index)
        if followed and followed.number not in seen and len(poses) == len(left) == 1 and not crowded:
            seen[followed.number] = poses[left.pop()]  # who is alone may have been away, or quick
        if followed and crowded and not self._is_believable(followed, seen, seconds):
            del seen[followed.number]
        return seen, left

    def _is_believable(self, followed: Person, seen: dict[int, Pose], seconds: float) -> bool:
        """Whether who is followed may have left their place: not while somebody else who was about is missing."""
        pose = seen.get(followed.number)
        if pose is None or self._is_at_place(pose) or seconds - followed.seen > MOVED:
            return True
        return all(person.number in seen for person in self.others(seconds))

    def _is_at_place(self, pose: Pose) -> bool:
        assert self.followed is not None
        return distance(self.followed.place, self.box(pose), self.aspect) < STAYED

    def _reach(self, person: Person, seconds: float) -> float:
        return SAME + DRIFT * min(seconds - person.seen, LONGEST)
