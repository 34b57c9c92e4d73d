"""Excel: one workbook with one sheet a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from govclaim.errors import GovclaimError, InputError
from govclaim.exports import frames
from govclaim.exports.frames import COLUMNS, Column, Row
from govclaim.exports.targets import whole_file
from govclaim.extras import required
from govclaim.formats import Refused, distinct
from govclaim.schema import Annotation

__all__ = ["TEXTS", "Sheets", "escaped", "unescaped", "write"]

TEXTS = (Column("document", "text", ()), Column("part", "integer", ()), Column("text", "text", ()))
"""The columns of the sheet with the documents' texts, in parts that a cell can hold."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_CELL = 32_767  # UTF-16 units that Excel keeps of a cell
_PART = 16_000  # code points of a part: at most two units each
_ROWS = 1_048_575  # below the heading
_DIGITS = 15  # of a number that Excel keeps


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write a workbook.

    Texts are texts and never formulas. A number is a number where Excel keeps all its digits, and shows as
    many places as were written; else it is a text.

    Args:
        annotations: Any number.
        target: The file, ``.xlsx``.
        layers: Which to write.

    Returns:
        The documents that were set aside.

    Raises:
        InputError: openpyxl is missing, or a sheet would be too long.
    """
    refused: list[Refused] = []
    tables = frames.selected(layers)
    sheets = Sheets({**{table: _shown(table) for table in tables}, "texts": TEXTS})
    for annotation in distinct(annotations, refused):
        found: dict[str, list[Row]] = frames.rows(annotation)
        try:
            frames.check(found)
            found["texts"] = list(_texts(annotation))
            _check({table: found[table] for table in tables})
        except GovclaimError as error:
            refused.append(Refused(annotation.id, error))
            continue
        for name in (*tables, "texts"):
            sheets.append(name, found[name])
    with whole_file(target) as path:
        sheets.save(path)
    return refused


class Sheets:
    """A workbook that is filled row by row.

    Args:
        columns: Of each sheet, by its name.
    """

    def __init__(self, columns: dict[str, Sequence[Column]]) -> None:
        openpyxl = required("openpyxl", "xlsx")
        self._cell = openpyxl.cell.WriteOnlyCell
        self._book = openpyxl.Workbook(write_only=True)
        self._columns = columns
        self._sheets = {}
        self._lengths = dict.fromkeys(columns, 0)
        for name, known in columns.items():
            sheet = self._book.create_sheet(name)
            sheet.freeze_panes = "A2"
            sheet.append([column.name for column in known])
            self._sheets[name] = sheet

    def append(self, name: str, found: Iterable[Row]) -> None:
        """Add rows to a sheet.

        Args:
            name: Of the sheet.
            found: Rows with its columns.

        Raises:
            InputError: Excel has no room for more.
        """
        for row in found:
            self._lengths[name] += 1
            if self._lengths[name] > _ROWS:
                raise InputError(f"the sheet {name} has no room for more rows", hint="export to parquet or csv")
            self._sheets[name].append([self._filled(row[column.name], column) for column in self._columns[name]])

    def save(self, path: Path) -> None:
        """Write the file.

        Args:
            path: To write to.
        """
        self._book.save(path)

    def _filled(self, value: Any, column: Column) -> Any:
        if value is None or isinstance(value, bool):
            return value
        cell = self._cell(self._sheets[next(iter(self._sheets))])
        if column.kind in ("number", "integer") and _kept(Decimal(value)):
            number = Decimal(value)
            cell.value = int(number) if number == number.to_integral_value() else number
            places = max(-int(number.as_tuple().exponent), 0)
            cell.number_format = f"0.{'0' * places}" if places else "0"
            return cell
        cell.value = escaped(frames.exact(value) if column.kind == "number" else str(value))
        cell.data_type = "s"  # else a text that begins with = would be a formula
        return cell


def escaped(text: str) -> str:
    """A text as a cell holds it: ``_x000D_`` for what XML cannot hold or would change.

    An apostrophe stands before another at the beginning, as in Excel, and for an empty text, which is not nothing.

    Args:
        text: Without half surrogate pairs.
    """
    guarded = ("'" if text[:1] in ("", "'") else "") + text.replace("_x", "_x005F_x")
    return "".join(f"_x{ord(c):04X}_" if _is_unheld(c) else c for c in guarded)


def unescaped(text: str) -> str:
    """The text of a cell that ``escaped`` or Excel wrote.

    Args:
        text: As the file holds it.
    """
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text.removeprefix("'"))


def _is_unheld(character: str) -> bool:
    return (character < " " and character not in "\t\n") or character in "\ufffe\uffff"


def _kept(number: Decimal) -> bool:
    """Whether Excel's binary number is the decimal, with all its digits."""
    digits = len(number.as_tuple().digits)
    exponent = int(number.as_tuple().exponent)
    return digits <= _DIGITS and -_DIGITS <= exponent <= 0 and not (number.is_zero() and number.is_signed())


def _shown(table: str) -> tuple[Column, ...]:
    return tuple(column for column in COLUMNS[table] if table != "documents" or column.name != "text")


def _texts(annotation: Annotation) -> Iterator[Row]:
    text = annotation.text
    for part, start in enumerate(range(0, max(len(text), 1), _PART), 1):
        yield {"document": annotation.id, "part": part, "text": text[start : start + _PART]}


def _check(found: dict[str, list[Row]]) -> None:
    for table, rows in found.items():
        for row in rows:
            for name, value in row.items():
                if (table, name) != ("documents", "text") and isinstance(value, str) and len(value) > _CELL // 3:
                    _check_cell(value, f"record {row['document']!r}, {table}, {name}")


def _check_cell(value: str, where: str) -> None:
    if len(escaped(value).encode("utf-16-le")) // 2 > _CELL:
        raise InputError("the text is too long for a cell of Excel", where=where, hint="export it to parquet or csv")
