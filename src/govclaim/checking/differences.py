"""In which fields two statements differ, and how surely.

``SURE`` is a difference that the words of both texts bear out; ``MAYBE`` one that the annotation alone
asserts: a subject that was carried on, a period that was inherited. A field that one side leaves out differs
in nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from govclaim.checking import intervals
from govclaim.checking.statements import Statement, folded, grams
from govclaim.knowledge import Knowledge

__all__ = ["MAYBE", "SURE", "Cues", "Differ", "Relation", "days", "likeness", "relation"]

MAYBE, SURE = 1, 2

_Stretch = tuple[date | None, date | None]

Relation = Literal["same", "implied", "magnitude", "unit", "other", "foreign"]
"""How two figures stand to each other: see ``relation``."""

_ALIKE = 0.5
_LEVELS = frozenset("省市州盟县区旗镇乡")
"""How a body begins that is named relative to its level."""
_HALF = 0.5
_HARDLY = 0.34
_TELLING = 4
_SHORT = 2
_SHORTEST = 2
_WORD = re.compile(r"[^\W\d_]")
_NEAR = Decimal("0.1")  # 超14亿 is said of 14.02亿, hardly of 20亿
_DIVISION = re.compile(r"(街道|社区|自治[州县旗]|[省市县区州旗镇乡村])(?:党工委|办事处|政府)?$")
_LEVEL = re.compile(r"(?<=..)(街道|社区|自治[州县旗]|[省市县区州旗镇乡村])")
_RANKS = {
    "省": 1, "市": 2, "州": 2, "自治州": 2, "县": 3, "区": 3, "旗": 3, "自治县": 3, "自治旗": 3,
    "镇": 4, "乡": 4, "街道": 4, "村": 5, "社区": 5,
}  # fmt: skip
_YEAR = re.compile(r"\d{4}|[〇零一二]{2}[〇零一二三四五六七八九]{2}年|[今去明前上当本]年|十[三四五]五")
_FESTIVE = re.compile("假期|春节|元旦|清明|五一|端午|中秋|国庆|十一")
_SEQUENTIAL = frozenset({"mom", "qoq", "previous"})
_BOUNDS = {"over": "up", "at_least": "up", "under": "down", "at_most": "down"}
_NEGATED = {"over": "down", "at_least": "down", "exact": "down", "under": "up", "at_most": "up"}
_COMPATIBLE = frozenset({("nearly", "down"), ("down", "nearly"), ("approx", "exact"), ("approx", "nearly"),
                         ("approx", "range"), ("range", "approx")})  # fmt: skip
_WIDE = re.compile(r"(?:全|本|我|在)?(世界|全球|亚洲|国|省|市|县|区|州|旗|镇|乡|街道)(?:平均|水平|均值|同期)*")


@dataclass(frozen=True, slots=True)
class Cues:
    """``verification.yaml``; the comments there say what each list does."""

    contrasts: tuple[tuple[str, ...], ...]
    alike: tuple[tuple[str, ...], ...]
    risen: tuple[str, ...]
    fallen: tuple[str, ...]
    planned: tuple[str, ...]
    foreseen: tuple[str, ...]
    unforetold: tuple[str, ...]
    undone: tuple[str, ...]
    done: tuple[str, ...]
    sums: tuple[str, ...]
    differences: tuple[str, ...]
    suffixes: tuple[str, ...]
    widths: tuple[str, ...]
    light: tuple[str, ...]
    plain: tuple[str, ...]
    loose_units: dict[str, str]


def relation(one: Statement, other: Statement) -> Relation:
    """How the figure of a summary stands to one of a source.

    Args:
        one: Of the summary.
        other: Of the source.

    Returns:
        ``same``; ``implied`` where the digits and the bound of ``one`` allow all that ``other`` states;
        ``magnitude`` and ``unit`` where the digits are the same and that is not; ``other`` for another figure of
        the same kind; ``foreign`` for figures that cannot be compared.
    """
    first, second = one.quantity, other.quantity
    if "rank" in (first.dimension, second.dimension):
        if first.dimension != second.dimension:
            return "foreign"
        return "same" if first.value == second.value and bool(first.from_end) == bool(second.from_end) else "other"
    if first.parts or second.parts:
        return "same" if first.parts == second.parts else "other" if first.parts and second.parts else "foreign"
    alike = _alike(first.unit, second.unit, first.dimension == second.dimension == "count")
    numbers = (first.value, first.lower, first.upper) == (second.value, second.lower, second.upper)
    if alike and numbers:
        return "same"
    if _allows(one, other):
        return "implied"
    digits = first.value is not None and second.value is not None and _digits(first.value) == _digits(second.value)
    if alike and digits:
        return "magnitude"
    if not alike and (numbers or (digits and first.dimension == second.dimension)):
        return "unit"
    return "other" if first.dimension == second.dimension else "foreign"


def _alike(one: str | None, other: str | None, counts: bool) -> bool:
    if one == other:
        return True
    # 企业203家 may be called 203户; 人 and 人次 are two things.
    return counts and (one or "").endswith("次") == (other or "").endswith("次")


def _digits(value: Decimal) -> tuple[int, ...]:
    return value.normalize().as_tuple().digits


def _allows(one: Statement, other: Statement) -> bool:
    first, second = one.quantity, other.quantity
    pair = intervals.comparable(first, second)
    if pair is None or (first.unit != second.unit and first.dimension == "count"):
        return False
    if pair[1].within(pair[0]):
        return _close(pair)
    if first.bound != "exact" or second.bound != "exact":
        return False
    loose = intervals.comparable(first, second, lenient=True)
    strict = pair[1]
    return loose is not None and strict.within(loose[0]) and _close((loose[0], strict))


def _close(pair: tuple[intervals.Interval, intervals.Interval]) -> bool:
    """Whether two intervals are so near that one figure may stand for the other."""
    ends = [tuple(end for end in (each.lower, each.upper) if end) for each in pair]
    if not ends[0] or not ends[1]:
        return False
    return min(abs(one - other) / abs(other) for one in ends[0] for other in ends[1]) <= _NEAR


def likeness(one: str, other: str) -> float:
    """How alike two names of a thing are, between 0 and 1; 1 where one holds the other or abbreviates it."""
    if not one or not other:
        return 0.0
    short, long = sorted((one, other), key=len)
    if short in long and (len(short) > 1 or short == long):
        return 1.0
    if short[0] == long[0] and _abbreviates(short, long):
        return 1.0
    first, second = grams(one), grams(other)
    return 2 * len(first & second) / (len(first) + len(second))


def days(value: str | None) -> _Stretch | None:
    """First and last day of a time of the contract; ``None`` where it has none."""
    if not value:
        return None
    first, _, last = value.partition("/")
    found = (_day(first, late=False), _day(last or first, late=True))
    return None if found == (None, None) else found


def _day(point: str, *, late: bool) -> date | None:
    found = re.match(r"(\d{4})(?:-(0\d|1[0-2]))?(?:-(\d\d))?", point)
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or (12 if late else 1))
    try:
        if found[3]:
            return date(year, month, int(found[3]))
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(1) if late else date(year, month, 1)
    except (ValueError, OverflowError):
        return None


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)")


class Differ:
    """Compares statements field by field.

    Args:
        knowledge: ``verification.yaml``.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        cues = knowledge.document("verification.yaml", Cues)
        self.cues = cues
        self._contrasts = [(frozenset(group), _any(group)) for group in cues.contrasts]
        self._first = {word: group[0] for group in cues.alike for word in group}
        self._said = _any(self._first)
        self._risen, self._fallen = _any(cues.risen), _any(cues.fallen)
        self._ahead = _any((*cues.planned, *cues.foreseen))
        self._unforetold = _any(cues.unforetold)
        self._undone = _any(cues.undone)
        self._done = _any(cues.done)
        self._light = _any(cues.light)
        self._plain = _any(cues.plain)
        self._suffix = re.compile(f"(?:{_any(cues.suffixes).pattern})$")

    def fields(self, one: Statement, other: Statement, figures: Relation) -> Mapping[str, int]:
        """The fields in which a statement of a summary differs from one of a source.

        Args:
            one: Of the summary.
            other: Of the source.
            figures: Their ``relation``.

        Returns:
            ``SURE`` or ``MAYBE`` by name of the field; fields that agree or are not known are absent.
        """
        found = {
            "value": SURE if figures in ("other", "magnitude") else 0,
            "unit": SURE if figures == "unit" else 0,
            "direction": self._direction(one, other),
            **_basis(one, other),
            "indicator": self.indicator(one, other),
            "subject": self.subject(one, other),
            "period": _period(one, other),
            "scope": self._scope(one, other),
            "modality": self._modality(one, other),
            **(_bound(one, other) if figures in ("same", "magnitude", "unit") else {}),
        }
        return {field: level for field, level in found.items() if level}

    # ------------------------------------------------------------ direction

    def _direction(self, one: Statement, other: Statement) -> int:
        first, second = self._trend(one), self._trend(other)
        return SURE if first and second and first != second and "flat" not in (first, second) else 0

    def _trend(self, one: Statement) -> str | None:
        if one.claim.direction:
            return one.claim.direction
        rise, fall = (
            max((m.end() for m in each.finditer(one.lead)), default=0) for each in (self._risen, self._fallen)
        )
        if rise == fall:
            return None
        return "increase" if rise > fall else "decrease"

    # ------------------------------------------------------------ indicator and subject

    def contrast(self, one: str, other: str) -> bool:
        """Whether two namings hold words that exclude each other (进口 and 出口)."""
        for words, pattern in self._contrasts:
            first, second = set(pattern.findall(one)), set(pattern.findall(other))
            if first and second and not first & second and first | second <= words:
                return True
        return False

    def indicator(self, one: Statement, other: Statement) -> int:
        """Whether they measure different things."""
        if one.name and one.name == other.name:
            return 0
        if self.contrast(one.indicator + one.lead, other.indicator + other.lead):
            # 城镇、农村居民分别 names both for either figure.
            return MAYBE if self._shared(one, other) else SURE
        if not one.indicator or not other.indicator:
            return 0
        alike = likeness(one.indicator, other.indicator)
        if alike == 1 or (one.claim.type == "rank" and other.indicator in one.part):
            return 0
        if not self._named(one):
            return MAYBE
        if (one.name and other.name) or one.indicator in other.rivals:
            return self._displaced(one, other)
        if one.claim.type != "rank" and self._renamed(one, other):
            return SURE
        return 0 if alike >= _ALIKE else MAYBE

    def _named(self, one: Statement) -> bool:
        """Whether the indicator stands before the figure with nothing between that names something else."""
        if one.indicator in one.piece:
            return True
        # 固投力争增长8%: what carries on the indicator of the clause before has a name of its own.
        return one.indicator in one.part and len(_WORD.findall(self._plain.sub("", one.lead))) < _SHORTEST

    def _displaced(self, one: Statement, other: Statement) -> int:
        """Whether the source gives the figure of something else than the thing named, which it knows as well."""
        near, own = other.part.rfind(one.indicator), other.part.rfind(other.indicator)
        if near >= 0:
            return 0 if near >= own else SURE if one.indicator in other.rivals else MAYBE
        return 0 if other.indicator in one.part else SURE

    def _shared(self, one: Statement, other: Statement) -> bool:
        return "分别" in other.part and bool(one.indicator) and not self.contrast(one.indicator, other.part)

    def _renamed(self, one: Statement, other: Statement) -> bool:
        """Whether another name is another thing: what is new in it stands nowhere in the page."""
        mine, theirs = (self._core(each.indicator) for each in (one, other))
        if mine == theirs or one.indicator in other.page or other.indicator in one.part:
            return False
        behind = _common_end(mine, theirs)
        before = _common_end(mine[::-1], theirs[: len(theirs) - behind][::-1])
        before = min(before, len(mine) - behind)
        changed = mine[before : len(mine) - behind]
        if not behind and not before:
            return len(mine) > _SHORT and not grams(mine) & grams(other.page)
        if len(changed) < _SHORT or any(word in other.page for word, first in self._first.items() if first in changed):
            return False
        # 人均年补助 called 人均年收入: what is new in it is what the page says of another figure.
        displaced = changed not in other.whole and any(rival.endswith(changed) for rival in other.rivals)
        return displaced or _covered(changed, other.page) <= _HARDLY

    def _core(self, indicator: str) -> str:
        """An indicator without light words, and each word by the first of its synonyms."""
        return self._said.sub(lambda found: self._first[found[0]], self._light.sub("", indicator) or indicator)

    def same_name(self, one: str, other: str) -> bool:
        """Whether two names are of one place or body: 北苑 and 北苑街道, 金壳 and 舟山金壳海洋食品集团有限公司."""
        if one == other:
            return True
        first, second = self._suffix.sub("", one), self._suffix.sub("", other)
        short, long = sorted((first, second), key=len)
        return len(short) > 1 and (short in long or _abbreviates(short, long))

    def subject(self, one: Statement, other: Statement) -> int:
        """Whether they are about different places, bodies or persons."""
        if not other.subject:
            return 0
        return max(self._displaced_owner(one, other), self._other_owner(one, other))

    def _displaced_owner(self, one: Statement, other: Statement) -> int:
        """Whether the summary names an owner of the source right before the figure, and the source another there."""
        if other.subject not in other.part or self._named_in(other.subject_name, one.part):
            return 0
        told = (other.lead if other.subject in other.lead else other.part) + other.piece
        for name in other.names:
            if self._named_in(name, one.lead) and not self._named_in(name, told) and self._apart(name, other):
                return SURE
        return 0

    def _named_in(self, name: str, text: str) -> bool:
        """Whether a text names something, in full or in short (河南芯睿电子科技有限公司 as 芯睿电子)."""
        core = self._suffix.sub("", name)
        if len(core) < _TELLING:
            return name in text
        return any(core[start : start + _TELLING] in text for start in range(len(core) - _TELLING + 1))

    def _apart(self, name: str, other: Statement) -> bool:
        """Whether a name is of something that neither holds nor is part of what the source speaks of."""
        theirs = other.subject_name
        if self.same_name(name, theirs) or name in theirs or theirs in name:
            return False
        return bool(_levels(name) & _levels(theirs)) or name in other.owners

    def _other_owner(self, one: Statement, other: Statement) -> int:
        if not one.subject:
            return 0
        mine, theirs = {one.subject, one.subject_name}, {other.subject, other.subject_name}
        if any(self.same_name(a, b) for a in mine for b in theirs):
            return 0
        core = self._suffix.sub("", one.subject_name) or one.subject_name
        if core in other.piece:
            return 0
        if other.subject in one.part and (core in other.part or "分别" in one.part):
            return MAYBE  # 甲镇、乙镇: the summary names both
        known = one.subject_label is not None or one.subject in other.owners
        if not known or one.subject not in one.part:
            return MAYBE if known else 0
        if one.subject_label == "ORG" and one.subject[0] in _LEVELS and other.subject_label != "PER":
            return MAYBE  # 县市监局 is the county's own, whatever its page calls it
        if core not in other.page and not _abbreviates(core, other.whole):
            # A name of which the page has the greater part is cut otherwise there, or said in short.
            return SURE if _covered(core, other.page) <= _HALF else MAYBE
        if other.subject_label != one.subject_label and one.subject not in other.owners:
            return MAYBE
        siblings = _ranks(one.subject_name) & _ranks(other.subject_name)
        return SURE if siblings and other.subject in other.part else MAYBE

    # ------------------------------------------------------------ scope and modality

    def _scope(self, one: Statement, other: Statement) -> int:
        if one.claim.type not in ("rank", "share"):
            return 0
        if one.claim.type == "rank":
            mine, theirs = _within(one), _within(other)
            if mine and theirs:
                return SURE if mine != theirs else 0
        if not one.scope:
            return 0
        if not other.scope:
            missing = one.claim.type == "share" and _covered(one.scope, other.whole) <= _HARDLY
            return SURE if missing and not _width(one.scope) else 0
        mine, theirs = _width(one.scope), _width(other.scope)
        if mine and theirs:
            return SURE if mine != theirs else 0
        if self.same_name(one.scope, other.scope) or one.scope in other.whole:
            return 0
        if mine or theirs:  # 全市 is 株洲, and 漳州市 may be called 全市
            named = other.scope if mine else one.scope
            return SURE if _named_width(named) and not _widths(mine or theirs or "") & _ranks(named) else MAYBE
        if likeness(one.scope, other.scope) >= _ALIKE and not self.contrast(one.scope, other.scope):
            return 0
        return SURE

    def _modality(self, one: Statement, other: Statement) -> int:
        done = self._is_done(one)
        if self._is_done(other) or (not done and (one.claim.modality != "actual" or self._foretold(one.piece))):
            return 0
        if other.claim.modality == "actual":
            # 将新培育高新技术企业30家: a cue that the annotation did not take for one.
            told = self._foretold(other.lead)
            return (SURE if done else MAYBE) if told else 0
        return SURE if self._foretold(other.part) or self._foretold(other.piece) else MAYBE

    def _is_done(self, one: Statement) -> bool:
        return bool(self._done.search(self._undone.sub("", one.piece)))

    def _foretold(self, text: str) -> bool:
        return bool(self._ahead.search(self._unforetold.sub("", text)))


