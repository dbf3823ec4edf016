"""Which field of a submission is which item, and which ones say whose it is, where and when. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from research.coach2pev.xlsform.forms import CALCULATED, CHOICES, NOTE, PLACE, Form, FormItem

INSTANCE = ("meta/rootuuid", "_uuid", "meta/instanceid", "meta-instanceid", "instanceid", "key", "__id", "uuid")
"""What names a submission for good, the surest first: an edited one keeps its first name in `meta/rootUuid` only."""
SYSTEM = re.compile(
    r"_.*|meta[/-].*|formhub/.*|start|end|today|deviceid|username|email|phonenumber|subscriberid|simserial|audit"
    r"|key|instanceid|submissiondate|submitterid|submittername|attachments.*|devicename|status|reviewstate|edits"
    r"|formversion|__id|__system.*|uuid",
    re.IGNORECASE,
)
_UUID = re.compile(r"(?:uuid:)?([0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12})")
_SITES = ("site", "csom", "cscom", "etablissement", "structure", "org_unit", "orgunit", "facility", "centre", "fosa")
_DAYS = (
    "date_visite", "date_de_visite", "visit_date", "date", "jour", "today", "start", "_submission_time",
    "submissiondate",
)  # fmt: skip
_ROLES = {
    "coach": ("coach", "code_coach"), "minutes": ("minutes", "duree", "duree_minutes", "duration"),
    "coachees": ("coachees", "agents_coaches", "staff_coached"),
}  # fmt: skip
ROLES = ("site", "done_on", *_ROLES)
_PLACE_PARTS = ("latitude", "longitude", "altitude", "accuracy", "precision")


@dataclass(slots=True)
class Fields:
    """`items`: column → code of the item. `options`: code of an item → column → code of the choice it stands for.
    `places`: code of an item → its columns of latitude, longitude, altitude, accuracy.
    `roles`: what a visit needs → column. `others` are columns that mean nothing here, `missing` items without any."""

    items: dict[str, str] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """`Durée  du trajet` → `duree du trajet`: case, accents and runs of blanks do not tell labels apart."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).casefold().split())


def fields_of(columns: Iterable[str], form: Form, chosen: Mapping[str, str] | None = None) -> Fields:
    """The columns told apart, by the item's code behind its groups, else by its label where one item only has it.

    `chosen` says which column holds what of the visit, by role; what it leaves out is looked for by usual names.
    """
    every = list(columns)
    found = Fields()
    asked = {item.code: item for item in form.items if item.kind not in (NOTE, CALCULATED)}
    computed = {item.code for item in form.items} - asked.keys()
    labels = _labels(asked.values())
    claimed: set[str] = set()
    for column in every:
        code = _item(column, asked, labels)
        if code is None:
            continue
        claimed.add(column)
        if code in found.items.values():
            found.twice.append(column)
        else:
            found.items[column] = code
    lists = {one.code: one for one in form.lists}
    for column in set(every) - claimed:
        head, tail = _cut(column)
        code = _item(head, asked, labels) if head else None
        if code is None:
            continue
        item = asked[code]
        if item.kind == CHOICES and item.choice_list in lists:
            for choice in lists[item.choice_list].choices:
                if tail == choice.code or plain(tail) in (plain(choice.label_fr), plain(choice.label_en)):
                    found.options.setdefault(code, {})[column] = choice.code
                    claimed.add(column)
                    break
        elif item.kind == PLACE and tail.casefold() in _PLACE_PARTS:
            found.places.setdefault(code, []).append(column)
            claimed.add(column)
    for parts in found.places.values():
        parts.sort(key=lambda column: _PLACE_PARTS.index(_cut(column)[1].casefold()))
    found.roles = _roles(every, chosen or {})
    claimed |= set(found.roles.values())
    found.others = [
        column
        for column in every
        if column not in claimed and not SYSTEM.fullmatch(column) and _last(column) not in computed
    ]
    known = {*found.items.values(), *found.options, *found.places}
    found.missing = [code for code in asked if code not in known]
    return found


def instance_of(fields: Mapping[str, str]) -> UUID | None:
    """The submission's own name; None where it has none that can be read."""
    named = {column.casefold(): text.casefold() for column, text in fields.items()}
    for name in INSTANCE:
        if match := _UUID.fullmatch(named.get(name, "")):
            return UUID(match[1])
    return None


def has_instance(columns: Iterable[str]) -> bool:
    return any(column.casefold() in INSTANCE for column in columns)


def _labels(items: Iterable[FormItem]) -> dict[str, str]:
    """Label → code, of labels that one item only has."""
    owners: dict[str, set[str]] = {}
    for item in items:
        for text in (item.text_fr, item.text_en):
            owners.setdefault(plain(text), set()).add(item.code)
    return {text: next(iter(codes)) for text, codes in owners.items() if len(codes) == 1}


def _item(column: str, asked: Mapping[str, FormItem], labels: Mapping[str, str]) -> str | None:
    """The item behind the groups: `froid/t1`, `froid-t1` (ODK) or a label. Codes may themselves hold hyphens."""
    last = _last(column)
    for name in (column, last, last.lstrip("_")):
        if name in asked:
            return name
    parts = last.split("-")
    for start in range(1, len(parts)):
        if (name := "-".join(parts[start:])) in asked:
            return name
    return labels.get(plain(column)) or labels.get(plain(last))


def _last(column: str) -> str:
    return column.rpartition("/")[2]


def _cut(column: str) -> tuple[str, str]:
    """`froid/kit/soap` → `froid/kit`, soap; `_place_latitude` and `place-Latitude` → place, latitude."""
    match = re.fullmatch(r"_?(.+)[_-](latitude|longitude|altitude|accuracy|precision)", column, re.IGNORECASE)
    if match:
        return match[1], match[2]
    head, _slash, tail = column.rpartition("/")
    return head, tail


def _roles(columns: list[str], chosen: Mapping[str, str]) -> dict[str, str]:
    roles = {role: column for role, column in chosen.items() if role in ROLES and column in columns}
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(plain(_last(column)).replace(" ", "_"), column)
    for role, names in {"site": _SITES, "done_on": _DAYS, **_ROLES}.items():
        if role not in chosen:
            roles |= {role: next((by_name[name] for name in names if name in by_name), "")}
    return {role: column for role, column in roles.items() if column}
