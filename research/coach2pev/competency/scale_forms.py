"""Forms of a domain and of a level of competence. The rules are in `scale.py`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from research.coach2pev.competency import scale
from research.coach2pev.models import CompetencyDomain, CompetencyLevel
from research.coach2pev.people.forms import PersonForm
from research.entry_forms import WholeNumberField

_EXAMPLE = _("Leave unticked where it is taken from the tool itself.")


class DomainForm(PersonForm):
    key = forms.SlugField(label=_("Key"), max_length=50, help_text=_("Letters without accents, digits and hyphens."))
    name_fr = forms.CharField(label=_("Name (French)"), max_length=200)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200)
    order = WholeNumberField(label=_("Order"), required=True, highest=1000)
    active = forms.BooleanField(
        label=_("Active"), required=False, initial=True, help_text=_("Only active domains are rated on visits.")
    )
    example = forms.BooleanField(label=_("Example"), required=False, help_text=_EXAMPLE)

    def __init__(self, data: Any = None, *, user: User, row: CompetencyDomain | None = None) -> None:
        super().__init__(data, user=user, row=row)
        self.fields["key"].disabled = row is not None

    def save(self) -> CompetencyDomain:
        return scale.save_domain(domain=self.row, **self.said() | {"order": self.cleaned_data["order"] or 0})


class LevelForm(PersonForm):
    value = WholeNumberField(label=_("Level"), required=True, highest=scale.HIGHEST)
    label_fr = forms.CharField(label=_("Label (French)"), max_length=200)
    label_en = forms.CharField(label=_("Label (English)"), max_length=200)
    example = forms.BooleanField(label=_("Example"), required=False, help_text=_EXAMPLE)

    def __init__(self, data: Any = None, *, user: User, row: CompetencyLevel | None = None) -> None:
        super().__init__(data, user=user, row=row)
        self.fields["value"].disabled = row is not None
        self.initial.setdefault("value", CompetencyLevel.objects.count())

    def save(self) -> CompetencyLevel:
        said = self.said()
        return scale.save_level(level=self.row, **said | {"value": -1 if said["value"] is None else said["value"]})
