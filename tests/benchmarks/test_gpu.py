"""What a GPU is for, on the GPU, each beside its peer there. Seconds by the clock, once the GPU is done."""

import math
import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn import functional as F

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.clip import data
from demos.clip.models import registry
from demos.common.device import select_device
from demos.gpt.learn import Recipe, Training
from demos.gpt.model import from_gpt2
from demos.gpt.sample import Sampling, sample
from demos.gpt.train.shapes import PRESETS
from tests.benchmarks.figures import figure
from tests.clip_fixtures import photo

pytestmark = pytest.mark.gpu
PROMPT, WRITTEN, BATCH, IMAGES = list(range(1000, 1256)), 32, 8, 64


@pytest.fixture
def device() -> torch.device:
    return select_device("cuda")


@pytest.fixture
def clock(device: torch.device) -> Callable[[], float]:
    def now() -> float:
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    return now


def test_gpt2_writes(benchmark: Any, in_turn: Callable, device: torch.device, clock: Callable) -> None:
    theirs = GPT2LMHeadModel(GPT2Config()).eval()
    ours = from_gpt2(theirs.state_dict(), heads=12).requires_grad_(False).to(device)
    theirs = theirs.to(device)
    prompt = torch.tensor([PROMPT], device=device)
    options: dict[str, Any] = {"do_sample": False, "pad_token_id": 0, "eos_token_id": None}
    ways = {
        "ours": lambda: list(sample(ours, PROMPT, Sampling(max_tokens=WRITTEN, temperature=0))),
        "theirs": lambda: theirs.generate(prompt, max_new_tokens=WRITTEN, **options),
    }
    seconds = in_turn(ways, clock=clock)
    figure(
        benchmark,
        what=f"GPT-2 (124 M) reads {len(PROMPT)} tokens and writes {WRITTEN}, fp32",
        unit="tokens a second",
        ours=WRITTEN / seconds["ours"],
        peer="transformers' generate",
        theirs=WRITTEN / seconds["theirs"],
        device=device.type,
    )


def test_a_step_of_training(benchmark: Any, in_turn: Callable, device: torch.device, clock: Callable) -> None:
    """nanoGPT's model of 10.7 million parameters; transformers' has the same shape. AdamW on both sides."""
    config = PRESETS["nanogpt"].config(65)
    recipe = Recipe(steps=10_000, batch=BATCH, measure_every=10**9, optimiser="adamw")
    training = Training(torch.randint(65, (20_000,)), config, recipe, device)
    steps = training.run()
    shape = {"n_positions": config.block_size, "n_embd": config.width, "n_layer": config.layers}
    plain = GPT2LMHeadModel(GPT2Config(vocab_size=65, n_head=config.heads, **shape)).to(device)
    optimizer = torch.optim.AdamW(plain.parameters(), lr=1e-3)

    def plain_step() -> None:
        inputs, targets = (each.to(device) for each in training.corpus.batch(BATCH, training.generator))
        with torch.autocast(device.type, torch.bfloat16):
            loss = F.cross_entropy(plain(inputs).logits.flatten(0, 1).float(), targets.flatten())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        assert math.isfinite(loss.item())

    seconds = in_turn({"ours": lambda: next(steps), "theirs": plain_step}, rounds=20, clock=clock)
    figure(
        benchmark,
        what="a step of training 10.7 M parameters, bf16 products",
        unit="ms",
        ours=1000 * seconds["ours"],
        peer="transformers' GPT-2 of that shape",
        theirs=1000 * seconds["theirs"],
        device=device.type,
    )


def test_images_in_a_batch(
    benchmark: Any, in_turn: Callable, device: torch.device, clock: Callable, tmp_path: Any
) -> None:
    registry.CACHE.clear()
    matcher = registry.open_model("embedded", device, offline=True)
    images = [data.read(photo(tmp_path / f"{seed}.png", seed)) for seed in range(IMAGES)]

    def encode(size: int) -> None:
        matcher._vectors.clear()
        for start in range(0, IMAGES, size):
            matcher.encode_images(images[start : start + size])

    seconds = in_turn({"batch": lambda: encode(IMAGES), "single": lambda: encode(1)}, clock=clock)
    figure(
        benchmark,
        what=f"{IMAGES} images in a batch",
        unit="images a second",
        ours=IMAGES / seconds["batch"],
        peer="the same one by one",
        theirs=IMAGES / seconds["single"],
        device=device.type,
    )
