from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from indicators.accounts.models import User
from research.kept_files import LARGEST_RECORDING, download
from research.observations.attachments.actions import attach, remove
from research.observations.attachments.forms import AttachmentForm
from research.observations.models import Attachment
from research.observations.opened import keep_opened
from research.observations.queries import readable_by
from research.revisions import Conflict


@require_POST
def attachment_create(request: HttpRequest, pk: int) -> HttpResponse:
    from research.observations.views import page

    user = cast(User, request.user)
    observation = get_object_or_404(readable_by(user), pk=pk)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            if sent.size > LARGEST_RECORDING:
                raise ValidationError({"file": [_("The file is larger than is kept here.")]})
            attach(
                observation, by=user, name=sent.name, content=sent.read(), caption=form.cleaned_data["caption"],
                client_uuid=form.cleaned_data["client_uuid"],
            )  # fmt: skip
        except ValidationError as error:
            form.add_error("file", error.message_dict["file"])
        except Conflict:
            form.add_error("file", _("This form was sent before with another file. Choose the file again."))
        else:
            messages.success(request, _("The file is kept with the observation."))
            return redirect("observation-detail", pk)
    return page(request, observation, attachment_form=form)


@require_GET
@never_cache
def attachment_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself, for whoever may read the observation; always as a download."""
    row = get_object_or_404(_readable(request.user).select_related("observation"), pk=pk)
    keep_opened(request.user, row.observation)
    return download(row.file, name=row.name, content_type=row.content_type)


@require_POST
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_readable(request.user).select_related("observation"), pk=pk)
    remove(row, by=cast(User, request.user))
    messages.success(request, _("The file is taken away for good."))
    return redirect("observation-detail", row.observation_id)


def _readable(user: Any) -> QuerySet[Attachment]:
    return Attachment.objects.filter(observation__in=readable_by(user).order_by().values("pk"))
