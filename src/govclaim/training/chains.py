"""Fit the weights by which ``claims.choice.best_chain`` answers all figures of a document together.

A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) whose labels are each figure's own
candidates: the probability of a chain of answers is the softmax, over all chains, of the weights of its
candidates' traits and of its steps. Several candidates of a figure may be right (two namings of one
year); the likelihood is that of any chain of right ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govclaim.claims import periods
from govclaim.claims.choice import STEPS, Link, best_chain, moves, step
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation
from govclaim.training import corpus
from govclaim.training.adaptation import spread
from govclaim.training.choices import figures_of
from govclaim.values import Layers

__all__ = ["Batch", "Chain", "accuracy", "batches", "fit", "period_chain", "right", "traits"]

_BATCH = 100
_NEVER = -1e9

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Chain:
    """The figures of one document, and which candidates of each are right."""

    links: tuple[Link[Any], ...]
    right: tuple[tuple[bool, ...], ...]


def period_chain(annotation: Annotation, knowledge: Knowledge) -> Chain:
    """The figures of one document, with the candidates for their periods.

    Args:
        annotation: With all layers.
        knowledge: Words.
    """
    layers = corpus.layers(annotation)
    walk = periods.Walk(layers, knowledge)
    values = {item.id: item.value for item in annotation.times}
    links, right = [], []
    for claim, sentence, index in figures_of(annotation):
        value = values[claim.period] if claim.period else None
        links.append(walk.link(sentence, index))
        right.append(tuple(_value(layers, option.answer) == value for option in links[-1].options))
    return Chain(tuple(links), tuple(right))


def _value(layers: Sequence[Layers], moment: periods.Moment | None) -> str | None:
    return None if moment is None else layers[moment.place[0]].times[moment.place[1]].value.value


def fit(data: Sequence[Chain], *, l2: float, least: int = 3, steps: int = 70) -> dict[str, float]:
    """Learn weights by Rprop on the penalised likelihood; the same data give the same weights.

    Args:
        data: A chain a document.
        l2: Penalty.
        least: A trait that fewer documents show gets no weight.
        steps: Of the optimiser.

    Returns:
        Trait → weight; the weight of a step's trait stands under ``STEP>trait``.
    """
    column = _columns([chain for chain in data if chain.links], least)
    parts = batches(data, column)
    w, size, before = np.zeros(len(column)), np.full(len(column), 0.05), np.zeros(len(column))
    for _ in range(steps):
        gradient = l2 * w
        for batch in parts:
            gradient += batch.gradient(w)
        turn = gradient * before
        size = np.where(turn > 0, np.minimum(size * 1.2, 1.0), np.where(turn < 0, np.maximum(size * 0.5, 1e-6), size))
        before = np.where(turn < 0, 0.0, gradient)
        w = w - np.sign(before) * size
    return dict(zip(column, w.tolist(), strict=True))


def batches(data: Sequence[Chain], column: Mapping[str, int]) -> list[Batch]:
    """The documents as arrays, those of about one length together.

    Args:
        data: A chain a document.
        column: Of each trait that is learnt.
    """
    chains = sorted((chain for chain in data if chain.links), key=lambda chain: len(chain.links))
    return [Batch(chains[at : at + _BATCH], column) for at in range(0, len(chains), _BATCH)]


def right(data: Sequence[Chain], weights: Mapping[str, float]) -> int:
    """How many answers of the best chains are right."""
    ways, count = moves(weights), 0
    for chain in data:
        for link, flags, answer in zip(chain.links, chain.right, best_chain(chain.links, weights, ways), strict=True):
            count += flags[next(i for i, option in enumerate(link.options) if option.answer is answer)]
    return count


def accuracy(data: Sequence[Chain], weights: Mapping[str, float]) -> tuple[float, float]:
    """How often the best chain's answer is right, and how often any candidate is."""
    count = max(1, sum(len(chain.links) for chain in data))
    possible = sum(any(flags) for chain in data for flags in chain.right)
    return right(data, weights) / count, possible / count


def traits(chain: Chain) -> Iterator[str]:
    """What is learnt of a document: traits of its candidates, and those of its steps as ``STEP>trait``."""
    for link in chain.links:
        for option in link.options:
            yield from option.traits
        for trait in link.steps:
            for name in STEPS:
                yield f"{name}>{trait}"


def _columns(chains: Sequence[Chain], least: int) -> dict[str, int]:
    seen: dict[str, set[int]] = defaultdict(set)
    for number, chain in enumerate(chains):
        for trait in traits(chain):
            seen[trait].add(number)
    names = sorted(trait for trait, documents in seen.items() if len(documents) >= least)
    return {trait: index for index, trait in enumerate(names)}


