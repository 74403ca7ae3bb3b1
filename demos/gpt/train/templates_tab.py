"""The HTML of the training view; assets/gpt/train*.js fill it."""

from demos.common.ui import ASSETS, bilingual

LINES = "".join(
    f'<span class="base" data-line="{name}" hidden>{bilingual(f"gpt.train_line_{name}")} <b></b></span>'
    for name in ("uniform", "unigram", "bigram")
)
STAGE = f"""
<div class="gpt-course" data-state="before">
  <div class="progress"><p class="status"></p><div class="bar"><i></i></div></div>
  <div class="pages">
    <section class="page then" hidden>
      <h4><span>{bilingual("gpt.train_then")} <b></b></span> <span class="note"></span></h4><p lang="zxx"></p>
    </section>
    <section class="page now">
      <h4><span class="begins">{bilingual("gpt.train_text_begins")}</span>
      <span class="newest">{bilingual("gpt.train_now")} <b></b></span>
      <span class="note"></span></h4><p lang="zxx"></p>
    </section>
  </div>
  <label class="scrub" hidden><span>{bilingual("gpt.train_scrub")}</span>
    <input type="range" min="0" value="0" step="1"></label>
  <figure>
    <figcaption>{bilingual("gpt.train_loss")}
      <span class="key trained"><i></i>{bilingual("gpt.train_loss_trained")}</span>
      <span class="key held"><i></i>{bilingual("gpt.train_loss_held_out")}</span></figcaption>
    <div class="plot" tabindex="0"><svg aria-hidden="true"></svg>{LINES}
      <div class="tip" hidden><b></b>
        <span>{bilingual("gpt.train_loss_trained")} <i class="trained"></i></span>
        <span>{bilingual("gpt.train_loss_held_out")} <i class="held"></i></span></div></div>
  </figure>
  <p class="verdict"></p>
  <section class="line" hidden><h3>{bilingual("gpt.train_line")}</h3><div class="rows"></div></section>
</div>
"""
FILE = f'<button class="gpt-parcel" type="button">{bilingual("gpt.train_download")}</button>'


def script(name: str) -> str:
    """`assets/gpt/<name>.js`."""
    return ASSETS.joinpath("gpt", f"{name}.js").read_text(encoding="utf-8")
