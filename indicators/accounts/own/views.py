"""A person's own account: name, language, password, second factor, sessions."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from indicators.accounts.matrix import COLUMNS, MATRIX
from indicators.accounts.models import User
from indicators.accounts.permissions import may
from indicators.accounts.policies import can_propose_accounts, can_read_set_up
from indicators.accounts.rights_words import GROUPS, SHORT, reach
from indicators.accounts.role_words import role_words
from indicators.accounts.sign_in import second_factor, sessions
from indicators.accounts.sign_in.forms import CodeForm, OwnForm
from indicators.accounts.sign_in.views import after_sign_in


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Who may do what: the table that every policy reads, in words, with the person's own sum beside each role."""
    user = _person(request)
    groups = [
        (title, [(words, reach(may(user, one)), [reach(MATRIX[one][c]) for c in COLUMNS]) for one, words in of.items()])
        for title, of in GROUPS.values()
    ]
    shown = {"groups": groups, "columns": [SHORT[column] for column in COLUMNS], "roles": role_words(user.roles)}
    return render(request, "accounts/rights.html", shown)


def own_account(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    form = OwnForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("own-account")
    shown = {
        "form": form, "has_factor": second_factor.has_one(user), "factor_required": second_factor.required(user),
        "printed_left": second_factor.left(user), "districts": user.districts.all(), "roles": role_words(user.roles),
        "may_invite": can_propose_accounts(user), "reads_set_up": can_read_set_up(user),
    }  # fmt: skip
    return render(request, "accounts/own_account.html", shown)


class OwnPassword(auth.PasswordChangeView):
    template_name = "accounts/own_password.html"
    success_url = reverse_lazy("own-account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed; every other session of yours has ended."))
        return super().form_valid(form)


@never_cache
@sensitive_post_parameters("code")
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Sets a second factor up, or anew. The codes to print are shown once, in the answer to the right code."""
    user = _person(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.confirm(user, form.cleaned_data["code"])
        if codes is not None:
            sessions.complete(request)
            shown = {"codes": codes, "next": after_sign_in(request)}
            return render(request, "accounts/printed_codes.html", shown)
        form.add_error("code", _("This is not the code that the application shows now. Is the phone's clock right?"))
    device = second_factor.begun(user)
    context: dict[str, Any] = {
        "form": form, "drawing": second_factor.drawing(device), "secret": second_factor.written(device),
        "required": request.session.get(sessions.FACTOR) == sessions.ENROL, "next": request.GET.get("next", ""),
    }  # fmt: skip
    return render(request, "accounts/second_factor.html", context)


@never_cache
@require_POST
def printed_codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes; those before are void."""
    if not second_factor.has_one(_person(request)):
        return redirect("second-factor")
    codes = second_factor.print_anew(_person(request))
    return render(request, "accounts/printed_codes.html", {"codes": codes, "next": str(reverse_lazy("own-account"))})


@require_POST
def second_factor_remove(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    if second_factor.required(user):
        messages.error(request, _("Your roles need a second factor: set up another one instead."))
    else:
        second_factor.remove(user)
        messages.success(request, _("Your second factor is removed."))
    return redirect("own-account")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Ends every session of the person but this one, at its next request."""
    user = _person(request)
    user.sessions_from = timezone.now()
    user.save(update_fields=["sessions_from"])
    update_session_auth_hash(request, user)
    messages.success(request, _("Every other session of yours has ended."))
    return HttpResponseRedirect(str(reverse_lazy("own-account")))


def _person(request: HttpRequest) -> User:
    """Whoever is signed in; LoginRequiredMiddleware lets nobody else come here."""
    return cast(User, request.user)
