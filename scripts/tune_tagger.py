"""Let the shipped tagger learn from more documents, and keep half of what it was.

Usage::

    python scripts/tune_tagger.py GOLD.jsonl [GOLD.jsonl ...] --model models/govclaim_news --out models/govclaim_news

Needs torch. After ``--epochs`` the weights are averaged with those from before: the new ones alone forget names that
no table knows. ``model.toml`` gets the new digest; its version is the writer's to raise.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np

from govclaim.training import corpus, tagger
from govclaim.training.settings import Names

Arrays = dict[str, Any]
TABLES = ("characters", "ngrams")
FIXED = ("alphabet", "calibration", "gazetteer.keys", "gazetteer.classes", *(f"{name}.scale" for name in TABLES))


def main() -> None:
    """Learn, average, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.0005)
    options = parser.parse_args()
    gold = tagger.sentences(annotation for path in options.gold for annotation in corpus.read(path))
    settings = Names(epochs=2 * options.epochs, rate=options.rate, pull=0.0)  # without dev, half of them
    content, _, _ = tagger.tuned(options.model, gold, [], settings, 0)
    mean = halfway(read((options.model / "tagger.npz").read_bytes()), read(content or b""))
    target = io.BytesIO()
    np.savez_compressed(target, **mean)
    (options.out / "tagger.npz").write_bytes(target.getvalue())
    digest = hashlib.sha256(target.getvalue()).hexdigest()
    card = (options.model / "model.toml").read_text(encoding="utf-8")
    (options.out / "model.toml").write_text(re.sub('sha256 = ".*"', f'sha256 = "{digest}"', card), encoding="utf-8")
    print(f"{len(gold)} sentences, sha256 {digest}")


def read(content: bytes) -> Arrays:
    """The arrays of a ``tagger.npz``."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def halfway(old: Arrays, new: Arrays) -> Arrays:
    """The mean of two networks of one form; tables are scaled anew to bytes."""
    mean = dict(old)
    for name in old.keys() - set(FIXED):
        if name not in TABLES:
            mean[name] = ((old[name].astype(np.float32) + new[name].astype(np.float32)) / 2).astype(old[name].dtype)
            continue
        wide = sum(each[name].astype(np.float32) * each[f"{name}.scale"] for each in (old, new)) / 2
        scale = np.abs(wide).max(axis=0) / 127
        scale[scale == 0] = 1
        mean[name] = np.clip(np.rint(wide / scale), -127, 127).astype(np.int8)
        mean[f"{name}.scale"] = scale.astype(np.float32)
    return mean


if __name__ == "__main__":
    main()
