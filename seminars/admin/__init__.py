"""The app's pages in the admin site. Importing this package registers them all."""

from . import rates, seminars

__all__ = ["rates", "seminars"]
