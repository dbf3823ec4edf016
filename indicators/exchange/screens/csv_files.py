"""The lists of imports as files."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from indicators.exchange.intake.queries import problems
from indicators.exchange.models import COUNTS, ImportRun
from indicators.exchange.screens.words import kind_text
from indicators.pages.downloads import csv_file


def runs_file(runs: Sequence[ImportRun]) -> HttpResponse:
    headers = [_("Import"), _("File"), _("Format"), _("State"), _("When"), _("By"), "SHA-256", _("read")]
    headers += [_("created"), _("updated"), _("unchanged"), _("deleted"), _("rejected"), _("waiting")]
    rows = (
        [
            run.pk,
            run.file_name,
            kind_text(run) if run.kind else "",
            run.get_state_display(),
            localtime(run.at).isoformat(sep=" ", timespec="seconds"),
            run.by.get_username() if run.by else "",
            run.sha256,
            run.read,
            *(getattr(run, name) for name in COUNTS),
        ]
        for run in runs
    )
    return csv_file("imports", headers, rows)


def problems_file(run: ImportRun) -> HttpResponse:
    """The listed problems of a run, at most a thousand; the last line says how many are not listed."""
    headers = [_("Code"), _("Row"), _("Field"), _("Value"), _("Problem")]
    rows = [[it.code, it.row, it.field or "", it.value, it.message] for it in problems(run)]
    if more := run.report.get("more_problems"):
        rows.append(
            ["more_problems", None, "", str(more), _("%(count)d further problems are not listed.") % {"count": more}]
        )
    return csv_file(f"import-{run.pk}-{_('problems')}", headers, rows)
