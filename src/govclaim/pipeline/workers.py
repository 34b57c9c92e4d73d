"""Several processes for one batch: order kept, and no record lost to a process that dies or hangs.

Each worker has a pipe of its own. A pool that shares queues and locks between its processes cannot
outlive one that is killed while it holds a lock; here a dead worker is an end of file and nothing more.
A worker answers record by record, so the record that killed or stopped it is known: it is the first
without an answer.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from govclaim.errors import BackendError, InputError
from govclaim.pipeline.load import Rejected, attempt, load, rejected, warmed

if TYPE_CHECKING:
    from spacy.language import Language

    from govclaim.schema import Annotation

__all__ = ["Attempts", "Crew", "Task", "run"]

_CHUNK = 16  # records
_CHUNK_BYTES = 200_000  # so that chunks of long documents do not keep the other workers waiting at the end
_AHEAD = 8  # chunks a worker may be ahead of the oldest that is not done, so that reading stays near to writing
_TRIES = 3  # A process may also die of what its neighbours did; a record that is alone with three is at fault.
_STARTS = 5
_PROPORTION = 30_000  # bytes, about 10,000 characters: the time allowed to a longer record grows with it
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_CHANGING = threading.Lock()  # The environment, and whose child is buried, are of the whole process.
_GRACE = 10  # seconds after which a worker whose parent is gone too ends itself


class Task(Protocol):
    """What a worker does with its records."""

    def zone(self) -> AbstractContextManager[Any]:
        """Entered around each chunk."""

    def one(self, record: Any) -> Any:
        """What becomes of one record; nothing is raised."""


class Attempts:
    """Annotates, with a pipeline that may be given.

    Args:
        nlp: The pipeline; ``None`` for the default one.
    """

    def __init__(self, nlp: Language | None) -> None:
        self.nlp = nlp or warmed(load(segmenter="characters"))

    def zone(self) -> AbstractContextManager[Any]:
        """Without it the strings of every document would stay in the vocabulary."""
        return self.nlp.memory_zone()

    def one(self, record: Any) -> Annotation | Rejected:
        """See ``load.attempt``."""
        return attempt(record, self.nlp)


def run(
    records: Iterable[Any], make: Callable[[], Task], workers: int, *, timeout: float | None = None
) -> Iterator[Any]:
    """Do a task for each record, in ``workers`` processes.

    Args:
        records: Each must survive pickling; one that does not is done in this process. It may have
            an attribute ``size``, bytes, where what it names is larger than itself.
        make: Called in each worker, to which it is pickled.
        workers: How many processes.
        timeout: Seconds for a record of up to 10,000 characters, in proportion for a longer one; ``None``
            for as long as it takes.

    Yields:
        What the task gives for each record, in order. A record that ends its process three times, or takes
        too long, is ``Rejected``; all others are done again.

    Raises:
        InputError: ``make`` cannot be pickled.
        GovclaimError: What ``make`` raised in a worker.
        BackendError: No worker comes up.
    """
    with contextlib.closing(Crew(make, workers, timeout=timeout)) as crew:
        yield from crew.results(records)


class Crew:
    """Processes that stay from one batch to the next; for one thread at a time.

    Args:
        make: See ``run``.
        workers: How many processes; they start when there is work.
        timeout: See ``run``.

    Raises:
        InputError: ``make`` cannot be pickled.
    """

    def __init__(self, make: Callable[[], Task], workers: int, *, timeout: float | None = None) -> None:
        try:
            recipe = pickle.dumps(make)
        except Exception as error:
            message = f"the pipeline cannot be sent to other processes ({error})"
            raise InputError(message, hint="use workers=1") from error
        self._pool = _Pool(recipe, workers, timeout)

    def results(self, records: Iterable[Any]) -> Iterator[Any]:
        """Do the task for each record; see ``run``.

        Args:
            records: Of one batch.

        Yields:
            What the task gives for each, in order.

        Raises:
            GovclaimError: What ``make`` raised in a worker.
            BackendError: No worker comes up.
        """
        try:
            yield from self._pool.results(iter(records))
        except BaseException:  # also where the caller wants no more: half a batch must not meet the next one
            self._pool.close()
            raise

    def stop(self) -> None:
        """From another thread: end the work under way, which then raises ``BackendError``; there will be no more."""
        self._pool.stop()

    def close(self) -> None:
        """End the processes; with the next batch there would be others."""
        self._pool.close()


@dataclass(slots=True)
class _Chunk:
    records: list[Any]
    answers: dict[int, Any] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return len(self.answers) == len(self.records)


@dataclass(slots=True)
class _Job:
    """Records of one chunk that go to a worker together: places in the chunk, pickles, bytes."""

    chunk: _Chunk
    places: list[int]
    pickles: list[bytes]
    sizes: list[int]

    def part(self, start: int, end: int | None = None) -> _Job:
        return _Job(self.chunk, self.places[start:end], self.pickles[start:end], self.sizes[start:end])


class _Worker:
    """One process and what it is doing."""

    def __init__(self, recipe: bytes, timeout: float | None) -> None:
        # Forked children would share the threads of numerical libraries, which do not survive a fork.
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, recipe, timeout), daemon=True)
        with _CHANGING, _without_interrupts(), _one_thread():
            self.process.start()
        theirs.close()
        self.timeout = timeout
        self.ready = False
        self.job: _Job | None = None
        self.answered = 0
        self.since = time.monotonic()

    @property
    def idle(self) -> bool:
        return self.ready and self.job is None

    @property
    def deadline(self) -> float | None:
        if self.timeout is None or self.job is None or not self.ready:
            return None
        return self.since + self.timeout * _share(self.job.sizes[self.answered])

    def give(self, job: _Job) -> None:
        self.job, self.answered, self.since = job, 0, time.monotonic()
        # A worker that is idle reads at once; if it has just died, its end of file tells so.
        with contextlib.suppress(OSError):
            self.connection.send([*zip(job.pickles, job.sizes, strict=True)])

    def end(self) -> None:
        with _CHANGING:
            self.process.kill()
            self.process.join()
            self.process.close()
        self.connection.close()


class _Pool:
    def __init__(self, recipe: bytes, workers: int, timeout: float | None) -> None:
        self.recipe = recipe
        self.timeout = timeout
        self.count = workers
        self.workers: list[_Worker] = []
        self.jobs: deque[_Job] = deque()
        self.open: deque[_Chunk] = deque()
        self.failed_starts = 0
        self.here: Task | None = None
        self.stopped = False

    def results(self, source: Iterator[Any]) -> Iterator[Any]:
        more = True
        while True:
            while more and len(self.jobs) < self.count and len(self.open) < self.count * _AHEAD:
                more = self.read(source)
                self.hand_out()
            self.hand_out()
            while self.open and self.open[0].whole:
                chunk = self.open.popleft()
                yield from (chunk.answers[place] for place in range(len(chunk.records)))
            if self.open:
                self.listen()
            elif not more:
                return

    def read(self, source: Iterator[Any]) -> bool:
        """Take the next chunk from the source; whether there was one."""
        chunk = _Chunk([])
        job = _Job(chunk, [], [], [])
        total = 0
        for record in source:
            place = len(chunk.records)
            chunk.records.append(record)
            try:
                pickled = pickle.dumps(record)
            except Exception:  # whatever a foreign object raises
                chunk.answers[place] = self.do_here(record)
            else:
                size = max(len(pickled), getattr(record, "size", 0))
                job.places.append(place)
                job.pickles.append(pickled)
                job.sizes.append(size)
                total += size
            if len(chunk.records) == _CHUNK or total > _CHUNK_BYTES:
                break
        if chunk.records:
            self.open.append(chunk)
        if job.places:
            self.jobs.append(job)
        return bool(chunk.records)

    def do_here(self, record: Any) -> Any:
        if self.here is None:
            self.here = pickle.loads(self.recipe)()
        return self.here.one(record)

    def hand_out(self) -> None:
        if self.stopped:
            raise BackendError("the work was stopped")
        for worker in self.workers:
            if self.jobs and worker.idle:
                worker.give(self.jobs.popleft())
        wanted = min(self.count, len(self.workers) + len(self.jobs))
        starting = sum(not worker.ready for worker in self.workers)
        while len(self.workers) < wanted and starting < len(self.jobs):
            self.workers.append(_Worker(self.recipe, self.timeout))
            starting += 1

    def listen(self) -> None:
        """Wait until a worker says something, dies, or takes too long."""
        deadlines = [worker.deadline for worker in self.workers if worker.deadline is not None]
        patience = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        said = wait([worker.connection for worker in self.workers], patience)
        for worker in [worker for worker in self.workers if worker.connection in said]:
            try:
                message = worker.connection.recv_bytes()
            except (EOFError, OSError):
                self.bury(worker)
            else:
                self.take(worker, pickle.loads(message))
        now = time.monotonic()
        for worker in [w for w in self.workers if w.deadline is not None and w.deadline < now]:
            self.give_up(worker)

    def take(self, worker: _Worker, message: Any) -> None:
        kind, content = message
        worker.since = time.monotonic()
        if kind == "failed":
            raise content
        if kind == "ready":
            worker.ready = True
            self.failed_starts = 0
            return
        job = worker.job
        assert job is not None
        place = job.places[worker.answered]
        job.chunk.answers[place] = content if kind == "answer" else self.do_here(job.chunk.records[place])
        worker.answered += 1
        if worker.answered == len(job.places):
            worker.job = None

    def bury(self, worker: _Worker) -> None:
        """Do again what a dead worker has not answered; its first record alone, because that may be the cause."""
        job = self.retire(worker)
        if self.stopped:
            raise BackendError("the work was stopped")
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts >= _STARTS:
                raise BackendError(
                    "the worker processes die as they start",
                    hint="a script needs `if __name__ == '__main__':` around its start; else see what they printed",
                )
        if job is None:
            return
        suspect, rest = job.part(0, 1), job.part(1)
        if rest.places:
            self.jobs.appendleft(rest)
        place = suspect.places[0]
        deaths = job.chunk.deaths[place] = job.chunk.deaths.get(place, 0) + 1
        if deaths < _TRIES:
            self.jobs.appendleft(suspect)
        else:
            job.chunk.answers[place] = rejected(
                job.chunk.records[place],
                f"the process that annotated it died, {deaths} times",
                "it may need more memory than there is; try it alone, or report it",
            )

    def give_up(self, worker: _Worker) -> None:
        """Set aside the record that a worker hangs on, and do the rest of its chunk elsewhere."""
        job = self.retire(worker)
        assert job is not None
        place = job.places[0]
        seconds = (self.timeout or 0) * _share(job.sizes[0])
        job.chunk.answers[place] = rejected(
            job.chunk.records[place],
            f"it was not annotated in {seconds:g} seconds",
            "allow more with --timeout, or report it if the text is short",
        )
        if job.part(1).places:
            self.jobs.appendleft(job.part(1))

    def retire(self, worker: _Worker) -> _Job | None:
        self.workers.remove(worker)
        worker.end()
        return None if worker.job is None else worker.job.part(worker.answered)

    def stop(self) -> None:
        self.stopped = True
        with _CHANGING:
            for worker in self.workers:
                with contextlib.suppress(ValueError):  # its own thread has just buried it
                    worker.process.kill()

    def close(self) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.end()
        for queue in (self.workers, self.jobs, self.open):
            queue.clear()


def _share(size: int) -> float:
    return max(1.0, size / _PROPORTION)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from a child that is starting; it inherits the mask, and its parent ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Let a child's numerical libraries use one thread, unless the user has said how many.

    Ours are small matrices: threads do not make them faster, and where all cores are busy the threads that
    wait for each other make them ten times slower. The libraries read this when they are loaded.
    """
    added = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _serve(connection: Connection, recipe: bytes, timeout: float | None) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        task: Task = pickle.loads(recipe)()
    except Exception as error:  # the pipeline cannot be made; no record is at fault
        connection.send_bytes(pickle.dumps(("failed", error)))
        return
    # An end of file or a broken pipe: the parent has gone.
    with contextlib.suppress(EOFError, OSError), Path(os.devnull).open("w") as nowhere:
        connection.send_bytes(pickle.dumps(("ready", None)))
        while True:
            job: list[tuple[bytes, int]] = connection.recv()
            with task.zone():
                for pickled, size in job:
                    if timeout is not None:
                        # A thread without Python's lock: it ends a hanging worker also when the parent is dead.
                        patience = timeout * _share(size) + _GRACE
                        faulthandler.dump_traceback_later(patience, exit=True, file=nowhere)
                    connection.send_bytes(_answer(task, pickled))
            faulthandler.cancel_dump_traceback_later()


def _answer(task: Task, pickled: bytes) -> bytes:
    try:
        return pickle.dumps(("answer", task.one(pickle.loads(pickled))))
    except Exception:  # the record, or what came of it, does not survive the journey
        return pickle.dumps(("here", None))
