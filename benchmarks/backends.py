"""What finds names how well and how fast, on gold of yours.

    python benchmarks/backends.py GOLD.jsonl [--hanlp FOLDER] [--spacy NAME]

F1 over exact spans with the right label, of each backend alone and with our rules (as ``govclaim.load(entities=…)``
runs it); characters of the backend alone in a second of processor time, one document at a time, so that other
processes do not matter. Backends that are not installed are named as skipped.
"""

import argparse
import os
import time
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

LABELS = ("PER", "ORG", "LOC")
RUNS = 3


def ruler():
    """A blank spaCy pipeline with an entity ruler that knows the shipped divisions."""
    import spacy

    from govclaim import knowledge

    nlp = spacy.blank("zh")
    names = {line.split(",")[1] for line in knowledge.default().lines("divisions.csv.gz")}
    patterns = [{"label": "LOC", "pattern": name} for name in sorted(names)]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)
    return nlp


def f1(gold, found):
    """F1 of all names and of each label."""
    counts = Counter()
    for kind, names in (("gold", gold), ("found", found), ("right", gold & found)):
        for *_, label in names:
            counts[kind, label] += 1
            counts[kind, "all"] += 1
    for label in ("all", *LABELS):
        total = counts["gold", label] + counts["found", label]
        yield 2 * counts["right", label] / total if total else 0.0


def names_of(annotations):
    """Names of all documents as a set."""
    return {(document.id, e.start, e.end, e.label) for document in annotations for e in document.entities}


def meta_of(annotation):
    """What was known of a document."""
    return annotation.meta.model_dump(mode="json", exclude_none=True)


def alone(works, recognizer):
    """Names by one recogniser as it gives them; the rules' candidates may overlap and are settled."""
    from govclaim.pipeline import stages

    found = set()
    for id, work in works:
        names = recognizer.propose(work.sentences, None)
        if recognizer.version is None:
            names = [layer.entities for layer in stages.reconcile(replace(work, entities=names)).layers]
        for sentence, row in zip(work.sentences, names, strict=True):
            for name in row:
                span = sentence.surface.to_document(name.span)
                found.add((id, span.start, span.end, name.value.label))
    return found


def speed(works, recognizer):
    """Characters in a second of processor time, best of some runs."""
    seconds = []
    for _ in range(RUNS):
        began = time.process_time()
        for _, work in works:
            recognizer.propose(work.sentences, None)
        seconds.append(time.process_time() - began)
    return sum(len(work.raw.text) for _, work in works) / min(seconds)


def together(gold, backend):
    """Names of the whole pipeline."""
    import govclaim

    nlp = govclaim.load(entities=backend, segmenter="characters")
    return names_of(
        govclaim.annotate(a.text, id=a.id, meta=meta_of(a), published=a.meta.published, nlp=nlp) for a in gold
    )


def candidates(options):
    """Rows: name, a function that makes the backend; ``None`` for the rules."""
    import govclaim
    from govclaim.pipeline.backends import shipped_model
    from govclaim.recognizers.tagger import Tagger

    backends = govclaim.backends
    yield "ours", lambda: Tagger.load(shipped_model())
    yield "rules", None
    yield "hanlp", lambda: backends.hanlp(options.hanlp)
    yield "lac", backends.lac
    yield f"spacy {options.spacy or 'ruler'}", lambda: backends.spacy(options.spacy or ruler())


def row(name, cells):
    """One line of the table."""
    return "| " + " | ".join([name, *(f"{cell:.3f}" for cell in cells[:4])]) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path, help="annotations, JSON Lines")
    parser.add_argument("--hanlp", help="folder of another HanLP model")
    parser.add_argument("--spacy", help="name or folder of an installed spaCy pipeline")
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    import govclaim
    from govclaim import knowledge
    from govclaim.pipeline import inputs, stages
    from govclaim.pipeline.backends import RuleNames, TaggerNames

    tables = knowledge.default()
    lines = options.gold.read_text("utf-8").splitlines()
    gold = [govclaim.loads(line) for line in lines if line.strip()]
    right = names_of(gold)
    works = [(a.id, stages.read(inputs.raw(a.text, None, meta_of(a)), None, tables)) for a in gold]
    size = sum(len(a.text) for a in gold)
    print(f"{options.gold.name}: {len(gold)} documents, {size:,} characters, {len(right)} names\n")
    print("| names by | F1 | PER | ORG | LOC | characters/s |\n|---|---|---|---|---|---|")
    skipped = []
    for name, make in candidates(options):
        try:
            recognizer = RuleNames(tables) if make is None else TaggerNames(make())
        except govclaim.GovclaimError as error:
            skipped.append(f"{name} is skipped: {error.message} ({error.hint})")
            continue
        found = alone(works, recognizer)
        print(f"{row(name, list(f1(right, found)))} {speed(works, recognizer):,.0f} |", flush=True)
        if make is not None:
            whole = together(gold, None if name == "ours" else recognizer.tagger)
            print(f"{row(f'{name} + rules', list(f1(right, whole)))} |", flush=True)
    for line in skipped:
        print(line)


if __name__ == "__main__":
    main()
