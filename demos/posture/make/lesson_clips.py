"""Renders the two clips of the lesson on what a camera cannot see: `python -m demos.posture.make.lesson_clips`.

One performance, filmed twice: squats in which the trunk leans far forward, from the front and from the side.
"""

from demos.posture.athlete.performance import Performance, perform
from demos.posture.make.render import render_video
from demos.posture.video.clips import clip

VIEWS = {"lean_front": "front", "lean_side": "side"}


def filmed(name: str) -> Performance:
    """What the clip of that name shows."""
    return perform("squat", reps=2, view=VIEWS[name], faults=["lean_forward"], seed=5, fps=15, tempo=0.95, depth=1.06)


def main() -> None:
    """Write them and their truth into assets/clips."""
    for name in VIEWS:
        truth = render_video(filmed(name), clip(name))
        print(f"{clip(name).name} · {truth['frames']} frames · {clip(name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
