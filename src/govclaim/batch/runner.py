"""A run over many records that can be stopped at any moment and goes on where it was.

The result grows in parts. A part has its name when it is whole and on the disk; then the journal says so. What
was begun after the last line of the journal is done again, and since all that decides the result is in the
manifest, the bytes are the same as if nothing had happened.

While it runs, everything lies in ``OUT.run``; at the end there are ``OUT``, ``OUT.rejected.jsonl`` if records
were rejected, and ``OUT.manifest.json``.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from govclaim.batch import duplicates, records
from govclaim.batch.manifest import Manifest, differences, drawn_up
from govclaim.batch.place import Place, Tally
from govclaim.batch.records import FIELDS, Fields, Record
from govclaim.batch.sources import Source, files
from govclaim.batch.work import Annotator, Recipe, Written, told
from govclaim.errors import GovclaimError, OutputError, ResumeError
from govclaim.pipeline import workers as pool
from govclaim.pipeline.load import Rejected

__all__ = ["Engine", "Input", "Output", "Run", "distinct", "results"]


@dataclass(frozen=True, slots=True)
class Input:
    """What is read.

    Attributes:
        paths: As ``sources.files`` takes them.
        published: Day for records that have none.
        fields: Where the records hold what.
        dedup: Whether reprints of an earlier record are marked.
    """

    paths: tuple[str, ...]
    published: str | None = None
    fields: Fields = FIELDS
    dedup: bool = False

    def records(self, files: Iterable[Source]) -> Iterator[Record | Rejected]:
        """All records, as they are asked for.

        Args:
            files: What the paths name.
        """
        return records.read(files, published=self.published, fields=self.fields)


@dataclass(frozen=True, slots=True)
class Output:
    """Where the result goes.

    Attributes:
        path: A name that ends like the format is one file, any other a folder of parts.
        merge: Also write one file beside the folder.
        records: Read in a part, at most.
        characters: In a part, at most, but for one long document.
    """

    path: Path
    merge: bool = False
    records: int = 1000
    characters: int = 4_000_000


class Engine(Protocol):
    """Does the work of a batch: one result for each record, in order."""

    def __call__(
        self, found: Iterable[Record | Rejected], recipe: Recipe, *, workers: int | None, timeout: float | None
    ) -> Generator[Written | Rejected, None, None]:
        """See ``results``."""


def results(
    found: Iterable[Record | Rejected], recipe: Recipe, *, workers: int | None = 0, timeout: float | None = None
) -> Generator[Written | Rejected, None, None]:
    """Do the work of a batch, in order.

    Args:
        found: Records.
        recipe: What to do with each.
        workers: Processes; 0 for this one, which nothing protects from a record that kills or hangs it.
        timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one.

    Yields:
        One for each record.

    Raises:
        GovclaimError: The pipeline cannot be made.
    """
    if workers:
        for result in pool.run(found, partial(Annotator, recipe), workers, timeout=timeout):
            yield told(result)
        return
    annotator = Annotator(recipe)
    for record in found:
        with annotator.zone():
            result = annotator.one(record)
        yield result


def distinct(found: Iterable[Record | Rejected], database: Path | str = "") -> Iterator[Record | Rejected]:
    """Set aside records whose id was there before.

    Args:
        found: Records.
        database: A file for the ids, so that memory does not grow with them; the default is one that the
            system removes.

    Yields:
        The same; for a record with the id of an earlier one ``Rejected``, which says where that was.
    """
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as seen, _with_room(database):
        seen.execute("PRAGMA journal_mode = OFF")
        seen.execute("PRAGMA synchronous = OFF")
        seen.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
        for record in found:
            if not isinstance(record, Record):
                yield record
                continue
            place = f"{record.file}:{record.line}" if record.line else str(record.file)
            key = record.id.encode("utf-8", "surrogatepass")
            if seen.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", (key, place)).rowcount:
                yield record
                continue
            (first,) = seen.execute("SELECT place FROM ids WHERE id = ?", (key,)).fetchone()
            yield record.rejected(f"the id {record.id!r} was there before, at {first}", "ids are unique in a batch")


@contextlib.contextmanager
def _with_room(database: Path | str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        hint = "make room, then go on with --resume"
        raise OutputError(f"the ids cannot be kept ({error})", where=str(database) or None, hint=hint) from error


class Run:
    """One run, or the continuation of one; to be entered, then ``go``.

    Args:
        read: What is read.
        recipe: What is done with each record.
        output: Where the result goes.
        resume: Go on with a run that was stopped; begin one where there is none.
        restart: Throw away what an earlier run left at this place.

    Attributes:
        tally: Of all parts that are done, and of the one in work.
        resumed: Records that were done before.
        complete: Whether there is nothing left to do.
        sources: The files that are read.

    Raises:
        InputError: A path of the input does not exist.
        OutputError: The place cannot be written, holds something else, or another run is at it.
        ResumeError: The run that is to go on had another input, program or option; it says what differs.
    """

    def __init__(
        self, read: Input, recipe: Recipe, output: Output, *, resume: bool = False, restart: bool = False
    ) -> None:
        self.input = read
        self.recipe = recipe
        self.output = output
        self.tally = Tally()
        self.resumed = 0
        self.complete = False
        self.sources: list[Source] = []
        self.place = Place(output.path, recipe.format)
        self._resume = resume
        self._restart = restart
        self._parts = 0

    def __enter__(self) -> Run:
        self.sources = files(self.input.paths)
        self.place.lock()
        try:
            self._begin()
        except BaseException:
            self.place.unlock()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.place.unlock()

    def _begin(self) -> None:
        place = self.place
        now = self._manifest()
        before, done = place.unfinished(), place.journal()
        if self._restart:
            place.start(now, clear=True)
        elif self._resume:
            self._go_on(before or place.finished(), now, done)
        elif before is not None and done:
            message = f"a run that was stopped is there, with {len(done)} parts done"
            hint = "go on with --resume, or throw it away with --restart"
            raise OutputError(message, where=str(place.output), hint=hint)
        else:
            place.start(now)

    def _go_on(self, before: Manifest | None, now: Manifest, done: Sequence[Mapping[str, Any]]) -> None:
        place = self.place
        if before is None:
            if place.output.exists():
                hint = "leave --resume out to write it anew"
                raise ResumeError(
                    "it is there, and no run of ours that could go on", where=str(place.output), hint=hint
                )
            place.start(now)
            return
        odd = differences(before, now)
        if odd:
            message = "what was begun cannot go on, because\n    " + "\n    ".join(odd)
            hint = "undo that, or throw away what was done with --restart"
            raise ResumeError(message, where=str(place.output), hint=hint)
        self.complete = place.unfinished() is None
        for part in done if not self.complete else [place.totals()]:
            self.tally.add(Tally(**{field.name: part[field.name] for field in fields(Tally)}))
        self.resumed = self.tally.read
        self._parts = len(done)

    def _manifest(self) -> Manifest:
        options = {
            "published": self.input.published,
            "records": self.output.records,
            "characters": self.output.characters,
            "dedup": duplicates.version() if self.input.dedup else None,
        }
        return drawn_up(self.sources, self.recipe, self.input.fields, options, self.input.paths)

    def go(
        self, *, workers: int | None = 1, timeout: float | None = None, engine: Engine | None = None
    ) -> Iterator[Written | Rejected]:
        """Do what is left.

        Args:
            workers: Processes, at least 1; an engine may take ``None`` for all there are.
            timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one.
            engine: Does the work elsewhere, such as ``govclaim.ray.results``.

        Yields:
            Each result, in order, when it is handed to the disk.

        Raises:
            OutputError: It cannot be written any more; what was written stays valid.
            GovclaimError: The pipeline cannot be made, or a record was lost.
        """
        if self.complete:
            return
        found = distinct(self._counted(self.input.records(self.sources)), self.place.fresh("ids.sqlite"))
        if self.input.dedup:
            found = duplicates.marked(found, self.place.fresh("texts.sqlite"))
        left = islice(found, self.resumed, None)
        self._read = 0
        work = engine or results
        with contextlib.closing(work(left, self.recipe, workers=workers, timeout=timeout)) as done:
            yield from self._written(done)
        if not self._read == self.tally.read == self.tally.annotated + self.tally.rejected:
            counts = f"{self.tally.annotated} annotated and {self.tally.rejected} rejected"
            message = f"{self._read} records were read, but {counts}"
            raise GovclaimError(
                message, where=str(self.output.path), hint="this is a fault of govclaim; please report it"
            )
        self.place.finish(self.tally, merge=self.output.merge)
        self.complete = True

    def _counted(self, found: Iterable[Record | Rejected]) -> Iterator[Record | Rejected]:
        for record in found:
            self._read += 1
            yield record

    def _written(self, done: Iterator[Written | Rejected]) -> Iterator[Written | Rejected]:
        result = next(done, None)
        while result is not None:
            count = Tally()
            with self.place.part(self._parts, count) as part:
                while result is not None:
                    count.count(result)
                    part.add(result)
                    self.tally.count(result)
                    yield result
                    result = next(done, None)
                    if count.read >= self.output.records or count.characters >= self.output.characters:
                        break
            self._parts += 1
