"""What the person who launches the app decides, in one place; and the two profiles, in one table.

The defaults are those of "shared": strangers use a small machine at once (two cores, 16 GB), and what one of them does
may not take the others' time, memory or disk. On a "laptop" whoever launches the app is who uses it.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`device` is one of device.CHOICES; `offline` forbids every download; `profile` is the row of PROFILES it is from.

    "At once" counts all visitors together, "a visitor" one open page.
    """

    device: str = "auto"
    offline: bool = False
    profile: str = "shared"
    workers_folder: Path | None = None  # where the workers behind one proxy count their trainings together
    mcp: bool = False  # the endpoints are tools of assistants, too
    keeps_vectors: bool = False  # what was computed of a gallery's images stays in the launcher's cache folder
    max_upload: int = 50_000_000  # bytes of one file
    video_seconds: float = 300  # of the longest video that is analysed
    download_bytes: int = 1_000_000_000  # of a model's file that a visitor has fetched from a hub
    cached_bytes: int = 5_000_000_000  # of all that were fetched and are kept on the disk
    opened_bytes: int = 3_000_000_000  # of the models of one tab that stay open, if nobody uses them
    queue_size: int = 200  # events that wait to begin; whoever comes then is told to try again
    threads: int = 160  # that answer at once: most of them wait in a line, or for the next picture of a run
    concurrent_events: int = 4  # runs of one and the same short event at once; the others queue
    concurrent_runs: int = 60  # of one event that shows something as it goes: a live run, a training, a passage
    concurrent_streams: int = 4  # cameras looked at at once; each holds a landmarker of some 85 MB
    landmarkers: int = 8  # MediaPipe's, of cameras and of films that are looked at; those left by cameras are for films
    camera_frame_bytes: int = 400_000  # of one frame of a camera; the page sends some 30,000
    camera_frame_side: int = 1280  # pixels of its longer side
    camera_frames_per_second: float = 30  # of one camera; a page that sends more waits for its answers
    camera_silence: float = 30  # seconds without a frame after which its landmarker is closed
    heavy_turn: float = 4.0  # seconds of a lottery, a film or a heat map, after which the next one in line computes
    heavy_jobs: int = 40  # that share those turns
    heavy_jobs_of_one: int = 3  # of them, of one visitor
    writing_turn: float = 0.1  # seconds of a passage that is written, after which the next one is
    passages: int = 60  # that share those turns
    passages_of_one: int = 4  # of them, of one visitor
    lottery_seconds: int = 90  # of computation after which a draw of the XOR lottery ends with what it has found
    trainings_at_once: int = 1  # visitors' GPTs that compute at the same time; the others have their turn next
    training_turn: float = 2.0  # seconds after which a training lets the next one compute
    trainings: int = 30  # that share those turns
    trainings_memory: int = 6_000_000_000  # bytes of their models, averages and optimisers, all together
    training_minutes: float = 10  # of one visitor's training: of its own computation, not of the wait for its turn
    training_parameters: int = 20_000_000  # of one visitor's GPT
    training_tokens_a_step: int = 16_384  # batch × block; nanoGPT's 64 × 256. Nothing can stop a step that has begun
    training_memory: int = 3_000_000_000  # bytes, as counted beforehand
    training_characters: int = 5_000_000  # of one visitor's text


PROFILES = {
    "laptop": Settings(
        profile="laptop",
        keeps_vectors=True,
        max_upload=8_000_000_000,
        video_seconds=3600,
        download_bytes=6_000_000_000,
        cached_bytes=1_000_000_000_000,
        opened_bytes=6_000_000_000,
        concurrent_streams=16,
        landmarkers=32,
        heavy_jobs_of_one=8,
        passages_of_one=16,
        trainings_at_once=2,
        trainings_memory=12_000_000_000,
        training_minutes=60,
    ),
    "shared": Settings(),
}
