"""Agreement as it is published: for each layer and attribute a score, its interval and Krippendorff's alpha.

Alpha is nominal throughout. Where it is about spans, its units are characters: what each of them belongs to. Where it
is about an attribute, its units are the items that both annotators have, and a value is what stands in the attribute
(of a span: its words without white space), so that it is stricter than the score, which forgives ends that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from govclaim import scoring
from govclaim.corpus import agreement
from govclaim.schema import Annotation, Claim, SpanRef

__all__ = ["Line", "grouped", "lines"]

Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table.

    Attributes:
        name: ``entities``, ``quantities.full``, ``attribute.indicator`` …, as ``scoring.Row`` has it.
        measure: Of the score: ``f1``, or ``accuracy`` over items of both; ``None`` where there is alpha alone.
        score: With the first annotation taken as gold; an F1 is the same the other way round.
        low: Lower end of its 95 % interval over documents.
        high: Upper end.
        first: How many items the first annotation has; of an accuracy: how many both have.
        second: The second.
        alpha: Krippendorff's, nominal; ``None`` where it is not asked for, or only one value occurs.
        units: What alpha compares: ``characters``, ``quantities``, ``times``, ``claims`` or ``changes``.
        number: How many of them.
    """

    name: str
    measure: str | None
    score: float | None
    low: float | None
    high: float | None
    first: int | None
    second: int | None
    alpha: float | None
    units: str | None
    number: int | None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


def grouped(
    pairs: Iterable[tuple[Annotation, Annotation]], by: str | None
) -> dict[str | None, list[tuple[Annotation, Annotation]]]:
    """Part documents by what their ``meta`` says.

    Args:
        pairs: Two annotations of a text each; the first one's ``meta`` is asked.
        by: Names joined by points (``annotation.round``); ``None`` leaves all in one group.

    Returns:
        Groups by value, in the order of the values; ``None`` for documents that do not say.
    """
    held: dict[str | None, list[tuple[Annotation, Annotation]]] = {}
    for one, other in pairs:
        value: Any = one.meta.model_dump(mode="json") if by else None
        for name in by.split(".") if by else ():
            value = value.get(name) if isinstance(value, dict) else None
        held.setdefault(None if value is None else str(value), []).append((one, other))
    return dict(sorted(held.items(), key=lambda item: (item[0] is None, item[0] or "")))


def lines(
    first: Sequence[Annotation], second: Sequence[Annotation], *, bootstrap: int = 1000, seed: int = 0
) -> tuple[Line, ...]:
    """Measure how far two annotations of the same documents agree.

    Args:
        first: By one annotator, with ids that differ.
        second: By another; the same ids and texts.
        bootstrap: Resamples of documents for the intervals of the scores; 0 for none.
        seed: Of the resampling.

    Returns:
        The rows of ``scoring.score`` with alpha beside them, and ``claims.type``, which the score has no row for.

    Raises:
        InputError: The documents are not the same, or the package ``krippendorff`` is missing.
    """
    report = scoring.score(first, second, bootstrap=bootstrap, seed=seed)
    others = {each.id: each for each in second}
    both = [(each, others[each.id]) for each in first if each.id in others]
    alphas = {name: (units, pairs(both)) for name, (units, pairs) in _ALPHAS.items()}
    found = [_line(row, *alphas.get(row.name, (None, ()))) for row in report.rows()]
    after = next((at for at, each in enumerate(found) if each.name == "claims.exact"), len(found))
    units, pairs = alphas["claims.type"]
    if pairs:
        alpha = agreement.nominal(pairs)
        found.insert(after, Line("claims.type", None, None, None, None, None, None, alpha, units, len(pairs)))
    return tuple(found)


def _line(row: scoring.Row, units: str | None, pairs: Sequence[Pair]) -> Line:
    alpha = agreement.nominal(pairs) if units else None
    number = len(pairs) if units else None
    scored = row.measure, row.f1, row.low, row.high, row.gold, row.predicted
    return Line(row.name, *scored, alpha, units, number)


_Both = Sequence[tuple[Annotation, Annotation]]


# ---------------------------------------------------------------- characters


def _characters(layer: str, tag: Callable[[Any], str]) -> Callable[[_Both], list[Pair]]:
    """Pairs of what each character belongs to, by both; white space aside."""

    def pairs(both: _Both) -> list[Pair]:
        found: list[Pair] = []
        for one, other in both:
            held = [_belongs(each, layer, tag) for each in (one, other)]
            found += [(held[0].get(at, ""), held[1].get(at, "")) for at, sign in enumerate(one.text) if sign.strip()]
        return found

    return pairs


