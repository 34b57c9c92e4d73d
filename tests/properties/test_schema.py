from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from govclaim import schema
from govclaim.errors import SchemaError

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# Every field that a model declares begins with a lower-case letter.
UNKNOWN = st.dictionaries(
    st.text(alphabet=st.characters(codec="utf-8"), min_size=1).map("X".__add__), PLAIN, max_size=3
)
# Lone surrogates are code points of a Python text too; a pair of them is what JSON cannot tell from one character.
TEXTS = st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=20).filter(
    lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == text
)


def document(text: str, number: Decimal, unknown: dict[str, Any]) -> dict[str, Any]:
    span = {"start": 0, "end": len(text), "text": text}
    quantity = {"value": number, "lower": number, "upper": None, "unit": None, "dimension": "other", "bound": "exact"}
    return {
        **{"schema_version": "1.0", "id": "a", "text": text, "meta": {"title": "b", **unknown}},
        "sentences": [{"id": "s1", **span, **unknown}],
        "entities": [],
        "quantities": [
            {"id": "q1", **span, **quantity, "bound_span": {**span, **unknown}, "sentence": "s1", **unknown}
        ],
        "times": [],
        "claims": [],
        **unknown,
    }


@given(text=TEXTS, number=NUMBERS, unknown=UNKNOWN)
def test_every_text_number_and_unknown_field_survives(text: str, number: Decimal, unknown: dict[str, Any]) -> None:
    given_document = document(text, number, unknown)
    written = schema.to_json(given_document)
    annotation = schema.loads(written)
    assert annotation.quantities[0].value == number
    again = schema.dumps(annotation)
    assert json.loads(again, parse_float=Decimal) == given_document
    assert schema.loads(again) == annotation
    assert schema.dumps(schema.loads(schema.dumps(annotation, indent=1))) == again


@given(NUMBERS)
def test_a_decimal_is_written_with_its_own_digits(number: Decimal) -> None:
    literal = schema.to_json(number)
    read = json.loads(literal, parse_float=Decimal, parse_int=Decimal)
    assert read == number
    assert "E" not in literal
    if number.as_tuple().exponent <= 0:
        assert read.as_tuple() == number.as_tuple()


@given(PLAIN, st.sampled_from([None, 0, 2]))
def test_plain_values_without_decimals_are_written_as_the_standard_library_does(value: Any, indent: int | None) -> None:
    exact = json.loads(schema.to_json(value), parse_float=str)
    assert json.loads(schema.to_json(exact, indent=indent)) == json.loads(json.dumps(exact, indent=indent))
    assert schema.to_json(exact, indent=indent) == json.dumps(exact, ensure_ascii=False, indent=indent)


def outcome(text: str) -> schema.Annotation | SchemaError:
    try:
        return schema.loads(text)
    except SchemaError as error:
        return error


@given(st.dictionaries(st.sampled_from(["id", "text", "sentences", "claims", "warnings", "meta", "extra"]), PLAIN))
def test_loads_answers_with_an_annotation_or_a_schema_error(raw: dict[str, Any]) -> None:
    layers: dict[str, Any] = {name: [] for name in ("sentences", "entities", "quantities", "times", "claims")}
    found = outcome(schema.to_json({"id": "a", "text": "", **layers, **raw}))
    if isinstance(found, SchemaError):
        assert found.where
    else:
        assert list(schema.faults(found)) == []
