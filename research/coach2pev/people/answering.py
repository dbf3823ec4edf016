"""What a form of reference data answers: the page again with what is wrong, the other's version, or the list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from research.coach2pev import policies
from research.coach2pev.people.actions import version_of
from research.coach2pev.people.forms import PersonForm
from research.revisions import Conflict, changes_of


def answer(request: HttpRequest, form: PersonForm, template: str, list_name: str, fields: list[str]) -> HttpResponse:
    """`list_name` is the route to go back to; `fields` are those whose changes the history names."""
    context: dict[str, Any] = {"form": form, "row": form.row, "list_url": reverse(list_name)}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
            messages.success(request, _("It is saved."))
            return redirect(list_name)
        except Conflict as conflict:
            form.rebase(version=version_of(conflict.stored))
            sentence = _("Somebody changed this since you opened it: %(stored)s. Save again to put yours in its place.")
            form.add_error(None, sentence % {"stored": conflict.stored})
            status = 409
        except ValidationError as error:
            form.refuse(error)
    if form.row and policies.can_see_history(request.user):
        context["changes"] = changes_of(form.row.history.all(), _label(form.row), fields)
    return render(request, template, context, status=status)


def _label(row: Any) -> Any:
    return lambda _record, field: str(row._meta.get_field(field).verbose_name)
