"""The service as a process: where it listens, how it stops."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

import uvicorn

from govclaim.listener import LOCAL, address, bound
from govclaim.service.application import application
from govclaim.service.clerk import Clerk
from govclaim.service.desk import Desk, Limits
from govclaim.service.journal import Lines, log

__all__ = ["serve"]


def serve(
    *,
    host: str = LOCAL,
    port: int = 0,
    workers: int = 1,
    limits: Limits | None = None,
    model: str | None = None,
    knowledge: str | None = None,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve until the process is told to stop (SIGTERM, Ctrl-C); what is under way then is finished.

    Args:
        host: Address to listen at; the default is for this machine alone.
        port: Where; 0 for any that is free.
        workers: Processes that annotate.
        limits: What is taken.
        model: Folder of weights instead of ours.
        knowledge: Folder of tables to lay over ours.
        ready: Gets the address when requests are answered.

    Raises:
        InputError: The port is taken.
        GovclaimError: The pipeline cannot be made.
    """
    limits = limits or Limits()
    desk = Desk(partial(Clerk, model, knowledge), workers, limits)
    with bound(host, port) as listener, _logging(sys.stderr), _told_to_stop():
        try:
            desk.open()
            config = uvicorn.Config(
                application(desk),
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=round(limits.grace),
            )
            server = uvicorn.Server(config)
            listener.listen(2048)  # from now on a client waits for the answer rather than be refused
            ready(address(listener))
            server.run(sockets=[listener])
        finally:
            desk.close()


@contextlib.contextmanager
def _logging(stream: IO[str]) -> Iterator[None]:
    """Lines of JSON, of ours and of uvicorn's."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    loggers = [log, logging.getLogger("uvicorn.error")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


@contextlib.contextmanager
def _told_to_stop() -> Iterator[None]:
    """When all is finished uvicorn gives itself the signal once more, which must not look like a violent end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM,)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
