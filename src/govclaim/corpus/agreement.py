"""How far two annotations of the same documents agree, and on what they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from govclaim import scoring
from govclaim.errors import InputError
from govclaim.extras import required
from govclaim.schema import Annotation, Claim

__all__ = ["ATTRIBUTES", "Agreement", "Alpha", "Common", "Difference", "alphas", "compare", "nominal", "shared"]

ATTRIBUTES = ("type", "modality", "direction", "basis", "polarity")
"""Of a claim, each with a closed list of values."""

_ABSENT = "—"  # of a level that has no direction: both may agree on that


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement on one attribute.

    Attributes:
        attribute: Its name.
        claims: Compared: those of both annotations that are about one figure. For ``direction`` and ``basis`` those
            that either annotation calls a change.
        same: How many have the same value.
        alpha: Krippendorff's, nominal; ``None`` where all values are one, so that there is nothing to agree on.
        differing: Pairs of values that differ, the most frequent first.
    """

    attribute: str
    claims: int
    same: int
    alpha: float | None
    differing: tuple[tuple[str, str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Difference:
    """How often the two differ in one respect.

    Attributes:
        layer: ``sentences`` … ``claims``.
        attribute: What differs in an item of both; ``None`` where only one has the item.
        count: How often.
        only_first: Of the items that one has: those that the first has.
    """

    layer: str
    attribute: str | None
    count: int
    only_first: int | None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What ``compare`` finds.

    Attributes:
        report: Scores and single disagreements, the first annotation taken as gold.
        alphas: By attribute of claims.
        differences: Counted by layer and attribute.
        set_aside: Documents that could not be compared, with the reason.
    """

    report: scoring.Report
    alphas: tuple[Alpha, ...]
    differences: tuple[Difference, ...]
    set_aside: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values, without the single disagreements."""
        return {
            "scores": self.report.to_dict(),
            "alphas": [each.to_dict() for each in self.alphas],
            "differences": [each.to_dict() for each in self.differences],
            "set_aside": [{"document": id, "reason": reason} for id, reason in self.set_aside],
        }


@dataclass(frozen=True, slots=True)
class Common:
    """What two annotators share.

    Attributes:
        pairs: Two annotations of a text each, in the order of the first annotator's.
        set_aside: Documents that only one has, or with another text, with the reason.
    """

    pairs: tuple[tuple[Annotation, Annotation], ...]
    set_aside: tuple[tuple[str, str], ...]


def compare(
    first: Sequence[Annotation], second: Sequence[Annotation], *, bootstrap: int = 1000, seed: int = 0
) -> Agreement:
    """Compare two annotations of the same documents.

    Args:
        first: With ids that differ.
        second: The same; documents match by id.
        bootstrap: Resamples of documents for the intervals of the scores.
        seed: Of the resampling.

    Returns:
        Figures over the documents that both have with the same text.

    Raises:
        InputError: An id comes twice, they share no document, or the package ``krippendorff`` is missing.
    """
    found = shared(first, second)
    ours, theirs = zip(*found.pairs, strict=True)
    report = scoring.score(ours, theirs, bootstrap=bootstrap, seed=seed)
    pairs = [pair for one, other in found.pairs for pair in scoring.paired(one, other)]
    return Agreement(report, alphas(pairs), _differences(report.errors), found.set_aside)


def shared(first: Sequence[Annotation], second: Sequence[Annotation]) -> Common:
    """The documents that two annotators both have, with the same text.

    Args:
        first: With ids that differ.
        second: The same; documents match by id.

    Raises:
        InputError: An id comes twice, or they share no document.
    """
    others, known = _by_id(second, "the second"), _by_id(first, "the first")
    aside = [(each.id, "only the second has it") for each in second if each.id not in known]
    pairs = []
    for each in first:
        other = others.get(each.id)
        if other is None:
            aside.append((each.id, "only the first has it"))
        elif other.text != each.text:
            aside.append((each.id, "their texts differ"))
        else:
            pairs.append((each, other))
    if not pairs:
        raise InputError("the two share no document", hint="documents match by id and have the same text")
    return Common(tuple(pairs), tuple(sorted(aside)))


def _by_id(annotations: Sequence[Annotation], which: str) -> dict[str, Annotation]:
    found: dict[str, Annotation] = {}
    for each in annotations:
        if found.setdefault(each.id, each) is not each:
            hint = "annotations of one annotator, each document once"
            raise InputError(f"{which} has a document twice", where=f"record {each.id}", hint=hint)
    return found


def alphas(pairs: Sequence[tuple[Claim, Claim]]) -> tuple[Alpha, ...]:
    """Krippendorff's alpha for each nominal attribute of claims.

    Args:
        pairs: As ``scoring.paired`` finds them.

    Raises:
        InputError: The package ``krippendorff`` is missing.
    """
    return tuple(_alpha(attribute, pairs) for attribute in ATTRIBUTES)


def _alpha(attribute: str, pairs: Sequence[tuple[Claim, Claim]]) -> Alpha:
    if attribute in ("direction", "basis"):
        # Over all claims most pairs would agree on having none, which type has told already.
        pairs = [pair for pair in pairs if "change" in (pair[0].type, pair[1].type)]
    values = [(getattr(one, attribute) or _ABSENT, getattr(other, attribute) or _ABSENT) for one, other in pairs]
    differing = Counter(pair for pair in values if pair[0] != pair[1])
    found = sorted(differing.items(), key=lambda item: (-item[1], item[0]))
    return Alpha(
        attribute,
        len(values),
        len(values) - differing.total(),
        nominal(values),
        tuple((one, other, count) for (one, other), count in found),
    )


def nominal(values: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Krippendorff's alpha of two annotators over nominal values.

    Args:
        values: What the two say of each unit.

    Returns:
        1 for full agreement, 0 for that of chance; ``None`` where all values are one, or there is no unit.

    Raises:
        InputError: The package ``krippendorff`` is missing.
    """
    krippendorff = required("krippendorff", "corpus")
    codes: dict[Hashable, int] = {}
    for pair in values:
        for value in pair:
            codes.setdefault(value, len(codes))
    if len(codes) < 2:
        return None
    if len(values) * len(codes) ** 2 > _LARGEST:
        return _counted(values)
    ratings = [[codes[pair[rater]] for pair in values] for rater in range(2)]
    return float(krippendorff.alpha(ratings, level_of_measurement="nominal"))


_LARGEST = 20_000_000  # cells of the library's table of units by values by values: 160 MB


def _counted(values: Sequence[tuple[Hashable, Hashable]]) -> float:
    """The same from counts alone: thousands of indicators make no table that fits into memory."""
    counts = Counter(value for pair in values for value in pair)
    total = counts.total()
    observed = 2 * sum(one != other for one, other in values)
    expected = total * total - sum(count * count for count in counts.values())
    return 1 - observed * (total - 1) / expected


def _differences(errors: Sequence[scoring.Disagreement]) -> tuple[Difference, ...]:
    counts = Counter((error.layer, error.attribute) for error in errors)
    first = Counter((error.layer, error.attribute) for error in errors if error.predicted is None)
    order = ("sentences", "entities", "quantities", "times", "claims")
    found = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1] or ""))
    return tuple(
        Difference(layer, attribute, count, None if attribute else first[layer, attribute])
        for (layer, attribute), count in found
    )
