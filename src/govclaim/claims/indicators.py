"""Which words a figure may measure: the grammar proposes, the ranker chooses.

A figure's indicator stands before it in its clause (一般公共预算收入14.02亿元), after it (涉及201户居民), in an
earlier clause (快递业务量达20亿件,占全市比重超20%), or nowhere. Each place yields a few noun phrases; each phrase
is described by named features that a person can read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govclaim.claims.clauses import NOMINAL, Parse, Word
from govclaim.spans import SurfaceSpan
from govclaim.values import Place, Quantity

__all__ = ["Phrase", "distribute", "features", "propose", "share_out", "shared", "weight"]

_REACH = 11
"""Words that a phrase may have at most; longer noun phrases do not occur with figures."""

_ENDS = 4
"""Places before a figure where a phrase may end."""

_REACHED = ("达到", "突破", "超过")
"""Ends of verbs that lead from what is measured to its value; no phrase ends with one."""

_NEVER_FIRST = frozenset({"u", "w", "Q", "c", "xc", "B"})
_BEFORE = frozenset({"n", "v", "vn", "a", "an", "nz", "E", "x", "nx", "s", "f", "nw", "ad", "vd", "d", "q"})
_MEASURED = frozenset("率额值数量入出资积重度")
"""Last characters of what 均 gives a figure to one by one; 苹果、梨生产均… is one."""

_TELLING = frozenset({"v", "u", "E", "T", "p", "d", "r", "a", "Q", "w", "q"})
_CUT = NOMINAL | {"a", "q"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A candidate for the indicator of one figure.

    Attributes:
        place: Where it stands; ``None`` for the reading that the text names none.
        route: ``before`` ``after`` ``earlier`` ``carried`` ``none``.
        first, last: Its words are ``words[first:last]`` (0, 0 for ``carried`` and ``none``).
        gap: Figures or clauses between it and the figure.
    """

    place: Place | None
    route: str
    first: int = 0
    last: int = 0
    gap: int = 0


def propose(parse: Parse, sentence: int, figure: int, carried: Sequence[Place]) -> list[Phrase]:
    """The noun phrases that one figure may measure.

    Args:
        parse: The figure's sentence.
        sentence: Index of the sentence in the document.
        figure: Word index of the figure.
        carried: Indicators of the figures before, the nearest first.

    Returns:
        Candidates; the reading without indicator is always among them.
    """
    found = [Phrase(None, "none")]
    found += [Phrase(place, "carried", gap=i) for i, place in enumerate(carried[:3])]
    spans: dict[tuple[int, int], Phrase] = {}
    for first, last in _before(parse.words, parse.start(figure), figure):
        spans.setdefault((first, last), _phrase(parse, sentence, first, last, "before", 0))
    for first, last in _after(parse.words, figure, parse.end(figure)):
        spans.setdefault((first, last), _phrase(parse, sentence, first, last, "after", 0))
    for gap, (first, last) in _earlier(parse, figure):
        spans.setdefault((first, last), _phrase(parse, sentence, first, last, "earlier", gap))
    return found + [phrase for phrase in spans.values() if _balanced(parse.words[phrase.first : phrase.last])]


def _balanced(words: Sequence[Word]) -> bool:
    """Whether quotes and brackets close inside: “逐社过堂”分析会, not “逐社."""
    text = "".join([word.text for word in words if word.tag == "w"])
    return not text or all(text.count(left) == text.count(right) for left, right in ("“”", "《》", "()"))


