"""The full-text engines of SQLite (FTS5) and PostgreSQL (tsvector, GIN), asked the same question.

What they index stands beside the table of entries and follows it by itself: triggers there, a generated column here. It
is stored, because ranking reads it of every entry that is met: computed anew, a frequent word among 20,000 took 20 s.
"""

from typing import Any

from django.db import connections
from django.db.models import QuerySet

from research.search.models import SearchEntry
from research.search.questions import Question, for_postgresql, for_sqlite

TABLE = "research_searchentry"
_VECTOR = f"{TABLE}.vector"
_POSTGRESQL = (
    "DROP INDEX IF EXISTS search_entry_stems",
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS vector tsvector GENERATED ALWAYS AS "
    "(setweight(to_tsvector('simple', title_stems), 'A') || to_tsvector('simple', stems)) STORED",
    f"CREATE INDEX IF NOT EXISTS search_entry_vector ON {TABLE} USING gin (vector)",
)
_COLUMNS = "title_stems, stems"
_GONE = (
    f"INSERT INTO search_stems (search_stems, rowid, {_COLUMNS}) VALUES ('delete', old.id, old.title_stems, old.stems)"
)
_COME = f"INSERT INTO search_stems (rowid, {_COLUMNS}) VALUES (new.id, new.title_stems, new.stems)"
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS search_stems USING fts5({_COLUMNS}, content='{TABLE}', content_rowid='id',"
    " tokenize='ascii', detail='full')",
    f"CREATE TRIGGER IF NOT EXISTS search_come AFTER INSERT ON {TABLE} BEGIN {_COME}; END",
    f"CREATE TRIGGER IF NOT EXISTS search_gone AFTER DELETE ON {TABLE} BEGIN {_GONE}; END",
    f"CREATE TRIGGER IF NOT EXISTS search_changed AFTER UPDATE OF {_COLUMNS} ON {TABLE} BEGIN {_GONE}; {_COME}; END",
)


def prepare(using: str = "default", **_signal: Any) -> None:
    """Makes what the engine indexes, once; called after each migration. Nothing where the table is not there yet."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def matching(entries: QuerySet[SearchEntry], question: Question) -> QuerySet[Any]:
    """Those of the entries in which the question is met, the most telling first (a title counts more), then the newest.

    None of them where the question asks for nothing.
    """
    if not question.asks:
        return entries.none()
    if connections[entries.db].vendor == "postgresql":
        asked = for_postgresql(question)
        met = entries.extra(
            select={"relevance": f"ts_rank({_VECTOR}, to_tsquery('simple', %s))"},
            select_params=[asked],
            where=[f"{_VECTOR} @@ to_tsquery('simple', %s)"],
            params=[asked],
        )
    else:
        met = entries.extra(
            select={"relevance": "-bm25(search_stems, 4.0, 1.0)"},
            tables=["search_stems"],
            where=["search_stems MATCH %s", f"search_stems.rowid = {TABLE}.id"],
            params=[for_sqlite(question)],
        )
    return met.extra(order_by=["-relevance", "-day", "-id"])


def kinds_met(entries: QuerySet[SearchEntry], question: Question) -> dict[str, int]:
    """How many of the entries meet the question, by kind. One query."""
    from django.db.models import Count

    if not question.asks:
        return {}
    met = matching(entries, question).order_by().values("kind")
    return dict(met.annotate(met=Count("pk")).values_list("kind", "met"))
