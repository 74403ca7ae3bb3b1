"""A new exercise is one TOML file: added to a copy of the repository, it is everywhere, and "auto" does not name it."""

import json
from pathlib import Path

import pytest

from demos.posture.exercises import exercises, recognisable
from tests.recipes import copy_with, recipe, run

UNKNOWN = [*(slug for slug in exercises() if slug not in recognisable()), "good_morning"]
PAGE = """
import json
import app
from demos.common.settings import Settings
from demos.common.ui import I18N

page = app.build(Settings())
choices = page.get_api_info()["named_endpoints"]["/posture_analyze"]["parameters"][1]["type"]["enum"]
parts = [part["props"].get("elem_id") for part in page.get_config_file()["components"]]
words = {language: [key for key in table.values()] for language, table in I18N.translations.items()}
print(json.dumps({"choices": choices, "parts": parts, "words": words}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with one file more, and the clip that the file describes."""
    folder = copy_with("an exercise", tmp_path_factory.mktemp("copy"))
    run(folder, "-m", "demos.posture.make.clips", "good_morning")
    return folder


def test_it_is_one_file() -> None:
    [new] = recipe("an exercise")
    assert (new.file, new.at) == ("demos/posture/exercises/good_morning.toml", "")


def test_the_command_line_counts_it_and_auto_does_not_name_it(copy: Path) -> None:
    clip = "assets/clips/good_morning.mp4"
    told = json.loads(run(copy, "-m", "demos.posture", "analyze", clip, "--exercise", "good_morning", "--json"))
    assert (told["exercise"], told["count"]) == ("good_morning", 2)
    assert [each["counted"] for each in told["sets"][0]["repetitions"]] == [True, False, True]
    alone = json.loads(run(copy, "-m", "demos.posture", "analyze", clip, "--json"))
    assert "good_morning" not in {alone["exercise"], *(done["exercise"] for done in alone["sets"])}
    said = " ".join(run(copy, "-m", "demos.posture", "analyze", "--help").replace("│", " ").split())
    assert f"side_plank, good_morning, or auto, which finds out all but {', '.join(UNKNOWN)}." in said


def test_the_page_and_the_api_offer_it(copy: Path) -> None:
    page = json.loads(run(copy, "-c", PAGE))
    assert page["choices"] == ["auto", *exercises(), "good_morning"]
    assert "posture-sample-good_morning" in page["parts"]
    assert {"Good morning"} <= set(page["words"]["en"])
    assert {"굿모닝"} <= set(page["words"]["ko"])
    assert any(f"one of {len(exercises()) + 1} exercises" in sentence for sentence in page["words"]["en"])
    unknown = " and ".join([*(exercises()[slug].plural["en"] for slug in UNKNOWN[:-1]), "good mornings"])
    assert f"Recognised by itself: all but {unknown}. Choose those yourself." in page["words"]["en"]


@pytest.mark.soak
def test_the_tests_take_it_up(copy: Path) -> None:
    tests = ["tests/unit/posture", "tests/oracle/posture/test_coach.py"]
    said = run(copy, "-m", "pytest", "-q", "-rN", "-p", "no:cacheprovider", *tests, "-k", "good_morning")
    passed = int(said.strip().splitlines()[-1].split(" passed")[0])
    assert passed > 20, said
