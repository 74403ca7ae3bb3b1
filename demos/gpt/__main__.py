"""minGPT on the command line: generate, train, sweep, evaluate, compare."""

import math
import sys
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any

import torch
import typer

from demos.common import cli
from demos.common.device import select_device
from demos.common.errors import BadInput
from demos.common.validate import number, whole
from demos.gpt.compare import report
from demos.gpt.compare.predictions import compare_on
from demos.gpt.compare.weight_distance import same_shape, weight_distances
from demos.gpt.corpus import Pairs, Text
from demos.gpt.data import read_file
from demos.gpt.learn import SCHEDULES, USUAL_LR, Diverged, Training
from demos.gpt.learn import evaluate as evaluate_windows
from demos.gpt.measure import measure
from demos.gpt.model import GPT
from demos.gpt.models import checkpoint as checkpoints
from demos.gpt.models import loading
from demos.gpt.models.checkpoint import EMBEDDED, Checkpoint
from demos.gpt.models.packed import FULL, PRECISIONS, available
from demos.gpt.models.precision import Comparison, compare, in_precision
from demos.gpt.prompts.formats import PROMPT_FORMATS
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import Piece, write_many
from demos.gpt.sample import MAX_SEED, Sampling
from demos.gpt.tokenizer import Tokenizer
from demos.gpt.train.baselines import of_pairs
from demos.gpt.train.examples import Line, asked, corpus_of, prompt_format_of, read_lines, split_lines
from demos.gpt.train.job import lr_of, steps_of
from demos.gpt.train.shapes import PRESETS, Shape
from demos.gpt.train.sweep_command import sweep
from demos.gpt.train.trainer import READS, TOKENIZERS, tokenizer_for

app = cli.new("A small GPT: write text, train your own, measure it.")
app.command()(sweep)

