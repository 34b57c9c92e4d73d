"""Does a summary say what its sources say: every claim of it is supported, contradicted, or neither.

``compare`` is a pure function over annotations. A claim is supported where a source states a figure that its
own digits allow, and no field differs; it is contradicted where a source makes the same statement with another
figure, or states the same figure of something else, and the words of both texts bear the difference out. What no
source speaks of is ``not_in_source``; what only half agrees is ``unclear``, never contradicted by a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from govclaim.checking.derivations import Derivations
from govclaim.checking.differences import SURE, Differ, Relation, likeness, relation
from govclaim.checking.statements import Statement, grams, statements
from govclaim.knowledge import Knowledge, default
from govclaim.schema import Annotation, to_json
from govclaim.schema import Number as _Number

__all__ = ["Item", "Missing", "Stated", "Verdict", "Verification", "compare", "json_schema"]

Verdict = Literal["supported", "contradicted", "not_in_source", "unclear"]
_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_DOUBTS = 2  # fields in which a changed figure may differ besides
_SAME = 0.75  # likeness of two indicators that are one
_TELLING = 3  # digits by which a figure is known again


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stated(_Model):
    """A claim, readable without its document.

    Attributes:
        id: Of the claim in its document.
        text: The figure.
        start: First code point of the figure.
        end: One past its last code point.
        sentence: The sentence it stands in, as it is.
        sentence_start: First code point of that sentence.
        period: The time as ISO 8601 or EDTF, else in the words of the text.
    """

    id: str
    text: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    type: str
    indicator: str | None
    indicator_name: str | None
    subject: str | None
    value: _Number | None
    lower: _Number | None
    upper: _Number | None
    unit: str | None
    bound: str
    direction: str | None
    basis: str | None
    base: str | None
    scope: str | None
    period: str | None
    modality: str
    polarity: str


class Item(_Model):
    """What became of one claim of the summary.

    Attributes:
        start: First code point of its figure in the summary.
        end: One past its last code point.
        text: The figure.
        claim: The claim.
        verdict: What the sources say to it.
        source: Id of the document that decides.
        match: The claim there that decides.
        differs: Names of the fields that differ from it.
        derivation: The arithmetic, where the figure follows from others.
    """

    start: int
    end: int
    text: str
    claim: Stated
    verdict: Verdict
    source: str | None
    match: Stated | None
    differs: tuple[str, ...]
    derivation: str | None


class Missing(_Model):
    """A claim that was required and is not in the summary, or not as it must be.

    Attributes:
        source: Id of the document that requires it.
        claim: The claim.
        verdict: What the summary says to it.
        match: The claim of the summary that comes nearest.
        differs: Names of the fields in which that differs.
    """

    source: str
    claim: Stated
    verdict: Verdict
    match: Stated | None
    differs: tuple[str, ...]


class Verification(_Model):
    """The verdicts on a summary.

    Attributes:
        summary: Id of the summary.
        sources: Ids of the sources, sorted.
        items: One for each claim of the summary, in the order of the text.
        missing: What was required and is not there.
    """

    summary: str
    sources: tuple[str, ...]
    items: tuple[Item, ...]
    missing: tuple[Missing, ...]

    @property
    def contradictions(self) -> tuple[Item, ...]:
        """The items that a source contradicts."""
        return tuple(item for item in self.items if item.verdict == "contradicted")

    @property
    def passed(self) -> bool:
        """Whether nothing is contradicted and nothing required is missing."""
        return not self.contradictions and not self.missing

    def dumps(self, *, indent: int | None = None) -> str:
        """As exact JSON; numbers keep their digits."""
        return to_json(self, indent=indent)


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a ``Verification``."""
    return {"$schema": _SCHEMA, **Verification.model_json_schema(mode="validation")}


def compare(
    summary: Annotation,
    sources: Sequence[Annotation],
    require: Sequence[Annotation] = (),
    *,
    knowledge: Knowledge | None = None,
) -> Verification:
    """Check every claim of a summary against its sources.

    Args:
        summary: The annotated summary.
        sources: What it was written from, in any order.
        require: Documents whose claims may not be missing in the summary.
        knowledge: Tables; ``None`` for those that ship.

    Returns:
        The verdicts.
    """
    tables = knowledge or default()
    judge = tables.derived("verification", _Judge)
    mine = statements(summary, tables)
    theirs = [one for source in sources for one in statements(source, tables)]
    return Verification(
        summary=summary.id,
        sources=tuple(sorted(source.id for source in sources)),
        items=tuple(_item(one, outcome) for one, outcome in zip(mine, judge.judge(mine, theirs), strict=True)),
        missing=tuple(_missing(judge, require, mine, tables)),
    )


