"""Every state × step × role, own work or not, against a table written by hand."""

from itertools import product

import pytest

from indicators.approvals.states import State, Step, Who, may_step

CLERK = Who(enters=True, verifies=False, approves=False, author=False)
RESEARCHER = Who(enters=False, verifies=True, approves=False, author=False)
LEAD = Who(enters=True, verifies=True, approves=True, author=False)
READER = Who(enters=False, verifies=False, approves=False, author=False)
PEOPLE = {"reader": READER, "clerk": CLERK, "researcher": RESEARCHER, "lead": LEAD}

# (state, step) → who may. "!" after a name: their own work too. Whatever is not here nobody may.
ALLOWED = {
    ("open", "submit"): {"clerk!", "lead!"},
    ("returned", "submit"): {"clerk!", "lead!"},
    ("submitted", "verify"): {"researcher", "lead"},
    ("submitted", "return"): {"researcher", "lead"},
    ("verified", "approve"): {"lead"},
    ("verified", "return"): {"researcher", "lead"},
    ("approved", "publish"): {"lead"},
    ("approved", "return"): {"lead!"},
    ("published", "return"): {"lead!"},
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_who_takes_which_step_from_which_state(state: State, step: Step) -> None:
    allowed = ALLOWED.get((state.value, step.value), set())
    for name, who in PEOPLE.items():
        others, own = may_step(step, state, who), may_step(step, state, who._replace(author=True))
        assert others == (name in allowed or f"{name}!" in allowed), (name, "the work of others")
        assert own == (f"{name}!" in allowed), (name, "their own work")


def test_what_was_changed_since_is_approved_again_and_not_published_before() -> None:
    for state in (State.APPROVED, State.PUBLISHED):
        assert may_step(Step.APPROVE, state, LEAD, changed=True)
        assert not may_step(Step.APPROVE, state, LEAD)
    assert not may_step(Step.PUBLISH, State.APPROVED, LEAD, changed=True)


def test_who_verified_does_not_approve() -> None:
    assert not may_step(Step.APPROVE, State.VERIFIED, LEAD._replace(verified_it=True))
