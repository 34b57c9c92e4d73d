"""Parquet: a folder with one file a table.

Numbers are ``decimal128(38, 18)``, which pandas, polars, DuckDB and Arrow read as decimals; beside each
stands ``…_exact``, a text with the digits as they were written, for a number that needs more and for the way back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from govclaim.errors import GovclaimError
from govclaim.exports import frames
from govclaim.exports.frames import COLUMNS, SCALE, Column, Row
from govclaim.exports.targets import whole_folder
from govclaim.extras import required
from govclaim.formats import Refused, distinct
from govclaim.schema import Annotation

__all__ = ["Table", "write"]

_GROUP = 5_000  # rows that are written together


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write ``documents.parquet``, ``claims.parquet`` … into a folder.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        The documents that were set aside.

    Raises:
        InputError: pyarrow is missing.
    """
    refused: list[Refused] = []
    names = frames.selected(layers)
    required("pyarrow", "parquet")
    with whole_folder(target) as folder, contextlib.ExitStack() as stack:
        tables = {name: stack.enter_context(Table(folder / f"{name}.parquet", COLUMNS[name])) for name in names}
        for annotation in distinct(annotations, refused):
            found = frames.rows(annotation)
            try:
                frames.check(found)
            except GovclaimError as error:
                refused.append(Refused(annotation.id, error))
                continue
            for name in names:
                tables[name].append(found[name])
    return refused


class Table:
    """A Parquet file that is filled row by row.

    Args:
        path: Of the file.
        columns: Of the table; each number also gets its exact text.
    """

    def __init__(self, path: Path, columns: Iterable[Column]) -> None:
        self._arrow = required("pyarrow", "parquet")
        self._columns = tuple(columns)
        self._rows: list[Row] = []
        self._schema = self._arrow.schema([(c.name, self._type(c)) for c in frames.with_exact(self._columns)])
        self._writer = required("pyarrow.parquet", "parquet").ParquetWriter(path, self._schema, compression="zstd")

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *error: object) -> None:
        self._flush()
        self._writer.close()

    def append(self, found: Iterable[Row]) -> None:
        """Add rows.

        Args:
            found: Rows with the table's columns.
        """
        self._rows.extend(frames.widened(row, self._columns) for row in found)
        if len(self._rows) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def _type(self, column: Column) -> Any:
        arrow = self._arrow
        if column.kind == "number":
            return arrow.decimal128(38, SCALE)
        return {"integer": arrow.int64(), "flag": arrow.bool_()}.get(column.kind, arrow.string())