def _common_end(one: str, other: str) -> int:
    """How many characters two names end with alike."""
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


def _abbreviates(short: str, long: str) -> bool:
    """Whether the characters of ``short`` stand in ``long`` in their order: 社消零, 县医院."""
    signs = iter(long)
    return len(short) > 1 and all(sign in signs for sign in short)


def _covered(text: str, within: str) -> float:
    wanted = grams(text)
    return len(wanted & grams(within)) / len(wanted) if wanted else 0.0


def _ranks(name: str) -> frozenset[int]:
    """The levels that a division may have by its suffix (义乌市 is a county's); 0 for what is none."""
    found = _DIVISION.search(name)
    rank = _RANKS.get(found[1], 0) if found else 0
    return frozenset({2, 3} if found and found[1] == "市" else {rank})


def _levels(name: str) -> frozenset[int]:
    """The levels of all divisions in a name: 4 and 5 in 齐心庄镇刘里村."""
    return frozenset(_RANKS[found] for found in _LEVEL.findall(name))


def _widths(width: str) -> frozenset[int]:
    return frozenset({2, 3}) if width == "市" else frozenset({_RANKS.get(width, 0)})


def _named_width(name: str) -> bool:
    return _DIVISION.search(name) is not None


def _within(one: Statement) -> str | None:
    """How wide a rank is: 全省 in its scope, or before it in its clause."""
    found = re.findall(r"全(国|省|市|县|区|州|旗|镇|乡)", one.lead)
    return _width(one.scope) or (found[-1] if found else None)


