"""The page's styles in every size of type."""

from demos.common.ui.theme import LARGE, PART, css, sized


def test_all_type_and_the_columns_it_stands_in_grow_together() -> None:
    row = sized(".row { font-size: 20px; grid-template-columns: minmax(80px, 26%) 1fr 72px; padding: 4px; }")
    assert "font-size: calc(20px * var(--type, 1));" in row
    assert "minmax(calc(80px * var(--type, 1)), 26%) 1fr calc(72px * var(--type, 1));" in row
    assert "padding: 4px;" in row


def test_what_narrow_windows_show_is_shown_in_wider_ones_where_all_is_larger() -> None:
    style = (
        ".row { display: grid; }\n@media (max-width: 1000px) {\n  .row { display: block; }\n  .end { order: 1; }\n}\n"
    )
    given, _, more = sized(style).partition('html[data-size="projector"] ')
    assert given == style
    inner = "{ .row { display: block; } .end { order: 1; } } }"
    assert more.split() == f"{PART} {{ @media (max-width: {round(1000 * LARGE)}px) {inner}".split()


def test_one_variable_says_how_large() -> None:
    assert css().count("--type:") == 1
