"""Times: the grammar that finds them in a sentence.

``propose`` reads where a time stands and what it says; ``resolve`` (``recognizers.calendar``) gives the times of a
document their values. Words stand in ``data/times.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge
from govclaim.recognizers.calendar import (
    Anchor,
    Counted,
    Feast,
    Fixed,
    Point,
    Range,
    Reading,
    SamePeriod,
    Since,
    Unknown,
    Until,
    Vague,
    Vocabulary,
    resolve,
)
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, TimeExpression

__all__ = ["propose", "resolve"]


def propose(text: str, knowledge: Knowledge) -> tuple[Candidate[TimeExpression], ...]:
    """Find the times of a sentence.

    Args:
        text: The sentence's surface.
        knowledge: The tables.

    Returns:
        The times by start, none overlapping; their readings are for ``resolve``.

    Raises:
        KnowledgeError: ``times.yaml`` is faulty.
    """
    grammar = _GRAMMARS.get(knowledge)
    if grammar is None:
        grammar = _GRAMMARS[knowledge] = _Grammar(knowledge.document("times.yaml", Vocabulary))
    return tuple(grammar.find(text))


_Found = tuple[int, int, str, Reading, str]
"""Start, end, kind, reading and the rule's name."""

_Entry = TypeVar("_Entry", Counted, Feast, Vague)

