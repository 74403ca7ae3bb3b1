"""The XOR demo on the command line: `python -m demos.xor train --help`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from demos.common import cli
from demos.common.scheduling.ray_cluster import OPTION, check
from demos.common.scheduling.threads import process_with
from demos.xor.asked import about_points, asked_lottery, training_recipe
from demos.xor.csv_table import read_csv_file
from demos.xor.lottery.cells import CellsDone
from demos.xor.lottery.lottery import MOST_SEEDS, Progress
from demos.xor.outcome import outcome
from demos.xor.recipe import MODELS, names

STANDARDISE = "Learn each coordinate with mean 0 and standard deviation 1; results are in the points' own units."
FEATURES = f"The MLP's inputs, with commas between: some of {names('features')}."
ACTIVATION = f"One of {names('activation')}; or one for each hidden layer, with commas between."
DROPOUT = "Probability with which a hidden unit is left out of a training step, at most 0.8 (mlp)."

app = cli.new("The perceptron and the multi-layer perceptron on points in the plane.")


@app.callback()
def main() -> None:
    """The perceptron and the multi-layer perceptron on points in the plane."""
    process_with(1)  # for matrices this small a team costs more than it saves


@app.command()
def train(
    data: Annotated[str, typer.Option(help=f"One of {names('data')}; digits (forward-forward).")] = "xor",
    model: Annotated[str, typer.Option(help=f"One of {', '.join(MODELS)}.")] = "mlp",
    hidden: Annotated[
        str | None, typer.Option(help="Units of each hidden layer, like 8,4. Default: 4, or what suits.")
    ] = None,
    layers: Annotated[
        int | None, typer.Option(help="How often a single --hidden is repeated; 0: no hidden layer.")
    ] = None,
    activation: Annotated[str, typer.Option(help=ACTIVATION)] = "tanh",
    init: Annotated[str, typer.Option(help=f"First weights: one of {names('init')}.")] = "xavier",
    loss: Annotated[str, typer.Option(help=f"One of {names('loss')} (mlp).")] = "cross_entropy",
    optimiser: Annotated[str, typer.Option(help=f"One of {names('optimiser')}.")] = "adam",
    lr: Annotated[float | None, typer.Option(help="Learning rate. Default: 0.1, or what suits.")] = None,
    steps: Annotated[
        int | None, typer.Option(help="Gradient steps, or points shown (perceptron). Default: 2000, or what suits.")
    ] = None,
    noise: Annotated[float | None, typer.Option(help="Standard deviation; default: the dataset's.")] = None,
    count: Annotated[int | None, typer.Option(help="Number of points; default: the dataset's.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the points and the first weights.")] = 0,
    output: Annotated[str, typer.Option(help=f"Last layer: one of {names('output')} (mlp).")] = "sigmoid",
    batch: Annotated[int | None, typer.Option(help="Points in each gradient step; 0: all. Default: 0.")] = None,
    l1: Annotated[float, typer.Option("--l1", help="Penalty on the sum of |weight| (mlp).")] = 0.0,
    l2: Annotated[float, typer.Option("--l2", help="Penalty on half the sum of weight² (mlp).")] = 0.0,
    dropout: Annotated[float, typer.Option(help=DROPOUT)] = 0.0,
    standardise: Annotated[bool, typer.Option("--standardise", help=STANDARDISE)] = False,
    features: Annotated[str, typer.Option(help=FEATURES)] = "x1,x2",
    test: Annotated[float, typer.Option(help="Share of the points held out for testing.")] = 0.0,
    points_seed: Annotated[int | None, typer.Option(help="Draws the points; default: the seed.")] = None,
    points: Annotated[Path | None, typer.Option(help="CSV file (x, y, label) in place of --data.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train one model and say how it went.

    What suits: forward-forward takes a shape that copes with the data; digits ask for more units, steps and batches.

    JSON: the recipe's fields that matter to the model; steps (taken), loss (null if it is no number), accuracy;
    for the mlp solved_at (the step from which on every point was right, or null), test_loss and test_accuracy (null
    if no points are held out) and weights (of each layer the weight, a row for each input, and the bias; null if it
    diverged); for the perceptron corrections, epochs, converged, weights (w1, w2, b) and cycle
    (null, or period, found and errors, all counted in epochs), separable, margin and most_corrections (Novikoff's
    bound). For forward-forward loss, positive and negative (mean
    goodness in both passes) are lists with one number for each layer; digits give train_error, test_error and
    backprop with the same two, from the same split and shape.
    """
    own = read_csv_file(points) if points else None
    data = "xor" if own else data
    recipe = training_recipe(
        model,
        data=data,
        noise=noise,
        count=count,
        hidden=hidden,
        layers=layers,
        activation=activation,
        init=init,
        loss=loss,
        optimiser=optimiser,
        lr=lr,
        steps=steps,
        seed=seed,
        output=output,
        batch=batch,
        l1=l1,
        l2=l2,
        dropout=dropout,
        standardise=standardise,
        features=features,
        test=test,
        points_seed=points_seed,
    )
    result = outcome(model, recipe, own)
    summary = _digits if data == "digits" else SUMMARIES[model]
    cli.emit(result | about_points(str(points), own), summary(result), as_json)


