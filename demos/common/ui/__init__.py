"""The Gradio side that all tabs share. Of what tabs import, this is the face; only they and `app.py` import it."""

from demos.common.ui.blocks import Blocks, count
from demos.common.ui.endpoint import serve
from demos.common.ui.handlers import LATEST, MULTIPLE, PRIVATE, request_number, says, visitor
from demos.common.ui.in_turns import in_turns
from demos.common.ui.labels import I18N, bilingual, choices, t, t_entry, words
from demos.common.ui.layout import ASKED, Page, controls, folded, header, lead, stage
from demos.common.ui.part import dump_message, module, template
from demos.common.ui.typed_fields import number_field, slider_field

__all__ = [
    "ASKED",
    "I18N",
    "LATEST",
    "MULTIPLE",
    "PRIVATE",
    "Blocks",
    "Page",
    "bilingual",
    "choices",
    "controls",
    "count",
    "dump_message",
    "folded",
    "header",
    "in_turns",
    "lead",
    "module",
    "number_field",
    "request_number",
    "says",
    "serve",
    "slider_field",
    "stage",
    "t",
    "t_entry",
    "template",
    "visitor",
    "words",
]
