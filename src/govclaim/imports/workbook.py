"""Excel: one workbook with one sheet a table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from govclaim.errors import InputError
from govclaim.exports.frames import COLUMNS, Column, Row
from govclaim.exports.workbook import TEXTS, unescaped
from govclaim.extras import required
from govclaim.formats import Refused
from govclaim.imports import rows
from govclaim.marks.model import LAYERS
from govclaim.schema import Annotation

__all__ = ["read"]

_PLACES = re.compile(r"0(?:\.(0+))?")


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read the workbook that the exporter wrote, whatever was changed in it.

    Args:
        source: The ``.xlsx`` file.
        base: Annotations by id, for layers without a sheet.
        layers: Which to read; ``None`` for all.

    Raises:
        InputError: openpyxl is missing, the file is no workbook, or a cell is no number where one belongs.
    """
    openpyxl = required("openpyxl", "xlsx")
    try:
        # From bytes: openpyxl goes by the file's name, which may be any.
        book = openpyxl.load_workbook(io.BytesIO(source.read_bytes()), read_only=True)
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"the file is no workbook ({error})", where=str(source), hint="give an .xlsx file") from error
    try:
        wanted = ("documents", *(LAYERS if layers is None else layers), "tokens", "numerals")
        for name in ("documents", "texts"):
            if name not in book.sheetnames:
                hint = "give the workbook that was exported"
                raise InputError(f"there is no sheet {name!r}", where=str(source), hint=hint)
        tables = {name: list(_rows(book[name], COLUMNS[name], source)) for name in wanted if name in book.sheetnames}
        texts: dict[str, str] = {}
        for row in sorted(_rows(book["texts"], TEXTS, source), key=lambda row: row["part"]):
            texts[row["document"]] = texts.get(row["document"], "") + (row["text"] or "")
    finally:
        book.close()
    tables["documents"] = [{**row, "text": texts.get(row["document"])} for row in tables["documents"]]
    yield from rows.documents(tables, base=base, where=str(source))


def _rows(sheet: Any, columns: Iterable[Column], source: Path) -> Iterator[Row]:
    kinds = {column.name: column for column in columns}
    lines = sheet.iter_rows()
    heading = [cell.value for cell in next(lines, ())]
    for number, line in enumerate(lines, 2):
        cells = [(name, cell) for name, cell in zip(heading, line, strict=False) if name in kinds]
        if all(cell.value is None for _, cell in cells):
            continue  # Excel keeps rows whose cells somebody has emptied
        try:
            yield {**dict.fromkeys(kinds), **{name: _value(cell, kinds[name]) for name, cell in cells}}
        except InputError as error:
            where = f"{source}, sheet {sheet.title}, row {number}"
            raise InputError(error.message, where=where, hint=error.hint) from error


def _value(cell: Any, column: Column) -> Any:
    value = cell.value
    if value is None:
        return None
    if column.kind == "flag":
        return value if isinstance(value, bool) else str(value).strip().lower() == "true"
    if column.kind in ("number", "integer"):
        number = _number(value, cell, column)
        return int(number) if column.kind == "integer" else number
    return unescaped(value) if isinstance(value, str) else str(value)


def _number(value: Any, cell: Any, column: Column) -> Decimal:
    """The number as it is shown: 5.0 where the file has 5 with one place."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return rows.number(str(value), column.name)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if number == number.to_integral_value():
        number = Decimal(int(number))
    shape = _PLACES.fullmatch(cell.number_format or "")
    places = len(shape.group(1) or "") if shape else 0
    exponent = int(number.as_tuple().exponent)
    return number.quantize(Decimal(1).scaleb(-places)) if places > -exponent else number
