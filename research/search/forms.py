from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST = 1000


class SavedViewForm(forms.Form):
    """`address`: a page of this site with its filters, as the browser shows it behind the host's name."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=80)
    shared = forms.BooleanField(
        label=gettext_lazy("Show it to everybody with an account"),
        required=False,
        help_text=gettext_lazy("What they meet there is still what their role lets them read."),
    )
    address = forms.CharField(widget=forms.HiddenInput)

    def clean_address(self) -> str:
        return local_page(self.cleaned_data["address"])


def local_page(address: Any) -> str:
    """The address where it is a page of this site that is opened, not sent to. Raises ValidationError."""
    path = urlsplit(str(address)).path
    wrong = ValidationError(_("This is no list of this site."), code="address")
    if len(str(address)) > LONGEST or not url_has_allowed_host_and_scheme(str(address), allowed_hosts=None):
        raise wrong
    if not path.startswith("/") or path.startswith(("/admin/", "/api/")):
        raise wrong
    try:
        resolve(path)
    except Resolver404 as error:
        raise wrong from error
    return str(address)
