"""The lesson "Train one yourself": sums, trained as its button trains them."""

from dataclasses import replace

import pytest
import torch

from demos.gpt.train.shapes import PRESETS
from demos.gpt.train.texts import EXAMPLES
from demos.gpt.train.trainer import Trainer


@pytest.mark.soak
def test_the_lessons_model_adds_sums_it_never_saw() -> None:
    example = EXAMPLES["sums"]
    text = example.text
    trainer = Trainer()
    shape = replace(PRESETS[example.preset], steps=example.steps)
    trainer.start(text, shape, prompt=example.prompt, reads=example.reads)
    *_, last = trainer.watch(0.5)
    assert last.state == "finished"
    checkpoint = trainer.checkpoint()
    assert checkpoint is not None
    held_out = text[int(0.9 * len(text)) :].splitlines()[1:401]  # the first one may be cut
    encode = checkpoint.tokenizer.encode
    right = 0
    with torch.inference_mode():
        for line in held_out:
            before = len(encode(line[:6]).tokens)
            tokens = torch.tensor(encode(f"{line}\n").tokens)  # each character a token: "27+45=270" and its end
            likeliest = checkpoint.model(tokens[None, :-1])[0].argmax(-1)
            right += bool((likeliest[before - 1 :] == tokens[before:]).all())
    assert len(held_out) == 400
    assert right >= 380
    shares = {answers.kind: answers.share for answers in last.samples[-1].answers}
    assert min(shares.values()) >= 0.95  # those with a carry too
    first = {
        kind: next(s.step for s in last.samples for a in s.answers if a.kind == kind and a.share >= 0.5)
        for kind in shares
    }
    assert first["plain"] <= first["carry"]  # carrying comes last
