"""Findings for the tests of this room: in each state, whole, with what belongs to them."""

import uuid
from typing import Any

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.actions import write_finding, write_part
from research.evidence.link_actions import link
from research.evidence.models import COMPONENTS, Finding, RivalExplanation
from tests.builders import a_learning_question, a_user, an_observation

MODERATE = {
    **dict.fromkeys((*COMPONENTS, "confidence"), "moderate"),
    **{f"{name}_reason": "Deux sites sur huit." for name in (*COMPONENTS, "confidence")},
}
RIVAL = {"text_fr": "La saison a changé.", "verdict": "unlikely", "reason": "Les autres sites n'ont pas bougé."}


def somebody(*roles: Role) -> User:
    return a_user(*roles, language="en")


def a_draft(by: User, **values: Any) -> Finding:
    """A draft with both statements."""
    values.setdefault("learning_question", None)
    values["learning_question"] = values["learning_question"] or a_learning_question()
    said = {"statement_fr": "Le coaching aide.", "statement_en": "Coaching helps."}
    return write_finding(by=by, client_uuid=uuid.uuid4(), values=said | values)


def a_whole_draft(by: User, **values: Any) -> Finding:
    """A draft that nothing is missing from: assessed, with one observation for it and one rival explanation."""
    row = a_draft(by, **MODERATE | values)
    link(row, by=by, kind="observation", key=str(an_observation().pk), side="for")
    row.refresh_from_db()
    write_part(RivalExplanation, row, by=by, client_uuid=uuid.uuid4(), values=RIVAL)
    row.refresh_from_db()
    return row
