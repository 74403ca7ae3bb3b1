"""Which tokens of a text made one token likely to come next: two answers, which need not agree.

Sources
- Shrikumar et al. 2017, "Not Just a Black Box": gradient × input. A slope at this text: what a small change would do.
- Li et al. 2016, "Understanding Neural Networks through Representation Erasure", section 2: leave one out. What the
  model says without a token; all tokens after it move one place forward.

Letters in the shapes: T tokens, C channels, V tokens in the vocabulary.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from demos.gpt.inside.forward import block_inside, embed, unembed
from demos.gpt.model import GPT

BATCH = 16  # shortened texts that are read at once


def gradient_times_input(model: GPT, tokens: Sequence[int], target: int) -> Tensor:
    """Per token the slope of ln p(target) along its embedding, times that embedding: (T,), in nats.

    Needs weights that have gradients (not those in 8 bits). Leaves none behind on the model.
    """
    with torch.inference_mode(False), torch.enable_grad():
        embedded = embed(model, torch.tensor(list(tokens), device=model.device))
        meaning = embedded.token.detach().requires_grad_()  # (T, C)
        stream = meaning + embedded.position.detach()
        for block in model.transformer.h:
            stream = block_inside(block, stream).after_mlp  # type: ignore[arg-type]
        log_probability = unembed(model, stream[-1:]).logits[0].log_softmax(-1)[target]
        (slope,) = torch.autograd.grad(log_probability, meaning)  # (T, C), and no .grad anywhere
    return (slope * meaning.detach()).sum(-1)


@torch.inference_mode()
def leave_one_out(model: GPT, tokens: Sequence[int], target: int) -> Tensor:
    """Per token ln p(target) with the text as it is minus ln p(target) without that token: (T,), in nats.

    Positive: the token made the target likelier. Raises ValueError if nothing would be left.
    """
    if len(tokens) < 2:
        raise ValueError("Of a single token none can be left out.")
    ids = torch.tensor(list(tokens), device=model.device)
    shortened = torch.stack([torch.cat([ids[:i], ids[i + 1 :]]) for i in range(len(ids))])  # (T, T - 1)

    def said(texts: Tensor) -> Tensor:
        logits: Tensor = model(texts, only_last=True)
        return logits[:, -1].float().log_softmax(-1)[:, target]

    return said(ids[None]) - torch.cat([said(part) for part in shortened.split(BATCH)])
