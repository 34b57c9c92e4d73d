"""`govclaim schema`, `info` and `doctor`: what is installed here, and does it work."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from govclaim.cli.frame import Knowledge, Model, app, examples, one_of, verb

__all__ = ["doctor", "info", "schema"]


_SCHEMAS = ("annotation", "verification")


@app.command(epilog=examples("govclaim schema > annotation.schema.json", "govclaim schema verification"))
@verb
def schema(
    name: Annotated[
        str, typer.Argument(help="What is described: annotation or verification.", autocompletion=lambda: _SCHEMAS)
    ] = "annotation",
) -> None:
    """Print the JSON Schema of an annotation or a verification."""
    from govclaim.checking import verify
    from govclaim.schema import json_schema

    described = verify.json_schema() if one_of(name, _SCHEMAS, "schema") == "verification" else json_schema()
    typer.echo(json.dumps(described, ensure_ascii=False, indent=2))


@app.command(epilog=examples("govclaim info"))
@verb
def info() -> None:
    """Print versions and extras, for a report of a fault."""
    _facts()


@app.command(epilog=examples("govclaim doctor", "govclaim doctor --knowledge my-tables"))
@verb
def doctor(knowledge: Knowledge = None, model: Model = None) -> None:
    """Print versions and extras, and test what is installed."""
    from govclaim.pipeline import diagnosis

    _facts()
    sound, seconds = True, 0.0
    for check in diagnosis.checks(knowledge, model):
        sound = sound and check.problem is None
        seconds += check.seconds
        typer.echo(f"{'ok ' if check.problem is None else 'BAD'} {check.name}{_after(check.problem)}")
    typer.echo(f"self-test: {seconds:.1f} s")
    if not sound:
        raise typer.Exit(1)


def _after(problem: str | None) -> str:
    return f": {problem}" if problem else ""


def _facts() -> None:
    from govclaim.pipeline import diagnosis

    for name, value in diagnosis.facts().items():
        typer.echo(f"{name:<12} {value}")
    extras = diagnosis.extras()
    typer.echo(f"{'extras':<12} {', '.join(name for name, lacks in extras.items() if not lacks) or 'none'}")
    for name, lacks in extras.items():
        if lacks:
            typer.echo(f"{'no extra':<12} {name} (lacks {', '.join(lacks)}; pip install 'govclaim[{name}]')")