def _width(scope: str) -> str | None:
    found = _WIDE.fullmatch(scope) or re.match(r"全(国|省|市|县|区|州|旗|镇|乡|街道)", scope)
    return found[1] if found else None


# ---------------------------------------------------------------- basis, period, bound


def _basis(one: Statement, other: Statement) -> Mapping[str, int]:
    mine, theirs = one.claim.basis, other.claim.basis
    if mine in (None, "none") or theirs in (None, "none"):
        return {}
    if mine == theirs:
        return {"base": _base(one, other)}
    if mine in _SEQUENTIAL and theirs in _SEQUENTIAL:
        return {}
    if one.base and likeness(one.base, other.base) >= 0.5:
        return {}
    # A base that the text names by itself (比试点前) is called since, benchmark or none with little to choose.
    loose = {"benchmark", "since", "previous"}
    return {"basis": MAYBE if mine in loose and theirs in loose else SURE}


def _base(one: Statement, other: Statement) -> int:
    if not one.base or not other.base:
        return 0
    mine, theirs = _width(one.base), _width(other.base)
    if mine and theirs:
        return SURE if mine != theirs else 0
    if likeness(one.base, other.base) >= _ALIKE:
        return 0
    if one.claim.basis == "since":
        years = [re.findall(r"\d{4}", each.base) for each in (one, other)]
        return SURE if years[0] and years[1] and years[0] != years[1] else MAYBE
    return MAYBE if one.claim.basis == "benchmark" else 0


