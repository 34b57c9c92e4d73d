from __future__ import annotations

import gzip
import json
from importlib import util
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from govclaim import annotate, loads
from govclaim.checking import findings
from govclaim.checking.facts import Facts
from govclaim.cli import app
from govclaim.knowledge import default
from govclaim.schema import load_lines

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "checking.yaml").read_text("utf-8"))
ROOT = Path(__file__).parent.parent
_SPEC = util.spec_from_file_location("checks", ROOT / "benchmarks/checks.py")
benchmark = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(benchmark)
IMPOSSIBLE = "2025年，云溪县受理纠纷5742件，成功率99.94%。"


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_what_does_not_add_up_is_found_and_nothing_else(case):
    annotation = annotate(case["text"], published="2026-01-20")
    assert [finding.kind for finding in findings.check(annotation)] == case["finds"]


def test_the_reference_article_adds_up():
    gold = loads((ROOT / "corpora/gold/beiyuan.json").read_text("utf-8"))
    assert findings.check(gold) == ()
    assert findings.check(annotate(gold.text, published="2026-01-20")) == ()


@pytest.mark.parametrize("name", ["faults", "faults-other"])
def test_planted_faults_are_found_where_claims_are_gold(name):
    found = [benchmark.found(document, document) for document in benchmark.documents(name)]
    assert sum(found) / len(found) >= 0.95


@pytest.mark.parametrize("name", ["sound", "sound-other"])
def test_their_twins_give_no_finding(name):
    assert [finding for document in benchmark.documents(name) for finding in findings.check(document)] == []


def test_drafts_give_no_finding():
    with gzip.open(ROOT / "corpora/drafts/county-pages.jsonl.gz") as stream:
        documents = [annotation for _, annotation in load_lines(stream)]
    assert [finding for document in documents for finding in findings.check(document)] == []


def test_findings_become_warnings_with_claims_and_arithmetic():
    annotation = annotate(IMPOSSIBLE, published="2026-01-20", check=True)
    [notice] = annotation.warnings
    assert notice.code == "check-cases"
    assert notice.claims == ["c1", "c2"]
    assert notice.arithmetic == "5738 of 5742 is 99.9303% and 5739 of 5742 is 99.9478%"
    assert annotation.text[notice.start : notice.end] == "99.94%"
    assert findings.noted(annotation) == annotation
    assert annotate(IMPOSSIBLE, published="2026-01-20").warnings == ()


def run(*arguments):
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def test_of_very_many_figures_of_one_measure_the_nearest_are_compared():
    lines = "2024年，云溪县常住人口30万人。2025年，云溪县常住人口33万人，同比增长5%。\n"
    annotation = annotate(lines * 60, published="2026-01-20")
    facts = Facts(annotation, default())
    assert max(len(facts.like(fact)) for fact in facts.all) <= 130
    found = [finding.kind for finding in findings.check(annotation)]
    assert found == ["growth"] * 60


def test_the_verb_takes_texts_and_annotations(tmp_path):
    text, annotated, broken = tmp_path / "a.txt", tmp_path / "b.jsonl", tmp_path / "c.json"
    text.write_text(IMPOSSIBLE, "utf-8")
    gold = (ROOT / "corpora/gold/beiyuan.json").read_text("utf-8")
    annotated.write_text(json.dumps(json.loads(gold), ensure_ascii=False) + "\n", "utf-8")
    broken.write_text(gold.replace('"start": 758', '"start": 757'), "utf-8")
    assert run(annotated).exit_code == 0
    shown = run(text)
    assert shown.exit_code == 1
    assert "a: cases (c1 c2): no whole number of 纠纷5742件 gives 成功率99.94%" in shown.output
    [line] = [line for line in run("--json", text).output.splitlines() if line.startswith("{")]
    assert json.loads(line)["claims"] == ["c1", "c2"]
    refused = run(annotated, broken)
    assert refused.exit_code == 1
    assert "1 rejected" in refused.output
    assert "record beiyuan" in refused.output
