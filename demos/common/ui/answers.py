"""The page's one way to answer what went wrong: a sentence of ours, in the visitor's language.

Gradio shows an exception as it is: in English, with names of handlers, types and sometimes paths of the host, and each
event of the page, also one that no button leads to, can be called over HTTP with anything. So whatever a handler or
Gradio's own checks raise becomes one of three sentences here; the log is told the rest, but nothing that was sent.
"""

import logging
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

from demos.common.errors import BadInput
from demos.common.failure_log import told
from demos.common.i18n import known_language, text
from demos.common.models.weights import WeightsError
from demos.common.whole_file import is_full

log = logging.getLogger("glassbox")


class Said(gr.Error):
    """A sentence that is ready to be shown."""

    def __init__(self, sentence: str, duration: float | None = 12) -> None:
        super().__init__(sentence, duration=duration, print_exception=False)


class Answering(gr.Blocks):
    """Gradio's page, whose errors are `Said` in the visitor's language; `speaks(state)` tells where that stands."""

    _language: gr.State | None = None

    def speaks(self, language: gr.State) -> None:
        self._language = language

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: SessionState | None, explicit_call: bool = False
    ) -> Any:
        try:
            return await super().preprocess_data(block_fn, inputs, state, explicit_call)
        except Said:
            raise
        except Exception as error:  # what was sent does not fit the fields, and no page of ours sends that
            log.warning("%s was refused: %s", block_fn.api_name, type(error).__name__)
            key = "common.disk_full" if is_full(error) else "common.unfit"
            raise Said(text(key, self._spoken(state))) from error

    async def process_api(
        self,
        block_fn: BlockFunction | int,
        inputs: list[Any],
        state: SessionState | None = None,
        *given: Any,
        **named: Any,
    ) -> dict[str, Any]:
        try:
            return await super().process_api(block_fn, inputs, state, *given, **named)
        except gr.Error:  # a sentence of ours: Gradio's own are raised in preprocess_data
            raise
        except Exception as error:
            raise Said(*sentence(error, self._spoken(state))) from error

    def _spoken(self, state: SessionState | None) -> str:
        if state is None or self._language is None:
            return known_language(None)
        return known_language(state[self._language._id])


def sentence(error: Exception, language: str) -> tuple[str, float | None]:
    """What is said of an error, and for how many seconds (None: until it is closed)."""
    if isinstance(error, BadInput):
        return error.in_language(language), 12
    if isinstance(error, WeightsError):
        return str(error), None
    if is_full(error):
        return text("common.disk_full", language), 12
    log.error("A handler failed:\n%s", told(error))
    return text("common.our_fault", language), 12
