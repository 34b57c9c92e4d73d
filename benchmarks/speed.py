"""Characters a second of every stage and of all together, beside JioNLP on the same text.

    python benchmarks/speed.py [TEXT] [--repeat 8]

The text is repeated, as articles are longer than one; each figure is the best of five runs on one core.
JioNLP (``pip install 'govclaim[bench]'``) splits sentences and finds money and times, nothing else.
"""

import argparse
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

ARTICLE = Path(__file__).parents[1] / "corpora" / "raw" / "beiyuan.txt"
PUBLISHED = "2026-01-20"
RUNS = 5


def best(function, *arguments):
    """Seconds of the fastest of some runs, and what the last one gave."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        result = function(*arguments)
        seconds.append(time.perf_counter() - began)
    return min(seconds), result


def fresh(code):
    """Seconds that a new Python needs for ``code``, less what it needs for nothing; bytecode may be cached."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(text):
        subprocess.run([sys.executable, "-c", text], check=True, env=environment)

    return best(run, code)[0] - best(run, "pass")[0]


def ours(text):
    """Rows of name and seconds."""
    import govclaim
    from govclaim import knowledge
    from govclaim.pipeline import backends, contract, inputs, stages

    nlp = govclaim.load(segmenter="characters")
    words = govclaim.load()
    tables = knowledge.default()
    rules, model = backends.RuleNames(tables), backends.TaggerNames()
    raw = inputs.raw(text, PUBLISHED)
    govclaim.annotate(text, published=PUBLISHED, nlp=nlp)
    rows = []

    def stage(name, function, *arguments):
        seconds, result = best(function, *arguments)
        rows.append((name, seconds))
        return result

    work = stage("sentences", stages.read, raw, None, tables)
    stage("words", backends.segmenter_named("words"), [sentence.surface.text for sentence in work.sentences])
    work = stage("numerals, quantities", stages.propose_quantities, work, tables)
    work = stage("times", stages.propose_times, work, tables)
    stage("names by rules", stages.propose_entities, work, [rules], tables)
    stage("names by model", stages.propose_entities, work, [model], tables)
    work = stages.propose_entities(work, [rules, model], tables)
    work = stage("arbitration", stages.reconcile, work)
    work = stage("links", stages.link, work, tables)
    work = stage("claims", stages.state_claims, work, tables)
    annotation = stage("annotation", lambda: contract.build(work, tables))
    stage("JSON", govclaim.dumps, annotation)
    stage("all: annotate()", lambda: govclaim.annotate(text, published=PUBLISHED, nlp=nlp))
    stage("all, with words", lambda: govclaim.annotate(text, published=PUBLISHED, nlp=words, tokens=True))
    return rows


def theirs(text):
    """Rows of name and seconds, or ``None`` without JioNLP."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import jionlp
        except ImportError:
            return None
    base = time.mktime(time.strptime(PUBLISHED, "%Y-%m-%d"))
    jobs = {
        "jionlp split_sentence": lambda: jionlp.split_sentence(text, criterion="coarse"),
        "jionlp extract_money": lambda: jionlp.ner.extract_money(text, with_parsing=True),
        "jionlp extract_time": lambda: jionlp.ner.extract_time(text, time_base=base, with_parsing=True),
    }
    for job in jobs.values():
        job()
    return [(name, best(job)[0]) for name, job in jobs.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", nargs="?", type=Path, default=ARTICLE)
    parser.add_argument("--repeat", type=int, default=8)
    options = parser.parse_args()
    text = options.text.read_text("utf-8") * options.repeat

    print(f"{options.text.name} x {options.repeat}: {len(text):,} characters, best of {RUNS}, one thread")
    rows = ours(text)
    peers = theirs(text)
    for name, seconds in rows + (peers or []):
        print(f"{name:<24}{len(text) / seconds:>14,.0f} characters/s {seconds / len(text) * 1e6:>9.2f} us/character")
    whole = dict(rows)["all: annotate()"]
    if peers is None:
        print("jionlp is not installed: pip install 'govclaim[bench]' for the comparison")
    else:
        together = sum(seconds for _, seconds in peers)
        print(f"jionlp's three together  {len(text) / together:>13,.0f} characters/s")
        print(f"annotate() takes {whole / together:.1f} times as long as these three")
    print(f"import govclaim          {fresh('import govclaim'):>13.2f} s")
    print(f"import spacy             {fresh('import spacy'):>13.2f} s")
    print(f"load()                   {fresh('import govclaim; govclaim.load()'):>13.2f} s, with the import of spaCy")


if __name__ == "__main__":
    main()
