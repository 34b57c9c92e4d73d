"""Sentences of a page, each with the surface that the grammar reads.

A sentence ends after ``。！？`` and the closing quotes and brackets that follow, or where its block ends.
The surface of a sentence has no layout breaks, and its full-width forms are folded one to one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from govclaim.knowledge import Knowledge
from govclaim.spans import Span, Surface
from govclaim.text.layout import BLANKS, BREAKS, MARKS, Rules
from govclaim.values import Block, Layout, Sentence

__all__ = ["split", "surface"]

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_BLANK = re.escape(BLANKS)
_RUN = re.compile(f"[{_BLANK}]+")
_MARKS = re.compile(f"[{re.escape(MARKS)}]+")
_HAS_BREAK = re.compile(f"[{re.escape(BREAKS)}]")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_NUMBER_BEFORE = re.compile(r"[\d.,]*\d\Z")
_NUMBER_AFTER = re.compile(r"\d[\d.,]*")
_NUMBER_REACH = 24  # digits looked at on either side of a break: no number of a news text is longer


def split(layout: Layout, knowledge: Knowledge) -> tuple[Sentence, ...]:
    """Cut the blocks of a page into sentences.

    Args:
        layout: The page.
        knowledge: Tables; ``layout.yaml`` names the closing marks and brackets.

    Returns:
        The sentences in order. They do not overlap, neither start nor end with white space, and hold every
        code point of the blocks that is no white space.
    """
    grammar = _grammar(knowledge)
    return tuple(
        Sentence(span, surface(layout.text, span), block.kind, block.paragraph)
        for block in layout.blocks
        for span in grammar.spans(layout.text, block)
    )


def surface(text: str, span: Span) -> Surface:
    """Build what the grammar reads of one stretch of a document.

    Breaks are dropped with the white space around them, and so are invisible marks (zero-width spaces,
    directions). A break between two Latin letters or between two numbers becomes one space; a number
    that the break cuts (``14.⏎02``, ``2⏎2℃``) stays one.

    Args:
        text: The document.
        span: The stretch, as a rule one sentence.

    Returns:
        The folded text and its map back.
    """
    body = text[span.start : span.end]
    starts: list[int] = []
    origins: list[int] = []
    pieces: list[str] = []
    length = 0
    for piece, origin in _pieces(body):
        starts.append(length)
        origins.append(span.start + origin)
        pieces.append(piece)
        length += len(piece)
    return Surface("".join(pieces).translate(_FOLD), tuple(starts), tuple(origins))


def _pieces(body: str) -> Iterator[tuple[str, int]]:
    at = 0
    for run in _RUN.finditer(body):
        torn = _HAS_BREAK.search(run[0]) is not None
        for dropped in (run,) if torn else _MARKS.finditer(body, *run.span()):
            if dropped.start() > at:
                yield body[at : dropped.start()], at
            at = dropped.end()
        if torn and _needs_space(body, run):
            # the space takes the place of a real one where the break has one beside it
            yield " ", run.start() + max(run[0].find(" "), 0)
    if at < len(body):
        yield body[at:], at


def _needs_space(body: str, run: re.Match[str]) -> bool:
    left, right = body[run.start() - 1 : run.start()], body[run.end() : run.end() + 1]
    if left.isascii() and right.isascii() and left.isalpha() and right.isalpha():
        return True
    return left.isdigit() and right.isdigit() and _two_numbers(body, run)


def _two_numbers(body: str, match: re.Match[str]) -> bool:
    before = _NUMBER_BEFORE.search(body[max(0, match.start() - _NUMBER_REACH) : match.start()].translate(_FOLD))
    after = _NUMBER_AFTER.match(body[match.end() : match.end() + _NUMBER_REACH].translate(_FOLD))
    left, right = before[0] if before else "", after[0] if after else ""
    if _YEAR.match(left) and _YEAR.match(right):
        return True
    # 14.02⏎15.27% is no number with two points; 14.0⏎2亿元 is one
    return (left + right).rstrip(".,").count(".") > 1


class _Grammar:
    """The sentence ends of ``layout.yaml``, compiled."""

    def __init__(self, rules: Rules) -> None:
        self.opening = {pair[1]: pair[0] for pair in rules.sheltering}
        self.owning = rules.owning
        closing, final = re.escape(rules.closing), re.escape(rules.final)
        # a sign inside a web address ends nothing: list.html?page=2
        sign = f"(?:[{final}]|(?<![A-Za-z0-9/=])[!?]|[!?](?![A-Za-z0-9]))"
        tail = f"(?:[{_BLANK}]*[{closing}])*"
        self.marks = re.compile(
            f"(?P<open>[{re.escape(''.join(self.opening.values()))}])"
            f"|(?P<close>[{re.escape(''.join(self.opening))}])"
            f"|(?P<end>{sign}(?:{sign}|…)*{tail}|(?<!…)…+(?:[{closing}]|{sign}+){tail})"
            '|(?P<straight>")'
        )

    def spans(self, text: str, block: Block) -> Iterator[Span]:
        """The sentences of one block, without white space at their ends."""
        start, stop = block.span.start, block.span.end
        ends, shelters = self._scan(text, start, stop)
        for mark, end in ends:
            if mark < start or not self._ends(text, start, mark, shelters):
                continue
            yield Span(start, end)
            start = end
            while start < stop and text[start] in BLANKS:
                start += 1
        if start < stop:
            yield Span(start, stop)

    def _scan(self, text: str, start: int, stop: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Possible ends (its mark, where the sentence would end) and the outermost bracket pairs of a block."""
        ends: list[tuple[int, int]] = []
        pairs: list[tuple[int, int]] = []
        stack: list[tuple[str, int]] = []
        quoted = False
        for match in self.marks.finditer(text, start, stop):
            if match.lastgroup == "open":
                stack.append((match[0], match.start()))
            elif match.lastgroup == "straight":
                if quoted and ends and ends[-1][1] == match.start():
                    # a straight quote right after the end closes what a straight quote opened
                    ends[-1] = (ends[-1][0], match.end())
                quoted = not quoted
            else:
                for place in range(*match.span()):
                    self._close(text[place], place, stack, pairs)
                if match.lastgroup == "end":
                    ends.append((match.start(), match.end()))
        return ends, pairs

    def _close(self, mark: str, place: int, stack: list[tuple[str, int]], pairs: list[tuple[int, int]]) -> None:
        # a closing bracket without its opening one, as in `1）`, makes no pair
        if mark in self.opening and stack and stack[-1][0] == self.opening[mark]:
            opened = stack.pop()[1]
            while pairs and pairs[-1][0] > opened:
                pairs.pop()
            pairs.append((opened, place))

    def _ends(self, text: str, start: int, mark: int, pairs: list[tuple[int, int]]) -> bool:
        index = bisect_right(pairs, (mark, 0)) - 1
        if index < 0 or mark > pairs[index][1]:
            return True
        # a sentence that stands in brackets as a whole ends in them: （记者昨日获悉。）
        return pairs[index][0] == start and text[start] in self.owning


@lru_cache(maxsize=8)
def _grammar(knowledge: Knowledge) -> _Grammar:
    return _Grammar(knowledge.document("layout.yaml", Rules))
