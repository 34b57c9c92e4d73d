"""Records as rows of an engine's table, in and out: what Ray Data and Spark have in common.

A row goes in with a text, and comes out as its annotation or with the reason why there is none. The work is done in
a process beside the engine's own, so that a record that hangs or kills it is set aside here as in a local run; that
process stays as long as the engine's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from govclaim.batch import arrow
from govclaim.batch.place import record_json
from govclaim.batch.records import FIELDS, Fields, Record, taken
from govclaim.batch.work import Annotator, Recipe, Written, told
from govclaim.errors import InputError
from govclaim.extras import required
from govclaim.pipeline.load import Rejected
from govclaim.pipeline.workers import Crew

__all__ = ["NAMES", "Columns", "crew", "dismiss"]

NAMES = ("id", "annotation", "characters", "claims", "error", "hint", "record")
"""The columns that come out, before those that are kept."""

_ROWS = 64  # that are held at once


_CREWS: dict[tuple[Recipe, float | None], Crew] = {}


def crew(recipe: Recipe, timeout: float | None) -> Crew:
    """The one process that does the work of this process, for as long as both live.

    Args:
        recipe: What to do with each record; where it is another one than before, the process before it ends.
        timeout: Seconds for a record of up to 10,000 characters.
    """
    key = (recipe, timeout)
    if key not in _CREWS:
        dismiss()
        _CREWS[key] = Crew(partial(Annotator, recipe), 1, timeout=timeout)
    return _CREWS[key]


def dismiss() -> None:
    """End that process, where there is one; the next batch has another."""
    while _CREWS:
        _CREWS.popitem()[1].close()


@dataclass(frozen=True, slots=True)
class Columns:
    """From rows to rows.

    Attributes:
        recipe: What to do with each record; ``format`` decides whether ``annotation`` is its JSON or nested columns.
        fields: Which columns hold what.
        published: Day for the rows that have none.
        timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one.
        keep: Columns to pass on as they are.
    """

    recipe: Recipe
    fields: Fields = FIELDS
    published: str | None = None
    timeout: float | None = None
    keep: tuple[str, ...] = ()

    def check(self, names: Iterable[str]) -> None:
        """Refuse a table that cannot be what is meant.

        Args:
            names: Of its columns.

        Raises:
            InputError: The column with the text, or one that is to be kept, is missing or has the name of one that
                comes out.
        """
        there = list(names)
        for name in (self.fields.text, *self.keep):
            if name not in there:
                raise InputError(f"the table has no column {name!r}", hint=f"it has {', '.join(there) or 'none'}")
        for name in self.keep:
            if name in NAMES:
                raise InputError(
                    f"the column {name!r} would stand there twice", hint=f"rename it; the result has {', '.join(NAMES)}"
                )

    def schema(self, kept: Any) -> Any:
        """The Arrow schema of what comes out.

        Args:
            kept: The Arrow schema of a table that has the columns to keep.
        """
        pa = required("pyarrow", "parquet")
        annotation = pa.struct(list(arrow.schema())) if self.recipe.format == "parquet" else pa.string()
        text = pa.string()
        types = (text, annotation, pa.int64(), pa.int64(), text, text, text)
        return pa.schema([*zip(NAMES, types, strict=True), *(kept.field(name) for name in self.keep)])

    def annotated(self, batch: Any) -> Iterator[Any]:
        """Annotate a batch.

        Args:
            batch: An Arrow table or record batch.

        Yields:
            Tables with the same rows in the same order, some tens each.

        Raises:
            InputError: A column is missing.
            GovclaimError: The pipeline cannot be made.
        """
        self.check(batch.schema.names)
        workers = crew(self.recipe, self.timeout)
        for start in range(0, batch.num_rows, _ROWS):
            part = batch.slice(start, _ROWS)
            found = [_taken(row, self.fields, self.published) for row in _rows(part)]
            results = [told(result) for result in workers.results(found)]
            yield self._table(found, results, part)

    def _table(self, found: list[Record | Rejected], results: list[Written | Rejected], part: Any) -> Any:
        pa = required("pyarrow", "parquet")
        schema = self.schema(part.schema)
        done = [result if isinstance(result, Written) else None for result in results]
        refused = [result if isinstance(result, Rejected) else None for result in results]
        columns = [
            pa.array([_id(record, self.fields) for record in found], pa.string()),
            self._annotations(done),
            pa.array([one and one.characters for one in done], pa.int64()),
            pa.array([None if one is None else one.claims for one in done], pa.int64()),
            pa.array([one and one.error for one in refused], pa.string()),
            pa.array([one and one.hint for one in refused], pa.string()),
            pa.array([None if one is None else record_json(one.record) for one in refused], pa.string()),
            *(part.column(name) for name in self.keep),
        ]
        return pa.Table.from_arrays(columns, schema=schema)

    def _annotations(self, done: list[Written | None]) -> Any:
        pa = required("pyarrow", "parquet")
        if self.recipe.format == "jsonl":
            return pa.array([one and one.content.decode().removesuffix("\n") for one in done], pa.string())
        rows = arrow.table(one.content for one in done if one)
        whole = pa.StructArray.from_arrays(
            [column.combine_chunks() for column in rows.columns], fields=list(arrow.schema())
        )
        places = iter(range(len(whole)))
        return whole.take(pa.array([None if one is None else next(places) for one in done], pa.int64()))


def _taken(row: Any, fields: Fields, published: str | None) -> Record | Rejected:
    return row if isinstance(row, Rejected) else taken(row, published=published, fields=fields)


def _rows(part: Any) -> list[Any]:
    try:
        return list(part.to_pylist())
    except UnicodeDecodeError:  # an engine does not check its texts; one row must not stop its neighbours
        return [_row(part.slice(place, 1)) for place in range(part.num_rows)]


def _row(one: Any) -> Any:
    try:
        return one.to_pylist()[0]
    except UnicodeDecodeError as error:
        cells = {name: _cell(one.column(name)) for name in one.schema.names}
        return Rejected(cells, f"a cell holds bytes that are no UTF-8 ({error.reason})", "decode it when it is read")


def _cell(column: Any) -> Any:
    try:
        return column.to_pylist()[0]
    except UnicodeDecodeError:
        return None


def _id(record: Record | Rejected, fields: Fields) -> str | None:
    given = record.record.get(fields.id) if isinstance(record, Rejected) and isinstance(record.record, dict) else None
    id = record.id if isinstance(record, Record) else given
    return None if id is None else str(id).encode("utf-8", "replace").decode()
