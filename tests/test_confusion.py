"""What is wrong with predicted claims, counted on small documents made for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim import schema, scoring
from govclaim.corpus import confusion, forms
from govclaim.corpus.confusion import Loss
from govclaim.scoring import STRICT

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "forms.yaml").read_text(encoding="utf-8"))
BLANK: dict[str, Any] = {
    "type": "level", "indicator": None, "subject": None, "direction": None, "basis": None, "scope": None,
    "period": None, "modality": "actual", "polarity": "affirmed", "attribution": None,
}  # fmt: skip


def marked(case: dict[str, Any]) -> schema.Annotation:
    """A document of one claim; the marks are taken out of its text."""
    text, spans, cuts, opened = "", {"[": [], "{": [], "<": []}, [0], {}
    for part in re.split(r"([\[\]{}<>‖])", case["text"]):
        if part in spans:
            opened[part] = len(text)
        elif part in ("]", "}", ">"):
            opening = "[{<"["]}>".index(part)]
            spans[opening].append({"start": opened[opening], "end": len(text), "text": text[opened[opening] :]})
        elif part == "‖":
            cuts.append(len(text))
        else:
            text += part
    ends = [*cuts[1:], len(text)]
    sentences = [
        {"id": f"s{at}", "start": start, "end": end, "text": text[start:end], "kind": case.get("kind", "body")}
        for at, (start, end) in enumerate(zip(cuts, ends, strict=True))
    ]

    def home(span: dict[str, Any]) -> str:
        return next(each["id"] for each in sentences if each["start"] <= span["start"] < each["end"])

    figures = [figure(f"q{at}", span, home(span)) for at, span in enumerate([*spans["["], *spans["{"]])]
    named = {"indicator": spans["<"][-1] if spans["<"] else None, "quantity": "q0", "sentence": figures[0]["sentence"]}
    claim = BLANK | {"id": "c"} | named
    return document(text, sentences, figures, [claim])


def figure(name: str, span: dict[str, Any], sentence: str, **fields: Any) -> dict[str, Any]:
    blank = {"value": 1, "lower": None, "upper": None, "unit": None, "dimension": "other", "bound": "exact"}
    return {"id": name, **span, **blank, "bound_span": None, "sentence": sentence, **fields}


def document(
    text: str, sentences: Any, quantities: Any, claims: Any, times: Any = (), **fields: Any
) -> schema.Annotation:
    layers = {"sentences": sentences, "quantities": quantities, "claims": claims, "times": list(times)}
    return schema.validated({"id": "d", "text": text, "entities": [], **layers, **fields})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("name", case["text"]))
def test_form(case: dict[str, Any]) -> None:
    ((_, form),) = forms.forms(marked(case))
    assert {name: getattr(form, name) for name in forms.DIMENSIONS} == case["form"]


TEXT = "2025年，北苑街道快递业务量20亿件，增长5%，占全市两成；居全省第三。"


def span(part: str) -> dict[str, Any]:
    start = TEXT.index(part)
    return {"start": start, "end": start + len(part), "text": part}


FIGURES = ("20亿件", "5%", "两成", "第三")
TIMES = {"year": "2025", "part": "2025-01/2025-06", "other": "2024"}


def annotated(*claims: dict[str, Any], figures: dict[str, dict[str, Any]] | None = None) -> schema.Annotation:
    """Claims by the figure's words; a time by its name in ``TIMES``."""
    quantities = [figure(part, span(part), "s", **(figures or {}).get(part, {})) for part in FIGURES]
    times = [{"id": name, **span("2025年"), "value": value, "sentence": "s"} for name, value in TIMES.items()]
    given = [BLANK | {"id": f"c{at}", "sentence": "s"} | claim for at, claim in enumerate(claims)]
    return document(TEXT, [{"id": "s", **span(TEXT)}], quantities, given, times, meta={"genre": "local"})


LEVEL = {"quantity": "20亿件", "indicator": span("快递业务量"), "subject": span("北苑街道"), "period": "year"}
CHANGE = LEVEL | {"quantity": "5%", "type": "change", "direction": "increase", "basis": "none"}
SHARE = LEVEL | {"quantity": "两成", "type": "share", "scope": span("全市")}
RANK = LEVEL | {"quantity": "第三", "type": "rank", "scope": span("全省")}
GOLD = annotated(LEVEL, CHANGE, SHARE)


