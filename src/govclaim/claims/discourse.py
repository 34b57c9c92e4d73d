"""What a figure inherits from its text: whose it is and what time it is about.

Both questions are one choice among few candidates: the mentions near the figure, what the figure before
had, what the passage is about, and nothing. A candidate shows *traits* (``gap=0``, ``after=在``), each
trait has a weight in ``discourse.yaml``, and the highest sum wins. A figure's choice is the next figure's
context, so the document is read once, forward.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from operator import or_
from re import Pattern
from typing import Any

from govclaim.claims import attribution
from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Layers, Place, Quantity, RawDocument, Subject

__all__ = ["periods", "subjects"]


@dataclass(frozen=True, slots=True)
class _Words:
    """The ``subjects`` section of ``discourse.yaml``."""

    national: list[str]
    division: list[str]
    here: list[str]
    own: list[str]
    bodies: list[str]
    persons: list[str]
    sites: list[str]
    events: list[str]
    gatherings: list[str]
    crafts: list[str]
    groups: list[str]
    bulletins: list[str]


@dataclass(frozen=True, slots=True)
class _PeriodWords:
    """The ``periods`` section of ``discourse.yaml``."""

    standing: list[str]
    flowing: list[str]
    planned: list[str]
    daily: list[str]
    now: list[str]


@dataclass(frozen=True, slots=True)
class _Document:
    subjects: _Words
    periods: _PeriodWords
    subject_weights: dict[str, float] = field(default_factory=dict)
    period_weights: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Grammar:
    generic: Pattern[str]
    thing: Pattern[str]
    bulletin: Pattern[str]
    predicate: Pattern[str]
    subject_weights: Mapping[str, float]
    period_weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A naming of something that may own a figure.

    Attributes:
        start, end: Where it stands in its sentence; for a generic, where the generic stands.
        place: What is answered: the last naming of what a generic stands for.
        kind: ``LOC`` ``ORG`` ``PER`` ``national`` ``thing`` ``generic``.
        traits: What can be seen without looking at the figure.
    """

    start: int
    end: int
    place: Place
    entity: tuple[int, int] | None
    kind: str
    traits: tuple[str, ...]
    score: float
    stem: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """One sentence, prepared so that each figure costs no scan."""

    index: int
    text: str
    mentions: tuple[_Mention, ...]
    starts: tuple[int, ...]
    commas: tuple[int, ...]
    stops: tuple[int, ...]
    opening: tuple[str, ...]
    kind: str
    named: tuple[bool, ...]
    national: tuple[bool, ...]


@dataclass(slots=True)
class _Memory:
    """What has been named in the story so far."""

    by_suffix: dict[str, _Mention] = field(default_factory=dict)
    by_label: dict[str, _Mention] = field(default_factory=dict)
    by_stem: dict[str, _Mention] = field(default_factory=dict)
    last: _Mention | None = None
    topic: _Mention | None = None
    lead: _Mention | None = None
    inner: _Mention | None = None
    chosen: _Mention | None = None
    owner: _Mention | None = None
    votes: dict[str, int] = field(default_factory=dict)
    main: _Mention | None = None
    decided: bool = False
    chosen_at: int = -1
    owner_at: int = -1
    nothing: int = 0
    something: int = 0
    national: bool = False
    aliases: set[str] = field(default_factory=set)

    def latest(self, mention: _Mention) -> _Mention:
        """The last naming of what a mention names."""
        if self.topic is not None and mention.stem in self.aliases:
            return self.topic
        return self.by_stem.get(mention.stem, mention) if mention.stem else mention


def subjects(
    layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge, figures: Sequence[tuple[int, int]]
) -> tuple[Subject | None, ...]:
    """Find whose figure each is.

    Args:
        layers: All sentences of the document with their settled layers.
        raw: The document.
        knowledge: The tables; words and weights are in ``discourse.yaml``.
        figures: ``(sentence, index in its quantities)`` in text order.

    Returns:
        For each figure the mention that owns it, or ``None`` where the text never says.

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    walk = _SubjectWalk(layers, raw, knowledge)
    return tuple(walk.choose(sentence, index) for sentence, index in figures)


def periods(
    layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge, figures: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int] | None, ...]:
    """Find the time each figure is about.

    Args:
        layers: All sentences of the document with their settled layers.
        raw: The document.
        knowledge: The tables; weights are in ``discourse.yaml``.
        figures: ``(sentence, index in its quantities)`` in text order.

    Returns:
        For each figure ``(sentence, index in its times)``, or ``None``.

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    walk = _PeriodWalk(layers, raw, knowledge)
    return tuple(walk.choose(sentence, index) for sentence, index in figures)


