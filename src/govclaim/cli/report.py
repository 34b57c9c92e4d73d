"""`govclaim report`: annotations as a page to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govclaim.cli.frame import LANGUAGES, Lang, app, complain, examples, one_of, opened, verb
from govclaim.errors import InputError, SchemaError

if TYPE_CHECKING:
    from govclaim.schema import Annotation

__all__ = ["report"]


@app.command(
    epilog=examples(
        "govclaim report annotated.jsonl -o report.html",
        "govclaim report annotated.jsonl --title 青石县 --lang zh -o report.html",
    )
)
@verb
def report(
    files: Annotated[list[Path], typer.Argument(help="Annotations (.json or .jsonl).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The page, one HTML file.")] = Path("report.html"),
    title: Annotated[str | None, typer.Option(help="Title of the page.", show_default=False)] = None,
    lang: Lang = "en",
) -> None:
    """Write annotations as one page for the browser.

    Claims are drawn over the text; with tables, and an index of many documents.
    """
    from govclaim.exports import report as reports

    one_of(lang, LANGUAGES, "language")
    sound: list[Annotation] = []
    refused = 0
    for file in files:
        found, faulty = _sound(file)
        sound += found
        refused += faulty
    with opened(output) as stream:
        reports.write(sound, stream, title=title, lang=lang)  # type: ignore[arg-type]
    claims = sum(len(annotation.claims) for annotation in sound)
    typer.echo(f"{output}: {len(sound):,} documents, {claims:,} claims, {output.stat().st_size:,} bytes", err=True)
    if refused:
        raise typer.Exit(1)


def _sound(path: Path) -> tuple[list[Annotation], int]:
    """The annotations of a file that keep the contract; of each other line is told what is wrong."""
    from govclaim import schema

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror})", where=str(path), hint="check the path"
        ) from error
    if path.suffix != ".jsonl":
        return [schema.loads(raw, where=str(path))], 0
    sound, refused = [], 0
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            sound.append(schema.loads(line, where=f"{path}:{number}"))
        except SchemaError as error:
            complain(error.message, error.where, error.hint)
            refused += 1
    return sound, refused
