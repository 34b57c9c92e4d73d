"""`govclaim annotate`."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import Knowledge, Model, Published, app, complain, console, opened, pipeline, verb
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.pipeline.load import Rejected
    from govclaim.schema import Annotation

__all__ = ["annotate"]


@app.command()
@verb
def annotate(
    paths: Annotated[list[str], typer.Argument(help="Files (.txt .json .jsonl), folders, or - for standard input.")],
    published: Published = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to: .json for one text, else .jsonl.")
    ] = None,
    tokens: Annotated[bool, typer.Option("--tokens", help="Also list the words.")] = False,
    numerals: Annotated[bool, typer.Option("--numerals", help="Also say of every numeral what it is.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Also warn of figures that cannot all be true.")] = False,
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
    asked = {"tokens": tokens, "numerals": numerals, "check": check}
    source = ({**r, **asked} if isinstance(r, dict) else r for r in records.read(files, published=published))
    nlp = pipeline(model, knowledge, words=tokens)
    began = time.monotonic()
    with _progress(records.count(files)) as step:
        tally = _write(step(annotate_batch(source, nlp=nlp, workers=workers)), output)
    seconds = time.monotonic() - began
    _summary(tally, seconds, output)
    if tally["rejected"]:
        raise typer.Exit(1)


def _write(results: Iterable[Annotation | Rejected], output: Path | None) -> dict[str, int]:
    """Write annotations as they come and rejected records beside them."""
    from govclaim.schema import Annotation, dumps

    tally = dict.fromkeys(("annotated", "rejected", "characters", "claims"), 0)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(opened(output)) if output else sys.stdout
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
            complain(result.error, where, result.hint)
            if output:
                refused = refused or stack.enter_context(opened(_rejects(output)))
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

    columns = (BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task("annotate", total=total)

        def step(results: Iterable[Any]) -> Iterator[Any]:
            for result in results:
                yield result
                bar.advance(task)

        yield step
