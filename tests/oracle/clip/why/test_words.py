"""Words left out against the bare model, tokens against open_clip's own decoder."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from demos.clip import data
from demos.clip.models.folder import open_folder
from demos.clip.prompts import wordings
from demos.clip.why.words import leave_one_out, tokens
from demos.clip.zero_shot import Matcher
from tests.clip_fixtures import photo, tiny_clip


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return open_folder("tiny", tiny_clip(tmp_path_factory.mktemp("tiny")), torch.device("cpu"))


def test_each_word_is_judged_by_the_sentence_without_it(matcher: Matcher, tmp_path: Path) -> None:
    [image] = matcher.encode_images([data.read(photo(tmp_path / "one.png"))])
    found = leave_one_out(matcher, image, ["a dog", "big red bus"], 1, ["{}", "now {}"])
    assert [one.word for one in found] == ["big", "red", "bus"]

    def vector(guess: str) -> torch.Tensor:
        with torch.inference_mode():
            ids = matcher.tokenizer([guess, f"now {guess}"])
            return F.normalize(F.normalize(matcher.model.encode_text(ids), dim=-1).mean(0), dim=-1)

    for one, rest in zip(found, ("red bus", "big bus", "big red"), strict=True):
        cosine = float(vector(rest) @ image)
        other = float(vector("a dog") @ image)
        share = 1 / (1 + 2.718281828459045 ** (matcher.scale * (other - cosine)))
        assert one.similarity == pytest.approx(cosine, abs=1e-5)
        assert one.probability == pytest.approx(share, abs=1e-4)


def test_a_guess_of_one_word_leaves_the_bare_template(matcher: Matcher, tmp_path: Path) -> None:
    [image] = matcher.encode_images([data.read(photo(tmp_path / "one.png"))])
    [only] = leave_one_out(matcher, image, ["dog"], 0, ["a photo of {}"])
    with torch.inference_mode():
        bare = F.normalize(matcher.model.encode_text(matcher.tokenizer(["a photo of "])), dim=-1)[0]
    assert only.similarity == pytest.approx(float(bare @ image), abs=1e-5)
    assert only.probability == pytest.approx(1)
    [korean] = leave_one_out(matcher, image, ["개"], 0, ["a photo of a {}"])
    with torch.inference_mode():
        sentences = [each.replace("개", "") for each in wordings("개", ["a photo of a {}"])]
        bare = F.normalize(matcher.model.encode_text(matcher.tokenizer(sentences)), dim=-1).mean(0)
    assert korean.similarity == pytest.approx(float(F.normalize(bare, dim=-1) @ image), abs=1e-5)


@pytest.mark.parametrize("sentence", ["a photo of a glacier", "Zürich, 3 o'clock!", "a " * 40])
def test_tokens_are_those_that_the_tower_gets(matcher: Matcher, sentence: str) -> None:
    found = tokens(matcher.tokenizer, sentence)
    ids = matcher.tokenizer([sentence])[0].tolist()
    assert [token.id for token in found] == ids[: len(found)]
    assert not any(ids[len(found) :])  # only padding is left out
    assert found[0].text == "<start_of_text>"
    assert found[-1].text == "<end_of_text>"
    inner = "".join(token.text for token in found[1:-1])
    inner = inner.replace("<C3><BC>", "ü")  # in the tiny vocabulary each of its bytes is a token
    assert inner.replace(" ", "") == matcher.tokenizer.decode(ids[1 : len(found) - 1]).replace(" ", "")


def test_a_tokeniser_of_the_transformers_package_names_its_tokens() -> None:
    class Inner:
        eos_token_id, pad_token_id = 1, 1

        def convert_ids_to_tokens(self, number: int) -> str:
            return {5: "▁dog", 6: "s", 1: "</s>"}[number]

    class Outer:
        tokenizer = Inner()

        def __call__(self, texts: list[str]) -> torch.Tensor:
            return torch.tensor([[5, 6, 1, 1, 1]])

    assert [token.text for token in tokens(Outer(), "dogs")] == ["▁dog", "s", "</s>"]


def test_what_no_tokeniser_names_has_its_number_alone() -> None:
    found = tokens(lambda texts: torch.tensor([[4, 7, 0, 0]]), "dogs")
    assert [(token.id, token.text) for token in found] == [(4, ""), (7, "")]
