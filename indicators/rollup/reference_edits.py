"""An edit in the admin of what aggregates rest on (units, denominators, elements) has them computed again."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from indicators.rollup.actions import refresh_soon
from indicators.rollup.models import RefreshJob


class RefreshingAdmin(SimpleHistoryAdmin):
    """`refresh_scope` says how far an edit reaches; the refresh is asked for in the edit's own transaction."""

    refresh_scope: str = RefreshJob.Scope.CHANGED

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.edited([obj])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self.edited([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        gone = list(queryset)
        super().delete_queryset(request, queryset)
        self.edited(gone)

    def edited(self, objects: Iterable[Any]) -> None:
        """What these rows had to do with has to be computed again."""
        refresh_soon(scope=self.refresh_scope)
