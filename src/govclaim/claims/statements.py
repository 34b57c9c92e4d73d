"""What a figure states: level, change, rank or share; compared with what; fact or plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from govclaim.claims.clauses import NOMINAL, Parse, Word
from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Layers, Quantity

__all__ = ["Mood", "Statement", "over", "read", "timed"]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The file ``cues.yaml``."""

    increase: list[str]
    decrease: list[str]
    only_compared: list[str]
    change_nouns: list[str]
    takes_object: list[str]
    reaching: list[str]
    transparent: list[str]
    share: list[str]
    share_nouns: list[str]
    plan_nouns: list[str]
    fulfilled: list[str]
    ranks: list[str]
    first_of: list[str]
    basis: dict[str, list[str]]
    benchmark_nouns: list[str]
    target: list[str]
    target_strong: list[str]
    forecast: list[str]
    hypothetical: list[str]
    realised: list[str]
    adverbial: list[str]
    negation: list[str]
    classifying_heads: list[str]


@dataclass(frozen=True, slots=True)
class _Cues:
    """The rows, indexed."""

    direction: Mapping[str, str]
    only_compared: frozenset[str]
    change_nouns: frozenset[str]
    takes_object: frozenset[str]
    reaching: frozenset[str]
    transparent: frozenset[str]
    share: frozenset[str]
    share_nouns: frozenset[str]
    plan: re.Pattern[str]
    fulfilled: frozenset[str]
    ranks: frozenset[str]
    first_of: frozenset[str]
    basis: tuple[tuple[str, re.Pattern[str]], ...]
    benchmark: re.Pattern[str]
    target: frozenset[str]
    target_strong: frozenset[str]
    forecast: frozenset[str]
    hypothetical: frozenset[str]
    realised: frozenset[str]
    adverbial: frozenset[str]
    negation: frozenset[str]
    classifying: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one figure states.

    Attributes:
        quantity: Index in the sentence's quantities.
        word: Index of its word.
        scope_figure: Quantity index of the figure whose indicator is the scope (占比 after 其中).
        rule: Name of the rule that decided the type.
        because: The cue.
        certainty: Of the type, 0…1.
    """

    quantity: int
    word: int
    type: str
    direction: str | None = None
    basis: str | None = None
    base: SurfaceSpan | None = None
    scope: SurfaceSpan | None = None
    scope_figure: int | None = None
    modality: str = "actual"
    polarity: str = "affirmed"
    rule: str = "level"
    because: str = ""
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Mood:
    """Modality that a passage carries on (目标如下: …).

    Attributes:
        paragraph: Where it holds.
        modality: What it says.
    """

    paragraph: int = -1
    modality: str = "actual"


@dataclass(slots=True)
class _Reading:
    """A sentence while it is read, left to right."""

    parsed: Parse
    layer: Layers
    cues: _Cues
    published: date | None
    done: list[Statement] = field(default_factory=list)

    @property
    def words(self) -> tuple[Word, ...]:
        return self.parsed.words

    def clause_start(self, word: int) -> int:
        return self.parsed.start(word)

    def clause_end(self, word: int) -> int:
        return self.parsed.end(word)

    def text(self, first: int, last: int) -> str:
        if first >= last:
            return ""
        return self.parsed.text[self.words[first].start : self.words[last - 1].end]

    def span(self, first: int, last: int) -> SurfaceSpan | None:
        if first >= last:
            return None
        return SurfaceSpan(self.words[first].start, self.words[last - 1].end)


def read(
    parsed: Parse, layer: Layers, mood: Mood, published: date | None, knowledge: Knowledge
) -> tuple[list[Statement], Mood]:
    """Read what each figure of a sentence states.

    Args:
        parsed: The sentence in words.
        layer: The same sentence's layers.
        mood: What the passage before carries on.
        published: Day of publication.
        knowledge: ``cues.yaml``.

    Returns:
        Statements in text order (figures that only name or classify have none), and the mood for what follows.
    """
    reading = _Reading(parsed, layer, knowledge.derived("cues", _compile), published)
    inherited = mood.modality if mood.paragraph == layer.sentence.paragraph else "actual"
    modalities = _modalities(reading, inherited)
    for word in parsed.figures:
        quantity = layer.quantities[parsed.words[word].item].value
        if _names_only(reading, word, quantity):
            continue
        statement = _statement(reading, word, quantity)
        modality = modalities[parsed.clause_of[word]]
        if _old_value(reading, word):
            modality = "actual"
        reading.done.append(replace(statement, modality=modality, polarity=_polarity(reading, word)))
    carries = modalities[-1] if modalities[-1] == "target" else "actual"
    return reading.done, Mood(layer.sentence.paragraph, carries)


def timed(modality: str, period: str | None, published: date | None) -> str:
    """A figure about a period that begins after publication is no fact: it is a target.

    Args:
        modality: As the cues say.
        period: EDTF value of the claim's period.
        published: Day of publication.
    """
    if modality != "actual" or period is None or published is None:
        return modality
    start = period.split("/")[0].lstrip(".")
    if len(start) >= 4 and start[:4].isdigit() and start > published.isoformat()[: len(start)]:
        return "target"
    return modality


def over(modality: str, period: str | None, published: date | None) -> bool:
    """Whether a plan or forecast would be about a time that had ended at publication: it is not.

    Args:
        modality: Of the claim.
        period: EDTF value of the time that was carried on to it.
        published: Day of publication.
    """
    if modality not in {"target", "forecast"} or period is None or published is None:
        return False
    end = period.split("/")[-1]
    return len(end) >= 4 and end[:4].isdigit() and end < published.isoformat()[: len(end)]


def _compile(knowledge: Knowledge) -> _Cues:
    rows = knowledge.document("cues.yaml", _Rows)
    direction = dict.fromkeys(rows.increase, "increase") | dict.fromkeys(rows.decrease, "decrease")
    return _Cues(
        direction=direction,
        only_compared=frozenset(rows.only_compared),
        change_nouns=frozenset(rows.change_nouns),
        takes_object=frozenset(rows.takes_object),
        reaching=frozenset(rows.reaching),
        transparent=frozenset(rows.transparent),
        share=frozenset(rows.share),
        share_nouns=frozenset(rows.share_nouns),
        plan=re.compile("|".join(sorted(rows.plan_nouns, key=len, reverse=True))),
        fulfilled=frozenset(rows.fulfilled),
        ranks=frozenset(rows.ranks),
        first_of=frozenset(rows.first_of),
        basis=tuple(
            (name, re.compile("|".join(sorted(words, key=len, reverse=True)))) for name, words in rows.basis.items()
        ),
        benchmark=re.compile("|".join(sorted(rows.benchmark_nouns, key=len, reverse=True))),
        target=frozenset(rows.target),
        target_strong=frozenset(rows.target_strong),
        forecast=frozenset(rows.forecast),
        hypothetical=frozenset(rows.hypothetical),
        realised=frozenset(rows.realised),
        adverbial=frozenset(rows.adverbial),
        negation=frozenset(rows.negation),
        classifying=tuple(rows.classifying_heads),
    )


# -- figures that state nothing --------------------------------------------------------------------------------------


def _names_only(reading: _Reading, word: int, quantity: Quantity) -> bool:
    """Whether a figure only names or classifies (10亿级批发企业, 亿元以上项目7个, 6.8级地震, 65岁以上老人)."""
    words = reading.words
    text = words[word].text
    following = words[word + 1] if word + 1 < len(words) else None
    noun_follows = following is not None and following.tag in NOMINAL and following.text != "地震烈度"
    if text.endswith("级") and (quantity.bound == "approx" or quantity.dimension == "other"):
        return True
    if quantity.unit == "岁" or text.endswith(("周年", "岁以上", "岁以下", "岁")):
        return True
    if text.endswith(("以上", "以下")) and noun_follows and quantity.dimension != "count":
        return quantity.dimension not in {"percent", "fraction"}
    bare = quantity.dimension in {"money", "area", "mass", "volume", "power", "energy"}
    if bare and noun_follows and not re.search(r"[0-9.]", text) and len(text) <= 3:
        return True  # 亿吨港口, 万亩稻田, 千亿产业: the magnitude stands alone before its noun
    if quantity.dimension == "duration" and any(w.text.endswith("圈") for w in words[word + 1 : word + 5]):
        return True  # 20分钟生活圈
    return text == "24小时"


# -- type ------------------------------------------------------------------------------------------------------------


def _statement(reading: _Reading, word: int, quantity: Quantity) -> Statement:
    item = reading.words[word].item
    for rule in (_listed, _rank, _change, _share):
        found = rule(reading, word, quantity)
        if found is not None:
            return found
    return Statement(item, word, "level", rule="level.plain")


def _listed(reading: _Reading, word: int, quantity: Quantity) -> Statement | None:
    """A further member of a list states what the member before it does (分别下降24%和20.5%)."""
    words = reading.words
    if not reading.done or word < 2:
        return None
    if _from_to(reading, word):
        return _like(reading.done[-1], words[word].item, word, "to")
    before = word - 1
    while before > 0 and (words[before].text in {"、", "和", "及", "与", "以及", "或"} or words[before].tag == "B"):
        before -= 1
    last = reading.done[-1]
    if before == word - 1 or words[before].tag != "Q" or before != last.word or last.type == "level":
        return None
    previous = reading.layer.quantities[last.quantity].value
    if previous.dimension != quantity.dimension and previous.unit is not None and quantity.unit is not None:
        same = {previous.dimension, quantity.dimension} <= {"count", "money", "percent", "percentage_point", "multiple"}
        if not same:
            return None
    return _like(last, words[word].item, word, "listed")


def _like(other: Statement, item: int, word: int, rule: str) -> Statement:
    return replace(other, quantity=item, word=word, rule=f"{other.type}.{rule}", modality="actual", polarity="affirmed")


def _from_to(reading: _Reading, word: int) -> bool:
    """比重由30%提高到35%: the second figure states what the first does."""
    words, last = reading.words, reading.done[-1]
    between = words[last.word + 1 : word]
    if last.type == "change" or not 0 < len(between) <= 4 or any(w.tag == "w" for w in between):
        return False
    if not any(w.text in reading.cues.reaching or w.text.endswith(("到", "至")) for w in between):
        return False
    start = reading.clause_start(last.word)
    return any(w.text in {"由", "从"} for w in words[max(start, last.word - 5) : last.word])


def _rank(reading: _Reading, word: int, quantity: Quantity) -> Statement | None:
    if quantity.dimension != "rank":
        return None
    moved = _adjacent_change(reading, word, quantity, reading.clause_start(word))
    if moved is not None and moved[1].endswith("移"):
        basis, base = _basis(reading, word, moved[2], quantity)
        return Statement(
            reading.words[word].item, word, "change", moved[0], basis, base, rule="change.rank", because=moved[1]
        )
    return Statement(
        reading.words[word].item,
        word,
        "rank",
        scope=_rank_scope(reading, word),
        rule="rank.ordinal",
        because=reading.words[word].text,
    )


_NEAR = 8
"""Figures before 其中 among which the whole is looked for."""

_RANK_FILLERS = frozenset({"的", "第", "之", "唯一", "中", "里", "内", "范围内", "范围", "也是"})


def _rank_scope(reading: _Reading, word: int) -> SurfaceSpan | None:
    """What stands between the verb and the ordinal (位居全市第二), or before 首 (全省首批)."""
    words, cues = reading.words, reading.cues
    first, last = reading.clause_start(word), word
    among = False
    while last > first and (words[last - 1].text in _RANK_FILLERS or words[last - 1].text in cues.ranks):
        among = among or words[last - 1].text in {"中", "里", "内"}
        last -= 1
    start = last
    while start > first:
        left = words[start - 1]
        if among and left.tag in {"Q", "q", "x"}:
            start -= 1
            continue
        if left.tag == "E" and any(word.tag == "E" for word in words[start:last]):
            break
        known = left.text in cues.first_of or left.tag in {"E", "T", "s", "r", "ns"}
        joined = left.tag in NOMINAL | {"Q", "f"} and left.text not in cues.ranks
        if left.text in cues.ranks or left.tag in {"v", "p", "d", "w", "u", "c"} or not (known or joined):
            break
        start -= 1
    if start == last or not _scoped(words[start:last], cues):
        previous = reading.done[-1] if reading.done else None
        near = previous is not None and previous.type == "rank" and reading.clause_start(previous.word) == first
        return previous.scope if previous is not None and near else None
    if words[start].tag == "E" and start + 1 < last and words[start + 1].text in cues.first_of:
        start += 1  # 义乌全市: the subject, then the scope
    if words[start].tag == "E" and all(word.tag == "T" for word in words[start + 1 : last]):
        last = start + 1  # 义乌今年首个: the place, not the year
    return reading.span(start, last)


def _scoped(words: Sequence[Word], cues: _Cues) -> bool:
    return any(
        word.text in cues.first_of or word.tag in {"E", "T", "r"} or word.text.endswith(("市", "县", "省", "区"))
        for word in words
    )


def _change(reading: _Reading, word: int, quantity: Quantity) -> Statement | None:
    words = reading.words
    start = reading.clause_start(word)
    found = _adjacent_change(reading, word, quantity, start) or _object_change(reading, word, start)
    if found is None:
        found = _nominal_change(reading, word)
    if found is None:
        found = _exceeding(reading, word, start)
    if found is None and quantity.dimension == "multiple":
        return _multiple(reading, word, start)
    if found is None and quantity.dimension == "percentage_point" and not _reached(reading, word):
        found = _anywhere(reading, word, start)
    if found is None:
        return None
    direction, cue, at = found
    basis, base = _basis(reading, word, at, quantity)
    return Statement(words[word].item, word, "change", direction, basis, base, rule="change.verb", because=cue)


def _back(reading: _Reading, word: int, start: int) -> Iterator[int]:
    """Words before the figure, leftwards, over what may stand between it and its verb."""
    at = word - 1
    while at >= start:
        yield at
        here = reading.words[at]
        if here.tag not in {"B"} and here.text not in reading.cues.transparent:
            return
        at -= 1


def _adjacent_change(reading: _Reading, word: int, quantity: Quantity, start: int) -> tuple[str, str, int] | None:
    words, cues = reading.words, reading.cues
    for at in _back(reading, word, start):
        text = words[at].text
        if text in cues.reaching and at > start and words[at - 1].text in cues.direction:
            return None
        if text.endswith(("到", "至", "为")) and text[:-1] in cues.direction:
            return None
        direction = cues.direction.get(text)
        if direction is None and len(text) > 2 and not text.startswith("不"):
            direction = cues.direction.get(text[-2:])
        if direction is None:
            continue
        compared = re.search("比|较|于|同期|环比", reading.text(start, at + 1)) or quantity.unit in {"pp", "bp"}
        if text in cues.only_compared and not compared:
            return None
        return direction, text, at
    return None


def _object_change(reading: _Reading, word: int, start: int) -> tuple[str, str, int] | None:
    """A verb of change with its object before the figure: 每年减少用水约3万吨; or the figure's noun after it."""
    words, cues = reading.words, reading.cues
    for at in range(word - 1, max(start, word - 7) - 1, -1):
        here = words[at]
        if here.text in cues.takes_object:
            if at > start and words[at - 1].tag in NOMINAL and here.text == "增加":
                return None
            return cues.direction.get(here.text, "decrease"), here.text, at
        if here.tag in {"Q", "v", "u", "w"} and here.text not in {"、"}:
            return None
    return None


