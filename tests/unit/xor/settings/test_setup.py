"""A link gives back exactly the setup it was made from, and whatever else it says is answered with a sentence."""

import base64
import json
import math
import random
import struct
import zlib
from dataclasses import replace

import pytest

from demos.common.errors import BadInput
from demos.xor.data import DATASETS
from demos.xor.recipe import MODELS, Recipe
from demos.xor.settings.setup import FIELD, LARGEST_JSON, LONGEST_LINK, OPENING, Setup, decode_weights, weight_count
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.features import COORDINATES, FEATURES
from demos.xor.tables.initialisations import INITIALISATIONS
from demos.xor.tables.optimisers import OPTIMISERS


def link(value: object) -> str:
    compressed = zlib.compress(json.dumps(value).encode())
    return f"?{FIELD}={base64.urlsafe_b64encode(compressed).decode()}"


def weights(chance: random.Random, count: int) -> str:
    return base64.b64encode(struct.pack(f"<{count}f", *(chance.gauss(0, 3) for _ in range(count)))).decode()


def some_setup(chance: random.Random) -> Setup:
    """Any setup, each property now and then at its default."""
    loss = chance.choice(["cross_entropy", "squared"])
    recipe = Recipe(
        data=chance.choice(list(DATASETS)),
        noise=chance.choice([None, chance.random()]),
        count=chance.choice([None, chance.randint(4, 2000)]),
        hidden=tuple(chance.randint(1, 16) for _ in range(chance.randint(1, 4))),
        activation=chance.choice(tuple(ACTIVATIONS)),
        init=chance.choice(tuple(INITIALISATIONS)),
        loss=loss,
        output="sigmoid" if loss == "cross_entropy" else chance.choice(["sigmoid", "tanh", "linear"]),
        optimiser=chance.choice(tuple(OPTIMISERS)),
        lr=chance.choice([0.1, 0.01, chance.uniform(1e-5, 10)]),
        forward_lr=chance.choice([0.1, 0.03, chance.uniform(1e-5, 10)]),
        steps=chance.randint(1, 100_000),
        seed=chance.choice([0, chance.randrange(2**31)]),
        batch=chance.choice([0, 16]),
        l1=chance.choice([0.0, chance.random()]),
        l2=chance.choice([0.0, chance.random()]),
        test=chance.choice([0.0, 0.3]),
        dropout=chance.choice([0.0, 0.5]),
        points_seed=chance.choice([None, 0, 7]),
        standardise=chance.random() < 0.3,
        features=tuple(chance.sample(list(FEATURES), chance.randint(1, 7))) if chance.random() < 0.5 else COORDINATES,
    ).checked()
    learners = tuple(model for model in MODELS if chance.random() < 0.6) or ("mlp",)
    own = [
        (chance.uniform(-1, 1) * 10 ** chance.randint(-6, 3), chance.gauss(0, 1), chance.randint(0, most))
        for most in [chance.randint(1, 4)]
        for _ in range(chance.choice([1, 5, 60]))
    ]
    if chance.random() < 0.2:  # values in place of classes
        own = [(x, y, chance.choice([0.25, 0.5, 0.0625, 0.9999])) for x, y, _ in own]
    points = chance.choice([None, tuple(own)])
    classes = Setup(recipe=recipe, points=points).classes
    return Setup(
        recipe=recipe,
        learners=learners,
        points=points,
        view=chance.choice([None, (-0.45, 1.45), (-chance.random(), 2)]),
        step={one: chance.randint(0, recipe.steps) for one in learners if chance.random() < 0.6},
        weights={one: weights(chance, weight_count(one, recipe, classes)) for one in learners if chance.random() < 0.4},
        speed=chance.choice([1.0, 0.25, 8]),
        stop=chance.random() < 0.5,
        inside=chance.choice(["", "space", "surface-3d"]),
        hide=chance.random() < 0.5,
        discretise=chance.random() < 0.5,
    ).checked()


@pytest.mark.parametrize("seed", range(200))
def test_a_link_gives_back_its_setup(seed: int) -> None:
    setup = some_setup(random.Random(seed))
    assert Setup.from_link(setup.to_link()) == setup
    assert Setup.from_json(json.loads(json.dumps(setup.to_json()))) == setup
    assert setup.checked() == setup


def test_every_property_travels() -> None:
    """Each property of each of many setups makes a difference to the link: none is forgotten."""
    seen: set[str] = set()
    for seed in range(100):
        seen |= some_setup(random.Random(seed)).to_json().keys()
    assert seen - {"v"} == set(vars(Recipe())) | (set(vars(OPENING)) - {"recipe"})


