"""Films the sample clips in assets/clips: `python -m demos.posture.make.clips`."""

from pathlib import Path
from typing import Any

from demos.posture.athlete.performance import perform
from demos.posture.make.render import film

FOLDER = Path(__file__).parents[3] / "assets" / "clips"

# Good repetitions with a faulty one among them, so that a visitor sees the coach find it.
CLIPS: dict[str, dict[str, Any]] = {
    "squat": {"view": "side", "reps": 4, "seed": 3, "tempo": 1.1, "faults": ("shallow",), "faulty_reps": {2}},
    "push_up": {"view": "side", "reps": 4, "seed": 21, "tempo": 1.0, "faults": ("hips_sag",), "faulty_reps": {2}},
    "bicep_curl": {"view": "three_quarter", "reps": 4, "seed": 6, "faults": ("elbow_swing",), "faulty_reps": {2}},
    "lunge": {"view": "side", "reps": 4, "seed": 12, "tempo": 1.25, "faults": ("torso_lean",), "faulty_reps": {2}},
    "plank": {"view": "side", "seconds": 9, "seed": 14},
}


def main() -> None:
    """Film them all; the same bytes for the same versions of numpy, OpenCV and x264."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for exercise, choices in CLIPS.items():
        out = FOLDER / f"{exercise}.mp4"
        truth = film(perform(exercise, **choices), out)
        print(f"{out.name} · {truth['frames']} frames · {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