def _nominal_change(reading: _Reading, word: int) -> tuple[str, str, int] | None:
    """15.27%的增速, 5%的降幅."""
    words, cues = reading.words, reading.cues
    at = word + 1
    if at + 1 < len(words) and words[at].text == "的":
        for follow in words[at + 1 : at + 3]:
            if follow.text in cues.change_nouns or follow.text in {"增长", "下降"}:
                return cues.direction.get(follow.text, "increase"), follow.text, word
    return None


def _exceeding(reading: _Reading, word: int, start: int) -> tuple[str, str, int] | None:
    """超警戒水位3.35米, 超年度目标1.5个百分点: the figure is the gap."""
    words = reading.words
    for at in range(word - 1, max(start, word - 6) - 1, -1):
        if words[at].text in {"超", "超过", "超出"} and at + 1 < word:
            between = reading.text(at + 1, word)
            if reading.cues.benchmark.search(between) or reading.cues.plan.search(between):
                return "increase", words[at].text, at
            return None
        if words[at].tag not in NOMINAL and words[at].text not in {"(", ")"}:
            return None
    return None


def _multiple(reading: _Reading, word: int, start: int) -> Statement:
    """是2020年的1.5倍, 是平日的两倍: a change since then, or against the noun."""
    words = reading.words
    first = last = word
    if last > start and words[last - 1].text == "的":
        first = last = word - 1
        while first > start and words[first - 1].tag in NOMINAL | {"T", "a"}:
            first -= 1
    base = reading.span(first, last)
    since = any(w.tag == "T" for w in words[first:last])
    return Statement(
        words[word].item, word, "change", "increase", "since" if since else "none", base, rule="change.multiple"
    )


