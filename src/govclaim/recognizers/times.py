"""Times: the grammar that finds them in a sentence.

``propose`` reads where a time stands and what it says; ``resolve`` (``recognizers.calendar``) gives the times of a
document their values. Words stand in ``data/times.yaml``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge
from govclaim.recognizers.calendar import (
    Ago,
    Anchor,
    Bound,
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


_Found = tuple[int, str, Reading, str]
"""End, kind, reading and the rule's name."""

_Rule = Callable[[str, int], _Found | None]
_Groups = dict[str, str | None]
_Entry = TypeVar("_Entry", Counted, Feast, Vague)

_CHINESE = "一二三四五六七八九十〇零○两廿"
_FIGURES = _CHINESE + "0123456789"
_COUNTS = _FIGURES + "半几数多"
_DIGITS = {
    digit: value for value, digits in enumerate(("〇零○", "一元", "二两", *"三四五六七八九")) for digit in digits
}

# The grammar, in pieces; <name> stands for another piece or for a list of times.yaml.
_PIECES = {
    # No figure goes on to the left: 196.43 and 14,020 hold no month, 数十日 no day.
    "left": r"(?<![\d.])(?<!\d,)",
    "left_chinese": r"(?<![<digits>百千万亿数几])",
    "number": r"(?:<left>\d{1,2}|<left_chinese>[<digits>]{1,3})",
    "to": r"[ ]?(?:-{1,2}|—{1,2}|–|−|~|～|至|到)[ ]?",
    "open": '[“‘"「『]',
    "close": '[”’"」』]',
    # 98年4月 is a year, 98年 alone may last; 九八年 is one, but 七八年 and 三五年 count.
    "short_year": r"""(?:<left>\d\d|<left_chinese>[一二三四五六七八九〇零]{2})
        (?=年(?:<number>月|第?[一二三四1-4]季度|[上下]半年|底|初|末|前<number>个月|的?第<number>(?:个月|个?周|个?星期|个?礼拜)))
        |<left>0\d(?=年)|<left_chinese>(?!一二|二三|三[四五]|四五|五六|六七|七八|八九)
        (?:[〇零][一二三四五六七八九]|[一二三四五六七八九][一二三四五六七八九〇零])(?=年)""",
    "any_year": r"<left>[12]\d{3}|<left_chinese>[一二][一二三四五六七八九〇零○]{3}|<short_year>",
    # 1200年历史 and 2000年来 measure; 2026年多伦县 and 2026年来安县 do not.
    "counted_years": r"(?<!(?:19|20)(?!00)\d\d年)(?<!(?:19|20)(?!00)\d\d[ ]年)<not_years>",
    "year": r"""(?:(?P<year><any_year>)[ ]?年(?:度(?![假过]))?(?!<counted_years>)|(?P<year_word><years>)
        |民国(?P<republic>元|<number>)年(?!<not_years>))""",
    "bare_year": r"(?:(?:<any_year>)[ ]?年(?!<counted_years>)|<years>)",
    "naked_year": r"<left>(?:19|20)\d\d(?=[ ]?(?:<year_bearers>))",
    "open_year": r"<left>(?:19|20)\d\d(?=<to>(?:(?:19|20)\d\d|\d\d)年\d{1,2}月)",
    "edge": r"(?:底|末|初(?!<not_beginnings>))",
    "year_edge": r"(?P<year_edge>(?:(?<=年)年?|(?<![\d<digits>百千万半少青童成壮老当中多几数今去前明后])年)<edge>)",
    "quarter": r"""(?:第|(?<=年)Q)?(?P<quarter>[一二三四1-4])(?:季度|(?<=Q[1-4])(?![\d.]))(?P<quarter_edge>[初末底])?
        |(?P<quarter_word>本|这个?|上个?|上一|下下个?|下个?|下一)季度(?P<quarter_word_edge>[末底])?
        |(?P<half_word>这个|上一?个|下一?个)半年
        |(?P<quarters>[一二三1-3])(?:季度)?(?:至|到|-|—|、)(?P<quarters_end>[二三四2-4])季度""",
    "season": r"""(?P<season>(?<=年)[<seasons>](?:[季天]|(?=[,、。]|$))|[今去明][<seasons>](?!<not_seasons>))""",
    "month": r"""(?P<months><number>|<first_of_year>)(?:[ ]?月份?)?<to>(?P<months_end><number>)[ ]?月份?
            (?![ ]?<number>[日号])
        |(?:(?<!提)前|(?:(?<!\w)|(?<=[年的在于]))头)(?P<first_months>\d{1,2}|[<digits>]{1,2})个?月(?!的?时间)
        |(?<=年)的?后(?P<last_months>\d{1,2}|[<digits>]{1,2})个?月(?!的?时间|[内里后])
        |(?<![农阴]历)(?P<month><number>|<first_of_year>)[ ]?月份?(?!<not_months>)
        |(?<=年)的?(?:第(?P<nth_month><number>)个月|(?P<first_month>首月))
        |(?P<month_word><month_words>)""",
    # Not in 3000元月薪.
    "first_of_year": r"(?<![\d<digits>百千万亿多余几美欧日港澳])元(?=月)",
    "month_part": r"""[ ]?(?P<month_part><month_parts>)|(?P<month_edge>月?<edge>)|的?第(?P<nth><number>)<nth_week>
        |的?(?:第(?P<nth_of_day><number>)|(?P<last_of_day>最后一))个?(?:周|星期|礼拜)(?P<nth_day>[一二三四五六日天])
        |的?(?:前(?P<first_days><number>)|最后(?P<last_days><number>))天|的?前(?P<first_weeks><number>)<nth_week>""",
    "nth_week": "个?(?:周(?!年)|星期|礼拜)(?![一二三四五六日天])",
    "month_alone": r"(?P<edge_alone>(?<![\d<digits>个每半本上下])月<edge>)|(?P<part_of_month><month_parts>)",
    "days": r"""(?P<days><number>)[ ]?[日号]?<to>(?P<days_end><number>)[ ]?(?P<days_mark>[日号])(?!<not_days>)
        |(?P<day><number>)[ ]?(?P<day_mark>[日号])(?!<not_days>)
        |(?<=[\d<digits>]月)(?P<bare_day>\d{1,2})(?=$|[、。;:)]|,(?!\d{3}(?!\d))|<to>\d{1,2}月)""",
    "week_unit": "(?:周(?!<not_weeks>)|星期|礼拜)",
    "week": r"""(?:(?P<week><week_words>)<week_unit>|(?<![一二两三几每首半四五六七八九十数\d])<week_unit>
        (?:(?=[一二三四五六日末])|(?<=[期拜])(?=天)))
        (?:周|星期)?(?P<weekday>[一二三四五六日天末](?![次年个期圈岁遍刊报代]))?""",
    "any_part": "(?:<long_day_parts>|(?:<short_day_parts>)(?!<not_day_parts>))",
    "minute": r"""(?P<minute>\d{1,2}|[<digits>]{1,3})[ ]?分(?!(?<=点十分)[重必关明清突精])
        (?:[ ]?(?P<second>\d{1,2})[ ]?秒)?""",
    # 8点30, 八点三十, but no share: 2点35个百分点.
    "bare_minute": r"""(?P<bare_minute>[0-5]\d|[二三四五]?十[一二三四五六七八九]?)
        (?![\d.%:<digits>分个元度亿万倍米条名人]|百分)""",
    "digital": r"(?P<digital>(?<![\d:.])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?)(?![\d:.%])时?",
    "clock": r"""(?P<part><any_part>)?[ ]?
        (?:(?P<hour><number>)[ ]?(?P<hour_mark>[时点](?!<not_hours>))
        (?:[ ]?(?:(?P<half>半)|(?P<quarter_hours>[一三13])刻|(?P<sharp>整(?![改治合理体个]))|<minute>)
            |(?<=点)(?:<bare_minute>))?(?P<bell>钟)?
        |<digital>)许?|(?P<part_alone><any_part>)""",
    "of": r"的(?=[ ]?\d{1,2}月|[上下]半年|第?[一二三四]季度)",
    "point": r"""(?:<year>(?:<of>)?)?[ ]?(?:(?P<year_part><year_parts>)|<quarter>|(?P<whole>全年)|<year_edge>|<season>
        |(?<=年)的?(?:第(?P<nth_of_year><number>)<nth_week>|前(?P<year_days><number>)天
            |前(?P<year_weeks><number>)<nth_week>)|<month_alone>|(?P<day_word><day_words>)|<week>
        |(?:(?:<month>)(?:<month_part>)?)?(?:(?<!年)[ ]?(?:<days>))?)(?:[ ]?(?:<clock>))?""",
    "compact": r"""<left>(?<![A-Za-z_号码第-])(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)
        (?!\d|[.,]\d|[%A-Za-z_<not_after_compact>-])""",
    "stamp": r"""<left>(?P<year>[12]\d{3})(?P<mark>[-/.])(?P<month>\d{1,2})
        (?P=mark)(?P<day>\d{1,2})(?!\d)(?!(?P=mark)\d)
        (?:[ ]*T?(?P<clock>[012]?\d:[0-5]\d(?::[0-5]\d)?)(?![\d:]))?""",
    "clock_follows": r"\d{1,2}:\d\d<to>\d{1,2}:|<number>[ ]?点<to><number>[ ]?[点时]",
    "clock_before": r"[点时分半整钟](?:-{1,2}|—{1,2}|–|−|~|～|至|到)[ ]?$",
    "day_before": r"月(?:\d{1,2}|[<digits>]{1,3})号(?:[、,和及与](?:\d{1,2}|[<digits>]{1,3})号)*[、,和及与]$",
    "day_after": r"(?:\d{1,2}|[<digits>]{1,3})号(?![楼线车机院门店口井坑墩台馆厅桥岛矿库仓洞])",
    "linked": "(?:起|开始)?<to>",
    "so_far": "[ ]?(?:截至|截止|到|至)(?:目前|现在|今(?![年天日早晚晨夜明后]))(?:为止)?",
    "before": "(?<=[底末])前(?![夕往期后])",
    "bound": r"(?P<with>[及或])?(?P<side>以前|之前|以后|之后)",
    "between": "之?间",
    "ago": r"""<left><left_chinese>(?P<count>[1-9]\d{,2}|(?![〇零○])[<digits>]{1,3}|[半几数多])(?P<more>余|多|来)?
        (?P<unit>年|个多?月|天|周|个?星期|个?礼拜)半?[之以]?(?P<side>前(?!<not_before_ago>|<number>个?[月天])|后(?!<not_after_ago>))""",
    "dotted": r"""<left>(?P<year>(?:19|20)\d\d)\.(?P<month>0?[1-9]|1[0-2])<to>
        (?:(?P<last>(?:19|20)\d\d)(?:\.(?P<last_month>0?[1-9]|1[0-2]))?(?![\d.])|(?<=[-—–−~～到])至?今|(?<=至)今)""",
    # The verb 截止到 stays outside (报名截止到今天24时).
    "until": "截至|(?:(?<=[,。;:!?、(“])|(?<!.))截止(?:到|至)?",
    "year_range": r"""(?P<first><any_year>)[ ]?年?<to>(?P<last>[12]\d{3}|[一二][<digits>]{3}|\d\d)[ ]?年
        (?:度(?![假过]))?(?![ ]?(?:\d|[<digits>]{1,2}月|初|底|末|[上下]半年))""",
    # A school's or a company's year has no days that hold for all; the state's is the calendar's.
    "term": r"""<left>(?P<first>(?:19|20)\d\d)(?:(?:<to>|(?P<crop>/))(?:(?:19|20)\d\d|\d\d))?[ ]?年?
        (?:(?:学年度?|财年)(?:[上下]学期|第[一二]学期|[春秋]季学期)?|(?P<fiscal>(?:财政|预算)年度)|(?(crop)年?度|(?!)))""",
    "same_period": "<year>(?:同期|同月|同日|同一?时期)",
    "campaign": r"""(?:<bare_year>的?|<naked_year>)?
        (?:(?:<campaigns>|党的[<digits>]{1,3}大|<season_parts>)(?:<campaign_tails>)
        |(?:农历)?(?:<solar_terms>)|<school_holidays>
        |(?:[农阴]历(?:[<digits>]{1,2}|正|冬|腊|闰[<digits>])|正|腊)月(?:初[<digits>]|[<digits>]{1,3}(?![年月日个])|\d{1,2}(?!\d|[年月日个]))?
        |<left_chinese>[一二三四五六七八九十]{1,2}月(?:初[<digits>]|廿[<digits>]?|[二三]?十[<digits>]?)
            (?=$|[,、。;:()至到是的])
        |大年(?:初[<digits>]|三十))""",
    "festival": r"""(?P<year><bare_year>的?|<naked_year>)?
        (?P<open><open>)?(?<![个届])(?P<feast><feasts>)(?P<close><close>)?
        (?:(?P<name><festival_names>)|(?P<tails>(?:<festival_tails>)+))?""",
    "moving": "<campaign>|<festival>|初[<digits>]",
    "each": r"""(?<!人)每(?:<repeated>)(?!<not_repeated>)
        (?:(?<=年)\d{1,2}月(?:\d{1,2}日)?|(?<=月)\d{1,2}[日号]|(?<=[周期])[一二三四五六日天末](?!次))?""",
    "plan": r"""(?P<open><open>)?(?P<plan>十[一二三四五六七八九]五|十五|[一二三四五六七八九]五)(?P<close><close>)?
        (?:(?P<span><plan_spans>)|(?P<of_plan><plan_years>)(?!端)
        |(?P<plan_side>[前头后])(?P<plan_count>[一二两三四1-4])年)?(?:以来)?""",
    "decade": r"""(?:(?P<century>\d{1,2}|[<digits>]{1,3}|上个?|本)世纪)?
        (?P<decade><left>(?:[1-9]0|[12]\d\d0)|<left_chinese>[二三四五六七八九]十)年代
        |(?P<century_alone><left>\d{1,2}|<left_chinese>[<digits>]{1,3}|上个?|(?<![根基])本)世纪(?!<not_centuries>)""",
    "amount": r"(?:\d{1,3}|[<digits>百千]{1,4}|几十|几|数十|数|多)(?:余|多|来)?",
    "stretch": r"""(?:<stretch_leads>)的?<amount>[ ]?(?:<stretch_units>)(?:以来|来|间|里|内)?
        |(?<![过时了达用长有])近(?:\d{1,3}|[<digits>百]{1,4}|几|数十|数|半)(?:余|多)?(?:年|个月)半?(?!历史|的?时间)(?:以来|来|间)?
        |<left><left_chinese><amount>(?:年|个多?月|周|天|日)(?:多|有余)?(?:<stretch_ends>)
        |<left_chinese>(?<![前后上下大])半年(?:<stretch_ends>)
        |<left><left_chinese>(?:\d{1,2}|[<digits>]{1,2})年(?=<stretch_sums>)
        |这(?!一年(?![来间]))<amount>(?:年|个月|天)(?:来|间)?""",
    # Titles, and what only sounds like a time (当年签约、当年腾空).
    "skipped": r"《[^《》]*》|(?:当年[^\W\d]{1,6}[、,])+当年",
    # Where a time may begin; it opens with one set of characters, which the engine scans for fast.
    "trigger": r"""[0-9<digits>“‘"「『<firsts>](?:
        (?<=[0-9])(?<![\d.].)(?<!\d,.)
            (?=\d{0,3}[ 年月日号时点:\-—–−~～至到/.个多余天周世季第财学预<year_bearer_starts>]|\d{7}(?!\d))
        |(?<=[<digits>])(?<![<digits>百千万亿数几].)
        |(?<=[“‘"「『])(?=[<digits><feast_starts>])
        |(?<=[<firsts>])(?=[0-9<seconds>]))""",
}
_PIECE = re.compile(r"(?<!\?P)(?<!\(\?)<(\w+)>")


