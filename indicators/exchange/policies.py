"""Who may bring files in, see what came in, and take it back."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.accounts.permissions import anybodys, may
from indicators.exchange.models import ColumnMapping, ImportRun

Somebody = User | AnonymousUser


def can_see_imports(user: Somebody) -> bool:
    """Researchers, leads and administrators: the list names files and accounts."""
    return anybodys(user, "import.read")


def check_see_imports(user: Somebody) -> None:
    if not can_see_imports(user):
        raise PermissionDenied


def can_import(user: Somebody) -> bool:
    """Clerks for the units of their own districts (the import sees to that), leads and administrators for all."""
    return bool(may(user, "import.send"))


def check_import(user: Somebody) -> None:
    if not can_import(user):
        raise PermissionDenied(_("Clerks, evaluation leads and administrators import files."))


def can_see_run(user: Somebody, run: ImportRun) -> bool:
    """One's own, and whoever sees the list."""
    return can_see_imports(user) or (isinstance(user, User) and user.is_active and run.by_id == user.pk)


def check_see_run(user: Somebody, run: ImportRun) -> None:
    if not can_see_run(user, run):
        raise PermissionDenied


def can_commit(user: Somebody, run: ImportRun) -> bool:
    """Whoever sent the file, if they still may import; leads and administrators any."""
    return bool(may(user, "import.commit")) and (run.by_id == user.pk or anybodys(user, "import.commit"))


def check_commit(user: Somebody, run: ImportRun) -> None:
    if not can_commit(user, run):
        raise PermissionDenied


def can_undo(user: Somebody, run: ImportRun) -> bool:
    """As for the commit: whoever took the file in, leads and administrators."""
    return bool(may(user, "import.undo")) and (run.by_id == user.pk or anybodys(user, "import.undo"))


def check_undo(user: Somebody, run: ImportRun) -> None:
    if not can_undo(user, run):
        raise PermissionDenied(_("Whoever took the file in, evaluation leads and administrators undo an import."))


def can_map(user: Somebody, mapping: ColumnMapping | None = None) -> bool:
    """Who imports makes mappings and uses every saved one; only leads and administrators change those of others."""
    own = mapping is None or mapping.by_id == user.pk
    return bool(may(user, "import.keep_mapping")) and (own or anybodys(user, "import.keep_mapping"))


def check_map(user: Somebody, mapping: ColumnMapping | None = None) -> None:
    if not can_map(user, mapping):
        raise PermissionDenied


def imports_everywhere(user: User | None) -> bool:
    """Whether the person's files may name any unit; nobody (a command, a schedule) may."""
    return user is None or anybodys(user, "import.send")
