"""The payer rule of an agreement as data, in versions: the next memorandum may differ without code."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expenses.payer import ANY, Payer, RuleSet, RuleSetError
from expenses.refusals import reason
from mou_portal.records import Record
from participants.models import Agreement

#: What holds for an agreement whose rule nobody has entered: silence on everything, never a guess.
NO_RULE = RuleSet.from_mapping(
    {
        "code": "no-rule",
        "version": 1,
        "rules": [
            {
                "number": 1,
                **dict.fromkeys(("activity", "venue", "arranged_by", "whose_cost", "category"), ANY),
                "payer": Payer.UNDECIDED.value,
                "clause": "",
                "reason_th": "ยังไม่ได้บันทึกหลักเกณฑ์ผู้รับผิดชอบค่าใช้จ่ายของบันทึกข้อตกลงนี้ ต้องวินิจฉัย",
                "reason_en": "No rule on who pays is recorded for this agreement; it must be decided.",
            }
        ],
    }
)


class RuleTableQuerySet(models.QuerySet["RuleTable"]):
    """Vocabulary of rule tables."""

    def on(self, agreement: Agreement, day: date) -> RuleTable | None:
        """The table that holds for what is spent on a day: the newest that applies from that day or before."""
        applying = Q(applies_from=None) | Q(applies_from__lte=day)
        return self.filter(applying, agreement=agreement).order_by("-version").first()

    def newest(self, agreement: Agreement) -> RuleTable | None:
        """The agreement's newest version."""
        return self.filter(agreement=agreement).order_by("-version").first()


class RuleTable(Record):
    """An agreement's rule on who pays, in one version. A version that rulings cite is never changed: a new one is made.

    ``rules`` are the rows as :class:`expenses.payer.RuleSet` writes them.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="rule_tables", verbose_name=_("agreement"))
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    applies_from = models.DateField(
        _("applies from"),
        null=True,
        blank=True,
        help_text=_("For what is spent on this day or later. Empty: from the beginning."),
    )
    basis = models.CharField(
        _("basis"),
        max_length=300,
        blank=True,
        help_text=_("Memorandum, amendment or minutes that the rule is read from."),
    )
    rules = models.JSONField(_("rows"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )

    objects = RuleTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("payer rule")
        verbose_name_plural = _("payer rules")
        ordering = ["agreement", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "version"], name="rule_table_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="rule_table_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.version}"

    @property
    def rule_set(self) -> RuleSet:
        """The rows as the pure rule takes them. Raises :class:`expenses.payer.RuleSetError`."""
        return _read(json.dumps({"code": self.code, "version": self.version, "rules": self.rules}))

    def clean(self) -> None:
        """Refuse a table that is malformed, incomplete or holds a row that can never apply."""
        super().clean()
        try:
            RuleSet.from_mapping({"code": self.code, "version": self.version, "rules": self.rules})
        except RuleSetError as error:
            raise ValidationError([rule_problem(problem) for problem in error.problems]) from error


@lru_cache(maxsize=64)
def _read(text: str) -> RuleSet:
    return RuleSet.from_mapping(json.loads(text))


def rule_problem(problem: Any) -> str:
    """What is wrong with a row, in the reader's language: the place and the reason."""
    return f"{problem.where}: {reason(problem.code, problem.params)}"
