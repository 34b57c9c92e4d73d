"""Offsets of programs that count UTF-16 code units, as JavaScript and Java do."""

from __future__ import annotations

from bisect import bisect_left

__all__ = ["Units16"]


class Units16:
    """Converts offsets between code points and UTF-16 units; texts without astral characters cost nothing.

    Args:
        text: The text that the offsets count.
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        # Only where each astral character stands matters: one unit more from there on.
        self._astral = [] if text.isascii() else [i for i, c in enumerate(text) if c > "\uffff"]
        self._units = [position + number for number, position in enumerate(self._astral)]

    def to_units(self, position: int) -> int:
        """The offset in units.

        Args:
            position: In code points.
        """
        return position + bisect_left(self._astral, position)

    def to_points(self, unit: int) -> int:
        """The offset in code points; one inside a pair of surrogates is that of its character.

        Args:
            unit: In units.
        """
        return unit - bisect_left(self._units, unit)
