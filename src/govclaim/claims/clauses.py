"""From a sentence to clauses of words: where figures stand and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from govclaim.claims.lexicon import Lexicon
from govclaim.spans import SurfaceSpan
from govclaim.values import Layers

__all__ = ["Clause", "Parse", "Word", "parse"]

NOMINAL = frozenset({"n", "nz", "nx", "nr", "ns", "nt", "nw", "vn", "an", "s", "f", "x", "E"})
"""Tags that a noun phrase may end with."""

_WINDOW = 48
"""Words that the grammar looks back or ahead inside a clause: longer ones are lists or no language."""

_CLAUSE = re.compile(r"[,;:。!?]|……|—+|[()\[\]【】|\t]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a figure, time, name or bound word taken as one.

    Attributes:
        tag: Part of speech of the lexicon, or ``Q`` (quantity) ``T`` (time) ``E`` (entity) ``B`` (bound word).
        item: Index in its layer for ``Q``, ``T`` and ``E``, else -1.
    """

    start: int
    end: int
    text: str
    tag: str
    item: int = -1


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between clause punctuation.

    Attributes:
        first, last: Its words are ``words[first:last]`` of the parse.
        opener: The punctuation before it, empty for the first.
    """

    first: int
    last: int
    opener: str


@dataclass(frozen=True, slots=True)
class Parse:
    """A sentence as words and clauses.

    Attributes:
        figures: Word index of each quantity of the layer, in order.
        clause_of: Clause index of each word (punctuation belongs to the clause it opens).
    """

    text: str
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]
    figures: tuple[int, ...]
    clause_of: tuple[int, ...]

    def start(self, word: int) -> int:
        """Where the clause of a word begins, as far as the grammar looks back."""
        return max(self.clauses[self.clause_of[word]].first, word - _WINDOW)

    def end(self, word: int) -> int:
        """Where the clause of a word ends, as far as the grammar looks ahead."""
        return min(self.clauses[self.clause_of[word]].last, word + _WINDOW)


def parse(layers: Layers, lexicon: Lexicon) -> Parse:
    """Cut one sentence into words and clauses.

    Args:
        layers: The sentence with its quantities, times and entities.
        lexicon: Words and tags.

    Returns:
        Words that cover the surface but for white space, and the clauses they form.
    """
    text = layers.sentence.surface.text
    words: list[Word] = []
    at = 0
    for fixed in _fixed(layers):
        _plain(text, at, fixed.start, lexicon, words)
        words.append(fixed)
        at = fixed.end
    _plain(text, at, len(text), lexicon, words)
    clauses, owner = _clauses(words)
    figures = tuple(i for i, word in enumerate(words) if word.tag == "Q")
    return Parse(text, tuple(words), clauses, figures, owner)


def _fixed(layers: Layers) -> list[Word]:
    """The items of the layers as words, left to right, without overlaps (quantities first)."""
    text = layers.sentence.surface.text
    taken: list[Word] = []
    items: list[tuple[SurfaceSpan, str, int]] = [(c.span, "Q", i) for i, c in enumerate(layers.quantities)]
    items += [(c.value.bound_span, "B", -1) for c in layers.quantities if c.value.bound_span is not None]
    items += [(c.span, "T", i) for i, c in enumerate(layers.times)]
    items += [(c.span, "E", i) for i, c in enumerate(layers.entities)]
    rank = {"Q": 0, "B": 1, "T": 2, "E": 3}
    end = 0
    for span, tag, index in sorted(items, key=lambda item: (item[0].start, rank[item[1]], -item[0].end)):
        if tag == "Q" and taken and span.start < end and taken[-1].tag != "Q":
            end = taken.pop().start  # a figure inside a name or time still is a figure
        if span.start >= end and span.end > span.start:
            taken.append(Word(span.start, span.end, span.of(text), tag, index))
            end = span.end
    return taken


def _plain(text: str, start: int, end: int, lexicon: Lexicon, words: list[Word]) -> None:
    """Append the words of a stretch without items."""
    at = start
    for mark in _CLAUSE.finditer(text, start, end):
        _split(text, at, mark.start(), lexicon, words)
        words.append(Word(mark.start(), mark.end(), mark.group(), "w"))
        at = mark.end()
    _split(text, at, end, lexicon, words)


def _split(text: str, start: int, end: int, lexicon: Lexicon, words: list[Word]) -> None:
    if start >= end:
        return
    stretch = text[start:end]
    for first, last, tag in lexicon.split(stretch):
        piece = stretch[first:last]
        if not piece.isspace():
            words.append(Word(start + first, start + last, piece, tag))


def _clauses(words: Sequence[Word]) -> tuple[tuple[Clause, ...], tuple[int, ...]]:
    clauses: list[Clause] = []
    owner: list[int] = []
    first, opener = 0, ""
    for i, word in enumerate(words):
        if word.tag == "w" and _CLAUSE.fullmatch(word.text):
            clauses.append(Clause(first, i, opener))
            first, opener = i + 1, word.text
            owner.append(len(clauses))
        else:
            owner.append(len(clauses))
    clauses.append(Clause(first, len(words), opener))
    return tuple(clauses), tuple(owner)
