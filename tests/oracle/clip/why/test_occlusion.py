"""Occlusion against a loop that covers, asks and averages one thing at a time."""

from pathlib import Path

import pytest
import torch

from demos.clip import data
from demos.clip.models.folder import open_folder
from demos.clip.why.occlusion import Grid, covered_vectors, drops, heat_map
from demos.clip.zero_shot import Matcher
from tests.clip_fixtures import photo, tiny_clip

LABELS = ("a dog", "a red bus", "the sea")
TEMPLATES = ("a photo of a {}",)
GRID = Grid(5, 2)  # 32 pixels are no multiple of five


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return open_folder("tiny", tiny_clip(tmp_path_factory.mktemp("tiny")), torch.device("cpu"))


@torch.inference_mode()
def test_every_cell_is_the_mean_of_what_covering_it_costs(matcher: Matcher, tmp_path: Path) -> None:
    [pixels] = matcher.pixels(data.read(photo(tmp_path / "one.png")).image)
    texts = matcher.encode_labels(LABELS, TEMPLATES)
    scale = 7.0
    # the loop
    edges = [round(cell * 32 / 5) for cell in range(6)]

    def scores(image: torch.Tensor) -> tuple[list[float], list[float]]:
        vector = matcher.model.encode_image(image[None])[0]
        cosines = [float(vector @ text / (vector.norm() * text.norm())) for text in texts]
        powers = [2.718281828459045 ** (scale * cosine) for cosine in cosines]
        return cosines, [float(torch.tensor(power / sum(powers)).log()) for power in powers]

    whole = scores(pixels)
    lost: dict[tuple[int, int], list[tuple[list[float], list[float]]]] = {}
    for top in range(-1, 5):
        for left in range(-1, 5):
            hidden = pixels.clone()
            cells = [(r, c) for r in (top, top + 1) for c in (left, left + 1) if 0 <= r < 5 and 0 <= c < 5]
            for row, column in cells:
                for y in range(edges[row], edges[row + 1]):
                    for x in range(edges[column], edges[column + 1]):
                        hidden[:, y, x] = 0
            covered = scores(hidden)
            for cell in cells:
                lost.setdefault(cell, []).append(covered)
    # the real thing
    *_, last = covered_vectors(matcher, pixels, GRID)
    found = drops(matcher.model.encode_image(pixels[None], normalize=True)[0], last.vectors, texts, scale)
    for measure in (0, 1):
        for label in range(3):
            expected = torch.tensor(
                [
                    [
                        sum(whole[measure][label] - one[measure][label] for one in lost[row, column])
                        / len(lost[row, column])
                        for column in range(5)
                    ]
                    for row in range(5)
                ]
            )
            assert expected.abs().max() > 1e-3
            torch.testing.assert_close(heat_map(found[measure][:, label], GRID), expected, atol=2e-5, rtol=1e-4)


def test_batches_go_on_where_the_one_before_ended(matcher: Matcher, tmp_path: Path) -> None:
    [pixels] = matcher.pixels(data.read(photo(tmp_path / "one.png")).image)
    parts = list(covered_vectors(matcher, pixels, GRID))
    assert [part.done for part in parts] == [16, 32, 36]
    for part in parts:
        torch.testing.assert_close(part.vectors, parts[-1].vectors[: part.done])
        torch.testing.assert_close(part.vectors.norm(dim=-1), torch.ones(part.done))


def test_what_a_sigmoid_loses_does_not_depend_on_the_other_guesses() -> None:
    chance = torch.Generator().manual_seed(0)
    whole, covered, texts = (
        torch.nn.functional.normalize(torch.randn(*shape, generator=chance), dim=-1) for shape in ((6,), (3, 6), (4, 6))
    )
    _, lost = drops(whole, covered, texts, 5.0, -2.0)
    for window in range(3):
        for guess in range(4):
            before, after = (
                1 / (1 + 2.718281828459045 ** -(5 * float(vector @ texts[guess]) - 2))
                for vector in (whole, covered[window])
            )
            assert float(lost[window, guess]) == pytest.approx(float(torch.tensor(before / after).log()), abs=1e-5)
    alone = drops(whole, covered, texts[:1], 5.0, -2.0)[1]
    torch.testing.assert_close(lost[:, :1], alone)
