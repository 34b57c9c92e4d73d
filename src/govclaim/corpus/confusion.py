"""What is wrong with predicted claims, by attribute, by kind of document and by the form of the clause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from govclaim import scoring
from govclaim.checking import differences
from govclaim.corpus.forms import Form, forms
from govclaim.schema import Annotation, Claim, Quantity, SpanRef

__all__ = [
    "CLOSED",
    "MISSED",
    "OPEN",
    "OPEN_CLASSES",
    "SPURIOUS",
    "Group",
    "Loss",
    "Outcome",
    "Side",
    "closed",
    "groups",
    "losses",
    "opened",
    "outcomes",
]

CLOSED = ("type", "modality", "basis", "direction", "bound")
"""Attributes with a list of values."""
OPEN = ("indicator", "subject", "period", "scope", "attribution")
"""Attributes that point into the text."""
MISSED, SPURIOUS = "missed", "spurious"
OPEN_CLASSES = (MISSED, SPURIOUS, "too long", "too short", "elsewhere")
"""How an attribute that points into the text may be wrong."""

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Side:
    """A claim as one annotation has it, with its figure and the value of its period."""

    claim: Claim
    quantity: Quantity
    period: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim.

    Attributes:
        document: Gold's.
        gold: ``None`` where only the prediction has it.
        predicted: About the same figure, perhaps of another type; ``None`` where the prediction has none.
        wrong: The attributes that are wrong; ``type`` alone where the types differ, ``missed`` or ``spurious`` where
            one side has nothing.
        form: Gold's; of a spurious claim the prediction's.
    """

    document: Annotation
    gold: Side | None
    predicted: Side | None
    wrong: frozenset[str]
    form: Form


def outcomes(gold: Sequence[Annotation], predicted: Sequence[Annotation]) -> tuple[Outcome, ...]:
    """Tell of every claim, of gold and of the prediction, what is right and wrong.

    Args:
        gold: What is right; ids are unique.
        predicted: Annotations of the same texts. A document that is missing counts as empty.

    Returns:
        Gold's claims and the spurious ones, document by document.

    Raises:
        InputError: See ``scoring.score``.
    """
    wrong: dict[tuple[str, str], set[str]] = defaultdict(set)
    for error in scoring.score(gold, predicted, bootstrap=0).errors:
        if error.layer == "claims" and error.attribute is not None:
            wrong[error.document, error.gold.id].add(error.attribute)
    sides = {document.id: document for document in predicted}
    empty = dict.fromkeys(("quantities", "times", "claims"), ())
    found: list[Outcome] = []
    for document in gold:
        other = sides.get(document.id) or document.model_copy(update=empty)
        found += _document(document, other, wrong)
    return tuple(found)


def _document(gold: Annotation, predicted: Annotation, wrong: dict[tuple[str, str], set[str]]) -> Iterable[Outcome]:
    ours, theirs = _sides(gold), _sides(predicted)
    partner = {one.id: other.id for one, other in scoring.paired(gold, predicted)}
    for claim, form in forms(gold):
        other = theirs.get(partner.get(claim.id, ""))
        if other is None:
            verdict = frozenset({MISSED})
        elif other.claim.type != claim.type:
            verdict = frozenset({"type"})
        else:
            verdict = frozenset(wrong[gold.id, claim.id] & set(scoring.STRICT))
        yield Outcome(gold, ours[claim.id], other, verdict, form)
    taken = set(partner.values())
    for claim, form in forms(predicted):
        if claim.id not in taken:
            yield Outcome(gold, None, theirs[claim.id], frozenset({SPURIOUS}), form)


def _sides(annotation: Annotation) -> dict[str, Side]:
    quantities = {item.id: item for item in annotation.quantities}
    times = {item.id: item.value for item in annotation.times}
    return {
        claim.id: Side(
            claim,
            quantities[claim.quantity],
            times[claim.period] if claim.period is not None else getattr(claim, "period_value", None),
        )
        for claim in annotation.claims
    }


@dataclass(frozen=True, slots=True)
class Loss:
    """How many of gold's claims one attribute spoils.

    Attributes:
        attribute: ``missed``, ``type``, ``indicator`` …
        alone: Claims in which nothing else is wrong.
        together: Claims in which something else is wrong too.
    """

    attribute: str
    alone: int
    together: int


