"""Model folders as they are found: variants that answer, and broken or hostile ones, each refused for its own cause."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from demos.clip import data
from demos.clip.models import registry
from demos.common.errors import BadInput
from tests.clip_fixtures import tiny_clip

CPU = torch.device("cpu")
CONFIG, WEIGHTS, MERGES = "open_clip_config.json", "open_clip_model.safetensors", "bpe.txt.gz"

Edit = Callable[[Path], object]


@pytest.fixture(autouse=True)
def nothing_open() -> None:
    registry.CACHE.clear()


def opened(folder: Path) -> registry.Matcher:
    return registry.open_model(str(folder), CPU, offline=True)


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
TAKEN = {  # and what happens today
    "no weights": "a folder without weights answers with random ones",
    "not a number": "weights that are not numbers are taken, and every answer is NaN",
    "infinite scale": "a scale that is infinite is taken, and every answer is NaN",
}


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(
            edit,
            id=name,
            marks=pytest.mark.xfail(strict=True, raises=pytest.fail.Exception, reason=TAKEN[name])
            if name in TAKEN
            else (),
        )
        for name, edit in BAD.items()
    ],
)
def test_a_broken_folder_is_refused(edit: Edit, tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "model")
    edit(folder)
    with pytest.raises(BadInput) as refused:
        opened(folder)
    assert "model" in str(refused.value)
    assert refused.value.in_language("ko") != str(refused.value)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="one sentence stands for all that can be wrong in a folder"
)
def test_each_refusal_names_its_own_cause(tmp_path: Path) -> None:
    said = []
    for edit in (BAD["no configuration"], BAD["a weight missing"], BAD["another shape"], BAD["zero bytes"]):
        folder = tiny_clip(tmp_path / "model")
        edit(folder)
        with pytest.raises(BadInput) as refused:
            opened(folder)
        said.append(str(refused.value))
    assert len(set(said)) == len(said)


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


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(
            True,
            id="in the model's folder",
            marks=pytest.mark.xfail(
                strict=True, raises=AssertionError, reason="a folder may ask that its tokenizer's own code be run"
            ),
        ),
        pytest.param(False, id="elsewhere"),
    ],
)
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
