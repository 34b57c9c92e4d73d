"""Reading documents that may be annotated already: annotations are taken as they are, texts are annotated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from govclaim.batch import records, sources
from govclaim.batch.records import Record
from govclaim.errors import SchemaError
from govclaim.pipeline.load import Rejected, attempt
from govclaim.schema import Annotation, validated

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["read"]

_LAYERS = ("sentences", "entities", "quantities", "times", "claims")


def read(
    paths: Iterable[str], *, published: str | None = None, nlp: Language | None = None
) -> Iterator[tuple[str, Annotation | Rejected]]:
    """Read annotations, or make them.

    Args:
        paths: Files, folders, or ``-``, as ``sources.files`` takes them. A JSON object that has the layers of an
            annotation is one; everything else is a text or a record and is annotated.
        published: Day for the records that have none.
        nlp: A pipeline from ``load``, for texts.

    Yields:
        The file's name, and the annotation or why there is none.

    Raises:
        InputError: A path does not exist.
    """
    for record in records.read(sources.files(paths), published=published):
        if isinstance(record, Record) and _is_annotation(record.given):
            yield record.file or "-", _annotation(record)
            continue
        full = records.filled(record) if isinstance(record, Record) else record
        result = attempt(full.content() if isinstance(full, Record) else full, nlp)
        if isinstance(result, Rejected) and isinstance(full, Record):
            result = full.rejected(result.error, result.hint)
        yield record.file or "-", result


def _is_annotation(given: Any) -> bool:
    return isinstance(given, Mapping) and all(isinstance(given.get(layer), list) for layer in _LAYERS)


def _annotation(record: Record) -> Annotation | Rejected:
    try:
        return validated(dict(record.given))
    except SchemaError as error:
        place = f"{error.where}: " if error.where else ""
        return record.rejected(f"{place}{error.message}", error.hint)
