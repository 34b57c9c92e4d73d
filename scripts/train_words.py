"""Train the word segmenter whose weights ship in ``models/govclaim_news/words``.

The recipe: pkuseg's own trainer (a linear-chain CRF on characters and known words) on text segmented
by hand, then pruning and rounding, so that the weights stay small enough for a wheel.

Usage::

    python scripts/train_words.py TRAIN [TRAIN ...] --test TEST --out models/govclaim_news/words

``TRAIN`` and ``TEST`` hold one sentence a line with spaces between the words (also ``.gz``). ``--test``
is only reported on. Training is single-threaded; half a million words take about ten minutes.
"""

from __future__ import annotations

import argparse
import gzip
import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from govclaim.text.tokens import LETTER, NUMBER, PkusegSegmenter

LONGEST_WORD = 4  # the longest word that makes a feature; 5 and 6 gain nothing and cost half the speed
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def main() -> None:
    """Train, prune, write and report."""
    options = _options()
    sentences = [line for path in options.train for line in read(path)]
    random.Random(options.seed).shuffle(sentences)
    held_out = max(1, len(sentences) // 50)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "train.txt").write_text("\n".join(sentences[held_out:]) + "\n", encoding="utf-8")
        (folder / "held-out.txt").write_text("\n".join(sentences[:held_out]) + "\n", encoding="utf-8")
        fit(folder, options.epochs, options.rare, options.seed)
        features, words, tags, weights = collect(folder / "model")
    write(options.out, *prune(features, words, tags, weights, options.weak))
    for path in options.test:
        print(f"{path.name}: F1 {f1(options.out, read(path)):.4f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("train", nargs="+", type=Path, help="segmented text to learn from")
    parser.add_argument("--test", nargs="*", type=Path, default=[], help="segmented text to report on")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--rare", type=int, default=1, help="drop features seen this often or less")
    parser.add_argument("--weak", type=float, default=0.05, help="drop features whose weights all stay below")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def read(path: Path) -> list[str]:
    """Sentences of a segmented file, every ASCII sign in its full-width form.

    pkuseg merges ASCII ``, . : -`` into one sign but keeps their full-width forms apart, and knows
    letters by their full-width forms alone.

    Args:
        path: One sentence a line, words between spaces; ``.gz`` is unpacked.

    Returns:
        The lines that hold words.
    """
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return [" ".join(line.split()).translate(WIDE) for line in text.splitlines() if line.strip()]


def fit(folder: Path, epochs: int, rare: int, seed: int) -> None:
    """Run pkuseg's trainer on ``train.txt`` and ``held-out.txt`` of a folder.

    Args:
        folder: Also takes the result, in ``model``.
        epochs: Passes over the text.
        rare: Features seen this often or less are dropped before training.
        seed: Of the order of sentences.
    """
    import spacy_pkuseg
    from spacy_pkuseg.config import config

    random.seed(seed)
    config.featureTrim = rare
    config.wordMax = LONGEST_WORD
    spacy_pkuseg.train(
        str(folder / "train.txt"), str(folder / "held-out.txt"), str(folder / "model"), train_iter=epochs
    )


def collect(folder: Path) -> tuple[list[str], list[str], list[str], np.ndarray]:
    """Read what the trainer wrote.

    Args:
        folder: The trainer's model folder.

    Returns:
        Features by their number, known words, tags by their number, and weights
        (features x tags, then the transitions tags x tags).
    """
    from spacy_pkuseg.feature_extractor import FeatureExtractor

    extractor = FeatureExtractor.load(str(folder))
    features = sorted(extractor.feature_to_idx, key=extractor.feature_to_idx.__getitem__)
    tags = sorted(extractor.tag_to_idx, key=extractor.tag_to_idx.__getitem__)
    weights = np.load(folder / "weights.npz")["w"].reshape(-1, len(tags))
    return [_keyed(feature) for feature in features], sorted(extractor.unigram), tags, weights


def _keyed(feature: str) -> str:
    """``c-1c.上.海`` as name, tab and key, with one sign for pkuseg's ``**Num`` and ``**Letter``."""
    short = feature.replace("**Num", NUMBER).replace("**Letter", LETTER)
    if short[:5] in ("ww.l.", "ww.r."):
        return f"{short[:4]}\t{short[5:]}"
    name, _, key = short.partition(".")
    return f"{name}\t{key[0] + key[2:] if name in ('c-2c-1', 'c-1c', 'cc1') else key}"


def prune(
    features: list[str], words: list[str], tags: list[str], weights: np.ndarray, weak: float
) -> tuple[list[str], list[str], list[str], np.ndarray, float]:
    """Drop weak features and round the weights to one byte.

    Args:
        features: By number; the first stands for every character and stays.
        words: Known words; those that no feature asks for are dropped.
        tags: By number.
        weights: Rows of features, then of tags.
        weak: A feature whose weights all stay below this is dropped.

    Returns:
        Features, words, tags, rounded weights and the step between two of their values.
    """
    strong = np.abs(weights[: len(features)]).max(axis=1) >= weak
    strong[0] = True
    kept = [feature for feature, keep in zip(features, strong, strict=True) if keep]
    asked = {word for feature in kept if feature[0] == "w" for word in feature.split("\t")[1].split("*")}
    rows = np.concatenate([weights[: len(features)][strong], weights[len(features) :]])
    step = float(np.abs(rows).max()) / 127
    return kept, [word for word in words if word in asked], tags, np.round(rows / step).astype(np.int8), step


def write(
    folder: Path, features: list[str], words: list[str], tags: list[str], weights: np.ndarray, step: float
) -> None:
    """Write the three files that ``PkusegSegmenter`` reads.

    Args:
        folder: Made if missing.
        features: By number.
        words: Known words.
        tags: By number.
        weights: One byte each.
        step: What one unit of them is worth.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("features", features), ("words", words)):
        packed = gzip.compress("\n".join(lines).encode("utf-8"), mtime=0)
        (folder / f"{name}.txt.gz").write_bytes(packed)
    np.savez_compressed(folder / "weights.npz", weights=weights, step=np.float64(step), tags=np.array(tags))


def f1(folder: Path, sentences: Iterable[str]) -> float:
    """Word F1 of the written weights.

    Args:
        folder: With the weights.
        sentences: Segmented by hand.

    Returns:
        Harmonic mean of precision and recall of word spans.
    """
    narrow = {wide: code for code, wide in WIDE.items()}
    gold = [[word.translate(narrow) for word in line.split()] for line in sentences]
    predicted = PkusegSegmenter(folder)(["".join(words) for words in gold])
    right = found = wanted = 0
    for words, pieces in zip(gold, predicted, strict=True):
        ends = np.cumsum([len(word) for word in words]).tolist()
        spans = set(zip([0, *ends[:-1]], ends, strict=True))
        right += len(spans & set(pieces))
        found += len(pieces)
        wanted += len(spans)
    return 2 * right / (found + wanted)


if __name__ == "__main__":
    main()