def distribute(parse: Parse, sentence: int, figures: Sequence[int], carried: Sequence[Place]) -> list[Phrase] | None:
    """What 分别 hands out in order: 火警和警情同比分别下降2%和3%.

    Args:
        parse: The sentence.
        sentence: Its index.
        figures: Word indices of a list of figures in one clause.
        carried: Indicators of the figures before, the nearest first.

    Returns:
        A phrase for each figure, or ``None`` where nothing is handed out.
    """
    words = parse.words
    start = parse.start(figures[0])
    cue = next((at for at in range(figures[0] - 1, start - 1, -1) if words[at].text == "分别"), None)
    if cue is None or len(figures) < 2:
        return None
    members = _members(words, start, cue)
    if len(members) == len(figures):
        return [_phrase(parse, sentence, first, last, "distributed", 0) for first, last in members]
    if len(members) == 1 and words[members[0][1] - 1].text[-1] in _MEASURED:
        # 三次产业的贡献率分别为6%、33%和61%: one rate of several
        return [_phrase(parse, sentence, *members[0], "distributed", 0)] * len(figures)
    if len(members) <= 1 and len(carried) >= len(figures):
        return [Phrase(place, "distributed") for place in reversed(carried[: len(figures)])]
    return None


def weight(parse: Parse, sentence: int, figure: int) -> Phrase | None:
    """占国内生产总值比重上升0.8个百分点: what changes is the weight itself.

    Args:
        parse: The sentence.
        sentence: Its index.
        figure: Word index of a figure that states a change.
    """
    words = parse.words
    start = parse.start(figure)
    last = 0
    for at in range(figure - 1, start - 1, -1):
        if words[at].tag == "Q":
            return None
        if words[at].text in {"比重", "份额"} and not last:
            last = at + 1
        elif words[at].text == "占" and last:
            return _phrase(parse, sentence, at, last, "weight", 0)
        elif words[at].text == "占比" and not last:
            return _phrase(parse, sentence, at, at + 1, "weight", 0)
    return None


def share_out(parse: Parse, sentence: int, figure: int, carried: Sequence[Place]) -> list[Phrase]:
    """What 均 gives one figure to: 合格率、处理率均为100%; 销售额117亿元、营业额5783万元,均居第一.

    Args:
        parse: The sentence.
        sentence: Its index.
        figure: Word index of the figure.
        carried: Indicators of the figures before, the nearest first.

    Returns:
        At least two phrases, or none where the figure has one indicator.
    """
    words = parse.words
    start = parse.start(figure)
    cue = next((at for at in range(figure - 1, start - 1, -1) if words[at].text in {"均", "都", "皆"}), None)
    if cue is None:
        return []
    members = _members(words, start, cue)
    if len(members) > 1 and all(words[last - 1].text[-1] in _MEASURED for _, last in members):
        return [_phrase(parse, sentence, first, last, "distributed", 0) for first, last in members]
    said = re.search("[后前]?([两二三四])(?:项|者|个|类)", parse.text[words[start].start : words[cue].start])
    listed = "一二三四".index(said[1].replace("两", "二")) + 1 if said else _listed_before(parse, start)
    if (cue == start or said) and 1 < listed <= len(carried):
        return [Phrase(place, "distributed") for place in reversed(carried[:listed])]
    return []


def _listed_before(parse: Parse, start: int) -> int:
    """How many figures the clause before holds as a list of equals (A 117亿元、B 5783万元)."""
    if start < 2:
        return 0
    words = parse.words[parse.start(start - 2) : start - 1]
    count = sum(word.tag == "Q" for word in words)
    joined = any(word.text == "、" for word in words)
    return count if joined else 0


def _members(words: Sequence[Word], start: int, cue: int) -> list[tuple[int, int]]:
    """The coordinated noun phrases before 分别; adverbs and 同比 between are no part of them."""
    last = cue
    while last > start and (
        words[last - 1].tag in {"d", "vd", "p", "c", "ad", "B"} or words[last - 1].text in {"同比", "的"}
    ):
        last -= 1
    found: list[tuple[int, int]] = []
    first = last
    for at in range(last - 1, start - 1, -1):
        if words[at].text in {"、", "和", "及", "与", "以及"}:
            if first > at + 1 or first == at + 1:
                found.append((at + 1, last))
            last = first = at
        elif words[at].tag in {"T", "Q"} or (words[at].tag == "w" and words[at].text not in "“”《》()"):
            break
        else:
            first = at
    if last > first:
        while first < last - 1 and words[first].tag in {"E", "r", "p", "d", "T", "u", "c"} and found:
            first += 1  # 全市火警和警情: the place is the subject
        found.append((first, last))
    return [(a, b) for a, b in reversed(found) if b > a]


