"""Quantities: which numerals measure, with unit, bound and value.

Three passes over the numerals of a sentence: each is *read* with what follows it (unit, approximator,
以上), neighbours are *joined* (ranges, 3元2角5分, lists that share a unit), and each figure is *judged*
by classes that do not count (articles, dates, names, fixed sets). Ranks have a reader of their own, for
首个 has no numeral.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge
from govclaim.recognizers.numerals import fold, parse
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Numeral, Quantity, Sentence

__all__ = ["MeasureRow", "PrefixRow", "QuantityRules", "UnitRow", "propose", "propose_document"]

_EXACT = Context(prec=400)
_SI = Context(prec=12, rounding=ROUND_HALF_EVEN)
_MAGNITUDES = "百千万亿佰仟萬億"
_CLAUSE_END = re.compile(r"[,。;!?，；\n]")
_DASHES = frozenset(["—", "–", "-", "~", "～", "至", "到", "——", "─", "−", "－", "―", "--"])
_LINKS = frozenset(["、", "和", "及", "与", "或", "以及"])
_DATE_ENDS = "年月日号时點点届"


@dataclass(frozen=True)
class UnitRow:
    """A row of ``units.csv``: one written form of a unit.

    Attributes:
        factor: Exact factor to ``si_unit``, a fraction or decimal. For money: to the currency (角 1/10).
    """

    form: str
    unit: str
    dimension: str
    si_unit: str | None
    factor: str | None
    example: str
    note: str = ""


@dataclass(frozen=True)
class MeasureRow:
    """A row of ``measure_words.csv``.

    Attributes:
        kind: ``free``, or ``digits`` for one that after a Chinese numeral is a noun (二期, 三季).
        blocked: What after it makes another word (名 but 三名单), joined by ``|``;
            with ``!`` what does not, though it begins so (项目 but 3项目标).
    """

    word: str
    kind: str
    blocked: str
    example: str
    note: str = ""


@dataclass(frozen=True)
class PrefixRow:
    """Words before a number that state a bound; ``unless`` one of these characters stands before them."""

    bound: str
    words: tuple[str, ...]
    unless: str = ""


@dataclass(frozen=True)
class QuantityRules:
    """``quantities.yaml``; each list is explained there."""

    prefixes: tuple[PrefixRow, ...]
    suffixes: dict[str, tuple[str, ...]]
    blocked: dict[str, tuple[str, ...]]
    idioms: tuple[str, ...]
    sets: tuple[str, ...]
    nouns: tuple[str, ...]
    rank_cues: tuple[str, ...]
    rank_nouns: tuple[str, ...]
    scope_ends: str
    scope_not: tuple[str, ...]
    first_not: tuple[str, ...]
    period_before: tuple[str, ...]
    period_after: tuple[str, ...]
    measure_before: tuple[str, ...]
    measure_after: tuple[str, ...]
    one_measures: tuple[str, ...]
    one_articles: tuple[str, ...]
    splits: tuple[str, ...]
    scale_cues: tuple[str, ...]
    index_cues: tuple[str, ...]
    money_cues: tuple[str, ...]
    count_cues: tuple[str, ...]
    class_nouns: tuple[str, ...]
    toponym_measures: tuple[str, ...]
    toponym_ends: str
    bare_counts: tuple[str, ...]
    crowds: tuple[str, ...]
    ladders: tuple[tuple[tuple[str, str], ...], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """One form of a unit or measure word, compiled."""

    form: str
    symbol: str
    dimension: str
    si_unit: str | None = None
    factor: Fraction | None = None
    measure: bool = False
    digits: bool = False
    blocked: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    latin: bool = False


@dataclass(slots=True)
class _Figure:
    """One numeral with what follows it, while it is read, joined and judged."""

    numeral: Numeral
    start: int
    end: int
    written: str
    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: _Unit | None = None
    over: bool = False
    suffix: str | None = None
    level: bool = False
    fraction: str = ""
    rule: str = ""
    parts: tuple[Decimal, ...] | None = None
    colloquial: bool = False

    @property
    def chinese(self) -> bool:
        return self.numeral.form in ("chinese", "vague") and not self.written[0].isdigit()


def _words(items: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(items, key=len, reverse=True))


class _Lexicon:
    """Everything compiled from one ``Knowledge``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.rules = rules = knowledge.document("quantities.yaml", QuantityRules)
        units = [self._unit(row) for row in knowledge.rows("units.csv", UnitRow)]
        known = {unit.form for unit in units}
        measures = [
            self._measure(row) for row in knowledge.rows("measure_words.csv", MeasureRow) if row.word not in known
        ]
        self.first: dict[str, tuple[_Unit, ...]] = {}
        for unit in sorted((*units, *measures), key=lambda unit: -len(unit.form)):
            self.first[unit.form[:2]] = (*self.first.get(unit.form[:2], ()), unit)
        self.forms = {unit.form: unit for unit in (*units, *measures)}
        self.bounds = {word: (row.bound, row.unless) for row in rules.prefixes for word in row.words}
        self.ladders = [{form: Decimal(factor) for form, factor in rungs} for rungs in rules.ladders]
        self.suffixes = {word: bound for bound, words in rules.suffixes.items() for word in words}

    def _unit(self, row: UnitRow) -> _Unit:
        factor = Fraction(row.factor) if row.factor else None
        blocked = self.rules.blocked.get(row.form, ())
        return _Unit(
            row.form, row.unit, row.dimension, row.si_unit, factor, blocked=blocked, latin=_is_latin(row.form[-1])
        )

    @staticmethod
    def _measure(row: MeasureRow) -> _Unit:
        words = [word for word in row.blocked.split("|") if word]
        blocked = tuple(word for word in words if word[0] != "!")
        allowed = tuple(word[1:] for word in words if word[0] == "!")
        # Surfaces are folded: 台（套） is read as 台(套) and named as it is usually written.
        form = row.word.translate({ord("（"): "(", ord("）"): ")"})
        return _Unit(
            form,
            row.word,
            "count",
            measure=True,
            digits=row.kind == "digits",
            blocked=blocked,
            allowed=allowed,
            latin=_is_latin(form[-1]),
        )

    @cached_property
    def prefix(self) -> re.Pattern[str]:
        """A bound word right before a number; 了 and 每桶 may stand between (突破每桶126美元)."""
        between = "(?:每[\\u4e00-\\u9fff]{1,2}|[预计全同总上目][\\u4e00-\\u9fff]{0,5}的)?"
        return re.compile(f"({_words(self.bounds)})[了到有是为]?{between}[¥￥$ ]?$")

    @cached_property
    def suffix(self) -> re.Pattern[str]:
        return re.compile(f"{_words(self.suffixes)}")

    @cached_property
    def idioms(self) -> dict[str, tuple[str, ...]]:
        """Fixed phrases by their first two characters."""
        out: dict[str, tuple[str, ...]] = {}
        for phrase in self.rules.idioms:
            out[phrase[:2]] = (*out.get(phrase[:2], ()), phrase)
        return out

    @cached_property
    def sets(self) -> re.Pattern[str]:
        return re.compile(f"(?:大|项|类|种)?(?:重大|重要|主要|重点|关键|基本)?(?:{_words(self.rules.sets)})")

    @cached_property
    def measure_before(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_words(self.rules.measure_before)})[了约近超]?$")

    @cached_property
    def period_before(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_words(self.rules.period_before)})$")

    @cached_property
    def one_measures(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_words(self.rules.one_measures)})了?$")

    @cached_property
    def rank_cue(self) -> re.Pattern[str]:
        return re.compile(_words(self.rules.rank_cues))

    @cached_property
    def index_cue(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_words(self.rules.index_cues)})(?:\\([^()]*\\))?[^,。;!?\\d、]{{0,6}}$")

    @cached_property
    def money_cue(self) -> re.Pattern[str]:
        return re.compile(_words(self.rules.money_cues))

    @cached_property
    def count_cue(self) -> re.Pattern[str]:
        return re.compile(_words(self.rules.count_cues))

    @cached_property
    def toponym(self) -> re.Pattern[str]:
        ends = self.rules.toponym_ends
        return re.compile(f"(?:{_words(self.rules.toponym_measures)})[^的,。、\\d]{{0,2}}[{ends}]")

    @cached_property
    def ordinal(self) -> re.Pattern[str]:
        """首, 第N, 前N: what may be a rank."""
        digit = "[一二三四五六七八九十百\\d]"
        return re.compile(
            f"(倒数)?第 ?({digit}+)(?: ?([位名]))?|[前后](十|百|[一二两三四五六七八九]|[\\d]{{1,3}})([位名强])?|首"
        )

    @cached_property
    def scope_not(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_words(self.rules.scope_not)})$")

    def unit_at(self, text: str, at: int) -> tuple[_Unit, int] | None:
        """The longest unit that begins at a position, and its end."""
        opening = text[at : at + 2]
        for unit in (*self.first.get(opening, ()), *(self.first.get(opening[:1], ()) if len(opening) > 1 else ())):
            end = at + len(unit.form)
            if not text.startswith(unit.form, at) or (unit.latin and _is_latin(text[end : end + 1])):
                continue
            if unit.blocked and text.startswith(unit.blocked, end) and not text.startswith(unit.allowed, end):
                continue
            return unit, end
        return None


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


_LEXICONS: WeakKeyDictionary[Knowledge, _Lexicon] = WeakKeyDictionary()


def _lexicon(knowledge: Knowledge) -> _Lexicon:
    lexicon = _LEXICONS.get(knowledge)
    if lexicon is None:
        lexicon = _LEXICONS[knowledge] = _Lexicon(knowledge)
    return lexicon


def propose(
    text: str, numerals: Sequence[Numeral], knowledge: Knowledge, *, blocked: Sequence[SurfaceSpan] = ()
) -> tuple[Candidate[Quantity], ...]:
    """Propose the quantities of one sentence.

    Args:
        text: The sentence's surface.
        numerals: Of this surface, in order (``numerals.find``).
        knowledge: Gives ``units.csv``, ``measure_words.csv`` and ``quantities.yaml``.
        blocked: Stretches that are no quantities whatever they say (names); in order.

    Returns:
        Candidates in order of start, not overlapping.
    """
    lexicon = _lexicon(knowledge)
    folded = fold(text, knowledge)
    return _written(text, folded, _propose(folded, numerals, lexicon, blocked, {}))


