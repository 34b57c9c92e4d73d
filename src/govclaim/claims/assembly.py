"""From figures and what stands around them to claims."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from govclaim.canon import indicator_name
from govclaim.claims import attribution, confidence, indicators, kinds, modality, ranker, statements
from govclaim.claims.clauses import Parse, parse
from govclaim.claims.lexicon import lexicon
from govclaim.claims.periods import periods
from govclaim.claims.statements import Statement
from govclaim.claims.subjects import subjects
from govclaim.claims.weights import weights
from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Attribution, Claim, Layers, Place, RawDocument

__all__ = ["settle", "weighed"]

_LIST = 12
"""Figures that 分别 may hand out at most."""

_CARRY = 4
"""Indicators that later figures may take over."""


@dataclass(frozen=True, slots=True)
class _Classes:
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    bounds: _Classes


@dataclass(frozen=True, slots=True)
class _Draft:
    """A claim before the discourse is read."""

    sentence: int
    quantity: int
    statement: Statement
    indicator: Place | None
    confidence: float
    route: str
    looks: tuple[str, ...]


def settle(layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge) -> tuple[Claim, ...]:
    """State the claims of a document.

    Args:
        layers: Of each sentence, in order.
        raw: The document.
        knowledge: Cues, words, weights.

    Returns:
        Claims in order of their figures.
    """
    weight = weights(knowledge, "confidence.tsv.gz")
    return tuple(
        replace(claim, confidence=confidence.probability(signals, weight))
        for claim, signals in weighed(layers, raw, knowledge)
    )


def weighed(layers: Sequence[Layers], raw: RawDocument, knowledge: Knowledge) -> list[tuple[Claim, confidence.Signals]]:
    """The claims of a document as ``settle`` states them, with what their confidence comes from.

    Args:
        layers: Of each sentence, in order.
        raw: The document.
        knowledge: Cues, words, weights.
    """
    drafts: list[_Draft] = []
    carried: list[Place] = []
    mood = statements.Mood()
    outlook = modality.Outlook()
    for index, layer in enumerate(layers):
        if index and layers[index - 1].sentence.paragraph != layer.sentence.paragraph:
            carried = []
        if layer.quantities:
            parsed = parse(layer, lexicon(knowledge))
            read, mood = statements.read(parsed, layer, mood, raw.published, knowledge)
            stated = kinds.settle(parsed, layer, read, knowledge)
            looks = modality.looks(parsed, layer, stated, outlook, knowledge)
            drafts.extend(_sentence(parsed, layers, index, stated, looks, carried, knowledge))
        else:
            modality.heading(layer, outlook, knowledge)
    figures = [(draft.sentence, draft.quantity) for draft in drafts]
    owners = subjects(layers, raw, knowledge, figures)
    moments = periods(layers, knowledge, figures)
    voices = attribution.find(layers, raw, knowledge)
    measured = {(draft.sentence, draft.quantity): draft.indicator for draft in reversed(drafts)}
    claims = []
    for draft, subject, (period, dated) in zip(drafts, owners, moments, strict=True):
        voice = _voice(voices[draft.sentence], layers[draft.sentence].quantities[draft.quantity].span)
        place = draft.statement
        layer = layers[draft.sentence]
        value = None if period is None else layers[period[0]].times[period[1]].value.value
        here = period is not None and period[0] == draft.sentence
        traits = (*draft.looks, *modality.told(place.modality, value, here, raw.published))
        chosen, meant = modality.choose(traits, knowledge)
        if not here and statements.over(chosen, value, raw.published):
            period = None
        scope = _scope(draft, measured)
        certain = {
            "kind": place.certainty,
            "indicator": draft.confidence,
            "modality": meant,
            "period": dated,
            "quantity": layer.quantities[draft.quantity].confidence,
        }
        when = "none" if period is None else "here" if here else "carried"
        signals = confidence.Signals(place.type, draft.route, when, scope is not None, certain)
        claims.append(
            (
                Claim(
                    sentence=draft.sentence,
                    quantity=draft.quantity,
                    type=place.type,
                    indicator=draft.indicator,
                    indicator_name=_name(draft.indicator, layers, knowledge),
                    subject=subject,
                    direction=place.direction,
                    basis=place.basis,
                    base=_place(draft.sentence, place.base),
                    scope=scope,
                    period=period,
                    modality=chosen,
                    polarity=place.polarity,
                    attribution=voice,
                    extent=_extent(draft, layer),
                    confidence=0.0,
                    source=f"rule:{place.rule}",
                    because=f"{place.because}; indicator {draft.route}",
                ),
                signals,
            )
        )
    return claims


def _sentence(
    parsed: Parse,
    layers: Sequence[Layers],
    index: int,
    stated: Sequence[Statement],
    looks: Sequence[tuple[str, ...]],
    carried: list[Place],
    knowledge: Knowledge,
) -> list[_Draft]:
    """The drafts of one sentence; ``carried`` is brought up to date."""
    drafts: list[_Draft] = []
    handed: dict[int, indicators.Phrase] = {}
    for position, statement in enumerate(stated):
        if statement.word not in handed:
            handed.update(_handed_out(parsed, index, stated[position : position + _LIST], carried))
        fixed = handed.get(statement.word)
        if fixed is None and statement.type == "change":
            fixed = indicators.weight(parsed, index, statement.word)
        chosen, probability = (fixed, 0.9) if fixed else _choose(parsed, layers, index, statement, carried, knowledge)
        shared = indicators.share_out(parsed, index, statement.word, carried)
        for phrase in shared or [chosen]:
            route, seen = phrase.route, looks[position]
            drafts.append(_Draft(index, statement.quantity, statement, phrase.place, probability, route, seen))
        if chosen.place is not None:
            carried[:] = [chosen.place, *(place for place in carried if place != chosen.place)][:_CARRY]
    return drafts


def _handed_out(
    parsed: Parse, index: int, stated: Sequence[Statement], carried: Sequence[Place]
) -> dict[int, indicators.Phrase]:
    """The indicators of the list of figures that begins here, where 分别 hands them out."""
    words = parsed.words
    listed = [stated[0].word]
    for statement in stated[1:]:
        between = words[listed[-1] + 1 : statement.word]
        if not between or any(w.tag != "B" and w.text not in {"、", "和", "及", "与", ","} for w in between):
            break
        listed.append(statement.word)
    phrases = indicators.distribute(parsed, index, listed, carried)
    return {} if phrases is None else dict(zip(listed, phrases, strict=True))


def _choose(
    parsed: Parse,
    layers: Sequence[Layers],
    index: int,
    statement: Statement,
    carried: Sequence[Place],
    knowledge: Knowledge,
) -> tuple[indicators.Phrase, float]:
    """The most probable indicator of one figure."""
    word, kind, value = statement.word, statement.type, layers[index].quantities[statement.quantity].value
    phrases = indicators.propose(parsed, index, word, carried)
    routes = [phrase.route for phrase in phrases]
    shared = {route: indicators.shared(parsed, word, value, kind, route) for route in set(routes)}
    own = [indicators.features(parsed, word, value, kind, p, _text(p.place, layers, p.route)) for p in phrases]
    best, probability = ranker.choose(routes, shared, own, weights(knowledge, "ranker.tsv.gz"))
    if routes[best] == "carried" and kind != "level" and phrases[1].place is not None:
        best = 1 if phrases[1].place.sentence == index else best  # 同比增长5%, 位居第二: of what was just measured
    if statement.rule in {"share.of", "share.among"} and routes[best] == "carried":
        best = 0  # the whole is the scope; the part has no phrase of its own (超40%的社工从一线选拔)
    chosen = _of_what_grows(phrases, best, layers)
    return _with_its_class(chosen, phrases, layers, knowledge), probability


def _with_its_class(
    chosen: indicators.Phrase, phrases: Sequence[indicators.Phrase], layers: Sequence[Layers], knowledge: Knowledge
) -> indicators.Phrase:
    """限上零售业销售额, not 零售业销售额: the phrase with the word that bounds the statistic, where there is one."""
    classes = knowledge.document("discourse.yaml", _Document).bounds.classes
    text = _text(chosen.place, layers, "carried")
    longer = (phrase for phrase in phrases if phrase.route == chosen.route and phrase.last == chosen.last)
    return next((p for p in longer if _text(p.place, layers, "carried") in {c + text for c in classes}), chosen)


def _of_what_grows(phrases: Sequence[indicators.Phrase], best: int, layers: Sequence[Layers]) -> indicators.Phrase:
    """制造业投资增速高达119%,位居第三: what ranks is what the growth was of, where that is carried on."""
    chosen = _text(phrases[best].place, layers, "carried")
    for phrase in phrases:
        text = _text(phrase.place, layers, "carried")
        if phrase.route == "carried" and text and chosen in {text + noun for noun in ("增速", "增幅", "涨幅")}:
            return phrase
    return phrases[best]


def _text(place: Place | None, layers: Sequence[Layers], route: str) -> str:
    return "" if place is None or route != "carried" else place.span.of(layers[place.sentence].sentence.surface.text)


def _name(indicator: Place | None, layers: Sequence[Layers], knowledge: Knowledge) -> str | None:
    return None if indicator is None else indicator_name(_text(indicator, layers, "carried"), knowledge)


def _place(sentence: int, span: SurfaceSpan | None) -> Place | None:
    return None if span is None else Place(sentence, span)


def _scope(draft: _Draft, measured: Mapping[tuple[int, int], Place | None]) -> Place | None:
    """The scope as written, or for 占比 after 其中 the indicator of the figure before 其中."""
    statement = draft.statement
    if statement.scope is not None:
        return Place(draft.sentence, statement.scope)
    if statement.scope_figure is None:
        return None
    return measured.get((draft.sentence, statement.scope_figure))


def _voice(voices: Sequence[attribution.AttributionSpan], figure: SurfaceSpan) -> Attribution | None:
    index = bisect_right(voices, figure.start, key=lambda voice: voice.span.start) - 1
    holds = index >= 0 and figure.start < voices[index].span.end
    return voices[index].value if holds else None


def _extent(draft: _Draft, layer: Layers) -> SurfaceSpan:
    """The smallest span over the claim's parts that stand in its sentence."""
    quantity = layer.quantities[draft.quantity]
    statement = draft.statement
    spans = [quantity.span]
    spans += [span for span in (quantity.value.bound_span, statement.scope, statement.base) if span is not None]
    if draft.indicator is not None and draft.indicator.sentence == draft.sentence:
        spans.append(draft.indicator.span)
    return SurfaceSpan(min(span.start for span in spans), max(span.end for span in spans))
