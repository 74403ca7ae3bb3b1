"""Linear layers whose weights are shorter numbers, packed as the processor's kernels want them.

Writing waits for memory: each token reads every weight once. bfloat16 halves that, 8 bits quarter it, 4 bits leave an
eighth. Each layer is a module like nn.Linear for a few tokens at a time; a prompt is read in full precision.

- bfloat16: oneDNN's packed product, for processors with avx512_bf16 or AMX.
- int8: a row of weights is divided by its largest value and rounded to −127 … 127; what goes in is rounded likewise
  for every token ("dynamic": Wu et al. 2020, "Integer Quantization for Deep Learning Inference", section 3); fbgemm.
- int4: GROUP weights of a row share a scale and an offset, 16 steps from their least to their largest ("group-wise":
  Dettmers and Zettlemoyer 2023, "The case for 4-bit precision", section 2); what goes in is bfloat16.

The kernels have private names in torch: whether this torch and this processor have them is tried, see `available`.
"""

import warnings
from collections.abc import Mapping
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ROWS = 4  # tokens at a time for which packed weights are used; more (a prompt) are computed in full precision
GROUP = 32  # weights that share a scale in int4
TILE = 64  # int4 kernels want the number of outputs to be a multiple of this


class PackedLinear(nn.Module):
    """A linear layer for up to ROWS tokens at a time with packed weights, each token by itself; for more as it was."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """`weight` (out, in) and `bias` (out,) are shared with the model that this is made from."""
        super().__init__()
        self.weight, self.bias = weight, bias
        self.pack()

    def pack(self) -> None:
        """Make what `product` needs of the weights."""
        raise NotImplementedError

    def product(self, rows: Tensor) -> Tensor:
        """(N, in) → (N, out), N at most ROWS; no row changes another."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """(…, in) → (…, out)."""
        rows = x.reshape(-1, x.size(-1))
        if len(rows) > ROWS:
            return F.linear(x, self.weight, self.bias)
        return self.product(rows).view(*x.shape[:-1], -1)


class Bfloat16Linear(PackedLinear):
    """Weights and what goes in rounded to bfloat16, summed in float32."""

    def pack(self) -> None:
        self.packed = torch.ops.mkldnn._reorder_linear_weight(self.weight.bfloat16().contiguous(), ROWS)
        self.added = None if self.bias is None else self.bias.bfloat16()

    def product(self, rows: Tensor) -> Tensor:
        """Always of ROWS rows, some of them empty: no slower, and every row is computed in the same way."""
        filled = F.pad(rows.bfloat16(), (0, 0, 0, ROWS - len(rows)))
        made = torch.ops.mkldnn._linear_pointwise(filled, self.packed, self.added, "none", [], "")
        return made[: len(rows)].to(rows.dtype)  # type: ignore[no-any-return]


class Int8Linear(PackedLinear):
    """Whole numbers from −127 to 127 for weights and for what goes in."""

    def pack(self) -> None:
        scale = self.weight.abs().amax(1).clamp_min(1e-12).double() / 127
        zeros = torch.zeros(len(self.weight), dtype=torch.long)
        with warnings.catch_warnings():  # torch means to replace these tensors, but has nothing as fast yet
            warnings.simplefilter("ignore", UserWarning)
            rounded = torch.quantize_per_channel(self.weight.float().contiguous(), scale, zeros, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(rounded, self.bias)

    def product(self, rows: Tensor) -> Tensor:
        """One call a row: a call rounds all its rows by the largest value in them, and rows would change each other."""
        made = [torch.ops.quantized.linear_dynamic(row, self.packed, not _vnni()) for row in rows.split(1)]
        return made[0] if len(made) == 1 else torch.cat(made)


class Int4Linear(PackedLinear):
    """Sixteen steps for the weights of a group; what goes in is bfloat16. Full precision where groups do not fit."""

    def pack(self) -> None:
        outputs, inputs = self.weight.shape
        self.fits = inputs % GROUP == 0
        if not self.fits:
            return
        filled = F.pad(self.weight.float(), (0, 0, 0, -outputs % TILE))  # (out', in)
        groups = filled.view(len(filled), inputs // GROUP, GROUP)
        least, largest = groups.amin(2), groups.amax(2)  # (out', in / GROUP)
        scale = ((largest - least) / 15).clamp_min(1e-12).bfloat16()
        steps = ((groups - least[..., None]) / scale.float()[..., None]).round().clamp(0, 15)
        self.packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(steps.int().view_as(filled), 1)
        middle = least + 8 * scale.float()  # the kernel's weights are (step − 8) scale + middle
        self.scales = torch.stack([scale, middle.bfloat16()], dim=-1).transpose(0, 1).contiguous()  # (groups, out', 2)

    def product(self, rows: Tensor) -> Tensor:
        if not self.fits:
            return F.linear(rows, self.weight, self.bias)
        made = [
            torch.ops.aten._weight_int4pack_mm_for_cpu(row, self.packed, GROUP, self.scales)
            for row in rows.bfloat16().split(1)
        ]
        whole = torch.cat(made)[:, : len(self.weight)].to(rows.dtype)
        return whole if self.bias is None else whole + self.bias


FULL = "fp32"  # the weights as they are
PRECISIONS: Mapping[str, type[PackedLinear]] = {"bf16": Bfloat16Linear, "int8": Int8Linear, "int4": Int4Linear}


@lru_cache
def available(precision: str) -> bool:
    """Whether this torch and this processor have the kernels of a key of PRECISIONS."""
    if precision == "bf16" and not torch.cpu._is_avx512_bf16_supported():
        return False  # computed without these instructions, it is slower than float32
    try:
        PRECISIONS[precision](torch.eye(TILE), None)(torch.ones(1, TILE))
    except (RuntimeError, NotImplementedError, AttributeError):
        return False
    return True


@lru_cache(maxsize=1)
def _vnni() -> bool:
    """Without these instructions sums of two products can run over, and the inputs must be rounded to 7 bits."""
    return torch.cpu._is_vnni_supported()
