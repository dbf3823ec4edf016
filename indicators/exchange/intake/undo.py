"""Takes an import back: what stood before it stands again, or nothing happens and the reason is said."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.accounts.models import User
from indicators.approvals.locks import closed_cells
from indicators.exchange import locks
from indicators.exchange.intake import work
from indicators.exchange.intake.states import NotNow
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import BadFile
from indicators.rollup.actions import refresh_soon
from indicators.values.comment_actions import Cell, Replaced, restore_comments
from indicators.values.models import Batch, DataValue
from indicators.values.report_actions import NewerReports, take_back_reports
from indicators.values.undo_actions import NewerValues, take_back


class Newer(Exception):
    """Something newer stands on cells of the import. `cells`: at most 1000 of (element id, period code, unit id,
    option id, attribute id), none for reports; `count`: how many in all; `str()` is a sentence for the person."""

    def __init__(self, cells: list[Cell], count: int) -> None:
        self.cells, self.count = cells, count
        super().__init__(
            ngettext(
                "%(count)d value of the import has been replaced since. Undo what came later first.",
                "%(count)d values of the import have been replaced since. Undo what came later first.",
                count,
            )
            % {"count": count}
        )


def undo(run: ImportRun, *, by: User | None) -> ImportRun:
    """COMMITTED → UNDONE, at once and all or nothing. Records that wait still are never taken in. Raises Newer, NotNow.

    Reports declared complete are taken back where the import only added some: what a day was before is not kept.
    """
    try:
        with locks.one_import(), transaction.atomic():
            held = ImportRun.objects.select_for_update().get(pk=run.pk)
            if held.state != ImportRun.State.COMMITTED:
                raise NotNow(_("Only an import that has been taken in can be undone."))
            _take_back(held, by)
    except BadFile as error:
        raise NotNow(error.problem.message) from error
    run.refresh_from_db()
    return run


def _take_back(run: ImportRun, by: User | None) -> None:
    noted = run.report.get("batches", [])
    if run.batch_id and not noted:
        raise NotNow(_("This import was taken in before imports could be undone."))
    batch = Batch.objects.create(origin=Batch.Origin.UNDO, label=run.file_name, by=by) if noted else None
    if batch is not None:
        if run.kind == work.REGISTRATIONS:
            _take_back_reports(run)
        else:
            _take_back_values(run, batch)
        refresh_soon()
    run.state, run.undo_batch, run.undone_at, run.undone_by = ImportRun.State.UNDONE, batch, timezone.now(), by
    run.save(update_fields=["state", "undo_batch", "undone_at", "undone_by"])


def _holds_closed(batches: list[int], blocks: list[tuple[int, int]]) -> bool:
    """Whether an approved cell holds a value of these batches. Whatever else they changed has been replaced since."""
    return any(
        DataValue.objects.filter(element=element, period=period, unit=unit, batch__in=batches).exists()
        for element, period, unit in closed_cells(blocks)
    )


def _take_back_values(run: ImportRun, batch: Batch) -> None:
    blocks = [(int(element), int(period)) for element, period in run.report["blocks"]]
    noted = sorted(run.report["batches"], key=lambda it: it["id"], reverse=True)
    if _holds_closed([one["id"] for one in noted], blocks):
        raise NotNow(_("A value of the import is approved and closed by now. An evaluation lead can open it again."))
    before = [Replaced((e, p, u, o, a), text, it) for e, p, u, o, a, text, it in run.report.get("comments_before", [])]
    try:
        for one in noted:
            take_back(Batch.objects.get(pk=one["id"]), blocks=blocks, set_by_it=one["set"], batch=batch)
    except NewerValues as error:
        raise Newer(error.cells, error.count) from error
    if cells := restore_comments(before[::-1], batches=[it["id"] for it in noted]):
        raise Newer(cells[:1000], len(cells))


def _take_back_reports(run: ImportRun) -> None:
    if run.updated or run.deleted:
        raise NotNow(
            _("This import changed the days of reports that were there. Import the former file to correct it.")
        )
    blocks = [(int(data_set), int(period)) for data_set, period in run.report["blocks"]]
    for one in run.report["batches"]:
        try:
            take_back_reports(Batch.objects.get(pk=one["id"]), blocks=blocks, set_by_it=one["set"])
        except NewerReports as error:
            raise Newer([], run.created) from error
