"""`govclaim schema`, `info` and `doctor`: what is installed here, and does it work."""

from __future__ import annotations

import json

import typer

from govclaim.cli.frame import Knowledge, Model, app, verb

__all__ = ["doctor", "info", "schema"]


@app.command()
@verb
def schema() -> None:
    """Print the JSON Schema of an annotation."""
    from govclaim.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


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
