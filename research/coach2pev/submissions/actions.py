"""Submissions become visits: all of a file or, if a person says so, those that are right."""

import hashlib
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.coach2pev.models import Checklist, SubmissionFile, SupervisionVisit
from research.coach2pev.policies import check_enter
from research.coach2pev.submissions.reading import Checked
from research.coach2pev.visits.loaded import Counts
from research.coach2pev.visits.loading import load_visits


@transaction.atomic
def load_submissions(
    checked: Checked, *, checklist: Checklist, path: Path, name: str, by: User, valid_only: bool = False
) -> tuple[SubmissionFile, Counts]:
    """Stores the visits of a file that was checked. The same file again changes nothing and makes no second row.

    Visits that are there with another content stay as they are and are named in the counts. Raises ValidationError
    where the file as a whole is wrong, holds nothing that can be stored, or where submissions are refused and not
    `valid_only`; PermissionDenied outside the person's districts. Nothing is stored then.
    """
    check_enter(by)
    if checked.wrong:
        raise ValidationError(checked.wrong)
    if checked.rejected and not valid_only:
        raise ValidationError(_("Some submissions are refused. Mend the file, or load the others only."))
    if not checked.visits:
        raise ValidationError(_("The file holds no submission that can be loaded."))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = SubmissionFile.objects.filter(checklist=checklist, sha256=sha256).order_by("pk").first()
    row = SubmissionFile.objects.create(checklist=checklist, name=name[:200], sha256=sha256, loaded_by=by)
    counts = load_visits(checked.visits, by=by, submissions=row)
    if known is not None and not counts.created:
        row.delete()
        return known, counts
    row.created, row.unchanged = counts.created, counts.unchanged
    row.rejected = checked.rejected + len(counts.conflicts)
    row.save()
    return row, counts


def compare(checked: Checked, *, by: User) -> Counts:
    """What loading would do: `created` are new; nothing is written, since only what is there already is looked at."""
    named = [visit.client_uuid for visit in checked.visits]
    there: set[object] = set()
    for start in range(0, len(named), 500):
        part = named[start : start + 500]
        there |= set(SupervisionVisit.objects.filter(client_uuid__in=part).values_list("client_uuid", flat=True))
    known = load_visits([visit for visit in checked.visits if visit.client_uuid in there], by=by)
    return Counts(len(named) - len(there), known.unchanged, known.conflicts)
