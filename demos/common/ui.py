"""The Gradio side that all tabs share: strings, layout, and the way an error reaches the visitor."""

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import gradio as gr

from demos.common import page_files
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, strings, text
from demos.common.settings import Settings
from demos.common.weights import WeightsError

ASSETS = Path(__file__).parent.parent.parent / "assets"
OURS = "glassbox."  # keeps our keys apart from Gradio's own ("common.upload")
I18N = gr.I18n(
    **{language: {OURS + key: entry[language] for key, entry in strings().items()} for language in LANGUAGES}
)


Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def t(key: str) -> Any:
    """The string `key` for a label, a button or a Markdown block: the browser shows it in the visitor's language."""
    if key not in strings():
        raise KeyError(key)
    return I18N(OURS + key)


def t_entry(key: str, entry: Mapping[str, str]) -> Any:
    """Like `t`, for words that stand in another table than strings.toml, or with their placeholders filled.

    `entry` holds them in both languages; `key` ("posture.name_squat") is theirs alone. For what is laid out, not for
    what is said while the app runs.
    """
    for language in LANGUAGES:
        I18N.translations[language][OURS + key] = entry[language]
    return I18N(OURS + key)


@dataclass(frozen=True)
class Page:
    """What a tab's `build(page)` gets.

    `language` is the visitor's ("en" or "ko"); handlers take it as their first input. `open_on` is the event that
    shows this tab to a visitor for the first time: hang the opening picture on it with `open_on(fn, inputs, outputs)`.
    """

    settings: Settings
    language: gr.State
    tab: gr.Tab
    open_on: Callable[..., Any]


def says(handler: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Show BadInput and WeightsError raised in `handler` as one sentence in the visitor's language.

    The handler (a function or a generator) takes the language as its first argument.
    """

    @contextmanager
    def spoken(language: str) -> Iterator[None]:
        try:
            yield
        except BadInput as error:
            raise gr.Error(error.in_language(language), duration=12, print_exception=False) from error
        except WeightsError as error:
            raise gr.Error(str(error), duration=None, print_exception=False) from error

    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generator(*arguments: Given.args, **named: Given.kwargs) -> Iterator[Any]:
            with spoken(cast(str, arguments[0])):
                yield from handler(*arguments, **named)

        return cast(Callable[Given, Returned], generator)

    @functools.wraps(handler)
    def function(*arguments: Given.args, **named: Given.kwargs) -> Returned:
        with spoken(cast(str, arguments[0])):
            return handler(*arguments, **named)

    return function


@contextmanager
def stage() -> Iterator[None]:
    """The picture: two thirds of the width, above the controls on a phone."""
    with gr.Column(scale=2, min_width=340, elem_classes="stage"):
        yield


@contextmanager
def controls() -> Iterator[gr.Column]:
    """The one narrow column of controls beside the stage. Fold rare ones into `folded(...)`."""
    with gr.Column(scale=1, min_width=300, elem_classes="controls") as column:
        yield column


@contextmanager
def folded(key: str) -> Iterator[None]:
    """Rarely needed controls, closed at first, under the string `key`."""
    with gr.Accordion(t(key), open=False, elem_classes="folded"):
        yield


def bilingual(key: str, **values: object) -> str:
    """The string `key` as HTML in both languages; the style sheet shows the visitor's. For text that never changes."""
    return "".join(f'<span lang="{language}">{escape(text(key, language, **values))}</span>' for language in LANGUAGES)


def template(path: str, **parts: str) -> str:
    """The HTML of a page folder ("gpt/inside/page/frame.html") for the `html_template` of a `gr.HTML`.

    In it [[demo.key]] is that string in both languages and [[name]] the HTML that `parts` gives for that name. Raises
    KeyError for a name that neither knows.
    """
    html = page_files.file(path).read_text(encoding="utf-8")
    return re.sub(r"\[\[([a-z0-9_.]+)\]\]", lambda at: bilingual(at[1]) if "." in at[1] else parts[at[1]], html)


def words(prefix: str) -> dict[str, dict[str, str]]:
    """The strings whose keys begin with `prefix` ("xor.", "gpt.inside_"), by the rest of the key, in both languages.

    For a script's constants: page/words.js of common says them.
    """
    return {key.removeprefix(prefix): entry for key, entry in strings().items() if key.startswith(prefix)}


def module(path: str, *events: str, **constants: object) -> str:
    """The `js_on_load` of a `gr.HTML` that the script `path` of a page folder ("xor/page/stage.js") draws.

    Once the part is on the page, the browser loads the script as an ES module and calls what it exports as
    `mount({element, props, trigger, watch, upload, server}, constants)`. That is a moment after Gradio has put the part
    there: `mount` draws the value of that time itself, `watch` tells it of later ones. A script that cannot be loaded,
    or fails in `mount`, is answered by one sentence in its part. `constants` are sent as JSON under the names they have
    here. `events` are the names of our own that the script gives to `trigger` and `gr.HTML` does not know ("lesson").
    """
    page_files.file(path)
    failed = {language: text("common.part_failed", language) for language in LANGUAGES}
    names = " ".join(map(json.dumps, events))  # Gradio offers a listener for each name that is quoted in this text
    context = "{ element, props, trigger, watch, upload, server }"
    given = ", ".join([json.dumps(path), context, dump_message(constants), dump_message(failed)])
    return f"// events: {names}\nglassbox.mount({given});"


def dump_message(message: Any) -> str:
    """What a script of ours is to draw, as JSON text for the value of a `gr.HTML`.

    Gradio's page watches and copies each nested value, number by number, at every event of any tab; text costs it
    nothing. The script reads it with `parseMessage(props.value)` of page/dom.js.
    """
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


packed = dump_message  # its old name, until all tabs say the new one


def header() -> gr.Markdown:
    """The page's header: name, the other language, day or night, what this is. Returns the place for the device."""
    icon = ASSETS.joinpath("icon.svg").read_text(encoding="utf-8")
    gr.HTML(template("common/page/header.html", icon=icon), elem_id="header", js_on_load=None)
    with gr.Row(elem_id="subtitle"):
        gr.Markdown(t("common.tagline"), elem_id="tagline")
        return gr.Markdown(elem_id="device")


def lead(key: str) -> None:
    """The one sentence at the top of a tab that says what to do here."""
    gr.Markdown(t(key), elem_classes="lead")


def choices(keys: Sequence[str], prefix: str) -> list[tuple[Any, str]]:
    """(label, value) pairs for a Dropdown or Radio: the string "prefix_value" for each value."""
    return [(t(f"{prefix}_{key}"), key) for key in keys]


__all__ = [
    "I18N",
    "Page",
    "bilingual",
    "choices",
    "controls",
    "dump_message",
    "folded",
    "lead",
    "module",
    "packed",
    "says",
    "stage",
    "t",
    "t_entry",
    "template",
    "text",
    "words",
]
