"""Room for deep calls: why a page must not be built right at the edge of the interpreter's stack. Imports no app.

CPython (3.11 and later) keeps the frames of Python functions in chunks of 16 KiB, some 80 frames. A call that does not
fit into its chunk asks the system for another and gives it back when it returns. A loop that happens to stand at such
an edge (a template's, a compiler's of SQL) does so with every call: hundreds of thousands of times in a minute of
pages, each with a page fault, and which loop it hits depends on how deep everything above it is.

A frame that says it is large is given a chunk twice its size, and what it calls has all the rest of that chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
T = TypeVar("T")

#: Places in the frame, 8 bytes each: a little more than 512 KiB, so that the chunk has 1 MiB. The memory of neither is
#: touched before somebody needs it.
_PLACES = 66_000


def with_room(run: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call ``run`` with half a MiB for the frames of what it calls, more than 2,000 of them."""
    return run(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=_PLACES)


class RoomMiddleware:
    """Builds every page with room for its calls, those of the middleware after this one included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return with_room(self.get_response, request)
