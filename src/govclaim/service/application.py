"""The routes."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import IO, Annotated, Any, Literal

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from prometheus_client import generate_latest
from pydantic import AfterValidator, WithJsonSchema
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from govclaim import __version__
from govclaim.errors import InputError
from govclaim.pipeline import inputs
from govclaim.service import messages
from govclaim.service.clerk import Answer, Order, Problem
from govclaim.service.desk import Desk
from govclaim.service.journal import Metrics, Trace, Traced

__all__ = ["application"]

_NDJSON = "application/x-ndjson"
_SPOOL = 1 << 20  # bytes of a batch that are held in memory
_Layer = Literal["sentences", "entities", "quantities", "times", "claims", "tokens", "numerals"]
_ABOUT = """Sentences, names, figures, times and claims of Chinese government news, with exact offsets.

Numbers are exact: read them as decimals. Every answer has `X-Request-Id`, which the client may give.
"""


def application(desk: Desk) -> FastAPI:
    """The web application.

    Args:
        desk: Does the work; open.
    """
    metrics = Metrics(desk)
    app = FastAPI(title="govclaim", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None)
    app.add_middleware(Traced, metrics=metrics, failed=_failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.state.streams = 0
    _single(app, desk)
    _batch(app, desk)
    _about(app, desk, metrics)
    plain = app.openapi
    app.openapi = lambda: app.openapi_schema or messages.described(plain())  # type: ignore[method-assign]
    return app


# ------------------------------------------------------------ what is asked for


def _day(given: str) -> str:
    try:
        inputs.day(given)
    except InputError as error:
        raise ValueError(error.message) from error
    return given


_Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class _Wanted:
    """Options in the address."""

    def __init__(
        self,
        layers: Annotated[
            list[_Layer] | None,
            Query(description="Keep these and what they refer to; else all.", examples=[["claims"]]),
        ] = None,
        tokens: Annotated[bool, Query(description="Also list the words.")] = False,
        numerals: Annotated[bool, Query(description="Also say of every numeral what it is.")] = False,
        check: Annotated[bool, Query(description="Also warn of figures that cannot all be true.")] = False,
        published: Annotated[_Day | None, Query(description="Day of documents that have none.")] = None,
    ) -> None:
        asked = tuple(layers or ())
        self.published = published
        self.options = {
            "layers": asked,
            "tokens": tokens or "tokens" in asked,
            "numerals": numerals or "numerals" in asked,
            "check": check,
        }

    def order(self, raw: bytes, desk: Desk) -> Order | Problem:
        return messages.order(raw, self.published, desk.limits, self.options)


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _refusals(**others: str) -> dict[int | str, dict[str, Any]]:
    told = {
        "413": "The body or the text is too long.",
        "422": "It cannot be understood; `error` names the field.",
        "503": "Too much is waiting, the text took too long, or the service is stopping.",
        **others,
    }
    content = {"application/json": {"schema": _schema("Refusal")}}
    return {int(status): {"description": text, "content": content} for status, text in told.items()}


# ------------------------------------------------------------ routes


def _single(app: FastAPI, desk: Desk) -> None:
    text = {"type": "string", "description": "The text alone."}
    document = {"schema": {"anyOf": [_schema("Document"), text]}, "example": messages.EXAMPLE}
    body = {"required": True, "content": {"application/json": document}}
    good = {"description": "The annotation.", "content": {"application/json": {"schema": _schema("Annotation")}}}
    refusals = _refusals(**{"408": "The body did not come in time.", "500": "A fault of govclaim."})

    @app.post("/annotate", openapi_extra={"requestBody": body}, responses={200: good, **refusals})
    async def annotate(request: Request, wanted: Annotated[_Wanted, Depends()]) -> Response:
        """Annotate one document."""
        trace: Trace = request.state.trace
        with tempfile.SpooledTemporaryFile(_SPOOL) as spool:
            problem = await _arrived(request, spool, desk.limits.body, desk.limits.arrival)
            order = problem or wanted.order(spool.read(), desk)
        result = order if isinstance(order, Problem) else await desk.answer(order)
        trace.count(result)
        if isinstance(result, Problem):
            return _refused(result, trace)
        return Response(result.content, media_type="application/json")


def _batch(app: FastAPI, desk: Desk) -> None:
    line = json.dumps(messages.EXAMPLE, ensure_ascii=False)
    lines = {"schema": {"type": "string", "minLength": 1}, "example": f"{line}\n{line}\n"}
    body = {"required": True, "description": "A `Document` a line.", "content": {_NDJSON: lines}}
    told = "A line for each line, in order and as it is ready: an `Annotation`, or a `Refusal` in its place."
    good = {"description": told, "content": {_NDJSON: {"schema": {"type": "string"}}}}
    responses = {200: good, **_refusals(**{"408": "The body did not come in time."})}

    @app.post("/annotate/batch", openapi_extra={"requestBody": body}, responses=responses)
    async def annotate_batch(request: Request, wanted: Annotated[_Wanted, Depends()]) -> Response:
        """Annotate many documents. Empty lines are passed over."""
        trace: Trace = request.state.trace
        if app.state.streams >= desk.limits.batches:
            many = f"{desk.limits.batches} batches are under way already"
            return _refused(Problem(503, "batches_full", many, "send it again a little later"), trace)
        app.state.streams += 1
        spool: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOL)  # noqa: SIM115 - the answers are read from it
        try:
            # All of it first: a client that reads no answer before it has sent everything would else wait for us,
            # and we for it.
            problem = await _arrived(request, spool, desk.limits.batch, desk.limits.arrival)
        except BaseException:
            _end_stream(app, spool)
            raise
        if problem is not None:
            _end_stream(app, spool)
            return _refused(problem, trace)
        return StreamingResponse(_answers(app, desk, spool, wanted, trace), media_type=_NDJSON)


def _about(app: FastAPI, desk: Desk, metrics: Metrics) -> None:
    plain = {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus's text format."}

    @app.get("/health", responses={200: {"content": {"application/json": {"schema": _schema("State")}}}})
    async def health() -> JSONResponse:
        """How the service is."""
        state = messages.State(
            status="busy" if desk.full else "ok",
            govclaim=__version__,
            workers=desk.workers,
            waiting=desk.waiting,
            queue=desk.limits.queue,
        )
        return JSONResponse(state.model_dump())

    @app.get("/metrics", response_class=PlainTextResponse, responses={200: plain})
    async def counts() -> PlainTextResponse:
        """Counts for Prometheus."""
        return PlainTextResponse(generate_latest(metrics.registry), media_type="text/plain; version=0.0.4")


# ------------------------------------------------------------ what comes and goes


async def _arrived(request: Request, spool: Any, limit: int, seconds: float) -> Problem | None:
    """Read the body into a file that stands at its beginning then; or say why not."""
    try:
        whole = await asyncio.wait_for(_fits(request, spool, limit), seconds)
    except asyncio.TimeoutError:
        return Problem(408, "slow", f"the body did not come in {seconds:g} seconds", "send less at once")
    empty = whole and not spool.tell()
    spool.seek(0)
    if empty:
        return Problem(422, "empty", "the body is empty", "send a document, or a line of JSON for each")
    if whole:
        return None
    return Problem(413, "large", f"the body has more than {limit:,} bytes", "send less at once, or see --max-body")


async def _fits(request: Request, spool: Any, limit: int) -> bool:
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > 2 * limit:
        return False
    total = 0
    async for block in request.stream():
        total += len(block)
        if total > 2 * limit:
            return False
        if total <= limit:  # a little too much is read to its end, so that the client hears why
            spool.write(block)
    return total <= limit


async def _answers(app: FastAPI, desk: Desk, spool: IO[bytes], wanted: _Wanted, trace: Trace) -> AsyncIterator[bytes]:
    """Some documents ahead of the one whose answer is sent, so that all processes have work."""
    under_way: deque[tuple[int, Order | Problem, asyncio.Task[Answer | Problem]]] = deque()
    source = _lines(spool, desk.limits.body)
    try:
        more = True
        while more or under_way:
            while more and len(under_way) < 2 * desk.workers:
                number, raw = next(source, (0, b""))
                if not number:
                    more = False
                    break
                order = _large(desk) if raw is None else wanted.order(raw, desk)
                under_way.append((number, order, asyncio.ensure_future(_done(desk, order))))
            if under_way:
                number, order, task = under_way[0]
                result = await task
                under_way.popleft()
                trace.count(result)
                yield _line(result, number, order, trace)
    finally:
        for _, _, task in under_way:
            task.cancel()
        _end_stream(app, spool)


def _lines(spool: IO[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Lines that are not empty, with their numbers; ``None`` for one that is too long."""
    number = 0
    while raw := spool.readline(limit + 1):
        number += 1
        if len(raw) > limit and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = spool.readline(_SPOOL)
            yield number, None
        elif raw.strip():
            yield number, raw