def _reached(reading: _Reading, word: int) -> bool:
    return any(
        reading.words[at].text in {"到", "至", "达到", "降至", "升至", "增至"} for at in range(max(0, word - 2), word)
    )


def _anywhere(reading: _Reading, word: int, start: int) -> tuple[str, str, int] | None:
    for at in range(word - 1, start - 1, -1):
        direction = reading.cues.direction.get(reading.words[at].text)
        if direction:
            return direction, reading.words[at].text, at
    return "increase", "个百分点", word


def _basis(reading: _Reading, word: int, verb: int, quantity: Quantity) -> tuple[str, SurfaceSpan | None]:
    """What it is compared with: the clause's own words, or a 同比 that opens the list."""
    start = reading.clause_start(word)
    before = reading.text(start, max(verb, start) + 1)
    if start > 1 and not re.search("比|较|于|超", before) and start == word - 1 - (word - 1 - start):
        tail = reading.text(reading.clause_start(start - 2), start - 1)
        if re.fullmatch(r".{0,6}(同比|环比|与.{2,8}相比|比.{2,8}|较.{2,8})", tail) and "%" not in tail:
            before = tail + before
    for name, pattern in reading.cues.basis:
        if pattern.search(before):
            return (_sequential(reading, word) if name == "sequential" else name), None
    base = _base(reading, start, max(verb, start) + 1, word)
    if base is not None:
        return base
    if _carries_yoy(reading, word):
        return "yoy", None
    return "none", None


