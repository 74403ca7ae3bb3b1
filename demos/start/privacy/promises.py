"""What stays where, as sentences that follow from the code: their numbers are its constants, their choice its settings.

`tests/unit/start/privacy` holds each to the code that it speaks of. A sentence is the key of a string of this folder,
without "start.privacy_", and the values of its placeholders.
"""

from dataclasses import dataclass, field

from demos.common.settings import Settings
from demos.common.start_folder import UNUSED
from demos.common.visits import SILENCE


@dataclass(frozen=True)
class Sentence:
    """The string "start.privacy_{key}" with its placeholders filled."""

    key: str
    values: dict[str, int] = field(default_factory=dict)


# What scripts of the page keep in the visitor's browser, by its name there: glassbox.gpt in IndexedDB, all else in
# localStorage.
KEPT = {
    "glassbox-language": Sentence("kept_language"),
    "glassbox-light": Sentence("kept_light"),
    "glassbox-posture-camera": Sentence("kept_camera"),
    "glassbox-posture-plan": Sentence("kept_plan"),
    "glassbox-posture-voice": Sentence("kept_voice"),
    "glassbox.posture.history": Sentence("kept_history", {"sets": 500}),
    "glassbox.gpt": Sentence("kept_gpt", {"megabytes": 100}),
}
TOLD = ("status", "version", "uptime_seconds", "profile", "offline", "visitors", "trainings")  # by /health


def promises(settings: Settings) -> dict[str, tuple[Sentence, ...]]:
    """The sentences of each section of the page, by the section's key: those that are true with these settings."""
    shared = settings.profile == "shared"
    return {
        "browser": (Sentence("cookie" if settings.workers_folder else "no_cookie"),),
        "memory": (Sentence("visit", {"seconds": round(SILENCE)}), Sentence("camera"), Sentence("remembered")),
        "disk": (
            Sentence("files", {"minutes": round(UNUSED / 60)}),
            Sentence("vectors_kept" if settings.keeps_vectors else "vectors_not_kept"),
            Sentence("offline" if settings.offline else "hub"),
            Sentence("log"),
        ),
        "elsewhere": (
            Sentence("nowhere"),
            Sentence("report"),
            Sentence("health"),
            *((Sentence("host"),) if shared else ()),
        ),
    }
