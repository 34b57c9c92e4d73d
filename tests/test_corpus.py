import gzip
import json
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import govclaim
from govclaim import cli, schema, scoring
from govclaim.corpus import (
    agreement,
    content,
    merging,
    reading,
    reliability,
    sampling,
    splitting,
    standoff,
    statistics,
    validation,
)
from govclaim.errors import InputError, SchemaError
from govclaim.knowledge import default

ROOT = Path(__file__).parents[1]
CASES = yaml.safe_load((ROOT / "tests" / "cases" / "corpus.yaml").read_text("utf-8"))
TEXT = "2025年，青石县新增学位2300余个，同比增长5.2%。据青石县教育局介绍，2026年预计新增学位三千个。"
OTHER = "白沙镇去年种下水杉1.2万株，占全县三成，居全县第一；没有超过计划。"
LONG = "青石县图书馆在周末开设了六期古籍修复体验课，来自附近四所小学的孩子们亲手缝好了自己的线装本。"
NETS = "白沙镇的渔民给自家的船换上了电动机，江面上再也闻不到柴油味，补网的妇女把竹凳搬到堤上，边干活边唱采菱调。"
MAST = "码头边的修船铺改成了茶馆，老船工轮流说书，孩子们学着打绳结，邻镇的木匠也来认领一根旧桅杆，刻上自家船号。"


def annotated(text, id="a", **meta):
    return govclaim.annotate(text.replace("⏎", "\n"), published="2026-01-20", id=id, meta=meta)


def document(text, id="a", split=None, **meta):
    return reading.Document(annotated(text, id, **meta), f"{split or 'some'}.jsonl", None, split)


def characters(texts):
    """A segmenter that needs no weights: a character a word, and the words of grammar that the cases have."""
    return [[(at, at + 1) for at in range(len(text))] for text in texts]


def run(*arguments):
    return CliRunner().invoke(cli.app, ["corpus", *map(str, arguments)])


def lines(path, *annotations):
    path.write_text("".join(schema.dump_lines(annotations)), encoding="utf-8")
    return path


def raw(annotation):
    return schema.parse_json(govclaim.dumps(annotation))


# ---------------------------------------------------------------- reading


def test_all_forms_of_files_are_read_and_told_apart(tmp_path):
    one, other = annotated(TEXT, "a"), annotated(OTHER, "b")
    (tmp_path / "one.json").write_text(govclaim.dumps(one, indent=1), encoding="utf-8")
    (tmp_path / "some.json").write_text(f"[{govclaim.dumps(one)}, {govclaim.dumps(other)}]", encoding="utf-8")
    lines(tmp_path / "dev.jsonl", one, other)
    (tmp_path / "test-2.jsonl.gz").write_bytes(gzip.compress((govclaim.dumps(one) + "\n").encode()))
    (tmp_path / "splits.csv").write_text("id,split\n", encoding="utf-8")
    found = list(reading.read([tmp_path]))
    assert [(Path(each.file).name, each.line, each.id, each.split) for each in found] == [
        ("dev.jsonl", 1, "a", "dev"),
        ("dev.jsonl", 2, "b", "dev"),
        ("one.json", None, "a", None),
        ("some.json", 1, "a", None),
        ("some.json", 2, "b", None),
        ("test-2.jsonl.gz", 1, "a", "test"),
    ]
    assert all(each.annotation in (one, other) for each in found)


