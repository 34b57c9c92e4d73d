"""Learn the weights of ``claims.ranker`` from annotated claims.

A conditional log-linear model: the probability of a phrase is the softmax of its features' weights
over the phrases that the grammar proposes for the figure. Right is every phrase whose characters
agree with the annotated indicator to an F1 of 0.6 or more, the better the more. AdaGrad, in order of
a seeded shuffle: the same data give the same weights.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from govclaim.claims import indicators
from govclaim.claims.clauses import parse
from govclaim.claims.lexicon import lexicon
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Claim
from govclaim.spans import Span
from govclaim.training import corpus, domains
from govclaim.values import Layers, Place

__all__ = ["Example", "accuracy", "examples", "fit"]

_RIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Example:
    """One figure: the features of each candidate, and how well each agrees with the annotation (0…1).

    Of an example with a ``domain`` each feature is also learnt under its name (``training.domains``).
    """

    document: str
    features: tuple[tuple[str, ...], ...]
    agreement: tuple[float, ...]
    domain: str = ""


def examples(annotation: Annotation, knowledge: Knowledge) -> Iterator[Example]:
    """The figures of one document that have a claim, with their candidates.

    Args:
        annotation: With all layers.
        knowledge: The word list.
    """
    layers = corpus.layers(annotation)
    claims: dict[tuple[int, int], Claim] = {}
    quantities = {item.id: item for item in annotation.quantities}
    for claim in annotation.claims:
        item = quantities[claim.quantity]
        claims.setdefault((item.start, item.end), claim)
    for index, layer in enumerate(layers):
        if layer.quantities:
            yield from _sentence(annotation, layers, index, claims, knowledge)


def _sentence(
    annotation: Annotation,
    layers: Sequence[Layers],
    index: int,
    claims: Mapping[tuple[int, int], Claim],
    knowledge: Knowledge,
) -> Iterator[Example]:
    layer = layers[index]
    parsed = parse(layer, lexicon(knowledge))
    carried: list[Place] = []
    for word in parsed.figures:
        quantity = layer.quantities[parsed.words[word].item]
        span = layer.sentence.surface.to_document(quantity.span)
        claim = claims.get((span.start, span.end))
        if claim is None:
            continue
        gold = None if claim.indicator is None else Span(claim.indicator.start, claim.indicator.end)
        phrases = indicators.propose(parsed, index, word, carried)
        names = []
        for phrase in phrases:
            text = (
                ""
                if phrase.place is None
                else phrase.place.span.of(layers[phrase.place.sentence].sentence.surface.text)
            )
            shared = indicators.shared(parsed, word, quantity.value, claim.type, phrase.route)
            names.append((*shared, *indicators.features(parsed, word, quantity.value, claim.type, phrase, text)))
        agreement = tuple(_agreement(layers, phrase.place, gold) for phrase in phrases)
        yield Example(annotation.id, tuple(names), agreement)
        if gold is not None:
            carried = _carry(layers, gold, carried)


def _carry(layers: Sequence[Layers], gold: Span, carried: list[Place]) -> list[Place]:
    for index, layer in enumerate(layers):
        if layer.sentence.span.contains(gold):
            place = Place(index, layer.sentence.surface.from_document(gold))
            return [place, *(other for other in carried if other != place)]
    return carried


def _agreement(layers: Sequence[Layers], place: Place | None, gold: Span | None) -> float:
    if place is None or gold is None:
        return float(place is None and gold is None)
    span = layers[place.sentence].sentence.surface.to_document(place.span)
    common = min(span.end, gold.end) - max(span.start, gold.start)
    return 2 * common / (len(span) + len(gold)) if common > 0 else 0.0


def fit(
    data: Sequence[Example], *, epochs: int = 6, rate: float = 0.15, l2: float = 0.01, seed: int = 0
) -> dict[str, float]:
    """Learn weights.

    Args:
        data: Figures; those without a right candidate are left out.
        epochs: Passes over the data.
        rate: AdaGrad's step.
        l2: Penalty on the weights that a step touches.
        seed: Of the shuffle.

    Returns:
        Feature → weight.
    """
    weight: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(float)
    shuffler = random.Random(seed)
    usable = [example for example in data if max(example.agreement) >= _RIGHT]
    for _ in range(epochs):
        shuffler.shuffle(usable)
        for example in usable:
            for name, slope in _gradient(example, weight).items():
                step = slope + l2 * weight[name]
                squares[name] += step * step
                weight[name] -= rate * step / math.sqrt(squares[name] + 1e-6)
    return dict(weight)


def _gradient(example: Example, weight: Mapping[str, float]) -> dict[str, float]:
    features = example.features
    if example.domain:
        features = tuple((*names, *domains.named(names, example.domain)) for names in features)
    scores = [sum(weight.get(name, 0.0) for name in names) for names in features]
    top = max(scores)
    masses = [math.exp(score - top) for score in scores]
    total = sum(masses)
    guess = [mass / total for mass in masses]
    wish = [p * a**3 if a >= _RIGHT else 0.0 for p, a in zip(guess, example.agreement, strict=True)]
    whole = sum(wish)
    if whole <= 1e-12:
        best = max(example.agreement)
        wish = [float(a == best) for a in example.agreement]
        whole = sum(wish)
    slopes: dict[str, float] = defaultdict(float)
    for names, p, w in zip(features, guess, wish, strict=True):
        slope = p - w / whole
        if abs(slope) > 1e-4:
            for name in names:
                slopes[name] += slope
    return slopes


def accuracy(data: Sequence[Example], weight: Mapping[str, float]) -> tuple[float, float]:
    """How often the best candidate is right, and how often any is.

    Args:
        data: Figures that the weights did not see.
        weight: Of each feature.

    Returns:
        Both as fractions of all figures.
    """
    right = possible = 0
    for example in data:
        scores = [sum(weight.get(name, 0.0) for name in names) for names in example.features]
        right += example.agreement[max(range(len(scores)), key=scores.__getitem__)] >= _RIGHT
        possible += max(example.agreement) >= _RIGHT
    size = max(1, len(data))
    return right / size, possible / size
