"""A visitor's exercise as a file: what is taken away is what is loaded, and nothing else comes in."""

from dataclasses import replace
from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.posture import exercises as registry
from demos.posture.exercises import exercises, find_exercise
from demos.posture.teach.exercise_file import LARGEST, read, write
from demos.posture.teach.propose import counted, propose
from tests.unit.posture.teach.test_propose import recording

GOOD = write(propose(recording("row"), name="Row “heavy” 로우")[0].exercise)


@pytest.mark.parametrize("slug", exercises())
def test_every_exercise_of_ours_is_the_same_when_it_comes_back(slug: str) -> None:
    known = replace(find_exercise(slug), movement=None, sample=None, order=1000, recognise=False, by_rules=False)
    assert read(write(find_exercise(slug)).encode(), slug) == known


def test_the_file_put_among_ours_is_an_exercise_that_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "heavy_row.toml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(registry, "FOLDER", tmp_path)
    exercises.cache_clear()
    try:
        assert counted(find_exercise("heavy_row"), recording("row", reps=4, seed=8)) == 4
        assert find_exercise("heavy_row").name["ko"] == "Row “heavy” 로우"
    finally:
        exercises.cache_clear()


@pytest.mark.parametrize(
    ("file", "key", "said"),
    [
        (b"x" * (LARGEST + 1), "large", ""),
        (b"\xff\xfe", "no_toml", ""),
        (b"a = [" * 5000, "no_toml", ""),
        (GOOD.replace("[signal]", 'path = "/etc/passwd"\n[signal]'), "unknown", "path"),
        (GOOD.replace("[signal]", '[signal]\nrun = "os.system"'), "unknown", "run"),
        (GOOD.replace("full =", "full = 1e9 #"), "number", "full"),
        (GOOD.replace("full =", "full = nan #"), "number", "full"),
        (GOOD.replace("full =", "full = true #"), "number", "full"),
        (GOOD.replace("full =", 'full = "deep" #'), "number", "full"),
        (GOOD.replace("Row “heavy” 로우", "x" * 500), "text", ""),
        (GOOD.replace('kind = "repetitions"', "kind = 3"), "text", "kind"),
        (GOOD.replace('kind = "repetitions"', 'kind = ["repetitions"]'), "wrong", ""),
        (GOOD.replace('kind = "repetitions"', 'kind = "dance"'), "wrong", "dance"),
        (GOOD.replace('kind = "repetitions"', ""), "wrong", "kind"),
        (GOOD.replace("range =", "range = 0 #"), "number", "range"),
        (GOOD.replace("[[position]]", "[position]"), "wrong", ""),
        (GOOD + '[[deep]]\nmeasure = "knee"\nmax = 0\n', "number", "deep"),
        (GOOD + "deep = 3\n", "text", "deep"),
        (GOOD + '[[cues]]\nmeasure = "knee"\n' * 50, "text", "cues"),
    ],
)
def test_what_is_no_exercise_is_refused_in_a_sentence(file: bytes | str, key: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(file if isinstance(file, bytes) else file.encode(), "own")
    assert refused.value.key == f"posture.teach_file_{key}"
    for language in ("en", "ko"):
        assert said in refused.value.in_language(language)
