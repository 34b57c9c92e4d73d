"""The table of systems on small texts: the rule that makes claims of numbers, the reader of answers, the scorer."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import govclaim
from govclaim.corpus import reading

ROOT = Path(__file__).parents[1]
CASES = yaml.safe_load((ROOT / "tests" / "cases" / "claims_board.yaml").read_text("utf-8"))
TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%；新增学位2300余个，居全市第二。"
ANSWER = {
    "entities": [
        {"text": "青石县", "label": "LOC"},
        {"text": "白沙镇", "label": "LOC"},
        {"text": "全市", "label": "X"},
    ],
    "figures": [
        {
            "text": "14.02亿元",
            "value": "1402000000",
            "unit": "CNY",
            "bound": "exact",
            "claims": [
                {
                    "type": "level",
                    "indicator": "一般公共预算收入",
                    "subject": "青石县",
                    "period": "2025",
                    "modality": "actual",
                }
            ],
        },
        {"text": "三百亿元", "value": "30000000000", "unit": "CNY", "claims": [{"type": "level"}]},
        {
            "text": "15.27%",
            "value": 15.27,
            "unit": "%",
            "bound": "about",
            "claims": [
                {
                    "type": "change",
                    "indicator": "一般公共预算收入",
                    "subject": "青石县",
                    "period": "2025",
                    "direction": "increase",
                },
                {"type": "guess"},
            ],
        },
        {"text": "第二", "value": "two", "claims": []},
    ],
}


@pytest.fixture(scope="module")
def board():
    """The package, which is no part of the installation."""
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.claims import __main__ as command
        from benchmarks.claims import answers, drafts, systems
    finally:
        sys.path.remove(str(ROOT))
    return {"command": command, "answers": answers, "drafts": drafts, "systems": systems}


def document(text, id="a"):
    return govclaim.annotate(text, published="2026-01-20", id=id)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_what_the_rule_makes_of_numbers(board, case):
    drafts, text, finds, cursor = board["drafts"], case["text"], [], 0
    for number, value in case["numbers"]:
        at = text.index(number, cursor)
        cursor = at + len(number)
        finds.append(drafts.Find(at, cursor, Decimal(str(value))))
    page = document(text)
    found = drafts.quantities(text, finds)
    made = drafts.claims(page, found)
    predicted = drafts.annotation(page, found=found, made=made)
    assert [[q.text, str(q.value), q.unit, q.bound] for q in predicted.quantities] == case["quantities"]
    shown = [[c.type, c.indicator and c.indicator.text, c.subject and c.subject.text] for c in predicted.claims]
    assert shown == case["claims"]


def test_an_answer_is_read_in_the_order_of_the_text(board):
    page = document(TEXT)
    read = board["answers"].read(page, "Here it is:\n```json\n" + json.dumps(ANSWER, ensure_ascii=False) + "\n```")
    assert [(each.text, each.label) for each in read.entities] == [("青石县", "LOC")]
    assert [(each.text, each.value, each.unit, each.bound) for each in read.quantities] == [
        ("14.02亿元", Decimal(1402000000), "CNY", "exact"),
        ("15.27%", Decimal("15.27"), "%", "exact"),
        ("第二", None, None, "exact"),
    ]
    level, change = read.claims
    assert (level.type, level.indicator.text, level.subject.text) == ("level", "一般公共预算收入", "青石县")
    assert (change.direction, change.basis, change.modality) == ("increase", "none", "actual")
    assert (change.indicator.start, change.indicator.end) == (level.indicator.start, level.indicator.end)


@pytest.mark.parametrize(
    "answer", ["", "I cannot.", "[1]", '{"figures": 7, "entities": [3]}', '{"figures": [{"text": 5}']
)
def test_an_answer_that_cannot_be_read_is_an_empty_annotation(board, answer):
    read = board["answers"].read(document(TEXT), answer)
    assert [*read.entities, *read.quantities, *read.claims] == []


def test_figures_that_the_page_breaks_are_found(board):
    answer = {"figures": [{"text": "14.02亿元", "value": "1402000000", "unit": "CNY", "claims": []}]}
    page = document(TEXT.replace("14.02亿", "14.02\n亿"))
    (figure,) = board["answers"].read(page, json.dumps(answer)).quantities
    assert figure.text == "14.02\n亿元"


def test_the_prompt_has_the_page_and_none_of_its_annotation(board):
    page = document(TEXT)
    asked = board["answers"].prompt(page)
    assert asked.endswith(f"published on 2026-01-20:\n\n{TEXT}\n")
    assert "{published}" not in asked
    assert "{text}" not in asked
    bare = page.model_copy(update={"entities": (), "quantities": (), "claims": ()})
    assert board["answers"].prompt(bare) == asked


def test_the_table_of_our_systems_and_of_kept_answers(board, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    pages = [document(TEXT), document("永康市新增学位2300余个。", "b")]
    reading.write(pages, tmp_path / "gold.jsonl")
    board["answers"].keep(tmp_path / "kept.jsonl", "a", json.dumps(ANSWER, ensure_ascii=False))
    only = ["--only", "govclaim", "--only", "language", "--answers", str(tmp_path / "kept.jsonl"), "--bootstrap", "20"]
    board["command"].main([str(tmp_path / "gold.jsonl"), *only])
    lines = [
        line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| gold")
    ]
    rows = {line[1]: line[2:] for line in lines}
    assert list(rows) == ["govclaim", "govclaim, rules only", "language model"]
    assert rows["govclaim"][:-1] == ["1.000 (1.000–1.000)"] * 6  # gold is its own here
    assert rows["govclaim, rules only"][1] == "1.000 (1.000–1.000)"
    assert rows["language model"][1].startswith("0.750")  # three of five figures, none too many
    assert rows["language model"][2].startswith("0.500")  # the third without its value


def test_pages_that_were_seen_are_left_out(board, tmp_path):
    one, other = document(TEXT), document("永康市新增学位2300余个。", "b")
    seen = document(TEXT.replace("；", "；\n"), "c")
    reading.write([seen], tmp_path / "seen.jsonl")
    assert board["command"].unseen([one, other], [tmp_path / "seen.jsonl"]) == [other]
    assert board["command"].unseen([one, other], []) == [one, other]


def test_what_is_not_there_is_named_with_what_it_takes(board, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(board["systems"].importlib.util, "find_spec", lambda name: None)
    reading.write([document(TEXT)], tmp_path / "gold.jsonl")
    command = [str(tmp_path / "gold.jsonl"), "--bootstrap", "0", "--only", "cn2an", "--only", "JioNLP"]
    board["command"].main([*command, "--only", "language"])
    printed = capsys.readouterr().out
    assert "cn2an + rule is skipped: pip install 'govclaim[bench]'" in printed
    assert "JioNLP (money) + rule is skipped: pip install 'govclaim[bench]'" in printed
    assert "language model is skipped: give kept answers" in printed
    board["command"].main([*command, "--only", "language", "--ask", "some-model"])
    assert "language model is skipped: set OPENAI_API_KEY" in capsys.readouterr().out
