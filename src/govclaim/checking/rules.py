"""What the rules of the checks share: the finding, and the words they know (``checks.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from govclaim.checking.facts import Fact
from govclaim.knowledge import Knowledge
from govclaim.schema import Number

__all__ = ["Finding", "Kind", "Limit", "Words", "finding", "words"]

Kind = Literal[
    "change", "growth", "multiple", "from-to", "direction", "parts", "total", "sum", "share", "structure",
    "cases", "rank", "conflict", "percent", "magnitude", "unit", "date",
]  # fmt: skip
"""What does not add up; ``docs/checking.md`` explains each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Figures that cannot all be true.

    Attributes:
        kind: Which check found it.
        claims: Ids of the claims, in the order of the message.
        message: What is wrong, in one sentence.
        arithmetic: The calculation with its bounds.
        start: Where the figure stands that gives it away.
        end: One past its last code point.
    """

    kind: Kind
    claims: tuple[str, ...]
    message: str
    arithmetic: str
    start: int
    end: int

    def to_dict(self) -> dict[str, object]:
        """The finding as plain values."""
        return {
            "kind": self.kind,
            "claims": list(self.claims),
            "message": self.message,
            "arithmetic": self.arithmetic,
            "start": self.start,
            "end": self.end,
        }


def finding(kind: Kind, facts: list[Fact], message: str, arithmetic: str) -> Finding:
    """A finding at the last of some facts.

    Args:
        kind: Which check.
        facts: Those that contradict each other; the last gives it away.
        message: In one sentence.
        arithmetic: The calculation.
    """
    ids = tuple(dict.fromkeys(fact.claim.id for fact in facts))
    at = facts[-1].quantity
    return Finding(kind, ids, message, arithmetic, at.start, at.end)


@dataclass(frozen=True, slots=True)
class _Parts:
    openings: tuple[str, ...]
    generic: tuple[str, ...]
    intensive: tuple[str, ...]
    totals: tuple[str, ...]
    complete: tuple[tuple[tuple[str, ...], ...], ...]
    disjoint: tuple[tuple[str, ...], ...]
    sums: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Changes:
    origins: tuple[str, ...]
    rising: tuple[str, ...]
    falling: tuple[str, ...]
    arrivals: tuple[str, ...]
    averages: tuple[str, ...]
    real_words: tuple[str, ...]
    real_indicators: tuple[str, ...]
    signed: tuple[str, ...]
    grades: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shares:
    cues: tuple[str, ...]
    each: tuple[str, ...]
    plans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cases:
    rates: tuple[str, ...]
    units: tuple[str, ...]
    fewer: tuple[str, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ranks:
    ties: tuple[str, ...]
    relative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Conflicts:
    apart: tuple[str, ...]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Dates:
    done: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """The least and the greatest that a statistic can be, the latter by the level of the place."""

    unit: str
    least: Number
    most: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class _Limits:
    rates: tuple[str, ...]
    open: tuple[str, ...]
    figures: dict[str, Limit]
    levels: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """``checks.yaml``; the comments there say what each list does."""

    parts: _Parts
    changes: _Changes
    shares: _Shares
    cases: _Cases
    ranks: _Ranks
    conflicts: _Conflicts
    dates: _Dates
    limits: _Limits

    def rest(self, opening: str) -> str:
        """What is left of a clause without words that leave a statistic what it is (全县实现…, 同比增长)."""
        changes = self.changes
        for word in (*self.conflicts.plain, *changes.phrases, *changes.rising, *changes.falling):
            opening = opening.replace(word, "")
        return opening


def words(knowledge: Knowledge) -> Words:
    """The words and limits that the checks know.

    Raises:
        KnowledgeError: ``checks.yaml`` is faulty.
    """
    return knowledge.document("checks.yaml", Words)
