"""doccano: JSON Lines for a project of sequence labelling with relations and overlapping spans.

doccano holds types, stretches and links. It has no place for the fields of a mark; the whole annotation travels
in ``govclaim``, which doccano keeps as metadata. Offsets count UTF-16 units, as doccano's own do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.exports.targets import whole_file
from govclaim.formats import Refused, distinct
from govclaim.marks.apart import explode
from govclaim.marks.model import of_layers
from govclaim.schema import Annotation
from govclaim.units16 import Units16

__all__ = ["write"]


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write the file.

    Args:
        annotations: Any number.
        target: The ``.jsonl`` file.
        layers: Which to write.

    Returns:
        The documents that were set aside.
    """
    refused: list[Refused] = []
    with whole_file(target) as path, path.open("w", encoding="utf-8", newline="\n") as stream:
        for annotation in distinct(annotations, refused):
            stream.write(schema.to_json(_line(annotation, layers)) + "\n")
    return refused


def _line(annotation: Annotation, layers: Sequence[str]) -> dict[str, Any]:
    marks = of_layers(explode(annotation), layers)
    units = Units16(annotation.text)
    numbers = {mark.key: number for number, mark in enumerate(marks, 1)}
    entities = [
        {
            "id": numbers[mark.key],
            "label": mark.type,
            "start_offset": units.to_units(mark.start),
            "end_offset": units.to_units(mark.end),
        }
        for mark in marks
    ]
    pairs = [(mark.key, role, key) for mark in marks for role, key in mark.links or ()]
    relations = [
        {"id": number, "from_id": numbers[source], "to_id": numbers[key], "type": role}
        for number, (source, role, key) in enumerate(pairs, 1)
    ]
    return {
        "document": annotation.id,
        "text": annotation.text,
        "entities": entities,
        "relations": relations,
        "govclaim": schema.dumps(annotation),
    }
