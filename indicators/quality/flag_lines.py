"""The values that a rule doubts as lines of a list: where, what, when, how much, and the page that takes it apart."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from indicators.geography.models import OrgUnit
from indicators.quality import words
from indicators.quality.board import TARGET_RULES
from indicators.quality.findings import Flag
from indicators.quality.material import DOSES
from indicators.quality.thresholds import YEARS_BEFORE
from indicators.quality.years import MONTHS_OF_YEAR
from indicators.registry.models import DataSet

DATA_SET_RULES = ("not_received", "late")


class FlagLine(NamedTuple):
    flag: Flag
    place: OrgUnit
    subject: str
    figures: list[float | None]
    url: str


def lines(flags: Iterable[Flag], rule: words.RuleWords) -> list[FlagLine]:
    """One line for each flag, in their order. Two queries at most."""
    flags = list(flags)
    places = OrgUnit.objects.select_related("parent").in_bulk({flag.unit for flag in flags})
    names: dict[str, str] = {}
    if rule.code in DATA_SET_RULES:
        names = {one.uid: one.name for one in DataSet.objects.filter(uid__in={flag.subject for flag in flags})}
    return [
        FlagLine(
            flag,
            places[flag.unit],
            names.get(flag.subject) or words.subject_name(flag.subject),
            [flag.value, flag.against, flag.score] if rule.shown_columns else [],
            _url(flag, rule.code),
        )
        for flag in flags
    ]


def _url(flag: Flag, rule: str) -> str:
    if rule in TARGET_RULES:
        return f"{reverse('denominators')}?{urlencode({'unit': flag.unit})}"
    if flag.since:
        # The earlier years besides, where the rule compares with them.
        since = flag.since.shift(-MONTHS_OF_YEAR * YEARS_BEFORE) if rule == "year_ratio" else flag.since
        months = {"from": since.id, "to": flag.period.id, "frequency": "month"}
        return f"{reverse('explorer')}?{urlencode({'indicator': flag.subject, 'unit': str(flag.unit), **months})}"
    subject = DOSES["DTP1"] if rule in DATA_SET_RULES else flag.subject
    return reverse("number-detail", args=[subject, flag.unit, flag.period.id])
