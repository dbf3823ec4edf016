from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.search.engine import kinds_met, matching
from research.search.filters import SearchFilter
from research.search.forms import SavedViewForm, local_page
from research.search.models import SavedView, SearchEntry
from research.search.policies import can_search
from research.search.queries import answers, findable, views_of
from research.search.questions import read

PER_PAGE = 20
MOST_VIEWS = 100
"""Saved views that one person keeps."""


@require_GET
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the person may read in which the words stand, the most telling first."""
    if not can_search(request.user):
        raise PermissionDenied
    asked = read(request.GET.get("q", ""))
    narrowed = SearchFilter(request.GET, queryset=findable(request.user), request=request)
    counts = kinds_met(narrowed.qs, asked)
    kind = request.GET.get("kind", "")
    met = matching(narrowed.qs.filter(kind=kind) if kind in counts else narrowed.qs, asked)
    pages = Paginator(met, PER_PAGE)
    pages.count = counts[kind] if kind in counts else sum(counts.values())  # they are counted already
    page = pages.get_page(request.GET.get("page"))
    words = dict(SearchEntry.Kind.choices)
    context: dict[str, Any] = {
        "filter": narrowed,
        "asked": asked,
        "page": page,
        "answers": answers(list(page), asked),
        "kind": kind if kind in counts else "",
        "kinds": [(name, words[name], counts[name]) for name in SearchEntry.Kind.values if name in counts],
        "total": sum(counts.values()),
        "query": _without(request, "kind", "page"),
    }
    return render(request, "research/search/search.html", context)


@require_GET
@never_cache
def saved_view_list(request: HttpRequest) -> HttpResponse:
    if not can_search(request.user):
        raise PermissionDenied
    return render(request, "research/search/saved_view_list.html", {"views": list(views_of(request.user)[:500])})


@require_http_methods(["GET", "POST"])
@never_cache
def saved_view_create(request: HttpRequest) -> HttpResponse:
    """`?to=`: the list to come back to, with its filters."""
    user = cast(User, request.user)
    if not can_search(user):
        raise PermissionDenied
    form = SavedViewForm(request.POST or None, initial={"address": request.GET.get("to", "")})
    if request.method != "POST":
        try:
            local_page(request.GET.get("to", ""))
        except ValidationError:
            return redirect("saved-view-list")
    elif form.is_valid() and _saved(form, user):
        messages.success(request, _("The view is saved."))
        return redirect("saved-view-list")
    return render(request, "research/search/saved_view_form.html", {"form": form})


@require_POST
def saved_view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=pk, user=request.user).delete()
    messages.success(request, _("The view is gone."))
    return redirect("saved-view-list")


def _saved(form: SavedViewForm, user: User) -> bool:
    if SavedView.objects.filter(user=user).count() >= MOST_VIEWS:
        form.add_error(None, _("You keep %(most)s views already; remove one first.") % {"most": MOST_VIEWS})
        return False
    try:
        with transaction.atomic():
            SavedView.objects.create(user=user, **form.cleaned_data)
    except IntegrityError:
        form.add_error("name", _("You have a view of this name already."))
        return False
    return True


def _without(request: HttpRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
