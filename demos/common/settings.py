"""What the person who launches the app decides, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """`device` is one of device.CHOICES; `offline` forbids every download."""

    device: str = "auto"
    offline: bool = False
    concurrent_streams: int = 16  # webcam streams and live trainings at once, all visitors together
    max_upload: str = "200mb"
