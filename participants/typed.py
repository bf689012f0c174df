"""What somebody typed when their session had already ended is given back after they sign in again.

The portal's script keeps typed text on the device as well; this works without any script. Passwords and files are
never kept, and what is kept lives in the visitor's own session until it is shown once. It is shown to the person alone
who typed it: a signed cookie tells who that was when the session itself is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

KEY = "typed"
#: Who was signed in last in this browser, signed; it opens nothing and tells only whose the typed text is.
WHO = "typist"
WHO_SECONDS = 7 * 24 * 3600
#: More than this is not kept: a session is a row in the database.
MOST_CHARACTERS = 200_000
_NEVER = ("csrfmiddlewaretoken", "password", "password1", "password2", "password_again", "oldpassword", "revision")


class KeepTypedMiddleware:
    """Keeps a POST that was sent to the sign-in page because the session had ended; offers it once afterwards.

    After signing in, a GET of the same page finds it as ``request.typed``; forms take it as their first values through
    :func:`typed`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.typed = None
        if request.user.is_authenticated and request.method == "GET" and KEY in request.session:
            kept = request.session[KEY]
            if kept.get("by") != request.user.pk:
                del request.session[KEY]  # somebody else's, who sat here before
            elif kept["path"] == request.path:
                del request.session[KEY]
                request.typed = QueryDict(kept["data"])
                messages.info(
                    request, _("Your session had ended. What you typed is filled in again: check it and save.")
                )
        response = self.get_response(request)
        if request.method == "POST" and not request.user.is_authenticated and _asks_to_sign_in(response):
            data = request.POST.copy()
            for name in _NEVER:
                data.pop(name, None)
            encoded = data.urlencode()
            if encoded and len(encoded) <= MOST_CHARACTERS:
                request.session[KEY] = {"path": request.path, "data": encoded, "by": _typist(request)}
        if request.user.is_authenticated and _typist(request) != request.user.pk:
            response.set_signed_cookie(
                WHO,
                request.user.pk,
                salt=WHO,
                max_age=WHO_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def _typist(request: HttpRequest) -> int | None:
    """The primary key of the person who was signed in last in this browser, as far as the browser still says so."""
    value = request.get_signed_cookie(WHO, default=None, salt=WHO, max_age=WHO_SECONDS)
    return int(value) if value else None


def _asks_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL) + "?")


def typed(request: HttpRequest) -> dict[str, Any]:
    """The kept values of this page's form, as ``initial``; empty on an ordinary visit.

    A date's three boxes come back as one text, which the date field reads.
    """
    kept: QueryDict | None = getattr(request, "typed", None)
    if not kept:
        return {}
    initial: dict[str, Any] = {name: values if len(values) > 1 else values[0] for name, values in kept.lists()}
    for name in [key.removesuffix("_day") for key in initial if key.endswith("_day")]:
        boxes = [str(initial.get(f"{name}_{part}", "")) for part in ("day", "month", "year")]
        if all(boxes):
            initial[name] = "/".join(boxes)
    return initial
