"""What a program can ask of the XOR demo: the command line's train and lottery, bounded as the page is."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demos.common.settings import Settings
from demos.common.validate import whole

MOST_STEPS = 20_000  # of one call
POINTS = "points"  # what a program's own points are called in the answer
SECONDS_BETWEEN_MESSAGES = 0.5  # of what is under way
PIECE = 0.1  # seconds of a training between two looks whether it is somebody else's turn


@dataclass(frozen=True)
class Endpoints:
    """Each public method is one, see common/ui/endpoint.py."""

    settings: Settings

    def xor_train(
        self,
        data: str = "xor",
        model: str = "mlp",
        hidden: int | str | None = None,
        layers: int | None = None,
        activation: str = "tanh",
        lr: float | None = None,
        steps: int | None = None,
        seed: int = 0,
        noise: float | None = None,
        count: int | None = None,
        init: str = "xavier",
        loss: str = "cross_entropy",
        optimiser: str = "adam",
        language: str = "en",
        output: str = "sigmoid",
        batch: int | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        standardise: bool = False,
        features: str = "x1,x2",
        test: float = 0.0,
        points_seed: int | None = None,
        points: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Train one small network on points in the plane and say whether it separates them, and after how long.

        A long training streams its step; the last message is the answer.

        Args:
            data: Which points: xor, and, or, moons, circles, spiral …; a wrong name is answered with all of them.
            model: perceptron (one line, Rosenblatt 1958), mlp (backpropagation) or forward-forward (Hinton 2022).
            hidden: Units of each hidden layer, like "8,4"; empty for what suits.
            layers: How often a single number in hidden is repeated; 0 for no hidden layer.
            activation: tanh, relu, sigmoid and others; or one for each hidden layer, with commas between.
            lr: Learning rate; empty for what suits, 0.1 mostly.
            steps: Gradient steps (points shown, for the perceptron), at most 20,000; empty for 2,000, or what suits.
            seed: Draws the points and the first weights. The same seed gives the same answer.
            noise: Standard deviation of the points; empty for the dataset's own.
            count: Number of points; empty for the dataset's own.
            init: How first weights are drawn: xavier, he, uniform and others.
            loss: cross_entropy or squared, for the mlp.
            optimiser: adam, momentum, gradient_descent and others.
            language: en or ko, for refusals.
            output: What the last sum goes through, for the mlp: sigmoid, tanh or linear.
            batch: Points in each gradient step; 0 or empty for all.
            l1: Penalty on the sum of |weight|, for the mlp.
            l2: Penalty on half the sum of weight², for the mlp.
            dropout: Probability with which a hidden unit is left out of a step, at most 0.8, for the mlp.
            standardise: Learn each coordinate with mean 0 and standard deviation 1.
            features: The mlp's inputs, with commas between: x1, x2, their squares, x1x2, sines.
            test: Share of the points held out for testing, 0 to 0.9.
            points_seed: Draws the points alone; empty for the seed.
            points: Points of your own in place of data: lines of x, y and a label.
        Returns:
            The settings that matter to the model, steps, loss, accuracy (share of points that are right), and what the
            model knows besides, as in `python -m demos.xor train --help`.
        """
        from demos.xor.asked import about_points, training_recipe
        from demos.xor.csv_table import read_csv
        from demos.xor.outcome import outcome_by_steps
        from demos.xor.workers import run_single_threaded

        own = read_csv(points) if points else None
        recipe = training_recipe(
            model,
            data="xor" if own else data,
            noise=noise,
            count=count,
            hidden=None if hidden is None else str(hidden),
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
        ).checked()
        whole("steps", recipe.steps, 1, MOST_STEPS)
        training, told = outcome_by_steps(model, recipe, own), time.monotonic()

        def go_on() -> int | dict[str, Any]:
            """The steps of one piece; the number of the last, or how it went."""
            until = time.monotonic() + PIECE
            while True:
                found = next(training)
                if not isinstance(found, int) or time.monotonic() >= until:
                    return found

        while isinstance(found := run_single_threaded(go_on), int):
            if time.monotonic() - told >= SECONDS_BETWEEN_MESSAGES:
                told = time.monotonic()
                yield {"step": found}
        yield found | about_points(POINTS, own)

    def xor_lottery(
        self,
        data: str = "xor",
        hidden: int | str = "2,4,8",
        activation: str = "tanh,relu,sigmoid",
        seeds: int = 200,
        steps: int = 10_000,
        lr: float = 0.1,
        layers: int = 1,
        init: str = "uniform",
        loss: str = "squared",
        output: str = "sigmoid",
        optimiser: str = "gradient_descent",
        batch: int = 0,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        standardise: bool = False,
        features: str = "x1,x2",
        noise: float | None = None,
        count: int | None = None,
        seed: int = 0,
        points: str = "",
        language: str = "en",
    ) -> Iterator[dict[str, Any]]:
        """Train many nets that differ in their first weights only, and count how many solve the points: is it luck?

        Streams how far it is; the last message is whole. A draw that has computed for 90 seconds ends with what it has.

        Args:
            data: Which points, as for xor_train.
            hidden: Units in each hidden layer; several widths with commas between.
            activation: One or several of tanh, relu, sigmoid and others, with commas between.
            seeds: Nets of each width and activation, at most 1,000.
            steps: Gradient steps, at most 20,000.
            lr: Learning rate.
            layers: Hidden layers.
            init: How first weights are drawn: uniform, xavier, he and others.
            loss: squared or cross_entropy.
            output: What the last sum goes through: sigmoid, tanh or linear.
            optimiser: gradient_descent, momentum, adam and others.
            batch: Points in each gradient step; 0 for all.
            l1: Penalty on the sum of |weight|.
            l2: Penalty on half the sum of weight².
            dropout: Probability with which a hidden unit is left out of a step, at most 0.8.
            standardise: Learn each coordinate with mean 0 and standard deviation 1.
            features: The inputs, with commas between: x1, x2, their squares, x1x2, sines.
            noise: Standard deviation of the points; empty for the dataset's own.
            count: Number of points; empty for the dataset's own.
            seed: The first seed; it also draws the points.
            points: Points of your own in place of data: lines of x, y and a label.
            language: en or ko, for refusals.
        Returns:
            The settings; step (how far it is); results: for each hidden and activation seeds, solved, share, interval
            (95 %, Wilson), steps_median, steps_quartiles, solved_at (per seed) and solutions.
        """
        from demos.xor.asked import asked_lottery
        from demos.xor.csv_table import read_csv
        from demos.xor.workers import run_single_threaded

        own = read_csv(points) if points else None
        whole("steps", steps, 1, MOST_STEPS)
        asked = asked_lottery(
            data="xor" if own else data,
            noise=noise,
            count=count,
            hidden=str(hidden),
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
        drawing, computed, told = asked.draw(), 0.0, 0.0

        def go_on() -> tuple[Any, float]:
            begun = time.thread_time()
            return next(drawing), time.thread_time() - begun

        while True:
            progress, took = run_single_threaded(go_on)
            computed += took
            over = progress.over or computed >= self.settings.lottery_seconds
            if over or time.monotonic() - told >= SECONDS_BETWEEN_MESSAGES:
                told = time.monotonic()
                yield asked.told(progress, POINTS) | {"step": progress.step}
            if over:
                return
