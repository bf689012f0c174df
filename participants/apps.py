"""The app of agreements, parties and people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = _("Agreements, parties and people")

    def ready(self) -> None:
        """Keep the staff groups equal to their table: Django's own signal after each migration run."""
        from django.db.models.signals import post_migrate

        from participants.roles import apply_rights

        post_migrate.connect(apply_rights, dispatch_uid="participants.roles")
