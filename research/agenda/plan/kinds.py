"""The four kinds of rows of the plan: their word in addresses, their form, and how far one of them is."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from research.agenda.models import Dissemination, LearningActivity, LearningResource, UseCase
from research.agenda.plan.forms import ActivityForm, DisseminationForm, PlanForm, ResourceForm, UseCaseForm
from research.agenda.standing import Standing, of_activity, of_dissemination, of_use_case

WORDS = {
    Standing.UNDATED: _("no date yet"),
    Standing.PLANNED: _("planned"),
    Standing.UNDER_WAY: _("under way"),
    Standing.LATE: _("late"),
    Standing.DONE: _("done"),
    Standing.CANCELLED: _("cancelled"),
}


class Kind(NamedTuple):
    """`slug`: in the address. `standing`: of a row on a day; None where a row of this kind has none."""

    slug: str
    model: type[Model]
    form: type[PlanForm]
    one: Any
    many: Any
    add: Any
    standing: Callable[[Any, date], Standing | None]
    date_field: str

    def rows(self) -> QuerySet[Any]:
        """All rows with what a list shows of them, the number of logged uses of a use case included."""
        found: QuerySet[Any] = self.model._default_manager.all()
        if self.model is Dissemination:
            return found.prefetch_related("questions")
        found = found.select_related("question")
        if self.model is UseCase:
            counted = found.select_related("part__question").annotate(used=Count("uses"))
            return counted.order_by("question__number", "needed_by", "pk")  # counting forgets the rows' own order
        if self.model is LearningActivity:
            return found.select_related("part__question", "partner", "evaluation")
        return found.select_related("activity", "grant")


def _activity(row: LearningActivity, today: date) -> Standing:
    return of_activity(
        starts=row.starts_on, ends=row.ends_on, began=row.began_on, done=row.done_on, cancelled=row.cancelled_on,
        today=today,
    )  # fmt: skip


def _use_case(row: Any, today: date) -> Standing:
    return of_use_case(needed=row.needed_by, uses=row.used, today=today)


def _dissemination(row: Dissemination, today: date) -> Standing:
    return of_dissemination(planned=row.planned_on, held=row.held_on, cancelled=row.cancelled_on, today=today)


def _resource(row: LearningResource, today: date) -> Standing | None:
    return Standing.CANCELLED if row.withdrawn_on else None


ACTIVITY = Kind(
    "activites", LearningActivity, ActivityForm, _("Learning activity"), _("Learning activities"),
    _("Plan an activity"), _activity, "starts_on",
)  # fmt: skip
USE_CASE = Kind(
    "decisions", UseCase, UseCaseForm, _("Use case"), _("Use cases"), _("Add a use case"), _use_case, "needed_by"
)
RESOURCE = Kind(
    "ressources", LearningResource, ResourceForm, _("Resource"), _("Resources"), _("Add a resource"), _resource,
    "created_at",
)  # fmt: skip
DISSEMINATION = Kind(
    "diffusions", Dissemination, DisseminationForm, _("Dissemination"), _("Disseminations"),
    _("Plan a dissemination"), _dissemination, "planned_on",
)  # fmt: skip
KINDS = {kind.slug: kind for kind in (ACTIVITY, USE_CASE, RESOURCE, DISSEMINATION)}
