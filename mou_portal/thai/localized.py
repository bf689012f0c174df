"""One of the two names that a row carries."""

from django.utils.translation import get_language

from mou_portal.thai.dates import is_thai

_PREFIXES = ("name", "title")


def localized(obj: object, prefix: str | None = None, language: str | None = None) -> str:
    """``<prefix>_th`` or ``<prefix>_en`` of the object in the language, else the other when that is blank.

    Without a prefix the object's name is taken, or its title where it has no name. Without a
    language the active one counts. None gives an empty string. Raises AttributeError when the object has no
    such pair.
    """
    if obj is None:
        return ""
    endings = ("th", "en") if is_thai(language or get_language()) else ("en", "th")
    prefixes = (prefix,) if prefix else _PREFIXES
    for candidate in prefixes:
        names = [getattr(obj, f"{candidate}_{ending}", None) for ending in endings]
        if any(name is not None for name in names):
            return next((str(name) for name in names if name), "")
    raise AttributeError(f"{type(obj).__name__} has no {' or '.join(f'{name}_th/{name}_en' for name in prefixes)}")
