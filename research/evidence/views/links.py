"""Evidence is looked for, tied to a finding and taken off again; doubts are settled."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators.accounts.models import User
from research.evidence import policies, queries
from research.evidence.candidates import candidates
from research.evidence.forms import LookForm
from research.evidence.kinds import Item, find, parse
from research.evidence.link_actions import link, settle, unlink
from research.evidence.models import EvidenceLink, Finding
from research.evidence.views.findings import page


@require_http_methods(["GET", "POST"])
@never_cache
def link_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Records and numbers to choose from (GET); the one chosen, with its side (POST)."""
    user = cast(User, request.user)
    finding = get_object_or_404(queries.readable_by(user), pk=pk)
    policies.check_edit(user, finding)
    form, found, refused = LookForm(request.GET or None), None, []
    if request.method == "POST":
        try:
            _link(request, finding, user)
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("The evidence is linked."))
            return redirect("finding-detail", pk)
    if form.is_bound and form.is_valid():
        found = look_for(form, user)
    context = {"finding": finding, "form": form, "found": found, "refused": refused, "rivals": finding.rivals.all()}
    return render(request, "research/evidence/link_create.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def evidence_use(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """From a record or a number to the findings that it may be tied to."""
    user = cast(User, request.user)
    policies.check_write(user)
    item = named(kind, key, user)
    refused: list[str] = []
    if request.method == "POST":
        finding = get_object_or_404(queries.readable_by(user), pk=_number(request.POST.get("finding")))
        try:
            link(
                finding, by=user, kind=item.kind, key=item.key, side=request.POST.get("side", ""),
                note=request.POST.get("note", ""),
            )  # fmt: skip
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("The evidence is linked."))
            return redirect("finding-detail", finding.pk)
    findings = [one for one in queries.readable_by(user)[:500] if policies.can_edit(user, one)]
    context = {"item": item, "findings": findings, "refused": refused, "sides": EvidenceLink.Side.choices}
    return render(request, "research/evidence/evidence_use.html", context)


@require_POST
def link_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    stored = get_object_or_404(EvidenceLink.objects.select_related("finding"), pk=pk)
    get_object_or_404(queries.readable_by(user), pk=stored.finding_id)
    unlink(stored, by=user)
    messages.success(request, _("The evidence is taken off; the history keeps that it was there."))
    return redirect("finding-detail", stored.finding_id)


@require_POST
def finding_settle(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    finding = get_object_or_404(queries.readable_by(user), pk=pk)
    try:
        settle(finding, by=user, note=request.POST.get("note", ""))
    except ValidationError as error:
        return page(request, finding, unsettled=error.messages, decided=request.POST.get("note", ""))
    messages.success(request, _("Settled: the evidence counts as it is now."))
    return redirect("finding-detail", pk)


def named(kind: str, key: str, user: Any) -> Item:
    """The piece of evidence of that name. Raises Http404 where there is none, or none that the person may read."""
    try:
        item = find(kind, [parse(kind, key)], user).get(parse(kind, key))
    except ValidationError as error:
        raise Http404 from error
    if item is None or not item.readable:
        raise Http404
    return item


def look_for(form: LookForm, user: Any) -> list[Item]:
    """What the valid form asks for; a span of periods that makes no sense is told beside its field."""
    sent = form.cleaned_data
    if sent["kind"] not in LookForm.NUMBERS:
        return candidates(sent["kind"], user, place=sent["place"], words=sent["words"])
    kind, key = form.key()
    try:
        whole = parse(kind, key)
    except ValidationError:
        form.add_error("last", _("The last period lies before the first, is of another length, or too far from it."))
        return []
    return list(find(kind, [whole], user).values())


def _link(request: HttpRequest, finding: Finding, user: User) -> None:
    sent = request.POST
    rival = finding.rivals.filter(pk=_number(sent.get("rival"))).first() if sent.get("rival") else None
    link(
        finding, by=user, kind=sent.get("kind", ""), key=sent.get("key", ""), side=sent.get("side", ""),
        note=sent.get("note", ""), rival=rival,
    )  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0
