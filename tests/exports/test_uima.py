"""Apache UIMA in Java reads what we write, and we read what it writes (`make uima-test`)."""

import os
import subprocess
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

import govclaim
from govclaim import formats
from govclaim.exports.xmi import DOCUMENT, TOKEN, TYPE_NAMES
from govclaim.marks.apart import explode
from govclaim.marks.model import LAYERS

ROOT = Path(__file__).parents[2]
UIMA = os.environ.get("UIMA")
TEXTS = {
    "article": (ROOT / "corpora/raw/beiyuan.txt").read_text("utf-8"),
    "astral": "😀𠮷去年，青石县新增学位2300余个。\n“学位增加8%。”县教育局局长说。",
}
pytestmark = pytest.mark.skipif(UIMA is None, reason="`make uima-test` says what it needs")


@pytest.fixture(scope="module")
def annotations():
    return [govclaim.annotate(text, id=name, published="2026-01-20") for name, text in TEXTS.items()]


@pytest.fixture(scope="module")
def opened(annotations, tmp_path_factory):
    """What UIMA says that it has read, line by line, and the folder into which it wrote that again."""
    ours, theirs = tmp_path_factory.mktemp("ours") / "out", tmp_path_factory.mktemp("theirs")
    assert formats.writer("xmi")(annotations, ours, layers=LAYERS) == []
    dkpro = theirs / "dkpro.xml"  # those of every INCEpTION project; the annotations' own join them
    dkpro.write_bytes((files("cassis.resources") / "dkpro-core-types.xml").read_bytes())
    script = Path(__file__).with_name("InUima.java")
    command = ["java", "-cp", UIMA, script, dkpro, ours / "TypeSystem.xml", "--", ours, theirs]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [(file, kind, value, words(text), roles) for file, kind, value, text, roles in lines], theirs


def words(hexadecimal):
    return bytes.fromhex(hexadecimal).decode("utf-8")


def linked(roles):
    return sorted((role, words(text)) for role, text in (each.split("=") for each in roles.split()))


def test_uima_sees_every_mark_with_its_words_and_links(annotations, opened):
    seen = Counter(
        (file, kind, value, text, *linked(roles))
        for file, kind, value, text, roles in opened[0]
        if kind in TYPE_NAMES.values()
    )
    wanted = Counter()
    for annotation in annotations:
        marks = {mark.key: mark for mark in explode(annotation)}
        for mark in marks.values():
            text = annotation.text[mark.start : mark.end]
            ends = [(role, marks[key]) for role, key in mark.links]
            links = sorted((role, annotation.text[end.start : end.end]) for role, end in ends)
            wanted[(f"{annotation.id}.xmi", TYPE_NAMES[mark.layer], mark.type, text, *links)] += 1
    assert seen == wanted


def test_uima_sees_words_and_the_whole_document(annotations, opened):
    for annotation in annotations:
        kinds = [(kind, text) for file, kind, _, text, _ in opened[0] if file == f"{annotation.id}.xmi"]
        assert [text for kind, text in kinds if kind == DOCUMENT] == [annotation.text]
        tokens = [text for kind, text in kinds if kind == TOKEN]
        assert all(text.strip() for text in tokens)
        assert "".join("".join(tokens).split()) == "".join(annotation.text.split())


def test_what_uima_writes_is_read_back_whole(annotations, opened):
    assert sorted(formats.reader("xmi")(opened[1], base={}, layers=None), key=lambda one: one.id) == annotations
