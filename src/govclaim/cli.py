"""The command line: verbs without logic.

Exit status: 0 clean, 1 some records were rejected (or a check failed), 2 usage, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from govclaim.errors import GovclaimError, InputError

if TYPE_CHECKING:
    from rich.console import Console

    from govclaim.pipeline.load import Rejected
    from govclaim.schema import Annotation
    from govclaim.spans import Span

__all__ = ["app", "main"]

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
_NARROW = ("sentence", "value", "bound", "change")
_WIDTH = 170  # of a table that goes to a file or a pipe


def main() -> None:
    """Run the command line."""
    app()


def _verb(function: F) -> F:
    """Turn errors into two lines and an exit status; no traceback for what we raise on purpose."""

    @wraps(function)
    def run(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
        except GovclaimError as error:
            _complain(error.message, error.where, error.hint)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader has gone (| head); Python must not complain again when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None

    return run  # type: ignore[return-value]


def _complain(what: str, where: str | None, hint: str | None) -> None:
    typer.echo(f"error: {where + ': ' if where else ''}{what}", err=True)
    if hint:
        typer.echo(f"  hint: {hint}", err=True)


@app.command()
@_verb
def annotate(
    paths: Annotated[list[str], typer.Argument(help="Files (.txt .json .jsonl), folders, or - for standard input.")],
    published: Published = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to: .json for one text, else .jsonl.")
    ] = None,
    tokens: Annotated[bool, typer.Option("--tokens", help="Also list the words.")] = False,
    numerals: Annotated[bool, typer.Option("--numerals", help="Also say of every numeral what it is.")] = False,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Annotate texts; JSON to standard output or to a file."""
    from govclaim.batch import records
    from govclaim.pipeline.inputs import day
    from govclaim.pipeline.load import annotate_batch

    day(published)
    files = records.files(paths)
    asked = {"tokens": tokens, "numerals": numerals}
    source = ({**r, **asked} if isinstance(r, dict) else r for r in records.read(files, published=published))
    nlp = _pipeline(model, knowledge, words=tokens)
    began = time.monotonic()
    with _progress(records.count(files)) as step:
        tally = _write(step(annotate_batch(source, nlp=nlp, workers=workers)), output)
    seconds = time.monotonic() - began
    _summary(tally, seconds, output)
    if tally["rejected"]:
        raise typer.Exit(1)


@app.command()
@_verb
def show(
    file: Annotated[Path, typer.Argument(help="An annotation (.json or .jsonl).")],
    text: Annotated[bool, typer.Option("--text/--no-text", help="Also the text in colours.")] = True,
) -> None:
    """Show an annotation: its text in colours and its claims as a table."""
    console = _console()
    for annotation in _annotations(file):
        if text:
            console.print(_coloured(annotation))
            console.print()
        console.print(_table(annotation))