def _period(one: Statement, other: Statement) -> int:
    if one.period is None or other.period is None or one.period.sentence != one.sentence:
        return 0
    when, then = folded(one.period.text), folded(other.period.text)
    mine, theirs = days(one.period.value), days(other.period.value)
    if when == then:
        return 0
    if mine is None or theirs is None:
        # 五一假期 and 端午假期 have no days here, but names.
        festive = _FESTIVE.search(when) and _FESTIVE.search(then) and when in one.part
        return SURE if festive and then in other.part and when not in other.part else 0
    told = {stretch for stretch in map(days, other.times) if stretch}
    if not _YEAR.search(when) or (
        not _YEAR.search(then) and _years(mine) & {year for each in told for year in _years(each)}
    ):
        # 全年 and 1—6月 take their year from the page, and a summary has another day of publication.
        mine, theirs, told = _yearless(mine), _yearless(theirs), set(map(_yearless, told))
    level = _apart(mine, theirs)
    if level == SURE and when not in one.part:
        return MAYBE
    if level == SURE and mine in told:
        inside = other.period.sentence == other.sentence
        if not inside or (one.period.value in other.near and when in other.part):
            return MAYBE
    return level


def _years(stretch: _Stretch) -> set[int]:
    return {day.year for day in stretch if day}


