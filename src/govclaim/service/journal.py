"""What the service tells of itself: a line of JSON for each request, and counts for Prometheus; never the text."""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from govclaim.service.clerk import Answer, Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from govclaim.service.desk import Desk

__all__ = ["Lines", "Metrics", "Trace", "Traced", "log"]

log = logging.getLogger("govclaim.service")
"""Where requests are told."""

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Lines(logging.Formatter):
    """Records as JSON Lines. Of an exception its kind and places are told: what it says may hold the text."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z"
        line: dict[str, Any] = {"time": stamp, "level": record.levelname.lower(), "event": record.getMessage()}
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["exception"] = record.exc_info[0].__name__
            line["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


@dataclass(slots=True)
class Trace:
    """What is known of one request.

    Attributes:
        id: Given by the client (``X-Request-Id``), or made.
        documents: How many were annotated.
        rejected: How many were not.
        characters: Of those that were.
        claims: Of those that were.
        reason: Why there is no annotation, in a word.
    """

    id: str
    documents: int = 0
    rejected: int = 0
    characters: int = 0
    claims: int = 0
    reason: str | None = None

    def count(self, result: Answer | Problem) -> None:
        """Count what became of a document.

        Args:
            result: The answer.
        """
        if isinstance(result, Answer):
            self.documents += 1
            self.characters += result.characters
            self.claims += result.claims
        else:
            self.rejected += 1
            self.reason = result.reason


class Metrics:
    """Counts of one service.

    Args:
        desk: Whose queue is told.
    """

    def __init__(self, desk: Desk) -> None:
        self.registry = CollectorRegistry()
        only: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("govclaim_requests", "Requests.", ("path", "status"), **only)
        self.seconds = Histogram(
            "govclaim_request_seconds", "From the first byte to the last.", ("path",), buckets=_BUCKETS, **only
        )
        self.documents = Counter("govclaim_documents", "Documents, by what became of them.", ("outcome",), **only)
        self.characters = Counter("govclaim_characters", "Code points of annotated texts.", **only)
        self.claims = Counter("govclaim_claims", "Claims found.", **only)
        Gauge("govclaim_waiting", "Documents in work or waiting.", **only).set_function(lambda: desk.waiting)
        Gauge("govclaim_workers", "Processes that annotate.", **only).set(desk.workers)

    def count(self, path: str, status: int, seconds: float, trace: Trace) -> None:
        """Count a request.

        Args:
            path: As the routes name it.
            status: Of HTTP.
            seconds: It took.
            trace: What else is known of it.
        """
        self.requests.labels(path, str(status)).inc()
        self.seconds.labels(path).observe(seconds)
        self.documents.labels("annotated").inc(trace.documents)
        self.documents.labels("rejected").inc(trace.rejected)
        self.characters.inc(trace.characters)
        self.claims.inc(trace.claims)


class Traced:
    """Gives every request an id, tells and counts it when its last byte is sent; also one that fails.

    Args:
        app: The application inside.
        metrics: Where it is counted.
        failed: What is answered where the application raises something.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, failed: Callable[[Exception, Trace], ASGIApp]) -> None:
        self.app = app
        self.metrics = metrics
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace = Trace(_id(scope))
        scope.setdefault("state", {})["trace"] = trace
        began, status = time.monotonic(), 0

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", trace.id.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, marked)
        except Exception as error:
            log.error("fault", exc_info=error, extra={"fields": {"request_id": trace.id}})
            if status:  # half an answer is out: only a broken connection tells the client
                raise
            await self.failed(error, trace)(scope, receive, marked)
        finally:
            self._tell(scope, status or 500, time.monotonic() - began, trace)

    def _tell(self, scope: Scope, status: int, seconds: float, trace: Trace) -> None:
        path = getattr(scope.get("route"), "path", "-")  # what was asked for instead is the client's own words
        self.metrics.count(path, status, seconds, trace)
        fields: dict[str, Any] = {
            "request_id": trace.id,
            "method": scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "-",
            "path": path,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "documents": trace.documents,
            "rejected": trace.rejected,
            "characters": trace.characters,
            "reason": trace.reason,
        }
        log.log(logging.ERROR if status == 500 else logging.INFO, "request", extra={"fields": fields})


def _id(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
    return given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
