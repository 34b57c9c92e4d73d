"""Texts in the cells of CSV: never a formula, and back again.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-``, ``@`` (also full-width) or white space before
them for a formula, which can run programs. Such a text gets an apostrophe in front; so does one that begins
with an apostrophe, and an empty text, so that the way back is exact.
"""

from __future__ import annotations

__all__ = ["guarded", "unguarded"]

_DANGEROUS = tuple("=+-@\t\r\n\v\f '＝＋－＠\u3000\xa0\ufeff")


def guarded(text: str) -> str:
    """The text as a cell that is no formula.

    Args:
        text: Any.
    """
    return f"'{text}" if not text or text.startswith(_DANGEROUS) else text


def unguarded(cell: str) -> str:
    """The text of a cell.

    Args:
        cell: As ``guarded`` wrote it.
    """
    return cell.removeprefix("'")
