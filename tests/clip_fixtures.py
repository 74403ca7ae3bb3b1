"""Images as visitors have them, good and bad, and a tiny random CLIP in open_clip's format."""

import gzip
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

CONFIG = {
    "model_cfg": {
        "embed_dim": 24,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "patch_size": 8, "head_width": 16},
        "text_cfg": {
            "context_length": 24,
            "vocab_size": 1000,
            "width": 32,
            "heads": 2,
            "layers": 2,
            "tokenizer_kwargs": {"bpe_path": "bpe.txt.gz"},
        },
    },
    "preprocess_cfg": {"size": 32, "interpolation": "bicubic", "resize_mode": "shortest"},
}


def tiny_clip(folder: Path, seed: int = 0) -> Path:
    """A model folder with random weights: `open_clip_config.json`, safetensors and a short tokeniser."""
    import demos.common.models.torchvision_guard  # noqa: F401, I001
    import open_clip
    import torch
    from open_clip.tokenizer import default_bpe
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG))
    with gzip.open(default_bpe()) as whole, gzip.open(folder / "bpe.txt.gz", "wb") as cut:
        cut.write(b"\n".join(whole.read().split(b"\n")[: 1 + 1000 - 514]))
    torch.manual_seed(seed)
    model = open_clip.model.CLIP(
        CONFIG["model_cfg"]["embed_dim"], CONFIG["model_cfg"]["vision_cfg"], _text_only(CONFIG["model_cfg"]["text_cfg"])
    )
    save_file(
        {name: value.contiguous() for name, value in model.state_dict().items()}, folder / "open_clip_model.safetensors"
    )
    return folder


def _text_only(settings: dict) -> dict:
    return {name: value for name, value in settings.items() if name != "tokenizer_kwargs"}


def photo(file: Path, seed: int = 0, size: tuple[int, int] = (120, 90)) -> Path:
    """Smooth random colours: something every decoder takes."""
    small = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(file)
    return file


def unit_vectors(count: int, dimensions: int, seed: int = 0) -> np.ndarray:
    """Random vectors of length one, (count, dimensions) float32."""
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def huge_png(file: Path, side: int = 20_000, whole: bool = False) -> Path:
    """A black PNG of side × side pixels, a few hundred kilobytes long; unless `whole`, only its first line is there."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(1)
    line = b"\0" + bytes(side)
    rows = b"".join(packer.compress(line) for _ in range(side if whole else 1)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return file


def bad_files(folder: Path) -> dict[str, Path]:
    """By what is wrong with it."""
    whole = photo(folder / "whole.jpg", size=(400, 300)).read_bytes()
    files = {
        "empty": b"",
        "text.jpg": b"This is no image.",
        "cut.jpg": whole[: len(whole) // 2],
        "cut_early.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "whole.jpg").unlink()
    return {name: folder / name for name in files} | {"huge.png": huge_png(folder / "huge.png")}


def tiny_siglip(folder: Path, seed: int = 0) -> Path:
    """A model folder as SigLIP's (Zhai et al. 2023): trained by sigmoids, so with a bias; random weights."""
    import demos.common.models.torchvision_guard  # noqa: F401, I001
    import open_clip
    import torch
    from safetensors.torch import save_file

    tiny_clip(folder, seed)
    settings = json.loads((folder / "open_clip_config.json").read_text())
    settings["model_cfg"] |= {"custom_text": True, "init_logit_scale": 2.3, "init_logit_bias": -1.5}
    settings["model_cfg"]["text_cfg"] |= {"no_causal_mask": True, "pool_type": "last", "proj_bias": True}
    (folder / "open_clip_config.json").write_text(json.dumps(settings))
    torch.manual_seed(seed)
    told = {name: value for name, value in settings["model_cfg"].items() if name != "custom_text"}
    model = open_clip.CustomTextCLIP(**told | {"text_cfg": _text_only(told["text_cfg"])})
    save_file(
        {name: value.contiguous() for name, value in model.state_dict().items()}, folder / "open_clip_model.safetensors"
    )
    return folder
