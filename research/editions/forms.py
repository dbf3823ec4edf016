from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.pages.formats import period_text
from research.agenda.models import Hub
from research.editions.models import Edition, Section
from research.editions.queries import semesters
from research.entry_forms import RowForm


class EditionForm(RowForm):
    """Which half-years, and what it is called. The half-years offered are those of the hub's time."""

    model = Edition
    written = ("hub", "first", "last", "title_fr", "title_en")

    def __init__(self, *args: Any, row: Edition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        hubs = list(Hub.objects.all())
        offered = sorted({one for hub in hubs for one in semesters(hub)}, reverse=True)
        choices = [(one.code, period_text(one)) for one in offered]
        for name, label in (("first", _("First half-year")), ("last", _("Last half-year"))):
            self.fields[name] = forms.TypedChoiceField(label=label, choices=choices, coerce=int)
        if len(hubs) == 1:
            self.initial.setdefault("hub", hubs[0].pk)
            self.fields["hub"].widget = forms.HiddenInput()
        if len(offered) > 1:
            self.initial.setdefault("first", offered[1].code)
            self.initial.setdefault("last", offered[1].code)


class SectionForm(RowForm):
    """The words of one part, in both languages."""

    model = Section
    written = ("words_fr", "words_en")

    def __init__(self, *args: Any, row: Section | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        for name in self.written:
            self.fields[name].widget.attrs["rows"] = 10
            self.fields[name].help_text = _("Plain words; an empty line begins a paragraph.")
