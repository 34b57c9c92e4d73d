"""Annotations as rows of Arrow and Parquet: nested as the JSON is, with exact decimals.

A number is two columns: ``value`` is ``decimal128(38, 18)``, and ``value_exact`` holds its digits where it
does not fit or was written with other digits (``5.0``); else it is null. A confidence is
``decimal128(10, 9)``, rounded. What the contract leaves open (a foreign field of ``meta`` or of a warning) is
JSON in ``extra``.

pyarrow is imported on first use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any

from govclaim.extras import required
from govclaim.schema import Annotation, Meta, Notice, to_json

__all__ = ["restored", "row", "schema", "table"]

_DIGITS, _PLACES = 38, 18
_WHOLE = Decimal(10) ** (_DIGITS - _PLACES)
_SPAN = ("start", "end", "text", "surface")
_META = ("title", "published", "source", "url", "place")
_NOTICE = ("code", "message", "start", "end")
_NUMBERS = ("value", "lower", "upper")


@lru_cache(maxsize=1)
def schema() -> Any:
    """The Arrow schema of a document.

    Raises:
        InputError: pyarrow is not installed.
    """
    pa = required("pyarrow", "parquet")
    text, count, flag = pa.string(), pa.int32(), pa.bool_()
    exact, sure = pa.decimal128(_DIGITS, _PLACES), pa.decimal128(10, 9)

    def struct(*names: str, **others: Any) -> Any:
        offsets = {"start": count, "end": count}
        return pa.struct([(name, offsets.get(name, text)) for name in names] + list(others.items()))

    def numbers(*names: str) -> dict[str, Any]:
        return {field: type for name in names for field, type in ((name, exact), (f"{name}_exact", text))}

    span = struct(*_SPAN)
    item = ("id", *_SPAN)
    made = {"sentence": text, "confidence": sure, "source": text}
    sentence = struct(*item, "kind", paragraph=count)
    entity = struct(*item, "label", "subtype", "link", **made)
    quantity = struct(
        *item,
        **numbers(*_NUMBERS),
        **dict.fromkeys(("unit", "dimension", "bound"), text),
        bound_span=span,
        parts=pa.list_(pa.struct(list(numbers("value").items()))),
        expresses=text,
        from_end=flag,
        si=pa.struct([*numbers("value").items(), ("unit", text)]),
        **made,
    )
    claim = struct(
        "id", "sentence", *_SPAN, "type", "quantity",
        indicator=span,
        indicator_name=text,
        subject=struct(*_SPAN, "entity"),
        direction=text,
        basis=text,
        base=struct(*_SPAN, "time", "entity"),
        scope=span,
        period=text,
        modality=text,
        polarity=text,
        attribution=struct(*_SPAN, "entity", quoted=flag),
        confidence=sure,
        source=text,
    )  # fmt: skip
    return pa.schema(
        {
            "schema_version": text,
            "id": text,
            "text": text,
            "text_length": count,
            "text_sha256": text,
            "producer": struct("govclaim", "model", "knowledge"),
            "meta": struct(*_META, "extra"),
            "sentences": pa.list_(sentence),
            "entities": pa.list_(entity),
            "quantities": pa.list_(quantity),
            "times": pa.list_(struct(*item, "kind", "value", **made)),
            "claims": pa.list_(claim),
            "tokens": pa.list_(struct("start", "end", "text")),
            "numerals": pa.list_(struct("start", "end", "text", "role", "ref")),
            "warnings": pa.list_(struct("code", "message", "start", "end", "extra")),
        }
    )


def row(annotation: Annotation, *, text: bool = True) -> bytes:
    """An annotation as an Arrow record batch of one row, without its schema.

    Args:
        annotation: Any.
        text: Whether its text is written, and those of its sentences and words.

    Raises:
        InputError: pyarrow is not installed.
    """
    pa = required("pyarrow", "parquet")
    content = {name: take(getattr(annotation, name, None)) for name, take in _takers().items()}
    content["text_length"] = len(annotation.text)
    content["text_sha256"] = sha256(annotation.text.encode()).hexdigest()
    content["meta"] = _meta(annotation.meta)
    content["warnings"] = [_notice(warning) for warning in annotation.warnings]
    if not text:
        content["text"] = None
        for piece in (*content["sentences"], *(content["tokens"] or ())):
            piece["text"] = piece["surface"] = None
    return bytes(pa.RecordBatch.from_pylist([content], schema=schema()).serialize())


def table(rows: Iterable[bytes]) -> Any:
    """The Arrow table of rows that ``row`` made.

    Args:
        rows: In order.

    Raises:
        InputError: pyarrow is not installed.
    """
    pa = required("pyarrow", "parquet")
    batches = [pa.ipc.read_record_batch(pa.py_buffer(content), schema()) for content in rows]
    return pa.Table.from_batches(batches, schema=schema()).combine_chunks()


def restored(content: Mapping[str, Any]) -> Annotation:
    """The annotation that a row holds.

    Args:
        content: The row as ``to_pylist`` gives it; its text must have been written.

    Returns:
        Equal to what was written. Fields that the row has as null are given as ``None``.
    """
    fields = dict(content)
    for name in ("text_length", "text_sha256"):
        fields.pop(name, None)
    meta = dict(fields["meta"])
    extra = json.loads(meta.pop("extra") or "{}", parse_float=Decimal)
    fields["meta"] = {**{name: value for name, value in meta.items() if value is not None}, **extra}
    fields["warnings"] = [_warning(notice) for notice in fields["warnings"]]
    fields["quantities"] = [_quantity(quantity) for quantity in fields["quantities"]]
    for layer in ("entities", "quantities", "times", "claims"):
        for item in fields[layer]:
            item["confidence"] = _stripped(item["confidence"])
    return Annotation.model_validate(fields)


def _quantity(content: Mapping[str, Any]) -> dict[str, Any]:
    quantity = {**content, **_numbers(content, *_NUMBERS)}
    if quantity["si"] is not None:
        quantity["si"] = {**_numbers(quantity["si"], "value"), "unit": quantity["si"]["unit"]}
    if quantity["parts"] is not None:
        quantity["parts"] = [_numbers(part, "value")["value"] for part in quantity["parts"]]
    return {name: value for name, value in quantity.items() if not name.endswith("_exact")}


def _numbers(content: Mapping[str, Any], *names: str) -> dict[str, Decimal | None]:
    found = {}
    for name in names:
        text = content[f"{name}_exact"]
        found[name] = Decimal(text) if text is not None else _stripped(content[name])
    return found


def _stripped(value: Decimal | None) -> Decimal | None:
    """A decimal without the zeros that its column has put behind it."""
    return None if value is None else Decimal(_plain(value))


def _plain(value: Decimal) -> str:
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _taker(kind: Any) -> Callable[[Any], Any]:
    """What makes of a value that which pyarrow takes for a column of this type."""
    pa = required("pyarrow", "parquet")
    if pa.types.is_list(kind):
        each = _taker(kind.value_type)
        return lambda values: None if values is None else [each(value) for value in values]
    if pa.types.is_struct(kind):
        return _struct_taker(kind)
    if pa.types.is_decimal(kind):
        places = Decimal(1).scaleb(-kind.scale)
        return lambda value: None if value is None else value.quantize(places)
    return lambda value: value


def _struct_taker(kind: Any) -> Callable[[Any], Any]:
    names = {field.name for field in kind}
    exact = [name for name in _NUMBERS if f"{name}_exact" in names]
    others = [(field.name, _taker(field.type)) for field in kind if field.name.removesuffix("_exact") not in exact]

    def take(value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        content = {name: taker(getattr(value, name, None)) for name, taker in others}
        for name in exact:
            # A member of a ratio is a number itself.
            content.update(_exactly(name, value if isinstance(value, Decimal) else getattr(value, name)))
        return content

    return take


@lru_cache(maxsize=1)
def _takers() -> dict[str, Callable[[Any], Any]]:
    return {field.name: _taker(field.type) for field in schema() if field.name not in ("meta", "warnings")}


def _exactly(name: str, value: Decimal | None) -> dict[str, Any]:
    if value is None:
        return {name: None, f"{name}_exact": None}
    exponent = value.as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= -_PLACES and abs(value) < _WHOLE
    alike = fits and f"{value:f}" == _plain(value)
    return {name: value if fits else None, f"{name}_exact": None if alike else f"{value:f}"}


def _meta(meta: Meta) -> dict[str, Any]:
    fields = dict(meta)
    known = {name: fields.pop(name) for name in _META if isinstance(fields.get(name), str)}
    rest = {name: value for name, value in fields.items() if value is not None}
    return {**dict.fromkeys(_META), **known, "extra": to_json(rest) if rest else None}


def _notice(warning: Notice | str) -> dict[str, Any]:
    fields: dict[str, Any] = {"message": warning} if isinstance(warning, str) else dict(warning)
    known = {name: fields.pop(name, None) for name in _NOTICE}
    return {**known, "extra": to_json(fields) if fields else None}


def _warning(notice: Mapping[str, Any]) -> Any:
    known = {name: notice[name] for name in _NOTICE if notice[name] is not None}
    if notice["extra"] is None and list(known) == ["message"]:
        return known["message"]
    return {**known, **json.loads(notice["extra"] or "{}", parse_float=Decimal)}