def _number(written: str) -> int:
    """The value of one to three numerals (12, 十二, 二十一, 廿八, 〇九); negative where they make none."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.replace("廿", "二十").rpartition("十")
    if ten:
        return _DIGITS.get(tens or "一", -9) * 10 + _DIGITS.get(ones or "零", -99)
    value = 0
    for character in written:
        value = value * 10 + _DIGITS.get(character, -999)
    return value


def _year_number(written: str) -> int:
    year = int("".join(character if character.isdecimal() else str(_DIGITS[character]) for character in written))
    # In words 三七年 is 1937; 35年 may be a plan's.
    turn = 50 if written.isdecimal() else 30
    return year if len(written) > 2 else year + (1900 if year >= turn else 2000)


def _by_length(entries: Iterable[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda entry: len(entry.word), reverse=True)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _guarded(entry: Counted | Feast | Vague) -> str:
    """A word with what may not stand beside it."""
    not_after = None if isinstance(entry, Feast) else entry.not_after
    left = f"(?<!{not_after})" if not_after else ""
    right = f"(?!{entry.not_before})" if entry.not_before else ""
    return f"{left}{re.escape(entry.word)}{right}"


def _openings(words: Vocabulary) -> dict[str, frozenset[str]]:
    """The first characters of times that begin with a word, and what may follow each."""
    entries: tuple[Sequence[Counted | Feast | Vague], ...]
    entries = (words.years, words.months, words.days, words.festivals, words.vague)
    literals = [entry.word for listed in entries for entry in listed]
    literals += [entry.word + unit for entry in words.weeks for unit in ("周", "星期", "礼拜")]
    literals += [*words.year_parts, *words.campaigns, *words.solar_terms, *words.openers]
    literals += [year + season for year in "今去明" for season in words.seasons]
    literals += [part for part in words.day_parts if len(part) > 1]
    literals += [part + digit for part in words.day_parts if len(part) == 1 for digit in _FIGURES]
    literals += [lead + digit for lead in "近前这头" for digit in _FIGURES + "几数半"]
    follow: dict[str, set[str]] = {}
    for word in literals:
        follow.setdefault(word[0], set()).add(word[1])
    return {first: frozenset(seconds) for first, seconds in follow.items() if first not in _CHINESE}


_WORD_LISTS = (
    "year_parts",
    "month_parts",
    "plan_years",
    "plan_spans",
    "campaigns",
    "campaign_tails",
    "solar_terms",
    "festival_tails",
    "festival_names",
    "year_bearers",
)


def _lists(words: Vocabulary) -> dict[str, str]:
    """The pieces of the grammar that times.yaml gives."""
    pieces = {name: value for name in words.__dataclass_fields__ if isinstance(value := getattr(words, name), str)}
    pieces |= {name: _any(getattr(words, name)) for name in _WORD_LISTS}
    entries: dict[str, Sequence[Counted | Feast | Vague]] = {
        "years": _by_length(words.years),
        "month_words": _by_length(words.months),
        "day_words": _by_length(words.days),
        "feasts": _by_length(words.festivals),
        "vague_words": _by_length(words.vague),
    }
    pieces |= {name: "|".join(map(_guarded, listed)) for name, listed in entries.items()}
    pieces["long_day_parts"] = _any(part for part in words.day_parts if len(part) > 1)
    pieces["short_day_parts"] = _any(part for part in words.day_parts if len(part) == 1)
    pieces["week_words"] = _any(entry.word for entry in words.weeks)
    pieces["seasons"] = "".join(words.seasons)
    pieces["digits"] = _CHINESE
    pieces["year_bearer_starts"] = "".join(sorted({word[0] for word in words.year_bearers}))
    pieces["feast_starts"] = "".join(sorted({feast.word[0] for feast in words.festivals}))
    openings = _openings(words)
    pieces["firsts"] = "".join(sorted(openings))
    pieces["seconds"] = "".join(sorted(frozenset[str]().union(*openings.values())))
    return pieces


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
        self.openings = _openings(words)
        pieces = {**_PIECES, **_lists(words)}

        def compiled(name: str) -> re.Pattern[str]:
            pattern = f"<{name}>"
            while _PIECE.search(pattern):
                pattern = _PIECE.sub(lambda piece: pieces[piece[1]], pattern)
            return re.compile(pattern, re.VERBOSE)

        self.point, self.stamp, self.linked = compiled("point"), compiled("stamp"), compiled("linked")
        self.so_far, self.before, self.until = compiled("so_far"), compiled("before"), compiled("until")
        self.year_range, self.same_period = compiled("year_range"), compiled("same_period")
        self.campaign, self.festival, self.each = compiled("campaign"), compiled("festival"), compiled("each")
        self.plan, self.decade, self.stretch = compiled("plan"), compiled("decade"), compiled("stretch")
        self.vague_word, self.skipped, self.trigger = compiled("vague_words"), compiled("skipped"), compiled("trigger")
        self.clock_follows, self.naked_year = compiled("clock_follows"), compiled("naked_year")
        self.bound, self.between, self.ago = compiled("bound"), compiled("between"), compiled("ago")
        self.clock_before = compiled("clock_before")
        self.day_before, self.day_after = compiled("day_before"), compiled("day_after")
        self.open_year, self.term = compiled("open_year"), compiled("term")
        self.dotted, self.compact, self.moving = compiled("dotted"), compiled("compact"), compiled("moving")
        self.boundary = re.compile(f"(?:{words.ago_leads})$")
        self.rules = self._dispatch()

    def _dispatch(self) -> dict[str, tuple[_Rule, ...]]:
        """The rules to try for each character that a time may begin with."""
        quotes = '“‘"「『'
        leads = "".join(lead[0] for lead in self.words.stretch_leads.split("|"))
        years = _FIGURES + "".join(word[0] for word in self.years)
        rules: tuple[tuple[str | None, _Rule], ...] = (
            (None, self._campaign),
            (years + quotes + "".join(word[0] for word in self.feasts), self._festival),
            ("每", self._each),
            ("截", self._until),
            (quotes + _CHINESE + "十", self._plan),
            (_FIGURES + "上本", self._decade),
            (_COUNTS, self._ago),
            (_COUNTS + "这近" + leads, self._stretch),
            ("12", self._term),
            (_FIGURES, self._year_range),
            (years + "民", self._same_period),
            (None, self._pointed),
            ("".join(word[0] for word in self.vague), self._vague),
        )
        firsts = {*_FIGURES, *quotes, *self.openings}
        return {first: tuple(rule for begins, rule in rules if begins is None or first in begins) for first in firsts}

    def find(self, text: str) -> Iterator[Candidate[TimeExpression]]:
        """The times of a surface by start."""
        taken = 0
        skipped = self.skipped.finditer(text) if "《" in text or "当年" in text else iter(())
        skip = next(skipped, None)
        for trigger in self.trigger.finditer(text):
            at = trigger.start()
            while skip and skip.end() <= at:
                skip = next(skipped, None)
            if at < taken or (skip and skip.start() <= at):
                continue
            follow = self.openings.get(text[at])
            if follow and text[at + 1] not in follow:
                continue
            found = self._at(text, at)
            if found:
                taken, kind, reading, rule = found
                yield Candidate(SurfaceSpan(at, taken), TimeExpression(kind, reading), 0.9, f"rule:time.{rule}")

    def _at(self, text: str, at: int) -> _Found | None:
        for rule in self.rules[text[at]]:
            found = rule(text, at)
            if found:
                return found
        return None

    def _campaign(self, text: str, at: int) -> _Found | None:
        match = self.campaign.match(text, at)
        return (self._moving(text, match.end()), "period", Unknown(), "campaign") if match else None

    def _moving(self, text: str, end: int) -> int:
        """Take in the end of a stretch between days that move (除夕至正月初五)."""
        linked = self.linked.match(text, end)
        last = self.moving.match(text, linked.end()) if linked else None
        return last.end() if last and bool(last["open"]) == bool(last["close"]) else end

    def _festival(self, text: str, at: int) -> _Found | None:
        match = self.festival.match(text, at)
        if match is None or bool(match["open"]) != bool(match["close"]):
            return None
        feast, year = self.feasts[match["feast"]], self._anchor(match["year"])
        marked = match["open"] or match["tails"] or match["name"]
        if feast.quoted and not (marked or (feast.dated and (year or _between_marks(text, at, match.end())))):
            return None
        if feast.date is None and not match["tails"]:
            end = self._moving(text, match.end())
            return end, "date" if end == match.end() else "period", Unknown(year), "festival"
        if match["tails"] or feast.date is None:
            return match.end(), "period", Unknown(year), "festival"
        end, point = self._moving(text, match.end()), _feast_day(feast.date, year)
        if end == match.end():
            return end, "date", point, "festival"
        return end, "period", self._to_feast(text, match.end(), end, point), "festival"

    def _to_feast(self, text: str, start: int, end: int, first: Point) -> Reading:
        """From a festival's day to another's (元旦至春节), where that has a fixed day."""
        linked = self.linked.match(text, start)
        last = self.festival.fullmatch(text, linked.end(), end) if linked else None
        if last is None or last["tails"] or self.feasts[last["feast"]].date is None:
            return Unknown(first.year)
        return Range(first, _feast_day(self.feasts[last["feast"]].date or "", self._anchor(last["year"])))

    def _anchor(self, written: str | None) -> Anchor | None:
        if written is None:
            return None
        written = written.rstrip("的")
        return self.years.get(written) or Anchor(_year_number(written.rstrip("年 ")))

    def _each(self, text: str, at: int) -> _Found | None:
        match = self.each.match(text, at)
        return (match.end(), "set", Unknown(), "each") if match else None

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
        return end, "period", Until(point) if point else Unknown(now=True), "until"

    def _bracketed(self, text: str, end: int, point: Point | None) -> tuple[int, Point | None]:
        """Take in the date in brackets and the clock time after it (截至今天（1月17日）下午5时)."""
        if text[end : end + 1] != "(":
            return end, point
        inner_end, inner = self._point(text, end + 1)
        if inner is None or inner.days is None or text[inner_end : inner_end + 1] != ")":
            return end, point
        end = inner_end + 1
        tail_end, tail = self._point(text, end)
        if tail and tail == Point(clock=tail.clock):
            return tail_end, replace(inner, clock=tail.clock)
        part = self.point.match(text, end)
        return (part.end() if part and part["part_alone"] == part[0] else end), inner

    def _plan(self, text: str, at: int) -> _Found | None:
        match = self.plan.match(text, at)
        if match is None or bool(match["open"]) != bool(match["close"]):
            return None
        after = text[match.end() : match.end() + 1]
        # Without quotes 十五 is a number, and so may be 十四五 before a unit.
        if not (match["open"] or match["span"]) and (len(match["plan"]) < 3 or after in tuple("年日月号个万亿千百")):
            return None
        number = _number(match["plan"][:-1])
        # The third plan began in 1966, three years after the second had ended.
        first = 1966 + 5 * (number - 3) if number > 2 else 1948 + 5 * number
        if match["plan_count"]:  # “十四五”前四年
            count = _number(match["plan_count"])
            begin = first + 5 - count if match["plan_side"] == "后" else first
            value = f"{begin}" if count == 1 else f"{begin}/{begin + count - 1}"
            return match.end(), "period", Fixed(value), "plan"
        if match["of_plan"]:
            return match.end(), "period", Fixed(f"{first + self.words.plan_years[match['of_plan']]}"), "plan"
        return match.end(), "period", Fixed(f"{first}/{first + 4}"), "plan"

    def _decade(self, text: str, at: int) -> _Found | None:
        match = self.decade.match(text, at)
        if match is None:
            return None
        written = match["century"] or match["century_alone"]
        century = 19
        if written:
            named = {"上": 19, "上个": 19, "本": 20}.get(written)
            century = _number(written) - 1 if named is None else named
        if not 0 <= century <= 29:
            return None
        decade = match["decade"]
        if decade is None:
            value = f"{century:02d}XX"
        elif len(decade) == 4:
            value = f"{decade[:3]}X"
        else:
            value = f"{century:02d}{_number(decade) // 10}X"
        return match.end(), "date", Fixed(value), "decade"

    def _ago(self, text: str, at: int) -> _Found | None:
        """What is counted back or on (三年前, 两天后), where it is not counted from an event (投产三年后)."""
        match = self.ago.match(text, at) if text[at] in _COUNTS else None
        if match is None or not (at == 0 or self.boundary.search(text, max(0, at - 2), at)):
            return None
        count = _number(match["count"]) if match["count"] not in ("半", "几", "数", "多") else 0
        half = text[match.end("unit")] == "半"
        if match["count"] == "半" and match["unit"] == "年":  # 半年前
            return match.end(), "date", Ago(-6 if match["side"] == "前" else 6, "月"), "ago"
        if count <= 0 or match["more"] or half or "多" in match["unit"]:
            return match.end(), "date", Unknown(), "ago"
        unit = "月" if "月" in match["unit"] else match["unit"] if match["unit"] in "年天" else "周"
        count = -count if match["side"] == "前" else count
        if unit == "天":  # 两天后的上午9时
            end, hour = self._point(text, match.end() + (text[match.end() : match.end() + 1] == "的"))
            if hour and hour.clock and hour == Point(clock=hour.clock):
                return end, "date", Ago(count, unit, hour.clock), "ago"
        return match.end(), "date", Ago(count, unit), "ago"

    def _stretch(self, text: str, at: int) -> _Found | None:
        match = self.stretch.match(text, at)
        return (match.end(), "duration", Unknown(), "stretch") if match else None

    def _term(self, text: str, at: int) -> _Found | None:
        """A year of schools, companies or budgets (2024—2025学年, 2025财政年度)."""
        match = self.term.match(text, at)
        if match is None:
            return None
        return match.end(), "period", Fixed(match["first"]) if match["fiscal"] else Unknown(), "term"

    def _year_range(self, text: str, at: int) -> _Found | None:
        match = self.year_range.match(text, at)
        if match is None:
            return None
        first = _year_number(match["first"])
        if len(match["last"]) == 2:  # 2021-25年
            last = int(match["last"]) + first // 100 * 100
        elif set(match["last"]) & set("十两廿"):
            return None
        else:
            last = _year_number(match["last"])
        return (match.end(), "period", Fixed(f"{first}/{last}"), "years") if last > first else None

    def _same_period(self, text: str, at: int) -> _Found | None:
        match = self.same_period.match(text, at)
        if match is None:
            return None
        year = self._written_year(match.groupdict())
        return (match.end(), "period", SamePeriod(year), "same") if year else None

    def _pointed(self, text: str, at: int) -> _Found | None:
        """A point, alone or with what makes a period of it."""
        dotted = self._dotted(text, at) if text[at + 4 : at + 5] == "." else None
        if dotted:
            return dotted
        end, point = self._point(text, at)
        if point is None:
            return self._naked(text, at) if text[at] in "12" else None
        return self._period(text, end, point) or (end, _kind(point), point, "point")

    def _naked(self, text: str, at: int) -> _Found | None:
        """A year without 年, before what shows it (2026春节, 2021到2023年9月)."""
        naked = self.naked_year.match(text, at)
        if naked:
            return naked.end(), "date", Point(Anchor(int(naked[0]))), "point"
        opened = self.open_year.match(text, at)
        return self._linked(text, opened.end(), Point(Anchor(int(opened[0])))) if opened else None

    def _dotted(self, text: str, at: int) -> _Found | None:
        """Months of a curriculum (1999.08—2002.02, 2008.03—今)."""
        match = self.dotted.match(text, at)
        if match is None:
            return None
        first, last = f"{match['year']}-{int(match['month']):02d}", match["last"] or ".."
        if match["last_month"]:
            last = f"{last}-{int(match['last_month']):02d}"
        if last != ".." and last < first[: len(last)]:
            return None
        return match.end(), "period", Fixed(f"{first}/{last}"), "months"

    def _period(self, text: str, end: int, point: Point) -> _Found | None:
        """The period that the words after a point make of it."""
        if text.startswith("以来", end):
            return end + 2, "period", Since(point), "since"
        so_far = self.so_far.match(text, end)
        if so_far:
            return so_far.end(), "period", Since(point), "since"
        if point.closing and self.before.match(text, end):
            return end + 1, "period", Until(point), "before"
        bound = self.bound.match(text, end)
        if bound and point.closing and bound["side"][1] == "前":  # 2027年底之前
            return bound.end(), "period", Until(point), "before"
        if bound:
            return bound.end(), "period", Bound(point, bound["side"][1] == "前", bool(bound["with"])), "bound"
        return self._linked(text, end, point)

    def _linked(self, text: str, end: int, point: Point) -> _Found | None:
        """A stretch between two points (9月8日至11日, 2020年和2023年之间)."""
        if text[end : end + 1] in ("和", "与", "跟", "同"):
            last_end, last = self._point(text, end + 1)
            between = self.between.match(text, last_end) if last else None
            return (between.end(), "period", Range(point, last), "range") if last and between else None
        linked = self.linked.match(text, end)
        if linked is None:
            return None
        last_end, last = self._point(text, linked.end())
        if last and last.clock and not point.clock and last != Point(clock=last.clock):
            # In 6月10日至6月12日8时30分至21时 the hours are those of each day.
            hours = self.linked.match(text, last_end)
            further = self._point(text, hours.end())[1] if hours else None
            if further and further == Point(clock=further.clock):
                last_end, last = self._point(text, linked.end(), clocks=False)
        return (last_end, "period", Range(point, last), "range") if last else None

    def _vague(self, text: str, at: int) -> _Found | None:
        match = self.vague_word.match(text, at)
        if match is None:
            return None
        entry = self.vague[match[0]]
        return match.end(), entry.kind, Unknown(now=entry.now), "word"

    def _point(self, text: str, at: int, clocks: bool = True) -> tuple[int, Point | None]:
        """Read a point, with its clock time or without; ``None`` where none stands or it is no date (13月)."""
        if text[at : at + 1] in ("1", "2"):
            stamp = self.stamp.match(text, at) or self.compact.match(text, at)
            if stamp:
                return _stamped(stamp)
        match = self.point.match(text, at)
        if match is None or match.end() == at:
            return at, None
        groups: _Groups = match.groupdict()
        if not clocks or (groups["days"] and (groups["hour_mark"] or groups["digital"])):  # 5月1日至5日8时30分 is two
            match = self.point.match(text, at, min(found for found in map(match.start, _CLOCKS) if found >= 0))
            assert match is not None
            groups = match.groupdict()
        months, days, clock = self._written_months(groups), self._written_days(groups), self._written_clock(groups)
        if _WRONG in (months, days) or clock == "":
            return at, None
        point = Point(
            year=self._written_year(groups),
            months=months,
            month=self._written_month(groups),
            days=days,
            day=self.days.get(groups["day_word"] or ""),
            week=self.weeks.get(groups["week"] or ""),
            weekdays=_weekdays(groups["weekday"] or groups["nth_day"]),
            nth_week=_nth_week(groups),
            weeks=_number(groups["first_weeks"] or groups["year_weeks"] or "1"),
            clock=clock,
            season=self.words.seasons[groups["season"].lstrip("今去明")[0]] if groups["season"] else None,
            closing=_edge(groups).endswith(("底", "末")),
            edge=bool(groups["year_edge"]),
        )
        if point == _NOTHING or not self._is_time(point, groups, text, at):
            return at, None
        return at + len(match[0].rstrip()), point

    def _written_year(self, groups: _Groups) -> Anchor | None:
        if groups["year"]:
            return Anchor(_year_number(groups["year"]))
        if groups["year_word"]:
            return self.years[groups["year_word"]]
        if groups.get("republic"):
            return Anchor(1911 + (1 if groups["republic"] == "元" else _number(groups["republic"] or "")))
        season = groups.get("season")
        if season and season[0] in "今去明":
            return Anchor("去今明".index(season[0]) - 1, "published")
        return Anchor(0, "passage") if groups.get("whole") else None

    def _written_months(self, groups: _Groups) -> tuple[int, int] | None:
        if groups["year_part"]:
            return self.words.year_parts[groups["year_part"]]
        if groups["year_days"]:
            return 1, 1
        if groups["year_edge"]:
            return (1, 1) if groups["year_edge"].endswith("初") else (12, 12)
        if groups["first_months"]:
            return _checked(1, _number(groups["first_months"]), 12)
        if groups["last_months"]:
            return _checked(13 - _number(groups["last_months"]), 12, 12)
        if groups["months"] and groups["months_end"]:
            first, last = _number(groups["months"]), _number(groups["months_end"])
            return (first, last + 12) if 1 <= last < first <= 12 else _checked(first, last, 12)
        if groups["first_month"] or groups["nth_month"]:
            month = _number(groups["nth_month"] or "1")
            return _checked(month, month, 12)
        if groups["month"]:
            return _checked(_number(groups["month"]), _number(groups["month"]), 12)
        return _quarter(groups)

    def _written_month(self, groups: _Groups) -> Anchor | None:
        if groups["quarter_word"]:
            word = groups["quarter_word"]
            return Anchor(word.count("下") - word.count("上"), "published", 3)
        if groups["half_word"]:
            return Anchor(groups["half_word"].count("下") - groups["half_word"].count("上"), "published", 6)
        if groups["edge_alone"] or groups["part_of_month"]:
            return Anchor(0, "passage")
        return self.months.get(groups["month_word"] or "")

    def _written_days(self, groups: _Groups) -> tuple[int, int] | None:
        part = groups["month_part"] or groups["part_of_month"]
        if part:
            return self.words.month_parts[part]
        first_days = groups["first_days"] or groups["year_days"]
        if first_days:
            return _checked(1, _number(first_days), 31)
        if groups["last_days"]:
            return _checked(32 - _number(groups["last_days"]), 31, 31)
        if groups["days"] and groups["days_end"]:
            return _checked(_number(groups["days"]), _number(groups["days_end"]), 31)
        day = groups["day"] or groups["bare_day"]
        if day:
            return _checked(_number(day), _number(day), 31)
        return None

    def _written_clock(self, groups: _Groups) -> str | None:
        """The clock time; empty where the figures are none."""
        if groups["digital"]:
            digital = _digital(groups["digital"])
            hour, rest = int(digital[:2]), digital[2:]
        elif groups["hour"]:
            hour = _number(groups["hour"])
            minute = _minute(groups)
            second = int(groups["second"]) if groups["second"] else None
            if not 0 <= minute <= 59 or (second or 0) > 59:
                return ""
            rest = f":{minute:02d}" + (f":{second:02d}" if second is not None else "")
        else:
            return None
        part = groups["part"] or (groups["day_word"] or "")[-1:]  # 今晚8时
        hour = _in_day_part(hour, self.words.day_parts.get(part))
        return f"{hour:02d}{rest}" if 0 <= hour <= 23 or (hour == 24 and rest == ":00") else ""

    def _is_time(self, point: Point, groups: _Groups, text: str, at: int) -> bool:
        """Whether a lone day or clock time is one: 3日 may last, 3号 may be a house, 零点 begins a decimal."""
        if point.year or point.months or point.month or point.day or point.weekdays or point.week is not None:
            return True
        if point.days:
            if at and text[at - 1] in self.words.counting:
                return False
            if "号" in (groups["day_mark"], groups["days_mark"]) and not (point.clock or groups["part_alone"]):
                return self._goes_on(text, at)
            written = groups["day"] or groups["days"] or ""
            return written.isdecimal() or len(written) > 1
        if groups["part"]:
            return True
        if groups["digital"]:
            return groups["digital"][2] == ":" or bool(self.clock_follows.match(text, at))
        if groups["hour_mark"] == "点" and not any(map(groups.get, _SHOWS_HOUR)):
            return bool(self.clock_follows.match(text, at) or self.clock_before.search(text, max(0, at - 4), at))
        return groups["hour_mark"] == "点" or (groups["hour"] or "").isdecimal() or groups["hour"] == "零"

    def _goes_on(self, text: str, at: int) -> bool:
        """Whether a day with 号 goes on a list of days (9月10号、11号)."""
        return bool(self.day_after.match(text, at) and self.day_before.search(text, max(0, at - _LIST), at))


_NOTHING = Point()

_LIST = 30
"""How far a list of days is read back."""

_SHOWS_HOUR = ("half", "quarter_hours", "sharp", "minute", "bare_minute", "bell")
"""What after 8点 shows that an hour is meant."""

_CLOCKS = ("part", "hour", "digital", "part_alone")
"""The groups that a clock time may begin with."""

_WRONG = (0, 0)
"""A pair of figures that is none of the calendar's."""


