"""What an edit changed, small enough for a journal and exact in both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from govclaim.errors import SchemaError
from govclaim.schema import Annotation, Claim, Entity, Meta, NumeralRun, Quantity, Sentence, Time

__all__ = ["Change", "applied", "between", "from_json", "to_plain", "undone"]

_MODELS: dict[str, Any] = {
    "sentences": Sentence,
    "entities": Entity,
    "quantities": Quantity,
    "times": Time,
    "claims": Claim,
}
Pair = tuple[Any, Any]
"""Before and after; ``None`` where there is nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two annotations of one text.

    Attributes:
        items: By layer and id, the item before and after.
        orders: By layer, the ids before and after, where they or their order differ.
        numerals: By index, the run before and after.
        meta: Before and after.
    """

    items: Mapping[str, Mapping[str, Pair]] = field(default_factory=dict)
    orders: Mapping[str, Pair] = field(default_factory=dict)
    numerals: Mapping[int, Pair] = field(default_factory=dict)
    meta: Pair | None = None


def between(before: Annotation, after: Annotation) -> Change:
    """What leads from one annotation to the other.

    Args:
        before: Any.
        after: Of the same text, with as many numerals in its tally.
    """
    items: dict[str, dict[str, Pair]] = {}
    orders: dict[str, Pair] = {}
    for layer in _MODELS:
        old, new = ({item.id: item for item in getattr(one, layer)} for one in (before, after))
        differing = {id: (old.get(id), new.get(id)) for id in {**old, **new} if old.get(id) is not new.get(id)}
        if differing:
            items[layer] = differing
        if list(old) != list(new):
            orders[layer] = (list(old), list(new))
    runs = enumerate(zip(before.numerals or (), after.numerals or (), strict=True))
    numerals = {index: pair for index, pair in runs if pair[0] is not pair[1]}
    return Change(items, orders, numerals, (before.meta, after.meta) if before.meta is not after.meta else None)


def applied(annotation: Annotation, change: Change) -> Annotation:
    """The annotation after a change that is not yet done in it."""
    return _turned(annotation, change, 1)


def undone(annotation: Annotation, change: Change) -> Annotation:
    """The annotation as it was before a change that is done in it."""
    return _turned(annotation, change, 0)


def to_plain(change: Change) -> dict[str, Any]:
    """The change as mappings and lists of models, as ``schema.to_json`` takes them."""
    return {
        "items": {layer: {id: list(pair) for id, pair in pairs.items()} for layer, pairs in change.items.items()},
        "orders": {layer: list(pair) for layer, pair in change.orders.items()},
        "numerals": {str(index): list(pair) for index, pair in change.numerals.items()},
        "meta": None if change.meta is None else list(change.meta),
    }


def from_json(raw: Mapping[str, Any]) -> Change:
    """A change from parsed JSON; numbers are decimals already."""
    return Change(
        {
            layer: {id: _pair(_MODELS[layer], pair) for id, pair in pairs.items()}
            for layer, pairs in raw["items"].items()
        },
        {layer: (pair[0], pair[1]) for layer, pair in raw["orders"].items()},
        {int(index): _pair(NumeralRun, pair) for index, pair in raw["numerals"].items()},
        None if raw["meta"] is None else _pair(Meta, raw["meta"]),
    )


def _pair(model: Any, pair: Sequence[Any]) -> Pair:
    before, after = (None if one is None else model.model_validate(one) for one in pair)
    return before, after


def _turned(annotation: Annotation, change: Change, side: int) -> Annotation:
    update: dict[str, Any] = {}
    for layer in {**change.items, **change.orders}:
        items = {item.id: item for item in getattr(annotation, layer)}
        for id, pair in change.items.get(layer, {}).items():
            items.pop(id, None) if pair[side] is None else items.__setitem__(id, pair[side])
        order = change.orders[layer][side] if layer in change.orders else list(items)
        if sorted(order) != sorted(items):
            raise SchemaError("the change does not fit the annotation", hint="reload the page")
        update[layer] = tuple(items[id] for id in order)
    if change.numerals:
        runs = list(annotation.numerals or ())
        for index, run in change.numerals.items():
            runs[index] = run[side]
        update["numerals"] = tuple(runs)
    if change.meta is not None:
        update["meta"] = change.meta[side]
    return annotation.model_copy(update=update)
