"""The annotation contract in pydantic, and the only door for exact JSON.

``loads`` reads a document and checks it against the contract; ``dumps`` writes one. Both keep every
number as a decimal with its own digits, which pydantic's own JSON does not: it reads numbers through
binary floats and writes decimals as strings. ``model_dump(mode="json")`` gives plain JSON numbers.

Models are frozen and open: fields that the contract does not know are kept and written back into the
object that held them. ``dumps`` writes the fields that were given, in the contract's order; whoever
builds an item by hand therefore passes ``None`` for what is not known.

JSON has one spelling for an astral character and for its two surrogates side by side, so a text with
such a pair (it comes from broken decoding) does not survive; lone surrogates do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Union

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic.functional_serializers import PlainSerializer
from pydantic_core import core_schema

from govclaim.errors import SchemaError

__all__ = [
    "SCHEMA_VERSION",
    "SI",
    "Annotation",
    "AttributionRef",
    "BaseRef",
    "Basis",
    "Bound",
    "Claim",
    "ClaimType",
    "Dimension",
    "Direction",
    "Entity",
    "Expresses",
    "Fault",
    "Label",
    "Meta",
    "Modality",
    "Notice",
    "Number",
    "NumeralRole",
    "NumeralRun",
    "Polarity",
    "Producer",
    "Quantity",
    "Sentence",
    "SentenceKind",
    "SpanRef",
    "SubjectRef",
    "Subtype",
    "Time",
    "TimeKind",
    "Token",
    "breaches",
    "check",
    "dump_lines",
    "dumps",
    "faults",
    "json_schema",
    "load_lines",
    "loads",
    "parse_json",
    "to_json",
    "validated",
]

SCHEMA_VERSION = "1.0"
"""Version of the contract that this module writes; it reads every version with the same major number."""

SentenceKind = Literal["title", "subtitle", "heading", "body", "byline", "dateline", "other"]
Label = Literal["LOC", "ORG", "PER"]
Subtype = Literal[
    "admin", "road", "facility", "area", "natural",
    "government", "party", "company", "school", "health", "media", "community", "other",
]  # fmt: skip
Dimension = Literal[
    "money", "percent", "percentage_point", "count", "area", "length", "mass", "volume", "energy", "power",
    "duration", "temperature", "speed", "multiple", "fraction", "rank", "score", "data", "rate", "other",
]  # fmt: skip
Bound = Literal["exact", "approx", "nearly", "over", "at_least", "under", "at_most", "range", "vague"]
Expresses = Literal["difference", "ratio"]
TimeKind = Literal["date", "period", "duration", "set"]
ClaimType = Literal["level", "change", "rank", "share"]
Direction = Literal["increase", "decrease", "flat"]
Basis = Literal["yoy", "qoq", "mom", "previous", "ytd", "since", "plan", "benchmark", "none"]
Modality = Literal["actual", "forecast", "target", "hypothetical"]
Polarity = Literal["affirmed", "negated"]
NumeralRole = Literal["quantity", "time", "ordinal", "enumeration", "name", "idiom", "article", "word", "other"]

_EXPONENT_LIMIT = 10_000
"""Numbers that need more zeros than this are no figures; they would blow up when written out."""

_PLAIN_LIMIT = 400
_INT_DIGITS = 4_000  # Python refuses to turn longer digit strings into int (4300 by default).


def _to_decimal(value: Any) -> Decimal:
    """Take a number as an exact decimal; a float by its shortest digits, a string never."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is required, never a string")
    else:
        number = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    if not number.is_finite():
        raise ValueError("NaN and Infinity are no numbers of the contract")
    return number


def _to_plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _to_plain(value: Any) -> Any:
    """Turn the decimals inside an unknown field into plain JSON numbers."""
    if isinstance(value, Decimal):
        return _to_plain_number(value)
    if isinstance(value, Mapping):
        return {key: _to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(inner) for inner in value]
    return value


class _ExactNumber:
    """Tells pydantic to keep decimals as they are and to write them as JSON numbers."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        writer = core_schema.plain_serializer_function_ser_schema(_to_plain_number, when_used="json")
        return core_schema.no_info_plain_validator_function(_to_decimal, serialization=writer)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "number"}


@dataclass(frozen=True)
class _AnyText:
    """A string that may hold lone surrogates, which pydantic's own string type refuses."""

    filled: bool

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(str, cls_repr="str")

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "minLength": 1} if self.filled else {"type": "string"}


