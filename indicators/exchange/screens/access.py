"""Which imports a person meets: all, one's own, or none."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from indicators.accounts.models import User
from indicators.accounts.permissions import may
from indicators.exchange.models import ImportRun
from indicators.exchange.policies import can_import, can_see_imports
from indicators.exchange.queries import import_runs


def runs_for(user: User | AnonymousUser) -> QuerySet[ImportRun]:
    """Everything for who sees to imports, one's own for clerks. Raises PermissionDenied for everybody else."""
    if can_see_imports(user):
        return import_runs()
    if can_import(user):
        return import_runs().filter(by=user.pk)
    raise PermissionDenied


def run_or_404(user: User | AnonymousUser, pk: int) -> ImportRun:
    """Somebody else's import does not exist for a clerk."""
    return get_object_or_404(runs_for(user), pk=pk)


def can_assign_names(user: User | AnonymousUser) -> bool:
    """Leads and administrators say which unit a name means: it holds for everybody's files."""
    return bool(may(user, "import.assign_names"))


def check_assign_names(user: User | AnonymousUser) -> None:
    if not can_assign_names(user):
        raise PermissionDenied