def _missing(
    judge: _Judge, require: Iterable[Annotation], mine: Sequence[Statement], tables: Knowledge
) -> Iterable[Missing]:
    for document in require:
        wanted = statements(document, tables)
        for one, outcome in zip(wanted, judge.judge(wanted, mine), strict=True):
            if outcome.verdict != "supported" and not judge.rendered(one, mine):
                yield Missing(
                    source=document.id,
                    claim=_stated(one),
                    verdict=outcome.verdict,
                    match=_stated(outcome.match) if outcome.match else None,
                    differs=outcome.differs,
                )


@dataclass(frozen=True, slots=True)
class _Outcome:
    verdict: Verdict
    match: Statement | None = None
    differs: tuple[str, ...] = ()
    derivation: str | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """A claim of the summary beside one of a source."""

    other: Statement
    figures: Relation
    differs: Mapping[str, int]
    closeness: float
    coherent: bool

    @property
    def agrees(self) -> bool:
        return self.figures in ("same", "implied")

    @property
    def sure(self) -> tuple[str, ...]:
        return tuple(field for field, level in self.differs.items() if level == SURE)


class _Judge:
    """Pairs claims and decides; see the module."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._differ = Differ(knowledge)
        self._derivations = Derivations(knowledge)

    def judge(self, mine: Sequence[Statement], theirs: Sequence[Statement]) -> list[_Outcome]:
        """One outcome for each statement of the summary."""
        ordered = sorted(theirs, key=lambda one: one.key)
        figures = [[relation(one, other) for other in ordered] for one in mine]
        found = [_homes(row, ordered) for row in figures]
        outcomes = []
        for index, one in enumerate(mine):
            around = [
                found[other] for other in range(max(0, index - 2), min(len(mine), index + 3))
                if other != index and mine[other].sentence == one.sentence
            ]  # fmt: skip
            pairs = [
                self._pair(one, other, figures[index][place], around)
                for place, other in enumerate(ordered)
                if figures[index][place] != "foreign"
            ]
            outcomes.append(self._decide(one, pairs, ordered))
        return outcomes

    def rendered(self, one: Statement, mine: Sequence[Statement]) -> bool:
        """Whether the summary gives a required statement in fewer digits."""
        return any(outcome.match is one and outcome.verdict == "supported" for outcome in self.judge(mine, [one]))

    def _pair(self, one: Statement, other: Statement, figures: Relation, around: list[set[Any]]) -> _Pair:
        home = (other.document, other.sentence)
        return _Pair(
            other=other,
            figures=figures,
            differs=self._differ.fields(one, other, figures),
            closeness=_closeness(one, other),
            coherent=any(home in homes for homes in around),
        )

    def _decide(self, one: Statement, pairs: list[_Pair], theirs: Sequence[Statement]) -> _Outcome:
        supporting = [pair for pair in pairs if pair.agrees and not pair.sure and _recognised(one, pair)]
        support = max(supporting, key=_support, default=None)
        twisted = [pair for pair in pairs if pair.figures != "other" and pair.sure and _known(one, pair)]
        twist = max(twisted, key=_twist, default=None)
        if support and not (twist and _nearer(twist, support)):
            return _Outcome("supported", support.other)
        if not twist or self._derivations.reckoned(one):
            derived = self._derivations.derive(one, theirs)
            if derived:
                return _Outcome("supported", derived[0], derivation=derived[1])
        if twist:
            return _Outcome("contradicted", twist.other, twist.sure)
        changed = [pair for pair in pairs if pair.figures == "other" and pair.sure == ("value",) and _beside(one, pair)]
        if changed:
            best = max(changed, key=_support)
            return _Outcome("contradicted", best.other, best.sure)
        return self._left(one, pairs)

    def _left(self, one: Statement, pairs: list[_Pair]) -> _Outcome:
        """What neither agrees nor differs surely: unclear where a source comes near, else not there."""
        near = [pair for pair in pairs if pair.agrees or (_alike(one, pair.other) >= _SAME and pair.coherent)]
        if not near:
            return _Outcome("not_in_source")
        best = max(near, key=_support)
        return _Outcome("unclear", best.other, tuple(best.differs))


def _homes(row: list[Relation], ordered: Sequence[Statement]) -> set[tuple[str, str]]:
    return {
        (other.document, other.sentence)
        for figures, other in zip(row, ordered, strict=True)
        if figures in ("same", "implied")
    }


def _closeness(one: Statement, other: Statement) -> float:
    """How much of what the summary says around the figure stands around it in the source, between 0 and 1."""
    wanted = grams(one.indicator + one.piece)
    told = grams(other.whole) | grams(other.indicator)
    return len(wanted & told) / len(wanted) if wanted else 0.0


def _alike(one: Statement, other: Statement) -> float:
    if one.name and one.name == other.name:
        return 1.0
    return likeness(one.indicator, other.indicator)


def _digits(one: Statement) -> int:
    value = one.quantity.value
    return len(value.normalize().as_tuple().digits) if value is not None else 2


def _recognised(one: Statement, pair: _Pair) -> bool:
    """Whether an equal figure is the same statement and no chance."""
    if one.whole == pair.other.whole:
        return True
    return pair.coherent or pair.closeness >= 0.3 or _alike(one, pair.other) >= 0.5 or _digits(one) > _TELLING


def _known(one: Statement, pair: _Pair) -> bool:
    if _digits(one) >= _TELLING or pair.coherent:
        return True
    return pair.closeness >= 0.5 or _alike(one, pair.other) >= 0.6


def _nearer(twist: _Pair, support: _Pair) -> bool:
    """Whether a figure that is written alike decides against one that only rounds to it (7% and 6.8%)."""
    if support.figures == "same" or twist.figures != "same":
        return False
    return (twist.coherent, twist.closeness) >= (support.coherent, support.closeness)


def _beside(one: Statement, pair: _Pair) -> bool:
    """Whether another figure is given for what is surely the same."""
    if one.claim.type != pair.other.claim.type or "indicator" in pair.differs or len(pair.differs) > _DOUBTS:
        return False
    if _slip(one.quantity.value, pair.other.quantity.value):
        return pair.coherent or pair.closeness >= 0.5
    if _alike(one, pair.other) < _SAME:
        return pair.coherent and pair.closeness >= 0.6
    return pair.coherent or pair.closeness >= 0.5


def _slip(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether a figure looks like another one mistyped: its digits in another order, or one of them changed."""
    if one is None or other is None:
        return False
    first, second = (str(value.normalize().as_tuple().digits) for value in (one, other))
    if len(first) != len(second) or one.adjusted() != other.adjusted():
        return False
    return sorted(first) == sorted(second) or sum(a != b for a, b in zip(first, second, strict=True)) == 1