@lru_cache(maxsize=8)
def _grammar(knowledge: Knowledge) -> _Grammar:
    document = knowledge.document("discourse.yaml", _Document)
    words = document.subjects
    division = _choice(words.division)
    generic = (
        rf"(?P<national>{_choice(words.national)})"
        rf"|(?P<division>[全本该我](?:{division})(?!人大)|(?<![各家个一-鿿])街道(?!路|口))"
        rf"|(?P<here>{_choice(words.here)})|(?P<own>{_choice(words.own)})"
        rf"|(?P<person>(?:(?<=[,。;:“])|^){_choice(words.persons)})"
        rf"|(?P<body>(?:[该本]|(?:(?<=[,。;:“])|^))(?:{_choice(words.bodies)}))"
        rf"|(?P<event>(?:[该本此]|(?:(?<=[,。;:“])|^))(?:届|次|部|批|项)?(?:{_choice(words.events)}))"
        rf"|(?P<site>(?:[该本这此]|(?:(?<=[,。;:“])|^))(?:[座个条项种])?(?:{_choice(words.sites)}))"
    )
    name = "[^,;。:、“”《》的届在 ]"
    thing = (
        rf"(?<=届)(?P<edition>{name}{{1,14}}?(?:{_choice(words.gatherings)}))"
        rf"|《(?P<work>[^《》]{{2,20}})》"
        rf"|(?P<craft>“[^“”]{{1,10}}”(?:[(][^()]{{1,8}}[)])?(?:{_choice(words.crafts)}))"
        rf"|(?:(?<=[,;。:、的在 ])|^)(?P<group>(?:“[^“”]{{1,8}}”)?{name}{{0,10}}?(?:{_choice(words.groups)}))(?![长家])"
    )
    return _Grammar(
        generic=re.compile(generic),
        thing=re.compile(thing),
        bulletin=re.compile(_choice(words.bulletins)),
        predicate=re.compile(
            "|".join(
                f"(?P<{name}>{_choice(getattr(document.periods, name))})"
                for name in ("standing", "planned", "daily", "now", "flowing")
            )
        ),
        subject_weights=document.subject_weights,
        period_weights=document.period_weights,
    )


