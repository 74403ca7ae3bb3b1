"""The first answer of each tab from an app that has just started, beside a program that does it with the bare library.

Both begin with nothing opened: ours as the page is there, the program as its interpreter starts.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file

from demos.clip.images.example_photos import found
from demos.clip.models import export
from demos.common.models import weights
from demos.posture.pose.landmarker import NAME
from demos.posture.video import clips, video_file
from tests.api_client import connect
from tests.benchmarks.figures import figure
from tests.conftest import ROOT, started

ROUNDS = 3
TOKENS, FRAMES, STEPS = 20, 20, 300

AUTOGRAD = f"""
import torch
x = torch.tensor([[-1., -1.], [-1., 1.], [1., -1.], [1., 1.]])
y = torch.tensor([0., 1., 1., 0.])
net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range({STEPS}):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
TRANSFORMERS = f"""
import sys, torch
import demos.common.models.torchvision_guard
from transformers import GPT2Config, GPT2LMHeadModel
model = GPT2LMHeadModel.from_pretrained(sys.argv[1]).eval()
model.generate(torch.tensor([[30, 27, 25, 17, 27, 10]]), max_new_tokens={TOKENS}, do_sample=True, pad_token_id=0,
    eos_token_id=None)
"""
OPEN_CLIP = """
import sys, torch
import demos.common.models.torchvision_guard
import open_clip
from PIL import Image
name = "local-dir:" + sys.argv[1]
model, _, preprocess = open_clip.create_model_and_transforms(name)
model.eval()
with torch.inference_mode():
    image = model.encode_image(preprocess(Image.open(sys.argv[2]))[None], normalize=True)
    image @ model.encode_text(open_clip.get_tokenizer(name)(["a lion", "a bus"]), normalize=True).T
"""
LANDMARKER = """
import sys, av, mediapipe
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(BaseOptions(model_asset_path=sys.argv[1]),
    running_mode=vision.RunningMode.VIDEO)
with vision.PoseLandmarker.create_from_options(options) as landmarker, av.open(sys.argv[2]) as film:
    for number, frame in enumerate(film.decode(video=0)):
        image = mediapipe.Image(mediapipe.ImageFormat.SRGB, frame.to_ndarray(format="rgb24"))
        landmarker.detect_for_video(image, number * 83)
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "plank.mp4"
    video_file.write(path, (frame.image for frame in islice(video_file.read(clips.clip("plank")), FRAMES)), 12)
    return path


@pytest.fixture(scope="module")
def gpt2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 in the embedded model's shape, in transformers' format."""
    import demos.common.models.torchvision_guard  # noqa: F401, I001
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("gpt2")
    GPT2LMHeadModel(GPT2Config(vocab_size=65, n_positions=256, n_embd=256, n_layer=6, n_head=8)).save_pretrained(folder)
    return folder


def in_turn(
    benchmark: Any, folder: Path, ask: Callable[[Client], object], program: str, *arguments: object
) -> tuple[float, float]:
    """The median seconds of the first answer that `ask` gets from a fresh app, and of a program; they take turns."""

    def once() -> None:
        environment = {"GRADIO_TEMP_DIR": str(folder / "files"), "PYTHONDONTWRITEBYTECODE": ""}
        with started(folder / "app.log", environment) as (_, url):
            client = connect(url, download_files=False)
            began = time.perf_counter()
            ask(client)
            ours = time.perf_counter() - began
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], cwd=ROOT, capture_output=True)
        assert done.returncode == 0, done.stderr
        taken.append((ours, time.perf_counter() - began))

    taken: list[tuple[float, float]] = []
    benchmark.pedantic(once, rounds=ROUNDS, warmup_rounds=0)
    ours, theirs = (statistics.median(each) for each in zip(*taken, strict=True))
    return ours, theirs


def declare(benchmark: Any, what: str, peer: str, seconds: tuple[float, float]) -> None:
    ours, theirs = seconds
    figure(benchmark, what=f"first use: {what}", unit="s", ours=ours, peer=peer, theirs=theirs)


def test_xor(benchmark: Any, tmp_path: Path) -> None:
    def ask(client: Client) -> None:
        assert client.predict(steps=STEPS, api_name="/xor_train")["steps"] == STEPS

    seconds = in_turn(benchmark, tmp_path, ask, AUTOGRAD)
    declare(benchmark, f"XOR, {STEPS} steps", "a program that trains the net with torch", seconds)


def test_gpt(benchmark: Any, tmp_path: Path, gpt2_folder: Path) -> None:
    def ask(client: Client) -> None:
        assert client.predict(prompt="ROMEO:", tokens=TOKENS, api_name="/gpt_generate")["tokens"] == TOKENS

    seconds = in_turn(benchmark, tmp_path, ask, TRANSFORMERS, gpt2_folder)
    declare(benchmark, f"minGPT, {TOKENS} tokens", "a program that writes with transformers", seconds)


def test_clip(benchmark: Any, tmp_path: Path) -> None:
    photo, folder = next(iter(found().values())), tmp_path / "embedded"
    export.for_open_clip(weights.folder_of("clip/embedded"), folder)

    def ask(client: Client) -> None:
        assert client.predict([handle_file(photo)], ["a lion", "a bus"], api_name="/clip_match")["images"]

    seconds = in_turn(benchmark, tmp_path, ask, OPEN_CLIP, folder, photo)
    declare(benchmark, "CLIP, a photo and two guesses", "a program that matches with open_clip", seconds)


def test_posture(benchmark: Any, tmp_path: Path, film: Path) -> None:
    def ask(client: Client) -> None:
        assert client.predict(handle_file(film), "plank", api_name="/posture_analyze")["frames"] == FRAMES

    seconds = in_turn(benchmark, tmp_path, ask, LANDMARKER, weights.path(NAME), film)
    declare(benchmark, f"Posture, a film of {FRAMES} frames", "a program that looks with MediaPipe", seconds)
