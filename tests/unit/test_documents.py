"""What the documents name is there."""

import re
from pathlib import Path

import pytest

from demos import DEMOS

ROOT = Path(__file__).parent.parent.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|js|toml|md))(?::(\w+))?`", ARCHITECTURE)
ANYWHERE = {"tab.py", "look.py", "strings.toml"}  # a kind of file, not one


def files_named_in(document: str) -> set[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text)
    return {(ROOT / document).parent.joinpath(link).resolve().relative_to(ROOT).as_posix() for link in linked}


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_what_the_architecture_names_is_there(file: str, name: str) -> None:
    if file in ANYWHERE and not name:
        return
    code = (ROOT / file).read_text(encoding="utf-8")
    if name:
        defines = r"(?:async )?def|(?:export )?(?:async )?(?:class|function)"
        assert re.search(rf"^\s*(?:{defines}) {name}\b|^{name}\b.*=", code, re.MULTILINE)


def test_each_demo_has_one_trace_that_runs_one_way() -> None:
    assert re.findall(r"^## (\w+):", ARCHITECTURE, re.MULTILINE) == ["XOR", "minGPT", "CLIP", "Posture"]
    for trace in re.split(r"^## ", ARCHITECTURE, flags=re.MULTILINE)[2:]:
        steps = [int(number) for number in re.findall(r"^(\d+)\. ", trace, re.MULTILINE)]
        assert steps == list(range(1, len(steps) + 1))
        folders = {file.split("/")[1] for file, _ in re.findall(r"`(demos/[\w/]+\.\w+)(:\w+)?`", trace)}
        assert len(folders - {"common"}) == 1  # a demo knows no other


GUIDES = [
    "docs/README.ko.md",
    "docs/architecture.md",
    "docs/benchmarks.md",
    "docs/deploy/container.md",
    "docs/deploy/space.md",
    "docs/deploy/workers.md",
    "docs/lecture.md",
    "docs/lecture.ko.md",
]
DOCUMENTS = ["README.md", *GUIDES, "CONTRIBUTING.md", "SECURITY.md"]
READMES = [f"demos/{demo.name}/README.md" for demo in DEMOS]


@pytest.mark.parametrize("document", DOCUMENTS + READMES)
def test_every_file_named_by_its_path_is_there(document: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|js|css|html|toml|json|md))`", text))
    folders = (ROOT, (ROOT / document).parent)
    assert [path for path in sorted(named) if not any((folder / path).is_file() for folder in folders)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    missing = [file for file in files_named_in(document) if not (ROOT / file).exists()]
    assert missing == []
