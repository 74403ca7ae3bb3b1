"""The lecture's links lead to places that exist, and its two languages say the same."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from demos.start.milestones import is_place
from tests.lecture import DOCS, LECTURES, measured, place

HIDABLE = re.search(
    r"HIDABLE = \[(.+)\]", DOCS.parent.joinpath("demos/common/page/first_script.js").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", LECTURES)
def test_every_link_opens_a_place_of_the_app(language: str) -> None:
    links = LECTURES[language].links
    assert len(links) > 30
    assert [link for link in links if not is_place(place(link))] == []
    assert {urlsplit(link).netloc for link in links} == {"127.0.0.1:7860"}  # as `make run` serves it


@pytest.mark.parametrize("language", LECTURES)
def test_links_ask_only_for_what_an_address_can_ask_for(language: str) -> None:
    assert HIDABLE is not None
    for name, value in (pair for link in LECTURES[language].links for pair in parse_qsl(urlsplit(link).query)):
        assert name in ("size", "hide")
        assert value == "projector" if name == "size" else f'"{value}"' in HIDABLE.group(1)


def test_every_tab_is_visited() -> None:
    assert {place(link).partition("/")[0] for link in LECTURES["en"].links} == {
        "start",
        "xor",
        "gpt",
        "clip",
        "posture",
    }


@pytest.mark.parametrize("language", LECTURES)
def test_the_parts_follow_each_other_and_take_fifty_minutes(language: str) -> None:
    minutes = LECTURES[language].minutes
    assert (minutes[0][0], minutes[-1][1]) == (0, 50)
    assert [end for _, end in minutes[:-1]] == [start for start, _ in minutes[1:]]


def test_both_languages_have_the_same_parts_links_and_measured_numbers() -> None:
    en, ko = LECTURES["en"], LECTURES["ko"]
    assert en.links == ko.links
    assert en.minutes == ko.minutes
    assert len(en.questions) == len(ko.questions) == len(en.answers) == len(ko.answers)
    assert [measured(answer) for answer in en.answers] == [measured(answer) for answer in ko.answers]
    written = [re.findall(r"`([^`]+)`", "\n".join(lecture.answers)) for lecture in (en, ko)]
    assert written[0] == written[1]
