"""What is drawn into an annotated video."""

import numpy as np

from demos.posture.coach.set_tracker import FrameResult
from demos.posture.pose.box import Box
from demos.posture.video.annotate import annotate


def test_a_frame_is_drawn_around_everybody_else() -> None:
    image = np.full((240, 320, 3), 90, np.uint8)
    alone = annotate(image, FrameResult(0.0, None, None, None))
    assert (alone == image).all()
    drawn = annotate(image, FrameResult(0.0, None, None, None, others={2: Box(0.5, 0.25, 0.75, 0.9)}))
    rows, columns = np.nonzero((drawn != image).any(-1))
    assert abs(columns.min() - 160) <= 2
    assert abs(columns.max() - 240) <= 2
    assert abs(rows.min() - 60) <= 2
    assert abs(rows.max() - 216) <= 2
    assert (drawn[120, 200] == image[120, 200]).all()  # nothing of them is covered
