"""Who says it: stretches of text that stand on somebody's word, quoted or reported.

A *lead* (据县统计局介绍, 记者从县教育局获悉, 李某某表示) attributes the rest of its sentence. A *quotation*
attributes what stands inside its marks, on through all its sentences, to the speaker named right before
it or, failing that, right after its closing mark. Slogans in quotation marks are no speech.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from re import Pattern

from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Attribution, Candidate, Entity, Layers, Place, RawDocument

__all__ = ["AttributionSpan", "find"]


@dataclass(frozen=True, slots=True)
class AttributionSpan:
    """A stretch of one sentence's surface and who answers for it.

    Attributes:
        span: Where the attribution holds; what is reported inside quotation marks has its own stretch.
        value: The speaker.
        because: The cue that forced it.
    """

    span: SurfaceSpan
    value: Attribution
    because: str = ""


@dataclass(frozen=True, slots=True)
class _Cues:
    """The ``attribution`` section of ``discourse.yaml``."""

    heard: list[str]
    according: list[str]
    shown: list[str]
    evidence: list[str]
    said: list[str]
    announced: list[str]
    foretold: list[str]
    plain: list[str]
    voices: list[str]
    silent: list[str]


@dataclass(frozen=True, slots=True)
class _Document:
    attribution: _Cues


@dataclass(frozen=True, slots=True)
class _Grammar:
    hint: Pattern[str]
    heard: Pattern[str]
    according: Pattern[str]
    verb: Pattern[str]
    said: Pattern[str]
    voice: Pattern[str]
    silent: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Point:
    """A position of the document: index of the sentence, position in its surface."""

    sentence: int
    at: int


@dataclass(frozen=True, slots=True)
class _Quotation:
    """A top-level quotation from its opening mark to behind its closing mark."""

    start: _Point
    end: _Point
    speech: bool


_OPEN = "“「"
_CLOSE = "”」"
_MARKS = re.compile('[“”「」"]')
_STOP = "，,；;。！？!?：:”"
_ENDED = "。！？!?…；;，,"
_REACH = 80


def find(layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge) -> tuple[tuple[AttributionSpan, ...], ...]:
    """Find who answers for which stretch of every sentence.

    Args:
        layers: All sentences of the document with their settled entities.
        raw: The document.
        knowledge: The tables; cues are in ``discourse.yaml``.

    Returns:
        For each sentence its stretches in order, without overlaps. A figure at position ``p`` of
        sentence ``i`` is attributed where ``p`` lies in a stretch of ``i``.

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    grammar = _grammar(knowledge)
    starts = _paragraph_starts(layers, raw)
    quoted = _quoted(layers, starts, grammar)
    return tuple(_merge(_reported(layers, i, grammar), quoted.get(i, [])) for i in range(len(layers)))


@lru_cache(maxsize=8)
def _grammar(knowledge: Knowledge) -> _Grammar:
    cues = knowledge.document("discourse.yaml", _Document).attribution
    said, shown = _choice(cues.said), _choice(cues.shown)
    evidence, announced, foretold = _choice(cues.evidence), _choice(cues.announced), _choice(cues.foretold)
    # 表示 needs its comma: 表示祝贺 states nothing. 强调 and the like may go without.
    verb = (
        rf"(?P<evidence>(?:{evidence})[^，。；：“”]{{0,8}}?(?:{shown}))"
        rf"|(?P<said>(?:{said})[,:])"
        rf"|(?P<announced>(?:{announced})(?:消息|公告|声明)?(?:说|称)?,)"
        rf"|(?P<foretold>(?:{foretold}),)"
        rf"|(?P<plain>{_choice(cues.plain)})"
    )
    return _Grammar(
        hint=re.compile("|".join((_choice(cues.heard), "据", said, shown, announced, foretold, _choice(cues.plain)))),
        heard=re.compile(rf"[从自](?P<who>[^，。；“”,;]{{2,40}}?)(?:处|方面)?(?P<cue>{_choice(cues.heard)})"),
        according=re.compile(
            rf"(?:(?<=[,;:，。！？!?”])|^)(?:根)?据(?P<who>[^，。；“”,;]{{2,50}}?)(?:最新|的)?"
            rf"(?P<cue>(?:{_choice(cues.according)})[^，。；“”,;]{{0,4}},)"
        ),
        verb=re.compile(verb),
        said=re.compile(said),
        voice=re.compile(rf"[^，。；：“”,;:的]{{0,12}}(?:{_choice(cues.voices)})"),
        silent=frozenset(cues.silent),
    )


