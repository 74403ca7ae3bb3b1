"""An endpoint whose work is done in turns with what others compute (demos/common/scheduling/turns.py)."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar, cast

from demos.common.scheduling.turns import Place, Turns
from demos.common.ui.handlers import says, visitor

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def in_turns(turns: Turns, answer: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """`answer`, a function or a generator with a parameter `language`, each piece of it computed in a turn.

    The signature stays, since Gradio reads an endpoint's parameters from it. Too many at once are refused.
    """
    signature = inspect.signature(answer)

    def language_of(*given: Any, **named: Any) -> str:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        return str(bound.arguments["language"])

    if inspect.isgeneratorfunction(answer):

        @says
        def pieces(spoken: str, /, *given: Any, **named: Any) -> Iterator[Any]:
            with turns.enter(visitor()) as turn:
                for piece in turn.each(cast(Iterator[Any], answer(*given, **named))):
                    if not isinstance(piece, Place):
                        yield piece

        @functools.wraps(answer)
        def generator(*given: Given.args, **named: Given.kwargs) -> Iterator[Any]:
            yield from pieces(language_of(*given, **named), *given, **named)

        return cast(Callable[Given, Returned], generator)

    @says
    def whole(spoken: str, /, *given: Any, **named: Any) -> Any:
        with turns.enter(visitor()) as turn:
            return turn.do(lambda: answer(*given, **named))

    @functools.wraps(answer)
    def function(*given: Given.args, **named: Given.kwargs) -> Returned:
        return cast(Returned, whole(language_of(*given, **named), *given, **named))

    return function
