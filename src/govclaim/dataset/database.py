"""Annotations into one DuckDB file: tables with keys, a view that joins them, exact decimals."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from govclaim import knowledge
from govclaim.batch import arrow, sources, streams
from govclaim.errors import GovclaimError, InputError, OutputError
from govclaim.extras import required
from govclaim.schema import loads

__all__ = ["Answer", "Built", "Refused", "build", "opened", "query"]

TABLES = ("documents", "sentences", "entities", "quantities", "times", "claims")
_HERE = Path(__file__).parent
_BESIDE = (".rejected.jsonl", ".manifest.json")  # what a run leaves beside its annotations
_CHUNK = 500  # documents of JSON that are held at once


class Refused(NamedTuple):
    """A document that is not in the dataset.

    Attributes:
        where: File, and line where it has any.
        error: Why.
        hint: What to do about it.
    """

    where: str
    error: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What was built.

    Attributes:
        rows: Of each table.
        refused: Documents that were set aside.
    """

    rows: dict[str, int]
    refused: tuple[Refused, ...]


def build(paths: Iterable[str], target: Path, *, replace: bool = False) -> Built:
    """Put annotations into a new database.

    Args:
        paths: What ``govclaim annotate`` has written: ``.parquet``, ``.jsonl`` and ``.json`` (also ``.gz``, ``.zst``),
            folders of them, or patterns.
        target: The file; it has its name when it is whole.
        replace: Whether one that is there is replaced.

    Returns:
        How many rows it has, and what was set aside: lines that are no annotation, and documents with the id
        of an earlier one.

    Raises:
        InputError: A path does not exist or is no file of annotations, or duckdb or pyarrow is missing.
        OutputError: The target is there, or cannot be written.
    """
    duckdb = required("duckdb", "dataset")
    required("pyarrow", "dataset")
    files = [source.path for source in sources.files(paths) if not source.path.endswith(_BESIDE)]
    if target.exists() and not replace:
        raise OutputError("it is there already", where=str(target), hint="--replace builds it anew")
    unfinished = target.with_name(target.name + ".part")
    refused: list[Refused] = []
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _cleared(unfinished), contextlib.closing(duckdb.connect(str(unfinished))) as database:
            rows = _filled(database, files, refused)
            database.close()
            unfinished.replace(target)
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        hint = "make room, or choose another place"
        raise OutputError(f"it cannot be written ({_first_line(error)})", where=str(target), hint=hint) from error
    return Built(rows, tuple(refused))


