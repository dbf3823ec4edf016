"""Random files in a row, against a plain dict: what a preview says, what a commit does, what an undo leaves."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.exchange.intake import actions
from indicators.exchange.records import Row
from indicators.models import Batch, ChangedCell, DataElement, DataValue, ImportRun, OrgUnit, ValueChange, ValueComment
from tests.exchange.files import ELEMENT
from tests.intake.imports import counts, stored

pytestmark = pytest.mark.django_db

rows = st.tuples(
    st.sampled_from([ELEMENT, "DataElem002", "Nothing0001"]),
    st.sampled_from(["202501", "202502", "2025Q1", "never"]),
    st.sampled_from(["OrgUnit0001", "OrgUnit0002", "Poste"]),
    st.sampled_from(["0", "5", "7", "x", ""]),
    st.booleans(),
)
files = st.lists(rows, max_size=6)
Cell = tuple[str, str, str]


def expected(file: list[Any], state: dict[Cell, str]) -> tuple[dict[str, int], dict[Cell, str]]:
    """The counts and the state after the valid records of the file."""
    found = dict.fromkeys(("created", "updated", "unchanged", "deleted", "rejected", "waiting"), 0)
    good = [
        it for it in file
        if it[0] != "Nothing0001" and it[1] != "never" and (it[4] or it[3] not in ("x", ""))
    ]  # fmt: skip
    cells = [it[:3] for it in good]
    after = dict(state)
    for row in file:
        cell, value, deleted = row[:3], row[3], row[4]
        if row not in good or cells.count(cell) > 1:
            found["rejected"] += 1
        elif cell[2] == "Poste":
            found["waiting"] += 1
        elif deleted:
            found["deleted" if cell in state else "unchanged"] += 1
            after.pop(cell, None)
        else:
            found["created" if cell not in state else "unchanged" if state[cell] == value else "updated"] += 1
            after[cell] = value
    return {name: number for name, number in found.items() if number}, after


def as_written() -> dict[Cell, str]:
    from indicators.periods import Period

    elements = dict(DataElement.objects.values_list("pk", "uid"))
    units = dict(OrgUnit.objects.values_list("pk", "uid"))
    return {
        (elements[pk[0]], Period.from_code(pk[1]).id, units[pk[2]]): f"{value:g}" for pk, (value, _) in stored().items()
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(files, min_size=1, max_size=3))
def test_preview_commit_and_undo_agree_with_a_dict(
    known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: list[list[Any]]
) -> None:
    """The reader is spared: rows are laid down as it does, in a process less."""
    for model in (ValueChange, ValueComment, DataValue, ChangedCell, ImportRun, Batch):
        model._default_manager.all().delete()
    path = tmp_path / "file"
    path.write_text("x")
    state: dict[Cell, str] = {}
    done = []
    for file in history:
        lay_down(monkeypatch, file)
        counted, after = expected(file, state)
        run = actions.receive(path, file_name="x", by=None)
        actions.preview(run.pk)
        run.refresh_from_db()
        assert counts(run) == counted
        assert as_written() == state
        before = stored()
        actions.ask_commit(run, by=None, valid_only=True)
        actions.commit(run.pk)
        run.refresh_from_db()
        assert (run.state, counts(run)) == (ImportRun.State.COMMITTED, counted)
        assert as_written() == after
        state = after
        done.append((run, before))
    for run, before in reversed(done):
        actions.undo(run, by=None)
        assert stored() == before


def lay_down(monkeypatch: pytest.MonkeyPatch, file: list[Any]) -> None:
    from indicators.exchange.intake import spool, work

    def read(path: Path, folder: Path, **_: Any) -> spool.Said:
        items = (Row(number, e, p, u, "", "", value, gone) for number, (e, p, u, value, gone) in enumerate(file, 1))
        spool.write(items, folder, kind="dhis2_json")
        return spool.said(folder)

    monkeypatch.setattr(work.child, "read", read)


@pytest.mark.parametrize("partition", [500_000, 3])
def test_partitions_and_chunks_change_nothing(
    known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partition: int
) -> None:
    from indicators.exchange.intake import resolve, spool

    monkeypatch.setattr(resolve, "PARTITION", partition)
    monkeypatch.setattr(spool, "CHUNK", 2)
    months = [f"2024{month:02}" for month in range(1, 13)]
    file = [(ELEMENT, month, unit, "5", False) for month in months for unit in ("OrgUnit0001", "OrgUnit0002")]
    lay_down(monkeypatch, [*file, file[0], (ELEMENT, "202401", "Poste", "6", False)])
    path = tmp_path / "file"
    path.write_text("x")
    run = actions.import_now(path, file_name="x", by=None, valid_only=True)
    assert counts(run) == {"created": 23, "rejected": 2, "waiting": 1}
    assert run.report["problems"] == [{"code": "duplicate_in_file", "row": 25, "field": None, "value": "1, 25"}]
