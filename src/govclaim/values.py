"""The frozen values that stages pass to each other.

Everything inside a sentence is in surface coordinates (``SurfaceSpan``); sentences and blocks are in
document coordinates (``Span``). The meaning of every field is that of the annotation contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from govclaim.spans import Span, Surface, SurfaceSpan

__all__ = [
    "Attribution",
    "Block",
    "Candidate",
    "Claim",
    "Entity",
    "Layers",
    "Layout",
    "Numeral",
    "Place",
    "Quantity",
    "RawDocument",
    "Sentence",
    "Subject",
    "Time",
    "TimeExpression",
    "Token",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One text as it was given.

    Attributes:
        text: The untouched text; all document offsets count its code points.
        published: Day of publication; relative times resolve against it. ``None`` if unknown.
        meta: Open metadata of the page (``title``, ``source``, ``url``, ``place``).
    """

    text: str
    published: date | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or line of boilerplate, with page-layout breaks inside it allowed.

    Attributes:
        span: From the first to the last code point that is no white space.
        kind: ``title`` ``subtitle`` ``heading`` ``body`` ``byline`` ``dateline`` ``other``.
        paragraph: Counts from 1.
    """

    span: Span
    kind: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The page: its text and its blocks in order, not overlapping."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        span: In the document, no white space at either end.
        surface: Its text as the grammar reads it, and the map back.
        kind: Kind of its block.
        paragraph: Number of its block.
    """

    span: Span
    surface: Surface
    kind: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a sentence's surface."""

    span: SurfaceSpan


@dataclass(frozen=True, slots=True)
class Numeral:
    """A written number, without unit.

    Attributes:
        span: Digits, Chinese numerals, separators and magnitudes (14.02亿, 三千五百, 3万5千, 百分之三点五).
        value: Exact value with magnitudes applied; ``None`` for a vague one (数十, 几百).
        lower: Lower end of a vague number or range that is one word (五六十, 数百), else ``None``.
        upper: Upper end, likewise.
        form: ``arabic`` ``chinese`` ``capital`` ``mixed`` ``fraction`` ``vague``.
    """

    span: SurfaceSpan
    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    form: str = "arabic"


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """What a recogniser or a model proposes for one stretch of a sentence's surface.

    Attributes:
        span: The stretch.
        value: The layer's value (``Quantity``, ``TimeExpression``, ``Entity`` …).
        confidence: 0…1; for rules, measured on development data.
        source: Who made it: ``rule:quantity.range``, ``model:govclaim_news.tagger``.
        because: The row, cue or score that forced it, for ``govclaim explain``.
    """

    span: SurfaceSpan
    value: T
    confidence: float
    source: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity by §4 of the contract.

    Attributes:
        si_value, si_unit: In the SI (or ISO 4217) base unit where one exists.
        expresses: ``difference`` or ``ratio`` where the text tells them apart.
        from_end: True for 倒数第二.
    """

    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str | None
    dimension: str
    bound: str
    bound_span: SurfaceSpan | None = None
    si_value: Decimal | None = None
    si_unit: str | None = None
    parts: tuple[Decimal, ...] | None = None
    expresses: str | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time as it is written, before it is resolved against the passage and the day of publication.

    Attributes:
        kind: ``date`` ``period`` ``duration`` ``set``.
        reading: What the grammar read, opaque to every stage but the resolver.
    """

    kind: str
    reading: Any


@dataclass(frozen=True, slots=True)
class Time:
    """A resolved time: ISO 8601 / EDTF ``value`` or ``None``; ``warning`` tells why it was withheld."""

    kind: str
    value: str | None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity: ``LOC`` ``ORG`` ``PER``, with optional subtype and link; ``warning`` tells why it has none."""

    label: str
    subtype: str | None = None
    link: str | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Layers:
    """Everything known about one sentence before claims are made.

    Each layer is in order of start and without overlaps inside the layer.
    """

    sentence: Sentence
    numerals: tuple[Numeral, ...] = ()
    quantities: tuple[Candidate[Quantity], ...] = ()
    times: tuple[Candidate[Time], ...] = ()
    entities: tuple[Candidate[Entity], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one sentence of the document.

    Attributes:
        sentence: Index of the sentence in the document, from 0.
        span: In that sentence's surface.
    """

    sentence: int
    span: SurfaceSpan


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figure it is: a mention, and the entity it is (``(sentence, index in its layer)``)."""

    place: Place
    entity: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it; ``quoted`` inside quotation marks."""

    place: Place
    entity: tuple[int, int] | None
    quoted: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim by §6 of the contract.

    Attributes:
        sentence: Index of the quantity's sentence.
        quantity: Index of its quantity in that sentence's layer.
        period: ``(sentence, index in its times layer)``.
        extent: Smallest span of quantity, bound word, indicator, scope and base in the sentence.
        because: Which rules fired, for ``govclaim explain``.
    """

    sentence: int
    quantity: int
    type: str
    indicator: Place | None
    indicator_name: str | None
    subject: Subject | None
    direction: str | None
    basis: str | None
    base: Place | None
    scope: Place | None
    period: tuple[int, int] | None
    modality: str
    polarity: str
    attribution: Attribution | None
    extent: SurfaceSpan
    confidence: float
    source: str
    because: str = ""
