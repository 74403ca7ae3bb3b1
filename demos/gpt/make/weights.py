"""Make the models in weights/gpt/: `python -m demos.gpt.make.weights shakespeare|korean|sort|adder`.

- shakespeare: "tiny Shakespeare", 1,115,394 characters of the plays in the public domain:
  https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt
- korean: 11,823 questions and answers, MIT: https://github.com/songys/Chatbot_data
- sort, adder: every question of a task, made here.

A run that was interrupted goes on where it was; a finished one goes on if it is given more time.
"""

import time
from copy import deepcopy
from pathlib import Path
from typing import Annotated

import torch
import typer

from demos.common import cli
from demos.common.models import weights
from demos.common.scheduling.threads import process_with
from demos.gpt.corpus import Pairs
from demos.gpt.data import read_text
from demos.gpt.learn import Recipe, Training
from demos.gpt.make import cards
from demos.gpt.measure import measure, measure_answers, recalled
from demos.gpt.model import GPT, Config
from demos.gpt.models import checkpoint as checkpoints
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.registry import REGISTRY
from demos.gpt.prompts.chat import Pair, as_asked, examples, pack_pairs, read_pairs, reworded, split_by_question
from demos.gpt.prompts.tasks import TASK_TOKENIZER, TASKS
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer

ASKED = {  # for the model cards: what suits the model, and what does not
    "adder": ("27+45", "99+99", "0+0", "58+50"),
    "sort": ("402913", "7", "999990", "31"),
    "korean": ("안녕하세요", "오늘 너무 힘들었어", "배고파", "대한민국의 수도는 어디야?", "1 더하기 1은?", "Hello"),
}
RUNS = Path("~/.cache/glassbox/gpt").expanduser()
KOREAN_TOKENS = 3000  # better per character than 1500, and than syllables (see the card)

app = cli.new("Train the embedded models, measure them and put them into weights/.")
Threads = Annotated[int, typer.Option(help="Threads of torch.")]


@app.command()
def shakespeare(
    text_file: Annotated[Path, typer.Argument(help="The text, UTF-8; its last tenth is held out.")],
    minutes: Annotated[float, typer.Option(help="Time to train, without measuring.")] = 138,
    threads: Threads = 1,
) -> None:
    """Characters, 4.8 million parameters, measured on the last tenth."""
    process_with(threads)
    text = read_text(text_file)
    tokenizer = CharTokenizer.of(text)
    tokens = tokenizer.encode(text).tensor()
    config = Config(len(tokenizer), block_size=256, layers=6, heads=4, width=256, bias=False, dropout=0.3)
    training = Training(tokens, config, Recipe(minutes=minutes, batch=32))
    train_to_the_end(training, "shakespeare")
    facts = {"trained_on": "tiny Shakespeare, the first 90 %"} | facts_of(training)
    rounded = Checkpoint(in_float16(training), tokenizer)
    result = measure(rounded, text, held_out=True)
    facts |= {"held_out": result.nats_per_character, "unigram": result.unigram_nats_per_character}
    ship(Checkpoint(training.average, tokenizer, facts), "shakespeare", "MIT", "shakespeare TEXTFILE")


@app.command()
def korean(
    csv_file: Annotated[Path, typer.Argument(help="The CSV with the columns Q and A; a tenth of Q is held out.")],
    steps: Annotated[int, typer.Option(help="Steps to train.")] = 4000,
    threads: Threads = 1,
) -> None:
    """Questions and answers in byte pairs, to be remembered; measured on those it read and on held-out ones."""
    process_with(threads)
    known, new = split_by_question(read_pairs(csv_file))
    lines = (f"{as_asked(pair.question)}\n{pair.answer}\n" for pair in known)
    tokenizer = BytePairTokenizer.learn(lines, KOREAN_TOKENS)
    config = Config(len(tokenizer), block_size=64, layers=4, heads=3, width=192, bias=False, dropout=0.1)
    read, measured = (examples(pairs, tokenizer, only_answers=True) for pairs in (reworded(known), new))
    training = Training(Pairs(read, measured), config, Recipe(steps=steps, batch=128, measure_every=200))
    train_to_the_end(training, "korean")
    ship_pairs(known)
    chatbot = Checkpoint(in_float16(training), tokenizer, prompt_format="chat")
    result = measure_answers(chatbot, new)
    facts = {"trained_on": f"{len(known):,} questions and answers"} | facts_of(training)
    facts |= {"recalled": recalled(chatbot, known)}
    facts |= {"held_out": result.nats_per_character, "unigram": result.unigram_nats_per_character}
    facts |= {"held_out_questions": len(new), "nats_per_token": result.nats_per_token}
    ship(Checkpoint(training.average, tokenizer, facts, "chat"), "korean", "MIT", "korean CSVFILE")


