"""Every tab's main job in Firefox as Debian ships it, in one visit."""

from pathlib import Path

import pytest

from tests.conftest import SCREENSHOTS
from tests.firefox import FIREFOX, firefox

COUNT = "document.querySelectorAll({!r}).length"


@pytest.mark.soak
@pytest.mark.skipif(not FIREFOX, reason="no Firefox found: install it (Debian: apt-get install firefox-esr)")
def test_a_visit_in_firefox(app_url: str, tmp_path: Path) -> None:
    with firefox(tmp_path) as page:
        page.goto(app_url)
        page.wait_for("document.querySelector('[data-frame]')?.dataset.over === 'true'")
        verdicts = page.evaluate(
            "[...document.querySelectorAll('.xor-learner .xor-verdict')].map((each) => each.textContent).join(' | ')"
        )
        assert verdicts.startswith("It will never converge | Solved after ")
        page.screenshot(SCREENSHOTS / "firefox-xor.png")

        page.click("#demo-gpt-button")
        written = COUNT.format(".gpt-passage span:not(.given)")
        page.wait_for(f"{written} > 30")
        page.click("#gpt-write")
        page.wait_for(f"{written} < 30")
        page.wait_for(f"{written} > 30")
        page.screenshot(SCREENSHOTS / "firefox-gpt.png")

        page.click("#demo-clip-button")
        page.wait_for(COUNT.format(".match-card .match-row.best") + " === 4")
        page.screenshot(SCREENSHOTS / "firefox-clip.png")

        page.click("#demo-posture-button")
        page.wait_for(COUNT.format("#posture-report .rep") + " === 4")
        player = "#posture-player [data-part=number]"
        page.wait_for(f"/[123]/.test(document.querySelector({player!r})?.textContent ?? '')")
        page.screenshot(SCREENSHOTS / "firefox-posture.png")
        assert page.errors == []
