"""The clip_match endpoint: good images, bad images among good ones, labels that cannot be used."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from demos.clip.__main__ import app
from demos.clip.examples import label_file
from demos.clip.examples.label_set import LabelSet
from demos.clip.images.example_photos import copy_to
from demos.clip.models import registry
from tests.api_client import connect
from tests.clip_fixtures import bad_files, photo

LABELS = "a dog\na cat\na bus"


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return connect(app_url)


def match(client: Client, files: list[Path], labels: str = LABELS, **more: object) -> dict:
    asked = {"files": [handle_file(str(file)) for file in files], "labels": labels, "templates": "everyday"}
    asked |= {"own": "", "top": 5, "model": "embedded"} | more
    return client.predict(*asked.values(), api_name="/clip_match")


def test_each_image_gets_its_labels(client: Client, tmp_path: Path) -> None:
    files = [photo(tmp_path / f"{seed}.png", seed) for seed in range(3)]
    answer = match(client, files)
    assert [image["name"] for image in answer["images"]] == ["0.png", "1.png", "2.png"]
    for image in answer["images"]:
        assert sorted(bar["label"] for bar in image["labels"]) == ["a bus", "a cat", "a dog"]
        shares = [bar["probability"] for bar in image["labels"]]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=0.001)
        assert image["thumbnail"].startswith("data:image/jpeg;base64,")
    assert answer["model"] == "embedded"
    assert answer["pictures"] == answer["images"]  # its old name
    assert any("trained here" in note["text"] for note in answer["notes"])


def test_bad_images_do_not_cost_the_good_ones(client: Client, tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    good = photo(tmp_path / "good.png")
    answer = match(client, [*bad.values(), good])
    errors = {image["name"]: image["error"] for image in answer["images"] if "error" in image}
    assert set(errors) == set(bad)
    assert all(name in sentence for name, sentence in errors.items())
    assert len(answer["images"][-1]["labels"]) == 3


def test_five_hundred_labels_and_repetitions(client: Client, tmp_path: Path) -> None:
    file = photo(tmp_path / "one.png")
    answer = match(client, [file], "\n".join(f"thing {i}" for i in range(500)), top=10)
    assert len(answer["images"][0]["labels"]) == 10
    answer = match(client, [file], "a dog\n a dog \nA DOG\n\na cat")
    assert len(answer["images"][0]["labels"]) == 2


def test_no_image_is_an_answer_too(client: Client) -> None:
    assert match(client, [])["waiting"]


def test_own_templates(client: Client, tmp_path: Path) -> None:
    answer = match(client, [photo(tmp_path / "one.png")], templates="own", own="art of the {}")
    assert len(answer["images"][0]["labels"]) == 3


@pytest.mark.parametrize(
    ("labels", "more", "said"),
    [
        ("", {}, "at least one guess"),
        (" \n \n", {}, "at least one guess"),
        ("\n".join(f"thing {i}" for i in range(1001)), {}, "1,001"),
        ("x" * 400, {}, "too long"),
        (LABELS, {"templates": "own", "own": "nothing to fill"}, "nothing to fill"),
        (LABELS, {"top": 0}, "top must be"),
        (LABELS, {"top": 1e9}, "top must be"),
        (LABELS, {"model": "ViT-B-32/no_such"}, "names no model"),
        (LABELS, {"model": "ViT-B-32/laion2b_s34b_b79k"}, "offline"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    client: Client, tmp_path: Path, labels: str, more: dict, said: str
) -> None:
    with pytest.raises((AppError, ValueError), match=said) as refusal:
        match(client, [photo(tmp_path / "one.png")], labels, **more)
    assert "Traceback" not in str(refusal.value)


def test_labels_of_a_file_answer_programs_too(client: Client, tmp_path: Path) -> None:
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    labels = LabelSet()
    labels.prepare(matcher, "en")
    saved = tmp_path / "labels.json"
    saved.write_text(label_file.write(matcher, labels, 0.5), encoding="utf-8")

    def asked(examples: Path, mix: float = 1.0) -> dict:
        image = [handle_file(str(photo(tmp_path / "one.png")))]
        given = (image, handle_file(str(examples)), mix, "a kettle", "softmax", "embedded")
        return client.predict(*given, api_name="/clip_match_examples")

    answer = asked(saved)
    assert {row["label"] for row in answer["results"]} == {"space", "animals", "a tower", "a bus", "a kettle"}
    assert sum(row["probability"] for row in answer["results"]) == pytest.approx(1, abs=0.001)
    assert answer["examples"]["leave_one_out"]["judged"] == 6
    assert not answer["examples"]["made_anew"]
    for file, mix, said in ((photo(tmp_path / "no.png"), 0.5, "no file of labels"), (saved, 2.0, "mix")):
        with pytest.raises((AppError, ValueError), match=said) as refusal:
            asked(file, mix)
        assert "Traceback" not in str(refusal.value)


def test_the_answer_is_the_command_lines(client: Client, command: Callable, tmp_path: Path) -> None:
    files = [photo(tmp_path / f"{seed}.png", seed) for seed in range(2)]
    answer = client.predict(
        images=[handle_file(str(file)) for file in files], labels=["a dog", "a cat"], api_name="/clip_match"
    )
    printed = json.loads(command(app, "match", *files, "--labels", "a dog", "--labels", "a cat", "--json").stdout)
    assert printed.keys() <= answer.keys()
    assert {**printed, "images": []} == {**{name: answer[name] for name in printed}, "images": []}
    for ours, theirs in zip(answer["images"], printed["images"], strict=True):
        assert ours["image"] == Path(theirs["image"]).name
        for one, other in zip(ours["labels"], theirs["labels"], strict=True):
            assert {name: one[name] for name in other} == pytest.approx(other, abs=1e-4)


def test_images_are_ranked_measured_and_made_into_labels(client: Client, tmp_path: Path) -> None:
    names = copy_to(tmp_path / "photos")
    images = {"images": [handle_file(str(file)) for file in names]}
    classes = [file.parent.name for file in names]
    ranked = client.predict(**images, query="a cat", top=2, api_name="/clip_search")
    assert ranked["looked_at"] == len(names)
    assert ranked["images"][0]["image"] in {file.name for file in names}
    assert ranked["images"][0]["similarity"] >= ranked["images"][1]["similarity"]
    measured = client.predict(**images, classes=classes, api_name="/clip_evaluate")
    assert (measured["images"], measured["top_1"]) == (len(names), 1)
    made = client.predict(**images, classes=classes, api_name="/clip_labels")
    assert {each["name"] for each in made["labels"]} == {name.replace("_", " ") for name in classes}
    asked = {"images": images["images"][:1], "labels": "", "examples": handle_file(made["file"])}
    known = client.predict(**asked, api_name="/clip_match")
    assert known["images"][0]["labels"][0]["label"] == classes[0].replace("_", " ")


def test_what_is_no_upload_is_no_image(client: Client, tmp_path: Path) -> None:
    here = str(photo(tmp_path / "one.png"))
    for claimed in (here, {"path": here}):
        with pytest.raises(AppError, match="files that were sent"):
            client.predict(images=[claimed], labels=["a dog"], api_name="/clip_match")
    image = handle_file(here)
    with pytest.raises(AppError, match="no image called"):
        client.predict([image], f"[{here}]", api_name="/clip_search")
    with pytest.raises(AppError, match="1 images and 2 classes"):
        client.predict([image], ["a", "b"], api_name="/clip_evaluate")
