"""The page of imported indicators: numbers, or the reason why there are none."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from indicators.models import Constant, DataElement, ImportedIndicator, OrgUnitGroup
from indicators.rollup.operand_actions import keep_operands
from tests.builders import a_data_set, a_unit, a_user, an_element, the_default_combo
from tests.evaluations.given import given_values, refreshed, visitor

pytestmark = pytest.mark.django_db
PAGE = "/indicateurs-importes/"


def shown(asked: dict[str, Any], client: Client | None = None) -> Any:
    return (client or visitor(a_user(Role.VIEWER))).get(PAGE, asked)


def an_indicator(number: int, numerator: str, denominator: str = "1", factor: float = 1) -> ImportedIndicator:
    names = {"uid": f"Indicator{number:02}", "name_fr": f"Nom {number}", "name_en": f"Name {number}"}
    sides = {"numerator": numerator, "denominator": denominator}
    return ImportedIndicator.objects.create(factor=factor, annualised=False, **names, **sides)


def test_numbers_flags_and_reasons_stand_in_one_table() -> None:
    unit = a_unit("Somewhere")
    given_values("GIVEN", {(unit, "202501"): 30, (unit, "202502"): 30, (unit, "202503"): 60})
    refreshed()
    an_element(uid="Silent00001")
    given = DataElement.objects.get(concept="GIVEN")
    an_indicator(1, f"#{{{given.uid}}} + #{{Silent00001}}", "100", factor=100)
    an_indicator(2, "#{Unknown0001}")
    page = shown({"unit": unit.pk, "year": 2025})
    (computed,), ((refused, reason),) = page.context["rows"], page.context["refused"]
    assert refused.uid == "Indicator02"
    assert [part.reading.value for part in computed.parts] == [pytest.approx(120), None, None, None, pytest.approx(120)]
    text = page.content.decode()
    assert "Unknown0001" in reason
    assert reason in text
    assert "(above 100%)" in text
    assert "(a part was not reported)" in text
    assert "(incomplete)" in text


@pytest.mark.parametrize(
    "asked", [{"year": "soon"}, {"year": 1899}, {"unit": 10**30}, {"unit": "x"}, {"year": "9" * 5000}]
)
def test_a_bad_choice_is_a_sentence(asked: dict[str, Any]) -> None:
    a_unit()
    page = shown(asked)
    assert page.status_code == 400
    assert "This cannot be shown" in page.content.decode()


def test_an_empty_page_says_so() -> None:
    a_unit()
    assert "No indicator has been imported yet" in shown({}).content.decode()


def test_a_clerk_meets_their_own_districts_only() -> None:
    country = a_unit()
    own, other = a_unit("Own", country), a_unit("Other", country)
    client = visitor(a_user(Role.CLERK, districts=[own]))
    assert shown({"unit": own.pk}, client).status_code == 200
    assert shown({"unit": other.pk}, client).status_code == 400


def test_every_kind_of_operand_costs_the_same_for_one_indicator_and_for_fifty() -> None:
    unit, combo = a_unit(), the_default_combo()
    given_values("GIVEN", {(unit, "202501"): 30})
    given = DataElement.objects.get(concept="GIVEN")
    a_data_set([given], [unit], uid="DataSet0001")
    Constant.objects.create(uid="Constant001", name_fr="c", name_en="c", value=2)
    OrgUnitGroup.objects.create(key="Group000001", name_fr="g", name_en="g").memberships.create(unit=unit)
    client, costs = visitor(a_user(Role.VIEWER)), []
    an_indicator(0, "C{Constant001} * OUG{Group000001} * R{DataSet0001.REPORTING_RATE_ON_TIME}")
    an_indicator(1, f"#{{{given.uid}.{combo.uid}}}", "C{Constant001}")
    for numbers in (range(2, 3), range(3, 50)):
        for number in numbers:
            an_indicator(number, "N{Indicator01} + 1", "R{DataSet0001.EXPECTED_REPORTS}")
        keep_operands(by=None)
        refreshed()
        with CaptureQueriesContext(connection) as queries:
            page = shown({"unit": unit.pk, "year": 2025}, client)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert not page.context["refused"]
    values = {row.indicator.uid: row.parts[0].reading.value for row in page.context["rows"]}
    assert (values["Indicator00"], values["Indicator01"], values["Indicator02"]) == (None, 15, 16)


def test_a_page_holds_fifty_and_costs_the_same() -> None:
    unit = a_unit()
    client = visitor(a_user(Role.VIEWER))
    costs = []
    for numbers in (range(2), range(2, 99)):
        for number in numbers:
            an_indicator(number, "#{Unknown0001}" if number % 2 else "2")
        with CaptureQueriesContext(connection) as queries:
            page = shown({"unit": unit.pk}, client)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert (len(page.context["rows"]), len(page.context["refused"])) == (50, 0)
    assert len(page.content) < 100_000
    assert f"?unit={unit.pk}&amp;year={page.context['year']}&amp;page=2" in page.content.decode()
    assert len(shown({"unit": unit.pk, "page": 2}, client).context["refused"]) == 49
