"""The forms of the planner, the calendar and the coverage page: all are asked for in the address."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text
from indicators.periods import BadPeriod, Frequency, Period
from research.coach2pev.models import Coach
from research.coach2pev.models.visits import Selection
from research.coach2pev.planning import queries, ranking
from research.coach2pev.planning.rounds import MOST, Round
from research.coach2pev.visits.queries import coaches
from research.entry_forms import DayField, WholeNumberField

SEEDS = 1_000_000


class PlaceForm(forms.Form):
    """What the pages of this room have in common: a district of the person's own, and the coach."""

    district = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("District"), empty_label=_("All districts"), required=False
    )
    coach = forms.ModelChoiceField(Coach.objects.none(), label=_("Coach"), empty_label=_("All coaches"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["district"].queryset = queries.districts_for(user)
        if "coach" in fields:
            fields["coach"].queryset = coaches()
            if not fields["coach"].queryset.exists():
                del fields["coach"]

    def said(self, name: str) -> Any:
        """What was chosen and makes sense, else None."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class CalendarForm(PlaceForm):
    mois = forms.ChoiceField(label=_("Month"), required=False)
    field_order = ["mois", "district", "coach"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = Period.month_of(timezone.localdate())
        self.month = _month(self.data.get("mois", "")) or present
        fields: Any = self.fields
        offered = sorted({present.shift(step) for step in range(-12, 13)} | {self.month})
        fields["mois"].choices = [(one.id, month_text(one)) for one in offered]
        if "mois" not in self.data or not _month(self.data["mois"]):
            data: Any = cast(Any, self.data).copy()
            data["mois"] = present.id
            self.data = data


class CoverageForm(PlaceForm):
    coach = None  # type: ignore[assignment]
    depuis = forms.TypedChoiceField(
        label=_("Visits counted"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("since the first one")), (3, _("of the last 3 months")), (6, _("of the last 6 months")),
            (12, _("of the last 12 months")),
        ],
    )  # fmt: skip


class RoundForm(PlaceForm):
    """A round of visits. Fields bear the names of `Round`; `site` holds the ticked sites of a direct choice."""

    method = forms.ChoiceField(label=_("Choose the sites"), choices=Selection.choices)
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    number = WholeNumberField(
        label=_("How many sites"), lowest=1, highest=MOST, help_text=_("For a choice by performance or at random.")
    )
    unscored = forms.ChoiceField(
        label=_("Sites without a score"),
        required=False,
        choices=[
            (ranking.FIRST, _("come first")), (ranking.LAST, _("come last")), (ranking.OUT, _("are left out")),
        ],
        help_text=_("For a choice by performance: a site never visited has no score, which is not a score of zero."),
    )  # fmt: skip
    seed = WholeNumberField(
        label=_("Seed of the draw"),
        highest=2_147_483_647,
        help_text=_("For a draw at random: the same seed draws the same sites again. Left as it is, it is a new one."),
    )
    comparison = forms.BooleanField(
        label=_("Comparison sites too"),
        required=False,
        help_text=_("Sites without any recorded stage of exposure. Coaching them would end the comparison."),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    site = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.MultipleHiddenInput)
    field_order = ["method", "first", "last", "district", "number", "unscored", "seed", "comparison", "coach", "note"]

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["site"].choices = [(site.pk, site.name) for site in sites]
        if "coach" in fields:
            fields["coach"].empty_label = _("Not decided yet")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        drawn = data.get("method") == Selection.RANDOM
        if data.get("method") in (Selection.PERFORMANCE, Selection.RANDOM):
            if data.get("number") is None and "number" not in self.errors:
                self.add_error("number", _("Say how many sites."))
            if drawn and data.get("seed") is None and "seed" not in self.errors:
                self.add_error("seed", _("Give the seed of the draw."))
        return data

    def asked(self) -> Round:
        """For a form that is valid."""
        data = self.cleaned_data
        return Round(
            method=data["method"],
            first=data["first"],
            last=data["last"],
            number=data["number"] or 0,
            sites=frozenset(data["site"]),
            district=data["district"],
            seed=data["seed"],
            unscored=data["unscored"] or ranking.FIRST,
            comparison=data["comparison"],
            coach=data.get("coach"),
            note=data["note"],
        )


class ConfirmForm(forms.Form):
    """What is sent to plan the round that was shown."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput)


def _month(text: str) -> Period | None:
    try:
        month = Period.parse(text)
    except BadPeriod:
        return None
    return month if month.frequency == Frequency.MONTH and 2000 <= month.year < 2100 else None
