"""What is chosen for a lottery on the page, how long it will take, and one of its nets as a setup of the tab."""

from dataclasses import dataclass, replace

from demos.common.errors import BadInput
from demos.xor.data import DATASETS
from demos.xor.recipe import Recipe
from demos.xor.settings.setup import OPENING, Setup
from demos.xor.tables.activations import ACTIVATIONS

SEEDS = (50, 200, 500)
WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16)
# Sigmoid output, ½ Σ (ŷ − y)², weights uniform in [−1, 1], plain gradient descent: its solve rates are known.
TEXTBOOK = Recipe(
    steps=10_000, loss="squared", output="sigmoid", optimiser="gradient_descent", lr=0.1, init="uniform", hidden=(2,)
)
TRAINING = ("init", "loss", "output", "optimiser", "lr", "steps")  # what the textbook setting sets

# What a gradient step of one group of nets costs: this much for each layer, this much for each output of a unit
# (nets × points × units), and with dropout this much for each hidden layer of each net, which draws by itself. Seconds
# on one machine; `timing.seconds_per_cost()` measures how many they are on this one.
COST_PER_LAYER = 1.2e-4
COST_PER_NUMBER = 1.3e-8
COST_PER_DRAW = 5e-6


OPENING_SETUP = replace(OPENING, recipe=TEXTBOOK.checked())


@dataclass(frozen=True)
class LotterySettings:
    """`seeds` nets of each width and activation, on the points of `setup` and by its recipe.

    The recipe's hidden layers say how many there are; each has the width that it is tried with.
    """

    setup: Setup = OPENING_SETUP
    hidden: tuple[int, ...] = (2, 4)
    activation: tuple[str, ...] = ("tanh", "relu")
    seeds: int = 200

    @property
    def nets(self) -> int:
        return self.seeds * len(self.hidden) * len(self.activation)

    @property
    def cost(self) -> float:
        """Of the computation; times `timing.seconds_per_cost()` it is an estimate in seconds."""
        recipe = self.setup.recipe
        own = self.setup.points
        count = len(own) if own else recipe.count or DATASETS[recipe.data].count
        layers = len(recipe.hidden)
        drawn = COST_PER_DRAW * self.seeds * layers if recipe.dropout else 0.0
        each = [
            drawn + COST_PER_LAYER * (layers + 1) + COST_PER_NUMBER * self.seeds * count * (1 + width * layers)
            for width in self.hidden
        ]
        return recipe.steps * len(self.activation) * sum(each)

    def checked(self) -> "LotterySettings":
        """These settings with their recipe checked. Raises BadInput."""
        if not self.hidden or not self.activation:
            raise BadInput("xor.lottery_nothing")
        known = all(name in ACTIVATIONS for name in self.activation) and all(width in WIDTHS for width in self.hidden)
        if not known or self.seeds not in SEEDS:
            raise BadInput("xor.lottery_nothing")
        return replace(self, setup=self.setup.checked())

    def ticket(self, width: int, activation: str, seed: int) -> Setup:
        """The tab with that very net: the same points and seed, trained for as many steps. Raises BadInput."""
        recipe = self.setup.recipe
        return replace(
            self.setup,
            learners=("mlp",),
            recipe=replace(
                recipe,
                hidden=(width,) * len(recipe.hidden),
                activation=activation,
                seed=seed,
                points_seed=recipe.seed_of_points,
            ),
            step={"mlp": recipe.steps},
            weights={},
            stop=False,
        ).checked()


def textbook(setup: Setup) -> Setup:
    """The setup with the textbook's training, on its own points."""
    usual = ("hidden", "activation", "batch", "l1", "l2", "dropout", "test", "features")
    chosen = {name: getattr(TEXTBOOK, name) for name in (*TRAINING, *usual)}
    return replace(setup, recipe=replace(setup.recipe, **chosen))
