"""Words of each sentence.

A ``Segmenter`` takes surface texts and gives spans of words. ``CharacterSegmenter`` needs no weights;
``PkusegSegmenter`` decodes with spacy-pkuseg, whose wheel holds no weights, so that it is given ours;
``characters`` tells what they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

from govclaim.errors import BackendError, ModelError
from govclaim.spans import SurfaceSpan
from govclaim.values import Sentence, Token

__all__ = ["CharacterSegmenter", "PkusegSegmenter", "Segmenter", "align", "segment"]

_PIECE = re.compile(r"[A-Za-zÀ-ɏ]+|\d+(?:[.,]\d+)*|\S")
_RUN = re.compile(r"\S+")
_LANE = 128  # makes a weight of one byte positive
_NEVER = 10_000.0  # no sum of weights comes near
_PORTION = 2_000  # characters, so that what is known of them fits the cache


class Segmenter(Protocol):
    """Anything that finds words."""

    def __call__(self, texts: Sequence[str]) -> Sequence[Sequence[tuple[int, int]]]:
        """Find the words of each text.

        Args:
            texts: Surfaces of sentences.

        Returns:
            For each text the half-open spans of its words, in order and without overlaps. White space belongs to none.
        """


def segment(sentences: Sequence[Sentence], segmenter: Segmenter) -> tuple[tuple[Token, ...], ...]:
    """Find the words of sentences.

    Args:
        sentences: Of one document.
        segmenter: Finds them.

    Returns:
        The words of each sentence.

    Raises:
        BackendError: The segmenter gives no list for a sentence, or spans that overlap, are empty or lie outside.
    """
    answers = segmenter([sentence.surface.text for sentence in sentences])
    if len(answers) != len(sentences):
        raise BackendError(
            f"the segmenter gives {len(answers)} lists of words for {len(sentences)} sentences",
            where=type(segmenter).__name__,
            hint="one list for each text is needed, empty where there is no word",
        )
    return tuple(
        tuple(_checked(sentence.surface.text, pieces, segmenter))
        for sentence, pieces in zip(sentences, answers, strict=True)
    )


def _checked(text: str, pieces: Iterable[tuple[int, int]], segmenter: Segmenter) -> Iterator[Token]:
    at = 0
    for start, end in pieces:
        if not at <= start < end <= len(text):
            raise BackendError(
                f"the word [{start}, {end}) does not fit behind {at} in a text of {len(text)} characters",
                where=f"{type(segmenter).__name__}: {text[:20]}",
                hint="words are half-open spans of the text, in order and without overlaps",
            )
        yield Token(SurfaceSpan(start, end))
        at = end


def align(tokens: Sequence[Token], spans: Iterable[SurfaceSpan]) -> tuple[Token, ...]:
    """Cut words where a span begins or ends inside them.

    Args:
        tokens: Words of one sentence.
        spans: Of the same sentence, in any order; they may overlap.

    Returns:
        Words of which none crosses an edge of a span.
    """
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    result: list[Token] = []
    next_edge = 0
    for token in tokens:
        start, end = token.span.start, token.span.end
        while next_edge < len(edges) and edges[next_edge] < end:
            if edges[next_edge] > start:
                result.append(Token(SurfaceSpan(start, edges[next_edge])))
                start = edges[next_edge]
            next_edge += 1
        result.append(token if start == token.span.start else Token(SurfaceSpan(start, end)))
    return tuple(result)


class CharacterSegmenter:
    """One word a character, but Latin words and numbers whole."""

    def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Find them.

        Args:
            texts: Surfaces of sentences.

        Returns:
            Their spans.
        """
        return [[match.span() for match in _PIECE.finditer(text)] for text in texts]


