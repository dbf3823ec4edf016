from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResearchConfig(AppConfig):
    """First floor: why, who, what was seen, what was concluded."""

    name = "research"
    verbose_name = _("Research")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from indicators.approvals import kinds
        from indicators.audit.sources import register
        from indicators.pages.uses import tell, tell_of_number
        from research.coach2pev.measures.actions import sites_have_changed
        from research.coach2pev.visits import approved as visits
        from research.coding.passages import following
        from research.evaluations.changed import sites_changed
        from research.evaluations.uses import uses_of_indicator
        from research.evidence import examine
        from research.evidence.uses import uses_of_number
        from research.exports.models import ExportRecord
        from research.exports.told import tell_export
        from research.linkage.plans import evidence as analyses
        from research.medexis.measures import actions as medexis
        from research.medexis.reports import approved as reports
        from research.search import engine, index

        register(ExportRecord, tell_export)
        kinds.register(visits.KIND, visits.NAME, visits.subject)
        kinds.register(reports.KIND, reports.NAME, reports.subject)
        tell(uses_of_indicator)
        tell_of_number(uses_of_number)
        post_migrate.connect(engine.prepare, sender=self, dispatch_uid="search-engine")
        index.watch()
        following.watch()
        examine.watch()
        analyses.register()
        sites_changed.connect(sites_have_changed, dispatch_uid="coach2pev-plans")
        sites_changed.connect(medexis.sites_have_changed, dispatch_uid="medexis-plans")
