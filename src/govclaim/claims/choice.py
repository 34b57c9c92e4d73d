"""What the choosers of a figure's subject and period share.

Both questions are one choice among few candidates: what is named near the figure, what the figure before
had, what the passage is about, and nothing. A candidate shows *traits* (``gap=0``, ``b=在``), each trait
has a fitted weight, and the highest sum wins. A subject's choice is the next figure's context, so the
document is read once, forward; the periods of all figures are chosen together, as the best chain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from re import Pattern
from typing import Generic, Protocol, TypeVar

from govclaim.knowledge import Knowledge
from govclaim.values import Layers

__all__ = [
    "STEPS",
    "Clauses",
    "Link",
    "Option",
    "Passages",
    "alternatives",
    "beginning",
    "best_chain",
    "best_of",
    "clauses_of",
    "ending",
    "is_bulletin",
    "moves",
    "page_of",
    "passages",
    "quotes",
    "step",
    "steps",
    "weighed_chain",
]


@dataclass(frozen=True, slots=True)
class _Words:
    """The ``passages`` section of ``discourse.yaml``."""

    bulletins: list[str]
    openings: list[str]


@dataclass(frozen=True, slots=True)
class _Document:
    passages: _Words


@dataclass(frozen=True, slots=True)
class Passages:
    """How a page and its sentences are built.

    Attributes:
        bulletin: A title of several short stories.
        opening: How a sentence opens that goes on from the one before.
    """

    bulletin: Pattern[str]
    opening: Pattern[str]


class Scored(Protocol):
    """A candidate that knows the sum of the traits that no figure changes."""

    @property
    def score(self) -> float: ...


Kept = TypeVar("Kept", bound=Scored)
T = TypeVar("T")


_QUOTE = re.compile("[“《”》]")
_COMMA = re.compile("[,;。:]")
_STOP = re.compile("[;。]")

_PAGE = frozenset({"dateline", "byline", "other"})
"""Kinds of line that only a web or newspaper page has."""


def passages(knowledge: Knowledge) -> Passages:
    """The shared words, compiled once for each set of tables.

    Raises:
        KnowledgeError: ``discourse.yaml`` is missing or faulty.
    """
    return knowledge.derived("passages", _compile)


def _compile(knowledge: Knowledge) -> Passages:
    words = knowledge.document("discourse.yaml", _Document).passages
    return Passages(re.compile(alternatives(words.bulletins)), re.compile(alternatives(words.openings)))


def alternatives(words: Sequence[str]) -> str:
    """A pattern of any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Clauses:
    """Where the clauses of a sentence end, so that no figure needs a scan."""

    commas: tuple[int, ...]
    stops: tuple[int, ...]
    opening: tuple[str, ...]


def clauses_of(text: str, words: Passages) -> Clauses:
    """Find the clauses of a sentence."""
    opening = words.opening.match(text)
    return Clauses(
        tuple(match.start() for match in _COMMA.finditer(text)),
        tuple(match.start() for match in _STOP.finditer(text)),
        (f"opens={opening[0]}",) if opening else (),
    )


def is_bulletin(layers: Sequence[Layers], words: Passages) -> bool:
    """Whether the page is several short stories, each under its heading."""
    return any(
        layer.sentence.kind == "title" and words.bulletin.search(layer.sentence.surface.text) for layer in layers[:4]
    )


def ending(text: str, end: int, cues: frozenset[str]) -> str:
    """The longest cue that ends at a position; ``^`` at the head of the sentence, ``?`` for none."""
    for length in (2, 1):
        if end >= length and text[end - length : end] in cues:
            return text[end - length : end]
    return "?" if end else "^"


def beginning(text: str, start: int, cues: frozenset[str]) -> str:
    """The longest cue that begins at a position; ``$`` at the sentence's end, ``?`` for none."""
    for length in (3, 2, 1):
        if text[start : start + length] in cues:
            return text[start : start + length]
    return "?" if start < len(text) else "$"


def best_of(candidates: Iterator[tuple[Kept | None, list[str]]], weights: Mapping[str, float]) -> Kept | None:
    """The candidate with the highest sum of weights; of equals the first."""
    best: Kept | None = None
    top = float("-inf")
    for candidate, traits in candidates:
        score = candidate.score if candidate is not None else 0.0
        for trait in traits:
            score += weights.get(trait, 0.0)
        if score > top:
            best, top = candidate, score
    return best


def steps(distance: int) -> int:
    """A distance in sentences, coarse."""
    return distance if distance < 3 else 3 if distance < 6 else 6


def page_of(layers: Sequence[Layers]) -> str:
    """Whether lines of a web or newspaper page stand around the text: there somebody owns every figure."""
    return "page" if any(layer.sentence.kind in _PAGE for layer in layers) else "story"


