"""Training the small embedded CLIP on one processor core in about an hour.

Radford et al. compare each picture with the 32,768 sentences of its batch. Here there are some 170,000 pictures with
class names, so the text is the classifier instead: each step words the names in its batch anew (a random synonym in a
random template), and asks each picture for its own among the names that pictures of the same source have. (Names that
are not in the batch cannot be compared with from memory: the text tower then learns to make new vectors differ from
remembered ones, and the pictures collapse into one point.) Pictures with captions compete within the batch as in the
paper. A third loss lets the text tower copy which nouns a large CLIP puts near each other; that is what reaches words
no picture was labelled with.
"""

import dataclasses
import gzip
import json
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

from demos.clip.corpus import Corpus, Geometry, Task
from demos.clip.model import CLIP, Shape, config, contrastive_loss, similarity
from demos.clip.prompts import fill

MEAN = torch.tensor((0.48145466, 0.4578275, 0.40821073))  # open_clip's defaults, which its loader assumes
STD = torch.tensor((0.26862954, 0.26130258, 0.27577711))
NOUN_TEMPLATES = ("{}", "a {}", "a photo of a {}")
BPE_FILE, WEIGHTS_FILE, CONFIG_FILE = "bpe.txt.gz", "open_clip_model.safetensors", "open_clip_config.json"
MEASURED_FILE = "measured.json"
FILES = (BPE_FILE, WEIGHTS_FILE, CONFIG_FILE, MEASURED_FILE)


@dataclass(frozen=True)
class Recipe:
    """What a training is made of. `minutes` is the length of the cosine; a resumed run goes on where it stopped."""

    minutes: float = 60.0
    seed: int = 0
    batch: int = 256
    learning_rate: float = 2e-3
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
    learning_rate: float
    scale: float
    samples_per_second: float
    accuracy: dict[str, float] | None = None


class Words:
    """Texts → token arrays, each text tokenised once."""

    def __init__(self, bpe: Path, context: int) -> None:
        from open_clip.tokenizer import SimpleTokenizer

        self.tokenizer = SimpleTokenizer(bpe_path=str(bpe), context_length=context)
        self.known: dict[str, list[int]] = {}

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """(N, T) token numbers; T is the length of the longest text, since padding changes nothing."""
        rows = [self.tokens(text) for text in texts]
        tokens = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
        for i, row in enumerate(rows):
            tokens[i, : len(row)] = row
        return torch.from_numpy(tokens)

    def tokens(self, text: str) -> list[int]:
        if text not in self.known:
            self.known[text] = [token for token in self.tokenizer(text)[0].tolist() if token]
        return self.known[text]


def cut_bpe(target: Path, vocabulary: int) -> None:
    """Write CLIP's byte-pair merges, the most frequent first, cut to a vocabulary of `vocabulary` tokens.

    The other tokens are 256 bytes, each alone and at the end of a word, and the two marks of start and end.
    """
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe()) as whole:
        lines = whole.read().decode().split("\n")[: 1 + vocabulary - 512 - 2]
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        packed.write("\n".join(lines).encode())


def crops(pictures: Tensor, size: int, random: torch.Generator) -> Tensor:
    """Random crops with a random side flip and brightness: (B, H, W, 3) uint8 → (B, 3, size, size), normalised.

    A crop keeps 50 to 100 % of the area at 3:4 to 4:3 (Szegedy et al. 2015).
    """
    count = len(pictures)

    def uniform(low: float, high: float) -> Tensor:
        return torch.empty(count).uniform_(low, high, generator=random)

    area, ratio = uniform(0.5, 1.0), uniform(math.log(3 / 4), math.log(4 / 3)).exp()
    height, width = (area / ratio).sqrt().clamp(max=1), (area * ratio).sqrt().clamp(max=1)
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    affine = torch.zeros(count, 2, 3)
    affine[:, 0, 0], affine[:, 1, 1] = width * flip, height
    affine[:, 0, 2], affine[:, 1, 2] = uniform(-1, 1) * (1 - width), uniform(-1, 1) * (1 - height)
    grid = F.affine_grid(affine, [count, 3, size, size], align_corners=False)
    x = F.grid_sample(pictures.permute(0, 3, 1, 2).float() / 255, grid, padding_mode="border", align_corners=False)
    contrast, brightness = uniform(0.75, 1.25)[:, None, None, None], uniform(-0.15, 0.15)[:, None, None, None]
    x = ((x - 0.5) * contrast + 0.5 + brightness).clamp(0, 1)
    return normalised(x)


