"""Fit the weights by which ``claims.subjects`` chooses; those of ``claims.periods``: ``chains``.

A conditional logit (McFadden 1974): the probability of a candidate is the softmax of its traits' weights over
the candidates of one figure, and the likelihood is that of any right candidate. As a figure's choice is the
next one's context, the fit is made twice: with the annotated choices as context, then also with those that the
first weights make themselves (DAgger, Ross et al. 2011), so that one error does not bring the next.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govclaim.claims import subjects
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Claim
from govclaim.spans import Span
from govclaim.training import corpus
from govclaim.values import Layers, Place

__all__ = ["Example", "accuracy", "figures_of", "fit", "fit_twice", "right", "subject_examples"]

Examples = Callable[[Annotation, Knowledge, "Mapping[str, float] | None"], "list[Example]"]

_RIGHT = 0.6
_SUFFIX = re.compile("(?:街道|地区|[省市县区镇乡村州])$")
_RUN = 6
"""How much the first figure of a sentence weighs at most: those after it follow its choice."""


@dataclass(frozen=True, slots=True)
class Example:
    """One figure: its document, the traits of each candidate, which are right, and how much it counts in the fit."""

    document: str
    traits: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    weight: float = 1.0


def subject_examples(
    annotation: Annotation, knowledge: Knowledge, weights: Mapping[str, float] | None = None
) -> list[Example]:
    """The figures of one document, with the candidates for their subjects.

    Args:
        annotation: With all layers.
        knowledge: Words.
        weights: With these the walk takes its own choices as context; without, the annotated ones.
    """
    layers = corpus.layers(annotation)
    walk = subjects.Walk(layers, corpus.raw(annotation), knowledge)
    found = []
    for claim, sentence, index in figures_of(annotation):
        gold = None if claim.subject is None else Span(claim.subject.start, claim.subject.end)
        offered = [((*(m.traits if m else ()), *more), m) for m, more in walk.candidates(sentence, index)]
        right = tuple(_same_subject(annotation.text, layers, mention, gold) for _, mention in offered)
        found.append((sentence, gold, Example(annotation.id, tuple(traits for traits, _ in offered), right)))
        if weights is None:
            walk.settle(sentence, index, _mention(annotation.text, layers, gold))
        else:
            walk.settle(sentence, index, offered[_top(found[-1][2], weights)][1])
    return _weighted(found)


def figures_of(annotation: Annotation) -> Iterator[tuple[Claim, int, int]]:
    """Claims with the sentence of their figure and its index there, in text order."""
    order = {sentence.id: index for index, sentence in enumerate(annotation.sentences)}
    places: dict[str, tuple[int, int]] = {}
    counts: Counter[int] = Counter()
    for item in sorted(annotation.quantities, key=lambda item: item.start):
        sentence = order[item.sentence]
        places[item.id] = sentence, counts[sentence]
        counts[sentence] += 1
    found = sorted((*places[claim.quantity], number) for number, claim in enumerate(annotation.claims))
    for sentence, index, number in found:
        yield annotation.claims[number], sentence, index


def _weighted(found: Sequence[tuple[int, Any, Example]]) -> list[Example]:
    """Let the first figure of a sentence weigh as much as those that share its answer."""
    out = []
    for at, (sentence, gold, example) in enumerate(found):
        run = 1
        if at == 0 or found[at - 1][0] != sentence:
            while at + run < len(found) and found[at + run][:2] == (sentence, gold):
                run += 1
        out.append(Example(example.document, example.traits, example.right, float(min(run, _RUN))))
    return out


def _same_subject(text: str, layers: Sequence[Layers], mention: subjects.Mention | None, gold: Span | None) -> bool:
    if mention is None or gold is None:
        return mention is None and gold is None
    span = layers[mention.place.sentence].sentence.surface.to_document(mention.place.span)
    ours, theirs = _positions(text, span), _positions(text, gold)
    if 2 * len(ours & theirs) >= _RIGHT * (len(ours) + len(theirs)):
        return True
    return _stem(text, span) == _stem(text, gold)


def _positions(text: str, span: Span) -> set[int]:
    return {position for position in range(span.start, span.end) if not text[position].isspace()}


def _stem(text: str, span: Span) -> str:
    return _SUFFIX.sub("", "".join(span.of(text).split()))


def _place(layers: Sequence[Layers], span: Span) -> Place | None:
    for index, layer in enumerate(layers):
        if layer.sentence.span.contains(span):
            return Place(index, layer.sentence.surface.from_document(span))
    return None


def _mention(text: str, layers: Sequence[Layers], gold: Span | None) -> subjects.Mention | None:
    """The annotated subject as the walk would have met it."""
    place = _place(layers, gold) if gold else None
    if gold is None or place is None:
        return None
    entity, kind = None, "thing"
    for index, found in enumerate(layers[place.sentence].entities):
        if found.span == place.span:
            entity, kind = (place.sentence, index), found.value.label
    name = "".join(gold.of(text).split())
    kind = "national" if name in ("全国", "我国") else kind
    stem = "" if kind == "national" else _SUFFIX.sub("", name)
    return subjects.Mention(place.span.start, place.span.end, place, entity, kind, stem, False, (), 0.0)


def _top(example: Example, weights: Mapping[str, float]) -> int:
    scores = [sum(weights.get(trait, 0.0) for trait in traits) for traits in example.traits]
    return max(range(len(scores)), key=scores.__getitem__)


def fit(data: Sequence[Example], *, l2: float, least: int = 3, steps: int = 200) -> dict[str, float]:
    """Learn weights by Rprop on the penalised likelihood; the same data give the same weights.

    Args:
        data: Figures; those without a right candidate are left out.
        l2: Penalty.
        least: A trait that fewer documents show gets no weight.
        steps: Of the optimiser.

    Returns:
        Trait → weight.
    """
    usable = [example for example in data if any(example.right)]
    seen: dict[str, set[str]] = defaultdict(set)
    for example in usable:
        for trait in {trait for traits in example.traits for trait in traits}:
            seen[trait].add(example.document)
    names = sorted(trait for trait, documents in seen.items() if len(documents) >= least)
    column = {trait: index for index, trait in enumerate(names)}
    rows = [[column[t] for t in traits if t in column] for example in usable for traits in example.traits]
    groups = np.repeat(np.arange(len(usable)), [len(example.traits) for example in usable])
    right = np.array([flag for example in usable for flag in example.right], float)
    weights = _maximise(
        np.repeat(np.arange(len(rows)), [len(row) for row in rows]),
        np.array([index for row in rows for index in row], int),
        groups,
        right,
        np.array([example.weight for example in usable]),
        l2,
        steps,
        len(names),
    )
    return dict(zip(names, weights.tolist(), strict=True))


def _maximise(
    row: NDArray[Any],
    column: NDArray[Any],
    group: NDArray[Any],
    right: NDArray[Any],
    weight: NDArray[Any],
    l2: float,
    steps: int,
    size: int,
) -> NDArray[Any]:
    w, step, before = np.zeros(size), np.full(size, 0.05), np.zeros(size)
    for _ in range(steps):
        score = np.bincount(row, weights=w[column], minlength=len(group))
        top = np.full(len(weight), -np.inf)
        np.maximum.at(top, group, score)
        mass = np.exp(score - top[group])
        every = mass / np.bincount(group, weights=mass)[group]
        wanted = mass * right / np.bincount(group, weights=mass * right)[group]
        slope = (every - wanted) * weight[group]
        gradient = np.bincount(column, weights=slope[row], minlength=size) + l2 * w
        turn = gradient * before
        step = np.where(turn > 0, np.minimum(step * 1.2, 1.0), np.where(turn < 0, np.maximum(step * 0.5, 1e-6), step))
        before = np.where(turn < 0, 0.0, gradient)
        w = w - np.sign(before) * step
    return w


def fit_twice(
    annotations: Sequence[Annotation], knowledge: Knowledge, examples: Examples, *, l2: float = 4.0, least: int = 3
) -> dict[str, float]:
    """Fit with the annotated context, then with the model's own as well.

    Args:
        annotations: Documents.
        knowledge: Words.
        examples: ``subject_examples``.
        l2: Penalty of the first fit; the second sees twice the data and gets twice of it.
        least: As of ``fit``.
    """
    taught = [example for annotation in annotations for example in examples(annotation, knowledge, None)]
    first = fit(taught, l2=l2, least=least)
    own = [example for annotation in annotations for example in examples(annotation, knowledge, first)]
    return fit([*taught, *own], l2=2 * l2, least=least)


def right(annotation: Annotation, knowledge: Knowledge, weights: Mapping[str, float]) -> int:
    """How many subjects of a document the walk's own choice gets right, on annotated layers.

    Args:
        annotation: With all layers.
        knowledge: Words.
        weights: Of each trait.
    """
    data = subject_examples(annotation, knowledge, weights)
    return sum(example.right[_top(example, weights)] for example in data)


def accuracy(
    annotations: Sequence[Annotation], knowledge: Knowledge, examples: Examples, weights: Mapping[str, float]
) -> tuple[float, float]:
    """How often the walk's own choice is right, and how often any candidate is, on annotated layers."""
    data = [example for annotation in annotations for example in examples(annotation, knowledge, weights)]
    right = sum(example.right[_top(example, weights)] for example in data)
    return right / max(1, len(data)), sum(any(example.right) for example in data) / max(1, len(data))
