"""What a model's configuration may say: shapes, numbers and names from a list, nothing that reaches code or network.

`open_clip_config.json` comes from strangers, and open_clip does what it says: it asks a hub for the text tower or the
tokeniser that is named there, runs their code if told to, and builds a net of any size. So every field that is taken
stands here with the values it may have; any other field is refused by its name.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demos.common.errors import BadInput

CONFIG_FILE = "open_clip_config.json"
MOST_BYTES = 1 << 20  # of a configuration

Check = Callable[[Any], bool]


def whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def number(low: float, high: float) -> Check:
    return lambda value: type(value) in (int, float) and low <= value <= high


def one_of(*words: str | None) -> Check:
    return lambda value: (value is None or isinstance(value, str)) and value in words


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def list_of(check: Check, *lengths: int) -> Check:
    return lambda value: isinstance(value, list) and len(value) in lengths and all(map(check, value))


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def nothing(value: Any) -> bool:
    return value is None


def repository(value: Any) -> bool:
    """owner/name of a hub, or one of its oldest ones: a name alone."""
    return isinstance(value, str) and re.fullmatch(r"(\w[\w.-]{0,95}/)?\w[\w.-]{0,95}", value, re.ASCII) is not None


def timm_model(value: Any) -> bool:
    """A name on timm's own list: no path and no repository."""
    import timm

    return isinstance(value, str) and timm.is_model(value)


SIZE = whole(16, 1024)
LAYERS = whole(1, 64)
WIDTH = whole(1, 8192)
ATTENTION = ("qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc")
TRANSFORMER: dict[str, Check] = {
    "width": WIDTH,
    "mlp_ratio": number(0.1, 16),
    "ls_init_value": either(nothing, number(0, 1e3)),
    "final_ln_after_pool": flag,
    "output_tokens": flag,
    "norm_kwargs": lambda value: value is None or _fits(value, {"eps": number(1e-12, 1e-2)}),
    "act_kwargs": lambda value: value is None or _fits(value, {"approximate": one_of("none", "tanh")}),
    "block_type": one_of(None, "default", "custom"),
    **dict.fromkeys(ATTENTION, flag),
}
VISION: dict[str, Check] = {
    **TRANSFORMER,
    "layers": either(LAYERS, list_of(LAYERS, 4)),  # four for a ResNet
    "head_width": whole(1, 512),
    "patch_size": either(nothing, whole(1, 64)),
    "image_size": either(SIZE, list_of(SIZE, 2)),
    "patch_dropout": number(0, 1),
    "attentional_pool": either(flag, one_of("parallel", "cascade")),
    "attn_pooler_queries": whole(1, 1024),
    "attn_pooler_heads": whole(1, 64),
    "no_ln_pre": flag,
    "pos_embed_type": one_of("learnable", "sin_cos_2d"),
    "pool_type": one_of("tok", "avg", "none"),
    "timm_model_name": either(nothing, timm_model),
    "timm_model_pretrained": flag,  # never heeded: the weights are in the folder
    "timm_pool": one_of("avg", "abs_attn", "rot_attn", "map", "token", "max", "avgmax", ""),
    "timm_proj": one_of("linear", "mlp", "none", "", None),
    "timm_proj_bias": flag,
    "timm_drop": number(0, 1),
    "timm_drop_path": either(nothing, number(0, 1)),
}
TOKENIZER: dict[str, Check] = {
    "bpe_path": lambda value: isinstance(value, str) and re.fullmatch(r"[\w-][\w.-]{0,99}\.gz", value) is not None,
    "clean": one_of("lower", "whitespace", "canonicalize"),
    "strip_sep_token": flag,
}
TEXT: dict[str, Check] = {
    **TRANSFORMER,
    "context_length": whole(1, 1024),
    "vocab_size": whole(1, 1_000_000),
    "heads": whole(1, 128),
    "layers": LAYERS,
    "embed_cls": flag,
    "pad_id": whole(0, 1_000_000),
    "eos_id": whole(0, 1_000_000),
    "no_causal_mask": flag,
    "pool_type": one_of("first", "last", "argmax", "eos", "none"),
    "proj_bias": flag,
    "proj_type": one_of("linear", "none", None),
    "hf_tokenizer_name": either(one_of("", None), repository),
    "tokenizer_mode": one_of("", None, "clips"),
    "tokenizer_kwargs": lambda value: value is None or _fits(value, TOKENIZER),
}
CAPTIONS: dict[str, Check] = {
    **{name: TEXT[name] for name in ("context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio")},
    "ls_init_value": TEXT["ls_init_value"],
    "dim_head": whole(1, 512),
    "n_queries": whole(1, 1024),
    "attn_pooler_heads": whole(1, 64),
}
MODEL: dict[str, Check] = {
    "embed_dim": WIDTH,
    "quick_gelu": flag,
    "custom_text": flag,
    "init_logit_scale": number(-20, 20),
    "init_logit_bias": either(nothing, number(-1e3, 1e3)),
    "nonscalar_logit_scale": flag,
}
PARTS = {"vision_cfg": VISION, "text_cfg": TEXT, "multimodal_cfg": CAPTIONS}
PREPROCESS: dict[str, Check] = {
    "size": either(SIZE, list_of(SIZE, 1, 2)),
    "mode": one_of("RGB"),
    "mean": list_of(number(0, 1), 3),
    "std": list_of(number(1e-3, 1), 3),
    "interpolation": one_of("bicubic", "bilinear", "random"),
    "resize_mode": one_of("shortest", "longest", "squash"),
    "fill_color": whole(0, 255),
}


