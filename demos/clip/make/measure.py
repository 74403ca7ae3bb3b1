"""How often the model is right on images that it was never trained on, asked in English and in Korean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from demos.clip.corpus.batches import resized
from demos.clip.make.materials import Materials
from demos.clip.models.folder import open_folder
from demos.clip.zero_shot import Matcher

BATCH = 50


@torch.no_grad()
def measure(folder: Path, materials: Materials) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each held-out task its name and {images, classes, guessing, top_1: {en, ko}}, of the weights as stored."""
    matcher = open_folder("measured", folder, torch.device("cpu"))
    for task in materials.corpus.measure:
        texts = {
            language: torch.stack(
                [_mean(matcher, materials.sentences_about(task, names, language)) for names in task.names]
            )
            for language in ("en", "ko")
        }
        right = dict.fromkeys(texts, 0)
        for start in range(0, len(task.rows), BATCH):
            pixels = torch.from_numpy(materials.corpus.images[task.rows[start : start + BATCH]])
            with torch.autocast("cpu", torch.bfloat16):
                images = matcher.model.encode_image(resized(pixels, matcher.side)).float()
            for language, classes in texts.items():
                best = (images @ classes.T).argmax(1).numpy()
                right[language] += int((best == task.labels[start : start + BATCH]).sum())
        top_1 = {language: round(count / len(task.rows), 4) for language, count in right.items()}
        counts = {"images": len(task.rows), "classes": len(task.names), "guessing": round(1 / len(task.names), 4)}
        yield task.name, counts | {"top_1": top_1}


def _mean(matcher: Matcher, asked: list[str]) -> torch.Tensor:
    """The mean of some sentences' vectors, at unit length (E,)."""
    vectors = matcher.model.encode_text(matcher.tokenizer(asked)).float()
    return F.normalize(F.normalize(vectors, dim=-1).mean(0), dim=-1)
