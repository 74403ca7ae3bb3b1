"""Models made elsewhere give the logits and the text that they give where they come from."""

import gc
import json
import math
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch.utils._python_dispatch import TorchDispatchMode

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel

from demos.common.errors import BadInput
from demos.common.models.hub import Download
from demos.gpt.models import loading as models
from demos.gpt.models.checkpoint import Checkpoint, load, save
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling, sample
from demos.gpt.tokenizer import END_OF_TEXT, BytePairTokenizer
from tests.hub_fixtures import Hub, serve

CPU = torch.device("cpu")
TEXT = "the cat sat on the mat, 고양이가 매트에 앉았다.\n"
LAYERS, HEADS, WIDTH, BLOCK = 2, 4, 32, 24


@pytest.fixture(scope="module")
def tokenizer() -> BytePairTokenizer:
    return BytePairTokenizer.learn([TEXT] * 10, 280)


@pytest.fixture(scope="module")
def theirs() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    sizes = {"n_positions": BLOCK, "n_layer": LAYERS, "n_head": HEADS, "n_embd": WIDTH}
    model = GPT2LMHeadModel(GPT2Config(vocab_size=281, bos_token_id=280, eos_token_id=280, **sizes)).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    return model


@pytest.fixture
def repository(theirs: GPT2LMHeadModel, tokenizer: BytePairTokenizer, tmp_path: Path) -> Path:
    """A GPT-2 as it lies on the hub, with the tokenizer in OpenAI's two files."""
    folder = tmp_path / "served"
    theirs.save_pretrained(folder)
    model = tokenizer.to_json()["tokenizer"]["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"] | {END_OF_TEXT: 280}), encoding="utf-8")
    merges = "#version: 0.2\n" + "\n".join(" ".join(merge) for merge in model["merges"]) + "\n"
    (folder / "merges.txt").write_text(merges, encoding="utf-8")
    return folder


def forget() -> None:
    """No model from the hub is in memory."""
    models._opened.clear()


