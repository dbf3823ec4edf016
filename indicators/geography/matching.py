"""Which unit a file means by a uid, a code or a name. Pure: nothing is guessed.

A name counts as the same only as `names.normalise` says; anything further needs an alias, which a person writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from indicators.geography.names import normalise

Doubt = Literal["unknown", "ambiguous"]


class Known(NamedTuple):
    """A unit of the tree as it can be named."""

    pk: int
    uid: str
    code: str
    name: str
    level: int


class UnitIndex:
    """The units that a file may mean; `aliases` maps normalised names to unit ids. With `level` only that level's."""

    def __init__(self, units: Iterable[Known], aliases: Mapping[str, int], level: int | None = None) -> None:
        meant = [unit for unit in units if level in (None, unit.level)]
        self.by_uid = {unit.uid: unit.pk for unit in meant}
        self.by_code = {unit.code: unit.pk for unit in meant if unit.code}
        named: dict[str, set[int]] = defaultdict(set)
        for unit in meant:
            named[normalise(unit.name)].add(unit.pk)
        self.by_name: dict[str, set[int]] = dict(named)
        inside = {unit.pk for unit in meant}
        self.by_alias = {name: pk for name, pk in aliases.items() if pk in inside}

    def find(self, *, uid: str = "", code: str = "", name: str = "") -> int | Doubt:
        """The unit's id: by uid, else by code, else by alias, else by name, where exactly one unit is called so.

        An alias comes before names: it is how a person tells two units of one name apart.
        """
        for known, given in ((self.by_uid, uid), (self.by_code, code), (self.by_alias, normalise(name))):
            if given and given in known:
                return known[given]
        called = self.by_name.get(normalise(name), set())
        if len(called) == 1:
            return next(iter(called))
        return "ambiguous" if called else "unknown"
