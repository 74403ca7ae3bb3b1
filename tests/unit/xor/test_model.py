"""The first weights of nets, and the ways to take one net out and to put numbers in."""

import pytest
import torch

from demos.xor.model import MLP, copy_layers, one_of
from demos.xor.tables.initialisations import INITIALISATIONS

BOUNDS = {"xavier": (-1.0, 1.0), "he": (-1.2247, 1.2247), "uniform": (-1, 1), "positive": (0, 1), "zeros": (0, 0)}
INPUTS, OUTPUTS = 4, 2  # for these, "xavier" has the bounds ±1


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_first_weights_and_biases_fill_their_bounds(init: str) -> None:
    [(weight, bias)] = MLP((INPUTS, OUTPUTS), init=init, seeds=range(400)).layers
    low, high = BOUNDS[init]
    for drawn in (weight, bias):
        assert low - 1e-4 <= drawn.min() <= low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) <= drawn.max() <= high + 1e-4


def test_a_nets_first_weights_hang_on_its_own_seed() -> None:
    together, alone = MLP(seeds=(3, 7)), MLP(seeds=(7,))
    for (weight, bias), (own_weight, own_bias) in zip(together.layers, alone.layers, strict=True):
        assert torch.equal(weight[1:], own_weight)
        assert torch.equal(bias[1:], own_bias)
        assert not torch.equal(weight[0], weight[1])
    assert [(weight.shape, bias.shape) for weight, bias in together.layers] == [
        ((2, 2, 4), (2, 1, 4)),
        ((2, 4, 1), (2, 1, 1)),
    ]


def test_unless_said_otherwise_it_is_the_net_of_the_first_seed() -> None:
    plain = MLP()
    assert plain.activation == "tanh"
    for one, other in zip(plain.layers, MLP((2, 4, 1), "tanh", "xavier", seeds=[0]).layers, strict=True):
        assert all(torch.equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def test_one_of_several_nets_is_the_first_or_the_one_named() -> None:
    nets = MLP(seeds=(0, 1, 2))
    for index, one in ((0, one_of(nets.layers)), (2, one_of(nets.layers, 2))):
        for (weight, bias), (of_all, bias_of_all) in zip(one, nets.layers, strict=True):
            assert torch.equal(weight, of_all[index])
            assert torch.equal(bias, bias_of_all[index, 0])


def test_numbers_are_put_into_a_net_and_a_snapshot_keeps_those_before() -> None:
    net, other = MLP(seeds=[0]), MLP(seeds=[1])
    before = net.snapshot()
    copy_layers(net.layers, None)
    for (weight, bias), (old_weight, old_bias) in zip(net.layers, before, strict=True):
        assert torch.equal(weight, old_weight)
        assert torch.equal(bias, old_bias)
    copy_layers(net.layers, other.layers)
    for (weight, bias), (new_weight, new_bias), (old_weight, _) in zip(net.layers, other.layers, before, strict=True):
        assert torch.equal(weight, new_weight)
        assert torch.equal(bias, new_bias)
        assert not torch.equal(weight, old_weight)
    with pytest.raises(ValueError, match=r"shorter|longer"):
        copy_layers(net.layers, MLP((2, 1)).layers)
