"""minGPT on the command line: generate, train, evaluate."""

import math
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from demos.common import cli
from demos.common.device import pick
from demos.common.errors import BadInput
from demos.gpt import checkpoint as checkpoints
from demos.gpt.checkpoint import Checkpoint
from demos.gpt.data import read_text, split
from demos.gpt.learn import Recipe, Training
from demos.gpt.measure import entropy, measure
from demos.gpt.model import Config
from demos.gpt.sample import Sampling, prepare, write
from demos.gpt.tokenizer import CharTokenizer

app = cli.new("A small GPT: write text, train your own, measure it.")

Model = Annotated[str, typer.Option(help="An embedded model (shakespeare) or the path of a .safetensors file.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def generate(
    model: Model = "shakespeare",
    prompt: Annotated[str, typer.Option(help="What the text starts with; may be empty.")] = "",
    tokens: Annotated[int, typer.Option(help="How many tokens to write at most.")] = 200,
    temperature: Annotated[float, typer.Option(help="0 takes the likeliest token always.")] = 0.8,
    top_k: Annotated[int, typer.Option(help="Choose among the k likeliest tokens; 0 for all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Choose among the likeliest that make up this probability.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed writes the same text.")] = 0,
    stop: Annotated[str, typer.Option(help="End once this was written.")] = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Continue a prompt.

    JSON: prompt, text (the continuation), tokens, nats_per_token (of the continuation, by the model itself), seconds,
    tokens_per_second, skipped_characters, model.
    """
    sampling = Sampling(tokens, temperature, top_k, top_p, seed, stop)
    loaded = checkpoints.load(model, pick(device))
    began = time.perf_counter()
    opening = prepare(loaded, prompt)
    if opening.unknown:
        print(f"Skipped, unknown to the model: {' '.join(map(repr, opening.unknown))}", file=sys.stderr)
    if not as_json:
        print(opening.text, end="", flush=True)
    text, surprise, count = "", 0.0, 0
    for piece in write(loaded, opening, sampling):
        text += piece.text
        surprise -= math.log(max(piece.probability, 1e-45))
        count += 1
        if not as_json:
            print(piece.text, end="", flush=True)
    seconds = time.perf_counter() - began
    result = {
        "prompt": opening.text,
        "text": text,
        "tokens": count,
        "nats_per_token": surprise / count if count else None,
        "seconds": seconds,
        "tokens_per_second": count / seconds,
        "skipped_characters": list(opening.unknown),
        "model": model,
    }
    cli.emit(result, f"\n\n{count} tokens, {count / seconds:.0f} a second", as_json)


@app.command()
def train(
    text_file: Annotated[Path, typer.Argument(help="The text, UTF-8; its last tenth is held out.")],
    out: Annotated[Path, typer.Option(help="The .safetensors file to write.")],
    minutes: Annotated[float, typer.Option(help="Time to train.")] = 5,
    steps: Annotated[int, typer.Option(help="Steps to train at most; 0 for as many as the time allows.")] = 0,
    layers: Annotated[int, typer.Option(help="Layers.")] = 4,
    heads: Annotated[int, typer.Option(help="Heads a layer.")] = 4,
    width: Annotated[int, typer.Option(help="Channels; a multiple of the heads.")] = 128,
    block: Annotated[int, typer.Option(help="The longest context, in characters.")] = 128,
    batch: Annotated[int, typer.Option(help="Windows in a step.")] = 16,
    dropout: Annotated[float, typer.Option(help="More for a long training on a short text.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Of the first weights and the order of the text.")] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Train a model of your own on a text. Ctrl-C ends early and keeps what was learned.

    JSON: out, parameters, steps, seconds, loss (of the last step), held_out_nats_per_character,
    unigram_nats_per_character (what knowing only the frequencies gives).
    """
    positive = {"minutes": minutes, "layers": layers, "heads": heads, "width": width, "block": block, "batch": batch}
    for name, value in positive.items():
        if not 0 < value < 1e6:
            raise BadInput("gpt.not_positive", name=name, value=value)
    if steps < 0 or not 0 <= dropout < 1 or width % heads:
        raise BadInput("gpt.not_a_shape", steps=steps, dropout=dropout, width=width, heads=heads)
    if out.suffix != ".safetensors":
        raise BadInput("gpt.not_safetensors", path=out)
    out.parent.mkdir(parents=True, exist_ok=True)  # find out now, not after five minutes
    text = read_text(text_file)
    tokenizer = CharTokenizer.of(text)
    tokens = tokenizer.encode(text).tensor()
    config = Config(len(tokenizer), block, layers, heads, width, bias=False, dropout=dropout)
    recipe = Recipe(minutes=minutes, steps=steps or math.inf, batch=batch, seed=seed)
    training = Training(tokens, config, recipe, pick(device))
    progress = None
    try:
        for progress in training.run():
            if not as_json and (progress.held_out or progress.step % 25 == 0):
                measured = f", held out {progress.held_out:.3f}" if progress.held_out else ""
                print(f"{progress.share:4.0%}  step {progress.step}  loss {progress.loss:.3f}{measured}", flush=True)
    except KeyboardInterrupt:
        print("Stopped early.", file=sys.stderr)
    trained = Checkpoint(training.average, tokenizer, {})
    held_out = measure(trained, tokenizer.decode(split(tokens)[1].tolist())).nats_per_character
    facts = {"trained_on": text_file.name, "held_out": held_out, "steps": training.step, "seconds": training.seconds}
    checkpoints.save(Checkpoint(training.average, tokenizer, facts), out)
    result = {
        "out": str(out),
        "parameters": training.model.parameter_count,
        "steps": training.step,
        "seconds": training.seconds,
        "loss": progress.loss if progress else None,
        "held_out_nats_per_character": held_out,
        "unigram_nats_per_character": entropy(text),
    }
    human = f"{out}: {training.model.parameter_count:,} parameters, {held_out:.3f} nats per character on the last tenth"
    cli.emit(result, human, as_json)


@app.command()
def evaluate(
    text_file: Annotated[Path, typer.Argument(help="The text, UTF-8.")],
    model: Model = "shakespeare",
    held_out: Annotated[bool, typer.Option("--held-out", help="Only the last tenth, left out of training.")] = False,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Measure how well a model predicts a text: mean cross-entropy, lower is better.

    JSON: nats_per_token, nats_per_character, unigram_nats_per_character, tokens, characters, skipped, unknown.
    """
    loaded = checkpoints.load(model, pick(device))
    text = read_text(text_file)
    result = measure(loaded, text[int(0.9 * len(text)) :] if held_out else text)
    human = (
        f"{result.nats_per_token:.4f} nats per token, {result.nats_per_character:.4f} per character, over "
        f"{result.characters:,} characters (guessing by frequency: {result.unigram_nats_per_character:.4f})"
    )
    if result.skipped:
        human += f"\n{result.skipped:,} characters were skipped, unknown to the model: {' '.join(result.unknown)}"
    cli.emit(asdict(result), human, as_json)


if __name__ == "__main__":
    cli.run(app)
