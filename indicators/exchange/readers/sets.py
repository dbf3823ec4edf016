"""What a set of values says of itself as a whole, in JSON and in XML alike. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.records import Item, Note

_SCHEMES = {
    "idScheme": ("data_element", "org_unit", "option"),
    "dataElementIdScheme": ("data_element",),
    "orgUnitIdScheme": ("org_unit",),
    "categoryOptionComboIdScheme": ("option",),
}
_KNOWN = ("uid", "code", "name")


class SetNotes:
    """Collects what is noted of a set: how it names things, and that it was declared complete."""

    def __init__(self) -> None:
        self._schemes: dict[str, str] = {}
        self._complete = ""

    def look(self, name: str, given: Any) -> None:
        """A member or attribute of the set. Raises BadFile `unknown_id_scheme`."""
        if given is None or given == "":
            return
        if name == "completeDate":
            self._complete = shown(given)
        elif name in _SCHEMES:
            scheme = given.casefold() if isinstance(given, str) else ""
            if scheme not in _KNOWN:
                raise BadFile("unknown_id_scheme", given, name)
            for what in _SCHEMES[name]:
                if name != "idScheme" or what not in self._schemes:
                    self._schemes[what] = scheme

    def notes(self) -> Iterator[Note]:
        for what, scheme in self._schemes.items():
            yield Note(Problem("id_scheme", None, what, scheme))
        if self._complete:
            yield Note(Problem("completeness_not_taken", None, "completeDate", self._complete))


def counted(items: Iterator[Item], options: Mapping[str, Any]) -> Iterator[Item]:
    """The same items. Where the option `rows` says how many records there must be: BadFile `row_count_mismatch`."""
    wanted = options.get("rows")
    return items if wanted is None else _counted(items, wanted)


def _counted(items: Iterator[Item], wanted: int) -> Iterator[Item]:
    found = 0
    for item in items:
        found += not isinstance(item, Note)
        yield item
    if found != wanted:
        raise BadFile("row_count_mismatch", f"{found} ≠ {wanted}")
