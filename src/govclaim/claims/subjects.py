"""Whose figure it is: the choice among what is named in its sentence, what the text named before, and nothing.

How a choice is made: ``claims.choice``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import or_
from re import Match, Pattern

from govclaim.claims import attribution
from govclaim.claims.choice import (
    Clauses,
    alternatives,
    beginning,
    best_of,
    clauses_of,
    ending,
    is_bulletin,
    page_of,
    passages,
    quotes,
    steps,
)
from govclaim.claims.weights import weights
from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Place, Quantity, RawDocument, Subject

__all__ = ["Mention", "Walk", "subjects"]


@dataclass(frozen=True, slots=True)
class _Led:
    opens: list[str]
    closes: list[str]
    bodies: list[str]


@dataclass(frozen=True, slots=True)
class _Compared:
    by: list[str]
    what: list[str]


@dataclass(frozen=True, slots=True)
class _Words:
    """The ``subjects`` section of ``discourse.yaml``."""

    doctrines: list[str]
    led: _Led
    compared: _Compared
    national: list[str]
    division: list[str]
    within: list[str]
    here: list[str]
    own: list[str]
    bodies: list[str]
    persons: list[str]
    sites: list[str]
    places: list[str]
    events: list[str]
    gatherings: list[str]
    crafts: list[str]
    groups: list[str]
    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True)
class _Document:
    subjects: _Words


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The words, compiled, and the weights."""

    doctrine: Pattern[str]
    led: Pattern[str]
    leading: Pattern[str]
    compared: Pattern[str]
    generic: Pattern[str]
    named: Pattern[str]
    group: Pattern[str]
    levels: frozenset[str]
    places: tuple[str, ...]
    offices: tuple[str, ...]
    before: frozenset[str]
    after: frozenset[str]
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Naming:
    """A stretch that names something: an entity (its index in the layer) or words that stand for one."""

    span: SurfaceSpan
    entity: int
    label: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that may own a figure.

    Attributes:
        start: Where it stands in its sentence; for a generic, where the generic stands.
        end: Where that ends.
        place: What is answered: for a generic, the last naming of what it stands for.
        entity: ``(sentence, index)`` of the entity that is answered.
        kind: ``LOC`` ``ORG`` ``PER`` ``national`` ``thing`` ``generic``.
        stem: Its name without a division's suffix.
        form: What the end of the name tells: a division's level, ``site``, or the kind.
        before: The cue before it; ``after``: that after it.
        speaks: Whether it is a speaker, or stands in the words that introduce him.
        traits: What can be seen without looking at the figure.
        score: Their weights, summed once.
    """

    start: int
    end: int
    place: Place
    entity: tuple[int, int] | None
    kind: str
    stem: str
    speaks: bool
    traits: tuple[str, ...]
    score: float
    form: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """One sentence, prepared for the subjects of its figures.

    Attributes:
        named: For each mention, whether a name that does not speak stands there or before.
        national: For each mention, whether 全国 or 我国 stands there or before.
    """

    kind: str
    clauses: Clauses
    mentions: tuple[Mention, ...]
    starts: tuple[int, ...]
    named: tuple[bool, ...]
    national: tuple[bool, ...]


@dataclass(slots=True)
class _Memory:
    """What has been named and chosen in the story so far."""

    by_suffix: dict[str, Mention] = field(default_factory=dict)
    by_label: dict[str, Mention] = field(default_factory=dict)
    by_stem: dict[str, Mention] = field(default_factory=dict)
    tails: dict[str, Mention] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    recent: list[Mention] = field(default_factory=list)
    place: Mention | None = None
    voice: Mention | None = None
    person: Mention | None = None
    last: Mention | None = None
    topic: Mention | None = None
    aliases: set[str] = field(default_factory=set)
    lead: Mention | None = None
    inner: Mention | None = None
    national: bool = False
    chosen: Mention | None = None
    chosen_at: int = -1
    chosen_end: int = -1
    owner: Mention | None = None
    votes: dict[str, int] = field(default_factory=dict)
    main: Mention | None = None
    nothing: int = 0
    something: int = 0

    def latest(self, mention: Mention) -> Mention:
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
    walk = Walk(layers, raw, knowledge)
    return tuple(walk.choose(sentence, index) for sentence, index in figures)


# Grammar ---------------------------------------------------------------------------------------------

_HEAD = re.compile("(?:^|(?<=[,。;:“]))[该本这]?[家座]?")
_DIVISION = re.compile("(?:[一-鿿]{2,7}?[省市州县区])?(?P<last>[一-鿿]{1,6}?(?:[市县区镇乡村旗]|街道))(?=[一-鿿]{2})")
_MEMBER = re.compile("[一-鿿]{1,6}?(?:[省市县区镇乡旗]|街道)")
_SUFFIX = re.compile("(?:街道|地区|[省市县区镇乡村州])$")
_NO_NAME = frozenset(",;。:、的届在《》 ")
_REACH = 80
_NEAR = 6
_RECENT = 4
_TAILS = (2, 3, 4, 5)

_APPOSITIVE = 24
"""Characters within which 作为 follows its topic."""

_WAYS = ("路", "街", "大道", "线", "江", "河", "湖", "山", "高速", "铁路", "隧道")
"""Ends of names of roads, rivers and mountains."""

_LISTED = 12
"""Names that 分别 may serve."""

_TITLE = 16
"""Characters that a name in quotation marks may have."""


def _compile(knowledge: Knowledge) -> _Grammar:
    words = knowledge.document("discourse.yaml", _Document).subjects
    return _Grammar(
        doctrine=re.compile(alternatives(words.doctrines)),
        led=re.compile(rf"(?:{alternatives(words.led.opens)})[^,;。!?]{{0,24}}?(?:{alternatives(words.led.closes)})"),
        leading=re.compile(rf"(?:{alternatives(words.led.bodies)})"),
        compared=re.compile(
            rf"(?:{alternatives(words.compared.by)})[^,;。]{{1,6}}?(?:{alternatives(words.compared.what)})"
        ),
        generic=_generic(words),
        named=re.compile(
            rf"(?<=届)(?P<edition>[^,;。:、“”《》的届在 ]{{1,14}}?(?:{alternatives(words.gatherings)}))"
            rf"|《(?P<work>[^《》]{{2,20}})》"
            rf"|(?P<craft>“[^“”]{{1,10}}”(?:[(][^()]{{1,8}}[)])?(?:{alternatives(words.crafts)}))"
        ),
        group=re.compile(rf"(?:{alternatives(words.groups)})(?![长家])"),
        levels=frozenset(words.division),
        places=tuple(words.places),
        offices=tuple(words.division),
        before=frozenset(words.before),
        after=frozenset(words.after),
        weights=weights(knowledge, "subjects.tsv.gz"),
    )


def _generic(words: _Words) -> Pattern[str]:
    """Words that stand for something named before; most of them only at the head of a clause."""
    head = "(?:(?<=[,。;:“])|^)"
    return re.compile(
        rf"(?P<national>{alternatives(words.national)})"
        rf"|(?P<division>[全本该我](?:{alternatives(words.division)})(?!人大)|(?<![一-鿿])街道(?![路口]))"
        rf"|(?P<within>(?:{alternatives(words.within)})(?:里(?![程面外])|集体))"
        rf"|(?P<here>{alternatives(words.here)})"
        rf"|(?P<own>{alternatives(words.own)})"
        rf"|(?P<person>{head}(?:{alternatives(words.persons)}))"
        rf"|(?P<body>(?:[该本]|{head})(?:{alternatives(words.bodies)}))"
        rf"|(?P<event>(?:[该本此]|{head})[届次部批项]?(?:{alternatives(words.events)}))"
        rf"|(?P<site>(?:[该本这此]|{head})[座个条项种]?(?:{alternatives(words.sites)}))"
    )


def _figure(quantity: Quantity) -> str:
    return quantity.dimension if quantity.dimension in ("rank", "percent", "money", "length", "duration") else "count"


class Walk:
    """Reads the document forward and chooses an owner for each figure."""

    def __init__(self, layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge) -> None:
        self.layers = layers
        self.grammar = knowledge.derived("subjects", _compile)
        self.passages = passages(knowledge)
        self.weights = self.grammar.weights
        self.spoken = attribution.find(layers, raw, knowledge)
        self.place = str(raw.meta.get("place") or "")
        self.bulletin = is_bulletin(layers, self.passages)
        self.page = page_of(layers)
        self.memory = _Memory()
        self.scene = _Scene("body", Clauses((), (), ()), (), (), (), ())
        self.read = -1

    def choose(self, sentence: int, index: int) -> Subject | None:
        """The subject of one figure; figures come in text order."""
        best = best_of(self.candidates(sentence, index), self.weights)
        self.settle(sentence, index, best)
        return Subject(best.place, best.entity) if best else None

    def settle(self, sentence: int, index: int, mention: Mention | None) -> None:
        """Make a choice the context of the next figure."""
        memory = self.memory
        memory.chosen, memory.chosen_at = mention, sentence
        memory.chosen_end = self.layers[sentence].quantities[index].span.end
        if mention is None:
            memory.nothing += 1
            return
        memory.something += 1
        memory.owner = mention
        if mention.kind != "national":
            memory.votes[mention.stem] = votes = memory.votes.get(mention.stem, 0) + 1
            if memory.main is None or votes >= memory.votes[memory.main.stem]:
                memory.main = mention

    def candidates(self, sentence: int, index: int) -> Iterator[tuple[Mention | None, list[str]]]:
        """All that may own the figure, and ``None``, with the traits that depend on the figure."""
        while self.read < sentence:
            self._advance()
        quantity = self.layers[sentence].quantities[index]
        figure = _figure(quantity.value)
        own = self._own(quantity.span.start)
        same = "same" if self.memory.chosen_at == sentence else "new"
        view = f"{own}.{same}.{self._before()}"
        voice = self._voice(sentence, quantity.span.start)
        quoted = bool(voice)
        found: dict[Place, tuple[Mention, list[str]]] = {}
        text = self.layers[sentence].sentence.surface.text
        topic = _appositive(text)
        first_person = text.rfind("我们", max(0, quantity.span.start - _REACH), quantity.span.start) if quoted else -1
        words = (
            text[max(0, quantity.span.start - 2) : quantity.span.start],
            text[quantity.span.end : quantity.span.end + 2],
        )
        part = f"{self._named_since_stop(quantity.span.start)}"
        begin = self._part(quantity.span.start)
        opening = self.passages.opening.match(text, begin) if begin else None
        if opening:
            part += f".{opening[0]}"
        order = _in_order(text, self.scene.mentions, self.layers[sentence].quantities, index)
        for mention, traits in self._nearby(quantity.span, view, figure, same):
            traits += self._standing(mention, view, words, "here", part)
            if order:
                traits.append(f"order={mention.start == order}")
            if topic and mention.start <= 1 < mention.end <= topic:
                yield mention, traits  # 某村作为首个试点,惠及200户: 某村 is the topic of the whole sentence
                return
            if "way" in mention.traits and not self._opens(mention):
                continue
            if 0 <= first_person < mention.start:
                continue  # 我们将推进某路改造,新建3处: what we do it to owns nothing
            found.setdefault(mention.place, (mention, traits))
        for mention, traits in self._carried(sentence, view, own, same, quoted):
            if mention.place.sentence == sentence and 0 <= first_person < mention.place.span.start:
                continue
            if mention.place in found:
                found[mention.place][1].extend(f"{trait}+" for trait in traits)
            else:
                away = ["away", f"away.quoted={voice}", f"away.{view}", f"away.{figure}.{same}"]
                origin = traits[0].partition(".")[0]
                mention = self._elsewhere(mention)
                found[mention.place] = mention, [*away, *traits, *self._standing(mention, view, words, origin, part)]
        yield from found.values()
        cues = [f"null.w={words[0]}", f"null.v={words[1]}", f"null.quoted={voice}.{own}"]
        yield None, [*cues, *self._nothing(view, own, figure)]

    def _standing(self, mention: Mention, view: str, words: tuple[str, str], origin: str, part: str) -> list[str]:
        """What the text so far and the words at the figure say for a mention."""
        memory = self.memory
        seen = min(4, memory.counts.get(mention.stem, 0))
        again = memory.chosen is not None and memory.chosen.stem == mention.stem
        topic = mention.stem in memory.aliases
        site = "here" if origin == "here" else "away"
        paragraphs = self.layers[self.read].sentence.paragraph - self.layers[mention.place.sentence].sentence.paragraph
        return [
            f"{site}.w={words[0]}.{mention.kind}",
            f"{site}.v={words[1]}.{mention.kind}",
            f"{site}.w={words[0]}",
            f"{origin}.part={part}.{view}",
            f"{site}.part={part}.topic={topic}.{again}",
            f"{origin}.form={mention.form}.{view}",
            f"{site}.seen={seen}.{view}",
            f"{site}.again={again}.{view}",
            f"{site}.topic={topic}.{view}",
            f"{site}.topic={topic}.{mention.kind}.{self.page}",
            f"{origin}.paragraphs={min(3, paragraphs)}.{view}",
            f"{origin}.paragraphs={min(3, paragraphs)}.topic={topic}",
        ]

    def _elsewhere(self, mention: Mention) -> Mention:
        """A mention without the traits that tell of the clause in which it was named."""
        kept = tuple(trait for trait in mention.traits if not trait.startswith(("a=", "b=", "a1=", "b1=")))
        if len(kept) == len(mention.traits):
            return mention
        return replace(mention, traits=kept, score=sum(self.weights.get(trait, 0.0) for trait in kept))

    def _voice(self, sentence: int, position: int) -> str:
        """Who speaks, of a figure in a quotation: somebody of a body, of a place, or on his own account."""
        stretch = _quotation(self.spoken[sentence], position)
        if stretch is None:
            return ""
        place = stretch.value.place
        layer = self.layers[place.sentence]
        near = [
            entity.value.label
            for entity in layer.entities
            if place.span.start - _TITLE < entity.span.end and entity.span.start < place.span.end
        ]
        if "ORG" in near or layer.sentence.surface.text[place.span.start : place.span.end].startswith(
            self.grammar.offices
        ):
            return "ORG"
        return "LOC" if "LOC" in near else "self"

    def _opens(self, mention: Mention) -> bool:
        """Whether a mention begins its clause: 机场路全长3公里, but not 推进机场路西侧地块更新."""
        commas = self.scene.clauses.commas
        k = bisect_left(commas, mention.start)
        return mention.start <= (commas[k - 1] + 1 if k else 1)

    def _named_since_stop(self, start: int) -> bool:
        """Whether a name stands before the figure in its part of the sentence, which semicolons divide."""
        n = bisect_left(self.scene.starts, start)
        return n > 0 and self.scene.starts[n - 1] >= self._part(start)

    def _part(self, start: int) -> int:
        """Where the part of the sentence begins, which semicolons divide."""
        k = bisect_left(self.scene.clauses.stops, start)
        return self.scene.clauses.stops[k - 1] + 1 if k else 0

    def _own(self, start: int) -> str:
        """What the sentence names before the figure: a name, the nation only, or nothing."""
        scene = self.scene
        k = bisect_left(scene.starts, start)
        name, nation = k > 0 and scene.named[k - 1], k > 0 and scene.national[k - 1]
        return "both" if name and nation else "name" if name else "nation" if nation else "none"

    def _before(self) -> str:
        """What the figure before had."""
        if self.memory.chosen_at < 0:
            return "unset"
        chosen = self.memory.chosen
        return "none" if chosen is None else "nation" if chosen.kind == "national" else "name"

    def _carried(
        self, sentence: int, view: str, own: str, same: str, quoted: bool
    ) -> Iterator[tuple[Mention, list[str]]]:
        """What was named or chosen before, each by its last naming."""
        memory = self.memory
        for origin, carried in (
            ("chosen", memory.chosen),
            ("owner", memory.owner),
            ("last", memory.last),
            ("lastLOC", memory.by_label.get("LOC")),
            ("thing", memory.by_label.get("thing")),
            ("topic", memory.topic),
            ("inner", memory.inner),
            ("lead", memory.lead),
            ("main", memory.main),
            *((("voice", memory.voice), ("person", memory.person)) if quoted else ()),
        ):
            if carried is None or (origin == "owner" and carried is memory.chosen):
                continue
            if carried.kind == "national" and carried.place.sentence != sentence:
                # In national statistics 全国 owns a figure only where its own sentence has it.
                continue
            traits = [f"{origin}.{view}", f"{origin}.{carried.kind}.{same}"]
            if origin == "chosen" and same == "new":
                step = steps(sentence - memory.chosen_at)
                opening = (f"chosen.{word}" for word in self.scene.clauses.opening)
                traits += [f"chosen={step}", f"chosen={step}.{own}", *opening]
            yield carried if origin in ("voice", "person") else memory.latest(carried), traits

    def _nothing(self, view: str, own: str, figure: str) -> list[str]:
        memory, scene = self.memory, self.scene
        share = "few" if not memory.nothing else "most" if memory.nothing > memory.something else "some"
        return [
            "null",
            f"null.{view}",
            f"null.{self.page}.{own}",
            f"null.topic={memory.topic.kind if memory.topic else None}.{own}",
            f"null.share={share}.{own}",
            f"null.national={memory.national}.{own}",
            f"null.{figure}",
            f"null.{figure}.{own}",
            f"null.kind={scene.kind}.{own}",
            *(f"null.{word}" for word in scene.clauses.opening),
        ]

    def _nearby(self, span: SurfaceSpan, view: str, figure: str, same: str) -> Iterator[tuple[Mention, list[str]]]:
        """The mentions of the figure's own sentence."""
        scene, commas, stops = self.scene, self.scene.clauses.commas, self.scene.clauses.stops
        split = bisect_left(scene.starts, span.start)
        here, there = bisect_left(commas, span.start), bisect_left(stops, span.start)
        for k in (*range(min(1, max(0, split - _NEAR))), *range(max(0, split - _NEAR), split)):
            mention = scene.mentions[k]
            gap = min(here - bisect_left(commas, mention.end), 3)
            far = min(there - bisect_left(stops, mention.end), 1)
            rank = min(split - 1 - k, 3)
            side = "between" if same == "same" and mention.start >= self.memory.chosen_end else "before"
            traits = [
                f"rank={rank}",
                f"rank={rank}.{view}",
                f"rank={rank}.gap={gap}",
                f"gap={gap}",
                f"gap={gap}.{mention.kind}",
                f"stop={far}",
                f"stop={far}.{side}",
                f"{side}.gap={gap}",
                f"{side}.{mention.kind}.{view}",
                "first" if k == 0 else "later",
                f"gap={gap}.b={mention.before}",
                f"gap={gap}.a={mention.after}",
                f"gap={gap}.{mention.before}.{mention.after}",
                f"rank={rank}.b={mention.before}",
                f"gap={gap}.form={mention.form}",
                f"{figure}.form={mention.form}",
                *(
                    f"head={self._opens(mention)}.{trait}"
                    for trait in (
                        f"gap={gap}",
                        f"gap={gap}.{mention.kind}",
                        view,
                        f"rank={rank}",
                        f"rank={rank}.gap={gap}",
                    )
                ),
            ]
            if gap == 0:
                near = f"near={min(span.start - mention.end, 2)}"
                traits += [near, f"{near}.{figure}", f"{near}.{mention.kind}.{figure}"]
            yield mention, traits
        end = commas[here] if here < len(commas) else span.end
        for k in range(split, min(split + 2, len(scene.mentions))):
            mention = scene.mentions[k]
            right = f"right={'clause' if mention.start < end else 'beyond'}"
            yield mention, [right, f"{right}.{mention.kind}", f"{right}.{figure}", f"right.{view}"]

    def _advance(self) -> None:
        """Read the next sentence: its mentions, and what they leave in memory."""
        self.read += 1
        layer = self.layers[self.read]
        if self.bulletin and layer.sentence.kind in ("heading", "title"):
            self.memory = _Memory()
        mentions = tuple(self._mentions(layer, self.read))
        national = tuple(mention.kind == "national" for mention in mentions)
        self.scene = _Scene(
            layer.sentence.kind,
            clauses_of(layer.sentence.surface.text, self.passages),
            mentions,
            tuple(mention.start for mention in mentions),
            tuple(accumulate((m.kind != "national" and not m.speaks for m in mentions), or_)),
            tuple(accumulate(national, or_)),
        )
        self.memory.national |= any(national)

    def _mentions(self, layer: Layers, index: int) -> Iterator[Mention]:
        text = layer.sentence.surface.text
        silent = layer.sentence.kind in ("byline", "dateline", "other")
        quoted = quotes(text)
        stretches = self.spoken[index]
        speakers = {stretch.value.place.span for stretch in stretches if stretch.value.place.sentence == index}
        namings = _namings(layer, self.grammar, self.memory.tails)
        for n, naming in enumerate(namings):
            span = naming.span
            speaker = span in speakers
            speaks = speaker or _introduces(text, stretches, span.start)
            traits = [*_company(text, namings, n)]
            if speaks:
                traits.append("speaker" if speaker else "lead")
            if bisect_right(quoted, span.start) % 2:
                traits.append("inquote")
            mention = self._mention(text, index, naming, speaks, traits)
            if (naming.entity >= 0 or naming.label == "thing") and not silent and not speaks:
                self._remember(mention, span.of(text), layer.sentence.kind)
            elif speaks and mention.kind in ("LOC", "ORG"):
                self.memory.voice = mention
            elif speaks and mention.kind == "PER":
                self.memory.person = mention
            yield mention

    def _mention(self, text: str, index: int, naming: _Naming, speaks: bool, traits: list[str]) -> Mention:
        """Resolve a naming and collect what can be seen of it without a figure."""
        span, kind = naming.span, naming.label
        place, entity = Place(index, span), (index, naming.entity) if naming.entity >= 0 else None
        stem = _SUFFIX.sub("", span.of(text)) if kind != "national" else ""
        if naming.entity < 0 and kind not in ("national", "thing"):
            antecedent = self._antecedent(kind, span.of(text))
            traits.append(f"generic={kind}.{antecedent is not None}")
            kind = "generic"
            if antecedent is not None:
                place, entity, kind, stem = antecedent.place, antecedent.entity, antecedent.kind, antecedent.stem
        name = place.span.of(self.layers[place.sentence].sentence.surface.text)
        before, after = ending(text, span.start, self.grammar.before), beginning(text, span.end, self.grammar.after)
        traits += [f"kind={kind}", f"b={before}", f"b={before}.{kind}", f"a={after}", f"a={after}.{kind}"]
        if kind == "LOC" and text[: span.end].endswith(_WAYS):
            traits.append("way")  # a road owns few figures, a county does
        traits += [f"b1={text[span.start - 1 : span.start]}", f"a1={text[span.end : span.end + 1]}"]
        score = sum(self.weights.get(trait, 0.0) for trait in traits)
        form = self._form(name, kind)
        return Mention(
            span.start, span.end, place, entity, kind, stem, speaks, tuple(traits), score, form, before, after
        )

    def _form(self, name: str, kind: str) -> str:
        if kind in ("LOC", "ORG") and _level(name) in self.grammar.levels:
            return f"{kind}.{_level(name)}"
        return "site" if kind == "LOC" and name.endswith(self.grammar.places) else kind

    def _remember(self, mention: Mention, name: str, kind: str) -> None:
        memory = self.memory
        memory.by_label[mention.kind] = mention
        memory.by_stem[mention.stem] = mention
        memory.counts[mention.stem] = memory.counts.get(mention.stem, 0) + 1
        if mention.kind == "thing":
            return
        memory.recent = [mention, *(m for m in memory.recent if m.stem != mention.stem)][:_RECENT]
        if mention.kind in ("LOC", "ORG") and len(name) > 3:
            tails = {name[-size:] for size in _TAILS if size < len(name)} - self.grammar.levels
            memory.tails.update(dict.fromkeys(sorted(tails), mention))
        if mention.kind == "LOC" and not name.endswith(self.grammar.places):
            memory.place = mention
        memory.last = mention
        if mention.kind in ("LOC", "ORG"):
            self._remember_level(mention, name)
            if kind == "body" and memory.lead is None:
                memory.lead = mention
            self._remember_topic(mention, name)
        division = _DIVISION.match(name) if mention.kind == "ORG" else None
        if division:
            self._remember_division(mention, division)

    def _remember_level(self, mention: Mention, name: str) -> None:
        """Keep what 全县 or 全院 stands for, by its last naming."""
        by_suffix = self.memory.by_suffix
        level = _level(name)
        for suffix, older in by_suffix.items():
            # 甲县乙镇 names no longer the county
            above = level in self.grammar.levels and level != suffix
            if older.kind == mention.kind and not above and _abbreviates(older.stem, mention.stem):
                by_suffix[suffix] = mention
        if mention.kind == "LOC":
            self._remember_above(mention, name)
        if level in self.grammar.levels:
            by_suffix[level] = mention

    def _remember_above(self, mention: Mention, name: str) -> None:
        """Keep 甲县 and 乙镇 of 甲县乙镇丙村: 全镇 often has no other naming."""
        start = mention.place.span.start
        for match in _MEMBER.finditer(name):
            if match.end() < len(name):
                place = Place(mention.place.sentence, SurfaceSpan(start + match.start(), start + match.end()))
                self._remember_inner(mention, place, match[0])

    def _below(self, topic: Mention, name: str) -> bool:
        """Whether a name is of another level than the topic's: 甲县乙镇 is not 甲县."""
        levels = self.grammar.levels
        older = _level(topic.place.span.of(self.layers[topic.place.sentence].sentence.surface.text))
        return older in levels and _level(name) in levels and older != _level(name)

    def _remember_topic(self, mention: Mention, name: str) -> None:
        """The topic is the first place or body named, or the page's own place, by its last naming."""
        memory = self.memory
        topic = memory.topic
        if topic is None or (self.place and self.place in name and mention.kind == "LOC"):
            memory.topic, memory.aliases = mention, {mention.stem}
        elif topic.kind == mention.kind and not self._below(topic, name) and _abbreviates(topic.stem, mention.stem):
            memory.topic = mention
            memory.aliases.add(mention.stem)

    def _remember_division(self, body: Mention, match: Match[str]) -> None:
        """Keep 甲县 of 甲县财政局: on a body's page 全县 often has no other naming."""
        start = body.place.span.start
        place = Place(body.place.sentence, SurfaceSpan(start + match.start("last"), start + match.end("last")))
        self.memory.inner = self._remember_inner(body, place, match["last"])

    def _remember_inner(self, holder: Mention, place: Place, name: str) -> Mention:
        """Keep a division named inside another name, unless its level stands for another one."""
        stem, score = _SUFFIX.sub("", name), self.weights.get("inner", 0.0)
        inner = Mention(holder.start, holder.end, place, None, "LOC", stem, False, ("inner",), score)
        older = self.memory.by_suffix.get(_level(name))
        if older is None or older.stem == stem:
            self.memory.by_suffix[_level(name)] = inner
        return inner

    def _page_place(self) -> Mention | None:
        """The division that the page is about, as far as no level tells."""
        memory = self.memory
        topic = memory.topic if memory.topic and memory.topic.kind == "LOC" else None  # 县委 stands for no 全县
        return memory.place or topic or memory.by_label.get("LOC")

    def _antecedent(self, label: str, word: str) -> Mention | None:
        """What a generic stands for: the last naming that fits its kind."""
        by_label, by_suffix, topic = self.memory.by_label, self.memory.by_suffix, self.memory.topic
        if label == "division":
            return by_suffix.get(_level(word)) or self._page_place()
        if label == "within":
            return by_suffix.get(word.removesuffix("里").removesuffix("集体")) or self._page_place()
        if label == "tail" or (label in ("body", "site") and word.lstrip("该本这") in self.memory.tails):
            return self.memory.tails[word.lstrip("该本这")]
        if label == "own":
            return by_suffix.get("街道") or topic or by_label.get("LOC")
        if label == "here":
            return by_label.get("LOC") or topic
        if label == "person":
            return by_label.get("PER") or by_label.get("ORG")
        if label == "site":
            return self.memory.last
        return by_label.get("ORG" if label == "body" else "thing")


