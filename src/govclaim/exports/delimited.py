"""CSV: a folder with one file a table."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from govclaim.errors import GovclaimError, InputError
from govclaim.exports import frames
from govclaim.exports.cells import guarded
from govclaim.exports.frames import COLUMNS, Column, Row
from govclaim.exports.targets import whole_folder
from govclaim.formats import Refused, distinct
from govclaim.schema import Annotation

__all__ = ["cell", "write"]


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write ``documents.csv``, ``claims.csv`` … into a folder.

    UTF-8 with the mark that Excel looks for; numbers exact; no cell is a formula.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        The documents that were set aside.
    """
    refused: list[Refused] = []
    tables = frames.selected(layers)
    with whole_folder(target) as folder, contextlib.ExitStack() as stack:
        writers = {}
        for table in tables:
            stream = stack.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline=""))
            writers[table] = csv.writer(stream)
            writers[table].writerow([column.name for column in COLUMNS[table]])
        for annotation in distinct(annotations, refused):
            found = frames.rows(annotation)
            try:
                frames.check(found)
                _check(found["documents"][0])
            except GovclaimError as error:
                refused.append(Refused(annotation.id, error))
                continue
            for table in tables:
                writers[table].writerows(_cells(row, COLUMNS[table]) for row in found[table])
    return refused


def cell(value: Any, column: Column) -> str:
    """A value as the text of a cell.

    Args:
        value: Of the column's kind, or ``None``.
        column: Its column.
    """
    if value is None:
        return ""
    if column.kind == "text":
        return guarded(value)
    if column.kind == "number":
        return frames.exact(value)
    if column.kind == "flag":
        return "true" if value else "false"
    return str(value)


def _cells(row: Row, columns: Iterable[Column]) -> list[str]:
    return [cell(row[column.name], column) for column in columns]


def _check(document: Row) -> None:
    if "\0" in document["text"]:
        raise InputError(
            "the text holds the character NUL, at which readers of CSV stop",
            where=f"record {document['document']!r}",
            hint="export this document to parquet, or keep it as JSON",
        )
