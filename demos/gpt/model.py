"""GPT-2, small enough to read: a decoder-only Transformer with a key-value cache.

Sources
- Vaswani et al. 2017, "Attention Is All You Need": scaled dot-product attention (section 3.2.1, equation 1), several
  heads (3.2.2), the feed-forward layer (3.3).
- Radford et al. 2019, "Language Models are Unsupervised Multitask Learners": GPT-2, section 2.3. Layer normalisation
  stands before each part instead of after it, a last one stands before the output, and positions are learned.
- Press and Wolf 2017, "Using the Output Embedding to Improve Language Models": the output layer is the embedding.

Letters in the shapes: B sequences in a batch, T tokens in each, C channels (the width), H heads, D = C / H channels a
head, V tokens in the vocabulary, S tokens seen so far (cached ones and new ones).

The parameters carry the names that GPT-2, minGPT and nanoGPT gave them, so that their weights fit in.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.gpt.dropout import Dropout


@dataclass(frozen=True)
class Config:
    """The shape of a GPT."""

    vocab_size: int
    block_size: int = 256  # the longest context, in tokens
    layers: int = 6
    heads: int = 4
    width: int = 256  # C
    bias: bool = True  # in the linear layers and the layer norms; GPT-2 has them
    tied: bool = True  # the output layer is the embedding
    exact_gelu: bool = False  # nanoGPT's activation; GPT-2 has its tanh approximation
    dropout: float = 0.0  # of the embeddings and of what each part adds, in training only

    def __post_init__(self) -> None:
        if min(self.vocab_size, self.block_size, self.layers, self.heads, self.width) < 1:
            raise ValueError("Every size of a GPT is at least 1.")
        if self.width % self.heads:
            raise ValueError(f"The width ({self.width}) must be a multiple of the number of heads ({self.heads}).")
        if not 0 <= self.dropout < 1:
            raise ValueError("Dropout is a probability below 1.")


class Cache:
    """Keys and values of the tokens a model has read, so that each new token is computed alone.

    `length` tokens are in it, at most the model's block size.
    """

    def __init__(self, config: Config, batch: int = 1, *, dtype: torch.dtype, device: torch.device) -> None:
        shape = (config.layers, batch, config.heads, config.block_size, config.width // config.heads)  # (L, B, H, T, D)
        self.keys = torch.empty(shape, dtype=dtype, device=device)
        self.values = torch.empty(shape, dtype=dtype, device=device)
        self.length = 0

    def repeat(self, batch: int) -> "Cache":
        """A cache for `batch` sequences, each going on from the one sequence in this one."""
        copy = Cache.__new__(Cache)
        shape = (self.keys.size(0), batch, *self.keys.shape[2:])
        copy.keys, copy.values, copy.length = self.keys.new_empty(shape), self.values.new_empty(shape), self.length
        copy.keys[..., : self.length, :] = self.keys[..., : self.length, :]
        copy.values[..., : self.length, :] = self.values[..., : self.length, :]
        return copy

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add (B, H, T, D) of one layer behind what is there; returns all of that layer, (B, H, S, D)."""
        end = self.length + keys.size(2)
        self.keys[layer, :, :, self.length : end] = keys
        self.values[layer, :, :, self.length : end] = values
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]


class Attention(nn.Module):
    """Causal self-attention: each token gathers from those before it. softmax(Q Kᵀ / √D) V, per head."""

    def __init__(self, config: Config, layer: int) -> None:
        super().__init__()
        self.heads, self.layer = config.heads, layer
        self.c_attn = nn.Linear(config.width, 3 * config.width, bias=config.bias)
        self.c_proj = nn.Linear(config.width, config.width, bias=config.bias)

    def forward(self, x: Tensor, cache: Cache | None = None) -> Tensor:
        """(B, T, C) → (B, T, C)."""
        B, T, C = x.shape
        query, key, value = (
            part.view(B, T, self.heads, C // self.heads).transpose(1, 2)  # (B, T, C) → (B, H, T, D)
            for part in self.c_attn(x).split(C, dim=2)
        )
        mask = None
        if cache is not None:
            key, value = cache.extend(self.layer, key, value)  # (B, H, S, D)
            if cache.length and T > 1:  # new token t may see everything cached, and the new ones up to itself
                mask = torch.ones(T, key.size(2), dtype=torch.bool, device=x.device).tril(cache.length)
        query = query.to(key.dtype)  # the cache's, which may be a shorter one
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=mask is None and T > 1)
        return self.c_proj(mixed.transpose(1, 2).reshape(B, T, C).to(x.dtype))  # (B, H, T, D) → (B, T, C)


class MLP(nn.Module):
    """Each token by itself: four times wider, a bend, and back."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.c_fc = nn.Linear(config.width, 4 * config.width, bias=config.bias)
        self.c_proj = nn.Linear(4 * config.width, config.width, bias=config.bias)
        self.gelu = "none" if config.exact_gelu else "tanh"

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) → (B, T, 4 C) → (B, T, C)."""
        return self.c_proj(F.gelu(self.c_fc(x), approximate=self.gelu))


class Block(nn.Module):
    """One layer: attention, then the MLP; each reads a normalised copy and adds to the residual stream."""

    def __init__(self, config: Config, layer: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.width, bias=config.bias)
        self.attn = Attention(config, layer)
        self.ln_2 = nn.LayerNorm(config.width, bias=config.bias)
        self.mlp = MLP(config)
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Tensor, cache: Cache | None = None) -> Tensor:
        """(B, T, C) → (B, T, C)."""
        x = x + self.dropout(self.attn(self.ln_1(x), cache))
        return x + self.dropout(self.mlp(self.ln_2(x)))


