"""Gives times their value: what the grammar read is set against the passage and the day of publication.

The grammar (``recognizers.times``) leaves open what a sentence alone does not tell: which year 上半年 is in, which day
当天 is. This module reads the document's times in order and keeps what the passage is about.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeAlias

from govclaim.knowledge import Knowledge
from govclaim.values import Candidate, Sentence, Time, TimeExpression

__all__ = [
    "Ago",
    "Anchor",
    "Bound",
    "Counted",
    "Feast",
    "Fixed",
    "Point",
    "Range",
    "Reading",
    "SamePeriod",
    "Since",
    "Unknown",
    "Until",
    "Vague",
    "Vocabulary",
    "resolve",
]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A year, month or day by number, or counted from another.

    Attributes:
        number: The number itself, or the distance from what ``of`` names.
        of: ``absolute``, ``published`` (今年) or ``passage`` (上年).
        length: How many of them (今明两天: 2).
    """

    number: int
    of: str = "absolute"
    length: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """A calendar unit as it is written, from coarse to fine; what is not written is ``None``.

    Attributes:
        year: The year.
        months: First and last month (上半年: 1, 6; 3月: 3, 3).
        month: A month counted from another (本月), or a quarter (length 3).
        days: First and last day of the month; 31 stands for the last one, whichever it is.
        day: A day counted from another (今天).
        week: Distance in weeks from that of publication.
        weekdays: First and last day of the week, Monday is 1.
        nth_week: Which week of the month or year, the first begins with its first Monday; with ``weekdays`` which of
            those days (第三个星期日). -1 is the last.
        weeks: How many weeks from there (前两周: 2).
        clock: ``17:00`` or ``10:06:31``.
        season: EDTF code.
        closing: It names the end of its unit (10月底).
        edge: It is a year's end or beginning (年底, 去年初).
        stamp: A date in digits (2026-01-14), as pages carry it: the passage is not about it.
    """

    year: Anchor | None = None
    months: tuple[int, int] | None = None
    month: Anchor | None = None
    days: tuple[int, int] | None = None
    day: Anchor | None = None
    week: int | None = None
    weekdays: tuple[int, int] | None = None
    nth_week: int | None = None
    weeks: int = 1
    clock: str | None = None
    season: int | None = None
    closing: bool = False
    edge: bool = False
    stamp: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """From one point to another (9月21日17时至9月22日5时)."""

    first: Point
    last: Point


@dataclass(frozen=True, slots=True)
class Until:
    """Up to a point (截至10月底)."""

    point: Point


@dataclass(frozen=True, slots=True)
class Bound:
    """Before or after a point (2018年以前, 2020年及以后); ``inclusive`` where 及 or 或 takes the point itself in."""

    point: Point
    before: bool
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Ago:
    """Counted back or on in years, months, weeks or days (三年前: -3, 年); a day may have its hour (两天后的9时)."""

    count: int
    unit: str
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """From a point to the day of publication (今年以来)."""

    point: Point


@dataclass(frozen=True, slots=True)
class SamePeriod:
    """The period spoken of, in another year (上年同期)."""

    year: Anchor


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that depends on nothing (“十四五”, 20世纪80年代)."""

    value: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A time without a value (近年来).

    Attributes:
        year: The year that it names all the same (2025年“五一”假期).
        now: It says that the text speaks of the present (目前).
    """

    year: Anchor | None = None
    now: bool = False


Reading: TypeAlias = Point | Range | Until | Bound | Ago | Since | SamePeriod | Fixed | Unknown


@dataclass(frozen=True, slots=True)
class Counted:
    """A word that counts years, months, weeks or days (去年, 本月, 今天)."""

    word: str
    shift: int
    of: str = "published"
    length: int = 1
    not_after: str | None = None
    not_before: str | None = None


@dataclass(frozen=True, slots=True)
class Feast:
    """A festival; ``date`` is its month and day where it has a fixed one.

    ``quoted``: only in quotation marks or with a word of ``festival_tails``; ``dated``: or after a year.
    """

    word: str
    date: str | None = None
    quoted: bool = False
    dated: bool = False
    not_before: str | None = None