def _checked(first: int, last: int, limit: int) -> tuple[int, int]:
    return (first, last) if 1 <= first <= last <= limit else _WRONG


def _stamped(match: re.Match[str]) -> tuple[int, Point | None]:
    """The point of a date in digits (2026-01-14 08:30)."""
    month, day = int(match["month"]), int(match["day"])
    if _WRONG in (_checked(month, month, 12), _checked(day, day, 31)):
        return match.start(), None
    if "mark" not in match.re.groupindex and day > monthrange(int(match["year"]), month)[1]:
        return match.start(), None  # eight figures that make no day are a number
    written = match.groupdict().get("clock")
    clock = _digital(written) if written else None
    if clock and int(clock[:2]) > 23:
        return match.start(), None
    point = Point(Anchor(int(match["year"])), (month, month), days=(day, day), clock=clock, stamp=True)
    return match.end(), point


def _between_marks(text: str, start: int, end: int) -> bool:
    """Whether a word is all that stands between two marks (清明、五一、端午)."""
    return text[start - 1 : start] in _MARKS and text[end : end + 1] in _MARKS


def _feast_day(date: str, year: Anchor | None) -> Point:
    month, day = map(int, date.split("-"))
    return Point(year=year, months=(month, month), days=(day, day))


_MARKS = ("", *",。;:!?、()")


