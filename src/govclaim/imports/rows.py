"""Annotations out of rows of tables, whatever file these stood in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError, SchemaError
from govclaim.exports.frames import COLUMNS, Column, Row
from govclaim.formats import Refused
from govclaim.marks.model import LAYERS
from govclaim.schema import Annotation

__all__ = ["documents", "number"]

_OBJECTS = ("meta", "producer")


def documents(
    tables: Mapping[str, Iterable[Row]], *, base: Mapping[str, Annotation], where: str
) -> Iterator[Annotation | Refused]:
    """Put rows together to documents.

    Args:
        tables: Rows by the names of the tables. A layer without a table is that of ``base``, or empty.
        base: Annotations by id.
        where: File or folder, for errors.

    Yields:
        One for each row of ``documents``.
    """
    grouped: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for table in (*LAYERS, "tokens", "numerals"):
        for row in tables.get(table, ()):
            items = grouped.setdefault(str(row["document"]), {})
            items.setdefault(table, []).append(_item(row, COLUMNS[table]))
    for row in tables["documents"]:
        id = str(row["document"])
        try:
            yield _document(row, grouped.pop(id, {}), base.get(id), set(tables), where)
        except GovclaimError as error:
            yield Refused(id, error)
    for id in grouped:
        hint = "every document needs a row in the table of documents"
        yield Refused(
            id, InputError("there are rows of a document that is not listed", where=f"{where}, record {id}", hint=hint)
        )


def _document(
    row: Row, layers: dict[str, list[dict[str, Any]]], base: Annotation | None, given: set[str], where: str
) -> Annotation:
    raw = _item(row, COLUMNS["documents"])
    text = raw.get("text")
    if text is None:
        text = raw["text"] = ""
    raw["id"] = str(row["document"])
    for name in _OBJECTS:
        if raw.get(name) is None:
            raw.pop(name, None)
    if raw.get("schema_version") is None:
        raw.pop("schema_version", None)
    kept = {} if base is None else _layers(base)
    for layer in LAYERS:
        raw[layer] = layers.get(layer, []) if layer in given else kept.get(layer, [])
    for layer in ("tokens", "numerals"):
        if layer in layers:
            raw[layer] = layers[layer]
    return schema.loads(schema.to_json(raw), where=where)


def _layers(base: Annotation) -> dict[str, Any]:
    return {layer: list(getattr(base, layer)) for layer in LAYERS}


def _item(row: Row, columns: Iterable[Column]) -> dict[str, Any]:
    """The nested item of a row; a part without any value is ``None``."""
    item: dict[str, Any] = {}
    for column in columns:
        if not column.path:
            continue
        value = row.get(column.name)
        if column.kind == "json" and value is not None:
            value = _json(value, column.name)
        if len(column.path) == 1:
            item[column.path[0]] = value
            continue
        part, name = column.path
        item.setdefault(part, None)
        if value is not None:
            item[part] = {**(item[part] or {}), name: value}
    if row.get("extra") is not None:
        _merge(item, _json(row["extra"], "extra"))
    return item


def _merge(item: dict[str, Any], extra: Any) -> None:
    if not isinstance(extra, dict):
        raise InputError("the column extra is no JSON object", hint="leave it as it was exported, or empty")
    for name, value in extra.items():
        if isinstance(value, dict) and isinstance(item.get(name), dict):
            _merge(item[name], value)
        else:
            item[name] = value


def _json(text: str, column: str) -> Any:
    try:
        return schema.parse_json(text)
    except SchemaError as error:
        raise InputError(
            f"the column {column} is no JSON ({error.message})", hint="leave it as it was exported"
        ) from error


def number(text: str, column: str) -> Decimal:
    """An exact number from the text of a cell.

    Args:
        text: Like ``1402000000`` or ``-0.5``.
        column: For errors.

    Raises:
        InputError: It is no number.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise InputError(f"{text!r} in the column {column} is no number", hint="write digits, like 1402000000 or 0.5")
    return value
