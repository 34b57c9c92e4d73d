"""The panel: one row for each claim, keyed by place, period and indicator, as a tidy table.

The file's name says the kind: ``.csv``, ``.xlsx`` or ``.parquet``. Values are in SI or ISO 4217 base units where
these exist (``unit`` says which), and as written beside them. Nothing is summed, averaged or left out: a figure
that two documents report is two rows, and a claim whose place or period the text does not say has ``null``
there. Growth has its sign in ``direction``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim.errors import GovclaimError, InputError
from govclaim.exports import delimited, frames
from govclaim.exports.frames import Column, Row
from govclaim.exports.parquet import Table
from govclaim.exports.targets import whole_file
from govclaim.exports.workbook import Sheets
from govclaim.formats import Refused, distinct
from govclaim.schema import Annotation, Claim

__all__ = ["COLUMNS", "claim_rows", "in_order", "write"]


def _columns(named: str) -> tuple[Column, ...]:
    parts = [part.partition(":") for part in named.split()]
    return tuple(Column(name, kind or "text", (name,)) for name, _, kind in parts)  # type: ignore[arg-type]


COLUMNS = _columns(
    "place place_name period indicator type value:number unit bound lower:number upper:number direction basis base "
    "scope rank_from_end:flag modality polarity subject speaker quoted:flag indicator_text period_text "
    "written written_value:number written_unit document published title url claim start:integer end:integer text "
    "confidence:number"
)
"""The columns of the panel: the key, the figure, what qualifies it, how it was written and where."""


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str] = ()) -> list[Refused]:
    """Write the panel.

    Args:
        annotations: Any number; their rows are held in memory, to be put in order.
        target: ``.csv``, ``.xlsx`` or ``.parquet``.
        layers: Of no meaning here.

    Returns:
        The documents that were set aside.

    Raises:
        InputError: The name of the file says no kind, or a package for it is missing.
    """
    kind = _KINDS.get(target.suffix.lower())
    if kind is None:
        hint = f"call the file panel{', panel'.join(_KINDS)}"
        raise InputError(
            "the panel is a table in one file, and its name does not say of what kind", where=str(target), hint=hint
        )
    refused: list[Refused] = []
    found: list[Row] = []
    for annotation in distinct(annotations, refused):
        rows = claim_rows(annotation)
        try:
            frames.check({"panel": rows})
        except GovclaimError as error:
            refused.append(Refused(annotation.id, error))
            continue
        found.extend(rows)
    with whole_file(target) as path:
        kind(path, in_order(found))
    return refused


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows by place, period and indicator, those without one last.

    Args:
        rows: Of any documents.
    """
    keys = ("place", "place_name", "period", "indicator", "document")

    def key(row: Row) -> tuple[Any, ...]:
        return (*((row[name] is None, row[name] or "") for name in keys), row["start"])

    return sorted(rows, key=key)


def claim_rows(annotation: Annotation) -> list[Row]:
    """The rows of one document, in the order of the text.

    Args:
        annotation: Any.

    Returns:
        Mappings with the keys of ``COLUMNS``.
    """
    items = annotation.by_id()
    return [_row(annotation, claim, items) for claim in annotation.claims]


def _row(annotation: Annotation, claim: Claim, items: Mapping[str, Any]) -> Row:
    quantity = items[claim.quantity]
    entity = items.get(getattr(claim.subject, "entity", None) or "")
    period = items.get(claim.period or "")
    in_si = quantity.si is not None and quantity.value is not None
    own = claim if claim.start is not None else quantity
    title, url = annotation.meta.title, annotation.meta.url
    return {
        "place": entity.link if entity is not None and entity.label == "LOC" else None,
        "place_name": _shown(entity) if entity is not None and entity.label == "LOC" else None,
        "period": period.value if period is not None else None,
        "indicator": claim.indicator_name or _shown(claim.indicator),
        "type": claim.type,
        "value": quantity.si.value if in_si else quantity.value,
        "unit": quantity.si.unit if in_si else quantity.unit,
        "bound": quantity.bound,
        "lower": quantity.lower,
        "upper": quantity.upper,
        "direction": claim.direction,
        "basis": claim.basis,
        "base": _shown(claim.base),
        "scope": _shown(claim.scope),
        "rank_from_end": quantity.from_end,
        "modality": claim.modality,
        "polarity": claim.polarity,
        "subject": _shown(claim.subject),
        "speaker": _shown(claim.attribution),
        "quoted": None if claim.attribution is None else claim.attribution.quoted,
        "indicator_text": _shown(claim.indicator),
        "period_text": _shown(period),
        "written": _shown(quantity),
        "written_value": quantity.value,
        "written_unit": quantity.unit,
        "document": annotation.id,
        "published": annotation.meta.published,
        "title": title if isinstance(title, str) else None,
        "url": url if isinstance(url, str) else None,
        "claim": claim.id,
        "start": own.start,
        "end": own.end,
        "text": own.text,
        "confidence": claim.confidence,
    }


def _shown(span: Any) -> str | None:
    if span is None:
        return None
    shown: str = span.surface or span.text
    return shown


def _to_csv(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([column.name for column in COLUMNS])
        writer.writerows([delimited.cell(row[column.name], column) for column in COLUMNS] for row in rows)


def _to_workbook(path: Path, rows: Iterable[Row]) -> None:
    sheets = Sheets({"panel": COLUMNS})
    sheets.append("panel", rows)
    sheets.save(path)


def _to_parquet(path: Path, rows: Iterable[Row]) -> None:
    with Table(path, COLUMNS) as table:
        table.append(rows)


_KINDS: Mapping[str, Callable[[Path, Iterable[Row]], None]] = {
    ".csv": _to_csv,
    ".xlsx": _to_workbook,
    ".parquet": _to_parquet,
}
