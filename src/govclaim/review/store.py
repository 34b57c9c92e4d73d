"""The file under review: one person at a time, every change kept at once.

A change goes first to the journal, ``FILE.journal``, and onto the disk; then the file is replaced whole. Whatever
ends the process, on the next opening the journal tells what the file lacks, and what can be undone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from govclaim import schema
from govclaim.errors import InputError, SchemaError
from govclaim.review import changes, edits
from govclaim.review.changes import Change
from govclaim.schema import Annotation

__all__ = ["ConflictError", "Paper", "Store"]


class ConflictError(InputError):
    """What a person changes has been changed by somebody else meanwhile."""


@dataclass(slots=True)
class Paper:
    """One document under review.

    Attributes:
        annotation: As it is now.
        line: Where it stands in the file, from 0.
        version: Digest of its line.
        done: Changes that can be undone, the last one last.
        undone: Changes that can be done again, the next one last.
    """

    annotation: Annotation
    line: int
    version: str
    done: list[Change] = field(default_factory=list)
    undone: list[Change] = field(default_factory=list)


class Store:
    """The documents of a file, to be read and edited by one person.

    Args:
        path: Annotations, .json or .jsonl.
        annotator: Name of the person.
        address: Where the person works, to be told to a second one.

    Raises:
        InputError: The file cannot be read, or somebody else reviews it.
        SchemaError: A line breaks the contract.
    """

    def __init__(self, path: Path, annotator: str, *, address: str = "", propose: edits.Proposer | None = None) -> None:
        self.path = path
        self.annotator = annotator
        self.propose = propose
        self._lock = _claimed(path, annotator, address)
        try:
            self._read()
            self._recover()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go, for the next person."""
        _owner(self.path).unlink(missing_ok=True)
        self._lock.release()

    def edit(self, number: int, version: str, edit: edits.Edit, *, second: Annotation | None = None) -> Paper:
        """Apply an edit to a document and keep it.

        Args:
            number: Of the document, from 0.
            version: What the person saw.
            edit: What to change.
            second: The second annotator's reading.

        Raises:
            ConflictError: The document, or the file, is not what the person saw.
            SchemaError: The edit breaks the contract.
        """
        paper = self._seen(number, version)
        author = edits.Author(self.annotator, datetime.now().astimezone().date().isoformat())
        after = edits.apply(paper.annotation, edit, author, propose=self.propose, second=second)
        change = changes.between(paper.annotation, after)
        self._keep(paper, "edit", after, change, edit.model_dump(exclude_none=True))
        return paper

    def undo(self, number: int, version: str) -> Paper:
        """Take the last change of a document back.

        Raises:
            ConflictError: The document, or the file, is not what the person saw.
            SchemaError: There is nothing to undo.
        """
        paper = self._seen(number, version)
        if not paper.done:
            raise SchemaError("there is nothing to undo", hint="this is how the document was first opened")
        self._keep(paper, "undo", changes.undone(paper.annotation, paper.done[-1]))
        return paper

    def redo(self, number: int, version: str) -> Paper:
        """Do the change again that was undone last.

        Raises:
            ConflictError: The document, or the file, is not what the person saw.
            SchemaError: There is nothing to do again.
        """
        paper = self._seen(number, version)
        if not paper.undone:
            raise SchemaError("there is nothing to do again", hint="a new change forgets what was undone")
        self._keep(paper, "redo", changes.applied(paper.annotation, paper.undone[-1]))
        return paper

    # ---- the file

    def _read(self) -> None:
        try:
            raw = self.path.read_bytes()
        except OSError as error:
            raise InputError(
                f"the file cannot be read ({error.strerror})", where=str(self.path), hint="check the path"
            ) from error
        self._lines = raw.split(b"\n") if self.path.suffix == ".jsonl" else [raw]
        self._stamp = _stamp(self.path)
        self.papers: list[Paper] = []
        for index, line in enumerate(self._lines):
            if line.strip():
                where = f"{self.path}:{index + 1}" if self.path.suffix == ".jsonl" else str(self.path)
                self.papers.append(Paper(schema.loads(line, where=where), index, _digest(line)))
        if not self.papers:
            raise InputError("the file holds no annotation", where=str(self.path), hint="annotate some text first")

    def _write(self) -> None:
        part = self.path.with_name(self.path.name + ".part")
        with part.open("wb") as stream:
            stream.write(b"\n".join(self._lines))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self.path)
        self._stamp = _stamp(self.path)

    def _seen(self, number: int, version: str) -> Paper:
        if not 0 <= number < len(self.papers):
            raise InputError(f"there is no document {number + 1}", where=str(self.path), hint="reload the page")
        if _stamp(self.path) != self._stamp:
            hint = "end the review and start it again; the journal holds what was done"
            raise ConflictError("another program has changed the file", where=str(self.path), hint=hint)
        paper = self.papers[number]
        if paper.version != version:
            raise ConflictError(
                "the document was changed in another window", hint="reload the page to see it as it is now"
            )
        return paper

    def _keep(
        self,
        paper: Paper,
        kind: str,
        after: Annotation,
        change: Change | None = None,
        edit: Mapping[str, Any] | None = None,
    ) -> None:
        line = schema.dumps(after, indent=self._indent()).encode()
        entry = {
            "at": datetime.now().astimezone().isoformat(timespec="milliseconds"),
            "annotator": self.annotator,
            "kind": kind,
            "line": paper.line,
            "document": paper.annotation.id,
            "before": paper.version,
            "after": _digest(line),
            "edit": edit,
            "change": None if change is None else changes.to_plain(change),
        }
        self._record(entry)
        self._settle(paper, kind, after, line, change)
        self._write()

    def _indent(self) -> int | None:
        return None if self.path.suffix == ".jsonl" else 2

    def _settle(self, paper: Paper, kind: str, after: Annotation, line: bytes, change: Change | None) -> None:
        """Take a change over that the journal holds."""
        if kind == "edit" and change is not None:
            paper.done.append(change)
            paper.undone.clear()
        elif kind == "undo":
            paper.undone.append(paper.done.pop())
        else:
            paper.done.append(paper.undone.pop())
        paper.annotation, paper.version = after, _digest(line)
        self._lines[paper.line] = line

    # ---- the journal

    @property
    def journal(self) -> Path:
        """Where every change is written first."""
        return self.path.with_name(self.path.name + ".journal")

    def _record(self, entry: Mapping[str, Any]) -> None:
        with self.journal.open("ab") as stream:
            stream.write((schema.to_json(entry) + "\n").encode())
            stream.flush()
            os.fsync(stream.fileno())

    def _recover(self) -> None:
        """Remember what can be undone, and do what the journal holds and the file lacks."""
        _mend(self.journal)
        by_line = {paper.line: paper for paper in self.papers}
        histories: dict[int, list[dict[str, Any]]] = {}
        for entry in _entries(self.journal):
            histories.setdefault(entry["line"], []).append(entry)
        behind = False
        for number, entries in histories.items():
            paper = by_line.get(number)
            if paper is not None and paper.annotation.id == entries[-1]["document"]:
                behind |= self._replay(paper, entries)
        if behind:
            self._write()

    def _replay(self, paper: Paper, entries: list[dict[str, Any]]) -> bool:
        """Walk a document's history; whether its last step was missing in the file."""
        known = [index for index, entry in enumerate(entries) if entry["after"] == paper.version]
        if not known and entries[-1]["before"] != paper.version:
            return False  # changed by other means since: what the journal tells of no longer fits
        last = known[-1] if known else len(entries) - 2
        for entry in entries[: last + 1]:
            _remember(paper, entry)
        for entry in entries[last + 1 :]:
            change = changes.from_json(entry["change"]) if entry["change"] else None
            after = _after(paper, entry["kind"], change)
            self._settle(paper, entry["kind"], after, schema.dumps(after, indent=self._indent()).encode(), change)
        return last + 1 < len(entries)


