"""A link is a code of the table, and the same document always has the same links."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.recognizers import links
from govclaim.recognizers.gazetteer import gazetteer
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Sentence

PARTS = [
    "浙江省",
    "浙江",
    "义乌市",
    "义乌",
    "北苑街道",
    "北苑",
    "朝阳区",
    "朝阳",
    "吉林",
    "吉林市",
    "城关镇",
    "乡",
    "镇",
]
PARTS += ["乡", "镇", "村", "高新区", "西安", "鼓楼区", "南京", "中国", "鲁", "海南", "县"]
NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join) | st.text(min_size=1, max_size=8)
ENTITIES = st.tuples(NAMES, st.sampled_from(["LOC", "ORG", "PER"]), st.sampled_from([None, "admin", "road"]))
PLACES = st.none() | NAMES | st.text("0123456789", max_size=12)


@given(st.lists(st.lists(ENTITIES, max_size=4), max_size=4), PLACES)
def test_links_are_codes_and_never_change(sentences, place):
    document = [_layers(names) for names in sentences]
    found = links.resolve(document, place, default())
    assert [len(row) for row in found] == [len(row) for row in sentences]
    known = {code for codes in gazetteer(default()).codes.values() for code in codes.split(" ")}
    told = {}
    for names, row in zip(sentences, found, strict=True):
        for (name, label, subtype), link in zip(names, row, strict=True):
            assert link.code is None or (link.code in known and label == "LOC" and link.warning is None)
            if link.code is not None:
                assert told.setdefault((name, subtype), link.code) == link.code
    assert links.resolve(document, place, default()) == found


def _layers(names):
    text = "".join(name for name, _, _ in names)
    entities, at = [], 0
    for name, label, subtype in names:
        entities.append(Candidate(SurfaceSpan(at, at + len(name)), Entity(label, subtype), 1.0, "test"))
        at += len(name)
    return Layers(Sentence(Span(0, max(1, len(text))), Surface(text, (0,), (0,)), "body", 1), entities=tuple(entities))
