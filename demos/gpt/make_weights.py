"""Train the embedded model: `python -m demos.gpt.make_weights TEXTFILE`."""

import time
from pathlib import Path
from typing import Annotated

import torch
import typer

from demos.common import cli
from demos.gpt.data import CharTokenizer, read_text
from demos.gpt.learn import Recipe, Training
from demos.gpt.model import Config

CHECKPOINT = Path("~/.cache/glassbox/gpt/shakespeare.pt")


def main(
    text_file: Annotated[Path, typer.Argument(help="The text, UTF-8; the last tenth is held out.")],
    minutes: Annotated[float, typer.Option(help="Time to train, without measuring.")] = 72,
    checkpoint: Annotated[Path, typer.Option(help="Written every 250 steps; the run goes on from it.")] = CHECKPOINT,
    threads: Annotated[int, typer.Option(help="Threads of torch.")] = 1,
) -> None:
    """Train the Shakespeare model."""
    torch.set_num_threads(threads)
    checkpoint = checkpoint.expanduser()
    text = read_text(text_file)
    tokenizer = CharTokenizer.of(text)
    tokens = tokenizer.encode(text).tensor()
    config = Config(len(tokenizer), block_size=256, layers=6, heads=4, width=256, bias=False, dropout=0.25)
    training = Training(tokens, config, Recipe(minutes=minutes, batch=16))
    if checkpoint.exists():
        training.resume(checkpoint)
    smooth, began = 0.0, time.monotonic()
    for progress in training.run():
        smooth = progress.loss if not smooth else 0.98 * smooth + 0.02 * progress.loss
        if progress.step % 50 == 0 or progress.held_out:
            held_out = f"  held out {progress.held_out:.4f}" if progress.held_out else ""
            print(
                f"step {progress.step}  {progress.share:.1%}  loss {smooth:.4f}{held_out}  "
                f"{progress.seconds:.0f} s of {time.monotonic() - began:.0f} s",
                flush=True,
            )
        if progress.held_out:
            training.save(checkpoint)


if __name__ == "__main__":
    app = cli.new("Train the embedded model.")
    app.command()(main)
    cli.run(app)
