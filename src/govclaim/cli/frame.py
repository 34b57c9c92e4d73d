"""What all verbs share: the application, options, examples, errors as two lines, files, the console."""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from govclaim.errors import GovclaimError, InputError

if TYPE_CHECKING:
    from rich.console import Console

    from govclaim.schema import Annotation

__all__ = [
    "LANGUAGES",
    "Knowledge",
    "Lang",
    "Model",
    "Published",
    "app",
    "complain",
    "console",
    "default_pipeline",
    "examples",
    "one_of",
    "opened",
    "pipeline",
    "raw_document",
    "read_annotations",
    "verb",
]

_EXAMPLES = "\b\nExamples:"  # \b keeps the lines that follow as they are
_UsageError: Any = typer.BadParameter.__base__  # click's, wherever this version of typer keeps it


class _Application(TyperGroup):
    """Wrong usage is told as all other errors are: what is wrong, then what to do."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """See ``TyperGroup``."""
        options: dict[str, Any] = {"windows_expand_args": windows_expand_args, "standalone_mode": False, **extra}
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, **options)
        try:
            status = super().main(args, prog_name, complete_var, **options)
        except _UsageError as error:
            if "\n" in error.format_message():  # the help of a group, which came without a verb
                error.show()
            else:
                complain(error.format_message(), None, _advice(error.ctx))
            status = error.exit_code
        sys.exit(status or 0)


def _advice(context: Any) -> str:
    """An example of the verb that was used wrongly."""
    if context is None or context.parent is None:
        return "govclaim --help lists the commands"
    lines = (context.command.epilog or "").splitlines()
    example = next((line.strip() for line in lines if line.startswith("  ")), None)
    verb = " ".join(context.command_path.split()[1:])
    more = f"govclaim {verb} --help tells more"
    return f"for example {example} ({more})" if example else more


app = typer.Typer(
    cls=_Application,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from govclaim import __version__

        typer.echo(f"govclaim {__version__}")
        raise typer.Exit


@app.callback(
    epilog=f"{_EXAMPLES}\n"
    "  govclaim annotate news.txt --published 2026-01-20 -o news.json\n"
    "  govclaim show news.json\n"
    "  govclaim annotate --help"
)
def _frame(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Chinese government news into data: sentences, names, figures, times and claims, with exact offsets."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


F = TypeVar("F", bound=Callable[..., None])
Published = Annotated[str | None, typer.Option(help="Day of publication, like 2026-01-20.", show_default=False)]
Knowledge = Annotated[Path | None, typer.Option(help="Folder of tables to lay over ours.", show_default=False)]
Model = Annotated[Path | None, typer.Option(help="Folder of weights instead of ours.", show_default=False)]
LANGUAGES = ("en", "zh")
Lang = Annotated[
    str, typer.Option(help="Language of the page's own words: en or zh.", autocompletion=lambda: LANGUAGES)
]
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


def examples(*lines: str) -> str:
    """What stands at the end of a verb's ``--help``.

    Args:
        lines: Commands as a person types them; the first also follows an error of usage.
    """
    return "\n".join([_EXAMPLES, *(f"  {line}" for line in lines)])


def one_of(name: str, choices: Sequence[str], what: str) -> str:
    """The name, if it is one of the choices.

    Args:
        name: As it was typed.
        choices: All that there are.
        what: What it names, in the singular.

    Raises:
        InputError: It is none; the hint names the nearest, or all.
    """
    if name in choices:
        return name
    near = difflib.get_close_matches(name, choices, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(choices)}"
    raise InputError(f"there is no {what} {name!r}", hint=hint)


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
    """The annotations of a file (.json, .jsonl, packed or not) or a folder, checked against the contract."""
    from govclaim.corpus import reading

    return reading.sound([path])


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
