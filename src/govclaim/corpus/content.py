"""What of a text is somebody's own wording, for comparing the wording of many documents.

Not content: annotated quantities and times (the numeral with its unit, the date), the names of the statistics in
``indicators.csv``, the suffixes of bodies and divisions (人民政府, 街道), words of grammar, punctuation, digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govclaim.canon import indicators
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation

__all__ = ["GRAM", "Segment", "grams", "stretches", "words"]

GRAM = 5
"""Characters of what is compared."""

Segment = Callable[[Sequence[str]], Sequence[Sequence[tuple[int, int]]]]
"""Finds the words of each text, as half-open spans."""

_HAN = re.compile(r"[㐀-鿿豈-﫿]+")
_SHORTEST = 2  # characters of a name or suffix that is taken out wherever it stands


@dataclass(frozen=True, slots=True)
class _Words:
    """``corpus.yaml``."""

    function_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Suffixes:
    """What ``names.yaml`` says of the ends of names."""

    body_suffixes: Mapping[str, tuple[str, ...]]
    place_suffixes: Mapping[str, tuple[str, ...]]
    division_kinds: tuple[str, ...]


def words(annotation: Annotation, segment: Segment) -> list[list[tuple[int, int]]]:
    """The words of each sentence as spans in the document.

    Args:
        annotation: Any; words that break across lines are cut there.
        segment: Finds words.
    """
    lines = [
        (sentence.start + found.start(), found[0])
        for sentence in annotation.sentences
        for found in re.finditer(r"[^\n\r]+", sentence.text)
    ]
    answers = segment([text for _, text in lines])
    return [[(at + start, at + end) for start, end in spans] for (at, _), spans in zip(lines, answers, strict=True)]


def stretches(annotation: Annotation, lines: Iterable[Iterable[tuple[int, int]]], knowledge: Knowledge) -> list[str]:
    """The stretches of a text that are content, in order.

    Args:
        annotation: Its quantities and times are taken out, and the suffixes at the end of a name (县人民政府, 镇).
        lines: Its words, as ``words`` finds them.
        knowledge: Tables.

    Returns:
        Runs of Chinese characters; what is not content parts them.
    """
    known = knowledge.derived("content", _Known)
    text = annotation.text
    out = [
        *((item.start, item.end) for item in (*annotation.quantities, *annotation.times)),
        *(span for entity in annotation.entities for span in known.ends_of(text, entity.start, entity.end)),
        *(span for line in lines for span in line if text[slice(*span)] in known.function),
    ]
    for sentence in annotation.sentences:
        # A break of the layout parts no name: the statistic is sought in the text without it.
        places = [place for place in range(sentence.start, sentence.end) if not text[place].isspace()]
        solid = "".join(text[place] for place in places)
        out += [(places[found.start()], places[found.end() - 1] + 1) for found in known.names.finditer(solid)]
    kept = []
    for sentence in annotation.sentences:
        edges = sorted(span for span in out if span[0] < sentence.end and span[1] > sentence.start)
        kept += list(_runs(text, sentence.start, sentence.end, edges))
    return kept


def _runs(text: str, start: int, end: int, edges: Sequence[tuple[int, int]]) -> Iterator[str]:
    at = start
    for low, high in [*edges, (end, end)]:
        if low > at:
            yield from _HAN.findall("".join(text[at:low].split()))
        at = max(at, high)


def grams(runs: Iterable[str]) -> frozenset[str]:
    """The five-grams of stretches.

    Args:
        runs: As ``stretches`` gives them; a five-gram never spans two.
    """
    return frozenset(run[at : at + GRAM] for run in runs for at in range(len(run) - GRAM + 1))


class _Known:
    def __init__(self, knowledge: Knowledge) -> None:
        self.function = frozenset(_each(knowledge.document("corpus.yaml", _Words).function_words))
        suffixes = knowledge.document("names.yaml", _Suffixes)
        ends = [*suffixes.body_suffixes.values(), suffixes.place_suffixes["admin"], suffixes.division_kinds]
        self._suffixes = {name for group in ends for name in _each(group)}
        self._longest = max(map(len, self._suffixes))
        listed = self._suffixes | {spelling for row in indicators(knowledge) for spelling in row.spellings()}
        longest = sorted((name for name in listed if len(name) >= _SHORTEST), key=len, reverse=True)
        self.names = re.compile("|".join(map(re.escape, longest)))

    def ends_of(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The suffixes that a name ends in, one before the other."""
        while True:
            # The longest first; something is left of the name.
            sizes = range(min(self._longest, end - start - 1), 0, -1)
            size = next((size for size in sizes if text[end - size : end] in self._suffixes), 0)
            if not size:
                return
            yield end - size, end
            end -= size


def _each(lines: Iterable[str]) -> list[str]:
    return [word for line in lines for word in line.split()]
