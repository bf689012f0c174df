"""Pages of the data service: its description for people, and one's own keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.data_service.api import api
from mou_portal.data_service.door import PER_ADDRESS
from mou_portal.pages import load
from mou_portal.records import DomainError
from mou_portal.thai.forms import ThaiDateField
from participants.access import access_of
from participants.data_tokens import MOST_DAYS, give_token, revoke_token
from participants.models import DataScope, DataToken
from participants.once import new_token, once
from participants.permissions import can_revoke_token

#: Where the secret of a new key waits for the one page that shows it.
NEW_SECRET = "data_secret"  # noqa: S105 — the name of a place, not a secret
#: More keys than this are found in the admin site.
MOST_LISTED = 100


def urls() -> tuple[list[URLPattern], str, str]:
    """The service's addresses for the URLconf: open to whoever brings a key, and the description in front of them."""
    patterns, app_name, namespace = api.urls
    found: list[Any] = []
    for one in patterns:
        if one.name == "api-root":
            found.append(path("", description, name="api-root"))
            continue
        if one.name == "openapi-json":  # the library would answer any method
            answer: Any = one.callback
            one = path(str(one.pattern), require_safe(answer), name=one.name)
        one.callback.login_required = False  # the key is asked by the service itself
        found.append(one)
    return [*found, path("<path:rest>", nothing_there, name="nothing-there")], app_name, namespace


@login_not_required
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The service in words, made from its own OpenAPI description; for everybody."""
    schema = api.get_openapi_schema()
    lists = []
    for address, methods in schema["paths"].items():
        operation = methods["get"]
        row = _row_of(schema, operation)
        lists.append(
            {
                "address": address,
                "title": operation["summary"],
                "text": operation.get("description", ""),
                "columns": [(name, _type_of(one)) for name, one in row.get("properties", {}).items()],
            }
        )
    context = {
        "lists": lists,
        "scopes": DataScope.choices,
        "address": settings.SITE_URL + reverse("api-1:agreements"),
        "per_key": settings.DATA_SERVICE_PER_MINUTE,
        "per_address": PER_ADDRESS,
    }
    return render(request, "data_service/description.html", context)


def _row_of(schema: Any, operation: Any) -> dict[str, Any]:
    """The shape of one row of a list, from the description."""
    shapes = schema["components"]["schemas"]
    page = operation["responses"][200]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
    row: dict[str, Any] = shapes[shapes[page]["properties"]["items"]["items"]["$ref"].rsplit("/", 1)[-1]]
    return row


def _type_of(one: dict[str, Any]) -> str:
    """A column's type as one word."""
    options = one.get("anyOf", [one])
    words = [
        option.get("format") or option.get("type") or option.get("$ref", "").rsplit("/", 1)[-1] for option in options
    ]
    return " / ".join(words)


@csrf_exempt
@login_not_required
def nothing_there(request: HttpRequest, rest: str) -> JsonResponse:
    """What is no address of the service answers as the service does."""
    answer = JsonResponse({"detail": _("There is nothing at this address."), "errors": []}, status=404)
    answer["Cache-Control"] = "no-store"
    return answer


class TokenForm(forms.Form):
    """A key to be: what uses it, what it opens, and until when."""

    name = forms.CharField(
        label=gettext_lazy("Used by"),
        max_length=100,
        help_text=gettext_lazy("The system that reads with it, for example: the province's dashboard."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Opens"), choices=DataScope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = ThaiDateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("A year from now at most. Then you make a new key."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own keys (programme staff: everybody's), and the form for a new one. A new secret is shown once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def create() -> str:
            _token, secret = give_token(user=request.user, **form.cleaned_data)
            request.session[NEW_SECRET] = secret
            return reverse("token-list")

        try:
            return once(request, create, done=_("The key is made. Copy it now."))
        except DomainError as error:
            form.add_error(None, str(error))
    today = timezone.localdate()
    rows = DataToken.objects.visible_to(request.user).select_related("user")[:MOST_LISTED]
    context = {
        "form": form,
        "form_token": new_token(),
        "secret": "" if request.method == "POST" else request.session.pop(NEW_SECRET, ""),
        "tokens": [(one, _state(one, today)) for one in rows],
        "everybody": access_of(request.user).programme,
        "most_days": MOST_DAYS,
    }
    return render(request, "data_service/token_list.html", context)


def _state(token: DataToken, today: Any) -> tuple[str, str]:
    """A key's state as code and word."""
    if token.revoked_at is not None:
        return "revoked", _("revoked")
    return ("active", _("in use until its last day")) if token.good_on(today) else ("ended", _("has run out"))


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a key for good."""
    token = load(DataToken.objects.visible_to(request.user), request.user, can_revoke_token, pk=pk)
    if revoke_token(token=token):
        messages.success(request, _("The key is closed. Systems that use it get nothing more."))
    return redirect("token-list")