class Transformer(nn.Module):
    """The stack: tokens (B, T) in, one vector for each out, (B, T, C)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.wte = nn.Embedding(config.vocab_size, config.width)  # what a token means
        self.wpe = nn.Embedding(config.block_size, config.width)  # where it stands
        self.drop = Dropout(config.dropout)
        self.h = nn.ModuleList(Block(config, layer) for layer in range(config.layers))
        self.ln_f = nn.LayerNorm(config.width, bias=config.bias)

    def forward(self, tokens: Tensor, cache: Cache | None = None) -> Tensor:
        """(B, T) → (B, T, C). With a cache, `tokens` are those after the cached ones."""
        start = cache.length if cache else 0
        positions = torch.arange(start, start + tokens.size(1), device=tokens.device)
        x = self.drop(self.wte(tokens) + self.wpe(positions))  # (B, T, C) + (T, C)
        for block in self.h:
            x = block(x, cache)  # (B, T, C)
        if cache is not None:
            cache.length += tokens.size(1)
        return self.ln_f(x)


class GPT(nn.Module):
    """Reads tokens (B, T), says for each how likely every token is to come next: logits (B, T, V)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.cache_dtype: torch.dtype | None = None  # that of the weights
        self.transformer = Transformer(config)
        self.lm_head = None if config.tied else nn.Linear(config.width, config.vocab_size, bias=False)
        self.apply(self._initialise)
        for name, parameter in self.named_parameters():
            # Each layer adds to the residual stream twice; this keeps its size at the start (Radford 2019, 2.3).
            if name.endswith("c_proj.weight"):
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * config.layers))

    @staticmethod
    def _initialise(module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor, cache: Cache | None = None, *, only_last: bool = False) -> Tensor:
        """Logits (B, T, V) for tokens (B, T); with `only_last` those after the last token, (B, 1, V).

        With a cache, `tokens` are those that follow the cached ones, and they are cached too.
        Raises ValueError if all together are more than the block size.
        """
        length = tokens.size(1) + (cache.length if cache else 0)
        if length > self.config.block_size:
            raise ValueError(f"{length} tokens are more than the block size, {self.config.block_size}.")
        x = self.transformer(tokens, cache)  # (B, T, C)
        return self.unembed(x[:, -1:] if only_last else x)

    def unembed(self, x: Tensor) -> Tensor:
        """(B, T, C) → (B, T, V): how well each token's vector fits each token of the vocabulary."""
        return F.linear(x, self.transformer.wte.weight) if self.lm_head is None else self.lm_head(x)

    def new_cache(self, batch: int = 1) -> Cache:
        """An empty cache for `batch` sequences."""
        dtype = self.cache_dtype or self.transformer.wte.weight.dtype
        return Cache(self.config, batch, dtype=dtype, device=self.device)

    @property
    def device(self) -> torch.device:
        return self.transformer.wte.weight.device

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


def loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats per token. Logits (B, T, V), targets (B, T)."""
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())


def from_gpt2(weights: Mapping[str, Tensor], heads: int = 12, *, exact_gelu: bool = False) -> GPT:
    """A GPT with the weights of Hugging Face's GPT-2, of minGPT or of nanoGPT, by the names they all use.

    Raises ValueError, naming them, if parameters are missing or left over.
    """
    plain = {name.removeprefix("_orig_mod.").removeprefix("transformer."): tensor for name, tensor in weights.items()}
    first = plain.get("h.0.attn.c_attn.weight")
    if "wte.weight" not in plain or "wpe.weight" not in plain or first is None:
        raise ValueError("Not the weights of a GPT-2: no wte, wpe or h.0.attn.c_attn.")
    # OpenAI's linear layers are "Conv1D": (in, out) where torch, minGPT and nanoGPT have (out, in).
    conv1d = first.size(0) < first.size(-1)
    ours = {}
    for name, tensor in plain.items():
        if name.endswith((".attn.bias", ".attn.masked_bias")):
            continue  # the causal mask of old checkpoints, no parameter
        transposed = conv1d and name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight"))
        ours[name if name == "lm_head.weight" else f"transformer.{name}"] = tensor.t() if transposed else tensor
    embedding = ours["transformer.wte.weight"]
    tied = "lm_head.weight" not in ours or torch.equal(ours["lm_head.weight"], embedding)
    if tied:
        ours.pop("lm_head.weight", None)
    config = Config(
        vocab_size=embedding.size(0),
        block_size=ours["transformer.wpe.weight"].size(0),
        layers=len({name.split(".")[2] for name in ours if name.startswith("transformer.h.")}),
        heads=heads,
        width=embedding.size(1),
        bias="transformer.ln_f.bias" in ours,
        exact_gelu=exact_gelu,
        tied=tied,
    )
    with torch.device("meta"):  # takes no memory, whatever one of the tensors claims of the others
        model = GPT(config)
    try:
        missing, left_over = model.load_state_dict(ours, strict=False, assign=True)
    except RuntimeError as error:  # a tensor of another shape
        raise ValueError(str(error)) from error
    if missing or left_over:
        raise ValueError(f"Not the weights of a GPT-2: missing {missing}, left over {left_over}.")
    for parameter in model.parameters():  # now the model's own, whatever becomes of the file or of `weights`
        parameter.data = parameter.data.clone(memory_format=torch.contiguous_format)
    return model.eval()