@app.command("lottery")
def play(
    data: Annotated[str, typer.Option(help=f"One of {names('data')}.")] = "xor",
    hidden: Annotated[str, typer.Option(help="Units in each hidden layer: widths with commas between.")] = "2,4,8",
    activation: Annotated[str, typer.Option(help=f"Some of {names('activation')}.")] = "tanh,relu,sigmoid",
    seeds: Annotated[int, typer.Option(help=f"Nets of each width and activation, at most {MOST_SEEDS}.")] = 200,
    steps: Annotated[int, typer.Option(help="Gradient steps.")] = 10_000,
    lr: Annotated[float, typer.Option(help="Learning rate.")] = 0.1,
    layers: Annotated[int, typer.Option(help="Hidden layers.")] = 1,
    init: Annotated[str, typer.Option(help=f"First weights: one of {names('init')}.")] = "uniform",
    loss: Annotated[str, typer.Option(help=f"One of {names('loss')}.")] = "squared",
    output: Annotated[str, typer.Option(help=f"Last layer: one of {names('output')}.")] = "sigmoid",
    optimiser: Annotated[str, typer.Option(help=f"One of {names('optimiser')}.")] = "gradient_descent",
    batch: Annotated[int, typer.Option(help="Points in each gradient step; 0: all.")] = 0,
    l1: Annotated[float, typer.Option("--l1", help="Penalty on the sum of |weight|.")] = 0.0,
    l2: Annotated[float, typer.Option("--l2", help="Penalty on half the sum of weight².")] = 0.0,
    dropout: Annotated[float, typer.Option(help=DROPOUT)] = 0.0,
    standardise: Annotated[bool, typer.Option("--standardise", help=STANDARDISE)] = False,
    features: Annotated[str, typer.Option(help=FEATURES)] = "x1,x2",
    noise: Annotated[float | None, typer.Option(help="Standard deviation; default: the dataset's.")] = None,
    count: Annotated[int | None, typer.Option(help="Number of points; default: the dataset's.")] = None,
    seed: Annotated[int, typer.Option(help="The first seed; it also draws the points.")] = 0,
    points: Annotated[Path | None, typer.Option(help="CSV file (x, y, label) in place of --data.")] = None,
    ray: Annotated[str | None, typer.Option(help=OPTION)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train many nets that differ in their first weights only, and count how many solve the points.

    JSON: the recipe's fields, seeds, and results: for each hidden and activation, seeds, solved, share, interval (95%,
    Wilson), steps_median and steps_quartiles (to the solution, of those that solved), solved_at (per seed: the step
    from which on every point was right, or null) and solutions: kinds of maps by regions (connected regions of class 0
    and class 1 in view), with solved, count, and the seed of an example. The same with --ray.
    """
    check(ray)
    own = read_csv_file(points) if points else None
    data = "xor" if own else data
    asked = asked_lottery(
        data=data,
        noise=noise,
        count=count,
        hidden=hidden,
        activation=activation,
        init=init,
        loss=loss,
        optimiser=optimiser,
        lr=lr,
        steps=steps,
        seed=seed,
        output=output,
        batch=batch,
        l1=l1,
        l2=l2,
        dropout=dropout,
        standardise=standardise,
        features=features,
        layers=layers,
        seeds=seeds,
        own=own,
    )
    for progress in asked.draw_on(ray) if ray else asked.draw():
        if isinstance(progress, CellsDone):
            said = f"{progress.done:,} of {progress.cells:,} widths and activations"
        else:
            said = f"{progress.step:,} of {progress.steps:,} steps"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{said}", end="", file=sys.stderr)
    assert isinstance(progress, Progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    cli.emit(asked.told(progress, str(points)), _lottery_summary(progress), as_json)


def _lottery_summary(progress: Progress) -> str:
    lines = [f"{'hidden':>6}  {'activation':<10}  {'solved':>9}  {'share':>6}  {'95% interval':<13}  steps to solve"]
    for one in progress.results:
        low, high = one.interval
        steps = f"{one.steps[1]:,.0f} ({one.steps[0]:,.0f}–{one.steps[2]:,.0f})" if one.steps else "–"
        lines.append(
            f"{one.hidden:>6}  {one.activation:<10}  {one.solved:>4}/{len(one.solved_at):<4}  {one.share:>6.1%}  "
            f"{low:>5.1%} – {high:<5.1%}  {steps}"
        )
        lines += [
            f"{'':>6}  {solution.count:>4} {'solved' if solution.solved else 'not solved'}, "
            f"regions of class {_listed(range(len(solution.regions)))}: {_listed(solution.regions)}; "
            f"for example seed {solution.example}"
            for solution in one.solutions
        ]
    return "\n".join(lines)


def _listed(numbers: Iterable[int]) -> str:
    """ "0 and 1", "0, 1 and 2"."""
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}"


def _perceptron(result: dict[str, Any]) -> str:
    if result["converged"]:
        return f"Converged after {result['corrections']} corrections, in epoch {result['epochs']}."
    if cycle := result["cycle"]:
        before = "one epoch" if cycle["period"] == 1 else f"{cycle['period']} epochs"
        return (
            f"It will never converge: after epoch {cycle['found']} its weights are exactly those of {before} before. "
            f"Errors in each epoch of this cycle: {', '.join(map(str, cycle['errors']))}."
        )
    so_far = f"Not converged: after {result['steps']} points shown {result['accuracy']:.1%} of the points are right."
    if result["separable"] is None:
        return f"{so_far} Give it more --steps, if lines separate these points."
    if not result["separable"]:
        return f"{so_far} No line separates these points."
    most, margin = result["most_corrections"], result["margin"]
    bound = f" after at most {most:,} corrections, by its margin of {margin:.3g}" if most else ""
    so_far += f" A line separates them, so it must converge{bound}; so far {result['corrections']:,}."
    return f"{so_far} Give it more --steps."


def _mlp(result: dict[str, Any]) -> str:
    if result["loss"] is None:
        return f"Diverged: after {result['steps']} steps the loss is no number any more; try a smaller learning rate."
    if result["solved_at"] is not None:
        summary = f"Solved after {result['solved_at']} steps. Loss after {result['steps']} steps: {result['loss']:.2e}."
    else:
        summary = (
            f"Not solved: after {result['steps']} steps {result['accuracy']:.1%} of the points are right, "
            f"loss {result['loss']:.3f}."
        )
    return summary + _held_out(result)


def _forward_forward(result: dict[str, Any]) -> str:
    if None in result["loss"]:
        return f"Diverged: after {result['steps']} steps a loss is no number any more; try a smaller learning rate."
    layers = zip(result["positive"], result["negative"], strict=True)
    goodness = "; ".join(f"layer {index}: {real:.2f} and {false:.2f}" for index, (real, false) in enumerate(layers, 1))
    solved = f"Solved after {result['solved_at']} steps." if result["solved_at"] is not None else "Not solved."
    return (
        f"{solved} After {result['steps']} steps {result['accuracy']:.1%} of the points are right. "
        f"Goodness with right and wrong labels: {goodness}." + _held_out(result)
    )


def _held_out(result: dict[str, Any]) -> str:
    share = result["test_accuracy"]
    return "" if share is None else f" Of the points held out {share:.1%} are right."


def _digits(result: dict[str, Any]) -> str:
    ours, theirs = result["test_error"], result["backprop"]["test_error"]
    return (
        f"After {result['steps']} steps on {result['train_count']:,} digits, wrong of {result['test_count']} others: "
        f"Forward-Forward {ours:.2%}, backpropagation {theirs:.2%}."
    )


SUMMARIES = {"perceptron": _perceptron, "mlp": _mlp, "forward-forward": _forward_forward}


if __name__ == "__main__":
    cli.run(app)
