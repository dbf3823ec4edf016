"""Accounts, letters, second factors, and since when each site is exposed."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.accounts.models import Invitation
from indicators.accounts.role_words import held_by_nobody
from indicators.accounts.sign_in import second_factor
from research.evaluations.models import Evaluation, EvaluationSite
from research.welcome.step import FirstStep


def accounts() -> FirstStep:
    """Done where each role is somebody's."""
    without = held_by_nobody()
    waiting = Invitation.objects.filter(account=None, withdrawn_at=None).exclude(sent_at=None).count()
    found = _("every role is held by somebody") if not without else _("held by nobody: %(roles)s") % {
        "roles": ", ".join(role.partition(":")[0].strip() for role in without)
    }  # fmt: skip
    if waiting:
        found += " – " + _("invitations not taken up yet: %(count)s") % {"count": waiting}
    return FirstStep(
        "accounts",
        _("Accounts for everybody who works with it"),
        not without,
        found,
        _("Evaluation leads propose, administrators send: a letter opens an account for seven days. Roles add up; a "
          "clerk’s districts say what the clerk meets."),
        url=reverse("invitation-list"),
    )  # fmt: skip


def letters() -> FirstStep:
    real = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    return FirstStep(
        "letters",
        _("Letters leave the server"),
        real,
        _("a mail server is named") if real else _("letters are only printed with the server’s messages"),
        _("Invitations and new passwords go by e-mail. Name the mail server in EMAIL_URL, the sender in EMAIL_FROM."),
        command="EMAIL_URL=smtp+tls://user:password@host:587",
    )


def second_factors(user: Any) -> FirstStep:
    """Done where everyone whose work asks for a second factor has one, and the settings demand it."""
    lacking = second_factor.who_lacks_one().count()
    demanded = settings.SECOND_FACTOR_REQUIRED
    found = _("accounts without one: %(count)s") % {"count": lacking}
    if not demanded:
        found += " – " + _("the settings do not demand it (SECOND_FACTOR_REQUIRED)")
    return FirstStep(
        "second-factor",
        _("A second factor for researchers, leads and administrators"),
        demanded and not lacking,
        found,
        _("A code on the phone beside the password: a stolen password alone then opens nothing. Print the ten codes "
          "for the day the phone is lost, and keep them apart from it."),
        url="" if second_factor.has_one(user) else reverse("second-factor"),
    )  # fmt: skip


def exposures() -> list[FirstStep]:
    """One step for each evaluation: done where every site has a plan and at least one has a stage. Two queries."""
    rows = (
        EvaluationSite.objects.filter(demonstration=False)
        .order_by()
        .values("evaluation")
        .annotate(
            sites=Count("pk", distinct=True),
            planned=Count("pk", filter=Q(expected_from__isnull=False), distinct=True),
            staged=Count("pk", filter=Q(stages__demonstration=False), distinct=True),
        )
    )
    by_evaluation: dict[int, Any] = {row["evaluation"]: row for row in rows}
    nothing = {"sites": 0, "planned": 0, "staged": 0}
    return [_exposure(one, by_evaluation.get(one.pk, nothing)) for one in Evaluation.objects.order_by("order")]


def _exposure(evaluation: Evaluation, count: dict[str, int]) -> FirstStep:
    return FirstStep(
        f"exposure-{evaluation.code}",
        _("%(evaluation)s: since when at which site") % {"evaluation": evaluation.name},
        0 < count["sites"] == count["planned"] and count["staged"] > 0,
        _("sites: %(sites)s, with a stage: %(staged)s, with a first month of the plan: %(planned)s") % count,
        _("Stages (trained, first use, active, stopped) say when a site is exposed, the plan from when visits or stock "
          "reports are expected of it. Sites without a stage serve as comparison."),
        url=reverse("exposure", args=[evaluation.code]),
    )  # fmt: skip
