"""doccano's own importer reads what we write, and we read what its exporter makes of it (`make doccano-test`)."""

import os
import subprocess
from pathlib import Path

import pytest

import govclaim
from govclaim import formats
from govclaim.marks.model import LAYERS

ROOT = Path(__file__).parents[2]
DOCCANO = os.environ.get("DOCCANO")
TEXTS = {
    "article": (ROOT / "corpora/raw/beiyuan.txt").read_text("utf-8"),
    "county": (ROOT / "examples/pages/qingshi-2024.txt").read_text("utf-8"),
    "astral": "😀𠮷去年，青石县新增学位2300余个。",
}


@pytest.mark.skipif(DOCCANO is None, reason="`make doccano-test` has an environment with doccano")
def test_doccano_takes_all_marks_and_links_and_gives_them_back(tmp_path):
    ours, theirs = tmp_path / "ours.jsonl", tmp_path / "theirs.jsonl"
    annotations = [govclaim.annotate(text, id=name, published="2026-01-20") for name, text in TEXTS.items()]
    assert formats.writer("doccano")(annotations, ours, layers=LAYERS) == []
    script = Path(__file__).with_name("in_doccano.py")
    done = subprocess.run([DOCCANO, script, ours, theirs], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(formats.reader("doccano")(theirs, base={}, layers=None)) == annotations
