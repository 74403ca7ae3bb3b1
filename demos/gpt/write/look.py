"""What a passage looks like: its tokens, how surprised the model was by each, and the tree that it is a path of."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demos.common.i18n import LANGUAGES, Said, text, texts
from demos.common.valid_text import UNREADABLE
from demos.gpt.models.about import about_file, loss_of
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.registry import FILE, Entry
from demos.gpt.prompts.prompt import Prompt, skipped
from demos.gpt.sample import Sampling
from demos.gpt.write.candidates import Ranking
from demos.gpt.write.token_tree import EXCHANGED, GIVEN, ROOT, TokenTree

LABEL = 40  # tokens that name a branch
LONGEST_CHARACTER = 4  # bytes in UTF-8


@dataclass
class Passage:
    """A path of the tree that grows. `seconds` is the model's time for what was written, without any waiting."""

    checkpoint: Checkpoint
    tree: TokenTree
    tip: int = ROOT
    title: Said = field(default_factory=dict)
    settings: Said = field(default_factory=dict)  # with which it was written, in one line
    seconds: float = 0.0
    pieces: list[str] = field(default_factory=list)
    probabilities: list[float | None] = field(default_factory=list)
    bytes: dict[str, str] = field(default_factory=dict)  # of tokens that are only a part of a character, by place
    exchanged: list[int] = field(default_factory=list)  # places of tokens that the visitor exchanged
    given: int = 0
    since: int = 0  # depth from which on `seconds` counts

    def __post_init__(self) -> None:
        self._reader = self.checkpoint.tokenizer.reader()
        tip, self.tip = self.tip, ROOT
        self.extend_to(tip)
        self.since = len(self.pieces)

    def extend_to(self, tip: int) -> None:
        """Show the passage up to `tip`, a node at or below the present end."""
        new = []
        while tip not in (ROOT, self.tip):
            new.append(tip)
            tip = self.tree[tip].parent
        for each in reversed(new):
            self._add(each)

    def _add(self, node: int) -> None:
        at = self.tree[node]
        shown, completed = self.checkpoint.tokenizer.pieces([at.token])[0], self._reader.read(at.token)
        if shown.partial:
            self.bytes[str(len(self.pieces))] = shown.text
        if at.kind == EXCHANGED:
            self.exchanged.append(len(self.pieces))
        self.given += at.kind == GIVEN
        self.pieces.append(completed if shown.partial else shown.text)
        self.probabilities.append(at.probability)
        self.tip = node

    @property
    def written(self) -> str:
        """The text after the prompt."""
        return "".join(self.pieces[self.given :])

    @property
    def tokens_per_second(self) -> float | None:
        """None before the first."""
        count = len(self.pieces) - self.since
        return count / self.seconds if count and self.seconds else None

    @property
    def surprise(self) -> float | None:
        """Mean surprise of what was written, −ln p, in nats per token; None before the first."""
        judged = [p for p in self.probabilities[self.given :] if p is not None]
        return -sum(math.log(max(p, 1e-45)) for p in judged) / len(judged) if judged else None

    def view(self, *, writing: bool) -> dict[str, Any]:
        """The passage as JSON: pieces, probabilities (null where the model had nothing before it to judge from), bytes
        (of pieces that are a part of a character), given (how many pieces are the prompt), exchanged (places of tokens
        that the visitor put there) and writing."""
        return {
            "pieces": list(self.pieces),
            "probabilities": _rounded(self.probabilities),
            "bytes": dict(self.bytes),
            "given": self.given,
            "exchanged": list(self.exchanged),
            "writing": writing,
        }

    def status(self, language: str) -> str:
        """How many tokens, how fast, how surprising: one line."""
        if self.surprise is None:
            return ""
        values = {"tokens": f"{len(self.pieces) - self.given:,}", "surprise": f"{self.surprise:.2f}"}
        if self.tokens_per_second is None:
            return text("gpt.status_still", language, **values)
        return text("gpt.status", language, tokens_per_second=f"{self.tokens_per_second:,.0f}", **values)


