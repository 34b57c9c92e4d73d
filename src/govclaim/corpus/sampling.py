"""What to look at next: where an annotation is least sure, or where two of them differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from govclaim import scoring
from govclaim.schema import Annotation

__all__ = ["Doubt", "claims", "differing_claims", "differing_documents", "documents"]

_LAYERS = ("entities", "quantities", "times", "claims")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A document or claim that is worth a look.

    Attributes:
        document: Id.
        claim: Id in the document; ``None`` for the whole document.
        doubt: The greater, the more is to be learnt: the mean of 1 - confidence over the items of a document,
            1 - confidence of a claim; or how many differences of two annotations there are for an item, or for a claim.
        why: In words.
        sentence: Text of the claim's sentence.
    """

    document: str
    claim: str | None
    doubt: Fraction
    why: str
    sentence: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "doubt": round(float(self.doubt), 4)}


def documents(annotations: Iterable[Annotation]) -> list[Doubt]:
    """Documents by how unsure their annotation is on the average, the least sure first.

    Args:
        annotations: With confidences; a document without any is left out.
    """
    found = []
    for each in annotations:
        sure = [item.confidence for layer in _LAYERS for item in getattr(each, layer) if item.confidence is not None]
        if sure:
            doubt = 1 - Fraction(sum(sure, Decimal(0))) / len(sure)
            found.append(Doubt(each.id, None, doubt, f"mean confidence {float(1 - doubt):.3f} of {len(sure)} items"))
    return _ranked(found)


def claims(annotations: Iterable[Annotation]) -> list[Doubt]:
    """Claims by confidence, the least sure first.

    Args:
        annotations: Claims without confidence are left out.
    """
    found = []
    for each in annotations:
        sentences = {sentence.id: "".join(sentence.text.split()) for sentence in each.sentences}
        for claim in each.claims:
            if claim.confidence is not None:
                doubt = 1 - Fraction(claim.confidence)
                why = f"confidence {claim.confidence}"
                found.append(Doubt(each.id, claim.id, doubt, why, sentences[claim.sentence]))
    return _ranked(found)


def differing_documents(first: Sequence[Annotation], second: Sequence[Annotation]) -> list[Doubt]:
    """Documents by how often two annotations differ for an item of them, the most first.

    Args:
        first: With ids that differ.
        second: Of the same documents.

    Raises:
        InputError: See ``scoring.score``.
    """
    report = scoring.score(first, second, bootstrap=0)
    counts = Counter(error.document for error in report.errors)
    found = []
    for one, other in zip(first, _in_order(first, second), strict=True):
        items = max(1, *(sum(len(getattr(each, layer)) for layer in _LAYERS) for each in (one, other)))
        if counts[one.id]:
            why = f"{counts[one.id]} differences in {items} items"
            found.append(Doubt(one.id, None, Fraction(counts[one.id], items), why))
    return _ranked(found)


def _in_order(first: Iterable[Annotation], second: Iterable[Annotation]) -> list[Annotation]:
    others = {each.id: each for each in second}
    return [others.get(each.id, each) for each in first]


def differing_claims(first: Sequence[Annotation], second: Sequence[Annotation]) -> list[Doubt]:
    """Claims on which two annotations differ, those with the most differing attributes first.

    Args:
        first: With ids that differ.
        second: Of the same documents; a claim that it alone has is named by its id there.

    Raises:
        InputError: See ``scoring.score``.
    """
    held: dict[tuple[str, str], list[scoring.Disagreement]] = {}
    for error in scoring.score(first, second, bootstrap=0).errors:
        if error.layer == "claims":
            claim = error.gold if error.gold is not None else error.predicted
            side = "" if error.gold is not None else "second:"
            held.setdefault((error.document, f"{side}{claim.id}"), []).append(error)
    found = []
    for (document, claim), errors in held.items():
        whole = errors[0].attribute is None
        only = "only the second has it" if claim.startswith("second:") else "only the first has it"
        why = only if whole else "differ in " + ", ".join(str(error.attribute) for error in errors)
        weight = Fraction(len(scoring.COMPARED)) if whole else Fraction(len(errors))
        sentence = "".join((errors[0].sentence or "").split()) or None
        found.append(Doubt(document, claim.removeprefix("second:"), weight, why, sentence))
    return _ranked(found)


def _ranked(found: Iterable[Doubt]) -> list[Doubt]:
    return sorted(found, key=lambda each: (-each.doubt, each.document, each.claim or ""))