def _phrase(parse: Parse, sentence: int, first: int, last: int, route: str, gap: int) -> Phrase:
    span = SurfaceSpan(parse.words[first].start, parse.words[last - 1].end)
    return Phrase(Place(sentence, span), route, first, last, gap)


def _before(words: Sequence[Word], start: int, figure: int) -> Iterator[tuple[int, int]]:
    """Phrases between the clause's start and the figure, the nearest ends first."""
    ends = 0
    last = figure
    while last > start and ends < _ENDS:
        word = words[last - 1]
        measure = word.tag == "a" and last == figure  # 型宽60米
        if word.text.endswith(_REACHED):
            last -= 1
            continue
        if word.tag in NOMINAL or (word.tag in {"v", "a"} and len(word.text) > 1) or measure or word.text in "”》)":
            yield from _starts(words, start, last)
            ends += 1
        last -= 1


def _starts(words: Sequence[Word], start: int, last: int) -> Iterator[tuple[int, int]]:
    for first in range(last - 1, max(start, last - _REACH) - 1, -1):
        tag = words[first].tag
        if tag in {"Q", "B"} and first < last - 1 and not _modifies(words, first):
            return
        if tag in _NEVER_FIRST and words[first].text not in "“《(":
            continue
        yield first, last


def _modifies(words: Sequence[Word], at: int) -> bool:
    """Whether a figure belongs to a phrase that goes on: 亿元以上项目, 10千瓦及以下."""
    return words[at].text.endswith(("以上", "以下", "级", "及以上"))


def _after(words: Sequence[Word], figure: int, end: int) -> Iterator[tuple[int, int]]:
    """Phrases right after the figure, 的 skipped."""
    first = figure + 1
    if words[figure].text == "首" and first < end and len(words[first].text) == 1:
        first += 1  # 首条, 首套: the measure word is no part of what is counted
    while first < end and words[first].tag in {"u", "B"}:
        first += 1
    for last in range(first + 1, min(end, first + _REACH) + 1):
        word = words[last - 1]
        if word.tag in {"Q", "B"}:
            return
        if word.tag in NOMINAL or word.tag in {"v", "a"} or word.text in "”》)":
            yield first, last


