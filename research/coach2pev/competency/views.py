from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.geography.scopes import limit_to_scope
from research.coach2pev import policies
from research.coach2pev.competency import charts, doubly, queries, raters
from research.coach2pev.competency.agreement import kappa
from research.coach2pev.competency.forms import RatingsForm
from research.coach2pev.competency.words import FEW, course_text, gained_text, kappa_text, observed_text
from research.coach2pev.models import Coachee, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.people.filters import CoacheeFilter
from research.revisions import Conflict

PER_PAGE = 50


@require_GET
@never_cache
def competency_list(request: HttpRequest) -> HttpResponse:
    """Everybody who was rated: first and last level by domain."""
    policies.check_read(request.user)
    rows = CoacheeFilter(request.GET, queryset=queries.coachees_rated(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    domains = queries.rated_domains()
    people = queries.courses_of(request.user, list(page.object_list), domains)
    context = {
        "filter": rows,
        "page": page,
        "levels": queries.levels(),
        "people": [
            (row.coachee, list(zip(domains, map(course_text, row.courses), strict=True)), gained_text(row.gained))
            for row in people
        ],
    }
    return render(request, "research/coach2pev/competency_list.html", context)


@require_GET
@never_cache
def competency_coachee(request: HttpRequest, pk: int) -> HttpResponse:
    """One person over time. 404 outside of the reader's districts."""
    policies.check_read(request.user)
    people = limit_to_scope(Coachee.objects.select_related("site__parent"), cast(User, request.user), unit="site")
    coachee = get_object_or_404(people, pk=pk)
    ratings = queries.rated(queries.ratings_for(request.user).filter(coachee=coachee))
    domains = queries.rated_domains()
    visits = sorted({(rating.visit, rating.day) for rating in ratings}, key=lambda seen: (seen[1], seen[0]))
    level = {(rating.visit, rating.domain): rating.level for rating in ratings}
    (row,) = queries.courses_of(request.user, [coachee], domains)
    seen = {domain.pk: domain.name for domain in domains if any(r.domain == domain.pk for r in ratings)}
    title = f"{coachee.code} – {gained_text(row.gained)}"
    context = {
        "coachee": coachee,
        "domains": domains,
        "levels": queries.levels(),
        "courses": [(domain, course_text(one)) for domain, one in zip(domains, row.courses, strict=True)],
        "gained": gained_text(row.gained),
        "rows": [(visit, day, [level.get((visit, domain.pk)) for domain in domains]) for visit, day in visits],
        "chart": charts.by_domain(title, visits, ratings, seen, _("Ratings by the coaches")) if seen else None,
        "example": any(domain.example for domain in domains),
    }
    return render(request, "research/coach2pev/competency_coachee.html", context)


@require_GET
@never_cache
def competency_pairs(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    page = Paginator(queries.pairs_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = queries.with_gains(request.user, page.object_list)
    context = {"page": page, "pairs": [(row, gained_text(row.gained)) for row in rows]}
    return render(request, "research/coach2pev/competency_pairs.html", context)


@require_GET
@never_cache
def competency_agreement(request: HttpRequest) -> HttpResponse:
    """Do two coaches agree? All doubly assessed visits together, then each by itself."""
    policies.check_read(request.user)
    visits = doubly.doubly_assessed(request.user)
    page = Paginator(visits, PER_PAGE).get_page(request.GET.get("page"))
    every = doubly.whole(visits, [level.value for level in queries.levels()])
    context = {
        "page": page,
        "whole": every,
        "few": FEW,
        "measures": [
            (_("Answers of the checklist: Cohen’s κ"), every.answers.n, observed_text(every.answers),
             kappa_text(every.answers)),
            (_("Levels of competence: Cohen’s κ"), every.levels.n, observed_text(every.levels),
             kappa_text(every.levels)),
            (_("Levels of competence: weighted κ, quadratic weights"), every.levels_weighted.n,
             observed_text(every.levels_weighted, weighted=True), kappa_text(every.levels_weighted)),
        ],
        "rough": any(0 < one.n < FEW for one in (every.answers, every.levels)),
        "rows": [
            (one.visit, one.answers.n, observed_text(one.answers), kappa_text(one.answers), one.levels.n,
             observed_text(one.levels), kappa_text(one.levels))
            for one in doubly.compared(page.object_list)
        ],
    }  # fmt: skip
    return render(request, "research/coach2pev/competency_agreement.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def visit_ratings(request: HttpRequest, pk: int) -> HttpResponse:
    """The levels of the people coached on a visit; `?evaluateur=2` asks for the second coach's."""
    policies.check_read(request.user)
    user = cast(User, request.user)
    visits = SupervisionVisit.objects.select_related("site__parent", "coach", "second_coach")
    visit = get_object_or_404(limit_to_scope(visits, user, unit="site"), pk=pk)
    second = raters.is_second(user, visit) or (request.GET.get("evaluateur") == "2" and visit.second_coach is not None)
    if second and not raters.can_see(user, visit, Assessor.SECOND):
        raise PermissionDenied(_("The second coach's ratings are shown once the visit is done."))
    assessor = Assessor.SECOND if second else Assessor.FIRST
    may_rate = raters.can_rate(user, visit, assessor)
    if request.method == "POST":
        raters.check_rate(user, visit, assessor)
    form = RatingsForm(request.POST if request.method == "POST" else None, user=user, visit=visit, assessor=assessor)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
            messages.success(request, _("The ratings are saved."))
            return redirect(request.get_full_path())
        except Conflict:
            form.show_conflict()
            status = 409
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "research/coach2pev/competency_ratings.html", _ratings(form, may_rate), status=status)


def _ratings(form: RatingsForm, may_rate: bool) -> dict[str, Any]:
    visit = form.visit
    shown = raters.can_see(form.user, visit, form.assessor)
    both = visit.state == visit.State.DONE and visit.second_coach is not None
    pairs = doubly.level_pairs([visit]).get(visit.pk, []) if both else []
    agreed = kappa(pairs) if pairs else None
    return {
        "visit": visit,
        "form": form,
        "may_rate": may_rate,
        "second": form.assessor == Assessor.SECOND,
        "rated_by": visit.second_coach if form.assessor == Assessor.SECOND else visit.coach,
        "people": [
            (person, [(domain, form.stored.get((person.pk, domain.pk)) if shown else None) for domain in form.domains])
            for person in form.coachees
        ],
        "shown": shown,
        "example": any(domain.example for domain in form.domains),
        "other_form": _other(form),
        "agreement": agreed and (agreed.n, observed_text(agreed), kappa_text(agreed)),
        "few": FEW,
    }


def _other(form: RatingsForm) -> bool:
    """Whether the page leads to the other coach's ratings: where there are two, and the reader is not one of them."""
    return (
        form.visit.second_coach is not None
        and not raters.is_second(form.user, form.visit)
        and raters.can_see(form.user, form.visit, Assessor.SECOND)
    )