def _base(reading: _Reading, start: int, verb: int, word: int) -> tuple[str, SurfaceSpan | None] | None:
    """比2020年, 比全省平均水平, 超警戒水位, 高于全国平均."""
    words = reading.words
    for at in range(start, min(verb + 1, word)):
        text = words[at].text
        if (
            text in {"比", "较", "超", "超过", "高于", "低于", "与", "高出", "超出", "快于", "慢于", "优于"}
            and at + 1 < word
        ):
            stop = at + 1
            while (
                stop < word
                and (words[stop].tag in NOMINAL | {"T", "E", "r", "a", "u", "f", "s"} or words[stop].text == "同期")
                and words[stop].text not in reading.cues.direction
            ):
                stop += 1
            inside = reading.text(at + 1, stop)
            span = reading.span(at + 1, stop)
            if not inside:
                continue
            if any(w.tag == "T" for w in words[at + 1 : stop]) or "同期" in inside or "峰值" in inside:
                return "since", span
            if inside.endswith("前"):
                return "since", span  # 比平台上线前提高4.8个百分点
            if reading.cues.plan.search(inside):
                return "plan", span
            if reading.cues.benchmark.search(inside) or text not in {"与"}:
                return "benchmark", span
    return None


def _sequential(reading: _Reading, word: int) -> str:
    """环比 is of months, quarters or of something else, as the period before it says."""
    before = reading.parsed.text[: reading.words[word].start]
    if re.search("季度|季", before):
        return "qoq"
    return "mom" if re.search("[0-9一二三四五六七八九十]月|当月|本月|月份", before) else "previous"


