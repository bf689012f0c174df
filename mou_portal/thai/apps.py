from django.apps import AppConfig


class ThaiConfig(AppConfig):
    """Template tags of the Thai kit, and the Buddhist Era wherever Django itself prints a date."""

    name = "mou_portal.thai"
    label = "thai"

    def ready(self) -> None:
        from mou_portal.thai.named_formats import print_buddhist_era

        print_buddhist_era()
