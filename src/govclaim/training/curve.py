"""How much more annotated documents would teach: the weights of claims fitted on parts of the documents."""

from __future__ import annotations

import gzip
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from govclaim.knowledge import Knowledge
from govclaim.pipeline.model import digest_key
from govclaim.recognizers.tagger import CONTRACT
from govclaim.schema import Annotation
from govclaim.training import chains, kinds, labels, modality, ranker

__all__ = ["PARTS", "Part", "fitted", "nested", "write"]

T = TypeVar("T")
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of weights, and how it is learnt and measured.

    Attributes:
        name: Of the file, without its ending.
        least: Weights nearer to zero change no choice and are left out.
        read: What there is to learn from a document.
        fit: Weights from what was read, and a seed; periods need none.
        right: The part of the figures that get what was annotated.
    """

    name: str
    least: float
    read: Callable[[Annotation, Knowledge], Sequence[Any]]
    fit: Callable[[Sequence[Any], int], Weights]
    right: Callable[[Sequence[Any], Weights], float]


PARTS = {
    part.name: part
    for part in (
        Part(
            "ranker",
            0.06,
            lambda annotation, knowledge: list(ranker.examples(annotation, knowledge)),
            lambda data, seed: ranker.fit(data, seed=seed),
            lambda data, weights: ranker.accuracy(data, weights)[0],
        ),
        Part("kinds", 0.15, kinds.examples, lambda data, seed: labels.fit(data, seed=seed), labels.accuracy),
        Part("modality", 0.1, modality.examples, lambda data, seed: labels.fit(data, seed=seed), labels.accuracy),
        Part(
            "periods",
            0.05,
            lambda annotation, knowledge: [chains.period_chain(annotation, knowledge)],
            lambda data, _: chains.fit(data, l2=4.0, least=max(1, min(3, len(data)))),
            lambda data, weights: chains.accuracy(data, weights)[0],
        ),
    )
}
"""By name."""


def nested(documents: Sequence[T], percents: Sequence[int], *, seed: int = 0) -> list[list[T]]:
    """Draw parts of the documents, each within the next larger one.

    Args:
        documents: All.
        percents: Sizes of the parts, 1 to 100, each rounded up to whole documents.
        seed: Of the shuffle.

    Returns:
        A part for each size.
    """
    shuffled = list(documents)
    random.Random(seed).shuffle(shuffled)
    return [shuffled[: -(-len(shuffled) * percent // 100)] for percent in percents]


def fitted(part: Part, data: Sequence[Any], seeds: Sequence[int] = (0,)) -> dict[str, float]:
    """The mean of the weights of several fits, as it is shipped: rounded, without those near zero.

    Args:
        part: What is fitted.
        data: As ``part.read`` gives it, of all documents.
        seeds: One for each fit.
    """
    weights: dict[str, float] = defaultdict(float)
    for seed in seeds:
        for name, weight in part.fit(data, seed).items():
            weights[name] += weight / len(seeds)
    return {name: round(weight, 2) for name, weight in sorted(weights.items()) if abs(weight) >= part.least}


def write(folder: Path, weights: Mapping[str, Weights], *, name: str = "curve", version: str = "1") -> None:
    """Write weights as a model's folder, which ``load(model=…)`` takes.

    Args:
        folder: It is made if it is not there.
        weights: Of each part, by its name.
        name: Of the model.
        version: Of the model.
    """
    folder.mkdir(parents=True, exist_ok=True)
    card = {"name": name, "version": version, "contract": CONTRACT}
    for part, table in weights.items():
        file = f"{part}.tsv.gz"
        packed = gzip.compress("".join(f"{trait}\t{weight}\n" for trait, weight in table.items()).encode(), mtime=0)
        (folder / file).write_bytes(packed)
        card[digest_key(file)] = sha256(packed).hexdigest()
    (folder / "model.toml").write_text("".join(f'{key} = "{value}"\n' for key, value in card.items()), encoding="utf-8")
