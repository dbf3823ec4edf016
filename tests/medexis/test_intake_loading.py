"""Files of stock are stored, once, all or by choice in part, and undone as far as nobody worked on them since."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from indicators.exchange.problems import BadFile
from indicators.models import DataValue
from indicators.periods import Period
from research.medexis.formulas.balance import Line
from research.medexis.intake import actions
from research.medexis.intake.actions import check_file, compare, load_file
from research.medexis.intake.undo import undo_file
from research.medexis.measures import codes
from research.medexis.measures.queries import measures
from research.medexis.reports.actions import edit_report
from research.medexis.reports.loaded import LoadedReportLine
from research.medexis.reports.loading import load_reports
from research.models import CardLine, ProductCode, StockCard, StockFile, StockLine, StockReport
from tests.builders import a_clerk_of, a_followed_site, a_product, a_user, the_process_elements
from tests.medexis.cards import the_reasons
from tests.medexis.stock_files import a_zip_of_cards, checked, loaded, table

pytestmark = pytest.mark.django_db
SEPTEMBER = Period.parse("202509")


@pytest.fixture
def site() -> Any:
    the_process_elements()
    a_product(key="penta", tracer=True), a_product(key="bcg")
    return a_followed_site("medexis", expected_from=date(2025, 1, 1)).unit


def two_rows(site: Any, closing: int = 15) -> str:
    return table(f"{site.uid},penta,2025-09,10,20,15,0,0,{closing},0", f"{site.uid},bcg,2025-09,5,,,,,5,")


def published(site: Any, code: str) -> list[float | None]:
    return list(DataValue.objects.filter(unit=site, element__code=code).values_list("value", flat=True))


def test_a_file_is_stored_once(site: Any, tmp_path: Path) -> None:
    clerk = a_clerk_of(site)
    row, done = loaded(tmp_path, two_rows(site), clerk)
    report = StockReport.objects.get()
    assert (done.created, row.counts["created"], row.by, report.file) == (2, 2, clerk, row)
    assert (report.received_on, report.created_by, report.lines.count()) == (None, clerk, 2)
    assert report.history.count() == 1
    assert StockLine.history.count() == 2
    assert published(site, "STOCK_REPORTS") == [1]
    again, done = loaded(tmp_path, two_rows(site), clerk)
    assert (again, done.created, done.unchanged) == (row, 0, 2)
    assert (StockFile.objects.count(), StockLine.history.count()) == (1, 2)


def test_unknown_reception_counts_neither_as_on_time_nor_as_late(site: Any, tmp_path: Path) -> None:
    loaded(tmp_path, two_rows(site))
    found = measures([(site.pk, SEPTEMBER)])[site.pk, SEPTEMBER].values
    assert [found[code] for code in (codes.EXPECTED, codes.CAME)] == [1, 1]
    assert [found[code] for code in (codes.ON_TIME, codes.TIMED)] == [None, None]
    StockReport.objects.update(received_on=date(2025, 10, 2))
    found = measures([(site.pk, SEPTEMBER)])[site.pk, SEPTEMBER].values
    assert [found[code] for code in (codes.ON_TIME, codes.TIMED)] == [1, 1]


def test_all_or_nothing_unless_said_otherwise(site: Any, tmp_path: Path) -> None:
    text = two_rows(site) + "Nulle part,penta,2025-09,1,,,,,,\n"
    with pytest.raises(ValidationError):
        loaded(tmp_path, text)
    assert not StockReport.objects.exists()
    row, done = loaded(tmp_path, text, valid_only=True)
    assert (done.created, row.counts["refused"], row.counts["rows"]) == (2, 1, 3)


def test_another_content_is_a_conflict_and_replaced_by_choice_only(site: Any, tmp_path: Path) -> None:
    loaded(tmp_path, two_rows(site))
    _path, found = checked(tmp_path, two_rows(site, closing=14))
    assert compare(found, by=None)[:3] == (0, 1, 0)
    row, done = loaded(tmp_path, two_rows(site, closing=14))
    assert (len(done.conflicts), StockLine.objects.filter(closing=14).count()) == (1, 0)
    assert "202509" in done.conflicts[0]
    row, done = loaded(tmp_path, two_rows(site, closing=14), replace=True)
    line = StockLine.objects.get(closing=14)
    assert (done.replaced, done.unchanged, line.report.version, line.history.count()) == (1, 1, 2, 2)
    undo_file(row, by=a_user(Role.LEAD))
    assert StockLine.objects.count() == 2, "what a file replaced, it did not create"


def test_a_report_that_lacks_a_product_gets_its_line_and_a_new_version(site: Any, tmp_path: Path) -> None:
    loaded(tmp_path, table(f"{site.uid},penta,2025-09,10,20,15,0,0,15,0"))
    row, done = loaded(tmp_path, two_rows(site))
    report = StockReport.objects.get()
    assert (done.created, done.unchanged, report.version, report.lines.count()) == (1, 1, 2, 2)
    undo_file(row, by=a_user(Role.LEAD))
    assert [line.product.key for line in StockLine.objects.all()] == ["penta"]


def test_undo_leaves_what_somebody_changed_since(site: Any, tmp_path: Path) -> None:
    other = a_followed_site("medexis").unit
    clerk = a_clerk_of(site)
    text = two_rows(site) + f"{other.uid},penta,2025-09,1,,,,,1,\n"
    row, _done = loaded(tmp_path, text)
    report = StockReport.objects.get(site=site)
    lines = {line.product_id: Line(closing=3) for line in report.lines.all()}
    edit_report(report, by=clerk, version=1, received_on=None, lines=lines)
    with pytest.raises(PermissionDenied):
        undo_file(row, by=clerk)
    assert undo_file(row, by=a_user(Role.LEAD)) == (1, 2)
    assert StockReport.objects.get().site == site
    assert published(other, "STOCK_REPORTS") == []
    assert StockLine.history.filter(history_type="-").count() == 1
    with pytest.raises(ValidationError):
        undo_file(StockFile.objects.get(), by=a_user(Role.LEAD))
    _row, done = loaded(tmp_path, text)
    assert (done.created, len(done.conflicts)) == (1, 2), "an undone file can be loaded again"


def test_a_clerk_undoes_their_own_file(site: Any, tmp_path: Path) -> None:
    clerk = a_clerk_of(site)
    row, _done = loaded(tmp_path, two_rows(site), clerk)
    assert undo_file(row, by=clerk) == (2, 0)
    assert not StockReport.objects.exists()


def test_two_people_at_once_one_does(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, found = checked(tmp_path, two_rows(site))

    def taken() -> Any:
        raise BadFile("another_import_running")

    monkeypatch.setattr("research.medexis.intake.actions.one_import", taken)
    with pytest.raises(BadFile):
        load_file(found, path=path, name="a.csv", by=None)
    assert not StockReport.objects.exists()


def test_the_door_refuses_what_cannot_be_and_other_districts(site: Any) -> None:
    product = a_product()
    stranger = a_clerk_of(a_followed_site("medexis").unit)
    line = LoadedReportLine(site.pk, SEPTEMBER.code, product.pk, Line(closing=3))
    with pytest.raises(PermissionDenied):
        load_reports([line], by=stranger)
    with pytest.raises(ValidationError):
        load_reports([line, LoadedReportLine(site.pk, SEPTEMBER.code, product.pk, Line(closing=-3))], by=None)
    with pytest.raises(ValidationError):
        load_reports([LoadedReportLine(site.pk, SEPTEMBER.code, 0, Line(closing=3))], by=None)
    assert not StockReport.objects.exists()


def test_batches_share_reports(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research.medexis.reports.loading.BATCH", 2)
    rows = [LoadedReportLine(site.pk, SEPTEMBER.code, a_product().pk, Line(closing=n)) for n in range(5)]
    assert load_reports(rows, by=None).created == 5
    report = StockReport.objects.get()
    assert report.lines.count() == 5
    assert load_reports([*rows, rows[0]], by=None)[:2] == (0, 6)


def test_after_many_rows_the_database_counts_its_tables_anew(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(closing: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            loaded(tmp_path, two_rows(site, closing), None, replace=True)
        return sum("ANALYZE" in query["sql"] for query in seen)

    assert counted(15) == 0
    monkeypatch.setattr(actions, "_MANY", 2)
    assert counted(15) == 0  # nothing new
    assert counted(16) == (connection.vendor == "postgresql")


def test_cards_come_in_through_the_same_door_and_go(site: Any, tmp_path: Path) -> None:
    the_reasons()
    product = a_product()
    ProductCode.objects.create(product=product, scheme="openlmis", code="o1")
    path = a_zip_of_cards(tmp_path / "cards.zip", site.uid, "o1")
    found = check_file(path, by=None, most=10)
    assert (found.content, found.rows, found.lines, compare(found, by=None).created) == ("cards", 1, 1, 1)
    row, done = load_file(found, path=path, name="cards.zip", by=None)
    assert (done.created, CardLine.objects.get().file) == (1, row)
    again, done = load_file(check_file(path, by=None, most=10), path=path, name="cards.zip", by=None)
    assert (again, done.unchanged) == (row, 1)
    assert undo_file(row, by=a_user(Role.LEAD)) == (1, 0)
    assert not StockCard.objects.exists()
    unknown = check_file(a_zip_of_cards(tmp_path / "other.zip", "nowhere", "o1"), by=None, most=10)
    assert [one.code for one in unknown.problems] == ["unknown_site"]
    with pytest.raises(BadFile):
        check_file(a_zip_of_cards(tmp_path / "bad.zip", site.uid, "o1", line="no-uuid,x"), by=None, most=10)