def _large(desk: Desk) -> Problem:
    return Problem(413, "large", f"the line has more than {desk.limits.body:,} bytes", "send it in pieces")


async def _done(desk: Desk, order: Order | Problem) -> Answer | Problem:
    return order if isinstance(order, Problem) else await desk.answer(order, patient=True)


def _line(result: Answer | Problem, number: int, order: Order | Problem, trace: Trace) -> bytes:
    if isinstance(result, Answer):
        return result.content + b"\n"
    id = order.id if isinstance(order, Order) else None
    return json.dumps({**_told(result, trace), "line": number, "id": id}, ensure_ascii=False).encode() + b"\n"


def _end_stream(app: FastAPI, spool: IO[bytes]) -> None:
    spool.close()
    app.state.streams -= 1


# ------------------------------------------------------------ what goes wrong


def _told(problem: Problem, trace: Trace) -> dict[str, Any]:
    known = {"error": problem.error, "hint": problem.hint, "reason": problem.reason, "status": problem.status}
    return {**known, "request_id": trace.id}


def _refused(problem: Problem, trace: Trace) -> JSONResponse:
    trace.reason = problem.reason
    again = {"Retry-After": "1"} if problem.status == 503 else None
    refusal = messages.Refusal.model_validate(_told(problem, trace))
    return JSONResponse(refusal.model_dump(), problem.status, headers=again)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    return _refused(Problem(422, "invalid", f"{place}: {first['msg']}", "see /openapi.json"), request.state.trace)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = Problem(error.status_code, "no_route", error.detail, "POST /annotate; the rest is in /openapi.json")
    response = _refused(problem, request.state.trace)
    response.headers.update(error.headers or {})
    return response


async def _gone(request: Request, error: Exception) -> Response:
    request.state.trace.reason = "gone"
    return Response(status_code=499)  # nobody hears it; the log has it


def _failed(error: Exception, trace: Trace) -> Response:
    kind = type(error).__name__  # what it says may hold the text
    return _refused(Problem(500, "fault", kind, "this is a fault of govclaim; please report it"), trace)
