from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Ground floor: where, when, what was reported, and what it means."""

    name = "indicators"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        from indicators.accounts import groups
        from indicators.exchange import checks  # noqa: F401
        from indicators.exchange.intake import waiting

        groups.connect(self)
        waiting.connect()
