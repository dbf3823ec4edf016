"""What somebody wants to see in the explorer: read from the address, checked, filled up with sensible defaults."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.pages.explorer_choice import BELOW, GROUPS, MEMBERS, PLACE, Choice
from indicators.pages.explorer_subjects import groups_at
from indicators.pages.explorer_views_offered import VIEWS
from indicators.pages.periods_form import PeriodsForm
from indicators.registry.definitions import definitions
from indicators.registry.rivals import rivals

_LINE = re.compile(r"g?[0-9]{1,18}")
MOST_DRAWN = 60


def _first(asks: forms.Field) -> str:
    """The usual answer: the first choice, nothing where there is none to choose from."""
    return str(next(iter(asks.widget.choices))[0]) if isinstance(asks.widget, forms.Select) else ""


class ExplorerForm(PeriodsForm):
    """`choice` holds the result where the form is valid. The questions are those of every view and of the one asked
    for."""

    view = forms.ChoiceField(
        label=_("View"), choices=[(key, view.label) for key, view in VIEWS.items()], widget=forms.HiddenInput
    )
    show = forms.ChoiceField(
        label=_("Show"),
        choices=[
            (PLACE, _("the place itself")),
            (BELOW, _("each place below it")),
            (GROUPS, _("groups of places")),
            (MEMBERS, _("the members of a group")),
        ],
    )
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=OrgUnitGroup.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("This group does not exist, or it has no member here.")},
    )
    usual = {"view": next(iter(VIEWS)), "show": PLACE, "frequency": "quarter"}
    field_order = ("view", "indicator", "unit", "show", "group")

    def __init__(self, asked: QueryDict, scope: QuerySet[OrgUnit]) -> None:
        super().__init__(asked, scope, {rule.code: rule for code in definitions() for rule in rivals(code)})
        self.choice: Choice | None = None
        if self.answers["show"] != MEMBERS:
            del self.fields["group"]
        view = VIEWS.get(str(self.answers["view"]))
        self._asked_by_view = list(view.fields) if view else []
        for name, make in view.fields.items() if view else ():
            self.fields[name] = asks = make()
            asks.required = False
            self.answers[name] = self.answers.get(name) or _first(asks)

    def clean(self) -> dict[str, Any]:
        clean = super().clean()
        if self.periods:
            self._choose(clean)
        return clean

    def clean_unit(self) -> OrgUnit | None:
        """The groups offered are those with members at the place."""
        place = self.cleaned_data["unit"] or self.top
        if place and isinstance(group := self.fields.get("group"), forms.ModelChoiceField):
            group.queryset = groups_at(place)
        return self.cleaned_data["unit"]

    def _choose(self, clean: dict[str, Any]) -> None:
        show, group = clean["show"], clean.get("group")
        if show == MEMBERS and group is None and (group := groups_at(clean["unit"]).first()) is None:
            show = GROUPS
        drawn = tuple(key for key in self.answers.getlist("draw") if _LINE.fullmatch(key))
        options = tuple((name, clean[name]) for name in self._asked_by_view)
        self.choice = Choice(
            measure=self.rules[clean["indicator"]],
            place=clean["unit"],
            show=show,
            frequency=clean["frequency"],
            periods=self.periods,
            drawn=drawn[:MOST_DRAWN],
            group=group,
            view=clean["view"],
            options=options,
        )
