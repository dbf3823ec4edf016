"""What a new access token is for, how long it lasts and whether it may write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import ApiToken, User
from indicators.accounts.policies import can_have_writing_tokens
from indicators.accounts.token_actions import LONGEST_DAYS


class TokenForm(forms.ModelForm):
    days = forms.IntegerField(
        label=_("Valid for how many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=90,
        help_text=_("At most a year. Afterwards it opens nothing."),
    )

    class Meta:
        model = ApiToken
        fields = ["name", "may_write"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_have_writing_tokens(user):
            del self.fields["may_write"]
