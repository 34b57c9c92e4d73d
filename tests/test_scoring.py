from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim import schema, scoring
from govclaim.errors import InputError

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "scoring.yaml").read_text(encoding="utf-8"))


def span(text: str, mark: str) -> dict[str, Any]:
    wanted, _, nth = mark.removeprefix("@").partition("#")
    offsets = re.fullmatch(r"(\d+):(\d+)", wanted)
    if offsets:
        start, end = map(int, offsets.groups())
    else:
        start = -1
        for _ in range(int(nth or 1)):
            start = text.index(wanted, start + 1)
        end = start + len(wanted)
    return {"start": start, "end": end, "text": text[start:end]}


def resolved(value: Any, text: str) -> Any:
    """Spans for `@…`: in place of the string, or among the fields of the object whose key is `@`."""
    if isinstance(value, dict):
        fields = {key: resolved(inner, text) for key, inner in value.items() if key != "@"}
        return fields | span(text, value["@"]) if "@" in value else fields
    if isinstance(value, list):
        return [resolved(inner, text) for inner in value]
    return span(text, value) if isinstance(value, str) and value.startswith("@") else value


def edit(document: dict[str, Any], edits: dict[str, Any]) -> None:
    for path, value in edits.items():
        if path == "text+":
            document["text"] += value
        elif path.endswith("-"):
            document[path[:-1]] = document[path[:-1]][:-value]
        else:
            holder: Any = document
            *parents, last = path.split(".")
            for part in parents:
                holder = holder[int(part)] if part.isdigit() else holder[part]
            holder[last] = value


def built(*edits: dict[str, Any], **fields: Any) -> schema.Annotation:
    document = copy.deepcopy(CASES["document"])
    for each in edits:
        # An edit inside a span needs the span itself.
        inner = {path for path in each if path.endswith(".quoted")}
        edit(document, {path: value for path, value in each.items() if path not in inner})
        if inner:
            document = resolved(document, document["text"])
            edit(document, {path: each[path] for path in inner})
    return schema.loads(json.dumps(resolved(document, document["text"]) | fields))


def pair(case: dict[str, Any]) -> tuple[schema.Annotation, schema.Annotation]:
    gold = case.get("gold", {})
    shared = {path: value for path, value in gold.items() if path == "text+"}
    return built(gold), built(shared, case.get("pred", {}))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    gold, predicted = pair(case)
    report = scoring.score([gold], [predicted], bootstrap=0)
    counted = {row.name: f"{row.right}/{row.gold}/{row.predicted}" for row in report.rows()}
    expected = case.get("rows", {})
    assert {name: counted[name] for name in expected} == expected
    imperfect = {row.name for row in report.rows() if not row.right == row.gold == row.predicted}
    assert imperfect <= set(expected)
    found = [f"{error.layer}.{error.attribute}" if error.attribute else error.layer for error in report.errors]
    assert found == case.get("errors", [])


def test_figures_by_hand() -> None:
    # 2 of gold's 4 claims are found by 2 predictions: P 1, R 0.5, F1 2 × 2 / (4 + 2).
    row = scoring.score([built()], [built({"claims-": 2})], bootstrap=0).row("claims")
    assert (row.precision, row.recall, row.f1) == (1.0, 0.5, pytest.approx(2 / 3))
    assert (row.low, row.high, row.measure) == (None, None, "f1")
    row = scoring.score([built()], [built({"claims.0.scope": "@全市"})], bootstrap=0).row("attribute.scope")
    assert (row.f1, row.measure) == (0.75, "accuracy")


def test_nothing_to_measure_is_null() -> None:
    empty = built({"claims-": 4, "entities-": 3})
    row = scoring.score([empty], [empty]).row("claims")
    assert (row.precision, row.recall, row.f1, row.low, row.high) == (None, None, None, None, None)
    row = scoring.score([empty], [built()], bootstrap=0).row("claims")
    assert (row.precision, row.recall, row.f1) == (0.0, None, 0.0)


def test_gold_against_itself_is_perfect() -> None:
    documents = [built(id=name) for name in "abc"]
    report = scoring.score(documents, documents[::-1], bootstrap=50)
    assert {(row.f1, row.low, row.high) for row in report.rows() if row.gold} == {(1.0, 1.0, 1.0)}
    assert report.errors == ()


def test_a_missing_document_counts_as_empty() -> None:
    report = scoring.score([built(id="a"), built(id="b")], [built(id="b")], bootstrap=0)
    row = report.row("entities")
    assert (row.right, row.gold, row.predicted) == (3, 6, 3)
    assert {error.document for error in report.errors} == {"a"}
    assert len(report.errors) == 2 + 3 + 4 + 1 + 4


@pytest.mark.parametrize(
    ("gold", "pred", "says"),
    [
        (["a"], ["b"], "record b: gold has no such document"),
        (["a", "a"], [], "record a: gold has a document twice"),
        (["a"], ["a", "a"], "record a: the prediction has a document twice"),
    ],
)
def test_documents_that_do_not_fit_are_named(gold: list[str], pred: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        scoring.score([built(id=name) for name in gold], [built(id=name) for name in pred])


def test_another_text_is_named() -> None:
    with pytest.raises(InputError, match=r"record a: the text differs"):
        scoring.score([built()], [built({"text+": "。"})])


def test_intervals_are_over_documents_and_repeatable() -> None:
    gold = [built(id=str(number)) for number in range(10)]
    pred = [built({"claims-": 4} if number < 5 else {}, id=str(number)) for number in range(10)]
    report = scoring.score(gold, pred, bootstrap=400, seed=7)
    row = report.row("claims")
    assert row.f1 == pytest.approx(2 * 20 / (40 + 20))
    # In 95 % of the resamples two to eight of the ten documents are whole: F1 2 × 2 / 12 to 2 × 8 / 18.
    assert (row.low, row.high) == (pytest.approx(4 / 12), pytest.approx(16 / 18))
    assert scoring.score(gold, pred, bootstrap=400, seed=7) == report
    few = [scoring.score(gold, pred, bootstrap=3, seed=seed).row("claims") for seed in range(10)]
    assert len({(row.low, row.high) for row in few}) > 1


def test_genres_have_tables_of_their_own() -> None:
    gold = [built(id="a"), built(id="b", meta={"genre": "report"}), built(id="c", meta={})]
    report = scoring.score(gold, [gold[0]], bootstrap=0)
    assert list(report.genres) == ["local", "report"]
    assert report.row("claims", "local").f1 == 1.0
    assert report.row("claims", "report").f1 == 0.0
    assert report.row("claims").gold == 12
    assert [row.name for row in report.rows("report")] == [row.name for row in report.rows()]


def test_a_report_is_plain_and_its_errors_are_lines() -> None:
    report = scoring.score([built()], [built({"quantities.3.value": 15.5})], bootstrap=10)
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["documents"] == 1
    assert plain["rows"][0]["name"] == "sentences"
    lines = [json.loads(line) for line in report.error_lines()]
    assert [line["attribute"] for line in lines] == ["value", "value"]
    assert lines[0]["gold"]["id"] == "q4"
    assert lines[0]["predicted"]["value"] == 15.5
    assert lines[1]["gold_value"] == [15.0, None, None]
    assert lines[1]["sentence"].startswith("王旭说")


def test_everything_public_is_listed() -> None:
    assert all(hasattr(scoring, name) for name in scoring.__all__)
