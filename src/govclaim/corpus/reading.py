"""The documents of a corpus: JSON Lines and JSON, packed or not, and folders of them.

Nothing is passed over: a line that is no annotation is told with every breach of the contract in it.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govclaim.batch import sources, streams
from govclaim.errors import GovclaimError, InputError, SchemaError
from govclaim.schema import Annotation, Fault, breaches, dump_lines, parse_json

__all__ = ["SPLITS", "Document", "Unread", "read", "sound", "split_of", "values", "write"]

SPLITS = ("train", "dev", "test")
"""The parts of a corpus, in the order in which they are shown."""

_NAMED = re.compile(rf"({'|'.join(SPLITS)})(?![a-z])")


@dataclass(frozen=True, slots=True)
class Document:
    """An annotated document and where it stands.

    Attributes:
        annotation: Sound by the contract.
        file: Where it was read.
        line: From 1; ``None`` for a file that is one document.
        split: ``train``, ``dev`` or ``test`` where the file's name begins with it, else ``None``.
    """

    annotation: Annotation
    file: str
    line: int | None = None
    split: str | None = None

    @property
    def id(self) -> str:
        """Of the document."""
        return self.annotation.id

    @property
    def where(self) -> str:
        """File and line."""
        return _where(self.file, self.line)

    @property
    def genre(self) -> str | None:
        """``meta.kind``, else ``meta.genre``."""
        return _text(self.annotation, "kind") or _text(self.annotation, "genre")

    @property
    def typography(self) -> str | None:
        """``meta.typography``."""
        return _text(self.annotation, "typography")


@dataclass(frozen=True, slots=True)
class Unread:
    """A line or file that is no annotation.

    Attributes:
        where: File and line.
        id: Of the document, where it has one.
        faults: All that is wrong with it.
    """

    where: str
    id: str | None
    faults: tuple[Fault, ...]


def _text(annotation: Annotation, name: str) -> str | None:
    value = annotation.meta.get(name)
    return value if isinstance(value, str) and value else None


def split_of(path: str) -> str | None:
    """The split that a file is, by its name.

    Args:
        path: ``corpora/gold/dev.jsonl.gz`` is ``dev``, and so is ``dev-1.jsonl``; ``development.jsonl`` is none.
    """
    found = _NAMED.match(Path(path).name)
    return found[1] if found else None


def read(paths: Iterable[str | Path]) -> Iterator[Document | Unread]:
    """Read annotations.

    Args:
        paths: Files ``.jsonl`` and ``.json`` (one document or a list of them), also ``.gz`` and ``.zst``; folders, of
            which all such files are read at any depth; patterns.

    Yields:
        Documents in the order of the files, and what is none.

    Raises:
        InputError: A path does not exist, or there is nothing to read in it.
    """
    for file, line, value in values(paths):
        if isinstance(value, GovclaimError):
            yield Unread(_where(file, line), None, (_fault(value),))
            continue
        annotation, faults = breaches(value)
        if annotation is None or faults:
            id = value.get("id") if isinstance(value, dict) else None
            yield Unread(_where(file, line), id if isinstance(id, str) else None, faults)
        else:
            yield Document(annotation, file, line, split_of(file))


def values(paths: Iterable[str | Path]) -> Iterator[tuple[str, int | None, Any]]:
    """Read the JSON values of files, numbers as exact decimals.

    Args:
        paths: See ``read``.

    Yields:
        The file, the line (or the place in a list, from 1; ``None`` for a file of one value), and the value, or the
        ``GovclaimError`` that says why there is none.

    Raises:
        InputError: See ``read``.
    """
    for name in map(str, paths):
        files = [source.path for source in sources.files([name]) if sources.kind(source.path) in ("json", "lines")]
        if not files:
            raise InputError("it holds no annotations", where=name, hint="give .jsonl, .jsonl.gz or .json")
        for file in files:
            yield from _file(file)


def _file(path: str) -> Iterator[tuple[str, int | None, Any]]:
    try:
        with streams.opened(path) as stream:
            if sources.kind(path) == "lines":
                for number, line in enumerate(stream, 1):
                    if line.strip():
                        yield path, number, _parsed(line)
                return
            whole = _parsed(stream.read())
    except InputError as error:
        yield path, None, error
        return
    except OSError as error:
        reason = error.strerror or str(error)
        yield path, None, InputError(f"the file cannot be read ({reason})", hint="check the file and its rights")
        return
    if isinstance(whole, list):
        for number, value in enumerate(whole, 1):
            yield path, number, value
    else:
        yield path, None, whole


def _parsed(raw: bytes) -> Any:
    try:
        return parse_json(raw)
    except SchemaError as error:
        return error


def _where(file: str, line: int | None) -> str:
    return f"{file}:{line}" if line else file


def _fault(error: GovclaimError) -> Fault:
    return Fault("$", error.message, error.hint or "one document is one JSON object")


def sound(paths: Iterable[str | Path]) -> list[Annotation]:
    """Read annotations that must all be sound.

    Args:
        paths: See ``read``.

    Raises:
        InputError: See ``read``.
        SchemaError: At the first file or line that is no annotation, with file, line, record and JSON path.
    """
    found = []
    for each in read(paths):
        if isinstance(each, Unread):
            fault = each.faults[0]
            record = f", record {each.id}" if each.id else ""
            raise SchemaError(fault.message, where=f"{each.where}{record}, {fault.path}", hint=fault.hint)
        found.append(each.annotation)
    return found


def write(annotations: Iterable[Annotation], path: Path) -> None:
    """Write annotations as JSON Lines, packed where the name ends in ``.gz``; the same annotations, the same bytes.

    Args:
        annotations: In their order.
        path: The file; it has its name only when it is whole.

    Raises:
        OSError: It cannot be written.
    """
    content = "".join(dump_lines(annotations)).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    part.replace(path)
