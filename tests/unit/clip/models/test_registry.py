"""Which model answers: names that mean none, a hub that says no, a hub that is slow, and one that delivers."""

import json
import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from demos.clip.models import folder, published, registry
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput
from demos.common.models import hub
from demos.common.models.hub import Download
from tests.clip_fixtures import tiny_clip
from tests.conftest import ROOT
from tests.hub_fixtures import Hub, serve

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSBOX_CACHE", str(tmp_path / "cache"))
    registry.CACHE.clear()


def refusal(name: str, offline: bool = False) -> BadInput:
    with pytest.raises(BadInput) as caught:
        registry.open_model(name, CPU, offline)
    return caught.value


@pytest.mark.parametrize(
    "name",
    ["ViT-B-32", "ViT-B-32/no_such", "hf-hub:", "hf-hub:a/b/c", "no/such/folder", "\0", "x" * 9999],
    ids=lambda name: name[:20],
)
def test_a_name_that_means_no_model(name: str) -> None:
    error = refusal(name)
    assert error.key == "clip.unknown_model"
    assert len(str(error)) < 500


def test_a_folder_is_no_model_for_whoever_does_not_sit_at_this_machine(tmp_path: Path) -> None:
    assert refusal(str(tiny_clip(tmp_path / "model"))).key == "clip.unknown_model"


def test_a_near_name_is_offered() -> None:
    assert "ViT-B-32/laion2b_s34b_b79k" in str(refusal("ViT-B-32/laion2b_s34b"))


def test_offline_refuses_at_once() -> None:
    assert refusal("ViT-B-32/laion2b_s34b_b79k", offline=True).key == "clip.offline"


def test_a_hub_that_does_not_answer_is_noticed_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        began = time.monotonic()
        assert refusal("ViT-B-32/laion2b_s34b_b79k").key == "clip.no_network"
        assert time.monotonic() - began < hub.SECONDS_TO_ANSWER + 2


def test_a_hub_that_takes_the_call_and_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SECONDS_TO_ANSWER", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert refusal("hf-hub:someone/something").key == "clip.no_network"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    monkeypatch.setattr(hub, "CHUNK", 10_000)
    with serve(tiny_clip(tmp_path / "served")) as (address, handler):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield handler


def test_a_repository_is_fetched_with_progress_and_kept(served: type[Hub]) -> None:
    events = list(registry.open_with_progress("hf-hub:owner/name", CPU))
    progress = [event for event in events if isinstance(event, Download) and event.file.endswith(".safetensors")]
    assert len(progress) > 3
    assert [event.received for event in progress] == sorted(event.received for event in progress)
    assert progress[-1].received == progress[-1].total
    assert isinstance(events[-1], Matcher)
    registry.CACHE.clear()
    assert isinstance(registry.open_model("hf-hub:owner/name", CPU, offline=True), Matcher)


def test_a_visitor_may_not_fetch_whatever_size(served: type[Hub], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST_BYTES", 30_000)
    assert refusal("hf-hub:owner/name").key == "clip.download_too_large"
    assert not list(hub.cache().glob("models--owner--name/blobs/*.incomplete"))
    assert isinstance(registry.open_model("hf-hub:owner/name", CPU, local=True), Matcher)


def test_a_stopped_download_goes_on_where_it_stopped(served: type[Hub]) -> None:
    fetching = hub.fetch("clip", "owner/name", folder.WEIGHT_FILES, offline=False)
    next(event for event in fetching if isinstance(event, Download) and event.received >= 20_000)
    fetching.close()
    [unfinished] = hub.cache().glob("models--owner--name/blobs/*.incomplete")
    begun = unfinished.stat().st_size
    assert begun >= 20_000
    _, first, *_, whole = hub.fetch("clip", "owner/name", folder.WEIGHT_FILES, offline=False)
    assert isinstance(first, Download)
    assert begun < first.received < first.total
    assert isinstance(whole, Path)
    assert whole.read_bytes() == (served.folder / "open_clip_model.safetensors").read_bytes()


def test_an_altered_download_is_refused_and_not_kept(served: type[Hub]) -> None:
    served.digest = "0" * 64
    assert refusal("hf-hub:owner/name").key == "clip.download_broke"
    assert not list(hub.cache().rglob("*.safetensors*"))
    assert not list(hub.cache().rglob("0000*.incomplete"))


@pytest.fixture
def with_tokenizer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    """A hub with a model whose words are read by a tokeniser of Hugging Face's."""
    folder = tiny_clip(tmp_path / "served")
    (folder / "bpe.txt.gz").unlink()
    settings = json.loads((folder / "open_clip_config.json").read_text())
    text = settings["model_cfg"]["text_cfg"]
    text |= {"hf_tokenizer_name": "owner/name", "tokenizer_kwargs": {"clean": "canonicalize"}}
    (folder / "open_clip_config.json").write_text(json.dumps(settings))
    words = {word: number for number, word in enumerate(("[PAD]", "[UNK]", "[END]", "a", "dog", "사자", "photo", "of"))}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="$A [END]", special_tokens=[("[END]", 2)])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"pad_token": {"content": "[PAD]"}}))
    with serve(folder) as (address, handler):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield handler


