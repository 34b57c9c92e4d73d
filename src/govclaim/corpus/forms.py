"""In what form a text states a figure, told from offsets and text alone, so that gold and prediction are cut alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from govclaim.schema import Annotation, Claim, Quantity, Sentence, SpanRef

__all__ = ["DIMENSIONS", "Form", "forms"]

_BREAK = re.compile(r"[，；;。！？!?]|(?<!\d),|,(?!\d)")
"""Ends of clauses; a comma inside a number is none. A colon leads from a label to its figure."""
_JOINT = re.compile(r"\s*(?:、|和|及|与|或|以及)\s*")
_EACH = "分别"
_ALL = re.compile(r"(?<![人年月日户亩平])均(?![衡匀价值])|(?<![首大成])都(?![市会])")
_CELLS = re.compile(r"[|｜\t]")
_PROSE = re.compile(r"[，。；！？]")
_HEADINGS = frozenset({"title", "subtitle", "heading"})
_BRACKETS, _QUOTES = ("（(〔[", "）)〕]"), ("“「『", "”」』")
_FAR = 300
"""A quotation that opened further back was not closed, or is long enough to be read as text."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one claim.

    Attributes:
        place: Where the indicator stands, seen from the figure: ``before``, ``after``, ``around``, ``earlier clause``,
            ``later clause``, ``sentence before``, ``sentence after``, ``none``.
        joined: ``respectively`` (分别), ``all`` (均, 都), ``figures`` (14亿元、3亿元), ``indicators`` (工业和投资),
            else ``alone``; the first that holds.
        setting: ``table row``, ``heading``, ``brackets``, ``quotation``, else ``running text``; the first that holds.
        figures: How many figures the sentence has: ``1``, ``2–3``, ``4+``.
    """

    place: str
    joined: str
    setting: str
    figures: str


DIMENSIONS = ("place", "joined", "setting", "figures")
"""The fields of a form."""


def forms(annotation: Annotation) -> Iterator[tuple[Claim, Form]]:
    """The form of each claim.

    Args:
        annotation: With sentences, quantities and claims.

    Yields:
        The claims in order, each with its form.
    """
    text = annotation.text
    sentences = {sentence.id: sentence for sentence in annotation.sentences}
    quantities = {quantity.id: quantity for quantity in annotation.quantities}
    for claim in annotation.claims:
        figure = quantities[claim.quantity]
        sentence = sentences[figure.sentence]
        beside = [other for other in annotation.quantities if other.sentence == sentence.id]
        yield (
            claim,
            Form(
                _place(text, sentence, figure, claim.indicator),
                _joined(text, sentence, figure, claim.indicator, beside),
                _setting(text, sentence, figure),
                "1" if len(beside) == 1 else "2–3" if len(beside) <= 3 else "4+",
            ),
        )


def _place(text: str, sentence: Sentence, figure: Quantity, indicator: SpanRef | None) -> str:
    if indicator is None:
        return "none"
    if indicator.end <= sentence.start:
        return "sentence before"
    if indicator.start >= sentence.end:
        return "sentence after"
    if indicator.end <= figure.start:
        return "earlier clause" if _BREAK.search(text, indicator.end, figure.start) else "before"
    if indicator.start >= figure.end:
        return "later clause" if _BREAK.search(text, figure.end, indicator.start) else "after"
    return "around"


def _joined(text: str, sentence: Sentence, figure: Quantity, indicator: SpanRef | None, beside: list[Quantity]) -> str:
    breaks = [found.end() for found in _BREAK.finditer(text, sentence.start, figure.start)]
    begin = breaks[-1] if breaks else sentence.start
    after = _BREAK.search(text, figure.end, sentence.end)
    if _EACH in text[begin : after.start() if after else sentence.end]:
        return "respectively"
    if _ALL.search(text[begin : figure.start]):
        return "all"
    if any(_next(text, figure, other) or _next(text, other, figure) for other in beside):
        return "figures"
    return "alone" if indicator is None or not _in_row(text, indicator) else "indicators"


def _next(text: str, figure: Quantity, other: Quantity) -> bool:
    start = other.start if other.bound_span is None else min(other.start, other.bound_span.start)
    return figure.end < start and _JOINT.fullmatch(text, figure.end, start) is not None


def _in_row(text: str, indicator: SpanRef) -> bool:
    before = text[max(0, indicator.start - 3) : indicator.start].rstrip()
    return before.endswith(("、", "和", "及", "与")) or _JOINT.match(text, indicator.end) is not None


def _setting(text: str, sentence: Sentence, figure: Quantity) -> str:
    if _in_table(text, figure):
        return "table row"
    if sentence.kind in _HEADINGS:
        return "heading"
    if _inside(text, sentence.start, figure.start, _BRACKETS):
        return "brackets"
    if _inside(text, max(0, figure.start - _FAR), figure.start, _QUOTES):
        return "quotation"
    return "running text"


def _in_table(text: str, figure: Quantity) -> bool:
    begin = text.rfind("\n", 0, figure.start) + 1
    end = text.find("\n", figure.end)
    line = text[begin : end if end >= 0 else len(text)]
    if _CELLS.search(line):
        return True
    alone = begin == figure.start or text[figure.start - 1].isspace()
    return alone and len(line.split()) >= 3 and not _PROSE.search(line)


def _inside(text: str, begin: int, end: int, marks: tuple[str, str]) -> bool:
    opening, closing = (max(text.rfind(mark, begin, end) for mark in side) for side in marks)
    return opening > closing
