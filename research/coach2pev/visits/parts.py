"""The parts in which a visit is filled in, and how far each one is."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from research.coach2pev.models import SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.visits.answers import Form, Given, problems
from research.coach2pev.visits.sheets import Sheet

_TALK = ("goal", "reality", "options", "agreed")


@dataclass(frozen=True, slots=True)
class Part:
    """A step of the form. `answered` of `total` items that are asked; `missing` must be answered, or are wrong.

    A section that its condition does not let through is not `open`."""

    name: str
    url: str
    answered: int
    total: int
    missing: int = 0
    open: bool = True
    code: str = ""

    @property
    def complete(self) -> bool:
        return self.answered == self.total and not self.missing


def parts_of(
    visit: SupervisionVisit, sheet: Sheet, answers: Mapping[str, Given], form: Form, assessor: int
) -> list[Part]:
    """About the visit, each section, the conversation; a second coach answers the sections only."""
    wrong = problems(sheet, answers, today=visit.done_on)
    query = "?coach=2" if assessor == Assessor.SECOND else ""
    sections = []
    for part in sheet.sections:
        asked = [item for item in sheet.items_of(part.code) if item.code in form.asked and item.answerable]
        sections.append(
            Part(
                part.name,
                reverse("visit-section", args=[visit.pk, part.code]) + query,
                sum(item.code in answers for item in asked),
                len(asked),
                sum(item.code in wrong for item in asked),
                bool(asked) or any(item.code in form.asked for item in sheet.items_of(part.code)),
                part.code,
            )
        )
    if assessor == Assessor.SECOND:
        return sections
    told = sum(bool(getattr(visit, name)) for name in _TALK)
    about = [visit.coach_id or visit.coach_role, visit.coachees is not None or visit.people.exists(), visit.minutes]
    return [
        *sections,
        Part(_("The conversation"), reverse("visit-talk", args=[visit.pk]), told, len(_TALK)),
        Part(_("Who and how long"), reverse("visit-about", args=[visit.pk]), sum(map(bool, about)), len(about)),
    ]


def after(parts: list[Part], url: str) -> tuple[Part | None, Part | None]:
    """The open parts before and after the one at this address."""
    path = url.partition("?")[0]
    paths = [part.url.partition("?")[0] for part in parts]
    here = paths.index(path) if path in paths else len(parts)
    before = [part for part in parts[:here] if part.open]
    behind = [part for part in parts[here + 1 :] if part.open]
    return (before[-1] if before else None), (behind[0] if behind else None)
