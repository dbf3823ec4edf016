"""What waits to be verified or approved, and each record's way there."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from indicators.accounts.models import User
from indicators.approvals import actions
from indicators.approvals.forms import ApprovalFilter, ExceptionForm, StepForm
from indicators.approvals.kinds import Subject, find, kinds
from indicators.approvals.models import Approval
from indicators.approvals.policies import can_open, check_read, what_they_are
from indicators.approvals.queries import approval_of, approvals_for
from indicators.approvals.states import State, Step, may_step

A_PAGE = 30


@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    """`?etat=`, `?sorte=`."""
    check_read(request.user)
    asked = ApprovalFilter(request.GET, approvals_for(request.user), request=request)
    page = Paginator(asked.qs, A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, _label(row, cast(User, request.user))) for row in page]
    context = {"filter": asked, "page": page, "rows": rows}
    return render(request, "approvals/approval_list.html", context)


@require_GET
def approval_detail(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    return _page(request, _subject(request, kind, key))


@require_POST
def approval_step(request: HttpRequest, kind: str, key: str, step: str) -> HttpResponse:
    """Sent from the page of the record; a refused step shows it again with what was typed."""
    subject = _subject(request, kind, key)
    if step not in [*Step]:
        raise Http404
    form = StepForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, form)
    said = form.cleaned_data
    try:
        actions.take_step(subject, Step(step), by=cast(User, request.user), seen=said["seen"], reason=said["reason"])
    except ValidationError as error:
        for field, sentences in _by_field(error).items():
            form.add_error(field if field in form.fields else None, sentences)
        return _page(request, subject, form)
    messages.success(request, _("Noted: %(state)s.") % {"state": Approval.States(actions.TO[Step(step)].value).label})
    return redirect("approval-detail", kind, key)


@require_POST
def approval_open(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Opens a closed record for some days."""
    subject = _subject(request, kind, key)
    row, form = approval_of(kind, key), ExceptionForm(request.POST)
    if row is None:
        raise Http404
    if form.is_valid():
        try:
            actions.open_until(row, by=cast(User, request.user), **form.cleaned_data)
        except ValidationError as error:
            for field, sentences in _by_field(error).items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            messages.success(request, _("It is open until the end of that day."))
            return redirect("approval-detail", kind, key)
    return _page(request, subject, opening=form)


def _page(
    request: HttpRequest, subject: Subject, form: StepForm | None = None, opening: ExceptionForm | None = None
) -> HttpResponse:
    user, row = cast(User, request.user), approval_of(subject.kind, subject.key)
    state = State(row.state) if row else State.OPEN
    changed = actions.changed_since(row, subject)
    who = what_they_are(user, subject, row)
    steps = [step for step in Step if may_step(step, state, who, changed=changed)]
    bound = form is not None or opening is not None
    context = {
        "subject": subject, "kind": kinds()[subject.kind].name, "approval": row, "changed": changed,
        "state": Approval.States(state.value).label, "steps": [(step.value, _words(step)) for step in steps],
        "form": form or StepForm(initial={"seen": subject.content}), "returns": Step.RETURN in steps,
        "own": who.author and state in {State.SUBMITTED, State.VERIFIED},
        "opening": (opening or ExceptionForm()) if row and row.closed and can_open(user) else None,
        "exceptions": list(row.exceptions.select_related("given_by")) if row else [],
        "past": list(row.history.select_related("history_user").order_by("-history_id")[:30]) if row else [],
    }  # fmt: skip
    return render(request, "approvals/approval_detail.html", context, status=422 if bound else 200)


def _subject(request: HttpRequest, kind: str, key: str) -> Subject:
    check_read(request.user)
    subject = find(kind, key, cast(User, request.user))
    if subject is None:
        raise Http404
    return subject


def _label(row: Approval, user: User) -> str:
    if row.element:
        return f"{row.element.name} – {row.unit.name}"
    return row.unit.name


def _words(step: Step) -> str:
    return {
        Step.SUBMIT: _("Submit"),
        Step.VERIFY: _("Verified: the numbers are as the register says"),
        Step.APPROVE: _("Approve and close"),
        Step.PUBLISH: _("Publish"),
        Step.RETURN: _("Return to its author"),
    }[step]


def _by_field(error: ValidationError) -> dict[str, Any]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
