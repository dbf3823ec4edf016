"""A way to show what somebody chose in the explorer: what it asks besides, what stands in its part of the page, and
what its file holds. The views that there are stand in `explorer_views_offered`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse

from indicators.geography.models import OrgUnit
from indicators.pages import explorer
from indicators.pages.downloads import Rows
from indicators.pages.explorer_choice import Choice
from indicators.pages.explorer_subjects import Subject, groups_at, members_of

CELLS_A_PAGE, FEWEST_PLACES, MOST_PLACES = 180, 3, 30
MOST_ROWS = {"csv": 100_000, "xlsx": 10_000}
"""Of a download; a workbook takes several times as long to write, and beyond that nobody reads one."""


@dataclass(frozen=True)
class Showing:
    """A choice about to be shown to somebody who may meet the places of `scope`. Nothing is read before it is used."""

    choice: Choice
    scope: QuerySet[OrgUnit]
    today: date
    page_number: str | None = None

    @cached_property
    def page(self) -> Page[Any] | None:
        """The places below, the groups or the members on this page; None where the place stands alone."""
        if self._others is None:
            return None
        many = min(MOST_PLACES, max(FEWEST_PLACES, CELLS_A_PAGE // len(self.choice.periods)))
        return Paginator(self._others, many).get_page(self.page_number)

    @cached_property
    def lines(self) -> list[explorer.Line]:
        """The place as a whole (of members: their group), then the others of this page. The number of queries depends
        neither on lines nor on periods."""
        return explorer.table(self.choice, [self.head, *(self.page or ())], self.today)

    @property
    def head(self) -> Subject:
        """What the others are parts of."""
        return self.choice.group or self.choice.place

    @cached_property
    def everything(self) -> list[Subject]:
        """The head and all others, for a file."""
        return [self.head, *(self._others or ())]

    @cached_property
    def count(self) -> int:
        """How many lines there are on all pages."""
        return 1 + (self.page.paginator.count if self.page else 0)

    @property
    def files(self) -> dict[str, str]:
        """The address of the table as a file of each kind; blank where it would be too long."""
        rows = self.count * len(self.choice.periods)
        return {
            kind: f"{reverse(f'explorer-{kind}')}?{self.choice.query}" if rows <= most else ""
            for kind, most in MOST_ROWS.items()
        }

    @cached_property
    def _others(self) -> QuerySet[Any] | None:
        choice = self.choice
        match choice.show:
            case "below":
                return self.scope.filter(choice.children.where).order_by("name", "pk")
            case "groups":
                return groups_at(choice.place)
            case "members" if choice.group:
                return members_of(choice.group, choice, self.scope)
        return None


@dataclass(frozen=True)
class View:
    """`shown` gives the context of `template`, the part of the page between the form and the meaning of the numbers.

    `fields` are the questions that only this view asks; answers stand in `Choice.options`, the first choice of each
    being the usual one. `headers` and `rows` are its table as a file.
    """

    key: str
    label: Any
    template: str
    shown: Callable[[Showing], dict[str, Any]]
    headers: Callable[[Choice], list[str]]
    rows: Callable[[Showing], Rows]
    fields: Mapping[str, Callable[[], forms.Field]] = field(default_factory=dict)
