"""Sums of money and times of gold documents: what govclaim and JioNLP find of them, and what else they take for one.

    python benchmarks/figures.py [GOLD.jsonl]      # the reference article, unless another gold is named

JioNLP (``pip install 'govclaim[bench]'``) reads the same text with the same day. A find counts where it overlaps the
gold span; its ends may differ, as the two draw them by other rules. ``value`` is asked of money alone: for times JioNLP
gives first and last second, the contract EDTF.
"""

import argparse
import contextlib
import io
import warnings
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import govclaim
from govclaim import schema

GOLD = Path(__file__).parents[1] / "corpora/gold/beiyuan.json"
KINDS = ("money", "times")


def gold_documents(path):
    """The annotations of a file; of one .json, or of .jsonl."""
    if path.suffix == ".json":
        return [govclaim.loads(path.read_bytes())]
    return [annotation for _, annotation in schema.load_lines(path.read_bytes().splitlines())]


def of_annotation(annotation):
    """Spans with values, by kind."""
    money = [item for item in annotation.quantities if item.dimension == "money"]
    return {
        "money": [(item.start, item.end, item.value) for item in money],
        "times": [(item.start, item.end, None) for item in annotation.times],
    }


def of_jionlp(annotation):
    """The same of JioNLP."""
    import jionlp

    day = datetime.fromisoformat(str(annotation.meta.published)).timestamp()
    money = jionlp.ner.extract_money(annotation.text, with_parsing=True)
    times = jionlp.ner.extract_time(annotation.text, time_base=day, with_parsing=True)
    return {
        "money": [(*found["offset"], _number(found["detail"]["num"])) for found in money],
        "times": [(*found["offset"], None) for found in times],
    }


def _number(value):
    return Decimal(value) if isinstance(value, str) else None


def overlapping(one, others):
    return [other for other in others if one[0] < other[1] and other[0] < one[1]]


def row(name, kind, gold, found):
    pairs = [(want, overlapping(want, have)) for want, have in zip_spans(gold, found)]
    hits = [(want, have) for want, have in pairs if have]
    same = sum(any(one[2] == want[2] for one in have) for want, have in hits)
    right = same if kind == "money" else ""
    extra = sum(not overlapping(have, wanted) for have, wanted in zip_spans(found, gold))
    total = sum(map(len, gold))
    print(f"| {kind} | {name} | {total} | {len(hits)} | {right} | {extra} |")


def zip_spans(ones, others):
    """Each span of each document, with the other side's spans of that document."""
    for mine, theirs in zip(ones, others, strict=True):
        for span in mine:
            yield span, theirs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD)
    documents = gold_documents(parser.parse_args().gold)
    tools = {
        "govclaim": lambda document: of_annotation(
            govclaim.annotate(document.text, published=document.meta.published, meta={"title": document.meta.title})
        )
    }
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jionlp  # noqa: F401
        tools["JioNLP"] = of_jionlp
    except ImportError:
        print("JioNLP is not installed: pip install 'govclaim[bench]'")
    wanted = [of_annotation(document) for document in documents]
    print("| | by | in the gold | found | value right | none in the gold |\n|---|---|---|---|---|---|")
    found = {name: [read(document) for document in documents] for name, read in tools.items()}
    for kind in KINDS:
        for name, results in found.items():
            row(name, kind, [each[kind] for each in wanted], [each[kind] for each in results])


if __name__ == "__main__":
    main()
