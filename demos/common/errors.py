"""The one way to refuse an input: a sentence in the visitor's language."""

from demos.common.i18n import text


class BadInput(ValueError):
    """An input that cannot be used, and what would be right instead.

    `key` names the sentence in a demo's `strings.toml` ("gpt.prompt_too_long"); `values` fill its {placeholders}.
    `str(error)` is the English sentence; `in_language("ko")` the Korean one.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(text(key, "en", **values))
        self.key = key
        self.values = values

    def in_language(self, language: str) -> str:
        return text(self.key, language, **self.values)
