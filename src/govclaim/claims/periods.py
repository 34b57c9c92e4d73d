"""What time a figure is about: the choice among the times of its sentence, those named before, and none.

How a choice is made: ``claims.choice``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import Pattern

from govclaim.claims.choice import (
    Clauses,
    Link,
    Option,
    alternatives,
    beginning,
    clauses_of,
    ending,
    is_bulletin,
    moves,
    page_of,
    passages,
    quotes,
    steps,
    weighed_chain,
)
from govclaim.claims.weights import weights
from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Layers, Quantity

__all__ = ["Moment", "Walk", "periods", "shape_of"]


@dataclass(frozen=True, slots=True)
class _Words:
    """The ``periods`` section of ``discourse.yaml``."""

    standing: list[str]
    flowing: list[str]
    planned: list[str]
    daily: list[str]
    now: list[str]
    before: list[str]
    after: list[str]
    heads: list[str]
    compared: list[str]
    comparing: list[str]
    changed: list[str]


@dataclass(frozen=True, slots=True)
class _Document:
    periods: _Words


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The words, compiled, and the weights."""

    predicate: Pattern[str]
    changed: Pattern[str]
    before: frozenset[str]
    after: frozenset[str]
    heads: frozenset[str]
    compared: frozenset[str]
    comparing: frozenset[str]
    weights: Mapping[str, float]
    ways: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that a figure may be about.

    Attributes:
        start: Where it stands in its sentence.
        end: Where that ends.
        place: ``(sentence, index in its times)``.
        value: What it resolves to; its place where that is unknown.
        shape: Its grain (``Y`` ``YM`` ``YMD`` ``T``, or a range of two), or ``null`` if it has no value.
        compared: Whether it is the base of a comparison (比2020年).
        traits: What can be seen without looking at the figure.
    """

    start: int
    end: int
    place: tuple[int, int]
    value: str
    shape: str
    compared: bool
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A time that the text has named, in the order of the text."""

    moment: Moment
    number: int
    manner: str