def _carries_yoy(reading: _Reading, word: int) -> bool:
    """二季度增长5.2%,三季度增长4.8% after a 同比 are 同比 too, levels between; growth after 其中 is not."""
    last = next((done for done in reversed(reading.done) if done.type == "change"), None)
    if last is None or last.basis != "yoy":
        return False
    between = reading.text(last.word + 1, word)
    return "其中" not in between and "实际" not in between and "。" not in between


def _share(reading: _Reading, word: int, quantity: Quantity) -> Statement | None:
    if quantity.dimension not in {"percent", "fraction"} and quantity.unit != "%":
        return None
    for rule in (_share_verb, _share_plan, _share_of_noun, _share_among):
        found = rule(reading, word)
        if found is not None:
            return found
    return None


def _stop_at_figure(reading: _Reading, word: int, start: int) -> int:
    for at in range(word - 1, start - 1, -1):
        lasts = at > start and reading.words[at - 1].text == "连续"  # 占比连续三年保持在80%以上
        if reading.words[at].tag == "Q" and not lasts and not reading.words[at].text.endswith(("以上", "以下")):
            return at + 1
    return start


def _share_verb(reading: _Reading, word: int) -> Statement | None:
    """占全市比重超20%, 占比63.1%, 占GDP比重达到25.7%, 占全国的39.4%."""
    words, cues = reading.words, reading.cues
    start = _stop_at_figure(reading, word, reading.clause_start(word))
    for at in range(word - 1, start - 1, -1):
        text = words[at].text
        if text in cues.share_nouns and text != "占比" and not any(w.text in cues.share for w in words[start:at]):
            if _near(reading, at, word):
                return Statement(words[word].item, word, "share", rule="share.noun", because=text)
            return None
        if text in cues.share:
            stop = at + 1
            while (
                stop < word
                and words[stop].tag != "B"
                and words[stop].text not in cues.transparent
                and words[stop].text not in cues.share_nouns
            ):
                stop += 1
            while stop > at + 1 and words[stop - 1].text in {"的", "总量", "提升", "提高", "总"} and stop - 1 > at + 1:
                stop -= 1
            scope = reading.span(at + 1, stop)
            if scope is None or text == "占比":
                return Statement(
                    words[word].item,
                    word,
                    "share",
                    scope_figure=_whole(reading, word),
                    rule="share.ratio",
                    because=text,
                )
            first = words[at + 1]
            if first.text in {"同期"} and stop > at + 2:
                scope = reading.span(at + 2, stop)
            return Statement(words[word].item, word, "share", scope=scope, rule="share.verb", because=text)
    return None


