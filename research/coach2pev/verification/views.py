from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.models import RegisterCheck, SupervisionVisit
from research.coach2pev.verification import queries
from research.coach2pev.verification.factor import Recount, factor
from research.coach2pev.verification.forms import ChoiceForm, FactorsForm, RegisterForm
from research.coach2pev.verification.words import SAYS
from research.coach2pev.visits.queries import visits_for
from research.revisions import Change, Conflict, changes_of

PER_PAGE = 50
_FIELDS = ["register", "reported", "note"]


@require_http_methods(["GET", "POST"])
@never_cache
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """`?depuis=` and `?jusqua=` name the months, `?element=` what was given. Nothing named: see `ChoiceForm`."""
    user = cast(User, request.user)
    policies.check_enter(user)
    visit = get_object_or_404(visits_for(user), pk=pk)
    choice = ChoiceForm(request.GET, visit=visit)
    months, elements = choice.chosen()
    typed = request.POST if request.method == "POST" else None
    form = RegisterForm(typed, visit=visit, months=months, elements=elements)
    status, conflict = 200, None
    if typed is not None and form.is_valid():
        try:
            changed = form.save(user)
        except Conflict as error:
            form.rebase()
            status, conflict = 409, error.stored
        except ValidationError as error:
            form.refuse(error)
        else:
            if changed:
                said = ngettext("%(n)s month is saved.", "%(n)s months are saved.", changed) % {"n": changed}
                messages.success(request, said)
            else:
                messages.info(request, _("Nothing was different: nothing was changed."))
            return redirect(request.get_full_path())
    context = {
        "visit": visit,
        "choice": choice,
        "form": form,
        "conflict": conflict,
        "took_place": visit.state in queries.COUNTED_ON,
        "factors": _of_visit(form.checks.values()),
        "changes": _changes(visit) if policies.can_see_history(user) else None,
    }
    return render(request, "research/coach2pev/register.html", context, status=status)


@require_GET
@never_cache
def factors(request: HttpRequest) -> HttpResponse:
    """`?district=` and `?element=` say which."""
    user = cast(User, request.user)
    policies.check_read(user)
    form = FactorsForm(request.GET, user=user)
    verified = queries.factors(user, district=form.said("district"), element=form.said("element"))
    page = Paginator(verified, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": {"form": form},
        "page": page,
        "rows": [(one, SAYS[one.factor.kind]) for one in page.object_list],
        "sums": [(element, of_all, sites, SAYS[of_all.kind]) for element, of_all, sites in queries.sum_of(verified)],
        "made_up": any(one.made_up for one in verified),
    }
    return render(request, "research/coach2pev/verification_factors.html", context)


def _of_visit(checks: Any) -> list[tuple[Any, Any, Any]]:
    """Element, factor and what it says, of the visit alone."""
    by_element: dict[Any, list[Recount]] = {}
    for check in checks:
        by_element.setdefault(check.data_element, []).append(Recount(check.register, check.reported))
    found = [(element, factor(recounts)) for element, recounts in by_element.items()]
    return [(element, of_visit, SAYS[of_visit.kind]) for element, of_visit in found]


def _changes(visit: SupervisionVisit) -> list[Change]:
    """Who changed a recount after it was first saved. One query."""
    names = {name: str(RegisterCheck._meta.get_field(name).verbose_name) for name in _FIELDS}  # type: ignore[union-attr]
    records = RegisterCheck.history.filter(visit=visit).select_related("data_element")
    return changes_of(records, lambda one, name: f"{one.data_element} {one.month}: {names[name]}", _FIELDS)
