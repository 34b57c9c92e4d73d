"""What many documents take: documents an hour a core, bytes of the result, memory of every process.

    python benchmarks/sizing.py [--documents 400] [--engines]

Time is the processor's, so that a machine with other work tells nearly the same; memory is the resident one, at its
highest. ``--engines`` also measures Ray and Spark, where they are installed (`make test-engines` makes such an
environment).
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import composed

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
LENGTHS = ((80, 120), (400, 600), (2000, 3000))
EVERY = 0.2  # seconds
ANNOTATE = "import sys; from govclaim import cli; sys.argv[0] = 'govclaim'; cli.main()"
RAY = """
import sys, ray, ray.data, govclaim.ray
ray.init(num_cpus=2, object_store_memory=100_000_000, log_to_driver=False, logging_level="error")
govclaim.ray.annotate(ray.data.read_json(sys.argv[1], file_extensions=None), workers=1).write_parquet(sys.argv[2])
"""
SPARK = """
import sys, govclaim.spark
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
govclaim.spark.annotate(spark.read.json(sys.argv[1])).write.parquet(sys.argv[2])
"""


def speeds(documents):
    """Rows of a table: length, documents an hour a core, and the bytes of their annotations."""
    from pyarrow import parquet

    from govclaim.batch import arrow, records
    from govclaim.batch.work import Annotator, Recipe

    lines, nested = Annotator(Recipe()), Annotator(Recipe(format="parquet"))
    yield "| characters | documents an hour a core | characters a second | JSON a document | Parquet a document |"
    yield "|---|---|---|---|---|"
    for shortest, longest in LENGTHS:
        count = max(40, documents * 500 // (5 * longest))
        found = [records.taken(one) for one in composed.documents(count, shortest=shortest, longest=longest)]
        lines.chunk(found[:20])
        began = time.process_time()
        done = lines.chunk(found)
        seconds = time.process_time() - began
        characters = sum(one.characters for one in done)
        plain = sum(len(one.content) for one in done) / count
        stream = io.BytesIO()
        parquet.write_table(arrow.table(one.content for one in nested.chunk(found)), stream, compression="zstd")
        yield (
            f"| {characters / count:,.0f} | {count / seconds * 3600:,.0f} | {characters / seconds:,.0f} "
            f"| {plain / 1000:,.1f} kB | {stream.tell() / count / 1000:,.1f} kB |"
        )


def kind(pid):
    """What a process is to us, or ``None``."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return None
    if "spawn_main" in command:
        return "the process that annotates"
    if command.startswith("ray::"):
        return "Ray's actor beside it" if "MapWorker" in command or "_Actor" in command else None
    if "pyspark" in command and "daemon" in command:
        return "Spark's Python beside it"
    if "govclaim" in command and "java" not in command:
        return "the process that was started"
    return None


def descendants(pid):
    """A process and all below it."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))
    except OSError:
        return


def highest(command):
    """Highest resident memory of each kind of process, in MiB, and how many there were at once."""
    most = defaultdict(float)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            for pid in descendants(run.pid):
                try:
                    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                except (OSError, IndexError):
                    continue
                name = kind(pid)
                if name:
                    most[name] = max(most[name], pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
            time.sleep(EVERY)
    if run.returncode:
        raise SystemExit(f"{command[:3]} ended with {run.returncode}")
    return most


def memory(documents, engines):
    """Rows of a table: who, and how much."""
    yield "| run | process | MiB |"
    yield "|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages.jsonl"
        composed.write(pages, composed.documents(documents, shortest=400, longest=600))
        runs = {"annotate --workers 1": [sys.executable, "-c", ANNOTATE, "annotate", pages, "-o", f"{folder}/a.jsonl"]}
        for name, package, code in (("Ray Data", "ray", RAY), ("Spark", "pyspark", SPARK)):
            if engines and find_spec(package):
                runs[name] = [sys.executable, "-c", code, pages, f"{folder}/{package}"]
        for name, command in runs.items():
            for process, mebibytes in highest(list(map(str, command))).items():
                yield f"| {name} | {process} | {mebibytes:,.0f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--engines", action="store_true", help="also Ray and Spark")
    options = parser.parse_args()
    model = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    print(f"{model.split(': ')[1]}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
    for row in speeds(options.documents):
        print(row, flush=True)
    print()
    for row in memory(options.documents, options.engines):
        print(row, flush=True)


if __name__ == "__main__":
    main()
