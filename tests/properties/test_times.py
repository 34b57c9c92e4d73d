import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.recognizers.times import propose, resolve
from govclaim.spans import Span, Surface
from govclaim.values import Sentence

PIECES = [
    *"0123456789一二三四五六七八九十〇零廿年月日号时点分秒周季初末底前后间来至到-—~～.,:/（）()“”《》 半许第每近",
    *("2025年", "二〇二五年", "今年", "去年", "上年", "上半年", "前三季度", "截至", "以来", "同期", "本月", "今天"),
    *("将", "预计", "已完成5%", "，", "“十四五”", "“六一”", "假期", "世纪", "年代", "2月29日", "2026-02-30", "24时"),
    *("当天", "周末"),
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
DAYS = st.one_of(st.none(), st.dates(), st.just(date(1, 1, 1)), st.just(date(9999, 12, 31)), st.just(date(2024, 2, 29)))

CLOCK = r"(?:T(?:[01]\d|2[0-4]):[0-5]\d(?::[0-5]\d)?)?"
DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
ONE = rf"(?:\d{{4}}|\d{{3}}X|\d{{2}}XX|\d{{4}}-(?:0[1-9]|1[0-2]|2[1-4])|{DAY}{CLOCK})"
VALUE = re.compile(rf"(?:{ONE}|(?:{ONE}|\.\.)/(?:{ONE}|\.\.))")


def read(texts, published):
    surfaces = [Surface(text, (0,), (0,)) for text in texts]
    sentences = [Sentence(Span(0, len(surface)), surface, "body", n // 2) for n, surface in enumerate(surfaces)]
    expressions = [propose(text, default()) for text in texts]
    return expressions, resolve(expressions, sentences, published, default())


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4), DAYS)
def test_times_are_in_order_and_values_are_edtf(texts, published):
    expressions, layers = read(texts, published)
    for text, proposed, layer in zip(texts, expressions, layers, strict=True):
        assert [c.span for c in proposed] == [c.span for c in layer]
        at = 0
        for candidate in layer:
            assert at <= candidate.span.start < candidate.span.end <= len(text)
            at = candidate.span.end
            assert candidate.value.kind in {"date", "period", "duration", "set"}
            value = candidate.value.value
            if value is None:
                continue
            assert VALUE.fullmatch(value), value
            for day in re.findall(DAY, value):
                date.fromisoformat(day)
            ends = value.split("/")
            if len(ends) == 2 and ".." not in ends:
                assert ends[0][:4] <= ends[1][:4]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=3), DAYS)
def test_the_same_text_gives_the_same_times(texts, published):
    assert read(texts, published) == read(texts, published)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_no_time_begins_or_ends_in_white_space(text):
    for candidate in propose(text, default()):
        found = candidate.span.of(text)
        assert found == found.strip(" ")


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_a_full_date_is_its_own_value(day):
    text = f"{day.year}年{day.month}月{day.day}日"
    _, ((time,),) = read([text], None)
    assert time.span.of(text) == text
    assert time.value.value == day.isoformat()
