"""How good a model is on annotated documents, and whether another is better."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from govclaim.errors import InputError
from govclaim.pipeline.load import Rejected, attempt, load
from govclaim.schema import Annotation

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["DEFAULT", "annotated", "pipeline"]

DEFAULT = "default"
"""What the command line calls the model that ships."""


def pipeline(model: Path | str | None) -> Language:
    """The pipeline of a model, cut into characters: figures and names are the same, and no words are loaded.

    Args:
        model: Its folder; ``None`` or ``default`` for the one that ships.

    Raises:
        ModelError: It is missing or damaged.
    """
    return load(model=None if model is None or str(model) == DEFAULT else model, segmenter="characters")


def annotated(
    gold: Sequence[Annotation], nlp: Language, *, step: Callable[[], object] = lambda: None
) -> list[Annotation]:
    """Annotate the bare texts of annotated documents.

    Args:
        gold: Only text, id and metadata are read; what the metadata say of the annotating is left out.
        nlp: The pipeline.
        step: Called after each document.

    Returns:
        One for each document, in order.

    Raises:
        InputError: A document cannot be annotated.
    """
    found = []
    for document in gold:
        meta = {name: value for name, value in _details(document) if name != "annotation"}
        result = attempt({"text": document.text, "id": document.id, "meta": meta}, nlp)
        if isinstance(result, Rejected):
            raise InputError(result.error, where=f"record {document.id}", hint=result.hint)
        found.append(result)
        step()
    return found


def _details(document: Annotation) -> Iterable[tuple[str, object]]:
    return document.meta.model_dump(exclude_unset=True).items()
