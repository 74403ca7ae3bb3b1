"""One visitor's writing, without a page: what the handlers of the writing view do to the visitor's state."""

import json
from functools import partial
from typing import Any

import gradio as gr
import pytest
import torch

from demos.common.i18n import texts
from demos.common.scheduling.turns import Turns
from demos.gpt.model import GPT, Config
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer
from demos.gpt.visitor import VisitorState
from demos.gpt.write import tab, tree_tab
from demos.gpt.write.look import LABEL, tree_view
from demos.gpt.write.token_tree import GIVEN, ROOT, TokenTree
from demos.gpt.write.tree_tab import request_text

_write = partial(tab._write, budget=Turns(1, 0.1))
ALPHABET = "\n abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def visitor() -> VisitorState:
    torch.manual_seed(0)
    model = GPT(Config(len(ALPHABET), block_size=16, layers=1, heads=2, width=16)).eval()
    return VisitorState(loaded=Checkpoint(model, CharTokenizer(ALPHABET)))


def write(
    visitor: VisitorState, prompt: str = "once", *, columns: str = "1", start: int | None = None, tokens: int = 50
) -> Any:
    """The stream of views of a run that was asked for."""
    request, seed, _ = request_text(visitor, False, 1, start)
    return _write("en", visitor, request, prompt, columns, "full", tokens, 1.0, 0, 1.0, seed, "", 1.0)


def pieces(column: dict) -> list[str]:
    return [piece for piece, _ in json.loads(f"[{column['tokens']}]")]