NAMES = f"{', '.join(EMBEDDED)}; {', '.join(loading.PUBLISHED)} or hf-hub:owner/name (fetched); or a path."
Model = Annotated[str, typer.Option(help=NAMES)]
Heads = Annotated[int, typer.Option(help="Attention heads, for a checkpoint file that does not tell.")]
Vocabulary = Annotated[
    str,
    typer.Option(help="For a checkpoint file without its own: gpt2, shakespeare, its training text or a .json list."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Forbid every download.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MAX_SAMPLES = 64


@app.command()
def generate(
    model: Model = "shakespeare",
    prompt: Annotated[str, typer.Option(help="What the text starts with; may be empty.")] = "",
    tokens: Annotated[int, typer.Option(help="How many tokens to write at most.")] = 200,
    temperature: Annotated[float, typer.Option(help="0 takes the likeliest token always.")] = 0.8,
    top_k: Annotated[int, typer.Option(help="Choose among the k likeliest tokens; 0 for all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Choose among the likeliest that make up this probability.")] = 1.0,
    repetition_penalty: Annotated[float, typer.Option(help="Above 1, what was written gets less likely.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed writes the same text.")] = 0,
    samples: Annotated[int, typer.Option(help="Continuations side by side, with seeds from --seed on.")] = 1,
    stop: Annotated[str, typer.Option(help="End once this was written.")] = "",
    precision: Annotated[
        str,
        typer.Option(help="Of the weights: fp32, bf16, int8 or int4. Shorter ones are faster if the model is large."),
    ] = FULL,
    int8: Annotated[bool, typer.Option("--int8", hidden=True, help="An old name of --precision int8.")] = False,
    heads: Heads = 0,
    vocabulary: Vocabulary = "",
    offline: Offline = False,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Continue a prompt.

    JSON: prompt, text (the continuation), answer (for a chatbot or a task: the text as it is meant), tokens,
    nats_per_token (of the continuation, by the model itself), samples (where more than one was asked for: a list of
    seed, text, answer, tokens, nats_per_token; the fields above are the first's), seconds, tokens_per_second (of all),
    skipped_characters, model; with --precision also comparison: precision, speedup, largest_difference and spread of
    the logits against full precision, measured over the last tokens.
    """
    whole("samples", samples, 1, MAX_SAMPLES)
    sampling = Sampling(tokens, temperature, top_k, top_p, seed, repetition_penalty)
    loaded = open_model(model, device, offline, heads, vocabulary)
    exact = loaded.model
    precision = "int8" if int8 else precision
    if precision not in (FULL, *PRECISIONS):
        raise BadInput("gpt.precision_unknown", name=precision, choices=", ".join((FULL, *PRECISIONS)))
    if precision != FULL:
        if not available(precision) or loaded.model.device.type != "cpu":
            raise BadInput("gpt.no_precision", name=precision)
        loaded = replace(loaded, model=in_precision(loaded.model, precision))
    began = time.perf_counter()
    opening = prepare(loaded, prompt)
    if opening.unknown:
        print(f"Skipped, unknown to the model: {' '.join(map(repr, opening.unknown))}", file=sys.stderr)
    streams = not as_json and samples == 1
    if streams:
        print(opening.text, end="", flush=True)
    written: list[list[Piece]] = [[] for _ in range(samples)]
    samplings = [replace(sampling, seed=seed + row) for row in range(samples)]
    for pieces in write_many(loaded, opening, samplings, stop):
        for row, piece in zip(written, pieces, strict=True):
            if piece:
                row.append(piece)
        if streams and pieces[0]:
            print(pieces[0].text, end="", flush=True)
    seconds = time.perf_counter() - began
    results = [{"seed": seed + row, **summary(loaded, pieces)} for row, pieces in enumerate(written)]
    count = sum(map(len, written))
    result = {"prompt": opening.text, **results[0]} | ({"samples": results} if samples > 1 else {})
    result |= {"seconds": seconds, "tokens_per_second": count / seconds}
    result |= {"skipped_characters": list(opening.unknown), "model": model}
    human = "" if streams else "\n\n".join(f"— seed {r['seed']}\n{opening.text}{r['text']}" for r in results)
    if PROMPT_FORMATS[loaded.prompt_format].read is not str and streams and results[0]["answer"]:
        human += f"\n→ {results[0]['answer']}"
    human += f"\n\n{count} tokens, {count / seconds:.0f} a second"
    if precision != FULL:
        measured = measured_on(exact, precision, [*opening.tokens, *(piece.token for piece in written[0])])
        result["comparison"] = measured and asdict(measured)
        if measured:
            human += (
                f"; {precision} writes {measured.speedup:.1f} times as fast here, and moves a logit by"
                f" {measured.largest_difference:.2g} at most (they spread by {measured.spread:.2g})"
            )
    cli.emit(result, human, as_json)


def measured_on(model: GPT, precision: str, passage: list[int]) -> Comparison | None:
    """`precision` against full precision over the passage's last tokens; None if it has fewer than two."""
    tokens = torch.tensor(passage[-model.config.block_size :])
    return compare(model, precision, tokens, min(16, len(tokens) - 1)) if len(tokens) > 1 else None


def summary(checkpoint: Checkpoint, pieces: Sequence[Piece]) -> dict[str, object]:
    """One continuation in the words of the JSON."""
    text = "".join(piece.text for piece in pieces)
    surprise = -sum(math.log(max(piece.probability, 1e-45)) for piece in pieces)
    return {
        "text": text,
        "answer": PROMPT_FORMATS[checkpoint.prompt_format].read(text),
        "tokens": len(pieces),
        "nats_per_token": surprise / len(pieces) if pieces else None,
    }


def open_model(model: str, device: str, offline: bool, heads: int, vocabulary: str) -> Checkpoint:
    """The model, with its download's progress on stderr."""
    own = Path(vocabulary) if vocabulary not in ("", "gpt2", "shakespeare") and Path(vocabulary).is_file() else None
    said: dict[str, Any] = {"vocabulary_file": own} if own else {"vocabulary": vocabulary}
    for event in loading.open_with_progress(model, select_device(device), offline, heads=heads, **said, token=True):
        if isinstance(event, Checkpoint):
            if event.facts.get("assumed") == "numbers":
                print("The file names no vocabulary that fits; tokens are shown as numbers.", file=sys.stderr)
            return event
        if event.total and sys.stderr.isatty():
            print(f"\r{event.file} {event.received / event.total:.0%}", end="", file=sys.stderr, flush=True)
    raise AssertionError("opening a model ends with its checkpoint")


@dataclass
class Best:
    """The weights that predicted the held-out text best so far."""

    step: int = 0
    loss: float = math.inf
    weights: dict[str, torch.Tensor] = field(default_factory=dict)

    def see(self, loss: float | None, training: Training) -> None:
        """Keep the present weights if their held-out loss is lower, or the first there is."""
        if loss is not None and (loss < self.loss or not self.weights):
            self.step, self.loss, self.weights = training.step, loss, deepcopy(training.average.state_dict())


@app.command()
def train(
    text_file: Annotated[Path, typer.Argument(help="The text; its last tenth is held out.")],
    out: Annotated[Path, typer.Option(help="The .safetensors file to write.")],
    minutes: Annotated[float, typer.Option(help="Time to train.")] = 5,
    steps: Annotated[int, typer.Option(help="Steps to train at most; 0 for as many as the time allows.")] = 0,
    preset: Annotated[str, typer.Option(help=f"{', '.join(PRESETS)}: where the sizes below start from.")] = "small",
    layers: Annotated[int | None, typer.Option(help="Layers.")] = None,
    heads: Annotated[int | None, typer.Option(help="Heads a layer.")] = None,
    width: Annotated[int | None, typer.Option(help="Channels; a multiple of the heads.")] = None,
    block_size: Annotated[int | None, typer.Option(help="The longest context, in tokens.")] = None,
    block: Annotated[int | None, typer.Option(hidden=True, help="The old name of --block-size.")] = None,
    batch: Annotated[int | None, typer.Option(help="Windows in a step.")] = None,
    dropout: Annotated[float | None, typer.Option(help="More for a long training on a short text.")] = None,
    tokenizer: Annotated[str, typer.Option(help=f"{', '.join(TOKENIZERS)}.")] = "characters",
    reads: Annotated[
        str, typer.Option(help="text, or examples: lines of a question up to its “=”, and an answer.")
    ] = READS[0],
    begin: Annotated[str, typer.Option(help="A model to train on, with its shape and tokenizer.")] = "",
    optimiser: Annotated[str, typer.Option(help=f"{', '.join(USUAL_LR)}.")] = "muon",
    lr: Annotated[float | None, typer.Option(help="Learning rate; the optimiser's usual one if not given.")] = None,
    schedule: Annotated[str, typer.Option(help=f"Learning rate over time: {', '.join(SCHEDULES)}.")] = "stay_and_fall",
    seed: Annotated[int, typer.Option(help="Of the first weights and the order of the text.")] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Train a model of your own on a text. Ctrl-C ends early and keeps what was learned.

    The file holds the weights that predicted the held-out text best: a long training on a short text learns it by heart
    in the end, and predicts everything else worse.

    JSON: out, parameters, vocabulary, steps, seconds, loss (of the last step), kept_step (whose weights the file
    holds), last_held_out_nats_per_token (of the last step); of the file: held_out_nats_per_token,
    held_out_nats_per_character (null of examples), unigram_nats_per_token and bigram_nats_per_token (what counting
    tokens, and pairs of tokens, gives on the same held-out text), unigram_nats_per_character, encoding (of the file);
    optimiser, lr, schedule, seed; diverged (the step at which the loss was no number any longer: the training ends
    there, and the file holds the best weights before; else null); of examples answers: a list of kind, right and count,
    of held-out ones.
    """
    if reads not in READS:
        raise BadInput("gpt.reads_unknown", name=reads, choices=", ".join(READS))
    if preset not in PRESETS:
        raise BadInput("gpt.preset_unknown", name=preset, choices=", ".join(PRESETS))
    block_size = block if block_size is None else block_size
    learns = {"optimiser": optimiser, "lr": lr, "schedule": schedule}
    sizes = {"layers": layers, "heads": heads, "width": width, "block_size": block_size, "batch": batch}
    chosen: dict[str, Any] = {
        name: value for name, value in {**sizes, **learns, "dropout": dropout}.items() if value is not None
    }
    shape: Shape = replace(PRESETS[preset], **chosen)
    whole("seed", seed, 0, MAX_SEED)
    number("minutes", minutes, 0.001, 1e6)
    whole("steps", steps, 0, 10**9)
    if out.suffix != ".safetensors":
        raise BadInput("gpt.not_safetensors", path=out)
    file = read_file(text_file)
    check_writable(out)  # find out now, not after five minutes
    if file.encoding != "utf-8":
        print(f"Read as {file.encoding}.", file=sys.stderr)
    origin = loading.open_model(begin, select_device(device), token=True) if begin else None
    own_tokenizer = origin.tokenizer if origin else tokenizer_for(file.text, tokenizer)
    config = replace(origin.model.config, dropout=dropout or 0.0) if origin else shape.config(len(own_tokenizer))
    corpus, lines = _corpus(file.text, reads, own_tokenizer, config.block_size, shape.batch)
    recipe = shape.recipe(minutes=minutes, steps=steps or math.inf, seed=seed)
    training = Training(corpus, config, recipe, select_device(device))
    if origin:
        training.begin_with(origin.model, steps_of(origin))
    known = of_pairs(*corpus.pairs(), config.vocab_size)
    progress, best, diverged = None, Best(), None
    try:
        for progress in training.run():
            best.see(progress.held_out, training)
            if not as_json and (progress.held_out or progress.step % 25 == 0):
                measured = f", held out {progress.held_out:.3f}" if progress.held_out else ""
                print(f"{progress.share:4.0%}  step {progress.step}  loss {progress.loss:.3f}{measured}", flush=True)
    except KeyboardInterrupt:
        print("Stopped early.", file=sys.stderr)
    except Diverged as found:
        diverged = found.step
        if not best.weights:
            raise BadInput("gpt.diverged_at_once", step=found.step, loss=found.loss) from found
        print(f"The loss became {found.loss} at step {found.step}; a smaller --lr mends that.", file=sys.stderr)
    last_held_out = progress.held_out if progress and progress.held_out is not None else None
    if diverged is None and last_held_out is None:
        last_held_out = training.measure()
    best.see(last_held_out, training)
    training.average.load_state_dict(best.weights)
    prompt_format = prompt_format_of(lines) if lines else origin.prompt_format if origin else "text"
    trained = Checkpoint(training.average, own_tokenizer, {}, prompt_format)
    result = measure(trained, file.text, held_out=True) if isinstance(corpus, Text) else None
    per_token = result.nats_per_token if result else evaluate_windows(training.average, corpus.held_out(whole=True))
    held_out = result.nats_per_character if result else per_token
    unigram = result.unigram_nats_per_character if result else known.unigram
    facts = {"trained_on": text_file.name, "held_out": held_out, "steps": steps_of(origin) + best.step}
    learned = {"optimiser": optimiser, "lr": lr_of(recipe), "schedule": schedule, "seed": seed}
    facts |= {"unigram": unigram, "seconds": training.seconds, "batch": shape.batch} | learned
    checkpoints.save(replace(trained, facts=facts), out)
    summary = {
        "out": str(out),
        "parameters": training.model.parameter_count,
        "vocabulary": config.vocab_size,
        "steps": training.step,
        "seconds": training.seconds,
        "loss": progress.loss if progress else None,
        "kept_step": best.step,
        "last_held_out_nats_per_token": last_held_out,
        "held_out_nats_per_token": per_token,
        "held_out_nats_per_character": result and result.nats_per_character,
        "unigram_nats_per_token": known.unigram,
        "bigram_nats_per_token": known.bigram,
        "unigram_nats_per_character": result and result.unigram_nats_per_character,
        "encoding": file.encoding,
        **learned,
        "diverged": diverged,
    }
    per_character = f"{result.nats_per_character:.3f} nats per character on the last tenth; " if result else ""
    human = (
        f"{out}: {training.model.parameter_count:,} parameters, {per_character}{per_token:.3f} per token (counting "
        f"tokens gives {known.unigram:.3f}, pairs of tokens {known.bigram:.3f})"
    )
    if lines:
        answers = asked(training.average, split_lines(lines)[1], own_tokenizer)
        summary["answers"] = [asdict(each) for each in answers]
        human += "".join(f"; {each.right} of {each.count} held-out questions right ({each.kind})" for each in answers)
    if best.step < training.step and last_held_out is not None:
        human += f"\nThese are the weights after step {best.step:,}; step {training.step:,} had {last_held_out:.3f}."
    cli.emit(summary, human, as_json)


def _corpus(
    text: str, reads: str, tokenizer: Tokenizer, block_size: int, batch: int
) -> tuple[Text | Pairs, list[Line]]:
    """What a training reads, and of examples the lines."""
    if reads == "text":
        return Text(tokenizer.encode(text).tensor(), block_size), []
    lines = read_lines(text)
    return corpus_of(lines, tokenizer, block_size, batch)[0], lines


def check_writable(path: Path) -> None:
    """Raises BadInput where no such file could be written. Makes its folder; leaves a file that is there as it is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") if path.exists() else TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise BadInput("gpt.cannot_write", path=path) from error


@app.command()
def evaluate(
    text_file: Annotated[Path, typer.Argument(help="The text.")],
    model: Model = "shakespeare",
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Only the last tenth of the tokens, left out of training.")
    ] = False,
    heads: Heads = 0,
    vocabulary: Vocabulary = "",
    offline: Offline = False,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Measure how well a model predicts a text: mean cross-entropy, lower is better.

    JSON: nats_per_token, nats_per_character, unigram_nats_per_character, tokens, characters, skipped and unknown (of
    the whole text).
    """
    loaded = open_model(model, device, offline, heads, vocabulary)
    result = measure(loaded, read_file(text_file).text, held_out=held_out)
    human = (
        f"{result.nats_per_token:.4f} nats per token, {result.nats_per_character:.4f} per character, over "
        f"{result.characters:,} characters (guessing by frequency: {result.unigram_nats_per_character:.4f})"
    )
    if result.skipped:
        human += f"\n{result.skipped:,} characters were skipped, unknown to the model: {' '.join(result.unknown)}"
    cli.emit(asdict(result), human, as_json)


@app.command("compare")
def compare_two(
    a: Annotated[str, typer.Argument(metavar="A", help=NAMES)],
    b: Annotated[str, typer.Argument(metavar="B", help="The other model, named in the same way.")],
    text: Annotated[str, typer.Option(help="What both read; of a long text, the end that both contexts hold.")],
    heads: Heads = 0,
    vocabulary: Vocabulary = "",
    offline: Offline = False,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Two models on the same text: which expected it, where they disagree, and how far their weights lie apart.

    JSON: a, b: model, nats_per_token, bits_per_character, tokens, unknown (skipped characters); characters and tokens
    count what both predicted; same_vocabulary (else only the bits can be compared); dropped_characters (at the
    beginning, for which a context has no room); segments, a list of text, loss_a, loss_b (nats; null where a model had
    nothing before it, or skipped some of it), kl_divergence (of A from B in nats, before it; null without a common
    vocabulary) and the likeliest of either before it, best_a and best_b (text, probability); most_different (segments);
    weights, a list of name, layer, relative (‖A − B‖ / ‖A‖) and cosine, null where the shapes differ.
    """
    first, second = (open_model(each, device, offline, heads, vocabulary) for each in (a, b))
    compared = compare_on(first, second, text)
    apart = weight_distances(first.model, second.model) if same_shape(first.model, second.model) else None
    names = a, b
    cli.emit(report.as_json(names, first, second, compared, apart), report.as_text(names, compared, apart), as_json)


if __name__ == "__main__":
    cli.run(app)
