"""Reads the groups of units in DHIS2 metadata JSON. Writes nothing, knows no database."""

from pathlib import Path

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.geography.records import GroupRecord
from indicators.geography.uids import is_uid

FIELD = "organisationUnitGroups"
MEMBERS = "organisationUnits"
LONGEST = 200


def read(path: Path) -> tuple[list[GroupRecord], list[Problem]]:
    """The file's `organisationUnitGroups` with their members, each once; a file without any has none. Raises BadFile.

    The name in French and in English is the translation where there is one, the plain name otherwise.
    """
    content = strict_json.load(path)
    found = content.get(FIELD, []) if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise BadFile("wrong_shape", FIELD)
    problems: list[Problem] = []
    records = []
    for number, record in enumerate(found, 1):
        fields = Fields(record, number, problems)
        name = fields.text("name", LONGEST, required=True)
        uid = fields.uid("id")
        names = fields.translated("fr") or name, fields.translated("en") or name
        if too_long := next((one for one in names if len(one) > LONGEST), ""):
            fields.refuse("too_long", "translations", too_long)
        group = GroupRecord(uid, *names, _members(fields))
        if fields.good:
            records.append(group)
    return records, problems


def _members(fields: Fields) -> tuple[str, ...]:
    given = fields.record.get(MEMBERS) or []
    if not isinstance(given, list):
        fields.refuse("wrong_shape", MEMBERS, MEMBERS)
        return ()
    found: dict[str, None] = {}
    for one in given:
        uid = one.get("id") if isinstance(one, dict) else None
        if isinstance(uid, str) and is_uid(uid):
            found[uid] = None
        else:
            fields.refuse("bad_uid", MEMBERS, one)
    return tuple(found)
