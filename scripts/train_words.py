"""Train the word segmenter whose weights ship in ``models/govclaim_news/words``.

A linear chain over the features of ``govclaim.text.characters``, learnt from two texts cut by hand by different
standards: every feature has weights that both share and weights of each standard; what ships is their sum. The
word lists are no training text, so that a listed word means as much in new text as it did in training. Needs
numpy alone, and jieba installed for ``--lexicon jieba``::

    python scripts/train_words.py --sxu TRAIN --gsd TRAIN --lexicon WORDS [WORDS ...] --lexicon jieba \
        --dev DEV --out models/govclaim_news/words

Texts hold one sentence a line with spaces between the words (also ``.gz``). One thread; about two minutes.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from govclaim.text import characters
from govclaim.text.tokens import PkusegSegmenter

Array = np.ndarray[Any, Any]

STANDARDS = ("sxu", "gsd")
BEGIN, MIDDLE, END, SINGLE = range(4)
FOLLOWS = np.array([[0, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1]], bool)
NEVER = -1e4
BATCH = 96
KNOWN_JIEBA = 3  # jieba lists rarer words too, often by chance
NARROW = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


@dataclass
class Batch:
    """Sentences of like length.

    Attributes:
        standard: Number of their standard.
        lengths: In characters.
        sentence: Of each character, which sentence it is in.
        place: Of each character, where there.
        tags: Of each character.
        rows: Of the weights that occur.
        inverse: Characters x features, which of ``rows``.
        order: Characters, sorted by the row they ask for, and ...
        bounds: ... where each row begins there.
    """

    standard: int
    lengths: Array
    sentence: Array
    place: Array
    tags: Array
    rows: Array
    inverse: Array
    order: Array
    bounds: Array


def main() -> None:
    """Train, prune, write and report."""
    options = _options()
    lexicons = [characters.lexicon(listed(names)) for names in options.lexicon]
    texts = [read(options.sxu), read(options.gsd)]
    dev = {options.dev.name: read(options.dev)} if options.dev else {}
    if options.hold_out:
        dev[f"the end of {options.sxu.name}"] = texts[0][-options.hold_out :]
        del texts[0][-options.hold_out :]
    raw = [asked_by(["".join(words) for words in text], lexicons) for text in texts]
    keys = frequent(np.concatenate([found.ravel() for found, _ in raw]), options.rare)
    batches: list[Batch] = []
    for standard, text in enumerate(texts):
        asked, lengths = raw[standard]
        rows = numbered(asked, keys)
        batches += batched(rows, lengths, np.array([tag for words in text for tag in tagged(words)]), standard)
    raw.clear()
    weights, edges = fit(batches, len(keys), options)
    write(options.out, keys, weights, edges, lexicons, options.weak)
    for name, text in dev.items():
        for standard in STANDARDS:
            print(f"{name} by {standard}: F1 {f1(options.out, text, standard):.4f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sxu", type=Path, required=True, help="cut by the standard of Shanxi University")
    parser.add_argument("--gsd", type=Path, required=True, help="cut by that of Universal Dependencies, simplified")
    parser.add_argument("--lexicon", nargs="+", action="append", required=True, help="files of words, or jieba")
    parser.add_argument("--dev", type=Path, help="text to report on")
    parser.add_argument("--hold-out", type=int, default=0, help="sentences at the end of --sxu, to report on alone")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--decay", type=float, default=0.1, help="of weights, for 100 sentences")
    parser.add_argument("--rare", type=int, default=2, help="drop features seen this often or less")
    parser.add_argument("--weak", type=float, default=0.1, help="drop features whose weights all stay below")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def unpacked(path: Path) -> str:
    """Text of a file, which may be packed."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")


def read(path: Path) -> list[list[str]]:
    """Sentences of a text cut by hand, as their words.

    Args:
        path: One sentence a line. Where a full stop is an ASCII one of its own, it becomes a Chinese one.

    Returns:
        The sentences that hold words.
    """
    lines = [[word.translate(NARROW) for word in line.split()] for line in unpacked(path).splitlines()]
    return [["。" if word == "." else word for word in line] for line in lines if line]


def listed(names: Sequence[str]) -> set[str]:
    """Words of some lists."""
    found: set[str] = set()
    for name in names:
        if name == "jieba":
            spec = find_spec("jieba")
            if spec is None or spec.origin is None:
                raise SystemExit("jieba is not installed: pip install jieba")
            entries = (line.split() for line in unpacked(Path(spec.origin).parent / "dict.txt").splitlines())
            found |= {entry[0] for entry in entries if int(entry[1]) >= KNOWN_JIEBA}
        else:
            found |= {word.translate(NARROW) for word in unpacked(Path(name)).split()}
    return found


