"""Verdicts of groundrails and groundguard-ai on `corpora/verify`, for `benchmarks/verify.py --peers FILE`.

    pip install groundrails groundguard-ai      # in an environment of its own
    python benchmarks/verify_peers.py [--split test] -o FILE

Both run here offline, without a model. groundrails (its lexical grounder) is asked of each claim: the words between two
commas around its figure. groundguard-ai keeps a ledger of facts; the ledger gets every figure that its own reader finds
in the source, and a figure of the summary is flagged where it has no match there, or is not read at all and stands
nowhere in the source.
"""

import argparse
import functools
import json
import logging
import os
import re
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "corpora" / "verify"


def piece(text, claim):
    """What stands between two commas around a figure."""
    before = re.split("[，；。：]", text[: claim["start"]])[-1]
    return before + text[claim["start"] : claim["end"]] + re.split("[，；。：]", text[claim["end"] :])[0]


def groundrails(rows, sources):
    os.environ.setdefault("GROUNDRAILS_HOME", tempfile.mkdtemp())
    import argostranslate.package
    import groundrails as library

    # It would have the claim put into English by a model that has to be fetched, and asks for its index at every claim.
    argostranslate.package.get_available_packages = list
    logging.disable(logging.CRITICAL)
    library.init(languages=[], wordnet=False, home=os.environ["GROUNDRAILS_HOME"])
    asked = functools.lru_cache(None)(lambda words, source: bool(library.ground(words, [sources[source]]).grounded))
    for row in rows:
        yield [asked(piece(row["summary"], claim), row["source"]) for claim in row["claims"]]


def groundguard(rows, sources):
    from groundguard import FactGate, extract_output_claims

    gates = {}
    for name, text in sources.items():
        gates[name] = FactGate()
        for place, fact in enumerate(extract_output_claims(text)):
            gates[name].record_fact(key=f"f{place}", value=fact.normalized_value, unit=fact.unit)
    for row in rows:
        found = gates[row["source"]].check(row["summary"]).output_claims
        yield [matched(found, claim, sources[row["source"]]) for claim in row["claims"]]


def matched(found, claim, source):
    own = next((one for one in found if one.start < claim["end"] and claim["start"] < one.end), None)
    return claim["text"] in source if own is None else own.status in ("verified", "candidate_match", "ambiguous")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    rows = [json.loads(line) for line in (FOLDER / f"{options.split}.jsonl").read_text("utf-8").splitlines()]
    lines = (FOLDER / f"{options.split}-sources.jsonl").read_text("utf-8").splitlines()
    sources = {one["id"]: one["text"] for one in map(json.loads, lines)}
    verdicts = {
        "groundguard-ai": list(groundguard(rows, sources)),
        "groundrails": list(groundrails(rows, sources)),
    }
    options.output.write_text(json.dumps(verdicts), encoding="utf-8")


if __name__ == "__main__":
    main()
