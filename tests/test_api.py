import os
import pickle
import re
from datetime import date, datetime

import pytest
import spacy

import govclaim
from govclaim import schema

TEXT = (
    "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%，居全市第二。青石县教育局局长王晓燕说，新增学位2300余个。"
)


@pytest.fixture(scope="module")
def nlp():
    return govclaim.load()


def test_annotation_follows_the_contract_and_survives_json():
    annotation = govclaim.annotate(TEXT, published="2026-01-20", id="qingshi", tokens=True, numerals=True)
    schema.check(annotation)
    assert govclaim.loads(govclaim.dumps(annotation)) == annotation
    assert annotation.id == "qingshi"
    assert annotation.meta.published == "2026-01-20"
    assert annotation.producer.govclaim == govclaim.__version__
    assert [str(quantity.value) for quantity in annotation.quantities] == ["1402000000", "15.27", "2", "2300"]
    assert [claim.type for claim in annotation.claims] == ["level", "change", "rank", "level"]


def test_what_is_not_asked_for_is_null():
    annotation = govclaim.annotate(TEXT)
    assert annotation.tokens is None
    assert annotation.numerals is None
    assert annotation.meta.published is None


def test_an_id_of_its_own_depends_on_the_text_alone():
    first, again, other = (govclaim.annotate(text).id for text in (TEXT, TEXT, TEXT[1:]))
    assert first == again != other


@pytest.mark.parametrize(
    "published", ["2026-01-20", date(2026, 1, 20), datetime(2026, 1, 20, 8), "2026-01-20T08:00:00"]
)
def test_the_day_comes_in_several_forms(published):
    assert govclaim.annotate("去年增长5%。", published=published).times[0].value == "2025"


def test_the_day_may_stand_in_the_metadata():
    annotation = govclaim.annotate("去年增长5%。", meta={"published": "2026-01-20", "desk": "一版"})
    assert annotation.times[0].value == "2025"
    assert annotation.meta.get("desk") == "一版"


def test_words_change_nothing_but_the_tokens(nlp):
    plain = govclaim.annotate(TEXT, published="2026-01-20")
    words = govclaim.annotate(TEXT, published="2026-01-20", tokens=True, nlp=nlp)
    assert words.model_copy(update={"tokens": None}) == plain
    assert any(len(token.text) > 1 for token in words.tokens)


def test_every_numeral_is_accounted_for():
    annotation = govclaim.annotate(TEXT, published="2026-01-20", numerals=True)
    ids = annotation.by_id()
    assert [run.role for run in annotation.numerals if run.role == "quantity"] == ["quantity"] * 4
    for run in annotation.numerals:
        assert (run.ref is None) == (run.role not in ("quantity", "time"))
        assert run.ref is None or ids[run.ref].start <= run.start < run.end <= ids[run.ref].end


def test_a_batch_keeps_the_order_and_loses_nothing(nlp):
    records = [
        TEXT,
        {"text": "去年增长5%。", "id": "b", "published": "2026-01-20", "meta": {"title": "乙"}},
        {"id": "c"},
        7,
        {"text": "三月开工。", "published": "soon", "file": "list.jsonl", "line": 9},
        "",
    ]
    results = list(govclaim.annotate_batch(records, nlp=nlp))
    kinds = [type(result).__name__ for result in results]
    assert kinds == ["Annotation", "Annotation", "Rejected", "Rejected", "Rejected", "Annotation"]
    assert results[0] == govclaim.annotate(TEXT)
    assert (results[1].id, results[1].times[0].value, results[1].meta.title) == ("b", "2025", "乙")
    assert [result.record for result in results[2:5]] == records[2:5]
    assert all(result.error and result.hint for result in results[2:5])
    assert (results[4].file, results[4].line) == ("list.jsonl", 9)


def test_a_batch_is_read_as_it_is_asked_for():
    taken = []

    def source():
        for number in range(100):
            taken.append(number)
            yield f"第{number}行有{number}人。"

    next(govclaim.annotate_batch(source()))
    assert len(taken) == 1


def test_a_fault_of_ours_rejects_one_record_only(nlp, monkeypatch):
    from govclaim.pipeline import stages

    state_claims = stages.state_claims

    def broken(work, knowledge):
        if "坏" in work.raw.text:
            raise KeyError("a fault")
        return state_claims(work, knowledge)

    monkeypatch.setattr(stages, "state_claims", broken)
    first, second = govclaim.annotate_batch(["坏了3台。", "好的3台。"], nlp=nlp)
    assert isinstance(first, govclaim.Rejected)
    assert "KeyError" in first.error
    assert second.quantities[0].value == 3


def test_workers_give_what_one_process_gives():
    records = [{"text": f"青石县去年新建学校{number}所。", "published": "2026-01-20"} for number in range(40)]
    records[7] = {"no": "text"}
    assert list(govclaim.annotate_batch(records, workers=2)) == list(govclaim.annotate_batch(records))


def test_workers_survive_a_process_that_dies():
    results = list(govclaim.annotate_batch(["有3人。", {"text": Deadly("有4人。")}, "有5人。"], workers=2))
    assert [type(result).__name__ for result in results] == ["Annotation", "Rejected", "Annotation"]
    assert "died" in results[1].error


class Deadly(str):
    """A text that ends the process that unpickles it."""

    __slots__ = ()

    def __reduce__(self):
        return os._exit, (9,)


def test_a_pipeline_goes_to_disk_and_comes_back(tmp_path, nlp):
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert again(TEXT)._.govclaim == nlp(TEXT)._.govclaim


def test_a_pipeline_can_be_pickled(nlp):
    again = pickle.loads(pickle.dumps(nlp))
    assert again(TEXT)._.govclaim == nlp(TEXT)._.govclaim


def test_a_users_tables_come_first(tmp_path):
    (tmp_path / "measure_words.csv").write_text("word,kind,example,note\n", encoding="utf-8")
    with pytest.raises(govclaim.KnowledgeError):
        govclaim.load(knowledge=tmp_path / "none")


@pytest.mark.parametrize(
    "arguments",
    [{"segmenter": "letters"}, {"entities": 3}, {"model": "no/such/folder"}, {"knowledge": "no/such/folder"}],
)
def test_wrong_parts_are_named(arguments):
    with pytest.raises(govclaim.GovclaimError) as caught:
        govclaim.load(**arguments)
    assert caught.value.hint


class Tagger:
    """Finds 乙乙乙, which nothing else would."""

    def tag(self, texts):
        return [[(match.start(), match.end(), "ORG", 0.99) for match in re.finditer("乙乙乙", text)] for text in texts]


def test_a_tagger_of_ones_own():
    nlp = govclaim.load(entities=Tagger(), segmenter="characters")
    entities = govclaim.annotate("乙乙乙新增学位12个。", nlp=nlp).entities
    assert ("乙乙乙", "ORG") in [(entity.text, entity.label) for entity in entities]


def test_a_spacy_pipeline_finds_names():
    other = spacy.blank("zh")
    ruler = other.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "GPE", "pattern": [{"ORTH": character} for character in "丙丙丙"]}])
    nlp = govclaim.load(entities=other, segmenter="characters")
    entities = govclaim.annotate("丙丙丙新增学位12个。", nlp=nlp).entities
    assert ("丙丙丙", "LOC") in [(entity.text, entity.label) for entity in entities]


def test_backends_are_found_by_name():
    assert "spacy" in govclaim.backends.available()
    assert govclaim.backends.spacy is govclaim.backends.SpacyEntities
    with pytest.raises(AttributeError, match="registered are"):
        _ = govclaim.backends.nothing
