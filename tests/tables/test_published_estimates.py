"""National estimates go in beside our own numbers, once, whole or not at all."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from indicators.exchange.published_actions import import_estimates
from indicators.models import DataValue, OrgUnit, PublishedFigure, Source
from indicators.periods import Period
from tests.builders import a_unit
from tests.exchange.shared_data import FOLDER
from tests.tables.tables import a_workbook

pytestmark = pytest.mark.django_db
HEADER = ["unicef_region", "iso3", "country", "vaccine", "2024", "2023"]
MALI = ["WCAR", "MLI", "Mali", "DTP1", 91, 85]


def a_source() -> Source:
    return Source.objects.create(key="wuenic", title_fr="Estimations", title_en="Estimates")


def take(folder: Path, rows: list[list[Any]], unit: OrgUnit, source: Source, **how: Any) -> Any:
    path = a_workbook(folder, [HEADER, *rows])
    return import_estimates(path, country="MLI", unit=unit, source=source, by=None, **how)


def test_estimates_become_figures_of_the_country_once(tmp_path: Path) -> None:
    unit, source = a_unit(), a_source()
    rows = [MALI, ["WCAR", "BEN", "Bénin", "DTP1", 70, 71], ["WCAR", "MLI", "Mali", "XYZ9", 5, ""]]
    assert take(tmp_path, rows, unit, source, dry_run=True).created == 2
    assert not PublishedFigure.objects.exists()
    summary = take(tmp_path, rows, unit, source)
    assert (summary.read, summary.created, summary.left_out, summary.vaccines) == (3, 2, 1, ["XYZ9"])
    found = PublishedFigure.objects.filter(unit=unit, indicator="dtp1_coverage", printed_place="Mali")
    assert {Period.from_code(it.period or 0).id: it.value for it in found} == {"2024": 91, "2023": 85}
    assert not DataValue.objects.exists()
    assert take(tmp_path, rows, unit, source).unchanged == 2
    revised = take(tmp_path, [[*MALI[:5], 84]], unit, source)
    assert (revised.updated, revised.unchanged) == (1, 1)
    assert PublishedFigure.objects.get(period=Period.parse("2023").code).history.count() == 2


@pytest.mark.parametrize("cell", ["about 90", 142, -1, "=1+1"])
def test_with_one_bad_figure_nothing_is_written(tmp_path: Path, cell: Any) -> None:
    summary = take(tmp_path, [MALI, [*MALI[:3], "DTP3", cell, 5]], a_unit(), a_source())
    assert (summary.read, summary.rejected, len(summary.problems)) == (4, 4, 1)
    assert not PublishedFigure.objects.exists()
    assert summary.as_dict()["problems"][0]["message"]


def test_a_country_that_is_not_in_the_file_is_told(tmp_path: Path) -> None:
    summary = take(tmp_path, [["WCAR", "BEN", "Bénin", "DTP1", 70, 71]], a_unit(), a_source())
    assert [problem.code for problem in summary.problems] == ["no_figures"]


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    unit, source, out = a_unit(), a_source(), StringIO()
    path = a_workbook(tmp_path, [HEADER, MALI])
    asked = {"source": source.key, "unit": unit.uid, "stdout": out, "stderr": out}
    call_command("import_estimates", str(path), "--dry-run", **asked)
    assert not PublishedFigure.objects.exists()
    call_command("import_estimates", str(path), "--json", **asked)
    assert json.loads(out.getvalue().splitlines()[-1])["created"] == 2
    with pytest.raises(SystemExit):
        call_command("import_estimates", str(path), country="XXX", **asked)
    with pytest.raises(CommandError):
        call_command("import_estimates", str(path), **asked | {"unit": "Nobody00001"})
    with pytest.raises(CommandError):
        call_command("import_estimates", str(path), **asked | {"source": "nothing"})


@pytest.mark.skipif(not (FOLDER / "wuenic2024.xlsx").exists(), reason=f"the trial data are not at {FOLDER}")
def test_the_published_workbook_goes_in() -> None:
    unit, source = a_unit(), a_source()
    summary = import_estimates(FOLDER / "wuenic2024.xlsx", country="MLI", unit=unit, source=source, by=None)
    assert not summary.problems
    assert summary.read == summary.created + summary.left_out
    figures = PublishedFigure.objects.filter(indicator="dtp3_coverage", period__gte=Period.parse("2019").code)
    assert [figure.value for figure in figures.order_by("period")] == [77, 70, 77, 75, 75, 82]
