"""`govclaim review`: correct annotations in the browser."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from govclaim.cli.frame import LANGUAGES, Lang, app, examples, one_of, read_annotations, verb
from govclaim.errors import InputError

__all__ = ["review"]


@app.command(
    epilog=examples(
        "govclaim review annotated.jsonl --annotator 小李",
        "govclaim review annotated.jsonl --second colleague.jsonl --port 8000 --no-browser",
    )
)
@verb
def review(
    file: Annotated[Path, typer.Argument(help="Annotations (.json or .jsonl); the file itself is corrected.")],
    annotator: Annotated[
        str | None, typer.Option(help="Your name; the system's by default.", show_default=False)
    ] = None,
    second: Annotated[
        Path | None, typer.Option(help="Another annotator's file, to compare and settle.", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(help="Where to listen at 127.0.0.1; 0 for any free port.", min=0, max=65535)] = 0,
    lang: Lang = "en",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Also open the page.")] = True,
) -> None:
    """Correct annotations in the browser. Every change is in the file at once."""
    one_of(lang, LANGUAGES, "language")
    try:
        from govclaim.review import server
    except ImportError as error:
        raise InputError(f"{error.name} is not installed", hint="pip install 'govclaim[serve]'") from error

    def ready(address: str) -> None:
        typer.echo(f"{address}\nCtrl+C ends the review; {file} holds all changes.")
        if browser:
            typer.launch(address)

    other = read_annotations(second) if second else ()
    server.serve(file, annotator or getpass.getuser(), second=other, port=port, lang=lang, ready=ready)  # type: ignore[arg-type]
