"""The five roles. They add up: a person may hold several. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """What a person does here; the values are the names of the groups that hold them."""

    VIEWER = "viewer"  # partner: reads progress and numbers
    CLERK = "clerk"  # enters visits and stock for their own districts
    RESEARCHER = "researcher"  # logs observations, reads everything that is not restricted
    LEAD = "lead"  # evaluation lead: edits everything of the study
    ADMINISTRATOR = "administrator"  # technical: accounts and reference data, no notes


EVERY_DISTRICT = frozenset({Role.VIEWER, Role.RESEARCHER, Role.LEAD, Role.ADMINISTRATOR})
"""Roles whose reading is not limited to districts."""
