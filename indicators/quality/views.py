"""The data-quality board, and the values behind one of its cells."""

from collections import Counter
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.quality import words
from indicators.quality.board import REPORT_RULES, RULES, TARGET_RULES, examine, rows
from indicators.quality.findings import Flag
from indicators.quality.forms import RangeForm
from indicators.quality.material import Material, Place, months_on_record
from indicators.quality.policies import check_see_quality
from indicators.quality.thresholds import COMPLETENESS_PERCENT

ROWS_A_PAGE, FLAGS_A_PAGE, TOPS_SHOWN = 50, 50, 20


class FlagRow(NamedTuple):
    """A flag as a line of the list: its place and measure by name, its figures, the page that takes it apart."""

    flag: Flag
    place: Place
    above: str
    subject: str
    figures: list[float | None]
    url: str


@require_GET
def quality_board(request: HttpRequest) -> HttpResponse:
    """Values to doubt by unit and rule: `?unit=&from=&to=`, the highest unit and the last twelve months by default.

    403 without a role; 404 for a unit outside the person's districts; a bad range is answered with a sentence.
    """
    context = _asked(request)
    material: Material | None = context["material"]
    if material is None:
        return render(request, "indicators/quality/board.html", context)
    outcomes = examine(material)
    everything, below = rows(material, outcomes)
    texts = words.all_words()
    context |= {
        "everything": everything,
        "targets_known": any(cell.tested or cell.untested for cell in everything.target_cells),
        "page": Paginator(below, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "report_rules": [texts[rule] for rule in REPORT_RULES],
        "target_rules": [texts[rule] for rule in TARGET_RULES],
        "demonstration": _demonstration(material),
        "enough": COMPLETENESS_PERCENT,
        "quarters": material.quarters,
    }
    return render(request, "indicators/quality/board.html", context)


@require_GET
def quality_flags(request: HttpRequest, rule: str) -> HttpResponse:
    """The values that one rule doubts at a unit and below it (`itself=1`: at it alone), furthest off first."""
    if rule not in RULES:
        raise Http404(rule)
    context = _asked(request) | {"rule": words.rule_words(rule), "itself": request.GET.get("itself") == "1"}
    material: Material | None = context["material"]
    if material is None:
        return render(request, "indicators/quality/flags.html", context)
    outcome = examine(material, [rule])[rule]
    mine = {material.unit.pk} if context["itself"] else set(material.places)
    flags = sorted((flag for flag in outcome.flags if flag.unit in mine), key=_furthest_first)
    reasons: Counter[str] = Counter()
    for gap in outcome.untested:
        if gap.unit in mine:
            reasons[gap.reason] += gap.values
    page = Paginator(flags, FLAGS_A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "lines": [_line(flag, material, context["rule"]) for flag in page],
        "tested": sum(count for unit, count in outcome.tested.items() if unit in mine),
        "untested": [(words.reason_text(reason), count) for reason, count in reasons.most_common()],
    }
    return render(request, "indicators/quality/flags.html", context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The unit and the months asked for; `material` is None where nothing is on record or the range is wrong."""
    check_see_quality(request.user)
    scope = limit_to_scope(OrgUnit.objects.select_related("parent"), request.user)
    tops = _tops(scope)
    wanted = request.GET.get("unit", "")
    unit: OrgUnit | None = tops[0] if tops else None
    if wanted:
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            raise Http404(wanted)
        unit = get_object_or_404(scope, pk=int(wanted))
    context: dict[str, Any] = {"unit": unit, "tops": tops[:TOPS_SHOWN], "material": None, "form": None}
    on_record = months_on_record([unit]) or months_on_record(tops) if unit else []
    if unit is None or not on_record:
        return context
    form = RangeForm(request.GET, on_record)
    context |= {"form": form, "above": scope.filter(pk__in=unit.ancestor_ids[:-1]).order_by("level")}
    if form.is_valid() and form.months:
        first, last = form.months
        context |= {"first": first, "last": last, "material": Material(unit, first, last)}
        context["range"] = urlencode({"from": first.id, "to": last.id})
    return context


def _tops(scope: QuerySet[OrgUnit]) -> list[OrgUnit]:
    """The units that the person may meet without the one above them. One query."""
    return list(scope.exclude(parent__in=scope.values("pk")).order_by("level", "pk"))


def _line(flag: Flag, material: Material, rule: words.RuleWords) -> FlagRow:
    figures = [flag.value, flag.against, flag.score] if rule.shown_columns else []
    if rule.code in TARGET_RULES:
        url = f"{reverse('denominators')}?{urlencode({'unit': flag.unit})}"
    else:
        url = reverse("number-detail", args=[flag.subject, flag.unit, flag.period.id])
    place = material.places[flag.unit]
    above = material.places.get(place.parent) if place.parent else None
    return FlagRow(flag, place, above.name if above else "", words.subject_name(flag.subject), figures, url)


def _furthest_first(flag: Flag) -> tuple[float, int, int]:
    return (-abs(flag.score or 0), -flag.period.code, flag.unit)


def _demonstration(material: Material) -> bool:
    """Whether any of what was examined is made up."""
    examined: list[Any] = [figure for months in material.series.values() for figure in months.values()]
    examined += [row.figure for row in material.targets]
    return any(figure.demonstration for figure in examined)
