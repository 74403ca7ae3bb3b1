"""Gradio is imported without writing its components' interfaces, and is the same Gradio."""

import json
import subprocess
import sys

from tests.conftest import ROOT

IMPORTED = """
import ast, inspect, json
before, parsed = inspect.getfile, []
parse = ast.parse
ast.parse = lambda source, *given, **named: parsed.append(source) or parse(source, *given, **named)
from demos.common.component_stubs import no_component_stubs
with {within}:
    import gradio
assert inspect.getfile is before
assert inspect.getfile(gradio.Button).endswith("button.py")
said = {{name: sorted(each.event_name for each in getattr(part, "EVENTS", [])) for name, part in vars(gradio).items()}}
print(json.dumps([len(parsed), said]))
"""


def imported(within: str) -> list:
    command = [sys.executable, "-c", IMPORTED.format(within=within)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def test_gradio_parses_no_source_of_its_own_and_has_the_same_components_and_events() -> None:
    (usual, said), (ours, also) = imported("__import__('contextlib').nullcontext()"), imported("no_component_stubs()")
    assert usual > 100
    assert ours < usual / 10, "what others parse"
    assert said == also
    assert "change" in said["Textbox"]
