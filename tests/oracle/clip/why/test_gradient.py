"""Grad-CAM against a derivative worked out by hand, and against finite differences."""

import pytest
import torch
import torch.nn.functional as F

import demos.common.models.torchvision_guard  # noqa: F401  (before open_clip)
from demos.clip.feature_maps import feature_maps
from demos.clip.models import registry
from demos.clip.why.gradient import of_shares, relevance
from demos.clip.zero_shot import Matcher


def convolutional(**vision: object) -> Matcher:
    """A matcher with random weights: an open_clip model whose image tower is convolutional."""
    from open_clip.model import CustomTextCLIP

    torch.manual_seed(0)
    text = {"context_length": 8, "vocab_size": 50, "width": 16, "heads": 2, "layers": 1}
    model = CustomTextCLIP(12, {"image_size": 64, **vision}, text).eval()
    return Matcher("random", model, None, None, torch.device("cpu"))


def texts(count: int, width: int) -> torch.Tensor:
    return F.normalize(torch.randn(count, width, generator=torch.Generator().manual_seed(1)), dim=-1)


def test_of_a_mean_and_a_matrix_it_is_what_the_chain_rule_says() -> None:
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    pixels = torch.randn(3, 64, 64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        found = feature_maps(matcher.model, pixels[None])
    assert found is not None
    maps = found.last[0].double()  # (C, h, w)
    matrix, bias = matcher.model.visual.head.proj.parameters()
    vector = matrix.detach().double() @ maps.mean(dim=(1, 2)) + bias.detach().double()
    guesses = texts(4, len(vector))
    expected = []
    for guess in guesses.double():
        cosine = guess @ vector / vector.norm()
        of_vector = (guess - cosine * vector / vector.norm()) / vector.norm()  # the cosine's derivative
        weights = matrix.detach().double().T @ of_vector / maps[0].numel()  # of the mean over the cells
        expected.append((weights[:, None, None] * maps).sum(0))
    result = relevance(matcher, pixels, guesses)
    assert result is not None
    assert result.shape == (4, *maps.shape[1:])
    torch.testing.assert_close(result, torch.stack(expected).float(), atol=1e-6, rtol=1e-3)


def test_under_attention_pooling_the_weights_are_the_finite_differences() -> None:
    matcher = convolutional(layers=(1, 1, 1, 1), width=16)
    pixels = torch.randn(3, 64, 64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        found = feature_maps(matcher.model, pixels[None])
        assert found is not None
        guess = texts(1, 12)
        maps = found.last.double()
        pool = matcher.model.visual.attnpool.double()
        step = 1e-4
        weights = torch.zeros(maps.shape[1], dtype=torch.float64)
        for channel in range(len(weights)):
            scores = []
            for sign in (1, -1):
                moved = maps.clone()
                moved[0, channel] += sign * step  # all its cells: the sum of their derivatives
                scores.append(float(F.normalize(pool(moved), dim=-1)[0] @ guess[0].double()))
            weights[channel] = (scores[0] - scores[1]) / (2 * step) / maps[0, 0].numel()
        pool.float()
    expected = (weights[:, None, None] * maps[0]).sum(0)
    result = relevance(matcher, pixels, guess)
    assert result is not None
    torch.testing.assert_close(result[0], expected.float(), atol=1e-5, rtol=1e-3)


def test_the_maps_of_sigmoids_are_the_gradient_of_the_log_sigmoid() -> None:
    maps = torch.randn(3, 2, 2, generator=torch.Generator().manual_seed(3))
    cosines = torch.tensor([0.3, 0.1, 0.2], requires_grad=True)
    logs = torch.nn.functional.logsigmoid(20 * cosines - 4)
    [slope] = torch.autograd.grad(logs.sum(), cosines)
    expected = slope[:, None, None] * maps
    torch.testing.assert_close(of_shares(maps, logs.detach().exp(), 20, sigmoid=True), expected)


def test_the_maps_of_shares_are_the_gradient_of_the_log_softmax() -> None:
    maps = torch.randn(3, 2, 2, generator=torch.Generator().manual_seed(3))
    cosines = torch.tensor([0.3, 0.1, 0.2], requires_grad=True)
    logs = (20 * cosines).log_softmax(0)
    for guess in range(3):
        [slope] = torch.autograd.grad(logs[guess], cosines, retain_graph=True)
        expected = (slope[:, None, None] * maps).sum(0)
        torch.testing.assert_close(of_shares(maps, logs.detach().exp(), 20)[guess], expected)


@pytest.mark.parametrize("trunk", ["tf_efficientnet_lite0", "resnet10t", "convnext_atto"])
def test_what_is_pooled_are_the_maps_of_the_last_stage(trunk: str) -> None:
    matcher = convolutional(timm_model_name=trunk, timm_model_pretrained=False, timm_pool="avg", timm_proj="linear")
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        found = feature_maps(matcher.model, images)
        assert found is not None
        torch.testing.assert_close(found.pool(found.last), matcher.model.encode_image(images))
    sides = [maps.shape[-1] for maps in found.stages.values()]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] > sides[-1]
    assert all(maps.shape[0] == 2 and maps.dim() == 4 for maps in found.stages.values())


def test_a_transformer_has_no_feature_maps() -> None:
    own = convolutional(layers=1, width=16, patch_size=16, head_width=8)
    of_timm = convolutional(timm_model_name="vit_tiny_patch16_224", timm_model_pretrained=False, timm_proj="linear")
    images = torch.zeros(1, 3, 64, 64)
    assert feature_maps(own.model, images) is None
    assert feature_maps(of_timm.model, images) is None
    assert relevance(own, images[0], texts(1, 12)) is None
