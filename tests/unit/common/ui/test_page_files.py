"""The page code as the app serves it: the tree of demos/, and of it nothing but page code."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos import DEMOS
from demos.common import ui
from demos.common.ui import page_files, theme

SCRIPT = "page_files/common/page/dom.js"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[page_files.route()]))


def test_every_script_is_served_as_it_stands_in_the_tree(client: TestClient) -> None:
    for file in page_files.files(".js"):
        answer = client.get(f"/page_files/{file.relative_to(page_files.DEMOS_FOLDER).as_posix()}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.content == file.read_bytes()


def test_a_browser_asks_again_and_is_told_that_nothing_changed(client: TestClient) -> None:
    answer = client.get(f"/{SCRIPT}")
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(f"/{SCRIPT}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_it_is_found_below_a_root_path() -> None:
    below = TestClient(Starlette(routes=[page_files.route()]), root_path="/some/where")
    assert below.get(f"/some/where/{SCRIPT}").status_code == 200
    assert below.get(f"/{SCRIPT}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "clip/model.py",
        "clip/strings.toml",
        "common/page/",
        "common/page",
        "",
        "common/page/globals.d.ts",
        "common/page/../strings.toml",
        "common/page/..%2f..%2f..%2fapp.py",
        "..%2fassets%2ficon.svg",
        "common/page/dom.js/",
        "common//page/dom.js",
        "common/page/nothing.js",
        "%2fetc%2fpasswd",
        "common\\page\\dom.js",
        "common/page/dom.js%00",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/page_files/{path}").status_code == 404


def test_a_style_of_common_comes_before_those_of_the_demos() -> None:
    order = [file.relative_to(page_files.DEMOS_FOLDER).as_posix() for file in page_files.files(".css")]
    assert order[0].startswith("common/page/")
    sheet = theme.css()
    places = [sheet.index(theme.sized((page_files.DEMOS_FOLDER / name).read_text(encoding="utf-8"))) for name in order]
    assert places == sorted(places)


def test_a_part_names_its_script_its_events_and_its_constants() -> None:
    script = ui.module("common/page/dom.js", "lesson", limit=3, words={"close": {"en": "Close", "ko": "닫기"}})
    assert '"lesson"' in script
    assert 'glassbox.mount("common/page/dom.js", ' in script
    assert '{"limit":3,"words":{"close":{"en":"Close","ko":"닫기"}}}' in script


@pytest.mark.parametrize("path", ["common/page/nothing.js", "common/strings.toml", "clip/tab.py"])
def test_a_part_without_its_script_is_refused_when_the_page_is_built(path: str) -> None:
    with pytest.raises(FileNotFoundError, match="page folder"):
        ui.module(path)


def test_a_template_gets_its_strings_and_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xor" / "page").mkdir(parents=True)
    (tmp_path / "xor/page/part.html").write_text("<p>[[common.app_title]]</p>[[rows]] [[0]]", encoding="utf-8")
    monkeypatch.setattr(page_files, "DEMOS_FOLDER", tmp_path)
    html = ui.template("xor/page/part.html", rows="<i></i>", **{"0": "x"})
    assert html == '<p><span lang="en">Glassbox</span><span lang="ko">글래스박스</span></p><i></i> x'
    with pytest.raises(KeyError, match="rows"):
        ui.template("xor/page/part.html")


def test_imports_are_read_in_every_form(tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    script.write_text(
        'import { one,\n  two } from "./b.js";\nimport * as c from "../c.js";\nimport "./d.js";\n'
        'export { e } from "./e.js";\nexport function f() { return "./g.js"; }\n',
        encoding="utf-8",
    )
    names = [path.relative_to(tmp_path.parent).as_posix() for path in page_files.imports(script)]
    assert names == [f"{tmp_path.name}/b.js", "c.js", f"{tmp_path.name}/d.js", f"{tmp_path.name}/e.js"]


def test_the_modules_of_a_demo_are_its_scripts_and_all_that_they_import() -> None:
    for demo in DEMOS:
        modules = [page_files.DEMOS_FOLDER / name.removeprefix("page_files/") for name in page_files.modules(demo.name)]
        assert {module.relative_to(page_files.DEMOS_FOLDER).parts[0] for module in modules} == {
            "common",
            "start",
            demo.name,
        }
        assert {imported for module in modules for imported in page_files.imports(module)} <= set(modules)
        assert page_files.file("common/page/first_script.js") not in modules  # no module, and in the page already
