"""Numerals: every written number of a surface, with its exact value.

Digits, Chinese, capital and mixed numbers, decimals, fractions and vague numbers are found in one
left-to-right walk. What a number counts is the next stage's question: 八 of 八一校区 is a numeral too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge, default
from govclaim.spans import SurfaceSpan
from govclaim.values import Numeral

__all__ = ["MagnitudeRow", "VariantRow", "find", "fold", "parse"]

APPROXIMATORS = "余多来几"
"""What may stand between a number and its magnitude (1380余亿): the number is a lower end."""

# No figure of any text is longer; an endless run of digits must not cost quadratic time in Decimal.
_LONGEST = 60
_EXACT = Context(prec=400)
_QUOTIENT = Context(prec=12)

# 总数百余家, 人数千分之三: the 数 ends a noun there and makes no vague number
_NOUNS_IN_COUNT = frozenset("人总户倍次指基系个位件参复双单函整")
# 网上百家店铺, 6级以上千瓦: the 上 belongs to the word before
_WORDS_IN_UP = frozenset("以线网地路车船山楼晚早马海天世身手脸墙街会史桌纸迈登踏冲跃跨站走")
# 队伍十六年, 大陆百家: the capital ends the word before
_WORDS_IN_CAPITAL = {"伍": "队入退落行", "陆": "大登着内水上", "拾": "收捡", "肆": "放"}
# 负一层, 负二楼: floors
_FLOORS = frozenset("层楼号")
# 一两个, 两三天: 两 is a number before a measure word, and a weight elsewhere (三两茶叶)
_AFTER_TWO = frozenset("个名位家人件项次天年句种间户条处岁")
# 15k元, 20w块: what shows that a letter after digits is thousands or ten thousands
_AFTER_LETTER = ("元", "块", "个百分点", "美元", "欧元", "港元", "日元", "人民币", "多元")
# 增长-2.3%, 下降到-5℃, (-3.1), 增长3.1%、-7.2%: a sign; not 歼-20 or 3-5
_BEFORE_SIGN = frozenset("长为至到降升减达约是在率幅值度温( :=|\t、,;和及与")


@dataclass(frozen=True)
class MagnitudeRow:
    """A row of ``magnitudes.csv``: one numeral character."""

    character: str
    kind: str
    value: int
    example: str
    note: str = ""


@dataclass(frozen=True)
class VariantRow:
    """A row of ``traditional.csv``: a traditional character and the simplified one that the tables use."""

    character: str
    simple: str
    example: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class _Grammar:
    """The compiled grammar of one ``Knowledge``."""

    digits: Mapping[str, int]
    tens: Mapping[str, int]
    small: Mapping[str, int]
    big: Mapping[str, int]
    huge: Mapping[str, int]
    simple: Mapping[int, str]

    @cached_property
    def classes(self) -> tuple[str, str, str, str]:
        """Character-class bodies: digits, small magnitudes, big ones, all of them."""
        digit = "".join(self.digits)
        small, big = "".join(self.small), "".join(self.big)
        return digit, small, big, digit + "".join(self.tens) + small + big

    @cached_property
    def traditional(self) -> re.Pattern[str]:
        """Any character that ``simple`` folds: most texts have none, and folding costs more than looking."""
        return re.compile(f"[{''.join(map(chr, self.simple))}]")

    def fold(self, text: str) -> str:
        return text.translate(self.simple) if self.simple and self.traditional.search(text) else text

    @cached_property
    def start(self) -> re.Pattern[str]:
        """Where a numeral may begin."""
        return re.compile(f"[0-9.半几数{self.classes[3]}]")

    @cached_property
    def master(self) -> re.Pattern[str]:
        """One numeral at a position; the name of the matched group is the rule."""
        digit, small, big, every = self.classes
        # 五兆六亿 and 三兆日元 are sums, 5兆瓦 is power: the next magnitude or 元 tells
        huge = rf"[{''.join(self.huge)}](?=[\d.{every}]*[亿億]|[日韩]?元)"
        # 千 and 百 open 千瓦, 千米, 百帕: the magnitude is the unit's there
        magnitude = f"(?:[百佰](?![帕分])|[千仟](?![瓦米克卡伏赫焦帕]|分点)|[{big}]|{huge})"
        arabic = r"(?:\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?)"
        # 3万5元 leaves a magnitude out, 1千零20 none; the 5 of 3万5G基站 is a name's
        rest = r"(?<=万)\d{4}(?![\d.,:年])|零\d{1,4}(?![\d.,:])|(?<=[万千])[1-9](?=[元块多余人个亩户斤吨米公。;、)]|$)"
        # 3万多亿 has its approximator between two magnitudes
        lifted = f"(?:[多余][{big}]+)?"
        tail = rf"(?:{magnitude}+(?:零?{arabic}{magnitude}+|[{digit}]{magnitude}+)*(?:{rest})?{lifted})"
        decimal = f"点[{digit}]+(?![{small}刻线滴]|分(?!钟))"
        chinese = f"[{every}]+(?:{huge}[{every}]*)?(?:{decimal}(?:[{big}]|{huge})*)?"
        # 两个亿 is an amount, 两个亿元村 are villages
        billions = "(?:个亿(?=[,。;、!?)的多左美欧日港卢]|$))?"
        part = rf"(?:\d+|[{every}]+)分之负?(?:{arabic}|[{every}]+(?:{decimal})?)"
        # 15k元, 20w左右; the K of 4K电视 and the W of 60W左右 are no magnitudes
        letter = f"(?:[kKwW](?={'|'.join(_AFTER_LETTER)})|[kw](?=左右|上下))"
        ends = r"(?:\A|(?<=[-~到至]))\d{1,9}(?:\.\d{1,9})?[kw](?=\Z|[-~到至][\d.]{1,9}[kw]\Z)"
        group = "[ \u00a0\u2009\u202f·]"
        return re.compile(
            rf"(?P<dotted>\d+(?:\.\d+){{2,}})"
            rf"|(?P<mixed>(?:\d+|[{every}]+)又{part})"
            rf"|(?P<fraction>{part})"
            rf"|(?P<slash>(?<![\d/.A-Za-z])(?<!\d-)\d{{1,4}}/\d{{1,4}}(?=[^\w/.%℃:-]|[的以左]|$))"
            r"|(?P<power>\d{1,6}(?:\.\d{1,4})?\^[+-]?\d{1,2}(?!\d))"
            rf"|(?P<spaced>(?<![\d.,])\d{{1,3}}(?:{group}\d{{3}})+(?:\.\d+)?(?=[元万亿人户亩吨个件公平米]))"
            r"|(?P<point>(?<![\w.])\.\d+)"
            rf"|(?P<science>\d+(?:\.\d+)?(?:[×xX*]10(?:\^\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|的\d+次方)|[eE][+-]?\d+(?![A-Za-z0-9])))"
            rf"|(?P<broken>(?<![\d.])\d{{1,3}} \d{{1,3}}(?:\.\d+)?(?=[%℃]|{magnitude}[元人]))"
            rf"|(?P<letter>{ends})"
            rf"|(?P<lone>\A[贰貳叁參肆伍陆陸柒捌玖拾]\Z)"
            rf"|(?P<arabic>{arabic}(?:{letter}|(?: ?[{APPROXIMATORS}]?{tail})?{billions}))"
            rf"|(?P<fifty>半百)"
            rf"|(?P<half>一[大多]半|一?半)"
            rf"|(?P<vague>[几数][{small}{big}]+(?!分之)|[{every}]*[十拾零]几[{big}]*{lifted})"
            rf"|(?P<between>(?:[{digit}]?[十拾])?[{digit}]{{2}}[{small}]*[{big}]*(?![{every}点]))"
            rf"|(?P<below>零[下上](?:{arabic}|{chinese}))"
            rf"|(?P<chinese>{chinese}(?:[{APPROXIMATORS}]{magnitude}+)?{billions})"
        )


_GRAMMARS: WeakKeyDictionary[Knowledge, _Grammar] = WeakKeyDictionary()


def find(text: str, knowledge: Knowledge) -> tuple[Numeral, ...]:
    """Find all numerals of a surface.

    Args:
        text: The surface of one sentence.
        knowledge: Gives ``magnitudes.csv``.

    Returns:
        The numerals in order, not overlapping. Section numbers and addresses of more than one point
        (1.2.3) are none.
    """
    grammar = _grammar(knowledge)
    return tuple(_walk(grammar.fold(text), grammar))


def fold(text: str, knowledge: Knowledge) -> str:
    """Traditional characters of numbers, units and bound words as the simplified ones the tables use.

    Args:
        text: The surface of one sentence.
        knowledge: Gives ``traditional.csv``.

    Returns:
        The text, one character for one; other characters stay.
    """
    return _grammar(knowledge).fold(text)


def parse(text: str) -> Decimal | None:
    """Value of a string that is one definite number (``3万5千``, ``二〇二五``, ``百分之三点五`` → 0.035).

    Args:
        text: The number and nothing else, full-width forms folded.

    Returns:
        The exact value; ``None`` for anything else, also for a vague number.
    """
    found = find(text, default())
    if len(found) != 1 or len(found[0].span) != len(text):
        return None
    return None if any(mark in text for mark in APPROXIMATORS) else found[0].value


def _grammar(knowledge: Knowledge) -> _Grammar:
    grammar = _GRAMMARS.get(knowledge)
    if grammar is None:
        rows = knowledge.rows("magnitudes.csv", MagnitudeRow)
        of = {
            kind: {r.character: r.value for r in rows if r.kind == kind}
            for kind in ("digit", "tens", "small", "big", "huge")
        }
        simple = {ord(row.character): row.simple for row in knowledge.rows("traditional.csv", VariantRow)}
        grammar = _GRAMMARS[knowledge] = _Grammar(of["digit"], of["tens"], of["small"], of["big"], of["huge"], simple)
    return grammar


def _walk(text: str, grammar: _Grammar) -> Iterator[Numeral]:
    at = 0
    search, match = grammar.start.search, grammar.master.match
    while (first := search(text, at)) is not None:
        start = first.start()
        found = match(text, start)
        if found is None:
            at = start + 1
            continue
        start, end = _trimmed(text, start, found.end(), found.lastgroup or "", grammar)
        readable = start < end <= start + _LONGEST
        numeral = _numeral(text, start, end, found.lastgroup or "", grammar) if readable else None
        if numeral is not None:
            yield numeral
        at = max(end, first.start() + 1)


def _trimmed(text: str, start: int, end: int, rule: str, grammar: _Grammar) -> tuple[int, int]:
    """Give characters back that belong to neighbouring words, and take in a sign or 上."""
    if rule == "fraction" and text[end - 1] == "百" and text[end : end + 1] == "分":
        end -= 1  # 百分之七十百分位
    if rule in ("chinese", "between"):
        start, end = _without_word(text, start, end), _without_unit_magnitude(text, start, end, grammar)
    if rule == "chinese" and start < end and text[start] in "百千万亿" and _takes_up(text, start):
        return start - 1, end
    if rule == "vague":
        if text[start] == "数" and text[start - 1 : start] in _NOUNS_IN_COUNT and start:
            return start, start + 1
        if text[start] == "几" and text[start - 1 : start] == "好":
            return start - 1, end
    elif rule in _SIGNED and start and _is_sign(text, start, end):
        return start - 1, end
    return start, end


_SIGNED = frozenset(["arabic", "science", "chinese", "fraction", "mixed", "slash", "power", "point"])


def _takes_up(text: str, start: int) -> bool:
    """上百 and 上千; not 网上百家."""
    return text[start - 1 : start] == "上" and text[start - 2 : start - 1] not in _WORDS_IN_UP


def _without_word(text: str, start: int, end: int) -> int:
    words = _WORDS_IN_CAPITAL.get(text[start])
    return start + 1 if words and text[start - 1 : start] in tuple(words) else start


def _without_unit_magnitude(text: str, start: int, end: int, grammar: _Grammar) -> int:
    """两千瓦 is 两 and 千瓦; 五千米 stays 五千 and 米, as one writes 5千米 in digits where 千米 is meant."""
    following = text[end : end + 1]
    if end - start < 2 or (not following and text[end - 1] != "两"):
        return end
    last, before = text[end - 1], text[end - 2]
    if last == "两" and (before != "一" or following in "银金黄") and following not in _AFTER_TWO:
        return end - 1  # 六斤八两
    if last == "百" and (following == "帕" or text[end : end + 2] == "分之"):
        return end - 1
    if last == "千" and (following in "瓦克卡伏赫焦帕" or (following == "米" and before in grammar.big)):
        return end - 1
    return end


def _is_sign(text: str, start: int, end: int) -> bool:
    """Whether the character before a number is its sign."""
    sign, before = text[start - 1], text[start - 2 : start - 1] if start > 1 else ""
    if sign == "负":
        if text[start] in "0123456789.":
            return before not in ("胜", "抱", "自", "担", "肩")
        return text[end : end + 1] not in _FLOORS and (not before or before in _BEFORE_SIGN)
    return sign in "-−" and text[start] in "0123456789." and (not before or before in _BEFORE_SIGN)


def _numeral(text: str, start: int, end: int, rule: str, grammar: _Grammar) -> Numeral | None:
    written = text[start:end]
    span = SurfaceSpan(start, end)
    if rule == "arabic" and written[-1] not in "kKwW":
        form = "arabic" if written[-1] in "0123456789" and "." not in written[-1] and written.isascii() else "mixed"
        return Numeral(span, _evaluate(written, grammar), form=form)
    maker = _MAKERS.get("letter" if rule == "arabic" else rule)
    return maker(span, written, grammar) if maker else None


def _vague(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    body = written.lstrip("好")
    if body[0] in "几数上":
        unit = _evaluate(body[1:], grammar) if body[1:] else None
        if unit is None:
            return None
        return Numeral(span, None, unit, unit * 10, "vague")
    tens, _, magnitude = body.partition("几")
    scale = _evaluate(magnitude, grammar) if magnitude else Decimal(1)
    low = _evaluate(tens, grammar)
    if low is None or scale is None:
        return None
    return Numeral(span, None, low * scale, (low + 10) * scale, "vague")


def _between(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    """五六十 is 50 to 60; 二五 is a string of digits like a year."""
    for at in range(len(written) - 1):
        low, high = grammar.digits.get(written[at]), grammar.digits.get(written[at + 1])
        if low is not None and high is not None:
            break
    else:
        return _chinese(span, written, grammar)
    if not (high - low == 1 and low > 0) and (low, high) != (3, 5):
        return _chinese(span, written, grammar)
    lower = _evaluate(written[: at + 1] + written[at + 2 :], grammar)
    upper = _evaluate(written[:at] + written[at + 1 :], grammar)
    return Numeral(span, None, lower, upper, "vague")


def _half(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    return Numeral(span, Decimal("0.5"), form="fraction")


def _fifty(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    return Numeral(span, Decimal(50), form="chinese")


def _unsigned(written: str) -> tuple[int, str]:
    return (-1, written[1:]) if written[0] in "-−负" else (1, written)


def _quotient(above: Decimal, below: Decimal) -> Decimal:
    """Exact where the divisor is a power of ten; else to twelve digits."""
    exact = below.normalize().as_tuple().digits == (1,)
    return _EXACT.divide(above, below) if exact else _QUOTIENT.divide(above, below)


def _fraction(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    sign, written = _unsigned(written)
    below, _, above = written.partition("分之")
    denominator, numerator = _evaluate(below, grammar), _evaluate(above, grammar)
    if not denominator or numerator is None:
        return None
    pair = _between(span, above, grammar) if below in ("百", "千", "万") and len(above) > 1 else None
    if pair is not None and pair.lower is not None and pair.upper is not None:
        low, high = _EXACT.divide(pair.lower, denominator), _EXACT.divide(pair.upper, denominator)
        return Numeral(span, None, low, high, "fraction")
    return Numeral(span, _quotient(numerator, denominator) * sign, form="fraction")


def _mixed(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    """一又二分之一 is 1.5."""
    sign, written = _unsigned(written)
    whole, _, rest = written.partition("又")
    value, part = _evaluate(whole, grammar), _fraction(span, rest, grammar)
    if value is None or part is None or part.value is None:
        return None
    return Numeral(span, _EXACT.add(value, part.value) * sign, form="fraction")


def _slash(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    sign, written = _unsigned(written)
    above, _, below = written.partition("/")
    return Numeral(span, _quotient(Decimal(above), Decimal(below)) * sign, form="fraction") if int(below) else None


def _power(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    sign, written = _unsigned(written)
    base, _, exponent = written.partition("^")
    if abs(int(exponent)) > 30 or not Decimal(base):
        return None
    context = _EXACT if int(exponent) >= 0 else _QUOTIENT
    return Numeral(span, context.power(Decimal(base), int(exponent)) * sign, form="arabic")


def _point(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    sign, written = _unsigned(written)
    return Numeral(span, Decimal(f"0{written}") * sign, form="arabic")


def _science(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    written = written.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    sign = -1 if written[0] in "-−负" else 1
    numbers = re.match(r"[-−负]?(\d+(?:\.\d+)?)(?:[eE]([+-]?\d+)|.10\D*(\d+))", written)
    assert numbers is not None
    exponent = int(numbers[2] or numbers[3])
    if abs(exponent) > 99:
        return None
    return Numeral(span, _EXACT.scaleb(Decimal(numbers[1]) * sign, exponent), form="arabic")


def _letter(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    value = _EXACT.multiply(Decimal(written[:-1].replace(",", "")), Decimal(1000 if written[-1] in "kK" else 10**4))
    return Numeral(span, _plain(value), form="mixed")


def _lone(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    """贰 as the whole text is a cell; inside a text one capital is a word's part."""
    return Numeral(span, _evaluate(written, grammar), form="capital")