def test_the_opening_setup_needs_no_link() -> None:
    assert OPENING.to_link() == ""
    assert Setup.from_link("") == Setup.from_link("?theme=dark") == Setup.from_link("?theme=dark#top") == OPENING
    assert Setup.from_json({}) == OPENING == OPENING.checked()


def test_links_of_the_first_version_stay_readable() -> None:
    """A frozen link: if this fails, a default or a name has changed, and the links out there mean something else."""
    query = (
        "?xor=eNodi8EKgCAQRP9lzktoddpfEQ-BCwlmotJF_PfaDsMwb3gDD9gSzhiCZLBbPaGJBPBGSHLULLV9HFcq-L5yx9wVOLMYshp"
        "PTlu38ap3KeDxG7ybOV_q5h1W"
    )
    setup = Setup.from_link(query)
    assert setup.recipe == Recipe(hidden=(2,), seed=3, lr=0.01, steps=4000).checked()
    assert (setup.learners, setup.points, setup.step) == (("mlp",), ((0, 1, 1), (1, 0, 0)), {"mlp": 40})
    assert (setup.speed, setup.stop, setup.inside, setup.hide, setup.weights) == (1.0, True, "", False, {})
    assert setup.to_json() == {
        "v": 1,
        "hidden": (2,),
        "seed": 3,
        "learners": ("mlp",),
        "points": ((0, 1, 1), (1, 0, 0)),
        "step": {"mlp": 40},
    }


def test_a_link_is_a_fragment_which_no_server_and_no_proxy_sees() -> None:
    setup = replace(OPENING, learners=("mlp",))
    assert setup.to_link().startswith("#xor=")
    assert Setup.from_link("?theme=dark" + setup.to_link()) == setup
    assert Setup.from_link(setup.to_link().replace("#", "?")) == setup  # as links were before


def test_a_link_says_only_what_differs() -> None:
    setup = replace(OPENING, recipe=replace(OPENING.recipe, data="moons", noise=None, count=None, seed=4)).checked()
    assert setup.to_json() == {"v": 1, "data": "moons", "seed": 4}
    assert len(setup.to_link()) < 80


def test_two_thousand_points_and_a_large_net_fit_into_a_link() -> None:
    chance = random.Random(0)
    recipe = Recipe(hidden=(64,) * 4).checked()
    own = tuple((chance.uniform(-1, 1), chance.uniform(-1, 1), chance.randint(0, 1)) for _ in range(2000))
    setup = Setup(recipe, points=own, weights={"mlp": weights(chance, weight_count("mlp", recipe))}).checked()
    assert len(setup.to_link()) < LONGEST_LINK
    assert Setup.from_link(setup.to_link()) == setup


