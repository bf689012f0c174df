"""Keys of the data service, and packs of reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from participants.data_tokens import hashed
from participants.models import Agreement, DataScope, DataToken, ReportPack, User

from .base import next_number


def make_data_token(user: User, *, secret: str = "", days: int = 30, **fields: Any) -> DataToken:
    """A key of the data service that opens everything; its secret is ``secret``, or nobody's."""
    values = {
        "name": "แดชบอร์ดจังหวัด",
        "scopes": list(DataScope.values),
        "expires_on": timezone.localdate() + timedelta(days=days),
        "hint": "mou_test",
        **fields,
    }
    return DataToken.objects.create(user=user, token_hash=hashed(secret or f"nobody-{next_number()}"), **values)


def make_report_pack(agreement: Agreement, user: User, **fields: Any) -> ReportPack:
    """A pack that waits."""
    values = {"report_names": ["participant-summary"], "language": "th", **fields}
    return ReportPack.objects.create(agreement=agreement, asked_by=user, **values)