def tagged(words: Sequence[str]) -> list[int]:
    """Tags of the characters of some words."""
    tags: list[int] = []
    for word in words:
        tags += [SINGLE] if len(word) == 1 else [BEGIN, *[MIDDLE] * (len(word) - 2), END]
    return tags


def asked_by(texts: Sequence[str], lexicons: Sequence[characters.Lexicon]) -> tuple[Array, Array]:
    """Features, characters x kinds, and the texts' lengths."""
    codes, starts = characters.laid_out(texts)
    lengths = np.array([len(text) for text in texts])
    places = np.concatenate([np.arange(start, start + length) for start, length in zip(starts, lengths, strict=True)])
    return np.stack([row[places] for row in characters.features(codes, lexicons)], 1), lengths


def frequent(asked: Array, rare: int) -> Array:
    """Features that occur more often than ``rare``, sorted."""
    asked.sort()
    first = np.flatnonzero(np.concatenate([[True], asked[1:] != asked[:-1]]))
    found: Array = asked[first][np.diff([*first, len(asked)]) > rare]
    return found


def numbered(asked: Array, keys: Array) -> Array:
    """Rows of the weights for features; 0 for one that has none."""
    found = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[found] == asked, found + 1, 0).astype(np.int32)


def batched(rows: Array, lengths: Array, tags: Array, standard: int) -> Iterator[Batch]:
    """Sentences in batches of like length."""
    first = np.cumsum(lengths) - lengths
    by_length = np.argsort(lengths, kind="stable")
    for start in range(0, len(by_length), BATCH):
        chosen = by_length[start : start + BATCH]
        own = lengths[chosen]
        places = np.concatenate([np.arange(first[i], first[i] + lengths[i]) for i in chosen])
        known, inverse = np.unique(rows[places], return_inverse=True)
        inverse = inverse.ravel()
        order = np.argsort(inverse, kind="stable")
        bounds = np.flatnonzero(np.concatenate([[True], np.diff(inverse[order]) > 0]))
        yield Batch(
            standard,
            own,
            np.repeat(np.arange(len(chosen)), own),
            np.concatenate([np.arange(length) for length in own]),
            tags[places],
            known,
            inverse.reshape(-1, rows.shape[1]).astype(np.int32),
            (order // rows.shape[1]).astype(np.int32),
            bounds,
        )


def fit(batches: Sequence[Batch], count: int, options: argparse.Namespace) -> tuple[Array, Array]:
    """Learn with AdaGrad; the mean of all passes but the first third.

    Args:
        batches: Of all standards.
        count: How many features there are.
        options: ``epochs``, ``rate``, ``decay`` and ``seed``.

    Returns:
        Weights (standards x rows x tags) and transitions (standards x tags x tags).
    """
    chance = np.random.default_rng(options.seed)
    tables = np.zeros((len(STANDARDS) + 1, count + 1, 4), np.float32)
    squares = np.full_like(tables, 1e-2)
    edges = np.zeros((len(STANDARDS) + 1, 4, 4), np.float32)
    edge_squares = np.ones_like(edges)
    weights, transitions = np.zeros_like(tables[1:]), np.zeros_like(edges[1:])
    used = range(options.epochs // 3, options.epochs)
    for epoch in range(options.epochs):
        began = time.monotonic()
        rate = options.rate * (1 - 0.8 * epoch / options.epochs)
        for number in chance.permutation(len(batches)):
            batch = batches[number]
            pull, edge_pull = gradient(batch, tables, edges)
            for table in (0, batch.standard + 1):
                own = tables[table][batch.rows]
                step = pull - options.decay * own * (len(batch.lengths) / 100)
                squares[table][batch.rows] += step * step
                own += rate * step / np.sqrt(squares[table][batch.rows])
                own[batch.rows == 0] = 0
                tables[table][batch.rows] = own
                edge_squares[table] += edge_pull * edge_pull
                edges[table] += rate * edge_pull / np.sqrt(edge_squares[table])
        if epoch in used:
            weights += (tables[:1] + tables[1:]) / len(used)
            transitions += (edges[:1] + edges[1:]) / len(used)
        print(f"pass {epoch + 1}: {time.monotonic() - began:.0f} s", flush=True)
    return weights, np.where(FOLLOWS, transitions, NEVER)


def gradient(batch: Batch, tables: Array, edges: Array) -> tuple[Array, Array]:
    """How the weights of a batch's rows and the transitions must change to make its tags likelier."""
    own = tables[0][batch.rows] + tables[batch.standard + 1][batch.rows]
    scores = own[batch.inverse[:, 0]]
    for kind in range(1, batch.inverse.shape[1]):
        scores += own[batch.inverse[:, kind]]
    nodes = np.zeros((len(batch.lengths), batch.lengths.max(), 4), np.float32)
    nodes[batch.sentence, batch.place] = scores
    nodes[:, 0, 1:3] += NEVER
    nodes[np.arange(len(nodes)), batch.lengths - 1, :2] += NEVER
    transitions = np.where(FOLLOWS, edges[0] + edges[batch.standard + 1], NEVER)
    chances, pairs = expected(nodes, batch.lengths, np.exp(transitions).astype(np.float32))
    pull = -chances[batch.sentence, batch.place]
    pull[np.arange(len(pull)), batch.tags] += 1
    inner = batch.sentence[1:] == batch.sentence[:-1]
    np.add.at(pairs, (batch.tags[:-1][inner], batch.tags[1:][inner]), 1)
    return np.add.reduceat(pull[batch.order], batch.bounds), pairs


def expected(nodes: Array, lengths: Array, edges: Array) -> tuple[Array, Array]:
    """Chances of the tags, and how often each transition is expected, with a minus."""
    size = nodes.shape[1]
    nodes = np.exp(nodes - nodes.max(2, keepdims=True))
    forward, backward = np.empty_like(nodes), np.ones_like(nodes)
    scale = np.ones((len(nodes), size, 1), np.float32)
    for at in range(size):
        reached = nodes[:, at] if at == 0 else (forward[:, at - 1] @ edges) * nodes[:, at]
        scale[:, at] = reached.sum(1, keepdims=True)
        scale[:, at][scale[:, at] == 0] = 1
        forward[:, at] = reached / scale[:, at]
    for at in range(size - 2, -1, -1):
        reached = ((nodes[:, at + 1] * backward[:, at + 1]) @ edges.T) / scale[:, at + 1]
        backward[:, at] = np.where((at < lengths - 1)[:, None], reached, 1)
    inside = (np.arange(1, size) < lengths[:, None])[:, :, None]
    later = (nodes * backward / scale)[:, 1:] * inside
    return forward * backward, -np.einsum("nti,ntj->ij", forward[:, :-1], later) * edges


def write(
    folder: Path,
    keys: Array,
    weights: Array,
    edges: Array,
    lexicons: Sequence[characters.Lexicon],
    weak: float,
) -> None:
    """Drop weak features, round the weights to one byte and write what ``PkusegSegmenter`` reads.

    Args:
        folder: Made if missing.
        keys: Features, sorted; row 0 of the weights is for all others.
        weights: Standards x rows x tags.
        edges: Standards x tags x tags.
        lexicons: Word lists.
        weak: A feature whose weights all stay below this is dropped.
    """
    weights = weights - weights.mean(2, keepdims=True)  # the same for all tags decides nothing
    size = np.abs(weights).max(2)
    weights[size < weak] = 0
    kept = np.flatnonzero(size.max(0) >= weak)
    kept = kept[kept > 0]
    rows = [0, *kept]
    step = float(np.quantile(size, 0.9999)) / 127  # a few are larger and stop there
    rounded = np.clip(np.round(weights[:, rows] / step), -127, 127).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    hashes = [lexicon[length] for lexicon in lexicons for length in sorted(lexicon)]
    np.savez_compressed(
        folder / "weights.npz",
        keys=np.diff(keys[kept - 1], prepend=np.uint32(0)),
        standards=np.array(STANDARDS),
        weights=rounded,
        step=step,
        edges=edges.astype(np.float32),
        lexicons=np.array([len(row) for row in hashes]).reshape(len(lexicons), -1),
        hashes=np.concatenate([np.diff(row, prepend=np.uint32(0)) for row in hashes]),
    )


def f1(folder: Path, sentences: Sequence[Sequence[str]], standard: str) -> float:
    """Word F1 of the written weights.

    Args:
        folder: With the weights.
        sentences: Cut by hand.
        standard: See ``PkusegSegmenter``.

    Returns:
        Harmonic mean of precision and recall of word spans.
    """
    found_in = PkusegSegmenter(folder, standard)(["".join(words) for words in sentences])
    right = size = 0
    for words, found in zip(sentences, found_in, strict=True):
        ends = np.cumsum([len(word) for word in words]).tolist()
        wanted = set(zip([0, *ends[:-1]], ends, strict=True))
        right += len(wanted & set(found))
        size += len(wanted) + len(found)
    return 2 * right / size


if __name__ == "__main__":
    main()
