"""The base of every admin page: rows and rights from the portal's own rules, exchange made safe, history shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from import_export.admin import ExportMixin, ImportMixin
from simple_history.admin import SimpleHistoryAdmin

from mou_portal.exchange import SAFE_FORMATS, ColumnsForm
from mou_portal.records import DomainError
from mou_portal.thai.forms import THAI_FORMFIELD_OVERRIDES
from mou_portal.thai.words import search_query

#: Columns that a list's address may never ask about: the answer would give the secret away letter by letter.
SECRETS = frozenset({"password", "token_hash"})


class ScopedAdmin(SimpleHistoryAdmin):
    """A model admin that asks the portal's rules as well as Django's model permissions.

    ``can_view_row``, ``can_change_row`` and ``can_delete_row`` are predicates ``(user, obj) -> bool`` from a
    permissions module; ``None`` leaves the answer to the model permission alone. State is never edited here: give the
    steps as actions that call services (see :meth:`run_service`).
    """

    can_view_row: Callable[[Any, Any], bool] | None = None
    can_change_row: Callable[[Any, Any], bool] | None = None
    can_delete_row: Callable[[Any, Any], bool] | None = None
    formfield_overrides = THAI_FORMFIELD_OVERRIDES
    save_on_top = False
    list_per_page = 50
    show_full_result_count = False
    always_readonly: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Rows that the person may see; others answer as if they were not there."""
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse what Django lets through for every column of a model: ``?password__startswith=…``."""
        return SECRETS.isdisjoint(lookup.split("__")) and super().lookup_allowed(lookup, value, request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The row's past, for those who may see the row; of a row that was deleted, as the library shows it."""
        self._refuse_hidden(request, object_id)
        answer: HttpResponse = super().history_view(request, object_id, extra_context)
        return answer

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """One earlier state of the row, on the same terms. It is read: the library would save what is sent to it."""
        self._refuse_hidden(request, object_id)
        if request.method == "POST":
            request.method = "GET"
        answer: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return answer

    def _refuse_hidden(self, request: HttpRequest, object_id: str) -> None:
        """The library looks into the history past ``get_queryset``: a row that is there and not visible is 404.

        Whoever may see no row of this kind at all is told so (403), as on every page of the kind.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if self.get_object(request, unquote(object_id)) is None:
            try:
                hidden = self.model._base_manager.filter(pk=unquote(object_id)).exists()
            except (ValueError, ValidationError) as error:
                raise Http404 from error
            if hidden:
                raise Http404

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and _asked(type(self).can_view_row, request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _asked(type(self).can_change_row, request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _asked(type(self).can_delete_row, request.user, obj)

    def run_service(
        self, request: HttpRequest, rows: models.QuerySet[Any], service: Callable[[Any], Any], done: Any
    ) -> None:
        """Call a service for each selected row, each in a transaction of its own, and say what happened to each."""
        count = 0
        for row in rows:
            try:
                with transaction.atomic():
                    service(row)
            except DomainError as error:
                self.message_user(request, f"{row}: {error}", messages.ERROR)
            except PermissionDenied:
                self.message_user(request, f"{row}: 403", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, f"{done} ({count})", messages.SUCCESS)


class ExchangeAdmin(ImportMixin, ExportMixin, ScopedAdmin):
    """A scoped admin with import and export in safe formats; resources are given the user."""

    formats = SAFE_FORMATS
    export_form_class = ColumnsForm
    import_formats = SAFE_FORMATS
    export_formats = SAFE_FORMATS

    def get_import_resource_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_resource_kwargs(request, *args, **kwargs), "user": request.user}

    def get_export_resource_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_export_resource_kwargs(request, *args, **kwargs), "user": request.user}


class ExportOnlyAdmin(ExportMixin, ScopedAdmin):
    """A scoped admin that exports and does not import."""

    formats = SAFE_FORMATS
    export_form_class = ColumnsForm
    export_formats = SAFE_FORMATS

    def get_export_resource_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_export_resource_kwargs(request, *args, **kwargs), "user": request.user}


class NamedFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # the models differ in each use
    """Rows of an inline whose box for deleting has a name too."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = str(_("Delete"))


class ScopedInline(admin.TabularInline):  # type: ignore[type-arg]  # the models differ in each subclass
    """A tabular inline with the portal's date and money fields, each cell's box named after its column."""

    formset = NamedFormSet
    formfield_overrides = THAI_FORMFIELD_OVERRIDES
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The column's heading names the boxes below it for those who cannot see it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            widget = getattr(field.widget, "widget", field.widget)  # within Django's wrapper with the + beside it
            widget.attrs.setdefault("aria-label", str(db_field.verbose_name))
        return field


def _asked(predicate: Callable[[Any, Any], bool] | None, user: Any, obj: Any) -> bool:
    return predicate is None or obj is None or predicate(user, obj)


class NameSearchMixin:
    """Search that forgives tone marks: what was typed is looked for as the search columns store it."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """As Django's, on the stored spelling."""
        return super().get_search_results(request, queryset, search_query(search_term))  # type: ignore[misc]  # an admin
