"""Passages, codes, memos, and the codebook: nothing that somebody coded is ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.models import Agreement, User
from pathways.lessons import permissions
from pathways.lessons.models import (
    Codebook,
    CodebookVersion,
    Coding,
    Excerpt,
    LessonTheme,
    Memo,
    SourceText,
    Theme,
    ThemeState,
)
from pathways.lessons.services.index import reindex
from pathways.services.guards import allow, checked

#: A passage longer than this is a text and no quote.
LONGEST = 10_000


# --- passages and codes ---------------------------------------------------------------------
def mark_passage(*, source: SourceText, start: int, end: int, user: User, themes: Iterable[Theme] = ()) -> Excerpt:
    """Mark characters ``start`` to ``end`` of a source and code them; blanks at both ends are left out.

    The same passage marked again is the same row; passages may overlap. Raises :class:`DomainError` for an empty one,
    one outside the text, one too long, and a theme that is no longer in use.
    """
    allow(permissions.can_code(user, source))
    text = source.text
    if not 0 <= start < end <= len(text):
        raise DomainError(_("The passage does not lie in the text. Select it again."))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise DomainError(_("Nothing is selected. Select a passage first."))
    if end - start > LONGEST:
        raise DomainError(_("The passage is too long: at most %(most)d characters.") % {"most": LONGEST})
    themes = list(themes)
    with transaction.atomic():
        try:
            with transaction.atomic():
                excerpt, _made = Excerpt.objects.get_or_create(
                    source=source, start=start, end=end, defaults={"text": text[start:end], "created_by": user}
                )
        except IntegrityError:
            excerpt = Excerpt.objects.get(source=source, start=start, end=end)
        for theme in themes:
            give_code(excerpt=excerpt, theme=theme, user=user)
    return excerpt


@transaction.atomic
def give_code(*, excerpt: Excerpt, theme: Theme, user: User) -> Coding:
    """Code a passage with a theme in a person's own name; a second time changes nothing."""
    allow(permissions.can_code(user, excerpt.source))
    held = Theme.objects.filter(pk=theme.pk, state=ThemeState.ACTIVE).update(state=ThemeState.ACTIVE)
    if not held:
        theme.refresh_from_db()
        raise DomainError(
            _("The theme “%(theme)s” is no longer in use (%(state)s). Choose another one.")
            % {"theme": theme, "state": theme.get_state_display()}
        )
    if theme.codebook.agreement_id != excerpt.source.agreement_id:
        raise DomainError(_("This belongs to another agreement."))
    coding, _made = Coding.objects.get_or_create(excerpt=excerpt, theme=theme, coder=user)
    return coding


@transaction.atomic
def take_code(*, coding: Coding, user: User) -> None:
    """Take a code off. A passage that nothing refers to any more goes with it."""
    allow(permissions.can_remove_coding(user, coding))
    excerpt = coding.excerpt
    coding.delete()
    if not (excerpt.codings.exists() or excerpt.memos.exists() or excerpt.lesson_links.exists()):
        excerpt.delete()


def write_memo(*, agreement: Agreement, user: User, text: str, **target: Any) -> Memo:
    """Write a memo on one thing (``source``, ``excerpt``, ``theme`` or ``lesson``) or on the agreement."""
    allow(permissions.can_study(user, agreement))
    words = normalise(text)
    if not words:
        raise DomainError(_("Write something first."))
    memo = Memo(agreement=agreement, text=words, created_by=user, **target)
    checked(memo).save()
    return memo


# --- the codebook ---------------------------------------------------------------------------
def begin_codebook(*, agreement: Agreement, user: User, name_th: str, name_en: str = "") -> Codebook:
    """Begin a codebook."""
    allow(permissions.can_study(user, agreement))
    codebook = Codebook(agreement=agreement, name_th=normalise(name_th), name_en=name_en.strip())
    checked(codebook).save()
    return codebook


@transaction.atomic
def save_theme(*, theme: Theme, user: User, expected: int = 0) -> Theme:
    """Save a theme, new or changed; lessons are found by its new name.

    Raises :class:`DomainError` when it would stand under itself, ``Stale``.
    """
    allow(permissions.can_edit_codebook(user, theme.codebook))
    seen, above = {theme.pk}, theme.parent
    while above is not None:
        if above.pk in seen or above.codebook_id != theme.codebook_id:
            raise DomainError(_("A theme cannot stand under itself or in another codebook."))
        seen.add(above.pk)
        above = above.parent
    checked(theme)
    if theme.pk:
        save_revision(theme, expected=expected)
        reindex(theme.lesson_links.values_list("lesson_id", flat=True))
    else:
        theme.save()
    return theme