def _below(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    value = _evaluate(written[2:], grammar)
    return Numeral(span, -value if value is not None and written[1] == "下" else value, form="mixed")


def _broken(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral:
    # A page broke 2⏎2℃ inside the number (the surface keeps a space there), or spaces set its groups off (16 820元).
    return Numeral(span, Decimal(re.sub(r"[^\d.]", "", written)), form="arabic")


def _chinese(span: SurfaceSpan, written: str, grammar: _Grammar) -> Numeral | None:
    if written[0] == "上":
        return _vague(span, written, grammar)
    if len(written) == 1 and written in _CAPITALS:
        return None  # 大陆, 收拾, 队伍: one capital alone is a word's part
    value = _evaluate(written, grammar)
    return (
        None
        if value is None
        else Numeral(span, value, form="capital" if written[0] in "壹贰叁肆伍陆柒捌玖" else "chinese")
    )


_CAPITALS = "壹贰叁肆伍陆柒捌玖拾佰仟貳參陸"
_MAKERS = {
    "below": _below,
    "between": _between,
    "broken": _broken,
    "chinese": _chinese,
    "fifty": _fifty,
    "fraction": _fraction,
    "half": _half,
    "letter": _letter,
    "lone": _lone,
    "mixed": _mixed,
    "point": _point,
    "power": _power,
    "science": _science,
    "slash": _slash,
    "spaced": _broken,
    "vague": _vague,
}

_PIECES = re.compile(r"\d[\d,]*(?:\.\d+)?|.")


def _evaluate(written: str, grammar: _Grammar) -> Decimal | None:
    """Exact value of digits, Chinese numerals and magnitudes in any mixture."""
    if written.isascii() and written.replace(".", "", 1).isdigit():
        return Decimal(written)
    return _evaluated(written, grammar) if len(written) <= 12 else _evaluated.__wrapped__(written, grammar)


@lru_cache(maxsize=4096)
def _evaluated(written: str, grammar: _Grammar) -> Decimal | None:
    value = _signed(written.replace(" ", "").replace("个", ""), grammar)
    if value is None or not written[-1:].isalpha():
        return value
    # A magnitude leaves zeros (14.02亿 is 1402000000.00) that the text never wrote.
    return _plain(value)


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), context=_EXACT) if value == value.to_integral_value() else value.normalize(_EXACT)


