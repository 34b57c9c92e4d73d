"""Several processes for one batch, in order and without losing a record to a dead process."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from govclaim.errors import GovclaimError, InputError
from govclaim.pipeline.load import Rejected, attempt, load, rejected

if TYPE_CHECKING:
    from spacy.language import Language

    from govclaim.schema import Annotation

__all__ = ["run"]

_CHUNK = 16
_AHEAD = 3  # chunks a worker may have waiting, so that reading stays near to writing

Chunk = list[Any]
Results = list["Annotation | Rejected"]


def run(records: Iterable[Any], nlp: Language | None, workers: int) -> Iterator[Annotation | Rejected]:
    """Annotate records in ``workers`` processes.

    Args:
        records: See ``annotate_batch``.
        nlp: Pickled to the workers; ``None`` for the default pipeline, which each of them makes.
        workers: How many.

    Yields:
        One for each record, in order. A record whose process dies is ``Rejected``; the others of its
        chunk are done again.

    Raises:
        InputError: ``nlp`` cannot be pickled.
    """
    pool = _Pool(nlp, workers)
    waiting: deque[tuple[Chunk, Future[Results]]] = deque()
    source = iter(records)
    try:
        while True:
            while len(waiting) < workers * _AHEAD and (chunk := list(islice(source, _CHUNK))):
                waiting.append((chunk, pool.submit(chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            yield from pool.results(chunk, future)
    finally:
        pool.close()


class _Pool:
    """An executor that is made anew when a worker dies."""

    def __init__(self, nlp: Language | None, workers: int) -> None:
        self.nlp = nlp
        self.workers = workers
        try:
            self.recipe = None if nlp is None else pickle.dumps(nlp)
        except Exception as error:
            raise InputError(
                f"the pipeline cannot be sent to other processes ({error})", hint="use workers=1"
            ) from error
        self.executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Forked children would share the threads of the model's runtime, which do not survive a fork.
        return ProcessPoolExecutor(
            self.workers, mp_context=get_context("spawn"), initializer=_prepare, initargs=(self.recipe,)
        )

    def submit(self, chunk: Chunk) -> Future[Results]:
        try:
            return self.executor.submit(_annotate, chunk)
        except BrokenProcessPool:
            self._restart()
            return self.executor.submit(_annotate, chunk)

    def results(self, chunk: Chunk, future: Future[Results]) -> Results:
        try:
            return future.result()
        except BrokenProcessPool:
            self._restart()
            return [self._alone(record) for record in chunk]
        except GovclaimError:  # the pipeline cannot be made; no record is at fault
            raise
        except Exception:  # a record that cannot be pickled
            return [attempt(record, self.nlp) for record in chunk]

    def _alone(self, record: Any) -> Annotation | Rejected:
        try:
            return self.submit([record]).result()[0]
        except BrokenProcessPool:
            self._restart()
            return rejected(record, "the process that annotated it died", "it may have run out of memory")

    def _restart(self) -> None:
        self.close()
        self.executor = self._start()

    def close(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)


_RECIPE: list[bytes | None] = []
_PIPELINE: list[Language] = []


def _prepare(recipe: bytes | None) -> None:
    _RECIPE[:] = [recipe]


def _annotate(chunk: Chunk) -> Results:
    if not _PIPELINE:  # not in _prepare, whose errors would only break the pool
        recipe = _RECIPE[0]
        _PIPELINE.append(load(segmenter="characters") if recipe is None else pickle.loads(recipe))
    # Without a zone the strings of every document would stay in the vocabulary.
    with _PIPELINE[0].memory_zone():
        return [attempt(record, _PIPELINE[0]) for record in chunk]
