"""The states of what a second person reads, and who may move it from one to the next. Pure.

A draft is its author's. Submitted, it waits for somebody else, who approves it or returns it with a reason that its
author reads. What was approved can be edited, and then says so until it is approved again. What is withdrawn stays,
with its reason, and what rests on it is told.
"""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


FROM: dict[Move, frozenset[State]] = {
    Move.SUBMIT: frozenset({State.DRAFT, State.RETURNED}),
    Move.APPROVE: frozenset({State.SUBMITTED, State.APPROVED}),  # approved: again, after it was changed
    Move.RETURN: frozenset({State.SUBMITTED, State.APPROVED}),
    Move.WITHDRAW: frozenset({State.SUBMITTED, State.RETURNED, State.APPROVED}),
    Move.REOPEN: frozenset({State.WITHDRAWN}),
}
TO: dict[Move, State] = {
    Move.SUBMIT: State.SUBMITTED,
    Move.APPROVE: State.APPROVED,
    Move.RETURN: State.RETURNED,
    Move.WITHDRAW: State.WITHDRAWN,
    Move.REOPEN: State.DRAFT,
}
WITH_A_REASON = frozenset({Move.RETURN, Move.WITHDRAW})
_BY_A_REVIEWER = frozenset({Move.APPROVE, Move.RETURN})


def may_move(move: Move, state: str, *, author: bool, writes: bool, reviews: bool, changed: bool = False) -> bool:
    """Whether a person may make the move from `state`.

    `author`: wrote it. `writes`: has a role that writes such entries. `reviews`: has a role that reviews them. Nobody
    reviews their own. `changed`: differs from what was approved; an approved entry that does not is not approved twice.
    Whoever reviews may also withdraw; reopening is the author's.
    """
    if state not in FROM[move]:
        return False
    if move is Move.APPROVE and state == State.APPROVED and not changed:
        return False
    if move in _BY_A_REVIEWER:
        return reviews and not author
    if move is Move.WITHDRAW:
        return (author and writes) or reviews
    return author and writes
