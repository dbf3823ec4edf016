"""The saved mappings of columns: what each reads, whose it is, another name for it, and its end."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from indicators.accounts.models import User
from indicators.exchange import mapping_actions
from indicators.exchange.mapping import IGNORED
from indicators.exchange.models import ColumnMapping
from indicators.exchange.policies import can_map, check_import, check_map
from indicators.exchange.screens.mapping_words import ROLES

MAPPINGS_A_PAGE = 25


@require_GET
@never_cache
def mapping_list(request: HttpRequest) -> HttpResponse:
    """By name, with the columns that each reads and how many files were read so. A constant number of queries."""
    check_import(request.user)
    rows = ColumnMapping.objects.select_related("by").annotate(files=Count("importrun")).order_by("name")
    page = Paginator(rows, MAPPINGS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(row, _columns(row), can_map(request.user, row)) for row in page]}
    return render(request, "indicators/exchange/saved_mappings.html", context)


@require_POST
def mapping_change(request: HttpRequest, pk: int) -> HttpResponse:
    """`do` = rename (with `name`) or delete."""
    row = get_object_or_404(ColumnMapping, pk=pk)
    check_map(request.user, row)
    by, was = cast(User, request.user), row.name
    try:
        if request.POST.get("do") == "delete":
            mapping_actions.delete_mapping(row, by=by)
            messages.success(request, _("The mapping “%(name)s” is deleted.") % {"name": was})
        else:
            mapping_actions.rename_mapping(row, name=request.POST.get("name", ""), by=by)
            messages.success(request, _("The mapping is now called “%(name)s”.") % {"name": row.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("import-mappings")


def _columns(row: ColumnMapping) -> list[tuple[str, str]]:
    """Header and role of each column that is read."""
    told = row.spec.get("columns", []) if isinstance(row.spec, dict) else []
    return [(one["column"], str(ROLES.get(one["role"], ""))) for one in told if one["role"] != IGNORED]
