"""From what another tool finds to an annotation by our contract, so that one scorer reads all.

A tool that finds numbers says nothing of claims. So that each has its fairest chance, one rule, the same for all,
makes quantities and claims of numbers; it is written down here and nowhere tuned on the pages it is measured on.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from govclaim import knowledge, schema

__all__ = ["Find", "annotation", "claims", "quantities"]


@dataclass(frozen=True)
class Find:
    """A number as a tool found it; ``unit`` where the tool knows one."""

    start: int
    end: int
    value: Decimal | None
    unit: str | None = None
    bound: str = "exact"
    bound_span: tuple | None = None
    rank: bool = False
    lower: Decimal | None = None
    upper: Decimal | None = None


BEFORE = (
    ("at_most", "不超过|不高于|不多于"),
    ("at_least", "不低于|不少于|至少"),
    ("over", "超过|高于|突破|超|逾|破"),
    ("under", "不足|不到|低于|少于"),
    ("nearly", "将近|接近|近"),
    ("approx", "大约|约"),
)
"""Words right before a number, and the bound that they state."""
INSIDE = re.compile("([余多])?(万亿|[十百千万亿])?(?![一二三四五六七八九])")
AFTER = (("approx", "左右|上下"), ("at_least", "以上"), ("at_most", "以下|以内"))
MAGNITUDES = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12}
NO_FIGURE = re.compile("[届次批期条号章节款项版]")
"""第十届, 第3次 number an event."""
GROWS, FALLS = "增长|增加|提高|上升|提升|上涨|扩大|加快", "下降|减少|降低|回落|下跌|缩短|放缓"
CHANGES = re.compile(f"(?:({GROWS})|({FALLS}))了?$")
VERBS = "达到|达|为|是|有|完成|实现|占|升至|降至|增至|共|共有|累计|至|到|了|已|增长|增加|下降|减少|提高|分别|其中|新增"
TAIL = re.compile(f"(?:{VERBS})+$")
YEAR = re.compile(r"(?<!\d)(20\d\d)年|(去年|上年)|(今年)")
YOY = re.compile("同比|比上年|较上年|比去年|较去年")
PHRASE = re.compile("[\u4e00-\u9fffA-Za-z（）“”]+$")
LONGEST = 12  # characters of an indicator


@cache
def _forms():
    """Measure words and units as they are written, and what our contract calls them."""
    tables = knowledge.default()
    units = {line.split(",")[0]: line.split(",")[1] for line in tables.lines("units.csv")}
    words = {line.split(",")[0]: line.split(",")[0] for line in tables.lines("measure_words.csv")}
    return {**words, **units, "%": "%", "％": "%", "个百分点": "pp"}


def quantities(text, finds):
    """The tool's numbers as quantities: unit, bound, ordinals; calendar dates and bare articles left out."""
    forms = _forms()
    unit = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    found = []
    for find in sorted(finds, key=lambda each: (each.start, -each.end)):
        if found and find.start < found[-1].end:
            continue
        whole = _ordinal(text, find) if text[max(0, find.start - 1)] == "第" else _measured(text, find, unit, forms)
        if whole is not None:
            found.append(_bounded(text, whole))
    return found


def _ordinal(text, find):
    if NO_FIGURE.match(text, find.end):
        return None
    end = find.end + (text[find.end : find.end + 1] in ("位", "名"))
    return replace(find, start=find.start - 1, end=end, unit=None, rank=True)


def _measured(text, find, unit, forms):
    if find.unit is None:
        if _dated(text, find):
            return None
        inside = INSIDE.match(text, find.end)
        if inside and inside[0]:
            value = find.value * 10 ** MAGNITUDES.get(inside[2], 0)
            find = replace(find, end=inside.end(), value=value, bound="over" if inside[1] else find.bound)
        said = unit.match(text, find.end)
        if said:
            find = replace(find, end=said.end(), unit=forms[said[0]])
            if said[0] == "成":  # 三成
                find = replace(find, value=find.value * 10, unit="%")
    said = text[find.start : find.end]
    if re.fullmatch("[一二三四五六七八九十两百千万]", said) or (said[0] == "一" and find.value == 1):
        return None  # 三三制; 一 as article: 一杯热水
    if re.search("[余多]", text[find.start : find.end]):
        find = replace(find, bound="over")
    return find


def _dated(text, find):
    number, after = find.value, text[find.end : find.end + 2]
    if re.match(r"[—－-]+\d{1,2}月", text[find.end : find.end + 6]):  # 1—11月
        return True
    if after[:1] == "年":
        return 1900 <= number < 2100
    if after[:1] == "月":
        return number <= 12
    return (after[:1] in ("日", "号", "点", "时") and number <= 31) or after[:1] in ("·",)


def _bounded(text, find):
    for bound, words in AFTER:
        said = re.compile(words).match(text, find.end)
        if said:
            find = replace(find, end=said.end(), bound=bound)
    for bound, words in BEFORE:
        said = re.search(f"(?:{words})$", text[max(0, find.start - 4) : find.start])
        if said:
            start = find.start - len(said[0])
            return replace(find, bound=bound, bound_span=(start, find.start))
    return find


