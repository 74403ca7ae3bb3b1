"""The HTML of the writing view; assets/gpt/*.js fill it."""

import json

from demos.common.ui import bilingual
from demos.gpt.models.registry import FIRST, REGISTRY

SWATCHES = "<span>" + "".join(f'<i style="--tint:{share}%"></i>' for share in (0, 15, 30, 45, 60)) + "</span>"
STRIP = f"""
<div class="gpt-frame" data-columns="1">
  <div class="gpt-columns"></div>
  <div class="gpt-tip" hidden><b></b><span class="p"></span><span class="nats"></span></div>
</div>
<div class="gpt-under">
  <span class="gpt-legend">
    <button data-by="surprise" aria-pressed="true">{bilingual("gpt.by_surprise")}</button>
    <button data-by="likely" aria-pressed="false">{bilingual("gpt.by_probability")}</button>
    <span class="scale surprise">{bilingual("gpt.expected")} {SWATCHES} {bilingual("gpt.surprising")}</span>
    <span class="scale likely">{bilingual("gpt.unlikely")} {SWATCHES} {bilingual("gpt.likely")}</span>
  </span>
  <span class="gpt-status"></span>
</div>
<div class="gpt-notes"></div>
<p class="gpt-facts"></p>
"""
CHOICE = f"""
<section class="gpt-choice" hidden>
  <header><p class="before"></p><button class="close">{bilingual("gpt.close")}</button></header>
  <p class="sentence"></p>
  <div class="gpt-candidate names">
    <span>{bilingual("gpt.choice_token")}</span><span>{bilingual("gpt.choice_model")}</span>
    <span class="shaped"></span><span class="final"></span>
  </div>
  <div class="gpt-candidates"></div>
  <p class="hint">{bilingual("gpt.choice_hint")}</p>
</section>
"""
TREE = f"""
<section class="gpt-branches" hidden>
  <header><h3>{bilingual("gpt.tree")}</h3><button class="gpt-clear">{bilingual("gpt.clear")}</button></header>
  <p class="gpt-lone">{bilingual("gpt.tree_lone")}</p>
  <div class="gpt-scroll"><svg aria-hidden="true"></svg><div class="gpt-rows"></div></div>
  <span class="gpt-prune-name" hidden>{bilingual("gpt.prune")}</span>
</section>
"""
# What stands there while the model is being read from the disk: the prompt alone.
_OPENING = list(REGISTRY[FIRST].example_prompts[0])
BEFORE = {
    "columns": [
        {
            "title": "",
            "tokens": json.dumps([[character, None] for character in _OPENING])[1:-1],
            "bytes": {},
            "given": len(_OPENING),
            "chosen": [],
            "writing": True,
            "status": "",
        }
    ],
    "turn": -1,
    "facts": "",
    "notes": [],
}