def _in_order(text: str, mentions: Sequence[Mention], quantities: Sequence[Candidate[Quantity]], index: int) -> int:
    """Where the name stands to which 分别 gives a figure (甲村、乙村分别收入3万元、5万元), else 0."""
    start = quantities[index].span.start
    at = text.rfind("分别", max(0, start - _REACH), start)
    if at < 0 or any(mark in text[at:start] for mark in ";。"):
        return 0
    number = sum(at < quantity.span.start < start for quantity in quantities[max(0, index - _LISTED) : index])
    last = bisect_right(mentions, at, key=lambda mention: mention.end)
    names = mentions[max(0, last - _LISTED) : last]
    listed = 1
    while listed < len(names) and text[names[-listed - 1].end : names[-listed].start] in ("、", "和", "与", "及"):
        listed += 1
    return names[number - listed].start if names and listed > 1 and number < listed else 0


def _level(name: str) -> str:
    """The suffix that tells a division's level."""
    return name[-2:] if name.endswith(("街道", "社区")) else name[-1]


def _abbreviates(one: str, other: str) -> bool:
    """Whether one name is the other without some of its characters: 甲县法院 and 某省甲县人民法院."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < 2 or len(long) > 30 or short[0] not in long:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


def _namings(layer: Layers, grammar: _Grammar, tails: Mapping[str, Mention]) -> list[_Naming]:
    """Entities, named things that are none, and generics, in text order."""
    text = layer.sentence.surface.text
    starts = [entity.span.start for entity in layer.entities]
    ends = [entity.span.end for entity in layer.entities]
    found = [
        _Naming(entity.span, k, entity.value.label)
        for k, entity in enumerate(layer.entities)
        if not _owns_nothing(text, entity, grammar)
    ]
    figures = [figure.span.end for figure in layer.quantities]
    for start, end in _things(text, grammar):
        k = bisect_right(figures, start)
        if k < len(figures) and layer.quantities[k].span.start < end:
            continue  # 推动15家企业: a counted noun is no name
        k = bisect_left(starts, start)
        if k == len(starts) or (starts[k], ends[k]) != (start, end):
            found.append(_Naming(SurfaceSpan(start, end), -1, "thing"))
    titles = quotes(text)
    compared = [match.span() for match in grammar.compared.finditer(text)]
    for match in grammar.generic.finditer(text):
        k = bisect_left(starts, match.end()) - 1
        if any(start < match.start() and match.end() < end for start, end in compared):
            continue
        if (k < 0 or ends[k] <= match.start()) and not _in_title(titles, match.start()):
            found.append(_Naming(SurfaceSpan(*match.span()), -1, str(match.lastgroup)))
    taken = [naming.span for naming in found]
    for match in _HEAD.finditer(text) if tails else ():
        size = next((size for size in _TAILS[::-1] if text[match.end() : match.end() + size] in tails), 0)
        span = SurfaceSpan(match.end(), match.end() + size)
        if size and not any(span.start < other.end and other.start < span.end for other in taken):
            found.append(_Naming(span, -1, "tail"))
    return sorted(found, key=lambda naming: naming.span)


def _owns_nothing(text: str, entity: Candidate[Entity], grammar: _Grammar) -> bool:
    """Whether a name is part of a doctrine's, or of a body by its level alone that is said to lead."""
    start, end = entity.span.start, entity.span.end
    inside = [grammar.doctrine]
    if entity.value.label == "ORG" and grammar.leading.match(text, start):
        inside.append(grammar.led)
    return any(m.start() <= start and end <= m.end() for each in inside for m in each.finditer(text))