def click(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def look(visitor: VisitorState, column: int, place: int) -> dict:
    return tree_tab.show_candidates("en", visitor, 1.0, 0, 1.0, 1.0, click(column=column, place=place))[0]


def test_an_exchanged_token_grows_a_branch_and_the_old_one_is_a_click_away(visitor: VisitorState) -> None:
    *_, (page, _, _) = write(visitor)
    workspace, old = visitor.workspace, pieces(page["columns"][0])
    shown = look(visitor, 0, 20)
    other = next(row for row in shown["rows"] if not row["stands"])
    request, _, _ = tree_tab.exchange("en", visitor, False, 2, click(node=shown["node"], token=other["token"]))
    start = request.start
    assert workspace.tree.tokens(start)[:20] == visitor.checkpoint().tokenizer.encode("".join(old[:20])).tokens
    assert workspace.tree[start].probability == pytest.approx(other["model"], abs=1e-6)
    *_, (page, tree, _) = write(visitor, start=start)
    assert page["columns"][0]["exchanged"] == [20]
    assert [row["start"] for row in tree["rows"]] == [1, 21]
    page, *_ = tree_tab.show_branch("en", visitor, click(tip=tree["rows"][0]["tip"]))
    assert pieces(page["columns"][0]) == old


def test_a_passage_says_with_what_it_was_written_also_when_one_comes_back_to_it(visitor: VisitorState) -> None:
    *_, (page, _, _) = write(visitor, columns="2")
    said = [column["settings"] for column in page["columns"]]
    assert [line["en"].endswith(f"seed {seed}") for line, seed in zip(said, (1, 2), strict=True)] == [True, True]
    assert "temperature 1 " in said[0]["en"]
    assert "온도 1" in said[0]["ko"]
    assert "/" not in said[0]["en"]  # no path of the server
    assert [column["title"] for column in page["columns"]] == [texts("gpt.column_seed", seed=seed) for seed in (1, 2)]
    tips = list(visitor.workspace.tips)
    for tip, line in zip(tips, said, strict=True):
        page, *_ = tree_tab.show_branch("en", visitor, click(tip=tip))
        assert page["columns"][0]["settings"] == line


def test_of_several_one_can_be_kept(visitor: VisitorState) -> None:
    *_, (page, tree, _) = write(visitor, columns="temperatures")
    assert len(page["columns"]) == len(visitor.workspace.tips) == 4
    assert sum(row["here"] for row in tree["rows"]) == 4
    kept, *_ = tree_tab.keep_column("en", visitor, click(column=2))
    assert [pieces(column) for column in kept["columns"]] == [pieces(page["columns"][2])]


def model_says(visitor: VisitorState, text: str, token: int) -> float:
    """How likely the model holds `token` after `text`, computed for this alone."""
    checkpoint = visitor.checkpoint()
    ids = torch.tensor([checkpoint.tokenizer.encode(text).tokens[-16:]])
    with torch.inference_mode():
        return float(checkpoint.model(ids)[0, -1].softmax(-1)[token])


def test_the_candidates_are_those_of_the_present_text_also_after_clearing(visitor: VisitorState) -> None:
    list(write(visitor, "once", tokens=4))
    look(visitor, 0, 3)
    tree_tab.clear("en", visitor)
    list(write(visitor, "zebra", tokens=4))
    for row in look(visitor, 0, 3)["rows"]:
        assert row["model"] == pytest.approx(model_says(visitor, "zeb", row["token"]), abs=1e-6)


def test_a_token_is_exchanged_where_its_candidates_were_shown_though_another_was_clicked_since(
    visitor: VisitorState,
) -> None:
    list(write(visitor, "once"))
    on_show = look(visitor, 0, 2)
    look(visitor, 0, 9)
    other = next(row for row in on_show["rows"] if not row["stands"])
    request, _, _ = tree_tab.exchange("en", visitor, False, 2, click(node=on_show["node"], token=other["token"]))
    tree = visitor.workspace.tree
    assert tree.tokens(request.start) == [*visitor.checkpoint().tokenizer.encode("on").tokens, other["token"]]
    assert tree[request.start].probability == pytest.approx(model_says(visitor, "on", other["token"]), abs=1e-6)


def test_a_prompt_that_was_the_beginning_of_a_longer_one_is_judged(visitor: VisitorState) -> None:
    list(write(visitor, "abcdefghijklmnopqrstuvwxyz", tokens=1))  # the model reads the last 16 only
    *_, (page, _, _) = write(visitor, "abcdef", tokens=1)
    judged = [probability for _, probability in json.loads(f"[{page['columns'][0]['tokens']}]")]
    letters = visitor.checkpoint().tokenizer.encode("abcdef").tokens
    for place in range(1, 6):
        assert judged[place] == pytest.approx(model_says(visitor, "abcdef"[:place], letters[place]), abs=1e-3)


def test_an_answer_ends_where_its_form_ends(visitor: VisitorState) -> None:
    for _ in visitor.open_model("adder"):
        pass
    for prompt, answer in (("27+45", "270\n"), ("99+99", "891\n")):
        request, seed, _ = request_text(visitor, False, 1)
        *_, (page, _, _) = _write("en", visitor, request, prompt, "1", "full", 60, 0, 0, 1.0, seed, "", 1.0)
        assert "".join(pieces(page["columns"][0])).endswith(f"={answer}")


def test_a_later_run_ends_the_one_before(visitor: VisitorState) -> None:
    first = write(visitor, tokens=5000)
    next(first)
    *_, (page, _, _) = write(visitor)
    assert len(pieces(page["columns"][0])) == 54
    on_show = visitor.workspace.tips
    assert list(first) == []  # what is on show is no longer its own
    assert visitor.workspace.tips is on_show


def test_a_first_text_gives_way_to_a_lesson_pressed_before_it_began() -> None:
    visitor = VisitorState()  # its model is read when the first text begins
    request, seed, _ = request_text(visitor, False, 1)
    first = _write("en", visitor, request, "ROMEO:", "1", "full", 50, 1.0, 0, 1.0, seed, "", 1.0)
    for _ in visitor.open_model("adder"):  # "ROMEO:" is no sum
        pass
    assert all(change == gr.skip() for shown in first for change in shown)
    assert visitor.name == "adder"
    assert len(visitor.workspace.tree) == 0


def test_a_full_tree_says_so_and_keeps_what_was_written(visitor: VisitorState) -> None:
    visitor.workspace.tree = TokenTree(most=30)
    views = []
    with pytest.raises(gr.Error, match="30 tokens"):
        views.extend(write(visitor))
    page, _, _ = views[-1]
    assert len(visitor.workspace.tree) == 30
    assert not page["columns"][0]["writing"]


def test_a_branch_that_is_pruned_while_it_grows_ends_quietly(visitor: VisitorState) -> None:
    run = write(visitor, columns="2", tokens=5000)
    next(run)
    next(run)
    tips = visitor.workspace.tips
    page, *_ = tree_tab.prune("en", visitor, click(tip=tips[0]))
    assert tips[0] not in visitor.workspace.tree
    assert not page["columns"][0]["writing"]
    assert list(run) == []


def test_a_branch_that_begins_inside_a_character_is_named_by_the_whole_one() -> None:
    tokenizer = BytePairTokenizer.learn([], 256)  # a token a byte
    model = GPT(Config(len(tokenizer), block_size=16, layers=1, heads=1, width=8)).eval()
    tree = TokenTree()

    def grow(text: str) -> int:
        node = ROOT
        for token in tokenizer.encode(text).tokens:
            node = tree.add(node, token, kind=GIVEN)
        return node

    def names() -> list[str]:
        return [row["text"] for row in tree_view(Checkpoint(model, tokenizer), tree, [])["rows"]]

    grow("안😀 저도" + "아" * LABEL)  # 40 bytes end inside a syllable
    grow("안😅 가족")  # 😀 is F0 9F 98 80, 😅 F0 9F 98 85
    grow("안🤖")  # F0 9F A4 96
    grow("않")  # 안 is EC 95 88, 않 EC 95 8A
    assert names() == ["안😀 저도" + "아" * 8, "않", "🤖", "😅 가족"]
    tree.add(tree.path(grow("안🤖"))[-2], tokenizer.encode("😀").tokens[2])  # 🤘 is F0 9F A4 98
    tree.add(tree.path(grow("안🤖"))[3], tokenizer.encode("안").tokens[1])  # F0 95, of which nothing came so far
    tree.add(tree.path(grow("안🤖"))[-2], tokenizer.encode("\n").tokens[0])  # breaks F0 9F A4 off
    assert {"🤘", "<95>", "\n"} <= set(names())
    assert not any("\ufffd" in name for name in names())


def test_the_text_before_the_candidates_is_shown_in_whole_characters() -> None:
    tokenizer = BytePairTokenizer.learn([], 256)  # a token a byte
    visitor = VisitorState(
        loaded=Checkpoint(GPT(Config(256, block_size=64, layers=1, heads=1, width=8)).eval(), tokenizer)
    )
    list(write(visitor, "가나다라마바사아자차카타파하거너", tokens=1))
    place = 3 * 15 + 1  # the last syllable's second byte; 40 bytes before it begin inside one too
    assert look(visitor, 0, place)["before"] == "다라마바사아자차카타파하거"


def test_clicks_on_what_is_gone_do_no_harm(visitor: VisitorState) -> None:
    list(write(visitor))
    tips = list(visitor.workspace.tips)
    tree_tab.clear("en", visitor)
    assert visitor.workspace.tips == [ROOT]
    tree_tab.show_branch("en", visitor, click(tip=tips[0]))
    tree_tab.prune("en", visitor, click(tip=tips[0]))
    tree_tab.keep_column("en", visitor, click(column=3))
    assert "__type__" in look(visitor, 0, 5)
    assert visitor.workspace.tips == [ROOT]
