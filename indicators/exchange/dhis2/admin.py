from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from indicators.exchange.dhis2.address import checked
from indicators.exchange.dhis2.credentials import missing, variables
from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.models import Dhis2Pull, Dhis2Server
from indicators.geography.uids import is_uid
from indicators.rollup.admin import ReadOnlyAdmin

_ADDRESS = Dhis2Server._meta.get_field("url")


class ServerForm(forms.ModelForm):
    url = forms.URLField(label=_ADDRESS.verbose_name, help_text=_ADDRESS.help_text, assume_scheme="https")

    class Meta:
        model = Dhis2Server
        fields = ["key", "name", "url", "data_sets", "root", "months_back", "every_hours", "active"]

    def clean_url(self) -> str:
        try:
            return checked(self.cleaned_data["url"])
        except Failure as failure:
            raise forms.ValidationError(failure.message) from None

    def clean_data_sets(self) -> list[str]:
        """A list of uids; written `["BfMAe6Itzgt"]`."""
        found = self.cleaned_data["data_sets"] or []
        if not isinstance(found, list) or not all(isinstance(one, str) and is_uid(one) for one in found):
            raise forms.ValidationError(_("Write a list of DHIS2 identifiers, such as [“BfMAe6Itzgt”]."))
        return list(dict.fromkeys(found))

    def clean_root(self) -> str:
        found: str = self.cleaned_data["root"]
        if found and not is_uid(found):
            raise forms.ValidationError(_("Write a DHIS2 identifier: a letter, then ten letters or digits."))
        return found


@admin.register(Dhis2Server)
class Dhis2ServerAdmin(SimpleHistoryAdmin):
    """Where servers are and what is pulled. Their credentials are not here: see the names of the variables."""

    form = ServerForm
    list_display = ["name", "key", "url", "every_hours", "active", "credentials"]
    list_filter = ["active"]
    search_fields = ["name", "key"]
    readonly_fields = ["credentials"]

    @admin.display(description=gettext_lazy("credentials"))
    def credentials(self, server: Dhis2Server) -> str:
        token, name, password = variables(server.key or "KEY")
        if not server.pk or missing(server.key):
            return _("missing: set %(token)s, or %(name)s and %(password)s, in the environment") % {
                "token": token, "name": name, "password": password,
            }  # fmt: skip
        return _("set in the environment")


@admin.register(Dhis2Pull)
class Dhis2PullAdmin(ReadOnlyAdmin):
    list_display = ["server", "what", "state", "at", "by", "attempts", "total", "error", "finished_at"]
    list_select_related = ["server", "by"]
    list_filter = ["state", "what", "server"]
    search_fields = ["server__name", "server__key", "error"]
    date_hierarchy = "at"
    exclude = ["runs"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("pieces")
