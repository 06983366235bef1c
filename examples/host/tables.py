"""The host's tables: people with the keys by which files find them, and what is kept of an import.

Strategy: one column per field of the schema. What a look-up compares are the library's own expressions (`Lookup.sql`) as
*generated* columns with an index, so that no writer can forget them. Beside the address stands its key (``email_key``, made by the
library's rules in Python, because no database knows IDNA). Uniqueness is a constraint over generated columns too: they are null for
deleted people, and null equals nothing. On PostgreSQL the constraint is deferrable, which makes the database check it when a
statement ends, not row by row; a legal swap of addresses then needs no trick.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import qooper_ingest as qi
from qooper_ingest.emails import keys_of

__all__ = ["Tables", "copy_frame", "dialect_of", "frame_type", "make_engine", "make_tables", "store_people"]

#: Lists of answers. JSONB on PostgreSQL, because its plain JSON cannot be compared.
ANSWERS: Final = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

_TYPES: Final[dict[str, sa.types.TypeEngine[Any]]] = {
    "number": sa.Double(),
    "date": sa.Date(),
    "boolean": sa.Boolean(),
    "multi_select": ANSWERS,
}


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables of one host.

    Args:
        people: The people.
        imports: One line per import: who, when, choices, state, fingerprint, receipt.
        batches: One line per applied batch, written in the batch's own transaction.
        fields: Columns that an operation may change.
    """

    people: sa.Table
    imports: sa.Table
    batches: sa.Table
    fields: tuple[str, ...]

    def create(self, engine: sa.Engine) -> None:
        """Create what is not there yet."""
        self.people.metadata.create_all(engine)


def dialect_of(engine: sa.Engine | sa.Connection) -> Literal["postgresql", "sqlite"]:
    """Which of the two databases it is."""
    return "postgresql" if engine.dialect.name == "postgresql" else "sqlite"


