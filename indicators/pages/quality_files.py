"""The data-quality board, and the list of the values that one rule doubts, as files."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.pages.downloads import Rows, Value, csv_file, xlsx_file
from indicators.quality import words
from indicators.quality.board import RULES, Board, Cells
from indicators.quality.counts import counted
from indicators.quality.findings import Flag
from indicators.quality.flag_lines import lines
from indicators.quality.views import asked, doubted


@require_GET
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The board of `?unit=&from=&to=` whole, or with `rule=` that rule's list (`itself=1`: of the unit alone).

    What the page answers with a sentence leads back to the page; 403 and 404 as there.
    """
    rule = request.GET.get("rule", "")
    if rule and rule not in RULES:
        raise Http404(rule)
    context = asked(request)
    if not context.get("range"):
        page = reverse("quality-flags", args=[rule]) if rule else reverse("quality-board")
        return redirect(f"{page}?{request.GET.urlencode()}")
    unit: OrgUnit = context["unit"]
    name = f"{rule or 'quality'}-{unit.uid}-{context['first'].id}-{context['last'].id}"
    headers: list[str]
    rows: Rows
    if rule:
        found = doubted(unit, context["first"], context["last"], rule, itself=request.GET.get("itself") == "1")
        headers, rows = _flag_headers(), _flag_rows(found.flags, words.rule_words(rule))
    else:
        headers, rows = _board_headers(), _board_rows(unit, counted(unit, context["first"], context["last"]))
    return csv_file(name, headers, rows) if kind == "csv" else xlsx_file(name, [(_("Data quality"), headers, rows)])


def _board_headers() -> list[str]:
    return [
        _("Place"), _("DHIS2 uid"), _("Places counted"), _("Rule (code)"), _("Rule"), _("What it doubts"),
        _("Values to doubt"), _("Values tested"), _("Values that cannot be tested"), _("Why not"),
        _("In order, percent"), _("Demonstration"),
    ]  # fmt: skip


def _board_rows(unit: OrgUnit, found: Board) -> Iterator[list[Value]]:
    """One row per place and rule: the sum of everything, the unit alone, and each unit below it with all below. One
    query."""
    texts, everything = words.all_words(), _("with everything below")
    below = OrgUnit.objects.filter(pk__in=list(found.below)).order_by("name", "pk")
    parts: list[tuple[OrgUnit, str, Cells]] = [(unit, everything, found.everything), (unit, _("alone"), found.itself)]
    for place, counts, cells in [*parts, *((one, everything, found.below[one.pk]) for one in below)]:
        for rule, cell in cells.items():
            reasons = "; ".join(words.reason_text(reason) for reason, _many in cell.untested.most_common())
            yield [
                place.name, place.uid, counts, rule, texts[rule].name, texts[rule].rule, cell.flags, cell.tested,
                cell.untested_values, reasons, cell.in_order, _("yes") if place.demonstration else _("no"),
            ]  # fmt: skip


def _flag_headers() -> list[str]:
    return [
        _("Place"), _("DHIS2 uid"), _("Indicator, population or data set (code)"), _("What"), _("From"), _("Period"),
        _("Value"), _("Compared with"), _("How far apart"), _("Rule"), _("Demonstration"),
    ]  # fmt: skip


def _flag_rows(flags: list[Flag], rule: words.RuleWords) -> Iterator[list[Value]]:
    """One row per doubted value, furthest off first. Two queries."""
    for line in lines(flags, rule):
        flag = line.flag
        yield [
            line.place.name, line.place.uid, flag.subject, line.subject, flag.since.id if flag.since else "",
            flag.period.id, flag.value, flag.against, flag.score, rule.name,
            _("yes") if flag.demonstration else _("no"),
        ]  # fmt: skip
