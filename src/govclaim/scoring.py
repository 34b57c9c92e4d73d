"""Compares two annotations of the same documents, as §8 of the contract says.

Where the contract leaves room:

* a quantity's ``value`` is right when value, lower and upper all are;
* two subjects have the same name when one is the other with a division's suffix (北苑, 北苑街道), so
  吉林省 and 吉林市 differ;
* the F1 of an attribute that is mostly at its default counts matched claims, as its accuracy does;
* ``quoted`` and ``entity`` of an attribution or subject are not compared, their spans are;
* ``base`` is compared where gold states it, and counts for no exactness.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from govclaim.errors import InputError
from govclaim.schema import Annotation, Claim, Quantity, SpanRef, to_json

__all__ = [
    "COMPARED",
    "EXACT",
    "STRICT",
    "Difference",
    "Disagreement",
    "Report",
    "Row",
    "differences",
    "paired",
    "score",
]

_QUOTES = "“”‘’\"'「」『』＂＇"
_SUFFIX = re.compile(
    r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|自治旗|地区|新区|林区|街道|社区|苏木|嘎查|[省市县区州盟旗镇乡村])$"
)
_SPAN_F1 = (3, 5)  # 0.6 as a fraction: 3 of 5 shared characters must not fail by rounding.

Measure = Literal["f1", "accuracy"]
_Counts = tuple[int, int, int]
"""Right, in gold, in the prediction."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        name: ``entities.LOC``, ``claims.exact``, ``attribute.indicator`` …
        measure: ``f1``, or ``accuracy`` over matched items, where precision, recall and F1 are that accuracy.
        precision: ``None`` where nothing was predicted.
        recall: ``None`` where gold has none.
        f1: ``None`` where neither has any.
        low: Lower end of the 95 % interval over documents.
        high: Its upper end.
        right: What both have.
        gold: What gold has.
        predicted: What the prediction has.
    """

    name: str
    measure: Measure
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None
    right: int
    gold: int
    predicted: int

    def to_dict(self) -> dict[str, Any]:
        """The row as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One place where gold and prediction differ.

    Attributes:
        document: Id of the document.
        layer: ``sentences`` ``entities`` ``quantities`` ``times`` ``claims``.
        attribute: What differs in an item that both have (``label``, ``indicator`` …); ``None`` where only one has it.
        gold: The item in gold, or ``None``.
        predicted: The item in the prediction, or ``None``.
        gold_value: The attribute in gold.
        predicted_value: The attribute in the prediction.
        sentence: Text of the sentence.
    """

    document: str
    layer: str
    attribute: str | None
    gold: Any
    predicted: Any
    gold_value: Any
    predicted_value: Any
    sentence: str | None

    def to_dict(self) -> dict[str, Any]:
        """The fields by name; items are schema models (``schema.to_json`` writes them)."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Report:
    """What ``score`` found.

    Attributes:
        documents: How many documents gold has.
        bootstrap: How many resamples the intervals rest on.
        seed: Of the resampling.
        table: The rows over all documents.
        genres: The rows of each ``meta.genre``.
        errors: Every disagreement, in the order of gold's documents.
        judged: Of each predicted claim its confidence (``None`` where it has none) and whether it is exact.
    """

    documents: int
    bootstrap: int
    seed: int
    table: tuple[Row, ...]
    genres: dict[str, tuple[Row, ...]]
    errors: tuple[Disagreement, ...]
    judged: tuple[tuple[float | None, bool], ...] = ()

    def rows(self, genre: str | None = None) -> tuple[Row, ...]:
        """The table over all documents, or over those of one genre.

        Raises:
            KeyError: No document has the genre.
        """
        return self.table if genre is None else self.genres[genre]

    def row(self, name: str, genre: str | None = None) -> Row:
        """One row by its name.

        Raises:
            KeyError: There is no such row or genre.
        """
        return {row.name: row for row in self.rows(genre)}[name]

    def to_dict(self) -> dict[str, Any]:
        """Figures as plain values, without the disagreements."""
        return {
            "documents": self.documents,
            "bootstrap": self.bootstrap,
            "seed": self.seed,
            "rows": [row.to_dict() for row in self.table],
            "genres": {genre: [row.to_dict() for row in rows] for genre, rows in self.genres.items()},
        }

    def error_lines(self) -> Iterator[str]:
        """The disagreements as JSON Lines, each with its line feed."""
        for error in self.errors:
            yield to_json(error.to_dict()) + "\n"


