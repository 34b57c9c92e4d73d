"""The text of web pages and of documents from a word processor."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govclaim.batch import streams
from govclaim.errors import InputError
from govclaim.extras import required

__all__ = ["Page", "page", "word"]

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page says its encoding
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # Pages that declare these hold names that only the last has.


class Page(NamedTuple):
    """What a page holds.

    Attributes:
        text: The main text; all offsets count its code points.
        published: Day, ISO 8601.
        meta: ``title``, ``source`` and ``url`` where the page tells them.
    """

    text: str
    published: str | None
    meta: dict[str, Any]


def page(raw: bytes) -> Page:
    """The main text of a web page, without menus, links and notices, and what the page tells of itself.

    Args:
        raw: HTML in any encoding that it declares or that ``streams.decode`` finds.

    Raises:
        InputError: It has no main text, or trafilatura is not installed.
    """
    trafilatura = required("trafilatura", "html")
    found: Any = trafilatura.bare_extraction(_html(raw), with_metadata=True, include_comments=False)
    text = getattr(found, "text", None)
    if not text:
        raise InputError("the page has no main text", hint="save the text of the page as .txt")
    told = {"title": found.title, "source": found.sitename or found.hostname, "url": found.url}
    return Page(text, found.date or None, {name: value for name, value in told.items() if value})


def _html(raw: bytes) -> str:
    declared = _DECLARED.search(raw[:_HEAD])
    name = declared[1].decode("ascii").lower() if declared else ""
    try:
        return raw.decode(_WIDER.get(name, name))
    except (LookupError, UnicodeDecodeError):  # none, unknown, or not what it says
        return streams.decode(raw)[0]


def word(raw: bytes) -> Page:
    """The text of a ``.docx``: paragraphs and the rows of tables, one a line.

    Args:
        raw: The file.

    Raises:
        InputError: It is no ``.docx``, or python-docx is not installed.
    """
    docx = required("docx", "docx")
    try:
        document = docx.Document(io.BytesIO(raw))
        text = "\n".join(_blocks(document))
    except Exception as error:  # zip, XML and package errors of three libraries
        raise InputError(f"no .docx: {error}", hint="save the document again, or as .txt") from error
    title = document.core_properties.title
    return Page(text, None, {"title": title} if title else {})


def _blocks(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield from ("\t".join(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield block.text
