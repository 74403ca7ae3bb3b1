"""How the synthetic athlete and the room look: skin, hair, clothes, walls, light."""

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]  # red, green, blue from 0 to 1, as on screen


def _hex(code: str) -> Colour:
    return (int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:], 16) / 255)


def blend(a: Colour, b: Colour, share: float) -> Colour:
    """`a` with a `share` of `b` in it."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


SKIN = [_hex(c) for c in ("f0cdb4", "e6b99a", "d9a27c", "c68a63", "a56b46", "7f4e32", "5c3826")]
HAIR = [_hex(c) for c in ("1f1a17", "33251c", "54392a", "8a6035", "b58b50", "6d6a67", "7a3b22")]
SHIRT = [_hex(c) for c in ("2f6f8f", "c65d3b", "4f7d5b", "e3dfd3", "3b3f4a", "8c4a63", "d2a23c", "6c7fb0", "a9c2bb")]
TROUSERS = [_hex(c) for c in ("2b2f38", "3d4a5c", "1f2b33", "5b5f66", "46384c", "2f4640", "7b6a58")]
SHOES = [_hex(c) for c in ("f2efe8", "33363c", "c9503c", "3f6e8c", "d8c24a")]
WALL = [_hex(c) for c in ("e9e3d8", "dfe3e2", "d9d3c4", "cfd8d2", "e6d9cb", "c9d2da", "efece6")]
FLOOR = [_hex(c) for c in ("b89c7c", "a98a6a", "8f8577", "c4b49c", "9c9a94", "7f6e5c")]
MAT = [_hex(c) for c in ("4d7c8a", "7b6d9c", "5d8a66", "b0654f", "596273")]
HAIRCUTS = ("short", "bun", "ponytail", "bob", "shaved")


@dataclass(frozen=True)
class Appearance:
    """Colours and choices of one clip; the defaults make a calm one."""

    skin: Colour = SKIN[2]
    hair: Colour = HAIR[1]
    haircut: str = "short"
    shirt: Colour = SHIRT[0]
    sleeves: float = 0.45  # how far down the upper arm, 0 (tank top) to 1
    trousers: Colour = TROUSERS[0]
    legs: float = 1.5  # how far down: 0.5 mid-thigh, 1 knee, 2 ankle
    shoes: Colour = SHOES[0]
    wall: Colour = WALL[0]
    floor: Colour = FLOOR[0]
    mat: Colour = MAT[0]
    light: tuple[float, float, float] = (0.45, 0.80, -0.40)  # towards the light, in the camera's right, up, depth
    brightness: float = 1.0

    @classmethod
    def random(cls, random: np.random.Generator) -> "Appearance":
        """Somebody else, somewhere else."""

        def one(colours: list[Colour]) -> Colour:
            return colours[int(random.integers(len(colours)))]

        light = np.array([random.choice([-1, 1]) * random.uniform(0.25, 0.7), 0.8, random.uniform(-0.65, -0.3)])
        light /= np.linalg.norm(light)
        return cls(
            skin=one(SKIN),
            hair=one(HAIR),
            haircut=HAIRCUTS[int(random.integers(len(HAIRCUTS)))],
            shirt=one(SHIRT),
            sleeves=float(random.choice([0.12, 0.45, 0.55])),
            trousers=one(TROUSERS),
            legs=float(random.choice([0.55, 0.9, 1.55, 1.9])),
            shoes=one(SHOES),
            wall=one(WALL),
            floor=one(FLOOR),
            mat=one(MAT),
            light=(float(light[0]), float(light[1]), float(light[2])),
            brightness=float(random.uniform(0.88, 1.06)),
        )
