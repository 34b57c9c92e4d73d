"""Claims: every case of cases/claims.yaml, and the parts of the grammar by themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import govclaim
from govclaim.claims import indicators, ranker, statements
from govclaim.claims.clauses import parse
from govclaim.claims.lexicon import lexicon
from govclaim.claims.weights import weights
from govclaim.errors import KnowledgeError
from govclaim.knowledge import Knowledge, default
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Layers, Quantity, Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "claims.yaml").read_text(encoding="utf-8"))
SPANS = {"indicator", "subject", "scope", "base", "attribution"}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    document = govclaim.annotate(case["text"], published=case.get("published", "2026-01-20"))
    quantities = {item.id: item for item in document.quantities}
    times = {item.id: item for item in document.times}
    found = [
        {
            **{name: getattr(claim, name) for name in ("type", "direction", "basis", "modality", "polarity")},
            **{name: getattr(claim, name) and getattr(claim, name).text for name in SPANS},
            "quantity": quantities[claim.quantity].text,
            "bound": quantities[claim.quantity].bound,
            "period": claim.period and times[claim.period].value,
            "quoted": claim.attribution and claim.attribution.quoted,
        }
        for claim in document.claims
    ]
    assert [{name: got[name] for name in want} for got, want in zip(found, case["claims"], strict=False)] == case[
        "claims"
    ]
    assert len(found) == len(case["claims"]), found


def test_every_claim_field_has_a_case():
    named = {name for case in CASES for claim in case["claims"] for name in claim}
    assert named >= {"type", "indicator", "subject", "direction", "basis", "scope", "period", "modality", "polarity"}


def layers(text: str, *figures: tuple[int, int]) -> Layers:
    surface = Surface(text, (0,), (0,))
    quantity = Quantity(Decimal(1), None, None, "家", "count", "exact")
    found = tuple(Candidate(SurfaceSpan(a, b), quantity, 1.0, "test") for a, b in figures)
    return Layers(Sentence(Span(0, len(text)), surface, "body", 1), quantities=found)


def test_words_cover_the_text():
    text = "全县规模以上工业企业74家,比年初增加ABC公司等6家。"
    parsed = parse(layers(text, (10, 13)), lexicon(default()))
    assert "".join(word.text for word in parsed.words) == text
    assert [word.text for word in parsed.words if word.tag == "Q"] == ["74家"]


def test_clauses_end_at_commas():
    parsed = parse(layers("企业74家,增长6家;其中新增2家。", (2, 5), (8, 10), (15, 17)), lexicon(default()))
    assert [clause.opener for clause in parsed.clauses] == ["", ",", ";", "。"]
    assert [parsed.clause_of[at] for at in parsed.figures] == [0, 1, 2]


def test_the_reading_without_indicator_is_always_proposed():
    parsed = parse(layers("74家", (0, 3)), lexicon(default()))
    phrases = indicators.propose(parsed, 0, parsed.figures[0], [])
    assert [phrase.place for phrase in phrases] == [None]


def test_ranker_takes_the_first_of_equals():
    assert ranker.choose(["a", "b"], {"a": ["x"], "b": ["y"]}, [[], []], {}) == (0, 0.5)


def test_ranker_prefers_weight():
    best, probability = ranker.choose(["a", "b"], {"a": ["x"], "b": ["y"]}, [[], ["z"]], {"y": 1.0, "z": 1.0})
    assert best == 1
    assert probability > 0.8


def test_faulty_weights_are_named(tmp_path):
    (tmp_path / "ranker.tsv.gz").write_bytes(__import__("gzip").compress(b"feature without weight\n"))
    with pytest.raises(KnowledgeError, match=r"ranker\.tsv\.gz"):
        weights(Knowledge(tmp_path), "ranker.tsv.gz")


def test_faulty_words_are_named(tmp_path):
    (tmp_path / "words.tsv.gz").write_bytes(__import__("gzip").compress("词\tn\n".encode()))
    with pytest.raises(KnowledgeError, match=r"words\.tsv\.gz"):
        lexicon(Knowledge(tmp_path))


@pytest.mark.parametrize(
    ("modality", "period", "expected"),
    [
        ("actual", "2025", "actual"),
        ("actual", "2026", "actual"),
        ("actual", "2027", "target"),
        ("actual", "2026-03", "target"),
        ("actual", "2021/2025", "actual"),
        ("actual", "2026/2030", "actual"),
        ("actual", "../2025-10-31", "actual"),
        ("actual", None, "actual"),
        ("forecast", "2027", "forecast"),
    ],
)
def test_a_period_ahead_makes_a_target(modality, period, expected):
    assert statements.timed(modality, period, date(2026, 1, 20)) == expected


def test_without_a_day_of_publication_nothing_lies_ahead():
    assert statements.timed("actual", "2099", None) == "actual"