@transaction.atomic
def remove_theme(*, theme: Theme, user: User) -> bool:
    """Delete a theme that was never used (returns True); retire one that was (returns False): its codes stay, and
    nobody gives it any more. Themes below it must be moved first."""
    allow(permissions.can_edit_codebook(user, theme.codebook))
    if theme.children.exclude(state=ThemeState.MERGED).filter(state=ThemeState.ACTIVE).exists():
        raise DomainError(_("There are themes below it. Move them first."))
    Theme.objects.filter(pk=theme.pk).update(revision=theme.revision)  # a write first: nobody codes with it meanwhile
    if theme.codings.exists() or theme.lesson_links.exists() or theme.merged.exists() or theme.children.exists():
        transition(theme, sources=[ThemeState.ACTIVE], target=ThemeState.RETIRED)
        return False
    theme.delete()
    return True


@transaction.atomic
def restore_theme(*, theme: Theme, user: User) -> None:
    """Take a retired theme into use again."""
    allow(permissions.can_edit_codebook(user, theme.codebook))
    transition(theme, sources=[ThemeState.RETIRED], target=ThemeState.ACTIVE)


@transaction.atomic
def merge_themes(*, theme: Theme, into: Theme, user: User) -> int:
    """Move every code and lesson of a theme to another and close it; returns how many codes moved.

    Where the same person gave both to one passage, one remains.
    """
    allow(permissions.can_edit_codebook(user, theme.codebook))
    if into.pk == theme.pk or into.codebook_id != theme.codebook_id or into.state != ThemeState.ACTIVE:
        raise DomainError(_("Choose another theme of this codebook that is in use."))
    if theme.children.filter(state=ThemeState.ACTIVE).exists():
        raise DomainError(_("There are themes below it. Move them first."))
    transition(theme, sources=[ThemeState.ACTIVE], target=ThemeState.MERGED, merged_into=into)
    moved = _move_codes(theme, into, theme.codings.all())
    links = list(theme.lesson_links.all())
    for link in links:
        if LessonTheme.objects.filter(lesson_id=link.lesson_id, theme=into).exists():
            link.delete()
        else:
            link.theme = into
            link.save()
    reindex(link.lesson_id for link in links)
    return moved


def _move_codes(theme: Theme, into: Theme, codings: Iterable[Coding]) -> int:
    there = set(into.codings.values_list("excerpt_id", "coder_id"))
    moved = 0
    for coding in codings:
        if (coding.excerpt_id, coding.coder_id) in there:
            coding.delete()
        else:
            coding.theme = into
            coding.save()
        moved += 1
    return moved


@transaction.atomic
def split_theme(*, theme: Theme, user: User, new: Theme, codings: Iterable[Coding]) -> int:
    """Make a new theme beside one and move some of its codes there; returns how many moved."""
    allow(permissions.can_edit_codebook(user, theme.codebook))
    if theme.state != ThemeState.ACTIVE:
        raise DomainError(_("This theme is not in use."))
    chosen = list(codings)
    if any(coding.theme_id != theme.pk for coding in chosen):
        raise DomainError(_("One of the passages no longer carries this theme. Look again."))
    new.codebook, new.parent = theme.codebook, theme.parent
    save_theme(theme=new, user=user)
    return _move_codes(theme, new, chosen)


@transaction.atomic
def number_version(*, codebook: Codebook, user: User, note: str = "") -> CodebookVersion:
    """Keep the codebook as it stands under the next number."""
    allow(permissions.can_edit_codebook(user, codebook))
    Codebook.objects.filter(pk=codebook.pk).update(revision=codebook.revision)  # a write first: numbers in line
    last = codebook.versions.aggregate(last=Max("number"))["last"] or 0
    return CodebookVersion.objects.create(
        codebook=codebook, number=last + 1, note=normalise(note), content=contents(codebook), created_by=user
    )


def in_tree_order(themes: Iterable[Theme]) -> list[tuple[Theme, int]]:
    """Themes with their depth, each under its parent, in order; a theme whose parent is not among them is a root."""
    rows = list(themes)
    known = {row.pk for row in rows}
    below: dict[int | None, list[Theme]] = {}
    for row in sorted(rows, key=lambda one: (one.order, one.pk)):
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[tuple[Theme, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            found.append((row, depth))
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


def contents(codebook: Codebook) -> list[Mapping[str, Any]]:
    """The codebook as plain data, in the order of its tree."""
    rows = codebook.themes.select_related("merged_into").annotate(coded=Count("codings"))
    return [
        {
            "code": theme.code,
            "depth": depth,
            "name_th": theme.name_th,
            "name_en": theme.name_en,
            "definition": theme.definition,
            "includes": theme.includes,
            "excludes": theme.excludes,
            "example": theme.example,
            "state": theme.state,
            "merged_into": theme.merged_into.code if theme.merged_into else "",
            "coded": theme.coded,  # type: ignore[attr-defined]  # annotated above
        }
        for theme, depth in in_tree_order(rows)
    ]
