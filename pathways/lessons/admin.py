"""Admin pages of lessons: read here; everything is done on the portal's own pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ScopedAdmin, ScopedInline
from pathways.admin import NameSearchMixin, ReadOnly
from pathways.lessons.models import Codebook, Edition, Lesson, LessonEvent, SourceText, Synthesis, Theme


class Read(ReadOnly, ScopedAdmin):
    """A page that is read: no state, word or consent is typed in here."""

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # Django's own signature
        """Nobody changes these rows here."""
        return False


@admin.register(Codebook)
class CodebookAdmin(Read):
    """Codebooks."""

    list_display = ("name_th", "name_en", "agreement")
    list_filter = ("agreement",)


@admin.register(Theme)
class ThemeAdmin(Read):
    """Themes with their definitions."""

    list_display = ("code", "name_th", "name_en", "state", "parent")
    list_filter = ("codebook", "state")
    list_select_related = ("parent",)
    search_fields = ("code", "name_th", "name_en")


@admin.register(SourceText)
class SourceTextAdmin(NameSearchMixin, Read):
    """Texts that were taken in."""

    list_display = ("title", "kind", "participant", "dated_on", "pages")
    list_filter = ("kind", "agreement", "dimension")
    search_fields = ("participant__local_government__search_text",)
    date_hierarchy = None

    def get_queryset(self, request):  # type: ignore[no-untyped-def]  # Django's own signature
        """With names."""
        return super().get_queryset(request).with_names()


class EventInline(ScopedInline):
    """What happened to a lesson."""

    model = LessonEvent
    fields = ("at", "state", "consent", "by", "note")
    readonly_fields = fields
    can_delete = False
    verbose_name_plural = _("What happened")

    def has_add_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # Django's own signature
        return False

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # as above
        return False


@admin.register(Lesson)
class LessonAdmin(NameSearchMixin, Read):
    """Lessons, with their state and consent."""

    list_display = ("title", "participant", "state", "consent", "confidence", "drawn_by", "published_at")
    list_filter = ("state", "consent", "confidence", "agreement", "dimension")
    search_fields = ("participant__local_government__search_text", "index__inside")
    inlines = (EventInline,)

    def get_queryset(self, request):  # type: ignore[no-untyped-def]  # Django's own signature
        """With names."""
        return super().get_queryset(request).with_names()


class EditionInline(ScopedInline):
    """Editions: number, day and checksum. What they say is read on the portal's own pages, as consented."""

    model = Edition
    fields = ("number", "published_on", "note", "sha256", "published_by")
    readonly_fields = fields
    can_delete = False
    ordering = ("-number",)

    def has_add_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # Django's own signature
        return False

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # as above
        return False


@admin.register(Synthesis)
class SynthesisAdmin(Read):
    """Syntheses; their chapters and statements are read on the portal's own pages."""

    list_display = ("title_th", "title_en", "agreement", "created_by", "updated_at")
    list_filter = ("agreement",)
    list_select_related = ("agreement", "created_by")
    inlines = (EditionInline,)
