"""Writing editions: a draft from the data, words, steps of the review, publication."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators.accounts.models import User
from research.editions import actions, policies
from research.editions.forms import EditionForm, SectionForm
from research.editions.freezing import assembled
from research.editions.queries import readable_by
from research.editions.reading import read
from research.editions.titles import HEADINGS
from research.editions.views.told import found, page
from research.evidence.views.answers import answer
from research.review_states import Move
from research.revisions import Conflict


@require_http_methods(["GET", "POST"])
@never_cache
def edition_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_write(user)
    form = EditionForm(request.POST or None)

    def save() -> str:
        stored = actions.draft(by=user, client_uuid=form.cleaned_data["client_uuid"], values=form.values())
        return reverse("edition-detail", args=[stored.pk])

    return answer(request, form, save, back=reverse("edition-list"), template="research/editions/edition_form.html")


@require_http_methods(["GET", "POST"])
@never_cache
def section_edit(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """The words of one part beside what was drawn from the data."""
    user = cast(User, request.user)
    edition = get_object_or_404(readable_by(user), pk=pk)
    policies.check_edit(user, edition)
    section = get_object_or_404(edition.sections, kind=part)
    form = SectionForm(request.POST or None, row=section)

    def save() -> None:
        actions.word(section, by=user, version=form.cleaned_data["version"] or 0, values=form.values())

    document = read(assembled(edition), "en" if request.LANGUAGE_CODE.startswith("en") else "fr")  # type: ignore[attr-defined]
    context = {
        "edition": edition,
        "heading": HEADINGS[part],
        "part": next(one for one in document.parts if one.kind == part),
    }
    back = reverse("edition-detail", args=[pk]) + f"#{part}"
    return answer(request, form, save, back=back, template="research/editions/section_form.html", **context)


@require_POST
def edition_redraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draws everything anew from the data, of the `version` that the person had read."""
    edition, version = get_object_or_404(readable_by(request.user), pk=pk), request.POST.get("version", "")
    try:
        actions.redraw(edition, by=cast(User, request.user), version=int(version) if version.isdecimal() else 0)
    except Conflict:
        messages.error(request, _("Its text has changed meanwhile. Nothing was done: read it again first."))
    else:
        messages.success(request, _("Drawn anew from the data as they are now."))
    return redirect("edition-detail", pk)


@require_POST
def edition_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """`published`: yes or no."""
    edition = get_object_or_404(readable_by(request.user), pk=pk)
    actions.publish(edition, by=cast(User, request.user), published=request.POST.get("published") == "yes")
    messages.success(request, _("Done."))
    return redirect("edition-detail", pk)


@require_POST
def edition_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Submits, approves (freezes), returns, withdraws or reopens it (`step`), with a `reason` where one is needed."""
    user, edition = cast(User, request.user), found(request, pk)
    step, version, reason = (request.POST.get(name, "") for name in ("step", "version", "reason"))
    if step not in set(Move) or not version.isdecimal():
        return redirect("edition-detail", pk)
    try:
        actions.move(edition, Move(step), by=user, version=int(version), reason=reason)
    except Conflict:
        messages.error(request, _("Its text has changed meanwhile. Nothing was done: read it again first."))
    except ValidationError as error:
        return page(request, edition, refused=error.messages, typed=reason)
    else:
        messages.success(request, _("Done."))
    return redirect("edition-detail", pk)