@dataclass(frozen=True, slots=True)
class Vague:
    """A time without a value (近日); ``now``: the text speaks of the present there."""

    word: str
    kind: str = "date"
    now: bool = False
    not_after: str | None = None
    not_before: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of ``times.yaml``."""

    years: tuple[Counted, ...]
    months: tuple[Counted, ...]
    days: tuple[Counted, ...]
    weeks: tuple[Counted, ...]
    day_parts: dict[str, str]
    month_parts: dict[str, tuple[int, int]]
    year_parts: dict[str, tuple[int, int]]
    seasons: dict[str, int]
    festivals: tuple[Feast, ...]
    festival_tails: tuple[str, ...]
    campaigns: tuple[str, ...]
    campaign_tails: tuple[str, ...]
    solar_terms: tuple[str, ...]
    vague: tuple[Vague, ...]
    not_day_parts: str
    not_months: str
    not_days: str
    not_hours: str
    not_beginnings: str
    not_weeks: str
    not_seasons: str
    not_years: str
    not_centuries: str
    counting: str
    stretch_leads: str
    stretch_units: str
    stretch_ends: str
    stretch_sums: str
    repeated: str
    not_repeated: str
    plan_years: dict[str, int]
    plan_spans: tuple[str, ...]
    festival_names: tuple[str, ...]
    season_parts: str
    school_holidays: str
    year_bearers: tuple[str, ...]
    ago_leads: str
    not_before_ago: str
    not_after_ago: str
    not_after_compact: str
    openers: tuple[str, ...]
    plan_cues: str
    result_cues: str
    base_cues: str
    base_tails: str
    aside_tails: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A resolved point: its first and last day, and its value."""

    first: date
    last: date
    text: str


