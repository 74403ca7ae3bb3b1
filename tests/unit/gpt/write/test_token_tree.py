"""The tree of passages: nothing is lost, equal example_prompts are shared, an ending can be cut off."""

import random

import pytest

from demos.common.errors import BadInput
from demos.gpt.write.token_tree import EXCHANGED, GIVEN, ROOT, WRITTEN, TokenTree


def write(tree: TokenTree, node: int, tokens: list[int], kind: str = WRITTEN) -> int:
    for token in tokens:
        node = tree.add(node, token, 0.5, kind)
    return node


def test_a_path_is_the_passage_and_equal_beginnings_are_shared() -> None:
    tree = TokenTree()
    one = write(tree, ROOT, [1, 2, 3, 4])
    two = write(tree, ROOT, [1, 2, 9])
    assert tree.tokens(one) == [1, 2, 3, 4]
    assert tree.tokens(two) == [1, 2, 9]
    assert len(tree) == 5
    assert tree.depth(two) == 3
    assert tree.tokens(ROOT) == []
    assert write(tree, ROOT, [1, 2, 3, 4]) == one
    assert len(tree) == 5


def test_what_a_prompt_gave_stays_apart_from_what_was_written() -> None:
    tree = TokenTree()
    written = write(tree, ROOT, [1, 2])
    given = tree.add_prompt([1, 2], [None, 0.5])
    assert given != written
    assert [tree[node].kind for node in tree.path(given)] == [GIVEN, GIVEN]
    picked = tree.add(tree.path(written)[0], 7, 0.1, EXCHANGED)
    assert tree.add(tree[picked].parent, 7) == picked


def test_a_token_is_judged_once_though_it_could_not_be_at_first() -> None:
    tree = TokenTree()
    node = tree.add_prompt([1, 2], [None, None], window=1)
    assert tree.add_prompt([1, 2], [None, 0.25]) == node  # as the end of a shorter prompt
    assert (tree[node].probability, tree[node].window) == (0.25, 0)
    tree.add_prompt([1, 2], [None, 0.75], window=1)
    assert (tree[node].probability, tree[node].window) == (0.25, 0)
    assert tree[tree.add(node, 3)].window == 0


def test_branches_are_drawn_after_the_one_they_left() -> None:
    tree = TokenTree()
    trunk = write(tree, ROOT, [1, 2, 3, 4])
    second = tree.path(trunk)[1]
    left = write(tree, second, [8, 8])
    newest = write(tree, second, [9])
    twig = write(tree, tree.path(left)[2], [5, 6])
    drawn = tree.branches()
    assert [branch.tip for branch in drawn] == [trunk, newest, left, twig]
    assert [tree.depth(branch.first) for branch in drawn] == [1, 3, 3, 4]
    assert [branch.left for branch in drawn] == [None, drawn[0].first, drawn[0].first, drawn[2].first]
    assert tree.branch_of(second) == drawn[0]
    assert tree.branch_of(ROOT) is None
    assert tree.end(second) == trunk


def test_passages_with_nothing_in_common_stand_in_the_order_they_were_written() -> None:
    tree = TokenTree()
    tips = [write(tree, ROOT, [first, 7]) for first in (3, 1, 2)]
    assert [(branch.tip, branch.left) for branch in tree.branches()] == [(tip, None) for tip in tips]


def test_pruning_cuts_back_to_the_last_fork_and_joins_what_remains() -> None:
    tree = TokenTree()
    trunk = write(tree, ROOT, [1, 2, 3, 4])
    fork = tree.path(trunk)[1]
    other = write(tree, fork, [8, 9])
    assert tree.prune(trunk) == fork
    assert len(tree) == 4
    assert trunk not in tree
    assert [(branch.first, branch.tip) for branch in tree.branches()] == [(tree.path(other)[0], other)]
    assert tree.prune(other) == ROOT
    assert len(tree) == 0
    assert tree.branches() == []
    assert tree.prune(other) == ROOT


def test_a_full_tree_says_so_and_keeps_what_it_has() -> None:
    tree = TokenTree(most=3)
    tip = write(tree, ROOT, [1, 2, 3])
    with pytest.raises(BadInput) as refusal:
        tree.add(tip, 4)
    assert refusal.value.key == "gpt.tree_full"
    assert tree.tokens(tip) == [1, 2, 3]
    tree.prune(tip)
    assert write(tree, ROOT, [4]) in tree


def test_any_history_of_writing_and_pruning_keeps_the_tree_whole() -> None:
    chance = random.Random(0)
    tree = TokenTree()
    tips: dict[int, list[int]] = {ROOT: []}  # what each end must read
    for _ in range(300):
        start = chance.choice(list(tips))
        cut = chance.randrange(len(tips[start]) + 1)
        node = (tree.path(start) or [ROOT])[cut - 1] if cut else ROOT
        tokens = [chance.randrange(3) for _ in range(chance.randrange(1, 6))]
        tips[write(tree, node, tokens)] = tips[start][:cut] + tokens
        if chance.random() < 0.3:
            tree.prune(chance.choice(list(tips)))
            tips = {node: text for node, text in tips.items() if node in tree}
        assert all(tree.tokens(node) == text for node, text in tips.items())
        drawn = tree.branches()
        on_branches = [node for branch in drawn for node in tree.path(branch.tip) if tree.branch_of(node) == branch]
        assert len(on_branches) == len(set(on_branches)) == len(tree)
