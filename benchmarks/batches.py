"""A batch on this machine: speed, what a second worker brings, start of a worker, memory, and how fast Ctrl-C ends it.

    python benchmarks/batches.py [--documents 600] [--rounds 3]

Composed documents of 600 to 1,200 characters go through `govclaim annotate` with one worker and with two, in turn; of
the rounds the best counts. Other work on the machine spoils the comparison: the load is printed, and so is the
processor time that the parent takes beside its workers, which tells on any machine how far a second worker can help.
"""

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import composed
from memory import ANNOTATE, children, resident

TICKS = os.sysconf("SC_CLK_TCK")


def processor(pid):
    """Seconds of processor that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


class Run:
    """A run of the command, watched from outside.

    Attributes:
        first: Seconds until the first part is on the disk.
        seconds: From then on to the end.
        documents: Of these seconds.
        parent: Seconds of processor of the parent, the start of both left out.
        workers: Those of the workers.
        most: MiB resident, of all processes, at the most.
    """

    def __init__(self, pages, output, workers, part):
        options = ["--workers", str(workers), "--part-size", str(part), "--restart", "--log-json"]
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", ANNOTATE, "annotate", str(pages), "-o", str(output), *options],
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.events = []
        listener = threading.Thread(target=lambda: self.events.extend(map(json.loads, self.process.stderr)))
        listener.start()
        journal = output.with_name(output.name + ".run") / "journal.jsonl"
        self.first, self.most = None, 0.0
        before = after = (0.0, 0.0)
        while self.process.poll() is None:
            pids = children(self.process.pid)
            now = processor(self.process.pid), sum(map(processor, pids))
            self.most = max(self.most, resident(self.process.pid) + sum(map(resident, pids)))
            if self.first is None and journal.exists() and journal.stat().st_size:
                self.first, before = time.monotonic() - began, now
                self.begun(self.process)
            after = now if now[1] else after
            time.sleep(0.02)
        self.seconds = time.monotonic() - began - (self.first or 0)
        listener.join()
        self.parent, self.workers = after[0] - before[0], after[1] - before[1]

    def begun(self, process):
        """Called when the first part is on the disk."""


class Interrupted(Run):
    """One that gets a Ctrl-C, and the seconds until it is gone."""

    def begun(self, process):
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait()
        self.gone = time.monotonic() - began


def started(folder):
    """Seconds of a worker until its first document is done, and of them those of its processor, at best."""
    code = """
import resource, time
from govclaim.batch.records import Record
from govclaim.batch.runner import results
from govclaim.batch.work import Recipe
if __name__ == "__main__":
    began = time.monotonic()
    record = Record("a", "去年，青石县新增学位2300余个。", "2026-01-20")
    for _ in results([record], Recipe(), workers=1):
        print(time.monotonic() - began)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(usage.ru_utime + usage.ru_stime)
"""
    script = folder / "start.py"
    script.write_text(code, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def once():
        done = subprocess.run([sys.executable, script], env=environment, capture_output=True, check=True)
        return [float(line) for line in done.stdout.split()]

    return [min(seconds) for seconds in zip(*(once() for _ in range(5)), strict=True)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"{os.cpu_count()} cores; load {', '.join(f'{load:.1f}' for load in os.getloadavg())} before")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages, output, part = folder / "pages.jsonl", folder / "out.jsonl", options.documents // 10
        composed.write(pages, composed.documents(options.documents, shortest=600, longest=1200))
        size = sum(len(json.loads(line)["text"]) for line in pages.open(encoding="utf-8"))
        mean = size / options.documents
        print(f"{options.documents:,} documents, {mean:,.0f} characters each, without the first {part}")
        best = {}
        for _ in range(options.rounds):
            for workers in (1, 2):
                run = Run(pages, output, workers, part)
                if workers not in best or run.seconds < best[workers].seconds:
                    best[workers] = run
        for workers, run in best.items():
            rate = (options.documents - part) / run.seconds
            share = run.parent / run.workers
            print(
                f"{workers} worker(s): {rate:7.1f} documents/s {rate * mean:9,.0f} characters/s, "
                f"at most {run.most:,.0f} MiB; the parent takes {share:.1%} of its workers' processor time"
            )
        print(f"two workers / one: {best[1].seconds / best[2].seconds:.2f}")
        spare = best[2].workers / (best[2].workers + best[2].parent)
        print(f"on two cores with nothing else to do, by processor time: at most {2 * spare:.2f}")
        begun, used = started(folder)
        print(f"a worker until its first document is done: {begun:.2f} s, {used:.2f} s of processor (best of 5)")
        places = [folder / f"stopped-{number}.jsonl" for number in range(options.rounds)]
        interrupted = [Interrupted(pages, place, 2, part) for place in places]
        for run in interrupted:
            assert run.process.returncode == 130
            assert shlex.split(run.events[-1]["message"])[-1] == "--resume"
        slowest = max(run.gone for run in interrupted)
        print(f"Ctrl-C with two workers: gone after {slowest:.2f} s (most of {options.rounds})")
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())} after")


if __name__ == "__main__":
    main()
