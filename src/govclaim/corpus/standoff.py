"""Annotations without a word of the text they are about, and back again.

What is kept is chosen, not what is left out: offsets, ids, links, the closed labels of the contract, exact numbers,
units, times in ISO 8601, canonical names of statistics, a few facts about the page. So no field that someone adds
later can carry a piece of the text along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from govclaim.canon import indicator_name
from govclaim.errors import InputError, SchemaError
from govclaim.knowledge import Knowledge, default
from govclaim.marks.model import surface_of
from govclaim.schema import Annotation, Meta, validated

__all__ = ["FORMAT", "dehydrate", "digest", "hydrate", "is_standoff", "near_miss"]

FORMAT = "govclaim-standoff-1"
"""What stands in ``format``."""

_SPAN = ("start", "end")
_ITEM = ("id", *_SPAN, "sentence", "confidence", "source")
_KEPT: dict[str, tuple[str, ...]] = {
    "sentences": ("id", *_SPAN, "kind", "paragraph"),
    "entities": (*_ITEM, "label", "subtype", "link"),
    "quantities": (
        *_ITEM, "value", "lower", "upper", "unit", "dimension", "bound", "bound_span", "parts",
        "expresses", "from_end", "si",
    ),
    "times": (*_ITEM, "kind", "value"),
    "claims": (
        *_ITEM, "type", "quantity", "indicator", "indicator_name", "subject", "direction", "basis", "base", "scope",
        "period", "modality", "polarity", "attribution",
    ),
    "tokens": _SPAN,
    "numerals": (*_SPAN, "role", "ref"),
}  # fmt: skip
_PARTS = {
    "bound_span": _SPAN,
    "indicator": _SPAN,
    "scope": _SPAN,
    "subject": (*_SPAN, "entity"),
    "base": (*_SPAN, "time", "entity"),
    "attribution": (*_SPAN, "entity", "quoted"),
    "si": ("value", "unit"),
}
_META = ("published", "source", "url", "kind", "genre", "typography", "licence", "license")
_BY_HAND = ("status", "annotator", "date", "guide")
_LONGEST = 200  # characters of a fact about the page
_MADE = re.compile(r"[A-Za-z0-9_.:@/+~%?-]+")  # rule:level.follows, 2025-01/2025-06; not what is said in words
_WORDED = ("id", "sentence", "quantity", "entity", "time", "period", "ref", "unit")  # 场次 is a unit; ids are free


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def dehydrate(
    annotation: Annotation, *, reference: Mapping[str, str] | None = None, knowledge: Knowledge | None = None
) -> dict[str, Any]:
    """Take the text out of an annotation.

    Args:
        annotation: Any.
        reference: Where the text comes from, stored as ``reference`` (a data set, its record).
        knowledge: The statistics whose names may be kept; ``None`` for the shipped ones.

    Returns:
        Plain values and decimals, as ``schema.to_json`` writes them. Titles, comments, warnings, the names of places
        that a page is about and fields that the contract does not know are left out.
    """
    fields: dict[str, Any] = {
        "format": FORMAT,
        "schema_version": annotation.schema_version,
        "id": annotation.id,
        "text_length": len(annotation.text),
        "text_sha256": digest(annotation.text),
    }
    if reference:
        fields["reference"] = dict(reference)
    tables = knowledge or default()
    if annotation.producer is not None:
        fields["producer"] = _chosen(annotation.producer, ("govclaim", "model", "knowledge"), tables)
    fields["meta"] = _facts(annotation.meta)
    for layer, names in _KEPT.items():
        items = getattr(annotation, layer)
        if items is not None:
            fields[layer] = [_chosen(item, names, tables) for item in items]
    return fields


def _chosen(item: Any, names: tuple[str, ...], knowledge: Knowledge) -> dict[str, Any]:
    given = item.model_fields_set
    return {name: _plain(name, getattr(item, name), knowledge) for name in names if name in given}


def _plain(name: str, value: Any, knowledge: Knowledge) -> Any:
    if value is None:
        return None
    if name in _PARTS:
        return _chosen(value, _PARTS[name], knowledge)
    if name == "indicator_name":
        return value if indicator_name(value, knowledge) == value else None
    if isinstance(value, str) and name not in _WORDED:
        return value if _MADE.fullmatch(value) else None
    return list(value) if isinstance(value, tuple) else value


def _facts(meta: Meta) -> dict[str, Any]:
    facts = {name: meta.get(name) for name in _META}
    hand = meta.get("annotation")
    if isinstance(hand, Mapping):
        facts["annotation"] = {name: hand[name] for name in _BY_HAND if _short(hand.get(name))}
    return {name: value for name, value in facts.items() if isinstance(value, dict) or _short(value)}


def _short(value: Any) -> bool:
    return (isinstance(value, str) and 0 < len(value) <= _LONGEST) or isinstance(value, int | Decimal)


def is_standoff(value: Any) -> bool:
    """Whether what was read from JSON is an annotation without its text."""
    return isinstance(value, Mapping) and str(value.get("format", "")).startswith("govclaim-standoff-")


def hydrate(standoff: Mapping[str, Any], text: str, *, where: str | None = None) -> Annotation:
    """Put an annotation together with its text.

    Args:
        standoff: As ``dehydrate`` makes it, numbers as ``schema.parse_json`` reads them.
        text: The very text it was made of.
        where: File and line, for errors.

    Returns:
        The annotation, with the texts and surfaces of its spans.

    Raises:
        InputError: The text is another one.
        SchemaError: It is no such annotation, or breaks the contract.
    """
    if standoff.get("format") != FORMAT:
        found = standoff.get("format")
        raise SchemaError(f"the format is {found!r}", where=where, hint=f"this version of govclaim reads {FORMAT}")
    if digest(text) != standoff.get("text_sha256"):
        place = ", ".join(filter(None, (where, f"record {standoff.get('id')}")))
        raise InputError("the text is not the one that was annotated", where=place, hint=near_miss(standoff, text))
    fields = {name: value for name, value in standoff.items() if name not in _OUTSIDE}
    fields["text"] = text
    for layer in _KEPT:
        if isinstance(standoff.get(layer), list):
            surfaces = layer not in ("tokens", "numerals")
            fields[layer] = [_filled(item, text, surfaces) for item in standoff[layer]]
    fields["meta"] = dict(standoff.get("meta") or {})
    if "reference" in standoff:
        fields["meta"]["reference"] = standoff["reference"]
    order = [name for name in Annotation.model_fields if name in fields]
    return validated({name: fields[name] for name in order}, where=where)


_OUTSIDE = ("format", "text_length", "text_sha256", "reference")


def _filled(item: Any, text: str, surfaces: bool) -> Any:
    """A span, and those inside it, with what stands there; where it is no span at all the contract will say so."""
    if not isinstance(item, Mapping):
        return item
    fields: dict[str, Any] = {}
    for name, value in item.items():
        fields[name] = _filled(value, text, surfaces) if name in _PARTS and name != "si" else value
        if name == "end" and isinstance(item.get("start"), int) and isinstance(value, int):
            fields["text"] = text[item["start"] : value]
            if surfaces:
                fields["surface"] = surface_of(fields["text"])
    return fields


_CHANGES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("its line breaks are \\r\\n: make them \\n", lambda text: text.replace("\r\n", "\n")),
    ("a line break at its end is missing", lambda text: text + "\n"),
    ("white space stands before or after it: strip it", str.strip),
    ("it begins with a byte order mark: remove it", lambda text: text.removeprefix("\ufeff")),
    ("its line breaks are \\n: make them \\r\\n", lambda text: text.replace("\n", "\r\n")),
)


def near_miss(standoff: Mapping[str, Any], text: str) -> str:
    """What to do about a text whose hash differs.

    Args:
        standoff: The annotation.
        text: The one that does not fit.
    """
    for advice, change in _CHANGES:
        if digest(change(text)) == standoff.get("text_sha256"):
            return advice
    wanted = standoff.get("text_length")
    how = "and some of them are others" if len(text) == wanted else f"{wanted} are expected"
    return f"it has {len(text)} code points, {how}; take the version that the reference names"
