"""The photos to try: each is there, can be read, and has a caption in both languages and a source."""

from demos.clip import data
from demos.clip.images import photos
from demos.common.i18n import LANGUAGES


def test_each_photo_can_be_read_and_has_captions() -> None:
    found = photos.photos()
    assert len({photo.file for photo in found}) == len(found) == 19
    for photo in found:
        assert data.read(photo.file).image.width > 40
        assert set(photo.caption) == set(LANGUAGES)
        assert all(caption.strip() == caption != "" for caption in photo.caption.values())


def test_the_folder_holds_no_photo_without_a_caption_or_a_source() -> None:
    table = {photo.file for photo in photos.photos()}
    sources = photos.FOLDER.joinpath("README.md").read_text(encoding="utf-8")
    for file in photos.FOLDER.glob("*.jpg"):
        assert file in table
        assert file.stem in sources
