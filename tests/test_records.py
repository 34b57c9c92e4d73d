import json
import os

import pytest

from govclaim.batch import records
from govclaim.errors import InputError
from govclaim.pipeline.load import Rejected

TEXT = "去年，青石县新增学位2300余个，新建学校12所，一般公共预算收入14.02亿元。\n"


def read(*paths, **options):
    return list(records.read(records.files(map(str, paths)), **options))


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("gb18030", True), ("gbk", True)],
)
def test_encodings(tmp_path, encoding, guessed):
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    (record,) = read(tmp_path / "a.txt")
    assert record["text"] == TEXT
    assert ("warnings" in record) is guessed
    if guessed:
        assert record["warnings"] == ["encoding assumed: gb18030"]


def test_a_short_text_in_gb18030(tmp_path):
    (tmp_path / "a.txt").write_bytes("增长5%。".encode("gb18030"))
    (record,) = read(tmp_path / "a.txt")
    assert record["text"] == "增长5%。"


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    first, second = read(tmp_path)
    assert isinstance(first, Rejected)
    assert isinstance(second, Rejected)
    assert first.hint == "save the file as UTF-8"


def test_breaks_are_left_as_they_are(tmp_path):
    (tmp_path / "a.txt").write_bytes("有3人。\r\n有5人。\r".encode())
    assert read(tmp_path / "a.txt")[0]["text"] == "有3人。\r\n有5人。\r"


def test_a_folder_gives_its_files_in_order(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("乙")
    (tmp_path / "sub" / "a.txt").write_text("甲")
    (tmp_path / "sub" / "picture.png").write_bytes(b"\x89PNG")
    assert [(record["id"], record["text"]) for record in read(tmp_path)] == [("b", "乙"), ("sub/a", "甲")]


def test_files_of_one_name_are_told_apart(tmp_path):
    for folder in "xy":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder)
    ids = [record["id"] for record in read(tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt")]
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
    assert (first["id"], first["published"]) == ("first", "2026-01-20")
    assert first["meta"] == {"title": "题", "desk": "一版"}
    assert (second["id"], second["text"], second["published"]) == ("a:2", "乙", "2024-12-31")
    assert (third["id"], third.get("published")) == ("7", None)
    assert (broken.record, broken.line, broken.file) == ("{broken", 5, str(file))
    assert (number.record, number.line) == (3, 6)
    assert records.count(records.files([str(file)])) == 5


def test_json(tmp_path):
    (tmp_path / "one.json").write_text('{"text": "甲"}', encoding="utf-8")
    (tmp_path / "list.json").write_text('["乙", {"text": "丙"}, 5]', encoding="utf-8")
    (tmp_path / "bad.json").write_text('{"text":\n "甲"', encoding="utf-8")
    bad, *found, five, one = read(tmp_path)
    assert (bad.line, bad.error.startswith("no JSON")) == (2, True)
    assert [(record["id"], record["text"]) for record in found] == [("list:1", "乙"), ("list:2", "丙")]
    assert five.record == 5
    assert one["id"] == "one"


def test_a_folder_without_files_and_a_path_without_anything(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError) as caught:
            records.files([str(path)])
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
    sources = records.files([str(file)])
    file.unlink()
    (result,) = records.read(sources)
    assert "cannot be read" in result.error
    assert result.file == str(file)
