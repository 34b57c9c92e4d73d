from __future__ import annotations

from decimal import Decimal

from typer.testing import CliRunner

from govclaim import annotate
from govclaim.checking.reconcile import reconcile
from govclaim.cli import app

FIRST = "据初步核算，2025年云溪县地区生产总值140.21亿元。"
FINAL = "经最终核实，2025年云溪县地区生产总值143.50亿元。"
ROUNDED = "2025年，云溪县地区生产总值达140亿元。"
EXACT = "2025年，云溪县地区生产总值140.21亿元。"
OTHER = "2025年，云溪县地区生产总值155.8亿元。"


def brought(*texts):
    pages = [annotate(text, published=f"2026-02-{day:02d}", id=f"d{day}") for day, text in enumerate(texts, 1)]
    return [(each.value, each.status, each.best, each.independent) for each in reconcile(pages)]


def test_rounded_values_agree_with_the_exact_one():
    assert brought(ROUNDED, EXACT) == [(Decimal("14021000000"), "agreed", True, 2)]


def test_a_reprint_counts_once():
    assert brought(EXACT, EXACT) == [(Decimal("14021000000"), "single", True, 1)]


LONG = "2025年，云溪县地区生产总值140.21亿元，按不变价格计算，比上年增长5.6%，增速比前三季度加快0.3个百分点。"


def test_a_reprint_under_another_head_counts_once():
    reprint = f"记者从县统计局获悉，{LONG[:-1].replace('加快', '快')}（李文）。"
    assert {each[3] for each in brought(LONG, reprint)} == {1}


def test_another_wording_of_the_same_figures_counts_twice():
    own = "去年云溪县经济怎样？全年地区生产总值140.21亿元，扣除价格因素后涨了5.6%，快于前三季度。"
    assert (Decimal("14021000000"), "agreed", True, 2) in brought(LONG, own)


def test_a_short_sentence_is_nobodys_own_wording():
    assert brought(EXACT, EXACT.replace("值", "值达")) == [(Decimal("14021000000"), "agreed", True, 2)]


def test_a_revision_replaces_the_first_estimate():
    assert [(value, status, best) for value, status, best, _ in brought(FIRST, FINAL)] == [
        (Decimal("14350000000"), "revision", True),
        (Decimal("14021000000"), "revised", False),
    ]


def test_values_without_anything_in_common_are_a_conflict():
    found = brought(EXACT, OTHER)
    assert {status for _, status, _, _ in found} == {"conflict"}
    assert [best for _, _, best, _ in found] == [True, False]


def test_the_verb_writes_one_table(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(EXACT, "utf-8")
    shown = CliRunner().invoke(app, ["reconcile", str(path), "--published", "2026-02-01"])
    assert shown.exit_code == 0
    assert "云溪县,地区生产总值,2025,level,14021000000,CNY,single,yes,1,a[" in shown.output
