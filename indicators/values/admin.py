from collections.abc import Iterable

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from indicators.rollup.reference_edits import RefreshingAdmin
from indicators.values.actions import mark_targets
from indicators.values.models import Denominator, PublishedFigure


@admin.register(Denominator)
class DenominatorAdmin(RefreshingAdmin):
    list_display = ["unit", "year", "kind", "value", "source", "preferred", "demonstration"]
    list_filter = ["kind", "year", "preferred", "source"]
    list_select_related = ["unit", "source"]
    search_fields = ["unit__name", "unit__code"]
    autocomplete_fields = ["unit", "source"]

    def edited(self, objects: Iterable[Denominator]) -> None:
        mark_targets({target.unit_id for target in objects})
        super().edited(objects)


@admin.register(PublishedFigure)
class PublishedFigureAdmin(SimpleHistoryAdmin):
    list_display = [
        "key",
        "indicator",
        "printed_place",
        "unit",
        "value",
        "low",
        "high",
        "measure",
        "precision",
        "source",
    ]
    list_filter = ["indicator", "precision", "source"]
    list_select_related = ["unit", "source"]
    search_fields = ["key", "printed_place", "unit__name"]
    autocomplete_fields = ["unit", "source"]
