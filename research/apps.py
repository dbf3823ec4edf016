from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResearchConfig(AppConfig):
    """First floor: why, who, what was seen, what was concluded."""

    name = "research"
    verbose_name = _("Research")

    def ready(self) -> None:
        from indicators.pages.uses import tell
        from research.evaluations.uses import uses_of_indicator

        tell(uses_of_indicator)
