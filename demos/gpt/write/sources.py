"""Where a chatbot has its answers from, in sentences beside them: the nearest question it has read, and whether it
repeats."""

from collections.abc import Iterable

from demos.common.i18n import text
from demos.gpt.models.registry import Entry


def sources(entry: Entry, passages: Iterable[str], language: str) -> list[str]:
    """What has to be said of `passages`, each "question⏎answer⏎": of the question first, then of each answer once.

    Nothing of a model whose questions are not known.
    """
    if not entry.pairs:
        return []
    from demos.gpt.prompts.nearest import read_by

    read, said = read_by(entry.pairs), dict[str, None]()  # as a set that keeps the order
    for passage in passages:
        question, _, rest = passage.partition("\n")
        if not question.strip():
            continue
        nearest = read.nearest(question)
        if nearest is None:
            said[text("gpt.note_read_none", language)] = None
        else:
            key = "gpt.note_read_same" if nearest.same else "gpt.note_read_nearest"
            answers = " ".join(f"“{answer}”" for answer in nearest.answers)
            values = {"question": nearest.question, "cosine": f"{nearest.cosine:.2f}", "answers": answers}
            said[text(key, language, **values)] = None
        if answer := rest.partition("\n")[0].strip():
            key = "gpt.note_answer_read" if read.holds_answer(answer) else "gpt.note_answer_new"
            said[text(key, language, answer=answer)] = None
    return list(said)