def _signed(written: str, grammar: _Grammar) -> Decimal | None:
    sign = 1
    if written[:1] in ("-", "−", "负"):
        sign, written = -1, written[1:]
    whole, point, decimals = written.partition("点")
    magnitude = ""
    if point:
        magnitude = decimals.lstrip("".join(grammar.digits))
        fraction = "".join(str(grammar.digits[c]) for c in decimals[: len(decimals) - len(magnitude)])
        value = _summed(whole, grammar)
        if value is None:
            return None
        value = Decimal(f"{value}.{fraction or 0}") if value == value.to_integral() else value
        scale = _summed(magnitude, grammar) if magnitude else Decimal(1)
        return None if scale is None else _EXACT.multiply(value, scale) * sign
    total = _summed(whole, grammar)
    return None if total is None else total * sign


def _summed(written: str, grammar: _Grammar) -> Decimal | None:
    """Sum sections: 一亿二千万 is 1 × 10^8 + 2000 × 10^4; 1.2万亿 is 1.2 × 10^4 × 10^8."""
    total = section = Decimal(0)
    number: Decimal | None = None
    last = 1  # the magnitude just read, which a colloquial last digit goes on from (两万五)
    string = ""  # digits written one after the other (二〇二五)
    for place, piece in enumerate(_PIECES.findall(written)):
        if piece in grammar.digits:
            string += str(grammar.digits[piece])
            number = Decimal(string)
            if string == "0":
                last = 1
        elif piece[0].isdecimal():
            number, string = Decimal(piece.replace(",", "")), ""
            last = last if len(piece) == 1 else 1
        elif piece in grammar.tens:
            section, last = section + grammar.tens[piece], 1
        elif piece in grammar.small:
            if string == "0":
                number = None  # 一百零十
            last, string = grammar.small[piece], ""
            section, number = _raised(section, number, last), None
        elif piece in grammar.big or piece in grammar.huge:
            last, string = (grammar.big.get(piece) or grammar.huge[piece]), ""
            total, section, number = _lifted(total, section, number, last, place == 0), Decimal(0), None
        elif piece not in APPROXIMATORS:
            return None
    if number is not None and number < 10 and _is_colloquial(written, last):
        number *= last // 10
    return _EXACT.add(_EXACT.add(total, section), number if number is not None else Decimal(0))


def _is_colloquial(written: str, last: int) -> bool:
    """两万五 and 3万5 leave the last magnitude out; 一百零二 does not."""
    if written[-1].isdecimal():
        return last >= 1000 and len(written) > 1
    return last >= 100 and "零" not in written[-2:]


def _raised(section: Decimal, number: Decimal | None, magnitude: int) -> Decimal:
    if number is None:
        # 百 and 千 alone are one each; after another magnitude they multiply (十百千 never does in earnest)
        return section + magnitude if section == 0 or section % magnitude == 0 else section * magnitude
    return _EXACT.add(section, _EXACT.multiply(number, Decimal(magnitude)))


def _lifted(total: Decimal, section: Decimal, number: Decimal | None, magnitude: int, bare: bool) -> Decimal:
    here = _EXACT.add(section, number if number is not None else Decimal(0))
    if bare:
        return Decimal(magnitude)
    if total and total < magnitude:
        return _EXACT.multiply(_EXACT.add(total, here), Decimal(magnitude))
    if here == 0:
        return _EXACT.multiply(total, Decimal(magnitude))
    return _EXACT.add(total, _EXACT.multiply(here, Decimal(magnitude)))
