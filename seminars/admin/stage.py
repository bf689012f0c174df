"""Who reviews the presentations of a seminar, and on which rubric, in the admin site."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mou_portal.admin import ScopedAdmin
from participants.models import User
from seminars.models import Criterion, Reviewer


@admin.register(Criterion)
class CriterionAdmin(ScopedAdmin):
    """What reviewers judge. A criterion that was scored is neither moved to another seminar nor deleted."""

    list_display = ("title_th", "seminar", "order", "highest", "weight")
    list_filter = ("seminar",)
    list_select_related = ("seminar",)
    search_fields = ("title_th", "title_en")
    autocomplete_fields = ("seminar",)
    fields = ("seminar", "order", "title_th", "title_en", "highest", "weight")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("seminar", "highest", "weight") if obj and obj.scores.exists() else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Scores refer to it."""
        return super().has_delete_permission(request, obj) and not (obj and obj.scores.exists())


@admin.register(Reviewer)
class ReviewerAdmin(ScopedAdmin):
    """Reviewers of a seminar: advisers, researchers and staff."""

    list_display = ("user", "seminar")
    list_filter = ("seminar",)
    list_select_related = ("seminar", "user")
    search_fields = ("user__name_th", "user__name_en", "user__email")
    autocomplete_fields = ("seminar",)
    fields = ("seminar", "user")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """People of the local governments do not judge one another."""
        if db_field.name == "user":
            outside = {"memberships__role__in": ["adviser", "researcher"]}
            people = User.objects.filter(is_active=True)
            kwargs["queryset"] = (people.filter(is_staff=True) | people.filter(**outside)).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
