"""`govclaim compare`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import app, console, examples, read_annotations, verb

if TYPE_CHECKING:
    from govclaim.scoring import Difference

__all__ = ["compare"]


@app.command(
    epilog=examples(
        "govclaim compare default my-model --gold held-out.jsonl",
        "govclaim compare default my-model --gold held-out.jsonl --json",
    )
)
@verb
def compare(
    first: Annotated[str, typer.Argument(help="A model's folder, or default for the one that ships.")],
    second: Annotated[str, typer.Argument(help="The other; differences are what it gains.")],
    gold: Annotated[Path, typer.Option(help="Right annotations (.jsonl .jsonl.gz .json), or a folder of them.")],
    bootstrap: Annotated[int, typer.Option(help="Resamples of documents.", min=1)] = 10_000,
    seed: Annotated[int, typer.Option(help="Of the resampling.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Annotate the same texts by two models. Prints the difference of each figure, its interval and its p value."""
    from govclaim import scoring
    from govclaim.training import measuring

    right = read_annotations(gold)
    models = [measuring.pipeline(model) for model in (first, second)]
    sides = [measuring.annotated(right, model) for model in models]
    found = scoring.differences(right, *sides, bootstrap=bootstrap, seed=seed)
    if as_json:
        content = {"first": first, "second": second, "documents": len(right), "bootstrap": bootstrap, "seed": seed}
        rows = [row.to_dict() for row in found]
        typer.echo(json.dumps({**content, "rows": rows}, ensure_ascii=False, indent=2))
    else:
        console().print(_table(found))
        typer.echo(f"{len(right)} documents, {bootstrap:,} resamples; a difference is {second} less {first}", err=True)


def _table(rows: tuple[Difference, ...]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("name", "first", "second", "difference", "low", "high", "p"):
        table.add_column(column, justify="left" if column == "name" else "right")
    for row in rows:
        figures = [_cell(value, sign=False) for value in (row.first, row.second)]
        changes = [_cell(value, sign=True) for value in (row.difference, row.low, row.high)]
        table.add_row(row.name, *figures, *changes, "" if row.p is None else f"{row.p:.4f}")
    return table


def _cell(value: float | None, *, sign: bool) -> str:
    return "" if value is None else f"{value:+.3f}" if sign else f"{value:.3f}"
