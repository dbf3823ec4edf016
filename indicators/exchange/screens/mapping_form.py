"""The settings of a mapping as a form, and a form as the spec of a mapping: what was typed is never lost."""

from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from indicators.exchange import mapping
from indicators.exchange.files.lines import normalised
from indicators.exchange.mapping import BadMapping, Mapping
from indicators.exchange.problems import MESSAGES
from indicators.exchange.screens import mapping_words as words
from indicators.exchange.screens.table_look import Look

MOST_COLUMNS = 200
"""So many can be told apart on a screen; those beyond are left out, and the import says so."""
_OF_WIDE = ("element", "option")


class ColumnChoice(NamedTuple):
    """A column of the file as the screen offers it: `place` counts from 0, `errors` stand beside it."""

    place: int
    name: str
    role: str
    element: str
    option: str
    errors: list[str]


class MappingForm(forms.Form):
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=_("Row of the headers"), min_value=0, help_text=_("0 where the columns have none."), required=False
    )
    first_row = forms.IntegerField(
        label=_("First row of data"), min_value=0, required=False, help_text=_("0: the one after the headers.")
    )
    shape = forms.ChoiceField(label=_("Shape of the table"), choices=words.SHAPES, widget=forms.RadioSelect)
    periods = forms.ChoiceField(label=_("Periods are written"), choices=words.PERIODS)
    dates = forms.ChoiceField(label=_("Dates are written"), choices=words.DATES, required=False)
    length = forms.ChoiceField(
        label=_("A date stands for"), choices=words.LENGTHS, help_text=_("The period of this length that holds it.")
    )
    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=words.DECIMALS, required=False)
    thousands = forms.ChoiceField(label=_("Sign between thousands"), choices=words.THOUSANDS, required=False)
    missing = forms.CharField(
        label=_("Words that mean “missing”"),
        required=False,
        help_text=_("Beside an empty cell, separated by semicolons: ND; N/A; -. A zero is a number, never missing."),
    )
    unit = forms.CharField(label=_("Organisation unit of the whole file"), required=False)
    period = forms.CharField(label=_("Period of the whole file"), required=False)
    element = forms.CharField(label=_("Data element of the whole file"), required=False)
    attribute = forms.CharField(label=_("Attribute option of the whole file"), required=False)
    unit_scheme = forms.ChoiceField(label=_("Organisation units are named by"), choices=words.NAMED_BY)
    element_scheme = forms.ChoiceField(label=_("Data elements are named by"), choices=words.NAMED_BY)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=words.ENCODINGS, required=False)
    delimiter = forms.ChoiceField(label=_("Sign between columns"), choices=words.DELIMITERS, required=False)
    name = forms.CharField(
        label=_("Keep these choices under a name"),
        required=False,
        max_length=120,
        help_text=_("Then the next file of this kind needs no questions. Leave it blank to use them once."),
    )
    replace = forms.BooleanField(label=_("Replace the mapping of this name"), required=False)

    def __init__(self, data: QueryDict | None, spec: Keyed[str, Any], sheets: Sequence[str], header: Sequence[str]):
        super().__init__(data, initial=_initial(spec))
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]
        self._header = list(header)[:MOST_COLUMNS]
        self._typed = _typed_columns(data, self._header) if data is not None else _columns_of(spec, self._header)
        self._errors_of: dict[int, list[str]] = {}
        self.of_columns: list[str] = []

    @property
    def columns(self) -> list[ColumnChoice]:
        return [
            ColumnChoice(index, name, **self._typed[index], errors=self._errors_of.get(index, []))
            for index, name in enumerate(self._header)
            if normalised(name)
        ]

    def chosen(self, sheet: str) -> Mapping | None:
        """What is chosen, or None where it contradicts itself: then the errors stand beside the fields."""
        if not self.is_valid():
            return None
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("name", "replace")}
        told = {
            name: words.SIGNS.get(value, value) if isinstance(value, str) else value for name, value in told.items()
        }
        told["header_row"] = 1 if told["header_row"] is None else told["header_row"]
        told["first_row"] = told["first_row"] or 0
        told["missing"] = [word.strip() for word in told["missing"].split(";") if word.strip()]
        columns = [_spec_of(choice, told["shape"]) for choice in self.columns]
        try:
            return Mapping.parse(told | {"sheet": sheet, "columns": columns})
        except BadMapping as bad:
            for wrong in bad.problems:
                self._tell(wrong)
            return None

    def _tell(self, wrong: mapping.Wrong) -> None:
        value = str(words.ROLES.get(wrong.value, wrong.value))
        sentence = str(MESSAGES[wrong.code]).format(value=value)
        name, _dot, rest = wrong.field.partition(".")
        if name == "columns" and rest:
            index = self.columns[int(rest.partition(".")[0])].place
            self._errors_of.setdefault(index, []).append(sentence)
        elif name in self.fields:
            self.add_error(name, sentence)
        else:
            role = words.ROLES.get(name)
            self.of_columns.append(f"{role} – {sentence}" if role else sentence)


def _initial(spec: Keyed[str, Any]) -> dict[str, Any]:
    by_sign = {sign: word for word, sign in words.SIGNS.items()}
    names = [name for name in MappingForm.base_fields if name in spec]
    found = {name: by_sign.get(spec[name], spec[name]) for name in names if name != "missing"}
    # Missing words are shown as they are typed; what the mapping does not say is its default.
    blank = {"length": "month", "periods": "dhis2", "unit_scheme": "any", "element_scheme": "any", "header_row": 1}
    return blank | {"first_row": 0} | found | {"missing": "; ".join(spec.get("missing", ()))}


def _columns_of(spec: Keyed[str, Any], header: Sequence[str]) -> list[dict[str, str]]:
    by_name = {normalised(column["column"]): column for column in spec.get("columns", ())}
    found = [by_name.get(normalised(name), {}) for name in header]
    return [{"role": it.get("role", mapping.IGNORED), **{name: it.get(name, "") for name in _OF_WIDE}} for it in found]


def _typed_columns(data: QueryDict, header: Sequence[str]) -> list[dict[str, str]]:
    return [
        {
            "role": data.get(f"role-{index}", mapping.IGNORED),
            **{name: data.get(f"{name}-{index}", "") for name in _OF_WIDE},
        }
        for index in range(len(header))
    ]


def _spec_of(choice: ColumnChoice, shape: str) -> dict[str, str]:
    """The names of a column that is none of values stay on the screen, but are not told."""
    named = shape == mapping.WIDE and choice.role == mapping.VALUE
    names = {"element": choice.element or choice.name, "option": choice.option} if named else {}
    return {"column": choice.name, "role": choice.role, "element": "", "option": "", **names}


def header_of(look: Look, row: int) -> list[str]:
    """The columns by name; by number where the table has no headers. Empty where the row is not among those shown."""
    if row == 0:
        width = max((len(cells) for _, cells in look.lines), default=0)
        return [str(number) for number in range(1, width + 1)]
    return next((cells for number, cells in look.lines if number == row), [])
