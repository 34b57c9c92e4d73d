"""`govclaim score`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import app, console, examples, opened, read_annotations, verb
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.schema import Annotation

__all__ = ["score"]


@app.command(
    epilog=examples(
        "govclaim score gold.jsonl annotated.jsonl --errors errors.jsonl",
        "govclaim score gold.jsonl --model my-model",
    )
)
@verb
def score(
    gold: Annotated[Path, typer.Argument(help="Right annotations (.jsonl .jsonl.gz .json), or a folder of them.")],
    predicted: Annotated[
        Path | None, typer.Argument(help="Annotations to judge; documents match by id.", show_default=False)
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Judge this model's: a folder, or default. It annotates gold's texts.", show_default=False),
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="Also write every difference there, a JSON line each.")] = None,
    confidence: Annotated[
        bool, typer.Option("--confidence", help="Also tell how far the claims' confidence can be believed.")
    ] = False,
) -> None:
    """Compare annotations, or those that a model makes, with right ones. Prints precision, recall, F1 of each layer."""
    from rich.table import Table

    from govclaim import scoring
    from govclaim.schema import to_json

    if (predicted is None) == (model is None):
        what = "nothing is to be judged" if model is None else "both annotations and a model are to be judged"
        raise InputError(what, hint="give a file of annotations, or --model with a folder or default")
    right = read_annotations(gold)
    report = scoring.score(right, read_annotations(predicted) if predicted else _by_model(right, str(model)))
    table = Table(box=None, pad_edge=False)
    rows = [{key: cell(value) for key, value in row.to_dict().items()} for row in report.rows()]
    for column in rows[0] if rows else ():
        table.add_column(column, justify="left" if column == next(iter(rows[0])) else "right")
    for row in rows:
        table.add_row(*row.values())
    console().print(table)
    if confidence:
        _calibration(report.judged)
    if errors:
        with opened(errors) as stream:
            for error in report.errors:
                stream.write(to_json(error.to_dict()) + "\n")


def _calibration(judged: Sequence[tuple[float | None, bool]]) -> None:
    """Print the expected calibration error and what each threshold keeps."""
    from rich.table import Table

    from govclaim import calibration

    found = calibration.measured(judged)
    table = Table(box=None, pad_edge=False)
    for column in ("confidence", "claims", "kept", "exact"):
        table.add_column(column, justify="right")
    for row in found.rows:
        table.add_row(f"≥ {row.least:.2f}", str(row.claims), cell(row.kept), cell(row.exact))
    console().print(table)
    console().print(f"expected calibration error {cell(found.error)}, {found.claims} claims")


def _by_model(gold: list[Annotation], model: str) -> list[Annotation]:
    from govclaim.training import measuring

    return measuring.annotated(gold, measuring.pipeline(model))


def cell(value: Any) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
