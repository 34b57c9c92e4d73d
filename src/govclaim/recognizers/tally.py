"""The tally: no numeral passed over in silence.

Every maximal run of numeral characters of a sentence is listed once, with the role it plays and the
item of a layer that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge
from govclaim.recognizers.numerals import MagnitudeRow
from govclaim.recognizers.quantities import MeasureRow, QuantityRules
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Layers

__all__ = ["ROLES", "Account", "account"]

ROLES = ("quantity", "time", "ordinal", "enumeration", "name", "idiom", "article", "word", "other")
"""What a run of numeral characters can be."""

_CLOSING = re.compile("[”’」』》)]")


@dataclass(frozen=True, slots=True)
class Account:
    """One run of numeral characters.

    Attributes:
        span: The run.
        role: One of ``ROLES``.
        layer: ``quantities``, ``times`` or ``entities`` where an item of that layer holds the run.
        index: Index of that item in its layer.
    """

    span: SurfaceSpan
    role: str
    layer: str | None = None
    index: int | None = None


class _Lexicon:
    """Character classes and word lists, compiled once for one ``Knowledge``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.rules = knowledge.document("quantities.yaml", QuantityRules)
        self.characters = "".join(
            row.character for row in knowledge.rows("magnitudes.csv", MagnitudeRow) if row.kind != "huge"
        )  # 兆瓦 and 吉兆 are words
        self.measures = tuple(row.word for row in knowledge.rows("measure_words.csv", MeasureRow))

    @cached_property
    def run(self) -> re.Pattern[str]:
        """A run, with ``. , : %`` inside it; the enclosed and Roman numbers count as numerals too."""
        numeral = f"0-9{self.characters}半几数首\u2160-\u217f\u2460-\u249b\u3220-\u3229\u3280-\u3289"
        return re.compile(f"[{numeral}](?:[{numeral}%‰]|[.,:](?=[{numeral}]))*")

    @cached_property
    def words(self) -> re.Pattern[str]:
        return self._any(self.rules.words)

    @cached_property
    def idioms(self) -> re.Pattern[str]:
        return self._any(self.rules.idioms)

    @staticmethod
    def _any(words: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


_LEXICONS: WeakKeyDictionary[Knowledge, _Lexicon] = WeakKeyDictionary()


def account(layers: Layers, knowledge: Knowledge) -> tuple[Account, ...]:
    """Account for every numeral character of one sentence.

    Args:
        layers: The sentence with its settled layers.
        knowledge: Gives ``magnitudes.csv``, ``measure_words.csv`` and ``quantities.yaml``.

    Returns:
        The runs in order; together they cover every numeral character.
    """
    lexicon = _LEXICONS.get(knowledge)
    if lexicon is None:
        lexicon = _LEXICONS[knowledge] = _Lexicon(knowledge)
    text = layers.sentence.surface.text
    runs = [SurfaceSpan(*match.span()) for match in lexicon.run.finditer(text)]
    if not runs:
        return ()
    held = _holders(runs, layers)
    words = _hits(runs, [m.span() for m in lexicon.words.finditer(text)])
    idioms = _hits(runs, [m.span() for m in lexicon.idioms.finditer(text)])
    out = []
    for index, (run, holder) in enumerate(zip(runs, held, strict=True)):
        if holder is not None:
            out.append(Account(run, *holder))
        else:
            listed = "idiom" if index in idioms else "word" if index in words else None
            out.append(Account(run, listed or _role(text, run, lexicon)))
    return tuple(out)


def _holders(runs: Sequence[SurfaceSpan], layers: Layers) -> list[tuple[str, str, int] | None]:
    """For each run the item that holds it; a quantity goes before a time, a time before a name."""
    held: list[tuple[str, str, int] | None] = [None] * len(runs)
    kinds: tuple[tuple[str, str, Sequence[Candidate[Any]]], ...] = (
        ("name", "entities", layers.entities),
        ("time", "times", layers.times),
        ("quantity", "quantities", layers.quantities),
    )
    for role, layer, items in kinds:
        spans = [_span(item) for item in items]
        for run, item in _meetings(runs, spans):
            held[run] = (role, layer, item)
    return held


def _span(item: Candidate[Any]) -> tuple[int, int]:
    return item.span.start, item.span.end


def _meetings(runs: Sequence[SurfaceSpan], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs of a run and the first span that overlaps it; both lists are in order."""
    out, at = [], 0
    for index, run in enumerate(runs):
        while at < len(spans) and spans[at][1] <= run.start:
            at += 1
        if at < len(spans) and spans[at][0] < run.end:
            out.append((index, at))
    return out


def _hits(runs: Sequence[SurfaceSpan], spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    return frozenset(index for index, _ in _meetings(runs, spans))


def _role(text: str, run: SurfaceSpan, lexicon: _Lexicon) -> str:
    """The role of a run that no layer holds, from its neighbours."""
    before, after, written = text[max(0, run.start - 2) : run.start], text[run.end : run.end + 2], run.of(text)
    if _enumerates(before, after, written):
        return "enumeration"
    if before.endswith("第") or after[:1] in ("届", "次", "期", "批") or (written[0] == "首" and len(written) == 1):
        return "ordinal"
    if written == "一":
        return "article" if after.startswith(lexicon.measures) else "word"
    if _in_name(text, run, before, after):
        return "name"
    return "word" if not written.isascii() and not after.startswith(lexicon.measures) else "other"


def _enumerates(before: str, after: str, written: str) -> bool:
    """一是, （三）, 2.: the run numbers what follows."""
    if "\u2460" <= written[0] <= "\u249b" or "\u3220" <= written[0] <= "\u3289":
        return True
    if before.endswith("(") and after.startswith(")") and len(written) <= 3:
        return True
    opens = not before or before[-1] in "。;:,!? "
    return opens and len(written) <= 3 and (after[:1] in ("、", ".") or (after[:1] == "是" and not written.isascii()))


def _in_name(text: str, run: SurfaceSpan, before: str, after: str) -> bool:
    """5G, 12345热线, 〔2026〕7号, “五同五进”: part of a code or a quoted name."""
    written = run.of(text)
    if after[:1] == "号" or before[-1:] in ("〔", "[", "#", "№") or after[:1] in ("〕", "]"):
        return True
    if (before[-1:].isascii() and before[-1:].isalpha()) or (after[:1].isascii() and after[:1].isalpha()):
        return True
    if written.isdigit() and len(written) >= 5:
        return True
    opened = max(text.rfind(mark, max(0, run.start - 12), run.start) for mark in "“‘「『《")
    if opened < 0 or _CLOSING.search(text, opened, run.start):
        return False
    return _CLOSING.search(text, run.end, run.end + 12) is not None
