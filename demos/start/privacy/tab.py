"""What stays where: a page in place of the tabs (`#privacy`), and the quiet link to it at the end of every tab."""

import gradio as gr

from demos.common.settings import Settings
from demos.common.ui import bilingual, template
from demos.start.privacy.promises import KEPT, Sentence, promises


def build(settings: Settings) -> None:
    """Lay out the page, which start.css shows where the address names it, and the link below everything else."""
    page = template(
        "start/privacy/page/privacy.html",
        kept="".join(f"<div><dt><code>{name}</code></dt><dd>{_said(each)}</dd></div>" for name, each in KEPT.items()),
        **{
            section: "".join(f"<li>{_said(each)}</li>" for each in told) for section, told in promises(settings).items()
        },
    )
    gr.HTML(page, apply_default_css=False, elem_id="privacy")
    link = f'<a href="#privacy">{bilingual("start.privacy_title")}</a>'
    gr.HTML(link, apply_default_css=False, elem_id="privacy-link")


def _said(sentence: Sentence) -> str:
    return bilingual(f"start.privacy_{sentence.key}", **sentence.values)
