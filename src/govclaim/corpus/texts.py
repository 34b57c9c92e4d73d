"""The texts that a user has, for putting annotations together with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govclaim.batch import records, sources
from govclaim.batch.records import Record
from govclaim.corpus import standoff
from govclaim.errors import GovclaimError, InputError
from govclaim.pipeline.load import Rejected
from govclaim.schema import Annotation

__all__ = ["Texts", "gathered", "hydrated"]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by their hash, and by what they are called.

    Attributes:
        by_hash: SHA-256 to the text.
        by_id: What the record or file is called to its texts.
        unread: Files and lines that are no text.
    """

    by_hash: dict[str, str] = field(default_factory=dict)
    by_id: dict[str, list[str]] = field(default_factory=dict)
    unread: list[Rejected] = field(default_factory=list)


def gathered(paths: Iterable[str]) -> Texts:
    """Read the texts of folders and files.

    Args:
        paths: Texts, pages, tables, JSON records with ``text`` and ``id``: all that ``govclaim annotate`` reads.

    Raises:
        InputError: A path does not exist.
    """
    found = Texts()
    for record in records.read(sources.files(paths)):
        full = records.filled(record) if isinstance(record, Record) else record
        if isinstance(full, Rejected):
            found.unread.append(full)
        elif isinstance(full.text, str):
            found.by_hash[standoff.digest(full.text)] = full.text
            found.by_id.setdefault(full.id, []).append(full.text)
    return found


def hydrated(
    annotations: Iterable[tuple[str, Mapping[str, Any] | GovclaimError]], texts: Texts
) -> Iterator[tuple[str, Annotation | GovclaimError]]:
    """Put annotations together with their texts; one that does not fit is told, and the rest goes on.

    Args:
        annotations: Where each stands, and what ``standoff.dehydrate`` made, or why it cannot be read.
        texts: Those that there are. A text is found by its hash, so its name is of no account.

    Yields:
        Where it stands, and the annotation or why there is none.
    """
    for where, each in annotations:
        if isinstance(each, GovclaimError):
            yield where, each
            continue
        try:
            yield where, standoff.hydrate(each, _text(each, texts, where), where=where)
        except GovclaimError as error:
            yield where, error


def _text(each: Mapping[str, Any], texts: Texts, where: str) -> str:
    found = texts.by_hash.get(str(each.get("text_sha256")))
    if found is not None:
        return found
    others = texts.by_id.get(str(each.get("id")))
    if others:
        return others[0]  # hydrate refuses it and says how it differs
    raise InputError(
        "there is no text of this hash, nor one of this name",
        where=f"{where}, record {each.get('id')}",
        hint=f"look for SHA-256 {each.get('text_sha256')}{_reference(each)}",
    )


def _reference(each: Mapping[str, Any]) -> str:
    reference = each.get("reference")
    return f" ({', '.join(map(str, reference.values()))})" if isinstance(reference, Mapping) and reference else ""
