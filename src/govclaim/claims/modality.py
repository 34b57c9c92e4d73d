"""Whether a figure is a fact, a target, a forecast, or supposed.

The cues of ``statements`` say what a clause by itself says. What a reader weighs besides – the words around,
the heading, when the period lies, what the figure before was – are traits, each with a fitted weight for each of
the four modalities; the highest sum wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from govclaim.claims import labels
from govclaim.claims.clauses import Parse
from govclaim.claims.statements import Statement, timed
from govclaim.knowledge import Knowledge
from govclaim.values import Layers

__all__ = ["MODALITIES", "Outlook", "choose", "heading", "looks", "told"]

MODALITIES = ("actual", "target", "forecast", "hypothetical")
_FILLED = frozenset({"Q", "T", "E", "B"})
"""Tags of what says nothing of the modality: figures, times, names, marks."""
_BEHIND, _NEAR, _OPENING, _LONGEST = 2, 2, 3, 3


@dataclass(frozen=True, slots=True)
class _Words:
    headings: list[str]


@dataclass(frozen=True, slots=True)
class _Document:
    modality: _Words


@dataclass(slots=True)
class Outlook:
    """What the page has said so far.

    Attributes:
        heading: Words of the last title or heading that promise or report.
        last: What the cues said of the last figure of the sentence before.
    """

    heading: tuple[str, ...] = ()
    last: str = "-"


def heading(layer: Layers, outlook: Outlook, knowledge: Knowledge) -> None:
    """Take down what a title or heading promises or reports.

    Args:
        layer: Any sentence; what is no heading changes nothing.
        outlook: Where it is taken down.
        knowledge: ``discourse.yaml``.

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    if layer.sentence.kind in ("title", "subtitle", "heading"):
        promising = knowledge.derived("modality", _compile)
        outlook.heading = tuple(f"h={word}" for word in promising.findall(layer.sentence.surface.text))


def looks(
    parsed: Parse, layer: Layers, stated: Sequence[Statement], outlook: Outlook, knowledge: Knowledge
) -> list[tuple[str, ...]]:
    """The traits of each figure of a sentence; ``outlook`` is brought up to date.

    Args:
        parsed: The sentence in words.
        layer: The same sentence's layers.
        stated: What each figure states, in order.
        outlook: What was read before.
        knowledge: ``discourse.yaml``.

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    heading(layer, outlook, knowledge)
    found, before = [], "-"
    for statement in stated:
        quantity = layer.quantities[statement.quantity].value
        rule = statement.modality
        found.append(
            (
                "bias",
                f"rule={rule}",
                f"prev={before}>{rule}",
                f"last={outlook.last}>{rule}",
                f"kind={layer.sentence.kind}",
                f"type={statement.type}",
                f"bound={quantity.bound}",
                *outlook.heading,
                *_words(parsed, statement.word),
            )
        )
        before = rule
    if stated:
        outlook.last = before
    return found


def _compile(knowledge: Knowledge) -> re.Pattern[str]:
    words = knowledge.document("discourse.yaml", _Document).modality.headings
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _words(parsed: Parse, at: int) -> list[str]:
    first, end, words = parsed.start(at), parsed.end(at), parsed.words
    before = [(at - place, words[place]) for place in range(first, at) if words[place].tag not in _FILLED]
    traits = [f"w={word.text}" for _, word in before]
    traits += [f"n{distance}={word.text}" for distance, word in before if distance <= _NEAR]
    traits += [f"a={word.text}" for word in words[at + 1 : min(end, at + 1 + _BEHIND)]]
    traits += [f"s={word.text}" for word in words[:first] if word.tag not in _FILLED and len(word.text) <= _LONGEST]
    traits += [f"f={word.text}" for word in words[:_OPENING]]
    return list(dict.fromkeys(traits))


def told(rule: str, period: str | None, here: bool, published: date | None) -> tuple[str, ...]:
    """The traits that a figure's period gives it.

    Args:
        rule: What the cues say.
        period: Its value, if it has one.
        here: Whether it stands in the figure's sentence.
        published: Day of publication.
    """
    when = _when(period, published)
    return (f"dated={timed(rule, period, published)}", f"when={when}", f"when={when}>{rule}", f"when={when}&{here}")


def _when(period: str | None, published: date | None) -> str:
    if period is None or published is None:
        return "null" if period is None else "unknown"
    first, _, last = period.partition("/")
    start, end, today = first.lstrip("."), (last or first).lstrip("."), published.isoformat()
    if start[:4].isdigit() and start > today[: len(start)]:
        return "after"
    return "before" if end[:4].isdigit() and end < today[: len(end)] else "within"


def choose(traits: Sequence[str], knowledge: Knowledge) -> tuple[str, float]:
    """The modality with the highest sum of weights (of equals the first of ``MODALITIES``) and its probability.

    Args:
        traits: Of one figure.
        knowledge: The weights.

    Raises:
        KnowledgeError: The weights are missing or damaged.
    """
    return labels.choose(traits, labels.table(knowledge, "modality.tsv.gz", MODALITIES), MODALITIES)
