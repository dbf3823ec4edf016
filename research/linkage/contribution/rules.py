"""What must hold of a theory of change and its parts, told by field in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _

from research.linkage.contribution.models import LinkAssumption, LinkRival, Step, StepLink, TheoryOfChange
from research.linkage.contribution.shape import backwards, leads_back

_STEMS = {TheoryOfChange: "title", Step: "label", StepLink: "statement", LinkAssumption: "text", LinkRival: "text"}


def problems(row: Any) -> dict[str, str]:
    """What is wrong, by name of the field; empty where the row may be stored. A few queries for links."""
    found: dict[str, str] = {}
    stem = _STEMS[type(row)]
    if not getattr(row, f"{stem}_fr") and not getattr(row, f"{stem}_en"):
        found[f"{stem}_fr"] = _("Write it in at least one language.")
    if isinstance(row, TheoryOfChange):
        if TheoryOfChange.objects.filter(evaluation=row.evaluation_id).exclude(pk=row.pk).exists():
            found["evaluation"] = _("This evaluation has its theory of change already: edit that one.")
    elif isinstance(row, Step):
        found |= _of_step(row)
    elif isinstance(row, StepLink):
        found |= _of_link(row)
    elif isinstance(row, LinkRival):
        if row.verdict != LinkRival.Verdict.OPEN and not row.reason:
            found["reason"] = _("Say why.")
    elif row.judged and not row.reason:
        found["reason"] = _("Say why.")
    return found


def _of_step(row: Step) -> dict[str, str]:
    """Its kind may not turn one of its links round."""
    if row._state.adding:
        return {}
    before = [link.start.kind for link in row.follows_from.select_related("start").filter(withdrawn_because="")]
    after = [link.end.kind for link in row.leads_to.select_related("end").filter(withdrawn_because="")]
    if any(backwards(kind, row.kind) for kind in before) or any(backwards(row.kind, kind) for kind in after):
        return {"kind": _("With this kind one of its links would lead backwards. Change that link first.")}
    return {}


def _of_link(row: StepLink) -> dict[str, str]:
    if row.start_id == row.end_id:
        return {"end": _("A step does not lead to itself.")}
    if {row.start.theory_id, row.end.theory_id} != {row.theory_id}:
        return {"end": _("Both steps belong to this theory of change.")}
    if row.start.withdrawn_because or row.end.withdrawn_because:
        return {"end": _("One of the two steps was withdrawn.")}
    if backwards(row.start.kind, row.end.kind):
        return {"end": _("A link leads forward: from activities over outputs and outcomes to impact.")}
    others = StepLink.objects.filter(theory=row.theory_id).exclude(pk=row.pk)
    if others.filter(start=row.start_id, end=row.end_id).exists():
        return {"end": _("These two steps are linked already; perhaps the link was withdrawn.")}
    if leads_back(others.filter(withdrawn_because="").values_list("start", "end"), row.start_id, row.end_id):
        return {"end": _("This link would lead back to where it came from.")}
    return {}
