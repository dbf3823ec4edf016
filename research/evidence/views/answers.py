"""What the forms of this room have in common: sent, refused, in conflict, saved."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from research.entry_forms import RowForm
from research.revisions import Conflict, new_uuid


def answer(
    request: HttpRequest, form: RowForm, save: Callable[[], Any], *, back: str, template: str, **context: Any
) -> HttpResponse:
    """The form, or what became of it. `back`: where one goes when it is saved, or leaves it."""
    context = {"form": form, "row": form.row, "back": back, **context}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, context)
    try:
        saved = save()
    except Conflict as conflict:
        return _conflict(request, form, conflict.stored, template, context)
    except ValidationError as error:
        form.refuse(error)
        return render(request, template, context)
    messages.success(request, _("Saved."))
    return redirect(saved if isinstance(saved, str) else back)


def _conflict(request: HttpRequest, form: RowForm, stored: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """Both versions on one page. Saving again replaces what is stored; a new row is stored besides."""
    if form.row is None:
        form.rebase(client_uuid=new_uuid())
        form.add_error(None, _("This form was stored before. Save again to store this one besides."))
        return render(request, template, context, status=409)
    form.rebase(version=stored.version)
    last = stored.history.select_related("history_user").first()
    context |= {
        "stored": stored,
        "changed_by": last.history_user if last else None,
        "differences": form.differences(stored),
    }
    return render(request, template, context, status=409)
