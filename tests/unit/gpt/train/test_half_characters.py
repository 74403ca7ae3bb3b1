"""Half an emoji, as a field that cuts a text after so many characters leaves it, becomes U+FFFD when it arrives."""

from dataclasses import replace

from demos.gpt.models.checkpoint import to_bytes
from demos.gpt.train.shapes import PRESETS
from demos.gpt.train.trainer import Trainer

TEXT = ("the cat sat on it\n" * 60 + "ab\ud83d\n") * 2


def test_a_model_trained_on_half_a_character_can_be_saved() -> None:
    trainer = Trainer()
    trainer.start(TEXT, replace(PRESETS["pocket"], steps=1))
    *_, last = trainer.watch(0.05)
    assert last.state == "finished"
    checkpoint = trainer.checkpoint()
    assert checkpoint is not None
    assert to_bytes(checkpoint)
    assert checkpoint.tokenizer.encode("\ufffd").tokens
