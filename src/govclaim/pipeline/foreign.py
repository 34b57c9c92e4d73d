"""What the adapters of others' taggers and segmenters share: labels, and texts cut to a length that they can take."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["our_label", "pieces"]

# What the labels of common Chinese models are called here; others are left out.
_LABELS = {
    "PER": "PER", "PERSON": "PER", "NR": "PER",
    "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "LOCATION": "LOC", "NS": "LOC",
    "ORG": "ORG", "ORGANIZATION": "ORG", "NT": "ORG",
}  # fmt: skip
_BREAK = re.compile(r"[。!?;,、:]")


def our_label(label: str) -> str | None:
    """The contract's label for another's, or ``None``.

    Args:
        label: As the model says it, in any case: ``PERSON``, ``ns``.
    """
    return _LABELS.get(label.upper())


def pieces(text: str, most: int) -> Iterator[tuple[int, str]]:
    """Cut a text into stretches, after punctuation where there is some.

    Args:
        text: The surface of a sentence.
        most: Length that no stretch exceeds.

    Yields:
        Where each stretch starts, and the stretch; together they are the text, and none is empty.
    """
    start = 0
    while start < len(text):
        end = start + most
        if end < len(text):
            end = max((match.end() for match in _BREAK.finditer(text, start + most // 2, end)), default=end)
        yield start, text[start:end]
        start = end
