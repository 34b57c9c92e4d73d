"""Claims as rows of a table that a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from govclaim.schema import Annotation

__all__ = ["COLUMNS", "claim_rows", "number"]

COLUMNS = (
    "sentence",
    "subject",
    "indicator",
    "value",
    "bound",
    "change",
    "scope",
    "period",
    "who says so",
)
"""The columns of ``claim_rows``."""

_BOUNDS = {
    "approx": "about",
    "at_least": "at least",
    "at_most": "at most",
    "nearly": "nearly",
    "over": "over",
    "range": "range",
    "under": "under",
    "vague": "vague",
}
_ARROWS = {"increase": "↑", "decrease": "↓", "flat": "→"}


def claim_rows(annotation: Annotation) -> list[dict[str, str]]:
    """One row for each claim, in the order of the text.

    Args:
        annotation: Any.

    Returns:
        Mappings with the keys of ``COLUMNS``; what is not known is an empty text. ``sentence`` is the id.
    """
    quantities = {quantity.id: quantity for quantity in annotation.quantities}
    times = {time.id: time for time in annotation.times}
    names = {entity.id: entity.surface or entity.text for entity in annotation.entities}
    return [_row(claim, quantities[claim.quantity], times, names) for claim in annotation.claims]


def number(value: Decimal | None) -> str:
    """A value in full, its integer part in groups of three: ``1,402,000,000``; ``None`` is empty."""
    return "" if value is None else f"{value:,f}"


def _row(claim: Any, quantity: Any, times: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    bound = "" if quantity.bound == "exact" else _BOUNDS.get(quantity.bound, quantity.bound)
    time = times.get(claim.period or "")
    row = {
        "sentence": claim.sentence,
        "subject": _named(claim.subject, names),
        "indicator": claim.indicator_name or _text(claim.indicator),
        "value": _value(quantity),
        "bound": f"not {bound}".strip() if claim.polarity == "negated" else bound,
        "change": _change(claim),
        "scope": _scope(claim),
        "period": (time.value or time.surface or time.text) if time else "",
        "who says so": _speaker(claim, names),
    }
    if claim.modality != "actual":
        row["value"] += f" ({claim.modality})"
    return row


def _value(quantity: Any) -> str:
    if quantity.value is None and quantity.lower is not None:
        figure = f"{number(quantity.lower)}–{number(quantity.upper)}"
    elif quantity.value is None:
        figure = quantity.surface or quantity.text
    else:
        figure = number(quantity.value)
    if quantity.dimension == "rank":
        return f"no. {figure}" + (" from the end" if getattr(quantity, "from_end", None) else "")
    return f"{figure}%" if quantity.unit == "%" else f"{figure} {quantity.unit or ''}".rstrip()


def _change(claim: Any) -> str:
    if claim.type != "change":
        return ""
    basis = "" if claim.basis in (None, "none") else claim.basis
    base = f"({_text(claim.base)})" if getattr(claim, "base", None) else ""
    return " ".join(part for part in (_ARROWS.get(claim.direction or "", ""), basis, base) if part)


def _scope(claim: Any) -> str:
    if claim.type == "rank":
        return f"rank in {_text(claim.scope)}" if claim.scope else "rank"
    if claim.type == "share":
        return f"share of {_text(claim.scope)}" if claim.scope else "share"
    return ""


def _speaker(claim: Any, names: Mapping[str, str]) -> str:
    if claim.attribution is None:
        return ""
    return _named(claim.attribution, names) + (" (quoted)" if claim.attribution.quoted else "")


def _named(mention: Any, names: Mapping[str, str]) -> str:
    """The mention, and the name that a generic one stands for."""
    text = _text(mention)
    name = names.get(getattr(mention, "entity", None) or "", text)
    return text if name == text or not text or name in text else f"{text} = {name}"


def _text(span: Any) -> str:
    return "" if span is None else (getattr(span, "surface", None) or span.text)
