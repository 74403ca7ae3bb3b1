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
from demos.gpt.model import GPT, Config
from demos.gpt.models import loading as models
from demos.gpt.models.about import about_file
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.vocabulary import read_vocabulary

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


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(lambda weights: weights, id="bare"),
        pytest.param(lambda weights: {"model": weights}, id="model"),
        pytest.param(
            lambda weights: {"state_dict": weights, "epoch": 3},
            id="state_dict",
        ),
        pytest.param(
            lambda weights: {"model_state_dict": weights, "optimizer_state_dict": {"state": {}}},
            id="model_state_dict",
        ),
        pytest.param(lambda weights: {f"module.{name}": tensor for name, tensor in weights.items()}, id="module."),
        pytest.param(
            lambda weights: {"model": {f"module._orig_mod.{name}": tensor for name, tensor in weights.items()}},
            id="module._orig_mod.",
        ),
        pytest.param(
            lambda weights: {"state_dict": {f"_orig_mod.module.{name}": tensor for name, tensor in weights.items()}},
            id="_orig_mod.module.",
        ),
    ],
)
def test_every_wrapping_gives_the_same_logits(
    wrapped: Callable[[Weights], dict], gpt2: GPT2LMHeadModel, tmp_path: Path
) -> None:
    torch.save(wrapped(dict(gpt2.state_dict())), tmp_path / "checkpoint.pt")
    same_logits(tmp_path / "checkpoint.pt", gpt2)


@pytest.mark.parametrize("shard", ["10MB", "100KB"])
def test_a_folder_in_one_file_or_in_shards_gives_the_same_logits(
    shard: str, gpt2: GPT2LMHeadModel, tmp_path: Path
) -> None:
    gpt2.save_pretrained(tmp_path, max_shard_size=shard)
    vocabulary = {chr(256 + token): token for token in range(VOCABULARY)}
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    assert len(list(tmp_path.glob("*.safetensors"))) == 1 + 4 * (shard == "100KB")
    same_logits(tmp_path, gpt2)


def test_renamed_weights_are_refused_for_their_names(gpt2: GPT2LMHeadModel, tmp_path: Path) -> None:
    renamed = {name.replace("attn.c_attn", "self_attention.qkv"): tensor for name, tensor in gpt2.state_dict().items()}
    torch.save(renamed, tmp_path / "renamed.pt")
    with pytest.raises(BadInput) as refusal:
        models.open_model(str(tmp_path / "renamed.pt"), CPU)
    assert "self_attention.qkv" in str(refusal.value)


def test_a_missing_shard_is_named_and_an_index_points_nowhere_else(gpt2: GPT2LMHeadModel, tmp_path: Path) -> None:
    gpt2.save_pretrained(tmp_path, max_shard_size="100KB")
    (tmp_path / "vocab.json").write_text(json.dumps({chr(256 + token): token for token in range(VOCABULARY)}))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    first = min(tmp_path.glob("model-*.safetensors"))
    content = first.read_bytes()
    first.unlink()
    with pytest.raises(BadInput, match=first.name):
        models.open_model(str(tmp_path), CPU)
    outside = tmp_path.parent / first.name
    outside.write_bytes(content)
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(index.read_text().replace(first.name, f"../{first.name}"))
    with pytest.raises(BadInput, match="is missing"):
        models.open_model(str(tmp_path), CPU)


def test_a_gpt2_with_a_part_too_few_or_too_many_is_refused_for_it(gpt2: GPT2LMHeadModel, tmp_path: Path) -> None:
    weights = dict(gpt2.state_dict())
    torch.save(weights | {"transformer.h.0.lora.weight": torch.zeros(3)}, tmp_path / "more.pt")
    del weights["transformer.h.1.mlp.c_fc.weight"]
    torch.save(weights, tmp_path / "less.pt")
    for file, part in (("more.pt", "+h.0.lora.weight"), ("less.pt", "−h.1.mlp.c_fc.weight")):
        with pytest.raises(BadInput) as refusal:
            models.open_model(str(tmp_path / file), CPU)
        assert part in str(refusal.value)


@pytest.mark.parametrize("kind", ["text", "list", "stoi", "itos"])
def test_a_character_model_speaks_with_a_vocabulary_of_ones_own(kind: str, tmp_path: Path) -> None:
    """As nanoGPT numbers them: sorted(set(text))."""
    text = "hello, world! it is a small text.\n" * 3
    characters = sorted(set(text))
    config = Config(len(characters), 16, 3, 3, 48, bias=False, exact_gelu=True)
    torch.manual_seed(0)
    weights = GPT(config).state_dict()
    args = {"n_layer": 3, "n_head": 3, "n_embd": 48, "block_size": 16, "bias": False, "vocab_size": len(characters)}
    beside = {"model_args": args, "iter_num": 250, "best_val_loss": torch.tensor(1.47)}
    torch.save({"model": {f"_orig_mod.{n}": t for n, t in weights.items()}} | beside, tmp_path / "ckpt.pt")
    listed = {
        "list": characters,
        "stoi": {c: i for i, c in enumerate(characters)},
        "itos": {str(i): c for i, c in enumerate(characters)},
    }
    own = tmp_path / ("input.txt" if kind == "text" else "meta.json")
    own.write_text(text if kind == "text" else json.dumps(listed[kind]))
    (opened,) = models.open_with_progress(str(tmp_path / "ckpt.pt"), CPU, vocabulary_file=own)
    assert isinstance(opened, Checkpoint)
    assert opened.tokenizer.encode("small").tokens == [characters.index(c) for c in "small"]
    assert (opened.facts["steps"], "assumed" in opened.facts) == (250, False)
    said = about_file(opened, "en")
    assert said == ["Trained for 250 steps.", "Held-out loss: 1.47 nats per token."]
    (numbers,) = models.open_with_progress(str(tmp_path / "ckpt.pt"), CPU)
    assert "numbers" in about_file(numbers, "en")[-1]
    own.write_text("ab" if kind == "text" else '["a", "b"]')
    with pytest.raises(BadInput, match=f"2 characters, the model {len(characters)} tokens"):
        list(models.open_with_progress(str(tmp_path / "ckpt.pt"), CPU, vocabulary_file=own))


def test_a_vocabulary_that_is_none_is_refused(tmp_path: Path) -> None:
    for name, content, key in (
        ("meta.pkl", b"\x80\x04", "gpt.vocabulary_pickle"),
        ("a.json", b'["ab", "c"]', "gpt.vocabulary_none"),
        ("b.json", b'{"a": 0, "b": 7}', "gpt.vocabulary_none"),
        ("c.json", b"[" * 100_000, "gpt.vocabulary_none"),
        ("d.json", b'["a", "a"]', "gpt.vocabulary_none"),
        ("e.txt", b"", "gpt.text_empty"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput) as refusal:
            read_vocabulary(tmp_path / name)
        assert refusal.value.key == key, name


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
