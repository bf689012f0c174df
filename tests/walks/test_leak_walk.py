"""Canary words planted in one party's rows: nobody reads them outside the pages of the portal either.

The pages themselves are looked at by the walk through the portal (test_permission_walk.py), on its way.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from mou_portal.registry import reports
from tests.walks.addresses import admin_models, portal_addresses
from tests.walks.canaries import DRAFT, KEPT_FROM, NOT_PLANTED, OWNED_BY, leaks, plant_world, text_of
from tests.walks.watch import Visitor
from tests.world import World

# What a page holds does not depend on the database: one of them is enough.
pytestmark = pytest.mark.sqlite_only


def test_every_model_that_leads_to_a_party_is_planted_or_says_why_not() -> None:
    leading = set()
    for model in _models_with_pages():
        if _leads_to_party(model, depth=3):
            leading.add(model._meta.label_lower)
    assert leading - set(OWNED_BY) - set(NOT_PLANTED) == set()


def _leads_to_party(model: type, depth: int) -> bool:
    if model._meta.label_lower == "participants.participant":  # type: ignore[attr-defined]  # a model
        return True
    if depth == 0:
        return False
    targets = [one.related_model for one in model._meta.concrete_fields if one.many_to_one or one.one_to_one]  # type: ignore[attr-defined]  # as above
    return any(
        target is not model and target._meta.app_label != "auth" and _leads_to_party(target, depth - 1)
        for target in targets
        if target._meta.label_lower != "participants.user"
    )


def _models_with_pages() -> list[type[Model]]:
    """Models whose rows can stand in an address of the portal."""
    apart = {"participants.storedfile", "participants.sentform"}
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("participants", "pathways", "lessons", "seminars", "expenses")
        and not model._meta.model_name.startswith("historical")
        and model._meta.label_lower not in apart
    ]


def told(world: World, actor: str, urls: Iterable[str]) -> list[str]:
    """The words that a person must not read and is told."""
    visitor = Visitor(world.actor(actor))
    found = {url: leaks(text_of(visitor.ask("GET", url).response)) for url in urls}
    return [f"{url}: {hits[word]!r}" for url, hits in found.items() for word in KEPT_FROM[actor] if word in hits]


def test_another_partys_executive_reads_nothing_in_any_list(world: World) -> None:
    # by the same rules as the coordinator (participants.access), who goes the whole walk: the lists are enough
    plant_world(world)
    lists = [reverse(one.name) for one in portal_addresses() if not one.arguments and "/" not in one.name]
    assert told(world, "executive_b", [url for url in lists if not url.startswith("/accounts/")]) == []


def test_the_admin_site_shows_no_draft(world: World) -> None:
    drafts = [row for row in plant_world(world) if row._meta.model_name in ("progressupdate", "presentation")]
    urls = [reverse(f"admin:{label.replace('.', '_')}_changelist") for label in admin_models()]
    for row in drafts:
        name = f"admin:{row._meta.label_lower.replace('.', '_')}"
        urls += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
    assert told(world, "programme", urls) == []


def test_no_report_holds_a_draft(world: World) -> None:
    plant_world(world)
    for report in reports:
        subject = world.agreement if report.subject == "agreement" else world.a.participant
        assert DRAFT not in leaks(report.html(subject, "th")), report.name
