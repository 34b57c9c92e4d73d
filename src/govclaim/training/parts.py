"""The weights of the claims, each with how it reads documents, learns anew, goes on learning, and is measured."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation
from govclaim.training import adaptation, chains, choices, kinds, labels, modality, ranker
from govclaim.training.adaptation import Group
from govclaim.training.settings import Anneal, Settings

__all__ = ["ALL", "Part", "adapted", "curvature"]

Array = NDArray[Any]
Weights = Mapping[str, float]
D = TypeVar("D")

_RIGHT = 0.6


class Part(ABC, Generic[D]):
    """One file of weights; ``D`` is what it reads of a document."""

    name: ClassVar[str]
    least: ClassVar[float]
    """Weights nearer to zero change no choice and are left out of a model that is trained anew."""

    @abstractmethod
    def read(self, annotation: Annotation, knowledge: Knowledge, old: Weights) -> D:
        """What there is to learn from a document.

        Args:
            annotation: With all layers.
            knowledge: Words.
            old: The weights that it starts from, if any.
        """

    @abstractmethod
    def names(self, document: D) -> Iterator[str]:
        """Its features."""

    @abstractmethod
    def banks(self, documents: Sequence[D], column: Mapping[str, int]) -> Sequence[Any]:
        """Documents as arrays that give ``gradient`` and ``curvature``."""

    @abstractmethod
    def right(self, documents: Sequence[D], weights: Weights) -> int:
        """How many figures get what is annotated."""

    @abstractmethod
    def size(self, document: D) -> int:
        """How many figures it has."""

    @abstractmethod
    def options(self, settings: Settings) -> list[dict[str, Any]]:
        """What ``fitted`` may be asked for."""

    @abstractmethod
    def fitted(self, documents: Sequence[D], options: Mapping[str, Any], seed: int) -> dict[str, float]:
        """Weights learnt anew.

        Args:
            documents: To learn from.
            options: One of ``options``.
            seed: Of the shuffle, where there is one.
        """

    @property
    def file(self) -> str:
        """Name of the file of weights."""
        return f"{self.name}.tsv.gz"


class _Figures(Part["list[ranker.Example]"]):
    """A figure's candidates are scored by themselves."""

    def names(self, document: list[ranker.Example]) -> Iterator[str]:
        return (name for example in document for names in example.features for name in names)

    def banks(self, documents: Sequence[list[ranker.Example]], column: Mapping[str, int]) -> Sequence[Any]:
        # As in ``ranker.fit``: the better a candidate agrees the more it is wished for.
        groups = [
            Group(example.features, tuple(a**3 if a >= _RIGHT else 0.0 for a in example.agreement))
            for document in documents
            for example in document
            if max(example.agreement) >= _RIGHT
        ]
        return [adaptation.Bank(groups, column)] if groups else []

    def right(self, documents: Sequence[list[ranker.Example]], weights: Weights) -> int:
        figures = [example for document in documents for example in document]
        return round(ranker.accuracy(figures, weights)[0] * len(figures))

    def size(self, document: list[ranker.Example]) -> int:
        return len(document)


def _annealed(of: Anneal) -> list[dict[str, Any]]:
    return [{"epochs": epochs, "l2": l2, "rate": of.rate} for epochs, l2 in product(of.epochs, of.l2)]


class _Ranker(_Figures):
    """Which phrase is a figure's indicator."""

    name, least = "ranker", 0.06

    def read(self, annotation: Annotation, knowledge: Knowledge, old: Weights) -> list[ranker.Example]:
        return list(ranker.examples(annotation, knowledge))

    def options(self, settings: Settings) -> list[dict[str, Any]]:
        return _annealed(settings.ranker)

    def fitted(
        self, documents: Sequence[list[ranker.Example]], options: Mapping[str, Any], seed: int
    ) -> dict[str, float]:
        return ranker.fit([example for document in documents for example in document], seed=seed, **options)


class _Kinds(_Figures):
    """What a figure states."""

    name, least = "kinds", 0.15

    def read(self, annotation: Annotation, knowledge: Knowledge, old: Weights) -> list[ranker.Example]:
        return kinds.examples(annotation, knowledge)

    def options(self, settings: Settings) -> list[dict[str, Any]]:
        return _annealed(settings.kinds)

    def fitted(
        self, documents: Sequence[list[ranker.Example]], options: Mapping[str, Any], seed: int
    ) -> dict[str, float]:
        return labels.fit([example for document in documents for example in document], seed=seed, **options)


class _Modality(_Figures):
    """Whether a figure is a fact, a forecast or a plan."""

    name, least = "modality", 0.1

    def read(self, annotation: Annotation, knowledge: Knowledge, old: Weights) -> list[ranker.Example]:
        return modality.examples(annotation, knowledge)

    def options(self, settings: Settings) -> list[dict[str, Any]]:
        return _annealed(settings.modality)

    def fitted(
        self, documents: Sequence[list[ranker.Example]], options: Mapping[str, Any], seed: int
    ) -> dict[str, float]:
        return labels.fit([example for document in documents for example in document], seed=seed, **options)


