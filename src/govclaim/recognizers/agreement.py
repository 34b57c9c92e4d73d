"""How sure a name is that rules and the tagger saw, or one of them alone.

Rules were written on few texts and the tagger was trained on many; how far to believe a rule depends on what the
tagger says there. ``trust.yaml`` holds what was measured on documents that neither had seen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import exp, log

from govclaim.knowledge import Knowledge
from govclaim.recognizers.tagger import SOURCE as OURS
from govclaim.values import Candidate, Entity

__all__ = ["OURS", "STATES", "Rivals", "odds", "weigh"]

STATES = ("same", "other", "silent")
"""What the tagger says where a rule sees a name: the same, another name that overlaps, nothing."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """A logistic regression of being right: on the log odds of a name's own confidence and of its rival's."""

    bias: float
    own: float
    rival: float

    def chance(self, own: float, rival: float) -> float:
        return 1 / (1 + exp(-(self.bias + self.own * odds(own) + self.rival * odds(rival))))


@dataclass(frozen=True, slots=True)
class _Trust:
    """``trust.yaml``.

    Attributes:
        measured: How often a rule is right, by its name.
        rule: For each of ``STATES`` of a rule's name.
        tagger: For ``other`` and ``silent`` of the tagger's name; what is the same stands once, as the rule's.
    """

    measured: dict[str, float]
    rule: dict[str, _Weights]
    tagger: dict[str, _Weights]


class Rivals:
    """The names of one recogniser in a sentence, to be asked what another's name meets there.

    Args:
        names: In any order; they may overlap.
    """

    def __init__(self, names: Sequence[Candidate[Entity]]) -> None:
        self._names = sorted(names, key=lambda name: name.span)
        self._starts = [name.span.start for name in self._names]
        # How far the names up to each reach: none before one that reaches no further meets what comes later.
        self._reach = list(accumulate((name.span.end for name in self._names), max))

    def standing(self, name: Candidate[Entity]) -> tuple[str, float]:
        """Which of ``STATES`` a name meets here, and how sure the rival is."""
        surest, met = 0.0, False
        for index in range(bisect_left(self._starts, name.span.end) - 1, -1, -1):
            if self._reach[index] <= name.span.start:
                break
            other = self._names[index]
            if other.span == name.span and other.value.label == name.value.label:
                return "same", other.confidence
            if other.span.overlaps(name.span):
                surest, met = max(surest, other.confidence), True
        return ("other", surest) if met else ("silent", 0.5)


def odds(confidence: float) -> float:
    """Logarithm of the odds, bounded."""
    bounded = min(max(confidence, 0.01), 0.99)
    return log(bounded / (1 - bounded))


def weigh(names: Sequence[Candidate[Entity]], knowledge: Knowledge) -> tuple[Candidate[Entity], ...]:
    """Give the names of one sentence the confidence that they deserve together.

    Args:
        names: Of the rules, of our tagger, and of other models, whose confidence stays.
        knowledge: The tables.

    Returns:
        The names by start; what rule and tagger agree on stands once, as the rule's.

    Raises:
        KnowledgeError: ``trust.yaml`` is missing or faulty.
    """
    trust = knowledge.document("trust.yaml", _Trust)
    rules = [name for name in names if name.source.startswith("rule:")]
    ours = [name for name in names if name.source == OURS]
    kept = [name for name in names if not name.source.startswith("rule:") and name.source != OURS]
    among_ours, among_rules = Rivals(ours), Rivals(rules)
    for rule in rules:
        state, rival = among_ours.standing(rule)
        kept.append(
            replace(
                rule, confidence=trust.rule[state].chance(trust.measured.get(_rule_of(rule), rule.confidence), rival)
            )
        )
    for name in ours:
        state, rival = among_rules.standing(name)
        if state != "same":
            kept.append(replace(name, confidence=trust.tagger[state].chance(name.confidence, rival)))
    return tuple(sorted(kept, key=lambda name: (name.span, name.source)))


def _rule_of(name: Candidate[Entity]) -> str:
    return name.source.removeprefix("rule:entity.")
