"""`govclaim train` and `compare`."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import app, console, examples, one_of, read_annotations, verb
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.scoring import Difference
    from govclaim.training.course import Outcome

__all__ = ["compare", "train"]


@app.command(
    epilog=examples(
        "govclaim train --gold corrected-pages.jsonl --out my-model-2",
        "govclaim train --gold gold.jsonl --from scratch --out my-model-2",
        "govclaim train --print-config > train.toml",
    )
)
@verb
def train(
    gold: Annotated[
        list[Path] | None,
        typer.Option(help="Annotations to learn from (.jsonl .jsonl.gz .json), or a folder; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The folder that is to hold the model.")] = None,
    dev: Annotated[
        Path | None, typer.Option(help="Annotations to choose and to measure on, never learnt from.")
    ] = None,
    start: Annotated[
        str,
        typer.Option("--from", help="Where to start: default (the model that ships), a model's folder, or scratch."),
    ] = "default",
    parts: Annotated[
        str | None,
        typer.Option(
            help="Of kinds,ranker,modality,periods,subjects,tagger; the tagger needs torch.", show_default=False
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings (TOML).", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(help="Of the model.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="Of every shuffle.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a model that stands there.")] = False,
    print_config: Annotated[bool, typer.Option("--print-config", help="Print all settings and exit.")] = False,
) -> None:
    """Train a model from annotations, or update one with corrected documents."""
    from govclaim.training import course, settings

    if print_config:
        typer.echo(settings.defaults(), nl=False)
        return
    if not gold or out is None:
        hint = "for example govclaim train --gold corrected.jsonl --out my-model"
        raise InputError("--gold is missing" if not gold else "--out is missing", hint=hint)
    chosen = tuple(one_of(part, settings.PARTS, "part") for part in parts.split(",")) if parts else None
    found = settings.read(config, parts=chosen, seed=seed, name=name)
    with _shown() as told:
        outcome = course.train(course.Task(tuple(gold), out, found, dev, start, force), told=told)
    _report(outcome)


@contextlib.contextmanager
def _shown() -> Iterator[Callable[[str, int, int], None]]:
    """Bars on a terminal, a line for each part elsewhere."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: typer.echo(f"{what} …", err=True) if not done else None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield told


def _report(outcome: Outcome) -> None:
    """What was learnt, as a table, and where it lies."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("part", "chosen", "figures", "right before", "right after"):
        table.add_column(column, justify="left" if column in ("part", "chosen") else "right")
    for part, choice in outcome.choices.items():
        before = "" if choice.before is None else str(choice.before)
        table.add_row(part, choice.label or "the old weights", str(choice.figures), before, str(choice.after))
    if outcome.choices:
        console().print(table)
    if outcome.scores:
        typer.echo()
        console().print(_table(outcome.scores))
    typer.echo(f"tagger: {outcome.tagger}")
    if outcome.left_out:
        typer.echo(f"{outcome.left_out} documents of gold are development documents and were not learnt from")
    typer.echo(f"{outcome.model.identity}: {outcome.model.folder} (SHA-256 {outcome.model.digest})")


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
