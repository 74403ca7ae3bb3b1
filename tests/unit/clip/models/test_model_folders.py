"""Model folders as they are found: variants that answer, and broken or hostile ones, each refused for its own cause."""

import gzip
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip
from safetensors.torch import load_file, save_file

from demos.clip import data
from demos.clip.models import configuration, registry
from demos.clip.models.folder import MOST_MERGES
from demos.common.errors import BadInput
from tests.clip_fixtures import tiny_clip

CPU = torch.device("cpu")
CONFIG, WEIGHTS, MERGES = "open_clip_config.json", "open_clip_model.safetensors", "bpe.txt.gz"

Edit = Callable[[Path], object]


@pytest.fixture(autouse=True)
def nothing_open() -> None:
    registry.CACHE.clear()


def opened(folder: Path) -> registry.Matcher:
    return registry.open_model(str(folder), CPU, offline=True, local=True)


def configured(change: Callable[[dict[str, Any]], object]) -> Edit:
    """The same model with another configuration."""

    def edit(folder: Path) -> None:
        settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        change(settings)
        (folder / CONFIG).write_text(json.dumps(settings), encoding="utf-8")

    return edit


def weighted(change: Callable[[dict[str, torch.Tensor]], object]) -> Edit:
    """The same model with other weights."""

    def edit(folder: Path) -> None:
        weights = load_file(folder / WEIGHTS)
        change(weights)
        save_file(weights, folder / WEIGHTS)

    return edit


def without(name: str) -> Edit:
    return lambda folder: (folder / name).unlink()


def as_pickle(folder: Path) -> None:
    torch.save(load_file(folder / WEIGHTS), folder / "open_clip_pytorch_model.bin")
    (folder / WEIGHTS).unlink()


GOOD: dict[str, Edit] = {
    "as it is": lambda folder: None,
    "size as a pair": configured(lambda settings: settings["preprocess_cfg"].update(size=[32, 32])),
    "squashed": configured(lambda settings: settings["preprocess_cfg"].update(resize_mode="squash")),
    "by the longest side": configured(lambda settings: settings["preprocess_cfg"].update(resize_mode="longest")),
    "no preprocessing told": configured(lambda settings: settings.pop("preprocess_cfg")),
    "weights as tensors in a .bin": as_pickle,
}


@pytest.mark.parametrize("edit", GOOD.values(), ids=GOOD)
def test_a_variant_of_a_good_model_answers(edit: Edit, tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "사진 모델 🦊")
    edit(folder)
    Image.new("RGB", (50, 40), "red").save(tmp_path / "red.png")
    (scores,) = opened(folder).match([data.read(tmp_path / "red.png")], ["a cat", "a dog"], ("{}",))
    assert sum(score.probability for score in scores) == pytest.approx(1, abs=1e-5)


NOT_A_NUMBER, INFINITE_SCALE = (
    weighted(lambda weights: weights["visual.proj"].fill_(torch.nan)),
    weighted(lambda weights: weights["logit_scale"].fill_(100.0)),  # e¹⁰⁰ is more than a float32 holds
)
BAD: dict[str, Edit] = {
    "no weights": without(WEIGHTS),
    "no configuration": without(CONFIG),
    "no merges": without(MERGES),
    "not a number": NOT_A_NUMBER,
    "infinite scale": INFINITE_SCALE,
    "a weight missing": weighted(lambda weights: weights.pop("text_projection")),
    "a weight too many": weighted(lambda weights: weights.__setitem__("more", torch.zeros(3))),
    "another shape": weighted(lambda weights: weights.__setitem__("text_projection", torch.zeros(3, 3))),
    "cut off": lambda folder: (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:5000]),
    "zero bytes": lambda folder: (folder / WEIGHTS).write_bytes(b""),
    "broken JSON": lambda folder: (folder / CONFIG).write_text("{"),
}


@pytest.mark.parametrize("edit", BAD.values(), ids=BAD)
def test_a_broken_folder_is_refused(edit: Edit, tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "model")
    edit(folder)
    with pytest.raises(BadInput) as refused:
        opened(folder)
    assert "model" in str(refused.value)
    assert refused.value.in_language("ko") != str(refused.value)


def test_each_refusal_names_its_own_cause(tmp_path: Path) -> None:
    said = {}
    for name, edit in BAD.items():
        folder = tiny_clip(tmp_path / "model")
        edit(folder)
        with pytest.raises(BadInput) as refused:
            opened(folder)
        said[name] = str(refused.value)
    assert said.pop("cut off") == said["zero bytes"]
    assert len(set(said.values())) == len(said), said


