from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResearchConfig(AppConfig):
    """First floor: why, who, what was seen, what was concluded."""

    name = "research"
    verbose_name = _("Research")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from indicators.pages.uses import tell, tell_of_number
        from research.coach2pev.measures.actions import sites_have_changed
        from research.coding.passages import following
        from research.evaluations.changed import sites_changed
        from research.evaluations.uses import uses_of_indicator
        from research.evidence import examine
        from research.evidence.uses import uses_of_number
        from research.medexis.measures import actions as medexis
        from research.search import engine, index

        tell(uses_of_indicator)
        tell_of_number(uses_of_number)
        post_migrate.connect(engine.prepare, sender=self, dispatch_uid="search-engine")
        index.watch()
        following.watch()
        examine.watch()
        sites_changed.connect(sites_have_changed, dispatch_uid="coach2pev-plans")
        sites_changed.connect(medexis.sites_have_changed, dispatch_uid="medexis-plans")
