"""For repair by a superuser; theories of change are written on their own pages."""

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.linkage.contribution.models import LinkAssumption, LinkEvidence, LinkRival, Step, StepLink, TheoryOfChange


class _Written(SimpleHistoryAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(TheoryOfChange)
class TheoryAdmin(_Written):
    list_display = ["title", "evaluation", "proposed", "demonstration"]
    list_filter = ["proposed", "demonstration"]
    list_select_related = ["evaluation"]
    search_fields = ["title_fr", "title_en"]


@admin.register(Step)
class StepAdmin(_Written):
    list_display = ["label", "kind", "theory", "order", "proposed", "withdrawn_because"]
    list_filter = ["theory", "kind", "proposed"]
    list_select_related = ["theory"]
    search_fields = ["label_fr", "label_en"]


@admin.register(StepLink)
class StepLinkAdmin(_Written):
    list_display = ["statement", "start", "end", "theory", "proposed", "withdrawn_because"]
    list_filter = ["theory", "proposed"]
    list_select_related = ["theory", "start", "end"]
    search_fields = ["statement_fr", "statement_en"]
    autocomplete_fields = ["start", "end"]


@admin.register(LinkAssumption)
class LinkAssumptionAdmin(_Written):
    list_display = ["text", "judged", "link", "proposed", "withdrawn_because"]
    list_filter = ["judged", "proposed"]
    list_select_related = ["link"]
    search_fields = ["text_fr", "text_en"]
    autocomplete_fields = ["link"]


@admin.register(LinkRival)
class LinkRivalAdmin(_Written):
    list_display = ["text", "kind", "verdict", "link", "proposed", "withdrawn_because"]
    list_filter = ["kind", "verdict", "proposed"]
    list_select_related = ["link"]
    search_fields = ["text_fr", "text_en"]
    autocomplete_fields = ["link"]


@admin.register(LinkEvidence)
class LinkEvidenceAdmin(_Written):
    list_display = ["__str__", "side", "link", "demonstration"]
    list_filter = ["side", "kind", "demonstration"]
    list_select_related = ["link", "finding"]
    search_fields = ["note"]
    autocomplete_fields = ["link", "assumption", "rival", "finding"]
    readonly_fields = ["kind", "key"]