HOSTILE: dict[str, tuple[str, dict[str, Any]]] = {
    "a text tower of the hub": ("text_cfg", {"hf_model_name": "xlm-roberta-base"}),
    "code of a tokeniser": ("text_cfg", {"tokenizer_kwargs": {"trust_remote_code": True}}),
    "a tokeniser's cache": ("text_cfg", {"tokenizer_kwargs": {"cache_dir": "/tmp"}}),
    "merges elsewhere": ("text_cfg", {"tokenizer_kwargs": {"bpe_path": "../../../etc/passwd"}}),
    "a tokeniser's path": ("text_cfg", {"hf_tokenizer_name": "/etc/tokenizer"}),
    "an image tower of the hub": ("vision_cfg", {"timm_model_name": "hf-hub:someone/something"}),
    "an image tower's path": ("vision_cfg", {"timm_model_name": "local-dir:/tmp"}),
    "no end of layers": ("vision_cfg", {"layers": 10**9}),
    "a width without a bound": ("text_cfg", {"width": 10**6}),
    "a table without a bound": ("text_cfg", {"vocab_size": 10**10}),
    "a picture without a bound": ("vision_cfg", {"image_size": 100_000}),
    "a truth value as a number": ("text_cfg", {"layers": True}),
    "no number": ("text_cfg", {"mlp_ratio": float("nan")}),
    "an unknown field": ("text_cfg", {"os": "system"}),
}


@pytest.mark.parametrize(("part", "fields"), HOSTILE.values(), ids=HOSTILE)
def test_a_field_that_is_not_on_the_list_is_refused_by_its_name(
    part: str, fields: dict[str, Any], tmp_path: Path
) -> None:
    folder = tiny_clip(tmp_path / "model")
    configured(lambda settings: settings["model_cfg"][part].update(fields))(folder)
    with pytest.raises(BadInput) as refused:
        opened(folder)
    assert refused.value.key == "clip.field_refused"
    assert next(iter(fields)) in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_large_net_is_refused_before_it_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """8,192 wide and 64 deep, each allowed by itself, would be fifty thousand million numbers."""
    folder = tiny_clip(tmp_path / "model")
    configured(lambda settings: settings["model_cfg"]["text_cfg"].update(width=8192, layers=64))(folder)
    monkeypatch.setattr("demos.clip.models.folder._weights", None)
    with pytest.raises(BadInput) as refused:
        opened(folder)
    assert refused.value.key == "clip.too_large"


def test_merges_that_unpack_to_more_than_a_tokeniser_needs_are_refused(tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "model")
    (folder / MERGES).write_bytes(gzip.compress(bytes(MOST_MERGES + 1)))
    with pytest.raises(BadInput) as refused:
        opened(folder)
    assert refused.value.key == "clip.no_tokenizer"


def test_every_configuration_that_open_clip_carries_passes_but_those_with_a_text_tower_of_the_hub(
    tmp_path: Path,
) -> None:
    for name in open_clip.list_models():
        settings = open_clip.get_model_config(name)
        (tmp_path / CONFIG).write_text(json.dumps({"model_cfg": settings}), encoding="utf-8")
        if "hf_model_name" in settings["text_cfg"]:
            with pytest.raises(BadInput, match="hf_model_name"):
                configuration.read(name, tmp_path)
        else:
            assert configuration.read(name, tmp_path).model["embed_dim"] == settings["embed_dim"]


def test_the_same_vectors_as_open_clips_own_loading(tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "model")
    mine = opened(folder)
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    image = Image.effect_noise((70, 50), 90).convert("RGB")
    assert str(mine.preprocess) == str(preprocess)
    with torch.inference_mode():
        torch.testing.assert_close(
            mine.model.encode_image(mine.preprocess(image)[None]), model.eval().encode_image(preprocess(image)[None])
        )
        tokens = mine.tokenizer(["a cat", "a dog on the grass"])
        torch.testing.assert_close(mine.model.encode_text(tokens), model.encode_text(tokens))


class Trap:
    """Runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.mark),)


def test_no_pickle_runs(tmp_path: Path) -> None:
    folder, mark = tiny_clip(tmp_path / "model"), tmp_path / "ran"
    (folder / WEIGHTS).unlink()
    for write in (torch.save, lambda trap, file: file.write_bytes(pickle.dumps(trap))):
        write({"x": Trap(mark)}, folder / "open_clip_pytorch_model.bin")
        with pytest.raises(BadInput):
            opened(folder)
    assert not mark.exists()


@pytest.mark.parametrize("beside", [True, False], ids=["in the model's folder", "elsewhere"])
def test_no_code_of_a_tokenizer_runs(beside: bool, tmp_path: Path) -> None:
    folder, mark = tiny_clip(tmp_path / "model"), tmp_path / "ran"
    place = folder if beside else tmp_path / "tokenizer"
    options = {"trust_remote_code": True, "use_fast": False}
    told = {"hf_tokenizer_name": "any/name" if beside else str(place), "tokenizer_kwargs": options}
    configured(lambda settings: settings["model_cfg"]["text_cfg"].update(told))(folder)
    place.mkdir(exist_ok=True)
    code = f"import os\nfrom transformers import PreTrainedTokenizer\nos.mkdir({str(mark)!r})\n"
    (place / "tok.py").write_text(code + "class Tok(PreTrainedTokenizer):\n    pass\n")
    (place / "config.json").write_text('{"model_type": "x"}')
    named = {"tokenizer_class": "Tok", "auto_map": {"AutoTokenizer": ["tok.Tok", None]}}
    (place / "tokenizer_config.json").write_text(json.dumps(named))
    with pytest.raises(BadInput):
        opened(folder)
    assert not mark.exists()
