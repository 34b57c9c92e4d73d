"""The formats that annotations can be exported to and imported from.

A format is an entry point: in the group ``govclaim.exports`` a function that writes, in
``govclaim.imports`` one that reads. Packages of others can register their own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol

from govclaim.errors import GovclaimError, InputError
from govclaim.schema import Annotation

__all__ = ["Read", "Refused", "Write", "distinct", "exporters", "importers", "reader", "writer"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that could not be written or read and was set aside.

    Attributes:
        id: Of the document, where it is known.
        error: Why.
    """

    id: str | None
    error: GovclaimError


class Write(Protocol):
    """Writes annotations in one format."""

    def __call__(self, annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
        """Write.

        Args:
            annotations: With ids that differ.
            target: A file or a folder, as the format has it; made whole or not at all.
            layers: Which to write; a format leaves out what it cannot hold.

        Returns:
            The documents that were set aside.
        """
        ...


class Read(Protocol):
    """Reads annotations in one format."""

    def __call__(
        self, source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None
    ) -> Iterator[Annotation | Refused]:
        """Read.

        Args:
            source: A file or a folder, as the format has it.
            base: The annotations that had been exported, by id; may be empty.
            layers: Which the file stands for; ``None`` for all that the format holds. Others are those of ``base``.
        """
        ...


def distinct(annotations: Iterable[Annotation], refused: list[Refused]) -> Iterator[Annotation]:
    """The annotations whose ids differ, as files and tables are named after them.

    Args:
        annotations: In any order.
        refused: Takes those whose id another had before.
    """
    seen: set[str] = set()
    for annotation in annotations:
        if annotation.id in seen:
            error = InputError(
                "another document has the same id", where=f"record {annotation.id!r}", hint="give each its own id"
            )
            refused.append(Refused(annotation.id, error))
            continue
        seen.add(annotation.id)
        yield annotation


def exporters() -> tuple[str, ...]:
    """Names of all formats that can be written."""
    return tuple(sorted(_found("govclaim.exports")))


def importers() -> tuple[str, ...]:
    """Names of all formats that can be read."""
    return tuple(sorted(_found("govclaim.imports")))


def writer(name: str) -> Write:
    """The function that writes a format.

    Args:
        name: Of the format.

    Raises:
        InputError: There is no such format.
    """
    write: Write = _chosen("govclaim.exports", name).load()
    return write


def reader(name: str) -> Read:
    """The function that reads a format.

    Args:
        name: Of the format.

    Raises:
        InputError: There is no such format.
    """
    read: Read = _chosen("govclaim.imports", name).load()
    return read


def _found(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=group)}


def _chosen(group: str, name: str) -> EntryPoint:
    found = _found(group)
    if name in found:
        return found[name]
    near = difflib.get_close_matches(name, found, 1)
    verb = group.rpartition(".")[2].removesuffix("s")
    hint = f"did you mean {near[0]}?" if near else f"govclaim {verb} knows {', '.join(sorted(found))}"
    raise InputError(f"there is no format {name!r} to {verb}", hint=hint)
