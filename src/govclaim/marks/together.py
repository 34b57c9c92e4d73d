"""Marks put together again as an annotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from govclaim import schema
from govclaim.errors import InputError
from govclaim.marks.apart import explode, remainder
from govclaim.marks.model import (
    CHOICES,
    LAYERS,
    PARTS,
    REFERS,
    TYPES,
    Mark,
    reference,
    surface_of,
    types_of,
    whose_sentence,
    without_nulls,
)
from govclaim.schema import Annotation

__all__ = ["assemble"]

_PREFIX = {"sentences": "s", "entities": "e", "quantities": "q", "times": "t", "claims": "c"}
_FLAGS = frozenset(("from_end", "quoted"))
_UNKNOWN: Mapping[str, Mapping[str, Any]] = {
    "sentences": {},
    "entities": {},
    "quantities": dict.fromkeys(("value", "lower", "upper", "unit", "bound_span")),
    "times": {"value": None},
    "claims": dict.fromkeys((*PARTS, "period", "direction", "basis")),
}
_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "quantities": {"dimension": "other", "bound": "exact"},
    "claims": {"modality": "actual", "polarity": "affirmed"},
}


def assemble(
    text: str,
    id: str,
    marks: Iterable[Mark],
    *,
    base: Annotation | None = None,
    held: Iterable[str] = LAYERS,
    parts: bool = True,
    rest: Mapping[str, Any] | None = None,
    where: str | None = None,
) -> Annotation:
    """Put marks together as an annotation that keeps the contract.

    Links that lead nowhere are dropped, and so is a claim whose quantity is gone, with a warning. Items that a
    person has added get new ids, and their layer is put into the text's order.

    Args:
        text: Of the document.
        id: Of the document.
        marks: In any order; see ``Mark`` for what may be ``None``.
        base: The annotation that had been exported: gives what the tool could not hold.
        held: Layers that the marks stand for; all others are those of ``base``.
        parts: Whether the marks stand for the parts of claims and quantities too.
        rest: What the tool kept of the document beside marks (``remainder``); else that of ``base``.
        where: File and line, for errors.

    Returns:
        The annotation.

    Raises:
        InputError: ``base`` has another text.
        SchemaError: A field that a person wrote breaks the contract.
    """
    if base is not None and base.text != text:
        raise InputError(
            f"the base annotation of {id!r} has another text", where=where, hint="give the file that was exported"
        )
    before = () if base is None else explode(base)
    types = {type for type in types_of(held) if parts or TYPES[type] != "parts"}
    found = [*_filled(marks, before), *(mark for mark in before if mark.type not in types)]
    document = dict(rest) if rest is not None else {} if base is None else remainder(base)
    built = _Builder(text, found).document()
    notices = [*document.pop("warnings", ()), *built.pop("warnings")]
    raw = {"schema_version": schema.SCHEMA_VERSION, "id": id, "text": text, **document, **built, "warnings": notices}
    _settle_numerals(raw)
    return schema.loads(schema.to_json(raw), where=where)


def _filled(marks: Iterable[Mark], before: Sequence[Mark]) -> Iterator[Mark]:
    """The marks, with what their tool could not hold taken from those that had been exported."""
    marks = list(marks)
    twins = _Twins(before, marks)
    for mark in marks:
        twin = twins.of(mark)
        if twin is None:
            yield mark
            continue
        fields = mark.fields
        if fields is None:
            moved = (mark.start, mark.end) != (twin.start, twin.end)
            fields = {k: v for k, v in (twin.fields or {}).items() if not (moved and k == "surface")}
        yield replace(
            mark,
            id=mark.id or twin.id,
            choices=twin.choices if mark.choices is None else mark.choices,
            fields=fields,
            links=twin.links if mark.links is None else mark.links,
        )


class _Twins:
    """Finds what a mark was when it was exported: the mark with its id, else one at its place.

    Two that a tool cannot tell apart, such as one speaker quoted and not quoted, keep their order.
    """

    def __init__(self, before: Sequence[Mark], marks: Sequence[Mark]) -> None:
        named = {(mark.layer, mark.id) for mark in marks if mark.id is not None}
        self._by_id = {(mark.layer, mark.id): mark for mark in before}
        self._free: dict[tuple[str, int, int], list[Mark]] = {}
        for mark in before:
            if (mark.layer, mark.id) not in named:
                for name in {mark.type, mark.layer}:
                    self._free.setdefault((name, mark.start, mark.end), []).append(mark)

    def of(self, mark: Mark) -> Mark | None:
        if mark.id is not None and (mark.layer, mark.id) in self._by_id:
            return self._by_id[mark.layer, mark.id]
        for name in (mark.type, mark.layer):
            alike = self._free.get((name, mark.start, mark.end))
            if alike and (name == mark.type or mark.layer != "parts"):
                return self._taken(alike[0])
        return None

    def _taken(self, twin: Mark) -> Mark:
        for name in {twin.type, twin.layer}:
            self._free[name, twin.start, twin.end].remove(twin)
        return twin


class _Builder:
    """Turns marks into the contract's layers."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self.text = text
        self.notices: list[dict[str, Any]] = []
        # A link of base's names an id, one of the tool's a key: both lead to the mark.
        marks = self._with_sentences(marks)
        self.ids = self._numbered(marks)
        self.marks = {mark.key: mark for mark in marks}
        self._by_id = {mark.id: mark for mark in marks if mark.id is not None}
        self._whose = whose_sentence([mark for mark in marks if mark.layer == "sentences"])

    def document(self) -> dict[str, Any]:
        layers: dict[str, Any] = {layer: [] for layer in LAYERS}
        new = {mark.layer for mark in self.marks.values() if mark.id is None}
        for mark in self.marks.values():
            if mark.layer != "parts":
                item = self._item(mark)
                if item is not None:
                    layers[mark.layer].append((mark, item))
        for layer, items in layers.items():
            if layer in new:
                items.sort(key=lambda pair: (pair[0].start, -pair[0].end))
            layers[layer] = [item for _, item in items]
        return {**layers, "warnings": self.notices}

    def _with_sentences(self, marks: Sequence[Mark]) -> Sequence[Mark]:
        if any(mark.layer == "sentences" for mark in marks):
            return marks
        lines = list(re.finditer(r"\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*", self.text))
        spans = [(line.start(), line.start() + len(line.group().rstrip())) for line in lines]
        if not spans and marks:
            spans = [(0, len(self.text))]
        if spans:
            message = "the sentences were not given; each line was taken for one"
            self.notices.append({"code": "sentences-assumed", "message": message, "start": None, "end": None})
        return [*(Mark(f"line {start}", "Sentence", start, end) for start, end in spans), *marks]

    def _numbered(self, marks: Sequence[Mark]) -> dict[str, str]:
        """The final id of each mark by its key: its own where it is the first with it, else a new one."""
        taken = {mark.id for mark in marks if mark.id is not None}
        used: set[str] = set()
        counts = dict.fromkeys(_PREFIX, 0)
        ids: dict[str, str] = {}
        for mark in marks:
            if mark.layer == "parts":
                continue
            id = mark.id
            while id is None or id in used or (id != mark.id and id in taken):
                counts[mark.layer] += 1
                id = f"{_PREFIX[mark.layer]}{counts[mark.layer]}"
            used.add(id)
            ids[mark.key] = id
        return ids

    def _target(self, key: str) -> Mark | None:
        return self.marks.get(key) or self._by_id.get(key)

    def _links(self, mark: Mark) -> dict[str, Mark]:
        """The first link of each role that leads to a mark which may stand there."""
        targets = [(role, self._target(key)) for role, key in mark.links or ()]
        return {role: target for role, target in reversed(targets) if target is not None}

    def _item(self, mark: Mark) -> dict[str, Any] | None:
        links = self._links(mark)
        fields = dict(mark.fields or {})
        item: dict[str, Any] = {
            "id": self.ids[mark.key],
            **_UNKNOWN[mark.layer],
            **_DEFAULTS.get(mark.layer, {}),
            **self._span(mark, fields),
            **fields,
            **self._choices(mark),
        }
        if mark.layer == "entities":
            item["label"] = mark.type
        if mark.layer != "sentences":
            item["sentence"] = self._sentence(mark, links)
        if mark.layer == "quantities" and "bound" in links:
            item["bound_span"] = self._part(links["bound"], "bound")
        return self._claim(mark, item, links) if mark.layer == "claims" else item

    def _sentence(self, mark: Mark, links: Mapping[str, Mark]) -> str | None:
        told = links.get("sentence")
        key = told.key if told is not None and told.layer == "sentences" else self._whose(mark.start)
        return self.ids.get(key or "")

    def _claim(self, mark: Mark, item: dict[str, Any], links: Mapping[str, Mark]) -> dict[str, Any] | None:
        quantity = links.get("quantity") or self._only_quantity(mark)
        if quantity is None or quantity.layer != "quantities":
            message = "a claim was dropped, as it names no quantity"
            self.notices.append({"code": "claim-dropped", "message": message, "start": mark.start, "end": mark.end})
            return None
        item["type"] = mark.type.lower()
        item["quantity"] = self.ids[quantity.key]
        for role in PARTS:
            if role in links:
                item[role] = self._part(links[role], role)
        period = links.get("period")
        item["period"] = self.ids[period.key] if period is not None and period.layer == "times" else None
        return item

    def _only_quantity(self, mark: Mark) -> Mark | None:
        inside = [
            other
            for other in self.marks.values()
            if other.layer == "quantities" and mark.start <= other.start and other.end <= mark.end
        ]
        return inside[0] if len(inside) == 1 else None

    def _part(self, mark: Mark, role: str) -> dict[str, Any]:
        fields = dict(mark.fields or {})
        if mark.layer != "parts":
            span = self._span(mark, fields)
            kind = "time" if mark.layer == "times" else "entity"
            named = mark.layer in ("entities", "times")
            return without_nulls(
                reference(
                    role,
                    {**span, "surface": fields.get("surface", span["surface"]), "kind": kind, "id": self.ids[mark.key]},
                )
                if named and (kind == "entity" or role == "base")
                else span
            )
        part = {**self._span(mark, fields), **fields, **self._choices(mark)}
        for name, target in self._links(mark).items():
            if name in REFERS.get(mark.type, ()) and {"entity": "entities", "time": "times"}[name] == target.layer:
                part[name] = self.ids[target.key]
        return part

    def _span(self, mark: Mark, fields: dict[str, Any]) -> dict[str, Any]:
        if "start" in fields:  # a claim without a stretch of its own
            fields.pop("start")
            return {"start": None, "end": None, "text": None}
        text = self.text[mark.start : mark.end]
        return {"start": mark.start, "end": mark.end, "text": text, "surface": surface_of(text) or None}

    def _choices(self, mark: Mark) -> dict[str, Any]:
        return {
            name: value == "true" if name in _FLAGS else value
            for name, value in (mark.choices or {}).items()
            if value in CHOICES[mark.layer].get(name, ())
        }


def _settle_numerals(raw: dict[str, Any]) -> None:
    """Numerals that refer to an item which is gone refer to none."""
    known = {item["id"] for layer in LAYERS for item in raw[layer]}
    for run in raw.get("numerals") or ():
        if run.get("ref") is not None and run["ref"] not in known:
            run["ref"] = None
