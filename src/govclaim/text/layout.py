"""The page: which line breaks end a paragraph, and what each paragraph is.

Web and newspaper text is broken by its layout, with single breaks or blank lines in the middle of a
sentence. Between every two lines the breaks either end a paragraph or tear one. A line that ends like a
sentence ends its paragraph; for every other line the signals named in ``layout.yaml`` are weighed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from govclaim.knowledge import Knowledge
from govclaim.spans import Span
from govclaim.values import Block, Layout, RawDocument

__all__ = ["BLANKS", "BREAKS", "MARKS", "Line", "Rules", "lines", "read"]

BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Characters that end a line."""

MARKS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Invisible marks of web pages and editors; they belong to no sentence's ends and to no surface."""

BLANKS = (
    f"{BREAKS}{MARKS}\t\x1f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
"""White space, breaks and invisible marks."""

_LINE = re.compile(f"[^{re.escape(BREAKS)}]+")
_BREAK = re.compile(f"\r\n|[{re.escape(BREAKS)}]")
_CLAUSES = re.compile(r"[，,：:；;\s]+")
_STUB = re.compile(r"\w{1,3}[，,、；;。]")
_NUMBERED_HEADING = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、]|第[一二三四五六七八九十]+[章节]")
_LONGEST_HEADING = 45
_FEWEST_LINES = 5  # fewer tell nothing about the width of a page
_LINES_BACK = 6  # lines of a paragraph looked back upon: one sentence rarely runs over more
_SLACK = 2  # a line may break a little early or late: no comma begins a line
_LENGTHS = (6, 12, 20, 30, 45)
_BRACKETS = ("“”", "‘’", "（）", "()", "《》", "「」", "『』", "【】", "〔〕")


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``layout.yaml`` holds.

    Attributes:
        final: Characters that end a sentence.
        closing: Quotes and brackets that may follow them.
        sheltering: Bracket pairs inside which no sentence ends.
        owning: Opening brackets that may hold a sentence of their own.
        glue: Characters that never begin a paragraph.
        running: Characters that end no paragraph: the sentence goes on.
        marker: Pattern of what numbers or marks an item at its start.
        kinds: Pattern of whole lines, by their kind.
        weights: How much each signal speaks for a tear (above 0) or for a paragraph's end (below 0).
        beginners: Characters by how much they speak against (above 0) or for (below 0) a tear where a line begins.
        enders: Likewise where a line ends.
        pairs: Pairs of characters that mostly stand inside a word, run together.
    """

    final: str
    closing: str
    sheltering: tuple[str, ...]
    owning: str
    glue: str
    running: str
    marker: str
    kinds: dict[str, tuple[str, ...]]
    weights: dict[str, float]
    beginners: dict[int, str]
    enders: dict[int, str]
    pairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank.

    Attributes:
        start: Its first code point that is no white space.
        text: Without white space at its ends.
        indent: Width of the white space before it.
        gap: Breaks between it and the line before.
    """

    start: int
    text: str
    indent: int
    gap: int

    @property
    def end(self) -> int:
        """Behind its last code point that is no white space."""
        return self.start + len(self.text)


def read(document: RawDocument, knowledge: Knowledge) -> Layout:
    """Find the paragraphs of a page.

    Args:
        document: The text as given; its ``meta.title`` helps to know the title.
        knowledge: Tables; ``layout.yaml`` holds signals and patterns.

    Returns:
        The page; every code point that is no white space lies in exactly one block.
    """
    grammar = _grammar(knowledge)
    rows = list(lines(document.text))
    groups = list(grammar.groups(rows))
    kinds = grammar.kinds([[row.text for row in group] for group in groups], document.meta.get("title"))
    return Layout(
        document.text,
        tuple(
            Block(Span(group[0].start, group[-1].end), kind, number)
            for number, (group, kind) in enumerate(zip(groups, kinds, strict=True), start=1)
        ),
    )


def lines(text: str) -> Iterator[Line]:
    """The lines that are not blank.

    Args:
        text: Of the document.

    Yields:
        Them in order.
    """
    at = 0
    for match in _LINE.finditer(text):
        raw = match[0]
        body = raw.lstrip(BLANKS)
        if not body:
            continue
        margin = raw[: len(raw) - len(body)]
        start = match.start() + len(margin)
        between = text[at : match.start()]
        gap = len(between) if between == "\n" * len(between) else len(_BREAK.findall(between))
        body = body.rstrip(BLANKS)
        yield Line(start, body, _indent(margin), gap)
        at = start + len(body)


def _indent(margin: str) -> int:
    return sum(2 if sign in "\u3000\t\u2003" else 0 if sign in MARKS else 1 for sign in margin)


@dataclass(frozen=True, slots=True)
class _Page:
    """What all lines of a page say about its layout.

    Attributes:
        torn: By kind of gap (indented next line, blank line): share of lines that do not end like a sentence.
        width: Width up to which lines run that do not end like a sentence.
        even: Share of those that run nearly up to it.
        edge: Where lines break that do not end like a sentence, in characters or in Latin letters.
        exact: Share of those that break there.
        in_characters: Whether ``edge`` counts characters.
        wider: Share of all lines that are far wider: a page that is wrapped has none.
        head: Where the first line begins that holds a whole sentence; titles stand before it.
    """

    torn: Mapping[tuple[bool, bool], float]
    width: float
    even: float
    edge: int
    exact: float
    in_characters: bool
    wider: float
    head: int


