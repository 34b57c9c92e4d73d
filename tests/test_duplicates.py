import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govclaim.batch.duplicates import is_reprint, marked, normal
from govclaim.batch.records import Record
from govclaim.batch.runner import Input, Output, Run
from govclaim.batch.work import Recipe
from govclaim.pipeline.load import Rejected

pytest.importorskip("datasketch")

BODY = [
    "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%。",
    "全年新建学校12所，新增学位2300余个，让更多孩子在家门口上学。",
    "“路修好了，货车能开到地头。”西岭村村民王晓燕说。",
    "县交通运输局负责人介绍，今年力争再建成农村公路86公里。",
    "截至11月底，县行政服务中心共受理事项3.4万件，办结率99.8%。",
]
PAGE = "青石县晒出成绩单\n来源：青石县融媒体中心\n" + "\n".join(BODY)
OTHER_COUNTY = (
    PAGE.replace("青石县", "白水县").replace("14.02", "9.31").replace("西岭村", "东湾村").replace("12所", "7所")
)
OTHER_YEAR = (
    PAGE.replace("2025", "2024")
    .replace("14.02", "12.16")
    .replace("2300", "1900")
    .replace("3.4万", "3.1万")
    .replace("86", "71")
)
REPRINTS = {
    "trimmed at the end": PAGE[:-60],
    "trimmed at the beginning": PAGE[40:],
    "another headline": "快讯｜一般公共预算收入增长15.27%，这个县做对了什么\n" + "\n".join(BODY),
    "wrapped": "\r\n".join("　　" + PAGE.replace("\n", "")[at : at + 17] for at in range(0, len(PAGE), 17)),
    "full-width": PAGE.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.%"}),
}


def marks(*texts):
    found = marked(Record(str(number), text, meta={"title": "题"}) for number, text in enumerate(texts))
    return [record.meta.get("duplicate_of") for record in found]


@pytest.mark.parametrize("name", REPRINTS)
def test_a_reprint_names_the_first(name):
    assert marks(PAGE, REPRINTS[name]) == [None, "0"]
    assert marks(REPRINTS[name], PAGE) == [None, "0"]


def test_pages_of_one_form_are_no_reprints():
    assert marks(PAGE, OTHER_COUNTY, OTHER_YEAR) == [None, None, None]
    assert marks(OTHER_YEAR, PAGE, REPRINTS["wrapped"], OTHER_COUNTY) == [None, None, "1", None]


def test_short_texts_are_reprints_only_if_they_are_equal():
    assert marks("今天有雨。", "今天有 雨。", "今天有雨", "", "", "有雨") == [None, "0", None, None, "3", None]


def test_what_is_no_text_passes_through():
    odd = [Rejected("x", "broken"), Record("a", 5), Record("b", PAGE, meta=7), Record("c", PAGE, meta=None)]
    first, number, no_meta, again = marked(odd)
    assert (first, number.text, no_meta.meta) == (odd[0], 5, 7)
    assert again.meta == {"duplicate_of": "b"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.integers(1, 30))
def test_a_text_reprints_itself_however_it_is_wrapped(text, width):
    again = "\n　".join(text[at : at + width] for at in range(0, len(text), width))
    assert is_reprint(normal(text), normal(again))
    assert marks(text, again)[1] == "0"


def test_a_file_is_opened(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(PAGE, encoding="utf-8")
    first, second = (Record(name, file=str(tmp_path / f"{name}.txt")) for name in "ab")
    assert [record.text for record in marked([first, second])] == [PAGE, PAGE]


def test_a_run_that_is_stopped_goes_on_to_the_same_marks(tmp_path):
    texts = [PAGE, OTHER_YEAR, *REPRINTS.values(), OTHER_COUNTY, PAGE]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in texts), encoding="utf-8")

    def run(output: Path, *, stop=None, resume=False):
        with Run(
            Input((str(tmp_path / "in.jsonl"),), dedup=True), Recipe(), Output(output, records=2), resume=resume
        ) as run:
            for done, _ in enumerate(run.go(workers=0)):
                if done == stop:
                    break
        return output

    whole = run(tmp_path / "whole.jsonl").read_bytes()
    run(tmp_path / "out.jsonl", stop=5)
    assert run(tmp_path / "out.jsonl", resume=True).read_bytes() == whole
    found = [json.loads(line)["meta"].get("duplicate_of") for line in whole.splitlines()]
    assert found == [None, None, *["in:1"] * 5, None, "in:1"]
    manifest = json.loads((tmp_path / "out.jsonl.manifest.json").read_bytes())
    assert manifest["options"]["dedup"].startswith("datasketch ")
