"""Rows of tables: CSV and Parquet."""

from __future__ import annotations

import csv as standard
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from govclaim.batch import streams
from govclaim.errors import InputError
from govclaim.extras import required

__all__ = ["Row", "csv", "parquet", "parquet_rows"]

Row = tuple[int, Any, "str | None"]
"""Line or number of the row, its cells by column, and what is wrong with it."""

_BATCH = 64  # rows of Parquet that are held at once


def csv(path: str) -> Iterator[Row]:
    """The rows of a CSV file whose first line names the columns.

    Args:
        path: Also ``.gz`` or ``.zst``; columns are parted by tabs in ``.tsv``, else by commas, semicolons or
            tabs, as the first line tells.

    Yields:
        Rows with the number of the line where they begin, as a mapping; empty cells are ``None``.

    Raises:
        OSError: The file cannot be read.
        InputError: It is no text, or has no line of names.
    """
    standard.field_size_limit(min(sys.maxsize, 2**31 - 1))  # the default refuses a long article
    with streams.opened(path) as stream:
        buffered, sample = streams.buffered(stream)
        encoding = streams.encoding_of(sample)[0]
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        with streams.as_text(buffered, encoding, errors="surrogateescape") as text:
            yield from _rows(path, text, encoding)


def _rows(path: str, text: IO[str], encoding: str) -> Iterator[Row]:
    first = text.readline()
    parting = max(",;\t", key=first.count) if ".tsv" not in path.lower() else "\t"
    names = next(standard.reader([first], delimiter=parting), [])
    if not any(names):
        raise InputError("the first line names no columns", where=path, hint="begin the table with their names")
    reader = standard.reader(text, delimiter=parting)
    while True:
        line = reader.line_num + 2  # the names, and lines count from 1
        try:
            cells = next(reader, None)
        except standard.Error as error:
            yield line, {"line": line}, f"no CSV: {error}"
            continue
        if cells is None:
            return
        if cells:
            yield _row(line, names, cells, encoding)


def _row(line: int, names: list[str], cells: list[str], encoding: str) -> Row:
    if len(cells) != len(names):
        return line, cells, f"the row has {len(cells)} cells, and there are {len(names)} columns"
    row = {name: cell or None for name, cell in zip(names, cells, strict=True)}
    if any(not cell.isascii() and any("\udc80" <= c <= "\udcff" for c in cell) for cell in cells):
        return line, row, f"the row holds bytes that are no {encoding.removesuffix('-sig').upper()}"
    return line, row, None


def parquet(path: str) -> Any:
    """A Parquet file, opened.

    Args:
        path: Of the file.

    Raises:
        OSError: It cannot be read.
        InputError: It is no Parquet, or pyarrow is not installed.
    """
    pa, pq = (required(name, "parquet", where=path) for name in ("pyarrow", "pyarrow.parquet"))
    try:
        return pq.ParquetFile(Path(path))
    except pa.ArrowException as error:
        raise InputError(f"no Parquet: {error}", where=path, hint="fetch or write the file again") from error


def parquet_rows(path: str) -> Iterator[Row]:
    """The rows of a Parquet file.

    Args:
        path: Of the file.

    Yields:
        Rows with their number, from 1, as a mapping.

    Raises:
        OSError: The file cannot be read.
        InputError: It is no Parquet or damaged, or pyarrow is not installed.
    """
    table = parquet(path)
    import pyarrow as pa

    number = 0
    batches = table.iter_batches(batch_size=_BATCH)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            hint = "fetch or write the file again"
            raise InputError(f"the Parquet file is damaged: {error}", where=path, hint=hint) from error
        if batch is None:
            return
        for row in _cells(batch):
            number += 1
            if row is None:
                yield number, {"row": number}, "the row holds a value that is none, such as bytes that are no UTF-8"
            else:
                yield number, row, None


def _cells(batch: Any) -> Iterator[dict[str, Any] | None]:
    """The rows of a batch; ``None`` for one whose cells Python cannot hold."""
    try:
        rows = batch.to_pylist()
    except (ValueError, ArithmeticError):  # one of them; the others are good
        rows = [_row_of(batch.slice(at, 1)) for at in range(batch.num_rows)]
    return iter(rows)


def _row_of(batch: Any) -> dict[str, Any] | None:
    try:
        return dict(batch.to_pylist()[0])
    except (ValueError, ArithmeticError):
        return None
