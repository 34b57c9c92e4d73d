"""Arithmetic on the times of the contract: when a period begins and ends, and the one a year before."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["begins", "last_unit_begins", "year_before"]

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T[\d:]+)?)?)?")
_FIRST_MONTH_OF_SEASON = {21: 3, 22: 6, 23: 9, 24: 12}


def begins(value: str | None) -> date | None:
    """The first day of a time, as far as its value says: ``2025`` → 2025-01-01, ``../2025-10-31`` → ``None``."""
    return None if value is None else _first_day(value.partition("/")[0])


def last_unit_begins(value: str | None) -> date | None:
    """The first day of the last year, month or day that a time names: ``2025-01/2025-11`` → 2025-11-01."""
    return None if value is None else _first_day(value.rpartition("/")[2])


def year_before(value: str | None) -> str | None:
    """The same stretch a year earlier: ``2025-01/2025-06`` → ``2024-01/2024-06``; ``None`` if that is not known."""
    if value is None:
        return None
    ends = [end if end == ".." else _shifted(end) for end in value.split("/")]
    return None if None in ends else "/".join(end for end in ends if end is not None)


def _shifted(point: str) -> str | None:
    if not _POINT.fullmatch(point) or point.endswith("02-29"):
        return None
    return f"{int(point[:4]) - 1:04d}{point[4:]}"


def _first_day(point: str) -> date | None:
    found = _POINT.fullmatch(point)
    if found is None:
        return None
    month = int(found[2] or 1)
    try:
        return date(int(found[1]), _FIRST_MONTH_OF_SEASON.get(month, month), int(found[3] or 1))
    except ValueError:
        return None
