"""Reads of evaluations and of the places they follow."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.agenda.models import StudySite
from research.agenda.queries import conflict_units
from research.evaluations.models import Evaluation, EvaluationSite
from research.evaluations.policies import hides_conflict_names


class Followed(NamedTuple):
    """A site of an evaluation as sums over all sites need it: its unit, its plan, and since when it is exposed."""

    unit_id: int
    expected_from: date | None
    expected_to: date | None
    exposed_from: date | None
    exposed_to: date | None
    demonstration: bool


class Window(NamedTuple):
    """The months, both included, for which an evaluation expects records."""

    first: Period
    last: Period


def evaluations() -> QuerySet[Evaluation]:
    """All evaluations in their order, with learning question, questions and source fetched."""
    return Evaluation.objects.select_related("learning_question", "source").prefetch_related("questions__source")


def study_sites() -> QuerySet[StudySite]:
    """The study's CSCom in its order, with unit, district and typology fetched."""
    return StudySite.objects.select_related("unit__parent", "district__unit", "district__typology", "source")


def sites_of(evaluation: Evaluation, user: Any = None) -> QuerySet[EvaluationSite]:
    """The sites that the evaluation follows, with unit, district and source fetched.

    Those of the reader's own districts come first, then the study's in its order, then others by district and name.
    """
    return (
        evaluation.sites.with_exposure()
        .annotate(_elsewhere=_elsewhere(user))
        .select_related("unit__parent", "unit__study_site__district__typology", "source")
        .order_by(
            "_elsewhere",
            F("unit__study_site__district__order").asc(nulls_last=True),
            F("unit__study_site__order").asc(nulls_last=True),
            "unit__parent__name",
            "unit__name",
            "unit__path",
        )
    )


def _elsewhere(user: Any) -> Case:
    """0 for a site in one of the person's own districts, 1 for the others. One query for whoever is signed in."""
    own = Q(pk__in=[])
    for path in user.districts.values_list("path", flat=True) if getattr(user, "is_authenticated", False) else ():
        own |= Q(unit__path__startswith=path)
    return Case(When(own, then=0), default=1, output_field=IntegerField())


def unit_keys(evaluation: Evaluation) -> QuerySet[EvaluationSite, int]:
    """Keys of the units of all its sites, for conditions within the database: a country's make a long list."""
    return evaluation.sites.order_by("unit_id").values_list("unit_id", flat=True)


def followed(evaluation: Evaluation) -> list[Followed]:
    """All sites of the evaluation, without their names. One query."""
    rows = evaluation.sites.with_exposure().order_by("unit_id").values_list(*Followed._fields)
    return [Followed(*row) for row in rows]


def site_names(units: Collection[OrgUnit], user: Any, first: int = 1) -> dict[int, str]:
    """Primary key → name to show to this person. At most one query.

    Strangers get «Site 3 (Yorosso)» for a site in a conflict district, where the settings ask for it. The number is the
    place in the list given, which begins with `first`. Units need `parent` fetched.
    """
    hidden = conflict_units(units) if hides_conflict_names(user) else set()
    return {
        unit.pk: unit.name
        if unit.pk not in hidden
        else _("Site %(number)s (%(district)s)") % {"number": number, "district": unit.parent}
        for number, unit in enumerate(units, start=first)
    }


def site_name(unit: OrgUnit, user: Any) -> str:
    """`site_names` of one unit."""
    return site_names([unit], user)[unit.pk]


def window(sites: Collection[EvaluationSite | Followed], today: date) -> Window | None:
    """From the first month in which any site should have records to the last, at most the current month.

    None where no site has a first month yet: then nothing is expected, which is not «expected 0, received 0».
    """
    starts = [site.expected_from for site in sites if site.expected_from]
    if not starts:
        return None
    ends = [site.expected_to or today for site in sites if site.expected_from]
    first, last = Period.month_of(min(starts)), Period.month_of(min(max(ends), today))
    return Window(first, max(first, last))


def sites_per_evaluation() -> dict[int, int]:
    """Primary key of the evaluation → number of sites. One query."""
    return dict(EvaluationSite.objects.order_by().values_list("evaluation").annotate(Count("pk")))