def propose_document(
    sentences: Sequence[Sentence], numerals: Sequence[Sequence[Numeral]], knowledge: Knowledge
) -> tuple[tuple[Candidate[Quantity], ...], ...]:
    """Propose the quantities of all sentences; a unit stated in a heading or a table governs bare figures.

    Args:
        sentences: All sentences of one document, in order.
        numerals: The numerals of each.
        knowledge: As for ``propose``.

    Returns:
        For each sentence its candidates, in order of start and not overlapping.
    """
    lexicon = _lexicon(knowledge)
    table = _Table(lexicon)
    out = []
    for sentence, found in zip(sentences, numerals, strict=True):
        written = sentence.surface.text
        text = fold(written, knowledge)
        governed = table.governed(text, found)
        alone = len(sentences) == 1
        out.append(_written(written, text, _propose(text, found, lexicon, (), governed, alone=alone)))
    return tuple(out)


def _written(text: str, folded: str, candidates: Sequence[Candidate[Quantity]]) -> tuple[Candidate[Quantity], ...]:
    """A measure word is named as written (三個), though it is read in its simplified form."""
    return tuple(candidates) if text == folded else tuple(_with_own_unit(text, folded, c) for c in candidates)


def _with_own_unit(text: str, folded: str, candidate: Candidate[Quantity]) -> Candidate[Quantity]:
    unit, span = candidate.value.unit, candidate.span
    at = folded.rfind(unit, span.start, span.end) if unit and candidate.value.dimension == "count" else -1
    if unit is None or at < 0:
        return candidate
    return replace(candidate, value=replace(candidate.value, unit=text[at : at + len(unit)]))


def _propose(
    text: str,
    numerals: Sequence[Numeral],
    lexicon: _Lexicon,
    blocked: Sequence[SurfaceSpan],
    governed: dict[int, _Unit],
    alone: bool = False,
) -> tuple[Candidate[Quantity], ...]:
    ranks = _ranks(text, lexicon, alone) if _ORDINAL.search(text) else []
    if not numerals and not ranks:
        return ()
    taken = _forbidden(text, lexicon, blocked)
    ratios = _ratios(text, numerals)
    figures = _read_all(text, numerals, lexicon, {**governed, **_bracketed(text, numerals, lexicon)})
    judge = _Judge(text, lexicon)
    _join(text, figures, judge)
    if alone:
        _accept_alone(text, figures)
    candidates = [*ranks, *ratios, *_medals(text, numerals)]
    occupied = _Stretches(candidate.span for candidate in candidates)
    candidates += [_candidate(text, f, lexicon) for f in figures if f.rule and not occupied.meet(f.start, f.end)]
    forbidden = _Stretches(taken)
    kept = (c for c in candidates if not forbidden.meet(c.span.start, c.span.end))
    return tuple(_disjoint(sorted(kept, key=lambda candidate: candidate.span)))


_ORDINAL = re.compile(r"[首第]|[前后][一二两三四五六七八九十百\d]")
_LIST_MARKS = " ,、;。!?."


