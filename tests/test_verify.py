from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import govclaim
from govclaim import InputError, annotate, verify
from govclaim.checking import verdicts
from govclaim.checking.verify import compare, json_schema
from govclaim.cli import app

ROOT = Path(__file__).parent.parent
CASES = [
    (group["source"], case)
    for group in yaml.safe_load((Path(__file__).parent / "cases" / "verify.yaml").read_text("utf-8"))
    for case in group["cases"]
]
PUBLISHED = "2026-01-20"
SOURCE = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%。青石县新增学位2300余个。"


def marked(text):
    """The text without brackets, and where the bracketed figure stands."""
    found = re.search(r"\[(.+?)\]", text)
    return text[: found.start()] + found[1] + text[found.end() :], found.start()


@pytest.mark.parametrize(("source", "case"), CASES, ids=[case["summary"] for _, case in CASES])
def test_a_summary_beside_its_source(source, case):
    text, place = marked(case["summary"])
    result = verify(text, {"text": source, "id": "source", "published": PUBLISHED})
    [item] = [item for item in result.items if item.start <= place < item.end]
    assert item.verdict == case["verdict"]
    if "differs" in case:
        assert list(item.differs) == case["differs"]
    assert item.derivation == case.get("derivation")
    assert (item.match is None) == (item.source is None)
    assert result.passed == (not result.contradictions)


def test_offsets_and_sentences_are_those_of_the_texts():
    text = "摘要：\n青石县一般公共预算\n收入14亿元。"
    source = annotate(SOURCE, id="公报")
    [item] = verify(text, source).items
    assert text[item.start : item.end] == item.text == "14亿元"
    assert item.source == "公报"
    assert SOURCE[item.match.start : item.match.end] == item.match.text == "14.02亿元"
    for stated, whole in ((item.claim, text), (item.match, SOURCE)):
        end = stated.sentence_start + len(stated.sentence)
        assert whole[stated.sentence_start : end] == stated.sentence


def test_what_is_required_and_not_there_is_missing():
    result = verify("青石县一般公共预算收入14.02亿元。", SOURCE, require=SOURCE)
    assert [missing.claim.text for missing in result.missing] == ["15.27%", "2300余个"]
    assert not result.passed
    assert verify(SOURCE, SOURCE, require=[SOURCE]).missing == ()


def test_one_source_that_agrees_is_enough():
    other = {"text": "2025年，青石县一般公共预算收入13.5亿元。", "id": "b"}
    for sources in ([SOURCE, other], [other, SOURCE]):
        [item] = verify("2025年，青石县一般公共预算收入14.02亿元。", sources).items
        assert item.verdict == "supported"


def test_a_summary_without_a_date_is_read_on_the_day_of_its_latest_source():
    sources = [{"text": "去年，青石县新增学位2300个。", "published": "2026-01-20"}]
    [item] = verify("去年，青石县新增学位2300个。", sources).items
    assert item.claim.period == "2025"


@pytest.mark.parametrize("wrong", [[], 5, [5], {"id": "a"}, [SOURCE, {"id": "a"}]])
def test_what_is_no_source_is_refused_with_a_hint(wrong):
    with pytest.raises(InputError) as caught:
        verify(SOURCE, wrong)
    assert caught.value.hint


def test_the_reference_article_does_not_contradict_itself():
    gold = govclaim.loads((ROOT / "corpora/gold/beiyuan.json").read_bytes())
    result = compare(gold, [gold], [gold])
    assert {item.verdict for item in result.items} == {"supported"}
    assert result.passed
    assert len(result.items) == len(gold.claims)


def test_json_is_exact_and_follows_its_schema():
    result = verify("青石县一般公共预算收入14.2亿元。", SOURCE)
    written = json.loads(result.dumps())
    assert '"value": 1420000000' in result.dumps()
    schema = json_schema()
    assert schema == json.loads((ROOT / "docs" / "verification.schema.json").read_text("utf-8"))
    for name, content in (("Item", written["items"][0]), ("Stated", written["items"][0]["match"])):
        assert set(content) == set(schema["$defs"][name]["properties"]) == set(schema["$defs"][name]["required"])
    assert govclaim.Verification.model_validate_json(result.dumps()) == result


def test_the_report_says_what_differs_and_marks_the_figures():
    result = verify("青石县一般公共预算收入14.2亿元，新增学位2300余个。", {"text": SOURCE, "id": "公报"})
    lines = list(verdicts.lines(result))
    assert lines[0] == "CONTRADICTED: 青石县 一般公共预算收入 14.2亿元 (differs: value)"
    assert "【14.2亿元】" in lines[1]
    assert "公报: " in lines[2]
    assert "【14.02亿元】" in lines[2]
    assert verdicts.summary_line(result) == "2 claims: 1 contradicted, 1 supported"
    assert len(list(verdicts.lines(result, everything=True))) > len(lines)


# ---------------------------------------------------------------- the command


@pytest.fixture
def files(tmp_path):
    texts = {"source": SOURCE, "good": "青石县一般公共预算收入14亿元。", "bad": "青石县一般公共预算收入15亿元。"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments, **options):
    return CliRunner().invoke(app, ["verify", *map(str, arguments)], **options)


def test_the_command_is_a_gate(files):
    good = run(files / "good.txt", "--source", files / "source.txt")
    assert good.exit_code == 0
    assert good.stdout == ""
    assert "1 claims: 1 supported" in good.stderr
    bad = run(files / "bad.txt", "--source", files / "source.txt", "-o", files / "out.json")
    assert bad.exit_code == 1
    assert "CONTRADICTED" in bad.stdout
    assert json.loads((files / "out.json").read_text("utf-8"))["items"][0]["differs"] == ["value"]


def test_the_command_prints_json_and_asks_for_what_must_be_there(files):
    done = run(files / "good.txt", "--source", files / "source.txt", "--must", files / "source.txt", "--json")
    assert done.exit_code == 1
    assert [missing["claim"]["text"] for missing in json.loads(done.stdout)["missing"]] == ["15.27%", "2300余个"]


def test_a_source_that_cannot_be_read_stops_the_gate(files):
    (files / "broken.jsonl").write_text("{\n", encoding="utf-8")
    done = run(files / "good.txt", "--source", files / "broken.jsonl")
    assert done.exit_code == 2
    assert "broken.jsonl:1" in done.stderr


def test_the_schema_is_printed():
    done = CliRunner().invoke(app, ["schema", "verification"])
    assert json.loads(done.stdout) == json_schema()


# ---------------------------------------------------------------- the set


def test_the_set_is_what_its_written_summaries_give():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "verify_set.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
