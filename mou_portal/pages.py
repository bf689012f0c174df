"""What every page does first: load a visible row, then ask whether the person may do this with it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from mou_portal.records import DomainError

M = TypeVar("M", bound=Model)


def load(queryset: QuerySet[M], user: Any, can: Callable[[Any, M], bool] | None = None, **lookup: Any) -> M:
    """Return one row of a queryset that is already narrowed to what the user may see.

    Raises ``Http404`` when the row is not there *or not visible*, and ``PermissionDenied`` (403) when it is visible
    but ``can(user, row)`` says no.
    """
    row = get_object_or_404(queryset, **lookup)
    if can is not None and not can(user, row):
        raise PermissionDenied
    return row


def act(request: HttpRequest, do: Callable[[], Any], *, done: Any, then: Any) -> HttpResponse:
    """Run one service for a POST button and redirect, saying what happened.

    A :class:`DomainError` becomes a message; nothing was written then.
    """
    try:
        do()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(then)