def _choice(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# Subjects --------------------------------------------------------------------------------------------

_NEAR = 6
_BEFORE = ("来自", "在", "于", "从", "由", "向", "对", "与", "同", "和", "为", "至", "赴", "占", "比", "居", "列", "据", "是", "及", "经", "到", "给", "、", "“", "《", "(", "——", ",", "。", ";", ":")
_AFTER = ("的", "、", "和", "与", "及", "等", ",", "”", "》", ")", "将", "已", "共", "有", "为", "以", "在", "是", "实", "完", "全", "地区", "区", "市", "省", "今", "举", "召", "联合", "组织", "——", ":")


class _SubjectWalk:
    """Reads the document forward and chooses for each figure."""

    def __init__(self, layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge) -> None:
        self.layers = layers
        self.grammar = _grammar(knowledge)
        self.weights = self.grammar.subject_weights
        self.spoken = attribution.find(layers, raw, knowledge)
        self.place = str(raw.meta.get("place") or "")
        self.memory = _Memory()
        self.bulletin = _is_bulletin(layers, self.grammar)
        self.read = -1
        self.scene: _Scene | None = None

    def choose(self, sentence: int, index: int) -> Subject | None:
        """The subject of one figure; figures must come in text order."""
        best: _Mention | None = None
        top = float("-inf")
        for mention, traits in self.candidates(sentence, index):
            score = (mention.score if mention else 0.0) + sum(self.weights.get(trait, 0.0) for trait in traits)
            if score > top:
                best, top = mention, score
        self.settle(sentence, best)
        return Subject(best.place, best.entity) if best else None

    def settle(self, sentence: int, mention: _Mention | None) -> None:
        """Make a choice the context of the next figure."""
        memory = self.memory
        memory.chosen, memory.decided, memory.chosen_at = mention, True, sentence
        if mention is None:
            memory.nothing += 1
            return
        memory.something += 1
        memory.owner, memory.owner_at = mention, sentence
        if mention.kind != "national":
            memory.votes[mention.stem] = votes = memory.votes.get(mention.stem, 0) + 1
            if memory.main is None or votes >= memory.votes[memory.main.stem]:
                memory.main = mention

    def candidates(self, sentence: int, index: int) -> Iterator[tuple[_Mention | None, list[str]]]:
        """All mentions that may own the figure, and ``None``, with the traits that depend on the figure."""
        while self.read < sentence:
            self._advance()
        assert self.scene is not None
        scene, memory = self.scene, self.memory
        span = self.layers[sentence].quantities[index].span
        found: dict[tuple[Place, bool], tuple[_Mention, list[str]]] = {}
        figure = _figure(self.layers[sentence].quantities[index].value)
        own = self._own(scene, span)
        same = "same" if memory.decided and memory.chosen_at == sentence else "new"
        chosen = memory.chosen
        before = "unset" if not memory.decided else "none" if chosen is None else "nation" if chosen.kind == "national" else "name"
        view = f"{own}.{same}.{before}"
        quoted = _is_quoted(self.spoken[sentence], span.start)
        found: dict[Place, tuple[_Mention, list[str]]] = {}
        for mention, traits in self._nearby(scene, span, view, figure, self.layers[sentence].quantities[max(index - 1, 0)].span.end if same == "same" else -1):
            found.setdefault(mention.place, (mention, traits))
        step = sentence - memory.chosen_at
        step = step if step < 3 else 3 if step < 6 else 6
        for origin, carried in (
            ("chosen", chosen),
            ("owner", memory.owner),
            ("last", memory.last),
            ("lastLOC", memory.by_label.get("LOC")),
            ("thing", memory.by_label.get("thing")),
            ("topic", memory.topic),
            ("inner", memory.inner),
            ("lead", memory.lead),
            ("main", memory.main),
        ):
            if carried is None or (origin == "owner" and carried is chosen):
                continue
            if carried.kind == "national" and carried.place.sentence != sentence:
                # In national statistics 全国 owns a figure only where its own sentence has it.
                continue
            latest = memory.latest(carried)
            traits = [f"{origin}.{view}", f"{origin}.{carried.kind}.{same}"]
            if origin == "chosen" and same == "new":
                traits += [f"chosen={step}", f"chosen={step}.{own}", *(f"chosen.{o}" for o in scene.opening)]
            if latest.place in found:
                found[latest.place][1].extend(trait + "+" for trait in traits)
            else:
                found[latest.place] = (latest, ["away", f"away.quoted={quoted}", f"away.{view}", f"away.{figure}.{same}", *traits])
        yield from found.values()
        yield None, [f"null.quoted={quoted}.{own}", *self._nothing(scene, view, own, figure)]

    @staticmethod
    def _own(scene: _Scene, span: SurfaceSpan) -> str:
        """What the sentence names before the figure: a name, the nation only, or nothing."""
        k = bisect_left(scene.starts, span.start)
        name, nation = k > 0 and scene.named[k - 1], k > 0 and scene.national[k - 1]
        return "both" if name and nation else "name" if name else "nation" if nation else "none"

    def _nothing(self, scene: _Scene, view: str, own: str, figure: str) -> list[str]:
        memory = self.memory
        share = "few" if not memory.nothing else "most" if memory.nothing > memory.something else "some"
        return [
            "null", f"null.{view}", f"null.topic={memory.topic.kind if memory.topic else None}.{own}",
            f"null.share={share}.{own}", f"null.national={memory.national}.{own}",
            f"null.{figure}", f"null.{figure}.{own}", f"null.kind={scene.kind}.{own}", *(f"null.{o}" for o in scene.opening),
        ]

    def _nearby(
        self, scene: _Scene, span: SurfaceSpan, view: str, figure: str, previous: int
    ) -> Iterator[tuple[_Mention, list[str]]]:
        """The mentions of the figure's own sentence; ``previous`` is where the figure before it ends."""
        split = bisect_left(scene.starts, span.start)
        before = list(range(max(0, split - _NEAR), split))
        if split > _NEAR:
            before.insert(0, 0)
        here, there = bisect_left(scene.commas, span.start), bisect_left(scene.stops, span.start)
        for k in before:
            mention = scene.mentions[k]
            gap = min(here - bisect_left(scene.commas, mention.end), 3)
            far = min(there - bisect_left(scene.stops, mention.end), 1)
            rank = min(split - 1 - k, 3)
            side = "between" if previous >= 0 and mention.start >= previous else "before"
            traits = [
                f"rank={rank}.{view}", f"rank={rank}", f"gap={gap}", f"gap={gap}.{mention.kind}", f"stop={far}", f"stop={far}.{side}",
                f"{side}.{mention.kind}.{view}", f"{side}.gap={gap}", f"rank={rank}.gap={gap}", "first" if k == 0 else "later",
            ]
            if gap == 0:
                close = min(span.start - mention.end, 2)
                traits += [f"near={close}", f"near={close}.{figure}", f"near={close}.{mention.kind}.{figure}"]
            yield mention, traits
        end = scene.commas[here] if here < len(scene.commas) else len(scene.text)
        for k in range(split, min(split + 2, len(scene.mentions))):
            mention = scene.mentions[k]
            side = "clause" if mention.start < end else "beyond"
            yield mention, [f"right={side}", f"right={side}.{mention.kind}", f"right.{view}", f"right={side}.{figure}"]

    def _advance(self) -> None:
        """Read the next sentence: its mentions, and what they leave in memory."""
        self.read += 1
        layer = self.layers[self.read]
        kind = layer.sentence.kind
        if kind in ("heading", "title"):
            if self.bulletin:
                self.memory = _Memory()
        text = layer.sentence.surface.text
        mentions = tuple(self._mentions(layer, self.read))
        self.scene = _Scene(
            self.read,
            text,
            mentions,
            tuple(mention.start for mention in mentions),
            tuple(match.start() for match in re.finditer("[,;。:]", text)),
            tuple(match.start() for match in re.finditer("[;。]", text)),
            tuple(_opening(text)),
            kind,
            tuple(accumulate((m.kind != "national" and not _speaks(m) for m in mentions), or_)),
            tuple(accumulate((m.kind == "national" for m in mentions), or_)),
        )
        if any(mention.kind == "national" for mention in mentions):
            self.memory.national = True

    def _mentions(self, layer: Layers, index: int) -> Iterator[_Mention]:
        text = layer.sentence.surface.text
        spoken = {stretch.value.place.span for stretch in self.spoken[index] if stretch.value.place.sentence == index}
        boring = layer.sentence.kind in ("byline", "dateline", "other")
        covered = _Cover(layer)
        quoted = _depths(text)
        zones = [(z.span.start, text.find(",", z.span.start)) for z in self.spoken[index] if not z.value.quoted]
        found: list[tuple[SurfaceSpan, int, str, Any]] = [
            (entity.span, k, entity.value.label, None) for k, entity in enumerate(layer.entities)
        ]
        for match in self.grammar.thing.finditer(text):
            start, end = match.span(match.lastgroup or 0)
            if not covered.equals(start, end):
                found.append((SurfaceSpan(start, end), -1, "thing", None))
        for match in self.grammar.generic.finditer(text):
            if match.end() > match.start() and not covered.touches(match.start(), match.end()):
                found.append((SurfaceSpan(*match.span()), -1, str(match.lastgroup), match[0]))
        found.sort(key=lambda item: item[0])
        for n, (span, k, label, word) in enumerate(found):
            place, entity, kind = Place(index, span), (index, k), label
            extra: list[str] = []
            if k < 0:
                entity, kind = None, label
                if label not in ("national", "thing"):
                    antecedent = self._antecedent(label, word)
                    extra.append(f"generic={label}.{antecedent is not None}")
                    kind = "generic"
                    if antecedent is not None:
                        place, entity, kind = antecedent.place, antecedent.entity, antecedent.kind
            extra += _company(text, found, n)
            if span in spoken:
                extra.append("speaker")
            elif any(start <= span.start < end for start, end in zones):
                extra.append("lead")
            if quoted(span.start):
                extra.append("inquote")
            if span.start:
                extra.append(f"b1={text[span.start - 1]}")
            if span.end < len(text):
                extra.append(f"a1={text[span.end]}")
            extra += [f"b={_tail(text, span.start)}", f"a={_head(text, span.end)}", f"kind={kind}", f"b={_tail(text, span.start)}.{kind}", f"a={_head(text, span.end)}.{kind}"]
            if span.start == 0:
                extra.append("opens")
            traits = tuple(extra)
            name = self.layers[place.sentence].sentence.surface.text[place.span.start : place.span.end]
            stem = _SUFFIX.sub("", name) if kind != "national" else ""
            score = sum(self.weights.get(t, 0.0) for t in traits)
            mention = _Mention(span.start, span.end, place, entity, kind, traits, score, stem)
            if (k >= 0 or label == "thing") and not boring and "speaker" not in traits and "lead" not in traits:
                self._remember(mention, text[span.start : span.end], layer.sentence.kind)
            yield mention

    def _remember(self, mention: _Mention, name: str, kind: str) -> None:
        memory = self.memory
        memory.by_label[mention.kind] = mention
        memory.by_stem[mention.stem] = mention
        if kind == "body" and memory.lead is None and mention.kind in ("LOC", "ORG"):
            memory.lead = mention
        if mention.kind != "thing":
            memory.last = mention
        if mention.kind == "LOC":
            for suffix, older in memory.by_suffix.items():
                if _abbreviates(older.stem, mention.stem):
                    memory.by_suffix[suffix] = mention
            memory.by_suffix[name[-1]] = mention
            if name.endswith("街道"):
                memory.by_suffix["街道"] = mention
        if mention.kind not in ("LOC", "ORG"):
            return
        division = _DIVISION.match(name) if mention.kind == "ORG" else None
        if division:
            self._remember_division(mention, division)
        topic = memory.topic
        if topic is None or (self.place and self.place in name and mention.kind == "LOC"):
            memory.topic, memory.aliases = mention, {mention.stem}
        elif topic.kind == mention.kind and _abbreviates(topic.stem, mention.stem):
            memory.topic = mention
            memory.aliases.add(mention.stem)

    def _remember_division(self, body: _Mention, match: re.Match[str]) -> None:
        """Keep 甲县 of 甲县财政局: on a body's page 全县 often has no other naming."""
        start = body.place.span.start
        place = Place(body.place.sentence, SurfaceSpan(start + match.start("last"), start + match.end("last")))
        name = match["last"]
        inner = _Mention(body.start, body.end, place, None, "LOC", ("inner",), self.weights.get("inner", 0.0), _SUFFIX.sub("", name))
        suffix = "街道" if name.endswith("街道") else name[-1]
        older = self.memory.by_suffix.get(suffix)
        if older is None or older.stem == inner.stem:
            self.memory.by_suffix[suffix] = inner
        self.memory.inner = inner

    def _antecedent(self, label: str, word: str) -> _Mention | None:
        memory = self.memory
        if label == "division":
            suffix = "街道" if word.endswith("街道") else word[-1]
            return memory.by_suffix.get(suffix) or memory.topic or memory.by_label.get("LOC")
        if label == "own":
            return memory.by_suffix.get("街道") or memory.topic or memory.by_label.get("LOC")
        if label == "here":
            return memory.by_label.get("LOC") or memory.topic
        if label == "person":
            return memory.by_label.get("PER") or memory.by_label.get("ORG")
        if label == "body":
            return memory.by_label.get("ORG")
        if label == "event":
            return memory.by_label.get("thing")
        return memory.last


_DIVISION = re.compile("(?:[一-鿿]{2,7}?(?:省|市|州|县|区))?(?P<last>[一-鿿]{1,6}?(?:[市县区镇乡村旗]|街道))(?=[一-鿿]{2})")
_SUFFIX = re.compile("(?:街道|地区|[省市县区镇乡村州])$")


def _abbreviates(one: str, other: str) -> bool:
    """Whether one name is the other without some of its characters: 甲县法院 and 某省甲县人民法院."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2 or len(long) > 30:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


def _company(text: str, found: Sequence[tuple[SurfaceSpan, int, str, Any]], n: int) -> Iterator[str]:
    """Traits of a name beside another name: 甲村村民李某某, 某区某公司."""
    span, _, label, _ = found[n]
    if n + 1 < len(found) and found[n + 1][1] >= 0 and _beside(text, span.end, found[n + 1][0].start):
        yield f"{label} of {found[n + 1][2]}"
    if n and found[n - 1][1] >= 0 and _beside(text, found[n - 1][0].end, span.start):
        yield f"{label} from {found[n - 1][2]}"


def _beside(text: str, start: int, end: int) -> bool:
    return 0 <= end - start < 14 and not any(mark in text[start:end] for mark in ",。;:“”")


def _is_quoted(stretches: Sequence[attribution.AttributionSpan], position: int) -> bool:
    k = bisect_right(stretches, position, key=lambda stretch: stretch.span.start) - 1
    return k >= 0 and stretches[k].value.quoted and position < stretches[k].span.end


def _speaks(mention: _Mention) -> bool:
    return "speaker" in mention.traits or "lead" in mention.traits


def _figure(quantity: Quantity) -> str:
    return quantity.dimension if quantity.dimension in ("rank", "percent", "money", "length", "duration") else "count"


# Periods ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Moment:
    """A time that a figure may be about."""

    start: int
    end: int
    place: tuple[int, int]
    shape: str
    traits: tuple[str, ...]
    score: float


@dataclass(slots=True)
class _Clock:
    """What time the passage is about so far."""

    last: _Moment | None = None
    year: _Moment | None = None
    chosen: _Moment | None = None
    owner: _Moment | None = None
    decided: bool = False
    chosen_at: int = -1
    owner_at: int = -1
    nothing: int = 0
    something: int = 0


class _PeriodWalk:
    """Reads the document forward and chooses a time for each figure."""

    def __init__(self, layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge) -> None:
        self.layers = layers
        self.grammar = _grammar(knowledge)
        self.weights = self.grammar.period_weights
        self.bulletin = _is_bulletin(layers, self.grammar)
        self.clock = _Clock()
        self.read = -1
        self.moments: tuple[_Moment, ...] = ()
        self.starts: tuple[int, ...] = ()
        self.commas: tuple[int, ...] = ()
        self.stops: tuple[int, ...] = ()
        self.opening: tuple[str, ...] = ()
        self.page = _page(layers)
        self.seen: set[str] = set()
        self.names: tuple[int, str] = (-1, "none")

    def choose(self, sentence: int, index: int) -> tuple[int, int] | None:
        """The period of one figure; figures must come in text order."""
        best: _Moment | None = None
        top = float("-inf")
        for moment, traits in self.candidates(sentence, index):
            score = (moment.score if moment else 0.0) + sum(self.weights.get(trait, 0.0) for trait in traits)
            if score > top:
                best, top = moment, score
        self.settle(sentence, best)
        return best.place if best else None

    def settle(self, sentence: int, moment: _Moment | None) -> None:
        """Make a choice the context of the next figure."""
        clock = self.clock
        clock.chosen, clock.decided, clock.chosen_at = moment, True, sentence
        if moment is None:
            clock.nothing += 1
        else:
            clock.something += 1
            clock.owner, clock.owner_at = moment, sentence

    def candidates(self, sentence: int, index: int) -> Iterator[tuple[_Moment | None, list[str]]]:
        """All times that the figure may be about, and ``None``, with the traits that depend on the figure."""
        while self.read < sentence:
            self._advance()
        clock, layer = self.clock, self.layers[sentence]
        span, text = layer.quantities[index].span, layer.sentence.surface.text
        role = _role(text, layer.quantities, index)
        own, found = self._nearby(span, role)
        same = "same" if clock.chosen_at == sentence else "new"
        before = "time" if clock.chosen else "none" if clock.decided else "unset"
        scene = f"own={own}.{same}.{before}"
        views = [scene, role, *(f"{scene}.{view}" for view in self._views(text, span, own, same))]
        for origin, carried in (("chosen", clock.chosen), ("owner", clock.owner), ("last", clock.last), ("year", clock.year)):
            if carried is None or (origin == "owner" and carried is clock.chosen):
                continue
            if carried.place in found:
                found[carried.place][1].append(f"{origin}.{scene}+")
                continue
            far = sentence - carried.place[0]
            far = far if far < 3 else 3 if far < 6 else 6
            traits = [f"{origin}.{view}" for view in (*views, f"far={far}", f"{scene}.{carried.shape}")]
            found[carried.place] = carried, traits
        yield from found.values()
        yield None, ["null", *(f"null.{view}" for view in views)]

    def _views(self, text: str, span: SurfaceSpan, own: str, same: str) -> list[str]:
        """What tells whether a time is carried on to a sentence that names none itself."""
        predicates = self._predicates(text, span)
        if own != "none" or same == "same":
            return predicates
        fresh = self.names[1] if 0 <= self.names[0] < span.start else "none"
        return [*predicates, f"fresh={fresh}", *self.opening]

    def _predicates(self, text: str, span: SurfaceSpan) -> list[str]:
        """Which kinds of predicate stand in the figure's clause."""
        k = bisect_left(self.commas, span.start)
        start = max(self.commas[k - 1] if k else 0, span.start - 40)
        return sorted({str(match.lastgroup) for match in self.grammar.predicate.finditer(text, start, span.end + 8)}) or ["bare"]

    def _nearby(self, span: SurfaceSpan, role: str) -> tuple[str, dict[tuple[int, int], tuple[_Moment, list[str]]]]:
        """The times of the figure's own sentence, and whether it names one before the figure."""
        split = bisect_left(self.starts, span.start)
        before = list(range(max(0, split - 4), split))
        if split > 4:
            before.insert(0, 0)
        here, there = bisect_left(self.commas, span.start), bisect_left(self.stops, span.start)
        shapes = {self.moments[k].shape for k in before if "compared" not in self.moments[k].traits}
        own = "none" if not shapes else "null" if shapes == {"null"} else "time"
        if before and self.moments[split - 1].shape == "null" and own == "time":
            own = "null-last"
        found: dict[tuple[int, int], tuple[_Moment, list[str]]] = {}
        for k in before:
            moment = self.moments[k]
            gap = min(here - bisect_left(self.commas, moment.end), 3)
            far = min(there - bisect_left(self.stops, moment.end), 1)
            rank = min(split - 1 - k, 2)
            near = min(span.start - moment.end, 3)
            found[moment.place] = moment, [
                "here", f"here.own={own}", f"gap={gap}", f"stop={far}", f"rank={rank}", f"rank={rank}.gap={gap}", f"rank={rank}.{moment.shape}",
                "first" if k == 0 else "later", f"near={near}.{role}", f"gap={gap}.{role}",
            ]
        end = self.commas[here] if here < len(self.commas) else span.end + 1000
        for k in range(split, min(split + 2, len(self.moments))):
            moment = self.moments[k]
            side = "clause" if moment.start < end else "beyond"
            found[moment.place] = moment, [f"right={side}", f"right={side}.{moment.shape}", f"right.own={own}"]
        return own, found

    def _advance(self) -> None:
        """Read the next sentence: what the last one named becomes what was named before."""
        for moment in self.moments:
            if moment.shape == "null" or "compared" in moment.traits:
                continue
            self.clock.last = moment
            if moment.shape in ("Y", "Y/Y", "YM/YM"):
                self.clock.year = moment
        self.read += 1
        layer = self.layers[self.read]
        if layer.sentence.kind in ("heading", "title") and self.bulletin:
            self.clock = _Clock()
        text = layer.sentence.surface.text
        self.names = (-1, "none")
        for entity in layer.entities:
            name = entity.span.of(text)
            if self.names[0] < 0:
                self.names = (entity.span.start, "old" if name in self.seen else "new")
            self.seen.add(name)
        self.moments = tuple(self._moments(layer, self.read))
        self.starts = tuple(moment.start for moment in self.moments)
        self.commas = tuple(match.start() for match in re.finditer("[,;。:]", text))
        self.stops = tuple(match.start() for match in re.finditer("[;。]", text))
        self.opening = tuple(_opening(text))

    def _moments(self, layer: Layers, index: int) -> Iterator[_Moment]:
        text = layer.sentence.surface.text
        boring = layer.sentence.kind in ("byline", "dateline", "other")
        for k, time in enumerate(layer.times):
            span, value = time.span, time.value.value
            shape = _shape(value)
            traits = [
                f"shape={shape}", f"kind={time.value.kind}", f"b={_one_of(text, span.start, _TIME_BEFORE)}",
                f"a={_head_of(text, span.end, _TIME_AFTER)}", f"t={_head_of(text, span.start, _TIME_HEAD)}",
                f"t={_head_of(text, span.start, _TIME_HEAD)}.a={_head_of(text, span.end, _TIME_AFTER)}",
            ]
            if _one_of(text, span.start, _COMPARED) != "?" or text.startswith(("同期", "相比"), span.end):
                traits.append("compared")
            if span.start == 0:
                traits.append("opens")
            if boring:
                traits.append("boring")
            yield _Moment(span.start, span.end, (index, k), shape, tuple(traits), sum(self.weights.get(t, 0.0) for t in traits))


_TIME_BEFORE = ("自", "从", "由", "到", "至", "在", "于", "为", "力争", "计划", "是", "达", "与", "(", "“", ",", "、", ";", "。", "的")
_TIME_AFTER = ("的", "期间", "以来", "起", "年", "月", "底", "前", "后", ",", "(", ")", "同期", "全", "获悉", "举行", "在", "发布", "公布")
_TIME_HEAD = ("今年", "今天", "昨天", "截至", "去年", "全年", "上半年", "“", "每", "近", "过去", "1", "2", "前", "当", "上", "明年", "下", "目前")
_COMPARED = ("比", "较", "比照", "相比", "同比", "与")


def _one_of(text: str, end: int, cues: Sequence[str]) -> str:
    for cue in cues:
        if text.endswith(cue, 0, end):
            return cue
    return "?"


def _head_of(text: str, start: int, cues: Sequence[str]) -> str:
    for cue in cues:
        if text.startswith(cue, start):
            return cue
    return "?"


def _shape(value: str | None) -> str:
    """A time's grain: ``Y`` ``YM`` ``YMD`` ``T``, a range of two, or ``null``."""
    if value is None:
        return "null"
    return "/".join(_grain(end) for end in value.split("/"))


def _grain(value: str) -> str:
    if value in ("..", ""):
        return ".."
    return "T" if "T" in value else ("Y", "YM", "YMD")[min(value.count("-"), 2)]


_CHANGED = re.compile("[^,;。:]{0,6}?(?:提高|提升|增长|增加|扩大|下降|降低|缩短|调整|跃升|减少|收窄|上升|升|增|降|提|减|变)+(?:到|至|为)")


def _role(text: str, quantities: Sequence[Candidate[Quantity]], index: int) -> str:
    """Whether a figure is the old or the new value of 由A提高到B."""
    if _is_old(text, quantities[index].span):
        return "old"
    return "new" if index and _is_old(text, quantities[index - 1].span) else "plain"


def _is_old(text: str, span: SurfaceSpan) -> bool:
    before = text[max(0, span.start - 16) : span.start]
    return ("由" in before or "从" in before) and _CHANGED.match(text, span.end, span.end + 14) is not None


def _page(layers: Sequence[Layers]) -> str:
    """Whether the title names a place or body that the whole page is about."""
    for layer in layers[:4]:
        if layer.sentence.kind == "title" and layer.entities:
            return "named"
    return "open"


def _is_bulletin(layers: Sequence[Layers], grammar: _Grammar) -> bool:
    """Whether the page is several short stories, each under its heading."""
    return any(
        layer.sentence.kind == "title" and grammar.bulletin.search(layer.sentence.surface.text) for layer in layers[:4]
    )


class _Cover:
    """Which positions entities hold, answered in text order."""

    def __init__(self, layer: Layers) -> None:
        self.starts = [entity.span.start for entity in layer.entities]
        self.ends = [entity.span.end for entity in layer.entities]

    def equals(self, start: int, end: int) -> bool:
        k = bisect_left(self.starts, start)
        return k < len(self.starts) and self.starts[k] == start and self.ends[k] == end

    def touches(self, start: int, end: int) -> bool:
        k = bisect_left(self.starts, end) - 1
        return k >= 0 and self.ends[k] > start


def _depths(text: str) -> Any:
    """A test whether a position stands inside quotation marks or 《》."""
    edges: list[int] = []
    for match in re.finditer("[“《”》]", text):
        opens = match[0] in "“《"
        if opens == (len(edges) % 2 == 0):
            edges.append(match.start())
    return lambda position: bisect_right(edges, position) % 2 == 1


def _tail(text: str, start: int) -> str:
    if start == 0:
        return "^"
    for cue in _BEFORE:
        if text.endswith(cue, 0, start):
            return cue
    return "?"


def _head(text: str, end: int) -> str:
    for cue in _AFTER:
        if text.startswith(cue, end):
            return cue
    return "?" if end < len(text) else "$"


def _opening(text: str) -> Iterator[str]:
    head = text[:12]
    for cue in ("其中", "同时", "此外", "目前", "截至", "今年", "数据显示", "据", "我们", "全", "该", "这"):
        if head.startswith(cue):
            yield f"opens={cue}"
