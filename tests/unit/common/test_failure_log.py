"""The log tells where something failed and of what kind it was, and nothing that was sent."""

import io
import logging

import pytest

from demos.common.failure_log import LOGGERS, WithoutValues, leave_values_out, told
from demos.common.ui.answers import sentence

SENT = "what a visitor wrote"


def failed() -> Exception:
    try:
        try:
            int(SENT)
        except ValueError as error:
            raise KeyError(SENT) from error
    except KeyError as error:
        return error


def test_an_error_is_told_by_its_places_and_kinds() -> None:
    said = told(failed())
    assert SENT not in said
    assert said.count("test_failure_log.py") == 2
    assert "int(SENT)" in said  # the line of code
    assert [line for line in said.splitlines() if line.endswith("Error")] == ["KeyError", "ValueError"]


def test_an_error_that_is_its_own_cause_is_told_once() -> None:
    error = ValueError(SENT)
    error.__cause__ = error
    assert told(error) == "ValueError"


def test_a_handler_that_fails_leaves_nothing_of_the_visitors(caplog: pytest.LogCaptureFixture) -> None:
    sentence(failed(), "en")
    assert "int(SENT)" in caplog.text
    assert SENT not in caplog.text


def test_what_a_server_logs_is_written_without_values() -> None:
    written = io.StringIO()
    log, handler = logging.Logger("a server's"), logging.StreamHandler(written)
    log.addHandler(handler)
    log.addFilter(WithoutValues())
    log.error("Exception in %s", "ASGI application", exc_info=failed())
    log.error("Task exception was never retrieved\nfuture: %r", failed(), exc_info=failed())
    log.error("nothing failed")
    assert SENT not in written.getvalue()
    assert "Exception in ASGI application\n" in written.getvalue()
    assert "Task exception was never retrieved\n" in written.getvalue()
    assert "KeyError" in written.getvalue()
    assert "nothing failed" in written.getvalue()


def test_it_is_done_once_however_often_it_is_asked_for() -> None:
    before = {name: list(logging.getLogger(name).filters) for name in LOGGERS}
    try:
        leave_values_out()
        leave_values_out()
        for name in LOGGERS:
            assert sum(isinstance(each, WithoutValues) for each in logging.getLogger(name).filters) == 1
    finally:
        for name, filters in before.items():
            logging.getLogger(name).filters[:] = filters
