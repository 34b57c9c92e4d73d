"""Annotations as the values that stages pass, so that training sees what the pipeline sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from govclaim.corpus import reading
from govclaim.schema import Annotation
from govclaim.spans import Span, SurfaceSpan
from govclaim.text import sentences
from govclaim.values import Candidate, Entity, Layers, Quantity, RawDocument, Sentence, Time

__all__ = ["layers", "raw", "read", "without"]

T = TypeVar("T")


def read(path: Path) -> list[Annotation]:
    """All documents of a file or folder.

    Args:
        path: As ``corpus.reading.read`` takes it: JSON Lines or JSON, packed or not.

    Raises:
        InputError: There is nothing to read.
        SchemaError: A line breaks the contract.
    """
    return reading.sound([path])


def without(annotations: Iterable[Annotation], held: Iterable[Annotation]) -> list[Annotation]:
    """The documents whose text is none of those held back, white space aside.

    Args:
        annotations: To learn from.
        held: To measure by.
    """
    known = {"".join(each.text.split()) for each in held}
    return [each for each in annotations if "".join(each.text.split()) not in known]


def raw(annotation: Annotation) -> RawDocument:
    """The document as a reader would have given it."""
    published = annotation.meta.get("published")
    return RawDocument(annotation.text, date.fromisoformat(published) if published else None)


def layers(annotation: Annotation) -> tuple[Layers, ...]:
    """The annotated layers of each sentence, in order of the text.

    Args:
        annotation: With sentences, quantities, times and entities.

    Returns:
        One ``Layers`` a sentence; items are in order, with confidence 1 and source ``gold``.
    """
    items: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for kind in ("quantities", "times", "entities"):
        for item in getattr(annotation, kind):
            items[kind, item.sentence].append(item)
    found = []
    paragraph, last = 0, 0
    for given in annotation.sentences:
        new = last == 0 or "\n" in annotation.text[last : given.start]
        paragraph, last = paragraph + new, given.end
        surface = sentences.surface(annotation.text, Span(given.start, given.end))
        sentence = Sentence(Span(given.start, given.end), surface, given.kind or "body", given.paragraph or paragraph)
        found.append(
            Layers(
                sentence,
                quantities=_candidates(sentence, items["quantities", given.id], _quantity),
                times=_candidates(sentence, items["times", given.id], lambda i, _: Time(i.kind or "date", i.value)),
                entities=_candidates(sentence, items["entities", given.id], lambda i, _: Entity(i.label)),
            )
        )
    return tuple(found)


def _candidates(sentence: Sentence, items: Sequence[Any], make: Any) -> tuple[Candidate[Any], ...]:
    return tuple(
        Candidate(_span(sentence, item), make(item, sentence), 1.0, "gold")
        for item in sorted(items, key=lambda item: item.start)
    )


def _span(sentence: Sentence, item: Any) -> SurfaceSpan:
    return sentence.surface.from_document(Span(item.start, item.end))


def _quantity(item: Any, sentence: Sentence) -> Quantity:
    return Quantity(
        item.value,
        item.lower,
        item.upper,
        item.unit,
        item.dimension,
        item.bound,
        None if item.bound_span is None else _span(sentence, item.bound_span),
    )
