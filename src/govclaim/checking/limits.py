"""Figures that are impossible by themselves: of the wrong unit, beyond what there is, or from the future."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from govclaim.canon import Indicator, indicators
from govclaim.checking.calendar import begins, last_unit_begins
from govclaim.checking.facts import Fact, Facts, Who, folded
from govclaim.checking.intervals import Interval
from govclaim.checking.rules import Finding, Limit, Words, finding, words
from govclaim.knowledge import Knowledge

__all__ = ["dates", "figures", "percentages", "units"]

_HUNDRED = Decimal(100)
_MEASURED = frozenset({"money", "area", "mass", "length", "volume", "energy", "power", "count"})
_MONTHS = re.compile(r"\d{1,2}月?[-—–~～至到]\d{1,2}月")
_DATED = re.compile(r"\d{4}年\d{1,2}(?:月|[-—–~～至到])|\d{4}-\d\d")  # a bare 2025年 may be that of a budget
_SMALL = 1000
_REACHES = re.compile("[达到为约近超已有至是]{0,3}")
_LEVELS = ("nation", "province", "city", "county", "town", "village")
_BY_CODE = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}


def percentages(facts: Facts) -> Iterator[Finding]:
    """A share above the whole, a rate above 100 per cent, a decline by more than there was."""
    known = words(facts.knowledge)
    for fact in facts.all:
        lower = fact.interval.lower
        if fact.quantity.unit != "%" or lower is None or lower <= _HUNDRED or fact.quantity.bound == "approx":
            continue
        why = _why_impossible(fact, facts, known)
        if why:
            yield finding("percent", [fact], f"{fact.label} is impossible: {why}", f"{fact.interval} > 100")


def _why_impossible(fact: Fact, facts: Facts, known: Words) -> str | None:
    claim = fact.claim
    scope = folded(claim.scope.text) if claim.scope else ""
    if claim.type == "share":
        planned = any(word in scope or word in facts.lead(fact) for word in known.shares.plans)
        part = any(cue in facts.lead(fact) for cue in known.shares.cues)
        return "a share is no more than its whole" if part and not planned else None
    limited = fact.text.endswith(known.limits.rates) and not fact.text.endswith(known.limits.open)
    if claim.type == "level" and limited:
        return "such a rate ends at 100%"
    falls = claim.type == "change" and claim.direction == "decrease"
    if falls and fact.text and not any(word in fact.text for word in known.changes.signed):
        return "nothing falls by more than there was"
    return None


# ---------------------------------------------------------------- size and unit


def figures(facts: Facts) -> Iterator[Finding]:
    """A statistic beyond what any place of that level has: a street's GDP of 1,402万亿元."""
    known = words(facts.knowledge).limits
    for fact in facts.levels():
        limit = known.figures.get(fact.name or "")
        if limit is None or fact.quantity.unit != limit.unit or fact.claim.modality == "hypothetical":
            continue
        level = _level(fact.who, known.levels)
        # The limits of the level above: whose figure it is may be read wrongly by one level.
        allowed = Interval(limit.least, limit.most[max(0, _LEVELS.index(level) - 1)])
        if _plain(fact, limit) and not fact.interval.overlaps(allowed):
            place = f"a {level}" if fact.who else "any place"
            message = f"{fact.label} is out of all proportion for {place}"
            unit = limit.unit
            yield finding("magnitude", [fact], message, f"{fact.interval} {unit}, expected within {allowed} {unit}")


def _plain(fact: Fact, limit: Limit) -> bool:
    """Whether it can be a figure of the statistic: not 每100元GDP, 每元带动GDP14.4元, nor a change read as a level."""
    value = fact.quantity.value
    if value is None or value <= 0 or value.normalize().as_tuple().digits == (1,):
        return False
    return value >= _SMALL or limit.least < _SMALL


def _level(who: Who | None, levels: dict[str, tuple[str, ...]]) -> str:
    if who is None:
        return "nation"
    if who.link and who.link.isdecimal() and len(who.link) in _BY_CODE:
        # A city at county level, and the four cities that are provinces, have the code of another level.
        level = _BY_CODE[len(who.link)]
        return level if not who.name.endswith("市") else min(level, "city", key=_LEVELS.index)
    ends = [(len(end), level) for level, each in levels.items() for end in each if who.name.endswith(end)]
    return max(ends)[1] if ends and who.label == "LOC" else "nation"


def units(facts: Facts) -> Iterator[Finding]:
    """A listed statistic in a unit that measures something else: 粮食产量12亿元."""
    for fact in facts.levels():
        row = _rows(facts.knowledge).get(fact.name or "")
        if row is None or fact.text not in row.spellings() or not _measurable(fact, row):
            continue
        if not _REACHES.fullmatch(facts.lead(fact).rpartition(fact.text)[2]):
            continue  # 建筑面积3.4万平方米,由某公司出资2000万元
        message = f"{fact.label} is in the wrong unit: {row.name} is measured in {row.unit}"
        yield finding("unit", [fact], message, f"{fact.quantity.dimension}, expected {row.dimension}")


def _rows(knowledge: Knowledge) -> dict[str, Indicator]:
    return knowledge.derived("statistics by name", lambda tables: {row.name: row for row in indicators(tables)})


def _measurable(fact: Fact, row: Indicator) -> bool:
    """Whether the figure's dimension excludes the statistic's; a count may stand for anything that is listed as one."""
    dimension = fact.quantity.dimension
    if dimension not in _MEASURED or row.dimension not in _MEASURED or dimension == row.dimension:
        return False
    return fact.quantity.unit is not None and row.unit is not None and "count" not in (dimension, row.dimension)


# ---------------------------------------------------------------- time


def dates(facts: Facts) -> Iterator[Finding]:
    """What is reported as fact cannot lie after the day of publication."""
    published = _day(facts.annotation.meta.published)
    if published is None:
        return
    for fact in facts.all:
        # A bare 9月12日 takes its year from its passage, which may be read wrongly; 今年“双11” has a presale.
        if fact.period is None or not _DATED.search(fact.when):
            continue
        if fact.when.endswith("前"):  # 今年11月底前 sets a term
            continue
        if not _has_happened(fact, facts):
            continue
        if fact.period.startswith(".."):  # 截至2024年底 is written some days before
            end = last_unit_begins(fact.period)
            first = end and end.replace(day=1)
        else:
            first = last_unit_begins(fact.period) if _MONTHS.search(fact.when) else begins(fact.period)
        if first is not None and first > published:
            message = f"{fact.label} is reported as fact for {fact.when}, after the day of publication"
            yield finding("date", [fact], message, f"{first.isoformat()} > {published.isoformat()}")


def _has_happened(fact: Fact, facts: Facts) -> bool:
    """Whether the words before the figure say so; 2026年度缴费标准420元 is fixed in 2025."""
    lead, known = re.split("[,;:。]", facts.lead(fact))[-1], words(facts.knowledge).dates
    if any(word in facts.sentences[fact.claim.sentence] for word in known.open):
        return False
    if "已" in lead:
        return True  # also where the late date made the reader take it for a plan
    if fact.claim.modality != "actual":
        return False
    if fact.claim.type == "change":
        return fact.claim.basis == "yoy"
    return any(word in lead for word in known.done)


def _day(text: str | None) -> date | None:
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", text or "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
