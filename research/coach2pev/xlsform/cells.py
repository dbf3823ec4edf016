"""The cells of one row of an XLSForm, read strictly: each mistake with its place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from research.coach2pev.xlsform.columns import Bilingual, Column, bilingual, column_of
from research.coach2pev.xlsform.forms import Problem
from research.coach2pev.xlsform.sheets import SheetRow

_YES, _NO = {"yes", "true", "true()", "1", "oui", "vrai"}, {"no", "false", "false()", "0", "non", "faux", ""}


@dataclass(slots=True)
class Found:
    """What is said of the workbook while it is read; `language` is the one of columns that name none."""

    language: str = ""
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Cells:
    """A row's texts by column, however the header spells it."""

    row: SheetRow
    found: Found
    by_column: dict[Column, str] = field(init=False)
    _headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.by_column, self._headers = {}, {}
        for header, text in self.row.cells.items():
            column = column_of(header)
            self.by_column.setdefault(column, text)
            self._headers.setdefault(column.name, header)

    def __getitem__(self, name: str) -> str:
        return self.by_column.get(Column(name), "")

    def problem(self, name: str, sentence: str) -> None:
        self.found.problems.append(self.row.at(self._headers.get(name, name), sentence))

    def notice(self, name: str, sentence: str) -> None:
        self.found.notices.append(self.row.at(self._headers.get(name, name), sentence))

    def text(self, name: str, longest: int) -> str:
        self._check_length(name, self[name], longest)
        return self[name]

    def both(self, name: str, longest: int, default: str = "") -> Bilingual:
        found = bilingual(self.by_column, name, self.found.language)
        for text in found:
            self._check_length(name, text, longest)
        return found if found.fr else Bilingual(default, default)

    def flag(self, name: str, default: bool) -> bool | None:
        """Yes or no; None where it says neither (a condition, for example)."""
        text = self[name].casefold()
        if not text:
            return default
        return True if text in _YES else False if text in _NO else None

    def own_flag(self, name: str, default: bool) -> bool:
        flag = self.flag(name, default)
        if flag is None:
            self.problem(name, _("Write yes or no."))
        return bool(flag)

    def number(self, name: str, fits: Callable[[Decimal], bool], sentence: str, places: int = 0) -> Decimal | None:
        """None where blank; a problem where it is no number that `fits`."""
        text = self[name].replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number.adjusted() > 9 or not fits(number) or round(number, places) != number:
            self.problem(name, sentence)
            return None
        return number

    def _check_length(self, name: str, text: str, longest: int) -> None:
        if len(text) > longest:
            self.problem(name, _("The text is longer than %(most)d characters.") % {"most": longest})