class Answer(NamedTuple):
    """What a question gives.

    Attributes:
        columns: Their names.
        rows: Their values; numbers are ``Decimal``, ``int``, or ``float`` where the question divides.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def query(path: Path, question: str) -> Answer:
    """Ask a dataset.

    Args:
        path: As ``build`` made it.
        question: In DuckDB's SQL; it can change nothing in the dataset.

    Raises:
        InputError: There is no such dataset, or DuckDB does not understand the question.
    """
    duckdb = required("duckdb", "dataset")
    with contextlib.closing(opened(path)) as database:
        try:
            found = database.execute(question)
            return Answer(tuple(column[0] for column in found.description or ()), found.fetchall())
        except duckdb.Error as error:
            first, *more = str(error).splitlines()
            hint = " ".join(line.strip() for line in more if line.strip()) or "`describe claim_rows` lists the columns"
            raise InputError(first, hint=hint) from error


def opened(path: Path) -> Any:
    """A connection to a dataset that can only read.

    Args:
        path: As ``build`` made it.

    Raises:
        InputError: There is none, or duckdb is missing.
    """
    duckdb = required("duckdb", "dataset")
    if not path.is_file():
        raise InputError("there is no such dataset", where=str(path), hint=f"govclaim dataset build ANN… -o {path}")
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise InputError(f"it is no dataset ({_first_line(error)})", where=str(path)) from error


@contextlib.contextmanager
def _cleared(path: Path) -> Iterator[None]:
    """Leave nothing of an unfinished file behind, nor of an earlier one."""

    def clear() -> None:
        for name in (path, path.with_name(path.name + ".wal")):
            name.unlink(missing_ok=True)

    clear()
    try:
        yield
    finally:
        clear()


def _filled(database: Any, files: Iterable[str], refused: list[Refused]) -> dict[str, int]:
    _run(database, "tables.sql")
    lines = [line.split(",") for line in knowledge.default().lines("divisions.csv.gz")]
    divisions = required("pyarrow", "dataset").table({"code": [c for c, _ in lines], "name": [n for _, n in lines]})
    database.register("table_of_divisions", divisions)
    database.execute("INSERT INTO divisions SELECT * FROM table_of_divisions")
    for path in files:
        refused += _of_parquet(database, path) if sources.kind(path) == "parquet" else _of_lines(database, path)
    return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


def _of_parquet(database: Any, path: str) -> list[Refused]:
    import duckdb
    from pyarrow import parquet

    hint = "build it from what `govclaim annotate -o NAME.parquet` wrote"
    try:
        columns = parquet.read_schema(path)
    except Exception as error:  # whatever pyarrow makes of it
        raise InputError(f"no Parquet ({_first_line(error)})", where=path, hint=hint) from error
    if not columns.equals(arrow.schema()):
        raise InputError("the Parquet file holds no annotations of this version", where=path, hint=hint)
    name = path.replace("'", "''")
    database.execute(
        f"CREATE OR REPLACE TEMP VIEW given AS "
        f"SELECT *, file_row_number AS number FROM read_parquet('{name}', file_row_number = true)"
    )
    try:
        return _taken_in(database, path)
    except duckdb.ConstraintException as error:
        raise InputError(f"the annotations contradict themselves ({_first_line(error)})", where=path) from error


def _of_lines(database: Any, path: str) -> list[Refused]:
    if sources.kind(path) not in ("lines", "json"):
        raise InputError("this is no file of annotations", where=path, hint="give .parquet, .jsonl or .json")
    refused: list[Refused] = []
    with streams.opened(path) as stream:
        whole = [stream.read()] if sources.kind(path) == "json" else stream
        rows = _annotations(path, whole, refused)
        while chunk := list(islice(rows, _CHUNK)):
            places, contents = zip(*chunk, strict=True)
            table = arrow.table(contents)
            number = required("pyarrow", "dataset").array(range(len(places)))
            database.register("chunk_of_lines", table.append_column("number", number))
            database.execute("CREATE OR REPLACE TEMP VIEW given AS SELECT * FROM chunk_of_lines")
            refused += _taken_in(database, path, places)
    return refused


def _annotations(path: str, stream: Iterable[bytes], refused: list[Refused]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            yield number, arrow.row(loads(line.decode("utf-8")))
        except GovclaimError as error:
            refused.append(
                Refused(f"{path}:{number}", error.message, error.hint or "it must be an annotation with text")
            )
        except UnicodeDecodeError as error:
            refused.append(Refused(f"{path}:{number}", str(error), "annotations are UTF-8"))


def _taken_in(database: Any, path: str, places: tuple[int, ...] | None = None) -> list[Refused]:
    """Put what `given` holds into the tables, without the documents whose id was there before."""
    again = database.execute(
        "WITH ids AS (SELECT number, id, row_number() OVER (PARTITION BY id ORDER BY number) AS nth FROM given) "
        "SELECT number, id FROM ids WHERE nth > 1 OR id IN (SELECT id FROM documents) ORDER BY number"
    ).fetchall()
    database.execute("CREATE OR REPLACE TEMP TABLE again (number BIGINT)")
    if again:
        database.executemany("INSERT INTO again VALUES (?)", [[number] for number, _ in again])
    left = "WHERE number NOT IN (SELECT number FROM again)" if again else ""
    database.execute(f"CREATE OR REPLACE TEMP VIEW incoming AS SELECT * FROM given {left}")
    _run(database, "rows.sql")
    return [
        Refused(
            f"{path}:{places[number] if places else number + 1}", f"the id {id!r} was there before", "ids are unique"
        )
        for number, id in again
    ]


def _run(database: Any, name: str) -> None:
    database.execute((_HERE / name).read_text("utf-8"))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
