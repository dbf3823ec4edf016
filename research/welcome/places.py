"""Study, places, boundaries, denominators: is what the numbers stand on there? Made-up rows do not count."""

from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.geography.models import OrgUnit, UnitBoundary
from indicators.pages.formats import number_text
from indicators.registry.definitions import definition
from indicators.rollup.models import DenominatorTotal
from research.agenda.models import StudyDistrict, StudySite
from research.evaluations.measures import OUTCOMES
from research.evaluations.models import Evaluation
from research.welcome.step import FirstStep


def study() -> FirstStep:
    count = Evaluation.objects.count()
    return FirstStep(
        "study",
        _("The study is loaded"),
        count > 0,
        ngettext("%(count)s evaluation", "%(count)s evaluations", count) % {"count": count},
        _("Evaluations, learning questions, study districts and sites, indicators and products come from files that "
          "are part of the tracker. Loading them again changes only what changed in the files."),
        command="manage.py load_study",
    )  # fmt: skip


def places() -> FirstStep:
    """Done where there is any place beside those that the study itself brings."""
    own: set[int] = set()
    for path in StudySite.objects.values_list("unit__path", flat=True):
        own |= {int(part) for part in path.strip("/").split("/")}
    own |= set(StudyDistrict.objects.values_list("unit", flat=True))
    count = OrgUnit.objects.filter(demonstration=False).count()
    others = OrgUnit.objects.filter(demonstration=False).exclude(pk__in=own).count()
    numbers = {"count": number_text(count), "others": number_text(others)}
    return FirstStep(
        "places",
        _("The country’s places are loaded"),
        others > 0,
        _("%(count)s places, %(others)s of them besides those that the study brings") % numbers,
        _("Districts and health areas come with the organisation units of a DHIS2 server or file. Rates of the country "
          "and of groups of districts need all of them, those of the study’s sites need none but these."),
        url=reverse("import-upload"),
    )  # fmt: skip


def boundaries() -> FirstStep:
    districts = set(StudyDistrict.objects.values_list("unit", flat=True))
    known = UnitBoundary.objects.filter(unit__in=districts, demonstration=False).count()
    return FirstStep(
        "boundaries",
        _("Boundaries for the map"),
        0 < len(districts) == known,
        _("%(known)s of the study’s %(all)s districts") % {"known": known, "all": len(districts)},
        _("A GeoJSON file of districts, or organisation units of DHIS2 that carry a geometry. Names that nobody knows "
          "wait on the page of names to be assigned. CSCom are drawn where their point is known."),
        url=reverse("site-map"),
        command="manage.py import_boundaries FILE --source KEY",
    )  # fmt: skip


def denominators(user: Any) -> FirstStep:
    """Done where each study district has a target, its own or the sum of its places, for last year or this one."""
    districts = set(StudyDistrict.objects.values_list("unit", flat=True))
    kinds = {kind for code in OUTCOMES for kind in definition(code).populations}
    totals = DenominatorTotal.objects.filter(unit__in=districts, kind__in=kinds, month=0, demonstration=False)
    there = dict(totals.order_by().values_list("unit").annotate(last=Max("year")))
    recent = sum(year >= timezone.localdate().year - 1 for year in there.values())
    return FirstStep(
        "denominators",
        _("Target populations for last year or this one"),
        0 < len(districts) == recent,
        _("%(known)s of the study’s %(all)s districts") % {"known": recent, "all": len(districts)},
        _("Coverage and zero-dose divide by children: surviving infants of each district or health area and year. An "
          "administrator types them in the administration. Without one a rate is missing, never guessed."),
        url=reverse("admin:indicators_denominator_changelist" if _may_type(user) else "denominators"),
    )  # fmt: skip


def _may_type(user: Any) -> bool:
    return bool(user.is_staff and user.has_perm("indicators.add_denominator"))
