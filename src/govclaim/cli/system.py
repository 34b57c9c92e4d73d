"""`govclaim schema`, `info` and `doctor`: what is installed here, and does it work."""

from __future__ import annotations

import json
from enum import Enum
from typing import Annotated

import typer

from govclaim.cli.frame import Knowledge, Model, app, verb

__all__ = ["doctor", "info", "schema"]


class _Schema(str, Enum):
    annotation = "annotation"
    verification = "verification"


@app.command()
@verb
def schema(
    name: Annotated[_Schema, typer.Argument(help="What is described.")] = _Schema.annotation,
) -> None:
    """Print the JSON Schema of an annotation, or of what verify gives."""
    from govclaim.checking import verify
    from govclaim.schema import json_schema

    described = verify.json_schema() if name is _Schema.verification else json_schema()
    typer.echo(json.dumps(described, ensure_ascii=False, indent=2))


@app.command()
@verb
def info() -> None:
    """Print versions and places that a report of a fault should name."""
    from govclaim.pipeline import diagnosis

    for name, value in diagnosis.facts().items():
        typer.echo(f"{name:<12} {value}")


@app.command()
@verb
def doctor(knowledge: Knowledge = None, model: Model = None) -> None:
    """Check that tables, weights and the pipeline work here."""
    from govclaim.pipeline import diagnosis

    sound = True
    for check, problem in diagnosis.checks(knowledge, model):
        sound = sound and problem is None
        typer.echo(f"{'ok ' if problem is None else 'BAD'} {check}{'' if problem is None else ': ' + problem}")
    if not sound:
        raise typer.Exit(1)
