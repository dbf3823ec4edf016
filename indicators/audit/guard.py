"""Has the database itself refuse changes of sealed tables, unless a transaction says that it rewrites (`seal.py`)."""

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate

from indicators.audit.models import AuditEntry, AuditRewriting
from indicators.audit.sources import sources

REFUSAL = "The journal and what it seals are only added to."
EVENTS = ("UPDATE", "DELETE")
_THERE = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'only\\_%'",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'only_%'",
}
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION capev_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {AuditRewriting._meta.db_table}) THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def guarded() -> list[str]:
    """The tables that are only added to."""
    return [
        AuditEntry._meta.db_table,
        *(source.model._meta.db_table for source in sources().values() if source.guarded),
    ]


def prepare(using: str = "default", **_signal: Any) -> None:
    """Makes the triggers where they are missing; called after each migration, which may have remade a table."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    if AuditRewriting._meta.db_table not in there:
        return
    wanted = {_name(table, event): (table, event) for table in there & set(guarded()) for event in EVENTS}
    with connection.cursor() as cursor:
        cursor.execute(_THERE[connection.vendor])
        missing = wanted.keys() - {name for (name,) in cursor.fetchall()}
        if missing and connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name in sorted(missing):
            cursor.execute(_statement(connection.vendor, name, *wanted[name]))


def _statement(vendor: str, name: str, table: str, event: str) -> str:
    if vendor == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION capev_only_added_to()"
    when = f"WHEN NOT EXISTS (SELECT 1 FROM {AuditRewriting._meta.db_table})"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def _name(table: str, event: str) -> str:
    """At most the 63 letters that PostgreSQL keeps of a name."""
    return f"only_{event.lower()}_{table}"[:63]


def connect() -> None:
    post_migrate.connect(_after_migration, dispatch_uid="audit-guard")


def disconnect() -> None:
    """For test databases that are emptied table by table."""
    post_migrate.disconnect(dispatch_uid="audit-guard")


def _after_migration(sender: Any, using: str, **_rest: Any) -> None:
    if sender.name in {"indicators", "research"}:
        prepare(using)
