"""Admin pages of lessons: read here; everything is done on the portal's own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import NameSearchMixin, ScopedAdmin, ScopedInline
from mou_portal.records import DomainError
from pathways.admin import ReadOnly
from pathways.lessons.exports.docx_template import built_in
from pathways.lessons.models import (
    Codebook,
    Edition,
    Lesson,
    LessonEvent,
    ReportTemplate,
    SourceText,
    Synthesis,
    Theme,
)
from pathways.lessons.services.templates import put_in_use, store_template, take_out_of_use


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
    search_fields = ("participant__local_government__search_text", "index__inside__contains")
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


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # of templates
    """A template's name and its file; a refused file is a form error, so nothing typed is lost."""

    user: Any = None
    upload = forms.FileField(label=_("Word template (.docx)"), widget=forms.FileInput(attrs={"accept": ".docx"}))

    class Meta:
        model = ReportTemplate
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["upload"]
            return
        self.fields["upload"].help_text = format_html(
            '<a class="button" href="{}">{}</a>',
            reverse("admin:lessons_reporttemplate_built_in"),
            _("Begin with the built-in template: change its styles, keep its words in curly brackets."),
        )

    def clean(self) -> Any:
        """Store the file once everything else is well."""
        cleaned = super().clean()
        upload = (cleaned or {}).get("upload")
        if upload and not self.errors:
            try:
                self.instance.file = store_template(upload=upload, user=self.user)
            except DomainError as error:
                self.add_error("upload", str(error))
        return cleaned


@admin.register(ReportTemplate)
class ReportTemplateAdmin(ScopedAdmin):
    """Word templates of the lesson-learned book."""

    list_display = ("name", "in_use", "created_at")
    actions = ("use", "stop_using")
    form = TemplateForm

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """A template stays, to tell how books looked that were made by it; what is not used is taken out of use."""
        return False

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form with the person in it. The file of a template never changes: upload another one."""
        kwargs["form"] = type("TemplateForm", (TemplateForm,), {"user": request.user})
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Name and file; afterwards the name."""
        return [(None, {"fields": ["name"] if obj else ["name", "upload"]})]

    def get_urls(self) -> list[Any]:
        """With the built-in template to begin with."""
        mine = path("built-in/", self.admin_site.admin_view(self.built_in_view), name="lessons_reporttemplate_built_in")
        return [mine, *super().get_urls()]

    def built_in_view(self, request: Any) -> HttpResponse:
        """The built-in template as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        answer = HttpResponse(
            built_in(), content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        )
        answer["Content-Disposition"] = 'attachment; filename="lessons-template.docx"'
        return answer

    @admin.action(description=_("Put in use"))
    def use(self, request: Any, rows: Any) -> None:
        """Make Word books by this template."""
        self.run_service(request, rows, lambda row: put_in_use(template=row, user=request.user), gettext("Put in use."))

    @admin.action(description=_("Use the built-in template again"))
    def stop_using(self, request: Any, rows: Any) -> None:
        """Make Word books by the built-in template."""
        self.run_service(
            request, rows, lambda row: take_out_of_use(template=row, user=request.user), gettext("Taken out of use.")
        )