def claims(document, found, names=None):
    """A claim for each quantity: ``rank`` for an ordinal, ``change`` after 增长 or 下降, else ``level``.

    The indicator is the run of words right before the quantity, verbs of amount aside, back to the last mark; where
    there is none, that of the quantity before it in the sentence. The subject is the last place or body before, the
    period the last year.

    Args:
        document: Its text, day of publication and sentences are read.
        found: Quantities.
        names: Spans of places and bodies; ``None`` for the listed divisions, since the tool finds no names.
    """
    text, sentences = document.text, document.sentences
    places = sorted(_divisions(text) if names is None else names)
    made, last = [], None
    for number, find in enumerate(found):
        at = find.bound_span[0] if find.bound_span else find.start
        sentence = next((each for each in sentences if each.start <= find.start and find.end <= each.end), None)
        if sentence is None:
            continue
        left = text[sentence.start : at]
        change = CHANGES.search(left)
        own = _phrase(text, max([sentence.start, *(place[1] for place in places if place[1] <= at)]), at)
        last = own or (last if last and last[0] >= sentence.start else None)
        years = list(YEAR.finditer(text, 0, at))
        before = [place for place in places if place[1] <= at]
        kind = "rank" if find.rank else "change" if change else "level"
        claim = {
            "quantity": number,
            "type": kind,
            "indicator": last,
            "subject": before[-1][:2] if before else None,
            "period_value": _year(years[-1], document.meta.published) if years else None,
            "direction": None if kind != "change" else "increase" if change[1] else "decrease",
            "basis": None if kind != "change" else "yoy" if YOY.search(left) else "none",
        }
        made.append(claim)
    return made


def _year(said, published):
    if said[1] or published is None:
        return said[1]
    return str(int(str(published)[:4]) - bool(said[2]))


@cache
def _listed():
    lines = knowledge.default().lines("divisions.csv.gz")
    return {name for line in lines if len(name := line.split(",")[1]) > 1}


def _divisions(text):
    """Where the longest listed divisions stand."""
    listed, at = _listed(), 0
    while at < len(text):
        size = next((size for size in range(12, 1, -1) if text[at : at + size] in listed), 0)
        if size:
            yield at, at + size
        at += size or 1


def _phrase(text, start, end):
    """What stands right before a quantity, as far back as ``start``."""
    stem = text[start:end]
    while (shorter := TAIL.sub("", re.sub("同比$|比上年$|较上年$", "", stem))) != stem:
        stem = shorter
    said = PHRASE.search(stem)
    if not said:
        return None
    first = max(said.start(), said.end() - LONGEST)
    first += stem[first : said.end()].rfind("的") + 1
    return (start + first, start + said.end()) if first < said.end() else None


def annotation(gold, *, names=(), found=(), made=()):
    """A prediction for the text of ``gold``, whose sentences it takes over.

    Args:
        gold: The document; of its layers the sentences alone are read.
        names: ``(start, end, label)``.
        found: Quantities, as ``quantities`` gives them.
        made: Claims, as ``claims`` or an answer's reader gives them.
    """
    text, whole = gold.text, list(gold.sentences)

    def home(start, end):
        return next((each.id for each in whole if each.start <= start and end <= each.end), None)

    def item(id, start, end, **fields):
        held = {"id": id, "start": start, "end": end, "text": text[start:end]}
        return {**held, "surface": "".join(text[start:end].split("\n")), "sentence": home(start, end), **fields}

    def span(ends):
        return ends and {"start": ends[0], "end": ends[1], "text": text[ends[0] : ends[1]]}

    entities = [item(f"e{i}", *name[:2], label=name[2]) for i, name in enumerate(sorted(set(names)), 1)]
    figures = [
        item(f"q{i}", each.start, each.end, **_amount(each), bound_span=span(each.bound_span))
        for i, each in enumerate(found)
    ]
    kept = {each["id"] for each in figures if each["sentence"]}
    told = [_claim(i, each, span, figures) for i, each in enumerate(made, 1) if f"q{each['quantity']}" in kept]
    body = {
        "schema_version": schema.SCHEMA_VERSION,
        "id": gold.id,
        "text": text,
        "meta": gold.meta.model_dump(mode="json", exclude_none=True),
        "sentences": [schema.parse_json(schema.to_json(each)) for each in whole],
        "entities": [each for each in entities if each["sentence"]],
        "quantities": [each for each in figures if each["sentence"]],
        "times": [],
        "claims": told,
        "warnings": [],
    }
    return schema.loads(schema.to_json(body))


def _amount(find):
    fields = {name: getattr(find, name) for name in ("value", "lower", "upper", "unit", "bound")}
    return {**fields, "dimension": "rank" if find.rank else "other"}


def _claim(number, made, span, figures):
    figure = figures[made["quantity"]]
    subject, speaker = span(made.get("subject")), span(made.get("attribution"))
    return {
        "id": f"c{number}",
        "sentence": figure["sentence"],
        "type": made["type"],
        "quantity": figure["id"],
        "indicator": span(made["indicator"]),
        "subject": subject and {**subject, "entity": None},
        "direction": made.get("direction"),
        "basis": made.get("basis"),
        "scope": span(made.get("scope")),
        "period": None,
        "period_value": made.get("period_value"),
        "modality": made.get("modality") or "actual",
        "polarity": made.get("polarity") or "affirmed",
        "attribution": speaker and {**speaker, "entity": None, "quoted": bool(made.get("quoted"))},
    }
