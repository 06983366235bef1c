"""Looking people up: whom a file can concern, out of however many the host has, through indexes.

Strategy: the keys of the file go into a temporary table; each kind of key is compared with the indexed generated column that holds
the same key of the people (see ``tables.py``). For a small file each index is asked; for a large one the people are gone through once, which is what the
indexes would come to. Whoever has a key beyond ASCII comes along, because what that looks like is told in Python. The result is a
directory that says that it is not everybody.
"""

from __future__ import annotations

import io
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

import qooper_ingest as qi
from qooper_ingest.lookup import SETS

from .tables import Tables, frame_type

__all__ = ["everybody", "look_up"]

#: Which key of the file is compared with which column. A person's alias is their address where it has no tag, so that
#: comparing aliases finds addresses too.
_COMPARED: Final = (("alias", "email_alias"), ("look", "email_key"), ("id_fold", "id_fold"), ("id_fold", "sso_fold"))

#: From so many keys on the people are gone through once.
_MANY: Final = 20_000


def look_up(connection: sa.Connection, tables: Tables, schema: qi.Schema, records: qi.Records) -> qi.Directory:
    """The people whom the records can concern.

    Args:
        connection: In a transaction; the temporary table goes with it.
        tables: The host's tables.
        schema: The host's fields.
        records: What the file says.
    """
    p = tables.people
    asked = sa.Table(
        "import_keys",
        sa.MetaData(),
        sa.Column("kind", sa.Text()),
        sa.Column("key", p.c.ref.type),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    asked.create(connection, checkfirst=False)
    keys = records.identity_keys()
    if connection.dialect.name == "postgresql":
        with connection.connection.cursor().copy("copy import_keys from stdin (format csv, null '\\N')") as copy:
            copy.write(keys.write_csv(include_header=False))
        connection.exec_driver_sql("analyze import_keys")
        connection.exec_driver_sql("set local work_mem = '256MB'")  # the keys fit into one hash table
    elif keys.height:
        connection.execute(sa.insert(asked), keys.to_dicts())
    wanted = sa.select(*_columns(tables))
    if keys.height > _MANY:
        tests = [p.c[column].in_(sa.select(asked.c.key).where(asked.c.kind == kind)) for kind, column in _COMPARED]
        query = wanted.where(sa.or_(p.c.odd, *tests))
    else:
        addresses = ("email", "look", "alias")
        tagged, gone = p.c.email_alias != p.c.email_key, p.c.status == "deleted"
        found = [
            _with_key(p, asked, p.c.email_held, *addresses),
            _with_key(p, asked, p.c.email_key, *addresses).where(gone),
            _with_key(p, asked, p.c.email_alias, "alias").where(tagged),
            _with_key(p, asked, p.c.id_fold, "id_fold"),
            _with_key(p, asked, p.c.sso_fold, "id_fold"),
        ]
        refs = sa.union(*found, sa.select(p.c.ref).where(p.c.odd)).subquery()
        query = wanted.join(refs, p.c.ref == refs.c.ref)
    people = _taken(connection, tables, query)
    asked.drop(connection)
    active = connection.execute(sa.select(sa.func.count()).where(p.c.status == "active")).scalar_one()
    return qi.Directory.of(people, schema=schema, complete=False, active_people=active, asked=SETS)


def _with_key(p: sa.Table, asked: sa.Table, column: sa.ColumnElement[Any], *kinds: str) -> sa.Select[Any]:
    return sa.select(p.c.ref).join(asked, column == asked.c.key).where(asked.c.kind.in_(kinds))


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
