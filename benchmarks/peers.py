"""Public cases of other libraries, replayed: of what is comparable, how much comes out as they expect.

    python benchmarks/peers.py FOLDER [--only PREFIX] [--failures FILE]

FOLDER holds JSON Lines files named after their source (recognizers_*, jionlp_*, duckling_*), a case a line:

    {"source": "…", "input": "…", "context": {"reference": "2018-09-18T18:00:00"},
     "expect": [{"text": "…", "start": 0, "end": 5, "type": "…", "resolution": {…}}]}

with the library's own resolution; an empty ``expect`` says that nothing is to be found. A case is `right` where all
that it expects is found with its value, and with its unit where that is one of ours. `other` counts the cases of other
things (clock times, lunar dates, traditional script); `decided` those that our annotation decides otherwise, by the
classes of docs/decisions/times.md, told from the case alone and never from our answer. `share` is of the comparable
ones, `with decided` of both.
"""

import argparse
import calendar
import datetime as dt
import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

DAY = dt.timedelta(1)
TRADITIONAL = re.compile(
    "[個週禮後號聽尋這現當過兩鐘點幾來億萬參陸貳應負雙對圓幣時節國慶與攝華間裏吋呎倫錢塊從們歲兒餘約於為長門開關單邊東車無專業"
    "務產將會學實圖歷]"
)
SPACED = re.compile(r"\S\s+\S")
COUNT = r"[\d一二三四五六七八九十两几]+"


@dataclass(frozen=True)
class Stretch:
    """A time to be found, with the first and last days that count as right."""

    start: int
    end: int
    days: tuple


@dataclass(frozen=True)
class Amount:
    """A quantity to be found; ``factors`` turn our units into theirs where they convert."""

    start: int
    end: int
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    units: tuple = ()
    bounds: tuple = ()
    factors: dict | None = None


@dataclass(frozen=True)
class Place:
    """A time to be found, its value aside."""

    start: int
    end: int


class OtherCaseError(Exception):
    """The case is of something else."""


class DecidedError(Exception):
    """Our annotation decides otherwise."""


# --- days


