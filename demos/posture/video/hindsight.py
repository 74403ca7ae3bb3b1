"""A whole video is about one person, and which way was up is known of it from its beginning."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from demos.posture.people.person import IN_A_ROW
from demos.posture.pose.box import Box
from demos.posture.pose.landmarks import INDEX, SIDES, Pose
from demos.posture.video.results import Poses, Results

SHOULDERS, HIPS, WRISTS = ([INDEX[f"{side}_{joint}"] for side in SIDES] for joint in ("shoulder", "hip", "wrist"))
# Trunk lengths, three quarters of the time. The athlete's hands stay within 0.04 in push-ups from the side, within 0.14
# from the front; who punches moves them by 0.16 to 0.4.
STAYS = 0.14


def who_exercises(results: Results) -> int:
    """The number of who did most of what counts, and of those who was followed for longest."""
    most = results.most_done()
    return max(most, key=lambda number: most[number], default=0)


def is_settled(poses: Poses) -> bool:
    """Whether one person was followed, and up was the same way from beginning to end."""
    table = poses.table
    people, turns = table.column("person"), table.column("turns")[table.column("found")]
    return len(set(people[people > 0])) < 2 and len(set(turns)) < 2


def about(person: int, poses: Poses, aspect: float) -> Poses:
    """The poses as if that person had been followed throughout; who was instead is one of the others.

    `aspect` is the video's width over its height. All are turned as the last one is.
    """
    turns = next((pose.turns for _, pose in reversed(poses) if pose), 0)
    looks = [pose for frame, past in poses.pasts.items() if poses.person(frame) == person for pose in past]
    times = [pose.seconds for pose in looks]
    told, shown = Poses(poses.others), float("-inf")
    for frame, (seconds, seen) in enumerate(poses):
        pose, number = seen, poses.person(frame)
        if number not in (0, person):
            pose = _at(seconds, looks, times)
            if seen and seconds - shown > IN_A_ROW:
                poses.others.add(seconds, {number: Box.around(seen, aspect)})
                shown = seconds
        told.append(seconds, pose and pose.turned(turns), number and person)
    return told


def turned(poses: Poses, turns: int) -> Poses:
    """The same poses in an image that `turns` quarter turns, counter-clockwise, make upright."""
    told = Poses(poses.others)
    for frame, (seconds, pose) in enumerate(poses):
        told.append(seconds, pose and pose.turned(turns), poses.person(frame))
    return told


def hands_stay(poses: Poses) -> bool:
    """Whether the better seen hand stays where it is in the image, as it does of who leans on it."""
    seen = [pose for _, pose in poses if pose is not None]
    image = np.stack([pose.image[:, :2] for pose in seen])  # (T, 33, 2)
    trunk = np.median(np.linalg.norm(image[:, SHOULDERS].mean(1) - image[:, HIPS].mean(1), axis=-1))
    hand = max(WRISTS, key=lambda wrist: float(np.mean([pose.visibility[wrist] for pose in seen])))
    away = np.linalg.norm(image[:, hand] - np.median(image[:, hand], axis=0), axis=-1)
    return float(np.percentile(away, 75)) < STAYS * float(trunk)


def _at(seconds: float, looks: Sequence[Pose], times: Sequence[float]) -> Pose | None:
    """A pose between the two looks around that second, if they are near each other."""
    after = bisect_right(times, seconds)
    if after and times[after - 1] == seconds:
        return looks[after - 1]
    if not 0 < after < len(looks) or times[after] - times[after - 1] > IN_A_ROW:
        return None
    a, b = looks[after - 1], looks[after]
    b = b.turned(a.turns)
    share = (seconds - a.seconds) / (b.seconds - a.seconds)
    image, world, visibility = (
        x + share * (y - x) for x, y in ((a.image, b.image), (a.world, b.world), (a.visibility, b.visibility))
    )
    return Pose(seconds, image, world, visibility, a.turns)
