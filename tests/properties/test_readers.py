import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govclaim.batch import records, sources
from govclaim.batch.records import Record
from govclaim.pipeline.load import Rejected

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
VALUE = st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3))
RECORD = st.dictionaries(st.sampled_from(["id", "text", "published", "meta", "title"]), VALUE | TEXT)
LINES = st.lists(RECORD.map(json.dumps) | TEXT, max_size=6).map(lambda lines: "\n".join(lines).encode())
TABLE = st.lists(st.lists(TEXT, min_size=1, max_size=3).map(",".join), max_size=6).map(
    lambda rows: "\n".join(["id,text", *rows]).encode()
)
CONTENT = st.one_of(st.binary(max_size=200), LINES, TABLE)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "a.parquet", "a.docx"])
@settings(max_examples=60)
@given(content=CONTENT, packed=st.booleans(), cut=st.none() | st.integers(0, 100))
def test_whatever_a_file_holds_is_a_record_or_a_rejection_with_a_reason(name, content, packed, cut):
    with tempfile.TemporaryDirectory() as folder:
        able = packed and name not in ("a.parquet", "a.docx")
        path = Path(folder) / (name + ".gz" if able else name)
        path.write_bytes((gzip.compress(content) if able else content)[:cut])
        found = [
            records.filled(one) if isinstance(one, Record) else one for one in records.read(sources.files([folder]))
        ]
    for one in found:
        assert isinstance(one, Record) or (isinstance(one, Rejected) and one.error and one.hint)
    if name in ("a.txt", "a.docx", "a.parquet") or content.strip() == b"":
        assert len(found) <= 1


@settings(max_examples=60)
@given(st.lists(TEXT, min_size=1, max_size=5, unique=True), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_texts_come_back_as_they_were(texts, encoding):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes("".join(json.dumps({"text": text}) + "\n" for text in texts).encode(encoding))
        assert [one.text for one in records.read(sources.files([str(path)]))] == texts