def _things(text: str, grammar: _Grammar) -> Iterator[tuple[int, int]]:
    """Named things that are no entities: 第三届某某大会, 《某书》, “某某”号, 公安机关."""
    for match in grammar.named.finditer(text):
        yield match.span(match.lastgroup or 0)
    last = 0
    for match in grammar.group.finditer(text):
        start, limit = match.start(), max(last, match.start() - 10)
        while start > limit and text[start - 1] not in _NO_NAME:
            start = text.rfind("“", limit, start) if text[start - 1] == "”" else start - 1
            if start < 0:
                break
        if start >= 0 and (start == 0 or text[start - 1] in _NO_NAME):
            last = match.end()
            yield start, last


def _appositive(text: str) -> int:
    """Where 作为 stands after a topic that opens the sentence, else 0."""
    at = text.find("作为", 1, _APPOSITIVE)
    return at if at > 0 and not any(mark in text[:at] for mark in ",;:“") else 0


def _in_title(quotes: Sequence[int], position: int) -> bool:
    """Whether a word stands in a short quotation, which is a name: 全国 in “全国敬老文明号”."""
    k = bisect_right(quotes, position)
    return k % 2 == 1 and k < len(quotes) and quotes[k] - quotes[k - 1] <= _TITLE


def _introduces(text: str, stretches: Sequence[attribution.AttributionSpan], position: int) -> bool:
    """Whether a position stands in the words that introduce a speaker (据某县某局介绍,)."""
    k = bisect_right(stretches, position, key=lambda stretch: stretch.span.start) - 1
    if k < 0 or stretches[k].value.quoted:
        return False
    start = stretches[k].span.start
    if position - start > _REACH:
        return False
    return text.find(",", start, position) < 0 and text.find(",", position, position + _REACH) >= 0


def _quotation(stretches: Sequence[attribution.AttributionSpan], position: int) -> attribution.AttributionSpan | None:
    k = bisect_right(stretches, position, key=lambda stretch: stretch.span.start) - 1
    quoted = k >= 0 and stretches[k].value.quoted and position < stretches[k].span.end
    return stretches[k] if quoted else None


def _company(text: str, namings: Sequence[_Naming], n: int) -> Iterator[str]:
    """Traits of a name beside another name: 甲村村民李某某, 某区某公司."""
    here = namings[n]
    if n + 1 < len(namings) and namings[n + 1].entity >= 0:
        after = namings[n + 1]
        if _beside(text, here.span.end, after.span.start):
            yield f"{here.label} of {after.label}"
    if n and namings[n - 1].entity >= 0:
        before = namings[n - 1]
        if _beside(text, before.span.end, here.span.start):
            yield f"{here.label} from {before.label}"


def _beside(text: str, start: int, end: int) -> bool:
    return 0 <= end - start < 14 and not any(mark in text[start:end] for mark in ",。;:“”")
