"""Room for deep calls: at no depth does a loop ask the system for memory with every call."""

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from mou_portal.room import RoomMiddleware, with_room

CALLS, DEPTHS = 200, 150


def called(_number: int) -> None:
    """What a loop calls."""


def loop_at(depth: int) -> int:
    """How many pages of memory (minor faults) a loop of calls asks for when it stands so deep."""
    if depth:
        return loop_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for number in range(CALLS):
        called(number)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def worst(run: Callable[[int], int]) -> int:
    """The most that a loop asks for at any depth, in a thread: it has a stack of its own, without this test's room."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: max(run(depth) for depth in range(DEPTHS))).result()


def test_a_loop_at_the_edge_of_the_stack_pays_with_every_call() -> None:
    assert worst(loop_at) >= CALLS, "this Python has no such edges: the room is of no use to it"


def test_with_room_there_is_no_edge() -> None:
    assert worst(lambda depth: with_room(loop_at, depth)) < CALLS / 10


def test_every_page_is_built_with_room() -> None:
    def page(depth: int) -> int:
        answer = RoomMiddleware(lambda _request: HttpResponse(str(loop_at(depth))))(RequestFactory().get("/"))
        return int(answer.content)

    assert worst(page) < CALLS / 10
    assert "mou_portal.room.RoomMiddleware" in settings.MIDDLEWARE


def test_what_is_called_gets_its_arguments_and_gives_its_answer() -> None:
    assert with_room(sorted, [1, 3, 2], reverse=True) == [3, 2, 1]
