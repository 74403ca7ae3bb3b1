"""Two questions of one visitor that are answered side by side: the older one's answer is not shown, however late."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demos.clip.gallery import tab as gallery
from demos.clip.match import tab as match
from demos.clip.matrix import tab as matrix
from demos.common.scheduling.latest import Latest
from demos.common.settings import Settings


def both(ask: Callable[[str, int], Any], answering: Callable[..., None]) -> tuple[Any, Any]:
    """Answers to an older question and a newer one that is asked and answered while the older one waits. `ask` takes
    the question, and the number that the page gave it."""
    begun, go_on = threading.Event(), threading.Event()

    def wait_if_old(question: str) -> None:
        if question == "old":
            begun.set()
            assert go_on.wait(20)

    answering(wait_if_old)
    with ThreadPoolExecutor() as threads:
        old = threads.submit(ask, "old", 5)
        assert begun.wait(20)
        new = ask("new", 6)
        go_on.set()
        return old.result(20), new


def test_in_match(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers, latest = match.Handlers(Settings()), Latest()

    def answering(wait: Callable[[str], None]) -> None:
        def look(self: Any, page: int, language: str, files: list[str], labels: str, *asked: Any) -> dict[str, Any]:
            wait(labels)
            return {"labels": labels, "page": 0, "count": 0}

        monkeypatch.setattr(match.Handlers, "_look", look)

    old, new = both(
        lambda labels, number: handlers.answer_quietly("en", [], labels, *[""] * 7, "", True, (0, 0), latest, number),
        answering,
    )
    assert old == (gr.skip(),) * 3
    assert '"labels": "new"' in new[0] or '"labels":"new"' in new[0]


def test_in_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers, latest = matrix.Handlers(Settings()), Latest()

    def answering(wait: Callable[[str], None]) -> None:
        def answer(self: Any, language: str, files: list[str], captions: str, model: str, wanted: Any) -> Iterator[str]:
            wait(captions)
            yield captions

        monkeypatch.setattr(matrix.Handlers, "_matrix", answer)

    old, new = both(
        lambda captions, number: list(handlers.compared("en", "matrix", [], captions, "", latest, number)), answering
    )
    assert old == [(gr.skip(), gr.skip())]
    assert new[-1][0] == "new"


def test_in_the_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    from demos.clip.gallery import look

    handlers, state = gallery.Handlers(Settings()), gallery.GalleryState()
    monkeypatch.setattr(gallery.Handlers, "_matcher", lambda self, model: None)
    monkeypatch.setattr(type(state.collection), "prepare", lambda self, matcher: None)

    def answering(wait: Callable[[str], None]) -> None:
        def answer(matcher: Any, collection: Any, asked: Any, *more: Any) -> dict[str, Any]:
            asked = asked if isinstance(asked, str) else asked[0]
            wait(asked)
            return {"answers": asked}

        monkeypatch.setattr(look, "found", answer)
        monkeypatch.setattr(look, "laid_out", answer)

    page = SimpleNamespace(session_hash="page")
    old, new = both(lambda query, number: handlers.found("en", state, "gallery", query, "", number, page), answering)
    assert old == (gr.skip(), gr.skip())
    assert "new" in new[0]
    old, new = both(lambda words, number: handlers.laid_out("en", state, words, "", number), answering)
    assert old == gr.skip()
    assert "new" in new


def test_an_older_question_that_is_begun_later_is_still_the_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers, latest = matrix.Handlers(Settings()), Latest()
    monkeypatch.setattr(matrix.Handlers, "_matrix", lambda self, language, files, captions, model, wanted: [captions])
    *_, new = handlers.compared("en", "matrix", [], "new", "", latest, 6)
    old = list(handlers.compared("en", "matrix", [], "old", "", latest, 5))
    assert (new[0], old) == ("new", [(gr.skip(), gr.skip())])
