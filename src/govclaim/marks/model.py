"""Marks, their types, and what of them is common to both ways."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel

from govclaim import schema
from govclaim.errors import InputError

__all__ = [
    "CHOICES",
    "LAYERS",
    "PARTS",
    "REFERS",
    "ROLES",
    "TYPES",
    "Links",
    "Mark",
    "note",
    "noted",
    "of_layers",
    "plain",
    "reference",
    "surface_of",
    "types_of",
    "whose_sentence",
    "without_nulls",
]

LAYERS = ("sentences", "entities", "quantities", "times", "claims")
"""The layers of an annotation whose items are marks."""

TYPES: Mapping[str, str] = {
    "Sentence": "sentences",
    "LOC": "entities",
    "ORG": "entities",
    "PER": "entities",
    "Quantity": "quantities",
    "Time": "times",
    "Level": "claims",
    "Change": "claims",
    "Rank": "claims",
    "Share": "claims",
    "Indicator": "parts",
    "Subject": "parts",
    "Base": "parts",
    "Scope": "parts",
    "Speaker": "parts",
    "Bound": "parts",
}
"""Each type of mark, as a tool's list of labels shows it, and its layer.

``parts`` are those of claims and of quantities.
"""


def _options(*values: Any) -> tuple[str, ...]:
    return tuple(get_args(values[0])) if len(values) == 1 and not isinstance(values[0], str) else values


CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sentences": {"kind": _options(schema.SentenceKind)},
    "entities": {"subtype": _options(schema.Subtype)},
    "quantities": {
        "dimension": _options(schema.Dimension),
        "bound": _options(schema.Bound),
        "expresses": _options(schema.Expresses),
        "from_end": _options("true", "false"),
    },
    "times": {"kind": _options(schema.TimeKind)},
    "claims": {
        "direction": _options(schema.Direction),
        "basis": _options(schema.Basis),
        "modality": _options(schema.Modality),
        "polarity": _options(schema.Polarity),
    },
    "parts": {"quoted": _options("true")},
}
"""The fields of each layer with a closed list of values; a tool can offer the list."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "quantity": ("Quantity",),
    "indicator": ("Indicator",),
    "subject": ("Subject", "LOC", "ORG", "PER"),
    "base": ("Base", "Time", "LOC", "ORG", "PER"),
    "scope": ("Scope",),
    "period": ("Time",),
    "attribution": ("Speaker", "LOC", "ORG", "PER"),
}
"""What a claim links to, and the types of mark that can stand there."""

PARTS = {"indicator": "Indicator", "subject": "Subject", "base": "Base", "scope": "Scope", "attribution": "Speaker"}
"""The parts of a claim that are spans, and the types of their marks."""

REFERS = {"Subject": ("entity",), "Base": ("time", "entity"), "Speaker": ("entity",)}
"""What a part can be a mention of."""


Links = tuple[tuple[str, str], ...]
"""Pairs of a role and the key of a mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One typed stretch of a text.

    Attributes:
        key: Names the mark in its tool; links use it.
        type: One of ``TYPES``.
        start: First code point.
        end: One past the last.
        id: The item's id in the annotation; ``None`` for a mark that a person has added.
        choices: Fields of ``CHOICES``, as texts; ``None`` where the tool has no place for them.
        fields: All other fields, numbers exact; ``None`` likewise.
        links: Pairs of a role and a key; ``None`` likewise.
    """

    key: str
    type: str
    start: int
    end: int
    id: str | None = None
    choices: Mapping[str, str] | None = None
    fields: Mapping[str, Any] | None = None
    links: Links | None = None

    @property
    def layer(self) -> str:
        """The layer of its type."""
        return TYPES[self.type]


def types_of(layers: Iterable[str]) -> frozenset[str]:
    """The types of marks that some layers need: their own, and those of their parts.

    Args:
        layers: Of ``LAYERS``.
    """
    wanted = set(layers)
    own = {type for type, layer in TYPES.items() if layer in wanted}
    if "claims" in wanted:
        own.update(PARTS.values())
    if "quantities" in wanted:
        own.add("Bound")
    return frozenset(own)


def of_layers(marks: Iterable[Mark], layers: Iterable[str]) -> tuple[Mark, ...]:
    """The marks of some layers, without links that lead out of them.

    Args:
        marks: Of one document.
        layers: Of ``LAYERS``.
    """
    types = types_of(layers)
    kept = [mark for mark in marks if mark.type in types]
    keys = {mark.key for mark in kept}
    return tuple(
        replace(mark, links=tuple(link for link in mark.links if link[1] in keys)) if mark.links else mark
        for mark in kept
    )


def note(mark: Mark) -> dict[str, Any]:
    """What of a mark goes as JSON to a place for free text: its id, and its fields outside of ``CHOICES``.

    Args:
        mark: From ``explode``.
    """
    return {**({} if mark.layer == "parts" else {"id": mark.id}), **(mark.fields or {})}


def noted(mark: Mark, fields: Any) -> Mark:
    """A mark with what stood in its note.

    Args:
        mark: As the tool has it.
        fields: The note, read as JSON.

    Raises:
        InputError: The note is no JSON object.
    """
    if not isinstance(fields, Mapping):
        raise InputError(f"the note of {mark.key!r} is no JSON object", hint='write it like {"value": 5, "unit": "%"}')
    kept = {name: value for name, value in fields.items() if name != "id"}
    id = fields.get("id")
    return replace(mark, id=None if id is None else str(id), fields=kept)


def surface_of(text: str) -> str:
    """A stretch without the breaks of the page's layout.

    A break between two Latin letters or two digits becomes one space, every other goes.

    Args:
        text: As it stands in the document.
    """

    def seam(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        letters = all(character.isalpha() and character.isascii() for character in (before, after) if character)
        digits = before.isdigit() and after.isdigit()
        return " " if before and after and (letters or digits) else ""

    return _SEAM.sub(seam, text)


_SEAM = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def reference(role: str, target: Mapping[str, Any]) -> dict[str, Any]:
    """A part that is no more than a mention of a target.

    Args:
        role: Of ``PARTS``.
        target: ``start``, ``end``, ``text``, ``surface``, ``kind`` (``entity`` or ``time``) and ``id``.
    """
    span = {name: target.get(name) for name in ("start", "end", "text", "surface")}
    if role in ("indicator", "scope"):
        return span
    span[target["kind"] if role == "base" else "entity"] = target["id"]
    return span


def without_nulls(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something.

    Args:
        given: Any.
    """
    return {name: value for name, value in given.items() if value is not None and value is not False}


def whose_sentence(sentences: Sequence[Any]) -> Callable[[int], str | None]:
    """Tells the sentence that a position belongs to: the last that begins there or before, else the first.

    Args:
        sentences: Items with an id, or marks with a key.
    """
    ordered = sorted(sentences, key=lambda sentence: sentence.start)
    starts = [sentence.start for sentence in ordered]
    ids = [getattr(sentence, "key", None) or sentence.id for sentence in ordered]

    def whose(position: int) -> str | None:
        return ids[max(bisect_right(starts, position) - 1, 0)] if ids else None

    return whose


def plain(value: Any) -> Any:
    """Models as dictionaries of all their fields, unknown ones too; decimals stay.

    Args:
        value: A model, or anything inside one.
    """
    if isinstance(value, BaseModel):
        return {name: plain(inner) for name, inner in {**vars(value), **(value.__pydantic_extra__ or {})}.items()}
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
