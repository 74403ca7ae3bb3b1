"""The face: warm paper by day, ink by night, one accent a demo."""

import re
from functools import partial
from pathlib import Path

import gradio as gr
from gradio.themes.utils.fonts import LocalFont

from demos import DEMOS
from demos.common.palette import SURFACES
from demos.common.ui import page_files

ASSETS = Path(__file__).parents[3] / "assets"
WEIGHTS = (400, 700)  # the semi-bold files that Gradio carries have no Latin letters
SANS = (
    LocalFont("IBM Plex Sans", WEIGHTS),
    "Apple SD Gothic Neo",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Malgun Gothic",
    "sans-serif",
)
MONO = (LocalFont("IBM Plex Mono", WEIGHTS), "D2Coding", "Noto Sans Mono CJK KR", "monospace")

LARGE = 1.3  # times as large is all type where a link asks for a projector's size
SHOWN_LARGE = 'html[data-size="projector"]'
PART = ".gradio-container.gradio-container .contain"  # as specific as Gradio makes our other rules

# Gradio's theme variables, in terms of ours. Day and night differ only in what ours hold.
SURFACE_VARIABLES = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--muted)",
    "background_fill_primary": "var(--card)",
    "background_fill_secondary": "var(--paper)",
    "border_color_primary": "var(--line)",
    "block_background_fill": "transparent",
    "block_label_background_fill": "transparent",
    "block_label_text_color": "var(--muted)",
    "block_title_text_color": "var(--ink)",
    "block_info_text_color": "var(--muted)",
    "panel_background_fill": "transparent",
    "input_background_fill": "var(--card)",
    "input_background_fill_focus": "var(--card)",
    "input_border_color": "var(--line)",
    "input_placeholder_color": "var(--muted)",
    "button_primary_text_color": "var(--paper)",
    "button_secondary_background_fill": "var(--card)",
    "button_secondary_background_fill_hover": "var(--paper)",
    "button_secondary_border_color": "var(--line)",
    "button_secondary_text_color": "var(--ink)",
    "checkbox_background_color": "var(--card)",
    "checkbox_border_color": "var(--line)",
    "checkbox_label_background_fill": "var(--card)",
    "checkbox_label_background_fill_hover": "var(--paper)",
    "checkbox_label_border_color": "var(--line)",
    "checkbox_label_text_color": "var(--ink)",
    "table_border_color": "var(--line)",
    "table_even_background_fill": "var(--card)",
    "table_odd_background_fill": "var(--paper)",
    "code_background_fill": "var(--paper)",
    "error_background_fill": "var(--card)",
    "error_text_color": "var(--bad)",
    "error_border_color": "var(--bad)",
    "stat_background_fill": "var(--accent)",
}
# These follow the accent of the tab they stand in, so they are declared again inside each tab.
ACCENT_VARIABLES = {
    "color_accent": "var(--accent)",
    "color_accent_soft": "var(--accent-soft)",
    "border_color_accent": "var(--accent)",
    "slider_color": "var(--accent)",
    "loader_color": "var(--accent)",
    "input_border_color_focus": "var(--accent)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--ink)",
    "button_primary_border_color": "var(--accent)",
    "link_text_color": "var(--accent)",
    "link_text_color_hover": "var(--ink)",
    "link_text_color_visited": "var(--accent)",
    "checkbox_background_color_selected": "var(--accent)",
    "checkbox_border_color_selected": "var(--accent)",
    "checkbox_border_color_focus": "var(--accent)",
    "checkbox_label_background_fill_selected": "var(--accent-soft)",
    "checkbox_label_border_color_selected": "var(--accent)",
    "checkbox_label_text_color_selected": "var(--ink)",
}


def theme() -> gr.themes.Base:
    """Gradio's plain theme with our fonts (bundled with Gradio), sizes and variables, the same by day and by night."""
    base = gr.themes.Base(
        font=SANS, font_mono=MONO, text_size=gr.themes.sizes.text_lg, radius_size=gr.themes.sizes.radius_sm
    )
    own = SURFACE_VARIABLES | ACCENT_VARIABLES
    both = {name + mode: value for name, value in own.items() for mode in ("", "_dark") if hasattr(base, name + mode)}
    return base.set(
        **both,
        block_border_width="0px",
        block_border_width_dark="0px",
        block_label_border_width="0px",
        block_label_border_width_dark="0px",
        block_shadow="none",
        block_shadow_dark="none",
        block_title_text_weight="500",
        button_large_text_weight="600",
        button_border_width="1px",
        button_border_width_dark="1px",
        input_shadow="none",
        input_shadow_dark="none",
        input_border_width="1px",
        input_border_width_dark="1px",
    )


def css() -> str:
    """The palette as CSS variables (day, then night), each demo's accent, then the styles of all page folders.

    The variable --type, which is 1 unless the page is shown large, makes all type larger (`sized`).
    """
    rules = []
    for mode, root in enumerate((":root", "body.dark")):
        accents = {f"accent-{demo.name}": (demo.day, demo.night)[mode] for demo in DEMOS}
        rules.append(_rule(root, {name: pair[mode] for name, pair in SURFACES.items()} | accents))
    rules.append(_rule(SHOWN_LARGE, {"type": str(LARGE)}))
    for demo in DEMOS:
        accent = f"var(--accent-{demo.name})"
        soft = f"color-mix(in srgb, {accent} 14%, transparent)"
        rules.append(_rule(f"#demo-{demo.name}, #demo-{demo.name}-button", {"accent": accent, "accent-soft": soft}))
    accented = {name.replace("_", "-"): value for name, value in ACCENT_VARIABLES.items()}
    tabs = ", ".join(f"#demo-{demo.name}" for demo in DEMOS)
    rules.append(_rule(tabs, accented))
    return "\n".join([*rules, *(sized(file.read_text(encoding="utf-8")) for file in page_files.files(".css"))])


def sized(style: str) -> str:
    """A style sheet for every size of type: its sizes of type and the widths of columns are multiplied by the variable
    --type, and what is meant for a narrow window holds in a wider one where the page is shown large.
    """
    larger = partial(re.sub, r"\b(\d+px)", r"calc(\1 * var(--type, 1))")
    style = re.sub(r"(?<=font-size: )\d+px|(?<=grid-template-columns: )[^;}]+", lambda found: larger(found[0]), style)
    for found in list(re.finditer(r"@media \(max-width: (\d+)px\) (?={)", style)):
        width, rules = round(int(found[1]) * LARGE), _block(style, found.end())
        style += f"{SHOWN_LARGE} {PART} {{\n@media (max-width: {width}px) {rules}\n}}\n"
    return style


def _block(style: str, start: int) -> str:
    """From the brace at `start` to the one that closes it."""
    depth = 0
    for end in range(start, len(style)):
        depth += {"{": 1, "}": -1}.get(style[end], 0)
        if not depth:
            return style[start : end + 1]
    raise ValueError("a style sheet whose braces do not match")


def head() -> str:
    """What Gradio adds to <head>: the icon."""
    icon = ASSETS.joinpath("icon.svg").read_text(encoding="utf-8").replace("#", "%23").strip()
    return f"<link rel=\"icon\" href='data:image/svg+xml,{icon}'>"


def _rule(selector: str, variables: dict[str, str]) -> str:
    return f"{selector} {{ {' '.join(f'--{name}: {value};' for name, value in variables.items())} }}"
