"""A form sent twice (a double tap, a reload, a poor line) makes one row.

A page that creates something puts ``form_token`` (from :func:`new_token`) into its form as a hidden field and does its
work inside :func:`once`::

    def create():
        return request_visit(...)          # returns an object with get_absolute_url()
    return once(request, create)
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.models import SentForm


def new_token() -> str:
    """A fresh token for a hidden ``form_token`` field."""
    return uuid.uuid4().hex


def once(request: HttpRequest, create: Callable[[], Any], *, done: Any = "") -> HttpResponse:
    """Run ``create`` once for the token in ``request.POST['form_token']`` and redirect to what it made.

    A second sending, even at the same moment, redirects to the first one's result. Errors of ``create`` pass through
    and leave the token unused. A form without a token is simply done. ``done`` is said on the next page.
    """
    try:
        token = uuid.UUID(request.POST.get("form_token", ""))
    except ValueError:
        made = create()
        messages.success(request, done or _("Saved."))
        return redirect(made)
    try:
        with transaction.atomic():
            sent = SentForm.objects.create(token=token, user=request.user)
            url = resolve_url(create())
            SentForm.objects.filter(pk=sent.pk).update(url=url)
            SentForm.objects.filter(sent_at__lt=timezone.now() - timedelta(days=2)).delete()
    except IntegrityError:
        before = SentForm.objects.filter(token=token).first()
        if before is None:
            raise  # not the token was taken, but something that `create` wrote
        if before.user_id != request.user.pk:  # another person's token is as good as none
            url = resolve_url(create())
        else:
            return redirect(before.url or "home")
    messages.success(request, done or _("Saved."))
    return redirect(url)
