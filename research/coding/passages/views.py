"""The coding view of an observation: text and codes side by side."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators.accounts.models import User
from research.coding.memos.queries import memos_readable_by
from research.coding.models import Codebook, CodingTask
from research.coding.passages.actions import code_passage, uncode
from research.coding.passages.forms import PassageForm
from research.coding.passages.reading import texts_of, words_now
from research.coding.policies import can_assign, check_code, closed, codable
from research.coding.queries import passages_readable_by, shown, tree, usable
from research.observations.models import Observation
from research.observations.opened import open_observation
from research.observations.queries import readable_by
from research.revisions import Conflict


@require_http_methods(["GET", "POST"])
@never_cache
def observation_coding(request: HttpRequest, pk: int) -> HttpResponse:
    """`?guide=` (primary key) chooses the codebook; without it the one of the person's task, else the first in use."""
    user = cast(User, request.user)
    check_code(user)
    observation = open_observation(user, pk=pk)
    codebooks = list(shown(user, observation))
    codebook = _chosen(request, user, observation, codebooks)
    if request.method != "POST":
        return _page(request, observation, codebooks, codebook)
    form = PassageForm(request.POST, observation=observation, codebook=codebook)
    if not form.is_valid():
        told = [str(message) for found in form.errors.values() for message in found]
        return _page(request, observation, codebooks, codebook, refused=told)
    sent = form.cleaned_data
    try:
        words = {name: sent[name] for name in ("version", "start", "end", "code", "quote")}
        passage = code_passage(observation, by=user, **words)
    except Conflict:
        told = [_("The text was edited meanwhile. Nothing was coded: choose the words again.")]
        observation = get_object_or_404(readable_by(user), pk=pk)
        return _page(request, observation, codebooks, codebook, refused=told, status=409)
    except ValidationError as error:
        return _page(request, observation, codebooks, codebook, refused=error.messages)
    return redirect(_address(observation, passage.code.codebook_id) + f"#passage-{passage.pk}")


@require_POST
def passage_remove(request: HttpRequest, pk: int) -> HttpResponse:
    check_code(request.user)
    rows = passages_readable_by(request.user).select_related("observation", "code")
    passage = get_object_or_404(rows, pk=pk)
    try:
        uncode(passage, by=cast(User, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_address(passage.observation, passage.code.codebook_id) + "#coded")


def _chosen(request: HttpRequest, user: User, observation: Observation, codebooks: list[Codebook]) -> Codebook | None:
    asked = request.GET.get("guide", "")
    by_key = {str(one.pk): one for one in codebooks}
    if asked in by_key:
        return by_key[asked]
    task = CodingTask.objects.filter(observation=observation, coder=user, codebook__in=codebooks)
    first = task.order_by(F("done_at").asc(nulls_first=True), "pk").values_list("codebook", flat=True).first()
    return by_key.get(str(first)) or (codebooks[0] if codebooks else None)


def _page(
    request: HttpRequest,
    observation: Observation,
    codebooks: list[Codebook],
    codebook: Codebook | None,
    *,
    refused: Sequence[str] | None = None,
    status: int = 0,
) -> HttpResponse:
    user = cast(User, request.user)
    rows = passages_readable_by(user).filter(observation=observation, code__codebook=codebook)
    order = ("quote__order", "start", "pk")
    passages = list(rows.select_related("code__parent", "coder").order_by(*order))
    passages.sort(key=lambda one: (one.adrift, one.quote_id is not None))
    tasks = list(CodingTask.objects.filter(observation=observation, codebook=codebook).select_related("coder"))
    own = next((task for task in tasks if task.coder_id == user.pk), None)
    done = bool(own and own.done_at) and not (codebook and closed(observation.pk, codebook.pk))
    memos = memos_readable_by(user).filter(passage__in=passages)
    beside: dict[int, list[Any]] = {}
    for memo in memos:
        beside.setdefault(memo.passage_id or 0, []).append(memo)
    for one in passages:
        one.words = words_now(observation, one)  # type: ignore[attr-defined]
        one.shown_memos = beside.get(one.pk, [])  # type: ignore[attr-defined]
    context = {
        "observation": observation,
        "codebooks": codebooks,
        "codebook": codebook,
        "codes": tree(codebook) if codebook else [],
        "texts": texts_of(observation, passages),
        "passages": passages,
        "tasks": tasks,
        "own_task": own,
        "blind": len(tasks) > 1 and any(task.done_at is None for task in tasks),
        "may_code": codable(observation) and not done and bool(codebook) and codebook in usable(user, observation),
        "can_assign": can_assign(user),
        "refused": refused,
        "typed": request.POST if refused else {},
        "memos": memos_readable_by(user).filter(observation=observation),
    }
    return render(request, "research/coding/observation_coding.html", context, status=status or 200)


def _address(observation: Observation, codebook: int) -> str:
    return reverse("observation-coding", args=[observation.pk]) + f"?guide={codebook}"
