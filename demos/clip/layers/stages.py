"""An image tower stage by stage: from many places with few channels to few places with many.

A convolution sees k × k neighbours; the next one sees neighbours of those. So a cell gets to see ever more of the
image, its receptive field, while the maps grow smaller. What the channels answer to was looked at first by Zeiler and
Fergus 2014, "Visualizing and Understanding Convolutional Networks": edges and colours, then textures, then parts.

Letters in the shapes: C channels, h × w cells of a map, S pixels of the image's side, E length of the vector.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from demos.clip.feature_maps import LAST, FeatureMaps, feature_maps
from demos.clip.zero_shot import Matcher

INPUT, STEM = "pixels", "stem"


@dataclass(frozen=True)
class Stage:
    """What one stage makes of an image: `maps` (C, h, w). `name` is its name in the network, INPUT for the pixels.

    `stride`: the pixels of the image's side for which one cell stands. `field`: the pixels that a cell can see at most,
    beyond the image too, where it is known.
    """

    name: str
    maps: Tensor
    stride: int
    field: int | None

    def strongest(self, count: int) -> list[int]:
        """The channels that answer most differently to different places of the image, by the standard deviation."""
        order = self.maps.flatten(1).std(dim=1, correction=0).argsort(descending=True, stable=True)
        return order[:count].tolist()


@dataclass(frozen=True)
class Tower:
    """All stages of an image, the pixels first; the last maps' `means` (C,) if the tower averages them, and its unit
    `vector` (E,)."""

    stages: tuple[Stage, ...]
    means: Tensor | None
    vector: Tensor


def walk(matcher: Matcher, pixels: Tensor) -> Tower | None:
    """What the tower makes of an image (3, S, S), stage by stage; None if it has no feature maps (a transformer)."""
    with torch.inference_mode():
        found = feature_maps(matcher.model, pixels[None].to(matcher.device))
        if found is None:
            return None
        [vector] = nn.functional.normalize(found.pool(found.last).float(), dim=-1).cpu()
        trunk = getattr(matcher.model.visual, "trunk", None)
        stem = _stem(trunk, pixels[None].to(matcher.device))
    fields = receptive_fields(trunk)
    stages = [Stage(INPUT, pixels, 1, 1)]
    for name, maps in (stem | found.stages).items():
        stride = pixels.shape[-1] // maps.shape[-1]
        stages.append(Stage(name, maps[0].float().cpu(), stride, fields.get(name)))
    return Tower(tuple(stages), _means(trunk, found), vector)


def receptive_fields(trunk: Any) -> dict[str, int]:
    """For the stages of timm's EfficientNets the pixels that a cell can see, along a side; nothing for other networks.

    Each convolution adds (k − 1) times the pixels between two neighbours before it (Araujo et al. 2019, "Computing
    Receptive Fields of Convolutional Neural Networks", equation 2). Where squeeze-and-excitation layers average over
    the image in between, a cell sees all of it, and nothing is said.
    """
    from timm.models.efficientnet import EfficientNet

    sees_all = any(type(module).__name__.startswith("Squeeze") for module in trunk.modules()) if trunk else True
    if sees_all or not isinstance(trunk, EfficientNet):
        return {}
    fields: dict[str, int] = {}
    field, between = 1, 1
    for name, module in trunk.named_modules():
        if isinstance(module, nn.Conv2d):
            field += (module.kernel_size[0] - 1) * between
            between *= module.stride[0]
            fields[".".join(name.split(".")[:2]) if name.startswith("blocks.") else name] = field
    return fields | {STEM: fields["conv_stem"], LAST: field}


def _stem(trunk: Any, images: Tensor) -> dict[str, Tensor]:
    """Of timm's EfficientNets the maps of the first convolution too, which timm does not count among the stages."""
    from timm.models.efficientnet import EfficientNet

    return {STEM: trunk.bn1(trunk.conv_stem(images))} if isinstance(trunk, EfficientNet) else {}


def _means(trunk: Any, found: FeatureMaps) -> Tensor | None:
    pool = getattr(getattr(trunk, "global_pool", None), "pool_type", "")
    return found.last[0].float().mean(dim=(1, 2)).cpu() if pool == "avg" else None
