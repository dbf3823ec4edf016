"""What came in: denominators, batches of values, imports."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from indicators.accounts.models import User
from indicators.api.answers import BatchAnswer, DenominatorAnswer, ImportAnswer
from indicators.api.filters import BatchFilters, DenominatorFilters, ImportFilters
from indicators.api.reading import Listing, Single
from indicators.exchange.models import ImportRun
from indicators.exchange.policies import can_see_imports
from indicators.geography.scopes import limit_to_scope
from indicators.values.models import Batch, Denominator


@extend_schema(
    tags=["values"],
    summary="Denominators",
    description="Every figure of every source; the preferred ones enter coverage.",
)
class Denominators(Listing):
    queryset = Denominator.objects.none()
    serializer_class = DenominatorAnswer
    filterset_class = DenominatorFilters

    def get_queryset(self) -> QuerySet[Denominator]:
        rows = limit_to_scope(Denominator.objects.select_related("unit", "source"), self.request.user, unit="unit")
        return rows.order_by("unit__path", "year", "kind", "source__key")


@extend_schema(
    tags=["imports"],
    summary="Batches of values",
    description="The latest last: `since_batch` of /values takes the id of the last one read. Without the right to see "
    "imports: the account's own.",
)
class Batches(Listing):
    queryset = Batch.objects.none()
    serializer_class = BatchAnswer
    filterset_class = BatchFilters

    def get_queryset(self) -> QuerySet[Batch]:
        user = self.request.user
        rows = Batch.objects.order_by("pk")
        return rows if can_see_imports(user) else rows.filter(by_id=user.pk)


def _imports(user: object) -> QuerySet[ImportRun]:
    """All of them for those who may see them all, else the account's own."""
    rows = ImportRun.objects.select_related("by").order_by("-at", "-pk")
    if not isinstance(user, User):
        return rows.none()
    return rows if can_see_imports(user) else rows.filter(by=user)


@extend_schema(
    tags=["imports"], summary="Files taken in", description="Without the right to see all imports: the account's own."
)
class Imports(Listing):
    queryset = ImportRun.objects.none()
    serializer_class = ImportAnswer
    filterset_class = ImportFilters

    def get_queryset(self) -> QuerySet[ImportRun]:
        return _imports(self.request.user)


@extend_schema(tags=["imports"], summary="One file taken in")
class OneImport(Single):
    queryset = ImportRun.objects.none()
    serializer_class = ImportAnswer
    lookup_field = "key"

    def get_queryset(self) -> QuerySet[ImportRun]:
        return _imports(self.request.user)
