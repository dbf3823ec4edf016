"""Name and password, the code of the second factor, the address for a new password."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from indicators.accounts.models import SignInAttempt
from indicators.accounts.sign_in.attempts import Held, begin, succeeded


def waiting(held: Held) -> ValidationError:
    minutes = max(1, -(-int((held.until - timezone.now()).total_seconds()) // 60))
    said = ngettext(
        "Too many tries. Try again in %(minutes)s minute.", "Too many tries. Try again in %(minutes)s minutes.", minutes
    )
    return ValidationError(said % {"minutes": minutes}, code="held")


class SignInForm(AuthenticationForm):
    """Says the same whether the account does not exist, is closed or has another password."""

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password") or self.request is None:
            return super().clean()
        try:
            attempt = begin(SignInAttempt.Kind.PASSWORD, name, self.request)
        except Held as held:
            raise waiting(held) from None
        cleaned = super().clean()  # raises where they do not fit: the attempt stays counted
        succeeded(attempt)
        return cleaned


class CodeForm(forms.Form):
    """Six digits of the application, or one of the codes that were printed."""

    code = forms.CharField(
        label=_("Code"), max_length=20, strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )  # fmt: skip

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).lower()


class ForgottenForm(PasswordResetForm):
    """Sends the letter in the language of the account. Whether there is such an account, nobody is told."""

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        try:
            begin(SignInAttempt.Kind.RESET, email, self.request)
        except Held as held:
            raise waiting(held) from None
        return email

    def send_mail(
        self, subject_template_name: str, email_template_name: str, context: dict[str, Any], from_email: str | None,
        to_email: str, html_email_template_name: str | None = None,
    ) -> None:  # fmt: skip
        with translation.override(context["user"].language):
            super().send_mail(subject_template_name, email_template_name, context, from_email, to_email)


class OwnForm(forms.ModelForm):
    class Meta:
        model = get_user_model()
        fields = ["first_name", "last_name", "email", "language"]
