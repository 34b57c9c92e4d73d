"""Where claims are lost: by attribute, by kind of document, by the form of the clause.

Usage::

    python benchmarks/errors.py GOLD.jsonl [--model FOLDER] [--predicted FILE] [--section attributes forms ...]

Annotates the bare texts of GOLD (or takes the annotations of FILE) and prints counts as tables in Markdown, never a
word of the texts. A claim of gold is lost where it is not exact; one that is missed, or has another type, counts as
wrong in that alone.
"""

import argparse
from pathlib import Path

from govclaim import scoring
from govclaim.corpus import confusion, forms
from govclaim.training import corpus, measuring

META = ("genre", "kind", "typography")
SHOWN = (
    ("missed", "missed"),
    ("type", "type"),
    ("indicator", "indicator"),
    ("period", "period"),
    ("modality", "modality"),
    ("basis", "basis"),
    ("direction", "direction"),
    ("scope", "scope"),
    ("figure", ("value", "unit", "bound")),
    ("spurious", "spurious"),
)


def table(*rows):
    """Rows of cells, the first the heading; all but the first column are figures."""
    head, *body = ([str(cell) for cell in row] for row in rows)
    print("| " + " | ".join(head) + " |\n|---|" + "---:|" * (len(head) - 1))
    for row in body:
        print("| " + " | ".join(row) + " |")
    print()


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "–"


def attributes(found):
    lost = sum(outcome.gold is not None and bool(outcome.wrong.intersection(needed())) for outcome in found)
    print(f"### By attribute: {lost} claims that are not exact\n")
    rows = [
        (row.attribute, row.alone, row.together, percent(row.alone + row.together, lost))
        for row in confusion.losses(found)
    ]
    table(("lost by", "alone", "with others", "% of the lost"), *rows)
    strict = {row.attribute: row for row in confusion.losses(found, scoring.STRICT)}
    rows = [(name, strict[name].alone, strict[name].together) for name in scoring.STRICT if name in strict]
    rows = [row for row in rows if row[0] not in scoring.EXACT]
    table(("a strict claim lost by", "alone", "with others"), *rows)


def needed():
    return {"missed", "type", *scoring.EXACT}


def cut(found, title, kind):
    rows = confusion.groups(found, kind)
    lost = sum(row.lost for row in rows)
    print(f"### {title}\n")
    head = ("", "claims", "F1 exact", "lost", "% of the lost", *(name for name, _ in SHOWN))
    table(head, *((row.name, row.gold, f1(row), row.lost, percent(row.lost, lost), *spoiled(row)) for row in rows))


def f1(row):
    return "–" if row.f1 is None else f"{row.f1:.3f}"


def spoiled(row):
    return [row.wrong[names] if isinstance(names, str) else sum(row.wrong[n] for n in names) for _, names in SHOWN]


def genres(found):
    for name in META:
        if any(outcome.document.meta.get(name) is not None for outcome in found):
            cut(found, f"By {name}", lambda outcome, name=name: str(outcome.document.meta.get(name, "–")))


def clauses(found):
    titles = {
        "place": "By the place of the indicator, seen from the figure",
        "joined": "By coordination",
        "setting": "By setting",
        "figures": "By the number of figures in the sentence",
    }
    for name in forms.DIMENSIONS:
        cut(found, titles[name], lambda outcome, name=name: getattr(outcome.form, name))


def closed(found):
    for attribute in confusion.CLOSED:
        counts = confusion.closed(found, attribute)
        names = sorted({name for pair in counts for name in pair}, key=lambda name: (name == "–", name))
        print(f"### {attribute.capitalize()}: gold down, prediction across\n")
        table(("", *names), *((one, *(counts[one, other] or "·" for other in names)) for one in names))


def opened(found):
    print("### Attributes that point into the text\n")
    rows = [(name, confusion.opened(found, name)) for name in confusion.OPEN]
    table(
        ("", *confusion.OPEN_CLASSES),
        *((name, *(counts[each] for each in confusion.OPEN_CLASSES)) for name, counts in rows),
    )


SECTIONS = {"attributes": attributes, "genres": genres, "forms": clauses, "closed": closed, "open": opened}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--model", help="folder of a model; without it the one that ships")
    parser.add_argument("--predicted", type=Path, help="annotations of the same texts, instead of annotating them")
    parser.add_argument("--section", nargs="+", choices=list(SECTIONS), default=list(SECTIONS))
    options = parser.parse_args()
    gold = corpus.read(options.gold)
    if options.predicted:
        predicted = corpus.read(options.predicted)
    else:
        predicted = measuring.annotated(gold, measuring.pipeline(options.model))
    found = confusion.outcomes(gold, predicted)
    exact = sum(outcome.gold is not None and not outcome.wrong.intersection(needed()) for outcome in found)
    sizes = [sum(len(each.claims) for each in side) for side in (gold, predicted)]
    score = 2 * exact / max(1, sum(sizes))
    print(f"{len(gold)} documents, {sizes[0]} claims in gold, {sizes[1]} predicted, {exact} exact: F1 {score:.3f}\n")
    for name in options.section:
        SECTIONS[name](found)


if __name__ == "__main__":
    main()
