"""What a caller may pass in, checked at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from govclaim.errors import InputError
from govclaim.values import RawDocument

__all__ = ["checked", "day", "raw"]

_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def raw(text: object, published: object = None, meta: object = None) -> RawDocument:
    """One document from what a caller gave.

    Args:
        text: Must be a ``str``.
        published: A ``date``, an ISO 8601 text, or ``None``; then ``meta["published"]`` counts.
        meta: A mapping or ``None``.

    Returns:
        The document; ``meta`` is a copy that holds ``published`` as ISO text where it is known.

    Raises:
        InputError: One of them is of another kind.
    """
    if not isinstance(text, str):
        raise InputError(
            f"the text is {_article(text)}, not a str",
            hint="pass the text itself; decode bytes first, for example text.decode('utf-8')",
        )
    if meta is not None and not isinstance(meta, Mapping):
        raise InputError(f"meta is {_article(meta)}, not a mapping", hint="pass a dict, for example {'title': …}")
    details = dict(meta or {})
    odd = next((key for key in details if not isinstance(key, str)), None)
    if odd is not None:
        raise InputError(f"meta has the key {odd!r}, not a str", hint="its keys are the names of JSON fields")
    known = day(published if published is not None else details.get("published"))
    if known is not None:
        details["published"] = known.isoformat()
    return checked(RawDocument(text, known, details))


def day(published: object) -> date | None:
    """The day of publication.

    Args:
        published: A ``date``, a ``datetime``, an ISO 8601 text, or ``None``.

    Raises:
        InputError: It is none of these, or no day of the calendar.
    """
    if published is None:
        return None
    if isinstance(published, datetime):
        return published.date()
    if isinstance(published, date):
        return published
    match = _ISO_DAY.fullmatch(published.strip()) if isinstance(published, str) else None
    try:
        if match:
            return date.fromisoformat(match[1])
    except ValueError:
        pass
    raise InputError(
        f"published is {published!r}, no day of the calendar", hint="pass a date or a text like 2026-01-20"
    )


def checked(document: RawDocument) -> RawDocument:
    """The document, if its text can be written in any encoding.

    Raises:
        InputError: The text holds half a surrogate pair, as a wrong decoding leaves it.
    """
    if not document.text.isascii():
        broken = _SURROGATE.search(document.text)
        if broken:
            raise InputError(
                f"the text holds half a surrogate pair, U+{ord(broken[0]):04X}, at code point {broken.start()}",
                hint="decode the source again, with errors='replace' if it is damaged",
            )
    return document


def _article(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"
