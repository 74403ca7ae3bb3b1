"""Where everybody else in a video is, known at the looks for them: between two of these they are on their way."""

from bisect import bisect_right, insort
from collections.abc import Mapping

from demos.posture.pose.box import Box

GAP = 2.0  # seconds between two looks from which on nobody knows where somebody was


class Others:
    """The boxes of people by their numbers, at any second."""

    def __init__(self) -> None:
        self._looks: dict[int, list[tuple[float, Box]]] = {}  # of each person, in the order of time
        self._about: dict[int, set[int]] = {}  # who may be in view in each whole second

    def add(self, seconds: float, boxes: Mapping[int, Box]) -> None:
        """Take in what is known at the next frame; a box that is the same object as before is no new look."""
        for number, box in boxes.items():
            looks = self._looks.setdefault(number, [])
            if not looks or looks[-1][1] is not box:
                insort(looks, (seconds, box), key=lambda look: look[0])
                for second in range(int(seconds), int(seconds + GAP) + 1):
                    self._about.setdefault(second, set()).add(number)

    def at(self, seconds: float, without: int = 0) -> dict[int, Box]:
        """Who is where, but for the one whose number is `without`."""
        boxes = {}
        for number in sorted(self._about.get(int(seconds), ())):
            looks = self._looks[number]
            after = bisect_right(looks, seconds, key=lambda look: look[0])
            if number == without or not after or seconds - looks[after - 1][0] >= GAP:
                continue
            begin, box = looks[after - 1]
            if after < len(looks) and looks[after][0] - begin < GAP:
                end, goal = looks[after]
                box = box.blended(goal, (seconds - begin) / (end - begin))
            boxes[number] = box
        return boxes
