"""doccano: JSON Lines as it exports them, with spans and relations or with plain labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.formats import Refused
from govclaim.imports import sources
from govclaim.marks.model import LAYERS, TYPES, Mark
from govclaim.marks.together import assemble
from govclaim.schema import Annotation
from govclaim.units16 import Units16

__all__ = ["read"]


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read an export of doccano's.

    A span that stands where one stood before keeps its fields, from ``base`` or else from the metadata
    that went along.

    Args:
        source: The ``.jsonl`` file.
        base: The annotations that had been exported, by id.
        layers: Which the file stands for; ``None`` for all.
    """
    # Only a line feed ends a line of JSON; other breaks may stand in its texts.
    for number, line in enumerate(sources.raw_text(source).split("\n"), 1):
        if not line.strip():
            continue
        where, id = f"{source}:{number}", None
        try:
            row = schema.parse_json(line, where=where)
            id = str(row.get("document") or row.get("id") or number)
            before = base.get(id)
            if before is None and row.get("govclaim"):
                before = schema.loads(row["govclaim"], where=where)
            marks = list(_marks(row))
            held = LAYERS if layers is None else layers
            yield assemble(row["text"], id, marks, base=before, held=held, where=where)
        except GovclaimError as error:
            yield Refused(id, type(error)(error.message, where=error.where or where, hint=error.hint))
        except (KeyError, TypeError, AttributeError, ValueError):
            hint = "a line has a text, and entities with relations or a label"
            yield Refused(id, InputError("the line is not as expected", where=where, hint=hint))


def _marks(row: Mapping[str, Any]) -> Iterator[Mark]:
    units = Units16(row["text"])
    links: dict[str, list[tuple[str, str]]] | None = None
    if row.get("relations") is not None:
        links = {}
        for relation in row["relations"]:
            links.setdefault(f"span {relation['from_id']}", []).append((relation["type"], f"span {relation['to_id']}"))
    for key, type, start, end in _spans(row):
        if type not in TYPES:
            raise InputError(f"there is no label {type!r}", hint=f"labels are {', '.join(TYPES)}")
        first, last = units.to_points(start), units.to_points(end)
        if not 0 <= first < last <= len(row["text"]):
            raise InputError(f"the offsets {start} {end} do not lie in the text", hint="is it the text of this line?")
        yield Mark(key, type, first, last, links=None if links is None else tuple(links.get(key, ())))


def _spans(row: Mapping[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    if row.get("entities") is not None:
        for entity in row["entities"]:
            yield f"span {entity['id']}", entity["label"], entity["start_offset"], entity["end_offset"]
        return
    for number, (start, end, type) in enumerate(row["label"] if "label" in row else row["labels"]):
        yield f"label {number}", type, start, end
