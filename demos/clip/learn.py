"""Training the small embedded CLIP on one processor core in about an hour.

Radford et al. compare each image with the 32,768 sentences of its batch. Here there are some 170,000 images with
class names, so the text is the classifier instead: each step words the names in its batch anew (a random synonym in a
random template), and asks each image for its own among the names that images of the same source have. (Names that
are not in the batch cannot be compared with from memory: the text tower then learns to make new vectors differ from
remembered ones, and the images collapse into one point.) Images with captions compete within the batch as in the
paper. A third loss lets the text tower copy which nouns a large CLIP puts near each other; that is what reaches words
no image was labelled with.
"""

import dataclasses
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demos.clip.corpus.batches import BatchSampler, crops, normalised, texts_for, wording
from demos.clip.corpus.tasks import Corpus, Geometry
from demos.clip.model import CLIP, Shape, contrastive_loss, similarity
from demos.clip.prompts import fill
from demos.clip.tokenizer import BPE_FILE, Tokenizer, cut_bpe

NOUN_TEMPLATES = ("{}", "a {}", "a photo of a {}")
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Recipe:
    """What a training is made of. `minutes` is the length of the cosine; a resumed run goes on where it stopped."""

    minutes: float = 60.0
    seed: int = 0
    batch: int = 256
    lr: float = 2e-3
    weight_decay: float = 0.05
    warmup_steps: int = 150
    ema: float = 0.998
    geometry_nouns: int = 96
    geometry_temperature: float = 0.1
    small_until: float = 0.6  # this part of the time on smaller crops, which cost less than half
    small_size: int = 40
    checkpoint_minutes: float = 3.0
    report_steps: int = 50
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True)
class Progress:
    """One report: mean loss since the last, and the top-1 of each measured task if it was measured now."""

    step: int
    samples: int
    seconds: float
    loss: float
    lr: float
    scale: float
    accuracy: dict[str, float] | None = None


