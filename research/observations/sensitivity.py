"""How sensitive an observation is. Pure.

In a conflict district an observation starts restricted: who spoke to a researcher there can be guessed, and hurt.
"""

NORMAL, RESTRICTED = "normal", "restricted"


def sensitivity_of(asked: str | None, *, arrives_in_conflict: bool, before: str | None, may_lower: bool) -> str:
    """The sensitivity to store: `asked` (None: by the rule), held to the rule for whoever may not lower it.

    The rule: restricted where it was so `before` (None: new); restricted where the note is new in a conflict district
    or moves into one; else normal. A lead's decision to lower it therefore outlasts somebody else's later edit.
    """
    rule = RESTRICTED if arrives_in_conflict or before == RESTRICTED else NORMAL
    if asked is None:
        return rule
    return asked if asked == RESTRICTED or may_lower else rule
