"""MediaPipe's own log lines are left out, and nothing else is."""

import os

import pytest

from demos.posture.pose.native_log import without_native_log

MEDIAPIPE = (
    "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n",
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    "W0000 00:00:1795749684.276889   10813 inference_feedback_manager.cc:114] Feedback manager requires a model\n",
)


def test_only_mediapipes_lines_are_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    with without_native_log(), without_native_log():
        for line in (*MEDIAPIPE, "Traceback of ours\n", "E0000 00:00:17.2 10 graph.cc:1] It failed\n"):
            os.write(2, line.encode())
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "Traceback of ours\nE0000 00:00:17.2 10 graph.cc:1] It failed\nafter\n"


def test_what_was_written_before_a_failure_is_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    def failing() -> None:
        with without_native_log():
            os.write(2, b"why\n")
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert capfd.readouterr().err == "why\n"
