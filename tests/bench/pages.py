"""Pages as a signed-in lead gets them: server time and queries, on the study alone and with a country behind it."""

import io
import json
import statistics
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.bench.timing import seconds

NAME = "bench"


def prepare() -> list[float]:
    """The study and its demonstration."""
    from django.core.management import call_command

    from indicators.rollup.actions import refresh_now

    for command in ("load_study", "load_demonstration"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    return seconds(refresh_now)


def measure_pages() -> dict[str, list[float]]:
    """Route → [milliseconds (median of seven, warm), queries]."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(_lead())
    found = {}
    for name, address in _addresses().items():
        answer = client.get(address)
        assert answer.status_code == 200, (name, address, answer.status_code)
        count = Counter[str]()
        with connection.execute_wrapper(partial(_counted, count)):
            client.get(address)
        taken = seconds(lambda address=address: client.get(address), 7)  # type: ignore[misc]
        found[name] = [1000 * statistics.median(taken), count["queries"]]
    return found


def _counted(count: Counter[str], execute: Callable[..., Any], *arguments: Any) -> Any:
    count["queries"] += 1
    return execute(*arguments)


def _addresses() -> dict[str, str]:
    from tests.browser.test_every_page import pages

    found = pages()
    country = _largest_country()
    if country is not None:
        for name in ("explorer", "quality-board", "denominators"):
            found[f"{name} of the country"] = f"{found[name]}?unit={country}"
    return dict(sorted(found.items()))


def _largest_country() -> int | None:
    """The root of the made-up country, where it has been loaded."""
    from indicators.models import OrgUnit

    return OrgUnit.objects.filter(uid="U1000000000").values_list("pk", flat=True).first()


def _lead() -> Any:
    from indicators.accounts.models import User
    from indicators.accounts.roles import Role
    from tests.builders import a_user

    known = User.objects.filter(username=NAME).first()
    return known or a_user(Role.LEAD, Role.ADMINISTRATOR, username=NAME)


def series_endpoint() -> list[float]:
    """One request for a district's sixty months as CSV."""
    from django.urls import reverse

    from indicators.models import OrgUnit

    unit = OrgUnit.objects.filter(level=3, uid__startswith="U3").values_list("pk", flat=True).first()
    return _requests(f"{reverse('explorer-csv')}?indicator=dtp1_doses&unit={unit}&from=202101&to=202512")


def trivial_view() -> list[float]:
    """The floor: a page of the same site that reads almost nothing, with the same middleware."""
    from django.urls import reverse

    return _requests(reverse("indicator-list"))


def _requests(address: str) -> list[float]:
    from django.test import Client

    client = Client()
    client.force_login(_lead())
    assert client.get(address).status_code == 200, address
    return seconds(lambda: client.get(address), 50)


def chart_json() -> list[float]:
    series = _sixty_months()
    return seconds(lambda: json.dumps(_chart(series).figure), 200)


def chart_plain() -> list[float]:
    """The floor: the same figure as a plain dict, serialised."""
    ready = _chart(_sixty_months()).figure
    return seconds(lambda: json.dumps(ready), 200)


def chart_drawn() -> list[float]:
    series = _sixty_months()
    return seconds(lambda: _chart(series).drawings, 200)


def chart_written() -> list[float]:
    """The floor: the coordinates of three drawings, written as text."""
    return seconds(lambda: [f"{place / 7:.1f}" for place in range(3 * 2 * 60)], 200)


def _sixty_months() -> Any:
    from indicators.pages.series import Series

    points: list[tuple[str, float | None]] = [
        (f"{2021 + i // 12}-{i % 12 + 1:02d}", float(i * 7 % 50)) for i in range(60)
    ]
    return Series("DTP1", points)


def _chart(series: Any) -> Any:
    from indicators.pages.charts import line_chart

    return line_chart([series], title="DTP1", unit="doses", source="made up")


def group_series() -> list[float]:
    """Sixty months of 44 districts that belong to a group, summed when asked."""
    from indicators.models import OrgUnit, OrgUnitGroup
    from tests.rollup.one_group import group_readings

    group = OrgUnitGroup.objects.create(key="bench-44", name_fr="44", name_en="44")
    for unit in OrgUnit.objects.filter(level=3, uid__startswith="U3")[:44]:
        group.memberships.create(unit=unit)
    taken = seconds(lambda: group_readings("dtp1_doses", group, _months()), 20)
    group.delete()
    return taken


def stored_series() -> list[float]:
    """The same sixty months of one unit whose totals are stored."""
    from indicators.models import OrgUnit
    from indicators.rollup.readings import readings

    unit = OrgUnit.objects.filter(level=2, uid__startswith="U2").first()
    assert unit
    return seconds(lambda: readings("dtp1_doses", [unit], _months()), 20)


def _months() -> list[Any]:
    from indicators.periods import Frequency, Period

    return [Period(Frequency.MONTH, year, number) for year in range(2021, 2026) for number in range(1, 13)]