def encode(model: CLIP, tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Unit vectors (N, E). Short and long texts go separately, so that one caption does not make all texts long."""
    lengths = np.array([len(tokenizer.tokens(text)) for text in texts])
    groups = [group for group in (np.flatnonzero(lengths <= 9), np.flatnonzero(lengths > 9)) if len(group)]
    encoded = torch.cat([model.text(tokenizer([texts[i] for i in group.tolist()])) for group in groups]).float()
    return F.normalize(encoded[torch.from_numpy(np.concatenate(groups).argsort())], dim=-1)


def geometry_loss(texts: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """How far the neighbourhoods of N unit vectors (N, E) are from the teacher's (N, D): mean Kullback–Leibler
    divergence of the softmax over each one's similarities to the others."""
    own = torch.eye(len(texts), dtype=torch.bool)
    student = (texts @ texts.T / temperature).masked_fill(own, -1e4)
    target = (teacher @ teacher.T / temperature).masked_fill(own, -1e4)
    return F.kl_div(student.log_softmax(-1), target.log_softmax(-1), reduction="batchmean", log_target=True)


def centred(geometry: Geometry) -> Tensor:
    """The teacher's vectors without what they all share; unit length (N, D)."""
    embedding = torch.from_numpy(geometry.embedding)
    return F.normalize(embedding - embedding.mean(0), dim=-1)


def optimizer_for(model: CLIP, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW; no decay for biases, gains, embeddings and the temperature."""
    decays: list[torch.nn.Parameter] = []
    free: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        plain = parameter.ndim < 2 or "embedding" in name
        (free if plain else decays).append(parameter)
    groups = [{"params": decays, "weight_decay": recipe.weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.lr, betas=(0.9, 0.98))


def train(corpus: Corpus, recipe: Recipe, cache: Path, measure_every: float = 10.0) -> Iterator[Progress]:
    """Train, resuming from `cache/CHECKPOINT` if it is there; report every few steps.

    The checkpoint is written every few minutes, when the time is over, and when the caller stops iterating;
    `models/export.py` makes a model folder of it. Accuracy is measured every `measure_every` minutes and at the end.
    """
    torch.manual_seed(recipe.seed)
    random = torch.Generator().manual_seed(recipe.seed)
    cache.mkdir(parents=True, exist_ok=True)
    cut_bpe(cache / BPE_FILE, recipe.shape.vocabulary)
    tokenizer = Tokenizer(cache / BPE_FILE, recipe.shape.context)
    model = CLIP(recipe.shape)
    model.visual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = CLIP(recipe.shape)
    average.load_state_dict(model.state_dict())
    optimizer = optimizer_for(model, recipe)
    step, samples, seconds = 0, 0, 0.0
    file = cache / CHECKPOINT
    if file.exists():
        saved = torch.load(file, weights_only=True)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        random.set_state(saved["random"])
        step, samples, seconds = saved["step"], saved["samples"], saved["seconds"]

    def save() -> None:
        state: dict[str, object] = {
            "model": model.state_dict(),
            "average": average.state_dict(),
            "optimizer": optimizer.state_dict(),
        }
        state |= {"random": random.get_state(), "step": step, "samples": samples, "seconds": seconds}
        state |= {"shape": dataclasses.asdict(recipe.shape)}
        torch.save(state, file.with_suffix(".part"))
        os.replace(file.with_suffix(".part"), file)

    sampler, teacher = BatchSampler(corpus, recipe.batch), centred(corpus.geometry)
    losses: list[float] = []
    saved_at = measured_at = seconds
    try:
        while seconds < recipe.minutes * 60:
            started = time.perf_counter()
            part = seconds / (recipe.minutes * 60)
            lr = recipe.lr * min(1, (step + 1) / recipe.warmup_steps) * (1 + math.cos(math.pi * part)) / 2
            for group in optimizer.param_groups:
                group["lr"] = lr
            size = recipe.small_size if part < recipe.small_until else recipe.shape.image_size
            loss = _loss(model, sampler, tokenizer, teacher, recipe, size, random)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            samples += sum(sampler.counts)
            _blend(average, model, min(recipe.ema, (1 + step) / (10 + step)))
            losses.append(loss.item())
            seconds += time.perf_counter() - started
            over = seconds >= recipe.minutes * 60
            if seconds - saved_at > recipe.checkpoint_minutes * 60 or over:
                save()
                saved_at = seconds
            if step % recipe.report_steps == 0 or over:
                due = seconds - measured_at > measure_every * 60 or over
                accuracy = measure(average, corpus, tokenizer, None if over else 500) if due else None
                measured_at = seconds if due else measured_at
                yield Progress(step, samples, seconds, float(np.mean(losses)), lr, model.scale().item(), accuracy)
                losses = []
    finally:
        save()


def _loss(
    model: CLIP,
    sampler: BatchSampler,
    tokenizer: Tokenizer,
    teacher: Tensor,
    recipe: Recipe,
    size: int,
    random: torch.Generator,
) -> Tensor:
    model.train()
    tasks = sampler.corpus.train
    pixels, labels = sampler.sample(random)
    questions = [texts_for(task, part, random) for task, part in zip(tasks, labels, strict=True)]
    nouns = torch.randperm(len(teacher), generator=random)[: recipe.geometry_nouns]
    names = sampler.corpus.geometry.names
    noun_texts = [wording(names[noun], NOUN_TEMPLATES, random) for noun in nouns.tolist()]
    with torch.autocast("cpu", torch.bfloat16):
        images = model.visual(crops(pixels, size, random))
        texts = encode(model, tokenizer, [text for asked, _ in questions for text in asked] + noun_texts)
    images = F.normalize(images.float(), dim=-1)
    parts = torch.split(texts, [len(asked) for asked, _ in questions] + [len(noun_texts)])
    loss, scale = geometry_loss(parts[-1], teacher[nouns], recipe.geometry_temperature), model.scale()
    for i, these in enumerate(torch.split(images, sampler.counts)):
        right = questions[i][1]
        if tasks[i].captions and len(parts[i]) == len(these):
            part = contrastive_loss(these, parts[i][right], scale)
        else:
            part = F.cross_entropy(similarity(these, parts[i], scale), right)
        loss = loss + part * len(these) / len(images)
    return loss


@torch.no_grad()
def _blend(average: CLIP, model: CLIP, keep: float) -> None:
    """Exponential moving average of the weights; the statistics of the normalisation layers likewise."""
    for mean, new in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        if mean.dtype.is_floating_point:
            mean.lerp_(new, 1 - keep)
        else:
            mean.copy_(new)


@torch.no_grad()
def measure(model: CLIP, corpus: Corpus, tokenizer: Tokenizer, at_most: int | None = None) -> dict[str, float]:
    """Top-1 of each held-out task (0…1), zero-shot with all its templates averaged; `at_most` images of each."""
    model.eval()
    result = {}
    for task in corpus.measure:
        classes = []
        for names in task.names:
            texts = model.encode_text(tokenizer([fill(template, names[0]) for template in task.templates]))
            classes.append(F.normalize(texts.mean(0), dim=-1))
        every = max(1, len(task.rows) // at_most) if at_most else 1
        rows, labels = task.rows[::every], task.labels[::every]
        right = 0
        for start in range(0, len(rows), 250):
            pixels = torch.from_numpy(corpus.images[rows[start : start + 250]]).permute(0, 3, 1, 2).float() / 255
            with torch.autocast("cpu", torch.bfloat16):
                images = model.visual(normalised(pixels)).float()
            best = (images @ torch.stack(classes).T).argmax(1).numpy()
            right += int((best == labels[start : start + 250]).sum())
        result[task.name] = right / len(rows)
    return result
