"""MediaPipe's own log lines, which its C++ writes past Python to the process's error output: left out."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

# What abseil writes of info and warnings ("W0000 00:00:… file.cc:114] …"), that it is not set up, and what TensorFlow
# Lite says when it begins. Errors ("E0000 …") are let through.
NATIVE = re.compile(rb"[IW]\d{4} [\d:.]+ +\d+ \w+\.cc:\d+\]|WARNING: All log messages before absl|INFO: Created Tensor")
_one_at_a_time = RLock()


@contextmanager
def without_native_log() -> Iterator[None]:
    """Inside the `with`, error output waits; afterwards all of it is written but for MediaPipe's lines."""
    with _one_at_a_time, tempfile.TemporaryFile() as waiting:
        sys.stderr.flush()
        error_output = os.dup(2)
        os.dup2(waiting.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(error_output, 2)
            waiting.seek(0)
            for line in waiting:
                if not NATIVE.match(line):
                    os.write(error_output, line)
            os.close(error_output)
