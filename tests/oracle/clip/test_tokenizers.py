"""A tokeniser from tokenizer.json, read without the transformers package, against open_clip's reading of it with it."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
from open_clip.tokenizer import HFTokenizer

from demos.clip.models.json_tokenizer import JsonTokenizer

TEXTS = [
    "a photo of a dog",
    "사자 사진",
    "A  Red\tBus!",
    "",
    "a very long guess that has far more words than this small model reads of it, and goes on",
    "exactly six words are in here",
]
NAMES = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "bos_token": "[BOS]", "eos_token": "[EOS]"}


def stored(folder: Path, ends: str = "[CLS] $A [SEP]", **settings: Any) -> Path:
    """A small byte-level tokeniser, as the transformers package stores it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    special = [*NAMES.values()]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(TEXTS, trainer)
    numbers = [(token, tokenizer.token_to_id(token)) for token in special]
    tokenizer.post_processor = processors.TemplateProcessing(single=ends, special_tokens=numbers)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **NAMES, **settings).save_pretrained(folder)
    assert (folder / "tokenizer.json").is_file()
    return folder


@pytest.mark.parametrize("length", [12, 24])
@pytest.mark.parametrize(
    ("ends", "settings", "options"),
    [
        ("[CLS] $A [SEP]", {}, {}),
        ("$A [EOS]", {}, {"clean": "canonicalize"}),
        ("$A", {"padding_side": "left"}, {"clean": "lower"}),
        ("$A [SEP]", {"truncation_side": "left"}, {}),
        ("[CLS] $A [SEP]", {}, {"strip_sep_token": True}),
        ("[CLS] $A [SEP]", {}, {"tokenizer_mode": "clips"}),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else value,
)
def test_tokens_are_those_of_open_clip(ends: str, settings: dict, options: dict, length: int, tmp_path: Path) -> None:
    folder = stored(tmp_path, ends, **settings)
    theirs = HFTokenizer(str(folder), length, **options)
    ours = JsonTokenizer(folder, length, **options)
    torch.testing.assert_close(ours(TEXTS), theirs(TEXTS))
    for text in TEXTS:
        longer = (
            HFTokenizer(str(folder), 500, **options).tokenizer(ours.clean(text), add_special_tokens=False).input_ids
        )
        marks = 3 if options.get("tokenizer_mode") else ends.count("[")
        assert ours.cuts(text) is (len(longer) + marks > length), text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "tokenizer.json").write_text("{}"),
        lambda folder: (folder / "tokenizer.json").write_text("no JSON"),
        lambda folder: (folder / "tokenizer_config.json").write_text("[]"),
        lambda folder: (folder / "tokenizer_config.json").write_text('{"padding_side": "up", "pad_token": "[PAD]"}'),
        lambda folder: [file.unlink() for file in folder.iterdir() if file.name != "tokenizer.json"],
    ],
)
def test_what_is_no_tokeniser_is_refused(spoil: Any, tmp_path: Path) -> None:
    stored(tmp_path)
    spoil(tmp_path)
    with pytest.raises((ValueError, TypeError)):
        JsonTokenizer(tmp_path, 12)
