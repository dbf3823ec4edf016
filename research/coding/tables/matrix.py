"""Codes by typology: how many observations were coded with a code, in each kind of place.

An observation counts once for a code however many passages it has, and once for a code that groups others (a domain)
however many of these it has: sums of codes are not sums of observations. Each observation lies in one typology (that
of its site's study district) or in none, so a row's total is the sum of its cells; the last row counts the
observations coded with the codebook at all. Counted: submitted and approved ones, whether the reader may read them or
not; not what is being coded blind, nor passages whose words are gone.
"""

from typing import NamedTuple

from django.db import connection
from django.db.models import Count, F, QuerySet

from research.agenda.models import Typology
from research.coding.models import Code, Codebook, CodedPassage
from research.coding.queries import coded_blind, passages_that_count, tree, under
from research.coding.tables.kept import kept
from research.observations.queries import counted

_WHERE = "observation__site__study_site__district__typology"
_WHOLE = 0


class Row(NamedTuple):
    """`counts`: observations by column. 0: none was coded so."""

    code: Code
    counts: list[int]
    total: int


class Share(NamedTuple):
    """`observations`: all that count; `coded`: those of them that were coded with the codebook."""

    coded: int
    observations: int


class Matrix(NamedTuple):
    """`columns`: typologies, and None for sites outside of the study's districts. `coded`: by column, then in all.
    `blind`: observations left out because they are being coded blind."""

    columns: list[Typology | None]
    rows: list[Row]
    coded: list[Share]
    blind: int
    demonstration: bool


# Every code stands in `family` under itself and whatever is above it, and under 0: the codebook as a whole. No value is
# put into the text: they are parameters.
_COUNTED = """
    WITH coded AS ({inner}),
    family(code_id, node) AS (VALUES {family}),
    once AS (
        SELECT DISTINCT family.node, coded.typology, coded.observation_id
        FROM coded JOIN family ON family.code_id = coded.code_id
    )
    SELECT node, typology, COUNT(*) FROM once GROUP BY node, typology
"""


def matrix(codebook: Codebook) -> Matrix:
    """A constant number of queries."""
    codes = tree(codebook)
    passages = passages_that_count().filter(code__codebook=codebook).order_by()
    counts = kept("matrix", codebook, lambda: _counted(codes, passages)) if codes else {}
    every = dict(counted().order_by().values_list("site__study_site__district__typology").annotate(n=Count("pk")))
    columns: list[Typology | None] = list(Typology.objects.all())
    if None in every:
        columns.append(None)
    keys = [column.pk if column else None for column in columns]
    cells = {code.pk: [counts.get((code.pk, key), 0) for key in keys] for code in codes}
    coded = [Share(counts.get((_WHOLE, key), 0), every.get(key, 0)) for key in keys]
    return Matrix(
        columns,
        [Row(code, cells[code.pk], sum(cells[code.pk])) for code in codes],
        [*coded, Share(sum(one.coded for one in coded), sum(every.values()))],
        coded_blind().filter(codebook=codebook).count(),
        passages.filter(demonstration=True).exists(),
    )


def _counted(codes: list[Code], passages: QuerySet[CodedPassage]) -> dict[tuple[int, int | None], int]:
    """(Code, or `_WHOLE`; typology) → observations, in one statement that PostgreSQL and SQLite share."""
    found = passages.annotate(typology=F(_WHERE)).values("code_id", "observation_id", "typology").distinct()
    inner, values = found.query.sql_with_params()
    family = [(code, node) for node, below in under(codes).items() for code in below]
    family += [(code.pk, _WHOLE) for code in codes]
    text = _COUNTED.format(inner=inner, family=", ".join(["(%s, %s)"] * len(family)))
    with connection.cursor() as cursor:
        cursor.execute(text, [*values, *(number for pair in family for number in pair)])
        return {(node, typology): number for node, typology, number in cursor.fetchall()}
