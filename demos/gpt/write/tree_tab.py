"""What a click on a token or on a branch does. Each handler gets the visitor's language and desk."""

import random
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.ui import says
from demos.gpt.visitor import Visit
from demos.gpt.write.token_tree import CHOSEN, ROOT

if TYPE_CHECKING:
    from torch import Tensor

Went = tuple[Any, Any, Any, Any]  # strip, tree, choice, passage_changed
Asked = dict[str, Any]  # turn: whose it is; start: the node to go on from, None for the prompt


def ask(visit: Visit, fresh: bool, seed: float, start: int | None = None) -> tuple[Asked, float, None]:
    """Ask for text instead of what is running, with another seed if the visitor wants a new text at each press.

    What is asked for, the seed, and no choice to look at any longer.
    """
    visit.stop()
    visit.sheet.chosen = None
    return {"turn": visit.turn, "start": start}, random.randrange(1, 10_000) if fresh else seed, None


def still(language: str, visit: Visit) -> Went:
    """The passages on show as they are, nothing being written."""
    from demos.gpt.write.look import Passage, facts, strip_picture, tree_picture

    visit.stop()
    model, sheet = visit.checkpoint(), visit.sheet
    sheet.chosen = None
    if len(sheet.titles) != len(sheet.tips):
        sheet.titles = [""] * len(sheet.tips)
    passages = [Passage(model, sheet.tree, tip, title) for tip, title in zip(sheet.tips, sheet.titles, strict=True)]
    about = facts(model, visit.entry, language)
    strip = strip_picture(passages, language, writing=False, turn=visit.turn, about=about)
    return strip, tree_picture(model, sheet.tree, sheet.tips), None, visit.changed()


@says
def look(
    language: str,
    visit: Visit,
    temperature: float,
    top_k: float,
    top_p: float,
    penalty: float,
    event: gr.EventData,
) -> tuple[Any, Any]:
    """The choice at the token that was clicked: `column` and `place` in what is on show."""
    sheet = visit.sheet
    path = sheet.tree.path(sheet.tips[event.column]) if event.column < len(sheet.tips) else []
    if event.place >= len(path):
        return gr.skip(), gr.skip()
    sheet.chosen = path[event.place]
    return _choice(language, visit, temperature, top_k, top_p, penalty), visit.changed()


@says
def look_again(language: str, visit: Visit, temperature: float, top_k: float, top_p: float, penalty: float) -> Any:
    """The same choice with other settings."""
    if visit.sheet.chosen is None:
        return gr.skip()
    return _choice(language, visit, temperature, top_k, top_p, penalty)


def _choice(language: str, visit: Visit, temperature: float, top_k: float, top_p: float, penalty: float) -> Any:
    from demos.gpt.sample import Sampling
    from demos.gpt.write.candidates import ranking
    from demos.gpt.write.generate import before
    from demos.gpt.write.look import choice_picture

    model, sheet, node = visit.checkpoint(), visit.sheet, visit.sheet.chosen
    if node is None or node not in sheet.tree:
        return None
    sampling = Sampling(1, temperature, top_k, top_p, repetition_penalty=penalty)  # type: ignore[arg-type]
    passage = before(model, sheet.tree, node)
    result = ranking(_logits(visit, node), passage, sheet.tree[node].token, sampling)
    return choice_picture(model, node, result, sheet.tree.tokens(node)[:-1], sampling, language)


def _logits(visit: Visit, node: int) -> "Tensor":
    """The logits (V,) from which `node` was drawn, computed once while it is looked at."""
    from demos.gpt.write.candidates import logits_of

    sheet = visit.sheet
    facing = sheet.facing
    if facing is None or facing[0] != node:
        sheet.facing = facing = node, logits_of(visit.checkpoint(), sheet.tree, node)
    return facing[1]


def shut(visit: Visit) -> tuple[None, int]:
    """No token is looked at any longer."""
    visit.sheet.chosen = None
    return None, visit.changed()


@says
def pick(language: str, visit: Visit, fresh: bool, seed: float, event: gr.EventData) -> tuple[Any, Any, Any]:
    """Another `token` in place of the `node` whose choice is on show: a branch, and the writing goes on there."""
    sheet = visit.sheet
    if event.node not in sheet.tree or event.node == ROOT:
        return gr.skip(), gr.skip(), gr.skip()
    at = sheet.tree[event.node]
    probability = float(_logits(visit, event.node).softmax(0)[event.token])
    start = sheet.tree.add(at.parent, int(event.token), probability, CHOSEN, at.window)
    return ask(visit, fresh, seed, start)


@says
def single(language: str, visit: Visit, event: gr.EventData) -> Went:
    """Of the passages side by side, only one."""
    sheet = visit.sheet
    if event.column < len(sheet.tips):
        sheet.tips, sheet.titles = [sheet.tips[event.column]], [""]
    return still(language, visit)


@says
def go(language: str, visit: Visit, event: gr.EventData) -> Went:
    """The passage that ends at the branch's `tip`."""
    if event.tip in visit.sheet.tree:
        visit.sheet.tips, visit.sheet.titles = [event.tip], [""]
    return still(language, visit)


@says
def prune(language: str, visit: Visit, event: gr.EventData) -> Went:
    """Cut off the ending at `tip`; whoever looked at it now looks at the passage that remains there."""
    visit.stop()
    sheet = visit.sheet
    left = sheet.tree.prune(event.tip) if event.tip in sheet.tree else ROOT
    sheet.tips = [tip for tip in sheet.tips if tip in sheet.tree] or [sheet.tree.end(left)]
    return still(language, visit)


@says
def clear(language: str, visit: Visit) -> Went:
    """An empty tree."""
    visit.clear()
    return still(language, visit)
