"""What the grammar reads in a stretch that a person marked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from govclaim.pipeline.load import annotate, load
from govclaim.schema import Annotation
from govclaim.spans import Span

__all__ = ["propose"]

_READ = {
    "entities": ("label", "subtype", "link"),
    "quantities": ("value", "lower", "upper", "unit", "dimension", "bound", "bound_span", "parts", "expresses", "si"),
    "times": ("kind", "value"),
}


def propose(annotation: Annotation, layer: str, span: Span) -> Mapping[str, Any]:
    """The fields of a new item: as the pipeline reads the whole document, else the stretch alone.

    Args:
        annotation: The document.
        layer: ``entities``, ``quantities`` or ``times``.
        span: The stretch.

    Returns:
        The fields that were read; none where nothing was.
    """
    words = span.of(annotation.text)
    for text, wanted in ((annotation.text, span), (words, Span(0, len(words)))):
        for item in getattr(_read(text, annotation.meta.published), layer):
            if (item.start, item.end) == (wanted.start, wanted.end):
                fields = {name: getattr(item, name) for name in _READ[layer]}
                # Read alone, the stretch has no word before it that states a bound.
                return fields if text is annotation.text or layer != "quantities" else {**fields, "bound_span": None}
    return {}


@lru_cache(maxsize=64)
def _read(text: str, published: str | None) -> Annotation:
    return annotate(text, published=published, nlp=_pipeline())


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    return load(segmenter="characters")
