"""`govclaim verify`: does a summary say what its sources say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import Knowledge, Model, Published, app, examples, opened, pipeline, verb
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.checking.verify import Verification
    from govclaim.schema import Annotation

__all__ = ["verify"]


@app.command(
    epilog=examples(
        "govclaim verify summary.txt --source bulletin.txt --source news.txt",
        "govclaim verify summary.txt --source annotated.jsonl --must figures.txt --json",
    )
)
@verb
def verify(
    summary: Annotated[str, typer.Argument(help="What is checked: a text, record or annotation, or - .")],
    source: Annotated[list[str], typer.Option("--source", "-s", help="What it was written from; many times.")],
    must: Annotated[
        list[str] | None, typer.Option("--must", help="Claims that may not be missing; many times.", show_default=False)
    ] = None,
    published: Published = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the report.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write the JSON there.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also report what is supported.")] = False,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Check each claim of a summary against its sources. Exit status 1 on a contradiction, or if one is missing."""
    from govclaim import knowledge as tables
    from govclaim.checking import verdicts
    from govclaim.pipeline.verification import verify as judge

    nlp = pipeline(model, knowledge)
    known = tables.Knowledge(knowledge) if knowledge else None
    sources = _read(source, published, nlp)
    wanted = _read(must or [], published, nlp)
    days = [each.meta.published for each in sources if each.meta.published]
    results = [
        judge(each, sources, wanted, nlp=nlp, knowledge=known)
        for each in _read([summary], published or max(days, default=None), nlp)
    ]
    if output:
        with opened(output) as stream:
            stream.writelines(result.dumps() + "\n" for result in results)
    for result in results:
        for line in [result.dumps()] if as_json else verdicts.lines(result, everything=everything):
            typer.echo(line)
        typer.echo(_closing(result, len(results)), err=True)
    if not all(result.passed for result in results):
        raise typer.Exit(1)


def _read(paths: list[str], published: str | None, nlp: Any) -> list[Annotation]:
    """The annotations of files; a gate that passed over a record would let everything through."""
    from govclaim.batch import documents
    from govclaim.schema import Annotation

    found = []
    for file, result in documents.read(paths, published=published, nlp=nlp):
        if not isinstance(result, Annotation):
            place = f"{file}{':' + str(result.line) if result.line else ''}"
            raise InputError(result.error, where=place, hint=result.hint)
        found.append(result)
    return found


def _closing(result: Verification, many: int) -> str:
    from govclaim.checking.verdicts import summary_line

    return f"{result.summary + ': ' if many > 1 else ''}{summary_line(result)}"
