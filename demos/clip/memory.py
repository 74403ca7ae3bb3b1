"""Vectors that were computed, by what they are vectors of; what was used longest ago is forgotten first."""

from torch import Tensor

from demos.common.byte_cache import ByteCache

MOST_BYTES = 256 * 2**20


class Memory(ByteCache[str, Tensor]):
    """Tensors by key, no more than MOST_BYTES of them. Several threads may use it."""

    def __init__(self) -> None:
        super().__init__(MOST_BYTES, lambda tensor: tensor.nbytes)
