"""Coordinates in units of their own (cm, kg, grey levels from 0 to 255) brought to a scale on which nets learn.

A net's first weights, its learning rate and the bend of its units all suit inputs near 1. Inputs of 170 saturate every
unit of the first layer, and each step moves its lines by leaps. So each coordinate gets mean 0 and standard deviation 1
(Y. LeCun et al., "Efficient BackProp", 1998, section 4.3). It is learned so, but nothing else knows: the weights
that are told are those of the same net for the points as they were given. An MLP with other
inputs than x₁ and x₂ has each of them scaled in the same way.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from demos.xor.data import Points
from demos.xor.model import Layers

LEAST_SPREAD = 1e-6  # coordinates closer together are not pulled apart
# Four tanh units solved XOR in 1,500 steps of Adam from 4 of 4 seeds with any spread from 0.03 to 10 around 0, from 2
# of 4 with spread 10 around (10, 10), from none with spread 3 around (30, 30) or 10 around (50, 50). With spread 0.01
# around 0 they solved it from 4 of 4, with 0.003 from 2, with 0.001 from none (learning rate 0.01).
FAR, NEAR = 10.0, 0.01


@dataclass(frozen=True)
class Scale:
    """Of each coordinate, or input, the `mean` (D,) and standard deviation `std` (D,), float64."""

    mean: np.ndarray
    std: np.ndarray

    def points(self, points: Points) -> Points:
        """The points as they are learned: (x − mean) / std."""
        if self is AS_GIVEN:
            return points
        return replace(points, x=(points.x - self.mean) / self.std)

    def in_units(self, layers: Layers) -> Layers:
        """Layers learned on this scale as those of the same net for the points in their own units.

        w · (x − mean) / std + b = (w / std) · x + (b − w · mean / std). Only the first layer sees inputs, in the
        first rows of its weight (…, inputs, outputs); Forward-Forward's label below them stays as it is.
        """
        return self._first_layer(layers, 1 / self.std, -self.mean / self.std)

    def to_learn(self, layers: Layers) -> Layers:
        """The other way: layers for the points in their own units as those to go on learning with."""
        return self._first_layer(layers, self.std, self.mean)

    def line_in_units(self, weights: Tensor) -> Tensor:
        """`in_units` of a line's w₁, w₂, b (3,), or of C lines (3, C)."""
        return _line(self.in_units(_layers(weights))).view_as(weights)

    def line_to_learn(self, weights: Tensor) -> Tensor:
        """`to_learn` of a line's w₁, w₂, b (3,), or of C lines (3, C)."""
        return _line(self.to_learn(_layers(weights))).view_as(weights)

    def _first_layer(self, layers: Layers, times: np.ndarray, shift: np.ndarray) -> Layers:
        """The first layer's weights `times` (D,), and their sum with the factors `shift` (D,) added to the bias."""
        weight, bias = layers[0]
        if self is AS_GIVEN:
            return layers
        rows = weight[..., : len(times), :].double()  # (…, D, outputs)
        scaled, label = rows * torch.from_numpy(times)[:, None], weight[..., len(times) :, :]
        moved = (rows * torch.from_numpy(shift)[:, None]).sum(dim=-2, keepdim=True)  # (…, 1, outputs)
        return [(torch.cat([scaled.to(weight.dtype), label], dim=-2), (bias + moved).to(bias.dtype)), *layers[1:]]


AS_GIVEN = Scale(np.zeros(2), np.ones(2))


def scale_of(points: Points, standardise: bool) -> Scale:
    """The scale on which these points have mean 0 and standard deviation 1 in each coordinate, or AS_GIVEN."""
    if not standardise:
        return AS_GIVEN
    std = points.x.std(axis=0)
    return Scale(points.x.mean(axis=0), np.where(std > LEAST_SPREAD, std, 1.0))


def is_far_from_one(points: Points) -> bool:
    """Do the coordinates lie so far from 0, so far apart or so close together that a net hardly learns them?"""
    mean, std = np.abs(points.x.mean(axis=0)), points.x.std(axis=0)
    return bool((mean > FAR).any() or (std > FAR).any() or (std < NEAR).all())


def _layers(weights: Tensor) -> Layers:
    columns = weights.view(3, -1)
    return [(columns[:2], columns[2:])]


def _line(layers: Layers) -> Tensor:
    [(weight, bias)] = layers
    return torch.cat([weight, bias])
