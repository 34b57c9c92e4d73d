"""Canonical names of statistics, driven by ``cases/indicators.yaml``, and the table itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from govclaim.canon import indicator_name, indicators
from govclaim.claims.lexicon import lexicon
from govclaim.knowledge import Knowledge, default
from govclaim.recognizers import numerals, quantities

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "indicators.yaml").read_text("utf-8"))
ROWS = indicators(default())
SPELLINGS = [(spelling, row.name) for row in ROWS for spelling in row.spellings()]
LISTED = {spelling for spelling, _ in SPELLINGS}


@pytest.mark.parametrize(("text", "name"), [*CASES["written"].items(), *CASES["growth"].items()])
def test_names(text, name):
    assert indicator_name(text, default()) == name


@pytest.mark.parametrize("text", CASES["unnamed"])
def test_null_rather_than_a_guess(text):
    assert indicator_name(text, default()) is None


def test_every_spelling_names_its_row():
    assert [(s, n, indicator_name(s, default())) for s, n in SPELLINGS if indicator_name(s, default()) != n] == []


def test_no_spelling_stands_twice():
    written = [spelling for spelling, _ in SPELLINGS]
    assert sorted({spelling for spelling in written if written.count(spelling) > 1}) == []


def test_the_table_covers_the_official_statistics():
    assert len(ROWS) >= 400
    assert [row.name for row in ROWS if not (row.english and row.area and row.example.startswith(row.name))] == []


def test_examples_bear_the_unit_and_dimension_of_their_row():
    wrong = []
    for row in (row for row in ROWS if row.unit):
        found = quantities.propose(row.example, numerals.find(row.example, default()), default(), blocked=())
        value = found[-1].value if found else None
        if value is None or (value.unit, value.dimension) != (row.unit, row.dimension):
            wrong.append((row.example, row.unit, row.dimension, value))
    assert wrong == []


@pytest.mark.parametrize("modifier", ["汽车", "外出", "本级", "市属", "样本", "余额", "乡镇"])
def test_an_unknown_modifier_never_keeps_the_name(modifier):
    kept = [
        phrase
        for spelling, name in SPELLINGS
        for phrase in (modifier + spelling, spelling + modifier)
        if phrase not in LISTED and indicator_name(phrase, default()) == name
    ]
    assert kept == []


@given(st.text(max_size=60))
def test_any_text_is_read(text):
    name = indicator_name(text, default())
    assert name is None or name.startswith(tuple(row.name for row in ROWS))


def test_long_texts_name_nothing():
    assert indicator_name("全市" * 100_000 + "常住人口", default()) is None


def test_an_overlay_with_the_first_five_columns_adds_a_statistic(tmp_path):
    (tmp_path / "indicators.csv").write_text(
        "name,aliases,dimension,example,note\n古树名木,在册古树,count,古树名木320株,\n", "utf-8"
    )
    knowledge = Knowledge(tmp_path)
    assert indicator_name("全市在册古树数量", knowledge) == "古树名木"
    assert indicator_name("规上工业产值", knowledge) == "规模以上工业总产值"
    assert lexicon(knowledge).tag("在册古树") == "n"


def test_two_statistics_with_one_key_leave_it_unnamed(tmp_path):
    (tmp_path / "indicators.csv").write_text(
        "name,aliases,dimension,example,note\n古树,新增护绿,count,古树3株,\n名木,护绿新增,count,名木3株,\n", "utf-8"
    )
    knowledge = Knowledge(tmp_path)
    assert indicator_name("新增护绿", knowledge) == "古树"
    assert indicator_name("护新增绿", knowledge) is None
