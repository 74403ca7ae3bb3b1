"""Offline, nothing asks the network: whatever is not here is refused in a sentence, and what is here is opened."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from demos.clip.models import published
from demos.clip.models import registry as clip_registry
from demos.common.errors import BadInput
from demos.common.models import hub
from demos.gpt.models import loading
from demos.gpt.models.registry import EMBEDDED, REGISTRY

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No socket connects, no name is looked up; and no model of somebody else lies on this machine."""

    def asks(*given: Any, **named: Any) -> Any:
        raise AssertionError(f"asked the network: {given[-1] if given else named}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, asks)
    monkeypatch.setattr(socket, "getaddrinfo", asks)
    monkeypatch.setattr(socket, "create_connection", asks)
    monkeypatch.setenv("GLASSBOX_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


GPT = [*loading.PUBLISHED, "hf-hub:openai-community/gpt2", "hf-hub:somebody/some-gpt"]
CLIP = ["ViT-B-32/laion2b_s34b_b79k", "ViT-B-16-SigLIP/webli", "roberta-ViT-B-32/laion2b_s12b_b32k", "RN50/openai"]
CLIP += ["MobileCLIP-S1/datacompdr", "coca_ViT-B-32/laion2b_s13b_b90k", "hf-hub:laion/CLIP-ViT-B-32-laion2B-s34B-b79K"]


def refused(open: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as refusal:
        open()
    return str(refusal.value)


@pytest.mark.parametrize("name", GPT)
def test_a_gpt_that_is_not_here_is_refused(name: str) -> None:
    assert "offline" in refused(lambda: loading.open_model(name, CPU, offline=True))


@pytest.mark.parametrize("name", CLIP)
def test_a_clip_that_is_not_here_is_refused(name: str) -> None:
    assert "offline" in refused(lambda: clip_registry.open_model(name, CPU, offline=True))


def test_every_published_clip_is_refused_or_named() -> None:
    """Not one of open_clip's own names leads anywhere else."""
    keys = set()
    for name in published.known_names():
        with pytest.raises(BadInput) as refusal:
            clip_registry.open_model(name, CPU, offline=True)
        keys.add(refusal.value.key)
    assert keys <= {"clip.offline", "clip.not_on_hub"}


def test_a_vocabulary_of_others_is_refused() -> None:
    assert refused(lambda: loading._vocabulary("gpt2"))


def test_the_hub_is_never_asked() -> None:
    assert "offline" in refused(lambda: list(hub.fetch("gpt", "somebody/some-gpt", ("config.json",), offline=True)))


def test_what_is_carried_is_opened() -> None:
    """Weights, tokenizers and what libraries read beside them."""
    for entry in REGISTRY.values():
        if entry.source == EMBEDDED:
            assert loading.open_model(entry.name, CPU, offline=True).tokenizer
    matcher = clip_registry.open_model("embedded", CPU, offline=True)
    assert matcher.encode_labels(["a dog", "강아지"], ("a photo of a {}",)).shape[0] == 2
