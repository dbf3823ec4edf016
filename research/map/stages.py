"""How far a site is with an innovation on a day, from its dated stages. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Exposure(StrEnum):
    """The value is also the name of the mark's form on the map: no two of them look alike without colour."""

    OUTSIDE = "outside"  # the evaluation does not follow the site
    NONE = "none"  # it does, and no stage is recorded by then
    TRAINED = "trained"
    FIRST_USE = "first_use"
    ACTIVE = "active"
    STOPPED = "stopped"


class Stage(NamedTuple):
    """A recorded stage; `kind` is a value of Exposure."""

    kind: str
    began_on: date
    approximate: bool
    demonstration: bool


class Standing(NamedTuple):
    """`since` is the stage that holds; None where none does."""

    exposure: Exposure
    since: Stage | None = None


def standing(followed: bool, stages: Iterable[Stage], day: date) -> Standing:
    """The stage that holds at the end of the day; `stages` in the order of their days.

    A training amid the use interrupts no use, and a tool that was seen active stays so when a first use is recorded
    later; after a stop everything begins anew.
    """
    if not followed:
        return Standing(Exposure.OUTSIDE)
    holds: Stage | None = None
    for stage in stages:
        if stage.began_on > day:
            break
        if holds is None or stage.kind == Exposure.STOPPED or _rank(stage) > _rank(holds):
            holds = stage
    return Standing(Exposure(holds.kind), holds) if holds else Standing(Exposure.NONE)


def _rank(stage: Stage) -> int:
    """A later stage counts where it goes further; anything goes further than a stop."""
    order = (Exposure.STOPPED, Exposure.TRAINED, Exposure.FIRST_USE, Exposure.ACTIVE)
    return order.index(Exposure(stage.kind))
