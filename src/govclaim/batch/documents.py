"""Reading documents that may be annotated already: annotations are taken as they are, texts are annotated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from govclaim.batch import records
from govclaim.errors import SchemaError
from govclaim.pipeline.load import Rejected, attempt, rejected
from govclaim.schema import Annotation, loads, to_json

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["read"]

_LAYERS = ("sentences", "entities", "quantities", "times", "claims")
_OURS = ("file", "line")  # what reading adds to a record


def read(
    paths: Iterable[str], *, published: str | None = None, nlp: Language | None = None
) -> Iterator[tuple[str, Annotation | Rejected]]:
    """Read annotations, or make them.

    Args:
        paths: Files, folders, or ``-``, as ``records.files`` takes them. A JSON object that has the layers of an
            annotation is one; everything else is a text or a record and is annotated.
        published: Day for the records that have none.
        nlp: A pipeline from ``load``, for texts.

    Yields:
        The file's name, and the annotation or why there is none.

    Raises:
        InputError: A path does not exist.
    """
    for record in records.read(records.files(paths), published=published):
        if isinstance(record, dict) and all(isinstance(record.get(layer), list) for layer in _LAYERS):
            yield record["file"], _annotation(record)
        else:
            result = attempt(record, nlp)
            file = result.file if isinstance(result, Rejected) else record["file"] if isinstance(record, dict) else None
            yield file or "-", result


def _annotation(record: Mapping[str, Any]) -> Annotation | Rejected:
    content = {name: value for name, value in record.items() if name not in _OURS}
    if content.get("published") is None:
        content.pop("published", None)
    try:
        return loads(to_json(content))
    except SchemaError as error:
        place = f"{error.where}: " if error.where else ""
        return rejected(record, f"{place}{error.message}", error.hint)
