"""How a batch tells what it is doing: a bar, lines now and then, or JSON Lines."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from govclaim.cli.frame import complain, console

if TYPE_CHECKING:
    from govclaim.batch.place import Tally
    from govclaim.batch.work import Written
    from govclaim.pipeline.load import Rejected

__all__ = ["Reporter"]

_EVERY = {"bar": 0.2, "lines": 60.0, "json": 5.0}  # seconds
_SHOWN = 10  # rejected records of a batch that are told one by one; all are in the file


class Reporter:
    """Reports on standard error.

    Args:
        output: Where the result goes; ``None`` for standard output.
        as_json: JSON Lines, for machines.
    """

    def __init__(self, output: Path | None, as_json: bool) -> None:
        self._output = output
        self._way = "json" if as_json else "bar" if sys.stderr.isatty() else "lines"
        self._tally: Tally  # of ``during``
        self._total: int | None = None
        self._began = self._told = time.monotonic()
        self._before: dict[str, int] = {}
        self._rejected = 0
        self._bar: Any = None

    @contextlib.contextmanager
    def during(self, tally: Tally, total: int | None, *, done: int = 0, rejected: Path | None = None) -> Iterator[None]:
        """Report a run, then its sum.

        Args:
            tally: Counts while the run goes on.
            total: Records that there are, about, if known.
            done: Records that were done before.
            rejected: The file that holds the rejected ones at the end.
        """
        self._tally, self._total = tally, total
        self._began = self._told = time.monotonic()
        self._before = asdict(tally)
        self._say("start", output=str(self._output) if self._output else None, total=total, done=done)
        if done and self._way != "json":
            typer.echo(f"{done:,} records were done before", err=True)
        with self._shown(total, done):
            yield
        self._end(rejected)

    def step(self, result: Written | Rejected) -> None:
        """One more result.

        Args:
            result: As the run gives it.
        """
        from govclaim.pipeline.load import Rejected

        if isinstance(result, Rejected):
            self._refused(result)
        now = time.monotonic()
        if now - self._told >= _EVERY[self._way]:
            self._told = now
            self._progress()

    def note(self, message: str) -> None:
        """A sentence of its own."""
        if self._way == "json":
            self._say("note", message=message)
        else:
            typer.echo(message, err=True)

    def _refused(self, result: Rejected) -> None:
        self._rejected += 1
        where = f"{result.file or '-'}{':' + str(result.line) if result.line else ''}"
        if self._way == "json":
            self._say("rejected", file=result.file, line=result.line, error=result.error, hint=result.hint)
        elif self._rejected <= _SHOWN or self._output is None:
            complain(result.error, where, result.hint)
        elif self._rejected == _SHOWN + 1:
            typer.echo("further rejected records are not shown here", err=True)

    def _rates(self) -> dict[str, float]:
        seconds = max(time.monotonic() - self._began, 1e-6)
        now = asdict(self._tally)
        names = {"documents": "read", "characters": "characters", "claims": "claims"}
        return {name: (now[field] - self._before[field]) / seconds for name, field in names.items()}

    def _left(self, rates: dict[str, float]) -> float | None:
        if self._total is None or not rates["documents"]:
            return None
        return max(0.0, (self._total - self._tally.read) / rates["documents"])

    def _progress(self) -> None:
        rates = self._rates()
        left = self._left(rates)
        if self._way == "json":
            speeds = {f"{name}_per_second": round(rate, 1) for name, rate in rates.items()}
            seconds = None if left is None else round(left)
            self._say("progress", **asdict(self._tally), total=self._total, **speeds, seconds_left=seconds)
        elif self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=self._tally.read, speeds=_speeds(rates), rejected=self._tally.rejected)
        else:
            of = f" of {self._total:,}" if self._total else ""
            remaining = "" if left is None else f", {_span(left)} left"
            counts = f"{self._tally.read:,}{of} records, {self._tally.rejected:,} rejected"
            typer.echo(f"{counts}; {_speeds(rates)}{remaining}", err=True)

    def _end(self, rejected: Path | None) -> None:
        tally, seconds = self._tally, time.monotonic() - self._began
        rates = self._rates()
        if self._way == "json":
            speeds = {f"{name}_per_second": round(rate, 1) for name, rate in rates.items()}
            self._say("end", **asdict(tally), seconds=round(seconds, 1), **speeds)
            return
        typer.echo(
            f"{tally.annotated:,} annotated, {tally.rejected:,} rejected; {tally.characters:,} characters, "
            f"{tally.claims:,} claims; {seconds:.1f} s, {rates['characters']:,.0f} characters a second",
            err=True,
        )
        if tally.rejected and rejected:
            typer.echo(f"rejected records: {rejected}", err=True)

    @contextlib.contextmanager
    def _shown(self, total: int | None, done: int) -> Iterator[None]:
        """On a terminal a bar with rates and the time left."""
        if self._way != "bar" or total == 1:
            yield
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speeds]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[rejected]} rejected"),
        )
        with Progress(*columns, console=console(stderr=True)) as bar:
            task = bar.add_task("annotate", total=total, completed=done, speeds="", rejected=0)
            self._bar = (bar, task)
            yield
            self._progress()
        self._bar = None

    def _say(self, event: str, **content: Any) -> None:
        if self._way == "json":
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            line = {"event": event, "time": stamp, **content}
            typer.echo(json.dumps(line, ensure_ascii=False), err=True)


def _speeds(rates: dict[str, float]) -> str:
    counts = (f"{rate:,.{1 if rate < 100 else 0}f} {name}" for name, rate in rates.items())
    return f"{', '.join(counts)} a second"


def _span(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"