def normalised(x: Tensor) -> Tensor:
    """(B, 3, H, W) in 0…1 → zero mean, unit variance, stored channel by channel within a pixel (faster on CPUs)."""
    x = (x - MEAN[:, None, None]) / STD[:, None, None]
    return x.contiguous(memory_format=torch.channels_last)


class Draw:
    """Random batches: each task's pictures in shuffled order, over and over; a random wording of each of its names."""

    def __init__(self, corpus: Corpus, recipe: Recipe) -> None:
        self.corpus = corpus
        self.counts = [max(2, round(task.share * recipe.batch)) for task in corpus.train]
        self.orders: list[Tensor] = [torch.empty(0, dtype=torch.long) for _ in corpus.train]

    def pictures(self, random: torch.Generator) -> tuple[Tensor, list[np.ndarray]]:
        """(B, 64, 64, 3) uint8 and the labels of each task's part of them."""
        rows, labels = [], []
        for i, (task, count) in enumerate(zip(self.corpus.train, self.counts, strict=True)):
            if len(self.orders[i]) < count:
                self.orders[i] = torch.randperm(len(task.rows), generator=random)
            chosen, self.orders[i] = self.orders[i][:count].numpy(), self.orders[i][count:]
            rows.append(task.rows[chosen])
            labels.append(task.labels[chosen])
        return torch.from_numpy(self.corpus.pictures[np.concatenate(rows)]), labels


def wording(names: Sequence[str], templates: Sequence[str], random: torch.Generator) -> str:
    """One of the names, the first as often as all others together, in one of the templates."""
    first, other, template = torch.rand(3, generator=random).tolist()
    name = names[0] if first < 0.5 else names[int(other * len(names))]
    return fill(templates[int(template * len(templates))], name)


def texts_for(task: Task, labels: np.ndarray, random: torch.Generator) -> tuple[list[str], Tensor]:
    """A wording of each name in this part of the batch, and which of them each picture has."""
    present, right = np.unique(labels, return_inverse=True)
    texts = [wording(task.names[int(label)], task.templates, random) for label in present]
    return texts, torch.from_numpy(right)


def encode(model: CLIP, words: Words, texts: Sequence[str]) -> Tensor:
    """Unit vectors (N, E). Short and long texts go separately, so that one caption does not make all texts long."""
    lengths = np.array([len(words.tokens(text)) for text in texts])
    groups = [group for group in (np.flatnonzero(lengths <= 9), np.flatnonzero(lengths > 9)) if len(group)]
    encoded = torch.cat([model.text(words([texts[i] for i in group.tolist()])) for group in groups]).float()
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
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.98))


def train(corpus: Corpus, recipe: Recipe, cache: Path, measure_every: float = 10.0) -> Iterator[Progress]:
    """Train, resuming from `cache/checkpoint.pt` if it is there; report every few steps.

    The checkpoint is written every few minutes, when the time is over, and when the caller stops iterating; `finish`
    makes a model folder of it. Accuracy is measured every `measure_every` minutes and at the end.
    """
    torch.manual_seed(recipe.seed)
    random = torch.Generator().manual_seed(recipe.seed)
    cache.mkdir(parents=True, exist_ok=True)
    cut_bpe(cache / BPE_FILE, recipe.shape.vocabulary)
    words = Words(cache / BPE_FILE, recipe.shape.context)
    model = CLIP(recipe.shape)
    model.visual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = CLIP(recipe.shape)
    average.load_state_dict(model.state_dict())
    optimizer = optimizer_for(model, recipe)
    step, samples, seconds = 0, 0, 0.0
    file = cache / "checkpoint.pt"
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

    draw, teacher = Draw(corpus, recipe), centred(corpus.geometry)
    losses: list[float] = []
    saved_at = measured_at = seconds
    reported_at, reported_samples = seconds, samples
    try:
        while seconds < recipe.minutes * 60:
            started = time.perf_counter()
            part = seconds / (recipe.minutes * 60)
            rate = recipe.learning_rate * min(1, (step + 1) / recipe.warmup_steps) * (1 + math.cos(math.pi * part)) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate
            size = recipe.small_size if part < recipe.small_until else recipe.shape.image_size
            loss = _loss(model, draw, words, teacher, recipe, size, random)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            samples += sum(draw.counts)
            _blend(average, model, min(recipe.ema, (1 + step) / (10 + step)))
            losses.append(loss.item())
            seconds += time.perf_counter() - started
            over = seconds >= recipe.minutes * 60
            if seconds - saved_at > recipe.checkpoint_minutes * 60 or over:
                save()
                saved_at = seconds
            if step % recipe.report_steps == 0 or over:
                due = seconds - measured_at > measure_every * 60 or over
                accuracy = measure(average, corpus, words, None if over else 500) if due else None
                measured_at = seconds if due else measured_at
                speed = (samples - reported_samples) / max(seconds - reported_at, 1e-9)
                yield Progress(
                    step, samples, seconds, float(np.mean(losses)), rate, model.scale().item(), speed, accuracy
                )
                losses, reported_at, reported_samples = [], seconds, samples
    finally:
        save()