def _accept_alone(text: str, figures: list[_Figure]) -> None:
    """A text that is nothing but figures (an amount, a cell, a query) is asked for their values."""
    edges = [0, *(edge for figure in figures for edge in (figure.start, figure.end)), len(text)]
    gaps = (text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    if any(gap.strip(_LIST_MARKS) for gap in gaps):
        _accept_range(text, figures)
        return
    for figure in figures:
        if not figure.rule and not _is_word(figure):
            figure.rule = "alone"


def _is_word(figure: _Figure) -> bool:
    """A text of one article, magnitude or date (一个, 万, 2025年) names no amount."""
    unit = figure.unit
    if unit is None:
        return figure.written in _LONE or not figure.written.strip("百千万亿")
    article = figure.written in _LONE and figure.value == 1 and unit.measure
    return article or figure.written == "两" or _is_date(figure)


def _is_date(figure: _Figure) -> bool:
    return figure.unit is not None and figure.unit.form in ("年", "日", "号", "时", "点") and figure.written != "半"


def _accept_range(text: str, figures: list[_Figure]) -> None:
    """一千到一千五百 as the whole text; 1-2 may be a section."""
    if len(figures) != 2 or figures[0].unit is not None or figures[0].start or figures[1].end != len(text):
        return
    first, last = figures
    spelled = first.written[-1] in "kKwW"  # 5k-20k is no section
    if text[first.end : last.start].strip() in ("到", "至", "~", "—", *"-" * spelled) and first.value is not None:
        _close_range(first, last, first.value)


def _close_range(first: _Figure, last: _Figure, low: Decimal) -> None:
    if last.value is None or low >= last.value:
        return
    first.lower, first.upper, first.value = low, last.value, None
    first.unit, first.end, first.rule, last.rule = last.unit, last.end, "range", ""


def _disjoint(candidates: Iterable[Candidate[Quantity]]) -> Iterator[Candidate[Quantity]]:
    """Drop what begins inside its predecessor (a range may swallow what the next rule read again)."""
    end = 0
    for candidate in candidates:
        if candidate.span.start >= end:
            yield candidate
            end = candidate.span.end


class _Stretches:
    """Stretches of a text that can be asked quickly whether one meets a given stretch."""

    def __init__(self, spans: Iterable[SurfaceSpan]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for span in sorted(spans):
            self.starts.append(span.start)
            self.ends.append(max(span.end, self.ends[-1] if self.ends else 0))

    def meet(self, start: int, end: int) -> bool:
        index = bisect_left(self.starts, end) - 1
        return index >= 0 and self.ends[index] > start


_ADDRESS = re.compile(r"(?:[a-z]{3,5}://|www\.)[!-~]*")


def _forbidden(text: str, lexicon: _Lexicon, blocked: Sequence[SurfaceSpan]) -> list[SurfaceSpan]:
    """Titles in 《》, addresses of pages, and what the caller names."""
    taken = list(blocked)
    if "《" in text:
        taken += [SurfaceSpan(*m.span()) for m in re.finditer("《[^《》]*》", text)]
    if "://" in text or "www." in text:
        taken += [SurfaceSpan(*m.span()) for m in _ADDRESS.finditer(text)]
    return taken


def _in_idiom(text: str, figure: _Figure, lexicon: _Lexicon) -> bool:
    """Whether a fixed phrase (五湖四海, 最后一公里) covers the numeral."""
    start, end = figure.numeral.span.start, figure.numeral.span.end
    idioms = lexicon.idioms
    for at in range(max(0, start - 6), end):
        for phrase in idioms.get(text[at : at + 2], ()):
            if at + len(phrase) > start and text.startswith(phrase, at):
                return True
    return False


# --- reading ---------------------------------------------------------------------------------------------------------


def _read_all(text: str, numerals: Sequence[Numeral], lexicon: _Lexicon, governed: dict[int, _Unit]) -> list[_Figure]:
    figures: list[_Figure] = []
    end = 0
    for numeral in numerals:
        if numeral.span.start < end:
            continue  # the 千 of 12千米 and the 百 of 5.2百分点 are the unit's
        figure = _read(text, numeral, lexicon)
        unit = governed.get(numeral.span.start)
        if unit is not None and figure.unit is None:
            figure.unit, figure.rule = unit, "governed"
            scale = _form_magnitude(unit)
            figure.value = _scaled(figure.value, scale)
        figures.append(figure)
        end = figure.end
    return figures


def _form_magnitude(unit: _Unit) -> int:
    return unit.factor.numerator if unit.form.startswith("*") and unit.factor else 1


def _scaled(value: Decimal | None, factor: int | Decimal) -> Decimal | None:
    if value is None or factor == 1:
        return value
    return _tidy(_EXACT.multiply(value, Decimal(factor)))


def _tidy(value: Decimal) -> Decimal:
    """Without zeros that a factor made (八成 is 80, not 80.0)."""
    return value.quantize(Decimal(1), context=_EXACT) if value == value.to_integral_value() else value.normalize(_EXACT)


def _read(text: str, numeral: Numeral, lexicon: _Lexicon) -> _Figure:
    start, at = numeral.span.start, numeral.span.end
    written = numeral.span.of(text)
    figure = _Figure(numeral, start, at, written, numeral.value, numeral.lower, numeral.upper)
    figure.over = numeral.value is not None and any(mark in written for mark in "余多来几")
    if numeral.form == "fraction" and "分之" in written:
        return _read_fraction(text, figure, lexicon)
    mark = text[at : at + 1]
    if mark and mark in "余多来" and not figure.over:
        following = lexicon.unit_at(text, at + 1)
        if following is not None or (mark in "余多" and written[-1] in "万亿百千"):
            at, figure.over = at + 1, True
    # County pages set figures off with spaces: 完成 14.02 亿元, 第 3 位
    if text[at : at + 1] == " " and lexicon.unit_at(text, at + 1) and written[0].isdigit():
        at += 1
    sign = _SIGNS.get(text[start - 1 : start])
    code = _CODES.get(text[max(0, start - 3) : start]) if "$" <= text[start - 1 : start] <= "Z" else None
    if code is not None:
        figure.unit, figure.start = lexicon.forms[code], start - 3
    elif sign is not None:
        figure.unit, figure.start = lexicon.forms[sign], start - 1
    else:
        _read_unit(text, figure, at, lexicon)
    _read_after(text, figure, lexicon)
    return figure


_CODES = {
    "US$": "美元",
    "HK$": "港元",
    "NT$": "新台币",
    "USD": "美元",
    "RMB": "元",
    "CNY": "元",
    "HKD": "港元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
}
_SIGNS = {"$": "美元", "¥": "元", "￥": "元", "€": "欧元", "£": "英镑"}


def _read_fraction(text: str, figure: _Figure, lexicon: _Lexicon) -> _Figure:
    kind = figure.written.partition("分之")[0]
    if kind in ("百", "千"):
        scale = 100 if kind == "百" else 1000
        figure.value = _scaled(figure.value, scale)
        figure.lower, figure.upper = _scaled(figure.lower, scale), _scaled(figure.upper, scale)
        figure.unit = lexicon.forms["%" if kind == "百" else "‰"]
        figure.fraction = kind
    else:
        figure.fraction = "分之"
        found = lexicon.unit_at(text, figure.end)
        if found is not None and not found[0].measure and found[0].dimension in _DIVIDED:
            (figure.unit, figure.end), figure.fraction = found, ""  # 四分之一公里
    _read_after(text, figure, lexicon)
    return figure


_DIVIDED = ("length", "mass", "volume", "area", "duration")
_MINUTES = re.compile(r"分半(?:钟|(?=[,。、;!?)]|$))")
_FROM_LITRES = re.compile(r"升[到至][.\d一二两三四五六七八九十百千万]{1,9}升")  # 3升到5升; 由3升至5 rises
_HALVES = re.compile(r"个([半多])(小时|钟头|月|星期|礼拜|世纪|百分点|学期|季度|年头)")


def _read_unit(text: str, figure: _Figure, at: int, lexicon: _Lexicon) -> None:
    inner = _HALVES.match(text, at)
    if inner is not None:
        figure.unit = lexicon.forms["个" + inner[2]]
        figure.end = inner.end()
        if inner[1] == "多":
            figure.over = True
        elif figure.value is not None:
            figure.value += Decimal("0.5")
        return
    minutes = _MINUTES.match(text, at) if text.startswith("分", at) else None
    if minutes is not None and figure.value is not None:
        figure.unit, figure.end, figure.value = lexicon.forms["分钟"], minutes.end(), figure.value + Decimal("0.5")
        return
    found = lexicon.unit_at(text, at)
    if found is None and _FROM_LITRES.match(text, at):
        found = lexicon.forms["升"], at + 1
    if found is None:
        figure.end = at if figure.over else figure.end
        return
    if found[0].form == "级" and figure.written[-1] in _MAGNITUDES:
        return  # 10亿级 is a class of amounts, read with what follows
    figure.unit, figure.end = found
    if text[figure.end : figure.end + 1] in ("/", "每"):
        _read_rate(text, figure, lexicon)
    _read_currency(text, figure, lexicon)
    if _read_colloquial(text, figure, lexicon):
        return
    if figure.unit.form in _TENTHS:
        _read_tenths(text, figure)
    elif figure.unit.dimension == "money" and figure.unit.factor not in (None, 1):
        figure.value = _share(figure.value, figure.unit.factor)


def _read_currency(text: str, figure: _Figure, lexicon: _Lexicon) -> None:
    """9000元人民币 and 3万元港币: the currency is named after 元."""
    if figure.unit is None or figure.unit.form not in ("元", "块", "块钱", "圆"):
        return
    named = lexicon.unit_at(text, figure.end)
    if named is not None and named[0].dimension == "money" and len(named[0].form) > 1 and named[0].factor == 1:
        figure.unit, figure.end = named


_COLLOQUIAL = re.compile(r"(零?)([一二三四五六七八九半])(?=[,。、;!?)的到至左以—~-]|多?$|一[斤个只份张件天月])")
_COLLOQUIAL_DIGITS = re.compile(r"(零?)([1-9半])(?=[,。、;!?)的到至左以—~-]|多?$|一[斤个只份张件天月])")  # 19块5
_SMALL = re.compile(r"(零?)([一二三四五六七八九])(?![一二三四五六七八九十百千万块元角分个半])")  # 一毛五收购
_COINS = ("块", "块钱", "毛")
_COLLOQUIAL_UNITS = ("块", "块钱", "元", "米", "毛", "角", "丈", "尺")


def _read_colloquial(text: str, figure: _Figure, lexicon: _Lexicon) -> bool:
    """一块四, 三块零五, 两米八: the last digit counts tenths (after 零 hundredths) of the unit."""
    unit = figure.unit
    if unit is None or unit.form not in _COLLOQUIAL_UNITS or figure.value is None:
        return False
    pattern = _COLLOQUIAL if figure.chinese else _COLLOQUIAL_DIGITS
    match = pattern.match(text, figure.end) or (_SMALL.match(text, figure.end) if unit.form == "毛" else None)
    if match is None or (unit.form == "元" and not match[1]) or (not figure.chinese and unit.form not in _COINS):
        return False
    digit = 5 if match[2] == "半" else _DIGITS.get(match[2]) or int(match[2])
    tenths = Decimal(digit).scaleb(-2 if match[1] else -1)
    figure.value, figure.end = figure.value + tenths, match.end()
    if unit.form == "块":
        figure.unit = lexicon.forms["块钱"]
    elif unit.dimension == "money" and unit.factor not in (None, 1):
        figure.value = _share(figure.value, unit.factor)
    figure.colloquial = True
    return True


_TENTHS = ("成", "折", "番")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def _share(value: Decimal | None, factor: Fraction | None) -> Decimal | None:
    if value is None or factor is None:
        return value
    return _tidy(_EXACT.divide(_EXACT.multiply(value, Decimal(factor.numerator)), Decimal(factor.denominator)))


def _read_tenths(text: str, figure: _Figure) -> None:
    """八成 is 80, 三成五 35, 四成半 45; 八折 80, 八五折 85; 两番 4."""
    form = figure.unit.form if figure.unit else ""
    if form == "番":
        figure.value = Decimal(2) ** int(figure.value) if figure.value is not None and figure.value <= 20 else None
        return
    if form == "折" and figure.chinese and figure.value is not None and figure.value > 10:
        return
    figure.value = _scaled(figure.value, 10)
    figure.lower, figure.upper = _scaled(figure.lower, 10), _scaled(figure.upper, 10)
    extra = text[figure.end : figure.end + 1]
    digit = 5 if extra == "半" else _DIGITS.get(extra) if extra else None
    if (
        form == "成"
        and digit is not None
        and figure.value is not None
        and text[figure.end + 1 : figure.end + 2] not in tuple("个家名户")
    ):
        figure.value += digit
        figure.end += 1


def _read_rate(text: str, figure: _Figure, lexicon: _Lexicon) -> None:
    """元/平方米, 微克/立方米, 米每秒: one unit with its base."""
    unit = figure.unit
    base = lexicon.unit_at(text, figure.end + 1)
    if unit is None or base is None:
        return
    # 三年每亩增收: only a rate is said with 每 in the middle (米每秒)
    if text[figure.end] == "每" and (base[0].measure or unit.measure or unit.dimension in ("duration", "money")):
        return
    below, figure.end = base
    speed = unit.dimension == "length" and below.dimension == "duration"
    figure.unit = _Unit(
        f"{unit.form}/{below.form}",
        f"{unit.symbol}/{below.symbol}",
        "speed" if speed else "rate",
        "m/s" if speed else None,
        unit.factor / below.factor if speed and unit.factor and below.factor else None,
    )


_HALVED = ("duration", "length", "mass", "area")
_MORE_BEFORE = re.compile(r"[的,。、;!?)”’历时前后来间\s]|$")


def _read_after(text: str, figure: _Figure, lexicon: _Lexicon) -> None:
    """多 and 半 after the unit, 级 of a class, and 以上 左右 以内."""
    unit = figure.unit
    following = text[figure.end : figure.end + 1]
    if (
        unit is not None
        and not figure.over
        and following == "多"
        and not unit.measure
        and _MORE_BEFORE.match(text, figure.end + 1)
    ):
        figure.over = True
        figure.end += 1
    elif following == "半" and unit is not None and _has_half(text, figure, unit) and figure.value is not None:
        figure.value += Decimal("0.5")
        figure.end += 1
    if text.startswith("级", figure.end) and _takes_level(figure) and not text.startswith("级别", figure.end):
        figure.level = True
        figure.end += 1
    spaced = figure.end + text.startswith(" ", figure.end)
    found = lexicon.suffix.match(text, spaced)
    if found is None and unit is not None and unit.symbol in ("hour", "min", "s") and text.startswith("内", figure.end):
        figure.suffix, figure.end = "at_most", figure.end + 1
    elif found is not None and not (
        found[0] in ("上下", "左右") and text.startswith(("游", "联动", "手"), found.end())
    ):
        figure.end = found.end()
        figure.suffix = lexicon.suffixes[found[0]]


def _has_half(text: str, figure: _Figure, unit: _Unit) -> bool:
    """三公里半, 两年半; not 三天半决赛."""
    return unit.dimension in _HALVED and not text.startswith(("半决赛", "半年", "半场", "半程"), figure.end)


def _takes_level(figure: _Figure) -> bool:
    unit = figure.unit
    if unit is None:
        return figure.written[-1] in "万亿"
    return not unit.measure and unit.dimension not in ("duration", "percent", "score", "multiple") and unit.form != "级"


# --- joining ---------------------------------------------------------------------------------------------------------


def _join(text: str, figures: list[_Figure], judge: _Judge) -> None:
    """Judge right to left, so that a list's last member, which has the unit, is known first."""
    _join_ladders(text, figures, judge.lexicon)
    if "间" in text:
        _free_between(text, figures)
    for index in range(len(figures) - 1, -1, -1):
        figure = figures[index]
        following = figures[index + 1] if index + 1 < len(figures) else None
        joins = following is not None and (
            following.rule or _BETWEEN.match(text, following.end) or _spans(text, figure, following)
        )
        if joins and following is not None and _join_next(text, figure, following):
            continue
        if not figure.rule or figure.rule == "governed":
            figure.rule = judge.rule(figure)
        if figure.rule and following is not None and following.rule and _shares_bound(text, figure, following):
            figure.suffix = following.suffix


def _join_ladders(text: str, figures: list[_Figure], lexicon: _Lexicon) -> None:
    """3元2角5分 and 2分33秒 are one amount each."""
    index = 0
    while index + 1 < len(figures):
        for scale in lexicon.ladders if _steps_on(text, figures[index], figures[index + 1]) else ():
            length = _ladder(text, figures, index, scale)
            if length > 1:
                _climb(figures, index, length, scale, lexicon)
                break
        index += 1


def _steps_on(text: str, figure: _Figure, following: _Figure) -> bool:
    """3元2角 stands end to end; 两公斤又三两 has a word between."""
    gap = following.start - figure.end
    return gap == 0 or (gap == 1 and text[figure.end] == "又")


def _ladder(text: str, figures: list[_Figure], index: int, scale: dict[str, Decimal]) -> int:
    """How many figures from this one on stand end to end with falling rungs of one ladder."""
    length, step = 0, Decimal(10**9)
    for figure in figures[index : index + 4]:
        rung = scale.get(figure.unit.form) if figure.unit is not None else None
        if rung is None or rung >= step or figure.value is None or figure.over:
            break
        if length and not _steps_on(text, figures[index + length - 1], figure):
            break
        length, step = length + 1, rung
    return length


def _climb(figures: list[_Figure], index: int, length: int, scale: dict[str, Decimal], lexicon: _Lexicon) -> None:
    """Replace the steps by one figure: of money in its main unit, else in the last one (2分33秒 is 153 s)."""
    first, last = figures[index], figures[index + length - 1]
    total = Decimal(0)
    for figure in figures[index : index + length]:
        form = figure.unit.form if figure.unit is not None else ""
        # 角 has been read as a tenth of a yuan already; 分 alone is a score or a minute until it follows a rung
        done = figure.unit is not None and figure.unit.dimension == "money" and not figure.unit.measure
        total += (figure.value or 0) * (1 if done else scale[form])
    if first.unit is not None and first.unit.form == "块":
        first.unit = lexicon.forms["块钱"]  # 十块三毛
    money = first.unit is not None and first.unit.dimension == "money"
    lowest = scale[last.unit.form] if last.unit is not None else Decimal(1)
    first.value = _tidy(total if money else total / lowest)
    if not money:
        first.unit = lexicon.forms["分钟"] if last.unit is not None and last.unit.form == "分" else last.unit
    first.end, first.suffix = last.end, last.suffix
    del figures[index + 1 : index + length]


def _join_next(text: str, figure: _Figure, following: _Figure) -> bool:
    gap = text[figure.end : following.start].strip().removeprefix("(含)")
    stated = gap in _DASHES and _spans(text, figure, following)
    if (stated or _is_between(text, figure, following, gap)) and figure.value is not None:
        _close_range(figure, following, figure.value)
        return figure.rule == "range"
    if gap in _DASHES and _is_range(text, figure, following, gap):
        figure.lower, figure.upper, figure.value = _low(text, figure, following), _high(following), None
        figure.unit, figure.rule = following.unit, "range"
        figure.end, figure.level, figure.suffix = following.end, following.level, None
        following.rule = ""
        return True
    if gap in _LINKS and _shares(text, figure, following):
        _share_unit(text, figure, following)
        return True
    return False


_BETWEEN = re.compile("之间|间(?=[,。;、!?)的]|$)")  # 5与8间隔 is another word
_SPAN_WORD = re.compile("(?:范围|区间|介于)[是为在约]{0,2}$")


def _free_between(text: str, figures: list[_Figure]) -> None:
    """300与500间 is 之间 and no number of rooms, which is written 300间和500间."""
    for figure, following in pairwise(figures):
        if following.unit is None or following.unit.form != "间" or figure.unit is not None or following.suffix:
            continue
        closed = text[following.end : following.end + 1] in ("", *",。;、!?)的")
        if closed and text[figure.end : following.start] in ("和", "与") and not _is_year_like(following):
            following.unit, following.end = None, following.end - 1


def _spans(text: str, figure: _Figure, following: _Figure) -> bool:
    """A word says that two bare numbers are the ends of a range: 取值范围为0.5至1.5."""
    if figure.unit is not None or following.unit is not None or figure.value is None:
        return False
    closed = text[following.end : following.end + 1] in ("", *",。;、!?)的之")
    return (
        closed
        and not _is_year_like(following)
        and _SPAN_WORD.search(text, max(0, figure.start - 6), figure.start) is not None
    )


def _is_between(text: str, figure: _Figure, following: _Figure, gap: str) -> bool:
    """20与30之间, 3万元和5万元之间."""
    if gap not in ("和", "与", "到", "至") or not _BETWEEN.match(text, following.end):
        return False
    if not text.startswith("之间", following.end) and (figure.unit or following.unit or gap in ("到", "至")):
        return False
    own, other = figure.unit, following.unit
    if own is not None:
        return other is not None and own.symbol == other.symbol
    return not _is_year_like(following) and (other is None or other.dimension != "duration")


def _is_year_like(figure: _Figure) -> bool:
    return figure.written.isdigit() and figure.value is not None and 1900 <= figure.value <= 2100


def _shares_bound(text: str, figure: _Figure, following: _Figure) -> bool:
    """90%、95%以上: both are lower ends."""
    same = figure.unit is not None and following.unit is not None and figure.unit.symbol == following.unit.symbol
    plain = figure.suffix is None and not figure.over and following.suffix in ("at_least", "at_most")
    return same and plain and text[figure.end : following.start] == "、"


def _low(text: str, figure: _Figure, following: _Figure) -> Decimal | None:
    low = figure.lower if figure.value is None else figure.value
    if figure.unit is None and following.unit is not None and following.unit.form == "成" and low is not None:
        low = _scaled(low, 10)
    return _same_magnitude(low, figure, following)


def _high(following: _Figure) -> Decimal | None:
    return following.upper if following.value is None else following.value


def _same_magnitude(low: Decimal | None, figure: _Figure, following: _Figure) -> Decimal | None:
    """3—5亿元 is 3亿 to 5亿, 七千到九千亿 7000亿 to 9000亿; 5000—1万 keeps its 5000."""
    if low is None or figure.unit is not None or figure.written[-1] in "万亿萬億" or following.value is None:
        return low
    tails = [f"[{_MAGNITUDES}kKwW]+$"] if figure.written[-1] not in _MAGNITUDES else []
    for tail in (*tails, "[万亿萬億]+$"):
        magnitude = re.search(tail, following.written)
        scale = Decimal(1)
        for character in magnitude[0] if magnitude else "":
            scale *= _SCALES[character]
        lifted = _scaled(low, scale)
        if lifted is not None and low < lifted < following.value:
            return lifted
    return low


_SCALES = {"百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SCALES |= {"k": 1000, "K": 1000, "w": 10**4, "W": 10**4}


def _is_range(text: str, figure: _Figure, following: _Figure, gap: str) -> bool:
    if following.unit is None or following.value is None or following.rule == "range":
        return False
    if figure.unit is not None and figure.unit.symbol != following.unit.symbol:
        return False
    if figure.unit is None and figure.chinese != following.chinese and gap in ("至", "到"):
        return False  # 统一至15%: one range is written in one script
    if figure.unit is None and not (figure.chinese or figure.written[0].isdigit() or figure.written[0] in "-−零负"):
        return False
    low, high = _low(text, figure, following), _high(following)
    if low is None or high is None or low >= high:
        return False
    before = text[max(0, figure.start - 1) : figure.start]
    if (
        before in ("从", "由")
        and figure.unit is not None
        and gap in ("到", "至")
        and not text.startswith("不等", following.end)
    ):
        return False
    return before not in ("第", "每") and not (before.isascii() and before.isalpha())


def _shares(text: str, figure: _Figure, following: _Figure) -> bool:
    """A bare member of a list whose last has the unit; 5.5个、2.9个百分点 has 个 for 个百分点."""
    unit = following.unit
    if unit is None or figure.value is None:
        return False
    if figure.unit is not None:
        return figure.unit.form == "个" and unit.form == "个百分点"
    if figure.chinese and (figure.value < 20 and "点" not in figure.written):
        return False
    before = text[figure.start - 1 : figure.start] if figure.start else ""
    enumerates = (
        text[figure.end] == "、"
        and (not before or before in "。;:( ")
        and figure.value == figure.value.to_integral_value()
    )
    if enumerates and figure.value < 30:
        return False
    return before not in ("第", "每", "-", ".") and not (before.isascii() and before.isalpha())


def _share_unit(text: str, figure: _Figure, following: _Figure) -> None:
    own = figure.unit
    figure.unit, figure.rule = following.unit, "shared_unit"
    if own is None and following.unit is not None and following.unit.form in ("成", "折"):
        figure.value = _scaled(figure.value, 10)
    elif own is None:
        figure.value = (
            _same_magnitude(figure.value, figure, following)
            if figure.value is not None and figure.value < 1000
            else figure.value
        )


# --- judging ---------------------------------------------------------------------------------------------------------


_COMPARES = re.compile(
    r"(?:大于|小于|等于|≥|≤|>|<|＞|＜|超过|高于|低于|少于|多于|优于|逾|不足|不到|至少|最多|最少|不超过)(?:或者?等于|等于)?[了是为]?$"
    "|[比率数量额值分]过$"
)
_REACHES = re.compile(
    r"(?:[升降增减提][到至为]|[提升下降低高回落大小化进]+[到至]|达到|仅为|[高低优好]于[^,。;\d]{0,4}|由)$"
)
_PRICE_WORD = re.compile(
    "(?:[月年日时]薪|工资|薪酬|租金|单价|均价|售价|价格|底薪|房租|报价|标价|工钱|就值|才值|落个|[卖挣赚花][了到出]?)[达到是为约近超]{0,2}$"
)
_PER_UNIT = re.compile(
    "[一每](?:平方米|平米|平|亩地?|公?斤|吨|只|头|间|[天年月趟])(?:才|就|能|要|卖|值|挣|赚|给){0,2}$"
)
_DISTANCE = re.compile("(?:[走跑离距隔行长宽]|相距|步行|方圆)[了近约有出达]{0,2}$")
_MOVES_ON = re.compile(
    "(?:逐[步年]|进一步|持续)?[缩扩升降提减增上下][小大高低升降少加至到]?[到至为]"
)  # 由1.94缩小到1.78
_SHIFTED = ("提前", "滞后", "落后", "延后", "推后", "靠后")
_OPENS_BOUND = (
    *("小于", "大于", "不大于", "不小于", "低于", "高于", "少于"),
    *("最少", "至少", "降", "下降", "升", "上升", "提高", "增"),
)
_HALF_MORE = re.compile("多(?=[,。;、!?)的”]|$)")  # 少了一半多
_SHRUNK = re.compile("(?:[压缩降减]|控制|缩短|压缩|压减)[到至在]$")
_MOVED = re.compile("(?:[进升降退跌落移]|提升|上升|下滑)了?$")  # 又进了一位
_HOUSE = re.compile("(?:号楼?|幢|栋|楼)$")


class _Judge:
    """Names the rule by which a figure is a quantity, or ``""``."""

    def __init__(self, text: str, lexicon: _Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.rules = lexicon.rules

    def before(self, figure: _Figure, width: int = 6) -> str:
        return self.text[max(0, figure.start - width - 1) : figure.start].rstrip()[-width:]

    def rule(self, figure: _Figure) -> str:
        """The rule that makes the figure a quantity; empty where a class of non-quantities holds it."""
        if not figure.written[0].isdigit() and _in_idiom(self.text, figure, self.lexicon):
            return ""
        if figure.fraction:
            return "fraction"
        if figure.numeral.form == "fraction" and "半" in figure.written:
            return self._half(figure)
        if self._attached(figure) or (figure.value is None and figure.lower is None):
            return ""
        if figure.rule == "governed":
            return "governed"
        return self._bare(figure) if figure.unit is None else self._measured(figure, figure.unit)

    def _measured(self, figure: _Figure, unit: _Unit) -> str:
        """The rule of a figure that has a unit."""
        if figure.colloquial:
            return unit.dimension
        special = _SPECIAL.get(unit.form)
        if self._named(figure) or (special is not None and not special(self, figure)):
            return ""
        if figure.level and unit.symbol == "kg":
            return ""  # 75公斤级 names a class of contest
        if figure.written in ("零", "一一", "亿万", "万万") or (
            figure.written in _LONE and self._lone(figure, unit) and not self._one(figure)
        ):
            return ""
        if figure.written[0] in "百千万亿":
            return "magnitude" if self._magnitude(figure) else ""
        if unit.dimension == "duration":
            return "duration" if self._duration(figure) else ""
        if unit.measure:
            return "count" if self._count(figure) else ""
        return unit.dimension

    @staticmethod
    def _lone(figure: _Figure, unit: _Unit) -> bool:
        """一 of 一个半小时 is no article."""
        return figure.value == figure.numeral.value or unit.dimension == "money"

    def _attached(self, figure: _Figure) -> bool:
        """PM2.5, 第3次, 每10万人, 2025-07号: part of a code, an ordinal or the base of a rate."""
        before = self.before(figure, 2)
        last = before[-1:]
        if not last:
            return False
        if last in "第№#×〔" or (last in "每" and not (figure.unit is not None and figure.unit.dimension == "money")):
            return True
        if last.isascii() and last.isalpha():
            return True
        if last in "-—" and re.search(r"\d[A-Za-z]{1,3}.$", self.before(figure, 6)):
            return False  # 1.6m-3.9m
        if (
            last in "-—·•"
            and len(before) == 2
            and before[0].isascii()
            and before[0].isalnum()
            and not before[0].isdigit()
        ):
            return True
        # 22:30档: a clock time
        return (last == "." or (last == ":" and before[0].isdigit())) and figure.written[0].isdigit()

    def _named(self, figure: _Figure) -> bool:
        """“四个意识”, 三大主粮, 五个方面, 七里坝村: Chinese numbers in names and of fixed sets."""
        text, unit = self.text, figure.unit
        if unit is None:
            return False
        if unit.form == "单元" and _HOUSE.search(text, max(0, figure.start - 6), figure.start):
            return True  # 3号楼2单元501室
        if not figure.chinese:
            return unit.form == "个" and text.startswith("方面", figure.end)
        if self._ordinal_sense(figure, unit) or self._numbered(figure, unit):
            return True
        if unit.measure and self.lexicon.sets.match(text, figure.end):
            return True
        if self._quoted_name(figure):
            return True
        at = figure.numeral.span.end
        return (
            figure.value is not None
            and figure.value <= 100
            and self.lexicon.toponym.match(text, at) is not None
            and self._toponym(figure)
        )

    def _numbered(self, figure: _Figure, unit: _Unit) -> bool:
        """安田村五组 is a group's name; 老两口 and 小两口 a couple."""
        before = self.before(figure, 2)
        if unit.form == "组":
            return before.endswith(("村", "社区", "队", "居委会", "湾"))
        return unit.form == "口" and before.endswith(("老", "小", "夫妻", "夫妇"))

    def _ordinal_sense(self, figure: _Figure, unit: _Unit) -> bool:
        """二类, 后两项, 三次会议: the number says which, not how many."""
        before = self.before(figure, 2)
        if unit.form == "次" and self.text.startswith(("会议", "全会", "全体会议"), figure.end):
            return before[-1:] in tuple("会大届员协委央")
        if unit.form == "条" and before[-1:] in ("新", "国"):
            return True  # 新十条 names a document
        # A count says 两, so 二 before a measure word is an ordinal; 前两项 and 后两项 point back.
        points = before[-1:] == "后" or (before[-1:] == "前" and before[:1] not in tuple("以目日此提之年天月眼当赛"))
        return unit.measure and (figure.written == "二" or points)

    def _toponym(self, figure: _Figure) -> bool:
        """七里坝村 is a name; 三条路 and 两座桥 count."""
        match = self.lexicon.toponym.match(self.text, figure.numeral.span.end)
        form = figure.unit.form if figure.unit else ""
        if match is None or self.text[match.end() : match.end() + 1] in tuple("级民委集内里外域企情容"):
            return False
        inner = len(match[0]) - len(form)
        return (
            form in ("里", "道", "台", "家", "间", "门", "枝", "盘", "丈", "尺", "眼", "步", "斗", "口")
            and inner >= 1
            and not (form in ("家", "道", "台", "间") and match[0][-1] not in "村镇乡屯庄沟堡寨")
        )

    def _quoted_name(self, figure: _Figure) -> bool:
        if figure.start == 0 or self.text[figure.start - 1] not in '“‘「『"':
            return False
        close = re.compile('[”’」』"]').search(self.text, figure.end, figure.end + 10)
        return (
            close is not None
            and close.start() > figure.end
            and _CLAUSE_END.search(self.text, figure.end, close.start()) is None
        )

    def _half(self, figure: _Figure) -> str:
        text = self.text
        if figure.written in ("一大半", "一多半"):
            figure.over = True
            return "half"
        if figure.written == "一半":
            if figure.unit is None and not figure.over and _HALF_MORE.match(text, figure.end):
                figure.over, figure.end = True, figure.end + 1
            return "" if figure.unit is not None else "half"
        unit = figure.unit
        if unit is not None and unit.symbol == "hour" and self._half_more(figure):
            return "half_unit"
        if figure.start and text[figure.start - 1] in "一两三四五六七八九十个":
            return ""
        if unit is not None and text.startswith(self.rules.period_after, figure.end):
            return ""
        if unit is not None and unit.form in ("小时", "个小时", "分钟", "个月", "个世纪", "个钟头", "个月时间", "秒"):
            return "half_unit"
        if unit is not None and unit.form in ("斤", "公斤", "米", "尺", "里", "里地", "亩", "吨"):
            return "half_unit"
        if unit is not None and unit.form in ("天", "年") and self.lexicon.measure_before.search(self.before(figure)):
            return "half_unit"
        if unit is None and text.startswith("数", figure.end) and figure.end == figure.numeral.span.end:
            figure.end += 1
            _read_after(text, figure, self.lexicon)
            return "half"
        if unit is None and self.lexicon.prefix.search(text, max(0, figure.start - 4), figure.start):
            following = text[figure.end : figure.end + 1]
            return "" if following and following in "个天年月小日百程夜山路途边时壁场径球岛" else "half"
        return ""

    def _half_more(self, figure: _Figure) -> bool:
        """用了个半小时 leaves the 一 out; 这个半小时 and 每个半小时 do not."""
        start = figure.start - 1
        if start < 0 or self.text[start] != "个":
            return False
        before = self.text[max(0, start - 6) : start]
        if start and not (self.lexicon.prefix.search(before) or self.lexicon.measure_before.search(before)):
            return False
        figure.start, figure.value = start, Decimal("1.5")
        return True

    def _one(self, figure: _Figure) -> bool:
        """一 is an article unless a word says that it measures."""
        unit = figure.unit
        if unit is None or unit.dimension in ("percent", "multiple", "percentage_point"):
            return True
        if unit.form in ("位", "名") and _MOVED.search(self.before(figure)):
            return True
        if unit.dimension == "duration" and unit.form in (
            "天",
            "周",
            "年",
            "个星期",
            "星期",
            "个月",
            "个月时间",
            "年时间",
            "天时间",
            "小时",
            "个小时",
            "分钟",
            "秒",
        ):
            return (
                figure.over
                or self.lexicon.one_measures.search(self.before(figure)) is not None
                or unit.form.endswith("时间")
            )
        if figure.over or figure.suffix in ("at_least", "approx"):
            return True
        if (
            not unit.measure
            and unit.dimension != "duration"
            and self.text[figure.end : figure.end + 1] in ("", *",。;、!?)")
        ):
            return self.before(figure, 1) not in ("后", "初", "先", "前")
        if unit.measure and self.before(figure).endswith(self.rules.one_articles):
            return False
        return self.lexicon.one_measures.search(self.before(figure)) is not None

    def _magnitude(self, figure: _Figure) -> bool:
        """亿元项目 and 千亩示范田 state an amount; 百年, 千家万户 and 百货 do not."""
        unit = figure.unit
        if unit is None or unit.dimension in ("duration", "score", "percent", "multiple"):
            return False
        if self._opens_unit(figure) or self.text[figure.start - 1 : figure.start] in (" ", "x", "X"):
            return False
        if self.before(figure, 1) in ("(", ":") and self.text[figure.end : figure.end + 1] in (")", "", ",", "、"):
            return False  # （亿元） and 单位：万元 state a unit
        bounded = (
            figure.over
            or self.lexicon.prefix.search(self.before(figure)) is not None
            or self.before(figure, 1) in ("达", "上")
        )
        if unit.measure:
            return (
                bounded
                or figure.numeral.value is None
                or (unit.form in self.rules.bare_counts and not self.text.startswith("的", figure.end))
            )
        return (
            (
                not (
                    unit.dimension == "money"
                    and self.text.startswith(("GDP", "国内生产总值", "地区生产总值", "工业增加值", "产值"), figure.end)
                )
                and figure.written not in ("百", "千")
            )
            or bounded
            or (unit.dimension in ("area", "power", "mass") and len(unit.form) <= 2)
        )

    def _opens_unit(self, figure: _Figure) -> bool:
        """千瓦 and 百帕 without a number are the unit."""
        return figure.written in ("千", "百") and self.lexicon.unit_at(self.text, figure.start) is not None

    def _duration(self, figure: _Figure) -> bool:
        """连续三年 measures; 过去三年, 三年来 and 三年行动 are periods and names, and 2025年 is a date."""
        unit, text = figure.unit, self.text
        if unit is None:
            return False
        before = self.before(figure)
        if unit.form in ("岁", "周岁", "虚岁", "日"):
            return True
        if unit.form == "年" and self._is_year(figure):
            return False
        cue = self.lexicon.measure_before.search(before) is not None
        if before.endswith(("前", "近", "过去", "未来", "今后", "最近", "这", "每", "第", "后")):
            cue = before.endswith(_SHIFTED) or (before[:-1].endswith("了") and before.endswith("近"))
            if (
                not cue
                and unit.dimension == "duration"
                and unit.symbol not in ("s", "min")
                and not before.endswith("将近")
            ):
                return (
                    before.endswith("近")
                    and unit.symbol in ("hour", "year")
                    and text.startswith(("时间", "历史", "的历史"), figure.end)
                )
        if figure.suffix:
            return True
        if self._term(figure, cue):
            return True
        if text.startswith(self.rules.period_after, figure.end) and unit.symbol not in ("min", "s"):
            return False
        if figure.lower is not None:
            return True
        return self._unbounded_duration(figure, cue)

    def _term(self, figure: _Figure, cue: bool) -> bool:
        """压缩到十天内: 内 after a duration that measures is 以内."""
        if not cue or not self.text.startswith("内", figure.end) or not _SHRUNK.search(self.before(figure)):
            return False
        figure.suffix, figure.end = "at_most", figure.end + 1
        return True

    def _unbounded_duration(self, figure: _Figure, cue: bool) -> bool:
        unit, text = figure.unit, self.text
        if unit is not None and unit.form in ("年", "周", "天", "个月", "周年"):
            if unit.form == "周年" and not figure.chinese:
                return True
            after = text.startswith(self.rules.measure_after, figure.end)
            closed = unit.form == "年" and text[figure.end : figure.end + 1] in ("", *",。;、!?)” ")
            if unit.form in ("年", "周年"):
                return cue or after or figure.over or (closed and self.before(figure, 1) not in ("", *",。;、!?(“"))
        return True

    def date_day(self, figure: _Figure) -> bool:
        """30日内 is a term of days; 30日 a date."""
        return self.text.startswith("内", figure.end) and not self.before(figure, 1).endswith("月")

    def _is_year(self, figure: _Figure) -> bool:
        value = figure.value
        if value is None or figure.over:
            return False
        positional = figure.chinese and not any(c in figure.written for c in "十百千万亿") and len(figure.written) > 1
        return positional or (figure.written.isdigit() and len(figure.written) == 4 and 1000 <= value <= 2999)

    def _count(self, figure: _Figure) -> bool:
        unit = figure.unit
        if unit is None:
            return False
        if not figure.chinese or (figure.value is not None and figure.value >= 20) or figure.value is None:
            return not unit.digits or not figure.chinese
        if unit.digits:
            return False
        # 养老、工伤、失业三项社会保险: the number closes a list that it does not count
        if unit.form in ("项", "种", "类", "大") and self._closes_list(figure):
            return False
        return not self._distributes(figure)

    def _closes_list(self, figure: _Figure) -> bool:
        clause = self.text[max(0, figure.start - 12) : figure.start]
        tail = re.split(r"[,。;!?:”》]", clause)[-1]
        last = tail.rpartition("、")
        return bool(last[1]) and 0 < len(last[2]) <= 6 and not last[2].endswith("等")

    def _distributes(self, figure: _Figure) -> bool:
        """一件一件, 两两: the same measure twice in a row walks through things."""
        form = figure.unit.form if figure.unit else ""
        return self.text.startswith(figure.written + form, figure.end)

    def _bare(self, figure: _Figure) -> str:
        """A figure without unit counts where it has 万 or 亿, stands for an index, or counts a noun (16城市)."""
        text = self.text
        if figure.level:
            return "level"
        last = figure.written[-1]
        following = text[figure.end : figure.end + 1]
        bounded = self.lexicon.prefix.search(self.before(figure)) is not None
        if self._priced(figure):
            return "money"
        if figure.written[0] in "百千万亿":
            return self._bare_magnitude(figure, bounded)
        if last in "万亿" or (figure.over and last in "万亿余多"):
            return "" if following and following in "向万岁" else "bare_magnitude"
        if figure.value is None:
            return "vague" if figure.lower is not None and last in "万亿" else ""
        if self._compared(figure, following) or self._exceeded(figure):
            return "index"
        if figure.chinese:
            return ""
        if self._dated(figure, following):
            return ""
        if following and text.startswith(self.rules.nouns, figure.end) and "." not in figure.written:
            return (
                "noun" if self.before(figure, 1) not in ("+", "-", "—", "/", ".", ":") and figure.value < 1900 else ""
            )
        if self.lexicon.index_cue.search(self.before(figure, 16)) and (not following or following in ",。;、()!?和;"):
            return "index"
        return ""

    def _priced(self, figure: _Figure) -> bool:
        """月薪四千五, 人民币350万, 每斤卖到八块: a price without its unit, after a word that names one."""
        if self.text[figure.end : figure.end + 1] not in ("", *",。;、!?)的多左以") or self._dated(figure, ""):
            return False
        before = self.before(figure, 6)
        for width in (2, 3, 4):
            named = self.lexicon.forms.get(before[-width:])
            if named is not None and named.dimension == "money" and named.factor == 1:
                figure.unit = named
                return True
        value = figure.value if figure.value is not None else figure.lower
        spoken = figure.chinese or figure.written[-1] in "kKwW"
        if spoken and value is not None and value >= 100 and (_PRICE_WORD.search(before) or _PER_UNIT.search(before)):
            figure.unit = self.lexicon.forms["元"]
            return True
        return False

    def _compared(self, figure: _Figure, following: str) -> bool:
        """超过300, 低于1.82: a bare number that a word compares; a year or a code is none."""
        closed = not following or following in ",。;、()!?的且并而之" or self.text.startswith(_OPENS_BOUND, figure.end)
        closed = closed or ("." in figure.written and _MOVES_ON.match(self.text, figure.end) is not None)
        if not closed or self.text.startswith(("而立", "的中"), figure.end):
            return False
        if _is_year_like(figure) or figure.value is None or (figure.over and figure.chinese):
            return False
        before = self.before(figure, 8)
        if _COMPARES.search(before) or self._bounded_after(figure, before):
            return not figure.chinese or figure.value >= 20
        return "." in figure.written and not figure.chinese and _REACHES.search(before) is not None

    def _exceeded(self, figure: _Figure) -> bool:
        """比三十大一些; not 比2021年多."""
        named = figure.value is None or _is_year_like(figure) or (figure.chinese and figure.value < 10)
        return not named and self.before(figure, 1) == "比" and _EXCEEDS.match(self.text, figure.end) is not None

    @staticmethod
    def _bounded_after(figure: _Figure, before: str) -> bool:
        return figure.suffix is not None and (figure.value or 0) >= 10 and not before.endswith(("到", "至"))

    def _dated(self, figure: _Figure, following: str) -> bool:
        return bool(following) and following in _DATE_ENDS

    def _bare_magnitude(self, figure: _Figure, bounded: bool) -> str:
        following = self.text[figure.end : figure.end + 1]
        if figure.written == "亿万":
            return ""
        if len(figure.written) > 1 and self.text.startswith(self.rules.crowds, figure.end):
            return "bare_magnitude"
        if not bounded or self._opens_unit(figure):
            return ""
        if len(figure.written) == 1 and following and following not in ',。;!?、)” "':
            return ""
        return "bare_magnitude"

    # Units whose form is also another word: context decides. Each returns whether it is the unit here.

    def grade(self, figure: _Figure) -> bool:
        """6.8级地震, 9级大风; not 三级医院, 二级响应."""
        window = self.text[max(0, figure.start - 8) : figure.end + 6]
        cue = any(word in window for word in self.rules.scale_cues)
        return (
            cue
            and self.before(figure, 1) not in ("第",)
            and not self.text.startswith(("响应", "应急", "预警", "以上"), figure.end)
        )

    def point(self, figure: _Figure) -> bool:
        if figure.chinese:
            return False
        if "." in figure.written or (figure.value is not None and figure.value > 24):
            return True
        return self.lexicon.index_cue.search(self.before(figure, 14)) is not None or self.before(figure, 2) in (
            "上涨",
            "下跌",
            "上升",
            "下降",
            "回落",
            "提高",
        )

    def mark(self, figure: _Figure) -> bool:
        """92.5分 scores; 9时30分 tells the time."""
        if figure.chinese and not ("点" in figure.written or (figure.value is not None and figure.value > 20)):
            return False
        return re.search(r"[时点:]\s?$", self.before(figure, 2)) is None

    def degree(self, figure: _Figure) -> bool:
        """14亿度 of electricity, 气温38度, 旋转180度; not 二度, 5度电 handled by its own form."""
        if figure.chinese and (figure.value is None or figure.value < 10):
            return any(word in self.before(figure, 6) for word in ("温", "零下"))
        return True

    def cubic(self, figure: _Figure) -> bool:
        return not figure.chinese or figure.written[-1] in "万亿千百"

    def split(self, figure: _Figure) -> bool:
        return self.before(figure, 2).endswith(self.rules.splits) and figure.chinese

    def money(self, figure: _Figure) -> bool:
        """二元 and 三元 are words; money says 两元."""
        return figure.written not in ("二", "多")

    def small_money(self, figure: _Figure) -> bool:
        """5角; 两毛, 五毛钱: in Chinese the amount has to end there (三角地, 五角星)."""
        following = self.text[figure.end : figure.end + 1]
        if figure.unit is not None and figure.unit.form == "角" and figure.chinese:
            return False  # 长三角
        return not figure.chinese or not following or following in ",。;、!?)的左以多一到至—"

    def tenth(self, figure: _Figure) -> bool:
        """三成; the number is one to ten."""
        value = figure.value if figure.value is not None else figure.lower
        return value is not None and value <= 100

    def rebate(self, figure: _Figure) -> bool:
        cue = re.search(r"(?:打|享|至|低至|按|的|价|优惠|约|近|让利)[了受]?$", self.before(figure, 4)) is not None
        return cue and figure.value is not None and figure.value <= 100

    def doubling(self, figure: _Figure) -> bool:
        return "翻" in self.before(figure, 4)

    def day(self, figure: _Figure) -> bool:
        return not self.before(figure, 2).endswith(("第", "春运第", "头"))

    def li(self, figure: _Figure) -> bool:
        if self.text[figure.end - 1] == "地" or (figure.unit is not None and figure.unit.form == "华里"):
            return True
        return _DISTANCE.search(self.before(figure, 4)) is not None or self.text.startswith(("路", "多路"), figure.end)

    def liang(self, figure: _Figure) -> bool:
        """六斤八两, 重6两; elsewhere 两 is a number."""
        if "斤" in self.text[figure.start : figure.end]:
            return True
        following = self.text[figure.end : figure.end + 1]
        bounded = figure.suffix is not None or figure.over
        return figure.written not in ("两", "一一") and (
            bounded or not following or following in ",。;、!?)半重酒米面茶银金黄"
        )

    def capital(self, figure: _Figure) -> bool:
        """叁拾圆 on a receipt; 三圆 are circles."""
        return figure.numeral.form == "capital"


_SPECIAL: dict[str, Callable[[_Judge, _Figure], bool]] = {
    "元": _Judge.money,
    "分": _Judge.mark,
    "华里": _Judge.li,
    "天": _Judge.day,
    "度": _Judge.degree,
    "成": _Judge.tenth,
    "折": _Judge.rebate,
    "方": _Judge.cubic,
    "点": _Judge.point,
    "番": _Judge.doubling,
    "级": _Judge.grade,
    "两": _Judge.liang,
    "圆": _Judge.capital,
    "毛": _Judge.small_money,
    "角": _Judge.small_money,
    "日": _Judge.date_day,
    "路": _Judge.split,
    "里地": _Judge.li,
    "里": _Judge.li,
}
_LONE = frozenset(["一", "壹"])


# --- ranks, ratios, governed figures ---------------------------------------------------------------------------------


_ORDINALS_ALONE = re.compile("(?:第[零一二三四五六七八九十百千万\\d]+[名位回]?[、,]?)+")


def _ranks(text: str, lexicon: _Lexicon, alone: bool = False) -> list[Candidate[Quantity]]:
    out: list[Candidate[Quantity]] = []
    if alone and _ORDINALS_ALONE.fullmatch(text):
        for match in re.finditer("第([^第名位回、,]+)[名位]?", text):
            value = parse(match[1])
            out += [] if value is None else [_rank(match.start(), match.end(), int(value), "nth")]
        return out
    if text.count("第") > 1:
        out += _rank_ranges(text, lexicon)
    taken = _Stretches(candidate.span for candidate in out)
    for match in lexicon.ordinal.finditer(text):
        if taken.meet(*match.span()):
            continue
        clause = text[_clause_start(text, match.start()) : match.start()]
        if match[0] == "首":
            found = _first(text, match.start(), clause, lexicon)
        elif match[2]:
            found = _nth(text, match, clause, lexicon)
        else:
            found = _among(text, match, clause, lexicon)
        if found is not None:
            out.append(found)
    return out


def _clause_start(text: str, at: int) -> int:
    window = max(0, at - 24)
    last = 0
    for match in _CLAUSE_END.finditer(text, window, at):
        last = match.end()
    return max(window, last)


def _rank(
    start: int, end: int, value: int, rule: str, bound: str = "exact", from_end: bool = False
) -> Candidate[Quantity]:
    quantity = Quantity(Decimal(value), None, None, None, "rank", bound, from_end=from_end)
    return Candidate(SurfaceSpan(start, end), quantity, 0.9, f"rule:quantity.{rule}", "")


_PLACE_OF_FIRST = re.compile(r"(?:[位列排]居|居|列|占据|占|升至|跃居|稳居|排|跃升至|高居|保持)[^,。;]{0,10}$")
_SCOPED = re.compile(
    r"(?:全国|我国|中国|国内|世界|全球|亚洲|国际|全省|全市|全县|全区|省内|市内|史上|历史|业内|行业|领域|[市省县区国])$"
)


_QUARTER = re.compile("[东西华][北南东西中]$|[东南西北中]部$")  # 西北首家, 中部首个


def _first(text: str, at: int, clause: str, lexicon: _Lexicon) -> Candidate[Quantity] | None:
    """首个 where a scope is stated right before it, 居首位, 居…之首, 居首."""
    following = text[at + 1 : at + 2]
    if following == "位":
        return _rank(at, at + 1, 1, "first") if _PLACE_OF_FIRST.search(clause) else None
    if text.startswith(lexicon.rules.first_not, at + 1):
        return None
    if (
        clause.endswith(("之", "居", "列", "榜"))
        and _PLACE_OF_FIRST.search(clause)
        and (not following or following in ",。;、!?)的” ")
    ):
        return _rank(at, at + 1, 1, "first")
    found = lexicon.unit_at(text, at + 1)
    if found is None or not found[0].measure or not clause:
        return None
    if (clause[-1] not in lexicon.rules.scope_ends and not _QUARTER.search(clause)) or lexicon.scope_not.search(clause):
        return None
    return _rank(at, at + 1, 1, "first_of_scope")


_ORDINALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


def _ordinal_value(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    if len(written) == 1:
        return _ORDINALS.get(written)
    tens, found, units = written.partition("十")
    if not found or "百" in written:
        return None
    return (_ORDINALS.get(tens, 1) if tens else 1) * 10 + (_ORDINALS.get(units, 0) if units else 0)


_DEGREE = re.compile("[高低多少快慢长短强早大](?=[的,。;、!?)]|$)")  # 数量全省第四少


def _nth(text: str, match: re.Match[str], clause: str, lexicon: _Lexicon) -> Candidate[Quantity] | None:
    """居全市第二, 小麦第一大省, 第4位; not 第二批, 第十届, 第一线."""
    value = _ordinal_value(match[2])
    if value is None:
        return None
    end = match.end()
    from_end = bool(match[1])
    following = text[end : end + 1]
    closed = not following or following in ',。;、!?)(的”’ ；"'
    cue = lexicon.rank_cue.search(clause) is not None
    if match[3]:
        return _rank(match.start(), end, value, "nth", from_end=from_end) if closed and (cue or from_end) else None
    if from_end or (closed and cue):
        return _rank(match.start(), end, value, "nth", from_end=from_end)
    if _DEGREE.match(text, end):
        return _rank(match.start(), end, value, "nth")
    if text.startswith(lexicon.rules.rank_nouns, end) and not text.startswith(("大街", "大道", "大队", "大会"), end):
        return _rank(match.start(), end, value, "nth")
    found = lexicon.unit_at(text, end)
    if (
        found is not None
        and found[0].measure
        and found[0].form in ("个", "艘", "座", "条", "架", "颗", "家")
        and _SCOPED.search(clause)
    ):
        return _rank(match.start(), found[1], value, "nth")
    return None


_PLACES = re.compile(
    r"第([一二三四五六七八九十\d]{1,4})[名位]?(?:(和|与)|[至到~—-])第([一二三四五六七八九十\d]{1,4})[名位]?(之间)?"
)


def _rank_ranges(text: str, lexicon: _Lexicon) -> list[Candidate[Quantity]]:
    """排名在第五至第八位 and 第五和第八之间; 第五和第八 are two ranks."""
    out = []
    for match in _PLACES.finditer(text):
        low, high = _ordinal_value(match[1]), _ordinal_value(match[3])
        clause = text[_clause_start(text, match.start()) : match.start()]
        closed = text[match.end() : match.end() + 1] in ("", *",。;、!?)(的")
        if low is None or high is None or low >= high or not closed or (match[2] and not match[4]):
            continue
        if lexicon.rank_cue.search(clause):
            value = Quantity(None, Decimal(low), Decimal(high), None, "rank", "range")
            end = match.end() - len(match[4] or "")
            out.append(Candidate(SurfaceSpan(match.start(), end), value, 0.85, "rule:quantity.places", ""))
    return out


_AMONG = re.compile(r"[列居进入跻排位身在球国省市县区界业]$|(?:排名|[位名]次)$|跻身|进入|保持")
_LAST = re.compile(r"(?:排名|排位|名次|位居|位列|排在|列|居|考核)(?:全[国省市县区镇])?$")


def _among(text: str, match: re.Match[str], clause: str, lexicon: _Lexicon) -> Candidate[Quantity] | None:
    """进入全省前三, 位居全国前十: at most that place."""
    value = {"百": 100, "两": 2}.get(match[4], _ordinal_value(match[4]))
    last = match[0][0] == "后"
    end = match.end(4) if match[5] == "强" else match.end()
    following = text[match.end() : match.end() + 1]
    closed = not following or following in ",。;、!?)(的”’ 行；"
    if value is None or not closed or not (_LAST if last else _AMONG).search(clause):
        return None
    return _rank(match.start(), end, value, "among", bound="at_most", from_end=last)


_RATIO = re.compile(r"(?<![\d.:︰∶])\d+(?:\.\d+)?(?:\s?[:︰∶比]\s?\d+(?:\.\d+)?)+(?![\d:︰∶%])")
_CHINESE_RATIO = re.compile(
    r"(?<![一二两三四五六七八九十第])([一二两三四五六七八九十])比([零一二三四五六七八九十])(?![一二三四五六七八九十年月日个百千万比])"
)
_CLOCK = re.compile(r"[0-2]?\d[:︰∶][0-5]\d(?:[:︰∶][0-5]\d)?$")
_RATIO_CUE = re.compile(r"(?:比例|结构|配比|之比|占比|比为|调整|比分|比值|优化|构成|坡比|比)[^,。;]{0,8}$")


def _ratios(text: str, numerals: Sequence[Numeral]) -> list[Candidate[Quantity]]:
    """1:2.5, 三比一, 11.8︰48.3︰39.9; a clock time is none."""
    if not any(mark in text for mark in ":︰∶比") or len(numerals) < 2:
        return []
    out = []
    for match in _RATIO.finditer(text):
        cue = _RATIO_CUE.search(text[max(0, match.start() - 12) : match.start()]) is not None
        if _CLOCK.fullmatch(match[0]) and not cue:
            continue
        if re.match(r"[年月日号]|[A-Za-z]", text[match.end() : match.end() + 1]) or re.match(
            r"[A-Za-z\-/]", text[max(0, match.start() - 1) : match.start()]
        ):
            continue
        parts = tuple(Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", match[0]))
        out.append(_ratio(match.span(), parts))
    for match in _CHINESE_RATIO.finditer(text):
        if match[0] not in ("一比一",) or _RATIO_CUE.search(text[max(0, match.start() - 12) : match.start()]):
            values = (_ORDINALS.get(match[1], 2), _ORDINALS.get(match[2], 0))
            out.append(_ratio(match.span(), tuple(Decimal(v) for v in values)))
    return out


def _ratio(span: tuple[int, int], parts: tuple[Decimal, ...]) -> Candidate[Quantity]:
    quantity = Quantity(None, None, None, None, "other", "exact", parts=parts)
    return Candidate(SurfaceSpan(*span), quantity, 0.85, "rule:quantity.ratio", "")


def _medals(text: str, numerals: Sequence[Numeral]) -> list[Candidate[Quantity]]:
    """一金两银, 获3金2银1铜: a count of each medal."""
    out: list[Candidate[Quantity]] = []
    for index, numeral in enumerate(numerals):
        if numeral.value is None or text[numeral.span.end : numeral.span.end + 1] not in tuple("金银铜"):
            continue
        before = index and numerals[index - 1].span.end + 1 == numeral.span.start and out
        after = index + 1 < len(numerals) and numerals[index + 1].span.start == numeral.span.end + 1
        following = after and text[numerals[index + 1].span.end : numerals[index + 1].span.end + 1] in tuple("银铜")
        if before or following:
            value = Quantity(numeral.value, None, None, None, "count", "exact")
            out.append(Candidate(numeral.span, value, 0.9, "rule:quantity.medals", text[numeral.span.end]))
    return out


_BRACKET = re.compile(r"\((?:单位[::]?\s?|计量单位[::]?\s?)?([万亿百千十]*)([^()\d\s,。]{1,8})\)[\s:：|]*$")
_DECLARED = re.compile(r"单位[::]\s?([万亿百千十]*)([^()\d\s,。;、|]{1,6})")


def _stated(magnitude: str, form: str, lexicon: _Lexicon) -> _Unit | None:
    """A unit written alone (亿元, 万人); its form keeps the magnitude as a factor on the figure."""
    unit = lexicon.forms.get(form)
    if unit is None or (unit.measure and not magnitude and len(form) > 2):
        return None
    scale = 1
    for character in magnitude:
        scale *= {"十": 10, "百": 100, "千": 1000, "万": 10**4}.get(character, 10**8)
    return replace(unit, form=f"*{magnitude}{form}", factor=Fraction(scale), blocked=(form,))


def _bracketed(text: str, numerals: Sequence[Numeral], lexicon: _Lexicon) -> dict[int, _Unit]:
    """收入（亿元）14.02: the bracket right before a bare figure states its unit."""
    if "(" not in text:
        return {}
    out = {}
    for numeral in numerals:
        match = _BRACKET.search(text, max(0, numeral.span.start - 16), numeral.span.start)
        unit = _stated(match[1], match[2], lexicon) if match else None
        if unit is not None:
            out[numeral.span.start] = unit
    return out


class _Table:
    """What a heading, a 单位 line or a column head says of the bare figures below it."""

    def __init__(self, lexicon: _Lexicon) -> None:
        self.lexicon = lexicon
        self.unit: _Unit | None = None
        self.columns: dict[int, _Unit] = {}

    def governed(self, text: str, numerals: Sequence[Numeral]) -> dict[int, _Unit]:
        """Units of the bare figures of one line; the line itself may state units for those that follow."""
        declared = _DECLARED.search(text)
        if declared is not None:
            self.unit, self.columns = _stated(declared[1], declared[2], self.lexicon), {}
        cells = _cells(text)
        if len(cells) < 2:
            if not numerals or len(text) > 60:
                self.columns = {}
            return {}
        heads = {i: unit for i, (start, end) in enumerate(cells) if (unit := self._head(text[start:end])) is not None}
        figures = {n.span.start: n for n in numerals}
        alone = {i: start for i, (start, end) in enumerate(cells) if (n := figures.get(start)) and n.span.end == end}
        if heads and not alone:
            self.columns = heads
            return {}
        row = heads.get(0)
        chosen = {start: row or self.columns.get(i) or self.unit for i, start in alone.items() if i}
        return {start: unit for start, unit in chosen.items() if unit is not None}

    def _head(self, cell: str) -> _Unit | None:
        match = re.search(r"\(([万亿百千]*)([^()\d\s]{1,8})\)$", cell)
        return _stated(match[1], match[2], self.lexicon) if match else None


def _cells(text: str) -> list[tuple[int, int]]:
    """Cells of a table row in text, as spans without white space at the edges."""
    if "|" not in text and "\t" not in text and "  " not in text:
        return []
    out = []
    for match in re.finditer(r"(?:(?!\s{2}|\t)[^|])+", text):
        cell = match[0]
        left = len(cell) - len(cell.lstrip())
        if cell.strip():
            out.append((match.start() + left, match.start() + left + len(cell.strip())))
    return out


# --- emission --------------------------------------------------------------------------------------------------------


def _candidate(text: str, figure: _Figure, lexicon: _Lexicon) -> Candidate[Quantity]:
    unit, dimension, si_unit, factor = _unit_of(text, figure, lexicon)
    bound, bound_span = _bound(text, figure, lexicon)
    si_value = _si(figure.value, factor) if si_unit is not None else None
    quantity = Quantity(
        figure.value,
        figure.lower,
        figure.upper,
        unit,
        dimension,
        bound,
        bound_span,
        si_value,
        si_unit if si_value is not None else None,
        expresses=_expresses(text, figure),
    )
    because = figure.unit.form.lstrip("*") if figure.unit is not None else figure.written[:20]
    return Candidate(
        SurfaceSpan(figure.start, figure.end),
        quantity,
        _CONFIDENCE.get(figure.rule, 0.9),
        f"rule:quantity.{figure.rule}",
        because,
    )


_CONFIDENCE = {
    "bare_magnitude": 0.85,
    "duration": 0.8,
    "index": 0.8,
    "level": 0.85,
    "magnitude": 0.85,
    "noun": 0.8,
    "half": 0.85,
}


def _unit_of(text: str, figure: _Figure, lexicon: _Lexicon) -> tuple[str | None, str, str | None, Fraction | None]:
    unit = figure.unit
    if unit is None:
        return _unit_of_bare(text, figure, lexicon)
    if unit.dimension == "money":
        currency = _currency_before(text, figure, unit, lexicon)
        return currency, "money", currency, Fraction(1)
    if unit.form in ("度", "°"):
        return _unit_of_degree(text, figure)
    if unit.form == "块" and _is_sum(text, figure):
        return "CNY", "money", "CNY", Fraction(1)
    if unit.form == "块" and _PRICED.search(text, max(0, figure.start - 10), figure.start):
        return "CNY", "money", "CNY", Fraction(1)
    if (
        unit.dimension == "length"
        and unit.form in ("公里", "千米", "米", "km")
        and re.search(r"时速[^,。;\d]{0,4}$", text[max(0, figure.start - 8) : figure.start])
    ):
        return f"{unit.symbol}/h", "speed", "m/s", (unit.factor or Fraction(1)) / 3600
    factor = lexicon.forms[unit.blocked[0]].factor if unit.form.startswith("*") else unit.factor
    return unit.symbol, unit.dimension, unit.si_unit, factor


def _is_sum(text: str, figure: _Figure) -> bool:
    """三五百块 and 几万块 are money; 三百块地砖 are tiles."""
    following = text[figure.end : figure.end + 1]
    return figure.written[-1] in _MAGNITUDES and (not following or following in ",。;、!?)的左以")


_PRICED = re.compile("[价钱卖挣赚花省付费元资贴补]")  # 每月多挣300块


def _currency_before(text: str, figure: _Figure, unit: _Unit, lexicon: _Lexicon) -> str:
    """港币2960元 is money of Hong Kong."""
    if unit.form == "元":
        for width in (2, 3):
            named = lexicon.forms.get(text[max(0, figure.start - width) : figure.start])
            if named is not None and named.dimension == "money":
                return named.symbol
    return unit.symbol


def _unit_of_degree(text: str, figure: _Figure) -> tuple[str, str, str | None, Fraction | None]:
    before = text[max(0, figure.start - 8) : figure.start]
    if "华氏" in before:
        return "[degF]", "temperature", None, None
    if "温" in before or "摄氏" in before or "零下" in figure.written:
        return "Cel", "temperature", None, None
    electric = figure.written[-1] in "万亿" or re.search(r"[电能]", before)
    return ("kWh", "energy", "J", Fraction(3600000)) if electric else ("deg", "other", None, None)


def _unit_of_bare(text: str, figure: _Figure, lexicon: _Lexicon) -> tuple[str | None, str, str | None, Fraction | None]:
    if figure.fraction or figure.rule == "half":
        return None, "fraction", None, None
    if figure.rule in ("index", "alone", "range"):
        return None, "other", None, None
    if figure.rule == "level" and text.startswith(lexicon.rules.class_nouns, figure.end):
        return "CNY", "money", "CNY", Fraction(1)
    if figure.rule == "noun":
        return None, "count", None, None
    following = text[figure.end : figure.end + 1]
    clause = text[_clause_start(text, figure.start) : figure.start]
    money = [m.end() for m in lexicon.money_cue.finditer(clause)]
    count = [m.end() for m in lexicon.count_cue.finditer(clause)]
    closed = not following or not "\u4e00" <= following <= "\u9fff" or following in "的以左大台增"
    if money and closed and (not count or money[-1] >= count[-1]):
        return "CNY", "money", "CNY", Fraction(1)
    return None, "count", None, None


_EXCEEDS = re.compile("(?:([大高多长])|[小低少短])(?=一?[些点]|[的,。;、!?)]|$)")  # 比三十大一些


def _bound(text: str, figure: _Figure, lexicon: _Lexicon) -> tuple[str, SurfaceSpan | None]:
    if figure.rule == "range":
        return "range", None
    start = max(0, figure.start - 9)
    match = lexicon.prefix.search(text, start, figure.start)
    if match is not None:
        bound, unless = lexicon.bounds[match[1]]
        if match[1] == "突破" and figure.unit is not None and figure.unit.form == "项" and figure.end < len(text):
            unless = text[match.start() - 1 : match.start()]  # 突破20项技术 breaks through them
        if not unless or text[match.start() - 1 : match.start()] not in unless or match.start() == 0:
            return bound, SurfaceSpan(match.start(1), match.end(1))
    if figure.suffix is not None:
        return figure.suffix, None
    exceeds = _EXCEEDS.match(text, figure.end) if text[figure.start - 1 : figure.start] == "比" else None
    if exceeds is not None and figure.value is not None:
        return ("over" if exceeds[1] else "under"), SurfaceSpan(*exceeds.span())
    if figure.value is None:
        return ("vague" if _is_vague(figure) else "range"), None
    if figure.level:
        return "approx", None
    return ("over" if figure.over else "exact"), None


def _is_vague(figure: _Figure) -> bool:
    return any(mark in figure.written for mark in "几数上")


_RISE = re.compile(
    r"(?:增长|增加|下降|减少|提高|上升|提升|回落|增幅|扩大|高出|降低|多|少|上涨|下跌|增速|减|增)(?:了|近|约|超|超过|逾|达)*$"
)
_REACH = re.compile(
    r"(?:[增升降提扩减][至到为]|增长到|提高到|增长至|提高至|扩大到|达到|达|相当于[^,。;]{0,8}的?|[是为][^,。;]{0,14}的)(?:了|近|约|超|超过)*$"
)


def _expresses(text: str, figure: _Figure) -> str | None:
    unit = figure.unit
    if unit is None:
        return None
    before = text[max(0, figure.start - 20) : figure.start]
    if unit.form == "番" or _REACH.search(before):
        return "ratio" if unit.dimension == "multiple" else None
    return "difference" if _RISE.search(before) else None


def _si(value: Decimal | None, factor: Fraction | None) -> Decimal | None:
    if value is None or factor is None:
        return None
    product = _EXACT.multiply(value, Decimal(factor.numerator))
    result = _SI.divide(product, Decimal(factor.denominator))
    # Plain notation as long as it is exact: 1402000000, not 1.402E+9.
    return _tidy(result)
