"""How sure a name is that rules and the tagger saw, or one of them alone.

Rules were written on few texts and the tagger was trained on many; how far to believe a rule depends on what the
tagger says there. ``trust.yaml`` holds what was measured on documents that neither had seen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import accumulate
from math import exp, log

from govclaim.knowledge import Knowledge
from govclaim.recognizers.entities import SHORTENED
from govclaim.recognizers.tagger import SOURCE as OURS
from govclaim.values import Candidate, Entity

__all__ = ["OURS", "STATES", "Rivals", "odds", "weigh"]

STATES = ("same", "other", "echoed", "silent")
"""What the tagger says where a rule sees a name: the same; another name that overlaps; nothing, but the rule repeats a
name that the tagger is sure of elsewhere (治丰村 … 治丰); nothing."""


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
        text: The sentence's surface.
        seen: What ``shown`` gives, if the other's repetitions are to be told.
    """

    def __init__(
        self, names: Sequence[Candidate[Entity]], text: str = "", seen: Set[tuple[str, str]] = frozenset()
    ) -> None:
        self._text, self._seen = text, seen
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
        if met:
            return "other", surest
        repeats = name.source.endswith(".repeated") and (name.value.label, name.span.of(self._text)) in self._seen
        return ("echoed" if repeats else "silent"), 0.5


def odds(confidence: float) -> float:
    """Logarithm of the odds, bounded."""
    bounded = min(max(confidence, 0.01), 0.99)
    return log(bounded / (1 - bounded))


def weigh(
    texts: Sequence[str], columns: Sequence[Sequence[Candidate[Entity]]], knowledge: Knowledge
) -> tuple[tuple[Candidate[Entity], ...], ...]:
    """Give the names of a document the confidence that they deserve together.

    Args:
        texts: Surfaces of its sentences.
        columns: For each the names of the rules, of our tagger, and of other models, whose confidence stays.
        knowledge: The tables.

    Returns:
        The names of each sentence by start; what rule and tagger agree on stands once, as the rule's.

    Raises:
        KnowledgeError: ``trust.yaml`` is missing or faulty.
    """
    trust = knowledge.document("trust.yaml", _Trust)
    seen = shown(texts, [[name for name in names if name.source == OURS] for names in columns])
    return tuple(_weighed(text, names, seen, trust) for text, names in zip(texts, columns, strict=True))


def _weighed(
    text: str, names: Sequence[Candidate[Entity]], seen: Set[tuple[str, str]], trust: _Trust
) -> tuple[Candidate[Entity], ...]:
    rules = [name for name in names if name.source.startswith("rule:")]
    ours = [name for name in names if name.source == OURS]
    kept = [name for name in names if not name.source.startswith("rule:") and name.source != OURS]
    among_ours, among_rules = Rivals(ours, text, seen), Rivals(rules)
    for rule in rules:
        state, rival = among_ours.standing(rule)
        confidence = trust.rule[state].chance(trust.measured.get(_rule_of(rule), rule.confidence), rival)
        kept.append(replace(rule, confidence=confidence))
    for name in ours:
        state, rival = among_rules.standing(name)
        if state != "same":
            kept.append(replace(name, confidence=trust.tagger[state].chance(name.confidence, rival)))
    return tuple(sorted(kept, key=lambda name: (name.span, name.source)))


_CERTAIN = 0.9
"""From here on the tagger shows a name beyond doubt."""
_STEM = 5
"""The longest short form, in characters."""


def shown(texts: Sequence[str], columns: Sequence[Sequence[Candidate[Entity]]]) -> Set[tuple[str, str]]:
    """Label and text of what a document may repeat: names beyond doubt, and the ends of divisions' stems.

    Args:
        texts: Surfaces of its sentences.
        columns: The tagger's names of each.
    """
    found: set[tuple[str, str]] = set()
    for text, names in zip(texts, columns, strict=True):
        for name in names:
            if name.confidence >= _CERTAIN:
                label, word = name.value.label, name.span.of(text)
                found.add((label, word))
                suffix = next((suffix for suffix in SHORTENED if word.endswith(suffix)), "") if label == "LOC" else ""
                stem = word[: len(word) - len(suffix)] if suffix else ""
                # 临河区城关镇治丰村 … 治丰: where a chain's last member begins nobody has said.
                found.update((label, stem[-size:]) for size in range(2, min(_STEM, len(stem)) + 1))
    return found


def _rule_of(name: Candidate[Entity]) -> str:
    return name.source.removeprefix("rule:entity.")