def _yearless(stretch: _Stretch) -> _Stretch:
    """The stretch with its last day in one leap year, so that only months and days count."""
    last = stretch[1] or stretch[0]
    shift = 2000 - (last.year if last else 2000)
    return (_moved(stretch[0], shift), _moved(stretch[1], shift))


def _moved(day: date | None, years: int) -> date | None:
    if day is None:
        return None
    late = day.month == 2 and day.day >= 28
    return date(max(1, day.year + years), day.month, 28 if late else day.day)


def _apart(mine: _Stretch, theirs: _Stretch) -> int:
    """Whether two stretches are different ones."""
    if mine == theirs:
        return 0
    if (
        mine[1]
        and mine[1] == theirs[1]
        and (None in (mine[0], theirs[0]) or mine[0] == mine[1] or theirs[0] == theirs[1])
    ):
        return 0  # 截至6月底 and 6月末
    if None not in mine and None not in theirs:
        wide = [stretch for stretch in (mine, theirs) if (stretch[1] - stretch[0]).days > 360]  # type: ignore[operator]
        if len(wide) == 1 and mine[0] <= theirs[1] and theirs[0] <= mine[1]:  # type: ignore[operator]
            return MAYBE  # 2025年 is said of its first ten months, too
    return SURE


def _bound(one: Statement, other: Statement) -> Mapping[str, int]:
    mine, theirs = _class(one), _class(other)
    if mine == theirs or (mine, theirs) in _COMPATIBLE:
        return {}
    if one.claim.polarity != other.claim.polarity:
        return {"polarity": SURE}
    return {"bound": SURE}


def _class(one: Statement) -> str:
    """The bound, with a negation worked in: 没有超过 is at most, 未达到 less than."""
    bound = one.quantity.bound
    if one.claim.polarity == "negated":
        return _NEGATED.get(bound, "not")
    return _BOUNDS.get(bound, bound)