class _Periods(Part[chains.Chain]):
    """Which time a figure is about."""

    name, least = "periods", 0.02

    def read(self, annotation: Annotation, knowledge: Knowledge, old: Weights) -> chains.Chain:
        return chains.period_chain(annotation, knowledge)

    def names(self, document: chains.Chain) -> Iterator[str]:
        return chains.traits(document)

    def banks(self, documents: Sequence[chains.Chain], column: Mapping[str, int]) -> Sequence[Any]:
        return chains.batches(documents, column)

    def right(self, documents: Sequence[chains.Chain], weights: Weights) -> int:
        return chains.right(documents, weights)

    def size(self, document: chains.Chain) -> int:
        return len(document.links)

    def options(self, settings: Settings) -> list[dict[str, Any]]:
        return [{"l2": l2, "steps": settings.periods.steps} for l2 in settings.periods.l2]

    def fitted(self, documents: Sequence[chains.Chain], options: Mapping[str, Any], seed: int) -> dict[str, float]:
        return chains.fit(documents, **options)


@dataclass(frozen=True, slots=True)
class _Walked:
    """A document, and its figures as the walk meets them: with the annotated context and with the old weights' own."""

    annotation: Annotation
    knowledge: Knowledge
    figures: tuple[choices.Example, ...]
    count: int


class _Subjects(Part[_Walked]):
    """Whose figure it is."""

    name, least = "subjects", 0.02

    def read(self, annotation: Annotation, knowledge: Knowledge, old: Weights) -> _Walked:
        taught = choices.subject_examples(annotation, knowledge, None)
        own = choices.subject_examples(annotation, knowledge, old) if old else []
        return _Walked(annotation, knowledge, (*taught, *own), len(taught))

    def names(self, document: _Walked) -> Iterator[str]:
        return (name for example in document.figures for names in example.traits for name in names)

    def banks(self, documents: Sequence[_Walked], column: Mapping[str, int]) -> Sequence[Any]:
        # A figure that was met twice counts half each time.
        groups = [
            Group(
                example.traits,
                tuple(map(float, example.right)),
                example.weight * document.count / len(document.figures),
            )
            for document in documents
            for example in document.figures
            if any(example.right)
        ]
        return [adaptation.Bank(groups, column)] if groups else []

    def right(self, documents: Sequence[_Walked], weights: Weights) -> int:
        return sum(choices.right(document.annotation, document.knowledge, weights) for document in documents)

    def size(self, document: _Walked) -> int:
        return document.count

    def options(self, settings: Settings) -> list[dict[str, Any]]:
        return [{"l2": l2} for l2 in settings.subjects.l2]

    def fitted(self, documents: Sequence[_Walked], options: Mapping[str, Any], seed: int) -> dict[str, float]:
        if not documents:
            return {}
        knowledge = documents[0].knowledge
        annotations = [document.annotation for document in documents]
        return choices.fit_twice(annotations, knowledge, choices.subject_examples, **options)


ALL: Mapping[str, Part[Any]] = {part.name: part for part in (_Kinds(), _Ranker(), _Modality(), _Periods(), _Subjects())}
"""By name, in the order in which they are trained."""


def adapted(
    part: Part[D], documents: Sequence[D], old: Weights, bent: Weights, keep: float, settings: Settings
) -> dict[str, float]:
    """The old weights, drawn towards what new documents say.

    Args:
        part: Which.
        documents: New ones.
        old: The weights to start from.
        bent: Their curvature on the old documents.
        keep: How much the old documents count against the new.
        settings: Of the update.
    """
    column = adaptation.columns(
        (part.names(document) for document in documents), {**bent, **old}, settings.update.least
    )
    banks = part.banks(documents, column)
    start = np.array([old.get(name, 0.0) for name in column])
    pull = np.array([bent.get(name, 0.0) for name in column]) * keep + settings.update.ridge
    found = adaptation.minimised(_summed(banks, len(column)), start, pull, settings.update.steps)
    return {**old, **dict(zip(column, found.tolist(), strict=True))}


def _summed(banks: Sequence[Any], size: int) -> Any:
    def gradient(w: Array) -> Array:
        total = np.zeros(size)
        for bank in banks:
            total += bank.gradient(w)
        return total

    return gradient


def curvature(part: Part[D], documents: Sequence[D], weights: Weights) -> dict[str, float]:
    """How sharply the likelihood of documents bends at some weights, feature by feature.

    Args:
        part: Which.
        documents: That were learnt from.
        weights: That were learnt.
    """
    column = adaptation.columns((part.names(document) for document in documents), {}, 1)
    w = np.array([weights.get(name, 0.0) for name in column])
    found: Iterable[Array] = (bank.curvature(w) for bank in part.banks(documents, column))
    return dict(zip(column, sum(found, np.zeros(len(column))).tolist(), strict=True))
