"""Where orders wait: a bounded queue before processes that a document may kill or hang without harm to others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from govclaim.errors import GovclaimError
from govclaim.pipeline.load import Rejected
from govclaim.pipeline.workers import Crew, Task
from govclaim.service.clerk import Answer, Order, Problem

__all__ = ["Desk", "Limits"]

_STOPPED = Problem(503, "stopping", "the service is stopping", "send it again, to another instance or a little later")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the service takes.

    Attributes:
        body: Bytes of one document.
        batch: Bytes of a batch.
        characters: Code points of a text.
        queue: Documents that may wait, besides those in work; a batch has its own few.
        wait: Seconds that one may wait.
        timeout: Seconds for a text of up to 10,000 characters, in proportion for a longer one.
        batches: Batches at the same time.
        arrival: Seconds in which a body must have come.
        grace: Seconds that what is under way has when the service is told to stop.
    """

    body: int = 8 << 20
    batch: int = 256 << 20
    characters: int = 200_000
    queue: int = 256
    wait: float = 30
    timeout: float = 20
    batches: int = 16
    arrival: float = 120
    grace: float = 30


class Desk:
    """Takes orders and has them done by processes of its own, each with one thread that waits for it.

    Args:
        make: Of the task of each process, to which it is pickled.
        workers: How many processes.
        limits: What is taken.

    Raises:
        InputError: ``make`` cannot be pickled.
    """

    def __init__(self, make: Callable[[], Task], workers: int, limits: Limits) -> None:
        self.limits = limits
        self.workers = workers
        self.waiting = 0
        self.stopped = False
        self._crews = [Crew(make, 1, timeout=limits.timeout) for _ in range(workers)]
        self._free: SimpleQueue[Crew] = SimpleQueue()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="desk")

    def open(self) -> None:
        """Start the processes, and wait until each has loaded its pipeline.

        Raises:
            GovclaimError: A pipeline cannot be made.
        """

        def warm(crew: Crew) -> None:
            list(crew.results([Order("")]))
            self._free.put(crew)

        for done in [self._threads.submit(warm, crew) for crew in self._crews]:
            done.result()

    @property
    def full(self) -> bool:
        """Whether a document that comes now would have to be turned away."""
        return self.waiting >= self.workers + self.limits.queue

    async def answer(self, order: Order, *, patient: bool = False) -> Answer | Problem:
        """Have one document annotated.

        Args:
            order: What is wanted.
            patient: Whether it waits however long it takes, as those of a batch do, which are few at a time.

        Returns:
            The annotation, or why there is none.
        """
        if self.stopped:
            return _STOPPED
        if self.full and not patient:
            many = f"{self.limits.queue} documents are waiting already"
            return Problem(503, "queue_full", many, "send it again a little later, or send a batch")
        latest = None if patient else time.monotonic() + self.limits.wait
        self.waiting += 1
        try:
            return await asyncio.wrap_future(self._threads.submit(self._done, order, latest))
        except asyncio.CancelledError:
            if self.stopped:  # it was still waiting
                return _STOPPED
            raise
        finally:
            self.waiting -= 1

    def _done(self, order: Order, latest: float | None) -> Answer | Problem:
        if latest is not None and time.monotonic() > latest:
            late = f"its turn did not come in {self.limits.wait:g} seconds"
            return Problem(503, "late", late, "send it again a little later, or start more workers")
        crew = self._free.get()
        try:
            (result,) = crew.results([order])
        except GovclaimError as error:
            return _STOPPED if self.stopped else Problem(503, "no_worker", error.message, error.hint)
        finally:
            self._free.put(crew)
        if isinstance(result, Rejected):  # no answer came: it hung or killed its process
            return Problem(503, "no_answer", result.error, "send it in pieces, or report it if the text is short")
        answer: Answer | Problem = result
        return answer

    def close(self) -> None:
        """End the processes; what is still under way is told that the service stops."""
        self.stopped = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for crew in self._crews:
            crew.stop()
        self._threads.shutdown(wait=True)
        for crew in self._crews:
            crew.close()
