"""`govclaim score`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from govclaim.cli.frame import app, console, examples, opened, read_annotations, verb

__all__ = ["score"]


@app.command(epilog=examples("govclaim score gold.jsonl annotated.jsonl --errors errors.jsonl"))
@verb
def score(
    gold: Annotated[Path, typer.Argument(help="Right annotations (.jsonl .jsonl.gz .json), or a folder of them.")],
    predicted: Annotated[Path, typer.Argument(help="Annotations to judge; documents match by id.")],
    errors: Annotated[Path | None, typer.Option(help="Also write every difference there, a JSON line each.")] = None,
) -> None:
    """Compare two annotations of the same texts. Prints precision, recall, F1 of each layer."""
    from rich.table import Table

    from govclaim import scoring
    from govclaim.schema import to_json

    report = scoring.score(read_annotations(gold), read_annotations(predicted))
    table = Table(box=None, pad_edge=False)
    rows = [{key: cell(value) for key, value in row.to_dict().items()} for row in report.rows()]
    for column in rows[0] if rows else ():
        table.add_column(column, justify="left" if column == next(iter(rows[0])) else "right")
    for row in rows:
        table.add_row(*row.values())
    console().print(table)
    if errors:
        with opened(errors) as stream:
            for error in report.errors:
                stream.write(to_json(error.to_dict()) + "\n")


def cell(value: Any) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
