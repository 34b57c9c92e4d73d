"""How sure a name is that rules and the tagger saw, or one of them alone.

Rules were written on few texts and the tagger was trained on many; how far to believe a rule depends on what the
tagger says there. ``trust.yaml`` holds what was measured on documents that neither had seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from govclaim.knowledge import Knowledge
from govclaim.recognizers.tagger import SOURCE as OURS
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity

__all__ = ["OURS", "STATES", "odds", "repeat", "standing", "weigh"]

STATES = ("same", "other", "silent")
"""What the tagger says where a rule sees a name: the same, another name that overlaps, nothing."""


@dataclass(frozen=True, slots=True)
class _Trust:
    """``trust.yaml``: logistic regressions of being right on the log odds of the confidences (bias, own, other's).

    Attributes:
        rule: For each of ``STATES`` of a rule's name.
        tagger: For ``other`` and ``silent`` of the tagger's name; what is the same stands once, as the rule's.
    """

    rule: dict[str, list[float]]
    tagger: dict[str, list[float]]


def standing(name: Candidate[Entity], others: Sequence[Candidate[Entity]]) -> tuple[str, float]:
    """Which of ``STATES`` a name meets among the other recogniser's names in its sentence, and how sure that one is."""
    near = [other for other in others if other.span.overlaps(name.span)]
    for other in near:
        if other.span == name.span and other.value.label == name.value.label:
            return "same", other.confidence
    return ("other", max(other.confidence for other in near)) if near else ("silent", 0.5)


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
    for rule in rules:
        state, rival = standing(rule, ours)
        kept.append(replace(rule, confidence=_chance(trust.rule[state], rule.confidence, rival)))
    for name in ours:
        state, rival = standing(name, rules)
        if state != "same":
            kept.append(replace(name, confidence=_chance(trust.tagger[state], name.confidence, rival)))
    return tuple(sorted(kept, key=lambda name: (name.span, name.source)))


def _chance(weights: Sequence[float], own: float, rival: float) -> float:
    bias, first, second = weights
    return 1 / (1 + exp(-(bias + first * odds(own) + second * odds(rival))))


_LEAST = 0.5
"""What is less sure than this takes no room."""

_CERTAIN = 0.93
"""From here on a name is looked for in the other sentences too."""

_REPEATED = 0.8
"""How sure its repetition is."""

_LEAST_LONG = {"PER": 2, "LOC": 3, "ORG": 4}
"""Characters that a name must have to be found again: shorter ones stand inside words."""


def repeat(
    texts: Sequence[str], columns: Sequence[Sequence[Candidate[Entity]]]
) -> tuple[tuple[Candidate[Entity], ...], ...]:
    """Find a name that one sentence shows beyond doubt in the sentences where nobody saw it.

    Args:
        texts: Surfaces of the document's sentences.
        columns: The names of each, as ``weigh`` gives them.

    Returns:
        The names of each sentence by start.
    """
    certain: dict[str, Candidate[Entity]] = {}
    for text, names in zip(texts, columns, strict=True):
        for name in names:
            word = name.span.of(text)
            if name.confidence >= _CERTAIN and len(word) >= _LEAST_LONG[name.value.label]:
                certain.setdefault(word, name)
    if not certain:
        return tuple(tuple(names) for names in columns)
    pattern = re.compile("|".join(map(re.escape, sorted(certain, key=lambda word: (-len(word), word)))))
    return tuple(_repeated(text, names, certain, pattern) for text, names in zip(texts, columns, strict=True))


def _repeated(
    text: str, names: Sequence[Candidate[Entity]], certain: Mapping[str, Candidate[Entity]], pattern: re.Pattern[str]
) -> tuple[Candidate[Entity], ...]:
    found = list(names)
    spans = [name.span for name in names if name.confidence >= _LEAST]
    for match in pattern.finditer(text):
        span = SurfaceSpan(*match.span())
        k = bisect_right(spans, span)
        near = spans[max(0, k - 1) : k + 1]
        if not any(other.overlaps(span) for other in near):
            value = certain[match[0]].value
            found.append(Candidate(span, Entity(value.label, value.subtype), _REPEATED, "rule:entity.seen", match[0]))
    return tuple(sorted(found, key=lambda name: (name.span, name.source)))
