"""Reprints: one text under several headlines, cut or wrapped otherwise. The later ones name the first.

MinHash over shingles of characters (Broder 1997) with bands (Leskovec, Rajaraman & Ullman, ch. 3) finds the
candidates; what decides is whether the sentences of the shorter stand in the longer *as they are*. A form of
which each county fills in its own names and figures shares most shingles with its like, but its sentences
come back changed: that speaks against a reprint, as a new headline or a missing end does not.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import unicodedata
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from govclaim.batch.records import Record, filled
from govclaim.extras import required
from govclaim.pipeline.load import Rejected

__all__ = ["is_reprint", "marked", "version"]

_SHINGLE = 5  # characters
_BANDS, _ROWS = 32, 4  # two texts of Jaccard 0.6 meet with probability 0.99, of 0.4 with 0.56
_CROWD = (
    64  # texts of one band that are looked up: those of one form may be thousands, and a reprint has other bands too
)
_CANDIDATES = 20  # of them, those that meet most often, that are compared
_COVERED = 0.6  # of the shorter text, at least, stands in the longer one
_CHANGED = 0.02  # of it, at most, stands there changed
_ALIKE = 0.4  # share of a sentence's shingles from which on it stands there changed
_LEAST = 30  # characters; shorter texts are reprints only if they are equal
_UNIT = 8  # characters; shorter sentences stand in any text
_SENTENCE = re.compile("[^。！？；!?;]*[。！？；!?;]|[^。！？；!?;]+")
_SPACE = re.compile(r"\s+")


def version() -> str:
    """What decides beside our code: the library and its version.

    Raises:
        InputError: datasketch is not installed.
    """
    required("datasketch", "dedup")
    from importlib.metadata import version as installed

    return f"datasketch {installed('datasketch')}"


def marked(found: Iterable[Record | Rejected], database: Path | str = "") -> Iterator[Record | Rejected]:
    """Put ``duplicate_of`` into the metadata of records that reprint an earlier one.

    Args:
        found: Records in their order. Files that are one record are opened here.
        database: A file for what was seen, so that memory does not grow with it; the default is one that the
            system removes.

    Yields:
        The same records; that of a reprint names the id of the first of its kind.

    Raises:
        InputError: datasketch is not installed.
    """
    with contextlib.closing(_Seen(database)) as seen:
        for record in found:
            full = filled(record) if isinstance(record, Record) else record
            if not isinstance(full, Record) or not isinstance(full.text, str):
                yield full
                continue
            first = seen.first_like(full.id, normal(full.text))
            if first is not None and (full.meta is None or isinstance(full.meta, Mapping)):
                full = replace(full, meta={**(full.meta or {}), "duplicate_of": first})
            yield full


def normal(text: str) -> str:
    """A text without what a reprint changes: widths of characters, spaces and breaks.

    Args:
        text: Any.
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def is_reprint(one: str, other: str) -> bool:
    """Whether one of two texts reprints the other.

    Args:
        one: As ``normal`` gives it.
        other: Likewise; the order does not matter.
    """
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    if len(short) < _LEAST:
        return short == long
    sentences = _SENTENCE.findall(short)
    # A headline without a full stop runs into the first sentence, and an end may be cut anywhere.
    sentences[:1] = _parted(sentences[0], long, from_end=True)
    sentences[-1:] = _parted(sentences[-1], long, from_end=False)
    covered = changed = 0
    shingles: set[str] = set()
    for place, sentence in enumerate(sentences):
        if len(sentence) < _UNIT or sentence in long:
            covered += len(sentence)
            continue
        if place == 0:  # a headline is new, whatever words it takes from the text
            continue
        shingles = shingles or _shingles(long)
        own = _shingles(sentence)
        if len(own & shingles) >= _ALIKE * len(own):
            changed += len(sentence)
    return covered >= _COVERED * len(short) and changed <= _CHANGED * len(short)


def _parted(sentence: str, long: str, *, from_end: bool) -> list[str]:
    """A sentence in two, so that its end (or beginning) is as long as what stands in the other text."""
    size = bisect_left(
        range(1, len(sentence) + 1),
        True,
        key=lambda size: (sentence[-size:] if from_end else sentence[:size]) not in long,
    )
    if size < _UNIT or size == len(sentence):
        return [sentence]
    at = len(sentence) - size if from_end else size
    return [sentence[:at], sentence[at:]]


def _shingles(text: str) -> set[str]:
    return {text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))}


class _Seen:
    """The first of each kind: their bands, and their texts."""

    def __init__(self, database: Path | str) -> None:
        self._sketch: Any = required("datasketch", "dedup").MinHash(_BANDS * _ROWS, hashfunc=int)
        self._tables = sqlite3.connect(database, isolation_level=None)
        self._tables.execute("PRAGMA journal_mode = OFF")
        self._tables.execute("PRAGMA synchronous = OFF")
        self._tables.execute("CREATE TABLE texts (number INTEGER PRIMARY KEY, id TEXT, text BLOB)")
        self._tables.execute(
            "CREATE TABLE bands (band INTEGER, number INTEGER, PRIMARY KEY (band, number)) WITHOUT ROWID"
        )
        self._number = 0

    def close(self) -> None:
        self._tables.close()

    def first_like(self, id: str, text: str) -> str | None:
        """The id of the text that this one reprints; if there is none, it is remembered."""
        bands = self._bands(text)
        for number in self._candidates(bands):
            first, packed = self._tables.execute("SELECT id, text FROM texts WHERE number = ?", (number,)).fetchone()
            if is_reprint(text, zlib.decompress(packed).decode("utf-8", "surrogatepass")):
                return str(first)
        packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
        self._number += 1
        key = id.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        self._tables.execute("INSERT INTO texts VALUES (?, ?, ?)", (self._number, key, packed))
        self._tables.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, self._number) for band in bands])
        return None

    def _candidates(self, bands: list[int]) -> list[int]:
        counted: Counter[int] = Counter()
        for band in bands:
            found = self._tables.execute("SELECT number FROM bands WHERE band = ? LIMIT ?", (band, _CROWD))
            counted.update(number for (number,) in found)
        return sorted(counted, key=lambda number: (-counted[number], number))[:_CANDIDATES]

    def _bands(self, text: str) -> list[int]:
        """A number for each band; two texts that share one are candidates."""
        sketch = self._sketch.copy()
        sketch.clear()
        sketch.update_batch(_hashes(text).tolist())
        rows = np.asarray(sketch.hashvalues, np.uint64).reshape(_BANDS, _ROWS)
        keys = np.arange(_BANDS, dtype=np.uint64)
        for row in rows.T:
            keys = (keys ^ row) * np.uint64(0x9E3779B97F4A7C15)
            keys ^= keys >> np.uint64(29)
        return [int(key) for key in keys.astype(np.int64)]


def _hashes(text: str) -> npt.NDArray[np.uint32]:
    """The shingles of a text, each as 32 bits."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    size = max(1, len(codes) - _SHINGLE + 1)
    padded = np.zeros(size + _SHINGLE - 1, np.uint32)
    padded[: len(codes)] = codes
    keys = np.zeros(size, np.uint32)
    for at in range(_SHINGLE):
        keys = (keys ^ padded[at : at + size]) * np.uint32(0x01000193)
        keys ^= keys >> np.uint32(15)
    return np.unique(keys)
