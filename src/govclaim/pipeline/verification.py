"""The way in to ``checking.verify``: texts and records become annotations, annotations stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from govclaim.checking.verify import Verification, compare
from govclaim.errors import InputError
from govclaim.knowledge import Knowledge
from govclaim.pipeline.load import annotate
from govclaim.schema import Annotation

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Readable", "verify"]

Readable = str | Mapping[str, Any] | Annotation
"""A text, a record (a mapping with ``text`` and, if known, ``id``, ``published``, ``meta``), or an annotation."""


def verify(
    summary: Readable,
    sources: Readable | Iterable[Readable],
    require: Readable | Iterable[Readable] | None = None,
    *,
    nlp: Language | None = None,
    knowledge: Knowledge | None = None,
) -> Verification:
    """Check every claim of a summary against the sources that it was written from.

    Args:
        summary: A text that someone or a language model wrote: a text, a record, or an ``Annotation``.
        sources: What it was written from: one or many of the same kinds, in any order.
        require: One or many whose claims may not be missing in the summary.
        nlp: A pipeline from ``load``, for what is not annotated yet.
        knowledge: Tables for the comparison; ``None`` for those that ship.

    Returns:
        A verdict for each claim of the summary, with the claim of the source that decides and the fields that
        differ; and what was required and is not there.

    Raises:
        InputError: There is no source, or one of them is of another kind.
    """
    given = [_annotated(each, nlp, f"source {place}") for place, each in enumerate(_many(sources), 1)]
    if not given:
        raise InputError("there is no source", hint="pass at least one text, record or Annotation")
    wanted = [_annotated(each, nlp, f"require {place}") for place, each in enumerate(_many(require), 1)]
    days = [each.meta.published for each in given if each.meta.published]
    # 去年 in a summary without a date of its own is read as on the day of the latest source.
    read = _annotated(summary, nlp, "summary", max(days, default=None))
    return compare(read, given, wanted, knowledge=knowledge)


def _many(given: Readable | Iterable[Readable] | None) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, str | Mapping | Annotation) or not isinstance(given, Iterable):
        return [given]
    return list(given)


def _annotated(given: Any, nlp: Language | None, where: str, published: str | None = None) -> Annotation:
    if isinstance(given, Annotation):
        return given
    if isinstance(given, str):
        return annotate(given, published=published, nlp=nlp)
    if not isinstance(given, Mapping) or "text" not in given:
        kind = "has no 'text'" if isinstance(given, Mapping) else f"is of type {type(given).__name__}"
        raise InputError(f"it {kind}", where=where, hint="pass a text, a mapping with 'text', or an Annotation")
    id = given.get("id")
    return annotate(
        given["text"],
        published=given.get("published") or _dated(given) or published,
        id=None if id is None else str(id),
        meta=given.get("meta"),
        nlp=nlp,
    )


def _dated(record: Mapping[str, Any]) -> Any:
    meta = record.get("meta")
    return meta.get("published") if isinstance(meta, Mapping) else None
