"""Which solutions did the nets find? Two nets count as alike if their regions hang together in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.xor.model import Layers, forward_many, predicted
from demos.xor.tables.features import COORDINATES, inputs

PROBES = 32  # probe points along each side of the view
SPECK = 0.01  # regions smaller than this share of the view are not counted


@dataclass(frozen=True)
class Solution:
    """`count` nets that all solved the points (or all did not), and whose view falls into the same `regions`.

    `regions` are how many connected regions of class 0, of class 1 and so on there are. On XOR, (2, 1) is the band that
    joins the two points of class 1, and (1, 2) the band that joins those of class 0. `example` is the index of the net
    that looks most like the mean of its kind, `layers` that net alone.
    """

    solved: bool
    regions: tuple[int, ...]
    count: int
    example: int
    layers: Layers = field(default=(), compare=False, repr=False)


def solutions(
    layers: Layers,
    activation: str,
    solved: Tensor,
    view: tuple[float, float],
    features: Sequence[str] = COORDINATES,
) -> tuple[Solution, ...]:
    """The kinds of solutions among N nets, `solved` (N,) bool; solved ones first, then the most frequent first."""
    seen = inputs(probes(view), features)  # (G², D)
    maps = predicted(forward_many(layers, seen, activation)).view(-1, PROBES, PROBES)  # (N, G, G)
    classes = max(2, layers[-1][0].shape[-1])
    signature = torch.stack([solved.long(), *(regions(maps == each) for each in range(classes))], dim=1)  # (N, 1 + C)
    distinct, alike_to = signature.unique(dim=0, return_inverse=True)
    found = []
    for index, (good, *counted) in enumerate(distinct.tolist()):
        members = (alike_to == index).nonzero().squeeze(1)  # (M,)
        alike = F.one_hot(maps[members], classes).float()  # (M, G, G, C)
        example = int(members[(alike - alike.mean(dim=0)).square().sum(dim=(1, 2, 3)).argmin()])
        alone = [
            (weight[example : example + 1].clone(), bias[example : example + 1].clone()) for weight, bias in layers
        ]
        found.append(Solution(bool(good), tuple(counted), len(members), example, alone))
    return tuple(sorted(found, key=lambda one: (not one.solved, -one.count)))


def probes(view: tuple[float, float]) -> Tensor:
    """(PROBES², 2): a grid over the square `view`, corner to corner."""
    along = torch.linspace(*view, PROBES)
    return torch.cartesian_prod(along, along)


def regions(maps: Tensor) -> Tensor:
    """(N,): how many connected regions each map (N, G, G) has where it is true; neighbours share a side.

    Every cell starts with its own number, and numbers flow: a cell takes the greatest of its neighbours' as long as any
    changes. In the end a region is all of one number.
    """
    size = maps.shape[-1]
    own = torch.arange(1, size * size + 1).view(size, size)  # (G, G)
    number = own * maps  # (N, G, G): 0 outside
    while True:
        edge = F.pad(number, (1, 1, 1, 1))
        beside = torch.stack([edge[:, 1:-1, :-2], edge[:, 1:-1, 2:], edge[:, :-2, 1:-1], edge[:, 2:, 1:-1]])
        flown = torch.maximum(number, beside.amax(dim=0)) * maps
        if torch.equal(flown, number):
            break
        number = flown
    cells = torch.zeros(len(maps), size * size + 1).scatter_add_(1, number.flatten(1), maps.flatten(1).float())
    return (cells[:, 1:] >= SPECK * size * size).sum(dim=1)
