"""What a click on a token or on a branch does. Each handler gets the visitor's language and state."""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.i18n import LANGUAGES
from demos.common.ui import says
from demos.gpt.visitor import PassageOnShow, VisitorState
from demos.gpt.write.token_tree import EXCHANGED, ROOT

if TYPE_CHECKING:
    from torch import Tensor

WorkspaceView = tuple[Any, Any, None, PassageOnShow]  # passages, tree, no candidates, shared.passage


@dataclass(frozen=True)
class WriteRequest:
    """Text is asked for: after the node `start`, None for the prompt. `turn` is its number in VisitorState.writing."""

    turn: int = 0
    start: int | None = None


def request_text(
    visitor: VisitorState, new_seed: bool, seed: float, start: int | None = None
) -> tuple[WriteRequest, float, None]:
    """Ask for text instead of what is being written, with another seed if the visitor wants a new text at each press.

    The request, the seed, and no candidates to look at any longer.
    """
    visitor.stop()
    visitor.workspace.chosen = None
    return WriteRequest(visitor.writing.number, start), random.randrange(1, 10_000) if new_seed else seed, None


def stop_and_show(visitor: VisitorState) -> WorkspaceView:
    """The passages on show as they are, nothing being written."""
    from demos.gpt.write.look import Passage, facts, passages_view, tree_view
    from demos.gpt.write.sources import sources

    visitor.stop()
    model, workspace = visitor.checkpoint(), visitor.workspace
    workspace.chosen = None
    if len(workspace.titles) != len(workspace.tips):
        workspace.titles = [{}] * len(workspace.tips)
    passages = [
        Passage(model, workspace.tree, tip, title, workspace.settings.get(tip, {}))
        for tip, title in zip(workspace.tips, workspace.titles, strict=True)
    ]
    about = {each: facts(model, visitor.entry, each) for each in LANGUAGES}
    written = ["".join(passage.pieces) for passage in passages]
    said = {each: sources(visitor.entry, written, each) for each in LANGUAGES}
    shown = passages_view(passages, writing=False, turn=visitor.writing.number, about=about, said=said)
    return shown, tree_view(model, workspace.tree, workspace.tips), None, workspace.on_show


@says
def show_candidates(
    language: str,
    visitor: VisitorState,
    temperature: float,
    top_k: float,
    top_p: float,
    penalty: float,
    event: gr.EventData,
) -> tuple[Any, Any]:
    """The candidates for the token that was clicked: `column` and `place` in what is on show."""
    workspace = visitor.workspace
    path = workspace.tree.path(workspace.tips[event.column]) if event.column < len(workspace.tips) else []
    if event.place >= len(path):
        return gr.skip(), gr.skip()
    workspace.chosen = path[event.place]
    return _candidates(visitor, temperature, top_k, top_p, penalty), workspace.on_show


@says
def update_candidates(
    language: str, visitor: VisitorState, temperature: float, top_k: float, top_p: float, penalty: float
) -> Any:
    """The same candidates with other settings."""
    if visitor.workspace.chosen is None:
        return gr.skip()
    return _candidates(visitor, temperature, top_k, top_p, penalty)


def _candidates(visitor: VisitorState, temperature: float, top_k: float, top_p: float, penalty: float) -> Any:
    from demos.gpt.sample import Sampling
    from demos.gpt.write.candidates import ranking
    from demos.gpt.write.generate import before
    from demos.gpt.write.look import candidates_view

    model, workspace, node = visitor.checkpoint(), visitor.workspace, visitor.workspace.chosen
    if node is None or node not in workspace.tree:
        return None
    sampling = Sampling(1, temperature, top_k, top_p, repetition_penalty=penalty)  # type: ignore[arg-type]
    passage = before(model, workspace.tree, node)
    result = ranking(_logits(visitor, node), passage, workspace.tree[node].token, sampling)
    return candidates_view(model, node, result, workspace.tree.tokens(node)[:-1], sampling)


def _logits(visitor: VisitorState, node: int) -> "Tensor":
    """The logits (V,) from which `node` was sampled, computed once while it is looked at."""
    from demos.gpt.write.candidates import logits_of

    workspace = visitor.workspace
    cached_logits = workspace.cached_logits
    if cached_logits is None or cached_logits[0] != node:
        workspace.cached_logits = cached_logits = node, logits_of(visitor.checkpoint(), workspace.tree, node)
    return cached_logits[1]


def close_candidates(visitor: VisitorState) -> tuple[None, PassageOnShow]:
    """No token is looked at any longer."""
    visitor.workspace.chosen = None
    return None, visitor.workspace.on_show


@says
def exchange(
    language: str, visitor: VisitorState, new_seed: bool, seed: float, event: gr.EventData
) -> tuple[Any, Any, Any]:
    """Another `token` in place of the `node` whose candidates are on show: a branch, and the writing goes on there."""
    workspace = visitor.workspace
    if event.node not in workspace.tree or event.node == ROOT:
        return gr.skip(), gr.skip(), gr.skip()
    at = workspace.tree[event.node]
    probability = float(_logits(visitor, event.node).softmax(0)[event.token])
    start = workspace.tree.add(at.parent, int(event.token), probability, EXCHANGED, at.window)
    return request_text(visitor, new_seed, seed, start)


@says
def keep_column(language: str, visitor: VisitorState, event: gr.EventData) -> WorkspaceView:
    """Of the passages side by side, only one."""
    workspace = visitor.workspace
    if event.column < len(workspace.tips):
        workspace.tips, workspace.titles = [workspace.tips[event.column]], [{}]
    return stop_and_show(visitor)


@says
def show_branch(language: str, visitor: VisitorState, event: gr.EventData) -> WorkspaceView:
    """The passage that ends at the branch's `tip`."""
    if event.tip in visitor.workspace.tree:
        visitor.workspace.tips, visitor.workspace.titles = [event.tip], [{}]
    return stop_and_show(visitor)


@says
def prune(language: str, visitor: VisitorState, event: gr.EventData) -> WorkspaceView:
    """Cut off the ending at `tip`; whoever looked at it now looks at the passage that remains there."""
    visitor.stop()
    workspace = visitor.workspace
    left = workspace.tree.prune(event.tip) if event.tip in workspace.tree else ROOT
    workspace.tips = [tip for tip in workspace.tips if tip in workspace.tree] or [workspace.tree.end(left)]
    return stop_and_show(visitor)


@says
def clear(language: str, visitor: VisitorState) -> WorkspaceView:
    """An empty tree."""
    visitor.clear()
    return stop_and_show(visitor)
