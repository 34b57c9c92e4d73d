"""`govclaim dataset build` and `govclaim dataset query`: many documents as a database."""

from __future__ import annotations

import csv
import sys
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from govclaim.cli.frame import app, complain, console, examples, verb
from govclaim.errors import InputError

__all__ = ["build", "query"]

_SHOWN = 10  # documents that were set aside and are told one by one

dataset = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="Many documents as a database, and questions to it."
)
app.add_typer(dataset, name="dataset")


@dataset.command(
    epilog=examples(
        "govclaim dataset build annotated.parquet -o claims.duckdb",
        "govclaim dataset build 'out/*.jsonl' -o claims.duckdb --replace",
    )
)
@verb
def build(
    paths: Annotated[list[str], typer.Argument(help="Annotations (.parquet .jsonl), folders of them, or patterns.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The database.")] = Path("claims.duckdb"),
    replace: Annotated[bool, typer.Option("--replace", help="Replace the one that is there.")] = False,
) -> None:
    """Put annotations into a DuckDB file: tables with keys, and a view with a row for each claim."""
    from govclaim.dataset import database

    built = database.build(paths, output, replace=replace)
    for one in built.refused[:_SHOWN]:
        complain(one.error, one.where, one.hint)
    if len(built.refused) > _SHOWN:
        typer.echo(f"and {len(built.refused) - _SHOWN:,} more", err=True)
    counts = ", ".join(f"{number:,} {name}" for name, number in built.rows.items())
    typer.echo(f"{output}: {counts}; {len(built.refused):,} documents set aside", err=True)
    if built.refused:
        raise typer.Exit(1)


@dataset.command(
    epilog=examples(
        "govclaim dataset query \"select place_name, value from claim_rows where indicator = '常住人口'\"",
        "govclaim dataset query examples/questions/targets.sql --csv > targets.csv",
    )
)
@verb
def query(
    question: Annotated[str, typer.Argument(metavar="SQL", help="A question, or a file .sql with one; - for a pipe.")],
    path: Annotated[Path, typer.Option("-d", "--dataset", help="The database.")] = Path("claims.duckdb"),
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
) -> None:
    """Ask a dataset, in DuckDB's SQL; numbers are shown in full."""
    from govclaim.dataset import database

    answer = database.query(path, _text(question))
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([_shown(cell, "f") for cell in row] for row in answer.rows)
        return
    _print(answer.columns, answer.rows)


def _text(question: str) -> str:
    if question == "-":
        return sys.stdin.read()
    if not question.endswith(".sql"):
        return question
    try:
        return Path(question).read_text("utf-8")
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror})", where=question, hint="check the path") from error


def _print(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        figures = any(isinstance(row[number], int | float | Decimal) for row in rows)
        table.add_column(name, justify="right" if figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(cell, ",f")) for cell in row))
    console().print(table)
    typer.echo(f"{len(rows):,} rows", err=True)


def _shown(cell: Any, form: str) -> str:
    """A cell as text; a decimal without the zeros that its column has put behind it."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        digits = format(cell, form)
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    return str(cell)