def _kind(point: Point) -> str:
    return "period" if point.months and point.months[0] < point.months[1] else "date"


_EDGES = ("year_edge", "month_edge", "edge_alone", "quarter_edge", "quarter_word_edge")


def _edge(groups: _Groups) -> str:
    return next((written for written in map(groups.get, _EDGES) if written), "")


def _nth_week(groups: _Groups) -> int | None:
    """Which week or weekday of its month or year; -1 is the last."""
    if groups["last_of_day"]:
        return -1
    if groups["first_weeks"] or groups["year_weeks"]:
        return 1
    return _number(groups["nth"] or groups["nth_of_year"] or groups["nth_of_day"] or "零") or None


def _quarter(groups: _Groups) -> tuple[int, int] | None:
    if groups["quarter"]:
        last = 3 * _number(groups["quarter"])
        if groups["quarter_edge"]:
            return (last - 2, last - 2) if groups["quarter_edge"] == "初" else (last, last)
        return last - 2, last
    if groups["quarters"] and groups["quarters_end"]:
        return _checked(3 * _number(groups["quarters"]) - 2, 3 * _number(groups["quarters_end"]), 12)
    return None


def _weekdays(written: str | None) -> tuple[int, int] | None:
    if written is None:
        return None
    if written == "末":
        return 6, 7
    day = 7 if written in "日天" else _DIGITS[written]
    return day, day


def _digital(written: str) -> str:
    return written if len(written) in (5, 8) else f"0{written}"


def _minute(groups: _Groups) -> int:
    written = groups["minute"] or groups["bare_minute"]
    if written:
        return _number(written)
    return 30 if groups["half"] else 15 * _number(groups["quarter_hours"] or "零")


def _in_day_part(hour: int, part: str | None) -> int:
    """The hour of the day (下午3时: 15)."""
    if (part == "pm" and 1 <= hour < 12) or (part == "noon" and hour <= 2):
        return hour + 12
    return hour


_GRAMMARS: WeakKeyDictionary[Knowledge, _Grammar] = WeakKeyDictionary()
