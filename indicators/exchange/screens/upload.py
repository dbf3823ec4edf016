"""Sending a file: it is kept, and a worker previews it. Nothing is taken in yet."""

import uuid
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from indicators.exchange.intake.actions import LARGEST_UPLOAD, NotNow, TooMany, receive
from indicators.exchange.models import ColumnMapping, ImportRun
from indicators.exchange.policies import check_import
from indicators.exchange.problems import BadFile

SCHEMES = [
    ("any", gettext_lazy("by whatever fits: identifier, code or name")),
    ("uid", gettext_lazy("by DHIS2 identifier (uid)")),
    ("code", gettext_lazy("by code")),
    ("name", gettext_lazy("by name or alias")),
]
TRY_AGAIN_AFTER = "30"


class UploadForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(label=gettext_lazy("File"))
    mapping = forms.ModelChoiceField(
        ColumnMapping.objects.all(),
        required=False,
        label=gettext_lazy("Saved mapping of columns"),
        empty_label=gettext_lazy("None: the format is recognised by the content"),
        help_text=gettext_lazy("Only for a table of your own. Without one you are asked what its columns hold."),
    )
    org_unit = forms.ChoiceField(choices=SCHEMES, label=gettext_lazy("Organisation units are named"))
    data_element = forms.ChoiceField(choices=SCHEMES, label=gettext_lazy("Data elements are named"))
    option = forms.ChoiceField(choices=SCHEMES, label=gettext_lazy("Category options are named"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_uuid", uuid.uuid4())
        self.fields["file"].help_text = _(
            "DHIS2 values (JSON, XML, CSV) or analytics, WUENIC and Countdown workbooks, or a table of your own as CSV"
            " or XLSX; also compressed (.gz, .zip). At most %(size)d MB."
        ) % {"size": LARGEST_UPLOAD // 1024**2}

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("client_uuid"):
            self.errors.pop("client_uuid", None)
            self.add_error(None, _("The form did not arrive whole. Send it again."))
            data = cast(QueryDict, self.data).copy()
            data["client_uuid"] = str(uuid.uuid4())
            self.data = data
        return self.cleaned_data

    def receive(self, by: User) -> ImportRun:
        """Raises TooMany, NotNow, BadFile. A form sent twice gives the same run twice."""
        sent, mapping = self.cleaned_data["file"], self.cleaned_data["mapping"]
        schemes = {name: self.cleaned_data[name] for name in ("org_unit", "data_element", "option")}
        if mapping:  # it says itself what names units and elements, unless something surer was chosen here
            schemes = {name: scheme for name, scheme in schemes.items() if scheme != "any" or name == "option"}
        options: dict[str, Any] = {"schemes": schemes}
        return receive(
            sent,
            file_name="".join(sign if sign.isprintable() else "\ufffd" for sign in sent.name),
            by=by,
            kind="table" if mapping else "",
            options=options,
            mapping=mapping,
            key=self.cleaned_data["client_uuid"],
        )


@require_http_methods(["GET", "POST"])
@never_cache
def import_upload(request: HttpRequest) -> HttpResponse:
    """The form; sent, it leads to the page of the run. 429 with a sentence while too many files are on their way."""
    check_import(request.user)
    if request.method != "POST":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    try:
        run = form.receive(cast(User, request.user))
    except TooMany as busy:
        form.add_error(None, str(busy))
        answer = _page(request, form, 429)
        answer.headers["Retry-After"] = TRY_AGAIN_AFTER
        return answer
    except NotNow as refused:
        form.add_error(None, str(refused))
        return _page(request, form, 409)
    except BadFile as bad:
        form.add_error("file", bad.problem.message)
        return _page(request, form)
    return redirect("import-detail", run.pk)


def _page(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "file_again": form.is_bound and "file" not in form.errors}
    return render(request, "indicators/exchange/import_upload.html", context, status=status)
