"""Typed reading of one JSON record's fields; what is wrong is noted with row and field, and reading goes on."""

from datetime import date, datetime
from typing import Any

from indicators.exchange.problems import Problem, shown
from indicators.geography.uids import is_uid


class Fields:
    """The fields of record `number`. Each method gives a usable value and notes a problem where there is none."""

    def __init__(self, record: Any, number: int, problems: list[Problem]) -> None:
        self.number = number
        self.problems = problems
        self.before = len(problems)
        self.record: dict[str, Any] = record if isinstance(record, dict) else {}
        if not isinstance(record, dict):
            self.refuse("wrong_type", None, record)

    @property
    def good(self) -> bool:
        return len(self.problems) == self.before

    def refuse(self, code: str, field: str | None, value: object) -> None:
        self.problems.append(Problem(code, self.number, field, shown(value)))

    def text(self, field: str, longest: int, *, required: bool = False) -> str:
        value = self.record.get(field)
        if value is None or value == "":
            if required:
                self.refuse("missing_field", field, "")
            return ""
        if not isinstance(value, str):
            self.refuse("wrong_type", field, value)
        elif len(value) > longest:
            self.refuse("too_long", field, value)
        elif not value.isprintable():
            self.refuse("control_char", field, value)
        else:
            return value.strip()
        return ""

    def uid(self, field: str) -> str:
        value = self.text(field, 1000, required=True)
        if value and not is_uid(value):
            self.refuse("bad_uid", field, value)
        return value

    def uid_of(self, field: str) -> str | None:
        """The id inside a nested object such as `"parent": {"id": …}`; None where there is none."""
        nested = self.record.get(field)
        if nested is None:
            return None
        uid = nested.get("id") if isinstance(nested, dict) else None
        if not isinstance(uid, str) or not is_uid(uid):
            self.refuse("bad_uid", field, nested)
            return None
        return uid

    def translated(self, language: str) -> str:
        """The record's name in that language; blank where it is not translated."""
        translations = self.record.get("translations") or []
        for entry in translations if isinstance(translations, list) else []:
            if isinstance(entry, dict) and entry.get("property") == "NAME" and entry.get("locale") == language:
                return Fields(entry, self.number, self.problems).text("value", 230)
        return ""

    def day(self, field: str) -> date | None:
        """The day of `2010-02-01T00:00:00.000` or `2010-02-01`."""
        value = self.text(field, 40)
        if not value:
            return None
        try:
            return datetime.fromisoformat(value.replace("+0000", "+00:00")).date()
        except ValueError:
            self.refuse("bad_date", field, value)
            return None