Number = Annotated[Decimal, _ExactNumber()]
_Text = Annotated[str, _AnyText(filled=False)]
_Name = Annotated[str, _AnyText(filled=True)]
_Flag = Annotated[bool, Field(strict=True)]
_Offset = Annotated[int, Field(strict=True, ge=0)]
_Open = Annotated[Any, PlainSerializer(_to_plain, when_used="json")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", validate_default=False)

    if not TYPE_CHECKING:  # Type checkers take it for an argument, and older pydantic refuses it a default.
        __pydantic_extra__: dict[str, _Open]


class Producer(_Model):
    """Which version of govclaim, of its model and of its tables made the annotation."""

    govclaim: _Name | None = None
    model: _Name | None = None
    knowledge: _Name | None = None


class Meta(_Model):
    """Open metadata of the page.

    Attributes:
        published: Day of publication, ISO 8601.
        place: Name or code of the place the page is about.
    """

    title: _Open = None
    published: _Text | None = None
    source: _Open = None
    url: _Open = None
    place: _Open = None

    def get(self, name: str, default: Any = None) -> Any:
        """The field ``name``, known or not, else ``default``."""
        return getattr(self, name, default) if name in type(self).model_fields else self._extra(name, default)

    def _extra(self, name: str, default: Any) -> Any:
        return (self.__pydantic_extra__ or {}).get(name, default)


class SpanRef(_Model):
    """A stretch of the document: ``text == document.text[start:end]``.

    Attributes:
        start: First code point.
        end: One past the last code point.
        text: What stands there.
        surface: The same without breaks of the page's layout.
    """

    start: _Offset
    end: _Offset
    text: _Text
    surface: _Text | None = None


class SubjectRef(SpanRef):
    """The mention of the place, body or person that a figure describes, and the entity it is."""

    entity: _Name | None = None


class BaseRef(SpanRef):
    """What a change is compared with, and the time or entity it is."""

    time: _Name | None = None
    entity: _Name | None = None


class AttributionRef(SpanRef):
    """Who says it; ``quoted`` inside quotation marks."""

    entity: _Name | None = None
    quoted: _Flag = False


class _Item(_Model):
    id: _Name
    start: _Offset
    end: _Offset
    text: _Text
    surface: _Text | None = None


class Sentence(_Item):
    """One sentence; ``paragraph`` counts from 1."""

    kind: SentenceKind | None = None
    paragraph: Annotated[int, Field(strict=True, ge=1)] | None = None
    comment: _Text | None = None


class Entity(_Item):
    """A proper name of a place, body or person.

    Attributes:
        label: By form, not by role.
        link: What a knowledge base calls it, for example the code of a division.
    """

    label: Label
    subtype: Subtype | None = None
    link: _Name | None = None
    sentence: _Name
    confidence: Number | None = None
    source: _Name | None = None
    comment: _Text | None = None


class SI(_Model):
    """A value in the SI (or ISO 4217) base unit."""

    value: Number
    unit: _Name


class Quantity(_Item):
    """A numeral with its unit.

    Attributes:
        value: Exact, magnitudes applied, in the written unit; ``None`` for a vague one or a range.
        lower: Lower end of a range or of a vague number.
        upper: Upper end, likewise.
        unit: Canonical unit, or ``None`` where there is none.
        bound_span: The modifier before it that states the bound.
        parts: The members of a ratio.
        from_end: True for a rank counted from the end.
    """

    value: Number | None
    lower: Number | None
    upper: Number | None
    unit: _Name | None
    dimension: Dimension
    bound: Bound
    bound_span: SpanRef | None
    parts: tuple[Number, ...] | None = None
    expresses: Expresses | None = None
    from_end: _Flag | None = None
    si: SI | None = None
    sentence: _Name
    confidence: Number | None = None
    source: _Name | None = None
    comment: _Text | None = None


class Time(_Item):
    """A time; ``value`` in ISO 8601 or EDTF, ``None`` where it cannot be resolved."""

    kind: TimeKind | None = None
    value: _Name | None
    sentence: _Name
    confidence: Number | None = None
    source: _Name | None = None
    comment: _Text | None = None


class Claim(_Model):
    """One asserted figure about one thing.

    Attributes:
        quantity: Id of its quantity.
        indicator: What is measured.
        indicator_name: Canonical name of the statistic.
        subject: Whose figure it is.
        period: Id of the time it is about.
        attribution: Who says it; ``None`` for the article's own voice.
    """

    id: _Name
    sentence: _Name
    start: _Offset | None = None
    end: _Offset | None = None
    text: _Text | None = None
    surface: _Text | None = None
    type: ClaimType
    quantity: _Name
    indicator: SpanRef | None
    indicator_name: _Name | None = None
    subject: SubjectRef | None
    direction: Direction | None
    basis: Basis | None
    base: BaseRef | None = None
    scope: SpanRef | None
    period: _Name | None
    modality: Modality
    polarity: Polarity
    attribution: AttributionRef | None
    confidence: Number | None = None
    source: _Name | None = None
    comment: _Text | None = None


class Token(_Model):
    """One word."""

    start: _Offset
    end: _Offset
    text: _Text


class NumeralRun(_Model):
    """A run of numeral characters and what became of it; ``ref`` names the item that holds it."""

    start: _Offset
    end: _Offset
    text: _Text
    role: NumeralRole
    ref: _Name | None = None


class Notice(_Model):
    """An oddity of the text, with its place where it has one."""

    code: _Text | None = None
    message: _Text | None = None
    start: _Offset | None = None
    end: _Offset | None = None


class Annotation(_Model):
    """What is marked in one document.

    Every layer is its own list; layers refer to each other by ids that are unique in the document.
    """

    schema_version: _Name = SCHEMA_VERSION
    id: _Name
    text: _Text
    producer: Producer | None = None
    meta: Meta = Meta()
    sentences: tuple[Sentence, ...]
    entities: tuple[Entity, ...]
    quantities: tuple[Quantity, ...]
    times: tuple[Time, ...]
    claims: tuple[Claim, ...]
    tokens: tuple[Token, ...] | None = None
    numerals: tuple[NumeralRun, ...] | None = None
    warnings: tuple[Union[Notice, _Text], ...] = ()  # noqa: UP007 - `|` has no runtime meaning for Annotated on 3.10

    def by_id(self) -> dict[str, Sentence | Entity | Quantity | Time | Claim]:
        """Every item of the five layers by its id."""
        layers = (self.sentences, self.entities, self.quantities, self.times, self.claims)
        return {item.id: item for layer in layers for item in layer}

    def _repr_html_(self) -> str:
        """What a notebook shows of it: the report, in a frame of its own."""
        from govclaim.exports import report  # only when it is looked at: data needs no templates

        return report.render(self)._repr_html_()

    def to_pandas(self) -> dict[str, Any]:
        """A pandas frame for each layer, and one for the document.

        Returns:
            Frames by name (``documents``, ``sentences``, ``entities``, ``quantities``, ``times``, ``claims``,
            ``tokens``, ``numerals``), with the columns of ``govclaim export csv``; numbers are exact (``Decimal``).

        Raises:
            InputError: pandas is not installed.
        """
        from govclaim.exports import frames  # only on demand, as for the report

        return frames.pandas_frames(self)

    def to_polars(self) -> dict[str, Any]:
        """A polars frame for each layer, and one for the document.

        Returns:
            As ``to_pandas``; numbers are decimals of 18 places, and ``…_exact`` has their digits as a text.

        Raises:
            InputError: polars is not installed.
        """
        from govclaim.exports import frames

        return frames.polars_frames(self)


# ---------------------------------------------------------------- the contract's rules across fields


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach of the contract.

    Attributes:
        path: JSON path of the place, ``$.claims[3].quantity``.
        message: What is wrong.
        hint: What to do about it.
    """

    path: str
    message: str
    hint: str


_LAYERS = ("sentences", "entities", "quantities", "times", "claims")
_CLAIM_SPANS = ("indicator", "subject", "base", "scope", "attribution")


def faults(annotation: Annotation) -> Iterator[Fault]:
    """Find every breach of the rules that hold between fields: version, ids, offsets, links, empty strings.

    Args:
        annotation: Any annotation; its fields are valid one by one, as the models see to.

    Yields:
        The faults, cheapest to understand first.
    """
    if annotation.schema_version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        hint = f"this version of govclaim reads {SCHEMA_VERSION} and its successors of the same major number"
        yield Fault("$.schema_version", f"the schema version {annotation.schema_version!r} is not supported", hint)
    yield from _id_faults(annotation)
    yield from _span_faults(annotation)
    yield from _link_faults(annotation)
    yield from _empty_faults(annotation)


def check(annotation: Annotation, *, where: str | None = None) -> None:
    """Refuse an annotation that breaks the contract.

    Args:
        annotation: What to check.
        where: File and line, put in front of the error's place.

    Raises:
        SchemaError: At the first fault, naming record and JSON path.
    """
    for fault in faults(annotation):
        raise SchemaError(fault.message, where=_place(where, annotation.id, fault.path), hint=fault.hint)


def _place(where: str | None, record: Any, path: str | None) -> str | None:
    parts = (where, f"record {record}" if isinstance(record, str) else None, path)
    return ", ".join(part for part in parts if part) or None


def _id_faults(annotation: Annotation) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for layer in _LAYERS:
        for index, item in enumerate(getattr(annotation, layer)):
            path = f"$.{layer}[{index}].id"
            if item.id in seen:
                message = f"the id {item.id!r} is not unique, {seen[item.id]} has it too"
                yield Fault(path, message, "ids are unique in a document, over all its layers")
            seen.setdefault(item.id, path)


def _all_spans(annotation: Annotation) -> Iterator[tuple[str, int, str, Any]]:
    """Every span as (layer, index, rest of its path, span)."""
    for layer in ("sentences", "entities", "quantities", "times", "tokens", "numerals"):
        for index, item in enumerate(getattr(annotation, layer) or ()):
            yield layer, index, "", item
    for index, quantity in enumerate(annotation.quantities):
        if quantity.bound_span is not None:
            yield "quantities", index, ".bound_span", quantity.bound_span
    for index, claim in enumerate(annotation.claims):
        if claim.start is not None or claim.end is not None or claim.text is not None:
            yield "claims", index, "", claim
        for name in _CLAIM_SPANS:
            span = getattr(claim, name)
            if span is not None:
                yield "claims", index, f".{name}", span


def _span_faults(annotation: Annotation) -> Iterator[Fault]:
    text, length = annotation.text, len(annotation.text)
    for layer, index, rest, span in _all_spans(annotation):
        start, end = span.start, span.end
        if start is not None and end is not None and start < end <= length and text[start:end] == span.text:
            continue
        yield Fault(f"$.{layer}[{index}]{rest}", _span_message(text, start, end, span.text), _OFFSET_HINT)
    for index, notice in enumerate(annotation.warnings):
        end = notice.end if isinstance(notice, Notice) and notice.end is not None else 0
        if end > length:
            message = f"the end {end} lies beyond the text of {length} code points"
            yield Fault(f"$.warnings[{index}].end", message, _OFFSET_HINT)


_OFFSET_HINT = "offsets count Unicode code points of the text from 0, the end is exclusive, and a span is never empty"


def _span_message(text: str, start: int | None, end: int | None, said: str | None) -> str:
    if start is None or end is None or said is None:
        return "start, end and text stand together or not at all"
    if start >= end:
        return f"the span [{start}, {end}) is empty"
    if end > len(text):
        return f"the span [{start}, {end}) ends beyond the text of {len(text)} code points"
    return f"the text at [{start}, {end}) is {_short(text[start:end])}, not {_short(said)}"


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _link_faults(annotation: Annotation) -> Iterator[Fault]:
    known = {layer: {item.id for item in getattr(annotation, layer)} for layer in _LAYERS[:4]}
    anything = known["entities"] | known["quantities"] | known["times"]
    for path, target, layer in _all_links(annotation):
        if target not in (anything if layer == "items" else known[layer]):
            message = f"there is no {target!r} in {'entities, quantities or times' if layer == 'items' else layer}"
            yield Fault(path(), message, "a link names the id of an item of the same document")


def _all_links(annotation: Annotation) -> Iterator[tuple[Callable[[], str], str, str]]:
    """Every link as (how to name its path, target, layer of the target)."""
    for layer in _LAYERS[1:]:
        for index, item in enumerate(getattr(annotation, layer)):
            yield _path(layer, index, "sentence"), item.sentence, "sentences"
    for index, claim in enumerate(annotation.claims):
        yield _path("claims", index, "quantity"), claim.quantity, "quantities"
        if claim.period is not None:
            yield _path("claims", index, "period"), claim.period, "times"
        if claim.base is not None and claim.base.time is not None:
            yield _path("claims", index, "base.time"), claim.base.time, "times"
        for name in ("subject", "base", "attribution"):
            entity = getattr(getattr(claim, name), "entity", None)
            if entity is not None:
                yield _path("claims", index, f"{name}.entity"), entity, "entities"
    for index, run in enumerate(annotation.numerals or ()):
        if run.ref is not None:
            yield _path("numerals", index, "ref"), run.ref, "items"


def _path(layer: str, index: int, field: str) -> Callable[[], str]:
    return lambda: f"$.{layer}[{index}].{field}"


def _empty_faults(annotation: Annotation) -> Iterator[Fault]:
    if annotation.id == "":
        yield Fault("$.id", "the document's id is empty", "give every document an id")
    for layer in _LAYERS:
        for index, item in enumerate(getattr(annotation, layer)):
            fields = vars(item)
            if "" not in fields.values():
                continue
            for name, value in fields.items():
                # A comment is free text; an empty text is already reported as an empty span.
                if value == "" and name not in ("comment", "text"):
                    yield Fault(f"$.{layer}[{index}].{name}", "the string is empty", "what is not known is null")


# ---------------------------------------------------------------- writing


_SURROGATE = re.compile("[\ud800-\udfff]")


def _literal(number: Decimal) -> str:
    """Write a decimal with its own digits; zeros of an exponent are written out (1.402E+9 is 1402000000)."""
    if not number.is_finite():
        raise SchemaError(f"{number} is no JSON number", hint="use null for what is not known")
    shown = str(number)
    if "E" not in shown or abs(number.adjusted()) > _PLAIN_LIMIT:
        return shown
    return format(number, "f") if number else "0"


def _float_literal(number: float) -> str:
    if number - number != 0:
        raise SchemaError(f"{number!r} is no JSON number", hint="use null for what is not known")
    return float.__repr__(number)  # numpy's float64 calls itself np.float64(0.5).


def _int_literal(number: int) -> str:
    try:
        return int.__repr__(number)
    except ValueError:  # Python refuses to write more than 4300 digits, a decimal does not.
        return str(Decimal(number))


class _Writer:
    """Writes models, plain values and decimals as JSON text."""

    def __init__(self, indent: int | None) -> None:
        self._step = None if indent is None else " " * indent
        self._separator = ", " if indent is None else ","
        self._simple: dict[type, Callable[[Any], str]] = {
            str: encode_basestring,
            int: _int_literal,
            Decimal: _literal,
            float: _float_literal,
            bool: lambda flag: "true" if flag else "false",
            type(None): lambda _: "null",
            date: lambda day: f'"{day.isoformat()}"',
            datetime: lambda moment: f'"{moment.isoformat()}"',
        }

    def write(self, value: Any, pad: str = "\n") -> str:
        simple = self._simple.get(type(value))
        if simple is not None:
            return simple(value)
        if isinstance(value, BaseModel):
            return self._object(_members(value), pad)
        if isinstance(value, Mapping):
            return self._object(value.items(), pad)
        if isinstance(value, list | tuple):
            inner = pad if self._step is None else pad + self._step
            return self._enclose("[", [self.write(item, inner) for item in value], "]", pad)
        for kind, writer in self._simple.items():  # Subclasses: enums of strings, numpy's float64.
            if isinstance(value, kind):
                return writer(value)
        raise SchemaError(f"a {type(value).__name__} cannot be written as JSON", hint="use plain JSON values")

    def _object(self, members: Iterable[tuple[Any, Any]], pad: str) -> str:
        inner = pad if self._step is None else pad + self._step
        write, simple, quote = self.write, self._simple.get, encode_basestring
        body = []
        for name, value in members:
            known = simple(type(value))
            shown = known(value) if known is not None else write(value, inner)
            body.append(f"{quote(name if isinstance(name, str) else str(name))}: {shown}")
        return self._enclose("{", body, "}", pad)

    def _enclose(self, opening: str, body: list[str], closing: str, pad: str) -> str:
        if self._step is None or not body:
            return opening + self._separator.join(body) + closing
        inner = pad + self._step
        return opening + inner + f",{inner}".join(body) + pad + closing


def _members(model: BaseModel) -> list[tuple[str, Any]]:
    given = model.__pydantic_fields_set__
    members = [member for member in vars(model).items() if member[0] in given]
    if model.__pydantic_extra__:
        members.extend(model.__pydantic_extra__.items())
    return members


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Write models, decimals and plain values as exact JSON, non-ASCII characters as they are.

    Args:
        value: A model of this module, or mappings, lists, strings, numbers, dates and ``None``.
        indent: Spaces a level; ``None`` for one line.

    Returns:
        JSON text that can be encoded as UTF-8: lone surrogates are escaped.

    Raises:
        SchemaError: A number is not finite, or a value has no place in JSON.
    """
    try:
        written = _Writer(indent).write(value)
    except RecursionError as error:
        raise SchemaError("the value is nested too deeply for JSON", hint="flatten its meta or extra fields") from error
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


def dumps(annotation: Annotation, *, indent: int | None = None) -> str:
    """Write an annotation as exact JSON.

    Args:
        annotation: What to write; its fields stand in the contract's order, unknown ones after the known.
        indent: Spaces a level; ``None`` for one line, as in JSON Lines.

    Returns:
        The JSON text, without a line feed at its end.

    Raises:
        SchemaError: A number is not finite, or an unknown field has no place in JSON.
    """
    try:
        return to_json(annotation, indent=indent)
    except SchemaError as error:
        raise SchemaError(error.message, where=_place(None, annotation.id, None), hint=error.hint) from error


def dump_lines(annotations: Iterable[Annotation]) -> Iterator[str]:
    """Write annotations as JSON Lines.

    Args:
        annotations: In the order they shall have.

    Yields:
        One line a document, each with its line feed.

    Raises:
        SchemaError: As ``dumps`` does.
    """
    for annotation in annotations:
        yield dumps(annotation) + "\n"


# ---------------------------------------------------------------- reading


def loads(text: str | bytes, *, where: str | None = None) -> Annotation:
    """Read an annotation from exact JSON and check it against the contract.

    Args:
        text: One JSON object; bytes are UTF-8, with or without a byte order mark.
        where: File and line, put in front of the place of an error.

    Returns:
        The annotation; numbers are decimals with the digits that were written.

    Raises:
        SchemaError: It is no JSON, or breaks the contract; ``where`` names file, record and JSON path.
    """
    return validated(parse_json(text, where=where), where=where)


def validated(raw: Any, *, where: str | None = None) -> Annotation:
    """Check what was read from JSON against the contract.

    Args:
        raw: A JSON object with its fractional numbers as ``Decimal``; binary floats are refused.
        where: File and line, put in front of the place of an error.

    Returns:
        The annotation.

    Raises:
        SchemaError: It breaks the contract; ``where`` names file, record and JSON path.
    """
    record = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(raw, dict):
        raise SchemaError(_no_object(raw), where=_place(where, None, "$"), hint=_ONE_OBJECT)
    _refuse_floats(raw, where)
    try:
        annotation = Annotation.model_validate(raw)
    except ValidationError as error:
        fault = _field_faults(raw, error)[0]
        raise SchemaError(fault.message, where=_place(where, record, fault.path), hint=fault.hint) from error
    check(annotation, where=where)
    return annotation


def breaches(raw: Any) -> tuple[Annotation | None, tuple[Fault, ...]]:
    """Find every breach of the contract in what was read from JSON, where ``validated`` stops at the first.

    Args:
        raw: As ``parse_json`` gives it.

    Returns:
        The annotation, ``None`` where its fields are not valid one by one; and what is wrong.
    """
    if not isinstance(raw, dict):
        return None, (Fault("$", _no_object(raw), _ONE_OBJECT),)
    try:
        annotation = Annotation.model_validate(raw)
    except ValidationError as error:
        return None, _field_faults(raw, error)
    return annotation, tuple(faults(annotation))


_ONE_OBJECT = "one document is one JSON object; use load_lines for JSON Lines"


def _no_object(raw: Any) -> str:
    return f"a JSON object is expected, not {_short(raw)}"


def _field_faults(raw: Any, error: ValidationError) -> tuple[Fault, ...]:
    found = []
    for each in error.errors(include_url=False, include_context=False):
        value = "" if each["type"] == "missing" else f" (found {_short(each['input'])})"
        path, advice = _json_path(raw, each["loc"]), _HINTS.get(each["type"], _ADVICE)
        found.append(Fault(path, f"{each['msg']}{value}", advice))
    return tuple(found)


_HINTS = {
    "missing": "the contract requires the field; give null where the value is not known",
    "value_error": "write a JSON number with the decimal's own digits",
    "greater_than_equal": "offsets count from 0, paragraphs from 1",
    "string_unicode": "field names are valid Unicode",
}
_ADVICE = "give a value of the kind that docs/annotation.schema.json names"


def load_lines(lines: Iterable[str | bytes], *, where: str = "<lines>") -> Iterator[tuple[int, Annotation]]:
    """Read JSON Lines.

    Args:
        lines: An open file, or any lines; empty ones are passed over.
        where: Name of the file, for errors.

    Yields:
        The number of the line, from 1, and its annotation.

    Raises:
        SchemaError: At the first faulty line, naming ``file:line``, record and JSON path.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, loads(line, where=f"{where}:{number}")


def parse_json(text: str | bytes, *, where: str | None = None) -> Any:
    """Read any JSON with numbers as exact decimals, integers as integers.

    Args:
        text: JSON; bytes are UTF-8, with or without a byte order mark.
        where: File and line, for errors.

    Raises:
        SchemaError: It is no JSON, or a number is none of the contract.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return json.loads(decoded, parse_float=_parse_decimal, parse_int=_parse_int, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is no UTF-8"
        raise SchemaError(message, where=where, hint="annotations are UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        message = f"the document is no JSON: {error.msg} at {place}"
        raise SchemaError(message, where=where, hint="one document is one JSON object") from error
    except RecursionError as error:
        raise SchemaError("the document is nested too deeply", where=where) from error
    except SchemaError as error:
        raise SchemaError(error.message, where=where, hint=error.hint) from error


def _parse_decimal(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
        exponent = number.as_tuple().exponent if "e" in digits or "E" in digits else 0
    except InvalidOperation:
        exponent = "F"
    if not isinstance(exponent, int) or abs(exponent) > _EXPONENT_LIMIT:
        raise SchemaError(f"the number {_short(digits)} is out of range", hint="no figure needs such an exponent")
    return number


def _parse_int(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _INT_DIGITS else Decimal(digits)


def _refuse(constant: str) -> NoReturn:
    raise SchemaError(f"{constant} is no number of the contract", hint="use null for what is not known")


def _refuse_floats(value: Any, where: str | None) -> None:
    """NaN and Infinity, which only Python's JSON has, come as floats."""
    if isinstance(value, float):
        raise SchemaError(f"{value} is no number of the contract", where=where, hint="use null for what is not known")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(each, (dict, list, float)):
            _refuse_floats(each, where)


def _json_path(raw: Any, location: tuple[int | str, ...]) -> str:
    """The JSON path of pydantic's location, without the names of union members that it puts in between."""
    path, value = "$", raw
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(part, int) and isinstance(value, list) and part < len(value):
            path, value = f"{path}[{part}]", value[part]
        elif isinstance(part, str) and isinstance(value, dict) and (part in value or last):
            path, value = f"{path}.{part}", value.get(part)
    return path


# ---------------------------------------------------------------- JSON Schema


def json_schema() -> dict[str, Any]:
    """The contract as JSON Schema (draft 2020-12) of one document.

    Returns:
        A new dictionary; numbers are numbers, and unknown fields are allowed everywhere.
    """
    described = Annotation.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}
