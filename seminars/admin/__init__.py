"""The app's pages in the admin site. Importing this package registers them all."""

from . import certificates, feedback, rates, seminars, stage

__all__ = ["certificates", "feedback", "rates", "seminars", "stage"]
