"""The one way to refuse an input: a sentence in the visitor's language."""

from demos.common.i18n import text


class Label(str):
    """The key of a string ("gpt.train_layers"): a value that is itself said in the visitor's language."""


class BadInput(ValueError):
    """An input that cannot be used, and what would be right instead.

    `key` names the sentence in a demo's `strings.toml` ("gpt.prompt_too_long"); `values` fill its {placeholders}.
    `str(error)` is the English sentence; `in_language("ko")` the Korean one.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(self.in_language("en"))

    def in_language(self, language: str) -> str:
        said = {
            name: text(value, language) if isinstance(value, Label) else value for name, value in self.values.items()
        }
        return text(self.key, language, **said)