def _near(reading: _Reading, at: int, word: int) -> bool:
    return all(
        w.tag == "B" or w.text in reading.cues.transparent or w.tag in {"v", "d", "p", "T", "u"}
        for w in reading.words[at + 1 : word]
    )


def _whole(reading: _Reading, word: int) -> int | None:
    """After 其中 the whole is what the figure before 其中 measures."""
    for statement in reversed(reading.done[-_NEAR:]):
        between = reading.text(statement.word + 1, word)
        if "其中" in between:
            return statement.quantity
        if ";" in between or "。" in between:
            return None
    return None


def _share_plan(reading: _Reading, word: int) -> Statement | None:
    """完成预算的100.02%, 为预算的100.6%, 完成全年目标58%."""
    words, cues = reading.words, reading.cues
    start = reading.clause_start(word)
    last = word
    while last > start and (words[last - 1].text in {"的", "任务"} or words[last - 1].tag == "B") and last > word - 3:
        last -= 1
    linked = words[last].text == "的"
    if last == start or words[last - 1].tag not in NOMINAL:
        return None
    if not cues.plan.search(words[last - 1].text) and not linked:
        return None
    first = last - 1
    while first > start and words[first - 1].tag in NOMINAL | {"a", "T", "r"}:
        first -= 1
    led = first > start and (words[first - 1].text in cues.fulfilled or words[first - 1].tag == "B")
    if not led and not (linked and cues.plan.search(words[last - 1].text)):
        return None
    return Statement(
        words[word].item,
        word,
        "share",
        scope=reading.span(first, last),
        rule="share.plan",
        because=words[last - 1].text,
    )


def _share_of_noun(reading: _Reading, word: int) -> Statement | None:
    """四成的企业表示…, 一半以上的新能源电量: the noun is the whole."""
    words = reading.words
    end = reading.clause_end(word)
    first = word + 1
    if first < end and words[first].text == "的":
        first += 1
    elif not (first < end and words[first].tag in {"n", "E"} and _opens_phrase(reading, word)):
        return None
    last = first
    while (
        last < end and (words[last].tag in NOMINAL | {"a", "v", "f"} or words[last].text == "的") and last - first < 7
    ):
        if words[last].tag == "v" and not (last + 1 < end and words[last + 1].tag == "f"):
            break
        last += 1
    while last > first and words[last - 1].tag in {"u", "f", "v"}:
        last -= 1
    if (
        last == first
        or words[last - 1].text in reading.cues.direction
        or words[last - 1].text in reading.cues.change_nouns
    ):
        return None
    if words[last - 1].text in {"速度", "目标", "份额", "水平", "高位", "比例", "股份", "股权"}:
        return None
    return Statement(
        words[word].item, word, "share", scope=reading.span(first, last), rule="share.of", because=words[last - 1].text
    )


def _opens_phrase(reading: _Reading, word: int) -> bool:
    """留出三成资金, 超六成企业: nothing but a verb or a bound word stands before the figure."""
    before = word - 1
    while before >= 0 and reading.words[before].tag == "B":
        before -= 1
    return before < reading.clause_start(word) or reading.words[before].tag == "v" or reading.words[before].text == "、"