def periods(
    layers: Sequence[Layers], knowledge: Knowledge, figures: Sequence[tuple[int, int]]
) -> tuple[tuple[tuple[int, int] | None, float], ...]:
    """Find the time each figure is about.

    Args:
        layers: All sentences of the document with their settled layers.
        knowledge: The tables; words and weights are in ``discourse.yaml``.
        figures: ``(sentence, index in its quantities)`` in text order.

    Returns:
        For each figure ``(sentence, index in its times)``, or ``None``, and how sure that is (0…1).

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    walk = Walk(layers, knowledge)
    links = [walk.link(sentence, index) for sentence, index in figures]
    chosen = weighed_chain(links, walk.weights, walk.grammar.ways)
    return tuple((moment.place if moment else None, certainty) for moment, certainty in chosen)


# Grammar ---------------------------------------------------------------------------------------------

_NEAR_TIMES = 4
_TOLD, _KEPT = 12, 4


def _compile(knowledge: Knowledge) -> _Grammar:
    words = knowledge.document("discourse.yaml", _Document).periods
    fitted = weights(knowledge, "periods.tsv.gz")
    kinds = ("standing", "planned", "daily", "now", "flowing")
    return _Grammar(
        predicate=re.compile("|".join(f"(?P<{kind}>{alternatives(getattr(words, kind))})" for kind in kinds)),
        # 由95%提高到97%: what may stand between the old value and the new
        changed=re.compile(f"[^,;。:]{{0,6}}?(?:{alternatives(words.changed)})+[到至为]"),
        before=frozenset(words.before),
        after=frozenset(words.after),
        heads=frozenset(words.heads),
        compared=frozenset(words.compared),
        comparing=frozenset(words.comparing),
        weights=fitted,
        ways=moves(fitted),
    )


class Walk:
    """Reads the document forward and offers times for each figure."""

    def __init__(self, layers: Sequence[Layers], knowledge: Knowledge) -> None:
        self.layers = layers
        self.grammar = knowledge.derived("periods", _compile)
        self.passages = passages(knowledge)
        self.weights = self.grammar.weights
        self.bulletin = is_bulletin(layers, self.passages)
        self.moments: tuple[Moment, ...] = ()
        self.starts: tuple[int, ...] = ()
        self.clauses = Clauses((), (), ())
        self.quotes: list[int] = []
        self.seen: set[str] = set()
        self.fresh: tuple[int, str] | None = None
        self.read = -1
        self.page = page_of(layers)
        self.told: list[_Told] = []
        self.first: _Told | None = None
        self.year: _Told | None = None
        self.last_figure = -1

    def link(self, sentence: int, index: int) -> Link[Moment]:
        """What one figure may be about; figures come in text order."""
        while self.read < sentence:
            self._advance()
        layer = self.layers[sentence]
        span, text = layer.quantities[index].span, layer.sentence.surface.text
        role = _role(text, layer.quantities, index, self.grammar)
        own, found = self._nearby(span, role)
        same = "same" if self.last_figure == sentence else "new"
        scene = f"own={own}.{same}"
        more = self._views(text, span, own, same)
        value = layer.quantities[index].value
        views = [scene, role, *(f"{scene}.{view}" for view in more), *self._words(text, span, own)]
        views += [f"dim={value.dimension}.{own}", f"dim={value.dimension}.{scene}", f"unit={value.unit}"]
        for origin, told in self._carried():
            moment = told.moment
            if moment.place in found:
                found[moment.place][1].append(f"{origin}.{scene}+")
                continue
            traits = (*views, f"{scene}.{moment.shape}", *self._standing(sentence, told, own, same))
            found[moment.place] = moment, [f"{origin}.{trait}" for trait in traits]
        known = f"told={min(3, len(self.told))}.{own}.{same}.{self.page}"
        options: list[tuple[Moment | None, list[str]]] = list(found.values())
        said = (f"c={pair}.{own}" for pair in self._said(text, span))
        options.append((None, ["null", *(f"null.{view}" for view in (*views, known, *said))]))
        way = self._steps(sentence, scene, role, more)
        self.last_figure = sentence
        return Link([_option(moment, traits, sentence) for moment, traits in options], way)

    def _steps(self, sentence: int, scene: str, role: str, views: Sequence[str]) -> tuple[str, ...]:
        """What can be seen of the step from the figure before to this one."""
        before = self.last_figure
        if before < 0:
            return ("start",)
        layers = self.layers
        turn = layers[sentence].sentence.paragraph - layers[before].sentence.paragraph
        head = any(layer.sentence.kind == "heading" for layer in layers[before + 1 : sentence])
        far = f"{min(2, turn)}.{min(3, sentence - before)}.{head}"
        return ("step", scene, f"{scene}.{far}", f"{far}.{self.page}", role, *(f"{scene}.{view}" for view in views))

    def _standing(self, sentence: int, told: _Told, own: str, same: str) -> tuple[str, ...]:
        """Where the time was told, and how many others since."""
        since, place = min(3, len(self.told) - 1 - told.number), told.moment.place[0]
        here, there = self.layers[sentence].sentence.paragraph, self.layers[place].sentence.paragraph
        apart = min(3, here - there)
        return (
            f"far={steps(sentence - place)}",
            f"{self.page}.paragraphs={apart}.{own}.{told.moment.shape}",
            f"since={since}.{own}.{same}",
            f"since={since}.{apart}.{own}",
            f"since={since}.{told.moment.shape}.{own}",
            f"told={told.manner}.{own}.{same}",
            f"told={told.manner}.{min(2, since)}.{min(2, apart)}.{own}",
            f"told={told.manner}.{told.moment.shape}.{min(1, apart)}.{own}",
        )

    def _carried(self) -> Iterator[tuple[str, _Told]]:
        """The times named before, each value by its last naming."""
        values: set[str] = set()
        for told in reversed(self.told[-_TOLD:]):
            if told.moment.value not in values and len(values) < _KEPT:
                yield ("last" if not values else "older"), told
                values.add(told.moment.value)
        if self.year and self.year.moment.value not in values:
            yield "year", self.year
            values.add(self.year.moment.value)
        if self.first and self.first.moment.value not in values:
            yield "first", self.first

    def _views(self, text: str, span: SurfaceSpan, own: str, same: str) -> list[str]:
        """What tells whether a time is carried on to a sentence that names none itself."""
        predicates = self._predicates(text, span)
        if own != "none" or same == "same":
            return predicates
        fresh = self.fresh[1] if self.fresh and self.fresh[0] < span.start else "none"
        return [*predicates, f"fresh={fresh}", *self.clauses.opening]

    def _words(self, text: str, span: SurfaceSpan, own: str) -> tuple[str, ...]:
        """The words at the figure, and where in its paragraph and in speech it stands."""
        quoted = bisect_left(self.quotes, span.start) % 2 == 1
        first = (
            self.read == 0 or self.layers[self.read].sentence.paragraph != self.layers[self.read - 1].sentence.paragraph
        )
        return (
            f"w={text[max(0, span.start - 2) : span.start]}",
            f"v={text[span.end : span.end + 2]}",
            f"quoted={quoted}.{own}",
            f"first={first}.{own}.{self.page}",
        )

    def _said(self, text: str, span: SurfaceSpan) -> set[str]:
        """Pairs of characters of the figure's clause, near to it: what is measured and what is done."""
        k = bisect_left(self.clauses.commas, span.start)
        start = max(self.clauses.commas[k - 1] if k else 0, span.start - 12)
        end = min(self.clauses.commas[k] if k < len(self.clauses.commas) else len(text), span.end + 8)
        return {text[at : at + 2] for at in (*range(start, span.start - 1), *range(span.end, end - 1))}

    def _predicates(self, text: str, span: SurfaceSpan) -> list[str]:
        """Which kinds of predicate stand in the figure's clause."""
        k = bisect_left(self.clauses.commas, span.start)
        start = max(self.clauses.commas[k - 1] if k else 0, span.start - 40)
        found = self.grammar.predicate.finditer(text, start, span.end + 8)
        return sorted({str(match.lastgroup) for match in found}) or ["bare"]

    def _nearby(self, span: SurfaceSpan, role: str) -> tuple[str, dict[tuple[int, int], tuple[Moment, list[str]]]]:
        """The times of the figure's own sentence, and whether it names one before the figure."""
        commas, stops = self.clauses.commas, self.clauses.stops
        split = bisect_left(self.starts, span.start)
        here, there = bisect_left(commas, span.start), bisect_left(stops, span.start)
        before = (*range(min(1, max(0, split - _NEAR_TIMES))), *range(max(0, split - _NEAR_TIMES), split))
        own = _own_time([self.moments[k] for k in before])
        found: dict[tuple[int, int], tuple[Moment, list[str]]] = {}
        for k in before:
            moment = self.moments[k]
            gap = f"gap={min(here - bisect_left(commas, moment.end), 3)}"
            rank = f"rank={min(split - 1 - k, 2)}"
            found[moment.place] = (
                moment,
                [
                    "here",
                    f"here.own={own}",
                    gap,
                    f"{gap}.{role}",
                    rank,
                    f"{rank}.{gap}",
                    f"{rank}.{moment.shape}",
                    f"stop={min(there - bisect_left(stops, moment.end), 1)}",
                    f"near={min(span.start - moment.end, 3)}.{role}",
                    "first" if k == 0 else "later",
                ],
            )
        end = commas[here] if here < len(commas) else span.end + 1000
        for k in range(split, min(split + 2, len(self.moments))):
            moment = self.moments[k]
            right = f"right={'clause' if moment.start < end else 'beyond'}"
            found[moment.place] = moment, [right, f"{right}.{moment.shape}", f"right.own={own}"]
        return own, found

    def _advance(self) -> None:
        """Read the next sentence; what the last one named becomes what was named before."""
        for moment in self.moments:
            if moment.shape == "null" or moment.compared:
                continue
            told = _Told(moment, len(self.told), self._manner(moment))
            self.told.append(told)
            self.first = self.first or told
            if moment.shape in ("Y", "Y/Y", "YM/YM"):
                self.year = told
        self.read += 1
        layer = self.layers[self.read]
        if self.bulletin and layer.sentence.kind in ("heading", "title"):
            self.told, self.first, self.year = [], None, None
        text = layer.sentence.surface.text
        self.fresh = None
        for entity in layer.entities:
            name = entity.span.of(text)
            self.fresh = self.fresh or (entity.span.start, "old" if name in self.seen else "new")
            self.seen.add(name)
        self.moments = tuple(self._moments(layer, self.read))
        self.starts = tuple(moment.start for moment in self.moments)
        self.clauses = clauses_of(text, self.passages)
        self.quotes = quotes(text)

    def _manner(self, moment: Moment) -> str:
        """What kind of line tells a time, and whether it leads the paragraph or the sentence."""
        at = moment.place[0]
        sentence = self.layers[at].sentence
        if sentence.kind != "body":
            return sentence.kind
        opens = at == 0 or self.layers[at - 1].sentence.paragraph != sentence.paragraph
        return (
            f"{'opens' if opens else 'later'}.{'head' if moment.start < 2 else 'front' if moment.start < 12 else 'in'}"
        )

    def _moments(self, layer: Layers, index: int) -> Iterator[Moment]:
        text, grammar = layer.sentence.surface.text, self.grammar
        for k, time in enumerate(layer.times):
            span, shape = time.span, shape_of(time.value.value)
            head = beginning(text, span.start, grammar.heads)
            after = beginning(text, span.end, grammar.after)
            compared = (
                ending(text, span.start, grammar.compared) not in "?^"
                or beginning(text, span.end, grammar.comparing) not in "?$"
            )
            traits = [
                f"shape={shape}",
                f"kind={time.value.kind}",
                f"b={ending(text, span.start, grammar.before)}",
                f"a={after}",
                f"t={head}",
                f"t={head}.a={after}",
                f"compared={compared}",
            ]
            value = time.value.value or f"{index}.{k}"
            yield Moment(span.start, span.end, (index, k), value, shape, compared, tuple(traits))


