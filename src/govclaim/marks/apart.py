"""An annotation taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govclaim import schema
from govclaim.marks.model import (
    CHOICES,
    LAYERS,
    PARTS,
    REFERS,
    Links,
    Mark,
    plain,
    reference,
    surface_of,
    whose_sentence,
    without_nulls,
)
from govclaim.schema import Annotation

__all__ = ["explode", "remainder"]


def explode(annotation: Annotation) -> tuple[Mark, ...]:
    """Take an annotation apart.

    Args:
        annotation: One that keeps the contract.

    Returns:
        Sentences, entities, quantities, times, parts and claims, each in the annotation's order. Keys are the
        ids; those of parts are made up.
    """
    parts = _Parts(annotation)
    whose = whose_sentence(annotation.sentences)
    marks: list[Mark] = []
    for layer in LAYERS:
        for item in getattr(annotation, layer):
            links = list(parts.links(item))
            sentence = getattr(item, "sentence", None)
            start = _stretch(item, parts.quantities)[0]
            if sentence is not None and sentence != whose(start):
                links.append(("sentence", sentence))
            marks.append(_mark(item, layer, tuple(links), parts.quantities))
    claims = len(annotation.claims)
    return (*marks[: len(marks) - claims], *parts.marks, *marks[len(marks) - claims :])


def _stretch(item: Any, quantities: Mapping[str, Any]) -> tuple[int, int]:
    """Where an item stands; a claim without a stretch of its own stands at its quantity."""
    place = item if item.start is not None else quantities[item.quantity]
    return place.start, place.end


def _type(item: Any, layer: str) -> str:
    if layer == "entities":
        label: str = item.label
        return label
    if layer == "claims":
        kind: str = item.type
        return kind.capitalize()
    return {"sentences": "Sentence", "quantities": "Quantity", "times": "Time"}[layer]


_LINKED = frozenset((*PARTS, "id", "start", "end", "text", "label", "type", "sentence", "quantity", "period"))


def _mark(item: Any, layer: str, links: Links, quantities: Mapping[str, Any]) -> Mark:
    start, end = _stretch(item, quantities)
    choices, fields = _split(item, layer, _LINKED | {"bound_span"})
    if item.start is None:
        fields["start"] = None
        fields.pop("surface", None)
    return Mark(item.id, _type(item, layer), start, end, item.id, choices, fields, links)


def _split(item: Any, layer: str, without: frozenset[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """The fields of an item in two heaps: from closed lists, and all others."""
    given = plain(item)
    known = CHOICES[layer]
    choices = {name: _choice(given[name]) for name in known if given.get(name) is not None}
    if choices.get("quoted") == "false":
        del choices["quoted"]
    declared = type(item).model_fields
    fields = {
        name: value
        for name, value in given.items()
        if name not in known and name not in without and (value is not None or name not in declared)
    }
    text = given.get("text")
    if "surface" not in fields:
        fields["surface"] = None
    elif isinstance(text, str) and fields["surface"] == surface_of(text):
        del fields["surface"]
    return choices, fields


def _choice(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Parts:
    """Makes the marks of claims' and quantities' parts, one for all who share it."""

    def __init__(self, annotation: Annotation) -> None:
        self.marks: list[Mark] = []
        self.quantities = {quantity.id: quantity for quantity in annotation.quantities}
        self._items = annotation.by_id()
        self._known: dict[str, Mark] = {}

    def links(self, item: Any) -> Iterator[tuple[str, str]]:
        if isinstance(item, schema.Quantity) and item.bound_span is not None:
            yield "bound", self._part("Bound", item.bound_span)
        if not isinstance(item, schema.Claim):
            return
        yield "quantity", item.quantity
        if item.period is not None:
            yield "period", item.period
        for role, type in PARTS.items():
            span = getattr(item, role)
            if span is not None:
                yield role, self._mention(role, span) or self._part(type, span)

    def _mention(self, role: str, span: Any) -> str | None:
        """The entity or time that the part is no more than a mention of."""
        ids = [id for name in REFERS.get(PARTS[role], ()) if (id := getattr(span, name)) is not None]
        if len(ids) != 1:
            return None
        target = self._items[ids[0]]
        return ids[0] if without_nulls(plain(span)) == without_nulls(reference(role, _plain_mark(target))) else None

    def _part(self, type: str, span: Any) -> str:
        linked = [name for name in REFERS.get(type, ()) if getattr(span, name) is not None]
        links = tuple((name, getattr(span, name)) for name in linked)
        choices, fields = _split(span, "parts", frozenset(("start", "end", "text", *REFERS.get(type, ()))))
        signature = schema.to_json([type, span.start, span.end, choices, fields, links])
        if signature not in self._known:
            number = len(self._known) + 1
            while f"p{number}" in self._items:
                number += len(self._items) + 1
            key = f"p{number}"
            mark = Mark(key, type, span.start, span.end, key, choices, fields, links)
            self._known[signature] = mark
            self.marks.append(mark)
        return self._known[signature].key


def _plain_mark(item: Any) -> dict[str, Any]:
    kind = "time" if isinstance(item, schema.Time) else "entity"
    return {
        "start": item.start,
        "end": item.end,
        "text": item.text,
        "surface": item.surface,
        "kind": kind,
        "id": item.id,
    }


def remainder(annotation: Annotation, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """What an annotation holds beside its text and its marks: version, metadata, warnings, tokens, numerals.

    Args:
        annotation: Any.
        without: Names of fields to leave out.

    Returns:
        Plain values, numbers exact; nothing that is ``None``.
    """
    left = {"id", "text", *LAYERS, *without}
    return {name: value for name, value in plain(annotation).items() if name not in left and value is not None}
