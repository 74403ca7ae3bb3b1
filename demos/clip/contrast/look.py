"""What the page of “How it learned” is told: the pairs once, then how the training stands."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from PIL import Image

from demos.clip.contrast.learn import Progress, Recipe
from demos.clip.contrast.loss_steps import STEPS, code, numbers
from demos.clip.contrast.pairs import draw, held_out
from demos.clip.images.thumbnails import data_address
from demos.common.base64_arrays import encode_floats
from demos.common.i18n import text

SHOWN_SIDE = 128  # pixels of an image on the page


def pairs_view(recipe: Recipe) -> dict[str, Any]:
    """What stays through a training: {pairs: [{image: data address, caption}], loss, code: {step: [lines]}}."""
    pairs = [
        {
            "image": data_address(Image.fromarray(draw(scene, SHOWN_SIDE)), quality=92),
            "caption": scene.caption(recipe.language),
        }
        for scene in held_out(recipe.pairs, recipe.seed)
    ]
    steps = [step for step in STEPS if recipe.loss in step.losses]
    return {"pairs": pairs, "loss": recipe.loss, "code": {s.name: [asdict(lines) for lines in code(s)] for s in steps}}


def training_view(recipe: Recipe, progress: Sequence[Progress], running: bool, language: str) -> dict[str, Any]:
    """How it stands after the last of `progress`.

    {step, steps, running, over, status, fact, scale, bias, values: {field of loss_steps.Numbers: base64 of float32},
    curve: [[step, loss of images, loss of captions, scale, R@1]]}. The curve is that of the test's pairs; the losses
    are the two cross-entropies, whatever is trained with.
    """
    last = progress[-1]
    found = numbers(last.images, last.texts, last.scale, last.bias, recipe.loss)
    return {
        "step": last.step,
        "steps": last.steps,
        "running": running,
        "over": last.over,
        "status": _status(last, running, language),
        "fact": _fact(last, language),
        "scale": round(last.scale, 4),
        "bias": round(last.bias, 4),
        "values": {each.name: encode_floats(getattr(found, each.name).numpy()) for each in fields(found)},
        "curve": [[each.step, *map(_short, (*each.test_losses, each.scale, each.recall))] for each in progress],
    }


def _status(last: Progress, running: bool, language: str) -> str:
    if last.over:
        return text("clip.contrast_over", language, steps=last.steps)
    key = "clip.contrast_running" if running else "clip.contrast_stopped"
    return text(key, language, step=last.step, steps=last.steps)


def _fact(last: Progress, language: str) -> str:
    """How many images found their caption, and how many if the order of the words did not count."""
    count = len(last.images)
    values = {"count": count, "own": round(count * last.recall), "words": round(count * last.recall_of_words)}
    return text("clip.contrast_fact", language, **values)


def _short(value: float) -> float:
    return round(value, 5)