def _option(moment: Moment | None, traits: Sequence[str], sentence: int) -> Option[Moment]:
    if moment is None:
        return Option(None, "null", False, traits)
    return Option(moment, moment.value, moment.place[0] == sentence, (*moment.traits, *traits))


def _own_time(moments: Sequence[Moment]) -> str:
    """What times a sentence names before a figure; 目前 last lets no earlier one through."""
    shapes = {moment.shape for moment in moments if not moment.compared}
    if not shapes:
        return "none"
    if shapes == {"null"}:
        return "null"
    return "null-last" if moments[-1].shape == "null" else "time"


def shape_of(value: str | None) -> str:
    """A time's grain: ``Y`` ``YM`` ``YMD`` ``T``, a range of two, or ``null``."""
    return "null" if value is None else "/".join(_grain(end) for end in value.split("/"))


def _grain(value: str) -> str:
    if value in ("..", ""):
        return ".."
    return "T" if "T" in value else ("Y", "YM", "YMD")[min(value.count("-"), 2)]


def _role(text: str, quantities: Sequence[Candidate[Quantity]], index: int, grammar: _Grammar) -> str:
    """Whether a figure is the old or the new value of 由A提高到B."""
    if _is_old(text, quantities[index].span, grammar):
        return "old"
    return "new" if index and _is_old(text, quantities[index - 1].span, grammar) else "plain"


def _is_old(text: str, span: SurfaceSpan, grammar: _Grammar) -> bool:
    before = text[max(0, span.start - 16) : span.start]
    return ("由" in before or "从" in before) and grammar.changed.match(text, span.end, span.end + 14) is not None
