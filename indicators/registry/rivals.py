"""Definitions of the same name that give different numbers. Pure: no database.

The doses and children are the same; what differs is how a year's target is shared out, or who is counted. Neither is
wrong, but two reports can be compared only where both use the same one. Rivals are kept as files beside
their definition.
"""

from indicators.registry.definitions import Definition, definition, rival_definitions


def rivals(code: str) -> list[Definition]:
    """The definition of that code, and after it the other usages; alone where there are none.

    Any of a family's codes gives the whole family, the definition in its own right first. KeyError for an unknown code.
    """
    asked = definition(code)
    head = definition(asked.rival_of) if asked.rival_of else asked
    return [head, *(other for other in rival_definitions().values() if other.rival_of == head.code)]
