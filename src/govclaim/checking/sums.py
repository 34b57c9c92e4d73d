"""Parts and wholes: 其中, lists with their total, sums of statistics, shares, rates of counted cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from govclaim.canon import indicator_name
from govclaim.checking import intervals
from govclaim.checking.facts import Fact, Facts, folded, same_place
from govclaim.checking.intervals import Interval
from govclaim.checking.rules import Finding, Words, finding, words

__all__ = ["cases", "parts", "shares", "statistics", "structures", "totals"]

_ADDITIVE = frozenset({"money", "count", "area", "length", "mass", "volume", "energy", "power"})
_IN_LIST = re.compile(r"[、,和及与][^,;。:()]{0,14}")
_SHARE_OF = re.compile(r"(.+)占(.+?)的?比[重例]")
_ALL = re.compile(r"(?:全部|总).{0,6}|总[数量额]|全.")
_STRUCTURE = re.compile("结构|构成")
_HUNDRED = Decimal(100)


def parts(facts: Facts) -> Iterator[Finding]:
    """A part is no more than its whole; parts that exclude each other are together no more; all parts are the whole."""
    known = words(facts.knowledge)
    for group in _groups(facts, known):
        wholes = _wholes(facts, group[0], known)
        if not wholes or _intensive([*group, *wholes], facts, known):
            continue
        for part in group[:1]:
            if all(_exceeds(part.interval, _like(whole, part)) for whole in wholes):
                whole = wholes[-1]
                message = f"the part {part.label} is more than its whole {whole.label}"
                yield finding("parts", [whole, part], message, f"{part.interval} > {whole.interval}")
        yield from _summed(group, wholes, facts, known)


def _intensive(involved: list[Fact], facts: Facts, known: Words) -> bool:
    words_ = known.parts.intensive
    return any(word in fact.text or word in facts.lead(fact) for fact in involved for word in words_)


def _groups(facts: Facts, known: Words) -> Iterator[list[Fact]]:
    """The lists of figures that 其中 opens: 其中甲12个、乙7个."""
    opening = re.compile(f"(?:{'|'.join(known.parts.openings)})[:,]?[^,;。:]*$")
    for inside in facts.by_sentence.values():
        for index, fact in enumerate(inside):
            if _additive(fact) and opening.search(facts.lead(fact)):
                yield [fact, *_listed(inside[index + 1 :], fact, facts)]


def _listed(after: tuple[Fact, ...], first: Fact, facts: Facts) -> Iterator[Fact]:
    """The members of a list after its first, as far as they are of one kind."""
    for fact in after:
        if not (_additive(fact) and _same_unit(fact, first) and _IN_LIST.fullmatch(facts.lead(fact))):
            return
        yield fact


def _additive(fact: Fact) -> bool:
    return fact.claim.type == "level" and fact.quantity.dimension in _ADDITIVE


def _same_unit(one: Fact, other: Fact) -> bool:
    return one.quantity.unit == other.quantity.unit and one.quantity.dimension == other.quantity.dimension


def _wholes(facts: Facts, part: Fact, known: Words) -> list[Fact]:
    """The levels that may be the whole of what 其中 introduces, the nearest last."""
    before = [
        fact for fact in facts.by_sentence[part.claim.sentence] if fact.quantity.start < part.quantity.start
    ] or _previous(facts, part)
    levels = [fact for fact in before if fact.claim.type == "level"]
    if not levels or not _same_dimension(levels[-1], part):
        return []
    alone = len(levels) == 1 or levels[-1].claim.sentence == part.claim.sentence
    sure = alone and part.quantity.unit not in known.parts.generic
    fitting = [fact for fact in levels if _same_dimension(fact, part) and _fits(fact, part)]
    return fitting if sure else [fact for fact in fitting if _of_one_kind(fact, part)]


def _of_one_kind(whole: Fact, part: Fact) -> bool:
    """Whether a part is counted in what its whole is counted in: 公园5个,其中停车位120个 is no part."""
    return not part.text or part.measures_same(whole) or part.text[-1:] == whole.text[-1:]


def _previous(facts: Facts, part: Fact) -> list[Fact]:
    """The facts of the sentence right before that of ``part``, in one paragraph."""
    order = facts.annotation.sentences
    index = next(at for at, sentence in enumerate(order) if sentence.id == part.claim.sentence)
    if index == 0 or order[index - 1].paragraph != order[index].paragraph:
        return []
    return list(facts.by_sentence.get(order[index - 1].id, ()))


def _same_dimension(one: Fact, other: Fact) -> bool:
    return intervals.comparable(one.quantity, other.quantity) is not None


def _fits(whole: Fact, part: Fact) -> bool:
    return whole.stands_like(part) and (whole.period == part.period or None in (whole.period, part.period))


def _like(one: Fact, other: Fact) -> Interval:
    """The interval of ``one`` in the unit of ``other``."""
    both = intervals.comparable(one.quantity, other.quantity, lenient=True)
    if both is None or one.quantity.unit == other.quantity.unit:
        return one.interval
    factor = intervals.unit_factor(one.quantity, other.quantity)
    return one.interval.times(factor) if factor else Interval(None, None)


def _exceeds(part: Interval, whole: Interval) -> bool:
    return not part.within(Interval(None, whole.upper)) and not part.overlaps(Interval(None, whole.upper))


def _summed(group: list[Fact], wholes: list[Fact], facts: Facts, known: Words) -> Iterator[Finding]:
    if len(group) < 2 or not all(_same_unit(whole, group[0]) for whole in wholes):
        return
    complete, disjoint = _complete(group, facts, known), _disjoint(group, facts, known)
    if not complete and not disjoint:
        return
    added, exact = (intervals.total([getattr(part, kind) for part in group]) for kind in ("interval", "strict"))
    whole = wholes[-1]
    terms = " + ".join(part.shown for part in group)
    # Who lists all parts has counted: a round total is a total.
    if complete and not any(exact.overlaps(each.strict) for each in wholes):
        message = f"{terms} is not {whole.label}, of which these are all parts"
        yield finding("parts", [*group, whole], message, f"{terms} = {exact}, stated {whole.strict}")
    elif all(_exceeds(added, each.interval) for each in wholes):
        message = f"{terms} is more than {whole.label}, of which these are parts"
        yield finding("parts", [*group, whole], message, f"{terms} = {added} > {whole.interval}")


def _complete(group: list[Fact], facts: Facts, known: Words) -> bool:
    leads = [_named(part, facts) for part in group]
    return any(
        len(names) == len(leads) and _one_each(names, leads)
        for alternatives in known.parts.complete
        for names in alternatives
    )


def _one_each(names: tuple[str, ...], leads: list[str]) -> bool:
    """Whether each text holds one of the names, and no two the same (非税收入 holds 税收收入 in no way)."""
    found = [max((name for name in names if name in lead), key=len, default="") for lead in leads]
    return "" not in found and len(set(found)) == len(found)


def _disjoint(group: list[Fact], facts: Facts, known: Words) -> bool:
    leads = [_named(part, facts) for part in group]
    if any(_one_each(names, leads) for names in known.parts.disjoint):
        return True
    return all(
        one.who is not None
        and other.who is not None
        and one.who.label == other.who.label == "LOC"
        and one.text == other.text
        and not same_place(one.who, other.who)
        for one, other in combinations(group, 2)
    )


def _named(part: Fact, facts: Facts) -> str:
    """What a member of a list is called: the words right before its figure."""
    return re.split("[,;:、]|其中", facts.lead(part))[-1] or part.text


# ---------------------------------------------------------------- lists with their total


def totals(facts: Facts) -> Iterator[Finding]:
    """A list and its total: 甲村12户、乙村7户,共19户."""
    known = words(facts.knowledge).parts.totals
    long = "|".join(cue for cue in known if len(cue) > 1)
    cue = re.compile(f",?(?:(?:{long})[^,;。]{{0,6}}|(?:{'|'.join(known)}))")
    for inside in facts.by_sentence.values():
        for index, whole in enumerate(inside):
            if _additive(whole) and cue.fullmatch(facts.lead(whole)):
                members = _before(inside[:index], whole, facts)
                yield from _list_total(members, whole)


def _before(before: tuple[Fact, ...], whole: Fact, facts: Facts) -> list[Fact]:
    """The members of the list that ends right before its total, in order."""
    members: list[Fact] = []
    for fact in reversed(before):
        if not (_additive(fact) and _same_unit(fact, whole) and fact.stands_like(whole)):
            break
        members.insert(0, fact)
        if not _IN_LIST.fullmatch(facts.lead(fact)):
            break
    return members


def _list_total(members: list[Fact], whole: Fact) -> Iterator[Finding]:
    # Where the list begins is not always sure, so any beginning may fit.
    sums = [intervals.total([each.strict for each in members[start:]]) for start in range(len(members) - 1)]
    if not sums or any(each.overlaps(whole.strict) for each in sums):
        return
    terms = " + ".join(each.shown for each in members)
    message = f"{terms} does not give the total {whole.shown}"
    yield finding("total", [*members, whole], message, f"{terms} = {sums[0]}, stated {whole.strict}")


# ---------------------------------------------------------------- statistics that are sums or shares of others


def statistics(facts: Facts) -> Iterator[Finding]:
    """地区生产总值 is the sum of the three industries, 进出口总额 that of 出口 and 进口."""
    for name, names in words(facts.knowledge).parts.sums.items():
        for whole in _stated(facts, name):
            members = [_only(facts, part, whole) for part in names]
            if None in members:
                continue
            found = [part for part in members if part is not None]
            added = intervals.total([part.interval for part in found])
            if not added.overlaps(whole.interval):
                terms = " + ".join(part.label for part in found)
                message = f"{terms} is not {whole.label}"
                sums = " + ".join(part.shown for part in found)
                yield finding("sum", [*found, whole], message, f"{sums} = {added}, stated {whole.interval}")


def _stated(facts: Facts, name: str) -> list[Fact]:
    return [fact for fact in facts.levels() if fact.name == name and fact.period is not None]


def _only(facts: Facts, name: str, like: Fact) -> Fact | None:
    """The level of a statistic with the subject, period and unit of another one, if the text gives one value for it."""
    found = [
        fact
        for fact in _stated(facts, name)
        if fact.period == like.period and fact.belongs_to_same(like) and fact.stands_like(like)
    ]
    # 较一季度(-10.8%)回升: a rate that was taken for the statistic itself is the sum of nothing
    if not found or not all(_same_unit(fact, like) for fact in found):
        return None
    agree = all(fact.interval.overlaps(found[0].interval) for fact in found)
    return found[0] if agree and found[0].quantity.bound == "exact" else None


# ---------------------------------------------------------------- shares


def shares(facts: Facts) -> Iterator[Finding]:
    """A share against part ÷ whole, where the text has both."""
    known = words(facts.knowledge)
    for share in facts.all:
        factor = intervals.percent_family(share.quantity)
        if factor is None:
            continue
        percent = share.interval.times(factor)
        for part, wholes in _pairs(share, facts, known):
            computed = [(whole, intervals.share(part.interval, _like(whole, part))) for whole in wholes]
            if computed and not any(value.overlaps(percent) for _, value in computed):
                whole, value = computed[-1]
                message = f"{part.label} of {whole.label} is not {share.shown}"
                terms = f"{part.shown} ÷ {whole.shown} = {value}%, stated {percent}%"
                yield finding("share", [part, whole, share], message, terms)


def _pairs(share: Fact, facts: Facts, known: Words) -> Iterator[tuple[Fact, list[Fact]]]:
    if share.claim.type == "level":
        yield from _named_share(share, facts)
        return
    scope = folded(share.claim.scope.text) if share.claim.scope else ""
    planned = any(word in scope for word in known.shares.plans) and not indicator_name(scope, facts.knowledge)
    if share.claim.type != "share" or planned:
        return
    inside = facts.by_sentence[share.claim.sentence]
    before = [fact for fact in inside if fact.quantity.end <= share.quantity.start and fact is not share]
    if not before or not _additive(before[-1]) or not _opens_with(facts.lead(share), known.shares.cues):
        return
    part = before[-1]
    if part.measures_same(share) and part.stands_like(share) and part.period == share.period:
        yield part, _scope(share, part, scope, facts, known)


def _opens_with(lead: str, cues: tuple[str, ...]) -> bool:
    """Whether nothing but 约 or 已 stands between the part and 占."""
    return re.match(f",?(?:约|已|分别)?(?:{'|'.join(cues)})", lead) is not None


def _scope(share: Fact, part: Fact, scope: str, facts: Facts, known: Words) -> list[Fact]:
    """The levels that may be the whole."""
    introduced = any(part in group for group in _groups(facts, known))
    if (not scope or _ALL.fullmatch(scope)) and introduced:
        return [whole for whole in _wholes(facts, part, known) if whole is not part]
    if not scope:
        return []
    return [
        fact
        for fact in facts.levels()
        if fact is not part
        and _same_dimension(fact, part)
        and _is_scope(scope, fact, known)
        and _fits(fact, part)
        and fact.belongs_to_same(part)
        and _each(fact, facts, known) == _each(part, facts, known)
    ]


def _each(fact: Fact, facts: Facts, known: Words) -> frozenset[str]:
    """Of which day or head a figure is said to be: 日均客流."""
    named = facts.opening(fact) + fact.text
    return frozenset(word for word in known.shares.each if word in named)


def _is_scope(scope: str, whole: Fact, known: Words) -> bool:
    """Whether a share is of the level: 占全县总诊疗量 of 总诊疗量, but 占入境外国人 not of 外国人."""
    return bool(whole.text) and scope.endswith(whole.text) and not known.rest(scope.removesuffix(whole.text))


def _named_share(share: Fact, facts: Facts) -> Iterator[tuple[Fact, list[Fact]]]:
    """第三产业增加值占地区生产总值比重 with both levels in the text."""
    found = _SHARE_OF.fullmatch(share.name or "")
    if found is None or share.period is None:
        return
    part, whole = _only(facts, found[1], share), _only(facts, found[2], share)
    if part is not None and whole is not None and _same_dimension(part, whole):
        yield part, [whole]


def structures(facts: Facts) -> Iterator[Finding]:
    """三次产业结构 11:65:24 adds up to 100."""
    quantities = {quantity.id: quantity for quantity in facts.annotation.quantities}
    for claim in facts.annotation.claims:
        members = quantities[claim.quantity].parts or ()
        if len(members) < 3 or claim.indicator is None or not _STRUCTURE.search(claim.indicator.text):
            continue
        steps = [Decimal(1).scaleb(min(0, int(member.as_tuple().exponent))) for member in members]
        added = intervals.total([intervals.stated(each, step) for each, step in zip(members, steps, strict=True)])
        near = intervals.Interval(_HUNDRED - 20, _HUNDRED + 20)
        if added.overlaps(near) and _HUNDRED not in added:
            at = quantities[claim.quantity]
            terms = " + ".join(map(intervals.figure, members))
            message = f"the parts of {folded(claim.indicator.text)} {folded(at.text)} do not add up to 100"
            yield Finding("structure", (claim.id,), message, f"{terms} = {added}, not 100", at.start, at.end)


# ---------------------------------------------------------------- rates of counted cases


def cases(facts: Facts) -> Iterator[Finding]:
    """A percentage of counted cases that no whole number of cases gives: of 5742 cases 99.94 % is impossible."""
    known = words(facts.knowledge)
    for rate in facts.all:
        if rate.quantity.unit != "%" or rate.quantity.bound != "exact" or rate.quantity.value is None:
            continue
        if not Decimal(0) <= rate.quantity.value <= _HUNDRED:
            continue
        bases = _bases(rate, facts, known)
        # Truncated percentages are not allowed for: 99.94 % of 5742 would be 5739 cut off, and statistics round.
        percent = intervals.of(rate.quantity)
        counts = [int(base.quantity.value or 0) for base in bases]
        if percent is None or not counts or any(intervals.whole_cases(percent, count) for count in counts):
            continue
        yield _impossible(rate, bases[-1], percent)


def _bases(rate: Fact, facts: Facts, known: Words) -> list[Fact]:
    """The counts that the rate may be of, the nearest last."""
    if rate.claim.type == "share":
        return _counted_scope(rate, facts, known)
    named = re.search(f"(?:{'|'.join(known.cases.rates)})[达到为是]*$", facts.lead(rate))
    if rate.claim.type != "level" or not (named or rate.text.endswith(known.cases.rates)):
        return []
    inside = facts.by_sentence[rate.claim.sentence]
    before = [fact for fact in inside if fact.quantity.end <= rate.quantity.start and fact.claim.type == "level"]
    if not before or not _counted(before[-1], known) or facts.lead(rate).count(",") > 1:
        return []
    if ";" in facts.between(before[-1], rate) or not _of_the_counted(rate, before[-1], facts, known):
        return []
    return [fact for fact in before if _same_unit(fact, before[-1]) and _counted(fact, known)]


def _of_the_counted(rate: Fact, base: Fact, facts: Facts, known: Words) -> bool:
    """Whether the rate may be of what was counted: 初信初访化解率 is of fewer, and 5件工单超期 are the rest."""
    fewer = any(rate.text.startswith(word) and not base.text.startswith(word) for word in known.cases.fewer)
    return not fewer and not any(word in facts.between(base, rate) for word in known.cases.rest)


def _counted_scope(share: Fact, facts: Facts, known: Words) -> list[Fact]:
    scope = folded(share.claim.scope.text) if share.claim.scope else ""
    if not scope:
        return []
    return [
        fact
        for fact in facts.by_sentence[share.claim.sentence]
        if fact.quantity.end <= share.quantity.start
        and _counted(fact, known)
        and fact.text == scope
        and fact.claim.type == "level"
    ]


def _counted(fact: Fact, known: Words) -> bool:
    quantity = fact.quantity
    exact = quantity.bound == "exact" and quantity.value is not None and quantity.value > 0
    return exact and quantity.unit in known.cases.units and intervals.last_digit(quantity) == 1


def _impossible(rate: Fact, base: Fact, percent: Interval) -> Finding:
    count = int(base.quantity.value or 0)
    below = int((percent.lower or Decimal(0)) * count / 100)
    neighbours = " and ".join(
        f"{each} of {count} is {intervals.figure(round(Decimal(100 * each) / count, 4))}%"
        for each in (below, below + 1)
    )
    message = f"no whole number of {base.label} gives {rate.label}"
    return finding("cases", [base, rate], message, neighbours)
