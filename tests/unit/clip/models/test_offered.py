"""What the page offers is what open_clip has, of the size that is told."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip

from demos.clip.models import published
from demos.clip.models.offered import offered


@pytest.mark.parametrize("model", offered(), ids=lambda model: model.name)
def test_an_offered_model_is_known_and_as_large_as_told(model) -> None:
    assert model.name in published.known_names()
    assert model.name in model.line
    settings = open_clip.get_model_config(model.name.split("/")[0])
    kind = open_clip.CustomTextCLIP if settings.pop("custom_text", False) else open_clip.CLIP
    with torch.device("meta"):
        numbers = sum(each.numel() for each in kind(**settings).state_dict().values())
    assert 4 * numbers / 1e6 == pytest.approx(model.megabytes, rel=0.01)
