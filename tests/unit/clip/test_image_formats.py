"""Pillow opens only what is named: PostScript starts a program, WMF the system's, PDF and the like have no use here.

`tests/unit/clip/images/test_wild_images.py` sends such files to the one way that visitors' images take.
"""

import ast
import importlib
from pathlib import Path

import pytest
from PIL import Image

from demos.clip import data

ROOT = Path(__file__).parents[3]
CODE = [ROOT / "app.py", *sorted(ROOT.joinpath("demos").rglob("*.py"))]
# Gradio's components that open, with all that Pillow knows, what is sent to them.
OPENERS = {"AnnotatedImage", "Gallery", "Image", "ImageEditor", "ImageSlider", "Paint", "Sketchpad"}


def called(node: ast.AST) -> str:
    """The name of what is called: "Image.open"."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


OPENED = [
    (file, node)
    for file in CODE
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call) and called(node).endswith("Image.open")
]


def test_there_are_calls_to_be_found() -> None:
    assert ROOT / "demos/clip/data.py" in {file for file, _ in OPENED}


@pytest.mark.parametrize(("file", "call"), OPENED, ids=[f"{file.name}:{call.lineno}" for file, call in OPENED])
def test_each_call_of_pillow_names_formats_that_an_image_of_a_visitor_may_have(file: Path, call: ast.Call) -> None:
    named = {word.arg: word.value for word in call.keywords}
    assert "formats" in named, "whatever Pillow knows would be opened"
    module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    formats = eval(ast.unparse(named["formats"]), vars(module))
    assert formats
    assert set(formats) <= set(data.FORMATS)


def test_no_other_way_leads_to_pillow() -> None:
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module == "PIL.Image" and "open" in {alias.name for alias in node.names}), file
            assert called(node).rpartition(".")[2] not in {"ImageFolder", "default_loader", "read_image"}, file
            assert called(node) not in {f"gr.{name}" for name in OPENERS} | {"ImageFile.Parser"}, file


def test_no_format_that_starts_a_program_is_among_those_named() -> None:
    Image.init()
    unwanted = {"EPS", "WMF", "PDF", "FPX", "MIC", "MSP", "FITS", "HDF5", "GRIB", "BUFR", "MPEG", "PSD", "SVG"}
    assert unwanted & set(Image.ID), "Pillow names them otherwise now"
    assert not unwanted & set(data.FORMATS)
