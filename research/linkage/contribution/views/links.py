"""The page of one link, and what is tied to it."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.evidence.forms import LookForm
from research.evidence.models import Finding
from research.evidence.queries import readable_by
from research.evidence.views.links import look_for
from research.linkage.contribution import policies, queries, words
from research.linkage.contribution.evidence_actions import tie, untie
from research.linkage.contribution.models import LinkEvidence, StepLink
from research.linkage.contribution.trail import changes_of_link
from research.linkage.contribution.views.theories import link_words, withdrawn_words

MOST_FINDINGS = 300


@require_GET
@never_cache
def link_detail(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_read(request.user)
    told = queries.told_link(get_object_or_404(StepLink, pk=pk), request.user)
    can_write = policies.can_write(request.user)
    parts = [*told.link.assumptions.all(), *told.link.rivals.all()]
    context = link_words(told) | {
        "theory": told.link.theory,
        "rule": words.RULE,
        "can_write": can_write,
        "can_adopt": policies.can_adopt(request.user),
        "withdrawn": withdrawn_words([part for part in parts if part.withdrawn_because]),
        "changes": changes_of_link(told.link) if can_write else None,
    }
    return render(request, "research/linkage/contribution/link_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def evidence_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Findings, records and numbers to choose from (GET; `?about=` a part of the link); the one chosen (POST)."""
    user = cast(User, request.user)
    policies.check_write(user)
    link = get_object_or_404(StepLink.objects.select_related("theory__evaluation", "start", "end"), pk=pk)
    form, found, refused = LookForm(request.GET if "kind" in request.GET else None), None, []
    if request.method == "POST":
        try:
            _tie(request, link, user)
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("The evidence is linked."))
            return redirect("theory-link", pk)
    if form.is_bound and form.is_valid():
        found = look_for(form, user)
    findings = readable_by(user).exclude(state=Finding.State.WITHDRAWN)
    own = [one for one in findings[:MOST_FINDINGS] if one.evaluation_id == link.theory.evaluation_id]
    context = {
        "link": link,
        "form": form,
        "found": found,
        "refused": refused,
        "sent": request.POST,
        "about": request.POST.get("about", request.GET.get("about", "")),
        "abouts": _abouts(link),
        "findings": own,
        "others": [one for one in findings[:MOST_FINDINGS] if one not in own],
    }
    return render(request, "research/linkage/contribution/evidence_create.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks why, and takes it off."""
    user = cast(User, request.user)
    policies.check_write(user)
    row = get_object_or_404(LinkEvidence.objects.select_related("link", "finding"), pk=pk)
    refused: list[str] = []
    if request.method == "POST":
        try:
            untie(row, by=user, reason=request.POST.get("reason", ""))
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("The evidence is taken off; the history keeps that it was there."))
            return redirect("theory-link", row.link_id)
    context = {"row": row, "refused": refused}
    return render(request, "research/linkage/contribution/evidence_remove.html", context)


def _abouts(link: StepLink) -> list[tuple[str, Any]]:
    """The parts of the link to which something may be tied: value and label."""
    found = [(f"a{part.pk}", _("assumption: %(text)s") % {"text": part.text}) for part in _standing(link.assumptions)]
    return found + [
        (f"r{part.pk}", _("rival explanation: %(text)s") % {"text": part.text}) for part in _standing(link.rivals)
    ]


def _standing(parts: Any) -> Any:
    return parts.filter(withdrawn_because="")


def _tie(request: HttpRequest, link: StepLink, user: User) -> None:
    sent = request.POST
    about = sent.get("about", "")
    assumption = _standing(link.assumptions).filter(pk=_number(about[1:])).first() if about[:1] == "a" else None
    rival = _standing(link.rivals).filter(pk=_number(about[1:])).first() if about[:1] == "r" else None
    if about and assumption is None and rival is None:
        raise ValidationError({"part": _("This part is not there any more.")})
    finding = readable_by(user).filter(pk=_number(sent.get("finding", ""))).first() if "finding" in sent else None
    if "finding" in sent and finding is None:
        raise ValidationError({"finding": _("Choose a finding.")})
    tie(
        link, by=user, side=sent.get("side", ""), note=sent.get("note", ""), finding=finding,
        kind=sent.get("kind", ""), key=sent.get("key", ""), assumption=assumption, rival=rival,
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
