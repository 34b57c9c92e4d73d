"""Every system that works offline, on the corpus' test pages and on the reference article, in one table.

    python -m benchmarks.claims [GOLD …] [--leave-out FILE …] [--only NAME …] [--bootstrap 1000]
    python -m benchmarks.claims --only 'language model' --ask MODEL --answers answers.jsonl

By the scorer of ``govclaim score``: F1 of names, of quantities by their span and in full (value, unit, bound too), of
claims found, exact and strict, each with the 95 % interval of a bootstrap over documents; characters in a second of
processor time, a document at a time, loading aside. A layer that a system does not give is left empty. Systems that
are not installed are named with what they take.
"""

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from govclaim import scoring  # noqa: E402
from govclaim.corpus import reading  # noqa: E402

from . import answers, systems  # noqa: E402

ROOT = Path(__file__).parents[2]
GOLD = (ROOT / "corpora/gold/test.jsonl.gz", ROOT / "corpora/gold/beiyuan.json")
COLUMNS = (
    ("names", "entities", "names"),
    ("figures", "quantities", "quantities, span"),
    ("figures", "quantities.full", "… full"),
    ("claims", "claims", "claims found"),
    ("claims", "claims.exact", "… exact"),
    ("claims", "claims.strict", "… strict"),
)
"""Layer, row of the scorer, title."""


def cells(system, report, speed):
    """A row of the table after the system's name."""
    for layer, name, _ in COLUMNS:
        row = report.row(name) if layer in system.gives else None
        if row is None or row.f1 is None:
            yield ""
        elif row.low is None or report.documents < 2:
            yield f"{row.f1:.3f}"
        else:
            yield f"{row.f1:.3f} ({row.low:.3f}–{row.high:.3f})"
    yield f"{speed:,.0f}"


def measured(system, predict, gold, bootstrap):
    """The score of a system on some documents, and its speed."""
    predict(gold[0])  # tables and weights are opened for the first document
    began = time.process_time()
    predicted = [predict(document) for document in gold]
    seconds = time.process_time() - began
    report = scoring.score(gold, predicted, bootstrap=bootstrap)
    return report, sum(len(each.text) for each in gold) / max(seconds, 1e-9)


def unseen(gold, files):
    """The documents whose text, white space aside, stands in none of some files of annotations."""
    known = {"".join(each.text.split()) for each in (reading.sound(files) if files else ())}
    return [each for each in gold if "".join(each.text.split()) not in known]


def arguments(given):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="*", type=Path, default=GOLD, help="annotations (the test pages and the article)")
    parser.add_argument("--leave-out", action="append", default=[], type=Path, help="pages whose text stands there")
    parser.add_argument("--only", action="append", help="part of a system's name; may be repeated")
    parser.add_argument("--bootstrap", type=int, default=1000, help="resamples of documents")
    parser.add_argument("--model", help="folder of a govclaim model")
    parser.add_argument("--hanlp", help="folder of another HanLP model")
    parser.add_argument("--answers", help="file of a language model's answers, read and written")
    parser.add_argument("--ask", metavar="MODEL", help=f"ask this language model; the key is in {answers.KEY}")
    parser.add_argument("--endpoint", default=answers.ENDPOINT, help="of OpenAI's chat protocol, a local server too")
    return parser.parse_args(given)


def main(given=None):
    options = arguments(given)
    warnings.simplefilter("ignore")
    pages = {path.name: unseen(reading.sound([path]), options.leave_out) for path in map(Path, options.gold)}
    for name, gold in pages.items():
        claims = sum(len(each.claims) for each in gold)
        print(f"{name}: {len(gold)} documents, {sum(len(each.text) for each in gold):,} characters, {claims:,} claims")
    titles = ("pages", "system", *(title for _, _, title in COLUMNS), "characters/s")
    print("\n| " + " | ".join(titles) + " |\n" + "|---" * len(titles) + "|")
    skipped = []
    for system in systems.selected(options.only):
        try:
            predict = system.make(options)
        except systems.AbsentError as error:
            skipped.append(f"{system.name} is skipped: {error}")
            continue
        for name, gold in pages.items():
            report, speed = measured(system, predict, gold, options.bootstrap)
            print(f"| {name} | {system.name} | " + " | ".join(cells(system, report, speed)) + " |", flush=True)
    print("\n".join(["", *skipped]) if skipped else "", end="\n" if skipped else "")


if __name__ == "__main__":
    sys.exit(main())