def _remember(paper: Paper, entry: Mapping[str, Any]) -> None:
    if entry["kind"] == "edit":
        paper.done.append(changes.from_json(entry["change"]))
        paper.undone.clear()
    elif entry["kind"] == "undo" and paper.done:
        paper.undone.append(paper.done.pop())
    elif entry["kind"] == "redo" and paper.undone:
        paper.done.append(paper.undone.pop())


def _after(paper: Paper, kind: str, change: Change | None) -> Annotation:
    if kind == "edit" and change is not None:
        return changes.applied(paper.annotation, change)
    if kind == "undo":
        return changes.undone(paper.annotation, paper.done[-1])
    return changes.applied(paper.annotation, paper.undone[-1])


def _mend(path: Path) -> None:
    """Cut a last line off that a crash left torn: nobody was told that it is kept."""
    if path.exists():
        raw = path.read_bytes()
        if raw and not raw.endswith(b"\n"):
            os.truncate(path, raw.rfind(b"\n") + 1)


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in path.read_bytes().split(b"\n"):
            if line.strip():
                yield json.loads(line, parse_float=Decimal)


def _digest(line: bytes) -> str:
    return sha256(line.strip()).hexdigest()[:20]


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


# ---------------------------------------------------------------- one person at a time


def _owner(path: Path) -> Path:
    return path.with_name(path.name + ".reviewer")


def _claimed(path: Path, annotator: str, address: str) -> FileLock:
    """The file's lock, which the system takes back if the process dies."""
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), hint="check the path")
    lock = FileLock(str(path.with_name(path.name + ".lock")))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            _taken(path), where=str(path), hint="wait until they have ended it, or copy the file"
        ) from None
    content = {"annotator": annotator, "since": datetime.now().astimezone().isoformat(timespec="seconds")}
    with _whole(_owner(path)) as part:
        part.write_text(json.dumps({**content, "address": address}, ensure_ascii=False), encoding="utf-8")
    return lock


def _taken(path: Path) -> str:
    try:
        owner = json.loads(_owner(path).read_text("utf-8"))
    except (OSError, ValueError):
        return "somebody else is reviewing the file"
    place = f" at {owner['address']}" if owner.get("address") else ""
    return f"{owner.get('annotator')} has been reviewing the file since {owner.get('since')}{place}"


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    part = path.with_name(path.name + ".part")
    yield part
    part.replace(path)
