"""Several corpora as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from govclaim.corpus.reading import Document
from govclaim.schema import dumps

__all__ = ["Conflict", "Merged", "Prefer", "merge"]

Prefer = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A document that is there twice and not the same.

    Attributes:
        id: Of the document.
        where: File and line of the two.
        text: Whether their texts differ, and not the annotations alone.
        taken: Which was taken; ``None`` where neither was.
    """

    id: str
    where: tuple[str, str]
    text: bool
    taken: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What ``merge`` makes.

    Attributes:
        documents: One for each id, in the order in which ids come first.
        repeated: How many were the same as one before.
        conflicts: Those that were not.
    """

    documents: tuple[Document, ...]
    repeated: int
    conflicts: tuple[Conflict, ...]


def merge(documents: Iterable[Document], *, prefer: Prefer | None = None) -> Merged:
    """Bring the documents of several corpora together.

    Args:
        documents: One corpus after the other.
        prefer: Which annotation of a text to take where they differ; ``None`` for none of them: the document is left
            out, as it is wherever the texts themselves differ.

    Returns:
        The documents, and what could not be brought together.
    """
    held: dict[str, Document] = {}
    unsettled: set[str] = set()
    repeated, conflicts = 0, []
    for each in documents:
        before = held.setdefault(each.id, each)
        if before is each:
            continue
        if dumps(before.annotation) == dumps(each.annotation):
            repeated += 1
            continue
        differs = before.annotation.text != each.annotation.text
        chosen = None if differs or prefer is None else before if prefer == "first" else each
        conflicts.append(Conflict(each.id, (before.where, each.where), differs, chosen.where if chosen else None))
        if chosen is None:
            unsettled.add(each.id)
        else:
            held[each.id] = chosen
    return Merged(tuple(each for id, each in held.items() if id not in unsettled), repeated, tuple(conflicts))
