"""Claims that exclude each other: two holders of one rank, two values of one figure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from govclaim.checking import intervals
from govclaim.checking.facts import Fact, Facts, Who, folded, same_place
from govclaim.checking.rules import Finding, Words, finding, words

__all__ = ["conflicts", "ranks"]


def ranks(facts: Facts) -> Iterator[Finding]:
    """Two subjects on one rank, in one scope and period and by one indicator."""
    known = words(facts.knowledge)
    groups: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts.all:
        if _ranked(fact, facts, known):
            scope = folded(fact.claim.scope.text) if fact.claim.scope else ""
            key = (fact.quantity.value, bool(fact.quantity.from_end), scope, fact.period, fact.name or fact.text)
            groups[key].append(fact)
    for held in groups.values():
        scope = folded(held[0].claim.scope.text) if held[0].claim.scope else ""
        for one, other in combinations(held, 2):
            if _differ(one.who, other.who, scope, known):
                message = f"both {_name(one)} and {_name(other)} hold {other.shown} in {scope} by {other.text}"
                yield finding("rank", [one, other], message, f"{_name(one)} {one.shown}, {_name(other)} {other.shown}")


def _ranked(fact: Fact, facts: Facts, known: Words) -> bool:
    quantity = fact.quantity
    if fact.claim.type != "rank" or quantity.bound != "exact" or quantity.value is None:
        return False
    tied = any(word in facts.sentences[fact.claim.sentence] for word in known.ranks.ties)
    several = "首" in quantity.text  # 全省首批 are many
    complete = fact.claim.scope is not None and fact.period is not None and bool(fact.text)
    return complete and not tied and not several and fact.claim.modality == "actual"


def _differ(one: Who | None, other: Who | None, scope: str, known: Words) -> bool:
    """Whether two subjects are known to be different ones that one scope can hold."""
    if one is None or other is None or one.label is None or one.label != other.label or same_place(one, other):
        return False
    if one.name in other.name or other.name in one.name:
        return False  # 义乌市 and 义乌市北苑街道, a school and its branch
    if one.link and other.link and (one.link.startswith(other.link) or other.link.startswith(one.link)):
        return False
    return scope not in known.ranks.relative or _under_one(one, other, scope)


def _under_one(one: Who, other: Who, scope: str) -> bool:
    """Whether 全省 is the same province for both."""
    if not one.link or not other.link:
        return True
    digits = {"省": 2, "市": 4, "州": 4, "盟": 4, "县": 6, "区": 6, "旗": 6}
    length = next((size for word, size in digits.items() if word in scope), 9)
    return one.link[:length] == other.link[:length]


def _name(fact: Fact) -> str:
    return fact.who.name if fact.who else "?"


def conflicts(facts: Facts) -> Iterator[Finding]:
    """One listed statistic, subject and period with two values that cannot both be true."""
    known = words(facts.knowledge)
    groups: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts.all:
        if _single(fact, facts, known):
            groups[(fact.name, fact.period, fact.claim.type, fact.quantity.unit)].append(fact)
    for held in groups.values():
        for one, other in combinations(held, 2):
            if one.claim.sentence == other.claim.sentence or not same_place(one.who, other.who):
                continue
            first, second = _signed(one), _signed(other)
            if not first.overlaps(second):
                message = f"{other.text} has two values in {other.when}: {one.shown} and {other.shown}"
                yield finding("conflict", [one, other], message, f"{first} and {second} have nothing in common")


def _signed(fact: Fact) -> intervals.Interval:
    return -fact.interval if fact.claim.direction == "decrease" else fact.interval


def _single(fact: Fact, facts: Facts, known: Words) -> bool:
    """Whether the figure is the one value that the statistic has for its subject and period."""
    claim = fact.claim
    if fact.name is None or fact.period is None or claim.modality != "actual" or claim.type not in ("level", "change"):
        return False
    if claim.type == "change" and (claim.basis != "yoy" or claim.base is not None or claim.direction is None):
        return False
    lead = facts.lead(fact)
    around = lead.replace(fact.text, "")
    if any(word in around or (word in fact.text and word not in fact.name) for word in known.conflicts.apart):
        return False
    return not known.rest(facts.opening(fact)) and _said_of_it(fact, facts, known)


def _said_of_it(fact: Fact, facts: Facts, known: Words) -> bool:
    """Whether the figure stands with its indicator, or right behind the level of it: 收入14亿元,同比增长15%."""
    if fact.claim.indicator is None:
        return False
    inside = facts.by_sentence[fact.claim.sentence]
    start, end = fact.claim.indicator.end, fact.quantity.start
    nearby = [other for other in inside if start <= other.quantity.start and other.quantity.end <= end]
    behind = facts.lead(fact).rpartition(fact.text)[2].replace(fact.when, "")
    rest = known.rest(re.sub("[达到为约近超已至是在,]", "", behind))
    return start <= end and not rest and all(other.measures_same(fact) for other in nearby) and len(nearby) < 2
