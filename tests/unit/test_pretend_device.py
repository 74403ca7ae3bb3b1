"""The pretended device finds what a GPU would refuse."""

from collections.abc import Callable

import pytest
import torch

from tests.pretend_device import DEVICE, Mixed, pretend_device

FAULTS: dict[str, Callable[[torch.Tensor], object]] = {
    "a sum with a tensor of the processor": lambda here: here + torch.ones(3),
    "a model of the processor": lambda here: torch.nn.Linear(3, 2)(here),
    "a table of the processor": lambda here: torch.nn.functional.embedding(here.long(), torch.ones(9, 2)),
    "a generator of the processor": lambda here: here.multinomial(1, generator=torch.Generator()),
    "numpy": lambda here: here.numpy(),
}
RIGHT: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "a number": lambda here: here * 2 + torch.tensor(1.0),
    "an index of the processor": lambda here: here[torch.tensor([0, 2])],
    "a model that was moved": lambda here: torch.nn.Linear(3, 2).to(here.device)(here),
    "a tensor made there": lambda here: here + torch.tensor([1.0, 2, 3], device=here.device),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(name: str) -> None:
    with pretend_device(), pytest.raises(Mixed):
        FAULTS[name](torch.arange(3.0).to(DEVICE))


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_computes_as_on_the_processor_and_stays_there(name: str) -> None:
    torch.manual_seed(0)
    expected = RIGHT[name](torch.arange(3.0))
    with pretend_device():
        torch.manual_seed(0)
        found = RIGHT[name](torch.arange(3.0).to(DEVICE))
        assert found.device == DEVICE
        assert found.tolist() == expected.tolist()
        assert found.cpu().device.type == "cpu"
