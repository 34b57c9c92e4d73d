"""Claims with all that they refer to, so that one document's can be laid beside another's.

A summary is another text than its source: it has its own sentences, shortens names and leaves out what
the reader knows. So beside the fields of the annotation a statement keeps the words around its figure, and a
comparison asks them before it believes that two fields differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from govclaim.canon import indicator_name
from govclaim.checking import intervals
from govclaim.checking.intervals import Interval
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Claim, Quantity, Sentence, Time

__all__ = ["Statement", "folded", "grams", "statements"]

_DROPPED = dict.fromkeys(map(ord, "“”\"‘’'《》〈〉「」『』【】"))
_SPACE = re.compile(r"\s+")
_SHORTEST = 2
_BESIDE = "比较同"  # 比上年 is what a figure is compared with
_PIECE_END = re.compile(r"[,;。:!?]")
_PART_END = re.compile(r"[;。!?]")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text without white space and quotation marks, full-width forms as ASCII."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_DROPPED)


@lru_cache(maxsize=4096)
def grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a folded text; a single character is itself."""
    return frozenset(map("".join, pairwise(text))) or frozenset(text)


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim, resolved.

    Attributes:
        document: Id of its document.
        place: Index among the claims of the document.
        claim: The claim.
        quantity: Its quantity.
        period: Its time, if it has one.
        sentence: Id of its sentence.
        start: First code point of that sentence.
        said: That sentence as it stands.
        interval: What the figure stands for, read strictly; ``None`` where it states no number.
        indicator: Folded; empty where the text names none.
        name: The canonical name of the statistic, if it is a listed one.
        subject: Folded, in the words of the text.
        subject_name: Folded, what the mention stands for (街道 may stand for 北苑街道).
        subject_label: Label of that entity, if it is one.
        scope: Folded.
        base: Folded.
        before: The sentence up to the figure, folded.
        behind: The sentence after the figure, folded.
        earlier: What stands before the sentence in its paragraph, and the title, folded.
        page: The whole text of the document, folded.
        near: Values of the times in the title and in the paragraph up to the figure.
        times: Values of the times of the document that are no base of a comparison.
        rivals: Indicators of all claims of its document, folded.
        owners: Subjects of all claims of its document, folded.
        names: Names of all entities of its document, folded.
    """

    document: str
    place: int
    claim: Claim
    quantity: Quantity
    period: Time | None
    sentence: str
    start: int
    said: str
    interval: Interval | None
    indicator: str
    name: str | None
    subject: str
    subject_name: str
    subject_label: str | None
    scope: str
    base: str
    before: str
    behind: str
    earlier: str
    page: str
    near: frozenset[str]
    times: frozenset[str]
    rivals: frozenset[str]
    owners: frozenset[str]
    names: frozenset[str]

    @property
    def piece(self) -> str:
        """What stands between two commas around the figure, without it."""
        return f"{_PIECE_END.split(self.before)[-1]}{_PIECE_END.split(self.behind, maxsplit=1)[0]}"

    @property
    def lead(self) -> str:
        """What stands between the last comma and the figure."""
        return _PIECE_END.split(self.before)[-1]

    @property
    def part(self) -> str:
        """What stands between the last semicolon and the figure."""
        return _PART_END.split(self.before)[-1]

    @property
    def whole(self) -> str:
        """The whole sentence around the figure."""
        return self.before + self.behind

    @property
    def figure(self) -> str:
        """The figure as it is written, folded."""
        return folded(self.quantity.text)

    @property
    def key(self) -> tuple[str, int, str]:
        """By which equal candidates are put in order, whatever the order of the documents."""
        return (self.document, self.quantity.start, self.quantity.text)


def statements(annotation: Annotation, knowledge: Knowledge) -> tuple[Statement, ...]:
    """The claims of a document.

    Args:
        annotation: Any.
        knowledge: Tables of statistics.

    Returns:
        One statement for each claim, in the order of the text.
    """
    return _Reader(annotation, knowledge).read()


@dataclass(frozen=True, slots=True)
class _LooseUnits:
    loose_units: dict[str, str]


class _Reader:
    def __init__(self, annotation: Annotation, knowledge: Knowledge) -> None:
        self._annotation = annotation
        self._knowledge = knowledge
        self._loose = knowledge.document("verification.yaml", _LooseUnits).loose_units
        self._quantities = {quantity.id: quantity for quantity in annotation.quantities}
        self._times = {time.id: time for time in annotation.times}
        self._names = {entity.id: folded(entity.text) for entity in annotation.entities}
        self._labels = {entity.id: entity.label for entity in annotation.entities}
        self._entities = frozenset(self._names.values())
        places = {folded(entity.text) for entity in annotation.entities if entity.label == "LOC"}
        self._leaders = sorted(places, key=lambda place: (-len(place), place))
        self._sentences = {sentence.id: sentence for sentence in annotation.sentences}
        self._earlier = dict(self._leading(annotation.sentences))
        self._all_rivals = frozenset(folded(claim.indicator.text) for claim in annotation.claims if claim.indicator)
        self._owners = frozenset(folded(claim.subject.text) for claim in annotation.claims if claim.subject)
        self._page = folded(annotation.text)
        self._all_times = frozenset(
            time.value
            for time in annotation.times
            if time.value and annotation.text[max(0, time.start - 1)] not in _BESIDE
        )
        self._places = {sentence.id: (sentence.paragraph, sentence.kind) for sentence in annotation.sentences}

    def read(self) -> tuple[Statement, ...]:
        claims = sorted(self._annotation.claims, key=lambda claim: self._quantities[claim.quantity].start)
        return tuple(self._statement(place, claim) for place, claim in enumerate(claims))

    def _leading(self, sentences: Iterable[Sentence]) -> Iterable[tuple[str, str]]:
        """What a reader of a sentence has just read: the page's title and the paragraph so far."""
        title, paragraph, read = "", None, ""
        for sentence in sentences:
            text = folded(sentence.text)
            if sentence.kind in ("title", "subtitle"):
                title += text
            if sentence.paragraph != paragraph:
                paragraph, read = sentence.paragraph, ""
            yield sentence.id, title + read
            read += text

    def _statement(self, place: int, claim: Claim) -> Statement:
        quantity = self._meant(self._quantities[claim.quantity])
        sentence = self._sentences[claim.sentence]
        text = self._annotation.text
        subject = folded(claim.subject.text) if claim.subject else ""
        entity = claim.subject.entity if claim.subject else None
        indicator = folded(claim.indicator.text) if claim.indicator else ""
        label = self._labels.get(entity or "")
        name = self._names.get(entity or "", subject)
        owner = next((place for place in self._leaders if indicator.startswith(place)), "")
        if owner and len(indicator) - len(owner) >= _SHORTEST:  # 北屯区收入 is 北屯区's 收入
            indicator, subject, name, label = indicator[len(owner) :], owner, owner, "LOC"
        return Statement(
            document=self._annotation.id,
            place=place,
            claim=claim,
            quantity=quantity,
            period=self._times.get(claim.period or ""),
            sentence=claim.sentence,
            start=sentence.start,
            said=text[sentence.start : sentence.end],
            interval=intervals.of(quantity),
            # A place is nobody's indicator (醴陵市增长9.2% leaves it out), and one character names nothing.
            indicator="" if indicator in self._entities or len(indicator) < _SHORTEST else indicator,
            name=self._listed(claim, indicator),
            subject=subject,
            subject_name=name,
            subject_label=label,
            scope=folded(claim.scope.text) if claim.scope else "",
            base=folded(claim.base.text) if claim.base else "",
            before=folded(text[sentence.start : quantity.start]),
            behind=folded(text[quantity.end : sentence.end]),
            earlier=self._earlier.get(claim.sentence, ""),
            page=self._page,
            near=frozenset(self._near(claim.sentence, quantity.start)),
            times=self._all_times,
            rivals=self._all_rivals,
            owners=self._owners,
            names=self._entities,
        )

    def _listed(self, claim: Claim, indicator: str) -> str | None:
        if claim.indicator_name and claim.indicator and folded(claim.indicator.text) == indicator:
            return claim.indicator_name
        return indicator_name(indicator, self._knowledge) if indicator else None

    def _meant(self, quantity: Quantity) -> Quantity:
        """The quantity with the unit that is meant: 个点 are points of per cent."""
        for ending, unit in self._loose.items():
            if quantity.text.endswith(ending) and quantity.unit != unit:
                return quantity.model_copy(update={"unit": unit, "dimension": "percentage_point"})
        return quantity

    def _near(self, sentence: str, figure: int) -> Iterable[str]:
        paragraph = self._places[sentence][0]
        for time in self._annotation.times:
            place, kind = self._places.get(time.sentence, (None, None))
            if time.value and (kind in ("title", "subtitle") or (place == paragraph and time.start < figure)):
                yield time.value
