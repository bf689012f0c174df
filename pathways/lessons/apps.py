"""The app of sources, codes, lessons and syntheses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "pathways.lessons"
    label = "lessons"
    verbose_name = _("Lessons")