def losses(found: Iterable[Outcome], wanted: Sequence[str] = scoring.EXACT) -> tuple[Loss, ...]:
    """Count for each attribute the claims of gold that are lost by it.

    Args:
        found: Outcomes.
        wanted: The attributes that a claim needs right: ``scoring.EXACT`` or ``scoring.STRICT``.

    Returns:
        The attributes that spoil any, the worst first.
    """
    judged = (MISSED, "type", *wanted)
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for outcome in found:
        bad = outcome.wrong.intersection(judged)
        (alone if len(bad) == 1 else together).update(bad)
    rows = [Loss(name, alone[name], together[name]) for name in judged if alone[name] or together[name]]
    return tuple(sorted(rows, key=lambda row: (-row.alone - row.together, row.attribute)))


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of one kind.

    Attributes:
        name: Of the kind.
        gold: Claims in gold.
        predicted: Claims in the prediction.
        exact: Claims right in all of ``scoring.EXACT``.
        wrong: How many claims of gold each attribute spoils, alone or with others, and how many claims are spurious.
    """

    name: str
    gold: int
    predicted: int
    exact: int
    wrong: Counter[str]

    @property
    def lost(self) -> int:
        """Claims of gold that are not exact."""
        return self.gold - self.exact

    @property
    def f1(self) -> float | None:
        """Claim exact of the kind; ``None`` without claims."""
        return 2 * self.exact / (self.gold + self.predicted) if self.gold + self.predicted else None


def groups(found: Iterable[Outcome], kind: Callable[[Outcome], str]) -> tuple[Group, ...]:
    """Count claims by their kind.

    Args:
        found: Outcomes.
        kind: Name of an outcome's kind.

    Returns:
        The kinds, those with most lost claims first.
    """
    members: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        members[kind(outcome)].append(outcome)
    rows = [_group(name, each) for name, each in members.items()]
    return tuple(sorted(rows, key=lambda row: (-row.lost, row.name)))


def _group(name: str, members: Sequence[Outcome]) -> Group:
    needed = {MISSED, SPURIOUS, "type", *scoring.EXACT}
    bad = [outcome.wrong & needed for outcome in members]
    return Group(
        name,
        gold=sum(outcome.gold is not None for outcome in members),
        predicted=sum(outcome.predicted is not None for outcome in members),
        exact=sum(not each for each in bad),
        wrong=Counter(attribute for each in bad for attribute in each),
    )


def closed(found: Iterable[Outcome], attribute: str) -> Counter[tuple[str, str]]:
    """Count the values of an attribute in gold and in the prediction.

    Args:
        found: Outcomes; other attributes than ``type`` are compared where both have the claim with one type.
        attribute: One of ``CLOSED``.

    Returns:
        (gold, predicted) → claims; a dash stands for none.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in found:
        if attribute == "type" or not outcome.wrong & {MISSED, SPURIOUS, "type"}:
            counts[_value(outcome.gold, attribute), _value(outcome.predicted, attribute)] += 1
    return counts


def _value(side: Side | None, attribute: str) -> str:
    if side is None:
        return _NOTHING
    return str(getattr(side.quantity if attribute == "bound" else side.claim, attribute) or _NOTHING)


def opened(found: Iterable[Outcome], attribute: str) -> Counter[str]:
    """Count how an attribute that points into the text is wrong.

    Args:
        found: Outcomes.
        attribute: One of ``OPEN``. Periods are compared as stretches of time, the others as stretches of text.

    Returns:
        Class of ``OPEN_CLASSES`` → claims.
    """
    counts: Counter[str] = Counter()
    for outcome in found:
        if attribute in outcome.wrong and outcome.gold is not None and outcome.predicted is not None:
            measure = _period if attribute == "period" else _span
            counts[measure(outcome.gold, outcome.predicted, attribute)] += 1
    return counts


def _span(gold: Side, predicted: Side, attribute: str) -> str:
    right: SpanRef | None = getattr(gold.claim, attribute)
    given: SpanRef | None = getattr(predicted.claim, attribute)
    if right is None or given is None:
        return MISSED if given is None else SPURIOUS
    return _extent((right.start, right.end), (given.start, given.end))


def _period(gold: Side, predicted: Side, _: str) -> str:
    if gold.period is None or predicted.period is None:
        return MISSED if predicted.period is None else SPURIOUS
    right, given = (differences.days(side.period) for side in (gold, predicted))
    if right is None or given is None or None in (*right, *given):
        return "elsewhere"
    return _extent(right, given)


def _extent(right: tuple[Any, Any], given: tuple[Any, Any]) -> str:
    if given != right and given[0] <= right[0] and right[1] <= given[1]:
        return "too long"
    if given != right and right[0] <= given[0] and given[1] <= right[1]:
        return "too short"
    return "elsewhere"
