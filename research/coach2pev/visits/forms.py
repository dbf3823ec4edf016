"""The form of a visit on one page. Which fields it has depends on what is said: planned, begun, done or cancelled."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.coach2pev.models import Checklist, Coach, Coachee, SupervisionVisit
from research.coach2pev.visits import actions, queries, rows, states
from research.coach2pev.visits.answers import condition, raw_of
from research.coach2pev.visits.fields import AnswerField, Row, row_of
from research.coach2pev.visits.reading import said
from research.coach2pev.visits.sheets import Item, Section, sheet_of
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField

_WHO = ["coach", "second_coach", "coach_role"]
_GROW = ["goal", "reality", "options"]
FIELDS = {
    states.PLANNED: ["site", "planned_on", *_WHO],
    states.SCHEDULED: ["site", "planned_on", *_WHO],
    states.IN_PROGRESS: ["site", "done_on", "checklist", *_WHO],
    states.DONE: ["site", "done_on", "planned_on", *_WHO, "coachees", "people", "minutes", *_GROW, "agreed"],
    states.CANCELLED: ["cancelled_reason"],
}
HIDDEN = ["client_uuid", "version", "state", "checklist"]
ACTIONS = {
    states.PLANNED: actions.plan_visit, states.IN_PROGRESS: actions.begin_visit, states.DONE: actions.record_visit,
}  # fmt: skip


def notes(label: Any, help_text: Any) -> forms.CharField:
    """A field of the conversation: as long as it needs to be."""
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=3000, required=False, widget=area, help_text=help_text)


class VisitForm(EntryForm):
    """`checklist` is the one whose items are asked; answers are fields `item-<primary key>`.

    The form of a visit that was done is short where it is new; of one on record it shows all that it holds.
    """

    state = forms.ChoiceField(choices=SupervisionVisit.State.choices, widget=forms.HiddenInput)
    checklist = forms.ModelChoiceField(Checklist.objects.all(), required=False, widget=forms.HiddenInput)
    site = SiteField()
    done_on = DayField(label=_("Date of the visit"))
    planned_on = DayField(label=_("Planned for"), required=False)
    coach = forms.ModelChoiceField(Coach.objects.none(), label=_("Coach"), required=False)
    second_coach = forms.ModelChoiceField(
        Coach.objects.none(),
        label=_("Second coach"),
        required=False,
        help_text=_("Only where two coaches assess the visit, each alone."),
    )
    coach_role = forms.CharField(
        label=_("Role of the coach"), max_length=120, required=False, help_text=_("A role, not a name.")
    )
    coachees = WholeNumberField(label=_("Staff coached"), highest=500)
    people = forms.ModelMultipleChoiceField(
        Coachee.objects.none(), label=_("Who was coached"), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = WholeNumberField(label=_("Duration (minutes)"), lowest=1, highest=1440)
    goal = notes(_("Goal"), _("What the coachees want to reach."))
    reality = notes(_("Reality"), _("What is seen today, and why."))
    options = notes(_("Options"), _("What could be done, in their own words."))
    agreed = forms.CharField(
        label=_("What was agreed"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What will be done until the next visit, and by which role."),
    )
    cancelled_reason = forms.CharField(label=_("Reason for cancelling"), max_length=300)

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        state: str,
        visit: SupervisionVisit | None = None,
        checklist: Checklist | None = None,
        site: str = "",
    ) -> None:
        super().__init__(data)
        self.user, self.said, self.visit, self._offered = user, state, visit, checklist
        self.asked = checklist if state == states.DONE else None
        self.sheet = sheet_of(self.asked) if self.asked else None
        _offer(self.fields, visit)
        for name in set(self.fields) - {*self._shown(), *HIDDEN}:
            del self.fields[name]
        for item in self.items:
            self.fields[f"item-{item.pk}"] = AnswerField(item)
        if "planned_on" in self.fields:
            self.fields["planned_on"].required = state in (states.PLANNED, states.SCHEDULED)
        if "done_on" in self.fields:
            self.fields["done_on"].until(timezone.localdate())  # type: ignore[attr-defined]
        if state == states.IN_PROGRESS:
            published = Checklist.objects.filter(state=Checklist.State.PUBLISHED)
            self.fields["checklist"] = forms.ModelChoiceField(published, label=_("Checklist"), empty_label=None)
        self._start_with(site)

    @classmethod
    def pieces(cls, visit: SupervisionVisit, names: Sequence[str]) -> dict[str, forms.Field]:
        """Copies of these fields, offering whom the visit can name; a choice that offers nobody is left out."""
        fields: Any = {name: deepcopy(cls.base_fields[name]) for name in names}
        _offer(fields, visit)
        return {name: field for name, field in fields.items() if getattr(field, "queryset", True)}

    def _shown(self) -> list[str]:
        """The fields that this form shows, in their order."""
        names = list(FIELDS[self.said])
        if self.said == states.DONE and self.visit is None:
            names = [name for name in names if name not in ("people", "second_coach", *_GROW)]
        empty = [name for name in ("coach", "second_coach", "people") if not self.fields[name].queryset]  # type: ignore[attr-defined]
        return [name for name in names if name not in empty]

    @property
    def items(self) -> list[Item]:
        """The items that a person answers here."""
        return [item for item in self.sheet.items if item.answerable] if self.sheet else []

    def _start_with(self, site: str) -> None:
        self.initial.update({"state": self.said, "checklist": self._offered, "done_on": timezone.localdate()})
        names = [name for name in self._names if name in self.fields]
        if self.visit:
            apart = ("done_on", "people", "checklist")
            stored = [name for name in [*names, "client_uuid", "version"] if name not in apart]
            self.initial.update({name: getattr(self.visit, name) for name in stored})
            day = self.visit.done_on or min(self.visit.planned_on or timezone.localdate(), timezone.localdate())
            self.initial["done_on"] = timezone.localdate() if self.said == states.IN_PROGRESS else day
            if "people" in self.fields:
                self.initial["people"] = list(self.visit.people.values_list("pk", flat=True))
            if self.items:
                had = rows.stored_answers(self.visit)
                self.initial.update({f"item-{pk}": raw_of(given) for pk, given in had.items()})
        elif "coach" in names:
            self.initial["coach"] = Coach.objects.filter(account=self.user, active=True).first()
        if "site" in self.fields:
            field: Any = self.fields["site"]
            start = field.offer(self._sites(), queries.last_site(self.user))
            self.initial.setdefault("site", site or start)

    @property
    def _names(self) -> list[str]:
        return [name for name in FIELDS[self.said] if name in self.fields]

    def _sites(self) -> Any:
        sites = queries.sites_for(self.user)
        if self.visit is None:
            return sites
        # A visit of a site that has left the evaluation can still be corrected.
        wanted = Q(pk__in=sites.order_by().values("pk")) | Q(pk=self.visit.site_id)
        return OrgUnit.objects.filter(wanted).select_related("parent").order_by("path")

    def sections(self) -> list[tuple[Section, str, list[Row]]]:
        """The items of the checklist by section, with the section's condition as the browser reads it, for the page."""
        parts = self.sheet.sections if self.sheet else ()
        found = [(part, self.sheet.items_of(part.code) if self.sheet else []) for part in parts]
        return [(part, condition(part.relevant), [self._row(item) for item in items]) for part, items in found if items]

    def _row(self, item: Item) -> Row:
        if not item.answerable:
            return row_of(item, "")
        field = self[f"item-{item.pk}"]
        return row_of(item, field.value() or "", error=" ".join(map(str, field.errors)))

    def plain_fields(self) -> list[Any]:
        """The fields that are neither hidden nor of the checklist, for the page."""
        return [self[name] for name in self._names if name != "agreed"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        found = states.problems(
            self.said,
            planned_on=data.get("planned_on"),
            done_on=data.get("done_on"),
            cancelled_reason=data.get("cancelled_reason", ""),
            today=timezone.localdate(),
        )
        for field, sentence in found.items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, sentence)
        return data

    def details(self) -> Any:
        """What the actions take."""
        details = {name: self.cleaned_data[name] for name in self._names}
        if self.said == states.DONE:
            answers = {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}
            details |= {"checklist": self.asked, "answers": answers}
        return details

    def differences(self, stored: SupervisionVisit) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        found: list[tuple[str, Any, Any]] = []
        if stored.state != self.said:
            found.append((gettext("State"), stored.get_state_display(), SupervisionVisit.State(self.said).label))
        for name in self._names:
            typed, there = self.cleaned_data.get(name), getattr(stored, name)
            if name == "people":
                typed, there = ", ".join(map(str, typed or [])), ", ".join(map(str, there.all()))
            if there != typed:
                found.append((str(self.fields[name].label), there, typed))
        answers = rows.stored_answers(stored)
        for item in self.items:
            there, typed = answers.get(item.pk), self.cleaned_data.get(f"item-{item.pk}")
            if there != typed:
                found.append((item.text, said(item, there) or None, said(item, typed) or None))
        return found

    def save(self) -> SupervisionVisit:
        """Hands the visit to the action that its state asks for; raises what that raises."""
        if self.visit:
            version = self.cleaned_data["version"] or 0  # a form that does not say what it edits edits nothing
            return actions.edit_visit(self.visit, by=self.user, version=version, state=self.said, **self.details())
        return ACTIONS[self.said](by=self.user, client_uuid=self.cleaned_data["client_uuid"], **self.details())


def _offer(fields: Any, visit: SupervisionVisit | None) -> None:
    """Coaches at work, and the staff of the visit's site; whoever the visit names already stays on offer."""
    coaches = Q(active=True)
    if visit:
        coaches |= Q(pk__in=[pk for pk in (visit.coach_id, visit.second_coach_id) if pk])
        if "people" in fields:
            fields["people"].queryset = queries.coachees_at(visit.site_id, visit)
    for name in ("coach", "second_coach"):
        if name in fields:
            fields[name].queryset = Coach.objects.filter(coaches).order_by("code")
