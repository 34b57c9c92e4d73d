"""Many documents for benchmarks and the soak, made of our composed pages: no two alike, the same for the same seed.

    python benchmarks/composed.py 100000 -o pages.jsonl [--shortest 100] [--longest 300] [--seed 1] [--broken 0.01]

Each is some following lines of a page with other digits. ``--broken`` spoils this share of the records, in eight ways
in turn.
"""

import argparse
import gzip
import itertools
import json
import random
import re
from pathlib import Path

DRAFTS = Path(__file__).parents[1] / "corpora" / "drafts"
_DIGIT = re.compile(r"(?<=\d)\d")


def pages():
    """Texts of the composed pages."""
    for path in sorted(DRAFTS.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                page = json.loads(line)
                yield page["text"], page.get("meta", {}).get("published")


def documents(count, seed=1, shortest=100, longest=300):
    """Records with id, text and day; the last digits of their numbers are drawn anew."""
    dice = random.Random(seed)
    sources = [(text.splitlines(), day) for text, day in pages()]
    for number in range(count):
        lines, day = dice.choice(sources)
        size, at, taken = dice.randint(shortest, longest), dice.randrange(len(lines)), []
        for line in itertools.islice(itertools.cycle(lines), at, at + 1000):
            taken.append(line)
            if sum(map(len, taken)) >= size:
                break
        text = _DIGIT.sub(lambda _: str(dice.randrange(10)), "\n".join(taken))
        yield {"id": f"d{number:06d}", "text": text[:size], "published": day or "2026-01-20"}


BROKEN = (
    lambda record, line: line[: len(line) // 2],  # cut off
    lambda record, line: b"7",
    lambda record, line: json.dumps({"id": record["id"], "body": record["text"]}).encode(),  # no text
    lambda record, line: json.dumps({**record, "text": 12}).encode(),
    lambda record, line: json.dumps({**record, "published": "2026-02-30"}).encode(),
    lambda record, line: json.dumps({**record, "text": record["text"][:20] + "\ud83d"}).encode(),  # half a pair
    lambda record, line: json.dumps(record, ensure_ascii=False).encode("gb18030"),
    lambda record, line: json.dumps({**record, "id": "d000000"}).encode(),  # was there before
)


def write(path, records, broken=0.0):
    """Write JSON Lines; every so many records one is spoilt.

    Returns:
        The numbers of the lines that were spoilt, by the way in which.
    """
    spoilt, every = {}, round(1 / broken) if broken else 0
    with Path(path).open("wb") as stream:
        for number, record in enumerate(records, start=1):
            line = json.dumps(record, ensure_ascii=False).encode()
            if every and number % every == 0:
                way = number // every % len(BROKEN)
                line = BROKEN[way](record, line)
                spoilt[number] = way
            stream.write(line + b"\n")
    return spoilt


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--shortest", type=int, default=100, help="characters")
    parser.add_argument("--longest", type=int, default=300, help="characters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", type=float, default=0.0, help="share of records that are spoilt")
    options = parser.parse_args()
    found = documents(options.count, options.seed, options.shortest, options.longest)
    spoilt = write(options.output, found, options.broken)
    size = options.output.stat().st_size
    print(f"{options.output}: {options.count:,} records, {len(spoilt):,} of them spoilt, {size:,} bytes")


if __name__ == "__main__":
    main()
