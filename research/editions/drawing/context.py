"""Context: the hub, its grants, where it works."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as _

from indicators.pages.formats import month_text, number_text
from research.agenda.models import Grant, Hub, StudyDistrict
from research.editions.drawing.blocks import Drawn, paired, text
from research.editions.drawing.span import Span
from research.evaluations.models import EvaluationSite


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    first, last = span.months
    drawn.say(
        lambda: _("%(hub)s (%(acronym)s), %(country)s: %(first)s to %(last)s.")
        % {
            "hub": hub.name, "acronym": hub.acronym, "country": hub.country.name, "first": month_text(first),
            "last": month_text(last),
        }
    )  # fmt: skip
    districts = StudyDistrict.objects.filter(hub=hub).select_related("unit", "source")
    sites: Counter[int] = Counter()
    for district, number in StudyDistrict.objects.filter(hub=hub).annotate(n=Count("sites")).values_list("pk", "n"):
        sites[district] += number
    drawn.table(
        lambda: _("Study districts and their sites"),
        [lambda: _("District"), lambda: _("Sites studied")],
        [
            [text(lambda one: one.unit.name, one), text(lambda one: number_text(sites[one.pk]), one)]
            for one in districts
        ],
    )
    followed = dict(EvaluationSite.objects.values_list("evaluation__name").annotate(Count("pk")).order_by())
    drawn.table(
        lambda: _("Sites that each evaluation follows"),
        [lambda: _("Evaluation"), lambda: _("Sites")],
        [[text(lambda name: name, name), text(lambda n: number_text(n), n)] for name, n in sorted(followed.items())],
    )
    drawn.entries([
        {"title": {"fr": f"{one.name_fr} ({one.acronym})", "en": f"{one.name_en} ({one.acronym})"},
         "facts": [], "text": paired(one, "note"), "demonstration": False}
        for one in Grant.objects.all()
    ])  # fmt: skip
