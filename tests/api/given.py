"""A small country with values, and a program that asks for them."""

from typing import Any

from django.test import Client

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.accounts.token_actions import make
from indicators.geography.models import OrgUnit
from indicators.models import Batch, DataElement, ValueComment
from indicators.periods import Period
from indicators.values.actions import Reported, write_values
from tests.builders import a_unit, a_user, an_element, the_default_combo

JAN, FEB = Period.parse("202501"), Period.parse("202502")


class Country:
    """A country, two districts with a health area each, and what those reported in two months."""

    def __init__(self) -> None:
        self.country = a_unit("Mali")
        self.district, self.other = a_unit("Kati", self.country), a_unit("Kolokani", self.country)
        self.area, self.far = a_unit("Kati Koro", self.district), a_unit("Massantola", self.other)
        self.element, self.second = an_element("DTP1", code="dtp1"), an_element("DTP3")
        self.combo = the_default_combo()
        self.batch = self.write((self.element, JAN, self.area, 12), (self.element, FEB, self.area, 0))
        self.later = self.write((self.second, JAN, self.far, 7.5))

    def write(self, *cells: tuple[DataElement, Period, OrgUnit, float], made_up: bool = False) -> Batch:
        batch = Batch.objects.create(origin="entry", label="test", demonstration=made_up)
        rows = [
            Reported(element.pk, when.code, unit.pk, self.combo.pk, self.combo.pk, value)
            for element, when, unit, value in cells
        ]
        write_values(rows, batch=batch)
        return batch

    def comment(self, text: str) -> None:
        """Beside the value of January."""
        key = (self.element.pk, JAN.code, self.area.pk, self.combo.pk, self.combo.pk)
        ValueComment.objects.create(pk=key, text=text, batch=self.batch)

    def clerk(self) -> User:
        return a_user(Role.CLERK, districts=[self.district])


class Program:
    """Reads in a person's name: `Program(user).get("values", period="202501")`."""

    def __init__(self, user: User | None = None, *, may_write: bool = False, scheme: str = "Bearer") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        if user is not None:
            self.secret = make(by=user, name="test", days=1, may_write=may_write).secret
            self.headers = {"Authorization": f"{scheme} {self.secret}"}

    def get(self, address: str, /, **parameters: Any) -> Any:
        return self.client.get(f"/api/v1/{address}", parameters, headers=self.headers)

    def results(self, address: str, /, **parameters: Any) -> Any:
        answer = self.get(address, **parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    def refusal(self, address: str, /, **parameters: Any) -> tuple[int, str, str | None]:
        answer = self.get(address, **parameters)
        return answer.status_code, answer.json()["code"], answer.json()["field"]


def a_reader() -> Program:
    return Program(a_user(Role.VIEWER))
