"""`govclaim export` and `govclaim import`: other forms, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govclaim.cli.frame import app, complain, examples, one_of, opened, verb
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.formats import Refused
    from govclaim.schema import Annotation

__all__ = ["export", "import_"]


def _exports() -> tuple[str, ...]:
    from govclaim import formats

    return "list", *formats.exporters()


def _imports() -> tuple[str, ...]:
    from govclaim import formats

    return "list", *formats.importers()


_Layers = Annotated[
    str | None,
    typer.Option("--layers", help="Some of sentences,entities,quantities,times,claims.", show_default=False),
]


@app.command(
    epilog=examples(
        "govclaim export brat annotated.jsonl -o brat",
        "govclaim export panel annotated.jsonl -o panel.csv",
        "govclaim export list",
    )
)
@verb
def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="Or 'list'.", autocompletion=_exports)],
    files: Annotated[list[Path] | None, typer.Argument(metavar="ANN…", help="Annotations (.json, .jsonl).")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File or folder to write.", show_default=False)
    ] = None,
    layers: _Layers = None,
) -> None:
    """Write annotations in another form."""
    from govclaim import formats

    if form == "list":
        typer.echo("\n".join(formats.exporters()))
        return
    write = formats.writer(form)
    if not files or output is None:
        raise InputError(
            "export needs annotations and a place to write to", hint=f"govclaim export {form} ann.jsonl -o OUT"
        )
    refused: list[Refused] = []
    read = _Counted(_read(files, refused))
    refused += write(read, output, layers=_layers(layers))
    _report(read.number, refused, f"written to {output}")


@app.command(
    "import",
    epilog=examples(
        "govclaim import brat corrected --base annotated.jsonl -o corrected.jsonl",
        "govclaim import list",
    ),
)
@verb
def import_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="Or 'list'.", autocompletion=_imports)],
    source: Annotated[Path | None, typer.Argument(metavar="SOURCE", help="File or folder to read.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="JSON Lines; else standard output.", show_default=False)
    ] = None,
    base: Annotated[
        list[Path] | None,
        typer.Option("--base", help="What had been exported: gives what the form cannot hold.", show_default=False),
    ] = None,
    layers: _Layers = None,
) -> None:
    """Read another form back into annotations."""
    from govclaim import formats
    from govclaim.imports import sources

    if form == "list":
        typer.echo("\n".join(formats.importers()))
        return
    read = formats.reader(form)
    if source is None:
        raise InputError("import needs a file or folder to read", hint=f"govclaim import {form} FOLDER -o ann.jsonl")
    refused: list[Refused] = []
    wanted = None if layers is None else _layers(layers)
    documents = _Counted(_kept(read(source, base=sources.by_id(base or []), layers=wanted), refused))
    if output is None:
        for line in _lines(documents):
            sys.stdout.write(line)
    else:
        with opened(output) as stream:
            stream.writelines(_lines(documents))
    _report(documents.number, refused, f"written to {output}" if output else "read")


def _lines(documents: Iterable[Annotation]) -> Iterator[str]:
    from govclaim.schema import dump_lines

    return dump_lines(documents)


class _Counted:
    """Annotations that are counted as they go by."""

    def __init__(self, annotations: Iterable[Annotation]) -> None:
        self._annotations = annotations
        self.number = 0

    def __iter__(self) -> Iterator[Annotation]:
        for annotation in self._annotations:
            self.number += 1
            yield annotation


def _read(files: list[Path], refused: list[Refused]) -> Iterator[Annotation]:
    from govclaim.imports import sources

    for file in files:
        yield from _kept(sources.documents(file), refused)


def _kept(results: Iterable[Annotation | Refused], refused: list[Refused]) -> Iterator[Annotation]:
    from govclaim.schema import Annotation

    for result in results:
        if isinstance(result, Annotation):
            yield result
        else:
            refused.append(result)


def _layers(named: str | None) -> tuple[str, ...]:
    from govclaim.marks.model import LAYERS

    if named is None:
        return LAYERS
    layers = tuple(name.strip() for name in named.split(",") if name.strip())
    return tuple(one_of(layer, LAYERS, "layer") for layer in layers)


def _report(number: int, refused: list[Refused], what: str) -> None:
    for refusal in refused:
        error = refusal.error
        complain(error.message, error.where, error.hint)
    written = number if what == "read" else max(number - sum(1 for r in refused if r.id is not None), 0)
    documents = "document" if written == 1 else "documents"
    typer.echo(f"{written} {documents} {what}, {len(refused)} set aside", err=True)
    if refused:
        raise typer.Exit(1)
