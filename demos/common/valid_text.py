"""Text that enters is made valid where it enters: half a character becomes U+FFFD.

JavaScript's strings, and JSON's escapes with them, may hold half an emoji (a lone surrogate, Unicode 16.0, section
3.8): a field that cuts a text after so many characters leaves one. It is no character: it can neither be written as
UTF-8 nor sent back, so that an answer that quotes it never arrives.
"""

import re

HALF = re.compile("[\ud800-\udfff]")  # of a character; also how Python keeps a byte that was no UTF-8
UNREADABLE = "\ufffd"  # stands for it

# In JSON: an escaped backslash, before which "ud83d" is only letters; a whole pair; or one half of it, which is caught.
_ESCAPES = re.compile(rb"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)", re.DOTALL)


def valid_text(text: str) -> str:
    """`text` with each half of a character as U+FFFD."""
    return HALF.sub(UNREADABLE, text)


def valid_json(body: bytes) -> bytes:
    """JSON with each escape of half a character as that of U+FFFD, which is as long; all else stays as it is."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPES.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
