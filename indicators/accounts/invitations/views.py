from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from indicators.accounts.invitations import actions
from indicators.accounts.invitations.forms import InvitationForm, TakeUpForm
from indicators.accounts.models import Invitation, User
from indicators.accounts.policies import can_send_invitations, check_propose_accounts
from indicators.accounts.role_words import role_words


def invitation_list(request: HttpRequest) -> HttpResponse:
    """Who was invited, and a new invitation: an administrator's is sent at once, a lead's waits for one."""
    user = cast(User, request.user)
    check_propose_accounts(user)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(by=user, **form.cleaned_data)
            if can_send_invitations(user):
                actions.send(made, by=user, site=_site(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            sent = can_send_invitations(user)
            said = _("The invitation is sent.") if sent else _("Proposed. An administrator sends the letter.")
            messages.success(request, said)
            return redirect("invitation-list")
    rows = Invitation.objects.select_related("proposed_by", "sent_by", "account").prefetch_related(
        "groups", "districts"
    )[:200]
    shown = [
        {"row": row, "roles": role_words(group.name for group in row.groups.all()), "state": _state(row)}
        for row in rows
    ]
    context = {"form": form, "invitations": shown, "may_send": can_send_invitations(user)}
    return render(request, "accounts/invitation_list.html", context)


@require_POST
def invitation_step(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    check_propose_accounts(user)
    row = get_object_or_404(Invitation, pk=pk)
    if request.POST.get("step") == "withdraw":
        actions.withdraw(row, by=user)
        messages.success(request, _("The invitation is withdrawn."))
    else:
        try:
            actions.send(row, by=user, site=_site(request))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("The invitation is sent."))
    return redirect("invitation-list")


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation_take_up(request: HttpRequest, secret: str) -> HttpResponse:
    """A name and a password, and the account is there; then the sign-in, so that every session begins there."""
    invitation = actions.opened(secret)
    if invitation is None:
        return render(request, "accounts/invitation_over.html", status=410)
    form = TakeUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.take_up(secret, account=form.save(commit=False)) is None:
            return render(request, "accounts/invitation_over.html", status=410)
        messages.success(request, _("Your account is ready. Sign in."))
        return redirect("login")
    shown = {
        "form": form,
        "invitation": invitation,
        "roles": role_words(invitation.groups.values_list("name", flat=True)),
    }
    return render(request, "accounts/invitation_take_up.html", shown)


def _state(row: Invitation) -> str:
    """taken_up, withdrawn, proposed, expired or sent."""
    if row.account_id:
        return "taken_up"
    if row.withdrawn_at:
        return "withdrawn"
    if row.sent_at is None:
        return "proposed"
    return "expired" if row.sent_at <= timezone.now() - actions.VALID else "sent"


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