@pytest.fixture
def served(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    monkeypatch.setenv("GLASSBOX_CACHE", str(tmp_path / "cache"))
    forget()
    with serve(repository) as (address, handler):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield handler
    forget()


@torch.no_grad()
def same_logits(ours: Checkpoint, theirs: nn.Module, size: int) -> None:
    tokens = torch.randint(size, (2, BLOCK), generator=torch.Generator().manual_seed(4))
    expected = theirs(tokens)
    expected = getattr(expected, "logits", expected)
    assert expected.std() > 0.5
    torch.testing.assert_close(ours.model(tokens), expected[..., :size], atol=1e-4, rtol=1e-4)


def test_a_gpt2_from_the_hub_is_the_same_model(served: type[Hub], theirs: GPT2LMHeadModel) -> None:
    events = list(models.open_with_progress("hf-hub:owner/name", CPU))
    assert any(isinstance(event, Download) and event.received == event.total for event in events)
    checkpoint = events[-1]
    assert isinstance(checkpoint, Checkpoint)
    same_logits(checkpoint, theirs, 281)
    assert models.open_model("hf-hub:owner/name", CPU) is checkpoint
    forget()
    same_logits(models.open_model("hf-hub:owner/name", CPU, offline=True), theirs, 281)


def test_a_model_that_somebody_works_with_is_not_read_a_second_time(served: type[Hub]) -> None:
    checkpoint = models.open_model("hf-hub:owner/name", CPU)
    models._opened._latest.clear()  # as others push it out
    assert models.open_model("hf-hub:owner/name", CPU) is checkpoint
    model = ref(checkpoint.model)
    models._opened._latest.clear()
    del checkpoint
    gc.collect()
    assert model() is None  # nobody works with it any longer


def test_its_tokens_are_those_of_transformers(served: type[Hub]) -> None:
    ours = models.open_model("hf-hub:owner/name", CPU).tokenizer
    their_tokenizer = AutoTokenizer.from_pretrained(served.folder)
    for text in (TEXT, "", "  two  spaces", "뷁 👩‍🚀", f"{END_OF_TEXT}the"):
        assert ours.encode(text).tokens == their_tokenizer(text)["input_ids"]
        assert ours.decode(ours.encode(text).tokens) == text


def test_it_writes_what_transformers_writes(served: type[Hub], theirs: GPT2LMHeadModel) -> None:
    ours = models.open_model("hf-hub:owner/name", CPU)
    prompt = [5, 77, 200, 3]
    greedy = theirs.generate(
        torch.tensor([prompt]), max_new_tokens=20, do_sample=False, pad_token_id=280, eos_token_id=None
    )
    written = [each.token for each in sample(ours.model, prompt, Sampling(max_tokens=20, temperature=0))]
    assert written == greedy[0, 4:].tolist()
    penalty = theirs.generate(
        torch.tensor([prompt]),
        max_new_tokens=20,
        do_sample=False,
        pad_token_id=280,
        eos_token_id=None,
        repetition_penalty=1.7,
    )
    sampling = Sampling(max_tokens=20, temperature=0, repetition_penalty=1.7)
    penalised = [each.token for each in sample(ours.model, prompt, sampling)]
    assert penalised == penalty[0, 4:].tolist() != written
    # Any prompt can be written on, the empty one after the end of another text.
    assert len(list(write(ours, prepare(ours, ""), Sampling(max_tokens=5)))) == 5


def test_a_folder_is_opened_as_well(repository: Path, theirs: GPT2LMHeadModel) -> None:
    same_logits(models.open_model(str(repository), CPU), theirs, 281)


def test_an_imported_model_can_be_kept_as_ours(repository: Path, theirs: GPT2LMHeadModel, tmp_path: Path) -> None:
    save(models.open_model(str(repository), CPU), tmp_path / "kept.safetensors")
    kept = load(str(tmp_path / "kept.safetensors"))
    same_logits(kept, theirs, 281)
    assert kept.tokenizer.decode(kept.tokenizer.encode(TEXT).tokens) == TEXT


@pytest.mark.parametrize(
    ("name", "offline", "key"),
    [
        ("gpt2-xl", True, "gpt.offline"),
        ("hf-hub:owner/other", False, "gpt.not_on_hub"),
        ("hf-hub:no/such/thing", False, "gpt.model_missing"),
        ("no-such-model", False, "gpt.model_missing"),
    ],
)
def test_a_model_that_cannot_be_had_is_one_sentence(served: type[Hub], name: str, offline: bool, key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        models.open_model(name, CPU, offline)
    assert refusal.value.key == key


def test_a_model_of_another_kind_is_named(served: type[Hub]) -> None:
    served.folder.joinpath("config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    with pytest.raises(BadInput, match="llama"):
        models.open_model("hf-hub:owner/name", CPU)


class NanoGPT(nn.Module):
    """The forward pass of nanoGPT's (exact GELU, no biases, tied head) or minGPT's model (tanh GELU, own head), written
    down from their model.py."""

    def __init__(self, nano: bool) -> None:
        super().__init__()
        bias, self.approximate = not nano, "none" if nano else "tanh"
        block = {
            "ln_1": nn.LayerNorm(WIDTH, bias=bias),
            "attn": nn.ModuleDict(
                {"c_attn": nn.Linear(WIDTH, 3 * WIDTH, bias=bias), "c_proj": nn.Linear(WIDTH, WIDTH, bias=bias)}
            ),
            "ln_2": nn.LayerNorm(WIDTH, bias=bias),
            "mlp": nn.ModuleDict(
                {"c_fc": nn.Linear(WIDTH, 4 * WIDTH, bias=bias), "c_proj": nn.Linear(4 * WIDTH, WIDTH, bias=bias)}
            ),
        }
        import copy

        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(192, WIDTH),
                "wpe": nn.Embedding(BLOCK, WIDTH),
                "h": nn.ModuleList(nn.ModuleDict(copy.deepcopy(block)) for _ in range(LAYERS)),
                "ln_f": nn.LayerNorm(WIDTH, bias=bias),
            }
        )
        self.lm_head = nn.Linear(WIDTH, 192, bias=False)
        if nano:
            self.lm_head.weight = self.transformer["wte"].weight
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.3)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        t = self.transformer
        x = t["wte"](tokens) + t["wpe"](torch.arange(tokens.size(1)))
        for h in t["h"]:
            q, k, v = h["attn"]["c_attn"](h["ln_1"](x)).split(WIDTH, dim=2)
            q, k, v = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in (q, k, v))
            scores = (q @ k.transpose(-2, -1)) / math.sqrt(k.size(-1))
            scores = scores.masked_fill(~torch.ones(tokens.size(1), tokens.size(1)).tril().bool(), -math.inf)
            x = x + h["attn"]["c_proj"]((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))
            inner = F.gelu(h["mlp"]["c_fc"](h["ln_2"](x)), approximate=self.approximate)
            x = x + h["mlp"]["c_proj"](inner)
        return self.lm_head(t["ln_f"](x))


