"""Writing into the tree of branches: one passage, or several side by side from the same node."""

from collections.abc import Iterator, Sequence

from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.text_stream import TextStream
from demos.gpt.sample import Sampling, sample_many
from demos.gpt.write.token_tree import WRITTEN, TokenTree


def generate(
    checkpoint: Checkpoint,
    tree: TokenTree,
    node: int,
    samplings: Sequence[Sampling],
    stops: Sequence[str] | None = None,
) -> Iterator[list[int]]:
    """Write after `node`, once for each of `samplings`: after each step, the node at the end of each passage.

    It is as if the passage that ends at `node` had been typed as the prompt. A passage ends at its length or once its
    stop text was written (one of `stops`, or that of the model's form); the others go on. Raises BadInput when the
    tree is full.
    """
    prompt, block_size = tree.tokens(node) or [checkpoint.tokenizer.start], checkpoint.model.config.block_size
    began = tree.depth(node) - min(len(prompt), block_size)  # −1 where the prompt is the start token
    streams = [TextStream(checkpoint, stop) for stop in stops or [""] * len(samplings)]
    ends = [node] * len(samplings)
    for sampled in sample_many(checkpoint.model, prompt, samplings):
        for row, token in enumerate(sampled):
            if token is None or streams[row].ended:
                continue
            window = slid(began, tree.depth(ends[row]), block_size)
            ends[row] = tree.add(ends[row], token.token, token.probability, WRITTEN, window)
            streams[row].read(token.token)
        yield list(ends)
        if all(stream.ended for stream in streams):
            return


def slid(window: int, length: int, block_size: int) -> int:
    """Where the context of `length` tokens begins that began at `window`: half of it later each time it is full."""
    step = block_size - block_size // 2
    return window + max(0, -(-(length - window - block_size) // step)) * step


def context_of(checkpoint: Checkpoint, tree: TokenTree, node: int) -> list[int]:
    """The tokens that the model read before it judged `node`: from the node's window on, at most the block size.

    Of a prompt longer than the block size, what stands before the part read is judged from the window before.
    """
    tokens, window = tree.tokens(node)[:-1], tree[node].window
    if window < 0 or not tokens:
        return [checkpoint.tokenizer.start, *tokens]
    if window >= len(tokens):
        window = max(0, len(tokens) - checkpoint.model.config.block_size)
    return tokens[window:]


def before(checkpoint: Checkpoint, tree: TokenTree, node: int) -> list[int]:
    """The whole passage before `node`, also what is too far back to be read: a repetition penalty counts it all."""
    start = [checkpoint.tokenizer.start] if tree[node].window < 0 else []
    return [*start, *tree.tokens(node)[:-1]]
