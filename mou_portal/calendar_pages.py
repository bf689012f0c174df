"""A person's dates in their own calendar: the page with the private link, and the feed behind it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mou_portal.records import DomainError
from participants.calendar_feed import dates_of, day_of, feed, has_dates
from participants.models import CalendarLink
from participants.services import make_calendar_link, open_calendar_link, revoke_calendar_link

#: Where the secret of a new link waits for the one page that shows it.
NEW_TOKEN = "calendar_token"  # noqa: S105 — the name of a place, not a secret
#: So many of the next dates are shown on the page itself.
MOST_SHOWN = 20


@never_cache
@require_safe
def calendar_detail(request: HttpRequest) -> HttpResponse:
    """The next dates, and the person's private link: to make, to copy once, to revoke."""
    today = timezone.localdate()
    token = request.session.pop(NEW_TOKEN, None)
    coming = []
    if request.agreement and request.agreement.pk:
        found = dates_of(request.user, request.agreement, today)
        coming = [(day_of(one.starts), one) for one in found if day_of(one.ends) >= today]
        coming.sort(key=lambda pair: (pair[0], pair[1].title))
    return render(
        request,
        "calendar/calendar_detail.html",
        {
            "link": CalendarLink.objects.filter(user=request.user, revoked_at=None).first(),
            "address": settings.SITE_URL + reverse("calendar-feed", args=[token]) if token else "",
            "coming": coming[:MOST_SHOWN],
        },
    )


@require_POST
def link_create(request: HttpRequest) -> HttpResponse:
    """Make a link; an older one stops working."""
    try:
        request.session[NEW_TOKEN] = make_calendar_link(user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("calendar-detail")


@require_POST
def link_revoke(request: HttpRequest) -> HttpResponse:
    """Close the link for good."""
    if revoke_calendar_link(user=request.user):
        messages.success(request, _("The link is closed. Calendars that used it get no more dates."))
    return redirect("calendar-detail")


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed of whoever made the link, in that person's language; 404 once it is revoked or the person has left."""
    link = open_calendar_link(token)
    if link is None or not has_dates(link.user):
        raise Http404
    with translation.override(link.user.language):
        content = feed(link.user)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="mou-portal.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
