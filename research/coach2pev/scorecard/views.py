from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from research.coach2pev import policies
from research.coach2pev.competency.words import gained_by_many_text
from research.coach2pev.scorecard import charts, queries
from research.coach2pev.verification.queries import factors
from research.coach2pev.verification.words import SAYS


@require_GET
@never_cache
def site_scorecard(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is the org unit's. 404 outside of the reader's districts, and for a unit that nobody visits or follows."""
    policies.check_read(request.user)
    user: Any = request.user
    sites = OrgUnit.objects.filter(evaluation_sites__isnull=False) | OrgUnit.objects.filter(visits__isnull=False)
    site = get_object_or_404(limit_to_scope(sites.distinct().select_related("parent"), user), pk=pk)
    today = timezone.localdate()
    visits = queries.latest_visits(site, charts.DRAWN)
    totals = queries.totals(visits)
    latest = visits[-queries.VISITS :]
    context = {
        "site": site,
        "today": today,
        "followed": queries.followed(site),
        "latest": latest,
        "made_up": any(visit.demonstration for visit in latest),
        "totals": [totals.get(visit.pk) for visit in latest],
        "sections": queries.section_rows(latest),
        "chart": charts.scores(visits, totals),
        "failures": queries.repeated_failures(site, today),
        "actions": [
            (action, (today - action.due_on).days if action.due_on and action.due_on < today else None)
            for action in queries.open_actions(site)
        ],
        "dose": queries.dose(site, today),
        "factors": [(one, SAYS[one.factor.kind]) for one in factors(user, site=site)],
        "gained": gained_by_many_text(queries.levels_gained(user, site)),
        "can_enter": policies.can_enter(user, site),
    }
    return render(request, "research/coach2pev/scorecard.html", context)
