"""What all verbs share: the application, options, errors as two lines, files, the console."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from govclaim.errors import GovclaimError, InputError

if TYPE_CHECKING:
    from rich.console import Console

    from govclaim.schema import Annotation

__all__ = [
    "Knowledge",
    "Model",
    "Published",
    "app",
    "complain",
    "console",
    "default_pipeline",
    "opened",
    "pipeline",
    "raw_document",
    "read_annotations",
    "verb",
]

app = typer.Typer(
    help="Chinese government news into data: sentences, names, figures, times and claims, with exact offsets.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

F = TypeVar("F", bound=Callable[..., None])
Published = Annotated[str | None, typer.Option(help="Day of publication, like 2026-01-20.", show_default=False)]
Knowledge = Annotated[Path | None, typer.Option(help="Folder of tables to lay over ours.", show_default=False)]
Model = Annotated[Path | None, typer.Option(help="Folder of weights instead of ours.", show_default=False)]
_WIDTH = 170  # of a table that goes to a file or a pipe


def verb(function: F) -> F:
    """Turn errors into two lines and an exit status; no traceback for what we raise on purpose."""

    @wraps(function)
    def run(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
        except GovclaimError as error:
            complain(error.message, error.where, error.hint)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader has gone (| head); Python must not complain again when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None

    return run  # type: ignore[return-value]


def complain(what: str, where: str | None, hint: str | None) -> None:
    """Two lines on standard error: what and where, then what to do."""
    typer.echo(f"error: {where + ': ' if where else ''}{what}", err=True)
    if hint:
        typer.echo(f"  hint: {hint}", err=True)


def pipeline(model: Path | None, knowledge: Path | None, *, words: bool = False) -> Any:
    """A pipeline of the user's own, or ``None`` for the default one."""
    from govclaim.pipeline.load import load

    if model is None and knowledge is None:
        return None
    return load(model=model, knowledge=knowledge, segmenter="words" if words else "characters")


def default_pipeline() -> Any:
    """The pipeline as it ships, cut into characters: no words are loaded."""
    from govclaim.pipeline.load import load

    return load(segmenter="characters")


def read_annotations(path: Path) -> list[Annotation]:
    """The annotations of a .json or .jsonl file, checked against the contract."""
    from govclaim import schema as contract

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror})", where=str(path), hint="check the path"
        ) from error
    if path.suffix == ".jsonl":
        return [annotation for _, annotation in contract.load_lines(raw.splitlines(), where=str(path))]
    return [contract.loads(raw, where=str(path))]


def raw_document(path: Path, published: str | None) -> Any:
    """The first record of a file, as the stages take it."""
    from govclaim.batch import records, sources
    from govclaim.pipeline import inputs

    for record in records.read(sources.files([str(path)]), published=published):
        if isinstance(record, records.Record):
            record = records.filled(record)
        if isinstance(record, records.Record):
            return inputs.raw(record.text, published or record.published, record.meta)
        raise InputError(record.error, where=record.file, hint=record.hint)
    raise InputError("the file holds no record", where=str(path))


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """A file that has its name only when it is whole."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        part.replace(path)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise InputError(
            f"the file cannot be written ({error.strerror})", where=str(path), hint="choose another place"
        ) from error


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or of one fixed width in a pipe."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else _WIDTH, highlight=False)
