"""Make weights/gpt/shakespeare.safetensors: `python -m demos.gpt.make_weights TEXTFILE`.

The text is "tiny Shakespeare", 1,115,394 characters of the plays in the public domain:
https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt
A run that was interrupted goes on where it was; a finished one goes on if `--minutes` is raised.
"""

import time
from pathlib import Path
from typing import Annotated

import torch
import typer

from demos.common import cli, weights
from demos.gpt import checkpoint as checkpoints
from demos.gpt.checkpoint import Checkpoint
from demos.gpt.data import read_text, split
from demos.gpt.learn import Recipe, Training
from demos.gpt.measure import measure
from demos.gpt.model import Config
from demos.gpt.tokenizer import CharTokenizer

RUN = Path("~/.cache/glassbox/gpt/shakespeare.pt")


def main(
    text_file: Annotated[Path, typer.Argument(help="The text, UTF-8; its last tenth is held out.")],
    minutes: Annotated[float, typer.Option(help="Time to train, without measuring.")] = 73,
    run: Annotated[Path, typer.Option(help="The run's state, written every 250 steps.")] = RUN,
    threads: Annotated[int, typer.Option(help="Threads of torch.")] = 1,
) -> None:
    """Train the Shakespeare model, measure it on the last tenth and put it into weights/."""
    torch.set_num_threads(threads)
    run = run.expanduser()
    text = read_text(text_file)
    tokenizer = CharTokenizer.of(text)
    tokens = tokenizer.encode(text).tensor()
    config = Config(len(tokenizer), block_size=256, layers=6, heads=4, width=256, bias=False, dropout=0.25)
    training = Training(tokens, config, Recipe(minutes=minutes, batch=16))
    if run.exists():
        training.resume(run)
    smooth, began = 0.0, time.monotonic()
    for progress in training.run():
        smooth = progress.loss if not smooth else 0.98 * smooth + 0.02 * progress.loss
        if progress.step % 50 == 0 or progress.held_out:
            held_out = f"  held out {progress.held_out:.4f}" if progress.held_out else ""
            clock = f"{progress.seconds:.0f} s of {time.monotonic() - began:.0f} s"
            print(f"step {progress.step}  {progress.share:.1%}  loss {smooth:.4f}{held_out}  {clock}", flush=True)
        if progress.held_out:
            training.save(run)
    ship(training, tokenizer, tokenizer.decode(split(tokens)[1].tolist()))


def ship(training: Training, tokenizer: CharTokenizer, held_out: str) -> None:
    """Write the averaged weights in float16, measure exactly that file on `held_out`, enter it into the manifest."""
    file = weights.FOLDER / checkpoints.EMBEDDED["shakespeare"]
    facts: dict[str, object] = {"trained_on": "tiny Shakespeare, the first 90 %", "seed": training.recipe.seed}
    facts |= {"steps": training.step, "windows_per_step": training.recipe.batch, "seconds": round(training.seconds)}
    checkpoints.save(Checkpoint(training.average, tokenizer, facts), file, torch.float16)
    result = measure(checkpoints.load(str(file)), held_out)
    facts |= {"held_out": result.nats_per_character, "unigram": result.unigram_nats_per_character}
    checkpoints.save(Checkpoint(training.average, tokenizer, facts), file, torch.float16)
    weights.register(
        file, licence="MIT", made_by="python -m demos.gpt.make_weights TEXTFILE", card="gpt/shakespeare.md"
    )
    print(f"{file.name}: {file.stat().st_size:,} bytes, {result}")


if __name__ == "__main__":
    app = cli.new("Train the embedded model.")
    app.command()(main)
    cli.run(app)
