"""Annotations as tables, one a layer: what CSV, Excel, Parquet, pandas and polars have in common.

A row is an item, its columns the contract's fields, those of parts under the part's name
(``indicator_start``, ``si_value``). Unknown fields stand as JSON in ``extra``, so a table loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Literal

from govclaim import schema
from govclaim.errors import InputError
from govclaim.extras import required
from govclaim.marks.model import plain
from govclaim.schema import Annotation

__all__ = [
    "COLUMNS",
    "SCALE",
    "TABLES",
    "Column",
    "Row",
    "check",
    "exact",
    "fitted",
    "pandas_frame",
    "pandas_frames",
    "polars_frame",
    "polars_frames",
    "rows",
    "selected",
    "widened",
    "with_exact",
]

Kind = Literal["text", "integer", "number", "flag", "json"]
Row = Mapping[str, Any]

SCALE = 18
"""Decimal places of number columns where a table's type fixes them (Parquet, polars), of 38 digits."""

TABLES = ("documents", "sentences", "entities", "quantities", "times", "claims", "tokens", "numerals")
"""Names of the tables, in their order."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: Of the column.
        kind: ``number`` is an exact decimal, ``json`` a text that holds JSON.
        path: Where the value stands in the item.
    """

    name: str
    kind: Kind
    path: tuple[str, ...]


def _columns(described: str) -> tuple[Column, ...]:
    """Columns from a list like ``id start:integer si.value:number``."""
    columns = []
    for part in described.split():
        path, _, kind = part.partition(":")
        name = path.replace("bound_span", "bound_word").removeprefix("meta.").replace(".", "_")
        columns.append(Column(name, kind or "text", tuple(path.split("."))))  # type: ignore[arg-type]
    return (Column("document", "text", ()), *columns, Column("extra", "json", ()))


_PLACE = "start:integer end:integer text"
_ITEM = f"id sentence {_PLACE} surface"
_MADE = "confidence:number source comment"


def _part(name: str, more: str = "") -> str:
    fields = f"start:integer end:integer text surface {more}".split()
    return " ".join(f"{name}.{field}" for field in fields)


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "documents": _columns(
        "meta.title meta.published meta.source meta.url meta.place text schema_version "
        "producer.govclaim producer.model producer.knowledge"
    ),
    "sentences": _columns(f"id kind paragraph:integer {_PLACE} surface comment"),
    "entities": _columns(f"{_ITEM} label subtype link {_MADE}"),
    "quantities": _columns(
        f"{_ITEM} value:number lower:number upper:number unit dimension bound {_part('bound_span')} "
        f"parts:json expresses from_end:flag si.value:number si.unit {_MADE}"
    ),
    "times": _columns(f"{_ITEM} kind value {_MADE}"),
    "claims": _columns(
        f"{_ITEM} type quantity {_part('indicator')} indicator_name {_part('subject', 'entity')} direction basis "
        f"{_part('base', 'time entity')} {_part('scope')} period modality polarity "
        f"{_part('attribution', 'entity quoted:flag')} {_MADE}"
    ),
    "tokens": _columns(_PLACE),
    "numerals": _columns(f"{_PLACE} role ref"),
}
"""The columns of each table."""


def rows(annotation: Annotation) -> dict[str, list[Row]]:
    """The rows of every table for one document.

    Args:
        annotation: Any.

    Returns:
        By the names of ``TABLES``; a row has the keys of ``COLUMNS``, what is not known is ``None``.
    """
    whole = plain(annotation)
    document = {name: value for name, value in whole.items() if name not in (*TABLES, "id")}
    # Asked for and empty is not the same as not asked for.
    document.update({name: [] for name in ("tokens", "numerals") if whole.get(name) == []})
    if not document.get("warnings"):
        document.pop("warnings", None)
    found = {"documents": [_row(annotation.id, document, COLUMNS["documents"])]}
    for table in TABLES[1:]:
        found[table] = [_row(annotation.id, item, COLUMNS[table]) for item in whole.get(table) or ()]
    return found


def selected(layers: Iterable[str]) -> tuple[str, ...]:
    """The tables for some layers: the documents, the layers, and the two that are made on request.

    Args:
        layers: Names of layers.
    """
    wanted = {"documents", "tokens", "numerals", *layers}
    return tuple(table for table in TABLES if table in wanted)


def exact(number: Decimal | int) -> str:
    """A number with all its digits and without an exponent.

    Args:
        number: Finite.
    """
    return schema.to_json(Decimal(number))


