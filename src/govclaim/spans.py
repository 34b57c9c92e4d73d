"""Offsets: the only module that computes them.

Two coordinate systems exist and have different types, so that a type checker catches a mix-up:

* ``Span``: code points of the **document** exactly as it was given;
* ``SurfaceSpan``: code points of one sentence's **surface**, that is the sentence without the line
  breaks of the page's layout and with full-width forms folded one to one.

Both are half-open. A ``Surface`` maps between them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Span", "Surface", "SurfaceSpan"]

_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
"""What ends a line (``str.splitlines``)."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch ``[start, end)`` of the document's code points."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The stretch of ``text`` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class SurfaceSpan:
    """A half-open stretch ``[start, end)`` of one sentence's surface."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The stretch of the surface text that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: SurfaceSpan) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: SurfaceSpan) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Surface:
    """The text of one sentence as the grammar reads it, with its way back to the document.

    The map is monotone and piecewise linear: surface position ``starts[k] + i`` stands at document
    position ``origins[k] + i`` inside piece ``k``. A sentence without layout breaks has one piece.

    Attributes:
        text: Folded text without layout breaks.
        starts: First surface position of each piece, ascending, beginning with 0.
        origins: Document position of each piece's first code point.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.text)

    def position(self, index: int) -> int:
        """Document position of the code point at surface position ``index``."""
        piece = bisect_right(self.starts, index) - 1
        return self.origins[piece] + index - self.starts[piece]

    def to_document(self, span: SurfaceSpan) -> Span:
        """The document span from the first through the last code point of ``span``.

        An empty span maps to an empty span. Layout breaks inside are covered, those at the edges are not.
        """
        if span.end <= span.start:
            at = self.position(span.start) if span.start < len(self.text) else self.position(span.start - 1) + 1
            return Span(at, at)
        return Span(self.position(span.start), self.position(span.end - 1) + 1)

    def unfolded(self, document: str, span: SurfaceSpan) -> str:
        """The stretch without layout breaks but with the document's own characters.

        This is the ``surface`` of the contract: a space that stands for a break is kept as a space.

        Args:
            document: The document's untouched text.
            span: In this surface.
        """
        whole = self.to_document(span)
        if self._piece(span.start) == self._piece(span.end - 1):
            return whole.of(document)
        characters = (document[self.position(i)] for i in range(span.start, span.end))
        return "".join(" " if character in _BREAKS else character for character in characters)

    def _piece(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

    def from_document(self, span: Span) -> SurfaceSpan:
        """The surface span of the code points of ``span`` that the surface keeps."""
        return SurfaceSpan(self._index(span.start), self._index(span.end))

    def _index(self, position: int) -> int:
        """Surface index of the first kept code point at or after a document position."""
        piece = bisect_right(self.origins, position) - 1
        if piece < 0:
            return 0
        index = self.starts[piece] + position - self.origins[piece]
        limit = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        return min(index, limit)
