"""The board of improvement actions, the page of one, and the steps on it."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.improvement import actions, queries, states
from research.coach2pev.improvement.filters import ActionFilter
from research.coach2pev.improvement.forms import AgreeForm, CommentForm, EvidenceForm, ProposeForm, StepForm
from research.coach2pev.improvement.policies import can_verify
from research.coach2pev.models import ActionEvidence, ImprovementAction
from research.coach2pev.visits.queries import sites_for
from research.kept_files import download
from research.revisions import Conflict

PER_PAGE = 25


@require_GET
@never_cache
def action_list(request: HttpRequest) -> HttpResponse:
    """The board: a constant number of queries, however many actions there are."""
    policies.check_read(request.user)
    found = ActionFilter(request.GET, queryset=queries.actions_for(request.user), request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "filter": found,
        "page": page,
        "rows": [(action, states.days_late(action.state, action.due_on, today)) for action in page],
        "counts": queries.counts(found.qs),
        "can_enter": policies.can_enter(request.user),
    }
    return render(request, "research/coach2pev/action_list.html", context)


@require_GET
@never_cache
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _action(request, pk))


@require_http_methods(["GET", "POST"])
@never_cache
def action_create(request: HttpRequest) -> HttpResponse:
    """An action without a failed item; `?site=` names the site."""
    policies.check_enter(request.user)
    user = cast(User, request.user)
    form = ProposeForm(request.POST or None, sites=sites_for(user), site=request.GET.get("site", ""))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = actions.propose(site=told["site"], text=told["text"], by=user, client_uuid=told["client_uuid"])
            return redirect("action-detail", row.pk)
        except ValidationError as error:
            form.refuse(error)
        except Conflict:
            form.add_error(None, _("This form was sent already by somebody else. Load the page again."))
    return render(request, "research/coach2pev/action_form.html", {"form": form})


@require_POST
def action_agree(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action(request, pk)
    policies.check_enter(request.user, action.site)
    form = AgreeForm(request.POST, action=action)
    if not form.is_valid():
        return _page(request, action, agree=form)
    told = form.cleaned_data
    wanted = {name: told[name] for name in ("text", "owner", "owner_role", "due_on")}
    try:
        actions.agree(action, by=cast(User, request.user), version=told["version"] or 0, **wanted)
    except ValidationError as error:
        form.refuse(error)
        return _page(request, action, agree=form)
    except Conflict as conflict:
        form.rebase(version=conflict.stored.version)
        form.add_error(None, _("Somebody changed this action meanwhile: compare, and save again."))
        return _page(request, conflict.stored, agree=form, status=409)
    except actions.NotNow as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The action is agreed."))
    return redirect("action-detail", pk)


@require_POST
def action_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim, verify, send back, drop or reopen; what was typed stays on the page where it is refused."""
    action = _action(request, pk)
    policies.check_enter(request.user, action.site)
    form = StepForm(request.POST)
    if not form.is_valid():
        return _page(request, action, step=form, status=400)
    told, by = form.cleaned_data, cast(User, request.user)
    do, said, version = told["do"], told["said"], told["version"] or 0
    try:
        if do == "claim":
            actions.claim(action, by=by, version=version)
        elif do == "verify":
            actions.verify(action, by=by, version=version, note=said)
        else:
            getattr(actions, do)(action, by=by, version=version, reason=said)
    except ValidationError as error:
        form.add_error(None, [message for found in error.message_dict.values() for message in found])
        return _page(request, action, step=form)
    except Conflict as conflict:
        form.rebase(version=conflict.stored.version)
        form.add_error(None, _("Somebody changed this action meanwhile: look again before you go on."))
        return _page(request, conflict.stored, step=form, status=409)
    except actions.NotNow as refused:
        messages.error(request, str(refused))
    return redirect("action-detail", pk)


@require_POST
def action_comment(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action(request, pk)
    policies.check_enter(request.user, action.site)
    form = CommentForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.comment(action, by=cast(User, request.user), text=told["text"], client_uuid=told["client_uuid"])
            return redirect("action-detail", pk)
        except ValidationError as error:
            form.refuse(error)
        except Conflict:
            form.add_error(None, _("This form was sent already, with another text. Load the page again."))
    return _page(request, action, comment=form)


@require_POST
def action_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action(request, pk)
    policies.check_enter(request.user, action.site)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        if sent.size > actions.LARGEST:
            form.add_error("file", _("The file is larger than 5 MB. Take a smaller photograph, or split the document."))
        else:
            try:
                actions.attach(
                    action, by=cast(User, request.user), name=sent.name, content=sent.read(),
                    caption=form.cleaned_data["caption"],
                )  # fmt: skip
                messages.success(request, _("The file is kept as evidence."))
                return redirect("action-detail", pk)
            except ValidationError as error:
                form.add_error("file", error.message_dict["file"])
    return _page(request, action, evidence=form)


@require_GET
@never_cache
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself, for whoever may read the action; always as a download, never shown in the site's own name."""
    policies.check_read(request.user)
    row = get_object_or_404(ActionEvidence, pk=pk, action__in=queries.actions_for(request.user).order_by().values("pk"))
    return download(row.file, name=row.name, content_type=row.content_type)


def _action(request: HttpRequest, pk: int) -> ImprovementAction:
    policies.check_read(request.user)
    return get_object_or_404(queries.actions_for(request.user), pk=pk)


def _page(request: HttpRequest, action: ImprovementAction, status: int = 200, **bound: Any) -> HttpResponse:
    """The page with its forms; `bound` holds the one that was sent and refused."""
    enters = policies.can_enter(request.user, action.site)
    step: StepForm = bound.get("step") or StepForm(initial={"version": action.version})
    context = {
        "action": action,
        "late": states.days_late(action.state, action.due_on, timezone.localdate()),
        "comments": queries.comments_of(action),
        "evidence": queries.evidence_of(action),
        "changes": queries.changes(action) if policies.can_see_history(request.user) else None,
        "enters": enters,
        "may": {name: enters and states.may(name, action.state) for name in states.STEPS},
        "may_verify": can_verify(request.user, action),
        "agree_form": bound.get("agree") or AgreeForm(action=action),
        "comment_form": bound.get("comment") or CommentForm(),
        "evidence_form": bound.get("evidence") or EvidenceForm(),
        "step_form": step,
        "version": step["version"].value() or action.version,
    }
    return render(request, "research/coach2pev/action_detail.html", context, status=status)
