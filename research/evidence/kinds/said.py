"""Observations, their quotes and their coded passages as evidence. All three follow the observation's readability."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from research.coding.models import CodedPassage
from research.coding.queries import passages_readable_by
from research.evidence.kinds.item import Item, hidden, shortened
from research.observations.models import Observation, Quote
from research.observations.queries import AS_EVIDENCE, readable_by

EXCERPT = 160
"""Characters of a text that are shown."""


def observations(keys: Collection[str], user: Any) -> dict[str, Item]:
    rows = Observation.objects.select_related("site").prefetch_related("quotes").filter(pk__in=keys)
    readable = _readable(rows, user)
    return {str(row.pk): _shown(_observation(row), row, readable) for row in rows}


def quotes(keys: Collection[str], user: Any) -> dict[str, Item]:
    rows = Quote.objects.select_related("observation__site").filter(pk__in=keys)
    readable = _readable([row.observation for row in rows], user)
    return {str(row.pk): _shown(_quote(row), row.observation, readable) for row in rows}


def passages(keys: Collection[str], user: Any) -> dict[str, Item]:
    """Besides the observation's readability: while two people code it blind, nobody sees the other's codes."""
    rows = CodedPassage.objects.select_related("observation__site", "quote", "code").filter(pk__in=keys)
    open_to = None if user is None else set(passages_readable_by(user).filter(pk__in=keys).values_list("pk", flat=True))
    items = {row.pk: _passage(row) for row in rows}
    return {str(pk): item if open_to is None or pk in open_to else hidden(item) for pk, item in items.items()}


def _readable(rows: Any, user: Any) -> set[int] | None:
    """Primary keys of what the person may read; None: everything (no person asks)."""
    if user is None:
        return None
    asked = [row.pk for row in rows]
    return set(readable_by(user).filter(pk__in=asked).order_by().values_list("pk", flat=True)) if asked else set()


def _shown(item: Item, observation: Observation, readable: set[int] | None) -> Item:
    return item if readable is None or observation.pk in readable else hidden(item)


def _where(row: Observation) -> str:
    return f"{row.site.name}, {date_format(row.observed_on)}"


def _observation(row: Observation) -> Item:
    said = [text for one in row.quotes.all() for text in (one.text, one.translation_fr, one.translation_en)]
    return Item(
        "observation", str(row.pk), _where(row), row.seen[:EXCERPT], reverse("observation-detail", args=[row.pk]),
        {"text": shortened(row.seen, *said), "day": row.observed_on.isoformat(), "site": row.site_id},
        row.state not in AS_EVIDENCE, demonstration=row.demonstration,
    )  # fmt: skip


def _quote(row: Quote) -> Item:
    terms = "" if row.observation.quotable else " · " + _("not to be quoted")
    return Item(
        "quote", str(row.pk), f"« {row.text[:EXCERPT]} »", f"{row.informant_role}, {_where(row.observation)}{terms}",
        reverse("observation-detail", args=[row.observation_id]) + f"#quote-{row.pk}",
        {"text": shortened(row.text, row.translation_fr, row.translation_en)},
        row.observation.state not in AS_EVIDENCE, demonstration=row.demonstration,
    )  # fmt: skip


def _passage(row: CodedPassage) -> Item:
    """Its words as they stand in the text now: what was coded may have been edited a little since."""
    words = (row.quote.text if row.quote else row.observation.seen)[row.start : row.end]
    return Item(
        "passage", str(row.pk), row.excerpt[:EXCERPT], f"{row.code}, {_where(row.observation)}",
        reverse("observation-detail", args=[row.observation_id]),
        {"text": shortened(row.excerpt if row.adrift else words), "code": row.code.key, "adrift": row.adrift},
        row.observation.state not in AS_EVIDENCE, demonstration=row.demonstration,
    )  # fmt: skip
