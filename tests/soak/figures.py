"""What is measured while visitors work: how long each thing took, what went wrong, and what the app holds."""

import json
import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from demos.common.i18n import PLACEHOLDER, text

BUSY = ("common.busy", "common.busy_with_yours", "common.gradio_busy", "posture.live_busy")
QUEUE_FULL = "Queue is full"  # Gradio's own, which the page says in the visitor's language (common.gradio_busy)


@dataclass(frozen=True)
class Took:
    """One thing that a visitor did: in which phase, what, of which kind, and for how many seconds."""

    phase: str
    name: str
    kind: str
    seconds: float


@dataclass(frozen=True)
class Held:
    """What the app's process holds at one moment: seconds since the start, bytes of memory, and numbers."""

    at: float
    memory: int
    threads: int
    open_files: int
    temporary_files: int


@dataclass
class Figures:
    """All of one soak. Several threads may write."""

    phase: str = "warming up"
    took: list[Took] = field(default_factory=list)
    busy: int = 0
    errors: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def measure(self, name: str, kind: str) -> Iterator[None]:
        """Note how long what is done inside takes, where it comes to its end."""
        begun, phase = time.monotonic(), self.phase
        yield
        with self._lock:
            self.took.append(Took(phase, name, kind, time.monotonic() - begun))

    @contextmanager
    def noted(self, name: str) -> Iterator[None]:
        """Note what goes wrong inside: "busy, try again" is no error, everything else is."""
        try:
            yield
        except Exception as error:  # whatever it is, it is counted
            with self._lock:
                if is_busy(str(error)):
                    self.busy += 1
                else:
                    self.errors.append(f"{name}: {type(error).__name__}: {error}")

    def look(self, process: int, files: Path, began: float) -> None:
        """Note what the process holds now (Linux, proc(5))."""
        status = Path(f"/proc/{process}/status").read_text()
        memory, threads = (int(re.findall(rf"{name}:\s*(\d+)", status)[0]) for name in ("VmRSS", "Threads"))
        opened = len(list(Path(f"/proc/{process}/fd").iterdir()))
        lying = sum(file.is_file() for file in files.rglob("*"))
        self.held.append(Held(time.monotonic() - began, memory * 1024, threads, opened, lying))

    def p95(self, kind: str, phase: str = "alone") -> float:
        """The seconds within which 95 of 100 things of a kind were done; 0 where none was."""
        return _p95([each.seconds for each in self.took if (each.kind, each.phase) == (kind, phase)])

    def between(self, name: str, begin: float, end: float) -> float:
        """The median of what was held between two seconds."""
        values = [getattr(each, name) for each in self.held if begin <= each.at <= end]
        return float(statistics.median(values)) if values else 0.0

    def table(self) -> str:
        """For people: what took how long, the slowest kinds last, and what was held over time."""
        lines = [f"{'phase':<14}{'kind':<13}{'what':<26}{'times':>6}{'median':>9}{'p95':>9}{'most':>9}"]
        for phase, kind, name in sorted({(each.phase, each.kind, each.name) for each in self.took}):
            seconds = [each.seconds for each in self.took if (each.phase, each.kind, each.name) == (phase, kind, name)]
            numbers = (statistics.median(seconds), _p95(seconds), max(seconds))
            said = "".join(f"{number:>7.2f} s" for number in numbers)
            lines.append(f"{phase:<14}{kind:<13}{name:<26}{len(seconds):>6}{said}")
        for phase, kind in sorted({(each.phase, each.kind) for each in self.took}):
            lines.append(f"{phase:<14}{kind:<13}{'all':<26}{'':>6}{'':>9}{self.p95(kind, phase):>7.2f} s")
        lines.append(f"busy, try again: {self.busy}; errors: {len(self.errors)}")
        lines.append(f"{'minute':>7}{'memory':>10}{'threads':>9}{'open files':>12}{'temporary files':>17}")
        every = max(1, len(self.held) // 12)
        for each in [*self.held[::every], *self.held[-1:]]:
            memory = f"{each.memory / 1e6:,.0f} MB"
            lines.append(
                f"{each.at / 60:>7.1f}{memory:>10}{each.threads:>9}{each.open_files:>12}{each.temporary_files:>17}"
            )
        return "\n".join(lines + self.errors[:20])

    def write(self, file: Path) -> None:
        """For machines: everything, as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "took": [asdict(each) for each in self.took],
            "held": [asdict(each) for each in self.held],
            "busy": self.busy,
            "errors": self.errors,
        }
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def is_busy(sentence: str) -> bool:
    """Whether this is one of the sentences that ask to try again; {placeholders} may be anything."""
    return QUEUE_FULL in sentence or any(pattern.search(sentence) for pattern in _busy_sentences())


def _busy_sentences() -> list[re.Pattern[str]]:
    found = []
    for key in BUSY:
        found.append(re.compile(".+".join(map(re.escape, PLACEHOLDER.split(text(key, "en"))))))
    return found


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else sum(seconds)
