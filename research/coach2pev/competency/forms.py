"""The grid of ratings of one visit: people × domains, a level in each cell or none."""

from typing import Any, NamedTuple, cast

from django import forms
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.coach2pev.competency import queries
from research.coach2pev.competency.actions import Cell, rate_visit
from research.coach2pev.models import Coachee, SupervisionVisit


class Person(NamedTuple):
    coachee: Coachee
    fields: list[Any]


class RatingsForm(forms.Form):
    """Fields `level-<coachee>-<domain>`; hidden `was-…` keep what was stored when the page was opened."""

    def __init__(self, data: Any = None, *, user: User, visit: SupervisionVisit, assessor: int) -> None:
        super().__init__(data)
        self.user, self.visit, self.assessor = user, visit, assessor
        self.domains = queries.domains_in_use(visit)
        self.levels = queries.levels()
        self.stored = queries.ratings_of_visit(visit, assessor)
        self.coachees = queries.people_to_rate(visit)
        there = {person.pk for person in self.coachees}
        left = {coachee for coachee, _domain in self.stored} - there
        self.coachees += list(Coachee.objects.filter(pk__in=left)) if left else []
        choices = [("", "—"), *((level.value, str(level)) for level in self.levels)]
        for person in self.coachees:
            for domain in self.domains:
                now = self.stored.get((person.pk, domain.pk))
                self.fields[_level(person.pk, domain.pk)] = forms.TypedChoiceField(
                    label=domain.name, choices=choices, required=False, coerce=int, empty_value=None, initial=now
                )
                self.fields[_was(person.pk, domain.pk)] = forms.IntegerField(
                    widget=forms.HiddenInput, required=False, min_value=0, max_value=10, initial=now
                )

    def people(self) -> list[Person]:
        """For the page: each person with the fields of all domains."""
        return [
            Person(person, [self[_level(person.pk, domain.pk)] for domain in self.domains]) for person in self.coachees
        ]

    def save(self) -> int:
        """Hands the grid to its action; raises what that raises."""
        cells = [(person.pk, domain.pk) for person in self.coachees for domain in self.domains]
        return rate_visit(
            self.visit,
            by=self.user,
            assessor=self.assessor,
            was={cell: self.cleaned_data[_was(*cell)] for cell in cells},
            levels={cell: self.cleaned_data[_level(*cell)] for cell in cells},
        )

    def show_conflict(self) -> None:
        """Keeps what was typed, and says beside each cell what is stored now; saving again replaces it."""
        data: Any = cast(Any, self.data).copy()
        stored: dict[Cell, int] = queries.ratings_of_visit(self.visit, self.assessor)
        for person in self.coachees:
            for domain in self.domains:
                cell = (person.pk, domain.pk)
                was, typed, now = self.cleaned_data[_was(*cell)], self.cleaned_data[_level(*cell)], stored.get(cell)
                data[_was(*cell)] = "" if now is None else str(now)
                if typed == was:
                    data[_level(*cell)] = data[_was(*cell)]  # not touched here: what is stored stays
                elif now not in (was, typed):
                    shown = "—" if now is None else str(now)
                    sentence = _("Stored meanwhile: %(level)s. Save again to put yours in its place.")
                    self.add_error(_level(*cell), sentence % {"level": shown})
        self.data = data


def _level(coachee: int, domain: int) -> str:
    return f"level-{coachee}-{domain}"


def _was(coachee: int, domain: int) -> str:
    return f"was-{coachee}-{domain}"
