"""Reading records: files, folders and standard input; plain text, JSON and JSON Lines.

Nothing that is read is lost: what cannot become a record becomes a ``Rejected`` with its place.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from charset_normalizer import from_bytes

from govclaim.errors import InputError
from govclaim.pipeline.load import Rejected

__all__ = ["SUFFIXES", "Source", "count", "decode", "files", "read"]

SUFFIXES = (".json", ".jsonl", ".txt")
"""What is read of a folder."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LIKELY = ["gb18030", "big5", "utf_16_le", "utf_16_be"]
_TELLING = 200  # bytes
_DETAILS = ("title", "source", "url", "place")


class Source(NamedTuple):
    """A file to read, and what its records are called after."""

    path: str
    id: str


def files(paths: Iterable[str]) -> list[Source]:
    """The files that the paths name, folders opened at any depth.

    Args:
        paths: Files, folders, or ``-`` for standard input.

    Returns:
        Files in order, those of a folder sorted. A file is called after its name, in a folder after its
        place there, without the ending; where two would be called alike, after the whole path.

    Raises:
        InputError: A path does not exist, or a folder holds no file to read.
    """
    found: list[Source] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found.append(Source(name, "stdin"))
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            if not inside:
                raise InputError(
                    "the folder holds no file to read", where=name, hint=f"it should hold {' '.join(SUFFIXES)}"
                )
            found += [Source(str(p), p.relative_to(path).with_suffix("").as_posix()) for p in inside]
        elif path.exists():
            found.append(Source(name, path.stem))
        else:
            raise InputError("there is no such file or folder", where=name, hint="check the path")
    times = Counter(source.id for source in found)
    return [
        source if times[source.id] == 1 else Source(source.path, Path(source.path).with_suffix("").as_posix())
        for source in found
    ]


def count(sources: Iterable[Source]) -> int:
    """About how many records the files hold, for a progress bar; nothing is decoded.

    Args:
        sources: As ``files`` gives them.
    """
    total = 0
    for name, _ in sources:
        if name != "-" and Path(name).suffix.lower() == ".jsonl":
            with contextlib.suppress(OSError), Path(name).open("rb") as stream:
                total += sum(1 for line in stream if line.strip())
        else:
            total += 1
    return total


def read(sources: Iterable[Source], *, published: str | None = None) -> Iterator[dict[str, Any] | Rejected]:
    """Read the records of files.

    A text file is one record. A JSON file holds one record or a list, a JSON Lines file one a line; a
    record is a text or a mapping with ``text``. A record without an id is called after its source, and
    after its line or place in the list.

    Args:
        sources: As ``files`` gives them.
        published: Day for the records that have none.

    Yields:
        Mappings for ``annotate_batch`` that also hold ``file``, ``line`` and ``warnings``; or ``Rejected``.
    """
    for name, id in sources:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            yield Rejected({"file": name}, f"the file cannot be read ({error.strerror})", "check its rights", name)
            continue
        try:
            text, warning = decode(raw)
        except InputError as error:
            yield Rejected({"file": name}, error.message, error.hint, name)
            continue
        for record in _records(name, id, text):
            if isinstance(record, dict):
                if record.get("published") is None and not _dated(record):
                    record["published"] = published
                if warning:
                    record["warnings"] = [warning]
            yield record


def decode(raw: bytes) -> tuple[str, str | None]:
    """Decode what a file holds.

    Args:
        raw: UTF-8 or UTF-16 with or without a byte order mark, GB18030, or another encoding of Chinese.

    Returns:
        The text, and a warning where the encoding had to be guessed.

    Raises:
        InputError: It is no text.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _strictly(raw, encoding), None
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    encoding = _guessed(raw)
    return _strictly(raw, encoding), f"encoding assumed: {encoding}"


def _guessed(raw: bytes) -> str:
    if len(raw) < _TELLING:
        # Too little for statistics, which take a short GB18030 for Korean; GB18030 is what Chinese files are in.
        with contextlib.suppress(UnicodeDecodeError):
            raw.decode("gb18030")
            return "gb18030"
    best = from_bytes(raw, cp_isolation=_LIKELY).best()
    if best is None:
        raise InputError("the bytes are no text in any encoding we know", hint="save the file as UTF-8")
    return best.encoding


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is no {encoding.removesuffix('-sig').upper()}", hint="save the file as UTF-8"
        ) from error


def _records(name: str, stem: str, text: str) -> Iterator[dict[str, Any] | Rejected]:
    suffix = Path(name).suffix.lower()
    if suffix == ".jsonl" or (name == "-" and text.lstrip().startswith("{")):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _parsed(line, f"{stem}:{number}", name, number)
    elif suffix == ".json":
        whole = _loaded(text, name, 1)
        if isinstance(whole, list):
            for number, item in enumerate(whole, start=1):
                yield _record(item, f"{stem}:{number}", name, None)
        else:
            yield whole if isinstance(whole, Rejected) else _record(whole, stem, name, None)
    else:
        yield {"id": stem, "text": text, "file": name, "line": None}


def _parsed(line: str, id: str, name: str, number: int) -> dict[str, Any] | Rejected:
    value = _loaded(line, name, number)
    return value if isinstance(value, Rejected) else _record(value, id, name, number)


def _loaded(text: str, name: str, number: int) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        line = number + getattr(error, "lineno", 1) - 1
        return Rejected(text, f"no JSON: {getattr(error, 'msg', error)}", "one JSON value is expected", name, line)


def _record(value: Any, id: str, name: str, line: int | None) -> dict[str, Any] | Rejected:
    if isinstance(value, str):
        return {"id": id, "text": value, "file": name, "line": line}
    if not isinstance(value, Mapping):
        return Rejected(
            value,
            f"the record is a JSON {type(value).__name__}",
            "a record is a text or an object with 'text'",
            name,
            line,
        )
    record = dict(value)
    record["id"] = id if record.get("id") is None else str(record["id"])
    meta = record.get("meta")
    if meta is None or isinstance(meta, Mapping):
        details = {key: record[key] for key in _DETAILS if record.get(key) is not None}
        record["meta"] = {**details, **(meta or {})}
    return {**record, "file": name, "line": line}


def _dated(record: Mapping[str, Any]) -> bool:
    meta = record.get("meta")
    return isinstance(meta, Mapping) and meta.get("published") is not None