@pytest.fixture(params=["nanogpt", "compiled", "mingpt", "safetensors"])
def file_and_model(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, NanoGPT]:
    torch.manual_seed(5)
    model = NanoGPT(nano=request.param != "mingpt").eval()
    weights = model.state_dict()
    sizes = {"n_layer": LAYERS, "n_head": HEADS, "n_embd": WIDTH, "block_size": BLOCK, "bias": False, "vocab_size": 192}
    file = tmp_path / "ckpt.pt"
    if request.param in ("nanogpt", "compiled"):
        prefix = "_orig_mod." if request.param == "compiled" else ""
        renamed = {prefix + name: tensor for name, tensor in weights.items()}
        torch.save(
            {"model": renamed, "model_args": sizes, "iter_num": 5, "best_val_loss": torch.tensor(1.0), "config": {}},
            file,
        )
    elif request.param == "mingpt":
        weights |= {f"transformer.h.{i}.attn.bias": torch.ones(1, 1, BLOCK, BLOCK).tril() for i in range(LAYERS)}
        torch.save(weights, file)
    else:
        file = tmp_path / "ckpt.safetensors"
        save_file({name: tensor.clone() for name, tensor in weights.items()}, file)
    return file, model


def test_a_checkpoint_file_gives_the_logits_of_its_maker(file_and_model: tuple[Path, NanoGPT]) -> None:
    file, model = file_and_model
    ours = models.open_model(str(file), CPU, heads=HEADS)
    same_logits(ours, model, 192)
    assert ours.facts["assumed"] == "numbers"
    assert ours.tokenizer.decode([17, 3]) == "17 3 "
    sized = models.open_model(str(file), CPU, heads=HEADS, vocabulary="shakespeare")
    assert sized.facts["assumed"] == "numbers"  # 65 characters are too few for 192 tokens


def test_the_vocabulary_can_be_picked(tmp_path: Path) -> None:
    torch.manual_seed(5)
    model = NanoGPT(nano=False).eval()
    weights = {
        name: t[:65] if t.size(0) == 192 and t.ndim == 2 and name.endswith(("wte.weight", "lm_head.weight")) else t
        for name, t in model.state_dict().items()
    }
    torch.save(weights, tmp_path / "shakespeare.pt")
    ours = models.open_model(str(tmp_path / "shakespeare.pt"), CPU, heads=HEADS, vocabulary="shakespeare")
    assert prepare(ours, "ROMEO:").text == "ROMEO:"
    assert len("".join(piece.text for piece in write(ours, prepare(ours, "R"), Sampling(max_tokens=9)))) == 9


def test_a_file_is_read_once_for_all_who_say_the_same_of_it_and_anew_once_it_changed(
    file_and_model: tuple[Path, NanoGPT],
) -> None:
    file, _ = file_and_model
    before = models.open_model(str(file), CPU, heads=HEADS)
    assert models.open_model(str(file), CPU, heads=HEADS) is before
    with_two = models.open_model(str(file), CPU, heads=2)
    content = load_file(file) if file.suffix == ".safetensors" else torch.load(file, weights_only=True)
    assert with_two.model.config.heads == (HEADS if "model_args" in content else 2)  # what the file says counts
    weights = content.get("model", content)
    weights |= {name: 2 * tensor for name, tensor in weights.items() if "c_fc" in name}
    (save_file if file.suffix == ".safetensors" else torch.save)(content, file)
    after = models.open_model(str(file), CPU, heads=HEADS)
    layer = "transformer.h.1.mlp.c_fc.weight"
    assert torch.equal(after.model.state_dict()[layer], 2 * before.model.state_dict()[layer])


