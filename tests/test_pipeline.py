import warnings

import pytest
import spacy
from spacy.tokens import DocBin

import govclaim

TEXT = (
    "　　青石县推进改造。“我们坚持在一\n\n线练兵。”去年，青石县新增学位2300余个，\n\n\n  同\n\n时新建体育设施21处。\n"
)


@pytest.fixture(scope="module")
def nlp():
    return govclaim.load()


def test_the_doc_is_the_text_and_the_annotation_is_the_truth(nlp):
    doc = nlp(TEXT)
    annotation = doc._.govclaim
    assert doc.text == TEXT
    assert annotation.text == TEXT
    assert annotation == govclaim.annotate(TEXT)
    layers = ("sentences", "entities", "quantities", "times", "claims")
    for layer in layers:
        items = getattr(annotation, layer)
        spans = list(doc.spans[layer])
        assert [span.id_ for span in spans] == [item.id for item in items]
        for span, item in zip(spans, items, strict=True):
            assert span.start_char <= item.start < item.end <= span.end_char
    assert [ent.text for ent in doc.ents] == [entity.text for entity in annotation.entities]
    assert {ent.label_ for ent in doc.ents} <= {"LOC", "ORG", "PER"}


def test_sentences_are_those_of_the_annotation(nlp):
    doc = nlp(TEXT)
    starts = [sentence.start for sentence in doc._.govclaim.sentences]
    sents = [span for span in doc.sents if span.text.strip()]
    assert [span.start_char + len(span.text) - len(span.text.lstrip()) for span in sents] == starts


def test_a_break_inside_a_word_stays_in_its_token(nlp):
    words = {token.text: token.norm_ for token in nlp(TEXT)}
    assert words["同\n\n时"] == "同时"
    assert all(not token.whitespace_ for token in nlp(TEXT))


def test_components_declare_what_they_need():
    nlp = govclaim.load(segmenter="characters")
    assert not any(nlp.analyze_pipes()["problems"].values())
    nlp.remove_pipe("govclaim_times")
    assert nlp.analyze_pipes()["problems"]["govclaim_settlement"] == ["doc._.govclaim_times"]


def test_a_step_may_be_left_out(nlp):
    with nlp.select_pipes(disable=["govclaim_entities", "govclaim_claims"]):
        annotation = nlp(TEXT)._.govclaim
    assert not annotation.entities
    assert not annotation.claims
    assert annotation.quantities


def test_pipe_takes_the_day_from_the_context(nlp):
    pairs = [(TEXT, {"published": "2026-01-20", "id": "x"}), (TEXT, {"published": "2024-05-01"}), (TEXT, None)]
    docs = [doc for doc, _ in nlp.pipe(pairs, as_tuples=True)]
    assert [doc._.govclaim.times[0].value for doc in docs] == ["2025", "2023", None]
    assert docs[0]._.govclaim.id == "x"
    assert docs[0]._.govclaim == govclaim.annotate(TEXT, published="2026-01-20", id="x")


def test_processes_send_whole_docs(nlp):
    texts = [TEXT, "有3人。", ""] * 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads, which is spaCy's choice
        docs = list(nlp.pipe(texts, n_process=2, batch_size=2))
    assert [doc._.govclaim for doc in docs] == [nlp(text)._.govclaim for text in texts]
    assert [len(doc.spans["quantities"]) for doc in docs[:2]] == [2, 1]


def test_docs_go_to_bytes(nlp):
    bin = DocBin(docs=[nlp(TEXT)], store_user_data=True)
    again = next(iter(DocBin().from_bytes(bin.to_bytes()).get_docs(nlp.vocab)))
    assert again._.govclaim == nlp(TEXT)._.govclaim


def test_a_foreign_tokenizer_gives_the_same_annotation_and_wider_views():
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    for name in govclaim.load(segmenter="characters").pipe_names:
        nlp.add_pipe(name)
    text = "青石县新增学位2300余个。"
    assert nlp(text)._.govclaim == govclaim.annotate(text)
    assert govclaim.annotate(text, published="2026-01-20", nlp=nlp) == govclaim.annotate(text, published="2026-01-20")
    english = spacy.blank("en")
    for name in nlp.pipe_names:
        english.add_pipe(name)
    doc = english("义乌市增长5%（2025年）。")
    assert [span.text for span in doc.spans["quantities"]] == ["义乌市增长5%（2025年"]
    assert [span.text for span in doc.ents] == ["义乌市增长5%（2025年"]
