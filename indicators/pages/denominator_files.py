"""The denominators page as tables for a file: who says how many children there are, and what each would make of a
coverage."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.pages.comparison import BAND
from indicators.pages.denominator_table import Effect, Kind
from indicators.pages.downloads import Value
from indicators.pages.formats import percent_text
from indicators.registry.definitions import Definition
from indicators.sources.models import Source


def figure_headers() -> list[str]:
    """The columns of `figure_rows`."""
    return [
        _("Place"), _("DHIS2 uid"), _("Kind (code)"), _("Kind"), _("Year"), _("Source (code)"), _("Source"), _("Value"),
        _("In use"), _("Difference from the one in use, percent"), _("Places with a figure"), _("Places"),
        _("Demonstration"),
    ]  # fmt: skip


def figure_rows(place: OrgUnit, tables: Sequence[Kind]) -> Iterator[list[Value]]:
    """One row per kind, year and source that has a figure; and one for the sum over the places below, where any of
    them has one: its source is blank, and it is in use where the place has no figure of its own."""
    yes, no, summed = _("yes"), _("no"), _("sum of the places below")
    for table in tables:
        for year in table.years:
            about: list[Value] = [place.name, place.uid, table.kind, table.name, year.year]
            for source, figure in zip(table.sources, year.figures, strict=True):
                if figure:
                    made_up = yes if figure.demonstration else no
                    in_use = yes if figure.preferred else no
                    yield [
                        *about, source.key, source.title, figure.value, in_use, figure.difference, None, None, made_up
                    ]  # fmt: skip
            if below := year.below:
                in_use, made_up = (no if year.own else yes), (yes if below.demonstration else no)
                yield [
                    *about, "", summed, below.value, in_use, below.difference, below.known, below.places, made_up
                ]  # fmt: skip


def effect_headers(sources: Sequence[Source]) -> list[str]:
    """The columns of `effect_rows`: one more for each source."""
    share = {"share": percent_text(BAND, 0)}
    return [
        _("Indicator"), _("Place"), _("Year"), _("Numerator"), _("Target in use"),
        _("Target %(share)s higher") % share, _("Target %(share)s lower") % share,
        *(source.title for source in sources), _("Incomplete"), _("Demonstration"),
    ]  # fmt: skip


def effect_rows(rule: Definition, place: OrgUnit, effects: Sequence[Effect]) -> Iterator[list[Value]]:
    """One row per year: the coverage with the target in use, with one moved up and down, with each source's."""
    yes, no = _("yes"), _("no")
    for effect in effects:
        band = effect.band
        moved: list[Value] = [band.given, band.low, band.high] if band else [None, None, None]
        yield [
            rule.name, place.name, effect.year, effect.numerator, *moved, *effect.others,
            yes if effect.incomplete else no, yes if effect.demonstration else no,
        ]  # fmt: skip
