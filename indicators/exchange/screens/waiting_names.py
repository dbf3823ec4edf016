"""Names in files that no unit could be found for: a person says which unit is meant, and what waited goes in."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.exchange.intake.actions import take_in_waiting
from indicators.exchange.models import ImportRun, WaitingRecord
from indicators.exchange.policies import check_see_imports
from indicators.exchange.problems import MESSAGES
from indicators.exchange.screens.access import can_assign_names, check_assign_names
from indicators.geography import name_actions
from indicators.geography.models import NameSetAside, OrgUnit
from indicators.geography.names import normalise

NAMES_A_PAGE, UNITS_FOUND, FAILED_SHOWN = 25, 20, 50
State = NameSetAside.State


class Waits(NamedTuple):
    """A name with how many records wait for it, and the files that they stand in: run id and file name."""

    name: NameSetAside
    records: int
    files: list[tuple[int, str]]


class Failed(NamedTuple):
    record: WaitingRecord
    message: str


@require_GET
@never_cache
def name_list(request: HttpRequest) -> HttpResponse:
    """Those that wait, or (`?etat=ignored`) those to be left out. A constant number of queries."""
    check_see_imports(request.user)
    state = State.IGNORED if request.GET.get("etat") == State.IGNORED else State.OPEN
    rows = NameSetAside.objects.filter(state=state).order_by("-last_seen", "name")
    page = Paginator(rows, NAMES_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _with_records(list(page)), "ignored": state == State.IGNORED}
    context |= {"may_assign": can_assign_names(request.user)}
    return render(request, "indicators/exchange/name_list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def name_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Searches a unit (`?q=`) and, sent, assigns it; or says that the name is none of ours, or lets it wait again."""
    check_see_imports(request.user)
    name = get_object_or_404(NameSetAside.objects.select_related("unit"), pk=pk)
    if request.method == "POST":
        check_assign_names(request.user)
        if request.POST.get("do") in ("ignore", "reopen"):
            return _set_state(request, name)
        return _assign(request, name)
    return _page(request, name)


def _set_state(request: HttpRequest, name: NameSetAside) -> HttpResponse:
    by = cast(User, request.user)
    if request.POST["do"] == "ignore":
        if name_actions.ignore(names=[name], by=by):
            messages.success(request, _("“%(name)s” is left out from now on. Its records stay out.") % {"name": name})
    elif name_actions.reopen(names=[name], by=by):
        messages.success(request, _("“%(name)s” waits again.") % {"name": name})
    return redirect("import-names")


def _assign(request: HttpRequest, name: NameSetAside) -> HttpResponse:
    text = request.POST.get("unit", "")
    unit = (
        OrgUnit.objects.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 12 else None
    )
    if unit is None:
        return _page(request, name, _("Choose a unit of the list."))
    if name.state == State.ASSIGNED:
        return _page(request, name, _("This name is assigned already."), 409)
    by = cast(User, request.user)
    before = _numbers(name)
    try:
        name_actions.assign(name=name, unit=unit, by=by)
    except ValidationError as error:
        return _page(request, name, " ".join(error.messages), 409)
    take_in_waiting(names=[name.name], by=by)
    after = _numbers(name)
    failed = after["failed"] - before["failed"]
    went = before["waiting"] - after["waiting"] - failed
    said = _("“%(name)s” means %(unit)s from now on.") % {"name": name, "unit": unit}
    if before["waiting"]:
        said += " " + ngettext("%(count)d record went in.", "%(count)d records went in.", went) % {"count": went}
    messages.success(request, said)
    if after["waiting"]:
        messages.warning(request, _("Another import is being taken in; the records that wait follow after it."))
    if failed:
        text = ngettext("%(count)d record could not go in.", "%(count)d records could not go in.", failed)
        messages.error(request, text % {"count": failed})
        return redirect("import-name", name.pk)
    return redirect("import-names")


def _numbers(name: NameSetAside) -> dict[str, int]:
    rows = WaitingRecord.objects.filter(normalised=name.normalised, batch=None, run__state=ImportRun.State.COMMITTED)
    return rows.aggregate(waiting=Count("pk", filter=Q(problem="")), failed=Count("pk", filter=~Q(problem="")))


def _page(request: HttpRequest, name: NameSetAside, error: str = "", status: int = 200) -> HttpResponse:
    # On the first visit the search begins with the name itself: often a spelling away.
    query = request.GET.get("q", name.name)[:230]
    failed = WaitingRecord.objects.filter(normalised=name.normalised, batch=None).exclude(problem="")
    context: dict[str, Any] = {
        "name": name,
        "waits": _with_records([name])[0],
        "query": query,
        "units": _found(query) if name.state != State.ASSIGNED else [],
        "error": error,
        "may_assign": can_assign_names(request.user),
        "failed": [_failed(it) for it in failed.select_related("run").order_by("run", "number")[:FAILED_SHOWN]],
    }
    return render(request, "indicators/exchange/name_detail.html", context, status=status)


def _failed(record: WaitingRecord) -> Failed:
    sentence = str(MESSAGES.get(record.problem, record.problem))
    return Failed(record, sentence.format(value=record.record.get("value", "")))


def _found(query: str) -> QuerySet[OrgUnit]:
    """Units that hold each word of the query in their name, or have it as their uid, code or alias."""
    wanted = Q()
    for word in query.split():
        wanted &= Q(name__icontains=word)
    exact = Q(uid=query.strip()) | Q(code=query.strip()) | Q(aliases__normalised=normalise(query))
    found = OrgUnit.objects.filter(wanted | exact) if query.strip() else OrgUnit.objects.none()
    return found.select_related("parent").distinct().order_by("level", "name")[:UNITS_FOUND]


def _with_records(names: Collection[NameSetAside]) -> list[Waits]:
    """One query."""
    rows = WaitingRecord.objects.filter(
        normalised__in=[it.normalised for it in names], batch=None, problem="", run__state=ImportRun.State.COMMITTED
    )
    counted = rows.order_by("run").values_list("normalised", "run", "run__file_name").annotate(n=Count("pk"))
    records: Counter[str] = Counter()
    files: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for normalised, run, file_name, number in counted:
        records[normalised] += number
        files[normalised].append((run, file_name))
    of_values = NameSetAside.Purpose.VALUES
    return [Waits(it, records[it.normalised] if it.purpose == of_values else 0, files[it.normalised]) for it in names]
