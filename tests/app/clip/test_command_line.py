"""python -m demos.clip: what it prints, what it returns."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from demos.clip.__main__ import app
from demos.clip.data import File
from demos.clip.examples import label_file
from demos.clip.examples.label_set import LabelSet
from demos.clip.models import registry
from demos.common import cli
from tests.clip_fixtures import bad_files, photo, tiny_clip

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clip(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    """Run a command in this process: (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["clip", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.run(app)
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_match_answers_good_images_and_names_bad_ones(command: Callable, tmp_path: Path) -> None:
    good, bad = photo(tmp_path / "good.png"), bad_files(tmp_path)["cut.jpg"]
    labels = ("--labels", "a cat", "--labels", "a dog")
    done = command(app, "match", good, bad, *labels, "--offline", "--json", code=2)
    answer = json.loads(done.stdout)
    assert sorted(score["label"] for score in answer["images"][0]["labels"]) == ["a cat", "a dog"]
    assert "cut.jpg" in answer["errors"][0]["error"]
    assert "cut.jpg" in done.stderr
    assert "Traceback" not in done.stderr


def test_people_get_bars(clip, tmp_path: Path) -> None:
    code, printed, _ = clip("match", photo(tmp_path / "one.png"), "--labels", "a cat", "--labels", "a dog", "--top", 1)
    assert code == 0
    assert "one.png" in printed
    assert "█" in printed
    assert len(printed.splitlines()) == 2


def test_match_takes_folders_and_says_how_sure_it_is(clip, tmp_path: Path) -> None:
    model = tiny_clip(tmp_path / "model")
    (tmp_path / "images" / "inner").mkdir(parents=True)
    files = [photo(tmp_path / "images" / "inner" / "a.png", 1), photo(tmp_path / "images" / "b.jpg", 2)]
    long = "a very " * 40 + "long label"
    more = ("--model", model, "--labels", "a cat, a dog", "--labels", long, "--fit", "tiles", "--json")
    code, printed, said = clip("match", tmp_path / "images", photo(tmp_path / "c.png"), *more)
    assert code == 0
    answer = json.loads(printed)
    assert [one["image"] for one in answer["images"]] == [*map(str, sorted(files)), str(tmp_path / "c.png")]
    for one in answer["images"]:
        assert {score["label"] for score in one["labels"]} == {"a cat, a dog", long}
        assert 0 < one["none_of_these"] < 1
        assert all(score["low"] <= score["high"] for score in one["labels"])
    assert answer["cut_short"] == [long]
    assert long in said
    softmax = sum(score["probability"] for score in answer["images"][0]["labels"])
    assert softmax == pytest.approx(1)
    code, printed, _ = clip("match", files[0], *more, "--scoring", "independent")
    assert sum(score["probability"] for score in json.loads(printed)["images"][0]["labels"]) != pytest.approx(1)
    (tmp_path / "empty").mkdir()
    assert clip("match", tmp_path / "empty", "--labels", "a cat")[0] == 2


def test_match_with_labels_by_example(clip, tmp_path: Path) -> None:
    folders = [tiny_clip(tmp_path / f"model{seed}", seed) for seed in range(2)]
    matcher = registry.open_model(str(folders[0]), torch.device("cpu"), offline=True, local=True)
    made = LabelSet()
    for name, words, seed in (("my mug", "", 1), ("my chair", "a chair", 2)):
        file = File(photo(tmp_path / f"{seed}.png", seed))
        made.add_examples(matcher, made.add(name, words).number, [file], [file.name])
    saved = tmp_path / "labels.json"
    saved.write_text(label_file.write(matcher, made, 0.75), encoding="utf-8")
    asked = ("match", tmp_path / "1.png", "--examples", saved, "--labels", "a dog", "--json")
    code, printed, _ = clip(*asked, "--model", folders[0])
    answer = json.loads(printed)
    assert code == 0
    labels = answer["images"][0]["labels"]
    assert labels[0]["label"] == "my mug"
    assert {each["label"] for each in labels} == {"my mug", "my chair", "a dog"}
    about = answer["examples"]
    assert (about["mix"], about["made_anew"]) == (0.75, False)
    assert about["labels"][0] == {"name": "my mug", "words": "", "examples": 1}
    assert about["leave_one_out"]["judged"] == 1  # nothing is left of the mug without its one image
    code, printed, said = clip(*asked, "--model", folders[1], "--mix", "1")
    assert code == 0
    assert json.loads(printed)["examples"]["made_anew"]
    assert "made anew" in said
    for wrong in (("--mix", "2"), ("--labels", "My Mug"), ("--examples", tmp_path / "none.json")):
        code, printed, said = clip(*asked, "--model", folders[0], *wrong)
        assert (code, printed) == (2, "")
        assert len(said.splitlines()) == 1


def test_labels_are_made_of_folders(clip, tmp_path: Path) -> None:
    model = tiny_clip(tmp_path / "model")
    for folder, seeds in (("my_mug", (1, 2)), ("chair", (3, 4)), ("nothing", ())):
        (tmp_path / "photos" / folder).mkdir(parents=True)
        for seed in seeds:
            photo(tmp_path / "photos" / folder / f"{seed}.png", seed)
    bad_files(tmp_path / "photos" / "chair")
    saved = tmp_path / "labels.json"
    asked = ("labels", tmp_path / "photos", "--out", saved, "--model", model, "--json")
    code, printed, said = clip(*asked)
    answer = json.loads(printed)
    assert code == 0
    assert answer["labels"] == [
        {"name": "chair", "words": "chair", "examples": 2},
        {"name": "my mug", "words": "my mug", "examples": 2},
    ]
    assert answer["leave_one_out"]["judged"] == 4
    assert any("cut.jpg" in sentence for sentence in answer["skipped"])
    assert "cut.jpg" in said
    code, printed, _ = clip(
        "match", tmp_path / "photos" / "my_mug" / "1.png", "--examples", saved, "--model", model, "--json"
    )
    assert {each["label"] for each in json.loads(printed)["images"][0]["labels"]} == {"my mug", "chair"}
    assert clip(*asked, "--mix", "2")[0] == 2
    assert clip("labels", tmp_path / "photos" / "nothing", "--out", saved, "--model", model)[0] == 2


def test_help_says_that_a_comma_divides_nothing(clip) -> None:
    _, printed, _ = clip("match", "--help")
    assert "one label with a comma" in " ".join(printed.replace("│", " ").split())


def test_evaluate_and_search_a_folder(clip, tmp_path: Path) -> None:
    model = tiny_clip(tmp_path / "model")
    for seed, name in enumerate(("red_panda/a.png", "red_panda/b.png", "bus/c.jpg")):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        photo(tmp_path / "images" / name, seed)
    (tmp_path / "images" / "bus" / "d.jpg").write_bytes(b"no image")
    for name in ("__MACOSX", "notes"):  # no images there, so no classes
        (tmp_path / "images" / name).mkdir()
        (tmp_path / "images" / name / "read me.txt").write_text("no image")
    code, printed, said = clip("evaluate", tmp_path / "images", "--model", model, "--json")
    assert code == 0
    answer = json.loads(printed)
    assert (answer["images"], answer["classes"], answer["top_5"]) == (3, 2, 1.0)
    assert set(answer["per_class"]) == {"red_panda", "bus"}
    assert "d.jpg" in said


def test_search_keeps_its_vectors_and_says_what_fits(clip, tmp_path: Path) -> None:
    model = tiny_clip(tmp_path / "model")
    (tmp_path / "images").mkdir()
    for seed in range(3):
        photo(tmp_path / "images" / f"{seed}.png", seed)
    (tmp_path / "images" / "d.jpg").write_bytes(b"no image")
    asked = ("search", tmp_path / "images", "2:a red panda - [1.png]", "--top", 2, "--model", model)
    kept = ("--index", tmp_path / "index")
    code, printed, said = clip(*asked, *kept, "--json")
    assert code == 0
    answer = json.loads(printed)
    assert len(answer["images"]) == 2
    assert answer["images"][0]["similarity"] >= answer["images"][1]["similarity"]
    assert all(isinstance(image["fits"], bool) for image in answer["images"])
    assert (answer["looked_at"], answer["computed"]) == (3, 3)
    assert "d.jpg" in answer["skipped"][0]
    assert "d.jpg" in said
    code, printed, _ = clip(*asked, *kept, "--json")
    assert json.loads(printed) == answer | {"computed": 0}
    code, printed, _ = clip(*asked, "--no-keep")
    assert code == 0
    assert len([line for line in printed.splitlines() if ".png" in line]) == 2


def test_bad_input_is_one_sentence_and_exit_code_two(clip, tmp_path: Path) -> None:
    materials = [part for name in ("--trunk", "--sentences", "--nouns") for part in (name, tmp_path / "nowhere")]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "index.json").write_text("{}")
    for arguments in (
        ("match", photo(tmp_path / "one.png")),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--top", 0),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--fit", "corner"),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--scoring", "gut feeling"),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--model", "no such model"),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--model", "hf-hub:owner/name", "--offline"),
        ("search", tmp_path / "nowhere", "a cat"),
        ("search", tmp_path, " "),
        ("search", tmp_path, "a cat -"),
        ("evaluate", tmp_path),
        ("train", tmp_path, "--out", tmp_path / "out", *materials),
        ("train", corpus, "--out", tmp_path / "out", *materials),
        ("export", tmp_path),
    ):
        code, printed, said = clip(*arguments)
        assert code == 2, arguments
        assert said.count("\n") == 1
        assert printed == ""


def test_the_exported_folder_is_opened_by_open_clip_itself(clip, tmp_path: Path) -> None:
    import open_clip

    code, printed, _ = clip("export", tmp_path / "model", "--json")
    assert code == 0
    assert {Path(file).name for file in json.loads(printed)["files"]} == {
        "bpe.txt.gz",
        "open_clip_config.json",
        "open_clip_model.safetensors",
    }
    model, _, _ = open_clip.create_model_and_transforms(f"local-dir:{tmp_path / 'model'}")
    words = open_clip.get_tokenizer(f"local-dir:{tmp_path / 'model'}")
    theirs = model.eval().encode_text(words(["a dog", "강아지 사진"]), normalize=True).detach()
    ours = registry.open_model("embedded", torch.device("cpu"), offline=True)
    own = ours.model.encode_text(ours.tokenizer(["a dog", "강아지 사진"]), normalize=True).detach()
    torch.testing.assert_close(theirs, own)
