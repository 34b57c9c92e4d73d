"""W3C Web Annotation: a folder of JSON-LD files, as the exporter writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.formats import Refused
from govclaim.imports import sources
from govclaim.marks.model import LAYERS, TYPES, Mark, noted
from govclaim.marks.together import assemble
from govclaim.schema import Annotation

__all__ = ["read"]


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read ``.jsonld`` files, whatever was changed in their annotations.

    A stretch is found by its position, and where its quote does not stand there, by the only place of the quote
    with what comes before and after.

    Args:
        source: The folder.
        base: The annotations that had been exported, by id; gives layers that were left out.
        layers: Which the files stand for; ``None`` for all.
    """
    for path in sources.folder(source, "*.jsonld"):
        id = None
        try:
            collection = schema.parse_json(sources.raw_text(path), where=str(path))
            document = collection["document"]
            id, text = document["identifier"], document["value"]
            rest = schema.parse_json(document["remainder"]) if "remainder" in document else None
            marks = [_mark(text, item) for item in collection["first"]["items"]]
            held = LAYERS if layers is None else layers
            yield assemble(text, id, marks, base=base.get(id), held=held, rest=rest, where=str(path))
        except GovclaimError as error:
            yield Refused(id, type(error)(error.message, where=error.where or str(path), hint=error.hint))
        except (KeyError, TypeError, AttributeError) as error:
            message = f"the file is no collection as expected ({error!r})"
            yield Refused(id, InputError(message, where=str(path), hint="export it again, and compare"))


def _mark(text: str, item: Mapping[str, Any]) -> Mark:
    bodies = item["body"] if isinstance(item["body"], list) else [item["body"]]
    tags = [body["value"] for body in bodies if body.get("purpose") == "tagging"]
    described = [schema.parse_json(body["value"]) for body in bodies if body.get("purpose") == "describing"]
    links = tuple((body["role"], body["source"]) for body in bodies if body.get("purpose") == "linking")
    if len(tags) != 1 or tags[0] not in TYPES:
        raise InputError(f"{item['id']} has the tags {tags}", hint=f"give it one of {', '.join(TYPES)}")
    start, end = _stretch(text, item)
    known = described[0] if described else {}
    mark = Mark(item["id"], tags[0], start, end, choices=known.get("choices", {}), links=links)
    return noted(mark, known.get("fields", {}))


def _stretch(text: str, item: Mapping[str, Any]) -> tuple[int, int]:
    selectors = item["target"]["selector"]
    by_type = {one["type"]: one for one in (selectors if isinstance(selectors, list) else [selectors])}
    position, quoted = by_type.get("TextPositionSelector"), by_type.get("TextQuoteSelector")
    if position is not None:
        start, end = position["start"], position["end"]
        if 0 <= start < end <= len(text) and (quoted is None or text[start:end] == quoted["exact"]):
            return start, end
    if quoted is not None:
        whole = quoted.get("prefix", "") + quoted["exact"] + quoted.get("suffix", "")
        if text.count(whole) == 1:
            start = text.index(whole) + len(quoted.get("prefix", ""))
            return start, start + len(quoted["exact"])
    raise InputError(f"the stretch of {item['id']} is not in the text", hint="correct its position or its quote")
