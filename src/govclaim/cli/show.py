"""`govclaim show` and `govclaim explain`: look at one annotation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import (
    Knowledge,
    Model,
    Published,
    app,
    console,
    default_pipeline,
    examples,
    pipeline,
    raw_document,
    read_annotations,
    verb,
)
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.schema import Annotation
    from govclaim.spans import Span

__all__ = ["explain", "show"]

_NARROW = ("sentence", "value", "bound", "change")
_ON_A_SMALL_SCREEN = ("subject", "indicator", "value", "bound", "change", "period")
_SMALL = 120  # fewer signs a line leave some columns without any


@app.command(
    epilog=examples(
        "govclaim show news.json",
        "govclaim show annotated.jsonl --no-text | less",
    )
)
@verb
def show(
    file: Annotated[Path, typer.Argument(help="An annotation (.json or .jsonl).")],
    text: Annotated[bool, typer.Option("--text/--no-text", help="Also the text in colours.")] = True,
) -> None:
    """Show an annotation: its text and a table of its claims."""
    screen = console()
    for annotation in read_annotations(file):
        if text:
            screen.print(_coloured(annotation))
            screen.print()
        screen.print(_table(annotation, small=screen.width < _SMALL))


@app.command(
    epilog=examples(
        "govclaim explain news.json --claim c2",
        "govclaim explain news.txt --span 5:12 --published 2026-01-20",
    )
)
@verb
def explain(
    file: Annotated[Path, typer.Argument(help="An annotation (.json), or a text.")],
    span: Annotated[str | None, typer.Option(help="Code points A:B of the text.", show_default=False)] = None,
    claim: Annotated[str | None, typer.Option(help="Id of a claim, like c4.", show_default=False)] = None,
    published: Published = None,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Tell which rule or model made a mark. Also what lost against it."""
    from govclaim.pipeline import explanation

    if (span is None) == (claim is None):
        raise InputError("explain needs one of --span and --claim", hint="for example --span 758:765, or --claim c4")
    work = explanation.trace(raw_document(file, published), pipeline(model, knowledge) or default_pipeline())
    stretch = explanation.claim_span(work, claim) if claim else _stretch(span or "", len(work.raw.text))
    for line in explanation.lines(work, stretch):
        typer.echo(line)


def _stretch(span: str, length: int) -> Span:
    from govclaim.spans import Span

    start, _, end = span.partition(":")
    if start.isdecimal() and end.isdecimal() and int(start) < int(end) <= length:
        return Span(int(start), int(end))
    raise InputError(f"--span {span} is no stretch of the text", hint=f"pass A:B with 0 ≤ A < B ≤ {length}")


def _coloured(annotation: Annotation) -> Any:
    from rich.text import Text

    text = Text(annotation.text.strip("\n"))
    shift = len(annotation.text) - len(annotation.text.lstrip("\n"))
    styles = (("entities", "blue"), ("times", "magenta"), ("quantities", "bold green"))
    for layer, style in styles:
        for item in getattr(annotation, layer):
            text.stylize(style, item.start - shift, item.end - shift)
    for claim in annotation.claims:
        if claim.indicator:
            text.stylize("underline", claim.indicator.start - shift, claim.indicator.end - shift)
    return text


def _table(annotation: Annotation, *, small: bool) -> Any:
    from rich import box
    from rich.table import Table

    from govclaim.exports.tables import COLUMNS, claim_rows

    columns = _ON_A_SMALL_SCREEN if small else COLUMNS
    title = annotation.meta.title
    table = Table(title=title if isinstance(title, str) else annotation.id, box=box.SIMPLE_HEAD, pad_edge=False)
    if small:
        table.caption = f"a window of {_SMALL} columns also shows sentence, scope and who says so"
    for column in columns:
        table.add_column(
            column, justify="right" if column == "value" else "left", no_wrap=column in _NARROW, overflow="fold"
        )
    surfaces = {sentence.id: sentence.surface or sentence.text for sentence in annotation.sentences}
    last = None
    for row in claim_rows(annotation):
        sentence = row["sentence"]
        opening = "" if sentence == last else f"{sentence} {_shortened(surfaces.get(sentence, ''))}"
        if last is not None and sentence != last:
            table.add_section()
        table.add_row(*(opening if column == "sentence" else row[column] for column in columns))
        last = sentence
    return table


def _shortened(text: str, length: int = 8) -> str:
    return text if len(text) <= length else text[:length] + "…"
