"""How sure a claim is: the chance that value, unit, type, indicator, period and modality are all right.

Each choice of the stages before has a certainty of its own, but too high a one, and not all are independent. A
logistic regression over them, fitted on documents that nothing was learnt from (Platt 1999), makes them one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Signals", "chance", "features", "probability"]

_MOST = 5.0
"""Log odds beyond which a choice counts as settled."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of how a claim was made.

    Attributes:
        type: The claim's.
        route: Where its indicator was found (``indicators.Phrase.route``).
        dated: ``here`` where the period stands in the figure's sentence, ``carried``, or ``none``.
        scoped: Whether it has a scope.
        chosen: Certainty of each choice (``kind`` ``indicator`` ``modality`` ``period`` ``quantity``), 0…1.
    """

    type: str
    route: str
    dated: str
    scoped: bool
    chosen: Mapping[str, float]


def features(signals: Signals) -> dict[str, float]:
    """The regression's inputs by name.

    Args:
        signals: Of one claim.
    """
    found = {"bias": 1.0}
    for name, certainty in signals.chosen.items():
        inside = min(max(certainty, 1e-6), 1 - 1e-6)
        found[name] = max(-_MOST, min(_MOST, math.log(inside / (1 - inside))))
    found["least"] = min(found[name] for name in signals.chosen)
    found[f"type={signals.type}.{signals.scoped}"] = 1.0
    found[f"route={signals.route}"] = 1.0
    found[f"dated={signals.dated}"] = 1.0
    return found


def probability(signals: Signals, weight: Mapping[str, float]) -> float:
    """The chance that the claim is right.

    Args:
        signals: Of one claim.
        weight: Of each feature; an unknown one weighs nothing.

    Returns:
        0…1, rounded to thousandths.
    """
    return chance(features(signals), weight)


def chance(inputs: Mapping[str, float], weight: Mapping[str, float]) -> float:
    """As ``probability``, of what ``features`` gave."""
    total = sum([weight.get(name, 0.0) * value for name, value in inputs.items()])
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))), 3)