@app.command()
@_verb
def explain(
    file: Annotated[Path, typer.Argument(help="An annotation (.json), or a text.")],
    span: Annotated[str | None, typer.Option(help="Code points A:B of the text.", show_default=False)] = None,
    claim: Annotated[str | None, typer.Option(help="Id of a claim, like c4.", show_default=False)] = None,
    published: Published = None,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Tell which rule, row or model made what stands in a stretch, and what lost against it."""
    from govclaim.pipeline import explanation

    if (span is None) == (claim is None):
        raise InputError("explain needs one of --span and --claim", hint="for example --span 758:765, or --claim c4")
    work = explanation.trace(_raw(file, published), _pipeline(model, knowledge) or _default())
    stretch = explanation.claim_span(work, claim) if claim else _stretch(span or "", len(work.raw.text))
    for line in explanation.lines(work, stretch):
        typer.echo(line)


@app.command()
@_verb
def score(
    gold: Annotated[Path, typer.Argument(help="Right annotations (.json or .jsonl).")],
    predicted: Annotated[Path, typer.Argument(help="Annotations to judge; documents match by id.")],
    errors: Annotated[Path | None, typer.Option(help="Also write every difference there, a JSON line each.")] = None,
) -> None:
    """Compare two annotations of the same texts by the contract's measures."""
    from rich.table import Table

    from govclaim import scoring
    from govclaim.schema import to_json

    report = scoring.score(_annotations(gold), _annotations(predicted))
    table = Table(box=None, pad_edge=False)
    rows = [{key: _cell(value) for key, value in row.to_dict().items()} for row in report.rows()]
    for column in rows[0] if rows else ():
        table.add_column(column, justify="left" if column == next(iter(rows[0])) else "right")
    for row in rows:
        table.add_row(*row.values())
    _console().print(table)
    if errors:
        with _opened(errors) as stream:
            for error in report.errors:
                stream.write(to_json(error.to_dict()) + "\n")


@app.command()
@_verb
def schema() -> None:
    """Print the JSON Schema of an annotation."""
    from govclaim.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command()
@_verb
def info() -> None:
    """Print versions and places that a report of a fault should name."""
    from govclaim.pipeline import diagnosis

    for name, value in diagnosis.facts().items():
        typer.echo(f"{name:<12} {value}")


@app.command()
@_verb
def doctor(knowledge: Knowledge = None, model: Model = None) -> None:
    """Check that tables, weights and the pipeline work here."""
    from govclaim.pipeline import diagnosis

    sound = True
    for check, problem in diagnosis.checks(knowledge, model):
        sound = sound and problem is None
        typer.echo(f"{'ok ' if problem is None else 'BAD'} {check}{'' if problem is None else ': ' + problem}")
    if not sound:
        raise typer.Exit(1)


def _pipeline(model: Path | None, knowledge: Path | None, *, words: bool = False) -> Any:
    """A pipeline of the user's own, or ``None`` for the default one."""
    from govclaim.pipeline.load import load

    if model is None and knowledge is None:
        return None
    return load(model=model, knowledge=knowledge, segmenter="words" if words else "characters")


def _default() -> Any:
    from govclaim.pipeline.load import load

    return load(segmenter="characters")


def _annotations(path: Path) -> list[Annotation]:
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


def _raw(path: Path, published: str | None) -> Any:
    from govclaim.batch import records
    from govclaim.pipeline import inputs

    for record in records.read(records.files([str(path)]), published=published):
        if isinstance(record, dict):
            return inputs.raw(record["text"], published or record.get("published"), record.get("meta"))
        raise InputError(record.error, where=record.file, hint=record.hint)
    raise InputError("the file holds no record", where=str(path))


def _stretch(span: str, length: int) -> Span:
    from govclaim.spans import Span

    start, _, end = span.partition(":")
    if start.isdecimal() and end.isdecimal() and int(start) < int(end) <= length:
        return Span(int(start), int(end))
    raise InputError(f"--span {span} is no stretch of the text", hint=f"pass A:B with 0 ≤ A < B ≤ {length}")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
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


def _write(results: Iterable[Annotation | Rejected], output: Path | None) -> dict[str, int]:
    """Write annotations as they come and rejected records beside them."""
    from govclaim.schema import Annotation, dumps

    tally = dict.fromkeys(("annotated", "rejected", "characters", "claims"), 0)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(_opened(output)) if output else sys.stdout
        refused: IO[str] | None = None
        for result in results:
            if isinstance(result, Annotation):
                if tally["annotated"] and output and output.suffix == ".json":
                    raise InputError(
                        "a .json file holds one annotation, and there are more",
                        where=str(output),
                        hint=f"write to {output.with_suffix('.jsonl')}",
                    )
                stream.write(dumps(result) + "\n")
                tally["annotated"] += 1
                tally["characters"] += len(result.text)
                tally["claims"] += len(result.claims)
                continue
            tally["rejected"] += 1
            where = f"{result.file or '-'}{':' + str(result.line) if result.line else ''}"
            _complain(result.error, where, result.hint)
            if output:
                refused = refused or stack.enter_context(_opened(_rejects(output)))
                refused.write(_rejected_line(result) + "\n")
        stream.flush()
    return tally


def _rejects(output: Path) -> Path:
    return output.with_name(output.name + ".rejected.jsonl")


def _rejected_line(result: Rejected) -> str:
    from govclaim.schema import to_json

    content = {
        "file": result.file,
        "line": result.line,
        "error": result.error,
        "hint": result.hint,
        "record": result.record,
    }
    return to_json(content)


def _summary(tally: dict[str, int], seconds: float, output: Path | None) -> None:
    rate = f"{tally['characters'] / seconds:,.0f} characters a second" if seconds > 0 else ""
    typer.echo(
        f"{tally['annotated']} annotated, {tally['rejected']} rejected; "
        f"{tally['characters']:,} characters, {tally['claims']:,} claims; {seconds:.1f} s, {rate}",
        err=True,
    )
    if tally["rejected"] and output:
        typer.echo(f"rejected records: {_rejects(output)}", err=True)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[Iterable[Any]], Iterable[Any]]]:
    """On a terminal a bar with rate and time left; else nothing."""
    if not sys.stderr.isatty() or total < 2:
        yield lambda results: results
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    console = _console(stderr=True)
    with Progress(BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("annotate", total=total)

        def step(results: Iterable[Any]) -> Iterator[Any]:
            for result in results:
                yield result
                bar.advance(task)

        yield step


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else _WIDTH, highlight=False)


def _coloured(annotation: Annotation) -> Any:
    from rich.text import Text

    text = Text(annotation.text.strip("\n"))
    shift = len(annotation.text) - len(annotation.text.lstrip("\n"))
    styles = (("entities", "blue"), ("times", "magenta"), ("quantities", "bold green"))
    for layer, style in styles:
        for item in getattr(annotation, layer):
            text.stylize(style, item.start - shift, item.end - shift)
    for claim in annotation.claims:
        if claim.indicator:
            text.stylize("underline", claim.indicator.start - shift, claim.indicator.end - shift)
    return text


def _table(annotation: Annotation) -> Any:
    from rich import box
    from rich.table import Table

    from govclaim.exports.tables import COLUMNS, claim_rows

    surfaces = {sentence.id: sentence.surface or sentence.text for sentence in annotation.sentences}
    title = annotation.meta.title
    table = Table(title=title if isinstance(title, str) else annotation.id, box=box.SIMPLE_HEAD, pad_edge=False)
    for column in COLUMNS:
        table.add_column(
            column, justify="right" if column == "value" else "left", no_wrap=column in _NARROW, overflow="fold"
        )
    last = None
    for row in claim_rows(annotation):
        sentence = row["sentence"]
        opening = "" if sentence == last else f"{sentence} {_shortened(surfaces.get(sentence, ''))}"
        if last is not None and sentence != last:
            table.add_section()
        table.add_row(opening, *(row[column] for column in COLUMNS[1:]))
        last = sentence
    return table


def _shortened(text: str, length: int = 8) -> str:
    return text if len(text) <= length else text[:length] + "…"


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
