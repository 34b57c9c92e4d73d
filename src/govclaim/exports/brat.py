"""brat standoff: a folder with ``NAME.txt`` and ``NAME.ann`` for each document, and brat's configuration.

Marks are text-bound annotations, claims events whose trigger is the claim's stretch, fields from closed lists
attributes, and all other fields one note of JSON that can be edited in brat. A stretch over a line break is one
of several fragments, as brat has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.exports.targets import file_name, whole_folder
from govclaim.formats import Refused, distinct
from govclaim.marks.apart import explode
from govclaim.marks.model import CHOICES, LAYERS, ROLES, TYPES, Mark, note, of_layers
from govclaim.schema import Annotation

__all__ = ["ARGUMENTS", "BREAKS", "NOTE", "RELATIONS", "attribute", "write"]

BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line for brat, which reads its files with ``str.splitlines``."""

NOTE = "AnnotatorNotes"
"""The type of the notes that brat's own dialog edits."""

ARGUMENTS: Mapping[str, str] = {role: "Speaker" if role == "attribution" else role.capitalize() for role in ROLES}
"""The arguments of a claim's event, by role."""

RELATIONS: Mapping[str, str] = {"bound": "BoundOf", "entity": "EntityOf", "time": "TimeOf", "sentence": "SentenceOf"}
"""The relations between marks, by role."""

_PIECE = re.compile(f"[^\t{BREAKS}]+")  # brat itself bears a tab, others take it for the next column
_ATTRIBUTES = {
    ("sentences", "kind"): "SentenceKind",
    ("times", "kind"): "TimeKind",
    ("quantities", "bound"): "BoundKind",
}


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write a folder that brat serves as a collection.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        The documents that were set aside.
    """
    refused: list[Refused] = []
    with whole_folder(target) as folder:
        (folder / "annotation.conf").write_text(_configuration(), encoding="utf-8")
        (folder / "visual.conf").write_text(_appearance(), encoding="utf-8")
        for annotation in distinct(annotations, refused):
            try:
                name = file_name(annotation.id)
                marks = of_layers(explode(annotation), layers)
                content = "".join(f"{line}\n" for line in _lines(annotation.text, marks)).encode("utf-8")
                text = annotation.text.encode("utf-8")
            except GovclaimError as error:
                refused.append(Refused(annotation.id, error))
                continue
            except UnicodeEncodeError:
                refused.append(Refused(annotation.id, InputError("the text has half a surrogate pair")))
                continue
            (folder / f"{name}.txt").write_bytes(text)
            (folder / f"{name}.ann").write_bytes(content)
    return refused


def attribute(layer: str, field: str) -> str:
    """The name of an attribute.

    Args:
        layer: Of the mark.
        field: Of ``CHOICES``.
    """
    return _ATTRIBUTES.get((layer, field), "".join(part.capitalize() for part in field.split("_")))


def _lines(text: str, marks: Sequence[Mark]) -> Iterator[str]:
    numbers = {mark.key: number for number, mark in enumerate(marks, 1)}
    names = {mark.key: f"{'E' if mark.layer == 'claims' else 'T'}{numbers[mark.key]}" for mark in marks}
    attributes = relations = 0
    for mark in marks:
        number, name = numbers[mark.key], names[mark.key]
        yield f"T{number}\t{mark.type} {_bound(text, mark)}"
        if mark.layer == "claims":
            arguments = [(ARGUMENTS[role], names[key]) for role, key in mark.links or () if role in ARGUMENTS]
            yield f"E{number}\t{' '.join(f'{a}:{b}' for a, b in ((mark.type, f'T{number}'), *arguments))}"
        for role, key in mark.links or ():
            if role in RELATIONS:
                relations += 1
                yield f"R{relations}\t{RELATIONS[role]} Arg1:{name} Arg2:{names[key]}"
        for field, value in (mark.choices or {}).items():
            attributes += 1
            flag = CHOICES[mark.layer][field] == ("true",)
            yield f"A{attributes}\t{attribute(mark.layer, field)} {name}{'' if flag else ' ' + value}"
        fields = note(mark)
        if fields:
            yield f"#{number}\t{NOTE} {name}\t{_note(fields)}"


def _bound(text: str, mark: Mark) -> str:
    """Offsets and text of a stretch, in fragments where a line breaks or a tab stands."""
    pieces = [
        (mark.start + piece.start(), mark.start + piece.end()) for piece in _PIECE.finditer(text[mark.start : mark.end])
    ]
    if not pieces or pieces[0][0] != mark.start or pieces[-1][1] != mark.end:
        raise InputError(
            f"brat cannot hold the stretch [{mark.start}, {mark.end}), which begins or ends with a line break or tab",
            hint="cut the break off, or keep this document as JSON",
        )
    return f"{';'.join(f'{a} {b}' for a, b in pieces)}\t{' '.join(text[a:b] for a, b in pieces)}"


def _note(fields: Mapping[str, object]) -> str:
    """JSON in one line, for all that brat takes for a line."""
    written = schema.to_json(fields)
    return "".join(f"\\u{ord(c):04x}" if c in BREAKS or c == "\x7f" else c for c in written)


def _configuration() -> str:
    """``annotation.conf``: all types, with the lists of values."""
    by_layer = {layer: [type for type, its in TYPES.items() if its == layer] for layer in (*LAYERS, "parts")}
    plain = [type for layer, types in by_layer.items() if layer != "claims" for type in types]
    arguments = ", ".join(
        f"{ARGUMENTS[role]}{'' if role == 'quantity' else '?'}:{'|'.join(types)}" for role, types in ROLES.items()
    )
    names = "LOC|ORG|PER"
    lines = [
        "[entities]",
        *plain,
        "",
        "[relations]",
        "BoundOf\tArg1:Quantity, Arg2:Bound",
        f"EntityOf\tArg1:Subject|Base|Speaker, Arg2:{names}",
        "TimeOf\tArg1:Base, Arg2:Time",
        "SentenceOf\tArg1:<ANY>, Arg2:Sentence",
        "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>",
        "",
        "[events]",
        *(f"{type}\t{arguments}" for type in by_layer["claims"]),
        "",
        "[attributes]",
    ]
    for layer, fields in CHOICES.items():
        holders = "|".join(by_layer[layer]) if layer != "parts" else "Speaker"
        for field, values in fields.items():
            listed = "" if values == ("true",) else f", Value:{'|'.join(values)}"
            lines.append(f"{attribute(layer, field)}\tArg:{holders}{listed}")
    return "\n".join(lines) + "\n"


_COLOURS = {
    "Sentence": "#f2f2f2",
    "LOC": "#a6cee3",
    "ORG": "#9ecae1",
    "PER": "#c6dbef",
    "Quantity": "#fdd49e",
    "Time": "#d9c2e9",
    "Level": "#ffffb3",
    "Change": "#ffed6f",
    "Rank": "#fee08b",
    "Share": "#fdae61",
    "Bound": "#fee6ce",
}  # of colour-blind-safe palettes; text stays black on all of them


def _appearance() -> str:
    """``visual.conf``: colours."""
    lines = ["[labels]", "", "[drawing]", "SPAN_DEFAULT\tfgColor:black, bgColor:#d9ead3, borderColor:darken"]
    lines += [f"{type}\tbgColor:{colour}" for type, colour in _COLOURS.items()]
    return "\n".join(lines) + "\n"