class Batch:
    """Some documents as padded arrays: documents × figures × candidates."""

    def __init__(self, chains: Sequence[Chain], column: Mapping[str, int]) -> None:
        length = max(len(chain.links) for chain in chains)
        width = max(len(link.options) for chain in chains for link in chain.links)
        self.shape = len(chains), length, width
        self.lengths = np.array([len(chain.links) for chain in chains])
        self.open = np.zeros(self.shape, bool)
        self.right = np.zeros(self.shape, bool)
        self.relation = np.zeros((*self.shape, width), np.int64)
        own: list[tuple[int, int]] = []
        ways: list[tuple[int, int]] = []
        for d, chain in enumerate(chains):
            for t, (link, flags) in enumerate(zip(chain.links, chain.right, strict=True)):
                count, at = len(link.options), d * length + t
                self.open[d, t, :count] = True
                self.right[d, t, :count] = flags if any(flags) else True
                own += [
                    (at * width + c, column[trait])
                    for c, option in enumerate(link.options)
                    for trait in option.traits
                    if trait in column
                ]
                if t:
                    self._relate(d, t, chain.links[t - 1], link)
                    ways += [
                        (at * len(STEPS) + k, column[f"{name}>{trait}"])
                        for k, name in enumerate(STEPS)
                        for trait in link.steps
                        if f"{name}>{trait}" in column
                    ]
        self.own, self.ways = np.array(own, int).reshape(-1, 2).T, np.array(ways, int).reshape(-1, 2).T

    def _relate(self, d: int, t: int, before: Link[Any], link: Link[Any]) -> None:
        for c, option in enumerate(link.options):
            for p, other in enumerate(before.options):
                self.relation[d, t, p, c] = step(other.key, option.key, option.here)

    def gradient(self, w: Array) -> Array:
        """Slope of the negative log likelihood."""
        scores, moves = self._scores(w)
        every, steps = self._marginals(scores, moves, self.open)
        wanted, wanted_steps = self._marginals(scores, moves, self.open & self.right)
        slope = np.bincount(self.own[1], weights=(every - wanted).ravel()[self.own[0]], minlength=len(w))
        return slope + np.bincount(self.ways[1], weights=(steps - wanted_steps).ravel()[self.ways[0]], minlength=len(w))

    def curvature(self, w: Array) -> Array:
        """How sharply it bends, trait by trait, each figure taken by itself."""
        chances = self._marginals(*self._scores(w), self.open)
        found = np.zeros(len(w))
        for (place, column), chance, width in zip(
            (self.own, self.ways), chances, (self.shape[2], len(STEPS)), strict=True
        ):
            if len(place):
                bent = spread(place // width, column, chance.ravel()[place], len(w))
                found += np.bincount(bent[1], weights=bent[2], minlength=len(w))
        return found

    def _scores(self, w: Array) -> tuple[Array, Array]:
        """Of each candidate, and of each step between two."""
        documents, length, width = self.shape
        scores = np.bincount(self.own[0], weights=w[self.own[1]], minlength=documents * length * width)
        costs = np.bincount(self.ways[0], weights=w[self.ways[1]], minlength=documents * length * len(STEPS))
        scores, costs = scores.reshape(self.shape), costs.reshape(documents, length, len(STEPS))
        flat = self.relation.reshape(documents, length, -1)
        return scores, np.take_along_axis(costs, flat, axis=2).reshape(self.relation.shape)

    def _marginals(self, scores: Array, moves: Array, allowed: Array) -> tuple[Array, Array]:
        """Probability of each candidate and of each step, by the forward-backward algorithm."""
        documents, length, _ = self.shape
        scores = np.where(allowed, scores, _NEVER)
        forward, backward = np.full(self.shape, _NEVER), np.zeros(self.shape)
        forward[:, 0] = scores[:, 0]
        for t in range(1, length):
            alive = self.lengths > t
            forward[alive, t] = _log_sum(forward[alive, t - 1][:, :, None] + moves[alive, t], 1) + scores[alive, t]
        for t in range(length - 2, -1, -1):
            alive = self.lengths > t + 1
            ahead = (scores[alive, t + 1] + backward[alive, t + 1])[:, None, :]
            backward[alive, t] = _log_sum(moves[alive, t + 1] + ahead, 2)
        total = _log_sum(forward[np.arange(documents), self.lengths - 1], 1)
        mass = np.exp(np.minimum(forward + backward - total[:, None, None], 0))
        mass[~allowed] = 0
        mass[np.arange(length) >= self.lengths[:, None]] = 0
        steps = np.zeros((documents, length, len(STEPS)))
        for t in range(1, length):
            left = np.flatnonzero(self.lengths > t)
            ahead = (scores[left, t] + backward[left, t])[:, None, :] - total[left][:, None, None]
            pairs = np.exp(np.minimum(forward[left, t - 1][:, :, None] + moves[left, t] + ahead, 0))
            for k in range(len(STEPS)):
                steps[left, t, k] = (pairs * (self.relation[left, t] == k)).sum((1, 2))
        return mass, steps


def _log_sum(values: Array, axis: int) -> Array:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray((top + np.log(np.exp(values - top).sum(axis=axis, keepdims=True))).squeeze(axis))
