"""What computes on a GPU where there is one gives there what it gives on the processor.

Each job runs on a pretended device, which needs no GPU and finds tensors that meet across devices, and on CUDA where
there is CUDA (`-m gpu`). XOR's nets, the exercise network and Google's pose landmarker always compute on the processor:
they are so small, or built so, that a GPU gains nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
import torch

from demos.clip import data
from demos.clip.images.photos import FOLDER
from demos.clip.layers.stages import walk
from demos.clip.models import registry
from demos.clip.why.gradient import relevance
from demos.clip.why.occlusion import Grid, covered_vectors
from demos.clip.zero_shot import Matcher
from demos.gpt.attention import attention
from demos.gpt.compare.predictions import compare_on
from demos.gpt.compare.weight_distance import weight_distances
from demos.gpt.corpus import Text
from demos.gpt.inside.causes import attribution_view, intervention_view
from demos.gpt.inside.forward import look
from demos.gpt.inside.interventions import Intervention
from demos.gpt.inside.look import query_key_view, steps_view
from demos.gpt.learn import USUAL_LR, Recipe, Training
from demos.gpt.measure import measure
from demos.gpt.model import Config
from demos.gpt.models import checkpoint
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.sample import Sampling, probabilities, sample_many
from tests.pretend_device import pretend_device

Job = Callable[[torch.device], Any]
TEXT = "12+34=640"
CPU = torch.device("cpu")
TOLERANCE = 1e-4


def adder(device: torch.device) -> Checkpoint:
    return checkpoint.load("adder", device)


def writes(device: torch.device, cached: bool = True) -> Any:
    model = adder(device)
    tokens = model.tokenizer.encode(TEXT).tokens
    samplings = [
        Sampling(max_tokens=8, temperature=0.8, top_k=5, top_p=0.9, seed=1, repetition_penalty=1.3),
        Sampling(max_tokens=8, temperature=0),
    ]
    return [asdict(each) for row in sample_many(model.model, tokens, samplings, cached=cached) for each in row if each]


def knows(device: torch.device) -> Any:
    model = adder(device)
    return probabilities(model.model, model.tokenizer.encode(TEXT).tokens), asdict(measure(model, "12+34=640\n" * 4))


def is_looked_into(device: torch.device) -> Any:
    model = adder(device)
    inside = look(model.model, model.tokenizer.encode(TEXT).tokens)
    return [
        steps_view(model.model, model.tokenizer, inside, 0, 3),
        query_key_view(model.model, inside, 0, 0, 3),
        attention(model.model, inside.tokens.tolist()).tolist(),
    ]


def is_changed(device: torch.device) -> Any:
    model = adder(device)
    inside = look(model.model, model.tokenizer.encode(TEXT).tokens)
    other = model.tokenizer.encode("56+78=431").tokens
    patched = Intervention(0, 0, patched=True)
    return [
        intervention_view(model.model, model.tokenizer, inside, Intervention(0, 1, factor=0), 5, []),
        intervention_view(model.model, model.tokenizer, inside, patched, 5, list(other)),
        attribution_view(model.model, model.tokenizer, inside, 5, None),
    ]


def is_compared(device: torch.device) -> Any:
    a, b = adder(device), checkpoint.load("adder", device)
    return [asdict(compare_on(a, b, TEXT)), [asdict(part) for part in weight_distances(a.model, b.model)]]


def learns(device: torch.device, optimiser: str) -> Any:
    config = Config(vocab_size=11, block_size=8, layers=2, heads=2, width=16)
    recipe = Recipe(steps=6, batch=4, measure_every=3, optimiser=optimiser, precision="full")
    corpus = Text(torch.arange(400) * 7 % 11, config.block_size)
    training = Training(corpus, config, recipe, device)
    losses = [(each.loss, each.held_out) for each in training.run()]
    again = Training(corpus, config, recipe, device)
    again.go_on_from(training)
    return losses, [value.detach().flatten()[:4].tolist() for value in again.average.state_dict().values()]


def embedded(device: torch.device) -> Matcher:
    registry.CACHE.clear()
    return registry.open_model("embedded", device, offline=True)


def photos(count: int) -> list[data.LoadedImage]:
    return [data.read(path) for path in sorted(FOLDER.glob("*.jpg"))[:count]]


def matches(device: torch.device) -> Any:
    matcher = embedded(device)
    scores = matcher.match(photos(3), ["a cat", "a rocket", "a horse"], ["a photo of {}"])
    return [[(each.label, each.similarity, each.probability) for each in row] for row in scores]


def matches_tiles(device: torch.device) -> Any:
    rows = embedded(device).match(photos(1), ["a cat", "a rocket"], ["a photo of {}", "{}"], "tiles")
    return [[(each.label, each.similarity) for each in row] for row in rows]


def says_why(device: torch.device) -> Any:
    matcher = embedded(device)
    [pixels] = matcher.pixels(photos(1)[0].image)
    texts = matcher.encode_labels(["a cat", "a rocket"], ["{}"])
    grid = Grid(cells=2, side=1)
    *_, covered = covered_vectors(matcher, pixels, grid)
    return [relevance(matcher, pixels, texts), covered.vectors]


def shows_layers(device: torch.device) -> Any:
    matcher = embedded(device)
    [pixels] = matcher.pixels(photos(1)[0].image)
    tower = walk(matcher, pixels)
    assert tower is not None
    return [tower.vector, tower.means, [stage.maps.mean() for stage in tower.stages]]


JOBS: dict[str, Job] = {
    "gpt writes": writes,
    "gpt writes without a cache": lambda device: writes(device, cached=False),
    "gpt measures": knows,
    "gpt is looked into": is_looked_into,
    "gpt is changed": is_changed,
    "gpt is compared": is_compared,
    **{f"gpt learns by {name}": lambda device, name=name: learns(device, name) for name in USUAL_LR},
    "clip matches": matches,
    "clip matches tiles": matches_tiles,
    "clip says why": says_why,
    "clip shows layers": shows_layers,
}


@pytest.fixture(params=["pretended", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> Iterator[torch.device]:
    if request.param == "cuda":
        yield torch.device("cuda")
        return
    with pretend_device() as pretended:
        yield pretended
    registry.CACHE.clear()


def close(a: Any, b: Any, where: str = "") -> None:
    """Fails unless both hold the same, numbers within TOLERANCE."""
    if isinstance(a, torch.Tensor):
        assert b.device.type == "cpu", f"{where}: what a job gives lies on the processor"
        torch.testing.assert_close(a, b, atol=TOLERANCE, rtol=TOLERANCE)
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for key in a:
            close(a[key], b[key], f"{where}.{key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for place, pair in enumerate(zip(a, b, strict=True)):
            close(*pair, f"{where}[{place}]")
    elif isinstance(a, float):
        assert b == pytest.approx(a, abs=TOLERANCE, rel=TOLERANCE, nan_ok=True), where
    else:
        assert a == b, where


@pytest.mark.parametrize("job", JOBS)
def test_a_job_gives_on_a_gpu_what_it_gives_on_the_processor(job: str, device: torch.device) -> None:
    on_device = JOBS[job](device)
    with torch.utils._python_dispatch._disable_current_modes():
        close(JOBS[job](CPU), on_device)
