"""What "look inside" sends to the page when it is asked for causes: an intervention, or an attribution."""

from typing import Any

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.common.scheduling.threads import single_threaded
from demos.gpt.inside.attribution import gradient_times_input, leave_one_out
from demos.gpt.inside.forward import Inside, is_small, unembed
from demos.gpt.inside.interventions import Intervention, intervene
from demos.gpt.model import GPT
from demos.gpt.tokenizer import Tokenizer

LIKELIEST = 8  # next tokens, of each of the two distributions
MOST_LEFT_OUT = 128  # tokens of a text of which each is left out once
MOST_READ = 3e11  # parameters × tokens that leave one out reads: 48 tokens of GPT-2 with 124 million


def intervention_view(
    model: GPT, tokenizer: Tokenizer, inside: Inside, change: Intervention, position: int, other: list[int]
) -> dict[str, Any]:
    """The likeliest next tokens after token `position`, as the model is and with the change.

    rows: [piece, probability before, after] of the best LIKELIEST of either, the largest change first. Raises BadInput
    if the other text, whose output is put in, has not as many tokens as this one.
    """
    if change.patched and len(other) != len(inside.tokens):
        raise BadInput("gpt.inside_other_length", other=f"{len(other):,}", tokens=f"{len(inside.tokens):,}")
    before = _said(model, inside, position)
    after = before
    if change.patched or change.factor != 1:
        read = inside.tokens.tolist()[: position + 1]  # what comes later changes nothing here
        with single_threaded(is_small(model)):
            after = intervene(model, read, [change], other[: position + 1])[-1].cpu()
    best = {token for said in (before, after) for token in said.topk(min(LIKELIEST, len(said))).indices.tolist()}
    rows = [(token, before[token].item(), after[token].item()) for token in best]
    rows.sort(key=lambda row: (-abs(row[2] - row[1]), -row[1], row[0]))
    return {"rows": [[_piece(tokenizer, token), old, new] for token, old, new in rows]}


def attribution_view(
    model: GPT, tokenizer: Tokenizer, inside: Inside, position: int, target: int | None
) -> dict[str, Any]:
    """What made `target` likelier as the token after `position`, by both measures (of another: the likeliest).

    first: the first token that is read; gradient, left_out (None for a single token): nats per token from there;
    correlation of the two, None where it means nothing; answers: [token, piece, probability], likeliest first.
    """
    said = _said(model, inside, position)
    likeliest = said.topk(min(LIKELIEST, len(said))).indices.tolist()
    target = target if target is not None and target in likeliest else likeliest[0]
    read = inside.tokens.tolist()[: position + 1][-most_left_out(model) :]
    with single_threaded(is_small(model)):
        gradient = gradient_times_input(model, read, target).float().cpu()
        left_out = leave_one_out(model, read, target).float().cpu() if len(read) > 1 else None
    return {
        "target": target,
        "answers": [[token, _piece(tokenizer, token), said[token].item()] for token in likeliest],
        "first": position + 1 - len(read),
        "gradient": gradient.tolist(),
        "left_out": None if left_out is None else left_out.tolist(),
        "correlation": None if left_out is None else _correlation(gradient, left_out),
    }


def most_left_out(model: GPT) -> int:
    """The longest text for which leave one out, a reading per token, takes seconds and not minutes."""
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return int(max(2, min(MOST_LEFT_OUT, (MOST_READ / parameters) ** 0.5)))


@torch.inference_mode()
def _said(model: GPT, inside: Inside, position: int) -> Tensor:
    """Probabilities (V,) after token `position`, from the stream that was kept."""
    stream = inside.residual[-1, position : position + 1].to(model.device)
    return unembed(model, stream).probabilities[0].cpu()


def _correlation(a: Tensor, b: Tensor) -> float | None:
    """Pearson's of two (T,), None for fewer than three tokens or where one of them never varies."""
    if len(a) < 3 or not a.std() or not b.std():
        return None
    return torch.corrcoef(torch.stack([a, b]))[0, 1].item()


def _piece(tokenizer: Tokenizer, token: int) -> str:
    return tokenizer.pieces([token])[0].text
