"""What a training looks like: its losses against what mere counting is worth, and its samples, one below the other."""

from collections.abc import Sequence
from typing import Any

from demos.common.i18n import text
from demos.gpt.corpus import split
from demos.gpt.tokenizer import CharTokenizer, listed
from demos.gpt.train.baselines import Baselines, baselines
from demos.gpt.train.examples import Answers
from demos.gpt.train.job import MEASURED_TOKENS, Report, Sample

EXPLODED = 0.5  # nats above blind guessing, and above its lowest, by which a held-out loss says: too large a step
RISEN = 0.05  # nats above its lowest by which a held-out loss has to rise to be called overfitting
HEAD = 1200  # characters of a text that are shown before it is trained on
UNDERSTOOD = 0.95  # of the questions of a kind answered right


def training_view(report: Report, prompt: str, language: str) -> dict[str, Any]:
    """A training as JSON, complete in itself.

    state, share (0 to 1), status and verdict (sentences), curve and held_out ([step, loss], nats per token), steps,
    lines ({name: nats} of the baselines), samples ({step, text, given, note, answers}, `given` characters being the
    prompt's, `answers` the shares of questions answered right as [kind, share]).
    """
    return {
        "state": report.state,
        "share": _share(report),
        "status": status(report, language),
        "verdict": " ".join(
            filter(
                None,
                (
                    report.notice and text(report.notice, language),
                    *(skipped(report, language), verdict(report, language), partial(report, language)),
                ),
            )
        ),
        "curve": [list(point) for point in report.curve],
        "held_out": [[step, round(loss, 4)] for step, loss in report.held_out],
        "steps": report.steps,
        "lines": _lines(report.baselines),
        "samples": [
            {
                "step": sample.step,
                "text": sample.text,
                "given": len(prompt) if prompt and sample.text.startswith(prompt) else 0,
                "note": ", ".join(_right(answers, language) for answers in sample.answers),
                "answers": [[answers.kind, round(answers.share, 4)] for answers in sample.answers],
            }
            for sample in report.samples
        ],
    }


def attention_view(report: Report, step: int) -> dict[str, Any] | None:
    """Attention of all heads at the sample of that step, always on the same tokens; None if there is no such sample.

    {step, pieces: of the tokens, layers, heads, weights: see `encode_attention`}.
    """
    sample = next((sample for sample in report.samples if sample.step == step), None)
    if sample is None:
        return None
    shape = {"layers": report.layers, "heads": report.heads}
    return {"step": step, "pieces": list(report.watched), **shape, "weights": sample.attention}


def before(training_text: str, language: str) -> dict[str, Any]:
    """What stands there before the first step: how the text begins, and what counting its characters is worth."""
    tokenizer = CharTokenizer.of(training_text)
    lines = {}
    trained, measured = split(tokenizer.encode(training_text).tensor())
    if len(trained) > 1 and len(measured) > 1:
        lines = _lines(baselines(trained, measured[:MEASURED_TOKENS], len(tokenizer)))
    head = training_text[:HEAD]
    return {
        "state": "before",
        "share": 0,
        "status": text("gpt.train_status_before", language),
        "verdict": text("gpt.train_verdict_before", language),
        "curve": [],
        "held_out": [],
        "steps": 0,
        "lines": lines,
        "samples": [],
        "head": head + ("…" if len(training_text) > HEAD else ""),
    }


def status(report: Report, language: str) -> str:
    """How far it is, how fast, and how long it will still take."""
    values: dict[str, object] = {"step": f"{report.step:,}", "steps": f"{report.steps:,}"}
    if report.state in ("training", "paused") and report.step and report.seconds_left is not None:
        values["tokens_per_second"] = f"{report.step * report.tokens_a_step / report.seconds:,.0f}"
        values["left"] = duration(report.seconds_left, language)
        return text(f"gpt.train_status_{report.state}", language, **values) + _in_turns(report, language)
    if report.state == "waiting" and report.place is not None:
        return text("gpt.train_status_in_line", language, in_line=report.place.said(language))
    if report.state == "training":
        return text("gpt.train_status_first", language)
    if report.diverged is not None:
        values |= {"diverged": f"{report.diverged[0]:,}", "loss": report.diverged[1]}
    if report.over and report.state != "failed":
        values["took"] = duration(report.seconds, language)
    return text(f"gpt.train_status_{report.state}", language, **values)


