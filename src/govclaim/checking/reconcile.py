"""One figure in many documents: values that agree, conflicts, revisions and reprints told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from govclaim.checking.facts import Fact, Facts, folded
from govclaim.checking.intervals import Interval
from govclaim.knowledge import Knowledge, default
from govclaim.schema import Annotation

__all__ = ["Source", "Status", "Value", "reconcile"]

Status = Literal["single", "agreed", "conflict", "revised", "revision"]
"""One source; several that agree; others say otherwise; a first estimate; and what replaced it."""

_FIRST = ("初步", "快报", "预计数")
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
        reprint: Whether an earlier document has the same sentence.
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


@dataclass(slots=True)
class _Group:
    interval: Interval
    facts: list[tuple[Fact, Source]]
    first: bool = False
    final: bool = False

    @property
    def independent(self) -> int:
        return len({source.document for _, source in self.facts if not source.reprint})

    @property
    def latest(self) -> str:
        return max(source.published or "" for _, source in self.facts)


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
    held: dict[_Key, list[tuple[Fact, Source, str]]] = defaultdict(list)
    for annotation in annotations:
        facts = Facts(annotation, tables)
        for fact in facts.all:
            key = _key(fact)
            if key is not None:
                quantity, published = fact.quantity, annotation.meta.published
                source = Source(
                    annotation.id, published, fact.claim.id, quantity.start, quantity.end, fact.shown, False
                )
                held[key].append((fact, source, facts.sentences[fact.claim.sentence]))
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


def _values(key: _Key, said: list[tuple[Fact, Source, str]]) -> list[Value]:
    groups = _grouped(_without_reprints(said))
    groups.sort(key=lambda group: (group.final, not group.first, group.independent, group.latest), reverse=True)
    revised = len(groups) > 1 and (groups[0].final or any(group.first for group in groups[1:]))
    found = []
    for rank, group in enumerate(groups):
        closest = min((fact for fact, _ in group.facts), key=lambda fact: _width(_signed(fact)))
        value = closest.quantity.value or Decimal(0)
        status = _status(group, rank, len(groups), revised)
        sources = tuple(
            sorted((source for _, source in group.facts), key=lambda each: (each.published or "", each.document))
        )
        signed = -value if closest.claim.direction == "decrease" else value
        place, indicator, period, type_, unit = key
        found.append(
            Value(
                place,
                indicator,
                period,
                type_,
                signed,
                unit,
                group.interval,
                status,
                rank == 0,
                group.independent,
                sources,
            )
        )
    return found


def _status(group: _Group, rank: int, groups: int, revised: bool) -> Status:
    if groups == 1:
        return "single" if group.independent == 1 else "agreed"
    if revised and rank == 0:
        return "revision"
    return "revised" if revised and group.first else "conflict"


def _without_reprints(said: list[tuple[Fact, Source, str]]) -> list[tuple[Fact, Source, str]]:
    """The same, with what repeats the sentence of an earlier document marked."""
    seen: dict[str, str] = {}
    marked = []
    for fact, source, sentence in sorted(said, key=lambda each: (each[1].published or "", each[1].document)):
        reprint = seen.setdefault(folded(sentence), source.document) != source.document
        marked.append((fact, _marked(source, reprint), sentence))
    return marked


def _marked(source: Source, reprint: bool) -> Source:
    return Source(source.document, source.published, source.claim, source.start, source.end, source.text, reprint)


def _grouped(said: list[tuple[Fact, Source, str]]) -> list[_Group]:
    """Values that can be one, the most precise first, so that 14亿元 joins 14.02亿元."""
    groups: list[_Group] = []
    for fact, source, sentence in sorted(said, key=lambda each: _width(_signed(each[0]))):
        interval = _signed(fact)
        group = next((each for each in groups if each.interval.overlaps(interval)), None)
        if group is None:
            group = _Group(interval, [])
            groups.append(group)
        group.interval = group.interval.meet(interval) or group.interval
        group.facts.append((fact, source))
        group.first = group.first or any(word in sentence for word in _FIRST)
        group.final = group.final or any(word in sentence for word in _FINAL)
    return groups


def _signed(fact: Fact) -> Interval:
    return -fact.strict if fact.claim.direction == "decrease" else fact.strict


def _width(interval: Interval) -> Decimal:
    if interval.lower is None or interval.upper is None:
        return Decimal("Infinity")
    return interval.upper - interval.lower
