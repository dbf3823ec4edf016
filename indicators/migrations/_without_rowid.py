"""SQLite keeps the two bulk tables in the order of their key, once, instead of as a heap and an index beside it.

Half the size, and reads by key prefix need one search instead of two (docs/performance.md has the figures). Django
rebuilds a table when a later migration alters it on SQLite, and then forgets this: such a migration has to end with
`without_rowid` again. A test compares the tables with what is promised here.
"""

TABLES = ("indicators_datavalue", "indicators_aggregate")


def without_rowid(apps, schema_editor):
    _rebuild(schema_editor, without=True)


def with_rowid(apps, schema_editor):
    _rebuild(schema_editor, without=False)


def _rebuild(schema_editor, *, without):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
            (sql,) = cursor.fetchone()
            if sql.endswith("WITHOUT ROWID") == without:
                continue
            cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_before"')
            cursor.execute(f"{sql} WITHOUT ROWID" if without else sql.removesuffix(" WITHOUT ROWID"))
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{table}_before"')
            cursor.execute(f'DROP TABLE "{table}_before"')
