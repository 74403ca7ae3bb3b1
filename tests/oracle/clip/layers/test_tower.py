"""The image tower alone against timm's bare network with the same weights: logits, maps, receptive fields."""

import copy

import pytest
import torch
from torch import Tensor, nn

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import timm
from safetensors.torch import load_file

from demos.clip import data
from demos.clip.images.photos import photos
from demos.clip.layers import classifier, stages
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.models import weights

STAGES = {"blocks.0": 2, "blocks.1": 4, "blocks.2": 8, "blocks.4": 16, "blocks.6": 32}  # their strides
HOOKED = {"bn1": "stem", "bn2": "features"}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return registry.open_model("embedded", torch.device("cpu"), offline=True)


@pytest.fixture(scope="module")
def bare() -> nn.Module:
    """timm's network whole, its weights read from the files by their names."""
    net: nn.Module = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=1000)
    folder = weights.folder_of("clip/embedded")
    state = {
        name.removeprefix("visual.trunk."): value
        for name, value in load_file(folder / "open_clip_model-00001-of-00002.safetensors").items()
        if name.startswith("visual.trunk.")
    }
    state |= {f"classifier.{name}": value for name, value in load_file(folder / "classifier.safetensors").items()}
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
    return net.eval()


@pytest.fixture(scope="module")
def pixels(matcher: Matcher) -> Tensor:
    return torch.cat([matcher.pixels(data.read(photo.file).image) for photo in photos()[:4]])


@torch.inference_mode()
def test_the_logits_are_those_of_the_bare_network(matcher: Matcher, bare: nn.Module, pixels: Tensor) -> None:
    expected = bare(pixels)
    head = classifier.carried()
    for image, logits in zip(pixels, expected, strict=True):
        tower = stages.walk(matcher, image)
        assert tower is not None
        assert tower.means is not None
        torch.testing.assert_close(head.logits(tower.means[None])[0], logits, atol=1e-4, rtol=1e-4)
        best = logits.topk(10).indices
        maps = head.activation_maps(tower.stages[-1].maps, best)
        assert maps.shape == (10, 7, 7)
        torch.testing.assert_close(maps.mean(dim=(1, 2)), logits[best], atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_the_maps_are_what_hooks_on_the_bare_network_catch(matcher: Matcher, bare: nn.Module, pixels: Tensor) -> None:
    caught: dict[str, Tensor] = {}
    hooks = [
        bare.get_submodule(name).register_forward_hook(lambda _, __, out, name=name: caught.update({name: out[0]}))
        for name in (*HOOKED, *STAGES)  # the activation is a part of these normalisations
    ]
    bare(pixels[:1])
    for hook in hooks:
        hook.remove()
    tower = stages.walk(matcher, pixels[0])
    assert tower is not None
    assert [stage.name for stage in tower.stages] == ["pixels", "stem", *STAGES, "features"]
    for stage in tower.stages[1:]:
        expected = caught[next((name for name, stands in HOOKED.items() if stands == stage.name), stage.name)]
        torch.testing.assert_close(stage.maps, expected, atol=1e-4, rtol=1e-4)
        assert stage.stride == ({"stem": 2, "features": 32} | STAGES)[stage.name]
        spread = [float(channel.std(correction=0)) for channel in expected]
        best = sorted(range(len(spread)), key=lambda at: -spread[at])
        assert stage.strongest(8) == best[:8]
    torch.testing.assert_close(tower.vector, matcher.model.encode_image(pixels[:1], normalize=True)[0])


def test_a_cell_sees_just_what_a_gradient_reaches(matcher: Matcher) -> None:
    """In a network without thresholds and with weights above zero, all that a cell sees has a gradient, and no more."""
    net = copy.deepcopy(matcher.model.visual.trunk).double()
    for name, module in list(net.named_modules()):
        if isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
        elif "BatchNorm" in type(module).__name__:
            net.set_submodule(name, nn.Identity())
    fields = stages.receptive_fields(matcher.model.visual.trunk)
    side = 1024
    image = torch.zeros(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    _, maps = net.forward_intermediates(image)
    found = {}
    for info, each in zip(net.feature_info, maps, strict=True):
        middle = each.shape[-1] // 2
        [gradient] = torch.autograd.grad(each[0, :, middle, middle].sum(), image, retain_graph=True)
        seen = gradient[0].abs().sum(0)
        rows, columns = (torch.nonzero(seen.sum(dim=dim)).flatten() for dim in (1, 0))
        found[info["module"]] = (int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1)
    assert found == {name: (fields[name], fields[name]) for name in STAGES}
    assert (fields["stem"], fields["features"]) == (3, fields["blocks.6"])


def test_a_class_has_its_name_in_both_languages() -> None:
    names = classifier.class_names()
    assert [each.number for each in names] == list(range(1000))
    assert (names[291].english, names[291].korean) == ("lion", "사자")
    assert (names[1].in_language("en"), names[1].in_language("ko")) == ("goldfish", "금붕어")
    others = [each.korean for each in names if not any("가" <= letter <= "힣" for letter in each.korean)]
    assert others == ["ATM"]
    assert classifier.carried().rows.shape == (1000, 1280)
