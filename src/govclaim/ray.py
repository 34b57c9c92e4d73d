"""Annotating in Ray: a step of a Ray Data pipeline, and the work of a batch on the processors of a cluster.

Ray has the schedule, the retries and the moves to other nodes; what is done with a record is what every run does.
Needs ``pip install 'govclaim[ray]'``, on every node.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from govclaim.batch.columns import Columns, crew
from govclaim.batch.records import Fields, Record
from govclaim.batch.work import Recipe, Written, told
from govclaim.errors import GovclaimError
from govclaim.extras import required
from govclaim.pipeline.load import Rejected

if TYPE_CHECKING:
    from ray.data import Dataset

__all__ = ["Recipe", "annotate", "results"]

_BATCH = 64  # rows that go to an actor at once
_CHUNK = 64  # records of a task
_AHEAD = 3  # tasks for each processor that are under way, so that none waits for the next


def annotate(
    dataset: Dataset,
    *,
    text: str = "text",
    id: str = "id",
    published: str = "published",
    day: str | None = None,
    keep: Sequence[str] = (),
    recipe: Recipe | None = None,
    timeout: float | None = 60,
    workers: int | None = None,
) -> Dataset:
    """Annotate a dataset of Ray Data, row by row.

    Args:
        dataset: With a column for the text; ids, days, ``meta``, ``title``, ``source``, ``url`` and ``place`` are
            used where there are columns of these names.
        text: Column with the text.
        id: Column with the id; a row without one is called after its text.
        published: Column with the day of publication.
        day: Day for the rows that have none.
        keep: Columns to pass on as they are.
        recipe: What to do with each record; ``Recipe(format="parquet")`` gives nested columns instead of JSON.
        timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one; ``None`` for as
            long as it takes.
        workers: Actors at most; ``None`` for as many as the cluster has room for. Each loads the model once.

    Returns:
        A row for each, with ``id``, ``annotation`` (the JSON that a local run writes), ``characters``, ``claims``,
        ``error``, ``hint``, ``record`` and the columns that are kept. A record that was rejected has no
        ``annotation`` but ``error`` and ``hint``, and is whole, as JSON, in ``record``.

    Raises:
        InputError: Ray is not installed, or a column is missing; where the columns are not known yet, this comes
            from Ray when the dataset is computed.
    """
    data = required("ray.data", "ray")
    columns = Columns(recipe or Recipe(), Fields(text, id, published), day, timeout, tuple(keep))
    names = dataset.columns(fetch_if_missing=False)
    if names is not None:
        columns.check(names)
    pool = data.ActorPoolStrategy(min_size=1, max_size=workers)
    return dataset.map_batches(
        _Actor, fn_constructor_args=(columns,), compute=pool, batch_format="pyarrow", batch_size=_BATCH, num_cpus=1
    )


class _Actor:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def __call__(self, batch: Any) -> Iterator[Any]:
        return self.columns.annotated(batch)


def results(
    found: Iterable[Record | Rejected], recipe: Recipe, *, workers: int | None = None, timeout: float | None = None
) -> Generator[Written | Rejected, None, None]:
    """Do the work of a batch on a cluster, in order; what ``batch.runner.results`` does on one machine.

    Ray is started, or found by ``RAY_ADDRESS``, if that was not done. Records travel from here and results
    back, so that all that a run promises holds; a chunk whose node dies is done again on another.

    Args:
        found: Records; those that name a file are opened where they are annotated.
        recipe: What to do with each.
        workers: Processors to keep busy; ``None`` for all of the cluster.
        timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one.

    Yields:
        One for each record.

    Raises:
        InputError: Ray is not installed.
        GovclaimError: The pipeline cannot be made.
    """
    ray = required("ray", "ray")
    _begin(ray)
    task = ray.remote(num_cpus=1, max_retries=-1)(_chunk)
    source = iter(found)
    waiting: deque[Any] = deque()
    try:
        while True:
            # Asked for again each time: a cluster grows and shrinks.
            room = _AHEAD * (workers or max(1, int(ray.cluster_resources().get("CPU", 1))))
            while len(waiting) < room and (chunk := list(islice(source, _CHUNK))):
                waiting.append(task.remote(recipe, timeout, chunk))
            if not waiting:
                return
            yield from _got(ray, waiting.popleft())
    finally:
        for reference in waiting:
            ray.cancel(reference)


def _begin(ray: Any) -> None:
    if ray.is_initialized():
        return
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    ray.init(log_to_driver=False, logging_level="warning")
    if main:  # Ray takes `kill` for itself, and who waits for it would not hear of it.
        signal.signal(signal.SIGTERM, before)


def _got(ray: Any, reference: Any) -> list[Written | Rejected]:
    try:
        done: list[Written | Rejected] = ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, GovclaimError):
            raise error.cause from None
        raise
    return done


def _chunk(recipe: Recipe, timeout: float | None, chunk: list[Record | Rejected]) -> list[Written | Rejected]:
    return [told(result) for result in crew(recipe, timeout).results(chunk)]
