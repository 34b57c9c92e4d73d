"""Memory of a long run, as a table and a picture: the last tenth must be within 5 % of the second.

    python benchmarks/memory.py [--documents 100000] [--workers 1] [--folder out/soak] [--picture memory.svg]

It annotates composed documents of 40 to 60 characters with `govclaim annotate` and asks Linux for the resident memory
of the parent and of the workers every second. What is measured stays in ``FOLDER/memory-N.csv``; where that is whole,
it is only drawn again. Exit status 1 where the last tenth differs by more.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import mean

import composed

LIMIT = 0.05
EVERY = 1.0  # seconds
ANNOTATE = "import sys; from govclaim import cli; sys.argv[0] = 'govclaim'; cli.main()"


def resident(pid):
    """Resident memory of a process in MiB; 0 once it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def children(pid):
    """Workers of a process; Python's resource tracker is none."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [child for child in found if "resource_tracker" not in Path(f"/proc/{child}/cmdline").read_text()]
    except OSError:
        return []


def measure(pages, output, workers):
    """Rows of documents, MiB of the parent, MiB of the workers, as they come."""
    command = [sys.executable, "-c", ANNOTATE, "annotate", str(pages), "-o", str(output), "--workers", str(workers)]
    process = subprocess.Popen([*command, "--restart", "--log-json"], stderr=subprocess.PIPE, text=True)
    read, ended = [0], []

    def listen():
        for line in process.stderr:
            event = json.loads(line)
            if event["event"] == "progress":
                read[0] = event["read"]
            elif event["event"] == "end":
                ended.append(event)

    listener = threading.Thread(target=listen)
    listener.start()
    while process.poll() is None:
        row = read[0], resident(process.pid), sum(map(resident, children(process.pid)))
        if row[0] and row[2]:
            yield row
        time.sleep(EVERY)
    listener.join()
    if process.returncode or not ended:
        sys.exit(f"the run failed with status {process.returncode}")
    print(f"{ended[0]['read']:,} documents in {ended[0]['seconds']:,.0f} s")


def tenth(rows, number):
    """Mean MiB of all processes in a tenth of the run, counted in documents from 1."""
    most = rows[-1][0]
    inside = [parent + workers for read, parent, workers in rows if (number - 1) * most < read * 10 <= number * most]
    return mean(inside)


def drawn(rows, title):
    """The curve as SVG."""
    width, height, left, base = 720, 300, 60, 40
    top = max(parent + workers for _, parent, workers in rows) * 1.15
    most = rows[-1][0]

    def line(values, color):
        points = " ".join(
            f"{left + read / most * (width - left - 20):.1f},{height - base - value / top * (height - base - 30):.1f}"
            for (read, *_), value in zip(rows, values, strict=True)
        )
        return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>'

    marks = []
    for share in range(0, 11, 2):
        x = left + share / 10 * (width - left - 20)
        marks.append(f'<text x="{x:.0f}" y="{height - base + 18}" text-anchor="middle">{most * share // 10:,}</text>')
    step = 50 if top < 500 else 200
    for value in range(0, int(top), step):
        y = height - base - value / top * (height - base - 30)
        marks.append(f'<line x1="{left}" x2="{width - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        marks.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    words = [
        f'<text x="{left}" y="18" font-weight="bold">{title}</text>',
        f'<text x="{width - 20}" y="{height - 6}" text-anchor="end">documents</text>',
        f'<text x="{width - 20}" y="18" text-anchor="end">MiB resident: '
        '<tspan fill="#b3261e">all</tspan>, <tspan fill="#1a56a6">workers</tspan>, '
        '<tspan fill="#555">parent</tspan></text>',
    ]
    curves = [
        line([parent + workers for _, parent, workers in rows], "#b3261e"),
        line([workers for *_, workers in rows], "#1a56a6"),
        line([parent for _, parent, _ in rows], "#555"),
    ]
    size = f'viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    ground = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return "\n".join([head, ground, *marks, *words, *curves, "</svg>\n"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("out/soak"))
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    table = options.folder / f"memory-{options.documents}.csv"
    if not table.exists():
        pages = options.folder / f"memory-{options.documents}.jsonl"
        composed.write(pages, composed.documents(options.documents, shortest=40, longest=60))
        with table.with_suffix(".part").open("w", newline="", buffering=1) as stream:
            writer = csv.writer(stream)
            writer.writerow(("documents", "parent MiB", "workers MiB"))
            for row in measure(pages, pages.with_suffix(".out.jsonl"), options.workers):
                writer.writerow(row)
        table.with_suffix(".part").replace(table)
    with table.open(newline="") as stream:
        rows = [(int(read), float(parent), float(workers)) for read, parent, workers in [*csv.reader(stream)][1:]]
    second, last = tenth(rows, 2), tenth(rows, 10)
    growth = last / second - 1
    print(f"{options.documents:,} documents, {options.workers} worker(s), parent and workers together, resident:")
    for number in range(1, 11):
        print(f"  tenth {number:>2}: {tenth(rows, number):7.1f} MiB")
    print(f"last tenth against the second: {growth:+.1%}; most: {max(p + w for _, p, w in rows):.0f} MiB")
    if options.picture:
        title = f"govclaim annotate, {options.documents:,} documents, {options.workers} worker"
        options.picture.write_text(drawn(rows, title), encoding="utf-8")
    sys.exit(abs(growth) > LIMIT)


if __name__ == "__main__":
    main()
