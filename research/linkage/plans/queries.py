"""Reads of plans, versions and runs, each limited to what the person may meet."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from indicators.accounts.roles import EVERY_DISTRICT
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from research.linkage.plans.models import AnalysisPlan, AnalysisRun, PlanVersion
from research.linkage.plans.policies import can_read, can_write

State = AnalysisRun.State


def versions_for(user: Any) -> QuerySet[PlanVersion]:
    """Versions of which the person may meet every place; drafts for those who write only."""
    if not can_read(user):
        return PlanVersion.objects.none()
    rows = PlanVersion.objects.all()
    if not (user.is_superuser or user.has_role(*EVERY_DISTRICT)):
        met = limit_to_scope(OrgUnit.objects.all(), user).order_by()
        beyond = OrgUnit.objects.exclude(pk__in=met.values("pk"))
        rows = rows.exclude(units__in=beyond).exclude(comparison__in=beyond)
    if not can_write(user):
        rows = rows.exclude(locked_at=None)
    return rows.select_related("plan__learning_question", "plan__evaluation", "created_by", "locked_by")


def plans_for(user: Any) -> QuerySet[AnalysisPlan]:
    """Plans with a version that the person may read, with these versions (`readable`) and their latest runs; those who
    write see plans without any version too."""
    if not can_read(user):
        return AnalysisPlan.objects.none()
    readable = versions_for(user)
    shown: Any = Q(Exists(readable.filter(plan=OuterRef("pk")).order_by()))
    if can_write(user):
        shown |= ~Exists(PlanVersion.objects.filter(plan=OuterRef("pk")))
    versions = readable.prefetch_related(Prefetch("runs", queryset=runs_for(user), to_attr="shown_runs"))
    return (
        AnalysisPlan.objects.filter(shown)
        .select_related("learning_question", "evaluation", "created_by")
        .prefetch_related(Prefetch("versions", queryset=versions.order_by("-number"), to_attr="readable"))
    )


def runs_for(user: Any) -> QuerySet[AnalysisRun]:
    """Runs of the versions that the person may read, the latest first, without their inputs; what is not done is for
    those who write."""
    rows = AnalysisRun.objects.filter(version__in=versions_for(user).order_by().values("pk"))
    if not can_write(user):
        rows = rows.filter(state=State.DONE)
    return rows.select_related("asked_by", "voided_by").defer("manifest", "sensitivity").order_by("-asked_at", "-pk")


def run_for(user: Any, pk: int) -> AnalysisRun | None:
    """One run whole, with its version, plan and places; None where there is none, or none for this person."""
    if not runs_for(user).filter(pk=pk).exists():
        return None
    return (
        AnalysisRun.objects.select_related(
            "version__plan__learning_question",
            "version__plan__evaluation",
            "version__locked_by",
            "asked_by",
            "voided_by",
        )
        .prefetch_related("version__units__parent", "version__comparison__parent")
        .get(pk=pk)
    )


def latest_done(version: PlanVersion) -> AnalysisRun | None:
    """The result of the version that counts: the latest one that is not void."""
    return version.runs.filter(state=State.DONE, voided_at=None).order_by("-finished_at", "-pk").first()
