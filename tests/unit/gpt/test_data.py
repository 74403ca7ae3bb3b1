"""Texts in the encodings that people still have are read, and what is no text is refused."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.common.models.weights import FOLDER
from demos.gpt.data import decode, read_file
from demos.gpt.train.texts import EXAMPLES

KOREAN = "안녕하세요. 오늘은 날씨가 좋네요. GPT를 배웁니다.\r\n" * 3
FRENCH = "Où est le garçon ? À la forêt, déjà été.\n"
GERMAN = "Grüße aus München, schöne Straße\n"
JAPANESE = "こんにちは、今日は天気がいいですね。漢字も使います。\n"
# Goethe, Proust, Cervantes and Sōseki, and what is found in tables and letters.
FAUST = """Da steh ich nun, ich armer Tor! Und bin so klug als wie zuvor; heiße Magister, heiße Doktor gar, und ziehe
schon an die zehen Jahr herauf, herab und quer und krumm meine Schüler an der Nase herum – und sehe, daß wir nichts
wissen können! Das will mir schier das Herz verbrennen.
"""
SWANN = """Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte, mes yeux se fermaient si
vite que je n’avais pas le temps de me dire : « Je m’endors. » Et, une demi-heure après, la pensée qu’il était temps
de chercher le sommeil m’éveillait.
"""
QUIJOTE = """En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que vivía un hidalgo
de los de lanza en astillero, adarga antigua, rocín flaco y galgo corredor. ¿Qué pasa, señor? ¡Mañana será otro día!
"""
CAT = """吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣
いていた事だけは記憶している。吾輩はここで始めて人間というものを見た。しかもあとで聞くとそれは書生という人間中で一番獰悪な種族であったそうだ。
"""
SIGNS = "Preis: 5 £\nTemperatur 21 °C, Straße frei\nGröße: 20 m²; ±5 %, ½ Tasse\nIt’s a dog’s life, isn’t it?\n" * 5
FAMILY = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n"

ANNA = """Всё смешалось в доме Облонских. Жена узнала, что муж был в связи с бывшею в их доме француженкою-гувернанткой,
и объявила мужу, что не может жить с ним в одном доме. Положение это продолжалось уже третий день и мучительно
чувствовалось и самими супругами, и всеми членами семьи, и домочадцами. Все члены семьи и домочадцы чувствовали, что
нет смысла в их сожительстве и что на каждом постоялом дворе случайно сошедшиеся люди более связаны между собой.
"""
LU_XUN = """在我的后园，可以看见墙外有两株树，一株是枣树，还有一株也是枣树。这上面的夜的天空，奇怪而高，我生
平没有见过这样的奇怪而高的天空。他仿佛要离开人间而去，使人们仰面不再看见。然而现在却非常之蓝，闪
闪地眨着几十个星星的眼，冷眼。他的口角上现出微笑，似乎自以为大有深意，而将繁霜洒在我的园里的野花
草上。我不知道那些花草真叫什么名字，人们叫他们什么名字。我记得有一种开过极细小的粉红花，现在还开
着，但是更极细小了，她在冷的夜气中，瑟缩地做梦，梦见春的到来，梦见秋的到来。
"""
LU_XUN_TRADITIONAL = """在我的後園，可以看見牆外有兩株樹，一株是棗樹，還有一株也是棗樹。這上面的夜的天空，奇怪而高，我生
平沒有見過這樣的奇怪而高的天空。他彷彿要離開人間而去，使人們仰面不再看見。然而現在卻非常之藍，閃
閃地眨著幾十個星星的眼，冷眼。他的口角上現出微笑，似乎自以為大有深意，而將繁霜灑在我的園裡的野花
草上。我不知道那些花草真叫什麼名字，人們叫他們什麼名字。我記得有一種開過極細小的粉紅花，現在還開
著，但是更極細小了，她在冷的夜氣中，瑟縮地做夢，夢見春的到來，夢見秋的到來。
"""
ODYSSEY = """Άνδρα μοι έννεπε, Μούσα, πολύτροπον, ός μάλα πολλά πλάγχθη, επεί Τροίης ιερόν πτολίεθρον έπερσε· πολλών δ'
ανθρώπων ίδεν άστεα και νόον έγνω, πολλά δ' ό γ' εν πόντω πάθεν άλγεα όν κατά θυμόν, αρνύμενος ήν τε ψυχήν και νόστον.
"""


def stretches(text: str, encoding: str, length: int) -> Iterator[tuple[str, bytes]]:
    """200 pieces of `text` from anywhere, as they lie in a file; those that are ASCII in any encoding left out."""
    chance = random.Random(length)
    for _ in range(200):
        begin = chance.randrange(len(text) - length)
        piece = text[begin : begin + length]
        data = piece.encode(encoding)
        if not data.isascii() or b"\0" in data:
            yield piece, data


@pytest.mark.parametrize("length", [20, 50, 200])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (EXAMPLES["poems"].text, "cp949"),
        (EXAMPLES["poems"].text, "utf-16-le"),
        (EXAMPLES["poems"].text, "utf-16-be"),
        (EXAMPLES["romeo"].text, "utf-16-le"),
        (EXAMPLES["romeo"].text, "utf-16-be"),
        *[(text, encoding) for text in (FAUST, SWANN, QUIJOTE, SIGNS) for encoding in ("cp1252", "utf-16-le")],
        (CAT * 2, "shift_jis"),
        (FAMILY * 3, "utf-16-le"),
        (FAMILY * 3, "utf-16-be"),
    ],
)
def test_any_stretch_of_a_real_text_is_read_as_it_was_written(text: str, encoding: str, length: int) -> None:
    pieces = list(stretches(text, encoding, length))
    assert len(pieces) > 40
    wrong = [(piece, decode(data)) for piece, data in pieces if decode(data).text != piece]
    assert wrong == []


@pytest.mark.parametrize("length", [5, 10, 50, 200])
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_a_few_letters_of_russian_are_refused_not_guessed(encoding: str, length: int) -> None:
    for piece, data in stretches(FAMILY * 3, encoding, length):
        try:
            assert decode(data).text == piece
        except BadInput:
            continue


@pytest.mark.parametrize("length", [20, 50, 200])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *[(text, encoding) for text in (FAMILY * 3, ANNA) for encoding in ("cp1251", "koi8-r")],
        *[(LU_XUN, encoding) for encoding in ("gbk", "gb18030")],
        (LU_XUN_TRADITIONAL, "big5"),
        (ODYSSEY, "cp1253"),
        (FAMILY * 3, "iso8859-5"),
        (FAMILY * 3, "cp866"),
        (FAMILY * 3, "mac-cyrillic"),
        (CAT * 2, "euc-jp"),
    ],
)
def test_any_other_encoding_is_read_right_or_refused_and_never_guessed(text: str, encoding: str, length: int) -> None:
    read = 0
    pieces = list(stretches(text, encoding, length))
    for piece, data in pieces:
        try:
            decoded = decode(data)
        except BadInput:
            continue
        assert decoded.text == piece, (decoded.encoding, piece)
        read += 1
    if encoding in ("cp1251", "koi8-r", "gbk", "big5", "euc-jp") and length == 200:
        assert read > 0.95 * len(pieces)


@pytest.mark.parametrize("text", [LU_XUN, FAMILY, ANNA])
def test_russian_in_capitals_and_whole_texts_are_read(text: str) -> None:
    encodings = ("gbk",) if text is LU_XUN else ("cp1251", "koi8-r")
    for encoding in encodings:
        for written in (text, text.upper()):
            decoded = decode(written.encode(encoding))
            assert (decoded.text, decoded.encoding) == (written, encoding)


@pytest.mark.parametrize("sign", ["£", "°", "ß", "½", "’s", "é"])
def test_a_single_sign_after_a_long_text_is_still_western(sign: str) -> None:
    text = EXAMPLES["romeo"].text + f"5 {sign} 6\n"
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (KOREAN, "utf-8", "utf-8"),
        (KOREAN, "utf-8-sig", "utf-8"),
        (KOREAN, "euc-kr", "cp949"),
        (KOREAN + "똠방각하", "cp949", "cp949"),
        (KOREAN, "utf-16", "utf-16"),
        (KOREAN, "utf-16-le", "utf-16-le"),
        (KOREAN, "utf-32", "utf-32"),
        ("To be, or not to be", "utf-16-be", "utf-16-be"),
        (FRENCH, "latin-1", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
        (JAPANESE, "shift_jis", "shift_jis"),
    ],
)
def test_an_encoding_is_found(text: str, encoding: str, named: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text.replace("\r\n", "\n"), named)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(256)) * 8])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        decode(data, "picture.png")
    assert refusal.value.key == "gpt.not_a_text_file"
    assert "picture.png" in str(refusal.value)


def test_weights_are_no_text() -> None:
    with pytest.raises(BadInput):
        read_file(FOLDER / "gpt/shakespeare.safetensors")


def test_a_file_says_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "글.txt"
    file.write_bytes(KOREAN.encode("cp949"))
    assert read_file(file).encoding == "cp949"