def _belongs(annotation: Annotation, layer: str, tag: Callable[[Any], str]) -> dict[int, str]:
    return {at: tag(item) for item in getattr(annotation, layer) for at in range(item.start, item.end)}


def _ends(both: _Both) -> list[Pair]:
    """Whether a sentence ends after each character."""
    found: list[Pair] = []
    for one, other in both:
        ours, theirs = ({sentence.end - 1 for sentence in each.sentences} for each in (one, other))
        found += [(at in ours, at in theirs) for at, sign in enumerate(one.text) if sign.strip()]
    return found


# ---------------------------------------------------------------- items of both


def _items(layer: str, read: Callable[[Any], Hashable]) -> Callable[[_Both], list[Pair]]:
    """Values of the items that have the same span."""

    def pairs(both: _Both) -> list[Pair]:
        found: list[Pair] = []
        for one, other in both:
            held = {(item.start, item.end): read(item) for item in getattr(other, layer)}
            items = [item for item in getattr(one, layer) if (item.start, item.end) in held]
            found += [(read(item), held[item.start, item.end]) for item in items]
        return found

    return pairs


def _types(both: _Both) -> list[Pair]:
    """What claims each quantity of both gives: their types, or none."""
    found: list[Pair] = []
    for one, other in both:
        given = [_given(each) for each in (one, other)]
        held = {(each.start, each.end): given[1].get(each.id, "") for each in other.quantities}
        figures = [each for each in one.quantities if (each.start, each.end) in held]
        found += [(given[0].get(each.id, ""), held[each.start, each.end]) for each in figures]
    return found


def _given(annotation: Annotation) -> dict[str, str]:
    types: dict[str, list[str]] = {}
    for claim in annotation.claims:
        types.setdefault(claim.quantity, []).append(claim.type)
    return {id: " ".join(sorted(names)) for id, names in types.items()}


def _claims(read: Callable[[Annotation, Claim], Hashable], *, changes: bool = False) -> Callable[[_Both], list[Pair]]:
    """Values of the claims that are about one figure and of one type."""

    def pairs(both: _Both) -> list[Pair]:
        return [
            (read(one, ours), read(other, theirs))
            for one, other in both
            for ours, theirs in scoring.paired(one, other)
            if ours.type == theirs.type and (not changes or ours.type == "change")
        ]

    return pairs


def _words(span: SpanRef | None) -> str:
    return "".join(span.text.split()) if span is not None else ""


def _period(annotation: Annotation, claim: Claim) -> str:
    times = {time.id: time.value or time.text for time in annotation.times}
    return times[claim.period] if claim.period is not None else ""


def _plain(name: str) -> Callable[[Annotation, Claim], Hashable]:
    return lambda _, claim: getattr(claim, name) or ""


def _span(name: str) -> Callable[[Annotation, Claim], Hashable]:
    return lambda _, claim: _words(getattr(claim, name))


_ALPHAS: dict[str, tuple[str, Callable[[_Both], list[Pair]]]] = {
    "sentences": ("characters", _ends),
    "entities": ("characters", _characters("entities", lambda entity: entity.label)),
    "quantities": ("characters", _characters("quantities", lambda _: "quantity")),
    "quantities.full": (
        "quantities",
        _items("quantities", lambda each: (each.value, each.lower, each.upper, each.unit, each.bound)),
    ),
    "times": ("characters", _characters("times", lambda _: "time")),
    "times.value": ("times", _items("times", lambda time: time.value)),
    "claims.type": ("quantities", _types),
    "attribute.indicator": ("claims", _claims(_span("indicator"))),
    "attribute.subject": ("claims", _claims(_span("subject"))),
    "attribute.direction": ("changes", _claims(_plain("direction"), changes=True)),
    "attribute.basis": ("changes", _claims(_plain("basis"), changes=True)),
    "attribute.scope": ("claims", _claims(_span("scope"))),
    "attribute.period": ("claims", _claims(_period)),
    "attribute.modality": ("claims", _claims(_plain("modality"))),
    "attribute.polarity": ("claims", _claims(_plain("polarity"))),
    "attribute.attribution": ("claims", _claims(_span("attribution"))),
}
"""For which rows alpha is asked, what its units are, and the pairs of values."""
