"""An upload for which there is no room is answered by a sentence: 507, Insufficient Storage (RFC 4918)."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.common.i18n import LANGUAGES, text
from demos.common.whole_file import is_full


class FullDisk:
    """Wrap `app`: what fails for want of room before it has answered is answered here, in all languages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if begun or scope["type"] != "http" or not is_full(error):
                raise
            sentences = "\n".join(text("common.disk_full", language) for language in LANGUAGES)
            await PlainTextResponse(sentences, status_code=507)(scope, receive, send)
