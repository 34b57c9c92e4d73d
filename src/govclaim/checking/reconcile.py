"""One figure in many documents: values that agree, conflicts, revisions and reprints told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal
from zlib import crc32

from govclaim.checking.facts import Fact, Facts
from govclaim.checking.intervals import Interval
from govclaim.checking.statements import grams
from govclaim.knowledge import Knowledge, default
from govclaim.schema import Annotation

__all__ = ["Source", "Status", "Value", "reconcile"]

Status = Literal["single", "agreed", "conflict", "revised", "revision"]
"""One source; several that agree; others say otherwise; a first estimate; and what replaced it."""

_FIRST = ("初步", "快报", "预计数")
_LONG = 40  # characters from which a sentence is somebody's own wording
_NEARLY = 0.9  # of the pairs of characters of the shorter one
_SIGNS = 6
_FINAL = ("修订", "最终核实", "核实数", "年报数")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is said.

    Attributes:
        document: Id.
        published: Day, if known.
        claim: Id in the document.
        start: Of the figure.
        end: One past its last code point.
        text: The figure as written.
        reprint: Whether an earlier document has the same sentence, or nearly.
    """

    document: str
    published: str | None
    claim: str
    start: int
    end: int
    text: str
    reprint: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one figure.

    Attributes:
        place: Code of the place, else its name.
        indicator: Canonical name of the statistic.
        period: As the contract writes it.
        type: ``level``, or ``change`` with its sign in ``value``.
        value: The most precise one of those that agree.
        unit: Canonical.
        interval: What all that agree allow.
        status: See ``Status``.
        best: Whether it is the value to take: the revision, else the one with the most independent sources.
        independent: Sources without reprints.
        sources: All of them, the earliest first.
    """

    place: str
    indicator: str
    period: str
    type: str
    value: Decimal
    unit: str | None
    interval: Interval
    status: Status
    best: bool
    independent: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one document says of one figure; no more of the document is kept."""

    interval: Interval
    value: Decimal
    source: Source
    sentence: str


@dataclass(slots=True)
class _Group:
    interval: Interval
    said: list[_Said]
    first: bool = False
    final: bool = False

    @property
    def independent(self) -> int:
        return len({each.source.document for each in self.said if not each.source.reprint})

    @property
    def latest(self) -> str:
        return max(each.source.published or "" for each in self.said)


_Key = tuple[str, str, str, str, str | None]


def reconcile(annotations: Iterable[Annotation], *, knowledge: Knowledge | None = None) -> list[Value]:
    """Bring together what documents say of one figure.

    Args:
        annotations: Any number, in any order; each is read once.
        knowledge: Tables; ``None`` for the shipped ones.

    Returns:
        The values by place, indicator and period, the best of each first. Claims without place, listed
        indicator or period are left out, and so are plans and forecasts.
    """
    tables = knowledge or default()
    held: dict[_Key, list[_Said]] = defaultdict(list)
    for annotation in annotations:
        facts = Facts(annotation, tables)
        for fact in facts.all:
            key = _key(fact)
            if key is not None:
                held[key].append(_said(fact, annotation, facts.sentences[fact.claim.sentence]))
    return [value for key in sorted(held, key=str) for value in _values(key, held[key])]


def _key(fact: Fact) -> _Key | None:
    claim = fact.claim
    if fact.who is None or fact.name is None or fact.period is None or claim.modality != "actual":
        return None
    if claim.type == "change" and claim.basis == "yoy" and claim.direction in ("increase", "decrease"):
        return (fact.who.link or fact.who.name, fact.name, fact.period, "change", fact.quantity.unit)
    if claim.type != "level" or fact.quantity.value is None:
        return None
    return (fact.who.link or fact.who.name, fact.name, fact.period, "level", fact.quantity.unit)


def _said(fact: Fact, annotation: Annotation, sentence: str) -> _Said:
    quantity, falls = fact.quantity, fact.claim.direction == "decrease"
    value = quantity.value or Decimal(0)
    published = annotation.meta.published
    source = Source(annotation.id, published, fact.claim.id, quantity.start, quantity.end, fact.shown, False)
    return _Said(-fact.strict if falls else fact.strict, -value if falls else value, source, sentence)


def _values(key: _Key, said: list[_Said]) -> list[Value]:
    groups = _grouped(_without_reprints(said))
    groups.sort(key=lambda group: (group.final, not group.first, group.independent, group.latest), reverse=True)
    revised = len(groups) > 1 and (groups[0].final or any(group.first for group in groups[1:]))
    place, indicator, period, type_, unit = key
    return [
        Value(
            place=place,
            indicator=indicator,
            period=period,
            type=type_,
            value=min(group.said, key=_width).value,
            unit=unit,
            interval=group.interval,
            status=_status(group, rank, len(groups), revised),
            best=rank == 0,
            independent=group.independent,
            sources=tuple(
                sorted((each.source for each in group.said), key=lambda each: (each.published or "", each.document))
            ),
        )
        for rank, group in enumerate(groups)
    ]


def _status(group: _Group, rank: int, groups: int, revised: bool) -> Status:
    if groups == 1:
        return "single" if group.independent == 1 else "agreed"
    if revised and rank == 0:
        return "revision"
    return "revised" if revised and group.first else "conflict"


def _without_reprints(said: list[_Said]) -> list[_Said]:
    """The same, with what repeats the sentence of an earlier document, or nearly, marked."""
    seen: dict[str, str] = {}
    wordings = _Wordings()
    marked = []
    for each in sorted(said, key=lambda each: (each.source.published or "", each.source.document)):
        text, document = each.sentence, each.source.document
        if text not in seen:
            seen[text] = wordings.first(text, document) if len(text) >= _LONG else document
        marked.append(replace(each, source=replace(each.source, reprint=seen[text] != document)))
    return marked


class _Wordings:
    """Sentences by the pairs of characters whose hashes are the least, so that few have to be laid side by side."""

    def __init__(self) -> None:
        self._known: dict[int, list[tuple[frozenset[str], str]]] = defaultdict(list)

    def first(self, text: str, document: str) -> str:
        """The document that first had this wording or nearly: another head, a word less."""
        own = grams(text)
        signs = sorted(crc32(gram.encode()) for gram in own)[:_SIGNS]
        for other, earlier in (known for sign in signs for known in self._known[sign]):
            if len(own & other) >= _NEARLY * min(len(own), len(other)):
                document = earlier
                break
        for sign in signs:
            self._known[sign].append((own, document))
        return document


def _grouped(said: list[_Said]) -> list[_Group]:
    """Values that can be one, the most precise first, so that 14亿元 joins 14.02亿元."""
    groups: list[_Group] = []
    for each in sorted(said, key=_width):
        group = next((known for known in groups if known.interval.overlaps(each.interval)), None)
        if group is None:
            group = _Group(each.interval, [])
            groups.append(group)
        group.interval = group.interval.meet(each.interval) or group.interval
        group.said.append(each)
        group.first = group.first or any(word in each.sentence for word in _FIRST)
        group.final = group.final or any(word in each.sentence for word in _FINAL)
    return groups


def _width(said: _Said) -> Decimal:
    lower, upper = said.interval.lower, said.interval.upper
    return Decimal("Infinity") if lower is None or upper is None else upper - lower
