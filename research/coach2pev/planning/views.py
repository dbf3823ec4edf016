from datetime import timedelta
from random import SystemRandom
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.models.visits import Selection
from research.coach2pev.planning import coverage, month, queries
from research.coach2pev.planning.actions import plan_round
from research.coach2pev.planning.bias import FEWEST
from research.coach2pev.planning.forms import SEEDS, CalendarForm, ConfirmForm, CoverageForm, RoundForm
from research.coach2pev.planning.rounds import draw
from research.coach2pev.visits.queries import sites_for, visits_for
from research.revisions import Conflict, new_uuid

PER_PAGE = 50
PLANS_NAMED = 10
SHOWN_OF_RANKING = 100


@require_GET
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """`?mois=202511`, `?district=` and `?coach=` say what is shown."""
    user = cast(User, request.user)
    policies.check_read(user)
    form = CalendarForm(request.GET, user=user)
    today = timezone.localdate()
    of_month = {"day__range": (form.month.start, form.month.end)}
    visits = visits_for(user).filter(**of_month).order_by("day", "site__name", "pk")  # type: ignore[misc]
    if district := form.said("district"):
        visits = visits.filter(site__path__startswith=district.path)
    if coach := form.said("coach"):
        visits = visits.filter(coach=coach)
    shown = list(visits)
    for visit in shown:
        visit.late = month.is_late(visit, today)  # type: ignore[attr-defined]
    context = {
        "filter": {"form": form},
        "month": form.month,
        "weeks": month.weeks(form.month, shown),
        "counts": month.counts(shown, today),
        "today": today,
        "district": district,
        "before": _with(request.GET, mois=form.month.shift(-1).id),
        "after": _with(request.GET, mois=form.month.shift(1).id),
        "can_enter": policies.can_enter(user),
    }
    return render(request, "research/coach2pev/calendar.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def planner(request: HttpRequest) -> HttpResponse:
    """The address holds what is asked for; with it the page shows the round; sending that page plans it."""
    user = cast(User, request.user)
    policies.check_enter(user)
    asked = request.GET if "method" in request.GET else None
    form = RoundForm(asked, user=user, sites=sites_for(user), initial=_start())
    confirm = ConfirmForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "query": request.GET.urlencode()}
    if asked is not None and form.is_valid():
        if form.cleaned_data["method"] == Selection.DIRECT and not form.cleaned_data["site"]:
            context |= _sites_to_tick(form, user)
        else:
            try:
                if request.method == "POST" and confirm.is_valid():
                    plan = plan_round(by=user, asked=form.asked(), **confirm.cleaned_data)
                    messages.success(request, _("The round is planned."))
                    return redirect("visit-plan", plan.pk)
            except Conflict as conflict:
                messages.warning(request, _("This round was planned before, otherwise. Here it is as it stands."))
                return redirect("visit-plan", conflict.stored.pk)
            except ValidationError as error:
                context["refused"] = error.messages
            context |= _round(form, user)
    context["plans"] = queries.plans_for(user)[:PLANS_NAMED]
    return render(request, "research/coach2pev/planner.html", context)


@require_GET
@never_cache
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_read(user)
    row = get_object_or_404(queries.plans_for(user), pk=pk)
    ranking, others = queries.rows_seen(row, set(sites_for(user).values_list("pk", flat=True)))
    visits, today = queries.visits_of(row, user), timezone.localdate()
    context = {
        "plan": row,
        "visits": visits,
        "counts": month.counts(visits, today),
        "ranking": ranking[:SHOWN_OF_RANKING],
        "hidden": len(ranking[SHOWN_OF_RANKING:]),
        "others": others,
    }
    return render(request, "research/coach2pev/plan.html", context)


@require_GET
@never_cache
def site_coverage(request: HttpRequest) -> HttpResponse:
    """`?district=` and `?depuis=` (months) say which sites and which visits."""
    user = cast(User, request.user)
    policies.check_read(user)
    form = CoverageForm(request.GET, user=user)
    sites, months = sites_for(user), form.said("depuis")
    if district := form.said("district"):
        sites = sites.filter(path__startswith=district.path)
    since = timezone.localdate() - timedelta(days=round(months * 365.25 / 12)) if months else None
    covered = coverage.coverage(sites, since)
    counted = [one for one in covered if not one.comparison]
    context = {
        "filter": {"form": form},
        "since": since,
        "page": Paginator(covered, PER_PAGE).get_page(request.GET.get("page")),
        "sites": len(counted),
        "visited": sum(one.visits > 0 for one in counted),
        "never": sum(one.last is None for one in counted),
        "comparison": len(covered) - len(counted),
        "placed": sum(one.distance is not None for one in counted),
        "made_up": any(one.visits_made_up or (one.made_up and one.distance is not None) for one in counted),
        "bias": coverage.bias_of(covered),
        "fewest": FEWEST,
        "typologies": coverage.by_typology(covered),
    }
    return render(request, "research/coach2pev/coverage.html", context)


def _start() -> dict[str, Any]:
    first = timezone.localdate() + timedelta(days=1)
    seed = SystemRandom().randrange(1, SEEDS)
    return {"first": first, "last": first + timedelta(days=27), "number": 5, "seed": seed, "unscored": "first"}


def _round(form: RoundForm, user: User) -> dict[str, Any]:
    """The round as it would be now, with the form that plans it; or what stands in its way, beside the fields."""
    try:
        drawn = draw(form.asked(), user)
    except ValidationError as error:
        for name, sentences in getattr(error, "message_dict", {None: error.messages}).items():
            form.add_error(name if name in form.fields else None, sentences)
        return {}
    confirm = ConfirmForm(initial={"client_uuid": new_uuid(), "seen": drawn.fingerprint})
    chosen = [(one.candidate, drawn.days[one.candidate.site]) for one in drawn.ranked if one.chosen]
    others = [one.candidate for one in drawn.ranked if not one.chosen]
    shown = {"chosen": chosen, "others": others[:SHOWN_OF_RANKING], "hidden": len(others[SHOWN_OF_RANKING:])}
    return {"drawn": drawn, "confirm": confirm, "asked": form.asked(), "method": _label(form)} | shown


def _sites_to_tick(form: RoundForm, user: User) -> dict[str, Any]:
    sites = sites_for(user)
    if district := form.cleaned_data["district"]:
        sites = sites.filter(path__startswith=district.path)
    asked = form.asked()
    busy, untouched = queries.busy_sites(asked.first, asked.last), queries.comparison_sites()
    offered = [(one, one.site in busy, one.site in untouched) for one in queries.candidates(sites)]
    return {"offered": offered, "kept": [(name, value) for name, value in form.data.items() if name != "site"]}


def _label(form: RoundForm) -> str:
    return str(Selection(form.cleaned_data["method"]).label)


def _with(query: QueryDict, **changed: str) -> str:
    copy = query.copy()
    for name, value in changed.items():
        copy[name] = value
    return copy.urlencode()