def fitted(number: Decimal | None) -> Decimal | None:
    """A number with ``SCALE`` places, or ``None`` where it needs more digits than the table's type has.

    Args:
        number: Exact.
    """
    if number is None or not number:
        return None if number is None else Decimal(0)
    exponent = number.normalize(_WIDE).as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -SCALE or number.adjusted() >= 38 - SCALE:
        return None
    return number


with localcontext() as _WIDE:
    _WIDE.prec = 5_000


def _row(document: str, item: dict[str, Any], columns: Iterable[Column]) -> Row:
    """Moves what has a column into it; the rest is extra."""
    row: dict[str, Any] = {"document": document}
    for column in columns:
        if column.path:
            row[column.name] = _taken(item, column)
    for part in {column.path[0] for column in columns if len(column.path) > 1}:
        if not item.get(part):
            item.pop(part, None)
    row["extra"] = schema.to_json(item) if item else None
    return row


def _taken(item: dict[str, Any], column: Column) -> Any:
    holder: Any = item
    for name in column.path[:-1]:
        holder = holder.get(name)
        if not isinstance(holder, dict):
            return None
    name = column.path[-1]
    value = holder.get(name)
    if value is not None and not _KINDS[column.kind](value):
        return None  # such as a title that is no text: it goes to the extras
    holder.pop(name, None)
    return schema.to_json(value) if column.kind == "json" and value is not None else value


_KINDS: Mapping[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, Decimal),
    "flag": lambda value: isinstance(value, bool),
    "json": lambda value: True,
}


# ---------------------------------------------------------------- pandas, polars


def with_exact(columns: Iterable[Column]) -> Iterator[Column]:
    """The columns where a table's type fixes the places: each number also as text, with the digits as written.

    Args:
        columns: Of a table.
    """
    for column in columns:
        yield column
        if column.kind == "number":
            yield Column(f"{column.name}_exact", "text", column.path)


def pandas_frames(annotation: Annotation) -> dict[str, Any]:
    """A pandas frame for each table; numbers are ``Decimal``.

    Args:
        annotation: Any.

    Raises:
        InputError: pandas is not installed.
    """
    return {table: pandas_frame(found, COLUMNS[table]) for table, found in rows(annotation).items()}


def pandas_frame(found: Iterable[Row], columns: Iterable[Column]) -> Any:
    """A pandas frame of rows.

    Args:
        found: Rows.
        columns: Their columns.

    Raises:
        InputError: pandas is not installed.
    """
    pandas = required("pandas", "pandas")
    found = list(found)
    types = {"text": "object", "json": "object", "number": "object", "integer": "Int64", "flag": "boolean"}
    return pandas.DataFrame(
        {
            column.name: pandas.Series([row[column.name] for row in found], dtype=types[column.kind])
            for column in columns
        }
    )


def polars_frames(annotation: Annotation) -> dict[str, Any]:
    """A polars frame for each table; numbers are decimals of ``SCALE`` places, ``…_exact`` has them as written.

    Args:
        annotation: Any.

    Raises:
        InputError: polars is not installed.
    """
    return {table: polars_frame(found, COLUMNS[table]) for table, found in rows(annotation).items()}


def polars_frame(found: Iterable[Row], columns: Iterable[Column]) -> Any:
    """A polars frame of rows.

    Args:
        found: Rows.
        columns: Their columns.

    Raises:
        InputError: polars is not installed.
    """
    polars = required("polars", "polars")
    types = {
        "text": polars.String,
        "json": polars.String,
        "number": polars.Decimal(38, SCALE),
        "integer": polars.Int64,
        "flag": polars.Boolean,
    }
    columns = tuple(columns)
    table = [widened(row, columns) for row in found]
    return polars.DataFrame(
        {column.name: [row[column.name] for row in table] for column in with_exact(columns)},
        schema={column.name: types[column.kind] for column in with_exact(columns)},
    )


def widened(row: Row, columns: Iterable[Column]) -> Row:
    """A row with the columns of ``with_exact``.

    Args:
        row: Of the narrow table.
        columns: Of the narrow table.
    """
    wide = dict(row)
    for column in columns:
        if column.kind == "number":
            wide[column.name] = fitted(row[column.name])
            wide[f"{column.name}_exact"] = None if row[column.name] is None else exact(row[column.name])
    return wide


def check(found: Mapping[str, Iterable[Row]]) -> None:
    """Refuse a document whose texts cannot be encoded.

    Args:
        found: Its rows.

    Raises:
        InputError: A text holds half a surrogate pair.
    """
    for table in found.values():
        for row in table:
            for value in row.values():
                if isinstance(value, str) and not value.isascii():
                    _check_text(value, row)


def _check_text(value: str, row: Row) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(
            "a text has half a surrogate pair", where=f"record {row['document']!r}", hint="keep this document as JSON"
        ) from None
