"""What an annotation must hold beside the form of the contract: a program's output does, a reader's may not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from govclaim.schema import Annotation, Claim, Fault, Quantity

__all__ = ["breaches"]

_SUBTYPES = {
    "LOC": {"admin", "road", "facility", "area", "natural", "other"},
    "ORG": {"government", "party", "company", "school", "health", "media", "community", "other"},
    "PER": {"other"},
}


def breaches(annotation: Annotation) -> Iterator[Fault]:
    """Find what contradicts itself in an annotation that the contract's form allows.

    Args:
        annotation: Without ``schema.faults``.

    Yields:
        Overlaps inside a layer, items outside their sentence, and fields that exclude each other.
    """
    yield from _overlaps(annotation)
    yield from _strays(annotation)
    for index, entity in enumerate(annotation.entities):
        if entity.subtype is not None and entity.subtype not in _SUBTYPES[entity.label]:
            message = f"{entity.label} {_named(entity)} has the subtype {entity.subtype}"
            yield Fault(f"$.entities[{index}].subtype", message, f"{entity.label} has {_listed(entity.label)}")
    for index, quantity in enumerate(annotation.quantities):
        for field, message, hint in _quantity(quantity):
            yield Fault(f"$.quantities[{index}].{field}", f"{_named(quantity)} {message}", hint)
    quantities = {quantity.id: quantity for quantity in annotation.quantities}
    for index, claim in enumerate(annotation.claims):
        for field, message, hint in _claim(claim, quantities[claim.quantity]):
            yield Fault(f"$.claims[{index}].{field}", f"{claim.id} {message}", hint)


def _named(item: Any) -> str:
    return f"{item.id} ({''.join(item.text.split())[:20]})"


def _listed(label: str) -> str:
    return " ".join(sorted(_SUBTYPES[label]))


def _overlaps(annotation: Annotation) -> Iterator[Fault]:
    for layer in ("sentences", "entities", "quantities", "times"):
        items = sorted(enumerate(getattr(annotation, layer)), key=lambda each: (each[1].start, each[1].end))
        for (_, one), (place, other) in pairwise(items):
            if other.start < one.end:
                message = f"{_named(one)} and {_named(other)} overlap"
                yield Fault(f"$.{layer}[{place}]", message, "a layer is flat: of two spans that overlap, keep one")


def _strays(annotation: Annotation) -> Iterator[Fault]:
    sentences = {sentence.id: sentence for sentence in annotation.sentences}
    for layer in ("entities", "quantities", "times"):
        for index, item in enumerate(getattr(annotation, layer)):
            home = sentences[item.sentence]
            if not home.start <= item.start < item.end <= home.end:
                message = f"{_named(item)} at [{item.start}, {item.end}) is outside its sentence {home.id}"
                hint = f"{home.id} is [{home.start}, {home.end})"
                yield Fault(f"$.{layer}[{index}].sentence", message, hint)


_Breach = tuple[str, str, str]


def _quantity(quantity: Quantity) -> Iterator[_Breach]:
    ends = quantity.lower, quantity.upper
    if quantity.bound in ("range", "vague"):
        if None in ends:
            yield "lower", f"is a {quantity.bound} without two ends", "give lower and upper (数百: 100, 1000)"
        elif ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            yield "lower", f"begins at {ends[0]} and ends at {ends[1]}", "lower is the smaller end"
        if quantity.value is not None:
            yield "value", f"is a {quantity.bound} with a value", "its value is null"
    else:
        if ends != (None, None):
            yield "bound", f"has ends, and its bound is {quantity.bound}", "only a range or a vague number has ends"
        if quantity.value is None and not quantity.parts:
            yield "value", "has no value", "only ranges, vague numbers and ratios (with parts) have none"


def _claim(claim: Claim, quantity: Quantity) -> Iterator[_Breach]:
    if claim.sentence != quantity.sentence:
        hint = f"{quantity.id} is in {quantity.sentence}"
        yield "sentence", f"is in {claim.sentence}, its quantity {quantity.id} is not", hint
    if claim.type == "change":
        missing = [field for field in ("direction", "basis") if getattr(claim, field) is None]
        if missing:
            hint = "direction is increase, decrease or flat; a basis that is not told is none"
            yield missing[0], f"is a change without {' and '.join(missing)}", hint
    else:
        for field in ("direction", "basis"):
            if getattr(claim, field) is not None:
                message = f"is a {claim.type} with the {field} {getattr(claim, field)}"
                yield field, message, f"only a change has a {field}"
    if claim.scope is not None and claim.type not in ("rank", "share"):
        yield "scope", f"is a {claim.type} with the scope {claim.scope.text}", "only ranks and shares have a scope"