def score(gold: Sequence[Annotation], pred: Sequence[Annotation], *, bootstrap: int = 1000, seed: int = 0) -> Report:
    """Compare a prediction with gold.

    Args:
        gold: What is right; ids are unique.
        pred: What is measured. A document that is missing counts as empty.
        bootstrap: Resamples of documents for the 95 % intervals; 0 for none.
        seed: Of the resampling.

    Returns:
        Figures over all documents and by genre, and every disagreement.

    Raises:
        InputError: An id comes twice, the prediction has an id that gold lacks, or a text differs.
    """
    predictions = _aligned(gold, pred)
    tallies = [_compare(document, predictions[document.id]) for document in gold]
    names = [name for name in _ORDER if any(name in tally.counts for tally in tallies)]
    groups: dict[str, list[_Tally]] = defaultdict(list)
    for document, tally in zip(gold, tallies, strict=True):
        genre = document.meta.get("genre")
        if isinstance(genre, str):
            groups[genre].append(tally)
    return Report(
        documents=len(gold),
        bootstrap=bootstrap,
        seed=seed,
        table=_table(tallies, names, bootstrap, seed),
        genres={genre: _table(members, names, bootstrap, seed) for genre, members in sorted(groups.items())},
        errors=tuple(error for tally in tallies for error in tally.errors),
        judged=tuple(claim for tally in tallies for claim in tally.judged),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two predictions for the same gold.

    Attributes:
        name: As in ``Row``.
        first: F1 (or accuracy) of the first prediction; ``None`` where there is nothing to measure.
        second: That of the second.
        difference: The second less the first.
        low: Lower end of the difference's 95 % interval, by the paired bootstrap over documents.
        high: Its upper end.
        p: How often a difference as large, either way, would come by chance if the two were equally good.
    """

    name: str
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


_HEADLINES = ("entities", "quantities.full", "times", "claims", "claims.exact", "claims.strict")


def differences(
    gold: Sequence[Annotation],
    first: Sequence[Annotation],
    second: Sequence[Annotation],
    *,
    bootstrap: int = 10_000,
    seed: int = 0,
) -> tuple[Difference, ...]:
    """Tell whether one prediction is better than another.

    Both are measured on the same resamples of documents (Efron & Tibshirani 1993, ch. 16): what makes a document easy
    or hard for both cancels out. The p value is two-sided, of the resampled differences about their own mean.

    Args:
        gold: What is right; ids are unique.
        first: One prediction, as ``score`` takes it.
        second: The other.
        bootstrap: Resamples of documents, at least 1.
        seed: Of the resampling.

    Returns:
        The layers, the claims, then each attribute.

    Raises:
        InputError: See ``score``; or there is no document, or no resample.
    """
    if not gold or bootstrap < 1:
        raise InputError("there is nothing to resample", hint="give at least one document and one resample")
    sides = [[_compare(document, found[document.id]) for document in gold] for found in _both(gold, first, second)]
    names = [name for name in _ORDER if name in _HEADLINES or name.startswith("attribute.")]
    names = [n for n in names if any(any(t.counts.get(n, (0, 0, 0))) for tallies in sides for t in tallies)]
    vectors = [
        [number for n in names for t in both for number in t.counts.get(n, (0, 0, 0))]
        for both in zip(*sides, strict=True)
    ]
    whole = _resampled_f1([[sum(column) for column in zip(*vectors, strict=True)]], 1, seed)[0]
    samples = _resampled_f1(vectors, bootstrap, seed)
    return tuple(
        _difference(name, whole[at : at + 2], [sample[at : at + 2] for sample in samples])
        for name, at in zip(names, range(0, 2 * len(names), 2), strict=True)
    )


def _both(gold: Sequence[Annotation], *sides: Sequence[Annotation]) -> list[dict[str, Annotation]]:
    return [_aligned(gold, side) for side in sides]


def _difference(name: str, whole: Sequence[float | None], samples: Sequence[Sequence[float | None]]) -> Difference:
    first, second = whole
    if first is None or second is None:
        return Difference(name, first, second, None, None, None, None)
    difference = second - first
    drawn = [theirs - ours for ours, theirs in samples if ours is not None and theirs is not None]
    middle = sum(drawn) / len(drawn) if drawn else 0.0
    # Rounding of sums must not make a difference of nothing differ from nothing.
    beyond = sum(abs(each - middle) >= abs(difference) - 1e-12 for each in drawn)
    return Difference(name, first, second, difference, *_interval(drawn), (beyond + 1) / (len(drawn) + 1))


def _aligned(gold: Sequence[Annotation], pred: Sequence[Annotation]) -> dict[str, Annotation]:
    texts: dict[str, str] = {}
    aligned: dict[str, Annotation] = {}
    for document in gold:
        if document.id in texts:
            raise InputError("gold has a document twice", where=f"record {document.id}", hint="give each its own id")
        texts[document.id] = document.text
        aligned[document.id] = document.model_copy(update=dict.fromkeys(_EMPTIED, ()))
    seen: set[str] = set()
    for document in pred:
        where = f"record {document.id}"
        if document.id in seen:
            raise InputError("the prediction has a document twice", where=where, hint="remove one of them")
        if document.id not in texts:
            raise InputError("gold has no such document", where=where, hint="compare annotations of the same documents")
        if document.text != texts[document.id]:
            raise InputError("the text differs from gold's", where=where, hint="annotate gold's own text, unchanged")
        seen.add(document.id)
        aligned[document.id] = document
    return aligned


_EMPTIED = ("sentences", "entities", "quantities", "times", "claims")


def paired(gold: Annotation, pred: Annotation) -> list[tuple[Claim, Claim]]:
    """The claims of two annotations of a document that are about one figure, whatever they say of it.

    Unlike ``score`` it does not ask for the same type, so that their types can be compared.

    Args:
        gold: One annotation.
        pred: The other, of the same text.

    Returns:
        Pairs; of several claims about a figure those of one type go together first, then those whose indicators
        overlap most.
    """
    sides = _Side(gold), _Side(pred)
    pairs, missing, spurious = _match(sides)
    waiting: dict[Hashable, tuple[list[Claim], list[Claim]]] = defaultdict(lambda: ([], []))
    for which, rest in enumerate((missing, spurious)):
        for claim in rest:
            waiting[sides[which].key(sides[which].quantities[claim.quantity])][which].append(claim)
    for ours, theirs in waiting.values():
        pairs += [(ours[i], theirs[j]) for i, j in _assign(gold.text, ours, theirs).items()]
    return pairs


# ---------------------------------------------------------------- one document


@dataclass(slots=True)
class _Tally:
    """Counts and disagreements of one document."""

    counts: dict[str, _Counts] = field(default_factory=dict)
    errors: list[Disagreement] = field(default_factory=list)
    judged: list[tuple[float | None, bool]] = field(default_factory=list)

    def add(self, name: str, right: int, gold: int, predicted: int) -> None:
        counts = self.counts.get(name, (0, 0, 0))
        self.counts[name] = (counts[0] + right, counts[1] + gold, counts[2] + predicted)


class _Side:
    """One annotation of a document, with what a comparison asks of it."""

    def __init__(self, annotation: Annotation) -> None:
        self.annotation = annotation
        self.text = annotation.text
        self.quantities = {quantity.id: quantity for quantity in annotation.quantities}
        self.times = {time.id: time.value for time in annotation.times}
        self.sentences = {sentence.id: sentence.text for sentence in annotation.sentences}

    def key(self, item: Any) -> tuple[int, int]:
        """Its span without white space and quotes at the ends."""
        stretch = self.text[item.start : item.end]
        start = item.start + len(stretch) - len(stretch.lstrip(_TRIMMED))
        end = item.end - len(stretch) + len(stretch.rstrip(_TRIMMED))
        return (start, end) if start < end else (item.start, item.end)

    def period(self, claim: Claim) -> Any:
        """The value of a claim's period; ``period_value`` stands in where no time is linked."""
        return self.times[claim.period] if claim.period is not None else getattr(claim, "period_value", None)

    def sentence(self, item: Any) -> str | None:
        return self.sentences.get(getattr(item, "sentence", item.id))


_TRIMMED = _QUOTES + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


def _compare(gold: Annotation, predicted: Annotation) -> _Tally:
    sides = _Side(gold), _Side(predicted)
    tally = _Tally()
    _compare_layer(tally, sides, "sentences", lambda _: None)
    _compare_layer(tally, sides, "entities", lambda entity: entity.label, "label")
    _compare_quantities(tally, sides)
    _compare_times(tally, sides)
    _compare_claims(tally, sides)
    return tally


def _count(tally: _Tally, name: str, gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> None:
    ours, theirs = Counter(gold), Counter(predicted)
    tally.add(name, (ours & theirs).total(), ours.total(), theirs.total())


def _compare_layer(
    tally: _Tally, sides: tuple[_Side, _Side], layer: str, tag: Callable[[Any], Any], attribute: str | None = None
) -> None:
    """Count exact spans with their tag, over all and for each tag."""
    keyed = [[(side.key(item), tag(item)) for item in getattr(side.annotation, layer)] for side in sides]
    _count(tally, layer, *keyed)
    for name in sorted({kind for keys in keyed for _, kind in keys if kind is not None}):
        _count(tally, f"{layer}.{name}", *([key for key in keys if key[1] == name] for keys in keyed))
    for ours, theirs in _pairs(tally, sides, layer):
        if attribute is not None and tag(ours) != tag(theirs):
            _differ(tally, sides, layer, attribute, (ours, theirs), (tag(ours), tag(theirs)))


def _pairs(tally: _Tally, sides: tuple[_Side, _Side], layer: str) -> list[tuple[Any, Any]]:
    """Items with equal spans; the others are noted as disagreements."""
    gold, predicted = sides
    waiting: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for item in getattr(predicted.annotation, layer):
        waiting[predicted.key(item)].append(item)
    pairs = []
    for item in getattr(gold.annotation, layer):
        same = waiting.get(gold.key(item))
        if same:
            pairs.append((item, same.pop(0)))
        else:
            _differ(tally, sides, layer, None, (item, None))
    for rest in waiting.values():
        for item in rest:
            _differ(tally, sides, layer, None, (None, item))
    return pairs


def _differ(
    tally: _Tally,
    sides: tuple[_Side, _Side],
    layer: str,
    attribute: str | None,
    items: tuple[Any, Any],
    values: tuple[Any, Any] = (None, None),
) -> None:
    side, item = (sides[0], items[0]) if items[0] is not None else (sides[1], items[1])
    sentence = side.sentence(item) or None
    document = sides[0].annotation.id
    tally.errors.append(Disagreement(document, layer, attribute, *items, *values, sentence))


def _reading(quantity: Quantity) -> tuple[Any, ...]:
    return quantity.value, quantity.lower, quantity.upper


def _compare_quantities(tally: _Tally, sides: tuple[_Side, _Side]) -> None:
    def full(side: _Side) -> list[Hashable]:
        return [(side.key(q), _reading(q), q.unit, q.bound) for q in side.annotation.quantities]

    _count(tally, "quantities", *([side.key(q) for q in side.annotation.quantities] for side in sides))
    _count(tally, "quantities.full", full(sides[0]), full(sides[1]))
    for pair in _pairs(tally, sides, "quantities"):
        for name, read in _QUANTITY_FIELDS.items():
            values = read(pair[0]), read(pair[1])
            if values[0] != values[1]:
                _differ(tally, sides, "quantities", name, pair, values)


_QUANTITY_FIELDS: dict[str, Callable[[Quantity], Any]] = {
    "value": _reading,
    "unit": lambda quantity: quantity.unit,
    "bound": lambda quantity: quantity.bound,
}


def _compare_times(tally: _Tally, sides: tuple[_Side, _Side]) -> None:
    _count(tally, "times", *([side.key(time) for time in side.annotation.times] for side in sides))
    pairs = _pairs(tally, sides, "times")
    right = 0
    for pair in pairs:
        if pair[0].value == pair[1].value:
            right += 1
        else:
            _differ(tally, sides, "times", "value", pair, (pair[0].value, pair[1].value))
    tally.add("times.value", right, len(pairs), len(pairs))


# ---------------------------------------------------------------- claims


def _solid(text: str) -> int:
    """How many characters it has, breaks and other white space dropped."""
    return len("".join(text.split()))


def _overlap(text: str, ours: Any, theirs: Any) -> tuple[int, int]:
    """Character F1 of two spans as a fraction."""
    shared = text[max(ours.start, theirs.start) : min(ours.end, theirs.end)]
    both = _solid(text[ours.start : ours.end]) + _solid(text[theirs.start : theirs.end])
    return 2 * _solid(shared), both


def _same_span(text: str, ours: SpanRef | None, theirs: SpanRef | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    shared, both = _overlap(text, ours, theirs)
    return shared * _SPAN_F1[1] >= _SPAN_F1[0] * both


def _name(span: SpanRef) -> str:
    return "".join(span.text.split()).strip(_QUOTES)


def _same_subject(text: str, ours: SpanRef | None, theirs: SpanRef | None) -> bool:
    if _same_span(text, ours, theirs):
        return True
    if ours is None or theirs is None:
        return False
    one, other = _name(ours), _name(theirs)
    # One side only: 吉林省 and 吉林市 are two divisions.
    return one == other or _SUFFIX.sub("", one) == other or one == _SUFFIX.sub("", other)


def _same_basis(ours: str | None, theirs: str | None) -> bool:
    loose = ("benchmark", "previous", "none")
    return ours == theirs or (ours in loose and theirs in loose)


def _match(sides: tuple[_Side, _Side]) -> tuple[list[tuple[Claim, Claim]], list[Claim], list[Claim]]:
    """Pair claims by quantity span and type, where there are more by the indicator that overlaps most."""
    groups: dict[Hashable, tuple[list[Claim], list[Claim]]] = defaultdict(lambda: ([], []))
    for which, side in enumerate(sides):
        for claim in side.annotation.claims:
            groups[side.key(side.quantities[claim.quantity]), claim.type][which].append(claim)
    pairs, missing, spurious = [], [], []
    for gold, predicted in groups.values():
        chosen = _assign(sides[0].text, gold, predicted)
        pairs += [(gold[i], predicted[j]) for i, j in chosen.items()]
        missing += [claim for i, claim in enumerate(gold) if i not in chosen]
        spurious += [claim for j, claim in enumerate(predicted) if j not in chosen.values()]
    return pairs, missing, spurious


def _assign(text: str, gold: list[Claim], predicted: list[Claim]) -> dict[int, int]:
    """Which claim of gold goes with which of the prediction, the best overlap first."""
    if len(gold) == 1 == len(predicted):
        return {0: 0}

    def distance(pair: tuple[int, int]) -> tuple[float, int, int]:
        ours, theirs = gold[pair[0]].indicator, predicted[pair[1]].indicator
        if ours is None or theirs is None:
            return (-1.0 if ours is theirs else 0.0, *pair)
        shared, both = _overlap(text, ours, theirs)
        return (-shared / both if both else 0.0, *pair)

    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in sorted(((i, j) for i in range(len(gold)) for j in range(len(predicted))), key=distance):
        if i not in chosen and j not in taken:
            chosen[i] = j
            taken.add(j)
    return chosen


EXACT = ("value", "unit", "bound", "indicator", "direction", "basis", "scope", "period", "modality")
"""The attributes that an exact claim has right."""
STRICT = (*EXACT, "subject", "attribution", "polarity")
"""The attributes that a strict claim has right."""
COMPARED = (
    "value", "unit", "bound", "indicator", "subject", "direction", "basis", "base", "scope", "period",
    "modality", "polarity", "attribution",
)  # fmt: skip
"""The attributes of claims that are compared."""

_DEFAULTS: dict[str, str | None] = {"modality": "actual", "polarity": "affirmed", "attribution": None, "scope": None}

_Verdicts = dict[str, tuple[bool, Any, Any]]


def _judge(sides: tuple[_Side, _Side], ours: Claim, theirs: Claim) -> _Verdicts:
    """For each attribute: whether it is right, gold's value, the prediction's value."""
    text = sides[0].text
    verdicts: _Verdicts = {}
    quantities = sides[0].quantities[ours.quantity], sides[1].quantities[theirs.quantity]
    for name, read in _QUANTITY_FIELDS.items():
        values = read(quantities[0]), read(quantities[1])
        verdicts[name] = (values[0] == values[1], *values)
    for name in ("indicator", "scope", "attribution"):
        spans = getattr(ours, name), getattr(theirs, name)
        verdicts[name] = (_same_span(text, *spans), *spans)
    verdicts["subject"] = (_same_subject(text, ours.subject, theirs.subject), ours.subject, theirs.subject)
    for name in ("direction", "modality", "polarity"):
        values = getattr(ours, name), getattr(theirs, name)
        verdicts[name] = (values[0] == values[1], *values)
    verdicts["basis"] = (_same_basis(ours.basis, theirs.basis), ours.basis, theirs.basis)
    periods = sides[0].period(ours), sides[1].period(theirs)
    verdicts["period"] = (periods[0] == periods[1], *periods)
    if "base" in ours.model_fields_set:
        verdicts["base"] = (_same_span(text, ours.base, theirs.base), ours.base, theirs.base)
    return verdicts


def _compare_claims(tally: _Tally, sides: tuple[_Side, _Side]) -> None:
    gold, predicted = (len(side.annotation.claims) for side in sides)
    pairs, missing, spurious = _match(sides)
    judged = [(pair, _judge(sides, *pair)) for pair in pairs]
    tally.add("claims", len(pairs), gold, predicted)
    for name, wanted in (("claims.exact", EXACT), ("claims.strict", STRICT)):
        tally.add(name, sum(all(verdicts[a][0] for a in wanted) for _, verdicts in judged), gold, predicted)
    tally.judged += [(_sureness(pair[1]), all(verdicts[a][0] for a in EXACT)) for pair, verdicts in judged]
    tally.judged += [(_sureness(claim), False) for claim in spurious]
    for pair, verdicts in judged:
        _compare_attributes(tally, sides, pair, verdicts)
    for claim in missing:
        _differ(tally, sides, "claims", None, (claim, None))
    for claim in spurious:
        _differ(tally, sides, "claims", None, (None, claim))


def _sureness(claim: Claim) -> float | None:
    return None if claim.confidence is None else float(claim.confidence)


def _compare_attributes(
    tally: _Tally, sides: tuple[_Side, _Side], pair: tuple[Claim, Claim], verdicts: _Verdicts
) -> None:
    for name, (right, ours, theirs) in verdicts.items():
        tally.add(f"attribute.{name}", int(right), 1, 1)
        if name in _DEFAULTS:
            given = ours != _DEFAULTS[name], theirs != _DEFAULTS[name]
            tally.add(f"attribute.{name}.given", int(right and all(given)), *map(int, given))
        if not right:
            _differ(tally, sides, "claims", name, pair, (ours, theirs))


_ORDER = (
    "sentences", "entities", "entities.PER", "entities.ORG", "entities.LOC",
    "quantities", "quantities.full", "times", "times.value", "claims", "claims.exact", "claims.strict",
    *(row for name in COMPARED for row in (f"attribute.{name}", f"attribute.{name}.given")),
)  # fmt: skip


# ---------------------------------------------------------------- figures


def _table(tallies: Sequence[_Tally], names: Sequence[str], bootstrap: int, seed: int) -> tuple[Row, ...]:
    vectors = [[number for name in names for number in tally.counts.get(name, (0, 0, 0))] for tally in tallies]
    totals = [sum(column) for column in zip(*vectors, strict=True)] or [0] * 3 * len(names)
    samples = _resampled_f1(vectors, bootstrap, seed)
    rows = []
    for index, name in enumerate(names):
        right, gold, predicted = totals[3 * index : 3 * index + 3]
        low, high = _interval([sample[index] for sample in samples])
        accuracy = name == "times.value" or (name.startswith("attribute.") and not name.endswith(".given"))
        rows.append(
            Row(
                name=name,
                measure="accuracy" if accuracy else "f1",
                precision=right / predicted if predicted else None,
                recall=right / gold if gold else None,
                f1=_f1(right, gold, predicted),
                low=low,
                high=high,
                right=right,
                gold=gold,
                predicted=predicted,
            )
        )
    return tuple(rows)


def _f1(right: int, gold: int, predicted: int) -> float | None:
    return 2 * right / (gold + predicted) if gold + predicted else None


def _resampled_f1(vectors: Sequence[Sequence[int]], bootstrap: int, seed: int) -> list[list[float | None]]:
    """F1 of every row in each resample; counts are summed, so a resample costs no comparison."""
    source = random.Random(seed)
    samples = []
    for _ in range(bootstrap if vectors else 0):
        drawn = source.choices(vectors, k=len(vectors))
        sums = list(map(sum, zip(*drawn, strict=True)))
        samples.append([_f1(*counts) for counts in zip(sums[0::3], sums[1::3], sums[2::3], strict=True)])
    return samples


def _interval(values: Iterable[float | None]) -> tuple[float | None, float | None]:
    known = sorted(value for value in values if value is not None)
    if not known:
        return None, None
    return known[int(0.025 * (len(known) - 1))], known[-1 - int(0.025 * (len(known) - 1))]
