import gzip
import json
import os

import pytest

from govclaim.batch import records, sources
from govclaim.batch.records import Fields, Record
from govclaim.errors import InputError
from govclaim.pipeline.load import Rejected

TEXT = "去年，青石县新增学位2300余个，新建学校12所，一般公共预算收入14.02亿元。\n"


def read(*paths, **options):
    """All records, with the files of those that are one record opened."""
    found = records.read(sources.files(map(str, paths)), **options)
    return [records.filled(record) if isinstance(record, Record) else record for record in found]


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("gb18030", True), ("gbk", True)],
)
def test_encodings(tmp_path, encoding, guessed):
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    (record,) = read(tmp_path / "a.txt")
    assert record.text == TEXT
    assert record.warnings == (("encoding assumed: gb18030",) if guessed else ())


def test_a_short_text_in_gb18030(tmp_path):
    (tmp_path / "a.txt").write_bytes("增长5%。".encode("gb18030"))
    (record,) = read(tmp_path / "a.txt")
    assert record.text == "增长5%。"


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    first, second = read(tmp_path)
    assert isinstance(first, Rejected)
    assert isinstance(second, Rejected)
    assert first.hint == "save the file as UTF-8"


def test_breaks_are_left_as_they_are(tmp_path):
    (tmp_path / "a.txt").write_bytes("有3人。\r\n有5人。\r".encode())
    assert read(tmp_path / "a.txt")[0].text == "有3人。\r\n有5人。\r"


