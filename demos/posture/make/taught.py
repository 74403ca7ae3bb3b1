"""Records the example of the view Teach: `python -m demos.posture.make.taught`.

The athlete's film is rendered, the landmarker looks at it, and only the landmarks are kept.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from safetensors.numpy import save_file

from demos.posture.athlete.performance import perform
from demos.posture.make.render import render_video
from demos.posture.pose.landmarker import Landmarker
from demos.posture.teach.example import FILE
from demos.posture.video import video_file


def main() -> None:
    """Write assets/clips/row.safetensors."""
    with TemporaryDirectory() as folder, Landmarker() as landmarker:
        film = Path(folder) / "row.mp4"
        render_video(perform("row", reps=3, view="three_quarter", seed=5, fps=15, tempo=0.9), film)
        poses = [landmarker.detect(frame.image, frame.seconds) for frame in video_file.read(film)]
    seen = [pose for pose in poses if pose is not None]
    arrays = {
        "seconds": np.array([pose.seconds for pose in seen], np.float32),
        **{name: np.stack([getattr(pose, name) for pose in seen]) for name in ("image", "world", "visibility")},
    }
    save_file({name: values.astype(np.float16) for name, values in arrays.items()}, FILE)
    print(f"{FILE} · {len(seen)} of {len(poses)} frames · {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
