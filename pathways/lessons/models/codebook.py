"""The codebook: themes in a tree, with definitions, and numbered versions of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.models import Agreement

if TYPE_CHECKING:
    from participants.models import User


class OfScholars(models.QuerySet):
    """Rows of an agreement that its researchers and the institute's staff read, and nobody else."""

    #: How the rows lead to their agreement.
    agreement_path = "agreement_id"

    def visible_to(self, user: User) -> OfScholars:
        """All for staff; researchers those of their agreements."""
        access = access_of(user)
        if access.staff:
            return self
        return self.filter(**{f"{self.agreement_path}__in": access.researches})


class Codebook(Record):
    """A set of themes with which the texts of an agreement are coded."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="codebooks", verbose_name=_("agreement"))
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=4000, blank=True)

    objects = OfScholars.as_manager()

    class Meta:
        verbose_name = _("codebook")
        verbose_name_plural = _("codebooks")
        ordering = ["agreement", "pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "name_th"], name="codebook_name_once")]

    def __str__(self) -> str:
        return localized(self)

    def get_absolute_url(self) -> str:
        """The codebook's page."""
        return reverse("lessons:codebook-detail", args=[self.pk])


class ThemeState(models.TextChoices):
    """A theme that was used is never deleted: it is retired, or merged into another."""

    ACTIVE = "active", _("in use")
    RETIRED = "retired", _("retired")
    MERGED = "merged", _("merged into another")


class ThemeQuerySet(OfScholars):
    """Vocabulary of themes."""

    agreement_path = "codebook__agreement_id"

    def active(self) -> ThemeQuerySet:
        """Themes that can be given."""
        return self.filter(state=ThemeState.ACTIVE)


class Theme(Record):
    """A theme: what it means, what belongs under it and what does not.

    ``state`` is active, retired or merged; codes given with a merged theme were moved to ``merged_into``.
    """

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="themes", verbose_name=_("codebook"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("under the theme")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    code = models.SlugField(_("code"), max_length=40)
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    definition = models.TextField(_("definition"), max_length=4000, blank=True)
    includes = models.TextField(_("what belongs here"), max_length=2000, blank=True)
    excludes = models.TextField(_("what does not belong here"), max_length=2000, blank=True)
    example = models.TextField(_("example"), max_length=2000, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=ThemeState.choices, default=ThemeState.ACTIVE, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["codebook", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["codebook", "code"],
                name="theme_code_once",
                violation_error_message=_("The codebook already has a theme with this code."),
            ),
            models.CheckConstraint(condition=Q(state__in=ThemeState.values), name="theme_state_known"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="theme_merged_into_one",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="theme_not_under_itself"),
        ]

    def __str__(self) -> str:
        return localized(self)

    def get_absolute_url(self) -> str:
        """The theme's page: its definition and every passage that carries it."""
        return reverse("lessons:theme-detail", args=[self.pk])


class CodebookVersionQuerySet(OfScholars):
    """Vocabulary of versions."""

    agreement_path = "codebook__agreement_id"


class CodebookVersion(models.Model):
    """A codebook as it was when somebody numbered it; never changed afterwards.

    ``content`` is a list of themes in the order of the tree: ``{"code", "depth", "name_th", "name_en", "definition",
    "includes", "excludes", "example", "state", "merged_into", "coded"}``.
    """

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="versions", verbose_name=_("codebook"))
    number = models.PositiveSmallIntegerField(_("version"))
    note = models.TextField(_("what changed"), max_length=2000, blank=True)
    content = models.JSONField(_("content"), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("numbered by")
    )
    created_at = models.DateTimeField(_("numbered"), auto_now_add=True)

    objects = CodebookVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a codebook")
        verbose_name_plural = _("versions of codebooks")
        ordering = ["codebook", "-number"]
        constraints = [models.UniqueConstraint(fields=["codebook", "number"], name="codebook_version_once")]

    def __str__(self) -> str:
        return f"{self.codebook} · v{self.number}"
