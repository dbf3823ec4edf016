"""How a record or a cell becomes established: submitted, verified, approved, published – by different people. Pure.

Approved, it is closed: nobody changes it, unless an evaluation lead opens it for some days and says why.
"""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    OPEN = "open"  # nothing was asked of anybody yet
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETURNED = "returned"


class Step(StrEnum):
    SUBMIT = "submit"
    VERIFY = "verify"
    APPROVE = "approve"
    PUBLISH = "publish"
    RETURN = "return"


CLOSED = frozenset({State.APPROVED, State.PUBLISHED})
FROM: dict[Step, frozenset[State]] = {
    Step.SUBMIT: frozenset({State.OPEN, State.RETURNED}),
    Step.VERIFY: frozenset({State.SUBMITTED}),
    Step.APPROVE: frozenset({State.VERIFIED}) | CLOSED,  # closed: again, after it was changed under an exception
    Step.PUBLISH: frozenset({State.APPROVED}),
    Step.RETURN: frozenset({State.SUBMITTED, State.VERIFIED}) | CLOSED,
}
TO: dict[Step, State] = {
    Step.SUBMIT: State.SUBMITTED,
    Step.VERIFY: State.VERIFIED,
    Step.APPROVE: State.APPROVED,
    Step.PUBLISH: State.PUBLISHED,
    Step.RETURN: State.RETURNED,
}


class Who(NamedTuple):
    """What a person is to a record. `enters`, `verifies`, `approves`: by role and district. `author`: entered or
    changed some of it, or submitted it; `verified_it`: was the one who verified."""

    enters: bool
    verifies: bool
    approves: bool
    author: bool
    verified_it: bool = False


def may_step(step: Step, state: str, who: Who, *, changed: bool = False) -> bool:
    """Whether the person may take the step from `state`. Nobody verifies, approves or publishes their own work, and
    who verified does not approve. `changed`: differs from what was approved; only then a closed one is approved again,
    and it is not published before that. A closed one is returned, with a reason, by who approves."""
    if state not in FROM[step]:
        return False
    match step:
        case Step.SUBMIT:
            return who.enters
        case Step.VERIFY:
            return who.verifies and not who.author
        case Step.APPROVE:
            return who.approves and not who.author and not who.verified_it and (state not in CLOSED or changed)
        case Step.PUBLISH:
            return who.approves and not who.author and not changed
        case Step.RETURN:
            return who.approves if state in CLOSED else who.verifies and not who.author
