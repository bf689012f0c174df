"""Every address of the portal, read from the URLconf, and addresses of rows of the fixed cast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import QueryDict
from django.urls import URLPattern, get_resolver, reverse

from participants.models import Agreement, Participant
from tests.world import World


@dataclass(frozen=True)
class Address:
    """A pattern of the URLconf: its full name (its route, for the few without a name) and its arguments' names."""

    name: str
    route: str
    arguments: tuple[str, ...]


def addresses() -> list[Address]:
    """All of them, in the order of the URLconf."""
    return list(_below(get_resolver(), "", ""))


def _below(resolver: Any, namespace: str, route: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        path = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Address(namespace + one.name if one.name else path, path, tuple(one.pattern.regex.groupindex))
        else:
            yield from _below(one, namespace + (f"{one.namespace}:" if one.namespace else ""), path)


def portal_addresses() -> list[Address]:
    """Those that are not pages of the admin site."""
    return [one for one in addresses() if not one.route.startswith("admin/")]


def find(world: World, path: str) -> Any:
    """The row (or text) at a path into the cast: ``a.choices.draft``, ``seminars.announced``.

    A step is a key of a dictionary, a place in a list, an attribute or a method without arguments; ``first`` of rows
    related to one is the first of them, ``last`` the last.
    """
    found: Any = world
    for step in path.split("."):
        if isinstance(found, dict):
            found = found[step]
        elif step == "first":
            found = found.all()[0]
        elif step == "last":
            found = list(found.all())[-1]
        elif step.isdigit():
            found = found[int(step)]
        else:
            found = getattr(found, step)
    return found


def address_of(world: World, name: str, row: str) -> str:
    """The address of the page ``name`` for a row of the cast.

    ``row`` is ``-`` for a page without arguments, a path for :func:`find`, ``=word`` for a plain argument (``{path}``
    within it stands for a row's key); each may be
    followed by ``?`` and a query, in which ``{path}`` stands for the primary key or code of a row.
    """
    path, _mark, query = row.partition("?")
    asked = QueryDict(mutable=True)
    for key, value in QueryDict(query).items():
        asked[key] = _word(find(world, value[1:-1])) if value.startswith("{") else value
    arguments: list[Any] = []
    if path.startswith("="):
        arguments = re.sub(r"\{([^}]+)\}", lambda named: _word(find(world, named[1])), path[1:]).split(",")
    elif path != "-":
        found = find(world, path)
        if isinstance(found, Participant):
            arguments = [found.agreement.code, found.code]
        elif isinstance(found, Agreement):
            arguments = [found.code]
        elif isinstance(found, str):
            arguments = [found]
        else:
            arguments = [found.pk]
    url = f"/{name}" if "/" in name else reverse(name, args=arguments)
    return f"{url}?{asked.urlencode()}" if asked else url


def _word(row: Any) -> str:
    return row.code if hasattr(row, "code") else str(row.pk)


def admin_models() -> dict[str, admin.ModelAdmin[Any]]:
    """What the admin site shows, by ``app.model``."""
    return {model._meta.label_lower: page for model, page in admin.site._registry.items()}


def example_row(label: str) -> Model | None:
    """A row of a model, the oldest: of party A wherever rows have a party."""
    model = apps.get_model(label)
    return model._base_manager.order_by("pk").first()
