"""The way an error of a handler reaches the visitor."""

import functools
import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar, cast

import gradio as gr
from gradio.context import LocalContext

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.models.weights import WeightsError
from demos.common.notices import heard_by
from demos.common.whole_file import said_when_full

# What an event of the page alone is given: no place in the API, and no sign that it is under way.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# The same for what a visitor does: each event is answered. By default Gradio drops one while another of the same
# listener is under way; its "always_last" sends the latest afterwards, but with the gr.EventData of the one before. Two
# events within some 50 ms both go out, as a request is under way only once it was sent, and are begun and answered in
# any order: see LATEST.
MULTIPLE: dict[str, Any] = PRIVATE | {"trigger_mode": "multiple"}

# Of several events the latest is answered, in whatever order they arrive: the page numbers its requests in the last
# input (`request_number`), and the handler asks `Latest.asked` whether its own is still the last. Not for events that
# carry gr.EventData.
LATEST: dict[str, Any] = PRIVATE | {
    "trigger_mode": "always_last",
    "js": "(...given) => [...given.slice(0, -1), (globalThis.requestNumber = (globalThis.requestNumber ?? 0) + 1)]",
}


def visitor() -> str:
    """Whom the handler that calls this answers: Gradio's session, that of a page or a client; "" outside of one."""
    request = LocalContext.request.get(None)
    return (request.session_hash if request else None) or ""


Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def request_number() -> gr.Number:
    """The last input of a LATEST listener."""
    return gr.Number(0, precision=0, visible=False)


def says(handler: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Show BadInput and WeightsError raised in `handler` as one sentence in the visitor's language; notices too.

    The handler (a function or a generator) takes the language as its first argument.
    """

    @contextmanager
    def spoken(language: str) -> Iterator[None]:
        try:
            with said_when_full(), heard_by(lambda key: gr.Warning(text(key, language), duration=12)):
                yield
        except BadInput as error:
            raise gr.Error(error.in_language(language), duration=12, print_exception=False) from error
        except WeightsError as error:
            raise gr.Error(str(error), duration=None, print_exception=False) from error
        except RuntimeError as error:
            if type(error).__name__ != "OutOfMemoryError":  # torch's; importing it here would hold up the first page
                raise
            raise gr.Error(text("common.gpu_full_retry", language), duration=12, print_exception=False) from error

    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generator(*arguments: Given.args, **named: Given.kwargs) -> Iterator[Any]:
            steps = cast(Generator[Any, None, None], handler(*arguments, **named))
            try:
                while True:
                    with spoken(cast(str, arguments[0])):  # each step may run on another thread
                        try:
                            step = next(steps)
                        except StopIteration:
                            return
                    yield step
            finally:
                steps.close()

        return cast(Callable[Given, Returned], generator)

    @functools.wraps(handler)
    def function(*arguments: Given.args, **named: Given.kwargs) -> Returned:
        with spoken(cast(str, arguments[0])):
            return handler(*arguments, **named)

    return function
