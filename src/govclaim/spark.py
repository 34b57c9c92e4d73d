"""Annotating in Spark: a DataFrame in, a DataFrame out, by batches of Arrow.

Spark has the schedule and the retries; what is done with a record is what every run does. Needs
``pip install 'govclaim[spark]'`` (and Java), on every node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from govclaim.batch.columns import Columns
from govclaim.batch.records import Fields
from govclaim.batch.work import Recipe
from govclaim.extras import required

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Recipe", "annotate"]


def annotate(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "id",
    published: str = "published",
    day: str | None = None,
    keep: Sequence[str] = (),
    recipe: Recipe | None = None,
    timeout: float | None = 60,
) -> DataFrame:
    """Annotate a DataFrame, row by row.

    Each Python process of an executor loads the model once, in a process beside itself; a task works on one
    partition, so there should be at least as many partitions as cores (``df.repartition``).

    Args:
        df: With a column for the text; ids, days, ``meta``, ``title``, ``source``, ``url`` and ``place`` are
            used where there are columns of these names.
        text: Column with the text.
        id: Column with the id; a row without one is called after its text.
        published: Column with the day of publication.
        day: Day for the rows that have none.
        keep: Columns to pass on as they are.
        recipe: What to do with each record; ``Recipe(format="parquet")`` gives nested columns instead of JSON.
        timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one; ``None`` for as
            long as it takes.

    Returns:
        A row for each, with ``id``, ``annotation`` (the JSON that a local run writes), ``characters``, ``claims``,
        ``error``, ``hint``, ``record`` and the columns that are kept. A record that was rejected has no
        ``annotation`` but ``error`` and ``hint``, and is whole, as JSON, in ``record``.

    Raises:
        InputError: pyspark is not installed, or a column is missing.
    """
    arrow = required("pyspark.sql.pandas.types", "spark")
    columns = Columns(recipe or Recipe(), Fields(text, id, published), day, timeout, tuple(keep))
    columns.check(df.columns)
    schema = arrow.from_arrow_schema(columns.schema(arrow.to_arrow_schema(df.schema)))
    return df.mapInArrow(partial(_annotated, columns), schema)


def _annotated(columns: Columns, batches: Iterable[Any]) -> Iterator[Any]:
    for batch in batches:
        for table in columns.annotated(batch):
            yield from table.to_batches()
