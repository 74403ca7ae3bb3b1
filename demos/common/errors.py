"""The one way to refuse an input: a sentence in the visitor's language."""

from demos.common.i18n import text


class Label(str):
    """The key of a string ("gpt.train_layers"): a value that is itself said in the visitor's language."""


class BadInput(ValueError):
    """An input that cannot be used, and what would be right instead.

    `key` names the sentence in a demo's `strings.toml` ("gpt.prompt_too_long"); `values` fill its {placeholders}, "–"
    in place of None, which an empty field gives.
    `str(error)` is the English sentence; `in_language("ko")` the Korean one.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(self.in_language("en"))

    def __reduce__(self) -> tuple[object, ...]:
        """By key and values: from one process to another, too."""
        return _again, (self.key, self.values)

    def in_language(self, language: str) -> str:
        return text(self.key, language, **{name: _said(value, language) for name, value in self.values.items()})


def _again(key: str, values: dict[str, object]) -> BadInput:
    return BadInput(key, **values)


def _said(value: object, language: str) -> object:
    if isinstance(value, Label):
        return text(value, language)
    return "–" if value is None else value
