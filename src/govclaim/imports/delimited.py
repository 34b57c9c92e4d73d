"""CSV: a folder with one file a table."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim.errors import InputError
from govclaim.exports.cells import unguarded
from govclaim.exports.frames import COLUMNS, Column, Row
from govclaim.formats import Refused
from govclaim.imports import rows, sources
from govclaim.marks.model import LAYERS
from govclaim.schema import Annotation

__all__ = ["read", "value"]


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read the folder that the exporter wrote, whatever was changed in its files.

    Args:
        source: The folder; needs ``documents.csv``.
        base: Annotations by id, for layers without a file.
        layers: Which to read; ``None`` for all.

    Raises:
        InputError: A file cannot be read, or a cell is no number where one belongs.
    """
    files = {path.stem: path for path in sources.folder(source, "*.csv")}
    if "documents" not in files:
        raise InputError("there is no documents.csv", where=str(source), hint="give the folder that was exported")
    wanted = ("documents", *(LAYERS if layers is None else layers), "tokens", "numerals")
    tables = {name: list(_rows(files[name], COLUMNS[name])) for name in wanted if name in files}
    yield from rows.documents(tables, base=base, where=str(source))


def value(cell: str, column: Column) -> Any:
    """The value of a cell.

    Args:
        cell: Its text.
        column: Its column.

    Raises:
        InputError: It is not of the column's kind.
    """
    if cell == "":
        return None
    if column.kind == "text":
        return unguarded(cell)
    if column.kind == "number":
        return rows.number(cell, column.name)
    if column.kind == "integer":
        return int(rows.number(cell, column.name))
    return cell.lower() == "true" if column.kind == "flag" else cell


def _rows(path: Path, columns: Iterable[Column]) -> Iterator[Row]:
    kinds = {column.name: column for column in columns}
    limit = csv.field_size_limit(sys.maxsize)
    try:
        reader = csv.DictReader(io.StringIO(sources.text_of(path), newline=""), strict=True)
        for row in reader:
            try:
                yield {name: value(cell or "", kinds[name]) for name, cell in row.items() if name in kinds}
            except InputError as error:
                raise InputError(error.message, where=f"{path}:{reader.line_num}", hint=error.hint) from error
    except csv.Error as error:
        raise InputError(f"the file is no CSV ({error})", where=str(path), hint="save it as CSV, UTF-8") from error
    finally:
        csv.field_size_limit(limit)