def passages_view(
    passages: Sequence[Passage], *, writing: bool, turn: int, about: Said, said: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What the strip of passages draws, as JSON: columns, turn, and in each language facts (about) and notes (said).

    A column is `Passage.view` and, in each language, title, settings and status; with one text, tokens, in place of
    pieces and probabilities: "[piece, probability]," for each. A page that watches its values has one to copy instead
    of thousands, and a stream sends only its new end.
    """
    columns = []
    for passage in passages:
        column = passage.view(writing=writing)
        pairs = list(zip(column.pop("pieces"), column.pop("probabilities"), strict=True))
        column["tokens"] = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))[1:-1]
        status = {each: passage.status(each) for each in LANGUAGES}
        columns.append(column | {"title": dict(passage.title), "settings": dict(passage.settings), "status": status})
    return {"columns": columns, "turn": turn, "facts": dict(about), "notes": dict(said)}


def notes(prompt: Prompt, language: str) -> list[str]:
    """What has to be said about a prompt: characters that were skipped, a part that is too far back to be read."""
    said = skipped(prompt.unknown, language)
    if prompt.read < len(prompt.tokens):
        count = f"{len(prompt.tokens):,}"
        said.append(text("gpt.note_long", language, tokens=count, read=f"{prompt.read:,}"))
    return said


def facts(checkpoint: Checkpoint, entry: Entry, language: str) -> str:
    """The model in one line: what it is, how large, how good on text it never saw."""
    config = checkpoint.model.config
    size = f"{checkpoint.model.parameter_count:,}"
    line = text(entry.about, language, parameters=size, block_size=f"{config.block_size:,}")
    from_file = entry.source == FILE
    return " ".join([line, *(about_file(checkpoint, language) if from_file else loss_of(checkpoint, language))])


def tree_view(checkpoint: Checkpoint, tree: TokenTree, tips: Sequence[int]) -> dict[str, Any]:
    """The tree as JSON: rows, one a branch, each after the one it left, and the length of the longest passage.

    A row: tip (the node to go to), left (the row it left, null for a first one), start and end (depths), text (how it
    begins), shown (how deep the passages on show run along it, 0 if none does), here (it holds one of their ends).
    """
    drawn = list(tree.branches())
    row_of = {branch.first: row for row, branch in enumerate(drawn)}
    reach: dict[int, int] = {}
    for tip in tips:
        node = tip
        while (branch := tree.branch_of(node)) is not None:
            reach[branch.first] = max(reach.get(branch.first, 0), tree.depth(node))
            node = tree[branch.first].parent
    ends = {branch.first for tip in tips if (branch := tree.branch_of(tip)) is not None}
    return {
        "rows": [
            {
                "tip": branch.tip,
                "left": None if branch.left is None else row_of[branch.left],
                "start": tree.depth(branch.first),
                "end": tree.depth(branch.tip),
                "text": _beginning(checkpoint, tree, branch.first),
                "shown": reach.get(branch.first, 0),
                "here": branch.first in ends,
            }
            for branch in drawn
        ],
        "longest": max((tree.depth(branch.tip) for branch in drawn), default=0),
        "tokens": len(tree),
    }


def _beginning(checkpoint: Checkpoint, tree: TokenTree, node: int) -> str:
    """How a branch begins. A character that was begun before it stands whole, one that it broke off or that is open at
    its end not at all; the bytes of the first token where nothing else is there."""
    reader = checkpoint.tokenizer.reader()
    for token in _tokens_before(tree, node):
        reader.read(token)
    first = _first_tokens(tree, node)
    return "".join(map(reader.read, first)).lstrip(UNREADABLE) or checkpoint.tokenizer.pieces(first[:1])[0].text


def _tokens_before(tree: TokenTree, node: int) -> list[int]:
    """As many as may have begun a character that `node` goes on with."""
    tokens: list[int] = []
    while (node := tree[node].parent) != ROOT and len(tokens) < LONGEST_CHARACTER - 1:
        tokens.insert(0, tree[node].token)
    return tokens


def _first_tokens(tree: TokenTree, node: int) -> list[int]:
    tokens = [tree[node].token]
    while len(tokens) < LABEL and (children := tree.children(node)):
        node = children[0]
        tokens.append(tree[node].token)
    return tokens


def candidates_view(
    checkpoint: Checkpoint, node: int, result: Ranking, before: Sequence[int], sampling: Sampling
) -> dict[str, Any]:
    """The candidates for one place as JSON: node, before (the text up to it), rows, rest, sentences in each language.

    A row: token, piece, rank, model, shaped, final (probabilities; final is 0 if it was cut), stands.
    """
    pieces = checkpoint.tokenizer.pieces([candidate.token for candidate in result.candidates])
    size = len(checkpoint.tokenizer)
    return {
        "node": node,
        "before": _ending(checkpoint, before),
        "rows": [
            {
                "token": candidate.token,
                "piece": piece.text,
                "rank": candidate.rank,
                "model": candidate.model,
                "shaped": candidate.shaped,
                "final": candidate.final,
                "stands": candidate.token == result.stands,
            }
            for candidate, piece in zip(result.candidates, pieces, strict=True)
        ],
        "rest": {
            "label": texts("gpt.candidates_rest", count=f"{result.rest.count:,}", kept=f"{result.rest.kept:,}"),
            "model": result.rest.model,
            "shaped": result.rest.shaped,
            "final": result.rest.final,
        },
        **_headings(sampling),
        "sentence": texts(
            "gpt.candidates_sentence",
            size=f"{size:,}",
            entropy=f"{result.entropy:.2f}",
            even=f"{math.exp(result.entropy):,.1f}",
        ),
    }


def _ending(checkpoint: Checkpoint, tokens: Sequence[int]) -> str:
    """How a passage ends, in whole characters: one begun before the part that is shown, or still open, is left out."""
    reader = checkpoint.tokenizer.reader()
    return "".join(map(reader.read, tokens[-40:])).lstrip(UNREADABLE)


def _headings(sampling: Sampling) -> dict[str, Said]:
    """What stands above the columns: what the settings did."""
    values = {"temperature": f"{sampling.temperature:g}", "penalty": f"{sampling.repetition_penalty:g}"}
    if sampling.repetition_penalty == 1:
        shaped = texts("gpt.candidates_shaped_by", temperature=values["temperature"])
    else:
        shaped = texts("gpt.candidates_shaped_by_penalty", **values)
    if sampling.top_k == 0 and sampling.top_p == 1:
        return {"shaped_by": shaped, "cut_by": texts("gpt.candidates_no_cut")}
    cuts = {"top_k": sampling.top_k or "–", "top_p": f"{sampling.top_p:g}"}
    return {"shaped_by": shaped, "cut_by": texts("gpt.candidates_cut_by", **cuts)}


def _rounded(probabilities: Iterable[float | None]) -> list[float | None]:
    """Three digits are enough to look at, and travel faster."""
    return [None if p is None else float(f"{p:.3g}") for p in probabilities]
