"""The `fields=` of a DHIS2 request as a tree: which properties are wanted, and of what is nested. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LONGEST = 4000
DEEPEST = 8
EVERYTHING = frozenset({"*", ":all", ":owner", ":persisted"})
PRESETS = {
    ":identifiable": ("id", "name", "code"),
    ":nameable": ("id", "name", "shortName", "code", "description"),
    ":simple": (),
}
CHANGES = frozenset({"rename", "size"})
_ENDS = frozenset(",[]")


class BadFields(ValueError):
    """The text is no list of fields; `str()` is the part at fault."""


class Wanted(NamedTuple):
    """One property: what is wanted of the nested object (None: its usual form), under which name, and whether only
    the number of nested objects is asked."""

    inner: "Fields | None"
    shown_as: str
    size: bool


@dataclass
class Fields:
    """`everything`: all properties; `scalars`: all that are no other objects; minus `without`."""

    wanted: dict[str, Wanted] = field(default_factory=dict)
    everything: bool = False
    scalars: bool = False
    without: set[str] = field(default_factory=set)

    def chosen(self, known: Sequence[str], scalars: Sequence[str]) -> Iterator[tuple[str, Wanted]]:
        """The properties to show, in the order asked; names that nobody knows are left out, as DHIS2 does."""
        names = dict(self.wanted)
        if self.everything or self.scalars:
            for name in known if self.everything else scalars:
                names.setdefault(name, Wanted(None, name, False))
        for name, wanted in names.items():
            if name in known and name not in self.without:
                yield name, wanted


def parse_fields(texts: Sequence[str]) -> Fields:
    """`["id,name", "parent[id,name]"]` → Fields. Raises BadFields."""
    text = ",".join(texts)
    if len(text) > LONGEST:
        raise BadFields(text[:40])
    parser = _Parser(text)
    found = parser.fields(0)
    if parser.place != len(text):
        raise BadFields(text[parser.place :][:40])
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def fields(self, depth: int) -> Fields:
        if depth > DEEPEST:
            raise BadFields(self.text[:40])
        found = Fields()
        while self.place < len(self.text) and self.text[self.place] != "]":
            self._one(found, depth)
            if self._at(","):
                self.place += 1
        return found

    def _at(self, sign: str) -> bool:
        return self.text[self.place : self.place + 1] == sign

    def _one(self, found: Fields, depth: int) -> None:
        start = self.place
        while self.place < len(self.text) and self.text[self.place] not in _ENDS:
            self.place += 1
        word = self.text[start : self.place].strip()
        inner = None
        if self._at("["):
            self.place += 1
            inner = self.fields(depth + 1)
            if not self._at("]"):
                raise BadFields(self.text[start:][:40])
            self.place += 1
        if word in EVERYTHING:
            found.everything = True
        elif word in PRESETS:
            found.scalars |= word == ":simple"
            for name in PRESETS[word]:
                found.wanted.setdefault(name, Wanted(None, name, False))
        elif word.startswith("!"):
            found.without.add(word[1:])
        elif word:
            name, wanted = _changed(word, inner)
            found.wanted[name] = wanted
        elif inner:
            raise BadFields(self.text[start:][:40])


def _changed(word: str, inner: Fields | None) -> tuple[str, Wanted]:
    """`children~size`, `children::size`, `name~rename(label)`."""
    name, *changes = word.replace("::", "~").replace("|", "~").split("~")
    shown_as, size = name, False
    for change in changes:
        verb, _, rest = change.partition("(")
        if verb not in CHANGES or (verb == "rename" and not rest.rstrip(")")):
            raise BadFields(word[:40])
        if verb == "rename":
            shown_as = rest.rstrip(")")
        else:
            size = True
    return name, Wanted(inner, shown_as, size)