class PkusegSegmenter:
    """Words by a linear chain that pkuseg decodes, with our weights.

    The weights know two standards of where words end.

    Args:
        folder: With ``weights.npz``; read on first use. Nothing is ever downloaded.
        standard: ``sxu`` (that of Shanxi University: 教育局, 运动员) or ``gsd`` (that of Universal Dependencies, which
            sets suffixes apart: 教育 局, 运动 员).
    """

    def __init__(self, folder: Path | str, standard: str = "sxu") -> None:
        self.folder = Path(folder)
        self.standard = standard
        self._model: _Weights | None = None

    def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Find the words of each text.

        Args:
            texts: Surfaces of sentences.

        Returns:
            Their spans.

        Raises:
            ModelError: The folder holds no weights, damaged ones, or none for the standard.
        """
        if self._model is None:
            self._model = _Weights(self.folder)
        runs = [(number, run.start(), run[0]) for number, text in enumerate(texts) for run in _RUN.finditer(text)]
        result: list[list[tuple[int, int]]] = [[] for _ in texts]
        cuts = self._model.cut([text for _, _, text in runs], self.standard)
        for (number, at, _), starts in zip(runs, cuts, strict=True):
            result[number] += [(at + start, at + end) for start, end in pairwise(starts)]
        return result


class _Weights:
    """The weights, and the sums of them."""

    def __init__(self, folder: Path) -> None:
        import numpy as np
        from spacy_pkuseg import inference

        try:
            with np.load(folder / "weights.npz", allow_pickle=False) as stored:
                self.keys = np.cumsum(stored["keys"], dtype=np.uint32)
                self.standards = stored["standards"].tolist()
                tables, self.edges, self.step = stored["weights"], stored["edges"], float(stored["step"])
                sizes, hashes = stored["lexicons"], stored["hashes"]
        except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"the weights for words cannot be read ({error})",
                where=str(folder),
                hint="reinstall govclaim, or pass the character segmenter",
            ) from error
        if tables.shape[1] != len(self.keys) + 1:
            raise ModelError("features and weights for words do not belong together", where=str(folder))
        # Four weights in one number, a lane of 16 bits each, so that one addition adds them all.
        self.tables = [
            np.ascontiguousarray(table.astype(np.int16) + _LANE).astype(np.uint16).view(np.uint64)[:, 0]
            for table in tables
        ]
        ends = np.cumsum(sizes).tolist()
        parts = [np.cumsum(hashes[start:end], dtype=np.uint32) for start, end in pairwise([0, *ends])]
        lengths = sizes.shape[1]
        self.lexicons = [dict(enumerate(parts[at : at + lengths], start=2)) for at in range(0, len(parts), lengths)]
        self._decode: Any = inference.run_viterbi

    def cut(self, texts: Sequence[str], standard: str) -> list[list[int]]:
        """Where the words of texts without white space begin, and where the texts end."""
        if standard not in self.standards:
            raise ModelError(f"the weights know no standard {standard!r}", hint=f"take {' or '.join(self.standards)}")
        number = self.standards.index(standard)
        return [starts for portion in _portions(texts) for starts in self._cut(portion, number)]

    def _cut(self, texts: Sequence[str], standard: int) -> Iterator[list[int]]:
        import numpy as np

        from govclaim.text import characters

        codes, starts = characters.laid_out(texts)
        asked = np.stack(characters.features(codes, self.lexicons))
        rows = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        rows = np.where(self.keys[rows] == asked, rows + 1, 0)  # row 0 is for features without weights
        sums = self.tables[standard][rows].sum(axis=0)
        scores = (sums.view(np.uint16).reshape(-1, 4).astype(np.float64) - _LANE * len(asked)) * self.step
        scores[np.ix_(characters.inseparable(codes), (0, 3))] -= _NEVER
        edges = self.edges[standard].astype(np.float64)
        for text, at in zip(texts, starts, strict=True):
            nodes = scores[at : at + len(text)]
            nodes[0, 1:3] -= _NEVER  # no text begins inside a word, none ends there
            nodes[-1, :2] -= _NEVER
            _, tags = self._decode(nodes, edges)
            yield [*np.flatnonzero((tags == 0) | (tags == 3)).tolist(), len(text)]


def _portions(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts in portions, as what is known of a character takes hundreds of bytes."""
    portion: list[str] = []
    size = 0
    for text in texts:
        if portion and size + len(text) > _PORTION:
            yield portion
            portion, size = [], 0
        portion.append(text)
        size += len(text)
    if portion:
        yield portion