def test_a_repository_is_fetched_whole_with_its_own_tokenizer(
    with_tokenizer: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)  # as if it were not installed
    matcher = registry.open_model("hf-hub:owner/name", CPU)
    assert matcher.tokenizer(["A photo of: a dog!", "사자"]).tolist() == [
        [3, 6, 7, 3, 4, 2, *[0] * 18],
        [5, 2, *[0] * 22],
    ]
    assert matcher.encode_labels(["a dog", "사자"], ("{}",)).shape == (2, 24)
    assert matcher.cut_short(["a dog", "a " * 30 + "dog"], ("{}",)) == ["a " * 30 + "dog"]
    asked = {path.rsplit("/", 1)[1] for _, path, _ in with_tokenizer.asked}
    assert {"tokenizer.json", "tokenizer_config.json", "open_clip_model.safetensors"} <= asked
    registry.CACHE.clear()
    assert isinstance(registry.open_model("hf-hub:owner/name", CPU, offline=True), Matcher)


def test_a_tokenizer_that_is_named_but_missing_is_a_sentence(
    with_tokenizer: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    (with_tokenizer.folder / "tokenizer.json").unlink()
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert refusal("hf-hub:owner/name").key in ("clip.no_tokenizer", "clip.needs_transformers")


def test_a_repository_that_is_not_there(served: type[Hub]) -> None:
    assert refusal("hf-hub:owner/other").key == "clip.not_on_hub"


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text("{}")
    with pytest.raises(BadInput) as refused:
        registry.open_model(str(tmp_path), CPU, local=True)
    assert refused.value.key == "clip.unreadable_configuration"


def test_the_embedded_model_is_opened_once_and_stays_under_ten_megabytes() -> None:
    first = registry.open_model("embedded", CPU, offline=True)
    assert registry.open_model("embedded", CPU, offline=True) is first
    assert 8_000_000 < first.parameters < 9_000_000
    assert not first.model.training


def test_a_folder_whose_weights_changed_is_another_model(tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "model")
    first = registry.open_model(str(folder), CPU, local=True)
    assert registry.open_model(str(folder), CPU, local=True) is first
    weights = folder / "open_clip_model.safetensors"
    old = weights.stat()
    tiny_clip(folder, seed=1)
    os.utime(weights, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert weights.stat().st_size == old.st_size
    changed = registry.open_model(str(folder), CPU, local=True)
    before, after = (each.encode_labels(["a dog"], ("{}",)) for each in (first, changed))
    assert not torch.allclose(before, after)


def test_the_readmes_figures_are_those_of_the_card() -> None:
    readme, card = ((ROOT / name).read_text() for name in ("demos/clip/README.md", "weights/clip/embedded.md"))
    shown = re.findall(r"\| [^|]+ \| ([\d,]+) \| ([\d.]+ %) \| \**([\d.]+ %)\** \|", readme)
    assert len(shown) == 4
    assert set(shown) <= set(re.findall(r"\| [^|]+ \| ([\d,]+) \| ([\d.]+ %) \| \**([\d.]+ %)\** \|", card))
