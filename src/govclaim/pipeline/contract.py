"""From the stages' frozen values to the contract's ``Annotation``: ids, document offsets, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from govclaim import __version__, schema
from govclaim.knowledge import VERSION, Knowledge
from govclaim.pipeline.stages import Work
from govclaim.recognizers import tally
from govclaim.spans import Span, SurfaceSpan
from govclaim.values import Candidate, Claim, Layers, Place, Quantity

__all__ = ["build", "with_tokens"]


def build(
    work: Work,
    knowledge: Knowledge,
    *,
    id: str | None = None,
    numerals: bool = False,
) -> schema.Annotation:
    """Write an annotation.

    Args:
        work: With all stages done.
        knowledge: The tables.
        id: Of the document; ``None`` for one made of its text.
        numerals: Also say of every numeral what it is.

    Returns:
        The annotation; items are in order of the text.
    """
    writer = _Writer(work)
    return schema.Annotation(
        schema_version=schema.SCHEMA_VERSION,
        id=id or sha256(work.raw.text.encode()).hexdigest()[:12],
        text=work.raw.text,
        producer=schema.Producer(govclaim=__version__, model=work.model, knowledge=VERSION),
        meta=schema.Meta(**work.raw.meta),
        sentences=tuple(writer.sentences()),
        entities=tuple(writer.entities()),
        quantities=tuple(writer.quantities()),
        times=tuple(writer.times()),
        claims=tuple(writer.claims()),
        tokens=None,
        numerals=tuple(writer.numerals(knowledge)) if numerals else None,
        warnings=tuple(writer.warnings()),
    )


def with_tokens(annotation: schema.Annotation, words: Iterable[Span]) -> schema.Annotation:
    """The same annotation with its words.

    Args:
        annotation: Any.
        words: In order.
    """
    tokens = tuple(schema.Token(start=word.start, end=word.end, text=word.of(annotation.text)) for word in words)
    return annotation.model_copy(update={"tokens": tokens})


@dataclass(frozen=True, slots=True)
class _Ids:
    """How many items of each layer stand before each sentence, so that an index becomes an id."""

    entities: tuple[int, ...]
    quantities: tuple[int, ...]
    times: tuple[int, ...]

    def entity(self, sentence: int, index: int) -> str:
        return f"e{self.entities[sentence] + index + 1}"

    def quantity(self, sentence: int, index: int) -> str:
        return f"q{self.quantities[sentence] + index + 1}"

    def time(self, sentence: int, index: int) -> str:
        return f"t{self.times[sentence] + index + 1}"


class _Writer:
    """The values are plain words where the contract has closed lists, so the models check them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.text = work.raw.text
        self.ids = _Ids(*(_before(work.layers, name) for name in ("entities", "quantities", "times")))

    def span(self, sentence: int, span: SurfaceSpan) -> dict[str, Any]:
        surface = self.work.sentences[sentence].surface
        whole = surface.to_document(span)
        text = whole.of(self.text)
        return {
            "start": whole.start,
            "end": whole.end,
            "text": text,
            "surface": text if len(whole) == len(span) else surface.unfolded(self.text, span),
        }

    def item(self, sentence: int, candidate: Candidate[Any]) -> dict[str, Any]:
        """What entities, quantities and times have in common."""
        return {
            **self.span(sentence, candidate.span),
            "sentence": f"s{sentence + 1}",
            "confidence": _confidence(candidate.confidence),
            "source": candidate.source,
        }

    def sentences(self) -> Iterator[schema.Sentence]:
        for index, sentence in enumerate(self.work.sentences):
            yield schema.Sentence.model_validate(
                {
                    "id": f"s{index + 1}",
                    "start": sentence.span.start,
                    "end": sentence.span.end,
                    "text": sentence.span.of(self.text),
                    "surface": sentence.surface.unfolded(self.text, SurfaceSpan(0, len(sentence.surface))),
                    "kind": sentence.kind,
                    "paragraph": sentence.paragraph,
                }
            )

    def entities(self) -> Iterator[schema.Entity]:
        for at, layers in enumerate(self.work.layers):
            for index, candidate in enumerate(layers.entities):
                value = candidate.value
                yield schema.Entity.model_validate(
                    {
                        "id": self.ids.entity(at, index),
                        **self.item(at, candidate),
                        "label": value.label,
                        "subtype": value.subtype,
                        "link": value.link,
                    }
                )

    def quantities(self) -> Iterator[schema.Quantity]:
        for at, layers in enumerate(self.work.layers):
            for index, candidate in enumerate(layers.quantities):
                value = candidate.value
                yield schema.Quantity.model_validate(
                    {
                        "id": self.ids.quantity(at, index),
                        **self.item(at, candidate),
                        "value": value.value,
                        "lower": value.lower,
                        "upper": value.upper,
                        "unit": value.unit,
                        "dimension": value.dimension,
                        "bound": value.bound,
                        "bound_span": None if value.bound_span is None else self.span(at, value.bound_span),
                        **_optional(value),
                    }
                )

    def times(self) -> Iterator[schema.Time]:
        for at, layers in enumerate(self.work.layers):
            for index, candidate in enumerate(layers.times):
                yield schema.Time.model_validate(
                    {
                        "id": self.ids.time(at, index),
                        **self.item(at, candidate),
                        "kind": candidate.value.kind,
                        "value": candidate.value.value,
                    }
                )

    def claims(self) -> Iterator[schema.Claim]:
        for index, claim in enumerate(self.work.claims):
            yield schema.Claim.model_validate(
                {
                    "id": f"c{index + 1}",
                    "sentence": f"s{claim.sentence + 1}",
                    **self.span(claim.sentence, claim.extent),
                    "type": claim.type,
                    "quantity": self.ids.quantity(claim.sentence, claim.quantity),
                    "indicator": self.place(claim.indicator),
                    "indicator_name": claim.indicator_name,
                    "subject": self.subject(claim),
                    "direction": claim.direction,
                    "basis": claim.basis,
                    "base": self.base(claim),
                    "scope": self.place(claim.scope),
                    "period": None if claim.period is None else self.ids.time(*claim.period),
                    "modality": claim.modality,
                    "polarity": claim.polarity,
                    "attribution": self.attribution(claim),
                    "confidence": _confidence(claim.confidence),
                    "source": claim.source,
                }
            )

    def place(self, place: Place | None) -> dict[str, Any] | None:
        return None if place is None else self.span(place.sentence, place.span)

    def subject(self, claim: Claim) -> dict[str, Any] | None:
        if claim.subject is None:
            return None
        return {**self.span(*_pair(claim.subject.place)), "entity": self.entity(claim.subject.entity)}

    def attribution(self, claim: Claim) -> dict[str, Any] | None:
        said = claim.attribution
        if said is None:
            return None
        return {**self.span(*_pair(said.place)), "entity": self.entity(said.entity), "quoted": said.quoted}

    def base(self, claim: Claim) -> dict[str, Any] | None:
        if claim.base is None:
            return None
        at, span = _pair(claim.base)
        layers = self.work.layers[at]
        time = next((i for i, c in enumerate(layers.times) if span.contains(c.span)), None)
        entity = next((i for i, c in enumerate(layers.entities) if span.contains(c.span)), None)
        return {
            **self.span(at, span),
            "time": None if time is None else self.ids.time(at, time),
            "entity": None if entity is None or time is not None else self.ids.entity(at, entity),
        }

    def entity(self, index: tuple[int, int] | None) -> str | None:
        return None if index is None else self.ids.entity(*index)

    def numerals(self, knowledge: Knowledge) -> Iterator[schema.NumeralRun]:
        naming = {"quantities": self.ids.quantity, "times": self.ids.time, "entities": self.ids.entity}
        for at, layers in enumerate(self.work.layers):
            for account in tally.account(layers, knowledge):
                whole = layers.sentence.surface.to_document(account.span)
                name = naming.get(account.layer or "")
                yield schema.NumeralRun.model_validate(
                    {
                        "start": whole.start,
                        "end": whole.end,
                        "text": whole.of(self.text),
                        "role": account.role,
                        "ref": name(at, account.index) if name and account.index is not None else None,
                    }
                )

    def warnings(self) -> Iterator[schema.Notice]:
        for layers in self.work.layers:
            yield from _notices(layers, layers.entities, "entity.ambiguous")
            yield from _notices(layers, layers.times, "time.withheld")


def _notices(layers: Layers, candidates: Iterable[Candidate[Any]], code: str) -> Iterator[schema.Notice]:
    for candidate in candidates:
        if candidate.value.warning is not None:
            whole = layers.sentence.surface.to_document(candidate.span)
            yield schema.Notice(code=code, message=candidate.value.warning, start=whole.start, end=whole.end)


def _before(layers: tuple[Layers, ...], name: str) -> tuple[int, ...]:
    counts: list[int] = []
    total = 0
    for one in layers:
        counts.append(total)
        total += len(getattr(one, name))
    return tuple(counts)


def _optional(value: Quantity) -> dict[str, Any]:
    """The fields that only some quantities have."""
    found: dict[str, Any] = {"parts": value.parts, "expresses": value.expresses, "from_end": value.from_end or None}
    if value.si_unit is not None and value.si_value is not None:
        found["si"] = {"value": value.si_value, "unit": value.si_unit}
    return {name: one for name, one in found.items() if one is not None}


def _pair(place: Place) -> tuple[int, SurfaceSpan]:
    return place.sentence, place.span


def _confidence(value: float) -> Decimal:
    return Decimal(repr(round(float(value), 4)))
