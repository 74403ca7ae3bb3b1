"""What a failure leaves in the log: where it was, and of what kind, but nothing that was sent.

Python's message of an error quotes the value that was wrong ("invalid literal for int() with base 10: 'my secret'"), so
it is left out. Lines of our code are no visitor's.
"""

import logging
import traceback

LOGGERS = ("uvicorn.error", "asyncio", "glassbox")  # those that are told of errors


def told(error: BaseException) -> str:
    """The traceback of an error and of those that it came from, each named by its kind alone."""
    said = []
    each: BaseException | None = error
    seen: set[int] = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        kind = f"{type(each).__module__}.{type(each).__qualname__}".removeprefix("builtins.")
        said.append("".join((*traceback.format_tb(each.__traceback__), kind)))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\nwhich came from:\n".join(said)


class WithoutValues(logging.Filter):
    """Lets every record pass; the error in it, if there is one, is written as `told` does, after the first line.

    What asyncio writes in further lines quotes the error, too ("future: <Task … exception=ValueError('my secret')>").
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
            record.exc_text = told(record.exc_info[1])  # what a Formatter writes in place of the error's own
        return True


def leave_values_out() -> None:
    """From now on the log holds no message of an error."""
    for name in LOGGERS:
        log = logging.getLogger(name)
        if not any(isinstance(each, WithoutValues) for each in log.filters):
            log.addFilter(WithoutValues())
