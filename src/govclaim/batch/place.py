"""The place of a run on the disk: its lock, parts, journal, and what is there at the end."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from govclaim.batch.manifest import Manifest
from govclaim.batch.parts import Part, join, opened, settle, writing
from govclaim.batch.records import REJECTED
from govclaim.batch.work import Format, Written
from govclaim.errors import OutputError, SchemaError
from govclaim.pipeline.load import Rejected
from govclaim.schema import to_json

__all__ = ["Place", "Tally", "record_json", "rejected_line"]


@dataclass(slots=True)
class Tally:
    """What a run, or a part of it, has done so far."""

    read: int = 0
    annotated: int = 0
    rejected: int = 0
    characters: int = 0
    claims: int = 0

    def add(self, other: Tally) -> None:
        """Count what another has counted.

        Args:
            other: Of another part.
        """
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def count(self, result: Written | Rejected) -> None:
        """Count one result.

        Args:
            result: Of ``work.Annotator``.
        """
        self.read += 1
        if isinstance(result, Written):
            self.annotated += 1
            self.characters += result.characters
            self.claims += result.claims
        else:
            self.rejected += 1


def rejected_line(result: Rejected) -> str:
    """A rejected record as a line of ``OUT.rejected.jsonl``, with its line feed; it can be read again.

    Args:
        result: With the whole record.
    """
    place = {"file": result.file, "line": result.line, "error": result.error, "hint": result.hint}
    return f'{to_json(place)[:-1]}, "record": {record_json(result.record)}}}\n'


def record_json(record: Any) -> str:
    """A record as one line of JSON, whatever it holds.

    Args:
        record: Cells of a table that JSON does not know become texts, numbers that are none become null.
    """
    try:
        return to_json(record)
    except SchemaError:
        return to_json(json.loads(json.dumps(record, default=str), parse_constant=lambda _: None))


class Place:
    """Files of a run.

    ``OUT.run`` holds the lock, the manifest, the journal, rejected records and, where the result is one file, the
    parts. It goes at the end; then there are ``OUT``, ``OUT.manifest.json`` and, if there are any,
    ``OUT.rejected.jsonl``.

    Args:
        output: ``OUT``.
        format: Of the parts; where the name of ``OUT`` ends so it is one file, else a folder of parts.
    """

    def __init__(self, output: Path, format: Format) -> None:
        self.output = output
        self.format = format
        self.run = output.with_name(output.name + ".run")
        self.rejected = output.with_name(output.name + REJECTED)
        self.manifest = output.with_name(output.name + ".manifest.json")
        self.single = output.suffix == f".{format}"
        self._lock: FileLock | None = None
        self._journal_end = 0  # bytes of it that are believed

    # ------------------------------------------------------------ beginning

    def lock(self) -> None:
        """Keep other runs away, until ``unlock`` or the end of the process, however it ends.

        Raises:
            OutputError: Another run is there, or the place cannot be written.
        """
        with writing(self.output):
            self.run.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.run / "lock")
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                self._lock = None
                hint = "wait for its end, or choose another output"
                raise OutputError("another run is writing there", where=str(self.output), hint=hint) from None

    def unlock(self) -> None:
        """Let others in; leave nothing behind of a run that has not begun."""
        if self._lock is not None:
            self._lock.release()
            if not (self.run / "manifest.json").exists():
                shutil.rmtree(self.run, ignore_errors=True)

    def start(self, manifest: Manifest, *, clear: bool = False) -> None:
        """Begin a run with nothing done.

        Args:
            manifest: What it is made of.
            clear: Remove what an earlier run has put into the folder of parts.

        Raises:
            OutputError: It cannot be written, or a folder of that name holds something.
        """
        with writing(self.output):
            if not self.single:
                self._make_folder(clear or self.unfinished() is not None)
            elif self.output.is_dir():
                raise OutputError("there is a folder of that name", where=str(self.output), hint="choose another name")
            for path in [p for p in self.run.iterdir() if p.name != "lock"]:
                path.unlink()
        self._journal_end = 0
        with opened(self.run / "manifest.json") as stream:
            stream.write(to_json(manifest.content(), indent=1).encode())

    def _make_folder(self, clear: bool) -> None:
        self.output.mkdir(exist_ok=True)
        inside = list(self.output.iterdir())
        ours = [path for path in inside if path.match(f"part-*.{self.format}")]
        if len(ours) < len(inside) or (ours and not clear):
            hint = "choose another folder, or empty it" if len(ours) < len(inside) else "--restart writes it anew"
            raise OutputError("the folder is not empty", where=str(self.output), hint=hint)
        for path in ours:
            path.unlink()

    def fresh(self, name: str) -> Path:
        """A file that lives no longer than this process works.

        Args:
            name: In the folder of the run.
        """
        path = self.run / name
        path.unlink(missing_ok=True)
        return path

    # ------------------------------------------------------------ what is there

    def unfinished(self) -> Manifest | None:
        """What the run that was stopped here was made of."""
        return _manifest(self.run / "manifest.json")

    def finished(self) -> Manifest | None:
        """What the result that is there was made of."""
        return _manifest(self.manifest) if self.output.exists() else None

    def totals(self) -> dict[str, Any]:
        """The tally of the finished run."""
        return dict(json.loads(self.manifest.read_bytes())["tally"])

    def journal(self) -> list[dict[str, Any]]:
        """The parts that are done, whole and on the disk; none after the first that is not."""
        found: list[dict[str, Any]] = []
        self._journal_end = 0
        with contextlib.suppress(OSError, ValueError):  # the last line may be cut
            for line in (self.run / "journal.jsonl").read_bytes().splitlines(keepends=True):
                entry = json.loads(line)
                number = len(found)
                sizes = {self._part(number): entry["bytes"], self._refused(number): entry["rejected_bytes"]}
                if not line.endswith(b"\n") or any(_size(path) != size for path, size in sizes.items()):
                    break
                found.append(entry)
                self._journal_end += len(line)
        return found

    def _part(self, number: int) -> Path:
        return (self.run if self.single else self.output) / f"part-{number:05d}.{self.format}"

    def _refused(self, number: int) -> Path:
        return self.run / f"part-{number:05d}{REJECTED}"

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def part(self, number: int, tally: Tally) -> Iterator[_Writer]:
        """The next part, in the journal when it is whole; nothing of it remains where writing fails.

        Args:
            number: From 0.
            tally: Of this part, filled by then.

        Raises:
            OutputError: It cannot be written.
        """
        with contextlib.ExitStack() as stack:
            part = Part(self._part(number), self.run, self.format)
            stack.callback(part.drop)
            refused = Part(self._refused(number), self.run, "jsonl")
            stack.callback(refused.drop)
            yield _Writer(part, refused)
            sizes = {"rejected_bytes": refused.finish(), "bytes": part.finish()}
        self._note({"part": number, **asdict(tally), **sizes})

    def _note(self, entry: Mapping[str, Any]) -> None:
        journal = self.run / "journal.jsonl"
        with writing(self.output):
            with journal.open("r+b" if journal.exists() else "wb") as stream:
                # What an interruption left behind the last whole line must not stay in front of the next one.
                stream.truncate(self._journal_end)
                stream.seek(self._journal_end)
                stream.write((json.dumps(entry) + "\n").encode())
                stream.flush()
                os.fsync(stream.fileno())
                self._journal_end = stream.tell()
            settle(self.run)

    def finish(self, tally: Tally, *, merge: bool = False) -> None:
        """Put everything where it belongs; each step can be done again if it was interrupted.

        Args:
            tally: Of the whole run.
            merge: Also write one file beside a folder of parts.

        Raises:
            OutputError: It cannot be written.
        """
        done = self.journal()
        if sum(entry["read"] for entry in done) != tally.read:
            hint = "something else removed them; go on with --resume"
            raise OutputError("parts that were written are gone", where=str(self.output), hint=hint)
        whole = [self._part(number) for number in range(len(done))]
        if self.single or merge:
            target = self.output if self.single else self.output.with_name(f"{self.output.name}.{self.format}")
            join(whole, target, self.format)
        if tally.rejected:
            join([self._refused(number) for number in range(len(done))], self.rejected, "jsonl")
        with writing(self.output):
            if not tally.rejected:  # of an earlier run
                self.rejected.unlink(missing_ok=True)
            content = json.loads((self.run / "manifest.json").read_bytes())
            with opened(self.manifest) as stream:
                stream.write(to_json({**content, "tally": asdict(tally)}, indent=1).encode())
            (self.run / "manifest.json").unlink()  # now it is finished


class _Writer:
    """Where the results of one part go."""

    def __init__(self, part: Part, refused: Part) -> None:
        self._part = part
        self._refused = refused

    def add(self, result: Written | Rejected) -> None:
        """Hand one result to the disk.

        Args:
            result: In order.
        """
        if isinstance(result, Written):
            self._part.add(result.content)
        else:
            self._refused.add(rejected_line(result).encode())


def _manifest(path: Path) -> Manifest | None:
    try:
        return Manifest.read(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError):
        return None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
