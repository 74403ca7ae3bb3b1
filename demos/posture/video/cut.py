"""Whether a video file breaks off: what AVI and MPEG-TS say of themselves, which FFmpeg reads as if it were whole.

FFmpeg takes the length of a cut AVI from its bytes, and that of a TS from its last time stamp.
"""

from pathlib import Path
from struct import unpack_from

HEADER = 56  # bytes of an AVI in which its length stands: RIFF size, "AVI ", LIST, "hdrl", "avih", size, AVIMAINHEADER
UNKNOWN = (0, 0xFFFFFFFF)  # sizes that a recorder writes which does not know them yet
PACKETS = (188, 192)  # bytes of a TS packet, and of one with a time stamp before it (M2TS)
SYNC = 0x47  # with which each begins


def is_cut(path: Path) -> bool:
    """Whether the file at `path` says that its end is missing; False for formats that tell otherwise or not at all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4 * max(PACKETS))
    if (declared := _riff_size(head)) is not None:
        return declared not in UNKNOWN and declared + 8 > size
    return any(size % packet for packet in PACKETS if _is_ts(head, packet))


def avi_seconds(path: Path) -> float | None:
    """The length in seconds that an AVI's header declares; None for other files, and where it is not known."""
    with path.open("rb") as file:
        head = file.read(HEADER)
    if _riff_size(head) is None or len(head) < HEADER or head[24:28] != b"avih":
        return None
    microseconds, frames = unpack_from("<I", head, 32)[0], unpack_from("<I", head, 48)[0]
    return microseconds * frames / 1e6 or None


def _riff_size(head: bytes) -> int | None:
    """The bytes that an AVI's RIFF chunk declares."""
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"AVI ":
        return None
    size: int = unpack_from("<I", head, 4)[0]
    return size


def _is_ts(head: bytes, packet: int) -> bool:
    first = packet - PACKETS[0]  # the time stamp comes first
    return len(head) >= 3 * packet and all(head[first + number * packet] == SYNC for number in range(3))
