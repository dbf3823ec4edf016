from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Ground floor: where, when, what was reported, and what it means."""

    name = "indicators"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        from indicators.accounts import groups
        from indicators.approvals import cells, kinds
        from indicators.audit import guard
        from indicators.audit.sources import register
        from indicators.exchange import checks  # noqa: F401
        from indicators.exchange.intake import waiting
        from indicators.values.models import Batch
        from indicators.values.told import tell_batch

        groups.connect(self)
        guard.connect()
        kinds.register(cells.CELL, cells.NAME, cells.cell)
        register(Batch, tell_batch, guarded=False)  # one that changes nothing goes again in its transaction
        waiting.connect()
