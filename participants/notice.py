"""The privacy notice (PDPA): its version and who has read it."""

from typing import Any

#: Raise when the text in templates/participants/privacy.html changes in meaning; everybody is asked to read it again.
VERSION = "2569-11"


def has_acknowledged(user: Any) -> bool:
    """Whether the person acknowledged the notice that holds now."""
    return bool(user.notice_acknowledgements.filter(version=VERSION).exists())
