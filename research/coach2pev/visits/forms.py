"""The form of a visit. Which fields it has depends on what is said: planned, done or cancelled."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.coach2pev.models import Checklist, ChecklistAnswer, ChecklistItem, SupervisionVisit
from research.coach2pev.visits import actions, queries, states
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField

FIELDS = {
    states.PLANNED: ["site", "planned_on", "coach_role"],
    states.DONE: ["site", "done_on", "planned_on", "coach_role", "coachees", "minutes", "agreed"],
    states.CANCELLED: ["cancelled_reason"],
}
HIDDEN = ["client_uuid", "version", "state", "checklist"]
_UNANSWERED = ("", _("not answered"))


class VisitForm(EntryForm):
    """`checklist` is the one whose items are asked; answers are fields `item-<primary key>`."""

    state = forms.ChoiceField(choices=SupervisionVisit.State.choices, widget=forms.HiddenInput)
    checklist = forms.ModelChoiceField(Checklist.objects.all(), required=False, widget=forms.HiddenInput)
    site = SiteField()
    done_on = DayField(label=_("Date of the visit"))
    planned_on = DayField(label=_("Planned for"), required=False)
    coach_role = forms.CharField(
        label=_("Role of the coach"), max_length=120, required=False, help_text=_("A role, not a name.")
    )
    coachees = WholeNumberField(label=_("Staff coached"), highest=500)
    minutes = WholeNumberField(label=_("Duration (minutes)"), lowest=1, highest=1440)
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
        self.user, self.said, self.visit = user, state, visit
        self.asked = checklist if state == states.DONE else None
        for name in set(self.fields) - {*FIELDS[state], *HIDDEN}:
            del self.fields[name]
        for item in self.items:
            self.fields[f"item-{item.pk}"] = _answer_field(item)
        if "planned_on" in self.fields:
            self.fields["planned_on"].required = state == states.PLANNED
        if "done_on" in self.fields:
            self.fields["done_on"].until(timezone.localdate())  # type: ignore[attr-defined]
        self._start_with(site)

    @property
    def items(self) -> list[ChecklistItem]:
        return list(self.asked.items.all()) if self.asked else []

    def _start_with(self, site: str) -> None:
        self.initial.update({"state": self.said, "checklist": self.asked, "done_on": timezone.localdate()})
        if self.visit:
            names = [name for name in [*FIELDS[self.said], "client_uuid", "version"] if name != "done_on"]
            self.initial.update({name: getattr(self.visit, name) for name in names})
            day = self.visit.done_on or min(self.visit.planned_on or timezone.localdate(), timezone.localdate())
            self.initial["done_on"] = day
            self.initial.update({f"item-{row.item_id}": row.answer for row in self.visit.answers.all()})
        if "site" in self.fields:
            field: Any = self.fields["site"]
            start = field.offer(self._sites(), queries.last_site(self.user))
            self.initial.setdefault("site", site or start)

    def _sites(self) -> Any:
        sites = queries.sites_for(self.user)
        if self.visit is None:
            return sites
        # A visit of a site that has left the evaluation can still be corrected.
        wanted = Q(pk__in=sites.order_by().values("pk")) | Q(pk=self.visit.site_id)
        return OrgUnit.objects.filter(wanted).select_related("parent").order_by("path")

    def sections(self) -> list[tuple[str, list[Any]]]:
        """The fields of the checklist by section, for the page."""
        found: dict[str, list[Any]] = {}
        for item in self.items:
            found.setdefault(item.section.name, []).append(self[f"item-{item.pk}"])
        return list(found.items())

    def plain_fields(self) -> list[Any]:
        """The fields that are neither hidden nor of the checklist, for the page."""
        return [self[name] for name in FIELDS[self.said] if name != "agreed"]

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
        details = {name: self.cleaned_data[name] for name in FIELDS[self.said]}
        if self.said == states.DONE:
            answers = {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}
            details |= {"checklist": self.asked, "answers": answers}
        return details

    def differences(self, stored: SupervisionVisit) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        found: list[tuple[str, Any, Any]] = []
        if stored.state != self.said:
            found.append((gettext("State"), stored.get_state_display(), SupervisionVisit.State(self.said).label))
        for name in FIELDS[self.said]:
            typed = self.cleaned_data.get(name)
            if getattr(stored, name) != typed:
                found.append((str(self.fields[name].label), getattr(stored, name), typed))
        answers = {row.item_id: row.get_answer_display() for row in stored.answers.all()}
        labels = dict(ChecklistAnswer.Answer.choices)
        for item in self.items:
            typed = labels.get(self.cleaned_data.get(f"item-{item.pk}", ""))
            if answers.get(item.pk) != typed:
                found.append((item.text, answers.get(item.pk), typed))
        return found

    def save(self) -> SupervisionVisit:
        """Hands the visit to the action that its state asks for; raises what that raises."""
        if self.visit:
            version = self.cleaned_data["version"] or 0  # a form that does not say what it edits edits nothing
            return actions.edit_visit(self.visit, by=self.user, version=version, state=self.said, **self.details())
        act = actions.record_visit if self.said == states.DONE else actions.plan_visit
        return act(by=self.user, client_uuid=self.cleaned_data["client_uuid"], **self.details())


def _answer_field(item: ChecklistItem) -> forms.ChoiceField:
    choices = [*ChecklistAnswer.Answer.choices, _UNANSWERED]
    field = forms.ChoiceField(label=item.text, choices=choices, required=False, widget=forms.RadioSelect)
    field.initial = ""
    return field
