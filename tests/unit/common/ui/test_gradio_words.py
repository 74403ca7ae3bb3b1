"""Sentences that Gradio's page says by itself: ours replace them only as long as they are worded and placed as here."""

from pathlib import Path

import gradio

from demos.common.i18n import text
from demos.common.ui import page_files

ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


def test_what_is_said_when_the_queue_is_full_is_known() -> None:
    scripts = [script.read_text(encoding="utf-8") for script in ASSETS.glob("*.js")]
    assert any(text("common.gradio_busy", "en") in script for script in scripts)
    assert any("toast-message-text" in script for script in scripts)
    assert ".toast-message-text" in page_files.file("common/page/gradio_words.js").read_text(encoding="utf-8")