def _choice(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _paragraph_starts(layers: Sequence[Layers], raw: RawDocument) -> list[bool]:
    """Whether each sentence begins a paragraph: another block, and a line break before it."""
    starts = [True] * len(layers)
    for i in range(1, len(layers)):
        before, here = layers[i - 1].sentence, layers[i].sentence
        gap = raw.text[before.span.end : here.span.start]
        starts[i] = before.paragraph != here.paragraph and ("\n" in gap or "\r" in gap)
    return starts


# Leads -----------------------------------------------------------------------------------------------


def _reported(layers: Sequence[Layers], index: int, grammar: _Grammar) -> Iterator[AttributionSpan]:
    """The stretches after leads of one sentence; a later lead takes over."""
    layer = layers[index]
    text = layer.sentence.surface.text
    if layer.sentence.kind != "body" or not grammar.hint.search(text):
        return
    leads: dict[int, tuple[SurfaceSpan, str]] = {}
    taken: set[int] = set()
    for match in (*grammar.heard.finditer(text), *grammar.according.finditer(text)):
        # To the end of the cue: 调查 in 据某某地质调查局消息 belongs to the name, not to the cue.
        who = _speaker(layer, match.start("who"), match.end("cue"), grammar, body=True)
        taken.update(range(*match.span()))
        if who is not None:
            leads[match.start()] = (who, match["cue"])
    for match in grammar.verb.finditer(text):
        if match.start() in taken:
            continue
        start = _clause_start(text, match.start())
        end = match.end() if match.lastgroup == "evidence" else match.start()
        who = _speaker(layer, start, end, grammar, body=match.lastgroup != "plain")
        if who is not None:
            leads[start] = (who, match[0])
    yield from _chain(layer, index, leads)


def _chain(layer: Layers, index: int, leads: Mapping[int, tuple[SurfaceSpan, str]]) -> Iterator[AttributionSpan]:
    ordered = sorted(leads)
    length = len(layer.sentence.surface.text)
    for start, end in zip(ordered, [*ordered[1:], length], strict=False):
        who, cue = leads[start]
        value = Attribution(Place(index, who), _entity(layer, index, who), quoted=False)
        yield AttributionSpan(SurfaceSpan(start, end), value, f"lead {cue}")


def _clause_start(text: str, end: int) -> int:
    """Where the clause before a verb of saying begins; a speaker stands near his verb."""
    at = end
    while at > max(0, end - _REACH) and text[at - 1] not in _STOP:
        at -= 1
    return at


def _speaker(layer: Layers, start: int, end: int, grammar: _Grammar, *, body: bool) -> SurfaceSpan | None:
    """Who speaks in a stretch: the last person, else the first body or place, else a generic voice.

    Args:
        layer: The sentence.
        start: Where the stretch begins.
        end: Where it ends, before the verb of saying.
        grammar: The compiled cues.
        body: Whether a body may speak, too.
    """
    first = bisect_left(layer.entities, start, key=_start_of)
    last = bisect_left(layer.entities, end, key=_start_of)
    inside = [entity for entity in layer.entities[first:last] if entity.span.end <= end]
    people = [entity.span for entity in inside if entity.value.label == "PER"]
    if people:
        return people[-1]
    text = layer.sentence.surface.text
    stretch = text[start:end]
    if any(word in stretch for word in grammar.silent):
        return None
    voice = grammar.voice.search(stretch)
    bodies = [entity.span for entity in inside if entity.value.label == "ORG"]
    if voice and (not bodies or voice.end() + start > bodies[0].end):
        begin = min([start + voice.start(), *(entity.span.start for entity in inside[:1])])
        begin += text.startswith("据", begin)
        return SurfaceSpan(begin, start + voice.end())
    if bodies and body:
        return bodies[0]
    places = [entity.span for entity in inside if entity.value.label == "LOC"]
    return places[0] if places and body and places[0].start == start else None


def _start_of(entity: Candidate[Entity]) -> int:
    return entity.span.start


def _entity(layer: Layers, index: int, span: SurfaceSpan) -> tuple[int, int] | None:
    k = bisect_left(layer.entities, span.start, key=_start_of)
    return (index, k) if k < len(layer.entities) and layer.entities[k].span == span else None


# Quotations ------------------------------------------------------------------------------------------


def _quoted(layers: Sequence[Layers], starts: Sequence[bool], grammar: _Grammar) -> dict[int, list[AttributionSpan]]:
    found: dict[int, list[AttributionSpan]] = {}
    previous: tuple[int, Attribution] | None = None
    for quotation in _quotations(layers, starts):
        if not quotation.speech:
            continue
        value = _quoted_by(layers, starts, quotation, grammar)
        if value is None and previous and previous[0] == quotation.start.sentence:
            # “……，”李某说，“……”: the second half has the speaker of the first.
            value = previous[1]
        if value is None:
            continue
        previous = (quotation.end.sentence, value)
        for i in range(quotation.start.sentence, quotation.end.sentence + 1):
            begin = quotation.start.at if i == quotation.start.sentence else 0
            end = quotation.end.at if i == quotation.end.sentence else len(layers[i].sentence.surface.text)
            found.setdefault(i, []).append(AttributionSpan(SurfaceSpan(begin, end), value, "quotation"))
    return found


def _quotations(layers: Sequence[Layers], starts: Sequence[bool]) -> Iterator[_Quotation]:
    """Top-level quotations, each closed by its mark or, where that is missing, by its paragraph's end."""
    depth, opened = 0, _Point(0, 0)
    for i, layer in enumerate(layers):
        if starts[i]:
            depth = 0
        text = layer.sentence.surface.text
        for mark in _MARKS.finditer(text):
            # A typewriter's mark opens and closes alike.
            if mark[0] in _OPEN or (mark[0] == '"' and not depth):
                if not depth:
                    opened = _Point(i, mark.start())
                depth += 1
            elif depth:
                depth -= 1
                if not depth:
                    yield _Quotation(opened, _Point(i, mark.end()), _is_speech(layers, opened, i, mark.start()))


def _is_speech(layers: Sequence[Layers], opened: _Point, index: int, close: int) -> bool:
    """A slogan or a name in quotation marks has no sentence end inside and no colon before it."""
    text = layers[index].sentence.surface.text
    if index != opened.sentence:
        return True
    before = text[max(0, opened.at - _REACH) : opened.at].rstrip()
    return close - opened.at > 3 and (text[close - 1] in _ENDED or before.endswith((":", "：", "说,", "说，")))


def _quoted_by(
    layers: Sequence[Layers], starts: Sequence[bool], quotation: _Quotation, grammar: _Grammar
) -> Attribution | None:
    found = _before(layers, quotation.start, grammar) or _after(layers, starts, quotation.end, grammar)
    if found is None:
        return None
    index, span = found
    return Attribution(Place(index, span), _entity(layers[index], index, span), quoted=True)


def _before(layers: Sequence[Layers], point: _Point, grammar: _Grammar) -> tuple[int, SurfaceSpan] | None:
    """The speaker named before a quotation: 李某说：“……”."""
    layer = layers[point.sentence]
    text = layer.sentence.surface.text
    low = max(0, point.at - _REACH)
    lead = text[low : point.at].rstrip()
    if not lead.endswith((":", ",")) or (lead.endswith(",") and not grammar.said.search(lead[-6:])):
        return None
    start = low + max(lead.rfind(mark) for mark in "。；;”") + 1
    span = _speaker(layer, start, low + len(lead), grammar, body=True)
    if span is not None:
        return point.sentence, span
    # 她说：“……”: the pronoun is the last person named.
    for i in range(point.sentence - 1, max(-1, point.sentence - 4), -1):
        people = [entity.span for entity in layers[i].entities if entity.value.label == "PER"]
        if people:
            return i, people[-1]
    return None


def _after(
    layers: Sequence[Layers], starts: Sequence[bool], point: _Point, grammar: _Grammar
) -> tuple[int, SurfaceSpan] | None:
    """The speaker named right after the closing mark, in the same sentence or the next of the paragraph."""
    index, at = point.sentence, point.at
    if not layers[index].sentence.surface.text[at : at + 4].strip("。！？!? "):
        index, at = index + 1, 0
        if index >= len(layers) or starts[index]:
            return None
    layer = layers[index]
    text = layer.sentence.surface.text
    limit = min(len(text), at + _REACH)
    stop = next((k for k in range(at, limit) if text[k] in "。；;:“"), limit)
    for verb in grammar.said.finditer(text, at, stop):
        span = _speaker(layer, at, verb.start(), grammar, body=True)
        if span is not None:
            return index, span
    # 老张掰着指头算账: no verb of saying, but one person acts.
    first, last = (bisect_left(layer.entities, bound, key=_start_of) for bound in (at, stop))
    people = [entity.span for entity in layer.entities[first:last] if entity.value.label == "PER"]
    return (index, people[0]) if people else None


def _merge(reported: Iterator[AttributionSpan], quoted: Sequence[AttributionSpan]) -> tuple[AttributionSpan, ...]:
    """Quotations cut the stretches of leads."""
    pieces: list[AttributionSpan] = list(quoted)
    k = 0
    for stretch in reported:
        at, end = stretch.span.start, stretch.span.end
        while k < len(quoted) and quoted[k].span.start < end:
            if quoted[k].span.start > at:
                pieces.append(replace(stretch, span=SurfaceSpan(at, quoted[k].span.start)))
            at = max(at, quoted[k].span.end)
            if quoted[k].span.end > end:
                break
            k += 1
        if at < end:
            pieces.append(replace(stretch, span=SurfaceSpan(at, end)))
    return tuple(sorted(pieces, key=lambda piece: piece.span))