@dataclass(frozen=True, slots=True)
class _Passage:
    """What the passage is about so far.

    Attributes:
        year: The year of the time read last.
        named: The year named last, where later months and quarters may be of it.
        near: It is named in this sentence.
        month: Year and month of the day or month named last.
        day: The day named last in this paragraph.
        value: The value of the period spoken of, for 同期.
    """

    year: int | None = None
    named: int | None = None
    near: bool = False
    month: tuple[int, int] | None = None
    day: date | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where a time stands.

    Attributes:
        published: Day of publication.
        planned: Its clause speaks of a plan or a forecast.
        reported: Its sentence reports results.
        based: The time is only compared with (比2020年), or an aside (2021年建成的水厂).
        alone: It is counted from now (20天后) and its clause is nothing else.
    """

    published: date | None
    planned: bool
    reported: bool
    based: bool
    alone: bool


class _Cues:
    """Reads the words around a time."""

    def __init__(self, words: Vocabulary) -> None:
        self._planned = re.compile(words.plan_cues)
        self._reported = re.compile(words.result_cues)
        self._based = re.compile(f"(?:{words.base_cues})$")
        self._base_follows = re.compile(words.base_tails)
        self._aside_follows = re.compile(words.aside_tails)

    def setting(self, text: str, candidate: Candidate[TimeExpression], published: date | None) -> _Setting:
        """What the words around a time say."""
        start, end, reading = candidate.span.start, candidate.span.end, candidate.value.reading
        year = reading.year if isinstance(reading, Point) else None
        # What has its own year, or no value at all, does not ask what its clause speaks of.
        told = isinstance(reading, Unknown | Fixed | SamePeriod) or (year is not None and year.of == "absolute")
        clause = "" if told else _clause(text, start, end)
        return _Setting(
            published,
            planned=text[start - 1 : start] == "到" or bool(self._planned.search(clause)),
            reported=bool(self._reported.search(clause)),
            based=bool(
                self._based.search(text, max(0, start - 3), start)
                or self._base_follows.match(text, end)
                or (year and self._aside_follows.match(text, end))
            ),
            alone=isinstance(reading, Ago) and _alone(text, start, end),
        )


_CLAUSE_MARKS = re.compile(r"[,;:。!?]")
_REACH = 60
"""How far a clause is read to either side of a time; a list without commas must not make reading quadratic."""


def _clause(text: str, start: int, end: int) -> str:
    """The clause of a time; where the time alone is the clause (上半年,物流有望恢复) also the next."""
    before = text[max(0, start - _REACH) : start]
    marks = [mark.end() for mark in _CLAUSE_MARKS.finditer(before)]
    head = (before[marks[-1] :] if marks else before) + text[start:end]
    after = text[end : end + _REACH]
    cut = _CLAUSE_MARKS.search(after, 1)
    return head + (after[: cut.start()] if cut else after)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a time is the last or only words between two marks (20天后。)."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return (not before or bool(_CLAUSE_MARKS.match(before))) and (not after or after in "。!?;")


def resolve(
    expressions: Sequence[Sequence[Candidate[TimeExpression]]],
    sentences: Sequence[Sentence],
    published: date | None,
    knowledge: Knowledge,
) -> tuple[tuple[Candidate[Time], ...], ...]:
    """Give the times of a document their values.

    Args:
        expressions: Of each sentence, by start.
        sentences: The document's sentences in order, as many as ``expressions``.
        published: Day of publication; without it relative times keep ``None``.
        knowledge: The tables.

    Returns:
        The same spans in the same order with ISO 8601 / EDTF values.

    Raises:
        KnowledgeError: ``times.yaml`` is faulty.
    """
    cues = _Cues(knowledge.document("times.yaml", Vocabulary))
    passage = _Passage()
    paragraph: int | None = None
    resolved: list[tuple[Candidate[Time], ...]] = []
    for sentence, candidates in zip(sentences, expressions, strict=True):
        if candidates and sentence.paragraph != paragraph:
            paragraph = sentence.paragraph
            passage = _turn(passage, published)
        if candidates and passage.near:
            passage = replace(passage, near=False)
        times: list[Candidate[Time]] = []
        for candidate in candidates:
            text = sentence.surface.text
            setting = cues.setting(text, candidate, published)
            time = _time(candidate.value, setting, passage, candidate.span.of(text))
            passage = _after(passage, candidate.value.reading, time.value, setting)
            times.append(Candidate(candidate.span, time, candidate.confidence, candidate.source, candidate.because))
        bracketed = len(times) > 1 and "(" in sentence.surface.text
        resolved.append(_bracketed_weeks(sentence.surface.text, candidates, times) if bracketed else tuple(times))
    return tuple(resolved)


def _bracketed_weeks(
    text: str, candidates: Sequence[Candidate[TimeExpression]], times: list[Candidate[Time]]
) -> tuple[Candidate[Time], ...]:
    """A week takes the days that stand in brackets after it (本周（9月1日—7日）), whenever the text appeared."""
    for index, (week, days) in enumerate(pairwise(candidates)):
        gap = text[week.span.end : days.span.start]
        if gap != "(" or not isinstance(week.value.reading, Point) or week.value.reading.week is None:
            continue
        value = times[index + 1].value.value
        if isinstance(days.value.reading, Point | Range) and value:
            times[index] = replace(times[index], value=replace(times[index].value, value=value))
    return tuple(times)


def _turn(passage: _Passage, published: date | None) -> _Passage:
    """What a new paragraph takes over: year and month only if they are near, since history and targets are asides."""
    year, named, month = passage.year, passage.named, passage.month
    if published and year and not published.year - 1 <= year <= published.year:
        year = None
    if published and named and not published.year - 1 <= named <= published.year:
        named = None
    if published and month and abs((published.year - month[0]) * 12 + published.month - month[1]) > 2:
        month = None
    return replace(passage, year=year, named=named, month=month, day=None)


def _time(expression: TimeExpression, setting: _Setting, passage: _Passage, written: str) -> Time:
    reading: Reading = expression.reading
    if _contradicts(reading, setting, passage):
        warning = f"{written} lies after the day of publication, {setting.published}, but results are reported"
        stretch = _stretch(reading, setting, passage) if isinstance(reading, Point) else None
        return Time(expression.kind, None, f"{warning} ({stretch.text})" if stretch else warning)
    return Time(expression.kind, _value(reading, setting, passage))


def _contradicts(reading: Reading, setting: _Setting, passage: _Passage) -> bool:
    """Whether a deictic that results are reported of lies after the day of publication."""
    if not isinstance(reading, Point) or setting.published is None or setting.planned or not setting.reported:
        return False
    anchor = reading.year or reading.month
    if anchor is None or anchor.of != "published" or anchor.number > 0 or reading.season:
        return False
    stretch = _stretch(reading, setting, passage)
    return stretch is not None and stretch.first > setting.published


def _value(reading: Reading, setting: _Setting, passage: _Passage) -> str | None:
    if isinstance(reading, Point):
        stretch = _stretch(reading, setting, passage)
        return stretch.text if stretch else None
    if isinstance(reading, Range):
        return _range(reading, setting, passage)
    if isinstance(reading, Until):
        stretch = _stretch(reading.point, setting, passage)
        if stretch is None:
            return None
        return f"../{stretch.last if reading.point.closing else stretch.text.rpartition('/')[2]}"
    if isinstance(reading, Bound):
        return _bound(reading, setting, passage)
    if isinstance(reading, Ago):
        return _ago(reading, setting, passage)
    if isinstance(reading, Since):
        return _since(reading.point, setting, passage)
    if isinstance(reading, SamePeriod):
        return _same_period(reading.year, passage.value)
    return reading.value if isinstance(reading, Fixed) else None


def _bound(reading: Bound, setting: _Setting, passage: _Passage) -> str | None:
    """The open stretch: a day or clock time belongs to it, a month or a year only with 及 or 或."""
    stretch = _stretch(reading.point, setting, passage)
    if stretch is None:
        return None
    first, _, last = stretch.text.rpartition("/")
    if reading.inclusive or len(last) >= len("2026-01-20"):
        return f"../{last}" if reading.before else f"{first or last}/.."
    other = stretch.first - timedelta(1) if reading.before else stretch.last + timedelta(1)
    unit = str(other)[: len(last)]
    return f"../{unit}" if reading.before else f"{unit}/.."


def _ago(reading: Ago, setting: _Setting, passage: _Passage) -> str | None:
    published = setting.published
    if reading.unit == "年":
        base = passage.year if reading.count > 0 and passage.year else published and published.year
        return f"{base + reading.count:04d}" if base and 1 <= base + reading.count <= 9999 else None
    day = published
    if reading.count > 0:  # 两天后 in a story counts from its last day, in a plan from now
        day = passage.day or (published if setting.planned or setting.alone else None)
    if day is None:
        return None
    if reading.unit == "月":
        year, month = divmod(day.year * 12 + day.month - 1 + reading.count, 12)
        return f"{year:04d}-{month + 1:02d}"
    if reading.unit == "天":
        day += timedelta(reading.count)
        return f"{day}T{reading.clock}" if reading.clock else str(day)
    monday = day - timedelta(day.weekday()) + timedelta(7 * reading.count)
    return f"{monday}/{monday + timedelta(6)}"


def _since(point: Point, setting: _Setting, passage: _Passage) -> str | None:
    if point.months:
        point = replace(point, months=(point.months[0], point.months[0]))
    stretch = _stretch(point, setting, passage)
    if stretch is None:
        return None
    start = stretch.text if point.clock else str(stretch.first)
    if setting.published is None:
        return f"{start}/.."
    return f"{start}/{setting.published}" if stretch.first <= setting.published else None


_YEAR = re.compile(r"(?<![\dT:-])\d{4}")


def _same_period(year: Anchor, value: str | None) -> str | None:
    """The period spoken of, moved to another year (2025-01/2025-03 → 2024-01/2024-03)."""
    if value is None or "X" in value:
        return None
    value = re.sub(r"T[\d:]+", "", value)
    years = [int(found) for found in _YEAR.findall(value)]
    shift = year.number - years[-1] if year.of == "absolute" else year.number
    if not all(1 <= number + shift <= 9999 for number in years):
        return None
    moved = _YEAR.sub(lambda found: f"{int(found[0]) + shift:04d}", value)
    return re.sub(r"(\d{4})-02-29", _february, moved)


def _february(found: re.Match[str]) -> str:
    return f"{found[1]}-02-{monthrange(int(found[1]), 2)[1]}"


def _range(reading: Range, setting: _Setting, passage: _Passage) -> str | None:
    first = _stretch(reading.first, setting, passage)
    if first is None:
        return None
    last = _last(reading, first, setting, passage)
    if last is None or last.last < first.first:
        return None
    return f"{first.text.partition('/')[0]}/{last.text.rpartition('/')[2]}"


def _last(reading: Range, first: _Stretch, setting: _Setting, passage: _Passage) -> _Stretch | None:
    """The end of a range, with what it takes over from the start (2月17日至27日)."""
    start, point = reading.first, reading.last
    if point.year or point.month or point.day or point.week is not None:
        return _stretch(point, setting, passage)
    if point.months is None and point.days is None and point.weekdays is None:
        end = _stretch(replace(point, day=_absolute(first.last)), setting, passage)
        if end and start.clock and end.text < first.text:  # 22时至6时 runs into the next day
            end = _stretch(replace(point, day=_absolute(first.last + timedelta(1))), setting, passage)
        return end
    if point.weekdays:
        return _stretch(replace(point, week=start.week), setting, passage)
    year = first.first.year
    months = point.months or (first.first.month, first.first.month)
    end = _stretch(replace(point, year=Anchor(year), months=months), setting, passage)
    if end and end.last < first.first and point.months:  # 11月至3月 ends in the next year
        end = _stretch(replace(point, year=Anchor(year + 1), months=months), setting, passage)
    return end


def _absolute(day: date) -> Anchor:
    return Anchor(day.toordinal())


def _stretch(point: Point, setting: _Setting, passage: _Passage) -> _Stretch | None:
    """The days of a point, or ``None`` where the text does not tell or the calendar has no such day."""
    try:
        if point.day:
            return _of_day(point, setting, passage)
        if point.week is not None or (point.weekdays and point.nth_week is None):
            return _of_week(point, setting)
        if point.season is not None:
            return _of_season(point, setting, passage)
        if point.year is None and point.months is None and point.month is None and point.days is None:
            return _at(point, passage.day, passage.day) if point.clock and passage.day else None
        stretch = _of_calendar(point, setting, passage)
        return _week_of(stretch, point) if stretch and point.nth_week else stretch
    except (ValueError, OverflowError):
        return None


def _of_day(point: Point, setting: _Setting, passage: _Passage) -> _Stretch | None:
    anchor = point.day
    assert anchor is not None
    if anchor.of == "absolute":
        day: date | None = date.fromordinal(anchor.number)
    else:
        base = setting.published if anchor.of == "published" else passage.day
        day = base and base + timedelta(anchor.number)
        year = _year(point, setting, passage) if point.year else None
        if day and year:  # 去年今日
            day = day.replace(year=year)
    return _at(point, day, day + timedelta(anchor.length - 1)) if day else None


def _of_week(point: Point, setting: _Setting) -> _Stretch | None:
    published = setting.published
    if published is None:
        return None
    first, last = point.weekdays or (1, 7)
    monday = published - timedelta(published.weekday()) + timedelta(7 * (point.week or 0))
    start = monday + timedelta(first - 1)
    if point.week is None:  # a bare 周五 is the last one, in a plan the next one
        if setting.planned and start < published:
            start += timedelta(7)
        elif not setting.planned and start > published:
            start -= timedelta(7)
    return _at(point, start, start + timedelta(last - first))


def _week_of(whole: _Stretch, point: Point) -> _Stretch | None:
    """A week of a month or year by its number, or a day of such a week."""
    number = point.nth_week or 1
    weekday = point.weekdays[0] - 1 if point.weekdays else 0
    if number > 0:
        day = whole.first + timedelta((weekday - whole.first.weekday()) % 7 + 7 * (number - 1))
    else:
        day = whole.last - timedelta((whole.last.weekday() - weekday) % 7)
    last = day if point.weekdays else day + timedelta(7 * point.weeks - 1)
    return _at(Point(), day, last) if day <= whole.last else None


_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)}


def _of_season(point: Point, setting: _Setting, passage: _Passage) -> _Stretch | None:
    year = _year(point, setting, passage)
    if year is None or point.season is None:
        return None
    first, last = _SEASON_MONTHS[point.season]
    end = date(year + (last > 12), (last - 1) % 12 + 1, 28)
    return _Stretch(date(year, first, 1), end, f"{year:04d}-{point.season}")


def _of_calendar(point: Point, setting: _Setting, passage: _Passage) -> _Stretch | None:
    if point.months is None and point.month is None and point.days is None:
        year = _year(point, setting, passage)
        if year is None:
            return None
        last = year + (point.year.length if point.year else 1) - 1
        text = f"{year:04d}" if last == year else f"{year:04d}/{last:04d}"
        return _Stretch(date(year, 1, 1), date(last, 12, 31), text)
    if point.months is None and point.month is None:
        return _of_bare_day(point, setting, passage)
    found = _months(point, setting, passage)
    if found is None:
        return None
    year, first, last = found
    until, final = (year, last) if last <= 12 else (year + 1, last - 12)  # 11月至3月
    start, end = date(year, first, 1), date(until, final, monthrange(until, final)[1])
    if point.days is None:
        text = f"{year:04d}-{first:02d}"
        return _Stretch(start, end, text if first == last else f"{text}/{until:04d}-{final:02d}")
    return _days(point, year, first)


def _days(point: Point, year: int, month: int) -> _Stretch:
    assert point.days is not None
    first, last = point.days
    length = monthrange(year, month)[1]
    if first != last:
        first, last = (first - 31 + length, length) if last == 31 and first > 21 else (first, min(last, length))
    return _at(point, date(year, month, first), date(year, month, last))


def _at(point: Point, first: date, last: date) -> _Stretch:
    if point.clock:
        return _Stretch(first, first, f"{first}T{point.clock}")
    return _Stretch(first, last, f"{first}" if first == last else f"{first}/{last}")


def _of_bare_day(point: Point, setting: _Setting, passage: _Passage) -> _Stretch | None:
    """A day without its month (12日上午): of the month spoken of, else the latest one."""
    published = setting.published
    inherited = _days(point, *passage.month) if passage.month and _exists(point, passage.month) else None
    if published is None:
        return inherited
    here = _nearest_month(point, setting, published)
    latest = _days(point, *here) if here else None
    if inherited is None:
        return latest
    if inherited.first > published and not setting.planned:
        return latest
    # After 4月29日 a 1日 in a text of early May is that of May.
    if latest and passage.day and inherited.first < passage.day <= latest.first:
        return latest
    return inherited


def _nearest_month(point: Point, setting: _Setting, published: date) -> tuple[int, int] | None:
    assert point.days is not None
    day = point.days[0]
    count = published.year * 12 + published.month - 1
    if day > published.day and not setting.planned:
        count -= 1
    elif setting.planned and published.day - day > 15:
        count += 1
    for back in range(3):
        month = divmod(count - back, 12)
        if _exists(point, (month[0], month[1] + 1)):
            return month[0], month[1] + 1
    return None


def _exists(point: Point, month: tuple[int, int]) -> bool:
    return point.days is not None and 1 <= point.days[0] <= monthrange(*month)[1]


def _months(point: Point, setting: _Setting, passage: _Passage) -> tuple[int, int, int] | None:
    """Year, first and last month of a point that names or counts its month."""
    if point.month:
        base = _base_month(point.month, setting, passage)
        if base is None:
            return None
        length = point.month.length
        count = (base[0] * 12 + base[1] - 1) // length * length + point.month.number * length
        if point.closing and length > 1:  # 上季度末
            return count // 12, count % 12 + length, count % 12 + length
        return count // 12, count % 12 + 1, count % 12 + length
    assert point.months is not None
    known = _year(point, setting, passage)
    return None if known is None else (known, *point.months)


def _base_month(anchor: Anchor, setting: _Setting, passage: _Passage) -> tuple[int, int] | None:
    if anchor.of == "passage" and passage.month and not setting.planned:
        return passage.month
    return (setting.published.year, setting.published.month) if setting.published else None


def _year(point: Point, setting: _Setting, passage: _Passage) -> int | None:
    anchor, published = point.year, setting.published
    if anchor is None:
        return _inherited_year(point, setting, passage)
    if anchor.of == "absolute":
        return anchor.number
    if anchor.of == "passage" and passage.year is not None:
        ahead = published is not None and passage.year > published.year and not (passage.near or setting.planned)
        if not ahead:
            return passage.year + anchor.number
    return published.year + anchor.number if published else None


def _inherited_year(point: Point, setting: _Setting, passage: _Passage) -> int | None:
    """The year of a month, quarter or day that is written without one."""
    published = setting.published
    if published is None:
        return passage.named
    first = _start(point, setting)
    if passage.day and point.days and (passage.day.month, passage.day.day) == first:
        return passage.day.year  # 昨天（12月31日）
    named = passage.named
    if named is not None and _carries(named, point, setting, passage):
        return named
    if point.edge and _ahead(setting, published):
        return published.year  # 年底通车
    year = published.year
    if setting.planned:
        return year + 1 if published.month - first[0] > 6 else year
    if point.months == (2, 2) and point.days and point.days[0] == 29:  # the last that there was
        return _leap_year(published)
    ahead = date(year, *first) - published
    # A day of the coming weeks is announced, not a year old (10月12日下午开课 in a text of 11 October).
    soon = bool(point.days) and ahead <= timedelta(31) and not setting.reported
    return year if ahead <= timedelta(0) or soon else year - 1


def _carries(named: int, point: Point, setting: _Setting, passage: _Passage) -> bool:
    """Whether the year named last is that of a month or quarter without one."""
    published = setting.published
    if published is None or (passage.near and named > published.year and not setting.reported):
        return True  # 计划明年3月开工，年底竣工
    return _fits(named, point, setting, published) and not _of_now(point, setting, passage)


def _leap_year(published: date) -> int | None:
    """The year of the last 29 February."""
    years = range(published.year, published.year - 9, -1)
    return next((year for year in years if isleap(year) and date(year, 2, 29) <= published), None)


_FRESH = timedelta(62)
"""So long after its end a quarter or a run of months is news."""


def _of_now(point: Point, setting: _Setting, passage: _Passage) -> bool:
    """Whether a stretch is of the present although an earlier sentence names a year gone by.

    After 去年接待游客80万人次。 a 1—10月 in a text of November is that of the present year, and so is 年底建成.
    """
    published, named = setting.published, passage.named
    if passage.near or published is None or named is None or named >= published.year:
        return False
    if point.edge:
        return _ahead(setting, published)
    if point.months is None or point.days:
        return False
    first, last = point.months
    if first == last and not point.closing:
        return False
    if date(published.year, *_start(point, setting)) > published:
        return False
    ahead = published - date(published.year, min(last, 12), 28)
    going_on = ahead <= timedelta(0)
    if point.closing or named < published.year - 1:
        return not going_on
    return ahead <= _FRESH and (not going_on or published.month > _REPORTING)


def _ahead(setting: _Setting, published: date) -> bool:
    """Whether 年底 is the coming one: in a plan, and in a later half of the year where no result is told of it.

    In the first half it closes the year that the text sums up (年末常住人口77.6万人 in a bulletin of March).
    """
    return not setting.reported and (setting.planned or published.month > _HALF)


_HALF = 6


def _start(point: Point, setting: _Setting) -> tuple[int, int]:
    """Month and day from which on an unnamed year can be the present one.

    A stretch of months must be half over, or all but over where its results are told: 上半年 in a text of January is
    that of last year.
    """
    first, last = point.months or _SEASON_MONTHS[point.season or 21]
    month = first
    # What runs over the turn of the year is a season (11月至3月): it is on once it has begun.
    over = last > 12 and not setting.reported
    if point.months and first < last and not (setting.planned or over):
        month = min(last, 12) if setting.reported else (first + min(last, 12) + 1) // 2
    day = point.days[0] if point.days else 1
    return (month, min(day, 28)) if month == 2 else (month, day)


def _fits(year: int, point: Point, setting: _Setting, published: date) -> bool:
    """Whether the year that the passage is about can be that of an unnamed month or day."""
    start = date(year, *_start(point, setting))
    if setting.planned:
        return year >= published.year
    if start > published:
        return year == published.year and not setting.reported
    # A report on last year that appears in January names the days of that January without a year.
    recent = date(published.year, *_start(point, setting))
    return not (point.days and timedelta(0) <= published - recent <= timedelta(15))


def _after(passage: _Passage, reading: Reading, value: str | None, setting: _Setting) -> _Passage:
    """What the passage is about once a time has been read."""
    if isinstance(reading, Unknown):
        return _after_unknown(passage, reading, setting)
    if isinstance(reading, Fixed | SamePeriod | Bound | Ago) or value is None:
        return passage
    point = reading.last if isinstance(reading, Range) else reading if isinstance(reading, Point) else reading.point
    if point.week is not None and "/" in value:
        return passage
    end = value if isinstance(reading, Since) else value.rpartition("/")[2]
    passage = _after_days(passage, end)
    if isinstance(reading, Point) and reading.days and reading.days[0] < reading.days[1]:
        passage = replace(passage, day=None)  # the hours after 5日至6日 are those of no single day
    if isinstance(reading, Since) and point.year and point.year.of == "absolute":
        return passage  # 2022年2月以来最高 tells no period
    if _tells_present(point):
        passage = _back_to_present(passage, setting.published)
    if setting.based or point.stamp or point.day or point.week is not None or point.weekdays:
        return passage
    if point.year and point.year.of == "passage":
        return replace(passage, value=value) if point.year.number == 0 else passage
    found = _YEAR.search(end)
    year = int(found[0]) if found else passage.year
    written = point.year is not None or (isinstance(reading, Range) and reading.first.year is not None)
    near = passage.near or written
    # 11月开工，1月投产 in a text of January: what has no year and lies in the last one names none.
    back = not written and setting.published is not None and year is not None and year < setting.published.year
    named = passage.named if back else year
    if (year, named, near, value) == (passage.year, passage.named, passage.near, passage.value):
        return passage
    return replace(passage, year=year, named=named, near=near, value=value)


def _after_unknown(passage: _Passage, reading: Unknown, setting: _Setting) -> _Passage:
    """Without a value it may name a year (2025年“五一”假期), or bring the passage back to the present (目前)."""
    published, year = setting.published, reading.year
    if year and year.of != "passage" and (published or year.of == "absolute"):
        number = year.number if year.of == "absolute" or published is None else published.year + year.number
        return replace(passage, year=number, named=number, near=True, value=None)
    if reading.now:
        passage = _back_to_present(passage, published)
    return passage if setting.based or passage.value is None else replace(passage, value=None)


def _tells_present(point: Point) -> bool:
    """Whether a point is counted from the day of publication (今年, 上月, 昨天), and not back by a year (去年)."""
    if point.week is not None:
        return True
    nearest = point.day or point.month or point.year
    return nearest is not None and nearest.of == "published" and (nearest is not point.year or nearest.number >= 0)


def _back_to_present(passage: _Passage, published: date | None) -> _Passage:
    """Leave a year gone by; the reports of the first months are on the year before, whatever stands 目前."""
    if published is None or passage.named is None:
        return passage
    if passage.named < published.year - (published.month <= _REPORTING):
        return replace(passage, year=None, named=None)
    return passage


_REPORTING = 3
"""In the first months of a year texts report on the year before."""


_DAY = re.compile(r"(\d{4})-(0\d|1[0-2])(?:-(\d\d))?(?:T.*)?")


def _after_days(passage: _Passage, end: str) -> _Passage:
    found = _DAY.fullmatch(end)
    if not found:
        return passage
    month = int(found[1]), int(found[2])
    return replace(passage, month=month, day=date(*month, int(found[3])) if found[3] else passage.day)
