"""A collection of DHIS2's interface: which properties its objects have, where they come from, how they are written.

Only what is listed here can be asked, filtered or sorted by. Nested objects of all rows are fetched together, so the
number of queries grows with the kinds of things asked for and never with the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from indicators.accounts.models import User
from indicators.api.dhis2.fields import Fields, Wanted, parse_fields

Row = Any
Rows = QuerySet[Any] | list[Any]
Fetch = Callable[[Sequence[Row], User], Mapping[Any, Any]]
IDENTITY = parse_fields(["id"])


@dataclass(frozen=True)
class Property:
    """One property: read from the row, or fetched for all rows at once (primary key → value, absent where none).

    `of`: the collection that the fetched rows belong to; they are nested. `lookup`: the path by which the database
    filters and sorts by it, or a function that gives it. `where`: the condition for an operator and a text, where a
    path is not enough. `kind`: what a filter's text must be. Properties that are not `listed` are shown only when asked
    for by name.
    """

    read: Callable[[Row], Any] | None = None
    fetch: Fetch | None = None
    of: str = ""
    lookup: str | Callable[[], str] = ""
    where: Callable[[str, str, User], Q] | None = None
    kind: type = str
    listed: bool = True

    @property
    def path(self) -> str:
        return self.lookup if isinstance(self.lookup, str) else self.lookup()


@dataclass(frozen=True)
class Resource:
    """`rows(user)`: what the person may meet, as a query or, for the few that are no rows of a table, as a list."""

    name: str
    klass: str
    rows: Callable[[User], Rows]
    properties: Mapping[str, Property]
    order: tuple[str, ...] = ("displayName", "id")
    scalars: Sequence[str] = field(init=False)
    listed: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        names = [name for name, one in self.properties.items() if one.listed]
        object.__setattr__(self, "listed", names)
        object.__setattr__(self, "scalars", [name for name in names if not self.properties[name].fetch])

    def chosen(self, fields: Fields) -> list[tuple[str, Wanted]]:
        unlisted = [name for name in fields.wanted if name in self.properties and name not in self.listed]
        return list(fields.chosen([*self.listed, *unlisted], self.scalars))


class Writer:
    """Turns rows into what JSON holds, for one person."""

    def __init__(self, resources: Mapping[str, Resource], user: User) -> None:
        self.resources, self.user = resources, user

    def write(self, resource: Resource, rows: Sequence[Row], fields: Fields) -> list[dict[str, Any]]:
        """One object for each row; a property without a value is absent."""
        objects: list[dict[str, Any]] = [{} for _ in rows]
        for name, wanted in resource.chosen(fields):
            for written, value in zip(objects, self._values(resource.properties[name], rows, wanted), strict=True):
                if value is not None:
                    written[wanted.shown_as] = value
        return objects

    def _values(self, one: Property, rows: Sequence[Row], wanted: Wanted) -> list[Any]:
        if one.read:
            return [one.read(row) for row in rows]
        assert one.fetch is not None
        found = one.fetch(rows, self.user)
        if wanted.size:
            return [len(found.get(row.pk, ())) for row in rows]
        if not one.of:
            return [found.get(row.pk) for row in rows]
        return self._nested(self.resources[one.of], [found.get(row.pk) for row in rows], wanted.inner or IDENTITY)

    def _nested(self, resource: Resource, values: list[Any], fields: Fields) -> list[Any]:
        """Each object is written once, however many rows name it."""
        once = {one.pk: one for value in values for one in (value if isinstance(value, list) else [value]) if one}
        written = dict(zip(once, self.write(resource, list(once.values()), fields), strict=True))

        def shown(value: Any) -> Any:
            if isinstance(value, list):
                return [written[one.pk] for one in value]
            return written[value.pk] if value else None

        return [shown(value) for value in values]
