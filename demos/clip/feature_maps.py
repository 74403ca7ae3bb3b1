"""The feature maps of a convolutional image tower: what each of its stages makes of an image.

Such a tower turns (B, 3, H, W) into ever smaller and deeper maps; the last of them are pooled into the image's vector.
A transformer keeps one vector a patch from its first layer to its last, so it has no maps of this kind.

Letters in the shapes: B images, C channels, h × w cells of a map, E length of the vector.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

RESNET_STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")  # as open_clip's ModifiedResNet names them
LAST = "features"  # timm's word for what is pooled, where that is none of the stages


@dataclass(frozen=True)
class FeatureMaps:
    """`stages`: the maps (B, C, h, w) after each stage by its name in the network, the last ones are what is pooled.

    `pool` turns these, or others of their shape, into the tower's vectors (B, E), not yet of length 1.
    """

    stages: dict[str, Tensor]
    pool: Callable[[Tensor], Tensor]

    @property
    def last(self) -> Tensor:
        return list(self.stages.values())[-1]


def feature_maps(model: Any, images: Tensor) -> FeatureMaps | None:
    """The maps that an open_clip model's image tower makes of `images` (B, 3, H, W); None if it is not convolutional.

    Nothing is hung onto the model: others may be matching with it at the same time. What `torch.no_grad` decides is
    left to the caller.
    """
    from open_clip.modified_resnet import ModifiedResNet
    from open_clip.timm_model import TimmModel

    visual = model.visual
    if isinstance(visual, ModifiedResNet):  # Radford et al. 2021, section 2.4: pooled by attention
        maps = visual.forward_intermediates(images, intermediates_only=True)["image_intermediates"]
        return FeatureMaps(dict(zip(RESNET_STAGES, maps, strict=True)), visual.attnpool)
    if not isinstance(visual, TimmModel) or not _is_convolutional(visual.trunk):
        return None
    trunk = visual.trunk
    last, earlier = trunk.forward_intermediates(images)
    if last.dim() != 4 or last.shape[1] != trunk.num_features:
        return None
    stages = dict(zip((stage["module"] for stage in trunk.feature_info), earlier, strict=True))
    name = list(stages)[-1] if earlier[-1].shape == last.shape else LAST
    return FeatureMaps(stages | {name: last}, lambda maps: visual.head(trunk.forward_head(maps)))


def is_convolutional(model: Any) -> bool:
    """Whether an open_clip model's image tower has feature maps."""
    from open_clip.modified_resnet import ModifiedResNet

    visual = getattr(model, "visual", None)
    return isinstance(visual, ModifiedResNet) or _is_convolutional(getattr(visual, "trunk", None))


def _is_convolutional(trunk: Any) -> bool:
    """Whether a network of timm has stages that halve the image; in a transformer all of them are alike."""
    info = getattr(trunk, "feature_info", None)
    return (
        isinstance(info, list)
        and len({stage.get("reduction") for stage in info}) > 1
        and hasattr(trunk, "forward_intermediates")
    )
