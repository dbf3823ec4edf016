"""An import taken back leaves what stood before it, to the last batch and comment, or leaves everything."""

import json
from pathlib import Path
from typing import Any

import pytest

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions
from indicators.models import ChangedCell, ImportRun, RefreshJob, ReportReceived, ValueChange
from indicators.rollup.actions import record_values
from indicators.values.actions import Reported
from tests.builders import a_data_set, a_user
from tests.exchange.files import record
from tests.intake.imports import a_file, comments, counts, numbers, stored, taken

pytestmark = pytest.mark.django_db
JAN, FEB, MAR = (record(period=f"20250{month}") for month in (1, 2, 3))


def entered(value: float | None, like: tuple[Any, ...]) -> None:
    record_values([Reported._make((*like, value))], origin="entry", label="x", by=None)


def test_what_was_created_goes_and_what_was_replaced_or_deleted_comes_back(known: None, tmp_path: Path) -> None:
    taken(a_file(tmp_path, JAN | {"comment": "first"}, FEB, MAR | {"comment": "to go"}))
    before, said = stored(), comments()
    changes = JAN | {"value": "6", "comment": "second"}, FEB, MAR | {"deleted": True}, record(period="202504")
    run = taken(a_file(tmp_path, *changes))
    assert counts(run) == {"created": 1, "updated": 1, "unchanged": 1, "deleted": 1}
    assert [text for text, _ in comments().values()] == ["second"]
    ChangedCell.objects.all().delete()
    RefreshJob.objects.all().delete()
    by = a_user(Role.LEAD)
    actions.undo(run, by=by)
    assert (stored(), comments()) == (before, said)
    assert (run.state, run.undone_by) == (ImportRun.State.UNDONE, by)
    assert run.undo_batch
    assert (run.undo_batch.origin, run.undo_batch.by) == ("undo", by)
    assert ValueChange.objects.filter(batch=run.undo_batch).count() == 2  # what it deleted was not there to change
    assert ChangedCell.objects.count() == 3
    assert RefreshJob.objects.count() == 1


def test_a_stack_of_imports_is_undone_from_the_top(known: None, tmp_path: Path) -> None:
    taken(a_file(tmp_path, JAN))
    states = [stored()]
    runs = []
    for changes in ([JAN | {"value": "6"}, FEB], [JAN | {"deleted": True}, FEB | {"value": "7"}], [JAN, MAR]):
        runs.append(taken(a_file(tmp_path, *changes)))
        states.append(stored())
    with pytest.raises(actions.Newer):
        actions.undo(runs[0], by=None)
    assert stored() == states[-1]
    for run, before in reversed(list(zip(runs, states, strict=False))):
        actions.undo(run, by=None)
        assert stored() == before


def test_something_newer_refuses_the_whole_undo_and_is_listed(known: None, tmp_path: Path) -> None:
    run = taken(a_file(tmp_path, JAN, FEB, MAR))
    cells = sorted(stored())
    entered(9, cells[0])
    entered(None, cells[2])
    before = stored()
    with pytest.raises(actions.Newer) as refused:
        actions.undo(run, by=None)
    assert (refused.value.cells, refused.value.count, stored()) == ([cells[0], cells[2]], 2, before)
    assert str(refused.value)
    run.refresh_from_db()
    assert run.state == ImportRun.State.COMMITTED


def test_a_value_entered_where_the_import_had_deleted_refuses_as_well(known: None, tmp_path: Path) -> None:
    taken(a_file(tmp_path, JAN))
    (cell,) = stored()
    run = taken(a_file(tmp_path, JAN | {"deleted": True}))
    entered(1, cell)
    with pytest.raises(actions.Newer) as refused:
        actions.undo(run, by=None)
    assert refused.value.cells == [cell]


def test_a_newer_comment_refuses_as_well(known: None, tmp_path: Path) -> None:
    run = taken(a_file(tmp_path, JAN | {"comment": "first"}))
    later = taken(a_file(tmp_path, JAN | {"comment": "second"}))
    assert (counts(later), later.report["comments"]) == ({"unchanged": 1}, 1)
    with pytest.raises(actions.Newer):
        actions.undo(run, by=None)
    actions.undo(later, by=None)
    assert [text for text, _ in comments().values()] == ["first"]
    actions.undo(run, by=None)
    assert (stored(), comments()) == ({}, {})


def test_an_import_is_undone_once(known: None, tmp_path: Path) -> None:
    run = actions.undo(taken(a_file(tmp_path, JAN)), by=None)
    with pytest.raises(actions.NotNow):
        actions.undo(run, by=None)
    again = taken(Path(run.content.path))
    assert (counts(again), numbers()) == ({"created": 1}, [5])


def test_an_import_that_changed_nothing_is_undone_without_a_batch(known: None, tmp_path: Path) -> None:
    taken(a_file(tmp_path, JAN))
    before = stored()
    run = actions.undo(taken(a_file(tmp_path, JAN)), by=None)
    assert (run.state, run.undo_batch, stored()) == (ImportRun.State.UNDONE, None, before)


def reports(folder: Path, *days: str) -> Path:
    rows = [
        {"dataSet": "DataSet0001", "period": f"2025{month:02}", "organisationUnit": "OrgUnit0001", "date": day}
        for month, day in enumerate(days, 1)
    ]
    path = folder / f"{'-'.join(days)}.json"
    path.write_text(json.dumps({"completeDataSetRegistrations": rows}))
    return path


def test_reports_that_were_added_are_taken_back_and_changed_ones_are_not(known: None, tmp_path: Path) -> None:
    a_data_set([], [], uid="DataSet0001")
    first = taken(reports(tmp_path, "2025-02-03"))
    second = taken(reports(tmp_path, "2025-02-03", "2025-03-03"))
    assert (counts(second), ReportReceived.objects.count()) == ({"created": 1, "unchanged": 1}, 2)
    actions.undo(second, by=None)
    assert ReportReceived.objects.count() == 1
    third = taken(reports(tmp_path, "2025-02-09"))
    with pytest.raises(actions.NotNow):
        actions.undo(third, by=None)
    with pytest.raises(actions.Newer):
        actions.undo(first, by=None)
