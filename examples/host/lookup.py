"""Looking people up: whom a file can concern, out of however many the host has, through indexes.

Strategy: the keys of the file go into a temporary table; each set of them is compared with the generated column that `Lookup.sql`
made for it (see ``tables.py``). For a small file each index is asked; for a large one the people are gone through once, which is
what the indexes would come to. Whoever has a key beyond ASCII has the key ``*``, which is asked for always, because what such a key
looks like is decided in Python. The result is a directory that says that it is not everybody.
"""

from __future__ import annotations

import io
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

import qooper_ingest as qi

from .tables import Tables, copy_frame, frame_type

__all__ = ["everybody", "look_up"]

#: The sets of `Lookup` that are compared: all of them.
_SETS: Final = ("ids", "emails", "skeletons", "aliases")

#: From so many keys on the people are gone through once.
_MANY: Final = 20_000

#: The key of everything beyond ASCII.
_BEYOND: Final = pl.DataFrame({"kind": ["id_fold", "email"], "key": ["*", "*"]})


def look_up(connection: sa.Connection, tables: Tables, schema: qi.Schema, records: qi.Records) -> qi.Directory:
    """The people whom the records can concern.

    Args:
        connection: In a transaction; the temporary table goes with it.
        tables: The host's tables.
        schema: The host's fields.
        records: What the file says.
    """
    keys = pl.concat([records.identity_keys(), _BEYOND])
    copy_frame(connection, "import_keys", keys)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("set local work_mem = '256MB'")  # the keys fit into one hash table
    p, asked = tables.people.c, sa.table("import_keys", sa.column("kind", sa.Text()), sa.column("key", sa.Text()))
    # A person's alias is their address where it has no tag: of the others alone it is in an index.
    tagged = p.lookup_alias != p.lookup_email
    compared = (
        (p.lookup_id, ("id_fold",), sa.true()),
        (p.lookup_subject, ("id_fold",), sa.true()),
        (p.lookup_email, ("email", "look", "alias"), sa.true()),
        (p.lookup_alias, ("alias",), tagged),
    )
    tests = [
        where & column.in_(sa.select(asked.c.key).where(asked.c.kind.in_(kinds))) for column, kinds, where in compared
    ]
    wanted = sa.select(*_columns(tables))
    if keys.height > _MANY:
        query = wanted.where(sa.or_(*tests))
    else:
        refs = sa.union(*(sa.select(p.ref).where(test) for test in tests)).subquery()
        query = wanted.join(refs, p.ref == refs.c.ref)
    people = _taken(connection, tables, query)
    connection.exec_driver_sql("drop table import_keys")
    active = connection.execute(sa.select(sa.func.count()).where(p.status == "active")).scalar_one()
    return qi.Directory.of(people, schema=schema, complete=False, active_people=active, asked=_SETS)


def everybody(connection: sa.Connection, tables: Tables, schema: qi.Schema) -> qi.Directory:
    """All people: for a full snapshot, whose absences concern everybody."""
    return qi.Directory.of(_taken(connection, tables, sa.select(*_columns(tables))), schema=schema)


def _columns(tables: Tables) -> list[sa.Column[Any]]:
    return [column for column in tables.people.columns if column.computed is None and column.name != "email_key"]


def _taken(connection: sa.Connection, tables: Tables, query: sa.Select[Any]) -> pl.DataFrame:
    """A frame of the rows, typed by the columns even where there are no rows."""
    columns = _columns(tables)
    if connection.dialect.name == "postgresql":
        return _copied(connection, columns, query)
    types = {column.name: frame_type(column.type) for column in columns}
    rows = [tuple(row) for row in connection.execute(query)]
    return pl.DataFrame(rows, schema=types, orient="row")


def _copied(connection: sa.Connection, columns: list[sa.Column[Any]], query: sa.Select[Any]) -> pl.DataFrame:
    """The rows as csv, which is several times as quick as row objects. Null is written bare, an empty text in quotes."""
    statement = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    buffer = io.BytesIO()
    with connection.connection.cursor().copy(f"copy ({statement}) to stdout (format csv)") as copy:
        buffer.writelines(copy)
    names = [column.name for column in columns]
    if not buffer.tell():
        return pl.DataFrame(schema={column.name: frame_type(column.type) for column in columns})
    frame = pl.read_csv(buffer.getvalue(), has_header=False, new_columns=names, infer_schema=False)
    return frame.select(_parsed(pl.col(column.name), frame_type(column.type)) for column in columns)


def _parsed(text: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    match dtype:
        case pl.List():
            return text.str.json_decode(dtype)
        case pl.Boolean():
            return text == "t"
        case pl.Date():
            return text.str.to_date("%Y-%m-%d")
    return text.cast(dtype)