def test_a_folder_gives_its_files_in_order(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("乙")
    (tmp_path / "sub" / "a.txt").write_text("甲")
    (tmp_path / "sub" / "picture.png").write_bytes(b"\x89PNG")
    assert [(record.id, record.text) for record in read(tmp_path)] == [("b", "乙"), ("sub/a", "甲")]


def test_files_of_one_name_are_told_apart(tmp_path):
    for folder in "xy":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder)
    ids = [record.id for record in read(tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt")]
    assert len(set(ids)) == 2


def test_json_lines(tmp_path):
    lines = [
        {"text": "甲", "id": "first", "published": "2026-01-20", "title": "题", "meta": {"desk": "一版"}},
        "乙",
        {"text": "丙", "id": 7, "meta": {"published": "2025-05-01"}},
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n{broken\n3\n", encoding="utf-8")
    first, second, third, broken, number = read(file, published="2024-12-31")
    assert (first.id, first.published) == ("first", "2026-01-20")
    assert first.meta == {"title": "题", "desk": "一版"}
    assert (second.id, second.text, second.published) == ("a:2", "乙", "2024-12-31")
    assert (third.id, third.published, third.meta) == ("7", None, {"published": "2025-05-01"})
    assert (broken.record, broken.line, broken.file) == ("{broken", 5, str(file))
    assert (number.record, number.line) == (3, 6)
    assert sources.count(sources.files([str(file)])) == 6


def test_json(tmp_path):
    (tmp_path / "one.json").write_text('{"text": "甲"}', encoding="utf-8")
    (tmp_path / "list.json").write_text('["乙", {"text": "丙"}, 5]', encoding="utf-8")
    (tmp_path / "bad.json").write_text('{"text":\n "甲"', encoding="utf-8")
    bad, *found, five, one = read(tmp_path)
    assert (bad.line, bad.error.startswith("no JSON")) == (2, True)
    assert [(record.id, record.text) for record in found] == [("list:1", "乙"), ("list:2", "丙")]
    assert five.record == 5
    assert one.id == "one"


def test_a_folder_without_files_and_a_path_without_anything(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError) as caught:
            sources.files([str(path)])
        assert caught.value.where == str(path)
        assert caught.value.hint


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is unreadable for this user")
def test_a_file_without_the_right_to_read(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("甲")
    file.chmod(0)
    (result,) = read(file)
    assert isinstance(result, Rejected)


def test_a_file_that_goes_away(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("甲")
    found = records.read(sources.files([str(file)]))
    file.unlink()
    (result,) = found
    assert "cannot be read" in result.error
    assert result.file == str(file)


LINES = [{"id": "a", "text": "甲", "published": "2026-01-20"}, {"id": "b", "text": "乙"}]


def packed(path, content):
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(content))
    elif path.suffix == ".zst":
        zstd = pytest.importorskip("backports.zstd")
        path.write_bytes(zstd.compress(content))
    else:
        path.write_bytes(content)
    return path


def as_lines(rows, path):
    return packed(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def as_csv(rows, path):
    lines = ["id,text,published", *(f"{row['id']},{row['text']},{row.get('published', '')}" for row in rows)]
    return packed(path, "\r\n".join(lines).encode("gb18030"))


def as_parquet(rows, path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (as_lines, "a.jsonl"),
        (as_lines, "a.jsonl.gz"),
        (as_lines, "a.jsonl.zst"),
        (as_csv, "a.csv"),
        (as_csv, "a.csv.gz"),
        (as_parquet, "a.parquet"),
    ],
)
def test_every_kind_of_file_gives_the_same_records(tmp_path, write, name):
    found = read(write(LINES, tmp_path / name))
    assert [(r.id, r.text, r.published) for r in found] == [("a", "甲", "2026-01-20"), ("b", "乙", None)]
    assert sources.count(sources.files([str(tmp_path / name)])) in (1, 2)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("rest", [b"", bytes(range(256)) * 1000])
def test_a_packed_file_that_is_cut_or_damaged_gives_what_is_whole_then_one_rejection(tmp_path, name, rest):
    rows = [{"id": str(n), "text": os.urandom(300).hex()} for n in range(2000)]
    file = as_lines(rows, tmp_path / name)
    file.write_bytes(file.read_bytes()[:400_000] + rest)
    *lines, bad = read(file)
    good = [line for line in lines if isinstance(line, Record)]
    assert [r.id for r in good] == [str(n) for n in range(len(good))]
    assert 10 < len(good) < 2000
    assert "ends early" in bad.error
    assert bad.file == str(file)


def test_fields_have_other_names(tmp_path):
    rows = [{"url": "u1", "body": "甲", "day": "2026-01-20", "title": "题"}, {"url": "u2", "text": "乙"}]
    good, bad = read(as_lines(rows, tmp_path / "a.jsonl"), fields=Fields("body", "url", "day"))
    assert (good.id, good.text, good.published, good.meta["title"]) == ("u1", "甲", "2026-01-20", "题")
    assert bad.error == "the record has no 'body'"
    assert "--text-field" in bad.hint


def test_a_broken_line_does_not_change_the_encoding(tmp_path):
    lines = [json.dumps({"text": f"第{n}行有{n}人。"}, ensure_ascii=False).encode() for n in range(20)]
    lines[0] = json.dumps({"text": "有5人。"}, ensure_ascii=False).encode("gb18030")
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    bad, *good = read(tmp_path / "a.jsonl")
    assert "no UTF-8" in bad.error
    assert bad.record.encode("utf-8", "surrogateescape") == lines[0]
    assert [r.text for r in good] == [f"第{n}行有{n}人。" for n in range(1, 20)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_lines_in_other_encodings(tmp_path, encoding):
    lines = "".join(json.dumps({"text": f"第{n}行有{n}人，" + TEXT}, ensure_ascii=False) + "\n" for n in range(20))
    (tmp_path / "a.jsonl").write_bytes(lines.encode(encoding))
    found = read(tmp_path / "a.jsonl")
    assert [r.text for r in found] == [f"第{n}行有{n}人，" + TEXT for n in range(20)]
    assert all(bool(r.warnings) is (encoding == "gb18030") for r in found)


def test_rows_of_csv_that_do_not_fit(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\na,"甲\n乙"\nb,丙,丁\nc,\n', encoding="utf-8")
    two_lines, too_many, empty = read(tmp_path / "a.csv")
    assert two_lines.text == "甲\n乙"
    assert (too_many.record, too_many.line) == (["b", "丙", "丁"], 4)
    assert (empty.error, empty.line) == ("the record has no 'text'", 5)


def test_damaged_tables_are_one_rejection(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no table")
    (tmp_path / "b.csv").write_bytes(b"")
    assert [type(result) for result in read(tmp_path)] == [Rejected, Rejected]


def test_a_row_of_parquet_that_is_no_text(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    texts = pa.array([b"a", b"\xff\xfe", b"b"]).view(pa.string())
    parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    first, bad, last = read(tmp_path / "a.parquet")
    assert (first.id, last.id, bad.line) == ("a:1", "a:3", 2)
    assert "no UTF-8" in bad.error


def test_what_a_library_makes_of_a_damaged_file_stops_nothing(tmp_path, monkeypatch):
    def broken(*_):
        raise IndexError("list index out of range")

    for name in ("a.csv", "b.html", "c.txt"):
        (tmp_path / name).write_text("text\n甲", encoding="utf-8")
    monkeypatch.setattr(records.rows, "csv", broken)
    monkeypatch.setattr(records.pages, "page", broken)
    table, page, good = read(tmp_path)
    assert "IndexError" in table.error
    assert "IndexError" in page.error
    assert good.text == "text\n甲"


def test_patterns(tmp_path):
    for name in ("b.txt", "a.txt", "a.md"):
        (tmp_path / name).write_text(name)
    assert [r.text for r in read(tmp_path / "*.txt")] == ["a.txt", "b.txt"]
    with pytest.raises(InputError, match="pattern"):
        sources.files([str(tmp_path / "*.csv")])


PAGE = """<html><head><meta charset="gb2312"><title>青石县新建学校12所</title>
<meta property="article:published_time" content="2026-01-18"></head><body><nav><a href="/">首页</a></nav>
<article><h1>青石县新建学校12所</h1><p>去年，青石县新建学校12所，新增学位2300余个，一般公共预算收入14.02亿元，
同比增长15.27%。</p><p>青石县教育局局长王晓燕说，今年力争再建学校5所，让更多孩子在家门口上学。</p></article>
<footer>版权所有</footer></body></html>"""


def test_a_page_gives_main_text_and_day(tmp_path):
    pytest.importorskip("trafilatura")
    (tmp_path / "a.html").write_bytes(PAGE.encode("gb18030"))
    (record,) = read(tmp_path, published="2020-01-01")
    assert "新增学位2300余个" in record.text
    assert "版权" not in record.text
    assert record.published == "2026-01-18"
    assert record.meta["title"] == "青石县新建学校12所"


def test_a_page_without_text_is_rejected(tmp_path):
    pytest.importorskip("trafilatura")
    (tmp_path / "a.html").write_bytes(b"<html></html>")
    (result,) = read(tmp_path)
    assert result.error == "the page has no main text"
    assert result.file.endswith("a.html")


def test_a_document_of_a_word_processor(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("青石县新建学校12所。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "学位", "2300个"
    document.add_paragraph("完。")
    document.save(tmp_path / "a.docx")
    (tmp_path / "b.docx").write_bytes(b"no document")
    good, bad = read(tmp_path)
    assert good.text == "青石县新建学校12所。\n学位\t2300个\n完。"
    assert bad.error.startswith("no .docx")


def test_rejected_records_can_be_read_again(tmp_path):
    from govclaim.batch.place import rejected_line

    (tmp_path / "page.txt").write_text("丁")
    lines = [
        Rejected({"id": "x", "text": "甲"}, "it hung", None, "old.jsonl", 7),
        Rejected('{"text": "乙"}', "no JSON", None, "old.jsonl", 8),
        Rejected({"id": "page", "file": str(tmp_path / "page.txt")}, "was locked", None, "page.txt"),
        Rejected({"id": "y"}, "no text", None, "old.jsonl", 9),
    ]
    file = tmp_path / "out.rejected.jsonl"
    file.write_text("".join(map(rejected_line, lines)), encoding="utf-8")
    first, second, third, still = read(file)
    assert (first.id, first.text, first.file, first.line) == ("x", "甲", "old.jsonl", 7)
    assert (second.id, second.text) == ("old:8", "乙")
    assert (third.id, third.text) == ("page", "丁")
    assert (still.line, still.file) == (9, "old.jsonl")
