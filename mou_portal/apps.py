"""The project's own app: commands, template tags, and the start-up of the registry."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "mou_portal"
    default = True
    verbose_name = _("MOU portal")

    def ready(self) -> None:
        """Gather every app's answers, and make sure that the PostgreSQL driver is the one the portal was tested on."""
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured

        from mou_portal import registry

        if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
            from django.db.backends.postgresql.psycopg_any import is_psycopg3

            if is_psycopg3:
                raise ImproperlyConfigured("psycopg 3 is installed and would replace psycopg2: remove it.")
        registry.autodiscover()
        import_module("mou_portal.handover")  # a report, too, with a page of its own
        import_module("mou_portal.annual")
        import_module("mou_portal.ledger_reports")


class BoardConfig(admin_apps.AdminConfig):
    """Django's admin with the portal's own site, whose first page is the board."""

    default_site = "mou_portal.board.BoardSite"
    default = False