def _share_among(reading: _Reading, word: int) -> Statement | None:
    """其中55%以上用于…; 获奖者中,超40%来自基层: the whole stands before 中."""
    words = reading.words
    start = reading.clause_start(word)
    between = [w for w in words[start:word] if w.tag != "B" and w.text not in {"有", "约", "近"}]
    if [w.text for w in between] == ["其中"]:
        return Statement(
            words[word].item, word, "share", scope_figure=_whole(reading, word), rule="share.among", because="其中"
        )
    if between or start < 2:
        return None
    last = start - 1  # the comma
    if words[last - 1].text not in {"中", "当中", "里"}:
        return None
    first = last - 1
    begin = reading.clause_start(first)
    while first > begin and words[first - 1].tag in NOMINAL | {"a", "u", "v", "w"} and first > last - 8:
        first -= 1
    return Statement(
        words[word].item, word, "share", scope=reading.span(first, last - 1), rule="share.among", because="中"
    )


# -- modality and polarity -------------------------------------------------------------------------------------------


def _modalities(reading: _Reading, inherited: str) -> list[str]:
    """The modality of each clause: its own cue, else that of the clause before (of the sentence before at first)."""
    modality = inherited
    result = []
    for clause in reading.parsed.clauses:
        if clause.opener in {"。", "!", "?"}:
            modality = "actual"
        own = _clause_modality(reading, clause.first, clause.last, modality)
        if own is not None:
            modality = own
        result.append(modality)
    return result


def _clause_modality(reading: _Reading, first: int, last: int, before: str) -> str | None:
    cues, words = reading.cues, reading.words
    texts = [word.text for word in words[first:last]]
    if texts and texts[0] in cues.hypothetical:
        return "hypothetical"
    realised = any(text in cues.realised for text in texts)
    for at in range(first, last):
        text = words[at].text
        if text in cues.forecast and words[at].tag not in {"Q", "E"}:
            if at + 1 < last and words[at + 1].text == "目标":
                return "target"
            if before == "hypothetical" or (text in {"可", "能够", "可能"} and realised):
                continue
            return "forecast"
        if text in cues.target_strong and _governs(words, at, last, cues):
            return "target"
        if text == "到" and at + 1 < last and _is_future(reading, at + 1):
            return "target"
    if realised:
        return "actual"
    weak = any(words[at].text in cues.target and _governs(words, at, last, cues) for at in range(first, last))
    return "target" if weak else None


def _governs(words: Sequence[Word], at: int, last: int, cues: _Cues) -> bool:
    """将 and 计划 are cues before a verb; before a noun 将 is 把 (将旧厂改成书店) and 计划 a noun (计划执行情况)."""
    if words[at].text not in {"将", "计划", "拟", "要", "规划", "目标"}:
        return True
    follower = words[at + 1] if at + 1 < last else None
    if follower is None or follower.text == "的":
        return False
    if words[at].text in {"计划", "规划"}:
        noun_before = at > 0 and words[at - 1].tag in NOMINAL - {"E"} | {"v"}
        return not noun_before and follower.tag in {"v", "vn", "d", "p", "r", "T", "B", "Q"}
    return follower.tag in {"v", "d", "p", "vd", "ad", "T", "B", "vn"} or follower.text in cues.adverbial


def _is_future(reading: _Reading, at: int) -> bool:
    """到2030年: a time that begins after publication."""
    word = reading.words[at]
    if word.tag != "T" or reading.published is None:
        return False
    return timed("actual", reading.layer.times[word.item].value.value, reading.published) == "target"


def _old_value(reading: _Reading, word: int) -> bool:
    """将由3小时缩短至1小时: the old value is a fact."""
    start = max(reading.clause_start(word), word - 5)
    led = any(w.text in {"由", "从"} for w in reading.words[start:word])
    following = reading.words[word + 1 : min(reading.clause_end(word), word + 5)]
    return led and any(w.text in reading.cues.reaching or w.text.endswith(("到", "至")) for w in following)


def _polarity(reading: _Reading, word: int) -> str:
    """未达到90%, 没有超过2%: a negation within three words before the figure's verb."""
    start = reading.clause_start(word)
    near = reading.words[max(start, word - 4) : word]
    return "negated" if any(w.text in reading.cues.negation for w in near if w.tag != "B") else "affirmed"
