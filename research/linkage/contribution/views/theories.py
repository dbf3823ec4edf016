"""The list of theories of change; one of them drawn, as a table and as a story to read."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.evaluations.models import Evaluation
from research.evidence.chain.graph import Node
from research.evidence.views.answers import answer
from research.linkage.contribution import actions, policies, queries, words
from research.linkage.contribution.drawing import drawn
from research.linkage.contribution.forms import TheoryForm
from research.linkage.contribution.missing import Lack
from research.linkage.contribution.models import LinkAssumption, LinkRival, Step, StepLink, TheoryOfChange
from research.linkage.contribution.strength import Level
from research.linkage.contribution.trail import changes_of_theory
from research.revisions import Conflict

FORM = "research/linkage/contribution/part_form.html"
SLUGS: dict[Any, str] = {Step: "etapes", StepLink: "liens", LinkAssumption: "hypotheses", LinkRival: "rivales"}


@require_GET
@never_cache
def theory_list(request: HttpRequest) -> HttpResponse:
    """`?evaluation=` (its code) leads straight to the theory of that evaluation, where it has one."""
    policies.check_read(request.user)
    rows = list(queries.theories())
    asked = request.GET.get("evaluation", "")
    for theory in rows:
        if asked and theory.evaluation.code == asked:
            return redirect("theory-detail", theory.pk)
    without = Evaluation.objects.filter(theory=None)
    context = {"theories": rows, "without": without, "can_write": policies.can_write(request.user)}
    return render(request, "research/linkage/contribution/theory_list.html", context)


@require_GET
@never_cache
def theory_detail(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_read(request.user)
    story = queries.story_of(get_object_or_404(queries.theories(), pk=pk), request.user)
    columns = [(kind, [_node(step) for step in steps]) for kind, steps in story.columns]
    names = {(("step", str(one.link.start_id)), ("step", str(one.link.end_id))): one.number for one in story.links}
    drawing, badges = drawn(columns, names)
    kinds = dict(Step.Kind.choices)
    shown = _shown(story)
    leads_to: dict[int, list[Any]] = {}
    for row in shown["links"]:
        leads_to.setdefault(row["told"].link.start_id, []).append(row)
    context = shown | {
        "drawing": drawing,
        "heads": [(x, kinds[kind]) for x, kind in drawing.heads],
        "curves": list(zip(badges, shown["links"], strict=True)),
        "steps": [
            (kinds[kind], [(step, leads_to.get(step.pk, [])) for step in steps]) for kind, steps in _by_kind(story)
        ],
        "rule": words.RULE,
        "withdrawn": withdrawn_words(story.withdrawn),
        "changes": changes_of_theory(story.theory) if policies.can_write(request.user) else None,
        "can_write": policies.can_write(request.user),
        "seen": _seen(story, request.user),
    }
    return render(request, "research/linkage/contribution/theory_detail.html", context)


@require_GET
@never_cache
def theory_story(request: HttpRequest, pk: int) -> HttpResponse:
    """The story as a text, link by link, to be read and printed."""
    policies.check_read(request.user)
    story = queries.story_of(get_object_or_404(queries.theories(), pk=pk), request.user)
    return render(request, "research/linkage/contribution/theory_story.html", _shown(story) | {"rule": words.RULE})


@require_http_methods(["GET", "POST"])
@never_cache
def theory_create(request: HttpRequest) -> HttpResponse:
    """`?evaluation=` (its code) fills in the evaluation."""
    user = cast(User, request.user)
    policies.check_write(user)
    asked = Evaluation.objects.filter(code=request.GET.get("evaluation", "")).first()
    form = TheoryForm(request.POST or None, initial={"evaluation": asked.pk} if asked else {})

    def save() -> str:
        sent = form.cleaned_data["client_uuid"]
        theory = actions.write(TheoryOfChange, None, by=user, client_uuid=sent, values=form.values())
        return reverse("theory-detail", args=[theory.pk])

    return answer(request, form, save, back=reverse("theory-list"), template=FORM, title=_("Theory of change"))


@require_POST
def theory_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead has read the whole and adopts all that is proposed in it."""
    policies.check_read(request.user)
    theory = get_object_or_404(TheoryOfChange, pk=pk)
    try:
        actions.adopt_all(theory, by=cast(User, request.user), seen=request.POST.get("seen", ""))
    except Conflict:
        messages.error(request, _("It has changed meanwhile. Nothing was done: read it again first."))
    else:
        messages.success(request, _("Adopted: it is the hub's own now."))
    return redirect("theory-detail", pk)


def _seen(story: queries.Story, user: Any) -> str:
    """What the person would adopt; empty where they adopt nothing, or where there is nothing to adopt."""
    proposed = any(one.lack is Lack.PROPOSED for one in story.missing)
    return actions.what_is_proposed(story.theory) if proposed and policies.can_adopt(user) else ""


def _node(step: Step) -> Node:
    warning = pgettext("theory of change", "proposed") if step.proposed else ""
    return Node(
        "step", str(step.pk), 0, step.get_kind_display(), str(step.label), str(step.note), f"#step-{step.pk}", warning,
        step.demonstration,
    )  # fmt: skip


def _by_kind(story: queries.Story) -> list[tuple[str, list[Step]]]:
    found: dict[str, list[Step]] = {}
    for kind, steps in story.columns:
        found.setdefault(kind, []).extend(steps)
    return list(found.items())


def _shown(story: queries.Story) -> dict[str, Any]:
    """The story with its words."""
    links = [link_words(one) for one in story.links]
    return {
        "story": story,
        "theory": story.theory,
        "links": links,
        "missing": [words.lacking(one) for one in story.missing],
        "levels": [
            (level, words.LEVELS[level], count)
            for level in reversed(Level)
            if (count := sum(one.strength.level is level for one in story.links))
        ],
        "made_up": any(one.demonstration for one in story.links),
    }


def withdrawn_words(rows: list[Any]) -> list[tuple[Any, str, str]]:
    """Each withdrawn part with the word for what it is, and the name of its form."""
    return [(row, str(row._meta.verbose_name), SLUGS[type(row)]) for row in rows]


def link_words(told: queries.Told) -> dict[str, Any]:
    """A link with the words for its strength, for what it lacks and for its assumptions."""
    return {
        "told": told,
        "link": told.link,
        "level": told.strength.level,
        "word": words.LEVELS[told.strength.level],
        "because": [words.REASONS[one] for one in told.strength.because],
        "missing": [words.lacking(one) for one in told.missing],
        "assumptions": [(part, words.STANDINGS[part.standing]) for part in told.assumptions if part.standing],
    }
