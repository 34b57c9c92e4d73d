"""Which files to read, what kind each is, and what identifies its content."""

from __future__ import annotations

import contextlib
import glob
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from govclaim.batch import streams
from govclaim.errors import InputError

__all__ = ["PACKED", "SUFFIXES", "Source", "count", "digest", "files", "kind"]

Kind = Literal["text", "json", "lines", "csv", "parquet", "page", "word"]

_KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".html": "page",
    ".htm": "page",
    ".docx": "word",
}
SUFFIXES = tuple(_KINDS)
"""What is read of a folder."""

PACKED = (".gz", ".zst")
"""Endings that may follow those of texts, JSON and tables."""

_BLOCK = 1 << 20  # bytes


class Source(NamedTuple):
    """A file to read, and what its records are called after."""

    path: str
    id: str


def files(paths: Iterable[str]) -> list[Source]:
    """The files that the paths name, patterns and folders opened at any depth.

    Args:
        paths: Files, folders, patterns like ``pages/2025-*.jsonl.gz`` (``**`` for any depth), or ``-`` for
            standard input.

    Returns:
        Files in order, those of a folder or pattern sorted. A file is called after its name, in a folder
        after its place there, without the ending; where two would be called alike, after the whole path.

    Raises:
        InputError: A path does not exist, or a folder or pattern holds no file to read.
    """
    found = [source for name in paths for source in _found(name)]
    times = Counter(source.id for source in found)
    return [source if times[source.id] == 1 else Source(source.path, _stem(source.path)) for source in found]


def _found(name: str) -> list[Source]:
    path = Path(name)
    if name == "-":
        return [Source(name, "stdin")]
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if kind(p.name) and p.is_file())
        if not inside:
            hint = f"it should hold {' '.join(SUFFIXES)}"
            raise InputError("the folder holds no file to read", where=name, hint=hint)
        return [Source(str(p), _stem(p.relative_to(path).as_posix())) for p in inside]
    if path.exists():
        return [Source(name, _stem(path.name))]
    if glob.has_magic(name):
        matches = sorted(match for match in glob.glob(name, recursive=True) if Path(match).is_file())
        if not matches:
            raise InputError("no file fits the pattern", where=name, hint="check the pattern")
        return [Source(match, _stem(Path(match).name)) for match in matches]
    raise InputError("there is no such file or folder", where=name, hint="check the path")


def kind(path: str) -> Kind | None:
    """What a file is by its name; ``None`` for one that a folder may hold but we do not read.

    Args:
        path: Or the name alone.
    """
    name = Path(path)
    packed = name.suffix.lower() in PACKED
    found = _KINDS.get((name.with_suffix("") if packed else name).suffix.lower())
    return None if packed and found in ("parquet", "word") else found


def count(sources: Iterable[Source]) -> int | None:
    """About how many records the files hold, for the time that is left; nothing is decoded.

    Args:
        sources: As ``files`` gives them.

    Returns:
        The number, or ``None`` where standard input is among them.
    """
    total = 0
    for path, _ in sources:
        if path == "-":
            return None
        # A file that cannot be read is one record, which will be rejected.
        with contextlib.suppress(Exception):
            total += _count(path)
    return total


def _count(path: str) -> int:
    form = kind(path)
    if form == "parquet":
        from govclaim.batch.rows import parquet

        return int(parquet(path).metadata.num_rows)
    if form not in ("lines", "csv"):
        return 1
    with streams.opened(path) as stream:
        lines = sum(block.count(b"\n") for block in iter(lambda: stream.read(_BLOCK), b""))
    return max(1, lines - (form == "csv"))


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of files.

    Args:
        paths: In an order that does not depend on the machine.

    Raises:
        OSError: One cannot be read.
    """
    total = sha256()
    for path in paths:
        total.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        for block in _blocks(path):
            total.update(block)
    return total.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from iter(lambda: stream.read(_BLOCK), b"")


def _stem(name: str) -> str:
    path = Path(name)
    if path.suffix.lower() in PACKED and kind(name):
        path = path.with_suffix("")
    return path.with_suffix("").as_posix()
