"""What is asked of every request, and said with every answer: sessions, the second factor, the notice, caches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from participants.models import Agreement
from participants.notice import VERSION, has_acknowledged

Answer = Callable[[HttpRequest], HttpResponse]

STARTED, SEEN, NOTICE = "session_started", "session_seen", "notice_version"
#: How often the time of the last request is written: often enough for three hours, seldom enough to be cheap.
SEEN_EVERY_SECONDS = 60


class SessionLimitMiddleware:
    """Ends a session 12 hours after sign-in, or 3 hours after the last request (settings, trust).

    When it was last used, and from where, is written at most once a minute: allauth's own middleware would write that
    with every request.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            started = datetime.fromisoformat(request.session.setdefault(STARTED, now.isoformat()))
            seen = datetime.fromisoformat(request.session.get(SEEN, now.isoformat()))
            if now - started > settings.SESSION_ABSOLUTE_AGE or now - seen > settings.SESSION_IDLE_AGE:
                logout(request)
                messages.info(
                    request, _("Your session has ended. Sign in again; what you typed on this device is kept.")
                )
            elif SEEN not in request.session or (now - seen).total_seconds() > SEEN_EVERY_SECONDS:
                request.session[SEEN] = now.isoformat()
                UserSession.objects.create_from_request(request)  # for the list of one's devices
        return self.get_response(request)


def _passes(request: HttpRequest, *prefixes: str) -> bool:
    """Pages that must stay reachable while something is still asked of the person."""
    return request.path.startswith(
        (reverse("set_language"), "/static/", "/livez", "/readyz", reverse("account_logout"), *prefixes)
    )


class NoNulMiddleware:
    """Keeps NUL away from the database, which refuses it in a text: in a query it is left out, in a path it is 404."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            asked = request.GET.copy()
            for name, values in request.GET.lists():
                asked.setlist(name, [value.replace("\x00", "") for value in values])
            request.GET = asked
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Pages of a signed-in person are kept by no browser and no proxy, unless the page says otherwise itself.

    Offices share computers: whoever sits down next must not read them by going back.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.user.is_authenticated:
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class SecondFactorMiddleware:
    """Leads staff without a second factor to set one up, before anything else (settings.STAFF_SECOND_FACTOR)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.STAFF_SECOND_FACTOR
            and user.is_authenticated
            and user.is_staff
            and not _passes(request, "/accounts/")
        ):
            from allauth.mfa.utils import is_mfa_enabled

            if not is_mfa_enabled(user):
                messages.warning(
                    request, _("Staff accounts need a second factor. Set up an authenticator app to go on.")
                )
                return redirect("mfa_index")
        return self.get_response(request)


class PrivacyNoticeMiddleware:
    """Asks each person to read the privacy notice once for each version; remembered in the session after that."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and request.session.get(NOTICE) != VERSION
            and not _passes(request, "/accounts/", reverse("privacy"))
        ):
            if not has_acknowledged(request.user):
                query = QueryDict(mutable=True)
                query["next"] = request.get_full_path() if request.method == "GET" else reverse("home")
                return redirect(f"{reverse('privacy')}?{query.urlencode()}")
            request.session[NOTICE] = VERSION
        return self.get_response(request)


class AgreementMiddleware:
    """Sets ``request.agreements`` (visible to the person) and ``request.agreement`` (the one worked in), lazily.

    The one worked in is the one chosen in the top bar, else the current one, else the newest visible one. Anonymous
    visitors get the current one, whose public facts the front page shows. One query, when a page first asks.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.agreements = SimpleLazyObject(lambda: Agreement.objects.listed_for(request.user))
        request.agreement = SimpleLazyObject(lambda: _chosen(request))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """For a signed-in person the choice is made now: a lazy "none" is not None to the views that filter by it."""
        if request.user.is_authenticated:
            request.agreement = _chosen(request)


def _chosen(request: HttpRequest) -> Agreement | None:
    if not request.user.is_authenticated:
        return Agreement.objects.current()
    visible = list(request.agreements)
    code = request.session.get("agreement")
    chosen = [agreement for agreement in visible if agreement.code == code]
    current = [agreement for agreement in visible if agreement.is_current]
    return (chosen or current or visible or [None])[0]