def day(text, last):
    """First or last day of a date, month or year."""
    found = re.match(r"(\d{4})(?:-(0\d|1[0-2]))?(?:-(\d\d))?(?:[T ]|$)", text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    return dt.date(year, month, int(found[3] or (calendar.monthrange(year, month)[1] if last else 1)))


def days_of(value):
    """First and last day of one of our values."""
    if not value:
        return None
    first, _, last = value.partition("/")
    found = tuple(None if one == ".." else day(one, late) for one, late in ((first, False), (last or first, True)))
    return None if found == (None, None) else found


def reference(case):
    """The day on which the case is read."""
    written = case["context"].get("reference") or "0001"
    return None if written.startswith("0001") else dt.date.fromisoformat(written[:10])


WITH_YEAR = re.compile("年|今|明|昨|去|前|后|本|上|下|这|当|[12]\\d{3}")
MOVING = (
    "春节|元宵|清明|端午|七夕|中秋|重阳|除夕|母亲节|父亲节|感恩节|复活节|"
    "(?:立[春夏秋冬]|雨水|惊蛰|春分|谷雨|小满|芒种|[夏冬]至|[小大][暑寒雪]|处暑|[白寒]露|秋分|霜降)$"
)
ORDERS = re.compile(
    r"\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4}(?:-\d{1,2}/\d{1,2}/\d{4})?)?"
    r"|\d{4}(?: \d\d \d\d|\.\d\d-\d\d)?|\d{1,2}·\d{1,2}|十一"
)
LUNAR_DAY = re.compile("(?:^|月)(?:廿[一二三四五六七八九]?|[二三]?十[一二三四五六七八九]?)$")
COUNTED = re.compile(f"(?:过去|最近|未来|今后|前|后|[上下](?!一)){COUNT}个?(?:年|月|周|天|日|星期)")


def opens(text, days, now):
    return all(last is None for _, last in days) and re.search("(?:起|开始|以来)$|^[自从]", text)


def this_week(text, days, now):
    same = [first and now and first.isocalendar()[:2] == now.isocalendar()[:2] for first, _ in days]
    return bool(re.match("下个?(?:周|星期|礼拜)", text)) and all(same)


def comes(text, days, now):
    return now and not WITH_YEAR.search(text) and all(first and first > now for first, _ in days)


CLASSES = (
    ("自 起 开始: the date itself", opens),
    ("截止到 a year: with it", lambda text, *_: re.match("截[至止].*[年月]$", text)),
    ("counted stretches: null", lambda text, *_: COUNTED.match(text)),
    ("…年前: a year, or outside", lambda text, *_: re.fullmatch(r"\d+年前", text)),
    ("it measures", lambda text, *_: re.fullmatch(rf"[1-9]\d年|{COUNT}[天日年月]之?内", text)),
    ("festivals that move, solar terms", lambda text, *_: re.search(MOVING, text)),
    ("lunar days", lambda text, *_: LUNAR_DAY.search(text)),
    ("seasons", lambda text, *_: re.search("[春夏秋冬][季天]?$", text)),
    ("decades", lambda text, *_: "年代" in text),
    ("月初, 月末", lambda text, *_: re.search("月[初末]$", text)),
    ("order unknown, bare numbers, events", lambda text, *_: ORDERS.fullmatch(text)),
    ("下周 in the same week", this_week),
    ("without its year: the latest begun", comes),
)


def stretch(case, expected, days):
    """A time to be found, unless its class is decided otherwise."""
    days = tuple(found for found in days if found and found != (None, None))
    if not days:
        raise OtherCaseError("no date")
    for name, told in CLASSES:
        if told(expected["text"], days, reference(case)):
            raise DecidedError(name)
    return Stretch(expected["start"], expected["end"], days)


LUNAR = re.compile("农历|阴历|腊月|正月|冬月|闰|初[一二三四五六七八九十]|大年")


def recognizers_days(value):
    """The days that a value of Recognizers-Text allows; its ends are exclusive, or those of the written unit."""
    timex, kind = str(value.get("timex") or ""), value.get("type")
    if kind == "date" and value.get("value") and not value.get("Mod"):
        return [(day(value["value"], False), day(value["value"], True))]
    if kind != "daterange":
        return []
    if re.fullmatch(r"\d{4}(-\d\d)?", timex) and not value.get("Mod"):
        return [days_of(timex)]
    first, last = (day(value[end], False) if value.get(end) else None for end in ("start", "end"))
    if last is None:
        return [(first, None)]
    allowed = [(first, last), (first, last - DAY)]
    if timex.endswith(("Y)", "M)")):
        allowed.append((first, day(str(last)[: 4 if timex.endswith("Y)") else 7], True)))
    return allowed


def recognizers_time(case, expected):
    values = expected["resolution"].get("values", [])
    if expected["type"] not in ("datetimeV2.date", "datetimeV2.daterange") or expected["text"] == "最近":
        raise OtherCaseError("no date")
    days = [found for value in values for found in recognizers_days(value)]
    old = any(end and end.year < 1900 for found in days if found for end in found)
    if old or LUNAR.search(expected["text"]) or any(value.get("isLunar") for value in values):
        raise OtherCaseError("lunar or old")
    return stretch(case, expected, days)


def jionlp_time(case, expected):
    resolution, text = expected["resolution"], expected["text"]
    ends = resolution.get("time")
    if resolution["type"] not in ("time_point", "time_span") or not isinstance(ends, list):
        raise OtherCaseError("no date")
    if not (
        all(isinstance(end, str) for end in ends) and ends[0].endswith("00:00:00") and ends[1].endswith("23:59:59")
    ):
        raise OtherCaseError("clock time")
    if LUNAR.search(text) or case["context"].get("ret_future"):
        raise OtherCaseError("lunar, or the future first")
    if resolution["definition"] != "accurate" and not re.search("[上下]半年$", text):
        raise OtherCaseError("vague")
    return stretch(case, expected, [(day(ends[0], False), day(ends[1], True))])


def duckling_time(case, expected):
    resolution, text = expected["resolution"], expected["text"]
    grain = resolution.get("grain")
    if resolution.get("holiday") or grain not in ("day", "week", "month", "year"):
        raise OtherCaseError("clock time or holiday")
    if re.search("今个|宜家|而家|依家", text) or re.fullmatch("这?(周|星期|礼拜)[一二三四五六日天]", text):
        raise OtherCaseError("Cantonese, or a weekday by itself")
    if resolution["value_type"] == "interval" and resolution.get("to_exclusive"):
        return stretch(case, expected, [(day(resolution["from"], False), day(resolution["to_exclusive"], False) - DAY)])
    if resolution["value_type"] != "instant":
        raise OtherCaseError("no date")
    first = day(resolution["value"], False)
    last = first + 6 * DAY if grain == "week" else day(str(first)[: {"day": 10, "month": 7, "year": 4}[grain]], True)
    return stretch(case, expected, [(first, last)])


def place(case, expected):
    return Place(expected["start"], expected["end"])


# --- amounts

YUAN = {"元": "CNY", "美元": "USD", "港元": "HKD", "日元": "JPY", "欧元": "EUR", "新台币": "TWD", "韩元": "KRW"}
YUAN |= {"泰铢": "THB", "卢布": "RUB", "澳元": "AUD", "英镑": "GBP", "CNY": "CNY", "HKD": "HKD", "USD": "USD"}
UNITS = {"Mu": "mu", "Kilogram": "kg", "Centimeter": "cm", "Ton": "t", "Meter": "m", "Kilometer": "km", "Gram": "g"}
UNITS |= {"Milligram": "mg", "Jin": "jin", "Liter": "L", "Milliliter": "mL", "Kilowatt": "kW", "Square meter": "m2"}
UNITS |= {"Hertz": "Hz", "Megahertz": "MHz", "C": "Cel", "Celsius": "Cel", "F": "[degF]", "Fahrenheit": "[degF]"}
DURATIONS = {"s": ("s", 1), "min": ("s", 60), "hour": ("s", 3600), "day": ("s", 86400), "week": ("s", 604800)}
DURATIONS |= {"month": ("mon", 1), "year": ("mon", 12)}
MASSES = {"mg": ("g", 1e-3), "g": ("g", 1), "kg": ("g", 1000), "t": ("g", 1e6), "jin": ("g", 500), "liang": ("g", 50)}
VOLUMES = {"mL": ("L", 1e-3), "L": ("L", 1), "cm": ("m", 1e-2), "m": ("m", 1), "km": ("m", 1000)}
FACTORS = {**DURATIONS, **MASSES, **VOLUMES}
DUCKLING = {"second": "s", "minute": "min", "hour": "hour", "day": "day", "week": "week", "month": "month"}
DUCKLING |= {"year": "year", "Gram": "g", "Litre": "L", "Millilitre": "mL", "Centimetre": "cm", "Metre": "m"}
DUCKLING |= {"Kilometre": "km"}


def number(text):
    return None if text is None else float(str(text).rstrip("%"))


def amount(expected, value=None, **more):
    return Amount(expected["start"], expected["end"], number(value), **more)


def plain_number(case, expected):
    resolution, text = expected["resolution"], expected["text"]
    if resolution.get("value") is None or re.search("打|对|双", text) or text in ("一", "壹", "1", "半", "一个", "1个"):
        raise OtherCaseError("打, 对, 双, a bare one")
    if re.match("[年月日号点时章]", case["input"][expected["end"] :]):
        raise OtherCaseError("a date or chapter")
    if case["source_file"].startswith("duckling") and re.search("[KkMGm]", text):
        raise OtherCaseError("k, M, G")
    return amount(expected, resolution["value"])


def percent(case, expected):
    text = expected["text"]
    if re.search("折|半价|千分|万分|仟分", text):
        raise OtherCaseError("折, 千分之")
    return amount(expected, expected["resolution"]["value"], units=("pp",) if re.search("百分点", text) else ("%",))


def number_range(case, expected):
    if "Experimental" in case["model"]:
        raise OtherCaseError("twice")
    found = re.fullmatch(r"([\[(])(-?[\d.]*),(-?[\d.]*)([\])])", expected["resolution"]["value"])
    low, high = found[2], found[3]
    if low and high:
        return amount(expected, lower=float(low), upper=float(high))
    closed = (found[1] if low else found[4]) in "[]"
    return amount(
        expected, low or high, bounds=(("over", "at_least") if low else ("under", "at_most"))[closed : closed + 1]
    )


def measured(case, expected):
    resolution = expected["resolution"]
    unit = resolution.get("unit")
    if resolution.get("value") is None or unit in ("Bit", "Kilobit", "Kilobyte", "Megabyte", "Kilocalorie"):
        raise OtherCaseError("no value, or kilo in the number")
    durations = {"Year": "year", "Month": "month", "Week": "week", "Day": "day"}
    units = (resolution["isoCurrency"],) if resolution.get("isoCurrency") else (UNITS.get(unit) or durations.get(unit),)
    if units == ("year",):
        units = ("year", "岁")
    return amount(expected, resolution["value"], units=tuple(filter(None, units)))


def jionlp_money(case, expected):
    resolution, text = expected["resolution"], expected["text"]
    if not resolution:
        raise OtherCaseError("no value")
    unit, value = YUAN.get(resolution["case"]), resolution["num"]
    units = (unit,) if unit and re.search("[元圆块角分钱币铢布磅毛]", text) else ()
    if isinstance(value, list) and not re.search("[多余来]", text):
        return amount(expected, lower=float(value[0]), upper=float(value[1]), units=units)
    return amount(expected, value[0] if isinstance(value, list) else value, units=units)  # 3000多 is 3000, over


def duckling_amount(case, expected):
    resolution = expected["resolution"]
    unit = resolution.get("unit")
    foreign = unit in ("Cent", "Degree", "Foot", "Inch", "Mile", "Gallon")
    if (
        resolution["value_type"] == "unparsed"
        or foreign
        or (unit == "Dollar" and not re.search("[元块]", expected["text"]))
    ):
        raise OtherCaseError("no unit of ours")
    ends = {"lower": number(resolution.get("from")), "upper": number(resolution.get("to"))}
    if unit in DUCKLING:
        base, factor = FACTORS[DUCKLING[unit]]
        ends = {end: value and value * factor for end, value in ends.items()}
        value = resolution.get("value") and resolution["value"] * factor
        return amount(expected, value, units=(base,), factors=FACTORS, **ends)
    units = () if unit in (None, "Dollar") else (UNITS.get(unit, unit),)
    return amount(expected, resolution.get("value"), units=units, **ends)


READERS = {
    "recognizers_datetime": recognizers_time,
    "recognizers_number": plain_number,
    "recognizers_ordinal": plain_number,
    "recognizers_percent": percent,
    "recognizers_numberrange": number_range,
    "recognizers_currency": measured,
    "recognizers_dimension": measured,
    "recognizers_temperature": measured,
    "recognizers_age": measured,
    "jionlp_time_parse": jionlp_time,
    "jionlp_time_extract": place,
    "jionlp_money": jionlp_money,
    "duckling_time": duckling_time,
    "duckling_time_cn": duckling_time,
    "duckling_numeral": plain_number,
    "duckling_ordinal": plain_number,
    **{f"duckling_{kind}": duckling_amount for kind in ("amountofmoney", "distance", "duration", "quantity")},
    **{f"duckling_{kind}": duckling_amount for kind in ("volume", "temperature")},
}
"""Readers of the files; what is not here tests a library's inner stages or another country's days."""

FAMILIES = {
    "recognizers_percent": ("%", "pp"),
    "recognizers_currency": tuple(YUAN.values()),
    "jionlp_money": tuple(YUAN.values()),
    "recognizers_dimension": tuple(UNITS.values()),
    "recognizers_temperature": ("Cel", "[degF]"),
    "recognizers_age": ("year", "岁"),
}
"""Of which units a case that expects nothing may show none."""


# --- ours against theirs


def near(ours, theirs, factor):
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return abs(float(ours) * factor - theirs) <= 1e-6 * max(1.0, abs(theirs))


def same_amount(wanted, found):
    factor, unit = 1.0, found.unit
    if wanted.factors:
        unit, factor = wanted.factors.get(unit, (None, 1.0))
    if (wanted.units and unit not in wanted.units) or (wanted.bounds and found.bound not in wanted.bounds):
        return False
    if wanted.value is not None:
        return found.value is not None and near(found.value, wanted.value, factor)
    return near(found.lower, wanted.lower, factor) and near(found.upper, wanted.upper, factor)


def overlapping(wanted, items):
    return [item for item in items if item.start < wanted.end and wanted.start < item.end]


def met(wanted, document):
    if isinstance(wanted, Stretch):
        return any(days_of(time.value) in wanted.days for time in overlapping(wanted, document.times))
    if isinstance(wanted, Place):
        return any((time.start, time.end) == (wanted.start, wanted.end) for time in document.times)
    return any(same_amount(wanted, found) for found in overlapping(wanted, document.quantities))


def nothing(name, document):
    """Whether nothing of the file's kind is found."""
    if "time" in name:
        return not document.times
    units = FAMILIES.get(name)
    return not [found for found in document.quantities if units is None or found.unit in units]


def right(name, wanted, document):
    if not wanted:
        return nothing(name, document)
    exact = name == "jionlp_time_extract"
    return all(met(one, document) for one in wanted) and not (exact and len(document.times) > len(wanted))


def read(name, case):
    """What a case expects; raises ``OtherCaseError`` or ``DecidedError``."""
    if TRADITIONAL.search(case["input"]) or SPACED.search(case["input"]):
        raise OtherCaseError("traditional script or spaces")
    if not case["expect"] and name not in FAMILIES and "time" not in name:
        raise OtherCaseError("nothing, of no kind")
    if any(expected["start"] is None for expected in case["expect"]):
        raise OtherCaseError("no place")
    try:
        return [READERS[name](case, expected) for expected in case["expect"]]
    except (KeyError, TypeError, ValueError) as error:
        raise OtherCaseError("no value, or no day of the calendar") from error


def replay(path, govclaim, failures):
    counts, classes = Counter(), Counter()
    for line in path.read_text("utf-8").splitlines():
        case = {**json.loads(line), "source_file": path.stem}
        try:
            kind, wanted = "comparable", read(path.stem, case)
        except OtherCaseError:
            kind, wanted = "other", None
        except DecidedError as reason:
            kind, wanted = "decided", None
            classes[str(reason)] += 1
        counts["cases"] += 1
        counts[kind] += 1
        if wanted is None:
            continue
        document = govclaim.annotate(case["input"], published=reference(case))
        well = right(path.stem, wanted, document)
        counts["right"] += well
        if failures and not well:
            found = [(time.text, time.value) for time in document.times]
            found += [(one.text, one.value, one.unit, one.bound) for one in document.quantities]
            print(path.stem, case["input"], wanted, found, sep="\t", file=failures)
    return counts, classes


def share(part, whole):
    return f"{100 * part / whole:.1f}%" if whole else "-"


def main():
    import govclaim

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="files whose names begin so")
    parser.add_argument("--failures", type=argparse.FileType("w", encoding="utf-8"))
    options = parser.parse_args()
    paths = [path for path in sorted(options.folder.glob(options.only + "*.jsonl")) if path.stem in READERS]
    if not paths:
        sys.exit(f"no known files in {options.folder}")
    heads = ("cases", "other", "decided", "comparable", "right")
    print(f"{'file':26}" + "".join(f"{head:>13}" for head in (*heads, "share", "with decided")))
    decided = Counter()
    for path in paths:
        counts, classes = replay(path, govclaim, options.failures)
        decided += classes
        shares = [share(counts["right"], counts["comparable"] + more) for more in (0, counts["decided"])]
        print(f"{path.stem:26}" + "".join(f"{one:>13}" for one in (*(counts[head] for head in heads), *shares)))
    for name, count in decided.most_common():
        print(f"  decided otherwise: {name}: {count}")


if __name__ == "__main__":
    main()
