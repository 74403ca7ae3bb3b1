"""The initialisations: one entry each, read by the training, the page, the command line and the API.

From a layer's inputs and outputs: the bounds (low, high) of the uniform distribution its first weights and biases come
from. "xavier" is X. Glorot & Y. Bengio's (AISTATS 2010, eq. 16), "he" K. He et al.'s (ICCV 2015, section 2.2). The
name's words are the string "xor.init_<name>".
"""

from collections.abc import Callable

INITIALISATIONS: dict[str, Callable[[int, int], tuple[float, float]]] = {
    "xavier": lambda inputs, outputs: (-((6 / (inputs + outputs)) ** 0.5), (6 / (inputs + outputs)) ** 0.5),
    "he": lambda inputs, outputs: (-((6 / inputs) ** 0.5), (6 / inputs) ** 0.5),
    "uniform": lambda inputs, outputs: (-1.0, 1.0),
    "positive": lambda inputs, outputs: (0.0, 1.0),
    "zeros": lambda inputs, outputs: (0.0, 0.0),
}
