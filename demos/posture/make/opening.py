"""Analyses the opening clip once, so that the tab never opens empty: `python -m demos.posture.make.opening`."""

import json

from demos.common.i18n import LANGUAGES
from demos.posture.report.look import moments_to_look_at
from demos.posture.report.pictures import pictures
from demos.posture.video.analyse import Analysis, analyse
from demos.posture.video.clips import OPENING, READY, clip
from demos.posture.video.look import result


def main() -> None:
    """Write assets/clips/opening.json."""
    *_, analysis = analyse(clip(OPENING))
    assert isinstance(analysis, Analysis)
    shown = {language: result(analysis, language, "sample") for language in LANGUAGES}
    for message in shown.values():
        report = message["report"]
        report["pictures"] = list(pictures(clip(OPENING), moments_to_look_at(report)))
    READY.write_text(json.dumps(shown, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{READY} · {READY.stat().st_size:,} bytes · {analysis.exercise}: {analysis.report()['count']}")


if __name__ == "__main__":
    main()