def _in_turns(report: Report, language: str) -> str:
    """Who else computes on this machine, if anybody does."""
    if report.state != "training" or not report.others:
        return ""
    return " · " + text("gpt.train_turns", language, others=report.others)


def skipped(report: Report, language: str) -> str:
    """Which characters of the text the model cannot read, if there are any."""
    return text("gpt.train_skipped", language, characters=listed(report.unknown)) if report.unknown else ""


def partial(report: Report, language: str) -> str:
    """What the signs for broken characters in the newest sample are, if there are any."""
    broken = report.samples and "\ufffd" in report.samples[-1].text
    return text("gpt.train_partial", language) if broken else ""


def verdict(report: Report, language: str) -> str:
    """What the held-out loss says about what was learned so far."""
    if report.baselines is None or not report.held_out:
        return ""
    loss, counted = report.held_out[-1][1], report.baselines
    lowest_step, lowest = min(report.held_out, key=lambda point: point[1])
    values = {"loss": f"{loss:.2f}", "unigram": f"{counted.unigram:.2f}", "bigram": f"{counted.bigram:.2f}"}
    if loss > max(counted.uniform, lowest) + EXPLODED:
        return text("gpt.train_verdict_exploded", language, loss=f"{loss:,.2f}", uniform=f"{counted.uniform:.2f}")
    if loss > lowest + RISEN:
        values |= {"lowest": f"{lowest:.2f}", "step": f"{lowest_step:,}"}
        return text("gpt.train_verdict_by_heart", language, **values)
    if report.samples and report.samples[-1].answers:
        return answered(report.samples, language)
    if loss >= counted.unigram:
        return text("gpt.train_verdict_guesses", language, **values)
    if loss >= counted.bigram:
        return text("gpt.train_verdict_unigram", language, **values)
    key = "bigram" if counted.bigram < counted.unigram else "rare_pairs"
    return text(f"gpt.train_verdict_{key}", language, **values)


def duration(seconds: float, language: str) -> str:
    """Seconds as people say them: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return text("gpt.train_seconds", language, count=f"{seconds:.0f}")
    if seconds < 5400:
        return text("gpt.train_minutes_count", language, count=f"{seconds / 60:.0f}")
    return text("gpt.train_hours", language, count=f"{seconds / 3600:.1f}")


def answered(samples: Sequence[Sample], language: str) -> str:
    """How many of the held-out questions are answered right, and for sums since when those with a carry are."""
    last = samples[-1].answers
    values: dict[str, object] = {"right": sum(each.right for each in last), "count": sum(each.count for each in last)}
    said = [text("gpt.train_verdict_answers", language, **values)]
    for kind in ("plain", "carry"):
        shares = [(sample.step, each.share) for sample in samples for each in sample.answers if each.kind == kind]
        since = next((step for step, share in shares if share >= UNDERSTOOD), None)
        if since is not None:
            said.append(text(f"gpt.train_verdict_{kind}", language, step=f"{since:,}"))
        elif shares:
            said.append(text(f"gpt.train_verdict_no_{kind}", language, share=f"{shares[-1][1]:.0%}"))
    return " ".join(said)


def _right(answers: Answers, language: str) -> str:
    return text(f"gpt.train_answers_{answers.kind}", language, share=f"{answers.share:.0%}")


def _share(report: Report) -> float:
    if report.state == "finished":
        return 1.0
    if not report.seconds_left:
        return 0.0
    return round(report.seconds / (report.seconds + report.seconds_left), 4)


def _lines(counted: Baselines | None) -> dict[str, float]:
    if counted is None:
        return {}
    return {name: round(getattr(counted, name), 4) for name in ("uniform", "unigram", "bigram")}
