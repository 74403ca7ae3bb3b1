"""Gradio's page with what this one needs besides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio.blocks
from gradio.context import Context
from gradio_client.utils import is_file_obj_with_meta, is_http_url_like, traverse

from demos.common.i18n import texts
from demos.common.ui.answers import Answering, Said


class Blocks(Answering):
    """Gradio's page, with two rules of ours for whatever is sent to it.

    Its endpoints take a list that is shorter than their parameters: the rest are the defaults. So one can get a
    parameter more, as its last, and programs that send their values by position go on working. And no file is fetched
    from an address: else whoever asks could have this server call others, `--offline` or not.

    `counts` are what `/health` tells, by name.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        self._config: Any = None
        self._steps = 0
        super().__init__(*given, **named)
        self.counts: dict[str, Callable[[], int]] = {}

    @property
    def config(self) -> Any:
        """What the page is told of all its parts, made when it is first read: Gradio makes it at each step of laying
        the page out and launching it, which made the page come later."""
        if self._config is None:
            self._config = super().get_config_file()
        return self._config

    @config.setter
    def config(self, made: Any) -> None:
        self._config = made or None

    def get_config_file(self) -> Any:
        """The config of the page as it is now; {} where it is for `config`, which makes it later."""
        return {} if self._steps else super().get_config_file()

    def launch(self, *given: Any, **named: Any) -> Any:
        with self._step():
            return super().launch(*given, **named)

    def queue(self, *given: Any, **named: Any) -> Any:
        with _served_later():
            return super().queue(*given, **named)

    def __exit__(self, *given: Any) -> None:
        with _served_later(), self._step():
            super().__exit__(*given)

    @contextmanager
    def _step(self) -> Iterator[None]:
        self._steps += 1
        try:
            yield
        finally:
            self._steps -= 1

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        traverse(inputs, _refuse_address, is_file_obj_with_meta)
        if hasattr(block_fn.fn, "endpoint"):
            inputs += [component.value for component in block_fn.inputs[len(inputs) :]]
        super().validate_inputs(block_fn, inputs)


class _Later:
    """In place of Gradio's App where a page is only laid out."""

    @staticmethod
    def create_app(*given: Any, **named: Any) -> None:
        return None


@contextmanager
def _served_later() -> Iterator[None]:
    """Gradio makes the app, all routes and the config, at each step of laying a page out, and anew when it is launched.

    Only the last one serves; the three before it made the page come later.
    """
    module: Any = gradio.blocks
    served, module.App = module.App, _Later
    try:
        yield
    finally:
        module.App = served


def _refuse_address(file: dict[str, Any]) -> dict[str, Any]:
    if is_http_url_like(file["path"]):
        raise Said(" ".join(texts("common.addresses_are_not_fetched").values()))
    return file


def count(name: str, counted: Callable[[], int]) -> None:
    """Let `/health` of the page that is laid out now tell a number."""
    if isinstance(page := Context.root_block, Blocks):
        page.counts[name] = counted
