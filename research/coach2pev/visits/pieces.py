"""The parts of a visit in progress that are not the checklist, each a small form."""

from typing import Any

from django import forms
from django.utils import timezone

from research.coach2pev.models import SupervisionVisit
from research.coach2pev.visits.forms import VisitForm


class PieceForm(forms.Form):
    """Fields of `VisitForm` by name, started with what the visit holds."""

    names: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, visit: SupervisionVisit) -> None:
        super().__init__(data)
        for name, field in VisitForm.pieces(visit, self.names).items():
            self.fields[name] = field
            value = getattr(visit, name)
            self.initial[name] = [one.pk for one in value.all()] if name == "people" else value
        if "done_on" in self.fields:
            self.fields["done_on"].until(timezone.localdate())  # type: ignore[attr-defined]


class AboutForm(PieceForm):
    names = ("done_on", "coach", "second_coach", "coach_role", "people", "coachees", "minutes")


class TalkForm(PieceForm):
    names = ("goal", "reality", "options", "agreed")
