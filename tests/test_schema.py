from __future__ import annotations

import copy
import enum
import json
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from govclaim import schema
from govclaim.errors import SchemaError

ROOT = Path(__file__).parents[1]
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "schema.yaml").read_text(encoding="utf-8"))


def edited(case: dict[str, Any]) -> dict[str, Any]:
    document = copy.deepcopy(CASES["document"])
    for path, value in case.get("set", {}).items():
        holder, key = reach(document, path)
        holder[key] = value
    for path in case.get("drop", ()):
        holder, key = reach(document, path)
        del holder[key]
    return document


def reach(document: Any, path: str) -> tuple[Any, Any]:
    *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in parents:
        document = document[part]
    return document, last


def with_value(literal: str) -> str:
    document = edited({"set": {"quantities.0.value": "PUT"}})
    return json.dumps(document, ensure_ascii=False).replace('"PUT"', literal)


@pytest.mark.parametrize("case", [{"name": "the document itself"}, *CASES["allowed"]], ids=lambda case: case["name"])
def test_what_the_contract_allows_survives_a_round_trip(case: dict[str, Any]) -> None:
    document = edited(case)
    annotation = schema.loads(json.dumps(document, ensure_ascii=False))
    assert json.loads(schema.dumps(annotation)) == document
    assert schema.loads(schema.dumps(annotation, indent=2)) == annotation
    assert list(schema.faults(annotation)) == []


@pytest.mark.parametrize("case", CASES["faulty"], ids=lambda case: case["name"])
def test_a_fault_is_named_with_its_place(case: dict[str, Any]) -> None:
    document = edited(case)
    with pytest.raises(SchemaError) as caught:
        schema.loads(json.dumps(document), where="news.jsonl:3")
    assert caught.value.where == f"news.jsonl:3, record {document['id']}, {case['path']}"
    assert case["says"] in caught.value.message


def test_every_fault_comes_with_advice() -> None:
    silent = []
    for case in CASES["faulty"]:
        with pytest.raises(SchemaError) as caught:
            schema.loads(json.dumps(edited(case)))
        if not caught.value.hint:
            silent.append(case["name"])
    assert silent == []


def test_the_json_schema_says_what_the_contract_requires() -> None:
    described = schema.json_schema()
    assert described["required"] == ["id", "text", "sentences", "entities", "quantities", "times", "claims"]
    assert described["$defs"]["Quantity"]["properties"]["value"]["anyOf"] == [{"type": "number"}, {"type": "null"}]
    assert {"value", "unit", "bound_span", "sentence"} <= set(described["$defs"]["Quantity"]["required"])
    assert not {"base", "confidence", "source", "start"} & set(described["$defs"]["Claim"]["required"])
    assert described["additionalProperties"] == {}


@pytest.mark.parametrize(
    ("literal", "written"),
    [
        ("0.1", "0.1"),
        ("5.0", "5.0"),
        ("-38", "-38"),
        ("1E+3", "1000"),
        ("1.402e9", "1402000000"),
        ("0E+3", "0"),
        ("1e-7", "0.0000001"),
        ("1234567890123456789012345", "1234567890123456789012345"),
        ("0.1234567890123456789012345", "0.1234567890123456789012345"),
        ("1e9000", "1E+9000"),
        ("9" * 6000, "9" * 6000),
    ],
    ids=lambda text: text[:30],
)
def test_numbers_keep_their_digits(literal: str, written: str) -> None:
    annotation = schema.loads(with_value(literal))
    assert annotation.quantities[0].value == Decimal(literal)
    assert f'"value": {written},' in schema.dumps(annotation)
    assert schema.loads(schema.dumps(annotation)) == annotation


def test_a_magnitude_leaves_no_zeros_behind() -> None:
    quantity = schema.loads(with_value("1")).quantities[0]
    shown = schema.to_json(quantity.model_copy(update={"value": Decimal("14.02").scaleb(8)}))
    assert '"value": 1402000000,' in shown


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e10001", "1e-10001", "1e99999999999999999999"])
def test_numbers_that_are_none_are_refused(literal: str) -> None:
    with pytest.raises(SchemaError, match=r"line 1: .*(no number of the contract|out of range)"):
        schema.loads(with_value(literal), where="line 1")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_numbers_that_are_none_are_not_written(number: Any) -> None:
    with pytest.raises(SchemaError, match="no JSON number"):
        schema.to_json({"a": [number]})
    annotation = schema.loads(with_value("1")).model_copy(update={"meta": schema.Meta(title=number)})
    with pytest.raises(SchemaError, match="record beiyuan"):
        schema.dumps(annotation)


def test_pydantic_gives_plain_numbers() -> None:
    document = edited({"set": {"extra": [0.5, {"a": 3.0}], "meta.ratio": 0.25, "meta.title": 2.5}})
    dumped = schema.loads(json.dumps(document)).model_dump(mode="json", exclude_unset=True)
    assert dumped == document
    numbers = (
        dumped["extra"][1]["a"],
        dumped["quantities"][0]["value"],
        dumped["meta"]["ratio"],
        dumped["meta"]["title"],
    )
    assert [type(number) for number in numbers] == [int, int, float, float]
    assert json.loads(schema.loads(json.dumps(document)).model_dump_json(exclude_unset=True)) == document


def test_a_float_is_taken_by_its_shortest_digits() -> None:
    assert schema.SI(value=0.1, unit="m").value == Decimal("0.1")  # type: ignore[arg-type]