def make_engine(url: str) -> sa.Engine:
    """An engine; on SQLite with real transactions, whose writers queue instead of failing."""
    engine = sa.create_engine(url, json_serializer=_as_json)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _connect(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # the driver starts no transactions of its own
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma busy_timeout = 30000")

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            writes = connection.get_execution_options().get("writes", False)
            connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def make_tables(schema: qi.Schema, *, dialect: Literal["postgresql", "sqlite"]) -> Tables:
    """The tables for a schema.

    Args:
        schema: The host's fields; each profile field and both names become a column.
        dialect: The database.
    """
    metadata = sa.MetaData()
    text: sa.types.TypeEngine[Any] = sa.Text(collation="C") if dialect == "postgresql" else sa.Text()
    profile = [field for field in schema.fields if field.role not in ("id", "email", "new_email", "status")]
    living = "case when status <> 'deleted' then {} end"
    generated = {
        "email_held": living.format("email_key"),
        "id_held": living.format("nullif(trim(id), '')"),
        "sso_held": living.format("nullif(trim(sso_subject), '')"),
        **qi.Lookup.sql(dialect),
    }
    people = sa.Table(
        "people",
        metadata,
        sa.Column("ref", text, primary_key=True),
        sa.Column("id", text),
        sa.Column("email", text),
        sa.Column("email_key", text),
        sa.Column("status", text, nullable=False, server_default="active"),
        sa.Column("sso_subject", text),
        sa.Column("roles", ANSWERS, nullable=False, server_default="[]"),
        sa.Column("protected", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("status_locked", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(sa.Column(field.key, _TYPES.get(field.type, text)) for field in profile),
        *(sa.Column(name, text, sa.Computed(rule, persisted=True)) for name, rule in generated.items()),
        postgresql_with={"fillfactor": 85},  # an answer that changes stays on its page, and no index has to know
    )
    for name in ("email_held", "id_held"):
        at_the_end = dialect == "postgresql" or None
        people.append_constraint(sa.UniqueConstraint(name, name=f"people_{name}", deferrable=at_the_end))
    c = people.c  # partial where most people have nothing to index: every index makes each change dearer
    for name, key, where in (
        ("email_gone", c.email_key, c.status == "deleted"),
        ("sso_held", c.sso_held, c.sso_held.is_not(None)),
        ("lookup_id", c.lookup_id, c.lookup_id.is_not(None)),
        ("lookup_subject", c.lookup_subject, c.lookup_subject.is_not(None)),
        ("lookup_email", c.lookup_email, c.lookup_email.is_not(None)),
        ("lookup_alias", c.lookup_alias, c.lookup_alias != c.lookup_email),
    ):
        sa.Index(f"people_{name}", key, postgresql_where=where, sqlite_where=where)
    imports = sa.Table(
        "imports",
        metadata,
        sa.Column("key", text, primary_key=True),
        sa.Column("programme", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("upload", sa.LargeBinary()),
        sa.Column("choices", text, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("plan", sa.LargeBinary()),
        sa.Column("fingerprint", text),
        sa.Column("receipt", text),
        sa.Column("history", text, nullable=False, server_default="[]"),
        sa.Column("created", sa.DateTime(timezone=True), server_default=sa.func.now()),
    )
    batches = sa.Table(
        "import_batches",
        metadata,
        sa.Column("fingerprint", text, primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("outcome", text),
    )
    return Tables(people, imports, batches, ("id", "email", "status", "roles", *(field.key for field in profile)))


def store_people(connection: sa.Connection, tables: Tables, people: Iterable[Mapping[str, Any]]) -> None:
    """Insert people as a host's own forms would: the key of the address beside the address."""
    rows = [dict(person) for person in people]
    keys = keys_of(pl.Series([row.get("email") for row in rows], dtype=pl.String))["key"].to_list()
    blank = {column.name: None for column in tables.people.columns if column.computed is None}
    filled = {"status": "active", "roles": [], "protected": False, "status_locked": False}
    values = [
        blank
        | filled
        | {name: value for name, value in row.items() if name in blank and value is not None}
        | {"email_key": key}
        for row, key in zip(rows, keys, strict=True)
    ]
    if values:
        connection.execute(sa.insert(tables.people), values)


def frame_type(kind: sa.types.TypeEngine[Any]) -> pl.DataType:
    """The type of a column in a frame."""
    match kind:
        case sa.JSON():
            return pl.List(pl.String())
        case sa.Double():
            return pl.Float64()
        case sa.Date():
            return pl.Date()
        case sa.Boolean():
            return pl.Boolean()
        case sa.Integer():
            return pl.Int64()
    return pl.String()


#: Type of a column in a frame → its type in a temporary table; text where nothing is said.
_STAGED: Final = {
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Float64: "double precision",
    pl.Int64: "bigint",
    pl.List: "jsonb",
    pl.UInt32: "bigint",
}


def copy_frame(connection: sa.Connection, name: str, frame: pl.DataFrame) -> None:
    """Copy a frame into a new temporary table; lists become JSON."""
    typed = (f'"{column}" {_STAGED.get(dtype.base_type(), "text")}' for column, dtype in frame.schema.items())
    connection.exec_driver_sql(f"create temporary table {name} ({', '.join(typed)})")
    lists = [pl.col(column) for column, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    texts = [
        pl.when(one.is_not_null()).then(pl.struct(one.alias("_")).struct.json_encode().str.slice(5).str.head(-1))
        for one in lists
    ]
    plain = frame.with_columns(text.alias(one.meta.output_name()) for one, text in zip(lists, texts, strict=True))
    if dialect_of(connection) == "sqlite":
        marks = ", ".join("?" * plain.width)
        rows = plain.with_columns(pl.col(pl.Date).cast(pl.String)).rows()
        if rows:
            connection.exec_driver_sql(f"insert into {name} values ({marks})", rows)
        return
    with connection.connection.cursor().copy(f"copy {name} from stdin (format csv, null '\\N')") as copy:
        # Text is in quotes, and what is in quotes is never null, whatever it says.
        copy.write(plain.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric"))
    connection.exec_driver_sql(f"analyze {name}")


def _as_json(value: Any) -> str:
    """As polars writes it, so that equal lists are equal texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