@app.command()
def sort(threads: Threads = 1) -> None:
    """One to six digits into their order."""
    task("sort", Config(len(TASK_TOKENIZER), 16, 3, 4, 64, bias=False), steps=6000, threads=threads)


@app.command()
def adder(threads: Threads = 1) -> None:
    """Two numbers of two digits to their sum, its last digit first."""
    task("adder", Config(len(TASK_TOKENIZER), 16, 3, 3, 48, bias=False), steps=2000, threads=threads)


def task(name: str, config: Config, steps: int, threads: int) -> None:
    """Train on some questions of a task, ask all the others."""
    process_with(threads)
    chosen = TASKS[name]
    trained, unseen = chosen.split()
    corpus = Pairs(chosen.examples(chosen.balanced(trained)), chosen.examples(unseen[:5000]))
    # In full precision: products this small gain nothing from bfloat16.
    training = Training(corpus, config, Recipe(steps=steps, batch=128, precision="full"))
    train_to_the_end(training, name)
    wrong = chosen.errors(in_float16(training), unseen)
    facts = {"trained_on": f"{len(trained):,} questions"} | facts_of(training)
    facts |= {"unseen_questions": len(unseen), "errors": len(wrong)}
    print(f"{len(wrong)} of {len(unseen):,} unseen questions answered wrongly: {wrong[:10]}")
    ship(Checkpoint(training.average, TASK_TOKENIZER, facts, name), name, "MIT", name)


def train_to_the_end(training: Training, name: str) -> None:
    """Train to the end, from where an earlier run stopped, keeping the state on the way."""
    run = RUNS / f"{name}.pt"
    if run.exists():
        training.resume(run)
    smooth, began = 0.0, time.monotonic()
    for progress in training.run():
        smooth = progress.loss if not smooth else 0.98 * smooth + 0.02 * progress.loss
        if progress.step % 25 == 0 or progress.held_out:
            held_out = f"  held out {progress.held_out:.4f}" if progress.held_out else ""
            clock = f"{progress.seconds:.0f} s of {time.monotonic() - began:.0f} s"
            print(f"step {progress.step}  {progress.share:.1%}  loss {smooth:.4f}{held_out}  {clock}", flush=True)
        if progress.held_out or progress.step % 25 == 0:
            training.save(run)


def in_float16(training: Training) -> GPT:
    """The averaged model with its weights rounded as they will be in the file: that is what gets measured."""
    rounded = deepcopy(training.average).eval()
    for parameter in rounded.parameters():
        parameter.data = parameter.data.half().float()
    return rounded


def facts_of(training: Training) -> dict[str, object]:
    """What every model's facts say of its training."""
    recipe = training.recipe
    return {
        "seed": recipe.seed,
        "steps": training.step,
        "rows_per_step": recipe.batch,
        "seconds": round(training.seconds),
    }


def ship(checkpoint: Checkpoint, name: str, licence: str, command: str) -> None:
    """Write the weights in float16 and enter the file into the manifest."""
    file = weights.FOLDER / f"gpt/{name}.safetensors"
    checkpoints.save(checkpoint, file, torch.float16)
    made_by = f"python -m demos.gpt.make.weights {command}"
    weights.register(file, licence=licence, made_by=made_by, card=f"gpt/{name}.md")
    if name in ASKED:
        cards.update(weights.FOLDER / f"gpt/{name}.md", checkpoints.load(str(file)), file.stat().st_size, ASKED[name])
    print(f"{file.name}: {file.stat().st_size:,} bytes, {checkpoint.facts}")


def ship_pairs(pairs: list[Pair]) -> None:
    """Write the questions and answers that the chatbot has read, for the page to show, and enter them as well."""
    file = weights.FOLDER / REGISTRY["korean"].pairs
    file.write_bytes(pack_pairs(pairs))
    made_by = "python -m demos.gpt.make.weights korean CSVFILE"
    weights.register(file, licence="MIT (songys/Chatbot_data)", made_by=made_by, card="gpt/korean.md")


if __name__ == "__main__":
    cli.run(app)
