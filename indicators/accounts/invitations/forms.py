from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import Invitation, User
from indicators.accounts.role_words import WORDS
from indicators.accounts.roles import Role


class InvitationForm(forms.ModelForm):
    """Whom, in which language, with which roles, for which districts."""

    groups: Any = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=_("Roles"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Invitation
        fields = ["email", "language", "groups", "districts"]
        widgets = {"districts": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["groups"]
        groups.queryset = Group.objects.filter(name__in=[role.value for role in Role]).order_by("pk")
        groups.label_from_instance = lambda group: str(WORDS.get(group.name, group.name))
        districts: Any = self.fields["districts"]
        districts.queryset = districts.queryset.filter(study_district__isnull=False).order_by("name")
        districts.help_text = _("A clerk meets only these; needed for a clerk, else may stay empty.")


class TakeUpForm(BaseUserCreationForm):
    class Meta(BaseUserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name")