def _loss(
    model: CLIP,
    draw: Draw,
    words: Words,
    teacher: Tensor,
    recipe: Recipe,
    size: int,
    random: torch.Generator,
) -> Tensor:
    model.train()
    tasks = draw.corpus.train
    pictures, labels = draw.pictures(random)
    questions = [texts_for(task, part, random) for task, part in zip(tasks, labels, strict=True)]
    nouns = torch.randperm(len(teacher), generator=random)[: recipe.geometry_nouns]
    names = draw.corpus.geometry.names
    noun_texts = [wording(names[noun], NOUN_TEMPLATES, random) for noun in nouns.tolist()]
    with torch.autocast("cpu", torch.bfloat16):
        images = model.visual(crops(pictures, size, random))
        texts = encode(model, words, [text for asked, _ in questions for text in asked] + noun_texts)
    images = F.normalize(images.float(), dim=-1)
    parts = texts.split([len(asked) for asked, _ in questions] + [len(noun_texts)])
    loss, scale = geometry_loss(parts[-1], teacher[nouns], recipe.geometry_temperature), model.scale()
    for i, these in enumerate(images.split(draw.counts)):
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
def measure(model: CLIP, corpus: Corpus, words: Words, at_most: int | None = None) -> dict[str, float]:
    """Top-1 of each held-out task (0…1), zero-shot with all its templates averaged; `at_most` pictures of each."""
    model.eval()
    result = {}
    for task in corpus.measure:
        classes = []
        for names in task.names:
            texts = model.encode_text(words([fill(template, names[0]) for template in task.templates]))
            classes.append(F.normalize(texts.mean(0), dim=-1))
        every = max(1, len(task.rows) // at_most) if at_most else 1
        rows, labels = task.rows[::every], task.labels[::every]
        right = 0
        for start in range(0, len(rows), 250):
            pictures = torch.from_numpy(corpus.pictures[rows[start : start + 250]]).permute(0, 3, 1, 2).float() / 255
            with torch.autocast("cpu", torch.bfloat16):
                images = model.visual(normalised(pictures)).float()
            best = (images @ torch.stack(classes).T).argmax(1).numpy()
            right += int((best == labels[start : start + 250]).sum())
        result[task.name] = right / len(rows)
    return result


def finish(cache: Path, folder: Path, corpus: Corpus) -> dict:
    """Turn the averaged weights of `cache/checkpoint.pt` into a model folder that open_clip opens, and measure it.

    Weights are stored as float16, the normalisation layers' statistics as float32. What is measured are the stored
    weights; the results are returned and kept in the folder as `measured.json`.
    """
    from safetensors.torch import save_file

    saved = torch.load(cache / "checkpoint.pt", weights_only=True)
    shape = Shape(**saved["shape"])
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: (value if "running" in name or not value.dtype.is_floating_point else value.half()).contiguous()
        for name, value in saved["average"].items()
    }
    save_file(state, folder / WEIGHTS_FILE)
    cut_bpe(folder / BPE_FILE, shape.vocabulary)
    settings = config(shape)
    settings["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"bpe_path": BPE_FILE}
    (folder / CONFIG_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    model = CLIP(shape)
    model.load_state_dict(state)
    accuracy = measure(model, corpus, Words(folder / BPE_FILE, shape.context))
    trained_on = len(np.unique(np.concatenate([task.rows for task in corpus.train])))
    result = {name: saved[name] for name in ("step", "samples", "seconds")} | {"pictures": trained_on}
    result["accuracy"] = {name: round(share, 4) for name, share in accuracy.items()}
    (folder / WEIGHTS_FILE).chmod(0o644)
    (folder / MEASURED_FILE).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return result
