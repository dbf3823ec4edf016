"""What a file may call things, and how far a run is."""

from typing import Any

import pytest
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.exchange import checks, policies
from indicators.exchange.intake import queries, work
from indicators.exchange.lookups import AMBIGUOUS, BAD_PERIOD, BLANK, FUTURE_PERIOD, LONG_PERIOD, UNKNOWN, Lookups
from indicators.models import ColumnMapping, DataElement, ImportRun, OptionCombo, OrgUnit, OrgUnitAlias
from indicators.periods import Period
from tests.builders import a_unit, a_user
from tests.exchange.files import ELEMENT, UNIT

pytestmark = pytest.mark.django_db


def lookups(**schemes: str) -> Lookups:
    return Lookups(today=timezone.localdate(), schemes=schemes)


def test_units_are_found_by_the_scheme_that_was_chosen_and_by_alias(known: None) -> None:
    unit = OrgUnit.objects.get(uid=UNIT)
    OrgUnit.objects.filter(pk=unit.pk).update(code="ML-01")
    twins = [a_unit("Jumeau"), a_unit("JUMEAU")]
    OrgUnitAlias.objects.create(unit=unit, name="N'Debougou")
    texts = [UNIT, "ML-01", "poste 1", "N’Débougou", "jumeau", "", UNIT.lower()]
    found = {scheme: lookups(org_unit=scheme).org_units(texts).tolist() for scheme in ("uid", "code", "name", "any")}
    assert found == {
        "uid": [unit.pk, UNKNOWN, UNKNOWN, unit.pk, UNKNOWN, BLANK, UNKNOWN],
        "code": [UNKNOWN, unit.pk, UNKNOWN, unit.pk, UNKNOWN, BLANK, UNKNOWN],
        "name": [UNKNOWN, UNKNOWN, unit.pk, unit.pk, AMBIGUOUS, BLANK, UNKNOWN],
        "any": [unit.pk, unit.pk, unit.pk, unit.pk, AMBIGUOUS, BLANK, UNKNOWN],
    }
    OrgUnitAlias.objects.create(unit=twins[0], name="jumeau")
    assert lookups(org_unit="name").org_unit("Jumeau") == twins[0].pk


def test_an_alias_of_the_shape_of_a_uid_is_that_spelling_alone(known: None) -> None:
    unit = OrgUnit.objects.get(uid=UNIT)
    OrgUnitAlias.objects.create(unit=unit, name="fClA2Erf6IO")
    assert lookups().org_units(["fClA2Erf6IO", "fclA2Erf6IO"]).tolist() == [unit.pk, UNKNOWN]


def test_elements_and_options_by_code_and_name(known: None) -> None:
    element = DataElement.objects.get(uid=ELEMENT)
    DataElement.objects.filter(pk=element.pk).update(code="PENTA1", name_fr="Doses de Penta 1", name_en="Penta 1 doses")
    default = OptionCombo.objects.get()
    under = OptionCombo.objects.create(uid="Combo000001", code="U1", name="<1 an")
    assert lookups().elements([ELEMENT, "PENTA1", ""]).tolist() == [element.pk, UNKNOWN, BLANK]
    assert lookups(data_element="code").elements(["PENTA1", ELEMENT]).tolist() == [element.pk, UNKNOWN]
    assert lookups(data_element="name").elements(["penta 1 doses", "doses de penta 1"]).tolist() == [element.pk] * 2
    assert lookups(option="any").options(["", "U1", "<1 an", "x"]).tolist() == [default.pk, under.pk, under.pk, UNKNOWN]


def test_periods_of_every_type_that_have_begun() -> None:
    found = lookups().periods(["202501", "2025Q1", "2099", "never", ""]).tolist()
    assert found == [Period.parse("202501").code, Period.parse("2025Q1").code, FUTURE_PERIOD, BAD_PERIOD, BLANK]
    assert lookups().periods(["2025Q1"], only_months=True).tolist() == [LONG_PERIOD]


def test_how_far_a_run_is() -> None:
    run = ImportRun.objects.create(file_name="x", sha256="", state=ImportRun.State.READING)
    phases = work.Phases.of(run)  # forgets what another run of that number told
    assert queries.progress(run) is None
    phases.reading(50_000, 0)
    assert queries.progress(run) == ("reading", 50_000, 0)
    phases.checking(10, 60)
    assert queries.progress(run) == ("checking", 10, 60)
    run.state = ImportRun.State.PREVIEWED
    assert queries.progress(run) is None


def test_who_may_do_what() -> None:
    clerk, other, lead, researcher, viewer = (
        a_user(role) for role in (Role.CLERK, Role.CLERK, Role.LEAD, Role.RESEARCHER, Role.VIEWER)
    )
    run = ImportRun.objects.create(file_name="x", sha256="", by=clerk)
    mapping = ColumnMapping.objects.create(name="x", spec={}, by=clerk)
    everybody = (clerk, other, lead, researcher, viewer)
    assert [policies.can_import(it) for it in everybody] == [True, True, True, False, False]
    assert [policies.can_see_run(it, run) for it in everybody] == [True, False, True, True, False]
    assert [policies.can_undo(it, run) for it in everybody] == [True, False, True, False, False]
    assert [policies.can_map(it) for it in everybody] == [True, True, True, False, False]
    assert [policies.can_map(it, mapping) for it in everybody] == [True, False, True, False, False]
    assert [policies.imports_everywhere(it) for it in (*everybody, None)] == [False, False, True, False, False, True]


def test_folders_of_uploads_are_looked_at_before_a_deployment(settings: Any, tmp_path: Any) -> None:
    assert checks.upload_folders(None) == []
    settings.MEDIA_ROOT = settings.STATIC_ROOT / "media"
    assert [it.id for it in checks.upload_folders(None)] == ["indicators.E001"]
    settings.MEDIA_ROOT = tmp_path / "open"
    settings.MEDIA_ROOT.mkdir()
    settings.MEDIA_ROOT.chmod(0o755)
    assert [it.id for it in checks.upload_folders(None)] == ["indicators.W001"]
