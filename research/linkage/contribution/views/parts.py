"""Steps, links, assumptions and rival explanations: written, edited, adopted, withdrawn, put back, moved."""

from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators.accounts.models import User
from research.evidence.views.answers import answer
from research.linkage.contribution import actions, policies
from research.linkage.contribution.forms import AssumptionForm, LinkForm, PartForm, RivalForm, StepForm, TheoryForm
from research.linkage.contribution.models import LinkAssumption, LinkRival, Step, StepLink, TheoryOfChange
from research.linkage.contribution.views.theories import FORM
from research.revisions import Conflict


class Part(NamedTuple):
    model: Any
    whole: Any
    form: type[PartForm]
    title: Any
    lead: Any


PARTS = {
    "theorie": Part(
        TheoryOfChange, None, TheoryForm, gettext_lazy("Theory of change"),
        gettext_lazy("How the innovation is meant to work, and what it is claimed to contribute."),
    ),
    "etapes": Part(
        Step, TheoryOfChange, StepForm, gettext_lazy("Step"),
        gettext_lazy("Something that is done or comes about, in a few words."),
    ),
    "liens": Part(
        StepLink, TheoryOfChange, LinkForm, gettext_lazy("Link"),
        gettext_lazy("Which step is meant to lead to which, and how: a claim that evidence can speak for or against."),
    ),
    "hypotheses": Part(
        LinkAssumption, StepLink, AssumptionForm, gettext_lazy("Assumption"),
        gettext_lazy("What has to hold for the link to work? Whether it does, its evidence says, or you say why."),
    ),
    "rivales": Part(
        LinkRival, StepLink, RivalForm, gettext_lazy("Rival explanation"),
        gettext_lazy("What else could have brought it about: another programme, a campaign, the trend, the data?"),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@never_cache
def part_create(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """`pk`: the theory of a step or a link, the link of an assumption or a rival explanation."""
    user, part = cast(User, request.user), _part(what)
    policies.check_write(user)
    if part.whole is None:
        raise Http404
    whole = get_object_or_404(part.whole, pk=pk)
    form = part.form(request.POST or None, whole=whole)

    def save() -> str:
        sent = form.cleaned_data["client_uuid"]
        return _page_of(actions.write(part.model, whole, by=user, client_uuid=sent, values=form.values()))

    return answer(request, form, save, back=_page_of(whole), template=FORM, title=part.title, lead=part.lead)


@require_http_methods(["GET", "POST"])
@never_cache
def part_edit(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    user, part = cast(User, request.user), _part(what)
    policies.check_write(user)
    row = _row(part, pk)
    form = part.form(request.POST or None, row=row, whole=getattr(row, "theory", None))

    def save() -> None:
        actions.edit(row, by=user, version=form.cleaned_data["version"] or 0, values=form.values())

    more = {"what": what, "title": part.title, "lead": part.lead, "can_adopt": policies.can_adopt(user)}
    return answer(request, form, save, back=_page_of(row), template=FORM, **more)


@require_POST
def part_step(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """`step`: adopt, withdraw (with `reason`), restore; up and down for steps."""
    user, part, step = cast(User, request.user), _part(what), request.POST.get("step", "")
    policies.check_write(user)
    row = _row(part, pk)
    number = request.POST.get("version", "")
    version = int(number) if number.isdecimal() and len(number) < 9 else 0
    try:
        if step == "adopt":
            actions.adopt(row, by=user, version=version)
        elif step == "withdraw" and part.whole is not None:
            actions.withdraw(row, by=user, version=version, reason=request.POST.get("reason", ""))
        elif step == "restore":
            actions.restore(row, by=user, version=version)
        elif step in {"up", "down"} and isinstance(row, Step):
            actions.shift(row, by=user, up=step == "up")
            return redirect(_page_of(row))
        else:
            raise Http404
    except Conflict:
        messages.error(request, _("Its text has changed meanwhile. Nothing was done: read it again first."))
        return redirect("theory-part-edit", what, pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("theory-part-edit", what, pk)
    messages.success(request, _("Saved."))
    return redirect(_page_of(row))


def _part(what: str) -> Part:
    if what not in PARTS:
        raise Http404
    return PARTS[what]


def _row(part: Part, pk: int) -> Any:
    joined = {StepLink: ["theory"], Step: ["theory"]}.get(part.model, [] if part.whole is None else ["link"])
    return get_object_or_404(part.model.objects.select_related(*joined), pk=pk)


def _page_of(row: Any) -> str:
    """Where one goes from a part: assumptions and rival explanations stand on the page of their link."""
    if isinstance(row, StepLink):
        return reverse("theory-link", args=[row.pk])
    if isinstance(row, LinkAssumption | LinkRival):
        return reverse("theory-link", args=[row.link_id])
    if isinstance(row, Step):
        return reverse("theory-detail", args=[row.theory_id]) + f"#step-{row.pk}"
    return reverse("theory-detail", args=[row.pk])
