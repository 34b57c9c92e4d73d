"""The words of a text between marks, for formats that are made of words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from govclaim.schema import Annotation

__all__ = ["pieces"]

# Latin words and numbers whole, else a character a word, as Chinese corpora of names have it.
_WORD = re.compile(r"[A-Za-zÀ-ɏ]+|\d+(?:[.,]\d+)*|\s+|\S")


def pieces(annotation: Annotation, edges: Iterable[int]) -> list[tuple[int, int]]:
    """Cut a text into words and white space.

    Args:
        annotation: Its ``tokens`` are the words where it has them, else each character is one.
        edges: Positions at which a word must end.

    Returns:
        Stretches that together are the text, in order; white space is in stretches of its own, unless it is
        a break of the page's layout inside a word.
    """
    text = annotation.text
    bounds = sorted({0, len(text), *edges, *_cuts(annotation)})
    return [(start, end) for start, end in pairwise(bounds) if start < end]


def _cuts(annotation: Annotation) -> Iterator[int]:
    """Where words begin and end."""
    text = annotation.text
    words = sorted((token.start, token.end) for token in annotation.tokens or ())
    starts, ends = [start for start, _ in words], sorted(end for _, end in words)
    for found in _WORD.finditer(text):
        for edge in found.span():
            # Inside one of the given words nothing is cut.
            inside = bisect_left(starts, edge) - bisect_right(ends, edge)
            if inside <= 0:
                yield edge
    yield from starts
    yield from ends
