from pathlib import Path

import pytest
import torch

from demos.common import device
from demos.common.errors import BadInput


def test_auto_gives_a_device_that_works() -> None:
    assert torch.ones(2, device=device.select_device("auto")).sum().item() == 2


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(BadInput, match="tpu"):
        device.select_device("tpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_missing_device_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="cuda"):
        device.select_device("cuda")


def test_the_header_names_the_processor_and_its_threads() -> None:
    assert device.describe(torch.device("cpu")) == f"CPU · {torch.get_num_threads()} threads"
    assert device.describe(torch.device("cpu"), "ko") == f"CPU · 스레드 {torch.get_num_threads()}개"


@pytest.mark.parametrize(("quota", "expected"), [("50000 100000", 1), ("100000 100000", 1), ("max 100000", None)])
def test_a_container_gets_no_more_threads_than_its_quota(quota: str, expected: int | None, tmp_path: Path) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    assert device.cores(file) == (expected or device.cores(tmp_path / "missing"))
