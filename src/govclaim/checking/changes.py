"""Levels and the changes between them: growth, differences, multiples, 由A提高到B."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from govclaim.checking import intervals
from govclaim.checking.calendar import year_before
from govclaim.checking.facts import Fact, Facts
from govclaim.checking.intervals import Interval
from govclaim.checking.rules import Finding, Kind, Words, finding, words

__all__ = ["changes", "directions", "multiples"]

_ONE = Interval.point(Decimal(1))
_AMOUNTS = frozenset({"count", "money", "percent", "area", "mass", "energy", "power"})
_LOOSE = 10
_NO_BASE = frozenset(
    {"plan", "benchmark", "qoq", "mom", "previous"}
)  # what came before is not in the text, or no level


def changes(facts: Facts) -> Iterator[Finding]:
    """Each stated change against the two levels that it lies between."""
    known = words(facts.knowledge)
    for change in facts.all:
        if change.claim.type != "change" or change.claim.basis == "benchmark" or change.claim.direction is None:
            continue
        for kind, pairs in _candidates(change, facts, known):
            if kind is None and change.quantity.unit == "%":  # growth of 进出口 says nothing of its share's level
                pairs = [(before, now) for before, now in pairs if now.quantity.unit != "%"]
            results = [result for pair in pairs if (result := _computed(change, *pair, facts, known)) is not None]
            if results and not any(value.overlaps(stated) for _, value, stated, _ in results):
                (before, now), value, stated, terms = results[-1]
                yield _disagreement(kind, before, now, change, value, stated, terms)
                break


_Pair = tuple[Fact, Fact]
_Result = tuple[_Pair, Interval, Interval, str]


def _candidates(change: Fact, facts: Facts, known: Words) -> Iterator[tuple[Kind | None, list[_Pair]]]:
    """The pairs of levels, before and now, that the change may lie between; the surest kind of evidence first."""
    named = _from_to(change, facts, known)
    if named:
        yield "from-to", named
        return
    nows = [now for now in facts.like(change) if _is_now(now, change)]
    here = [now for now in nows if now.claim.sentence == change.claim.sentence] or nows
    if here and change.claim.basis not in _NO_BASE:
        yield None, [(before, now) for now in here for before in _befores(change, now, facts)]


def _from_to(change: Fact, facts: Facts, known: Words) -> list[_Pair]:
    """由A提高到B,提高C: the two figures right before the change, or 提高C,由A到B right after."""
    inside = facts.by_sentence[change.claim.sentence]
    at = change.place - inside[0].place
    if at < 2:
        return []
    before, now = inside[at - 2], inside[at - 1]
    near = not re.search("[;。]", facts.between(now, change)) and facts.between(now, change).count(",") <= 1
    if near and _spans(before, now, facts, known) and now.measures_same(change) and now.belongs_to_same(change):
        return [(before, now)]
    return []


def _spans(before: Fact, now: Fact, facts: Facts, known: Words) -> bool:
    """Whether the text reads 由A提高到B."""
    words_ = known.changes
    verbs = "|".join((*words_.rising, *words_.falling))
    return (
        before.claim.type == now.claim.type
        and before.claim.type in ("level", "share")
        and before.measures_same(now)
        and re.search(f"(?:{'|'.join(words_.origins)})[^,;。]*$", facts.lead(before)) is not None
        and re.fullmatch(f"[^,;。]*(?:{verbs})了?(?:{'|'.join(words_.arrivals)}).*", facts.between(before, now))
        is not None
        and "," not in facts.between(before, now)
    )


def _is_now(now: Fact, change: Fact) -> bool:
    return (
        now.claim.type in ("level", "share")
        and now.measures_same(change)
        and now.belongs_to_same(change)
        and now.period == change.period
        and change.period is not None
        and now.stands_like(change)
    )


def _befores(change: Fact, now: Fact, facts: Facts) -> list[Fact]:
    """The levels of the time that the change is compared with."""
    base = facts.base_time(change)
    periods = {base} if base else {year_before(change.period)}
    if not base and change.claim.basis not in ("yoy", "none"):
        return []
    found = [
        fact
        for fact in facts.like(now)
        if fact.period in periods - {None}
        and fact.claim.type == now.claim.type
        and fact.measures_same(now)
        and fact.belongs_to_same(now)
        and fact.claim.modality == "actual"
        and fact.shown != now.shown  # one figure that the text repeats, not two
    ]
    if change.claim.basis == "none" and not base:  # growth without a basis, right after the level of the year before
        found = [fact for fact in found if fact.claim.sentence == change.claim.sentence]
    return found


def _computed(change: Fact, before: Fact, now: Fact, facts: Facts, known: Words) -> _Result | None:
    """What the two levels give, and what is stated, in one unit; ``None`` where they cannot be compared."""
    both = intervals.comparable(now.quantity, before.quantity, lenient=True)
    if both is None or _revised(change, facts, known) or _averaged(change, facts, known):
        return None
    later, earlier = both
    stated = -change.interval if change.claim.direction == "decrease" else change.interval
    unit, levels = change.quantity.unit, now.quantity.unit
    if change.claim.direction == "flat":
        return None
    difference = later - earlier
    terms = f"{now.shown} − {before.shown} = {difference}"
    if unit == "times":
        return _times(change, before, now, later, earlier)
    if unit == "%" and levels == "%":  # 由40%提高到50%,提高10%: said of points as often as of per cent
        relative = intervals.change_percent(later, earlier)
        value = relative if relative.overlaps(stated) else difference
        return (before, now), value, stated, terms
    if unit == "%":
        if _in_real_terms(now, known):
            return None
        value = intervals.change_percent(later, earlier)
        return (before, now), value, stated, f"{now.shown} ÷ {before.shown} − 1 = {value}%"
    if (unit == "pp" and levels == "%") or (unit == levels and unit == before.quantity.unit):
        return (before, now), difference, stated, terms
    factor = intervals.unit_factor(change.quantity, now.quantity) if unit != "pp" else None
    if factor is None or now.quantity.unit != before.quantity.unit:
        return None
    return (before, now), difference, stated.times(factor), terms


def _times(change: Fact, before: Fact, now: Fact, later: Interval, earlier: Interval) -> _Result | None:
    """增长1.5倍 and 增至1.5倍; where the text does not tell which, either may fit."""
    if change.claim.direction != "increase":
        return None
    ratio = later / earlier
    growth = ratio - _ONE
    expresses = change.quantity.expresses
    either = growth if growth.overlaps(change.interval) else ratio
    if (change.quantity.value or 0) >= _LOOSE:  # 537万到2.38亿,增长了44倍: so many times are said of either
        expresses = None
    value = {"difference": growth, "ratio": ratio}.get(expresses or "", either)
    less = " − 1" if expresses == "difference" else ""
    return (before, now), value, change.interval, f"{now.shown} ÷ {before.shown}{less} = {value}"


def _revised(change: Fact, facts: Facts, known: Words) -> bool:
    """Whether the sentence says that the two levels are on different grounds."""
    text = facts.sentences[change.claim.sentence]
    return any(word in text for word in known.changes.real_words)


def _averaged(change: Fact, facts: Facts, known: Words) -> bool:
    return any(word in facts.lead(change) or word in change.text for word in known.changes.averages)


def _in_real_terms(now: Fact, known: Words) -> bool:
    """Whether growth of the statistic is reckoned in constant prices or on a revised base."""
    return any(word in each for word in known.changes.real_indicators for each in (now.text, now.name or ""))


def _disagreement(
    kind: Kind | None, before: Fact, now: Fact, change: Fact, value: Interval, stated: Interval, terms: str
) -> Finding:
    unit = change.quantity.unit
    by_unit: Kind = (
        "multiple" if unit == "times" else "growth" if unit == "%" and now.quantity.unit != "%" else "change"
    )
    way = {"increase": "up", "decrease": "down"}.get(change.claim.direction or "", "changed")
    message = f"from {before.label} to {now.shown} is not {way} {change.shown}"
    return finding(kind or by_unit, [before, now, change], message, f"{terms}, stated {stated}")


def directions(facts: Facts) -> Iterator[Finding]:
    """由A提高到B where B is the smaller one."""
    known = words(facts.knowledge)
    for inside in facts.by_sentence.values():
        for before, now in pairwise(inside):
            if before.quantity.dimension not in _AMOUNTS or before.quantity.unit in known.changes.grades:
                continue  # the third is better than the fifth, and 15米 of precision than 30
            if not _spans(before, now, facts, known):
                continue
            both = intervals.comparable(now.quantity, before.quantity, lenient=True)
            if both is not None:
                yield from _wrong_way(before, now, *both, facts.between(before, now), known)


def _wrong_way(
    before: Fact, now: Fact, later: Interval, earlier: Interval, text: str, known: Words
) -> Iterator[Finding]:
    rises = any(verb in text for verb in known.changes.rising)
    falls = any(verb in text for verb in known.changes.falling)
    if rises == falls:
        return
    below = later.upper is not None and earlier.lower is not None and later.upper < earlier.lower
    above = later.lower is not None and earlier.upper is not None and later.lower > earlier.upper
    if (rises and below) or (falls and above):
        said = "rises" if rises else "falls"
        sign = "<" if rises else ">"
        message = f"{now.text or 'the figure'} {said} from {before.shown} to {now.shown}"
        yield finding("direction", [before, now], message, f"{now.shown} {sign} {before.shown}")


def multiples(facts: Facts) -> Iterator[Finding]:
    """8.1亿元是2020年4.3亿元的1.87倍: three figures in a row that say their arithmetic."""
    for inside in facts.by_sentence.values():
        for now, before, ratio in zip(inside, inside[1:], inside[2:], strict=False):
            if ratio.quantity.unit != "times" or ratio.quantity.expresses == "difference":
                continue
            if facts.between(before, ratio) not in ("的", "的近", "的约"):
                continue
            link = facts.between(now, before)
            both = intervals.comparable(now.quantity, before.quantity, lenient=True)
            if both is None or not re.match(",?(?:是|相当于|为)", link) or re.search("[;。]", link):
                continue
            value = both[0] / both[1]
            if not value.overlaps(ratio.interval):
                message = f"{now.label} is not {ratio.shown} of {before.shown}"
                terms = f"{now.shown} ÷ {before.shown} = {value}, stated {ratio.interval}"
                yield finding("multiple", [now, before, ratio], message, terms)