def test_coordinates_keep_six_digits() -> None:
    setup = Setup(points=((0.123456789, -123.456789, 1),)).checked()
    assert setup.points == ((0.123457, -123.457, 1),)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"v": 2}, "version"),
        ({"v": True}, "version"),
        ({"w": 1}, "“w”"),
        ({"x" * 500: 1}, "xxx…"),
        ([1, 2], "cannot be read"),
        ("text", "cannot be read"),
        (None, "cannot be read"),
        ({"data": "cats"}, "data"),
        ({"data": ["xor"]}, "data"),
        ({"data": {"a": 1}}, "data"),
        ({"hidden": [0]}, "hidden"),
        ({"hidden": [1e9]}, "hidden"),
        ({"hidden": [[4]]}, "hidden"),
        ({"hidden": [4] * 1000}, "hidden"),
        ({"hidden": {}}, "hidden"),
        ({"lr": "fast"}, "lr"),
        ({"lr": math.inf}, "lr"),
        ({"lr": math.nan}, "lr"),
        ({"seed": -1}, "seed"),
        ({"seed": None}, "seed"),
        ({"steps": True}, "steps"),
        ({"output": "tanh"}, "output"),
        ({"learners": []}, "learners"),
        ({"learners": "mlp"}, "learners"),
        ({"learners": ["mlp", "cnn"]}, "learners"),
        ({"learners": [["mlp"]]}, "learners"),
        ({"points": "many"}, "points"),
        ({"points": [[0, 0, 1]] * 2001}, "2,000"),
        ({"points": [[0, 0]]}, "points"),
        ({"points": [0, 0, 1]}, "points"),
        ({"points": [[0, math.nan, 1]]}, "x, y"),
        ({"points": [[0, 1e4, 1]]}, "x, y"),
        ({"points": [[0, 0, 5]]}, "class"),
        ({"points": [["0", 0, 1]]}, "x, y"),
        ({"view": [1, 1]}, "view"),
        ({"view": [0, 1, 2]}, "view"),
        ({"view": [0, 1e9]}, "view"),
        ({"view": "wide"}, "view"),
        ({"step": {"mlp": -1}}, "step"),
        ({"step": {"mlp": 10**9}}, "step"),
        ({"step": {"cnn": 1}}, "step"),
        ({"step": 3}, "step"),
        ({"step": {"mlp": 1.5}}, "step"),
        ({"speed": 0}, "speed"),
        ({"speed": []}, "speed"),
        ({"stop": 1}, "stop"),
        ({"hide": "yes"}, "hide"),
        ({"inside": "<script>"}, "inside"),
        ({"inside": None}, "inside"),
        ({"weights": {"cnn": ""}}, "weights"),
        ({"weights": ["mlp"]}, "weights"),
        ({"weights": {"mlp": 7}}, "weights"),
        ({"weights": {"mlp": "é"}}, "weights"),
        ({"weights": {"mlp": "AAAAAA=="}}, "1 weight for mlp"),
        ({"weights": {"perceptron": base64.b64encode(bytes(8)).decode()}}, "2 weights for perceptron"),
        ({"weights": {"perceptron": base64.b64encode(struct.pack("<3f", 1, math.nan, 2)).decode()}}, "weights"),
    ],
)
def test_nonsense_gets_a_sentence(given: object, named: str) -> None:
    with pytest.raises(BadInput) as refused:
        Setup.from_link(link(given))
    sentence = str(refused.value)
    assert named in sentence
    assert len(sentence) < 250
    assert refused.value.in_language("ko") != sentence


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_link_is_refused_or_read_as_it_was(seed: int) -> None:
    """The deflated form carries a checksum: what was cut or changed does not become another setup."""
    chance = random.Random(seed)
    setup = some_setup(chance)
    letters = list(setup.to_link())
    at = chance.randrange(len(FIELD) + 2, len(letters))
    damaged = letters[:at] if seed % 2 else [*letters[:at], chance.choice("Ab-_9"), *letters[at + 1 :]]
    try:
        read = Setup.from_link("".join(damaged))
    except BadInput:
        return
    assert read in (setup, OPENING)


@pytest.mark.parametrize(
    "query",
    [
        f"?{FIELD}=%00%FF",
        f"?{FIELD}=!!!!",
        f"?{FIELD}=AAAA",
        f"?{FIELD}=" + "A" * LONGEST_LINK,
        "?" + "&".join(f"a{at}=1" for at in range(100)),
        f"?{FIELD}=" + base64.urlsafe_b64encode(zlib.compress(b" " * (10 * LARGEST_JSON))).decode(),
        f"?{FIELD}=" + base64.urlsafe_b64encode(zlib.compress(b"[" * (LARGEST_JSON - 1))).decode(),
        f"?{FIELD}=" + base64.urlsafe_b64encode(zlib.compress(b'{"seed":' + b"9" * 5000 + b"}")).decode(),
        f"?{FIELD}=" + base64.urlsafe_b64encode(zlib.compress(b'{"v":1}') + b"more").decode(),
        f"?{FIELD}=" + base64.urlsafe_b64encode(zlib.compress(b"\xff\xfe{}")).decode(),
    ],
    ids=["bytes", "marks", "no-zlib", "too-long", "fields", "bomb", "nested", "digits", "tail", "no-text"],
)
def test_a_hostile_link_is_refused(query: str) -> None:
    with pytest.raises(BadInput):
        Setup.from_link(query)


def test_a_bomb_is_not_decompressed() -> None:
    """A link of a few thousand letters that would unfold to 300 MB: no more than the limit is ever in memory."""
    import tracemalloc

    pump = zlib.compressobj(9)
    compressed = b"".join(pump.compress(bytes(1_000_000)) for _ in range(100)) + pump.flush()
    bomb = f"?{FIELD}=" + base64.urlsafe_b64encode(compressed).decode()
    assert len(bomb) < LONGEST_LINK
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match="too long"):
            Setup.from_link(bomb)
        assert tracemalloc.get_traced_memory()[1] < 10 * LARGEST_JSON
    finally:
        tracemalloc.stop()


def test_the_decode_weights_weights() -> None:
    assert decode_weights(base64.b64encode(struct.pack("<2f", 0.5, -2)).decode()).tolist() == [0.5, -2.0]
    assert weight_count("perceptron", Recipe()) == 3
    assert weight_count("mlp", Recipe(hidden=(4, 3))) == 3 * 4 + 5 * 3 + 4 * 1
    assert weight_count("forward-forward", Recipe(hidden=(4, 3))) == 5 * 4 + 5 * 3
