"""Learn the weights of ``claims.labels``: a conditional log-linear model over a few fixed labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from govclaim.training import ranker
from govclaim.training.ranker import Example

__all__ = ["accuracy", "example", "fit"]

_RARE = 3
_L2, _RATE, _EPOCHS = 0.05, 0.1, 4


def example(document: str, traits: Sequence[str], labels: Sequence[str], right: str) -> Example:
    """One figure with the traits it shows and the label it has.

    Args:
        document: Its id.
        traits: Of the figure.
        labels: All.
        right: One of them.
    """
    features = tuple(tuple(f"{each}|{trait}" for trait in traits) for each in labels)
    return Example(document, features, tuple(float(each == right) for each in labels))


def fit(
    data: Sequence[Example], *, epochs: int = _EPOCHS, rate: float = _RATE, l2: float = _L2, seed: int = 0
) -> dict[str, float]:
    """Learn weights; traits of fewer than three figures are left out.

    Args:
        data: Figures.
        epochs: Passes over the data.
        rate: AdaGrad's step.
        l2: Penalty.
        seed: Of the shuffle.

    Returns:
        ``label|trait`` → weight.
    """
    seen = Counter(name for each in data for name in each.features[0])
    known = {name.partition("|")[2] for name, count in seen.items() if count >= _RARE}
    return ranker.fit([_kept(each, known) for each in data], epochs=epochs, rate=rate, l2=l2, seed=seed)


def _kept(figure: Example, known: set[str]) -> Example:
    features = tuple(tuple(n for n in names if n.partition("|")[2] in known) for names in figure.features)
    return Example(figure.document, features, figure.agreement, figure.domain)


def accuracy(data: Iterable[Example], weight: Mapping[str, float]) -> float:
    """How many figures get their label."""
    return ranker.accuracy(list(data), weight)[0]
