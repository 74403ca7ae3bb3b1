"""Folders of photos against a bare batched loop of open_clip in the same run, and the memory that they take."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip

from demos.clip.data import File
from demos.clip.match.answers import Question, answer
from demos.clip.models.folder import open_folder
from demos.common.models import weights
from tests.benchmarks.figures import figure

ROOT = Path(__file__).parents[3]
QUESTION = Question(("a dog", "a cat", "a bus", "a house"), ("a photo of a {}",))
BATCH = 64
# (count, width, height, the most of a bare loop's time that it may take, the most the second time)
CASES = {"12 megapixels": (8, 4000, 3000, 0.6, 0.05), "small": (96, 320, 240, 1.05, 0.05)}


def taken_photos(folder: Path, count: int, width: int, height: int) -> list[Path]:
    """JPEGs with as much detail as a camera's: noise on soft colours."""
    chance = np.random.default_rng(0)
    files = []
    for number in range(count):
        soft = Image.fromarray(chance.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize((width, height))
        noise = chance.normal(0, 6, (height, width, 1))
        pixels = np.clip(np.asarray(soft) + noise, 0, 255).astype(np.uint8)
        files.append(folder / f"{number}.jpg")
        Image.fromarray(pixels).save(files[-1], quality=88)
    return files


@torch.inference_mode()
def bare(folder: Path, files: list[Path]) -> torch.Tensor:
    """What open_clip's documentation does, in batches."""
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    model.eval()
    vectors = []
    began = time.process_time()
    for start in range(0, len(files), BATCH):
        images = torch.stack([preprocess(Image.open(file)) for file in files[start : start + BATCH]])
        vectors.append(model.encode_image(images, normalize=True))
    bare.seconds = time.process_time() - began  # type: ignore[attr-defined]
    return torch.cat(vectors)


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize(("count", "width", "height", "most", "again"), CASES.values(), ids=CASES)
def test_a_folder_beside_a_bare_loop(
    benchmark,
    count: int,
    width: int,
    height: int,
    most: float,
    again: float,
    tmp_path: Path,
    open_clip_folder: Path,
    one_thread: None,
) -> None:
    files = taken_photos(tmp_path, count, width, height)
    folder = weights.folder_of("clip/embedded")
    matcher = open_folder("embedded", folder, torch.device("cpu"))
    list(answer(matcher, QUESTION, [File(files[0])]))  # words, and what is only made once
    rounds: list[tuple[float, float, float]] = []

    def one() -> None:
        matcher._vectors.clear()
        list(answer(matcher, QUESTION, []))
        theirs = bare(open_clip_folder, files)
        first = seconds(lambda: list(answer(matcher, QUESTION, [File(file) for file in files])))
        second = seconds(lambda: list(answer(matcher, QUESTION, [File(file) for file in files])))
        rounds.append((bare.seconds, first, second))  # type: ignore[attr-defined]
        ours = torch.cat([vectors for vectors in matcher.encode_files(map(File, files)) if torch.is_tensor(vectors)])
        assert float((ours * theirs).sum(-1).min()) > 0.995  # the same images, though read at a fraction of their size

    benchmark.pedantic(one, rounds=3, warmup_rounds=0)
    loop, first, second = (statistics.median(each) for each in zip(*rounds, strict=True))
    for when, taken, limit in (("the first time", first, most), ("again", second, again)):
        figure(
            benchmark,
            what=f"{count} photos of {width} × {height}, {when}",
            unit="s",
            ours=taken,
            peer="a bare batched loop of open_clip",
            theirs=loop,
            at_most=limit,
            headline="CLIP: eight photos of 12 megapixels" if (when, count) == ("the first time", 8) else "",
        )
    assert first <= most * loop
    assert second <= again * loop


PEAK = """
import sys
from pathlib import Path
import torch
from PIL import Image
from demos.clip.data import File
from demos.clip.match import look
from demos.clip.match.answers import Question
from demos.clip.models import registry

def memory(name):  # kilobytes
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith(name))

matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
question = Question(("a dog", "a cat"), ("a photo of a {}",))
files = sorted(map(str, Path(sys.argv[1]).iterdir()))

@torch.inference_mode()
def bare(files):  # what open_clip's documentation does
    images = [matcher.preprocess(Image.open(file)) for file in files]
    matcher.model.encode_image(torch.stack(images), normalize=True)

work = bare if sys.argv[2] == "bare" else lambda files: look.answer(matcher, files, question, 5, "en")
work(files[:1])
idle = memory("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
work(files)
print(memory("VmHWM") - idle)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak so")
@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_seventy_large_photos_take_little_memory(benchmark, kind: str, tmp_path: Path) -> None:
    [photo] = taken_photos(tmp_path, 1, 4000, 3000)
    content = photo.read_bytes()
    photo.unlink()
    for number in range(70):
        file = tmp_path / f"{number}.{kind}"
        if kind == "jpg":
            file.write_bytes(content + bytes([number]) * 4)  # so that each is another image
        else:
            Image.new("RGB", (4000, 3000), (number, 0, 0)).save(file, compress_level=1)

    def kilobytes(way: str) -> int:
        command = [sys.executable, "-c", PEAK, str(tmp_path), way]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    ours = benchmark.pedantic(lambda: kilobytes("ours"), rounds=1, warmup_rounds=0)
    figure(
        benchmark,
        what=f"memory that seventy photos of 12 megapixels take ({kind.upper()})",
        unit="MB",
        ours=ours / 1000,
        peer="a bare open_clip, all in one batch",
        theirs=kilobytes("bare") / 1000,
    )
    assert ours <= 600_000