def _earlier(parse: Parse, figure: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Leading noun phrases of up to three clauses before, and of the figure's own."""
    here = parse.clause_of[figure]
    for gap in range(min(4, here + 1)):
        clause = parse.clauses[here - gap]
        first = parse.start(figure) if gap == 0 else clause.first
        stop = figure if gap == 0 else min(clause.last, first + 2 * _REACH)
        yield from ((gap, span) for span in _leading(parse.words, first, stop))


def _leading(words: Sequence[Word], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clause's first noun phrase: with and without the name before it."""
    first = start
    while first < end and words[first].tag in {"T", "c", "d", "p", "r", "w", "u", "f"}:
        first += 1
    last = first
    while last < end and words[last].tag in _BEFORE | {"u"} and words[last].tag not in {"d"}:
        last += 1
        if last - first > _REACH:
            break
    if last == first:
        return
    stops = [i for i in range(first, last) if words[i].tag in NOMINAL]
    for stop in stops[-2:] + stops[:1]:
        yield first, stop + 1
        if words[first].tag == "E" and stop > first:
            yield first + 1, stop + 1


def shared(parse: Parse, figure: int, quantity: Quantity, kind: str, route: str) -> list[str]:
    """Features that all phrases of one route have in common.

    Args:
        parse: The sentence.
        figure: Word index of the figure.
        quantity: Its value.
        kind: The claim's type.
        route: Of the phrases.

    Returns:
        Names; their weights are learnt.
    """
    words = parse.words
    after = words[figure + 1] if figure + 1 < len(words) else None
    before = words[figure - 1] if figure > 0 else None
    after_tag = after.tag if after else "$"
    before_tag = before.tag if before else "^"
    names = [
        f"{route}|{kind}",
        f"{route}|{kind}|{quantity.dimension}",
        f"{route}|next={after_tag}|{quantity.dimension}",
        f"{route}|prev={before_tag}|next={after_tag}",
        f"{route}|prevw={before.text if before and before.tag not in 'QTE' else before_tag}",
        f"{route}|nextw={after.text if after and after.tag not in 'QTE' else after_tag}",
    ]
    if route == "carried":
        first = parse.start(figure)
        names += [
            f"carried|words={min(figure - first, 5)}|{kind}",
            f"carried|open={words[first].text if figure > first else '^'}|{kind}",
            f"carried|nominals={min(3, sum(w.tag in NOMINAL for w in words[first:figure]))}|{kind}",
        ]
    return names


def features(parse: Parse, figure: int, quantity: Quantity, kind: str, phrase: Phrase, carried: str) -> list[str]:
    """What speaks for a phrase beside what its route shares.

    Args:
        parse: The sentence.
        figure: Word index of the figure.
        quantity: Its value.
        kind: The claim's type.
        phrase: The candidate.
        carried: Text of a carried phrase, else empty.

    Returns:
        Names; their weights are learnt.
    """
    if phrase.route == "none":
        return []
    if phrase.route == "carried":
        return [f"carried|gap={phrase.gap}|{kind}", f"carried|tail={carried[-1:]}|{quantity.dimension}"]
    return _phrase_features(parse.words, figure, kind, quantity.dimension, phrase)


def _phrase_features(words: Sequence[Word], figure: int, kind: str, dimension: str, phrase: Phrase) -> list[str]:
    first, last, route = phrase.first, phrase.last, phrase.route
    left = words[first - 1] if first > 0 else None
    right = words[last] if last < len(words) else None
    head, lead = words[last - 1], words[first]
    left_name = "^" if left is None else (left.text if left.tag not in "QTE" else left.tag)
    left_tag = left.tag if left else "^"
    right_name = "$" if right is None else (right.text if right.tag not in "QTE" else right.tag)
    right_tag = right.tag if right else "$"
    inside = words[first:last]
    tags = [w.tag for w in inside]
    gap = words[last:figure] if route != "after" else words[figure + 1 : first]
    names = [
        f"{route}|clauses={phrase.gap}|{kind}",
        f"{route}|headtag={head.tag}|{dimension}",
        f"{route}|headchar={head.text[-1]}|{dimension}",
        f"{route}|headword={head.text}",
        f"{route}|leadtag={lead.tag}|left={left_tag}",
        f"{route}|leadword={lead.text}",
        f"{route}|leftword={left_name}",
        f"{route}|lefttag={left_tag}",
        f"{route}|righttag={right_tag}|{kind}",
        f"{route}|rightword={right_name}",
        f"{route}|right={right_tag}|head={head.tag}",
        f"{route}|size={min(len(inside), 8)}",
        f"{route}|chars={min(head.end - lead.start, 12)}|{dimension}",
        f"{route}|gap={min(len(gap), 5)}|{kind}",
        f"{route}|gaptags={' '.join([w.tag for w in gap[:4]])}",
        f"{route}|gapfigures={min(3, [w.tag for w in gap].count('Q'))}|{kind}",
        f"{route}|verbs={min(3, tags.count('v'))}",
    ]
    names += [f"{route}|has={tag}" for tag in _TELLING.intersection(tags)]
    if lead.tag == "v":
        names.append(f"{route}|leadsv={lead.text}")
    names += [f"{route}|innerv={w.text}" for w in inside[1:-1] if w.tag == "v"]
    if left is not None and left.tag in _CUT:
        names.append(f"{route}|cutsphrase={left.tag}|{lead.tag}")
    if route == "after" and right is not None and (right.tag in NOMINAL or right.tag == "u"):
        names.append(f"{route}|goeson={right.tag}|{head.tag}")
    return names
