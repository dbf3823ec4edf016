"""Which codes occur together: in the same observation, or on passages that overlap.

Counted are observations, each once for a pair. Computed in the database from the distinct pairs of code and
observation (or the stretches), in standard SQL that PostgreSQL and SQLite share.
"""

from typing import NamedTuple

from django.db import connection
from django.db.models import Count

from research.coding.models import Code, Codebook
from research.coding.queries import passages_that_count, tree
from research.coding.tables.kept import kept

SAME_OBSERVATION, SAME_PASSAGE = "observation", "passage"
MOST = 100
"""Pairs shown, the most frequent first."""

# No value is put into these texts: the inner query brings its own parameters.
_TOGETHER = """
    WITH coded AS ({inner})
    SELECT one.code_id, other.code_id, COUNT(*) FROM coded one
    JOIN coded other ON other.observation_id = one.observation_id AND one.code_id < other.code_id
    GROUP BY one.code_id, other.code_id ORDER BY 3 DESC, 1, 2
"""
_OVERLAPPING = """
    WITH coded AS ({inner})
    SELECT one.code_id, other.code_id, COUNT(DISTINCT one.observation_id) FROM coded one
    JOIN coded other ON other.observation_id = one.observation_id AND one.code_id < other.code_id
        AND COALESCE(other.quote_id, 0) = COALESCE(one.quote_id, 0)
        AND one."start" < other."end" AND other."start" < one."end"
    GROUP BY one.code_id, other.code_id ORDER BY 3 DESC, 1, 2
"""
_TEXTS = {
    SAME_OBSERVATION: (_TOGETHER, ("code_id", "observation_id")),
    SAME_PASSAGE: (_OVERLAPPING, ("code_id", "observation_id", "quote_id", "start", "end")),
}


class Pair(NamedTuple):
    """`together`: observations with both; `one_total`, `other_total`: observations with each; `share`: together among
    those with either, from 0 to 1."""

    one: Code
    other: Code
    together: int
    one_total: int
    other_total: int
    share: float


class Pairs(NamedTuple):
    """`found`: how many pairs there are; `pairs`: at most `MOST` of them."""

    pairs: list[Pair]
    found: int
    codes: list[Code]


def pairs(codebook: Codebook, within: str = SAME_OBSERVATION, code: int | None = None) -> Pairs:
    """The pairs of codes of the codebook, or only those with `code` (primary key). A constant number of queries."""
    rows, totals = kept(f"pairs-{within}", codebook, lambda: _together(codebook, within))
    codes = tree(codebook)
    by_key = {one.pk: one for one in codes}
    wanted = [row for row in rows if code is None or code in row[:2]]
    found = [_pair(by_key, totals, *row) for row in wanted[:MOST]]
    return Pairs(found, len(wanted), [one for one in codes if not one.groups_only])


def _together(codebook: Codebook, within: str) -> tuple[list[tuple[int, int, int]], dict[int, int]]:
    """(Code, other code, observations) of every pair, the most frequent first; and the observations of each code."""
    passages = passages_that_count().filter(code__codebook=codebook).order_by()
    text, fields = _TEXTS[within]
    sql, values = passages.values(*fields).distinct().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(text.format(inner=sql), values)
        rows = cursor.fetchall()
    return rows, dict(passages.values_list("code").annotate(n=Count("observation", distinct=True)))


def _pair(codes: dict[int, Code], totals: dict[int, int], one: int, other: int, together: int) -> Pair:
    either = totals[one] + totals[other] - together
    return Pair(codes[one], codes[other], together, totals[one], totals[other], together / either if either else 0.0)
