"""Where the model looks, by gradient: Grad-CAM, for image towers that are convolutional.

Selvaraju et al. 2017, "Grad-CAM", section 3: each channel of the last feature maps is weighted by the mean of the
score's gradient over its cells, and the weighted channels are added up. The paper drops what is below zero; here it
stays, since it says what speaks against the guess. One pass forward, and one back for each guess.

Where the maps are averaged and projected by one matrix, the sum over the cells' mean is what the last maps give to the
score to first order: the class activation map of Zhou et al. 2016.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.clip.feature_maps import feature_maps
from demos.clip.zero_shot import Matcher


def relevance(matcher: Matcher, pixels: Tensor, texts: Tensor) -> Tensor | None:
    """For one image (3, S, S) and guesses (M, E): maps (M, h, w) for their cosines; None without feature maps."""
    with torch.no_grad():
        found = feature_maps(matcher.model, pixels[None].to(matcher.device))
    if found is None:
        return None
    with torch.enable_grad():
        maps = found.last.detach().requires_grad_()  # (1, C, h, w)
        vector = F.normalize(found.pool(maps).float(), dim=-1)  # (1, E)
        cosines = (vector @ texts.detach().clone().to(vector).T)[0]  # (M,)
        gradients = [torch.autograd.grad(cosine, maps, retain_graph=True)[0][0] for cosine in cosines]  # (C, h, w)
    weights = torch.stack(gradients).mean(dim=(-2, -1))  # (M, C)
    return torch.einsum("mc,chw->mhw", weights, maps.detach()[0]).float().cpu()


def of_shares(maps: Tensor, shares: Tensor, scale: float, sigmoid: bool = False) -> Tensor:
    """The same for the logarithms of the probabilities (M,), in nats: the maps of their cosines (M, h, w) put together.

    The gradient of log softmax: scale × (that of the guess − the mean of all, weighted by their shares). That of
    log sigmoid: scale × (1 − its probability) × that of the guess.
    """
    if sigmoid:
        return scale * (1 - shares)[:, None, None] * maps
    return scale * (maps - torch.einsum("m,mhw->hw", shares, maps))
