"""Writing into the tree of branches: one passage, or several side by side from the same node."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from demos.gpt.branches import ROOT, WRITTEN, Branches
from demos.gpt.checkpoint import Checkpoint
from demos.gpt.sample import Sampling, sample


@dataclass(frozen=True)
class Context:
    """What the model reads before a token: `tokens`, the path's from depth `window` on (−1: the start token first)."""

    tokens: list[int]
    window: int


def context_after(checkpoint: Checkpoint, tree: Branches, node: int) -> Context:
    """What the model reads to go on after `node`: as much of the path as fits into its block.

    It goes on reading from where the node's own context began, until the block is full; then from half a block later
    (see `sample.sample`). An empty path is the start token.
    """
    if node == ROOT:
        return Context([checkpoint.tokenizer.start], -1)
    return _context(checkpoint, tree.tokens(node), tree[node].window)


def context_of(checkpoint: Checkpoint, tree: Branches, node: int) -> Context:
    """What the model read when it judged `node` itself. For the first token of a prompt, the start token alone."""
    tokens = tree.tokens(node)[:-1]
    if not tokens:
        return Context([checkpoint.tokenizer.start], -1)
    return _context(checkpoint, tokens, tree[node].window)


def _context(checkpoint: Checkpoint, tokens: list[int], window: int) -> Context:
    block = checkpoint.model.config.block_size
    if window >= len(tokens):  # of a long prompt, what stands before the part that was read
        window = max(0, len(tokens) - block)
    window = slid(window, len(tokens), block)
    return Context([checkpoint.tokenizer.start, *tokens] if window < 0 else tokens[window:], window)


def slid(window: int, length: int, block: int) -> int:
    """Where the context begins after `length` tokens, if it began at `window`: half a block later once it is full."""
    step = block - block // 2
    return window + max(0, -(-(length - window - block) // step)) * step


def grow(checkpoint: Checkpoint, tree: Branches, node: int, samplings: Sequence[Sampling]) -> Iterator[list[int]]:
    """Write after `node`, once for each of `samplings`: after each step, the node at the end of each passage.

    A passage ends by itself at its length or once its stop text was written; the others go on. Raises BadInput when
    the tree is full.
    """
    context, block = context_after(checkpoint, tree, node), checkpoint.model.config.block_size
    writers = [sample(checkpoint.model, context.tokens, sampling) for sampling in samplings]
    readers = [checkpoint.tokenizer.reader() for _ in samplings]
    ends, texts, going = [node] * len(samplings), [""] * len(samplings), list(range(len(samplings)))
    while going:
        for at in list(going):
            choice = next(writers[at], None)
            if choice is None:
                going.remove(at)
                continue
            window = slid(context.window, tree.depth(ends[at]), block)
            ends[at] = tree.add(ends[at], choice.token, choice.probability, WRITTEN, window)
            stop, piece = samplings[at].stop, readers[at].read(choice.token)
            texts[at] = (texts[at] + piece)[-len(stop) - len(piece) :]
            if stop and stop in texts[at]:
                going.remove(at)
        if going:
            yield list(ends)
    yield list(ends)
