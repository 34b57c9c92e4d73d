"""`govclaim reconcile`: one figure in many documents."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from govclaim.cli.frame import Published, app, complain, examples, verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govclaim.schema import Annotation

__all__ = ["reconcile"]

_COLUMNS = ("place", "indicator", "period", "type", "value", "unit", "status", "best", "independent", "sources")


@app.command(epilog=examples("govclaim reconcile annotated.jsonl > figures.csv"))
@verb
def reconcile(
    paths: Annotated[
        list[str], typer.Argument(help="Annotations (.json .jsonl), or texts, which are annotated first.")
    ],
    published: Published = None,
) -> None:
    """Bring the figures of many documents together.

    CSV with agreement, conflicts, revisions and sources.
    """
    from govclaim.batch import documents
    from govclaim.checking.reconcile import reconcile as brought_together
    from govclaim.schema import Annotation

    rejected = 0

    def read() -> Iterator[Annotation]:
        nonlocal rejected
        for file, result in documents.read(paths, published=published):
            if isinstance(result, Annotation):
                yield result
                continue
            rejected += 1
            complain(result.error, f"{file}{':' + str(result.line) if result.line else ''}", result.hint)

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(_COLUMNS)
    for value in brought_together(read()):
        sources = " ".join(
            f"{each.document}[{each.start}:{each.end}]{'=' if each.reprint else ''}" for each in value.sources
        )
        row = (value.place, value.indicator, value.period, value.type, f"{value.value:f}", value.unit or "")
        table.writerow((*row, value.status, "yes" if value.best else "", value.independent, sources))
    if rejected:
        raise typer.Exit(1)