_CHINESE = "一二三四五六七八九十〇零○两廿"
_DIGITS = {"〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
# No figure goes on to the left: 196.43 and 14,020 hold no month, 数十日 no day.
_LEFT = r"(?<![\d.])(?<!\d,)"
_LEFT_CHINESE = f"(?<![{_CHINESE}百千万亿数几])"
_NUMBER = rf"(?:{_LEFT}\d{{1,2}}|{_LEFT_CHINESE}[{_CHINESE}]{{1,3}})"
_TO = r" ?(?:-{1,2}|—{1,2}|–|−|~|～|至|到) ?"
_OPEN, _CLOSE = "[“‘\"「『]", "[”’\"」』]"


def _number(written: str) -> int:
    """The value of one to three numerals (12, 十二, 二十一, 廿八, 〇九); −1 where they make none."""
    if written.isdecimal():
        return int(written)
    written = written.replace("廿", "二十")
    tens, ten, ones = written.rpartition("十")
    if ten:
        if len(tens) > 1 or len(ones) > 1:
            return -1
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    value = 0
    for character in written:
        value = value * 10 + _DIGITS[character]
    return value


def _year_number(written: str) -> int:
    year = int("".join(character if character.isdecimal() else str(_DIGITS[character]) for character in written))
    return year if len(written) > 2 else year + (1900 if year >= 50 else 2000)


def _word(word: str, not_after: str | None, not_before: str | None) -> str:
    left = f"(?<!{not_after})" if not_after else ""
    right = ""
    if not_before:
        right = not_before if not_before.startswith("(?") else f"(?!{not_before})"
    return f"{left}{re.escape(word)}{right}"


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _counted(words: Iterable[Counted]) -> str:
    ordered = sorted(words, key=lambda entry: len(entry.word), reverse=True)
    return "|".join(_word(entry.word, entry.not_after, entry.not_before) for entry in ordered)


class _Grammar:
    """The compiled grammar of one vocabulary."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.years = {entry.word: Anchor(entry.shift, entry.of, entry.length) for entry in words.years}
        self.months = {entry.word: Anchor(entry.shift, entry.of) for entry in words.months}
        self.days = {entry.word: Anchor(entry.shift, entry.of, entry.length) for entry in words.days}
        self.weeks = {entry.word: entry.shift for entry in words.weeks}
        self.feasts = {entry.word: entry for entry in words.festivals}
        self.vague = {entry.word: entry for entry in words.vague}
        self._compile(words)
        self.rules = (
            self._campaign,
            self._festival,
            self._each,
            self._until,
            self._plan,
            self._decade,
            self._lasting,
            self._years,
            self._same_period,
            self._pointed,
            self._vague,
        )

    def _compile(self, words: Vocabulary) -> None:
        absolute = rf"{_LEFT}[12]\d{{3}}|{_LEFT_CHINESE}[一二][{_CHINESE[:9]}〇零○]{{3}}"
        counted = _counted(words.years)
        # 1200年历史 and 2000年来 measure.
        suffix = " ?年(?!来|间|多|的?历史|以上|文明|古)"
        # 98年4月 is a year, 98年 alone may last.
        short = rf"(?:{_LEFT}\d\d|{_LEFT_CHINESE}[{_CHINESE[:9]}〇零]{{2}})(?=年(?:{_NUMBER}月|第?[一二三四1-4]季度|[上下]半年|底|初|末))|{_LEFT}0\d(?=年)|{_LEFT_CHINESE}[〇零][{_CHINESE[:9]}](?=年)"
        absolute = f"{absolute}|{short}"
        year = rf"(?:(?P<year>{absolute}){suffix}|(?P<year_word>{counted}))"
        plain_year = rf"(?:(?:{absolute}){suffix}|{counted})"
        part = f"(?:{_any(words.day_parts)})(?!{words.not_day_parts})"
        clock = (
            rf"(?P<part>{part})? ?(?:(?P<hour>{_NUMBER}) ?(?P<hour_mark>[时点](?!{words.not_hours}))"
            rf"(?: ?(?:(?P<half>半)|(?P<quarter_hour>一刻)|整|(?P<minute>\d{{1,2}}|[{_CHINESE}]{{1,3}}) ?分"
            rf"(?: ?(?P<second>\d{{1,2}}) ?秒)?))?钟?"
            rf"|(?P<digital>(?<![\d:.])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:.%])时?))许?"
            rf"|(?P<part_alone>{part})"
        )
        month = (
            rf"(?P<months>{_NUMBER})(?: ?月份?)?{_TO}(?P<months_end>{_NUMBER}) ?月份?(?! ?{_NUMBER}[日号])"
            rf"|前(?P<first_months>\d{{1,2}}|[{_CHINESE}]{{1,2}})个?月(?!的?时间)"
            rf"|(?<![农阴]历)(?P<month>{_NUMBER}) ?月份?(?!{words.not_months})"
            rf"|(?P<month_word>{_counted(words.months)})"
        )
        days = (
            rf"(?P<days>{_NUMBER}) ?[日号]?{_TO}(?P<days_end>{_NUMBER}) ?[日号](?!{words.not_days})"
            rf"|(?P<day>{_NUMBER}) ?(?P<day_mark>[日号])(?!{words.not_days})"
        )
        quarter = r"第?(?P<quarter>[一二三四1-4])季度(?P<quarter_edge>[初末底])?|(?P<quarter_word>本|这个?|上个?|上一|下个?|下一)季度|(?P<quarters>[一二三1-3])(?:季度)?(?:至|到|-|—|、)(?P<quarters_end>[二三四2-4])季度"
        weeks = "(?:周(?![期边围转岁密年长全刊报到详知波身折济易正游])|星期|礼拜)"
        nth = "个?(?:周(?!年)|星期|礼拜)(?![一二三四五六日天])"
        point = (
            rf"(?:{year})? ?"
            rf"(?:(?P<year_part>{_any(words.year_parts)})|{quarter}|(?P<whole>全年)"
            rf"|(?P<year_edge>(?:(?<=年)年?|(?<![\d{_CHINESE}百千万半少青童成壮老当中多几数今去前明后])年)(?:底|末|初(?![中级步期始次])))"
            rf"|(?P<season>(?<=年)[{''.join(words.seasons)}](?:[季天]|(?=[,、。]|$))|[今去明][{''.join(words.seasons)}](?![耕播收种运训粮天]))"
            rf"|(?<=年)的?第(?P<nth_of_year>{_NUMBER}){nth}"
            rf"|(?P<edge_alone>(?<![\d{_CHINESE}个每半本上下])月(?:底|末|初(?![中级步期始次])))"
            rf"|(?P<day_word>{_counted(words.days)})"
            rf"|(?:(?P<week>{_any(self.weeks)}){weeks}|(?P<week_alone>(?<![一二两三几每首半四五六七八九十数\d]){weeks}(?:(?=[一二三四五六日末])|(?<=[期拜])(?=天))))"
            rf"(?:周|星期)?(?P<weekday>[一二三四五六日天末](?![次年个期圈岁遍刊报]))?"
            rf"|(?:(?:{month})(?: ?(?P<month_part>{_any(words.month_parts)})|(?P<month_edge>月?(?:底|末|初(?![中级步期始次])))|的?第(?P<nth>{_NUMBER}){nth})?)?(?: ?(?:{days}))?"
            rf")(?: ?(?:{clock}))?"
        )
        self.point = re.compile(point)
        self.to = re.compile(rf"(?:起|开始)?{_TO}")
        self.since = re.compile(r"以来")
        self.so_far = re.compile(r" ?(?:(?:截至|截止|到|至)(?:目前|现在|今(?![年天日早晚晨夜明后]))(?:为止)?)")
        self.before = re.compile(r"(?<=[底末])前(?![夕往期后])")
        self.until = re.compile(rf"截至|(?:(?<=[,。;:!?、(“])|(?<!.))截止(?:到|至)?")
        self.bracket = re.compile(r" ?\( ?")
        self.year_range = re.compile(
            rf"(?P<first>{absolute}) ?年?{_TO}(?P<last>[12]\d{{3}}|[一二][{_CHINESE}]{{3}}|\d\d) ?年(?! ?(?:\d|[{_CHINESE}]{{1,2}}月|初|底|末|上半年|下半年))"
        )
        self.same_period = re.compile(rf"{year}(?:同期|同月|同日|同一?时期)")
        self._compile_words(words, plain_year)

    def _compile_words(self, words: Vocabulary, year: str) -> None:
        campaigns, campaign_tails = _any(words.campaigns), _any(words.campaign_tails)
        terms = _any(words.solar_terms)
        self.campaign = re.compile(
            rf"(?:{year}(?:的)?)?(?:(?:{campaigns}|党的[{_CHINESE}]+大|[初仲暮盛隆深][春夏秋冬])(?:{campaign_tails})"
            rf"|(?:农历)?(?:{terms})"
            rf"|(?:[农阴]历(?:[{_CHINESE}]{{1,2}}|正|冬|腊|闰[{_CHINESE}])|正|腊)月(?:初[{_CHINESE}]|[{_CHINESE}]{{1,3}}(?![年月日个]))?"
            rf"|大年(?:初[{_CHINESE}]|三十))"
        )
        feasts = "|".join(_word(feast.word, None, feast.not_before) for feast in _by_length(words.festivals))
        tails = _any(words.festival_tails)
        self.festival = re.compile(
            rf"(?P<year>{year}(?:的)?)?(?P<open>{_OPEN})?(?<![个届])(?P<feast>{feasts})(?P<close>{_CLOSE})?"
            rf"(?:(?P<named>国际劳动妇女节|国际妇女节|国际劳动节|国际儿童节|青年节|建军节|劳动节|妇女节|儿童节)|(?P<tails>(?:{tails})+))?"
        )
        self.each = re.compile(
            r"(?<!人)每(?:年|月|天|日|周|季度?|晚|个(?:工作日|周末|月|季度|星期|周)|星期)(?!公里|平方|均|报|刊)"
            r"(?:(?<=年)\d{1,2}月(?:\d{1,2}日)?|(?<=月)\d{1,2}[日号]|(?<=[周期])[一二三四五六日天末])?"
        )
        self.plan = re.compile(
            rf"(?P<open>{_OPEN})?(?P<plan>十[{_CHINESE[:9]}]五|十五|[一二三四五六七八九]五)(?P<close>{_CLOSE})?"
            r"(?P<tail>期间|时期|开局之年|收官之年|开局年|收官年|第[一二三四五]年|首年|末期|末(?!端))?(?:以来)?"
        )
        self.stamp = re.compile(
            rf"{_LEFT}(?P<year>[12]\d{{3}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\d)(?!(?P=mark)\d)"
            r"(?: *T?(?P<clock>[012]?\d:[0-5]\d(?::[0-5]\d)?)(?![\d:]))?"
        )
        self.decade = re.compile(
            rf"(?:(?P<century>\d{{1,2}}|[{_CHINESE}]{{1,3}}|上个?|本)世纪)?(?P<decade>{_LEFT}(?:[1-9]0|[12]\d\d0)|{_LEFT_CHINESE}[二三四五六七八九]十)年代"
            rf"|(?P<century_alone>{_LEFT}\d{{1,2}}|{_LEFT_CHINESE}[{_CHINESE}]{{1,3}}|上个?|(?<![根基])本)世纪(?!海上|经济|大道)"
        )
        unit = r"(?:年|个月|个?季度|周|个?星期|天|日|小时|个?昼夜)"
        amount = rf"(?:\d{{1,4}}|[{_CHINESE}百千]{{1,4}}|几|数|数十|几十|多)(?:余|多|来)?"
        self.lasting = re.compile(
            rf"(?:过去|未来|今后|此后|接下来|最近|此前)的?{amount} ?{unit}(?:来|间|以来|里|内)?"
            rf"|近(?:\d{{1,3}}|[{_CHINESE}百]{{1,4}}|几|数十|数)(?:余|多)?(?:年|个月)(?!历史|的?时间)(?:来|间|以来)?"
            rf"|{_LEFT}{_LEFT_CHINESE}{amount}(?:年|个多?月|周|天|日)(?:多|有余)?(?:以来|来(?!自|到|源|电|访|看|说)|间(?!隔|接))"
            rf"|{_LEFT}{_LEFT_CHINESE}(?:\d{{1,2}}|[{_CHINESE}]{{1,2}})年(?=年均|累计|共)"
            rf"|这{amount}(?:年|个月|天)(?:来|间)?"
        )
        ordered = _by_length(words.vague)
        self.vague_word = re.compile("|".join(_word(v.word, v.not_after, v.not_before) for v in ordered))
        self.skipped = re.compile(rf"《[^《》]*》|(?:当年[^\W\d]{{1,6}}[、,])+当年")
        self.trigger = re.compile(self._triggers(words))

    def _triggers(self, words: Vocabulary) -> str:
        """A cheap pattern for every place where a time may begin."""
        pairs: dict[str, set[str]] = {}
        literals = [entry.word for entry in (*words.years, *words.months, *words.days, *words.festivals, *words.vague)]
        literals += [entry.word + unit for entry in words.weeks for unit in ("周", "星", "礼")]
        literals += [*words.year_parts, *words.campaigns, *words.solar_terms]
        literals += [lead + "季度" for lead in ("本", "这", "上", "下")]
        literals += ["这个季度", "上个季度", "下个季度", "上一季度", "下一季度"]
        literals += [year + season for year in "今去明" for season in words.seasons]
        literals += [time + season for time in "初仲暮盛隆深" for season in words.seasons]
        literals += [*(part for part in words.day_parts if len(part) > 1), "全年", "年底", "年末", "年初", "农历", "阴历", "正月", "腊月", "大年", "月底", "月末", "月初"]
        literals += ["截至", "截止", "党的", "农历", "过去", "未来", "今后", "此后", "接下来", "最近", "上世纪", "上个世纪", "本世纪", "第一", "第二", "第三", "第四"]
        literals += ["周" + day for day in "一二三四五六日天"] + ["星期", "礼拜"]
        for literal in literals:
            pairs.setdefault(literal[0], set()).add(literal[1])
        for lead, follow in (("每", "年月天日周季晚个星"), ("这", _CHINESE + "几"), ("前", _CHINESE), ("近", _CHINESE + "几数"), ("数", "年十"), ("几", "年十"), ("多", "年")):
            pairs.setdefault(lead, set()).update(follow)
        cases = "|".join(f"{lead}(?=[{''.join(sorted(follow))}])" for lead, follow in sorted(pairs.items()))
        return (
            rf"(?<![\d.])(?<!\d,)\d{{1,4}}(?=[ 年月日号时点:\-—–−~～至到/.个多余天周世季第])|{_LEFT_CHINESE}[{_CHINESE}]"
            rf"|[近前这每](?=\d)|[早晚](?=\d)|{_OPEN}(?=[{_CHINESE}{''.join(sorted({feast.word[0] for feast in words.festivals}))}])|{cases}"
        )

    def find(self, text: str) -> Iterator[Candidate[TimeExpression]]:
        """The times of a surface by start."""
        taken = 0
        skipped = [match.span() for match in self.skipped.finditer(text)] if "《" in text or "当年" in text else []
        for trigger in self.trigger.finditer(text):
            at = trigger.start()
            while skipped and skipped[0][1] <= at:
                skipped.pop(0)
            if at < taken or (skipped and skipped[0][0] <= at):
                continue
            found = self._at(text, at)
            if found:
                start, end, kind, reading, rule = found
                taken = end
                yield Candidate(SurfaceSpan(start, end), TimeExpression(kind, reading), 0.9, f"rule:time.{rule}")

    def _at(self, text: str, at: int) -> _Found | None:
        for rule in self.rules:
            found = rule(text, at)
            if found and found[1] > at:
                return found
        return None

    def _campaign(self, text: str, at: int) -> _Found | None:
        match = self.campaign.match(text, at)
        return (at, match.end(), "period", Unknown(), "campaign") if match else None

    def _festival(self, text: str, at: int) -> _Found | None:
        match = self.festival.match(text, at)
        if match is None:
            return None
        feast = self.feasts[match["feast"]]
        quoted = bool(match["open"] and match["close"])
        if bool(match["open"]) != bool(match["close"]):
            return None
        if feast.quoted and not (quoted or match["tails"] or match["named"]):
            return None
        if match["tails"] or feast.date is None:
            return at, match.end(), "period" if match["tails"] else "date", Unknown(), "festival"
        month, _, day = feast.date.partition("-")
        year = self._anchor(match["year"])
        point = Point(year=year, months=(int(month), int(month)), days=(int(day), int(day)))
        return at, match.end(), "date", point, "festival"

    def _anchor(self, written: str | None) -> Anchor | None:
        if written is None:
            return None
        written = written.rstrip("的")
        return self.years.get(written) or Anchor(_year_number(written.rstrip("年 ")))

    def _each(self, text: str, at: int) -> _Found | None:
        match = self.each.match(text, at)
        return (at, match.end(), "set", Unknown(), "each") if match else None

    def _until(self, text: str, at: int) -> _Found | None:
        match = self.until.match(text, at)
        if match is None:
            return None
        begin = match.end() + (text[match.end() : match.end() + 1] == " ")
        end, point = self._point(text, begin)
        if point is None:
            word = self.vague_word.match(text, begin)
            if word is None:
                return None
            end = word.end()
        end, point = self._bracketed(text, end, point)
        return at, end, "period", Until(point) if point else Unknown(), "until"

    def _bracketed(self, text: str, end: int, point: Point | None) -> tuple[int, Point | None]:
        """The date in brackets and the clock time after it (截至今天（1月17日）下午5时)."""
        opening = self.bracket.match(text, end)
        if opening is None:
            return end, point
        inner_end, inner = self._point(text, opening.end())
        if inner is None or inner.days is None or text[inner_end : inner_end + 1] != ")":
            return end, point
        end = inner_end + 1
        tail_end, tail = self._point(text, end)
        if tail and tail.days is None and tail.day is None and tail.months is None and tail.year is None:
            return tail_end, replace(inner, clock=tail.clock)
        return end, inner

    def _plan(self, text: str, at: int) -> _Found | None:
        match = self.plan.match(text, at)
        if match is None or bool(match["open"]) != bool(match["close"]):
            return None
        number = _number(match["plan"][:-1])
        tail = match["tail"]
        if number < 1 or not (match["open"] or tail in ("期间", "时期") or len(match["plan"]) == 3):
            return None
        if not match["open"] and text[match.end() : match.end() + 1] in tuple("年日月号个万亿千百"):
            return None
        # The third plan began in 1966, three years after the second had ended.
        first = 1966 + 5 * (number - 3) if number > 2 else 1948 + 5 * number
        reading: Reading = Fixed(f"{first}/{first + 4}")
        if tail in ("开局之年", "开局年", "首年", "第一年"):
            reading = Fixed(f"{first}")
        elif tail in ("收官之年", "收官年", "末", "第五年"):
            reading = Fixed(f"{first + 4}")
        elif tail and tail.startswith("第"):
            reading = Fixed(f"{first + _DIGITS[tail[1]] - 1}")
        return at, match.end(), "period", reading, "plan"

    def _stamped(self, match: re.Match[str]) -> tuple[int, Point | None]:
        month, day = int(match["month"]), int(match["day"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return match.start(), None
        clock = _digital(match["clock"]) if match["clock"] else None
        year = Anchor(int(match["year"]))
        return match.end(), Point(year, (month, month), days=(day, day), clock=clock, stamp=True)

    def _decade(self, text: str, at: int) -> _Found | None:
        match = self.decade.match(text, at)
        if match is None:
            return None
        century = match["century"] or match["century_alone"]
        base = None
        if century:
            base = {"上": 19, "上个": 19, "本": 20}.get(century, -1)
            base = base if base > 0 else _number(century) - 1
            if not 0 <= base <= 29:
                return None
        if match["century_alone"]:
            return at, match.end(), "date", Fixed(f"{base:02d}XX"), "decade"
        tens = match["decade"]
        if len(tens) == 4:
            return at, match.end(), "date", Fixed(f"{tens[:3]}X"), "decade"
        return at, match.end(), "date", Fixed(f"{19 if base is None else base:02d}{_number(tens) // 10}X"), "decade"

    def _lasting(self, text: str, at: int) -> _Found | None:
        match = self.lasting.match(text, at)
        return (at, match.end(), "duration", Unknown(), "lasting") if match else None

    def _years(self, text: str, at: int) -> _Found | None:
        match = self.year_range.match(text, at)
        if match is None:
            return None
        first = _year_number(match["first"])
        last = _year_number(match["last"]) % 100 + first // 100 * 100 if len(match["last"]) == 2 else _year_number(match["last"])
        if last <= first:
            return None
        return at, match.end(), "period", Fixed(f"{first}/{last}"), "years"

    def _same_period(self, text: str, at: int) -> _Found | None:
        match = self.same_period.match(text, at)
        if match is None:
            return None
        year = self.years[match["year_word"]] if match["year_word"] else Anchor(_year_number(match["year"]))
        return at, match.end(), "period", SamePeriod(year), "same"

    def _pointed(self, text: str, at: int) -> _Found | None:
        """A point, alone or with what makes a period of it."""
        end, point = self._point(text, at)
        if point is None:
            return None
        since = self.since.match(text, end)
        if since:
            return at, since.end(), "period", Since(point), "since"
        so_far = self.so_far.match(text, end)
        if so_far:
            return at, so_far.end(), "period", Since(point), "since"
        before = self.before.match(text, end)
        if before and point.closing:
            return at, before.end(), "period", Until(point), "before"
        link = self.to.match(text, end)
        if link:
            last_end, last = self._point(text, link.end())
            if last:
                return at, last_end, "period", Range(point, last), "range"
        kind = "period" if point.months and point.months[0] < point.months[1] else "date"
        return at, end, kind, point, "point"

    def _vague(self, text: str, at: int) -> _Found | None:
        match = self.vague_word.match(text, at)
        return (at, match.end(), self.vague[match[0]].kind, Unknown(), "word") if match else None

    def _point(self, text: str, at: int) -> tuple[int, Point | None]:
        """Read a point; ``None`` where none stands or its figures are no date (13月)."""
        stamp = self.stamp.match(text, at)
        if stamp:
            return self._stamped(stamp)
        match = self.point.match(text, at)
        if match is None or match.end() == at:
            return at, None
        groups = match.groupdict()
        months, days, clock = self._written_months(groups), self._written_days(groups), self._written_clock(groups)
        if _WRONG in (months, days) or clock == "":
            return at, None
        edge = groups["year_edge"] or groups["month_edge"] or groups["edge_alone"] or groups["quarter_edge"] or ""
        season = groups["season"]
        point = Point(
            year=self._written_year(groups),
            months=months,
            month=self._written_month_word(groups),
            days=days,
            day=self.days.get(groups["day_word"] or ""),
            week=self.weeks.get(groups["week"] or ""),
            weekdays=_weekdays(groups["weekday"]),
            nth_week=_number(groups["nth"] or groups["nth_of_year"] or "零") or None,
            clock=clock,
            season=self.words.seasons[season.lstrip("今去明")[0]] if season else None,
            closing=edge.endswith(("底", "末")),
        )
        if point == Point() or not _is_time(point, groups, text, at):
            return at, None
        return at + len(match[0].rstrip()), point

    def _written_year(self, groups: dict[str, str | None]) -> Anchor | None:
        if groups["year"]:
            return Anchor(_year_number(groups["year"]))
        if groups["year_word"]:
            return self.years[groups["year_word"]]
        season = groups["season"]
        if season and season[0] in "今去明":
            return Anchor("去今明".index(season[0]) - 1, "published")
        return Anchor(0, "passage") if groups["whole"] else None

    def _written_months(self, groups: dict[str, str | None]) -> tuple[int, int] | None:
        if groups["year_part"]:
            return self.words.year_parts[groups["year_part"]]
        if groups["year_edge"]:
            return (1, 1) if groups["year_edge"].endswith("初") else (12, 12)
        if groups["quarter_edge"]:
            last_month = 3 * _number(groups["quarter"] or "")
            month = last_month - 2 if groups["quarter_edge"] == "初" else last_month
            return _checked(month, month, 12)
        for first, last, step in (("quarter", "quarter", 3), ("quarters", "quarters_end", 3), ("months", "months_end", 1), ("month", "month", 1)):
            begin, finish = groups[first], groups[last]
            if begin and finish:
                low, high = _number(begin), _number(finish)
                if step == 1 and 1 <= high < low <= 12:
                    high += 12
                    return low, high
                return _checked(low * step - step + 1, high * step, 12)
        if groups["first_months"]:
            return _checked(1, _number(groups["first_months"]), 12)
        return None

    def _written_month_word(self, groups: dict[str, str | None]) -> Anchor | None:
        if groups["quarter_word"]:
            return Anchor({"上": -1, "下": 1}.get(groups["quarter_word"][0], 0), "published", 3)
        if groups["edge_alone"]:
            return Anchor(0, "passage")
        return self.months.get(groups["month_word"] or "")

    def _written_days(self, groups: dict[str, str | None]) -> tuple[int, int] | None:
        if groups["month_part"]:
            return self.words.month_parts[groups["month_part"]]
        if groups["days"] and groups["days_end"]:
            return _checked(_number(groups["days"]), _number(groups["days_end"]), 31)
        if groups["day"]:
            day = _number(groups["day"])
            return _checked(day, day, 31)
        return None

    def _written_clock(self, groups: dict[str, str | None]) -> str | None:
        """The clock time; empty where the figures are none."""
        if groups["digital"]:
            clock = _digital(groups["digital"])
            hour, rest = int(clock[:2]), clock[2:]
        elif groups["hour"]:
            hour = _number(groups["hour"])
            minute = _number(groups["minute"]) if groups["minute"] else 30 if groups["half"] else 15 if groups["quarter_hour"] else 0
            rest = f":{minute:02d}" + (f":{int(groups['second']):02d}" if groups["second"] else "")
            if not 0 <= minute <= 59:
                return ""
        else:
            return None
        hour = _in_day_part(hour, self.words.day_parts.get(groups["part"] or ""))
        return f"{hour:02d}{rest}" if 0 <= hour <= 24 else ""


_WRONG = (0, 0)
"""A pair of figures that is none of the calendar's."""


def _checked(first: int, last: int, limit: int) -> tuple[int, int]:
    return (first, last) if 1 <= first <= last <= limit else _WRONG


def _by_length(entries: Iterable[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda entry: len(entry.word), reverse=True)


def _digital(written: str) -> str:
    return written if len(written) in (5, 8) else f"0{written}"


def _in_day_part(hour: int, part: str | None) -> int:
    """The hour of the day (下午3时: 15)."""
    if (part == "pm" and 1 <= hour < 12) or (part == "noon" and hour <= 2):
        return hour + 12
    return hour


def _weekdays(written: str | None) -> tuple[int, int] | None:
    if written is None:
        return None
    if written == "末":
        return 6, 7
    day = 7 if written in "日天" else _DIGITS[written]
    return day, day


_MEASURED = "第满近约共期仅逾超达用隔后前内多余"


def _is_time(point: Point, groups: dict[str, str | None], text: str, at: int) -> bool:
    """Whether a lone day or clock time is one: 3日 may last, 3号 may be a house, 零点 begins a decimal."""
    dated = point.year or point.months or point.month or point.day or point.weekdays or point.week is not None
    if dated:
        return True
    if point.days:
        if text[max(0, at - 1) : at] in tuple(_MEASURED):
            return False
        if groups["day_mark"] == "号" and not (point.clock or groups["part_alone"]):
            return False
        written = groups["day"] or groups["days"] or ""
        return written.isdecimal() or len(written) > 1
    if groups["part"]:
        return True
    return _is_clock(groups, text, at)


def _is_clock(groups: dict[str, str | None], text: str, at: int) -> bool:
    if groups["digital"]:
        return groups["digital"][2] == ":" or bool(_TO_CLOCK.match(text, at + len(groups["digital"])))
    if groups["hour_mark"] == "点":
        return bool(groups["half"] or groups["minute"] or groups["quarter_hour"])
    hour = groups["hour"] or ""
    return hour.isdecimal() or hour == "零"


_TO_CLOCK = re.compile(rf"{_TO}\d{{1,2}}:")
_GRAMMARS: WeakKeyDictionary[Knowledge, _Grammar] = WeakKeyDictionary()
