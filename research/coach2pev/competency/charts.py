"""From levels to figures. Nothing here reads the database."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.pages.charts import Series, SmallMultiples, small_multiples
from research.coach2pev.competency.progress import Rated


def by_domain(
    title: str, visits: Sequence[tuple[int, date]], ratings: Sequence[Rated], domains: Mapping[int, str], source: str
) -> SmallMultiples:
    """One small panel for each domain, all on the scale of levels; a visit without a rating in it is a gap."""
    level = {(rating.visit, rating.domain): rating.level for rating in ratings}
    series = [
        Series(
            name,
            [(date_format(day, "SHORT_DATE_FORMAT"), level.get((visit, domain))) for visit, day in visits],
            demonstration=any(rating.demonstration for rating in ratings if rating.domain == domain),
        )
        for domain, name in domains.items()
    ]
    return small_multiples(series, title=title, unit=_("level, by visit"), source=source, shared=True, key="levels")
