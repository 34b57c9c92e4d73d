from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import govclaim_news
from govclaim.recognizers.tagger import LABELS, TAGS, Tagger, decode

OURS = Tagger.load(govclaim_news.FOLDER)
PIECES = st.sampled_from(("义乌市", "北苑", "街道", "党工委", "王旭", "说", "商务厅", ",", "15.2%", "Ａ", "\n"))
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30))


def legal(left, right):
    inside = left[0] in "BI"
    return inside == (right[0] in "IE") and (not inside or left[2:] == right[2:])


@given(st.lists(st.lists(st.integers(0, 40), min_size=len(TAGS), max_size=len(TAGS)), max_size=7), st.booleans())
@settings(max_examples=200, deadline=None)
def test_decoding_is_legal_and_no_worse_than_greedy_choice(weights, sure):
    table = np.array(weights, np.float32).reshape(-1, len(TAGS)) + 1
    if sure and len(table):
        table[len(table) // 2] = [1e6] + [1] * (len(TAGS) - 1)
    table /= table.sum(axis=1, keepdims=True)
    tags = [TAGS[tag] for tag in decode(table)]
    assert all(legal(left, right) for left, right in pairwise(["O", *tags, "O"]))
    score = sum(np.log(table[row, TAGS.index(tag)]) for row, tag in enumerate(tags))
    alone = [index for index, tag in enumerate(TAGS) if tag[0] in "OS"]
    assert score >= np.log(table[:, alone].max(axis=1)).sum() - 1e-4
    if sure and len(table):
        assert tags[len(table) // 2] == "O"


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=60, deadline=None)
def test_spans_fit_in_order_and_texts_do_not_see_each_other(texts):
    together = OURS.tag(texts)
    assert len(together) == len(texts)
    for text, answer in zip(texts, together, strict=True):
        ends = [0]
        for start, end, label, confidence in answer:
            assert ends[-1] <= start < end <= len(text)
            assert label in LABELS
            assert 0 <= confidence <= 1
            ends.append(end)
        (alone,) = OURS.tag([text])
        assert [entity[:3] for entity in alone] == [entity[:3] for entity in answer]


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_same_text_same_answer(text):
    assert OURS.tag([text]) == OURS.tag([text])
