"""Gradio is imported in half the time.

Whenever it is imported, Gradio writes each component's interface anew, for editors (a .pyi beside its source): it
parses the source of 81 classes, renders a template for each, and mostly finds that the file is there already.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def no_component_stubs() -> Iterator[None]:
    """Import Gradio within. It leaves out a class whose source is in no file, and is told so of each of its own."""
    module: Any = inspect
    real = module.getfile

    def getfile(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.split(".")[0] == "gradio":
            raise OSError("no source, so that no interface is written")
        return str(real(thing))

    module.getfile = getfile
    try:
        yield
    finally:
        module.getfile = real