def _support(pair: _Pair) -> tuple[Any, ...]:
    return (-len(pair.differs), pair.figures == "same", pair.coherent, pair.closeness)


def _twist(pair: _Pair) -> tuple[Any, ...]:
    return (-len(pair.sure), pair.figures == "same", pair.coherent, pair.closeness)


def _item(one: Statement, outcome: _Outcome) -> Item:
    return Item(
        start=one.quantity.start,
        end=one.quantity.end,
        text=one.quantity.text,
        claim=_stated(one),
        verdict=outcome.verdict,
        source=outcome.match.document if outcome.match else None,
        match=_stated(outcome.match) if outcome.match else None,
        differs=outcome.differs,
        derivation=outcome.derivation,
    )


def _stated(one: Statement) -> Stated:
    claim, quantity = one.claim, one.quantity
    return Stated(
        id=claim.id,
        text=quantity.text,
        start=quantity.start,
        end=quantity.end,
        sentence=one.said,
        sentence_start=one.start,
        type=claim.type,
        indicator=one.indicator or None,
        indicator_name=one.name,
        subject=one.subject_name or None,
        value=quantity.value,
        lower=quantity.lower,
        upper=quantity.upper,
        unit=quantity.unit,
        bound=quantity.bound,
        direction=claim.direction,
        basis=claim.basis,
        base=one.base or None,
        scope=one.scope or None,
        period=(one.period.value or one.period.text) if one.period else None,
        modality=claim.modality,
        polarity=claim.polarity,
    )
