"""The first screen: the story, and the way from an address (`#gpt/attention`) to its tab; and what stays where."""

import json
from html import escape

import gradio as gr

from demos import DEMOS
from demos.common.settings import Settings
from demos.common.ui import MULTIPLE, PRIVATE, bilingual, module, template
from demos.start.class_link import tab as class_link
from demos.start.milestones import PICTURES, Milestone, milestones
from demos.start.privacy import tab as privacy

# The tab that the address names; any other name changes nothing. The browser changes it by itself, as show_chosen does.
SELECT = f"""() => {{
  const [, named] = /^#([a-z]+)/.exec(window.location.hash) ?? [];
  return {json.dumps([demo.name for demo in DEMOS])}.includes(named)
    ? {{ __type__: "update", selected: named }} : {{ __type__: "update" }};
}}"""


def build(settings: Settings, language: gr.State, tabs: gr.Tabs) -> None:
    """Lay out the story beside the `tabs`, which its cards and the address open, and what a class needs below it.

    Below everything: what stays where, and the link to it.

    It loads no model.
    """
    story = gr.HTML(
        "",
        html_template=template("start/page/start.html", milestones="".join(map(_card, milestones()))),
        js_on_load=module("start/page/start.js"),
        apply_default_css=False,
        elem_id="start",
    )
    story.load(lambda: PICTURES.read_text(encoding="utf-8"), None, story, **PRIVATE)
    story.select(None, None, tabs, js=SELECT, **MULTIPLE)
    class_link.build(language)
    privacy.build(settings)


def _card(milestone: Milestone) -> str:
    return template(
        "start/page/milestone.html",
        demo=milestone.place.partition("/")[0],
        place=escape(milestone.place),
        key=milestone.key,
        year=escape(milestone.year) or bilingual("start.today_year"),
        name=bilingual(f"start.{milestone.key}_name"),
        text=bilingual(f"start.{milestone.key}_text"),
    )
