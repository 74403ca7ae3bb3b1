"""A request that is refused before the app is asked."""

from starlette.responses import PlainTextResponse

from demos.common.i18n import LANGUAGES, text


def refusal(status: int, key: str, **values: object) -> PlainTextResponse:
    """The string `key` in every language, a line each: what was asked for says nothing of the visitor's language."""
    sentences = "\n".join(text(key, language, **values) for language in LANGUAGES)
    return PlainTextResponse(sentences, status_code=status)