def test_what_is_no_annotation_is_told_and_the_rest_read(tmp_path):
    good = govclaim.dumps(annotated(TEXT))
    broken = json.loads(good)
    broken["entities"][0]["label"] = "GPE"
    del broken["times"]
    (tmp_path / "a.jsonl").write_text(f"{good}\nno json\n{json.dumps(broken)}\n\n{good}\n", encoding="utf-8")
    (tmp_path / "b.jsonl.gz").write_bytes(b"\x1f\x8b damaged")
    found = list(reading.read([tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"]))
    assert [type(each).__name__ for each in found] == ["Document", "Unread", "Unread", "Document", "Unread"]
    assert found[1].where.endswith("a.jsonl:2")
    assert [fault.path for fault in found[2].faults] == ["$.entities[0].label", "$.times"]
    assert found[3].line == 5


def test_a_split_is_the_beginning_of_a_name():
    names = {"dev.jsonl": "dev", "a/test-1.jsonl.gz": "test", "train.json": "train", "development.jsonl": None}
    assert {name: reading.split_of(name) for name in names} == names


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_nothing_to_read_is_an_error(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        list(reading.read([tmp_path / name]))


def test_the_same_documents_are_the_same_packed_bytes(tmp_path):
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        reading.write([annotated(TEXT)], tmp_path / name)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


# ---------------------------------------------------------------- validation


@pytest.mark.parametrize("case", CASES["changed"], ids=lambda case: str(case["set"] or case["text"])[:40])
def test_every_breach_is_found(case, tmp_path):
    value = raw(annotated(case["text"].replace("[", "").replace("]", "")))
    for path, new in case["set"].items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = value
        for step in steps:
            place = place[step]
        if isinstance(last, int) and last == len(place):
            place.append(new)
        else:
            place[last] = new
    (tmp_path / "a.json").write_text(schema.to_json(value), encoding="utf-8")
    found = validation.validate(list(reading.read([tmp_path / "a.json"])))
    assert [each.kind for each in found] == [kind for kind, _ in case["expect"]], [each.message for each in found]
    for finding, (_, part) in zip(found, case["expect"], strict=True):
        assert part in finding.message


def test_a_contradiction_that_the_document_admits_is_no_finding():
    from govclaim.checking import findings

    text = CASES["changed"][-1]["text"]
    admitted = findings.noted(annotated(text))
    assert not validation.validate([reading.Document(admitted, "a.json")])
    assert validation.validate([document(text)])


def test_ids_and_pages_that_are_there_twice():
    found = validation.validate([document(LONG, "a"), document(LONG, "b"), document(OTHER, "a")])
    assert [each.kind for each in found] == ["id", "duplicate"]
    assert found[1].similarity == 1
    assert "(b)" in found[1].message


@pytest.mark.parametrize(("one", "other", "near"), CASES["pages"])
def test_pages_are_compared_without_their_figures(one, other, near):
    assert bool(validation.near_pages([annotated(one), annotated(other)])) is near


def test_a_page_or_a_sentence_in_two_splits_leaks():
    again = LONG.replace("六期", "9期")
    pages = validation.validate([document(LONG, "a", "train"), document(again, "b", "test")])
    assert {each.kind for each in pages} == {"leakage"}
    sentences = validation.validate([document(NETS + LONG, "a", "train"), document(MAST + again, "b", "test")])
    leaks = [each for each in sentences if each.kind == "leakage"]
    assert [(each.document, each.others, each.similarity) for each in leaks] == [("a", ("test.jsonl",), 1)]
    assert "the same but for figures" in leaks[0].message


def test_a_sentence_twice_in_one_split_and_short_ones_leak_nothing():
    found = validation.validate(
        [
            document("一、综合\n" + NETS + LONG, "a", "train"),
            document("一、综合\n" + OTHER, "b", "test"),
            document(MAST + LONG, "c", "train"),
        ]
    )
    assert not found


def test_the_frozen_list_is_held_against_the_files():
    documents = [document(TEXT, "a", "train"), document(OTHER, "b", "dev"), document(LONG, "c", "dev")]
    listed = splitting.frozen(documents[:2], {"a": "train", "b": "test"})
    listed["a"] = splitting.Listed("train", "0" * 64, "splits.csv:2")
    listed["gone"] = splitting.Listed("train", "0" * 64, "splits.csv:3")
    found = [each for each in validation.validate(documents, listed=listed) if each.kind == "list"]
    assert [(each.document, each.message) for each in found] == [
        ("a", "its text is not the one that was frozen"),
        ("b", "the frozen list has it in test, it stands in dev"),
        ("c", "the frozen list lacks the document"),
        ("gone", "the frozen list has it in train, and it is not there"),
    ]


def test_the_gold_that_ships_is_sound():
    done = run("validate", ROOT / "corpora" / "gold")
    assert done.exit_code == 0, done.output


def test_validate_tells_all_and_ends_with_one(tmp_path):
    text = "青石县有3人。" * 12
    value = raw(annotated(text))
    for quantity in value["quantities"]:
        quantity["value"] = None
    (tmp_path / "a.json").write_text(schema.to_json(value), encoding="utf-8")
    done = run("validate", tmp_path / "a.json")
    assert done.exit_code == 1
    assert "rule: and 2 more" in done.stdout
    assert "1 documents, 0 that are none: 12 rule" in done.stderr
    assert "more" not in run("validate", "--all", tmp_path / "a.json").stdout
    found = [json.loads(line) for line in run("validate", "--json", tmp_path / "a.json").stdout.splitlines()]
    assert [each["kind"] for each in found] == ["rule"] * 12


# ---------------------------------------------------------------- statistics


@pytest.mark.parametrize("case", CASES["content"], ids=lambda case: case["text"][:12])
def test_content_is_what_the_definition_leaves(case):
    from govclaim.pipeline.backends import segmenter_named

    annotation = annotated(case["text"])
    words = content.words(annotation, segmenter_named("words"))
    assert content.stretches(annotation, words, default()) == case["expect"]


def test_figures_are_those_of_the_documents():
    documents = [
        document("义乌市有3人。永康市 有5人。", "a", "dev", kind="notice", typography="plain"),
        document("晚上下雨。\n", "b", "train", kind="weather"),
    ]
    found = statistics.describe(documents, characters)
    total = found.total
    assert (total.documents, total.characters, total.sentences, total.claims) == (2, 19, 3, 2)
    assert total.claims_a_sentence == round(2 / 3, 4)
    assert total.sentence_length == round(19 / 3, 4)
    assert total.sentence_median == 7
    assert total.sentence_ninth == 7
    assert (total.words, total.types) == (14, 11)  # 市, 有 and 人 come twice, figures are no words
    assert list(found.splits) == ["train", "dev"]
    assert {name: each.documents for name, each in found.genres.items()} == {"notice": 1, "weather": 1}
    assert list(found.typographies) == ["plain", "—"]
    assert found.labels == {"LOC": 2}
    assert found.attributes["type"] == {"level": 2}
    assert found.claims_by_sentence == {"0": 1, "1": 2, "2": 0, "3": 0, "4": 0, "5+": 0}


def test_shared_content_is_told_once_and_with_its_documents():
    texts = {
        "a": "青石县推进河湖长效管护机制。",
        "b": "白沙镇推进河湖长效管护机制，种树9棵。",
        "c": "河湖长效管护由村民参与。",
    }
    found = statistics.describe([document(text, id) for id, text in texts.items()], characters)
    assert [(each.text, each.documents, each.ids) for each in found.shared] == [
        ("河湖长效管护", 3, ("a", "b", "c")),
        ("推进河湖长效", 2, ("a", "b")),
        ("长效管护机制", 2, ("a", "b")),
    ]
    assert found.shared[0].share == 1


def test_stats_prints_tables_and_json(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = lines(Path("dev.jsonl"), annotated(TEXT, "a", kind="notice"), annotated("义乌市有雨。", "b", kind="river"))
    other = lines(Path("news.jsonl"), annotated(LONG))
    done = run("stats", file, "--beside", other)
    assert done.exit_code == 0, done.output
    for word in ("notice", "river", "dev", "LOC", "level", "windows of 500", "news.jsonl"):
        assert word in done.stdout
    printed = json.loads(run("stats", file, "--beside", other, "--json").stdout)
    assert printed["total"]["documents"] == 2
    assert printed["beside"][str(other)]["documents"] == 1


# ---------------------------------------------------------------- splits


DEEDS = (
    "渔港新添3艘冷藏船。", "古桥加固用了3吨石灰。", "镇里的评弹社收了3名学徒。", "果农嫁接枇杷3万株。",
    "旱厕改造完成3座。", "牧场产奶3吨。",
    "老街换上3盏路灯。", "山火瞭望塔建3处。", "竹编厂招工3人。", "夜校开木工课3堂。",
)  # fmt: skip


def test_split_keeps_the_frozen_and_what_is_alike(tmp_path):
    first = lines(
        tmp_path / "first.jsonl",
        *(annotated(text, f"d{n}") for n, text in enumerate(DEEDS)),
    )
    done = run("split", first, "-o", tmp_path / "one", "--shares", "6,2,2", "--gz")
    assert done.exit_code == 0, done.output
    before = splitting.read_list(tmp_path / "one" / "splits.csv")
    assert Counter(entry.split for entry in before.values()) == {"train": 6, "dev": 2, "test": 2}
    test = next(id for id, entry in before.items() if entry.split == "test")
    twin = annotated(DEEDS[int(test[1:])].replace("3", "700"), "twin")
    second = lines(tmp_path / "second.jsonl", twin, annotated(LONG, "new"))
    frozen = tmp_path / "one" / "splits.csv"
    done = run("split", second, first, "-o", tmp_path / "two", "--frozen", frozen)
    assert done.exit_code == 0, done.output
    after = splitting.read_list(tmp_path / "two" / "splits.csv")
    assert {id: after[id].split for id in before} == {id: entry.split for id, entry in before.items()}
    assert after["twin"].split == "test"
    found = list(reading.read([tmp_path / "two"]))
    assert {each.id: each.split for each in found} == {id: entry.split for id, entry in after.items()}
    assert run("validate", tmp_path / "two").exit_code == 1  # the twin is a duplicate, and only that
    assert {each.kind for each in validation.validate(found, listed=after)} == {"duplicate"}


def test_split_does_not_leave_two_versions_of_a_split(tmp_path):
    file = lines(tmp_path / "a.jsonl", annotated(TEXT))
    assert run("split", file, "-o", tmp_path / "out").exit_code == 0
    done = run("split", file, "-o", tmp_path / "out", "--gz")
    assert done.exit_code == 2
    assert "dev.jsonl" in done.stderr
    assert not list((tmp_path / "out").glob("*.gz"))


@pytest.mark.parametrize("shares", ["70,30", "a,b,c", "0,0,0", "-1,1,1"])
def test_shares_that_are_none(tmp_path, shares):
    done = run("split", lines(tmp_path / "a.jsonl", annotated(TEXT)), "-o", tmp_path / "o", f"--shares={shares}")
    assert done.exit_code == 2
    assert "70,15,15" in done.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("line", ["a,train,", "a,valid,00", "b,dev,00\nb,dev,00"])
def test_a_faulty_list_is_named_with_its_line(tmp_path, line):
    (tmp_path / "splits.csv").write_text(f"id,split,sha256\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        splitting.read_list(tmp_path / "splits.csv")
    assert "splits.csv:" in error.value.where


# ---------------------------------------------------------------- merge, diff, sample


def changed(annotation, index, **fields):
    claims = list(annotation.claims)
    claims[index] = claims[index].model_copy(update=fields)
    return annotation.model_copy(update={"claims": tuple(claims)})


def test_merge_takes_each_document_once(tmp_path):
    one, other = annotated(TEXT), annotated(OTHER, "b")
    corrected = changed(one, 0, modality="target")
    file, second = lines(tmp_path / "one.jsonl", one, other), lines(tmp_path / "two.jsonl", corrected, other)
    done = run("merge", file, second, "-o", tmp_path / "all.jsonl")
    assert done.exit_code == 1
    assert "the annotations differ" in done.stderr
    assert [each.id for each in reading.read([tmp_path / "all.jsonl"])] == ["b"]
    for prefer, wanted in (("first", one), ("last", corrected)):
        done = run("merge", file, second, "-o", tmp_path / "all.jsonl", "--prefer", prefer)
        assert done.exit_code == 0, done.output
        assert [each.annotation for each in reading.read([tmp_path / "all.jsonl"])] == [wanted, other]
    assert run("merge", file, "-o", tmp_path / "x.jsonl", "--prefer", "newest").exit_code == 2


def test_texts_that_differ_are_never_merged():
    found = merging.merge([document(TEXT), document(OTHER)], prefer="last")
    assert not found.documents
    assert found.conflicts[0].text


def test_alpha_is_krippendorffs():
    first = [annotated(TEXT), annotated(OTHER, "b")]
    second = [changed(first[0], 0, modality="forecast"), first[1]]
    found = agreement.compare(first, second, bootstrap=0)
    by = {each.attribute: each for each in found.alphas}
    modality = by["modality"]
    pairs = [
        (one.modality, other.modality)
        for a, b in zip(first, second, strict=True)
        for one, other in zip(a.claims, b.claims, strict=True)
    ]
    assert (modality.claims, modality.same) == (len(pairs), len(pairs) - 1)
    assert modality.alpha == pytest.approx(nominal(pairs))
    assert modality.differing == (("actual", "forecast", 1),)
    assert by["type"].alpha == 1
    assert by["direction"].claims == sum(claim.type == "change" for each in first for claim in each.claims)
    assert by["direction"].alpha is None  # one value alone
    assert [(each.layer, each.attribute, each.count) for each in found.differences] == [("claims", "modality", 1)]
    assert found.report.row("attribute.modality").right == len(pairs) - 1


def nominal(pairs):
    """Alpha by its definition: 1 - observed / expected disagreement."""
    values = Counter(value for pair in pairs for value in pair)
    total = values.total()
    observed = sum(one != other for one, other in pairs) * 2
    expected = sum(values[a] * values[b] for a in values for b in values if a != b) / (total - 1)
    return 1 - observed / expected


def test_claims_of_one_figure_are_compared_though_their_types_differ():
    one = annotated(TEXT)
    other = changed(one, 0, type="change", direction="increase", basis="none")
    assert scoring.score([one], [other], bootstrap=0).row("claims").right == len(one.claims) - 1
    kinds = next(each for each in agreement.compare([one], [other], bootstrap=0).alphas if each.attribute == "type")
    assert (kinds.claims, kinds.same) == (len(one.claims), len(one.claims) - 1)
    assert kinds.differing == (("level", "change", 1),)


def test_agreement_of_each_layer_and_attribute(tmp_path):
    one, other = annotated(TEXT), annotated(OTHER, "b")
    first = [one, other]
    lost = one.entities[0]
    second = [changed(one, 0, modality="forecast").model_copy(update={"entities": one.entities[1:]}), other]
    by = {each.name: each for each in reliability.lines(first, second, bootstrap=0)}
    labels = []
    for ours, theirs in zip(first, second, strict=True):
        held = [{at: e.label for e in each.entities for at in range(e.start, e.end)} for each in (ours, theirs)]
        labels += [(held[0].get(at), held[1].get(at)) for at, sign in enumerate(ours.text) if sign.strip()]
    assert sum(a != b for a, b in labels) == lost.end - lost.start
    assert by["entities"].alpha == pytest.approx(nominal(labels))
    assert (by["entities"].units, by["entities"].number) == ("characters", len(labels))
    assert by["entities"].first == by["entities"].second + 1
    claims = sum(len(each.claims) for each in first)
    assert (by["attribute.modality"].number, by["attribute.modality"].measure) == (claims, "accuracy")
    assert by["attribute.modality"].score == pytest.approx(1 - 1 / claims)
    assert 0 < by["claims.exact"].score < 1 == by["claims"].score
    assert all(by[name].alpha == 1 for name in ("quantities", "quantities.full", "attribute.indicator", "claims.type"))
    assert by["attribute.direction"].number == sum(c.type == "change" for each in first for c in each.claims)
    assert by["attribute.direction"].alpha is None  # one value alone


def test_a_figure_of_one_annotators_claim_alone_is_a_unit_of_types():
    one = annotated(TEXT)
    bare = one.model_copy(update={"claims": one.claims[1:]})
    kinds = next(each for each in reliability.lines([one], [bare], bootstrap=0) if each.name == "claims.type")
    assert kinds.number == len(one.quantities)
    assert kinds.alpha < 1


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_alpha_of_counts_is_that_of_the_library(pairs):
    found = agreement.nominal(pairs)
    assert (found is None) == (len({value for pair in pairs for value in pair}) == 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement, "_LARGEST", 0)
        counted = agreement.nominal(pairs)
    assert found is counted is None or counted == pytest.approx(found)


def test_agreement_by_round_and_what_it_cannot_compare(tmp_path):
    def rounds(*pages):
        for page, number in pages:
            yield page.model_copy(update={"meta": page.meta.model_copy(update={"annotation": {"round": number}})})

    first = lines(tmp_path / "1.jsonl", *rounds((annotated(TEXT), 1), (annotated(OTHER, "b"), 2)), annotated(LONG, "c"))
    second = lines(tmp_path / "2.jsonl", annotated(TEXT), annotated(OTHER, "b"))
    done = run("agreement", first, second, "--by", "annotation.round", "--bootstrap", 0)
    assert done.exit_code == 1
    assert "record c" in done.stderr
    assert done.stdout.index("annotation.round 1: 1 doc") < done.stdout.index("annotation.round 2: 1 doc")
    printed = [json.loads(line) for line in run("agreement", first, second, "--json").stdout.splitlines()]
    assert [(each["group"], each["documents"]) for each in printed] == [(None, 2)]
    assert {each["score"] for each in printed[0]["lines"]} <= {1, None}


def test_diff_tells_what_it_cannot_compare(tmp_path):
    first = lines(tmp_path / "one.jsonl", annotated(TEXT), annotated(OTHER, "b"), annotated(LONG, "c"))
    second = lines(tmp_path / "two.jsonl", annotated(TEXT), annotated(LONG, "b"), annotated(OTHER, "d"))
    done = run("diff", first, second, "--errors", tmp_path / "errors.jsonl", "--bootstrap", 0)
    assert done.exit_code == 1
    assert "1 documents compared, 3 set aside" in done.stderr
    assert "record b" in done.stderr
    assert "claims.strict" in done.stdout
    assert not (tmp_path / "errors.jsonl").read_text("utf-8")
    printed = json.loads(run("diff", first, second, "--json", "--bootstrap", 0).stdout)
    assert [each["attribute"] for each in printed["alphas"]] == list(agreement.ATTRIBUTES)
    assert run("diff", first, lines(tmp_path / "none.jsonl", annotated(LONG, "z"))).exit_code == 2


def test_without_the_extra_diff_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    file = lines(tmp_path / "a.jsonl", annotated(TEXT))
    done = run("diff", file, file)
    assert done.exit_code == 2
    assert "pip install 'govclaim[corpus]'" in done.stderr


def test_the_least_sure_come_first():
    one, other = annotated(TEXT), annotated(OTHER, "b")
    other = changed(other, 0, confidence=Decimal("0.01"))
    ranked = sampling.claims([one, other])
    assert (ranked[0].document, ranked[0].claim, ranked[0].doubt) == ("b", other.claims[0].id, Fraction(99, 100))
    assert [each.doubt for each in ranked] == sorted((each.doubt for each in ranked), reverse=True)
    bare = annotated(OTHER, "c").model_copy(update={"entities": (), "quantities": (), "times": (), "claims": ()})
    assert {each.document for each in sampling.documents([one, other, bare])} == {"a", "b"}


def test_where_two_differ_most_comes_first(tmp_path):
    one, other = annotated(TEXT), annotated(OTHER, "b")
    lost = other.model_copy(update={"claims": other.claims[1:]})
    worse = changed(one, 0, modality="target", polarity="negated")
    first, second = lines(tmp_path / "1.jsonl", one, other), lines(tmp_path / "2.jsonl", worse, lost)
    ranked = sampling.differing_claims([one, other], [worse, lost])
    assert [(each.document, each.claim) for each in ranked] == [("b", other.claims[0].id), ("a", one.claims[0].id)]
    assert ranked[0].why == "only the first has it"
    assert ranked[1].why == "differ in modality, polarity"
    done = run("sample", first, "--beside", second, "-n", 1, "-o", tmp_path / "next.jsonl")
    assert done.exit_code == 0, done.output
    (chosen,) = reading.read([tmp_path / "next.jsonl"])
    assert chosen.annotation == one  # two differences in fewer items
    done = run("sample", first, "--claims", "-n", 3, "-o", tmp_path / "claims.jsonl", "--json")
    assert done.stdout == (tmp_path / "claims.jsonl").read_text("utf-8")
    assert "differ nowhere" in run("sample", first, "--beside", first).stderr
    bare = one.model_copy(update={"entities": (), "quantities": (), "times": (), "claims": ()})
    assert run("sample", lines(tmp_path / "bare.jsonl", bare)).exit_code == 2


# ---------------------------------------------------------------- stand-off


def test_a_text_that_differs_is_refused_and_named_and_the_rest_goes_on(tmp_path):
    whole = [annotated(TEXT), annotated(OTHER + "\n", "b"), annotated(LONG, "c"), annotated("晚上下雨。", "d")]
    (tmp_path / "sources.csv").write_text("id,dataset,record\na,news,17\n", encoding="utf-8")
    parted = tmp_path / "parted.jsonl"
    done = run("dehydrate", lines(tmp_path / "a.jsonl", *whole), "-o", parted, "--references", tmp_path / "sources.csv")
    assert done.exit_code == 0, done.output
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "anything.txt").write_text(TEXT, encoding="utf-8", newline="")
    (texts / "b.txt").write_text(OTHER, encoding="utf-8", newline="")  # its last line break is lost
    (texts / "some.jsonl").write_text(json.dumps({"id": "c", "text": LONG.replace("六", "七")}), encoding="utf-8")
    done = run("hydrate", parted, "--texts", texts, "-o", tmp_path / "back.jsonl")
    assert done.exit_code == 1
    (back,) = reading.read([tmp_path / "back.jsonl"])
    assert back.annotation.claims == whole[0].claims
    assert back.annotation.meta.get("reference") == {"dataset": "news", "record": "17"}
    assert "parted.jsonl:2, record b: the text is not the one" in done.stderr
    assert "a line break at its end is missing" in done.stderr
    assert "record c: the text is not the one" in done.stderr
    assert "record d: there is no text of this hash" in done.stderr
    assert "1 documents, 3 refused" in done.stderr


def test_what_is_no_standoff_is_told(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": 1}\nno\n{"format": "govclaim-standoff-9", "text_sha256": "0"}\n', "utf-8")
    (tmp_path / "t.txt").write_text(TEXT, encoding="utf-8")
    done = run("hydrate", tmp_path / "a.jsonl", "--texts", tmp_path / "t.txt", "-o", tmp_path / "b.jsonl")
    assert done.exit_code == 1
    assert "0 documents, 3 refused" in done.stderr
    with pytest.raises(SchemaError, match="govclaim-standoff-9"):
        standoff.hydrate({"format": "govclaim-standoff-9"}, TEXT)


def test_the_reference_article_comes_back_whole():
    gold = govclaim.loads((ROOT / "corpora" / "gold" / "beiyuan.json").read_bytes())
    back = standoff.hydrate(schema.parse_json(schema.to_json(standoff.dehydrate(gold))), gold.text)
    for layer in ("sentences", "entities", "quantities", "times", "claims"):
        assert getattr(back, layer) == getattr(gold, layer)
