"""Theories of change for the tests of this room."""

import uuid
from typing import Any

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.models import Finding
from research.linkage.contribution.actions import write
from research.linkage.contribution.evidence_actions import tie
from research.linkage.contribution.models import (
    LinkAssumption,
    LinkEvidence,
    LinkRival,
    Step,
    StepLink,
    TheoryOfChange,
)
from research.models import Evaluation
from tests.builders import a_finding, a_user, an_evaluation


def somebody(*roles: Role) -> User:
    return a_user(*roles or (Role.LEAD,), language="en")


def a_theory(by: User, evaluation: Evaluation | None = None, **values: Any) -> TheoryOfChange:
    said = {"title_fr": "Coaching et capacités", "title_en": "Coaching and capabilities"}
    words = {"evaluation": evaluation or an_evaluation(), **said, "claim_fr": "", "claim_en": ""}
    return write(TheoryOfChange, None, by=by, client_uuid=uuid.uuid4(), values=words | values)


def a_step(theory: TheoryOfChange, by: User, kind: str = "activity", label: str = "Coaching", **more: Any) -> Step:
    values = {"kind": kind, "label_fr": f"{label} (fr)", "label_en": label, "note_fr": "", "note_en": ""}
    return write(Step, theory, by=by, client_uuid=uuid.uuid4(), values=values | more)


def a_link(start: Step, end: Step, by: User, **more: Any) -> StepLink:
    said = {
        "statement_fr": f"{start.label_fr} mène à {end.label_fr}",
        "statement_en": f"{start.label_en} leads to {end.label_en}",
    }
    values = {"start": start, "end": end, **said}
    return write(StepLink, start.theory, by=by, client_uuid=uuid.uuid4(), values=values | more)


def a_linked_pair(by: User) -> StepLink:
    theory = a_theory(by)
    return a_link(a_step(theory, by), a_step(theory, by, "output", "Plans"), by)


def an_assumption(link: StepLink, by: User, **more: Any) -> LinkAssumption:
    values = {"text_fr": "Le carburant suffit.", "text_en": "Fuel suffices.", "judged": "", "reason": ""}
    return write(LinkAssumption, link, by=by, client_uuid=uuid.uuid4(), values=values | more)


def a_rival(link: StepLink, by: User, **more: Any) -> LinkRival:
    values = {
        "kind": "campaign", "text_fr": "Une campagne.", "text_en": "A campaign.", "verdict": "open", "reason": "",
    }  # fmt: skip
    return write(LinkRival, link, by=by, client_uuid=uuid.uuid4(), values=values | more)


def approved(confidence: str = "moderate", **fields: Any) -> Finding:
    return a_finding(approved=True, confidence=confidence, **fields)


def tied(link: StepLink, by: User, confidence: str = "moderate", side: str = "for", **more: Any) -> LinkEvidence:
    """An approved finding of that confidence on the link."""
    return tie(link, by=by, side=side, note="Deux sites.", finding=approved(confidence), **more)
