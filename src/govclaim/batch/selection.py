"""A part of an annotation: some layers, or all but the text."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from govclaim.schema import Annotation, Claim

__all__ = ["LAYERS", "chosen", "sure", "without_text"]

LAYERS = ("sentences", "entities", "quantities", "times", "claims", "tokens", "numerals")
"""The layers that can be chosen."""


def chosen(annotation: Annotation, layers: Iterable[str]) -> Annotation:
    """An annotation with some of its layers, still valid: what these refer to stays.

    Args:
        annotation: Any.
        layers: Names out of ``LAYERS``. ``claims`` also keeps the quantities, times and entities that a claim
            names; every item keeps its sentence.
    """
    wanted = set(layers)
    claims = annotation.claims if "claims" in wanted else ()
    named = {id for claim in claims for id in _references(claim)}
    if "numerals" in wanted:
        named.update(run.ref for run in annotation.numerals or () if run.ref)
    kept: dict[str, Any] = {"claims": claims}
    for layer in ("entities", "quantities", "times"):
        items = getattr(annotation, layer)
        kept[layer] = items if layer in wanted else tuple(item for item in items if item.id in named)
    sentences = {item.sentence for items in kept.values() for item in items}
    kept["sentences"] = (
        annotation.sentences
        if "sentences" in wanted
        else tuple(sentence for sentence in annotation.sentences if sentence.id in sentences)
    )
    for layer in ("tokens", "numerals"):
        kept[layer] = getattr(annotation, layer) if layer in wanted else None
    return annotation.model_copy(update=kept)


def sure(annotation: Annotation, least: float) -> Annotation:
    """An annotation without its doubtful claims; their figures stay, so that nothing is passed over in silence.

    Args:
        annotation: Any.
        least: A claim less sure than this is left out; one without a confidence stays.
    """
    claims = tuple(claim for claim in annotation.claims if claim.confidence is None or claim.confidence >= least)
    return annotation if len(claims) == len(annotation.claims) else annotation.model_copy(update={"claims": claims})


def without_text(annotation: Annotation) -> dict[str, Any]:
    """The fields of an annotation without its text and the texts of its sentences and words.

    Spans of the other layers keep the few characters they cover. ``text_length`` and ``text_sha256`` tell
    which text the offsets count, so that whoever has it can put it back.

    Args:
        annotation: Any.
    """
    text = annotation.text
    fields: dict[str, Any] = {}
    for name, value in annotation:
        if name == "text":
            fields["text_length"] = len(text)
            fields["text_sha256"] = sha256(text.encode()).hexdigest()
        elif name in ("sentences", "tokens"):
            fields[name] = value and [_bare(item) for item in value]
        else:
            fields[name] = value
    return fields


def _bare(item: Any) -> dict[str, Any]:
    return {name: value for name, value in item if name not in ("text", "surface")}


def _references(claim: Claim) -> Iterable[str | None]:
    yield from (claim.quantity, claim.period)
    for part in (claim.subject, claim.base, claim.attribution):
        yield getattr(part, "entity", None)
        yield getattr(part, "time", None)
