from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from govclaim import annotate, verify
from govclaim.checking.verify import compare

PIECES = [
    *("青石县", "白水县", "全市", "2025年", "去年", "上半年", "7月末", "其中"),
    *("一般公共预算收入", "出口", "进口", "新增学位", "快递业务量", "占全市比重", "参保率"),
    *("14.02亿元", "14亿元", "2300余个", "20%", "3—5万吨", "0.4个百分点", "15.27%"),
    *("1:2.5", "数十家", "翻一番", "三成", "超", "近", "约", "不足", "合计", "相差"),
    *("同比增长", "环比下降", "增至", "由", "降到", "达到了", "没有达到", "未超过"),
    *("居全市第二", "列全省首位", "预计", "力争", "将", "已", "，", "；", "。", "、", "\n"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


@settings(max_examples=80)
@given(TEXTS)
def test_no_text_contradicts_itself(text):
    annotation = annotate(text, published="2026-01-20")
    result = compare(annotation, [annotation])
    assert not result.contradictions
    assert [item.claim.id for item in result.items] == [
        claim.id for claim in sorted(annotation.claims, key=lambda claim: result_place(annotation, claim))
    ]


def result_place(annotation, claim):
    return next(quantity.start for quantity in annotation.quantities if quantity.id == claim.quantity)


@settings(max_examples=30)
@given(TEXTS, st.lists(TEXTS, min_size=2, max_size=3))
def test_the_order_of_sources_does_not_matter(summary, sources):
    read = annotate(summary, published="2026-01-20")
    annotated = [annotate(text, published="2026-01-20") for text in sources]
    first, *others = [compare(read, order) for order in permutations(annotated)]
    assert all(other == first for other in others)


@settings(max_examples=30)
@given(TEXTS, TEXTS)
def test_more_sources_never_take_support_away(summary, source):
    alone = verify(summary, source)
    both = verify(summary, [source, summary])
    assert {item.start for item in alone.items if item.verdict == "supported"} <= {
        item.start for item in both.items if item.verdict == "supported"
    }
