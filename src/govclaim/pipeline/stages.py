"""The straight line from a text to its claims, as steps on one frozen value.

Each spaCy component of ``components`` is one step; nothing here knows spaCy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from govclaim.claims import assembly
from govclaim.knowledge import Knowledge
from govclaim.recognizers import agreement, entities, links, numerals, quantities, settlement, times
from govclaim.text import layout, sentences, tokens
from govclaim.values import (
    Candidate,
    Claim,
    Entity,
    Layers,
    Numeral,
    Quantity,
    RawDocument,
    Sentence,
    Time,
    Token,
)

__all__ = [
    "Names",
    "Work",
    "link",
    "propose_entities",
    "propose_quantities",
    "propose_times",
    "read",
    "reconcile",
    "state_claims",
]


class Names(Protocol):
    """Finds names in sentences; ``version`` tells which model, if any."""

    @property
    def version(self) -> str | None:
        """Name of the model, for the annotation's ``producer``."""
        ...  # pragma: no cover

    def propose(self, sentences: tuple[Sentence, ...], place: str | None) -> tuple[tuple[Candidate[Entity], ...], ...]:
        """Candidates of each sentence, in any order.

        Args:
            sentences: Of one document.
            place: Name or code of the place that the page is about, if known.
        """
        ...  # pragma: no cover


@dataclass(frozen=True, slots=True)
class Work:
    """One document on its way; a step fills in its own fields.

    Attributes:
        raw: The document as it was given.
        sentences: In order.
        tokens: Words of each sentence; ``None`` where a foreign tokenizer has cut the text.
        numerals: Of each sentence; so are the next three, candidates that may overlap.
        layers: Of each sentence, settled.
        claims: Of the whole document, in order of the text.
        model: Name of the model that proposed names.
    """

    raw: RawDocument
    sentences: tuple[Sentence, ...] = ()
    tokens: tuple[tuple[Token, ...], ...] | None = None
    numerals: tuple[tuple[Numeral, ...], ...] = ()
    quantities: tuple[tuple[Candidate[Quantity], ...], ...] = ()
    times: tuple[tuple[Candidate[Time], ...], ...] = ()
    entities: tuple[tuple[Candidate[Entity], ...], ...] = ()
    layers: tuple[Layers, ...] = ()
    claims: tuple[Claim, ...] = ()
    model: str | None = None


def read(raw: RawDocument, segmenter: tokens.Segmenter | None, knowledge: Knowledge) -> Work:
    """Find the sentences and their words.

    Args:
        raw: The document.
        segmenter: Cuts a sentence into words; ``None`` where nobody needs them.
        knowledge: The tables.

    Returns:
        Work with ``sentences`` and ``tokens``.
    """
    found = sentences.split(layout.read(raw, knowledge), knowledge)
    return Work(raw, found, None if segmenter is None else tokens.segment(found, segmenter))


def propose_quantities(work: Work, knowledge: Knowledge) -> Work:
    """Find numerals and the quantities around them.

    Args:
        work: With ``sentences``.
        knowledge: The tables.

    Returns:
        Work with ``numerals`` and ``quantities``.
    """
    found = tuple(numerals.find(sentence.surface.text, knowledge) for sentence in work.sentences)
    return replace(work, numerals=found, quantities=quantities.propose_document(work.sentences, found, knowledge))


def propose_times(work: Work, knowledge: Knowledge) -> Work:
    """Find times and resolve them against the passage and the day of publication.

    Args:
        work: With ``sentences``.
        knowledge: The tables.

    Returns:
        Work with ``times``.
    """
    expressions = tuple(times.propose(sentence.surface.text, knowledge) for sentence in work.sentences)
    return replace(work, times=times.resolve(expressions, work.sentences, work.raw.published, knowledge))


def propose_entities(work: Work, recognizers: Sequence[Names], knowledge: Knowledge) -> Work:
    """Find names by every recogniser.

    Args:
        work: With ``sentences``.
        recognizers: Rules and models, at least one.
        knowledge: The tables; words that name nothing by themselves (街道) are no names, whoever says so.

    Returns:
        Work with ``entities``.
    """
    found = [recognizer.propose(work.sentences, _place(work.raw)) for recognizer in recognizers]
    merged = tuple(
        tuple(name for part in parts for name in part if not _names_nothing(name, sentence, knowledge))
        for sentence, *parts in zip(work.sentences, *found, strict=True)
    )
    model = next((recognizer.version for recognizer in recognizers if recognizer.version), None)
    if len(recognizers) > 1 and any(getattr(recognizer, "measured", False) for recognizer in recognizers):
        merged = agreement.weigh([sentence.surface.text for sentence in work.sentences], merged, knowledge)
    return replace(work, entities=merged, model=model)


def _place(raw: RawDocument) -> str | None:
    given = raw.meta.get("place")
    return given if isinstance(given, str) else None


def _names_nothing(name: Candidate[Entity], sentence: Sentence, knowledge: Knowledge) -> bool:
    """Whether a model's name is none: kinds alone (街道), of which our own has learnt; 神州; part of a word."""
    if not name.source.startswith("model:"):
        return False
    text = name.span.of(sentence.surface.text)
    return (
        entities.is_no_name(text, knowledge)
        or (name.source != agreement.OURS and entities.is_generic(text, knowledge))
        or entities.within_word(sentence.surface.text, name.span.start, name.span.end, knowledge)
    )


def reconcile(work: Work) -> Work:
    """Settle which candidates stand.

    Args:
        work: With candidates; a layer whose step did not run is empty.

    Returns:
        Work with ``layers``.
    """
    none: tuple[tuple[()], ...] = ((),) * len(work.sentences)
    columns = (work.numerals or none, work.quantities or none, work.times or none, work.entities or none)
    return replace(work, layers=tuple(settlement.reconcile(*row) for row in zip(work.sentences, *columns, strict=True)))


def link(work: Work, knowledge: Knowledge) -> Work:
    """Say which divisions the settled names mean.

    Args:
        work: With ``layers``.
        knowledge: The tables.

    Returns:
        Work whose ``layers`` have links in their entities.
    """
    found = links.resolve(work.layers, _place(work.raw), knowledge)
    return replace(work, layers=tuple(map(_linked, work.layers, found)))


def _linked(layers: Layers, found: Sequence[links.Link]) -> Layers:
    if not any(one.code or one.warning for one in found):
        return layers
    named = (
        replace(name, value=replace(name.value, link=one.code, warning=one.warning))
        if one.code or one.warning
        else name
        for name, one in zip(layers.entities, found, strict=True)
    )
    return replace(layers, entities=tuple(named))


def state_claims(work: Work, knowledge: Knowledge) -> Work:
    """Make claims of the figures.

    Args:
        work: With ``layers``.
        knowledge: The tables.

    Returns:
        Work with ``claims``.
    """
    return replace(work, claims=assembly.settle(work.layers, work.raw, knowledge))
