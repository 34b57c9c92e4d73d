"""How many planted faults `govclaim check` finds, by kind, on gold claims and on our own output.

    python benchmarks/checks.py [--gold]

A fault counts as found when a finding names at least one of the claims of its passage; on our own output, when
a finding stands in it. The twins without a fault must give no finding.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from pathlib import Path

from govclaim import annotate
from govclaim.checking.findings import check
from govclaim.schema import Annotation, load_lines

FOLDER = Path(__file__).parent.parent / "corpora" / "checks"


def documents(name: str) -> list[Annotation]:
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rb") as stream:
        return [annotation for _, annotation in load_lines(stream, where=name)]


def passage(annotation: Annotation) -> tuple[int, int]:
    """The stretch of the sentences that hold the fault."""
    planted = set(annotation.meta.get("fault")["claims"])
    inside = {claim.sentence for claim in annotation.claims if claim.id in planted}
    spans = [sentence for sentence in annotation.sentences if sentence.id in inside]
    return spans[0].start, spans[-1].end


def found(gold: Annotation, judged: Annotation) -> bool:
    start, end = passage(gold)
    return any(start <= finding.start < end for finding in check(judged))


def own(annotation: Annotation) -> Annotation:
    return annotate(annotation.text, published=annotation.meta.published, id=annotation.id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", action="store_true", help="gold claims alone (a second)")
    parser.add_argument("--other", action="store_true", help="the other wordings, from which no rule was written")
    parser.add_argument("--missed", action="store_true", help="name what was not found")
    options = parser.parse_args()
    ending = "-other" if options.other else ""
    faults, sound = documents(f"faults{ending}"), documents(f"sound{ending}")
    ways = {"gold": lambda each: each} | ({} if options.gold else {"own output": own})
    number = Counter(each.meta.get("fault")["kind"] for each in faults)
    hits: dict[str, Counter[str]] = {}
    alarms: dict[str, int] = {}
    for way, read in ways.items():
        judged = [(each, found(each, read(each))) for each in faults]
        hits[way] = Counter(each.meta.get("fault")["kind"] for each, hit in judged if hit)
        alarms[way] = sum(len(check(read(each))) for each in sound)
        if options.missed:
            for each in (each for each, hit in judged if not hit):
                start, end = passage(each)
                print(f"{way} missed {each.id}: {each.text[start:end]}")
    print(f"{'kind':12}{'faults':>8}" + "".join(f"{way:>14}" for way in ways))
    for kind, size in number.items():
        print(f"{kind:12}{size:8}" + "".join(f"{hits[way][kind] / size:14.3f}" for way in ways))
    print(f"{'all':12}{len(faults):8}" + "".join(f"{sum(hits[way].values()) / len(faults):14.3f}" for way in ways))
    print(f"{'false alarms':12}{len(sound):8}" + "".join(f"{alarms[way]:14}" for way in ways))


if __name__ == "__main__":
    main()
