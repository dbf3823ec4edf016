"""What is noted about a visit in progress beside the checklist, piece by piece as in `filling`: who, how long, GROW."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from indicators.accounts.models import User
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.policies import check_enter
from research.coach2pev.visits.actions import edit_visit
from research.coach2pev.visits.assessors import check_assess
from research.coach2pev.visits.filling import Saved


def shown(value: Any) -> str:
    """A detail as its field shows it; people as primary keys with blanks between."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, Collection) or hasattr(value, "__iter__"):
        return " ".join(str(pk) for pk in sorted(one.pk for one in value))
    return str(getattr(value, "pk", value))


@transaction.atomic
def save_details(
    visit: SupervisionVisit, *, by: User, details: Mapping[str, Any], was: Mapping[str, str] | None = None
) -> Saved:
    """Stores details of a visit in progress; what somebody else has changed since `was` is told, not overwritten.

    Raises PermissionDenied where the person may not, or the visit is not in progress.
    """
    stored = SupervisionVisit.objects.select_for_update().get(pk=visit.pk)
    check_enter(by, stored.site)
    check_assess(by, stored, Assessor.FIRST)
    saved, changed = Saved(stored.version), dict[str, Any]()
    for name, value in details.items():
        there, typed = shown(getattr(stored, name)), shown(value)
        before = there if was is None else shown(was.get(name, there))
        if typed == there or before == there:
            changed |= {name: value} if typed != there else {}
            saved.stored[name] = typed
        elif typed == before:
            saved.stored[name] = there
        else:
            saved.conflicts[name] = there
    while changed:
        try:
            with transaction.atomic():
                given: Any = changed
                saved.version = edit_visit(stored, by=by, version=stored.version, state=stored.state, **given).version
            break
        except ValidationError as error:
            wrong = {name: " ".join(sentences) for name, sentences in getattr(error, "message_dict", {}).items()}
            if not wrong.keys() & changed.keys():
                raise
            saved.refused |= wrong
            changed = {name: value for name, value in changed.items() if name not in wrong}
            saved.stored = {name: value for name, value in saved.stored.items() if name not in wrong}
    return saved