def test_fields_stand_in_the_order_of_the_contract() -> None:
    annotation = schema.loads(json.dumps(dict(sorted(CASES["document"].items())) | {"zz": 1}))
    assert list(json.loads(schema.dumps(annotation))) == [
        *("schema_version", "id", "text", "producer", "meta"),
        *("sentences", "entities", "quantities", "times", "claims", "tokens", "numerals", "warnings", "zz"),
    ]


def test_characters_are_written_as_they_are() -> None:
    text = '北苑\u2028🚀\ud800"\n\x00'
    shown = schema.to_json({"a": text})
    assert shown == '{"a": "北苑\u2028🚀\\ud800\\"\\n\\u0000"}'
    shown.encode("utf-8")
    assert json.loads(shown) == {"a": text}


def test_a_lone_surrogate_in_the_text_survives() -> None:
    text = "北苑\udfff。"
    sentence = schema.Sentence(id="s1", start=0, end=4, text=text)
    annotation = schema.Annotation(
        id="a", text=text, sentences=(sentence,), entities=(), quantities=(), times=(), claims=()
    )
    assert schema.loads(schema.dumps(annotation).encode("utf-8")) == annotation


def test_indented_json_is_what_the_standard_library_writes() -> None:
    document = {"a": [], "b": {}, "c": [1, {"d": None, "e": [True, False]}], "f": "北苑"}
    assert schema.to_json(document, indent=2) == json.dumps(document, ensure_ascii=False, indent=2)
    assert schema.to_json(document) == json.dumps(document, ensure_ascii=False)


def test_dates_and_subclasses_of_plain_values_are_written() -> None:
    kind = enum.Enum("kind", {"LOC": "LOC"}, type=str)
    value = {"a": date(2026, 1, 20), "b": datetime(2026, 1, 20, 8), "c": kind.LOC, 4: (10**5000,)}
    expected = '{"a": "2026-01-20", "b": "2026-01-20T08:00:00", "c": "LOC", "4": [1' + "0" * 5000 + "]}"
    assert schema.to_json(value) == expected


def test_what_has_no_place_in_json_is_refused() -> None:
    with pytest.raises(SchemaError, match="a set cannot be written"):
        schema.to_json({"a": {1}})
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(SchemaError, match="nested too deeply"):
        schema.to_json(nested)
    while nested:  # Taken apart here, or the interpreter's own clean-up recurses.
        nested = nested.pop()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON: .* line 1, column 2"),
        ("[1]", "a JSON object is expected"),
        ("[" * 100_000, "nested too deeply"),
        (b'{"id": "\xff"}', "byte 8 is no UTF-8"),
        ("", "no JSON"),
    ],
    ids=["broken", "list", "deep", "bytes", "nothing"],
)
def test_what_is_no_document_is_refused(text: str | bytes, says: str) -> None:
    with pytest.raises(SchemaError, match=says) as caught:
        schema.loads(text, where="a.json")
    assert str(caught.value.where).startswith("a.json")


def test_a_byte_order_mark_is_passed_over() -> None:
    text = json.dumps(CASES["document"])
    assert schema.loads("\ufeff" + text) == schema.loads(text.encode("utf-8-sig")) == schema.loads(text)


def test_lines_have_numbers_and_empty_ones_do_not_count_as_documents() -> None:
    annotation = schema.loads(json.dumps(CASES["document"]))
    lines = list(schema.dump_lines([annotation, annotation]))
    assert [line.count("\n") for line in lines] == [1, 1]
    read = schema.load_lines(["\n", *lines, '{"id": "b"}'], where="news.jsonl")
    assert next(read) == (2, annotation)
    assert next(read) == (3, annotation)
    with pytest.raises(SchemaError) as caught:
        next(read)
    assert caught.value.where == "news.jsonl:4, record b, $.text"


def test_check_and_faults_see_every_fault() -> None:
    annotation = schema.loads(json.dumps(CASES["document"]))
    broken = annotation.model_copy(update={"text": annotation.text[:20], "times": ()})
    paths = {fault.path for fault in schema.faults(broken)}
    assert {"$.sentences[0]", "$.claims[1].scope", "$.claims[0].period", "$.numerals[0].ref"} <= paths
    with pytest.raises(SchemaError, match=r"^a\.json, record beiyuan, \$\.sentences\[0\]"):
        schema.check(broken, where="a.json")


def test_items_are_frozen_and_found_by_id() -> None:
    annotation = schema.loads(json.dumps(CASES["document"]))
    assert annotation.by_id()["q2"] is annotation.quantities[1]
    assert set(annotation.by_id()) == {"s1", "e1", "q1", "q2", "t1", "c1", "c2"}
    with pytest.raises(ValueError, match="frozen"):
        annotation.claims[0].modality = "target"  # type: ignore[misc]


def test_meta_is_open() -> None:
    meta = schema.Meta(place=330782, genre="local")  # type: ignore[call-arg]
    assert (meta.get("place"), meta.get("genre"), meta.get("published", 0), meta.get("none", 1)) == (
        330782,
        "local",
        None,
        1,
    )


def test_the_literals_are_those_of_the_contract() -> None:
    assert get_args(schema.ClaimType) == ("level", "change", "rank", "share")
    assert len(get_args(schema.Dimension)) == 20
    assert len(get_args(schema.Bound)) == 9
    assert len(get_args(schema.NumeralRole)) == 9


def test_the_json_schema_under_docs_is_current() -> None:
    written = (ROOT / "docs" / "annotation.schema.json").read_text(encoding="utf-8")
    assert written == schema.to_json(schema.json_schema(), indent=2) + "\n"


def test_everything_public_is_listed() -> None:
    assert all(hasattr(schema, name) for name in schema.__all__)


def test_importing_govclaim_leaves_pydantic_alone() -> None:
    code = "import sys, govclaim; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