def test_a_perfect_prediction_loses_nothing() -> None:
    found = confusion.outcomes([GOLD], [GOLD])
    assert [outcome.wrong for outcome in found] == [frozenset()] * 3
    assert confusion.losses(found, STRICT) == ()
    (group,) = confusion.groups(found, lambda _: "all")
    assert (group.gold, group.predicted, group.exact, group.lost, group.f1) == (3, 3, 3, 0, 1.0)
    assert confusion.closed(found, "type") == {("level", "level"): 1, ("change", "change"): 1, ("share", "share"): 1}


def test_claims_are_lost_alone_and_together() -> None:
    predicted = annotated(
        LEVEL | {"indicator": span("北苑街道快递业务量20亿件"), "subject": None},
        CHANGE | {"basis": "yoy", "modality": "target"},
        RANK,
    )
    found = confusion.outcomes([GOLD], [predicted])
    assert confusion.losses(found) == (
        Loss("basis", 0, 1), Loss("indicator", 1, 0), Loss("missed", 1, 0), Loss("modality", 0, 1),
    )  # fmt: skip
    # What only a strict claim needs right is counted for it alone.
    assert Loss("subject", 0, 1) in confusion.losses(found, STRICT)
    assert Loss("indicator", 0, 1) in confusion.losses(found, STRICT)
    (group,) = confusion.groups(found, lambda outcome: str(outcome.document.meta.get("genre")))
    assert (group.name, group.gold, group.predicted, group.exact, group.lost) == ("local", 3, 3, 0, 3)
    assert (group.wrong["missed"], group.wrong["spurious"], group.wrong["subject"]) == (1, 1, 0)


def test_exact_claims_are_those_of_the_score() -> None:
    predicted = annotated(LEVEL | {"period": "other"}, CHANGE, SHARE | {"type": "level"}, RANK)
    (group,) = confusion.groups(confusion.outcomes([GOLD], [predicted]), lambda _: "all")
    assert group.f1 == scoring.score([GOLD], [predicted], bootstrap=0).row("claims.exact").f1 == 2 / 7


def test_another_type_is_neither_missed_nor_spurious() -> None:
    predicted = annotated(LEVEL, CHANGE, SHARE | {"type": "level", "scope": None})
    found = confusion.outcomes([GOLD], [predicted])
    assert confusion.losses(found) == (Loss("type", 1, 0),)
    assert confusion.closed(found, "type")["share", "level"] == 1
    assert confusion.closed(found, "modality") == {("actual", "actual"): 2}


def test_closed_attributes_are_gold_by_prediction() -> None:
    predicted = annotated(LEVEL, CHANGE | {"direction": "decrease"}, RANK, figures={"20亿件": {"bound": "over"}})
    found = confusion.outcomes([GOLD], [predicted])
    assert confusion.closed(found, "bound") == {("exact", "over"): 1, ("exact", "exact"): 1}
    assert confusion.closed(found, "direction") == {("–", "–"): 1, ("increase", "decrease"): 1}
    assert confusion.closed(found, "type") == {
        ("level", "level"): 1, ("change", "change"): 1, ("share", "–"): 1, ("–", "rank"): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("attribute", "right", "given", "kind"),
    [
        ("indicator", span("快递业务量"), None, "missed"),
        ("indicator", None, span("快递业务量"), "spurious"),
        ("indicator", span("快递业务量"), span("北苑街道快递业务量20亿件"), "too long"),
        ("indicator", span("快递业务量"), span("业务"), "too short"),
        ("indicator", span("快递业务量"), span("全市"), "elsewhere"),
        ("indicator", span("北苑街道快递"), span("快递业务量"), "elsewhere"),
        ("scope", None, span("全市"), "spurious"),
        ("subject", span("北苑街道"), span("全市"), "elsewhere"),
        ("period", "year", None, "missed"),
        ("period", None, "year", "spurious"),
        ("period", "part", "year", "too long"),
        ("period", "year", "part", "too short"),
        ("period", "other", "year", "elsewhere"),
    ],
)
def test_open_attributes_have_classes(attribute: str, right: Any, given: Any, kind: str) -> None:
    gold, predicted = annotated(LEVEL | {attribute: right}), annotated(LEVEL | {attribute: given})
    found = confusion.outcomes([gold], [predicted])
    assert confusion.opened(found, attribute) == {kind: 1}
    assert not any(confusion.opened(found, other) for other in confusion.OPEN if other != attribute)


def test_a_missing_document_is_missed_whole() -> None:
    found = confusion.outcomes([GOLD], [])
    assert confusion.losses(found) == (Loss("missed", 3, 0),)
    assert [outcome.predicted for outcome in found] == [None] * 3
