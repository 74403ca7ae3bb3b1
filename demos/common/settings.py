"""What the person who launches the app decides, in one place."""

from dataclasses import dataclass

PROFILES = ("laptop", "shared")


@dataclass(frozen=True)
class Settings:
    """`device` is one of device.CHOICES; `offline` forbids every download.

    `profile` is one of PROFILES: on a "laptop" whoever launches the app is who uses it, and what was computed may stay
    in their cache folder; served to others ("shared"), nothing of a visit outlives it.
    """

    device: str = "auto"
    offline: bool = False
    profile: str = "shared"
    concurrent_events: int = 4  # runs of one and the same event at once, all visitors together; the others queue
    concurrent_streams: int = 16  # cameras looked at at once; each holds a landmarker of some 85 MB
    camera_frame_bytes: int = 400_000  # of one frame of a camera; the page sends some 30,000
    camera_frame_side: int = 1280  # pixels of its longer side
    camera_frames_per_second: float = 30  # of one camera; a page that sends more waits for its answers
    camera_silence: float = 30  # seconds without a frame after which its landmarker is closed
    lottery_seconds: int = 90  # of computation after which a draw of the XOR lottery ends with what it has found
    trainings_at_once: int = 2  # visitors' GPTs in training, all visitors together; the others wait
    training_minutes: float = 60  # of one visitor's training
    training_parameters: int = 20_000_000  # of one visitor's GPT
    training_tokens_a_step: int = 16_384  # batch × block; nanoGPT's 64 × 256. Nothing can stop a step that has begun
    training_memory: int = 3_000_000_000  # bytes, as counted beforehand
    training_characters: int = 5_000_000  # of one visitor's text

    @property
    def max_upload(self) -> str:
        """The largest file that a visitor may send."""
        return "8gb" if self.profile == "laptop" else "200mb"

    @property
    def video_seconds(self) -> float:
        """The length of the longest video that is analysed for a visitor."""
        return 3600.0 if self.profile == "laptop" else 300.0
