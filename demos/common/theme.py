"""The face: warm paper by day, ink by night, one accent a demo."""

from pathlib import Path

import gradio as gr

from demos import DEMOS
from demos.common.palette import SURFACES

CSS_FILE = Path(__file__).parent.parent.parent / "assets" / "glassbox.css"


def theme() -> gr.themes.Base:
    sans = ["IBM Plex Sans", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", "sans-serif"]
    mono = ["IBM Plex Mono", "D2Coding", "Noto Sans Mono CJK KR", "monospace"]
    return gr.themes.Base(
        font=sans, font_mono=mono, text_size=gr.themes.sizes.text_lg, radius_size=gr.themes.sizes.radius_sm
    ).set(
        body_background_fill="var(--paper)",
        body_background_fill_dark="var(--paper)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        body_text_color_subdued="var(--muted)",
        body_text_color_subdued_dark="var(--muted)",
        background_fill_primary="var(--card)",
        background_fill_primary_dark="var(--card)",
        background_fill_secondary="var(--paper)",
        background_fill_secondary_dark="var(--paper)",
        border_color_primary="var(--line)",
        border_color_primary_dark="var(--line)",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        block_label_text_color="var(--muted)",
        block_label_text_color_dark="var(--muted)",
        block_title_text_color="var(--muted)",
        block_title_text_color_dark="var(--muted)",
        block_title_text_weight="500",
        input_background_fill="var(--card)",
        input_background_fill_dark="var(--card)",
        input_border_color="var(--line)",
        input_border_color_dark="var(--line)",
        input_border_color_focus="var(--accent)",
        input_border_color_focus_dark="var(--accent)",
        color_accent="var(--accent)",
        color_accent_soft="var(--accent-soft)",
        color_accent_soft_dark="var(--accent-soft)",
        slider_color="var(--accent)",
        slider_color_dark="var(--accent)",
        button_primary_background_fill="var(--accent)",
        button_primary_background_fill_dark="var(--accent)",
        button_primary_background_fill_hover="var(--ink)",
        button_primary_background_fill_hover_dark="var(--ink)",
        button_primary_text_color="var(--paper)",
        button_primary_text_color_dark="var(--paper)",
        button_secondary_background_fill="var(--card)",
        button_secondary_background_fill_dark="var(--card)",
        button_secondary_border_color="var(--line)",
        button_secondary_border_color_dark="var(--line)",
        button_secondary_text_color="var(--ink)",
        button_secondary_text_color_dark="var(--ink)",
        link_text_color="var(--accent)",
        link_text_color_dark="var(--accent)",
        checkbox_background_color_selected="var(--accent)",
        checkbox_background_color_selected_dark="var(--accent)",
        checkbox_border_color_selected="var(--accent)",
        checkbox_border_color_selected_dark="var(--accent)",
    )


def css() -> str:
    """The palette as CSS variables (day, then night), each demo's accent, then the hand-written sheet."""
    sheet = []
    for mode, selector in enumerate((":root", ".dark")):
        variables = [f"--{name}: {pair[mode]};" for name, pair in SURFACES.items()]
        sheet.append(f"{selector} {{ {' '.join(variables)} }}")
        for demo in DEMOS:
            accent = (demo.day, demo.night)[mode]
            scope = f"#demo-{demo.name}" if mode == 0 else f".dark #demo-{demo.name}"
            sheet.append(f"{scope}, {scope}-button {{ --accent: {accent}; --accent-soft: {accent}22; }}")
    return "\n".join(sheet) + "\n" + CSS_FILE.read_text(encoding="utf-8")
