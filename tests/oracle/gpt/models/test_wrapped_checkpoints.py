"""GPT-2 weights as training scripts wrap them: the same logits in every wrapping; strange names are refused as such."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.common.errors import BadInput
from demos.gpt.models import loading as models

CPU = torch.device("cpu")
VOCABULARY, BLOCK, HEADS = 100, 32, 3

Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def gpt2() -> GPT2LMHeadModel:
    """Three layers of width 48, which is minGPT's gpt-nano: its heads are known."""
    torch.manual_seed(0)
    sizes = {"vocab_size": VOCABULARY, "n_positions": BLOCK, "n_layer": 3, "n_head": HEADS, "n_embd": 48}
    model = GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=None, eos_token_id=None)).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return model


def same_logits(path: Path, gpt2: GPT2LMHeadModel) -> None:
    tokens = torch.arange(BLOCK)[None] * 7 % VOCABULARY
    with torch.no_grad():
        expected, found = gpt2(tokens).logits, models.open_model(str(path), CPU).model(tokens)
    assert expected.std() > 0.2
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def refused(what: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, raises=BadInput, reason=f"{what} is refused as if it held no GPT-2")


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(lambda weights: weights, id="bare"),
        pytest.param(lambda weights: {"model": weights}, id="model"),
        pytest.param(
            lambda weights: {"state_dict": weights, "epoch": 3},
            id="state_dict",
            marks=refused('a checkpoint whose weights are under "state_dict"'),
        ),
        pytest.param(
            lambda weights: {"model_state_dict": weights, "optimizer_state_dict": {"state": {}}},
            id="model_state_dict",
            marks=refused('a checkpoint whose weights are under "model_state_dict"'),
        ),
        pytest.param(
            lambda weights: {f"module.{name}": tensor for name, tensor in weights.items()},
            id="module.",
            marks=refused('a checkpoint of DistributedDataParallel, whose names begin with "module.",'),
        ),
    ],
)
def test_every_wrapping_gives_the_same_logits(
    wrapped: Callable[[Weights], dict], gpt2: GPT2LMHeadModel, tmp_path: Path
) -> None:
    torch.save(wrapped(dict(gpt2.state_dict())), tmp_path / "checkpoint.pt")
    same_logits(tmp_path / "checkpoint.pt", gpt2)


@pytest.mark.parametrize(
    "shard", ["10MB", pytest.param("100KB", marks=refused("a folder whose weights are in several files"))]
)
def test_a_folder_in_one_file_or_in_shards_gives_the_same_logits(
    shard: str, gpt2: GPT2LMHeadModel, tmp_path: Path
) -> None:
    gpt2.save_pretrained(tmp_path, max_shard_size=shard)
    vocabulary = {chr(256 + token): token for token in range(VOCABULARY)}
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    assert len(list(tmp_path.glob("*.safetensors"))) == 1 + 4 * (shard == "100KB")
    same_logits(tmp_path, gpt2)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="weights under other names are refused for the number of heads"
)
def test_renamed_weights_are_refused_for_their_names(gpt2: GPT2LMHeadModel, tmp_path: Path) -> None:
    renamed = {name.replace("attn.c_attn", "self_attention.qkv"): tensor for name, tensor in gpt2.state_dict().items()}
    torch.save(renamed, tmp_path / "renamed.pt")
    with pytest.raises(BadInput) as refusal:
        models.open_model(str(tmp_path / "renamed.pt"), CPU)
    assert "self_attention.qkv" in str(refusal.value)


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple:
        return Path.touch, (Path("sprung"),)


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "module.transformer.wte.weight"])
def test_no_pickle_runs_in_any_wrapping(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({key: Trap()}, "trap.pt")
    with pytest.raises(BadInput):
        models.open_model("trap.pt", CPU)
    assert not Path("sprung").exists()
