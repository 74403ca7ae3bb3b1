"""The XOR demo on the command line: `python -m demos.xor train --help`."""

from dataclasses import fields
from typing import Annotated

import typer

from demos.common import cli
from demos.xor.data import DATASETS
from demos.xor.outcome import outcome
from demos.xor.recipe import ACTIVATIONS, INITIALISATIONS, LOSSES, MODELS, OPTIMISERS, OUTPUTS, Recipe

app = cli.new("The perceptron and the multi-layer perceptron on points in the plane.")


@app.callback()
def main() -> None:
    """The perceptron and the multi-layer perceptron on points in the plane."""


@app.command()
def train(
    data: Annotated[str, typer.Option(help=f"One of {', '.join(DATASETS)}.")] = "xor",
    model: Annotated[str, typer.Option(help=f"One of {', '.join(MODELS)}.")] = "mlp",
    hidden: Annotated[int, typer.Option(help="Units in each hidden layer (mlp).")] = 4,
    layers: Annotated[int, typer.Option(help="Hidden layers (mlp).")] = 1,
    activation: Annotated[str, typer.Option(help=f"One of {', '.join(ACTIVATIONS)} (mlp).")] = "tanh",
    init: Annotated[str, typer.Option(help=f"First weights: one of {', '.join(INITIALISATIONS)} (mlp).")] = "xavier",
    loss: Annotated[str, typer.Option(help=f"One of {', '.join(LOSSES)} (mlp).")] = "cross_entropy",
    optimiser: Annotated[str, typer.Option(help=f"One of {', '.join(OPTIMISERS)} (mlp).")] = "adam",
    lr: Annotated[float, typer.Option(help="Learning rate.")] = 0.1,
    steps: Annotated[int, typer.Option(help="Gradient steps (mlp), or points shown (perceptron).")] = 2000,
    noise: Annotated[float | None, typer.Option(help="Standard deviation; default: the dataset's.")] = None,
    count: Annotated[int | None, typer.Option(help="Number of points; default: the dataset's.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the points and the first weights.")] = 0,
    output: Annotated[str, typer.Option(help=f"Last layer: one of {', '.join(OUTPUTS)} (mlp).")] = "sigmoid",
    batch: Annotated[int, typer.Option(help="Points in each gradient step; 0: all (mlp).")] = 0,
    l1: Annotated[float, typer.Option("--l1", help="Penalty on the sum of |weight| (mlp).")] = 0.0,
    l2: Annotated[float, typer.Option("--l2", help="Penalty on half the sum of weight² (mlp).")] = 0.0,
    test: Annotated[float, typer.Option(help="Share of the points held out for testing.")] = 0.0,
    points_seed: Annotated[int | None, typer.Option(help="Draws the points; default: the seed.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train one model and say how it went.

    JSON: the recipe's fields that matter to the model; steps (taken), loss (null if it is no number), accuracy;
    for the mlp solved_at (the step from which on every point was right, or null), test_loss and test_accuracy (null
    if no points are held out); for the perceptron corrections, epochs, converged, weights (w1, w2, b) and cycle
    (null, or period, found and errors, all counted in epochs).
    """
    given = locals()  # every option but the model and --json is a field of the recipe
    recipe = Recipe(**{field.name: given[field.name] for field in fields(Recipe)})
    result = outcome(model, recipe)
    cli.emit(result, _perceptron(result) if model == "perceptron" else _mlp(result), as_json)


def _perceptron(result: dict) -> str:
    if result["converged"]:
        return f"Converged after {result['corrections']} corrections, in epoch {result['epochs']}."
    if cycle := result["cycle"]:
        before = "one epoch" if cycle["period"] == 1 else f"{cycle['period']} epochs"
        return (
            f"It will never converge: after epoch {cycle['found']} its weights are exactly those of {before} before. "
            f"Errors in each epoch of this cycle: {', '.join(map(str, cycle['errors']))}."
        )
    return f"Not converged: after {result['steps']} points shown {result['accuracy']:.1%} of the points are right."


def _mlp(result: dict) -> str:
    if result["loss"] is None:
        return f"Diverged: after {result['steps']} steps the loss is no number any more; try a smaller learning rate."
    if result["solved_at"] is not None:
        return f"Solved after {result['solved_at']} steps. Loss after {result['steps']} steps: {result['loss']:.2e}."
    return (
        f"Not solved: after {result['steps']} steps {result['accuracy']:.1%} of the points are right, "
        f"loss {result['loss']:.3f}."
    )


if __name__ == "__main__":
    cli.run(app)
