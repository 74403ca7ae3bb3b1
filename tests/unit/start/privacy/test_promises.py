"""What the page says of what stays where is what the code does: each name and number is looked up there."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from demos.common.i18n import LANGUAGES, strings, text
from demos.common.settings import PROFILES
from demos.common.start_folder import UNUSED
from demos.common.ui import page_files
from demos.common.ui.server.health import Health
from demos.common.visits import SILENCE
from demos.start.privacy.promises import KEPT, TOLD, promises

ROOT = Path(__file__).parents[4]
DEMOS = ROOT / "demos"
SCRIPTS = {f.relative_to(DEMOS).as_posix(): f.read_text(encoding="utf-8") for f in page_files.files(".js")}
STORES = re.compile(r"\b(localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open|cookieStore)\b")
PYTHON = [ROOT / "app.py", *DEMOS.rglob("*.py")]


def said(profile: str, language: str = "en", **changes: object) -> str:
    told = promises(replace(PROFILES[profile], **changes)).values()
    return " ".join(text(f"start.privacy_{each.key}", language, **each.values) for section in told for each in section)


def test_all_that_scripts_keep_in_the_browser_is_named() -> None:
    storing = [script for script in SCRIPTS.values() if STORES.search(script)]
    names = {name for script in storing for name in re.findall(r'"(glassbox[-.][\w.-]+)"', script)}
    assert names == set(KEPT)
    assert {store for script in storing for store in STORES.findall(script)} <= {
        *("localStorage", "indexedDB"),
        "sessionStorage",  # that is emptied, and never filled
    }
    assert "sessionStorage.setItem" not in "".join(storing)
    assert "run_history=False" in (ROOT / "app.py").read_text(encoding="utf-8")  # Gradio's own, in localStorage


def test_what_is_kept_in_the_browser_goes_with_the_fresh_start() -> None:
    ours = re.search(r"const OURS = /(.+)/;", SCRIPTS["start/class_link/page/fresh_start.js"])
    assert ours
    assert all(re.search(ours[1], name) for name in KEPT)


@pytest.mark.parametrize(
    ("script", "name", "value", "unit"),
    [
        ("posture/report/page/history.js", "glassbox.posture.history", "sets", 1),
        ("gpt/train/page/kept.js", "glassbox.gpt", "megabytes", 1_000_000),
    ],
)
def test_what_is_kept_in_the_browser_has_the_limits_that_are_told(
    script: str, name: str, value: str, unit: int
) -> None:
    most = re.search(r"^const MOST = ([\d_]+);", SCRIPTS[script], re.MULTILINE)
    assert most
    assert int(most[1].replace("_", "")) == KEPT[name].values[value] * unit


def test_no_answer_sets_a_cookie() -> None:
    assert not [file for file in PYTHON if "set_cookie" in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_seconds_and_minutes_are_those_of_the_code(profile: str) -> None:
    assert f"about {SILENCE:g} seconds" in said(profile)
    assert f"for {UNUSED / 60:g} minutes" in said(profile)


def test_the_profile_decides_what_is_said_of_vectors_and_of_the_host() -> None:
    assert "only vectors stay" in said("laptop")
    assert "Nothing that was computed" in said("shared")
    assert "only vectors stay" not in said("shared", keeps_vectors=False)
    assert "Whoever runs this server" in said("shared")
    assert "Whoever runs this server" not in said("laptop")


@pytest.mark.parametrize("profile", PROFILES)
def test_offline_nothing_is_said_of_downloads(profile: str) -> None:
    assert "Hugging Face" in said(profile)
    assert "Hugging Face" not in said(profile, offline=True)
    assert "--offline" in said(profile, offline=True)


def test_health_tells_what_is_named_and_nothing_else() -> None:
    counted = {name for file in PYTHON for name in re.findall(r'\bcount\("(\w+)"', file.read_text(encoding="utf-8"))}
    told = Health(PROFILES["shared"], {"visitors": lambda: 0, **{name: lambda: 0 for name in counted}}).told()
    assert set(told) == set(TOLD)
    assert '{"visitors": visits.count, **page.counts}' in (ROOT / "app.py").read_text(encoding="utf-8")


def test_every_sentence_of_the_page_is_shown_somewhere() -> None:
    shown = {each.key for each in KEPT.values()}
    for settings in PROFILES.values():
        for offline, workers in product((False, True), (None, Path("workers"))):
            for section, told in promises(replace(settings, offline=offline, workers_folder=workers)).items():
                shown |= {section, *(each.key for each in told)}
    html = page_files.file("start/privacy/page/privacy.html").read_text(encoding="utf-8")
    shown |= set(re.findall(r"start\.privacy_(\w+)", html))
    assert {f"start.privacy_{key}" for key in shown} == {key for key in strings() if key.startswith("start.privacy_")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_open(language: str) -> None:
    assert "{" not in said("shared", language) + said("laptop", language)


def test_the_cookie_of_several_workers_is_named_and_otherwise_there_is_none() -> None:
    nginx = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (cookie,) = re.findall(r'add_header Set-Cookie "(\w+)=', nginx)
    assert f"One cookie, {cookie}, " in said("shared", workers_folder=Path("workers"))
    assert "There are no cookies." in said("shared")
