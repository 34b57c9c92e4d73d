"""Parquet: a folder with one file a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim.errors import InputError
from govclaim.exports.frames import COLUMNS, Column, Row
from govclaim.extras import required
from govclaim.formats import Refused
from govclaim.imports import rows, sources
from govclaim.marks.model import LAYERS
from govclaim.schema import Annotation

__all__ = ["read"]


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read the folder that the exporter wrote.

    Args:
        source: The folder; needs ``documents.parquet``.
        base: Annotations by id, for layers without a file.
        layers: Which to read; ``None`` for all.

    Raises:
        InputError: pyarrow is missing, or a file is no Parquet.
    """
    files = {path.stem: path for path in sources.folder(source, "*.parquet")}
    if "documents" not in files:
        raise InputError("there is no documents.parquet", where=str(source), hint="give the folder that was exported")
    wanted = ("documents", *(LAYERS if layers is None else layers), "tokens", "numerals")
    tables = {name: _rows(files[name], COLUMNS[name]) for name in wanted if name in files}
    yield from rows.documents(tables, base=base, where=str(source))


def _rows(path: Path, columns: Sequence[Column]) -> list[Row]:
    arrow, parquet = required("pyarrow", "parquet"), required("pyarrow.parquet", "parquet")
    try:
        found = parquet.ParquetFile(path).read().to_pylist()
    except (arrow.ArrowException, OSError) as error:
        raise InputError(f"the file is no Parquet ({error})", where=str(path), hint="export it again") from error
    return [{column.name: _value(row, column) for column in columns} for row in found]


def _value(row: Mapping[str, Any], column: Column) -> Any:
    value = row.get(column.name)
    if column.kind != "number":
        return value
    text = row.get(f"{column.name}_exact")
    written = None if text is None else rows.number(text, column.name)
    # A number that somebody has changed counts, not the text beside it.
    return value if value is not None and written != value else written
