"""CLIP: images and sentences in one space.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021). Two towers, one for
each kind of input, end in a vector of the same length. Training pulls the vectors of an image and its own sentence
together and pushes all other pairs of the batch apart. What comes out needs no list of classes: any sentence can be
compared with any image by the angle between their vectors.

    image (B, 3, H, W) ── ImageTower ──┐
                                         ├── cosine similarity × 1/temperature = logits (B, B)
    tokens  (B, T)       ── TextTower ───┘

Names and shapes of all parameters are open_clip's, so that what is trained here opens there and the other way round.
"""

from dataclasses import dataclass
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import demos.common.models.torchvision_guard  # noqa: F401  (timm imports torchvision)

FIRST_TEMPERATURE = 0.07  # section 2.5
MAX_SCALE = 100.0  # section 2.5: the logits are never multiplied by more
MEAN = STD = (0.5, 0.5, 0.5)  # of the pixels, 0…1, as the trunk was trained with


@dataclass(frozen=True)
class Shape:
    """Sizes of both towers; `trunk` is a network of timm, a collection of image classifiers."""

    embed: int = 512  # E: length of the vectors that are compared
    trunk: str = "tf_efficientnet_lite0"
    image_size: int = 224
    vocabulary: int = 8192
    context: int = 32  # T: tokens a sentence may have, start and end included
    width: int = 256  # C: length of a token's vector
    heads: int = 4
    layers: int = 3


class ImageTower(nn.Module):
    """A convolutional network without its classifier, then one linear map: (B, 3, H, W) → (B, E)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        import timm

        self.trunk = timm.create_model(shape.trunk, pretrained=False, num_classes=0)  # averages over the last map
        self.head = nn.ModuleDict({"proj": nn.Linear(cast(int, self.trunk.num_features), shape.embed)})

    def forward(self, images: Tensor) -> Tensor:
        return cast(Tensor, self.head["proj"](self.trunk(images)))


class Attention(nn.Module):
    """Multi-head self-attention (Vaswani et al. 2017) in which a token sees itself and those before it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * width, width) * width**-0.5)  # queries, keys, values
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = F.linear(x, self.in_proj_weight, self.in_proj_bias)  # (B, T, 3C)
        q, k, v = qkv.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # each (B, heads, T, C/heads)
        scores = q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5  # (B, heads, T, T)
        later = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        y = scores.masked_fill(later, -torch.inf).softmax(-1).to(v.dtype) @ v  # (B, heads, T, C/heads)
        return cast(Tensor, self.out_proj(y.transpose(1, 2).reshape(batch, length, width)))


class Block(nn.Module):
    """x + attention, then x + MLP, each of the normalised x."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(width, 4 * width), "c_proj": nn.Linear(4 * width, width)})

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
        return cast(Tensor, x + self.mlp["c_proj"](F.gelu(self.mlp["c_fc"](self.ln_2(x)))))


class TextTower(nn.Module):
    """A transformer over byte-pair tokens: (B, T) → (B, E).

    The vector at the end-of-text token stands for the sentence, because under the causal mask only that token has seen
    all others. Padding comes after it and changes nothing.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.positional_embedding = nn.Parameter(torch.randn(shape.context, shape.width) * 0.01)
        self.transformer = nn.ModuleDict(
            {"resblocks": nn.ModuleList(Block(shape.width, shape.heads) for _ in range(shape.layers))}
        )
        self.ln_final = nn.LayerNorm(shape.width)
        self.text_projection = nn.Parameter(torch.randn(shape.width, shape.embed) * shape.width**-0.5)
        nn.init.normal_(self.token_embedding.weight, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.token_embedding(tokens) + self.positional_embedding[: tokens.shape[1]]  # (B, T, C)
        for block in cast(nn.ModuleList, self.transformer["resblocks"]):
            x = block(x)
        end = tokens.argmax(dim=1)  # end-of-text has the highest number of all tokens
        return cast(Tensor, self.ln_final(x[torch.arange(len(x)), end]) @ self.text_projection)


class CLIP(nn.Module):
    """Both towers and the learnt temperature."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.visual = ImageTower(self.shape)
        self.text = TextTower(self.shape)
        self.logit_scale = nn.Parameter(torch.tensor(1 / FIRST_TEMPERATURE).log())  # log(1/temperature)

    def encode_image(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) → unit vectors (B, E)."""
        return F.normalize(self.visual(images), dim=-1)

    def encode_text(self, tokens: Tensor) -> Tensor:
        """(B, T) → unit vectors (B, E)."""
        return F.normalize(self.text(tokens), dim=-1)

    def scale(self) -> Tensor:
        """1/temperature, at most MAX_SCALE."""
        return self.logit_scale.exp().clamp(max=MAX_SCALE)

    def forward(self, images: Tensor, tokens: Tensor) -> Tensor:
        """The loss of a batch in which image i belongs to sentence i."""
        return contrastive_loss(self.encode_image(images), self.encode_text(tokens), self.scale())


def similarity(images: Tensor, texts: Tensor, scale: Tensor | float = 1.0) -> Tensor:
    """Cosine similarities (N, M) of unit vectors (N, E) and (M, E), times `scale`."""
    return scale * images @ texts.T


def contrastive_loss(images: Tensor, texts: Tensor, scale: Tensor | float) -> Tensor:
    """The symmetric loss of figure 3 in the paper, for unit vectors (B, E): pair i is the right one, all others wrong.

    Cross-entropy of each image over the sentences of the batch, and of each sentence over the images, averaged.
    """
    logits = similarity(images, texts, scale)  # (B, B)
    pairs = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, pairs) + F.cross_entropy(logits.T, pairs)) / 2


def config(shape: Shape) -> dict[str, Any]:
    """`open_clip_config.json` for this architecture, without the tokeniser's path."""
    return {
        "model_cfg": {
            "embed_dim": shape.embed,
            "custom_text": True,
            "vision_cfg": {
                "timm_model_name": shape.trunk,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "timm_proj_bias": True,
                "image_size": shape.image_size,
            },
            "text_cfg": {
                "context_length": shape.context,
                "vocab_size": shape.vocabulary,
                "width": shape.width,
                "heads": shape.heads,
                "layers": shape.layers,
            },
        },
        "preprocess_cfg": {
            "size": shape.image_size,
            "mean": list(MEAN),
            "std": list(STD),
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }
