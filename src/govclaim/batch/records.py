"""Reading records: files, folders and standard input; texts, JSON, tables, pages.

Nothing that is read is lost: what cannot become a record becomes a ``Rejected`` with its place. A file
that is one record is not opened here but by ``filled``, where it is annotated: reading it can be the
greater part of the work.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from govclaim.batch import pages, rows, streams
from govclaim.batch.sources import Source, kind
from govclaim.errors import InputError
from govclaim.pipeline.load import Rejected

__all__ = ["FIELDS", "REJECTED", "Fields", "Record", "filled", "read", "taken"]

REJECTED = ".rejected.jsonl"
"""End of the name of a file with rejected records; it can be read again."""

_DETAILS = ("title", "source", "url", "place")
_ADVICE = "one JSON value a line is expected"
_REPORT = "it may be damaged; if other programs can read it, please report it"


class Fields(NamedTuple):
    """Which fields or columns of a record hold what."""

    text: str = "text"
    id: str = "id"
    published: str = "published"


FIELDS = Fields()
"""As we name them ourselves."""


@dataclass(frozen=True, slots=True)
class Record:
    """One document that is to be annotated.

    Attributes:
        id: Given, or made of the file and the line.
        text: ``None`` for a file that is not opened yet.
        published: As it was given.
        meta: As it was given, with what the record says of ``title``, ``source``, ``url`` and ``place``.
        file: Where it was read.
        line: Line, row or place in that file, from 1; ``None`` for a file that is one record.
        warnings: What reading noticed.
        given: The whole record as it was read, for the case that it is rejected.
        size: Bytes of the file that is not opened yet.
    """

    id: str
    text: Any = None
    published: Any = None
    meta: Any = None
    file: str | None = None
    line: int | None = None
    warnings: tuple[str, ...] = ()
    given: Any = None
    size: int = 0

    def content(self) -> dict[str, Any]:
        """As ``annotate_batch`` takes it; the text must be there."""
        content = {"text": self.text, "id": self.id, "published": self.published, "meta": self.meta}
        return {**content, "warnings": self.warnings}

    def rejected(self, error: str, hint: str | None) -> Rejected:
        """The record, set aside.

        Args:
            error: What was wrong.
            hint: What to do about it.
        """
        return Rejected(self.given, error, hint, self.file, self.line)


def read(
    sources: Iterable[Source], *, published: str | None = None, fields: Fields = FIELDS
) -> Iterator[Record | Rejected]:
    """Read the records of files, as they are asked for.

    A text, page or document of a word processor is one record. A JSON file holds one record or a list; JSON
    Lines, CSV and Parquet one a line or row. A record is a text, or a mapping with the fields that ``fields``
    names; one without an id is called after its source, and after its line or place in the list.

    Args:
        sources: As ``files`` gives them.
        published: Day for the records that have none.
        fields: Names of the fields.

    Yields:
        Records or, for what cannot be one, ``Rejected``. A damaged file gives the records before the damage,
        then one ``Rejected``.
    """
    reader = _Reader(fields, published)
    for source in sources:
        yield from reader.records(source)


def taken(value: Any, *, published: str | None = None, fields: Fields = FIELDS) -> Record | Rejected:
    """A record that comes from no file: a row of a table in memory, a value that was sent.

    Args:
        value: A text, or a mapping with the fields that ``fields`` names; without an id it is called after its
            text, as ``annotate`` would.
        published: Day if it has none.
        fields: Names of the fields.
    """
    text = value.get(fields.text) if isinstance(value, Mapping) else value
    id = sha256(str(text).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    found = _Reader(fields, published).record(value, id, "", None)
    return replace(found, file=None)


class _Reader:
    def __init__(self, fields: Fields, published: str | None) -> None:
        self.fields = fields
        self.published = published

    def records(self, source: Source) -> Iterator[Record | Rejected]:
        path = source.path
        form = kind(path)
        try:
            if path == "-":
                yield from self.standard_input(source)
            elif form == "lines":
                with streams.opened(path) as stream:
                    yield from self.lines(source, stream)
            elif form == "json":
                with streams.opened(path) as stream:
                    yield from self.json(source, stream.read())
            elif form in ("csv", "parquet"):
                yield from self.table(source, rows.csv(path) if form == "csv" else rows.parquet_rows(path))
            else:
                yield self.file(source)
        except InputError as error:
            yield Rejected({"file": path}, error.message, error.hint, path)
        except OSError as error:
            reason = error.strerror or str(error)
            yield Rejected({"file": path}, f"the file cannot be read ({reason})", "check the file and its rights", path)
        except Exception as error:  # whatever a library makes of a damaged file: one file must never stop a batch
            yield Rejected({"file": path}, _unforeseen(error), _REPORT, path)

    def file(self, source: Source) -> Record:
        path = Path(source.path)
        size = path.stat().st_size
        given = {self.fields.id: source.id, "file": source.path}
        return Record(source.id, None, self.published, file=source.path, given=given, size=size)

    def standard_input(self, source: Source) -> Iterator[Record | Rejected]:
        with streams.opened(source.path) as stream:
            buffered, sample = streams.buffered(stream)
            if sample.lstrip()[:1] == b"{":
                yield from self.lines(source, buffered)
                return
            text, warning = streams.decode(buffered.read())
        given = {self.fields.id: source.id, self.fields.text: text}
        warnings = (warning,) if warning else ()
        yield Record(source.id, text, self.published, file=source.path, warnings=warnings, given=given)

    def lines(self, source: Source, stream: IO[bytes]) -> Iterator[Record | Rejected]:
        buffered, sample = streams.buffered(stream)
        encoding, warning = streams.encoding_of(sample)
        if encoding.startswith("utf-16"):  # its line feed is two bytes
            with streams.as_text(buffered, encoding) as text:
                yield from self.numbered(source, text, encoding, warning)
        else:
            yield from self.numbered(source, buffered, encoding, warning)

    def numbered(
        self, source: Source, lines: Iterable[bytes | str], encoding: str, warning: str | None
    ) -> Iterator[Record | Rejected]:
        again = source.path.endswith(REJECTED)
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            try:
                line = raw if isinstance(raw, str) else streams.strictly(raw, encoding)
            except InputError as error:
                whole = cast(bytes, raw).decode("utf-8", "surrogateescape").rstrip("\n")
                yield Rejected(whole, error.message, error.hint, source.path, number)
                continue
            record = self.parsed(line.removesuffix("\n"), source, number)
            yield self.again(record, source) if again else self.warned(record, warning)

    def warned(self, record: Record | Rejected, warning: str | None) -> Record | Rejected:
        return replace(record, warnings=(warning,)) if warning and isinstance(record, Record) else record

    def again(self, record: Record | Rejected, source: Source) -> Record | Rejected:
        """The record that a line of a file of rejected ones holds, with the place where it was first read."""
        line = record.given if isinstance(record, Record) else record.record
        if not isinstance(line, Mapping) or not {"error", "record"} <= line.keys():
            return record
        first, number, given = line.get("file") or source.path, line.get("line"), line["record"]
        home = Source(str(first), Path(str(first)).stem)
        if isinstance(given, str):
            return self.parsed(given, home, number)
        if isinstance(given, Mapping) and "file" in given and self.fields.text not in given:
            there = Source(str(given["file"]), str(given.get(self.fields.id) or home.id))
            return next(iter(self.records(there)))
        return self.record(given, f"{home.id}:{number}", str(first), number)

    def json(self, source: Source, raw: bytes) -> Iterator[Record | Rejected]:
        text, warning = streams.decode(raw)
        try:
            whole = json.loads(text, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            yield _no_json(text, error, source.path, 1, "one JSON value is expected")
            return
        if isinstance(whole, list):
            for number, item in enumerate(whole, start=1):
                yield self.warned(self.record(item, f"{source.id}:{number}", source.path, None), warning)
        else:
            yield self.warned(self.record(whole, source.id, source.path, None), warning)

    def table(self, source: Source, found: Iterable[rows.Row]) -> Iterator[Record | Rejected]:
        for line, row, problem in found:
            if problem:
                yield Rejected(row, problem, "mend the row, or save the table again", source.path, line)
            else:
                yield self.record(row, f"{source.id}:{line}", source.path, line)

    def parsed(self, line: str, source: Source, number: int | None) -> Record | Rejected:
        try:
            value = json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            return _no_json(line, error, source.path, number, _ADVICE)
        return self.record(value, f"{source.id}:{number}", source.path, number)

    def record(self, value: Any, id: str, path: str, line: int | None) -> Record | Rejected:
        names = self.fields
        if isinstance(value, str):
            given = {names.id: id, names.text: value}
            return Record(id, value, self.published, file=path, line=line, given=given)
        if not isinstance(value, Mapping):
            problem = f"the record is a JSON {type(value).__name__}"
            return Rejected(value, problem, f"a record is a text or an object with '{names.text}'", path, line)
        given = dict(value)
        if given.get(names.id) is None:
            given[names.id] = id
        if given.get(names.text) is None:
            hint = f"it has {', '.join(map(str, value)) or 'nothing'}; say which holds the text (--text-field, text=)"
            return Rejected(given, f"the record has no '{names.text}'", hint, path, line)
        meta = value.get("meta")
        if meta is None or isinstance(meta, Mapping):
            details = {key: value[key] for key in _DETAILS if value.get(key) is not None}
            meta = {**details, **(meta or {})}
        day = value.get(names.published)
        if day is None and not (isinstance(meta, Mapping) and meta.get("published") is not None):
            day = self.published
        return Record(str(given[names.id]), value[names.text], day, meta, path, line, given=given)


def filled(record: Record) -> Record | Rejected:
    """The record with its text: the file is opened where that was not done yet.

    Args:
        record: As ``read`` yields it.

    Returns:
        The record; or ``Rejected`` where the file cannot be read or is no text. What a page tells of its
        title, source and day becomes its metadata; its own day is believed before the default one.
    """
    if record.text is not None or record.file is None:
        return record
    form = kind(record.file)
    try:
        with streams.opened(record.file) as stream:
            raw = stream.read()
        if form == "page":
            page = pages.page(raw)
        elif form == "word":
            page = pages.word(raw)
        else:
            text, warning = streams.decode(raw)
            return replace(record, text=text, warnings=(warning,) if warning else ())
    except InputError as error:
        return record.rejected(error.message, error.hint)
    except OSError as error:
        return record.rejected(f"the file cannot be read ({error.strerror or error})", "check the file and its rights")
    except Exception as error:  # whatever a library makes of a damaged file
        return record.rejected(_unforeseen(error), _REPORT)
    return replace(record, text=page.text, meta=page.meta, published=page.published or record.published)


def _unforeseen(error: Exception) -> str:
    return f"the file cannot be read ({type(error).__name__}: {error})"


def _no_json(text: str, error: Exception, path: str, number: int | None, hint: str) -> Rejected:
    line = (number or 1) + getattr(error, "lineno", 1) - 1
    return Rejected(text, f"no JSON: {getattr(error, 'msg', error)}", hint, path, line)