def quotes(text: str) -> list[int]:
    """Where quotation marks and 《》 open and close, in turn: between an odd and an even one is inside."""
    edges: list[int] = []
    for match in _QUOTE.finditer(text):
        if (match[0] in "“《") == (len(edges) % 2 == 0):
            edges.append(match.start())
    return edges


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """One answer that a figure may get.

    Attributes:
        answer: ``None`` for the reading that the text gives none.
        key: Two answers with one key are the same; ``null`` for ``None``.
        here: Whether the figure's own sentence names it.
        traits: What can be seen of it.
    """

    answer: T | None
    key: str
    here: bool
    traits: Sequence[str]


@dataclass(frozen=True, slots=True)
class Link(Generic[T]):
    """One figure in the chain of a document's figures.

    Attributes:
        options: Its possible answers, at least one.
        steps: What can be seen of the way from the figure before, whatever the two answers are.
    """

    options: Sequence[Option[T]]
    steps: Sequence[str]


STEPS = ("stay", "quiet", "begin", "resume", "drop", "new", "back")
"""How one figure's answer follows from that of the figure before."""


def step(before: str, key: str, here: bool) -> int:
    """Which of ``STEPS`` leads from one answer to the next."""
    if before == key:
        return 1 if key == "null" else 0
    if key == "null":
        return 4
    if before == "null":
        return 2 if here else 3
    return 5 if here else 6


def moves(weights: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    """For each trait of a step its weight under each of ``STEPS``."""
    found: dict[str, list[float]] = {}
    for name, weight in weights.items():
        kind, mark, trait = name.partition(">")
        if mark and kind in STEPS:
            found.setdefault(trait, [0.0] * len(STEPS))[STEPS.index(kind)] = weight
    return {trait: tuple(row) for trait, row in found.items()}


_NO_MOVE = (0.0,) * len(STEPS)


def best_chain(
    links: Sequence[Link[T]], weights: Mapping[str, float], ways: Mapping[str, Sequence[float]]
) -> list[T | None]:
    """The answers of all figures whose traits and steps weigh most together (Viterbi).

    Args:
        links: The figures in text order.
        weights: Of each trait.
        ways: Of each trait of a step, as ``moves`` gives them.
    """
    return [answer for answer, _ in weighed_chain(links, weights, ways)]


def weighed_chain(
    links: Sequence[Link[T]], weights: Mapping[str, float], ways: Mapping[str, Sequence[float]]
) -> list[tuple[T | None, float]]:
    """As ``best_chain``, each answer with how sure it is.

    Returns:
        For each figure the answer, and the softmax, over its options, of the best chains through each: the share of
        the options that give the same answer.
    """
    if not links:
        return []
    weigh = weights.get
    own = [[sum([weigh(trait, 0.0) for trait in option.traits]) for option in link.options] for link in links]
    ahead: list[list[float]] = [own[0]]
    back: list[list[int]] = []
    paid: list[list[float]] = []
    for at, (before, link) in enumerate(pairwise(links), start=1):
        costs = [
            sum(column) for column in zip(_NO_MOVE, *[ways.get(trait, _NO_MOVE) for trait in link.steps], strict=True)
        ]
        totals, came = [], []
        for option, score in zip(link.options, own[at], strict=True):
            sums = [
                total + costs[step(other.key, option.key, option.here)]
                for total, other in zip(ahead[-1], before.options, strict=True)
            ]
            best = max(range(len(sums)), key=sums.__getitem__)
            came.append(best)
            totals.append(sums[best] + score)
        ahead.append(totals)
        back.append(came)
        paid.append(costs)
    chosen = [max(range(len(ahead[-1])), key=ahead[-1].__getitem__)]
    for came in reversed(back):
        chosen.append(came[chosen[-1]])
    behind = [0.0] * len(own[-1])
    found: list[tuple[T | None, float]] = []
    for at in range(len(links) - 1, -1, -1):
        options, best = links[at].options, chosen[len(links) - 1 - at]
        found.append((options[best].answer, _certainty(options, best, ahead[at], behind)))
        if at:
            beyond = [score + rest for score, rest in zip(own[at], behind, strict=True)]
            behind = _behind(links[at - 1].options, options, paid[at - 1], beyond)
    return found[::-1]


def _behind(
    before: Sequence[Option[T]], options: Sequence[Option[T]], costs: Sequence[float], beyond: Sequence[float]
) -> list[float]:
    """What the best chain after each option of a figure weighs; steps are told anew, for to keep them takes memory."""
    return [
        max([costs[step(other.key, each.key, each.here)] + rest for each, rest in zip(options, beyond, strict=True)])
        for other in before
    ]


def _certainty(options: Sequence[Option[T]], best: int, ahead: Sequence[float], behind: Sequence[float]) -> float:
    through = [before + after for before, after in zip(ahead, behind, strict=True)]
    top = through[best]
    masses = [math.exp(min(0.0, weight - top)) for weight in through]
    same = sum([mass for option, mass in zip(options, masses, strict=True) if option.key == options[best].key])
    return same / sum(masses)
