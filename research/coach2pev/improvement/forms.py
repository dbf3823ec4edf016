"""The small forms on the page of an action: one for each step that its state allows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from research.coach2pev.improvement import queries
from research.coach2pev.models import ImprovementAction
from research.entry_forms import DayField, EntryForm, SiteField


class AgreeForm(EntryForm):
    text = forms.CharField(label=_("What will be done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner_role = forms.CharField(
        label=_("Owner (role)"), max_length=120, required=False, help_text=_("A role, not a name.")
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner (account)"), required=False, empty_label=_("no account"),
        help_text=_("If the owner signs in here: then somebody else verifies the action."),
    )  # fmt: skip
    due_on = DayField(label=_("Until"))

    def __init__(self, data: Any = None, *, action: ImprovementAction) -> None:
        names = ("text", "owner_role", "owner", "due_on", "version")
        initial = {name: getattr(action, name) for name in names} | {"text": action.words}
        super().__init__(data, initial=initial)
        self.fields["owner"].queryset = queries.owners()  # type: ignore[attr-defined]


class StepForm(EntryForm):
    """A step with a sentence: `do` names it, `said` is the reason, or how the action was verified."""

    do = forms.ChoiceField(choices=[(it, it) for it in ("claim", "verify", "send_back", "drop", "reopen")])
    said = forms.CharField(max_length=500, required=False)


class CommentForm(EntryForm):
    text = forms.CharField(label=_("Comment"), max_length=3000, widget=forms.Textarea(attrs={"rows": 3}))


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A photograph (JPEG, PNG) or a PDF, at most 5 MB. Where a photograph was taken is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
    caption = forms.CharField(label=_("What it shows"), max_length=300, required=False)


class ProposeForm(EntryForm):
    site = SiteField()
    text = forms.CharField(label=_("What will be done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, sites: Any, site: str = "") -> None:
        super().__init__(data)
        field: Any = self.fields["site"]
        self.initial["site"] = site or field.offer(sites, None)
        field.offer(sites, None)
