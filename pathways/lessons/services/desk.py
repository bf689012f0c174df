"""A reader's own desk: searches that are kept."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError
from mou_portal.thai.words import normalise
from participants.models import Agreement, User
from pathways.lessons.models import SavedSearch
from pathways.services.guards import checked

MOST_SEARCHES = 50


def keep_search(*, agreement: Agreement, user: User, name: str, query: str) -> SavedSearch:
    """Keep a search under a name of the person's own."""
    if SavedSearch.objects.filter(user=user).count() >= MOST_SEARCHES:
        raise DomainError(_("You have kept %(most)d searches. Delete one first.") % {"most": MOST_SEARCHES})
    search = SavedSearch(agreement=agreement, user=user, name=normalise(name), query=query.replace("\x00", ""))
    checked(search)
    try:
        with transaction.atomic():
            search.save()
    except IntegrityError as error:
        raise DomainError(_("You already kept a search under this name.")) from error
    return search


def drop_search(*, search: SavedSearch) -> None:
    """Delete a kept search (of the person's own, as loaded)."""
    search.delete()
