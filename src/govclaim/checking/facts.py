"""The claims of one document as the checks see them: what is measured, whose, when, and within which bounds.

Two figures are compared only where all of this is known to be the same; whatever is missing in the text
is unknown here, never assumed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from govclaim.canon import indicator_name
from govclaim.checking import intervals
from govclaim.checking.intervals import Interval
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Claim, Entity, Quantity, Time

__all__ = ["Fact", "Facts", "Who", "folded", "same_place"]

_NEAR = 32  # facts of one measure on each side that are compared: a page of thousands would take the square of them
_SPACE = re.compile(r"\s+")
_SUFFIX = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|街道|社区|[省市县区州盟旗镇乡村])$")


def folded(text: str) -> str:
    """A text without white space, its full-width forms and punctuation as ASCII."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Who:
    """Whose figure it is.

    Attributes:
        name: As the text calls it, folded; the entity's name where it stands for one.
        link: What a knowledge base calls it, if known.
        label: Of its entity, if it is one.
    """

    name: str
    link: str | None
    label: str | None


def same_place(one: Who | None, other: Who | None) -> bool:
    """Whether both are known to be the same; 北苑 and 北苑街道 are."""
    if one is None or other is None:
        return False
    if one.link and other.link:
        return one.link == other.link
    if one.name == other.name:
        return True
    short, long = sorted((one.name, other.name), key=len)
    return len(short) > 1 and (_SUFFIX.sub("", long) == short or long.endswith(short))


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim with what it refers to.

    Attributes:
        claim: The claim.
        quantity: Its quantity.
        interval: What the figure stands for, read leniently.
        strict: The same with every written zero a digit.
        text: Its indicator, folded; empty where the text names none.
        name: The canonical name of the statistic, if it is a listed one.
        who: Its subject.
        period: Value of its period.
        when: How its period is written, folded.
        place: Index among the facts of the document.
    """

    claim: Claim
    quantity: Quantity
    interval: Interval
    strict: Interval
    text: str
    name: str | None
    who: Who | None
    period: str | None
    when: str
    place: int

    @property
    def shown(self) -> str:
        """The figure as it is written, without breaks."""
        return _SPACE.sub("", self.quantity.text)

    @property
    def label(self) -> str:
        """Indicator and figure, for a message."""
        return f"{self.text}{self.shown}" if self.text else self.shown

    def measures_same(self, other: Fact) -> bool:
        """Whether both are known to measure the same: one listed statistic, or the same words."""
        if self.name and other.name:
            return self.name == other.name
        return bool(self.text) and self.text == other.text

    def belongs_to_same(self, other: Fact) -> bool:
        """Whether the subjects are known to be the same, or neither has one."""
        if self.claim.subject is None and other.claim.subject is None:
            return True
        return same_place(self.who, other.who)

    def stands_like(self, other: Fact) -> bool:
        """Whether both are facts, both targets, or both forecasts."""
        return self.claim.modality == other.claim.modality


class Facts:
    """All facts of a document in the order of its figures.

    Args:
        annotation: Any.
        knowledge: Tables of statistics.
    """

    def __init__(self, annotation: Annotation, knowledge: Knowledge) -> None:
        self.annotation = annotation
        self.knowledge = knowledge
        quantities = {quantity.id: quantity for quantity in annotation.quantities}
        self._entities = {entity.id: entity for entity in annotation.entities}
        self._times = {time.id: time for time in annotation.times}
        claims = sorted(annotation.claims, key=lambda claim: quantities[claim.quantity].start)
        self.all: tuple[Fact, ...] = tuple(self._resolve(claims, quantities))

    def _resolve(self, claims: list[Claim], quantities: dict[str, Quantity]) -> Iterator[Fact]:
        place = 0
        for claim in claims:
            quantity = quantities[claim.quantity]
            interval, strict = intervals.of(quantity, lenient=True), intervals.of(quantity)
            if interval is None or strict is None or claim.polarity == "negated" or claim.modality == "hypothetical":
                continue  # what is denied or supposed adds up with nothing
            who, text = self._who(claim), self._indicator(claim)
            name = claim.indicator_name or (indicator_name(text, self.knowledge) if text else None)
            period = self._times.get(claim.period or "")
            when = folded(period.text) if period else ""
            yield Fact(
                claim, quantity, interval, strict, text, name, who, period.value if period else None, when, place
            )
            place += 1

    def _opening_place(self, claim: Claim) -> Entity | None:
        """The place that the indicator's span begins with or in: 清渠镇 of 清渠镇固定资产投资 is its subject."""
        span = claim.indicator
        if span is None:
            return None
        places = self._places.get(claim.sentence, ())
        return next((each for each in places if each.start <= span.start < each.end < span.end), None)

    @cached_property
    def _places(self) -> dict[str, list[Entity]]:
        found: dict[str, list[Entity]] = {}
        for entity in self.annotation.entities:
            if entity.label == "LOC":
                found.setdefault(entity.sentence, []).append(entity)
        return found

    def _indicator(self, claim: Claim) -> str:
        if claim.indicator is None:
            return ""
        place = self._opening_place(claim)
        text = folded(self.annotation.text[place.end : claim.indicator.end]) if place else ""
        return text.removeprefix("的") or folded(claim.indicator.text)

    def _who(self, claim: Claim) -> Who | None:
        if claim.subject is None:
            return None
        entity: Entity | None = self._opening_place(claim) or self._entities.get(claim.subject.entity or "")
        if entity is None:
            return Who(folded(claim.subject.text), None, None)
        return Who(folded(entity.text), entity.link, entity.label)

    @cached_property
    def by_sentence(self) -> dict[str, tuple[Fact, ...]]:
        """The facts of each sentence that has some."""
        found: dict[str, list[Fact]] = {}
        for fact in self.all:
            found.setdefault(fact.claim.sentence, []).append(fact)
        return {sentence: tuple(facts) for sentence, facts in found.items()}

    @cached_property
    def sentences(self) -> dict[str, str]:
        """The folded text of each sentence."""
        return {sentence.id: folded(sentence.text) for sentence in self.annotation.sentences}

    @cached_property
    def _starts(self) -> dict[str, int]:
        return {sentence.id: sentence.start for sentence in self.annotation.sentences}

    def levels(self) -> tuple[Fact, ...]:
        """Amounts, counts and rates."""
        return tuple(fact for fact in self.all if fact.claim.type == "level")

    def like(self, fact: Fact) -> list[Fact]:
        """The facts that may measure the same, itself among them, in order; of very many the nearest."""
        groups = [self._by_name.get(fact.name or "", []), self._by_text.get(fact.text, [])]
        near: set[int] = set()
        for places in groups:
            at = bisect_left(places, fact.place)
            near.update(places[max(0, at - _NEAR) : at + _NEAR])
        return [self.all[place] for place in sorted(near)]

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for fact in self.all:
            if fact.name:
                found.setdefault(fact.name, []).append(fact.place)
        return found

    @cached_property
    def _by_text(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for fact in self.all:
            if fact.text:
                found.setdefault(fact.text, []).append(fact.place)
        return found

    def lead(self, fact: Fact) -> str:
        """What stands between the figure before it in its sentence, or the sentence's start, and the figure."""
        ends = self._ends[fact.claim.sentence]
        before = bisect_right(ends, fact.quantity.start)
        start = ends[before - 1] if before else self._starts[fact.claim.sentence]
        return folded(self.annotation.text[start : fact.quantity.start])

    @cached_property
    def _ends(self) -> dict[str, list[int]]:
        """Where the figures of each sentence end."""
        return {name: sorted(fact.quantity.end for fact in facts) for name, facts in self.by_sentence.items()}

    def opening(self, fact: Fact) -> str:
        """What stands in the clause before the indicator, without its period and its subject."""
        claim = fact.claim
        if claim.indicator is None:
            return ""
        before = self.annotation.text[self._starts[claim.sentence] : claim.indicator.start]
        clause = re.split("[,;:。、!?]", folded(before))[-1]
        for known in (
            fact.when,
            folded(claim.subject.text) if claim.subject else "",
            fact.who.name if fact.who else "",
        ):
            clause = clause.replace(known, "")
        return clause

    def between(self, one: Fact, other: Fact) -> str:
        """What stands between two figures."""
        return folded(self.annotation.text[one.quantity.end : other.quantity.start])

    def follows(self, fact: Fact, length: int = 12) -> str:
        """What stands right after a figure, not beyond its sentence."""
        return self.sentences[fact.claim.sentence][self._offset(fact) :][:length]

    def _offset(self, fact: Fact) -> int:
        return len(folded(self.annotation.text[self._starts[fact.claim.sentence] : fact.quantity.end]))

    def base_time(self, fact: Fact) -> str | None:
        """The time that a change is compared with, where its base is one."""
        base = fact.claim.base
        if base is None:
            return self._named_base(fact)
        named = self._times.get(base.time or "")
        if named is not None:
            return named.value
        inside = [time for time in self.annotation.times if _overlap(time, base.start, base.end)]
        return inside[0].value if len(inside) == 1 else None

    def _named_base(self, fact: Fact) -> str | None:
        """比2018年翻了一番: the time right after 比, where the claim names no base."""
        for time in self.annotation.times:
            if time.sentence == fact.claim.sentence and time.end <= fact.quantity.start:
                before = folded(self.annotation.text[max(0, time.start - 1) : time.start])
                after = folded(self.annotation.text[time.end : fact.quantity.start])
                if before in ("比", "较") and not re.search("[,;。:、]|\\d", after):
                    return time.value
        return None


def _overlap(time: Time, start: int, end: int) -> bool:
    return time.start < end and start < time.end
