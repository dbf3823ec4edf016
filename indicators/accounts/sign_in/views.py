"""Signing in: name and password, then a code where the account has a second factor."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from indicators.accounts.sign_in import second_factor, sessions
from indicators.accounts.sign_in.forms import CodeForm, ForgottenForm, SignInForm


class SignIn(auth.LoginView):
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        held = any(error.code == "held" for error in form.non_field_errors().as_data())
        return self.render_to_response(self.get_context_data(form=form), status=429 if held else 200)


@never_cache
@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step; nothing else opens before it."""
    if request.session.get(sessions.FACTOR) != sessions.CODE:
        return HttpResponseRedirect(after_sign_in(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.accepted(request.user, form.cleaned_data["code"]):  # type: ignore[arg-type]
            sessions.complete(request)
            left = second_factor.left(request.user)  # type: ignore[arg-type]
            if left <= 2:
                messages.warning(request, _("Few printed codes are left: print new ones on the page of your account."))
            return HttpResponseRedirect(after_sign_in(request))
        form.add_error("code", _("This code is not right, was used already, or comes too soon after a wrong one."))
    return render(request, "accounts/sign_in_code.html", {"form": form, "next": request.GET.get("next", "")})


def after_sign_in(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@method_decorator(login_not_required, name="dispatch")
class Forgotten(auth.PasswordResetView):
    form_class = ForgottenForm
    template_name = "accounts/forgotten.html"
    email_template_name = "accounts/mail/forgotten.txt"
    subject_template_name = "accounts/mail/forgotten_subject.txt"
    success_url = reverse_lazy("password-forgotten-sent")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}


@method_decorator(login_not_required, name="dispatch")
class ForgottenSent(auth.PasswordResetDoneView):
    template_name = "accounts/forgotten_sent.html"


@method_decorator(login_not_required, name="dispatch")
class NewPassword(auth.PasswordResetConfirmView):
    """Sets it and leads to the sign-in: a letter alone opens no session, so the second factor is not gone round."""

    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return super().form_valid(form)
