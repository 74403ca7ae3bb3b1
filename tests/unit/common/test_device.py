from pathlib import Path
from typing import Any

import pytest
import torch

from demos.common import device
from demos.common.errors import BadInput
from demos.common.notices import heard_by


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
    threads = torch.get_num_threads()
    assert device.describe(torch.device("cpu")) == f"CPU · {threads} thread{'s' * (threads > 1)}"
    assert device.describe(torch.device("cpu"), "ko") == f"CPU · 스레드 {threads}개"


@pytest.mark.parametrize(("quota", "expected"), [("50000 100000", 1), ("100000 100000", 1), ("max 100000", None)])
def test_a_container_gets_no_more_threads_than_its_quota(quota: str, expected: int | None, tmp_path: Path) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    assert device.cores(file) == (expected or device.cores(tmp_path / "missing"))


class Full(torch.nn.Linear):
    """A layer that a pretended graphics card has no room for."""

    def to(self, *given: Any, **named: Any) -> Any:
        if torch.device(given[0]).type != "cpu":
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        return super().to(*given, **named)


def test_a_model_without_room_on_the_gpu_computes_on_the_processor_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard: list[str] = []
    with heard_by(heard.append):
        model = device.placed(Full(2, 2), torch.device("cuda"))
    assert device.device_of(model) == torch.device("cpu")
    assert heard == ["common.gpu_full"]
    device.placed(Full(2, 2), torch.device("cuda"))
    assert "memory is full" in capsys.readouterr().err  # on the command line nobody listens


@pytest.mark.gpu
def test_auto_takes_the_gpu_and_its_memory_is_free_again_when_a_model_is_let_go() -> None:
    assert device.select_device("auto").type == device.select_device("cuda").type == "cuda"
    before = torch.cuda.memory_allocated()
    model = device.placed(torch.nn.Linear(1000, 1000), torch.device("cuda"))
    assert torch.cuda.memory_allocated() > before
    del model
    assert torch.cuda.memory_allocated() == before