class _Grammar:
    """The rules of ``layout.yaml``, compiled."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        closing = re.escape(rules.closing)
        self.final = re.compile(f"[{re.escape(rules.final)}!?…][{closing}\"'{re.escape(BLANKS)}]*\\Z")
        self.inner = re.compile(f"[{re.escape(rules.final)}!?][{closing}]*")
        self.glue = frozenset(rules.glue)
        self.marker = re.compile(rules.marker)
        self.patterns = [(kind, re.compile("|".join(rows))) for kind, rows in rules.kinds.items()]
        self.beginners = {sign: step for step, signs in rules.beginners.items() for sign in signs}
        self.pairs = frozenset(row[i : i + 2] for row in rules.pairs for i in range(0, len(row), 2))
        self.enders = {sign: step for step, signs in rules.enders.items() for sign in signs}

    def ends(self, text: str) -> bool:
        """Whether a line ends like a sentence."""
        return self.final.search(text[-8:]) is not None

    def boilerplate(self, text: str) -> str | None:
        """Kind of a line that no author wrote (place of publication, navigation, byline), if it is one."""
        if len(text) > 200:
            return None
        return next((kind for kind, pattern in self.patterns if pattern.search(text)), None)

    def groups(self, rows: list[Line]) -> Iterator[list[Line]]:
        """Lines that make one paragraph each."""
        if not rows:
            return
        page = self._page(rows)
        group = [rows[0]]
        for line in rows[1:]:
            if self._torn(group, line, page):
                group.append(line)
            else:
                yield group
                group = [line]
        yield group

    def _torn(self, group: list[Line], line: Line, page: _Page) -> bool:
        last = group[-1]
        if line.text[0] in self.glue:
            return True
        if self.ends(last.text):
            return False
        return sum(self.rules.weights.get(name, 0.0) * size for name, size in _signals(group, line, page, self)) > 0

    def _page(self, rows: list[Line]) -> _Page:
        gaps: Counter[tuple[bool, bool]] = Counter()
        torn: Counter[tuple[bool, bool]] = Counter()
        open_lines: list[str] = []
        for line, follower in pairwise(rows):
            kind = (follower.indent > 1, follower.gap > 1)
            if self.ends(line.text):
                gaps[kind] += 1
            elif "|" not in line.text and not self.boilerplate(line.text):
                gaps[kind] += 1
                torn[kind] += 1
                open_lines.append(line.text)
        widths = sorted(map(width, open_lines))
        limit = widths[int(len(widths) * 0.9)] if widths else 0
        enough = len(widths) >= _FEWEST_LINES
        even = sum(limit * 0.8 <= size <= limit * 1.1 for size in widths) / len(widths) if enough else 0.0
        shares = {kind: (torn[kind] + 1) / (count + 4) for kind, count in gaps.items()}
        wider = sum(width(line.text) > limit * 1.25 for line in rows) / len(rows)
        head = next((line.start for line in rows if self.inner.search(line.text)), rows[-1].end)
        return _Page(shares, limit, even, *_edge(open_lines, widths), wider, head)

    def kinds(self, texts: list[list[str]], title: object) -> list[str]:
        """Kind of every paragraph, given its lines."""
        found = [self._kind("".join(rows), title) for rows in texts]
        body = next((i for i, kind in enumerate(found) if kind == "body"), len(found))
        if "title" not in found and "heading" in found[:body]:
            found[found.index("heading")] = "title"
        if "title" in found[:body]:
            behind = found.index("title") + 1
            # 新年开新局⏎——两个街道的冬天: a second line of the title, unless a date or a byline stands between
            if behind < body and found[behind] == "heading" and (behind + 1 < body or texts[behind][0][0] in "—―-"):
                found[behind] = "subtitle"
        for i in range(body + 1, len(found) - 1):
            if found[i] == "heading" and found[i + 1] == "dateline":
                # who signs stands above the date: 某县财政局⏎2026年2月9日
                found[i] = "dateline"
        return found

    def _kind(self, text: str, title: object) -> str:
        if title and text == title:
            return "title"
        kind = self.boilerplate(text)
        if kind:
            return kind
        if "|" in text:
            return "other"
        if text[-1] in self.rules.running:
            return "body"
        sentences = len(self.inner.findall(text))
        if sentences == 1 and len(text) <= _LONGEST_HEADING and _NUMBERED_HEADING.match(text):
            return "heading"
        return "body" if sentences or len(text) > _LONGEST_HEADING else "heading"


def width(text: str) -> int:
    """Width of a line on the page: a Chinese character is as wide as two Latin letters.

    Args:
        text: The line.

    Returns:
        In Latin letters.
    """
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) // 2


def _edge(open_lines: list[str], widths: list[int]) -> tuple[int, float, bool]:
    """Where most lines break, what share of them does, and whether that counts characters."""
    if not open_lines:
        return 0, 0.0, False
    found = []
    for in_characters, sizes in ((True, sorted(map(len, open_lines))), (False, widths)):
        first = best = edge = 0
        for last, size in enumerate(sizes):
            while sizes[first] < size - _SLACK:
                first += 1
            if last - first >= best:
                best, edge = last - first + 1, size
        found.append((best / len(sizes), edge, in_characters))
    exact, edge, in_characters = max(found)
    return edge, exact, in_characters


def _at_edge(text: str, page: _Page) -> bool:
    return 0 <= page.edge - (len(text) if page.in_characters else width(text)) <= _SLACK


def _signals(group: list[Line], line: Line, page: _Page, grammar: _Grammar) -> Iterator[tuple[str, float]]:
    """What speaks for or against a tear between a paragraph so far and the next line, with its size."""
    last = group[-1]
    yield "always", 1.0
    yield "page_torn", page.torn.get((line.indent > 1, line.gap > 1), 0.5)
    if line.indent > 1:
        yield "indented", 1.0
    elif group[0].indent > 1:
        yield "hanging", 1.0
    if line.gap > 1:
        yield "blank_line", 1.0
    if last.start < page.head:
        yield "before_text", 1.0
    yield from _measure_signals(last, page)
    yield from _wording_signals(group, line, grammar)
    yield from _seam_signals(last.text, line.text, len(group) > 1, grammar)


def _measure_signals(last: Line, page: _Page) -> Iterator[tuple[str, float]]:
    if not page.width:
        return
    share = width(last.text) / page.width
    yield "wider_lines", page.wider
    if page.wider < 0.05 and page.even >= 0.5:
        # a page that is wrapped: its torn lines run up to the width
        yield ("full_line" if share >= 0.8 else "early_end" if share >= 0.6 else "very_early_end"), page.even
        if page.exact >= 0.5:
            yield ("at_edge" if _at_edge(last.text, page) else "off_edge"), page.exact
    elif share < 0.6:
        yield "short_line", 1.0


def _wording_signals(group: list[Line], line: Line, grammar: _Grammar) -> Iterator[tuple[str, float]]:
    text = "".join(row.text for row in group[-_LINES_BACK:])
    tail = text[max((found.end() for found in grammar.inner.finditer(text)), default=0) :]
    if len(tail) < len(text):
        yield "sentence_inside", 1.0
    yield next((f"tail_to_{most}" for most in _LENGTHS if len(tail) <= most), "tail_longer"), 1.0
    yield from _clause_signals(tail)
    if any(text.count(pair[0]) > text.count(pair[1]) for pair in _BRACKETS):
        yield "open_bracket", 1.0
    if "|" in text or "|" in line.text:
        yield "table", 1.0
    if grammar.marker.match(group[0].text):
        yield "numbered", 1.0
    if grammar.boilerplate(text):
        yield "boilerplate", 1.0
    yield from _next_signals(line.text, grammar)


def _clause_signals(tail: str) -> Iterator[tuple[str, float]]:
    clauses = _CLAUSES.split(tail)
    if "，" in tail or "," in tail:
        yield "comma_inside", 1.0
    if " " in tail or "\u3000" in tail:
        yield "space_inside", 1.0
    if len(clauses) > 1:
        yield ("balanced" if len({len(clause) for clause in clauses}) == 1 else "unbalanced"), 1.0


def _next_signals(text: str, grammar: _Grammar) -> Iterator[tuple[str, float]]:
    if grammar.marker.match(text):
        yield "next_numbered", 1.0
    if grammar.boilerplate(text):
        yield "next_boilerplate", 1.0
    if _STUB.match(text):
        yield "next_stub", 1.0
    if grammar.inner.search(text):
        yield "next_has_sentence", 1.0
    elif "，" not in text and "," not in text:
        yield "next_bare", 1.0


def _seam_signals(before: str, after: str, joined: bool, grammar: _Grammar) -> Iterator[tuple[str, float]]:
    left, right = before[-1], after[0]
    yield "beginner", grammar.beginners.get(right, 0)
    yield "ender", grammar.enders.get(left, 0)
    if left + right in grammar.pairs:
        yield "word_cut", 1.0
    if left in "，、,":
        yield "ends_in_comma", 1.0
    elif left in "；;":
        yield "ends_in_semicolon", 1.0
    elif left in "：:":
        yield "ends_in_colon", 1.0
    elif left.isdigit() or (left in ".．" and before[-2:-1].isdigit()):
        yield ("number_cut" if right.isdigit() else "ends_in_number"), 1.0
    elif left.isascii() and left.isalpha() and right.isascii() and right.isalnum():
        # the money supply M⏎2⏎: an index in a line of its own
        yield "latin_seam", 1.0
    if joined and len(before) <= 2 and before.isdigit():
        yield "index_before", 1.0


@lru_cache(maxsize=8)
def _grammar(knowledge: Knowledge) -> _Grammar:
    return _Grammar(knowledge.document("layout.yaml", Rules))
