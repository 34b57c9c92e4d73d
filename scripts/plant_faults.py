"""Compose documents with exactly one arithmetic fault each, and their faultless twins, with gold annotations.

    python scripts/plant_faults.py corpora/checks

Texts come from templates with marked slots, so the annotation is exact by construction. A document has a few
plain paragraphs and one passage whose figures are drawn as true values, then written with so many digits;
in the faulty document one of these figures is changed until the written digits contradict each other.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from govclaim.schema import Annotation, dumps, loads, to_json

EACH = 18
"""Documents of each kind."""

EACH_OTHER = 6
"""Documents of each kind in other wordings."""

SEED = 20260120
_SLOT = re.compile(r"\{(\w+)\}")


# ---------------------------------------------------------------- slots


@dataclass(frozen=True)
class Figure:
    """A figure as it is written."""

    text: str
    value: Decimal | None
    unit: str | None
    dimension: str
    bound: str = "exact"
    before: str = ""
    expresses: str | None = None
    parts: tuple[Decimal, ...] | None = None


@dataclass(frozen=True)
class When:
    """A time with its value."""

    text: str
    value: str | None
    kind: str = "date"


@dataclass(frozen=True)
class Name:
    """A place or a body."""

    text: str
    label: str = "LOC"


def quantized(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def yuan(value: Decimal, places: int, scale: str = "亿") -> Figure:
    worth = {"亿": Decimal(10**8), "万": Decimal(10**4), "": Decimal(1)}[scale]
    shown = quantized(value / worth, places)
    return Figure(f"{shown}{scale}元", shown * worth, "CNY", "money")


def count(value: int, unit: str) -> Figure:
    return Figure(f"{value}{unit}", Decimal(value), unit, "count")


def wan(value: Decimal, places: int, unit: str, dimension: str = "count", symbol: str | None = None) -> Figure:
    shown = quantized(value / 10**4, places)
    return Figure(f"{shown}万{unit}", shown * 10**4, symbol or unit, dimension)


def percent(value: Decimal, places: int = 1) -> Figure:
    shown = quantized(value, places)
    return Figure(f"{shown}%", shown, "%", "percent")


def points(value: Decimal, places: int = 1) -> Figure:
    shown = quantized(value, places)
    return Figure(f"{shown}个百分点", shown, "pp", "percentage_point")


def times(value: Decimal, places: int = 1, expresses: str | None = None) -> Figure:
    shown = quantized(value, places)
    return Figure(f"{shown}倍", shown, "times", "multiple", expresses=expresses)


# ---------------------------------------------------------------- a document with its annotation


@dataclass
class Page:
    """A document that is written sentence by sentence."""

    id: str
    published: str
    text: str = ""
    paragraph: int = 0
    layers: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in ("sentences", "entities", "quantities", "times", "claims")}
    )
    slots: dict[str, dict[str, Any]] = field(default_factory=dict)

    def new_paragraph(self) -> None:
        if self.text:
            self.text += "\n"
        self.paragraph += 1

    def say(self, template: str, claims: list[str], kind: str = "body", **slots: Any) -> None:
        """One sentence; a claim is ``type figure indicator subject period key=value…``, ``-`` for what is unknown."""
        start, id = len(self.text), f"s{len(self.layers['sentences']) + 1}"
        at = 0
        for found in _SLOT.finditer(template):
            self.text += template[at : found.start()]
            self._fill(found[1], slots[found[1]], id)
            at = found.end()
        self.text += template[at:]
        self.layers["sentences"].append({**self._span(id, start), "kind": kind, "paragraph": self.paragraph})
        for claim in claims:
            self._claim(claim, id)

    def _span(self, id: str, start: int) -> dict[str, Any]:
        text = self.text[start:]
        return {"id": id, "start": start, "end": len(self.text), "text": text, "surface": text}

    def _fill(self, key: str, slot: Any, sentence: str) -> None:
        if isinstance(slot, Figure) and slot.before:
            start = len(self.text)
            self.text += slot.before
            bound = {"start": start, "end": len(self.text), "text": slot.before}
        else:
            bound = None
        start = len(self.text)
        self.text += slot if isinstance(slot, str) else slot.text
        if isinstance(slot, str):
            self.slots[key] = {"start": start, "end": len(self.text), "text": slot}
            return
        layer = {Figure: "quantities", When: "times", Name: "entities"}[type(slot)]
        item = {**self._span(f"{layer[0]}{len(self.layers[layer]) + 1}", start), "sentence": sentence}
        if isinstance(slot, Figure):
            rest = {"value": slot.value, "lower": None, "upper": None, "unit": slot.unit, "dimension": slot.dimension}
            item |= {**rest, "bound": slot.bound, "bound_span": bound}
            item |= {"expresses": slot.expresses} if slot.expresses else {}
            item |= {"parts": list(slot.parts)} if slot.parts else {}
        elif isinstance(slot, When):
            item |= {"kind": slot.kind, "value": slot.value}
        else:
            item |= {"label": slot.label}
        self.layers[layer].append(item)
        self.slots[key] = item

    def _ref(self, key: str) -> dict[str, Any] | None:
        if key == "-":
            return None
        return {name: self.slots[key][name] for name in ("start", "end", "text")}

    def _claim(self, spec: str, sentence: str) -> None:
        type, figure, indicator, subject, period, *more = spec.split()
        options = dict(pair.split("=") for pair in more)
        entity = self.slots[subject].get("id") if subject != "-" else None
        base = options.get("base")
        base_ref = None if base is None else {**(self._ref(base) or {}), "time": self.slots[base].get("id")}
        self.layers["claims"].append(
            {
                "id": f"c{len(self.layers['claims']) + 1}",
                "sentence": sentence,
                "type": type,
                "quantity": self.slots[figure]["id"],
                "indicator": self._ref(indicator),
                "subject": None if subject == "-" else {**(self._ref(subject) or {}), "entity": entity},
                "direction": options.get("direction"),
                "basis": options.get("basis"),
                "base": base_ref,
                "scope": self._ref(options["scope"]) if "scope" in options else None,
                "period": None if period == "-" else self.slots[period]["id"],
                "modality": options.get("modality", "actual"),
                "polarity": "affirmed",
                "attribution": None,
            }
        )

    def annotation(self, meta: dict[str, Any]) -> Annotation:
        content = {"schema_version": "1.0", "id": self.id, "text": self.text}
        return loads(to_json({**content, "meta": {"published": self.published, **meta}, **self.layers}))


# ---------------------------------------------------------------- words

_PLACES = [
    "云溪",
    "青岚",
    "临江",
    "白塘",
    "石桥",
    "南麓",
    "松陵",
    "安岭",
    "清渠",
    "沙洲",
    "望岳",
    "柳泉",
    "金坪",
    "永和",
    "东屏",
]
_FLOWS = ["电商交易额", "旅游收入", "农产品网络销售额", "技术合同成交额", "税收收入", "水产品销售额", "餐饮营业额"]
_COUNTS = [
    ("养老床位", "张"),
    ("充电桩", "个"),
    ("注册志愿者", "人"),
    ("个体工商户", "户"),
    ("农民合作社", "家"),
    ("停车泊位", "个"),
]
_RATES = ["自来水普及率", "垃圾分类覆盖率", "生活污水治理率", "秸秆综合利用率", "主要农作物机械化率", "家庭医生签约率"]


@dataclass
class Draw:
    """What a passage is made of: chance, and the place and year it is about."""

    chance: random.Random
    place: Name
    year: int

    def now(self) -> When:
        return When(f"{self.year}年", str(self.year))

    def before(self) -> When:
        return When(f"{self.year - 1}年", str(self.year - 1))

    def number(self, low: float, high: float) -> Decimal:
        return Decimal(str(round(self.chance.uniform(low, high), 5)))

    def pick(self, choices: list[Any]) -> Any:
        return self.chance.choice(choices)

    def wrong(self, percent_: Figure, least: str = "0.8") -> Figure:
        """Another percentage, off by a digit of its own: 12.3% for 13.2%, 15.1% for 12.1%."""
        while True:
            digits = list(percent_.text.rstrip("%个百分点倍"))
            at = self.pick([index for index, sign in enumerate(digits) if sign.isdigit()])
            digits[at] = str(self.chance.randrange(10))
            value = Decimal("".join(digits))
            leading = digits[0] != "0" or digits[1:2] == ["."]
            if abs(value - (percent_.value or 0)) >= Decimal(least) and leading:
                ending = percent_.text[len(digits) :]
                return replace(percent_, text=f"{''.join(digits)}{ending}", value=value)


Passage = Callable[[Page, Draw, bool], None]


def growth(page: Page, draw: Draw, fault: bool) -> None:
    rises = draw.chance.random() < 0.75
    before = draw.number(3, 60) * 10**8
    now = before * (draw.number(1.03, 1.4) if rises else draw.number(0.7, 0.97))
    q1, q2 = yuan(before, 2), yuan(now, 2)
    change = percent(abs(now - before) / before * 100)
    q3 = draw.wrong(change) if fault else change
    verb, direction = ("增长", "increase") if rises else ("下降", "decrease")
    indicator = draw.pick([each for each in _FLOWS if each != "税收收入"])
    slots = {"e1": draw.place, "i1": indicator, "i2": indicator, "q1": q1, "q2": q2, "q3": q3}
    old, new = "level q1 i1 e1 t1", "level q2 i2 e1 t2"
    grown = f"change q3 i2 e1 t2 direction={direction} basis=yoy"
    form = draw.chance.randrange(3)
    if form == 0:
        template = "{t1}，{e1}{i1}为{q1}；{t2}，{i2}达到{q2}，同比" + verb + "{q3}。"
        page.say(template, [old, new, grown], t1=draw.before(), t2=draw.now(), **slots)
    elif form == 1:
        page.say(
            "{t2}，{e1}实现{i2}{q2}，比上年" + verb + "{q3}。",
            ["level q2 i2 e1 t2", f"change q3 i2 e1 t2 direction={direction} basis=yoy"],
            t2=draw.now(), **slots,
        )  # fmt: skip
        page.say("而在{t1}，全县{i1}是{q1}。", [old], t1=draw.before(), **slots)
    else:
        page.say("统计显示，{e1}{t1}{i1}{q1}。", [old], t1=draw.before(), **slots)
        template = "到{t2}，这一数字同比" + verb + "了{q3}，{i2}为{q2}。"
        page.say(template, [grown, new], t2=draw.now(), **slots)


def change(page: Page, draw: Draw, fault: bool) -> None:
    indicator, unit = draw.pick(_COUNTS)
    before = draw.chance.randrange(111, 990)
    more = draw.chance.randrange(23, 180)
    stated = more + draw.pick([-9, 10, 20, -13, 27]) if fault else more
    base = draw.year - draw.chance.randrange(2, 6)
    slots = {
        "e1": draw.place, "i1": indicator, "i2": indicator,
        "q1": count(before, unit), "q2": count(before + more, unit), "q3": count(stated, unit),
    }  # fmt: skip
    form = draw.chance.randrange(3)
    if form == 0:
        page.say(
            "{t1}，{e1}有{i1}{q1}；到{t2}，{i2}增至{q2}，比上年增加{q3}。",
            ["level q1 i1 e1 t1", "level q2 i2 e1 t2", "change q3 i2 e1 t2 direction=increase basis=yoy"],
            t1=draw.before(), t2=draw.now(), **slots,
        )  # fmt: skip
    elif form == 1:
        page.say("{t1}，{e1}{i1}只有{q1}。", ["level q1 i1 e1 t1"], t1=When(f"{base}年", str(base)), **slots)
        page.say(
            "{t2}，{i2}已达{q2}，比{t3}增加{q3}。",
            ["level q2 i2 e1 t2", "change q3 i2 e1 t2 direction=increase basis=since base=t3"],
            t2=draw.now(), t3=When(f"{base}年", str(base)), **slots,
        )  # fmt: skip
    else:
        page.say(
            "{t2}，{e1}{i1}达到{q2}，较上年净增{q3}。",
            ["level q2 i1 e1 t2", "change q3 i1 e1 t2 direction=increase basis=yoy"],
            t2=draw.now(), **slots,
        )  # fmt: skip
        page.say("{t1}，{i2}为{q1}。", ["level q1 i2 e1 t1"], t1=draw.before(), **slots)


def from_to(page: Page, draw: Draw, fault: bool) -> None:
    form = draw.chance.randrange(3)
    if form == 0:
        before = draw.number(40, 80)
        now = before + draw.number(3, 18)
        q1, q2 = percent(before), percent(now)
        difference = points((q2.value or 0) - (q1.value or 0))
        slots = {"e1": draw.place, "i1": draw.pick(_RATES), "t2": draw.now()}
        page.say(
            "{t2}，{e1}{i1}由{q1}提高到{q2}，提高{q3}。",
            ["level q1 i1 e1 -", "level q2 i1 e1 t2", "change q3 i1 e1 t2 direction=increase basis=none"],
            q1=q1, q2=q2, q3=draw.wrong(difference) if fault else difference, **slots,
        )  # fmt: skip
        return
    indicator, unit = draw.pick(_COUNTS)
    before = draw.chance.randrange(121, 480)
    more = draw.chance.randrange(31, 210)
    q1, q2 = count(before, unit), count(before + more, unit)
    slots = {"e1": draw.place, "i1": indicator, "t2": draw.now()}
    if form == 1:
        stated = more + draw.pick([10, -11, 19, -20]) if fault else more
        template = draw.pick(
            ["{e1}{i1}从{q1}增加到{q2}，{t2}一年增加{q3}。", "{t2}，{e1}{i1}由{q1}发展到{q2}，增加了{q3}。"]
        )
        q3, basis = count(stated, unit), "none"
    else:
        exact = percent(Decimal(100 * more) / before)
        q3, basis = draw.wrong(exact, "2") if fault else exact, "yoy"
        template = "{e1}{t2}{i1}从上年的{q1}增加到{q2}，同比增长{q3}。"
    claims = ["level q1 i1 e1 -", "level q2 i1 e1 t2", f"change q3 i1 e1 t2 direction=increase basis={basis}"]
    page.say(template, claims, q1=q1, q2=q2, q3=q3, **slots)


def multiple(page: Page, draw: Draw, fault: bool) -> None:
    base = draw.year - 5
    before = draw.number(2, 9) * 10**8
    indicator = draw.pick(_FLOWS)
    form = draw.chance.randrange(3)
    slots = {"e1": draw.place, "i1": indicator, "i2": indicator, "t2": draw.now()}
    if form == 2:
        now = before * (draw.number(1.2, 1.5) if fault else draw.number(1.95, 2.1))
        twice = Figure("一番", Decimal(2), "times", "multiple", expresses="ratio")
        page.say(
            "{t1}，{e1}{i1}为{q1}。",
            ["level q1 i1 e1 t1"],
            t1=When(f"{base}年", str(base)),
            q1=yuan(before, 2),
            **slots,
        )
        page.say(
            "{t2}，{i2}达到{q2}，比{t3}翻了{q3}。",
            ["level q2 i2 e1 t2", "change q3 i2 e1 t2 direction=increase basis=since base=t3"],
            t3=When(f"{base}年", str(base)), q2=yuan(now, 2), q3=twice, **slots,
        )  # fmt: skip
        return
    factor = draw.number(1.3, 3.4)
    q1, q2 = yuan(before, 2), yuan(before * factor, 2)
    ratio = times(factor, 2, "ratio")
    q3 = draw.wrong(ratio, "0.15") if fault else ratio
    if form == 0:
        page.say(
            "{t2}，{e1}{i1}{q2}，是{t3}{q1}的{q3}。",
            ["level q2 i1 e1 t2", "level q1 i1 e1 t3", "change q3 i1 e1 t2 direction=increase basis=since base=t3"],
            t3=When(f"{base}年", str(base)), q1=q1, q2=q2, q3=q3, **slots,
        )  # fmt: skip
    else:
        page.say("早在{t1}，{e1}{i1}就有{q1}。", ["level q1 i1 e1 t1"], t1=When(f"{base}年", str(base)), q1=q1, **slots)
        page.say(
            "{t2}，{i2}达{q2}，是{t3}的{q3}。",
            ["level q2 i2 e1 t2", "change q3 i2 e1 t2 direction=increase basis=since base=t3"],
            t3=When(f"{base}年", str(base)), q2=q2, q3=q3, **slots,
        )  # fmt: skip


def parts(page: Page, draw: Draw, fault: bool) -> None:
    form = draw.chance.randrange(3)
    first, second = draw.chance.randrange(61, 190), draw.chance.randrange(41, 170)
    slots = {"e1": draw.place, "t1": draw.now()}
    if form == 0:
        whole = first + second
        part = whole + draw.chance.randrange(12, 90) if fault else first
        page.say(
            draw.pick(["{t1}，{e1}培训{i1}{q1}，其中{i2}{q2}。", "{e1}{t1}共培训{i1}{q1}，其中{i2}有{q2}。"]),
            ["level q1 i1 e1 t1", "level q2 i2 e1 t1"],
            i1="新型职业农民", i2="返乡青年", q1=count(whole, "人"), q2=count(part, "人"), **slots,
        )  # fmt: skip
        return
    one, two, head, unit = draw.pick(
        [
            ("男性", "女性", "招募志愿者", "名"),
            ("城镇", "农村", "资助困难学生", "名"),
            ("公办", "民办", "在册幼儿园", "所"),
            ("一级", "二级", "评定星级民宿", "家"),
        ]
    )
    whole = first + second + (draw.pick([-12, -20, -31]) if fault else 0)
    joint = draw.pick(["、", "，"])
    page.say(
        "{t1}，{e1}{i1}{q1}，其中{i2}{q2}" + joint + "{i3}{q3}。",
        ["level q1 i1 e1 t1", "level q2 i2 e1 t1", "level q3 i3 e1 t1"],
        i1=head, i2=one, i3=two, q1=count(whole, unit), q2=count(first, unit), q3=count(second, unit), **slots,
    )  # fmt: skip


def total(page: Page, draw: Draw, fault: bool) -> None:
    names = draw.chance.sample([each for each in _PLACES if each not in draw.place.text], 3)
    numbers = [draw.chance.randrange(7, 60) for _ in names]
    sum_ = sum(numbers) + (draw.pick([-10, -3, 4, 10, 9]) if fault else 0)
    indicator, unit = draw.pick([("危旧房", "户"), ("高标准农田项目", "个"), ("户用光伏", "套"), ("农村户厕", "座")])
    places = {f"e{index}": Name(f"{name}村") for index, name in enumerate(names, 2)}
    figures_ = {f"q{index}": count(number, unit) for index, number in enumerate(numbers, 2)}
    claims = [f"level q{index} i1 e{index} t1" for index in (2, 3, 4)] + ["level q1 i1 e1 t1"]
    cue = draw.pick(["共计", "合计", "总计", "共"])
    template = draw.pick(
        [
            "{t1}，{e1}推进{i1}改造，{e2}{q2}、{e3}{q3}、{e4}{q4}，" + cue + "{q1}。",
            "{e1}{t1}改造{i1}：{e2}{q2}，{e3}{q3}，{e4}{q4}，" + cue + "{q1}。",
            "{t1}，{e1}的{i1}改造完工，{e2}、{e3}、{e4}分别为{q2}、{q3}、{q4}，" + cue + "{q1}。",
        ]
    )
    page.say(template, claims, e1=draw.place, i1=indicator, t1=draw.now(), q1=count(sum_, unit), **places, **figures_)


def sum_of_industries(page: Page, draw: Draw, fault: bool) -> None:
    shares_ = [draw.number(8, 30), draw.number(40, 120), draw.number(50, 160)]
    values = [each * 10**8 for each in shares_]
    whole = sum(values, Decimal(0)) + (draw.pick([-9, 12, 20, -15]) * 10**8 if fault else 0)
    names = ["第一产业增加值", "第二产业增加值", "第三产业增加值"]
    slots = {f"i{index}": name for index, name in enumerate(names, 2)}
    slots |= {f"q{index}": yuan(value, 2) for index, value in enumerate(values, 2)}
    page.say(
        draw.pick(["初步核算，{t1}{e1}实现{i1}{q1}。", "{t1}，{e1}{i1}达到{q1}。"]),
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="地区生产总值", q1=yuan(whole, 2),
    )  # fmt: skip
    page.say(
        draw.pick(["其中，{i2}{q2}，{i3}{q3}，{i4}{q4}。", "分产业看，{i2}{q2}；{i3}{q3}；{i4}{q4}。"]),
        [f"level q{index} i{index} e1 t1" for index in (2, 3, 4)],
        **slots,
    )


def share(page: Page, draw: Draw, fault: bool) -> None:
    whole = draw.number(8, 90) * 10**8
    portion = draw.number(0.12, 0.8)
    exact = percent(portion * 100)
    q3 = draw.wrong(exact, "1") if fault else exact
    if draw.chance.random() < 0.5:
        part, of = draw.pick(
            [("民生支出", "一般公共预算支出"), ("税收收入", "一般公共预算收入"), ("线上零售额", "商品零售额")]
        )
        page.say(
            draw.pick(["{t1}，{e1}{i1}{q1}。", "{e1}{t1}{i1}完成{q1}。"]),
            ["level q1 i1 e1 t1"],
            e1=draw.place, t1=draw.now(), i1=of, q1=yuan(whole, 2),
        )  # fmt: skip
        page.say(
            draw.pick(["{i2}{q2}，占{s1}的{q3}。", "其中{i2}达{q2}，占{s1}的{q3}。"]),
            ["level q2 i2 e1 t1", "share q3 i2 e1 t1 scope=s1"],
            i2=part, s1=of, q2=yuan(whole * portion, 2), q3=q3,
        )  # fmt: skip
        return
    people = draw.chance.randrange(210, 990)
    some = int(people * portion)
    exact = percent(Decimal(100 * some) / people)
    page.say(
        draw.pick(
            [
                "{t1}，{e1}引进{i1}{q1}，其中{i2}{q2}，占{q3}。",
                "{e1}{t1}招引{i1}{q1}，其中{i2}{q2}，占{s1}的{q3}。",
            ]
        ),
        ["level q1 i1 e1 t1", "level q2 i2 e1 t1", "share q3 i2 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="各类人才", i2="硕士", s1="总数",
        q1=count(people, "人"), q2=count(some, "人"), q3=draw.wrong(exact, "1") if fault else exact,
    )  # fmt: skip


def cases(page: Page, draw: Draw, fault: bool) -> None:
    thing, rate, unit = draw.pick(
        [
            ("矛盾纠纷", "化解率", "件"),
            ("群众诉求", "办结率", "件"),
            ("食品样品", "合格率", "批次"),
            ("劳动争议", "调解成功率", "起"),
        ]
    )
    number = draw.chance.randrange(60, 700)
    good = int(number * draw.number(0.86, 0.995))
    places = 1 if number < 330 else 2
    exact = percent(Decimal(100 * good) / number, places)
    shown = exact
    if fault:
        possible = {percent(Decimal(100 * each) / number, places).value for each in range(number + 1)}
        step = Decimal(1).scaleb(-places)
        while shown.value in possible:
            shown = percent((shown.value or 0) + draw.pick([1, 2, -1, 3]) * step, places)
            if (shown.value or 0) > 100:
                shown = percent((exact.value or 0) - 3 * step, places)
    page.say(
        draw.pick(
            [
                "{t1}，{e1}受理{i1}{q1}，{i2}{q2}。",
                "{e1}{t1}共处理{i1}{q1}，{i2}达{q2}。",
                "{t1}，{e1}登记{i1}{q1}，{i2}为{q2}。",
            ]
        ),
        ["level q1 i1 e1 t1", "level q2 i2 e1 t1"],
        e1=draw.place, t1=draw.now(), i1=thing, i2=rate, q1=count(number, unit), q2=shown,
    )  # fmt: skip


def rank(page: Page, draw: Draw, fault: bool) -> None:
    one, two = draw.chance.sample([each for each in _PLACES if each not in draw.place.text], 2)
    first, second = draw.chance.sample(range(1, 6), 2)
    figures_ = "一二三四五六"
    indicator = draw.pick(["固定资产投资", "农村居民人均可支配收入", "招商引资到位资金", "群众满意度"])
    place = lambda number: Figure(f"第{figures_[number - 1]}", Decimal(number), None, "rank")  # noqa: E731
    slots = {"t1": draw.now(), "e2": Name(f"{one}镇"), "e3": Name(f"{two}镇"), "i1": indicator, "i2": indicator}
    slots |= {"s1": "全县", "s2": "全县", "q1": place(first), "q2": place(first if fault else second)}
    claims = ["rank q1 i1 e2 t1 scope=s1", "rank q2 i2 e3 t1 scope=s2"]
    if draw.chance.random() < 0.5:
        page.say("{t1}，{e2}{i1}位居{s1}{q1}。", claims[:1], **slots)
        page.say("{e3}{i2}增势较好，列{s2}{q2}。", claims[1:], **slots)
    else:
        page.say("{t1}，{e2}{i1}居{s1}{q1}，{e3}{i2}居{s2}{q2}。", claims, **slots)


def conflict(page: Page, draw: Draw, fault: bool) -> None:
    value = draw.number(12, 300) * 10**8
    other = value * draw.number(1.06, 1.4) if fault else value
    indicator = draw.pick(["地区生产总值", "一般公共预算收入", "固定资产投资", "社会消费品零售总额", "进出口总额"])
    slots = {"e1": draw.place, "e2": draw.place, "t1": draw.now(), "t2": draw.now(), "i1": indicator, "i2": indicator}
    page.say(
        draw.pick(["{t1}，{e1}{i1}达到{q1}。", "{e1}{t1}实现{i1}{q1}。"]),
        ["level q1 i1 e1 t1"],
        q1=yuan(value, 2), **slots,
    )  # fmt: skip
    filler(page, draw)
    page.say(
        draw.pick(["回望{t2}，{e2}{i2}{q2}，为新一年打下基础。", "{t2}，{e2}完成{i2}{q2}，发展基础更牢。"]),
        ["level q2 i2 e2 t2"],
        q2=yuan(other, draw.pick([1, 2])), **slots,
    )  # fmt: skip


def unit(page: Page, draw: Draw, fault: bool) -> None:
    tons, area, money = (
        wan(draw.number(3, 60) * 10**4, 1, "吨", "mass", "t"),
        wan(draw.number(3, 60) * 10**4, 1, "亩", "area", "mu"),
        yuan(draw.number(3, 60) * 10**8, 1),
    )
    indicator, right, wrong = draw.pick(
        [
            ("粮食产量", tons, [area, money]),
            ("粮食播种面积", area, [tons, money]),
            ("一般公共预算收入", money, [tons, area]),
            ("固定资产投资", money, [tons, area]),
            ("水产品产量", tons, [area, money]),
        ]
    )
    page.say(
        draw.pick(["{t1}，{e1}{i1}{q1}。", "{e1}{t1}{i1}达{q1}。", "{t1}，{e1}{i1}达到{q1}，再创新高。"]),
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1=indicator, q1=draw.pick(wrong) if fault else right,
    )  # fmt: skip


def magnitude(page: Page, draw: Draw, fault: bool) -> None:
    indicator, right, wrong = draw.pick(
        [
            ("地区生产总值", yuan(draw.number(30, 400) * 10**8, 2), yuan(draw.number(30, 400) * 10**12, 2, "万")),
            ("一般公共预算收入", yuan(draw.number(5, 40) * 10**8, 2), yuan(draw.number(5, 40) * 10**12, 2)),
            ("常住人口", wan(draw.number(20, 90) * 10**4, 2, "人"), wan(draw.number(2000, 9000) * 10**4, 2, "人")),
            (
                "居民人均可支配收入",
                yuan(draw.number(21000, 60000), 0, ""),
                yuan(draw.number(21000, 60000) * 10**4, 2, "万"),
            ),
            ("固定资产投资", yuan(draw.number(20, 200) * 10**8, 1), yuan(draw.number(2, 90) * 10**12, 1)),
        ]
    )
    page.say(
        draw.pick(["{t1}，{e1}{i1}{q1}。", "{e1}{t1}{i1}达{q1}。", "{t1}，{e1}{i1}达到{q1}，迈上新台阶。"]),
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1=indicator, q1=wrong if fault else right,
    )  # fmt: skip


def date(page: Page, draw: Draw, fault: bool) -> None:
    month = draw.chance.randrange(6, 12)
    page.published = f"{draw.year}-{month:02d}-{draw.chance.randrange(3, 28):02d}"
    late = month + 1 if fault else month - 1
    value = f"{draw.year}-{late:02d}"
    when = draw.pick(
        [
            When(f"{draw.year}年{late}月", value),
            When(f"{draw.year}年1—{late}月", f"{draw.year}-01/{value}", "period"),
            When(f"{draw.year}年{late}月2日", f"{value}-02"),
        ]
    )
    page.say(
        draw.pick(["{t1}，{e1}接待{i1}{q1}。", "{e1}{t1}已接待{i1}{q1}，秩序良好。"]),
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=when, i1="游客", q1=wan(draw.number(3, 40) * 10**4, 1, "人次"),
    )  # fmt: skip


def percent_limit(page: Page, draw: Draw, fault: bool) -> None:
    if draw.chance.random() < 0.5:
        falls = percent(draw.number(103, 180) if fault else draw.number(12, 60))
        page.say(
            draw.pick(["{t1}，{e1}{i1}同比下降{q1}。", "{e1}{t1}{i1}比上年下降{q1}，成效明显。"]),
            ["change q1 i1 e1 t1 direction=decrease basis=yoy"],
            e1=draw.place, t1=draw.now(), i1=draw.pick(["可防性案件", "火灾起数", "信访总量"]), q1=falls,
        )  # fmt: skip
        return
    rate = percent(draw.number(101, 119) if fault else draw.number(81, 99))
    page.say(
        draw.pick(["{t1}，{e1}{i1}达{q1}。", "{e1}{t1}{i1}为{q1}，居全县前列。"]),
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1=draw.pick(["群众满意率", "垃圾分类覆盖率", "抽检合格率"]), q1=rate,
    )  # fmt: skip


def structure(page: Page, draw: Draw, fault: bool) -> None:
    first, second = quantized(draw.number(5, 30), 1), quantized(draw.number(28, 45), 1)
    third = 100 - first - second + (draw.pick([-10, 10, 5, -9]) if fault else 0)
    sign = draw.pick([":", "：", "∶"])
    members = Figure(sign.join(map(str, (first, second, third))), None, None, "other", parts=(first, second, third))
    page.say(
        draw.pick(["{t1}，{e1}{i1}调整为{q1}。", "{e1}{t1}{i1}为{q1}。"]),
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1=draw.pick(["三次产业结构", "三次产业结构比"]), q1=members,
    )  # fmt: skip


def direction(page: Page, draw: Draw, fault: bool) -> None:
    low, high = percent(draw.number(40, 60)), percent(draw.number(66, 92))
    rises = draw.chance.random() < 0.5
    indicator = draw.pick(_RATES) if rises else draw.pick(["信访重访率", "线损率", "房屋空置率"])
    first, last = (low, high) if rises != fault else (high, low)
    verb = draw.pick(["提高到", "上升至", "提升到"]) if rises else draw.pick(["下降到", "降至", "降低到"])
    page.say(
        draw.pick(["{t1}，{e1}{i1}由{q1}" + verb + "{q2}。", "{e1}{t1}{i1}从上年的{q1}" + verb + "{q2}，变化明显。"]),
        ["level q1 i1 e1 -", "level q2 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1=indicator, q1=first, q2=last,
    )  # fmt: skip


KINDS: dict[str, Passage] = {
    "growth": growth,
    "change": change,
    "from-to": from_to,
    "multiple": multiple,
    "parts": parts,
    "total": total,
    "sum": sum_of_industries,
    "share": share,
    "cases": cases,
    "rank": rank,
    "conflict": conflict,
    "unit": unit,
    "magnitude": magnitude,
    "date": date,
    "percent": percent_limit,
    "structure": structure,
    "direction": direction,
}


# ---------------------------------------------------------------- other wordings, from which no rule was written


def other_growth(page: Page, draw: Draw, fault: bool) -> None:
    before = draw.number(2, 30) * 10**8
    now = before * draw.number(1.05, 1.3)
    exact = percent((now - before) / before * 100, 2)
    indicator = draw.pick(["网络零售额", "旅游总收入", "技术合同成交额"])
    page.say(
        "{t1}{e1}{i1}刚刚迈过{q1}的关口，{t2}就攀升到{q2}，增幅达{q3}。",
        ["level q1 i1 e1 t1", "level q2 i1 e1 t2", "change q3 i1 e1 t2 direction=increase basis=none"],
        e1=draw.place, i1=indicator, t1=draw.before(), t2=draw.now(), q1=yuan(before, 2), q2=yuan(now, 2),
        q3=draw.wrong(exact) if fault else exact,
    )  # fmt: skip


def other_change(page: Page, draw: Draw, fault: bool) -> None:
    before, fewer = draw.chance.randrange(300, 900), draw.chance.randrange(31, 190)
    stated = fewer + draw.pick([10, -10, 7]) if fault else fewer
    page.say(
        "{e1}{t2}发生{i1}{q2}，较{t1}的{q1}少了{q3}。",
        [
            "level q2 i1 e1 t2", "level q1 i1 e1 t1", "change q3 i1 e1 t2 direction=decrease basis=since base=t1",
        ],
        e1=draw.place, i1="电信网络诈骗案件", t1=draw.before(), t2=draw.now(),
        q1=count(before, "起"), q2=count(before - fewer, "起"), q3=count(stated, "起"),
    )  # fmt: skip


def other_from_to(page: Page, draw: Draw, fault: bool) -> None:
    before, less = draw.chance.randrange(20, 45), draw.chance.randrange(5, 15)
    stated = less + draw.pick([3, -2, 4]) if fault else less
    day = lambda number: Figure(f"{number}天", Decimal(number), "day", "duration")  # noqa: E731
    page.say(
        "{t1}，{e1}将{i1}从{q1}压缩至{q2}，压减{q3}。",
        ["level q1 i1 e1 -", "level q2 i1 e1 t1", "change q3 i1 e1 t1 direction=decrease basis=none"],
        e1=draw.place, t1=draw.now(), i1="平均办理时限", q1=day(before), q2=day(before - less), q3=day(stated),
    )  # fmt: skip


def other_multiple(page: Page, draw: Draw, fault: bool) -> None:
    before, factor = draw.chance.randrange(120, 400), draw.number(1.4, 3.9)
    now = int(before * factor)
    exact = times(Decimal(now) / before, 1, "ratio")
    page.say(
        "{t1}，{e1}拥有{i1}{q1}，相当于{t3}{q2}的{q3}。",
        ["level q1 i1 e1 t1", "level q2 i1 e1 t3", "change q3 i1 e1 t1 direction=increase basis=since base=t3"],
        e1=draw.place, t1=draw.now(), t3=When(f"{draw.year - 4}年", str(draw.year - 4)), i1="有效发明专利",
        q1=count(now, "件"), q2=count(before, "件"), q3=draw.wrong(exact, "0.4") if fault else exact,
    )  # fmt: skip


def other_parts(page: Page, draw: Draw, fault: bool) -> None:
    first, second = draw.number(20, 60) * 10**8, draw.number(10, 40) * 10**8
    whole = first + second + (draw.pick([-3, 5, 9]) * 10**8 if fault else 0)
    page.say(
        "{t1}，{e1}完成{i1}{q1}。",
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="进出口总额", q1=yuan(whole, 2),
    )  # fmt: skip
    page.say(
        "其中{i2}{q2}，{i3}{q3}。",
        ["level q2 i2 e1 t1", "level q3 i3 e1 t1"],
        i2="出口", i3="进口", q2=yuan(first, 2), q3=yuan(second, 2),
    )  # fmt: skip


def other_total(page: Page, draw: Draw, fault: bool) -> None:
    numbers = [draw.chance.randrange(4, 40) for _ in range(3)]
    whole = sum(numbers) + (draw.pick([6, -4, 10]) if fault else 0)
    names = dict(zip(("i2", "i3", "i4"), ("便民服务点", "卫生室", "文化广场"), strict=True))
    slots = {f"q{index}": count(number, "个") for index, number in enumerate(numbers, 2)}
    page.say(
        "{t1}，{e1}新建{i2}{q2}、{i3}{q3}和{i4}{q4}，总计{q1}。",
        [f"level q{index} i{index} e1 t1" for index in (2, 3, 4)] + ["level q1 - e1 t1"],
        e1=draw.place, t1=draw.now(), q1=count(whole, "个"), **names, **slots,
    )  # fmt: skip


def other_sum(page: Page, draw: Draw, fault: bool) -> None:
    values = [draw.number(3, 9) * 10**8, draw.number(30, 70) * 10**8, draw.number(40, 90) * 10**8]
    whole = sum(values, Decimal(0)) + (draw.pick([-9, 11, 20]) * 10**8 if fault else 0)
    names = ["第一产业增加值", "第二产业增加值", "第三产业增加值"]
    slots = {f"i{index}": name for index, name in enumerate(names, 2)}
    slots |= {f"q{index}": yuan(value, 1) for index, value in enumerate(values, 2)}
    page.say(
        "{e1}{i2}、{i3}、{i4}在{t1}分别为{q2}、{q3}和{q4}，{i1}达{q1}。",
        [f"level q{index} i{index} e1 t1" for index in (2, 3, 4)] + ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="地区生产总值", q1=yuan(whole, 1), **slots,
    )  # fmt: skip


def other_share(page: Page, draw: Draw, fault: bool) -> None:
    whole, part = draw.chance.randrange(400, 990), draw.chance.randrange(60, 380)
    exact = percent(Decimal(100 * part) / whole, 1)
    page.say(
        "{e1}{t1}共有{i1}{q1}，{i2}{q2}，占比{q3}。",
        ["level q1 i1 e1 t1", "level q2 i2 e1 t1", "share q3 i2 e1 t1 scope=i1"],
        e1=draw.place, t1=draw.now(), i1="规模以上企业", i2="高新技术企业",
        q1=count(whole, "家"), q2=count(part, "家"), q3=draw.wrong(exact, "1.5") if fault else exact,
    )  # fmt: skip


def other_cases(page: Page, draw: Draw, fault: bool) -> None:
    number = draw.chance.randrange(40, 95)
    good = number - draw.chance.randrange(1, 6)
    shown = exact = percent(Decimal(100 * good) / number)
    possible = {percent(Decimal(100 * each) / number).value for each in range(number + 1)}
    while fault and shown.value in possible:
        shown = percent((exact.value or 0) - draw.number(0.2, 0.9))
    page.say(
        "{t1}，{e1}抽检{i1}{q1}，{i2}达到{q2}。",
        ["level q1 i1 e1 t1", "level q2 i2 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="农产品", i2="合格率", q1=count(number, "批次"), q2=shown,
    )  # fmt: skip


def other_rank(page: Page, draw: Draw, fault: bool) -> None:
    one, two = draw.chance.sample([each for each in _PLACES if each not in draw.place.text], 2)
    place = lambda number: Figure(f"第{number}位", Decimal(number), None, "rank")  # noqa: E731
    page.say(
        "按{t1}{i1}排名，{e2}排在{s1}{q1}，{e3}排在{s2}{q2}。",
        ["rank q1 i1 e2 t1 scope=s1", "rank q2 i1 e3 t1 scope=s2"],
        t1=draw.now(), i1="工业总产值", e2=Name(f"{one}街道"), e3=Name(f"{two}街道"), s1="全市", s2="全市",
        q1=place(3), q2=place(3 if fault else 5),
    )  # fmt: skip


def other_conflict(page: Page, draw: Draw, fault: bool) -> None:
    grown = draw.number(4, 9)
    page.say(
        "{t1}，{e1}{i1}同比增长{q1}。",
        ["change q1 i1 e1 t1 direction=increase basis=yoy"],
        e1=draw.place, t1=draw.now(), i1="地区生产总值", q1=percent(grown),
    )  # fmt: skip
    filler(page, draw)
    page.say(
        "{e2}{i2}在{t2}同比增长{q2}，走出上扬曲线。",
        ["change q2 i2 e2 t2 direction=increase basis=yoy"],
        e2=draw.place, t2=draw.now(), i2="地区生产总值", q2=percent(grown + draw.pick([1, 2]) if fault else grown),
    )  # fmt: skip


def other_unit(page: Page, draw: Draw, fault: bool) -> None:
    right = Figure("38.6万公顷", Decimal(386000), "hm2", "area")
    page.say(
        "截至{t1}，{e1}{i1}已有{q1}。",
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="森林面积",
        q1=wan(draw.number(20, 60) * 10**4, 1, "吨", "mass", "t") if fault else right,
    )  # fmt: skip


def other_magnitude(page: Page, draw: Draw, fault: bool) -> None:
    town = Name(draw.pick(_PLACES) + "街道")
    value = draw.number(2, 9) * (10**14 if fault else 10**9)
    page.say(
        "{e1}在{t1}交出答卷：{i1}突破{q1}。",
        ["level q1 i1 e1 t1"],
        e1=town, t1=draw.now(), i1="规模以上工业总产值", q1=replace(yuan(value, 1), bound="exact"),
    )  # fmt: skip


def other_date(page: Page, draw: Draw, fault: bool) -> None:
    page.published = f"{draw.year}-07-{draw.chance.randrange(3, 28):02d}"
    month = draw.pick([9, 10, 12]) if fault else draw.pick([3, 5])
    page.say(
        "{t1}，{e1}新开工{i1}{q1}，同比增长{q2}。",
        ["level q1 i1 e1 t1", "change q2 i1 e1 t1 direction=increase basis=yoy"],
        e1=draw.place, t1=When(f"{draw.year}年{month}月", f"{draw.year}-{month:02d}"), i1="技改项目",
        q1=count(draw.chance.randrange(5, 60), "个"), q2=percent(draw.number(3, 30)),
    )  # fmt: skip


def other_percent(page: Page, draw: Draw, fault: bool) -> None:
    value = percent(draw.number(104, 130) if fault else draw.number(40, 80))
    page.say(
        "{t1}，{e1}{i1}占{s1}的{q1}。",
        ["share q1 i1 e1 t1 scope=s1"],
        e1=draw.place, t1=draw.now(), i1="民间投资", s1="固定资产投资", q1=value,
    )  # fmt: skip


def other_structure(page: Page, draw: Draw, fault: bool) -> None:
    first, second = draw.chance.randrange(8, 25), draw.chance.randrange(30, 45)
    third = 100 - first - second + (draw.pick([-8, 9]) if fault else 0)
    parts_ = tuple(map(Decimal, (first, second, third)))
    members = Figure(f"{first}：{second}：{third}", None, None, "other", parts=parts_)
    page.say(
        "{e1}{i1}在{t1}优化为{q1}。",
        ["level q1 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="产业结构", q1=members,
    )  # fmt: skip


def other_direction(page: Page, draw: Draw, fault: bool) -> None:
    low, high = draw.chance.randrange(80, 200), draw.chance.randrange(240, 600)
    first, last = (high, low) if fault else (low, high)
    page.say(
        "{t1}，{e1}的{i1}从{q1}扩大到{q2}，带动就业。",
        ["level q1 i1 e1 -", "level q2 i1 e1 t1"],
        e1=draw.place, t1=draw.now(), i1="家庭农场", q1=count(first, "家"), q2=count(last, "家"),
    )  # fmt: skip


OTHERS: dict[str, Passage] = {
    "growth": other_growth,
    "change": other_change,
    "from-to": other_from_to,
    "multiple": other_multiple,
    "parts": other_parts,
    "total": other_total,
    "sum": other_sum,
    "share": other_share,
    "cases": other_cases,
    "rank": other_rank,
    "conflict": other_conflict,
    "unit": other_unit,
    "magnitude": other_magnitude,
    "date": other_date,
    "percent": other_percent,
    "structure": other_structure,
    "direction": other_direction,
}


# ---------------------------------------------------------------- around the passage


def filler(page: Page, draw: Draw) -> None:
    """A plain sentence with a figure of its own."""
    number = draw.chance.randrange(3, 90)
    options: list[tuple[str, list[str], dict[str, Any]]] = [
        ("{e9}新建{i9}{q9}。", ["level q9 i9 e9 -"], {"i9": "口袋公园", "q9": count(number, "个")}),
        ("{e9}举办{i9}{q9}，群众参与热情高。", ["level q9 i9 e9 -"], {"i9": "文化活动", "q9": count(number, "场")}),
        ("干部走访{i9}{q9}，收集意见建议。", ["level q9 i9 e1 -"], {"i9": "企业", "q9": count(number, "家")}),
        ("{e9}修缮{i9}{q9}。", ["level q9 i9 e9 -"],
         {"i9": "灌溉渠", "q9": Figure(f"{number}.4公里", Decimal(f"{number}.4"), "km", "length")}),
        ("{e9}持续改善营商环境。", [], {}),
        ("各项工作有序推进。", [], {}),
    ]  # fmt: skip
    template, claims, slots = draw.pick(options)
    if "e1" not in page.slots and " e1 " in " ".join(claims):
        claims = [each.replace(" e1 ", " - ") for each in claims]
    page.say(template, claims, e9=draw.place, **slots)


def compose(kind: str, number: int, fault: bool, passages: dict[str, Passage] = KINDS) -> Annotation:
    """One document; the same ``number`` gives the faulty one and its twin."""
    other = "" if passages is KINDS else "-other"
    chance = random.Random(f"{SEED} {kind}{other} {number}")
    year = chance.randrange(2021, 2026)
    place = Name(chance.choice(_PLACES) + "县")
    draw = Draw(chance, place, year)
    page = Page(f"{kind}{other}-{number:02d}{'' if fault else '-sound'}", f"{year + 1}-01-{chance.randrange(10, 29)}")
    page.new_paragraph()
    page.say(chance.choice(["{e0}晒出年度成绩单", "{e0}：实干开新局", "数说{e0}"]), [], kind="title", e0=place)
    page.new_paragraph()
    for _ in range(chance.randrange(1, 3)):
        filler(page, draw)
    page.new_paragraph()
    before = len(page.layers["claims"])
    passages[kind](page, draw, fault)
    planted = [claim["id"] for claim in page.layers["claims"][before:]]
    page.new_paragraph()
    filler(page, draw)
    meta = {"fault": {"kind": kind, "claims": planted}} if fault else {}
    note = {"status": "gold", "annotator": "composed with the text", "guide": "1.0"}
    return page.annotation({**meta, "annotation": note})


def write(path: Path, documents: list[Annotation]) -> None:
    content = "".join(f"{dumps(each)}\n" for each in documents).encode()
    path.write_bytes(gzip.compress(content, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name, fault, passages, each in (
        ("faults", True, KINDS, EACH),
        ("sound", False, KINDS, EACH),
        ("faults-other", True, OTHERS, EACH_OTHER),
        ("sound-other", False, OTHERS, EACH_OTHER),
    ):
        documents = [compose(kind, number, fault, passages) for kind in KINDS for number in range(1, each + 1)]
        write(folder / f"{name}.jsonl.gz", documents)
        print(f"{folder / name}.jsonl.gz: {len(documents)} documents, {sum(len(d.claims) for d in documents)} claims")


if __name__ == "__main__":
    main()