@dataclass(frozen=True)
class Configuration:
    """A configuration whose every field was checked: `model` for open_clip's nets, `preprocess` for its images."""

    model: dict[str, Any]
    preprocess: dict[str, Any]

    @property
    def text(self) -> dict[str, Any]:
        return dict(self.model["text_cfg"])

    @property
    def merges(self) -> str:
        """The file name of the tokeniser's own merges, "" if it uses open_clip's."""
        return str((self.text.get("tokenizer_kwargs") or {}).get("bpe_path", ""))

    @property
    def tokenizer_repository(self) -> str:
        """owner/name of a tokeniser that the transformers package reads, "" for open_clip's own."""
        return str(self.text.get("hf_tokenizer_name") or "")


def read(name: str, folder: Path) -> Configuration:
    """The configuration in `folder` of the model called `name`.

    Raises BadInput if there is none, it cannot be read, or a field is not one of those above or has another value.
    """
    file = folder / CONFIG_FILE
    if not file.is_file():
        raise BadInput("clip.no_configuration", name=name[:200], file=CONFIG_FILE)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError("too long")
        told = json.loads(file.read_text(encoding="utf-8"))
        model, preprocess = dict(told["model_cfg"]), dict(told.get("preprocess_cfg") or {})
        parts = {part: dict(model.pop(part)) for part in PARTS if part in model}
        if not {"vision_cfg", "text_cfg"} <= parts.keys():
            raise ValueError("a tower is missing")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("clip.unreadable_configuration", name=name[:200], file=CONFIG_FILE) from error
    _check(name, model, MODEL)
    for part, fields in parts.items():
        _check(name, fields, PARTS[part])
    _check(name, preprocess, PREPROCESS)
    if "embed_dim" not in model:
        raise BadInput("clip.unreadable_configuration", name=name[:200], file=CONFIG_FILE)
    if parts["vision_cfg"].get("timm_model_name"):
        parts["vision_cfg"]["timm_model_pretrained"] = False
    return Configuration(model | parts, preprocess)


def _check(name: str, fields: dict[str, Any], allowed: dict[str, Check]) -> None:
    for field, value in fields.items():
        if field not in allowed or not allowed[field](value):
            shown = json.dumps(value, ensure_ascii=False)[:60]
            raise BadInput("clip.field_refused", name=name[:200], field=field[:60], value=shown)


def _fits(value: Any, allowed: dict[str, Check]) -> bool:
    return isinstance(value, dict) and all(name in allowed and allowed[name](given) for name, given in value.items())
