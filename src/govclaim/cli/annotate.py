"""`govclaim annotate`."""

from __future__ import annotations

import contextlib
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import Knowledge, Model, Published, app, examples, one_of, verb
from govclaim.cli.progress import Reporter
from govclaim.errors import InputError

if TYPE_CHECKING:
    from govclaim.batch.place import Tally
    from govclaim.batch.runner import Engine, Input, Run
    from govclaim.batch.work import Recipe

__all__ = ["annotate"]

_FORMATS = ("jsonl", "parquet")
_ENGINES = ("local", "ray")


@app.command(
    epilog=examples(
        "govclaim annotate news.txt --published 2026-01-20 -o news.json",
        "govclaim annotate pages/ --numerals -o annotated.jsonl",
        "govclaim annotate 'archive/**/*.jsonl.gz' -o claims --format parquet --workers 4",
        "echo '青石县新增学位2300余个。' | govclaim annotate -",
    )
)
@verb
def annotate(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files (.txt .json .jsonl .csv .tsv .parquet .html .docx, also .gz .zst), folders, patterns, or - .",
            show_default=False,
        ),
    ],
    published: Published = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to: .json for one text; one .jsonl or .parquet; any other name is a folder of parts.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        str, typer.Option(help="Of a folder's parts: jsonl or parquet.", autocompletion=lambda: _FORMATS)
    ] = "jsonl",
    merge: Annotated[bool, typer.Option("--merge", help="Also put a folder's parts into one file beside it.")] = False,
    tokens: Annotated[bool, typer.Option("--tokens", help="Also list the words.")] = False,
    numerals: Annotated[bool, typer.Option("--numerals", help="Also say of every numeral what it is.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Also warn of figures that cannot all be true.")] = False,
    layers: Annotated[
        str | None, typer.Option(help="Keep these and what they refer to, like claims,times.", show_default=False)
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(help="Leave out claims less sure than this (0 to 1).", show_default=False)
    ] = 0.0,
    no_text: Annotated[bool, typer.Option("--no-text", help="Leave the texts out of the result.")] = False,
    dedup: Annotated[
        bool, typer.Option("--dedup", help="Mark reprints of an earlier record in meta.duplicate_of.")
    ] = False,
    text_field: Annotated[str, typer.Option(help="Field or column with the text.")] = "text",
    id_field: Annotated[str, typer.Option(help="Field or column with the id.")] = "id",
    published_field: Annotated[str, typer.Option(help="Field or column with the day.")] = "published",
    workers: Annotated[
        int | None, typer.Option(help="Processes: 1, or all of the cluster.", min=1, show_default=False)
    ] = None,
    engine: Annotated[
        str, typer.Option(help="Who does the work: local, or ray for a cluster.", autocompletion=lambda: _ENGINES)
    ] = "local",
    timeout: Annotated[
        float, typer.Option(help="Seconds for 10,000 characters, after which a record is set aside.", min=0.1)
    ] = 60,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Throw away what an earlier run left there.")] = False,
    part_size: Annotated[int, typer.Option(help="Records a part.", min=1)] = 1000,
    log_json: Annotated[bool, typer.Option("--log-json", help="Report on standard error in JSON Lines.")] = False,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Annotate texts. JSON to standard output, a file, or a folder of parts."""
    from govclaim.batch.records import Fields
    from govclaim.batch.runner import Input, Output, Run
    from govclaim.batch.work import Recipe
    from govclaim.pipeline.inputs import day

    day(published)
    work, workers = _engine(engine, workers, output)
    single = output is not None and output.suffix.removeprefix(".") in _FORMATS
    recipe = Recipe(
        model=str(model) if model else None,
        knowledge=str(knowledge) if knowledge else None,
        tokens=tokens,
        numerals=numerals,
        check=check,
        layers=tuple(layers.split(",")) if layers else None,
        text=not no_text,
        least=min_confidence,
        format=one_of(output.suffix.removeprefix(".") if output and single else format, _FORMATS, "format"),  # type: ignore[arg-type]
    )
    read = Input(tuple(paths), published, Fields(text_field, id_field, published_field), dedup)
    reporter = Reporter(output, log_json)
    if output is None or output.suffix == ".json":
        if resume or restart:
            raise InputError("there is no run to go on with", hint="give a file or folder with -o")
        tally = _small(read, recipe, output, partial(work, workers=workers, timeout=timeout), reporter)
    else:
        where = Output(output, merge, part_size)
        with Run(read, recipe, where, resume=resume, restart=restart) as run, _stoppable(reporter, run):
            tally = _batch(run, partial(run.go, workers=workers, timeout=timeout, engine=work), reporter)
    if tally.rejected:
        raise typer.Exit(1)


def _engine(name: str, workers: int | None, output: Path | None) -> tuple[Engine, int | None]:
    """Who does the work, in how many processes."""
    from govclaim.batch import runner

    if name == "ray":
        from govclaim import ray
        from govclaim.extras import required

        required("ray", "ray")  # before anything is written
        return ray.results, workers
    if name == "spark":
        hint = "a run writes in order, which Spark does not; call govclaim.spark.annotate, or use --engine ray"
        raise InputError("Spark is an engine for its own programs", hint=hint)
    one_of(name, _ENGINES, "engine")
    small = output is None or output.suffix == ".json"
    # One text needs no second process, and a pipe sees its answers as they come.
    return runner.results, 0 if small and workers in (None, 1) else workers or 1


def _small(
    read: Input, recipe: Recipe, output: Path | None, work: Callable[..., Iterable[Any]], reporter: Reporter
) -> Tally:
    """Annotations to standard output as they come, or one to a .json file."""
    from govclaim.batch import duplicates, parts, place, records, runner, sources
    from govclaim.batch.work import Written

    files = sources.files(read.paths)
    found = runner.distinct(read.records(files))
    if read.dedup:
        found = duplicates.marked(found)
    if output:
        with parts.writing(output):
            output.parent.mkdir(parents=True, exist_ok=True)
    tally = place.Tally()
    content, refused = b"", []
    with reporter.during(tally, sources.count(files)):
        for result in work(found, recipe):
            tally.count(result)
            reporter.step(result)
            if not isinstance(result, Written):
                refused.append(place.rejected_line(result))
            elif output is None:
                sys.stdout.buffer.write(result.content)
                sys.stdout.buffer.flush()
            elif content:
                hint = f"write to {output.with_suffix('.jsonl')}"
                raise InputError("a .json file holds one annotation, and there are more", where=str(output), hint=hint)
            else:
                content = result.content
    if output:
        _put(output, content)
        _put(output.with_name(output.name + records.REJECTED), "".join(refused).encode())
    return tally


def _put(path: Path, content: bytes) -> None:
    from govclaim.batch import parts

    if content:
        with parts.opened(path) as stream:
            stream.write(content)


def _batch(run: Run, go: Callable[[], Iterable[Any]], reporter: Reporter) -> Tally:
    from govclaim.batch import sources

    if run.complete:
        reporter.note(f"{run.output.path} is complete, nothing is left to do")
    total = None if run.complete else sources.count(run.sources)
    with reporter.during(run.tally, total, done=run.resumed, rejected=run.place.rejected):
        for result in go():
            reporter.step(result)
    return run.tally


@contextlib.contextmanager
def _stoppable(reporter: Reporter, run: Run) -> Iterator[None]:
    """Ctrl-C and `kill` end the run cleanly and tell how it goes on."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if main else None
    try:
        yield
    except KeyboardInterrupt:
        arguments = [argument for argument in sys.argv[1:] if argument not in ("--resume", "--restart")]
        command = shlex.join(["govclaim", *arguments, "--resume"])
        reporter.note(f"interrupted; what is done stays. Go on with:\n  {command}")
        raise typer.Exit(130) from None
    finally:
        if main:
            signal.signal(signal.SIGTERM, before)
