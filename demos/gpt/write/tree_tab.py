"""What a click on a token or on a branch does. Each handler gets the visitor's language and state."""

import random
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.ui import says
from demos.gpt.visitor import VisitorState
from demos.gpt.write.token_tree import CHOSEN, ROOT

if TYPE_CHECKING:
    from torch import Tensor

Went = tuple[Any, Any, Any, Any]  # strip, tree, choice, passage_changed
Asked = dict[str, Any]  # turn: whose it is; start: the node to go on from, None for the prompt


def ask(visitor: VisitorState, fresh: bool, seed: float, start: int | None = None) -> tuple[Asked, float, None]:
    """Ask for text instead of what is running, with another seed if the visitor wants a new text at each press.

    What is asked for, the seed, and no choice to look at any longer.
    """
    visitor.stop()
    visitor.workspace.chosen = None
    return {"turn": visitor.turn, "start": start}, random.randrange(1, 10_000) if fresh else seed, None


def still(language: str, visitor: VisitorState) -> Went:
    """The passages on show as they are, nothing being written."""
    from demos.gpt.write.look import Passage, facts, strip_picture, tree_picture

    visitor.stop()
    model, workspace = visitor.checkpoint(), visitor.workspace
    workspace.chosen = None
    if len(workspace.titles) != len(workspace.tips):
        workspace.titles = [""] * len(workspace.tips)
    passages = [
        Passage(model, workspace.tree, tip, title) for tip, title in zip(workspace.tips, workspace.titles, strict=True)
    ]
    about = facts(model, visitor.entry, language)
    strip = strip_picture(passages, language, writing=False, turn=visitor.turn, about=about)
    return strip, tree_picture(model, workspace.tree, workspace.tips), None, visitor.changed()


@says
def look(
    language: str,
    visitor: VisitorState,
    temperature: float,
    top_k: float,
    top_p: float,
    penalty: float,
    event: gr.EventData,
) -> tuple[Any, Any]:
    """The choice at the token that was clicked: `column` and `place` in what is on show."""
    workspace = visitor.workspace
    path = workspace.tree.path(workspace.tips[event.column]) if event.column < len(workspace.tips) else []
    if event.place >= len(path):
        return gr.skip(), gr.skip()
    workspace.chosen = path[event.place]
    return _choice(language, visitor, temperature, top_k, top_p, penalty), visitor.changed()


@says
def look_again(
    language: str, visitor: VisitorState, temperature: float, top_k: float, top_p: float, penalty: float
) -> Any:
    """The same choice with other settings."""
    if visitor.workspace.chosen is None:
        return gr.skip()
    return _choice(language, visitor, temperature, top_k, top_p, penalty)


def _choice(
    language: str, visitor: VisitorState, temperature: float, top_k: float, top_p: float, penalty: float
) -> Any:
    from demos.gpt.sample import Sampling
    from demos.gpt.write.candidates import ranking
    from demos.gpt.write.generate import before
    from demos.gpt.write.look import choice_picture

    model, workspace, node = visitor.checkpoint(), visitor.workspace, visitor.workspace.chosen
    if node is None or node not in workspace.tree:
        return None
    sampling = Sampling(1, temperature, top_k, top_p, repetition_penalty=penalty)  # type: ignore[arg-type]
    passage = before(model, workspace.tree, node)
    result = ranking(_logits(visitor, node), passage, workspace.tree[node].token, sampling)
    return choice_picture(model, node, result, workspace.tree.tokens(node)[:-1], sampling, language)


def _logits(visitor: VisitorState, node: int) -> "Tensor":
    """The logits (V,) from which `node` was drawn, computed once while it is looked at."""
    from demos.gpt.write.candidates import logits_of

    workspace = visitor.workspace
    cached_logits = workspace.cached_logits
    if cached_logits is None or cached_logits[0] != node:
        workspace.cached_logits = cached_logits = node, logits_of(visitor.checkpoint(), workspace.tree, node)
    return cached_logits[1]


def shut(visitor: VisitorState) -> tuple[None, int]:
    """No token is looked at any longer."""
    visitor.workspace.chosen = None
    return None, visitor.changed()


@says
def pick(language: str, visitor: VisitorState, fresh: bool, seed: float, event: gr.EventData) -> tuple[Any, Any, Any]:
    """Another `token` in place of the `node` whose choice is on show: a branch, and the writing goes on there."""
    workspace = visitor.workspace
    if event.node not in workspace.tree or event.node == ROOT:
        return gr.skip(), gr.skip(), gr.skip()
    at = workspace.tree[event.node]
    probability = float(_logits(visitor, event.node).softmax(0)[event.token])
    start = workspace.tree.add(at.parent, int(event.token), probability, CHOSEN, at.window)
    return ask(visitor, fresh, seed, start)


@says
def single(language: str, visitor: VisitorState, event: gr.EventData) -> Went:
    """Of the passages side by side, only one."""
    workspace = visitor.workspace
    if event.column < len(workspace.tips):
        workspace.tips, workspace.titles = [workspace.tips[event.column]], [""]
    return still(language, visitor)


@says
def go(language: str, visitor: VisitorState, event: gr.EventData) -> Went:
    """The passage that ends at the branch's `tip`."""
    if event.tip in visitor.workspace.tree:
        visitor.workspace.tips, visitor.workspace.titles = [event.tip], [""]
    return still(language, visitor)


@says
def prune(language: str, visitor: VisitorState, event: gr.EventData) -> Went:
    """Cut off the ending at `tip`; whoever looked at it now looks at the passage that remains there."""
    visitor.stop()
    workspace = visitor.workspace
    left = workspace.tree.prune(event.tip) if event.tip in workspace.tree else ROOT
    workspace.tips = [tip for tip in workspace.tips if tip in workspace.tree] or [workspace.tree.end(left)]
    return still(language, visitor)


@says
def clear(language: str, visitor: VisitorState) -> Went:
    """An empty tree."""
    visitor.clear()
    return still(language, visitor)
