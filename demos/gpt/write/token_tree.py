"""All that was written, as a tree: a token that was exchanged for another one begins a branch, and nothing is lost.

A node is a token after all the tokens above it; a path from the root to a node is a passage. Passages that begin with
the same tokens share those nodes (a trie), so writing the same text again adds nothing.
"""

from dataclasses import dataclass, replace
from threading import RLock

from demos.common.errors import BadInput

ROOT = 0
MOST_NODES = 40_000  # tokens in one visitor's tree; a hundred passages or so
GIVEN, WRITTEN, EXCHANGED = (
    "given",
    "written",
    "exchanged",
)  # by the prompt, the sampler, the visitor


@dataclass(frozen=True, slots=True)
class Node:
    """One token in its place.

    `depth` tokens end with it (1 for a first one). `window` is the depth at which the context began that it was judged
    from: the model read the tokens `window … depth - 1` of the path; −1 means that the tokenizer's start token stood
    before them. `probability` is the model's own, None where it had nothing to judge from.
    """

    token: int
    parent: int
    depth: int
    probability: float | None
    kind: str
    window: int


@dataclass
class Branch:
    """A stretch of the tree drawn as one line: from its `first` node to its `tip`, and the branch it `left`."""

    first: int
    tip: int
    left: int | None


class TokenTree:
    """The tree of one visitor. The root (ROOT) stands for the empty passage and holds no token.

    While one thread writes, others may look and prune: adding to a node that was pruned is a KeyError.
    """

    def __init__(self, most: int = MOST_NODES) -> None:
        self.most = most
        self._nodes: dict[int, Node] = {}
        self._children: dict[int, dict[tuple[int, bool], int]] = {ROOT: {}}
        self._branch: dict[int, int] = {}  # node → the branch it lies on
        self._branches: dict[int, Branch] = {}  # named by their first node, oldest first
        self._next = ROOT + 1
        self._lock = RLock()

    def __len__(self) -> int:
        """How many tokens are in it."""
        return len(self._nodes)

    def __contains__(self, node: int) -> bool:
        return node == ROOT or node in self._nodes

    def __getitem__(self, node: int) -> Node:
        """The node; KeyError for the root and for one that was pruned."""
        return self._nodes[node]

    def add(
        self, parent: int, token: int, probability: float | None = None, kind: str = WRITTEN, window: int = 0
    ) -> int:
        """The node of `token` after `parent`: the one that is there, or a new one. Raises BadInput when it is full.

        What a prompt gave and what was written stay apart, though their tokens be the same. A node that was not judged
        before, being too far from the end of its prompt, may be so now.
        """
        with self._lock:
            siblings, key = self._children[parent], (token, kind == GIVEN)
            if key in siblings:
                node = siblings[key]
                if self._nodes[node].probability is None:
                    self._nodes[node] = replace(self._nodes[node], probability=probability, window=window)
                return node
            if len(self) >= self.most:
                raise BadInput("gpt.tree_full", limit=f"{self.most:,}")
            node, self._next = self._next, self._next + 1
            self._nodes[node] = Node(token, parent, self.depth(parent) + 1, probability, kind, window)
            self._children[node] = {}
            self._place(node, first_child=not siblings)
            siblings[key] = node
            return node

    def add_prompt(self, tokens: list[int], probabilities: list[float | None], window: int = 0) -> int:
        """The node at the end of a prompt whose tokens from `window` on were read; ROOT for an empty one."""
        node = ROOT
        for token, probability in zip(tokens, probabilities, strict=True):
            node = self.add(node, token, probability, GIVEN, window)
        return node

    def depth(self, node: int) -> int:
        """How many tokens a passage that ends at `node` has."""
        return 0 if node == ROOT else self._nodes[node].depth

    def path(self, node: int) -> list[int]:
        """The nodes from the first token to `node`."""
        nodes = []
        while node != ROOT:
            nodes.append(node)
            node = self._nodes[node].parent
        return nodes[::-1]

    def tokens(self, node: int) -> list[int]:
        """The passage that ends at `node`."""
        return [self._nodes[each].token for each in self.path(node)]

    def children(self, node: int) -> list[int]:
        """What stands after `node`, oldest first."""
        return list(self._children[node].values())

    def end(self, node: int) -> int:
        """The end of the passage through `node`: the oldest child is followed wherever there are several."""
        while self._children[node]:
            node = next(iter(self._children[node].values()))
        return node

    def branches(self) -> list[Branch]:
        """Every branch, each after the one it left: depth first, the newest nearest to where it left."""
        with self._lock:
            below: dict[int | None, list[int]] = {}
            for name, branch in self._branches.items():
                below.setdefault(branch.left, []).append(name)
            waiting, drawn = below.get(None, [])[::-1], []
            while waiting:
                name = waiting.pop()
                drawn.append(replace(self._branches[name]))
                waiting += below.get(name, [])
            return drawn

    def branch_of(self, node: int) -> Branch | None:
        """The branch on which `node` lies; None for the root."""
        return self._branches[self._branch[node]] if node != ROOT else None

    def prune(self, node: int) -> int:
        """Cut off the ending at `node`: back to the last fork, and all after `node`. Returns what remains before it."""
        with self._lock:
            if node not in self._nodes:
                return ROOT
            while (parent := self._nodes[node].parent) != ROOT and len(self._children[parent]) == 1:
                node = parent
            falling = [node]
            while falling:
                each = falling.pop()
                falling += self.children(each)
                del self._children[each], self._nodes[each]
            self._children[parent] = {key: child for key, child in self._children[parent].items() if child != node}
            self._draw_again()
            return parent

    def _place(self, node: int, first_child: bool) -> None:
        """Lengthen the branch of the parent by `node`, or begin another one with it."""
        parent = self._nodes[node].parent
        left = self._branch.get(parent)
        if first_child and left is not None:
            self._branch[node] = left
            self._branches[left].tip = node
        else:
            self._branch[node] = node
            self._branches[node] = Branch(first=node, tip=node, left=left)

    def _draw_again(self) -> None:
        self._branch, self._branches = {}, {}
        placed: set[int] = set()
        for node, at in self._nodes.items():  # a parent is older than its children
            self._place(node, first_child=at.parent not in placed)
            placed.add(at.parent)
