"""A month of stock as it is verified and approved (`indicators/approvals`)."""

from dataclasses import astuple
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from indicators.approvals.kinds import Subject, fingerprint
from research.medexis.models import StockLine
from research.medexis.policies import can_enter
from research.medexis.reports.queries import lines_of, reports_for

KIND, NAME = "stock_report", _("stock report")


def subject(key: str, user: Any) -> Subject | None:
    """The report of that primary key, where the person may read it. Four queries."""
    report = reports_for(user).filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if report is None:
        return None
    lines = sorted((product, astuple(line)) for product, line in lines_of(report).items())
    of_lines = StockLine.history.filter(report_id=report.pk).values_list("history_user", flat=True)
    authors = {report.created_by_id, *report.history.values_list("history_user", flat=True), *of_lines}
    return Subject(
        KIND, str(report.pk), report.site, report.site.name, reverse("stock-detail", args=[report.pk]),
        fingerprint([str(report.received_on), lines]), frozenset(one for one in authors if one),
        can_enter(user, report.site), report.period, demonstration=report.demonstration,
    )  # fmt: skip
