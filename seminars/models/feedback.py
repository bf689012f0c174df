"""A short form after a seminar: its questions, and what people answered."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.models import Participant

from .certificates import new_code
from .seminars import Seminar


class FeedbackState(models.TextChoices):
    """A form is written, then open to whoever has its link, then closed."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class FeedbackForm(Record):
    """The form of one seminar. Whoever has the link with its ``code`` may answer while it is open.

    Of an anonymous form nothing is stored with an answer but the answers: no name, no organisation, no time, no
    address. Once it was opened that promise stands: ``anonymous`` and the questions change no more.
    """

    seminar = models.OneToOneField(Seminar, models.PROTECT, related_name="feedback_form", verbose_name=_("seminar"))
    state = models.CharField(
        _("state"), max_length=20, choices=FeedbackState.choices, default=FeedbackState.DRAFT, editable=False
    )
    code = models.CharField(_("code"), max_length=40, unique=True, editable=False, default=new_code)
    anonymous = models.BooleanField(
        _("anonymous"), default=True, help_text=_("Otherwise each answer carries a name and an organisation.")
    )
    intro_th = models.TextField(_("introduction (Thai)"), max_length=1000, blank=True)
    intro_en = models.TextField(_("introduction (English)"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("feedback form")
        verbose_name_plural = _("feedback forms")
        ordering = ["-seminar__starts_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=FeedbackState.values), name="feedback_state_known")]

    def __str__(self) -> str:
        return str(self.seminar)

    def get_absolute_url(self) -> str:
        """The results."""
        return reverse("seminars:feedback-results", args=[self.seminar_id])

    @property
    def link(self) -> str:
        """Where people answer."""
        return reverse("seminars:feedback-give", args=[self.code])

    @property
    def sign(self) -> str:
        """The state as components/state.html knows it."""
        return {"open": "due", "closed": "closed"}.get(self.state, "draft")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCALE = "scale", _("1 to 5")
    CHOICE = "choice", _("one of several")
    TEXT = "text", _("in words")


class FeedbackQuestion(Record):
    """A question; ``options`` holds the answers to choose from, one on a line."""

    form = models.ForeignKey(FeedbackForm, models.CASCADE, related_name="questions", verbose_name=_("feedback form"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind.choices, default=QuestionKind.SCALE)
    text_th = models.CharField(_("question (Thai)"), max_length=300)
    text_en = models.CharField(_("question (English)"), max_length=300, blank=True)
    options = models.TextField(
        _("answers to choose from"), max_length=1000, blank=True, help_text=_("One on each line; only for a choice.")
    )
    required = models.BooleanField(_("must be answered"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "order"], name="question_order_once"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="choice") | ~Q(options=""),
                name="question_choice_has_answers",
                violation_error_message=_("Give the answers to choose from, one on each line."),
            ),
        ]

    def __str__(self) -> str:
        return localized(self, "text")

    @property
    def choices(self) -> list[str]:
        """The answers to choose from."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    def clean(self) -> None:
        """A choice is between at least two answers."""
        super().clean()
        if self.kind == QuestionKind.CHOICE and len(set(self.choices)) < 2:
            raise ValidationError({"options": _("Give at least two different answers, one on each line.")})


class FeedbackResponse(models.Model):
    """One person's answers. Has no history, no time and, where the form is anonymous, nobody's name.

    ``token`` comes with the form as it is shown, so that a form sent twice is one response.
    """

    form = models.ForeignKey(FeedbackForm, models.PROTECT, related_name="responses", verbose_name=_("feedback form"))
    token = models.UUIDField(unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("participant")
    )

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["form", "token"]  # by a random key: the order in which people answered tells who they are

    def __str__(self) -> str:
        return self.name or str(self.form)


class FeedbackAnswer(models.Model):
    """The answer to one question: a number from 1 to 5, or text."""

    response = models.ForeignKey(FeedbackResponse, models.CASCADE, related_name="answers", verbose_name=_("feedback"))
    question = models.ForeignKey(FeedbackQuestion, models.PROTECT, related_name="answers", verbose_name=_("question"))
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    text = models.TextField(_("text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["response", "question"]
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="feedback_answer_once"),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__gte=1, number__lte=5), name="feedback_number_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | ~Q(text=""), name="feedback_answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)
