"""Pages about the programming interface: a person's access tokens, and what the interface can do."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import ApiToken, User
from indicators.accounts.policies import check_have_tokens
from indicators.accounts.token_actions import LONGEST_DAYS, MOST_TOKENS, TooManyTokens, make, revoke
from indicators.api.token_form import TokenForm

_SHOWN = 100


@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens; sent, the form makes one, and this answer alone shows its secret (it is kept nowhere, so
    there is no page to be sent on to)."""
    check_have_tokens(request.user)
    user = cast(User, request.user)
    form = TokenForm(request.POST if request.method == "POST" else None, user=user)
    made = None
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            made = make(by=user, name=wanted["name"], days=wanted["days"], may_write=wanted.get("may_write", False))
            form = TokenForm(user=user)
        except TooManyTokens:
            message = _("You have %(most)s tokens in use; revoke one of them first.")
            form.add_error(None, message % {"most": MOST_TOKENS})
    context = {
        "form": form,
        "made": made,
        "tokens": user.api_tokens.all()[:_SHOWN],
        "now": timezone.now(),
        "longest": LONGEST_DAYS,
    }
    return render(request, "indicators/api/tokens.html", context)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """404 for the tokens of others: the admin revokes those."""
    user = cast(User, request.user)
    revoke(get_object_or_404(ApiToken, pk=pk, user=user), by=user)
    messages.success(request, _("The token is revoked: from now on it opens nothing."))
    return redirect("token-list")


@require_GET
def description(request: HttpRequest) -> HttpResponse:
    """What the interface can do, drawn in the browser from its own description."""
    return render(request, "indicators/api/docs.html")
