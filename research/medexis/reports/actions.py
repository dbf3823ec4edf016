"""The only writer of stock reports. Stored as typed; the measures are published in the same transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from indicators.approvals.locks import check_open
from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from research.medexis.formulas.balance import Line
from research.medexis.measures.actions import publish_measures
from research.medexis.models import Product, StockLine, StockReport
from research.medexis.policies import check_enter
from research.medexis.reports import queries
from research.medexis.reports.approved import KIND
from research.medexis.reports.limits import line_problems, month_problem, received_on_problem
from research.revisions import Conflict, create_once, lock

Lines = Mapping[int, Line]
"""Line by primary key of the product; a blank line is the same as none."""


@transaction.atomic
def save_report(
    *, by: User, client_uuid: UUID, site: OrgUnit, period: Period, received_on: date, lines: Lines
) -> StockReport:
    """Stores a site's month and returns the report.

    Sent again with the same `client_uuid` the stored report is returned. Conflict is raised where the month is
    reported already, or that form was stored with other numbers or by somebody else. Raises ValidationError by field
    (`<product's primary key>-<quantity>` for the lines), PermissionDenied where the person may not enter at the site.
    """
    check_enter(by, site)
    lines = _checked(period, received_on, lines)
    report = StockReport(client_uuid=client_uuid, created_by=by, site=site, period=period.code, received_on=received_on)
    _sign(report, by)
    stored, new = create_once(report, find=lambda: _same_form_or_month(report))
    if new:
        _write_lines(stored, lines, by)
        publish_measures([(site, period)], by=by)
        return stored
    own = stored.client_uuid == client_uuid and stored.created_by_id == by.pk
    if not own or _content(stored) != (site.pk, period.code, received_on, lines):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_report(report: StockReport, *, by: User, version: int, received_on: date | None, lines: Lines) -> StockReport:
    """Stores the corrected numbers of a month and returns the report, one version higher; unchanged where none differs.

    `version` is the one the person had before their eyes: Conflict is raised where it is not the stored one any more.
    `lines` replaces all lines. `received_on` may stay None where it is (a file did not tell it). Raises as
    `save_report`.
    """
    stored = lock(report, version=version)
    check_enter(by, stored.site)
    check_open(KIND, stored.pk)
    period = Period.from_code(stored.period)
    unknown = received_on is None and stored.received_on is None
    lines = _checked(period, received_on, lines, stored=queries.lines_of(stored), unknown=unknown)
    if _content(stored) != (stored.site_id, stored.period, received_on, lines):
        stored.received_on = received_on
        stored.version += 1
        _sign(stored, by)
        stored.save()
        _write_lines(stored, lines, by)
        publish_measures([(stored.site, period)], by=by)
    return stored


def _same_form_or_month(report: StockReport) -> StockReport | None:
    same_form = StockReport.objects.filter(client_uuid=report.client_uuid).first()
    return same_form or queries.report_of(report.site_id, Period.from_code(report.period))


def _checked(
    period: Period, received_on: date | None, lines: Lines, stored: Lines | None = None, *, unknown: bool = False
) -> dict[int, Line]:
    """The lines that say something. Raises ValidationError with a sentence for each field that is wrong.

    `unknown`: the day of reception may be None.
    """
    today = timezone.localdate()
    found: dict[str, list[str]] = {}
    if period.frequency is not Frequency.MONTH or (problem := month_problem(period, today)):
        raise ValidationError({"period": [problem or _("Choose a month.")]})
    if received_on is None and not unknown:
        found["received_on"] = [_("Write on which day the report was received.")]
    elif received_on and (problem := received_on_problem(received_on, period, today)):
        found["received_on"] = [problem]
    filled = {product: line for product, line in lines.items() if not line.is_blank}
    for product, line in filled.items():
        for field, sentence in line_problems(line, days=period.days, stored=(stored or {}).get(product)).items():
            found.setdefault(f"{product}-{field}", []).append(sentence)
    if not filled:
        found["__all__"] = [_("Fill in at least one number. A product that was not counted may stay blank.")]
    elif Product.objects.filter(pk__in=filled).count() != len(filled):
        found["__all__"] = [_("A product of this form does not exist any more. Open the form again.")]
    if found:
        raise ValidationError(found)  # type: ignore[arg-type]
    return filled


def _content(report: StockReport) -> tuple[Any, ...]:
    return (report.site_id, report.period, report.received_on, queries.lines_of(report))


def _reason(report: StockReport) -> str:
    """Marks history rows of an edit, so that what it added is told from what the record began with."""
    return f"version {report.version}" if report.version > 1 else ""


def _sign(report: StockReport, by: User) -> None:
    report._history_user = by  # type: ignore[attr-defined]
    report._change_reason = _reason(report)  # type: ignore[attr-defined]


def _write_lines(report: StockReport, lines: Mapping[int, Line], by: User) -> None:
    stored = {row.product_id: row for row in StockLine.objects.filter(report=report)}
    signed: dict[str, Any] = {"default_user": by, "default_change_reason": _reason(report)}
    added, changed = [], []
    for product, line in lines.items():
        row = stored.pop(product, None) or StockLine(report=report, product_id=product)
        new, differs = row.pk is None, queries.line_of(row) != line
        for name in queries.QUANTITIES:
            setattr(row, name, getattr(line, name))
        if new:
            added.append(row)
        elif differs:
            changed.append(row)
    bulk_create_with_history(added, StockLine, **signed)
    bulk_update_with_history(changed, StockLine, list(queries.QUANTITIES), **signed)
    for row in stored.values():
        row._history_user = by  # type: ignore[attr-defined]
        row._change_reason = signed["default_change_reason"]  # type: ignore[attr-defined]
        row.delete()
