"""`make weights` lists how every model is made, and makes one."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from demos.common.errors import BadInput
from demos.common.models import weights
from demos.common.models.make_weights import command, models


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "demos.common.models.make_weights", *arguments]
    return subprocess.run(program, capture_output=True, text=True, cwd=weights.FOLDER.parent)


def test_every_file_of_the_manifest_belongs_to_a_model_with_a_card_and_a_command_that_is_there() -> None:
    known = models()
    assert {file for model in known.values() for file in model.files} == set(weights.manifest())
    for name, model in known.items():
        assert (weights.FOLDER / f"{name}.md").is_file()
        python, module, package, *_ = model.made_by.split()
        assert (python, module) == ("python", "-m")
        assert find_spec(package) is not None, f"weights/manifest.json: {model.made_by}"


def test_data_that_is_not_in_the_repository_is_asked_for() -> None:
    chatbot = models()["gpt/korean"]
    with pytest.raises(BadInput) as refused:
        command(chatbot, {})
    assert "CSVFILE=PATH" in str(refused.value)
    assert command(chatbot, {"CSVFILE": "my file.csv"})[-1] == "my file.csv"


def test_they_are_listed_for_people_and_for_machines() -> None:
    assert "gpt/adder" in run().stdout
    listed = json.loads(run("--json").stdout)["models"]
    assert {model["name"] for model in listed} == set(models())


def test_a_model_that_is_not_there_is_refused_in_a_sentence() -> None:
    answer = run("gpt/nobody")
    assert answer.returncode == 2
    assert "gpt/adder" in answer.stderr
    assert answer.stderr.count("\n") == 1
