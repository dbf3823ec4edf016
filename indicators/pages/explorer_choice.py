"""What somebody chose to see in the explorer, and the address of the same or of a neighbouring choice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.geography.queries import Children, children_in, descendants_in
from indicators.periods import Period
from indicators.registry.annualisation import months_counted
from indicators.registry.definitions import Definition

PLACE, BELOW, GROUPS, MEMBERS = "place", "below", "groups", "members"


@dataclass(frozen=True)
class Choice:
    """An indicator in consecutive periods, of what `show` says: the place itself, each place below it, each group with
    members there, or the members of `group`.

    `depth` is how many levels down the places below it lie. `view` is the key of the way to show it, `options` what
    that view asks besides. `drawn` are the keys of the lines for the chart where somebody chose them.
    """

    measure: Definition
    place: OrgUnit
    show: str
    frequency: str
    periods: tuple[Period, ...]
    drawn: tuple[str, ...] = ()
    group: OrgUnitGroup | None = None
    view: str = "values"
    options: tuple[tuple[str, str], ...] = ()
    depth: int = 1

    @cached_property
    def children(self) -> Children:
        """What lay `depth` levels below the place in the months counted. One query, two where deeper places moved."""
        windows = (months_counted(self.measure.annualisation, period) for period in self.periods)
        months = {month for window in windows for month in window}
        return children_in(self.place, months) if self.depth == 1 else descendants_in(self.place, months, self.depth)

    @property
    def below(self) -> bool:
        return self.show == BELOW

    def option(self, name: str) -> str:
        """What was chosen in a field of the view; KeyError for a field that it does not have."""
        return dict(self.options)[name]

    @property
    def query(self) -> str:
        """The same choice as a query string, with nothing left to defaults: it shows the same next year."""
        first, last = self.periods[0].months()[0], self.periods[-1].months()[-1]
        pairs: list[tuple[str, Any]] = [("indicator", self.measure.code), ("unit", self.place.pk), ("show", self.show)]
        pairs += [("group", self.group.pk)] if self.group else []
        pairs += [("frequency", self.frequency), ("from", first.id), ("to", last.id)]
        pairs += [("view", self.view), *self.options] if self.view != "values" else []
        return urlencode(pairs + [("draw", key) for key in self.drawn])

    @property
    def url(self) -> str:
        return f"{reverse('explorer')}?{self.query}"

    def of(self, place: OrgUnit) -> "Choice":
        """The same for another place; for this one, itself alone."""
        show = PLACE if place.pk == self.place.pk or self.show == MEMBERS else self.show
        return replace(self, place=place, show=show, group=None, drawn=())

    def of_group(self, group: OrgUnitGroup, *periods: Period) -> "Choice":
        """The members of a group, in the same periods or in those given."""
        return replace(self, show=MEMBERS, group=group, periods=periods or self.periods, drawn=())

    def seen_as(self, view: str) -> "Choice":
        """The same in another view, with that view's usual options."""
        return replace(self, view=view, options=())


def series_url(measure: Definition, place: OrgUnit, periods: Sequence[Period], view: str) -> str:
    """The address of consecutive periods of one place in a view of the explorer."""
    return Choice(measure, place, PLACE, periods[0].frequency.name.lower(), tuple(periods), view=view).url
