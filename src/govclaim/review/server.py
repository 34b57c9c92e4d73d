"""The review as a web page of this machine alone."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from govclaim.errors import GovclaimError, InputError
from govclaim.exports import report
from govclaim.listener import LOCAL, address, bound
from govclaim.review import edits
from govclaim.review.comparison import differences
from govclaim.review.proposals import propose
from govclaim.review.store import ConflictError, Paper, Store
from govclaim.schema import Annotation, to_json

__all__ = ["HOST", "Review", "application", "serve"]

HOST = LOCAL
"""The page is served there and nowhere else."""


class Review:
    """A store and a second annotator's reading, asked by one request at a time.

    Args:
        store: The file under review.
        second: The other annotator's annotations; documents match by id.
        lang: Language of the page's own words.

    Raises:
        InputError: A document of the second annotator has another text, or there is no such language.
    """

    def __init__(self, store: Store, second: Sequence[Annotation] = (), *, lang: report.Language = "en") -> None:
        self.store = store
        self.lang = lang
        self.token = secrets.token_urlsafe(24)
        self._second = {annotation.id: annotation for annotation in second}
        self._turn = threading.Lock()
        for paper in store.papers:
            other = self._second.get(paper.annotation.id)
            if other is not None and other.text != paper.annotation.text:
                where = f"record {other.id}"
                raise InputError("the second annotator's text differs", where=where, hint="compare one text twice")
        self.page()  # what is wrong with it is told before a browser opens

    def page(self) -> str:
        """The page, which then asks for the documents."""
        assets = files("govclaim.review") / "page"
        style, script = ((assets / name).read_text("utf-8") for name in ("review.css", "review.js"))
        index = {**self.overview(), "token": self.token}
        return "".join(report.shell(index, lang=self.lang, more=(script,), start="new Review().show();", style=style))

    def overview(self) -> dict[str, Any]:
        """The index of the documents."""
        with self._turn:
            annotations = [paper.annotation for paper in self.store.papers]
        return report.overview(annotations, f"govclaim review: {self.store.path.name}")

    def document(self, number: int) -> str:
        """A document as JSON, and what can be done with it."""
        with self._turn:
            if not 0 <= number < len(self.store.papers):
                raise InputError(f"there is no document {number + 1}", hint="reload the page")
            return self._told(self.store.papers[number])

    def edit(self, number: int, body: Mapping[str, Any]) -> str:
        """Apply the edit that the body holds."""
        edit = edits.parse(body.get("edit"))
        return self._change(
            number, lambda second: self.store.edit(number, str(body.get("version")), edit, second=second)
        )

    def step(self, number: int, body: Mapping[str, Any], *, back: bool) -> str:
        """Undo, or redo."""
        go = self.store.undo if back else self.store.redo
        return self._change(number, lambda _: go(number, str(body.get("version"))))

    def _change(self, number: int, change: Callable[[Annotation | None], Paper]) -> str:
        with self._turn:
            papers = self.store.papers
            second = self._second.get(papers[number].annotation.id) if 0 <= number < len(papers) else None
            return self._told(change(second))

    def _told(self, paper: Paper) -> str:
        second = self._second.get(paper.annotation.id)
        state = {
            "version": paper.version,
            "undo": len(paper.done),
            "redo": len(paper.undone),
            "compared": second is not None,
            "differences": [] if second is None else differences(paper.annotation, second),
        }
        return f'{{"document": {report.data(paper.annotation)}, "state": {to_json(state)}}}'


def application(review: Review) -> FastAPI:
    """The web application; whoever asks must show the page's token.

    Args:
        review: What it serves.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    # Without it a foreign site could reach the server under a name of its own that it points at this machine.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost", "testserver"])
    app.add_exception_handler(GovclaimError, _refused)
    app.include_router(_api(review))

    @app.get("/", response_class=HTMLResponse)
    def page(token: str = "") -> HTMLResponse:
        if not _same(token, review.token):
            return HTMLResponse("<p>Open the whole address that <code>govclaim review</code> printed.</p>", 403)
        return HTMLResponse(review.page(), headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})

    return app


def _api(review: Review) -> APIRouter:
    def known(x_token: str = Header(default="")) -> None:
        if not _same(x_token, review.token):
            raise HTTPException(403, {"message": "this window is of another review", "hint": "open the address anew"})

    api = APIRouter(prefix="/api", dependencies=[Depends(known)], default_response_class=Response)

    @api.get("/overview")
    def overview() -> Response:
        return _told(to_json(review.overview()))

    @api.get("/documents/{number}")
    def document(number: int) -> Response:
        return _told(review.document(number))

    @api.post("/documents/{number}/edits")
    def edit(number: int, body: dict[str, Any]) -> Response:
        return _told(review.edit(number, body))

    @api.post("/documents/{number}/undo")
    def undo(number: int, body: dict[str, Any]) -> Response:
        return _told(review.step(number, body, back=True))

    @api.post("/documents/{number}/redo")
    def redo(number: int, body: dict[str, Any]) -> Response:
        return _told(review.step(number, body, back=False))

    return api


def _told(json: str) -> Response:
    return Response(json, media_type="application/json")


def _refused(_: Request, error: Exception) -> JSONResponse:
    content = {name: getattr(error, name, None) for name in ("message", "where", "hint")}
    return JSONResponse(content, 409 if isinstance(error, ConflictError) else 422)


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode(), token.encode())


def serve(
    path: Path,
    annotator: str,
    *,
    second: Sequence[Annotation] = (),
    port: int = 0,
    lang: report.Language = "en",
    ready: Callable[[str], None] = print,
) -> None:
    """Review a file until the process is interrupted.

    Args:
        path: Annotations, .json or .jsonl.
        annotator: Name of the person.
        second: The other annotator's annotations.
        port: Where to listen; 0 for any that is free.
        lang: Language of the page's own words.
        ready: Gets the address once the page can be opened.

    Raises:
        InputError: The file cannot be read, somebody else reviews it, or the port is taken.
        SchemaError: A line breaks the contract.
    """
    with bound(HOST, port) as listener:
        base = address(listener)
        store = Store(path, annotator, address=base, propose=propose)
        try:
            review = Review(store, second, lang=lang)
            server = uvicorn.Server(uvicorn.Config(application(review), log_level="warning"))
            listener.listen(64)  # from now on a browser waits for the answer rather than be refused
            ready(f"{base}/?token={review.token}")
            server.run(sockets=[listener])
        finally:
            store.close()
