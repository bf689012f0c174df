"""The basket: lessons picked by hand, from which files are made."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.pages import act, load
from mou_portal.thai.localized import localized
from mou_portal.thai.words import sort_key
from participants.models import Agreement
from participants.requests import PortalRequest
from pathways.lessons import library
from pathways.lessons.consent import may_be_shown
from pathways.lessons.models import BasketItem, Lesson
from pathways.lessons.services.exports import empty_basket, put_into_basket, take_from_basket
from pathways.views.lists import working_agreement


def items_of(user: Any, agreement: Agreement) -> Any:
    """What the person has in the basket of an agreement."""
    return BasketItem.objects.visible_to(user).filter(lesson__agreement=agreement)


def codes_in_basket(user: Any, agreement: Agreement) -> set[str]:
    """Public codes of the lessons in the person's basket."""
    return set(items_of(user, agreement).values_list("lesson__public_code", flat=True))


def _back(request: PortalRequest) -> str:
    """Where the button was, if that is a page of the portal; else the basket."""
    wanted = request.POST.get("back", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("lessons:basket-list")


@require_safe
def basket_list(request: PortalRequest) -> HttpResponse:
    """What is in the basket, and which of it a file will hold."""
    agreement, user = working_agreement(request), request.user
    codes = codes_in_basket(user, agreement)
    rows = Lesson.objects.readable_by(user).with_names().filter(public_code__in=codes)
    lessons = {row.pk: row for row in rows}
    entries = [
        {
            "code": one.code,
            "title": one.title,
            "who": localized(one, "who") or _("A local government organisation"),
            "url": lessons[one.pk].get_absolute_url() if one.audience == "inside" else lessons[one.pk].get_public_url(),
            "leaves": may_be_shown(lessons[one.pk].state, lessons[one.pk].consent),
        }
        for one in library.read_by(user, agreement, lessons.values())
    ]
    return render(
        request,
        "lessons/basket.html",
        {
            "entries": sorted(entries, key=lambda entry: sort_key(entry["title"])),
            "gone": sorted(codes - {entry["code"] for entry in entries}),
            "leaving": sum(entry["leaves"] for entry in entries),
            "crumbs": [(_("Lessons"), reverse("lessons:lesson-list")), (_("Basket"), "")],
        },
    )


@require_POST
def basket_add(request: PortalRequest) -> HttpResponse:
    """Put a lesson into the basket, by its public code."""
    agreement = working_agreement(request)
    rows = Lesson.objects.readable_by(request.user).filter(agreement=agreement)
    lesson = load(rows, request.user, public_code=request.POST.get("lesson", "")[:8].replace("\x00", ""))
    return act(
        request,
        lambda: put_into_basket(lesson=lesson, user=request.user),
        done=_("The lesson is in your basket."),
        then=_back(request),
    )


@require_POST
def basket_remove(request: PortalRequest) -> HttpResponse:
    """Take a lesson out of the basket, by its public code, whether or not it may still be read."""
    code = request.POST.get("lesson", "")[:8].replace("\x00", "")
    item = load(items_of(request.user, working_agreement(request)), request.user, lesson__public_code=code)
    return act(
        request,
        lambda: take_from_basket(item=item),
        done=_("The lesson was taken out of your basket."),
        then=_back(request),
    )


@require_POST
def basket_empty(request: PortalRequest) -> HttpResponse:
    """Empty the basket."""
    agreement = working_agreement(request)
    return act(
        request,
        lambda: empty_basket(agreement=agreement, user=request.user),
        done=_("Your basket is empty."),
        then=reverse("lessons:basket-list"),
    )
