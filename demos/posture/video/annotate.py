"""The skeleton, its angles and the count, drawn on a frame, and where everybody else is."""

from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from demos.posture.coach.set_tracker import FrameResult
from demos.posture.coach.visibility import LOST
from demos.posture.look import TRUNK, edge_colour, shown_angles
from demos.posture.pose.landmarks import BODY, EDGES, INDEX
from demos.posture.video import video_file
from demos.posture.video.analyse import Analysis

Colour = tuple[int, int, int]


def colour(code: str) -> Colour:
    """(red, green, blue) of "#RRGGBB"."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def annotate(image: np.ndarray, result: FrameResult) -> np.ndarray:
    """A copy of `image` (H, W, 3) uint8 RGB with the skeleton, the angle that counts, and the count.

    A frame is drawn around everybody in view who is not followed.
    """
    canvas = np.ascontiguousarray(image).copy()
    height, width = canvas.shape[:2]
    unit = max(height, width) / 400
    for box in result.others.values():
        corners = np.array([[box.left, box.top], [box.right, box.bottom]]) * (width, height)
        _draw_frame(canvas, corners.round().astype(int), unit)
    if result.pose is not None:
        points = (result.pose.image[:, :2] * (width, height)).round().astype(int)
        seen = result.pose.visibility >= LOST
        for start, end in EDGES:
            if seen[start] and seen[end]:
                _draw_line(canvas, points[start], points[end], colour(edge_colour(start, end)), unit)
        for index in BODY:
            if seen[index]:
                cv2.circle(canvas, points[index].tolist(), round(2.2 * unit), (255, 255, 255), -1, cv2.LINE_AA)
        for joint, degrees in shown_angles(result).items():
            _put_text(canvas, f"{degrees:.0f}", points[INDEX[joint]] + round(5 * unit), 0.45 * unit)
    exercise = result.definition
    if result.reading and exercise:
        number = f"{result.reading.hold:.1f} s" if exercise.kind == "hold" else str(result.reading.count)
        _put_text(canvas, number, (round(10 * unit), round(34 * unit)), 1.3 * unit)
        _put_text(canvas, exercise.name["en"], (round(10 * unit), round(50 * unit)), 0.5 * unit)
    return canvas


def write_annotated(out: str | Path, path: str | Path, analysis: Analysis) -> Generator[float, None, None]:
    """Write the video at `path`, which is the one analysed, with what was found drawn into it, as an MP4 to `out`.

    A generator of the share that is done, 0 to 1; whoever closes it early leaves no file. Raises BadInput as
    `video_file.read` does.
    """
    with closing(video_file.read_ahead(path)) as frames, video_file.Writer(out, analysis.info.fps) as writer:
        for frame, result in zip(frames, analysis.results, strict=False):
            writer.add(annotate(frame.image, result), frame.seconds)
            yield writer.frames / len(analysis.results)


def _draw_line(canvas: np.ndarray, start: np.ndarray, end: np.ndarray, shade: Colour, unit: float) -> None:
    for width, paint in ((3.2, (20, 20, 20)), (2.0, shade)):  # a dark rim keeps it readable on any background
        cv2.line(canvas, start.tolist(), end.tolist(), paint, max(1, round(width * unit)), cv2.LINE_AA)


def _draw_frame(canvas: np.ndarray, corners: np.ndarray, unit: float) -> None:
    corner, other = corners.tolist()
    for width, paint in ((2.0, (20, 20, 20)), (0.8, colour(TRUNK))):
        cv2.rectangle(canvas, corner, other, paint, max(1, round(width * unit)), cv2.LINE_AA)


def _put_text(canvas: np.ndarray, words: str, at: Iterable[float], size: float) -> None:
    place = tuple(int(value) for value in at)
    for width, paint in ((5.0, (20, 20, 20)), (1.8, (255, 255, 255))):
        cv2.putText(
            canvas, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, paint, max(1, round(width * size)), cv2.LINE_AA
        )
