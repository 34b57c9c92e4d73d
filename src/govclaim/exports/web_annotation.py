"""W3C Web Annotation: a folder with one JSON-LD file a document, an ``AnnotationCollection``.

Each mark is an ``Annotation`` whose target is a stretch of the document, selected by position (in code points, as the
recommendation counts) and by quote; its bodies tag it, describe its fields as JSON, and link to other annotations.
The document itself stands in the collection with its text, so the file is enough by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from govclaim import schema
from govclaim.errors import GovclaimError
from govclaim.exports.targets import file_name, whole_folder
from govclaim.formats import Refused, distinct
from govclaim.marks.apart import explode, remainder
from govclaim.marks.model import Mark, note, of_layers
from govclaim.schema import Annotation

__all__ = ["CONTEXT", "NAMESPACE", "iri", "write"]

NAMESPACE = "urn:govclaim:ns#"
"""Of the few terms that the recommendation does not have."""

CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "document": f"{NAMESPACE}document",
        "identifier": "http://purl.org/dc/terms/identifier",
        "remainder": f"{NAMESPACE}remainder",
        "role": f"{NAMESPACE}role",
    },
]
"""The recommendation's context, and our terms."""

_QUOTE = 16  # code points before and after, by which a quote is found in a text that has changed


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write ``NAME.jsonld`` for each document.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        The documents that were set aside.
    """
    refused: list[Refused] = []
    with whole_folder(target) as folder:
        for annotation in distinct(annotations, refused):
            try:
                name = file_name(annotation.id)
            except GovclaimError as error:
                refused.append(Refused(annotation.id, error))
                continue
            content = schema.to_json(_collection(annotation, layers), indent=1)
            (folder / f"{name}.jsonld").write_text(content + "\n", encoding="utf-8", newline="\n")
    return refused


def iri(document: str, key: str | None = None) -> str:
    """The name of a document, or of one of its annotations.

    Args:
        document: Its id.
        key: Of the mark.
    """
    name = f"urn:govclaim:document:{_quoted(document)}"
    return name if key is None else f"{name}#{_quoted(key)}"


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _collection(annotation: Annotation, layers: Sequence[str]) -> dict[str, Any]:
    marks = of_layers(explode(annotation), layers)
    meta, url = annotation.meta, annotation.meta.url
    document = {
        "id": iri(annotation.id),
        "type": "Text",
        "format": "text/plain",
        "language": "zh",
        "identifier": annotation.id,
        "label": meta.title if isinstance(meta.title, str) else None,
        "via": url if isinstance(url, str) and url.startswith(("http://", "https://")) else None,
        "value": annotation.text,
        "remainder": schema.to_json(remainder(annotation)),
    }
    items = [_item(annotation, mark) for mark in marks]
    return {
        "@context": CONTEXT,
        "id": f"{iri(annotation.id)}#annotations",
        "type": "AnnotationCollection",
        "total": len(items),
        "document": {name: value for name, value in document.items() if value is not None},
        "first": {"id": f"{iri(annotation.id)}#page", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def _item(annotation: Annotation, mark: Mark) -> dict[str, Any]:
    text, document = annotation.text, annotation.id
    bodies: list[dict[str, Any]] = [{"type": "TextualBody", "purpose": "tagging", "value": mark.type}]
    described = {**note(mark), **(mark.choices or {})}
    if described:
        fields = schema.to_json({"fields": note(mark), "choices": mark.choices or {}})
        bodies.append({"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": fields})
    for role, key in mark.links or ():
        bodies.append({"type": "SpecificResource", "purpose": "linking", "role": role, "source": iri(document, key)})
    selectors = [
        {"type": "TextPositionSelector", "start": mark.start, "end": mark.end},
        {
            "type": "TextQuoteSelector",
            "exact": text[mark.start : mark.end],
            "prefix": text[max(mark.start - _QUOTE, 0) : mark.start],
            "suffix": text[mark.end : mark.end + _QUOTE],
        },
    ]
    return {
        "id": iri(document, mark.key),
        "type": "Annotation",
        "motivation": "tagging",
        "body": bodies,
        "target": {"source": iri(document), "selector": selectors},
    }
