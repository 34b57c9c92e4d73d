"""How many planted faults of `corpora/verify` are found, kind by kind, and how many faithful claims are called wrong.

    python benchmarks/verify.py [--split test] [--peers FILE]

A fault is found where the claim that it was planted in is `contradicted`; `named` also wants the field. A false
alarm is a faithful claim that is `contradicted`; claims that a planted word may govern too count neither way. Bare
numbers: a figure is wrong where its digits stand nowhere in the source. FILE holds what `benchmarks/verify_peers.py`
wrote.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import govclaim

FOLDER = Path(__file__).resolve().parents[1] / "corpora" / "verify"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def load(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def ours(rows, sources):
    """Verdicts of govclaim: for each row, by claim, the verdict and what differs."""
    read = {
        one["id"]: govclaim.annotate(one["text"], published=one["published"], id=one["id"]) for one in sources.values()
    }
    for row in rows:
        published = sources[row["source"]]["published"]
        result = govclaim.verify({"text": row["summary"], "published": published}, read[row["source"]])
        yield [at(result.items, claim) for claim in row["claims"]]


def at(items, claim):
    found = next((one for one in items if one.start < claim["end"] and claim["start"] < one.end), None)
    return (found.verdict, found.differs) if found else ("no claim", ())


def bare(rows, sources):
    """Verdicts by bare numbers."""
    for row in rows:
        known = {found.replace(",", "") for found in NUMBER.findall(sources[row["source"]]["text"])}
        yield [
            ("contradicted" if set(NUMBER.findall(claim["text"].replace(",", ""))) - known else "supported", ())
            for claim in row["claims"]
        ]


def tally(rows, verdicts):
    """Counts by kind of fault, and of faithful claims."""
    kinds, faithful = defaultdict(Counter), Counter()
    for row, judged in zip(rows, verdicts, strict=True):
        pairs = list(zip(row["claims"], judged, strict=True))
        for claim, (verdict, _) in pairs:
            if claim["verdict"] == "supported":
                faithful["claims"] += 1
                faithful[verdict] += 1
                faithful["in faithful pairs"] += not row["fault"]
                faithful["alarms in faithful pairs"] += not row["fault"] and verdict == "contradicted"
        if row["fault"]:
            planted = [(claim["field"], each) for claim, each in pairs if claim["verdict"] == "contradicted"]
            count = kinds[row["fault"]]
            count["pairs"] += 1
            count["found"] += any(verdict == "contradicted" for _, (verdict, _) in planted)
            count["named"] += any(
                verdict == "contradicted" and field in differs for field, (verdict, differs) in planted
            )
    return kinds, faithful


def table(systems):
    names = list(systems)
    kinds = sorted(systems[names[0]][0])
    print(f"{'kind':<12}{'pairs':>6}" + "".join(f"{name:>16}" for name in names) + f"{'field named':>14}")
    for kind in [*kinds, "all"]:
        cells = []
        for name in names:
            counts = systems[name][0]
            count = sum(counts.values(), Counter()) if kind == "all" else counts[kind]
            cells.append(f"{count['found'] / count['pairs']:>16.3f}")
        own = systems[names[0]][0]
        count = sum(own.values(), Counter()) if kind == "all" else own[kind]
        print(f"{kind:<12}{count['pairs']:>6}{''.join(cells)}{count['named'] / count['pairs']:>14.3f}")
    for name in names:
        faithful = systems[name][1]
        alarms, total = faithful["contradicted"], faithful["claims"]
        inner, whole = faithful["alarms in faithful pairs"], faithful["in faithful pairs"]
        others = {
            word: faithful[word] for word in ("supported", "unclear", "not_in_source", "no claim") if faithful[word]
        }
        print(
            f"{name}: false alarms {alarms}/{total} = {alarms / total:.4f}, in faithful pairs {inner}/{whole} = "
            f"{inner / whole:.4f}; the rest {others}"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--peers", type=Path, help="what benchmarks/verify_peers.py wrote for the same half")
    options = parser.parse_args()
    split = options.split
    rows, sources = load(f"{split}.jsonl"), {one["id"]: one for one in load(f"{split}-sources.jsonl")}
    systems = {"govclaim": ours(rows, sources), "bare numbers": bare(rows, sources)}
    for name, rowwise in json.loads(options.peers.read_text("utf-8")).items() if options.peers else ():
        systems[name] = [[("supported" if fine else "contradicted", ()) for fine in each] for each in rowwise]
    table({name: tally(rows, verdicts) for name, verdicts in systems.items()})


if __name__ == "__main__":
    main()
