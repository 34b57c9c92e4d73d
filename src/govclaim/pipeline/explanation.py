"""Why an annotation says what it says: the rules, rows and models behind it, and what lost to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from govclaim.errors import InputError
from govclaim.pipeline.components import work_of
from govclaim.pipeline.load import prepared
from govclaim.pipeline.stages import Work
from govclaim.recognizers import settlement
from govclaim.spans import Span
from govclaim.values import Candidate, Claim, Layers, RawDocument, Sentence

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["claim_span", "lines", "trace"]


def trace(raw: RawDocument, nlp: Language) -> Work:
    """Run the pipeline and keep all that its stages found.

    Args:
        raw: The document.
        nlp: The pipeline.
    """
    return work_of(nlp(prepared(raw, nlp), disable=["govclaim_views"]))


def claim_span(work: Work, id: str) -> Span:
    """Where a claim stands.

    Args:
        work: Traced.
        id: Of the claim, like ``c4``.

    Raises:
        InputError: There is no such claim.
    """
    number = id.removeprefix("c")
    if not number.isdecimal() or not 1 <= int(number) <= len(work.claims):
        raise InputError(f"there is no claim {id}", hint=f"the text has c1 … c{len(work.claims)}")
    claim = work.claims[int(number) - 1]
    return work.sentences[claim.sentence].surface.to_document(claim.extent)


def lines(work: Work, stretch: Span) -> Iterator[str]:
    """Explain a stretch of the text.

    Args:
        work: Traced.
        stretch: Of the document.

    Yields:
        Lines of text: what stands there with its source and reason, what lost to what, and the claims.
    """
    for index, layers in enumerate(work.layers):
        sentence = layers.sentence
        if not sentence.span.overlaps(stretch):
            continue
        yield f"s{index + 1} {_place(sentence.span)} {sentence.kind}, paragraph {sentence.paragraph}"
        yield from _winners(layers, stretch)
        yield from _defeats(work, index, stretch)
        yield from _claims(work, index, stretch)


def _winners(layers: Layers, stretch: Span) -> Iterator[str]:
    for layer in ("entities", "times", "quantities"):
        for candidate in getattr(layers, layer):
            if _at(layers.sentence, candidate).overlaps(stretch):
                yield f"  {_NAMES[layer]:<9}{_shown(layers.sentence, candidate)}  {_value(candidate.value)}"
                yield f"           {_source(candidate)}"


def _defeats(work: Work, index: int, stretch: Span) -> Iterator[str]:
    sentence = work.sentences[index]
    quantities = work.quantities[index] if work.quantities else ()
    times = work.times[index] if work.times else ()
    entities = work.entities[index] if work.entities else ()
    for defeat in settlement.contest(sentence, quantities, times, entities):
        if not _at(sentence, defeat.candidate).overlaps(stretch):
            continue
        yield f"  lost     {defeat.layer} {_shown(sentence, defeat.candidate)}  {_value(defeat.candidate.value)}"
        yield f"           {_source(defeat.candidate)}"
        if defeat.winner is not None:
            yield f"           to {_shown(sentence, defeat.winner)} {_source(defeat.winner)}"


def _claims(work: Work, index: int, stretch: Span) -> Iterator[str]:
    sentence = work.sentences[index]
    for number, claim in enumerate(work.claims, start=1):
        where = sentence.surface.to_document(claim.extent)
        if claim.sentence == index and where.overlaps(stretch):
            text = claim.extent.of(sentence.surface.text)
            yield f"  claim    c{number} {_place(where)} {text}  {', '.join(_parts(work, claim))}"
            yield f"           {claim.source}, confidence {claim.confidence:.2f}{_because(claim.because)}"


def _parts(work: Work, claim: Claim) -> Iterator[str]:
    yield claim.type
    for name in ("indicator", "subject", "base", "scope", "attribution"):
        part = getattr(claim, name)
        place = getattr(part, "place", part)
        if place is not None:
            yield f"{name} {place.span.of(work.sentences[place.sentence].surface.text)}"
    for name in ("direction", "basis", "modality", "polarity"):
        value = getattr(claim, name)
        if value not in (None, "none", "actual", "affirmed"):
            yield f"{name} {value}"
    if claim.period is not None:
        time = work.layers[claim.period[0]].times[claim.period[1]]
        yield f"period {time.value.value or time.span.of(work.sentences[claim.period[0]].surface.text)}"


_NAMES = {"entities": "entity", "times": "time", "quantities": "quantity"}
_QUIET = ("lower", "upper", "si_value", "si_unit", "bound_span", "parts", "expresses", "from_end", "warning")


def _at(sentence: Sentence, candidate: Candidate[Any]) -> Span:
    return sentence.surface.to_document(candidate.span)


def _shown(sentence: Sentence, candidate: Candidate[Any]) -> str:
    return f"{_place(_at(sentence, candidate))} {candidate.span.of(sentence.surface.text)}"


def _place(span: Span) -> str:
    return f"[{span.start}, {span.end})"


def _value(value: Any) -> str:
    pairs = ((name, getattr(value, name)) for name in value.__dataclass_fields__)
    kept = ((n, v) for n, v in pairs if v not in (None, False) and (n not in _QUIET or n in ("lower", "upper")))
    return " ".join(f"{name}={shown:f}" if hasattr(shown, "as_tuple") else f"{name}={shown}" for name, shown in kept)


def _source(candidate: Candidate[Any]) -> str:
    return f"{candidate.source}, confidence {candidate.confidence:.2f}{_because(candidate.because)}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
