"""Words and their parts of speech, as far as claims need them.

A unigram model over a word list (``data/words.tsv.gz``: word, tag, log frequency) cuts the stretches
between figures, times and names into words. It is no tagger: a word has the one tag that it mostly
bears. That suffices to tell where a noun phrase begins and a verb ends, and it is the same on every
machine.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from govclaim.canon import indicators
from govclaim.errors import KnowledgeError
from govclaim.knowledge import Knowledge

__all__ = ["Lexicon", "lexicon"]

_UNKNOWN = -16.0
_RUN = re.compile(r"[A-Za-z0-9.%+\-/‰℃]+")


_SHARE = re.compile("占(?!地)")
_KNOWN = -6.0
"""Log probability of a listed indicator: likelier than the words it is made of."""


class Lexicon:
    """A word list with tags and log probabilities.

    Args:
        entries: ``(word, tag, log probability)``; the tags are those of the PKU tag set, coarse.
    """

    def __init__(self, entries: list[tuple[str, str, float]]) -> None:
        self.tags = {word: tag for word, tag, _ in entries}
        self._scores = {word: score for word, _, score in entries}
        # Every prefix of a word, so that a scan can stop where no word goes on.
        self._prefixes = {word[:n] for word in self._scores for n in range(1, len(word))}
        self.split = lru_cache(maxsize=20_000)(self._split)

    def tag(self, word: str) -> str:
        """The usual tag of a word; ``x`` for one that is not listed."""
        return self.tags.get(word, "x")

    def _split(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Cut a stretch without figures into words: the most probable path of the unigram model.

        Args:
            text: A stretch of a surface.

        Returns:
            ``(start, end, tag)`` of each word; together they cover the stretch.
        """
        size = len(text)
        best = [0.0] + [-math.inf] * size
        back = [0] * (size + 1)
        scores, prefixes = self._scores, self._prefixes
        at = 0
        while at < size:
            here = best[at]
            run = _RUN.match(text, at)
            if run:
                end = run.end()
                best[end], back[end] = here - 4.0, at
                at = end
                continue
            end = at + 1
            while True:
                piece = text[at:end]
                score = scores.get(piece, _UNKNOWN if end == at + 1 else -math.inf)
                if here + score > best[end]:
                    best[end], back[end] = here + score, at
                if piece not in prefixes or end >= size:
                    break
                end += 1
            at += 1
            while best[at] == -math.inf and at < size:  # inside a run
                at += 1
        words = []
        end = size
        while end > 0:
            start = back[end]
            words.append((start, end, self._tag_of(text[start:end])))
            end = start
        return tuple(reversed(words))

    def _tag_of(self, word: str) -> str:
        known = self.tags.get(word)
        if known:
            return known
        if word[0].isascii() and word[0].isalnum():
            return "nx"
        return "x" if word[0].isalnum() else "w"


def lexicon(knowledge: Knowledge) -> Lexicon:
    """The word list of a knowledge folder, read once.

    Raises:
        KnowledgeError: A line has not three cells, or its frequency is no number.
    """
    return knowledge.derived("lexicon", _read)


def _read(knowledge: Knowledge) -> Lexicon:
    entries = []
    for number, line in enumerate(knowledge.entries("words.tsv.gz"), start=1):
        try:
            word, tag, score = line.split("\t")
            entries.append((word, tag, float(score)))
        except ValueError as error:
            raise KnowledgeError(
                "the line is not word, tag, log frequency", where=f"words.tsv.gz: entry {number}"
            ) from error
    # 服务业占GDP比重 states a share of a whole: it is no one word.
    spelled = (spelling for row in indicators(knowledge) for spelling in row.spellings())
    known = [(spelling, "n", _KNOWN) for spelling in spelled if not _SHARE.search(spelling)]
    return Lexicon(entries + known)
