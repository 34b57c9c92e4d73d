"""Words of each sentence.

A ``Segmenter`` takes surface texts and gives spans of words. ``CharacterSegmenter`` needs no weights;
``PkusegSegmenter`` decodes with spacy-pkuseg, whose wheel holds no weights, so that it is given ours.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from govclaim.errors import BackendError, ModelError
from govclaim.spans import SurfaceSpan
from govclaim.values import Sentence, Token

__all__ = ["LETTER", "NUMBER", "CharacterSegmenter", "PkusegSegmenter", "Segmenter", "align", "normalised", "segment"]

NUMBER, LETTER = "\ue000", "\ue001"
"""What the weights know instead of every digit or numeral, and of every Latin letter."""

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NUMERALS = "0123456789.几二三四五六七八九十千万亿兆零１２３４５６７８９０％"
_LETTERS = (
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ／・－"
)
_CLASSES = {ord(sign): NUMBER for sign in _NUMERALS} | {ord(sign): LETTER for sign in _LETTERS}
_PIECE = re.compile(r"[A-Za-zÀ-ɏ]+|\d+(?:[.,]\d+)*|\S")
_RUN = re.compile(r"\S+")
_LONGEST_WORD = 4  # as in the recipe that trained the weights


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


def normalised(text: str) -> str:
    """A text as the weights know it, character by character.

    Args:
        text: Any text.

    Returns:
        It in full width, with ``NUMBER`` and ``LETTER`` for every numeral and Latin letter.
    """
    return text.translate(_WIDE).translate(_CLASSES)


class PkusegSegmenter:
    """Words by pkuseg's model: a linear chain over characters, pairs of characters and known words.

    Args:
        folder: With ``features.txt.gz``, ``words.txt.gz`` and ``weights.npz``; read on first use. Nothing is
            ever downloaded.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._model: _Weights | None = None

    def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Find the words of each text.

        Args:
            texts: Surfaces of sentences.

        Returns:
            Their spans.

        Raises:
            ModelError: The folder holds no weights, or damaged ones.
        """
        if self._model is None:
            self._model = _Weights(self.folder)
        model = self._model
        return [
            [(run.start() + a, run.start() + b) for run in _RUN.finditer(text) for a, b in model.cut(run[0])]
            for text in texts
        ]


class _Weights:
    """The weights, laid out for the features of one character at a time."""

    def __init__(self, folder: Path) -> None:
        import numpy as np
        from spacy_pkuseg import inference

        try:
            features = _unpacked(folder / "features.txt.gz")
            self.words = frozenset(_unpacked(folder / "words.txt.gz"))
            with np.load(folder / "weights.npz", allow_pickle=False) as stored:
                weights, step, tags = stored["weights"], stored["step"], stored["tags"].tolist()
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise ModelError(
                f"the weights for words cannot be read ({error})",
                where=str(folder),
                hint="reinstall govclaim, or pass the character segmenter",
            ) from error
        if len(weights) != len(features) + len(tags):
            raise ModelError("features and weights for words do not belong together", where=str(folder))
        self.n_tag, self.n_feature = len(tags), len(features)
        self.w = weights.astype(np.float64).ravel() * float(step)
        self.begins = tuple(tag.startswith("B") for tag in tags)
        self.tables: dict[str, dict[str, int]] = {}
        for number, feature in enumerate(features):
            name, _, key = feature.partition("\t")
            self.tables.setdefault(name, {})[key] = number
        self._decode: Any = inference.decodeViterbi_fast

    def cut(self, text: str) -> list[tuple[int, int]]:
        """Words of a text without white space."""
        signs = normalised(text)
        _, tags = self._decode(self._features(signs), self)
        starts = [0, *(i for i in range(1, len(signs)) if self.begins[tags[i]])]
        return list(zip(starts, [*starts[1:], len(signs)], strict=True))

    def _features(self, signs: str) -> list[list[int]]:
        get = self.tables.get
        singles = [get(name, {}) for name in ("c-2", "c-1", "c", "c1", "c2")]
        pairs = [get(name, {}) for name in ("c-2c-1", "c-1c", "cc1")]
        rows: list[list[int]] = [[0] for _ in signs]
        size = len(signs)
        for offset, single in zip((-2, -1, 0, 1, 2), singles, strict=True):
            for place, sign in enumerate(signs):
                number = single.get(sign)
                if number is not None and 0 <= place - offset < size:
                    rows[place - offset].append(number)
        bigrams = [signs[i : i + 2] for i in range(size - 1)]
        for offset, pair in zip((-2, -1, 0), pairs, strict=True):
            for place, bigram in enumerate(bigrams):
                number = pair.get(bigram)
                if number is not None and place - offset < size:
                    rows[place - offset].append(number)
        self._word_features(signs, rows)
        return rows

    def _word_features(self, signs: str, rows: list[list[int]]) -> None:
        size = len(signs)
        starting: list[list[str]] = [[] for _ in range(size + 1)]
        ending: list[list[str]] = [[] for _ in range(size + 1)]
        for length in range(2, _LONGEST_WORD + 1):
            for start in range(size - length + 1):
                word = signs[start : start + length]
                if word in self.words:
                    starting[start].append(word)
                    ending[start + length].append(word)
        get = self.tables.get
        ends, begins, left, right = (get(name, {}) for name in ("w-1", "w1", "ww.l", "ww.r"))
        for place, row in enumerate(rows):
            row += [ends[word] for word in ending[place + 1] if word in ends]
            row += [begins[word] for word in starting[place] if word in begins]
            # the character begins the second of two known words, or ends the first
            row += _known(left, ending[place], starting[place])
            row += _known(right, ending[place + 1], starting[place + 1])


def _known(table: dict[str, int], before: list[str], after: list[str]) -> list[int]:
    if not before or not after:
        return []
    keys = [f"{first}*{second}" for first in before for second in after]
    return [table[key] for key in keys if key in table]


def _unpacked(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
