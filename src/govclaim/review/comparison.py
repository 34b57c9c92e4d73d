"""Where two annotators of one text differ, and which differences are settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govclaim import schema, scoring
from govclaim.schema import Annotation

__all__ = ["differences"]

_EDITED = ("entities", "quantities", "times", "claims")


def differences(ours: Annotation, theirs: Annotation) -> list[dict[str, Any]]:
    """Every item that only one has, or that both have and read differently, by the contract's measures.

    Args:
        ours: The annotation under review.
        theirs: The second annotator's, of the same text.

    Returns:
        Mappings with ``key``, ``layer``, ``ours`` and ``theirs`` (ids or ``None``), ``fields`` (name, our value,
        their value; as texts), ``start`` and ``end``; without those that were settled.
    """
    known = ours.meta.get("annotation")
    settled = set(known.get("settled", ())) if isinstance(known, Mapping) else set()
    found: dict[str, dict[str, Any]] = {}
    for error in scoring.score([ours], [theirs], bootstrap=0).errors:
        if error.layer not in _EDITED:
            continue
        difference = _difference(error, ours, theirs)
        if difference["key"] not in settled:
            known_one = found.setdefault(difference["key"], difference)
            if error.attribute is not None:
                known_one["fields"].append([error.attribute, _told(error.gold_value), _told(error.predicted_value)])
    return sorted(found.values(), key=lambda one: (one["start"], one["layer"]))


def _difference(error: scoring.Disagreement, ours: Annotation, theirs: Annotation) -> dict[str, Any]:
    item = error.gold or error.predicted
    place = _figure(item, ours if error.gold else theirs) if error.layer == "claims" else item
    kind = getattr(item, "type", "")
    side = "both" if error.gold and error.predicted else "ours" if error.gold else "theirs"
    return {
        "key": f"{error.layer} {place.start}-{place.end} {kind} {side}",
        "layer": error.layer,
        "ours": error.gold.id if error.gold else None,
        "theirs": error.predicted.id if error.predicted else None,
        "fields": [],
        "text": (error.gold or error.predicted).text or place.text,
        "kind": getattr(item, "label", None) or kind or None,
        "start": place.start,
        "end": place.end,
    }


def _figure(claim: schema.Claim, annotation: Annotation) -> schema.Quantity:
    return next(quantity for quantity in annotation.quantities if quantity.id == claim.quantity)


def _told(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(getattr(value, "text", value))
