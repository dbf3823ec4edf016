"""The data-quality board, and the values behind one of its cells."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period
from indicators.quality import words
from indicators.quality.board import COMPLETENESS_RULES, DOSE_RULES, RULES, TARGET_RULES, Board, Cells, examine
from indicators.quality.counts import counted
from indicators.quality.findings import Flag
from indicators.quality.flag_lines import lines
from indicators.quality.forms import RangeForm
from indicators.quality.material import DOSES, Material
from indicators.quality.policies import check_see_quality
from indicators.quality.providers import provider_thresholds
from indicators.quality.reported import Reported
from indicators.quality.shown_cells import ShownCell, shown_cell
from indicators.rollup.kept import kept

ROWS_A_PAGE, FLAGS_A_PAGE, TOPS_SHOWN = 25, 50, 20


class Row(NamedTuple):
    """A line of the board: a unit right below with everything below it; the unit itself alone; or with all below."""

    place: OrgUnit
    itself: bool
    cells: Cells


class Section(NamedTuple):
    """A table of the board: some rules as columns, and the cells of each row in their order."""

    code: str
    rules: list[words.RuleWords]
    lines: list[tuple[Row, list[ShownCell]]]


@require_GET
def quality_board(request: HttpRequest) -> HttpResponse:
    """Values to doubt by unit and rule: `?unit=&from=&to=`, the highest unit and the last twelve months by default.

    403 without a role; 404 for a unit outside the person's districts; a bad range is answered with a sentence.
    """
    context = asked(request)
    if not context.get("range"):
        return render(request, "indicators/quality/board.html", context)
    unit: OrgUnit = context["unit"]
    found = counted(unit, context["first"], context["last"])
    below = OrgUnit.objects.filter(pk__in=list(found.below)).order_by("name", "pk")
    page = Paginator(below, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = _rows(unit, found, page)
    context |= {
        "everything": found.everything,
        "page": page,
        "rows": rows,
        "sections": _sections(rows, context["range"]),
        "targets_known": any(found.everything[rule].tested or found.everything[rule].untested for rule in TARGET_RULES),
        "demonstration": found.made_up,
        "quarters": found.quarters,
        "providers": provider_thresholds(),
        "files": _files(context),
    }
    return render(request, "indicators/quality/board.html", context)


@require_GET
def quality_flags(request: HttpRequest, rule: str) -> HttpResponse:
    """The values that one rule doubts at a unit and below it (`itself=1`: at it alone), furthest off first."""
    if rule not in RULES:
        raise Http404(rule)
    context = asked(request) | {"rule": words.rule_words(rule), "itself": request.GET.get("itself") == "1"}
    if not context.get("range"):
        return render(request, "indicators/quality/flags.html", context)
    found = doubted(context["unit"], context["first"], context["last"], rule, itself=context["itself"])
    page = Paginator(found.flags, FLAGS_A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "lines": lines(page.object_list, context["rule"]),
        "tested": found.tested,
        "untested": [(words.reason_text(reason), count) for reason, count in found.reasons.most_common()],
        "files": _files(context, rule),
    }
    return render(request, "indicators/quality/flags.html", context)


class Doubted(NamedTuple):
    """What one rule found: the values to doubt, furthest off first, how many were tested, and why others were not."""

    flags: list[Flag]
    tested: int
    reasons: Counter[str]


def doubted(unit: OrgUnit, first: Period, last: Period, rule: str, *, itself: bool) -> Doubted:
    """What the rule finds at the unit and below it, or at the unit alone, kept as the board is. A constant number of
    queries."""
    material = Material(unit, first, last)
    asked = rule, unit.pk, first.code, last.code, itself, material.published
    return kept("quality-flags", asked, lambda: _doubted(material, rule, itself=itself))


def _doubted(material: Material, rule: str, *, itself: bool) -> Doubted:
    outcome = examine(material, [rule])[rule]
    mine = {material.unit.pk} if itself else set(material.places)
    reasons: Counter[str] = Counter()
    for gap in outcome.untested:
        if gap.unit in mine:
            reasons[gap.reason] += gap.values
    flags = sorted((flag for flag in outcome.flags if flag.unit in mine), key=_furthest_first)
    return Doubted(flags, sum(count for place, count in outcome.tested.items() if place in mine), reasons)


def _files(context: dict[str, Any], rule: str = "") -> dict[str, str]:
    query = f"unit={context['unit'].pk}&{context['range']}"
    if rule:
        query += f"&rule={rule}{'&itself=1' if context['itself'] else ''}"
    return {kind: f"{reverse(f'quality-{kind}')}?{query}" for kind in ("csv", "xlsx")}


def asked(request: HttpRequest) -> dict[str, Any]:
    """The unit and the months asked for; `range` is missing where nothing is on record or the range is wrong."""
    check_see_quality(request.user)
    scope = limit_to_scope(OrgUnit.objects.select_related("parent"), request.user)
    tops = _tops(scope)
    wanted = request.GET.get("unit", "")
    unit: OrgUnit | None = tops[0] if tops else None
    if wanted:
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            raise Http404(wanted)
        unit = get_object_or_404(scope, pk=int(wanted))
    context: dict[str, Any] = {"unit": unit, "tops": tops[:TOPS_SHOWN], "form": None}
    on_record: list[Period] = Reported(DOSES).months if unit else []
    if unit is None or not on_record:
        return context
    form = RangeForm(request.GET, on_record)
    context |= {"form": form, "above": scope.filter(pk__in=unit.ancestor_ids[:-1]).order_by("level")}
    if form.is_valid() and form.months:
        first, last = form.months
        context |= {"first": first, "last": last, "range": urlencode({"from": first.id, "to": last.id})}
    return context


def _tops(scope: QuerySet[OrgUnit]) -> list[OrgUnit]:
    """The units that the person may meet without the one above them. One query."""
    return list(scope.exclude(parent__in=scope.values("pk")).order_by("level", "pk"))


def _rows(unit: OrgUnit, found: Board, page: Page) -> list[Row]:
    """The units below of that page. Before the first of them the sum of all, and the unit itself where it was examined
    or is alone."""
    rows = [Row(place, False, found.below[place.pk]) for place in page]
    if page.number == 1:
        if not rows or any(cell.tested or cell.untested for cell in found.itself.values()):
            rows.insert(0, Row(unit, True, found.itself))
        if len(rows) > 1:
            rows.insert(0, Row(unit, False, found.everything))
    return rows


def _sections(rows: Sequence[Row], months: str) -> list[Section]:
    texts, sections = words.all_words(), []
    for code, rules in (("completeness", COMPLETENESS_RULES), ("doses", DOSE_RULES), ("targets", TARGET_RULES)):
        lines = []
        for row in rows:
            query = f"unit={row.place.pk}&{months}{'&itself=1' if row.itself else ''}"
            lines.append((row, [shown_cell(row.cells[rule], query) for rule in rules]))
        sections.append(Section(code, [texts[rule] for rule in rules], lines))
    return sections


def _furthest_first(flag: Flag) -> tuple[float, int, int]:
    return (-abs(flag.score or 0), -flag.period.code, flag.unit)
