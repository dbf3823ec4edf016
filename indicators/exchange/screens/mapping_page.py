"""Says what the columns of a table hold, sees what the first rows become, and has the file read so."""

from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from indicators.exchange.intake.actions import NotNow, preview_again
from indicators.exchange.mapping import Mapping
from indicators.exchange.mapping_actions import save_mapping
from indicators.exchange.models import ColumnMapping, ImportRun
from indicators.exchange.records import Row
from indicators.exchange.screens import mapping_words as words
from indicators.exchange.screens.access import run_or_404
from indicators.exchange.screens.mapping_form import MOST_COLUMNS, MappingForm, header_of
from indicators.exchange.screens.run_page import may_map
from indicators.exchange.screens.table_look import Look, look


@require_http_methods(["GET", "POST"])
@never_cache
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a choice yet it shows a proposal. `preview` shows what the choices make of the first rows, `read` has a
    worker read the whole file so. A run that is none of a table, or no longer open, has its own page only."""
    run = run_or_404(request.user, pk)
    if not may_map(request, run):
        return redirect("import-detail", pk)
    path = Path(run.content.path)
    if not path.exists():
        messages.error(request, _("The file of this import is no longer kept."))
        return redirect("import-detail", pk)
    if request.method != "POST":
        return _first_page(request, run, path)
    asked = {name: request.POST.get(name, "") for name in ("sheet", "encoding", "delimiter")}
    asked = _as_signs(asked)
    seen = look(path, asked | {"spec": None})
    form = MappingForm(request.POST, seen.suggestion, seen.sheets, header_of(seen, _number(request.POST)))
    mapping = form.chosen(seen.sheet) if seen.lines else None
    if mapping is None:
        return _page(request, run, form, seen)
    if request.POST.get("do") != "read":
        return _page(request, run, form, look(path, asked | {"spec": mapping.to_spec()}))
    try:
        return _read(request, run, form, mapping)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, run, form, seen)


def _first_page(request: HttpRequest, run: ImportRun, path: Path) -> HttpResponse:
    saved = _saved(request.GET.get("modele", ""))
    known = saved.spec if saved else run.options.get("mapping")
    how = {name: (known or {}).get(name, "") for name in ("sheet", "encoding", "delimiter")}
    seen = look(path, how | {"spec": None})
    if not seen.lines and how["sheet"]:  # the saved mapping was made for a file with another sheet
        seen = look(path, {"sheet": "", "encoding": "", "delimiter": "", "spec": None})
    spec = known or seen.suggestion
    form = MappingForm(None, spec | {"sheet": seen.sheet}, seen.sheets, header_of(seen, spec.get("header_row", 1)))
    return _page(request, run, form, seen)


def _read(request: HttpRequest, run: ImportRun, form: MappingForm, mapping: Mapping) -> HttpResponse:
    by, spec = cast(User, request.user), mapping.to_spec()
    told = form.cleaned_data
    saved = save_mapping(name=told["name"], mapping=mapping, by=by, replace=told["replace"]) if told["name"] else None
    schemes = {"option": run.options.get("schemes", {}).get("option", "any")}  # the mapping says the others
    options = run.options | {"mapping": spec, "schemes": schemes}
    try:
        preview_again(run, by=by, options=options, mapping=saved, kind="table")
    except NotNow as refused:
        messages.error(request, str(refused))
    return redirect("import-detail", run.pk)


def _page(request: HttpRequest, run: ImportRun, form: MappingForm, seen: Look) -> HttpResponse:
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "seen": seen,
        "columns": form.columns,
        "roles": list(words.ROLES.items()),
        "lines": _beside(form, seen),
        "made": [(it, True) if isinstance(it, Row) else (it, False) for it in seen.made],
        "more_columns": max((len(cells) for _, cells in seen.lines), default=0) > MOST_COLUMNS,
        "mappings": ColumnMapping.objects.only("name"),
    }
    return render(request, "indicators/exchange/import_mapping.html", context)


def _beside(form: MappingForm, seen: Look) -> list[tuple[int, list[str]]]:
    """The lines shown with a cell for each column that the form offers."""
    places = [column.place for column in form.columns]
    return [(number, [cells[at] if at < len(cells) else "" for at in places]) for number, cells in seen.lines]


def _as_signs(asked: dict[str, str]) -> dict[str, str]:
    known: dict[str, list[tuple[str, Any]]] = {"encoding": words.ENCODINGS, "delimiter": words.DELIMITERS}
    for name, choices in known.items():
        if asked[name] not in dict(choices):
            asked[name] = ""
    return asked | {"delimiter": words.SIGNS.get(asked["delimiter"], asked["delimiter"])}


def _number(data: Any) -> int:
    text = data.get("header_row", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _saved(key: str) -> ColumnMapping | None:
    return (
        ColumnMapping.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None
    )