def test_heads_that_nobody_knows_are_asked_for(tmp_path: Path) -> None:
    torch.save(NanoGPT(nano=False).state_dict(), tmp_path / "own.pt")
    with pytest.raises(BadInput) as refusal:
        models.open_model(str(tmp_path / "own.pt"), CPU)
    assert refusal.value.key == "gpt.heads_unknown"


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple:
        return Path.touch, (Path("sprung"),)


def test_no_pickle_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"model": Trap()}, "trap.pt")
    Path("trap2.pt").write_bytes(pickle.dumps(Trap()))
    Path("rubbish.pt").write_bytes(b"rubbish")
    Path("empty.pt").write_bytes(b"")
    torch.save({"model": {"a": 1}}, "other.pt")
    torch.save({"weight": torch.ones(3)}, "stranger.pt")
    for file in Path().glob("*.pt"):
        with pytest.raises(BadInput) as refusal:
            models.open_model(str(file), CPU, heads=1)
        cause = {"other.pt": "gpt.imported_no_weights", "stranger.pt": "gpt.imported_names"}
        assert refusal.value.key == cause.get(file.name, "gpt.imported_unreadable"), file
    assert not Path("sprung").exists()


class Largest(TorchDispatchMode):
    """Sees every tensor that is made, and keeps the size in bytes of the largest that takes memory."""

    size = 0

    def __torch_dispatch__(self, make: Any, types: Any, arguments: Any = (), named: Any = None) -> Any:
        made = make(*arguments, **(named or {}))
        for tensor in made if isinstance(made, tuple | list) else [made]:
            if isinstance(tensor, torch.Tensor) and tensor.device.type == "cpu" and tensor.layout == torch.strided:
                self.size = max(self.size, tensor.untyped_storage().nbytes())
        return made


@pytest.mark.parametrize(
    "name_and_weights",
    [
        ("many_from_one.pt", {"wte.weight": torch.zeros(1, dtype=torch.half).expand(20_000, 600)}),
        ("a_row_for_all.pt", {"wte.weight": torch.zeros(600, dtype=torch.half).expand(20_000, 600)}),
        ("wide.pt", {"wte.weight": torch.zeros(1, 2_000)}),
        ("wide.safetensors", {"wte.weight": torch.zeros(1, 2_000)}),
        ("sparse.pt", {"wte.weight": torch.zeros(3, 6).to_sparse()}),
        ("nothing.pt", {"wte.weight": torch.zeros(20_000, 600, device="meta")}),
        ("empty.pt", {"wte.weight": torch.zeros(2**31, 0)}),
    ],
    ids=lambda pair: pair[0],
)
def test_a_small_file_that_claims_much_is_refused_before_it_takes_memory(
    name_and_weights: tuple[str, dict], tmp_path: Path
) -> None:
    name, weights = name_and_weights
    file = tmp_path / name
    width = weights["wte.weight"].size(-1)
    weights |= {"wpe.weight": torch.zeros(2, width), "h.0.attn.c_attn.weight": torch.zeros(2, 6)}
    (save_file if name.endswith(".safetensors") else torch.save)(weights, file)
    assert file.stat().st_size < 60_000
    with Largest() as largest, pytest.raises(BadInput) as refusal:
        models.open_model(str(file), CPU, heads=1)
    whole = name.startswith(("wide", "empty"))  # its tensors are what they claim, but do not make a GPT-2
    assert refusal.value.key == ("gpt.imported_parts" if whole else "gpt.imported_unreadable")
    assert largest.size < 100_000


def test_a_folder_whose_weights_changed_is_read_anew(repository: Path) -> None:
    before = models.open_model(str(repository), CPU)
    assert models.open_model(str(repository), CPU) is before
    file = repository / "model.safetensors"
    tensors = {name: 2 * tensor for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file, {"format": "pt"})
    after = models.open_model(str(repository), CPU)
    assert after is not before
    assert not torch.equal(after.model.transformer.wpe.weight, before.model.transformer.wpe.weight)
