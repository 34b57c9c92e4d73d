import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

import govclaim

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
EXAMPLES = [path for path in sorted((ROOT / "examples").glob("*.py")) if path.stem != "plot_panel"]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.stem for example in EXAMPLES])
def test_example_runs_and_says_something(example):
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_the_plot_of_a_panel_has_a_line_for_each_place(tmp_path):
    pytest.importorskip("matplotlib")  # the scientist's walk installs it
    from govclaim.exports import panel

    pages = [*sorted((ROOT / "examples/pages").glob("danfeng-*.txt")), ROOT / "examples/pages/qingshi-2024.txt"]
    made = [govclaim.annotate(page.read_text("utf-8"), id=page.stem) for page in pages]
    panel.write(made, tmp_path / "panel.csv")
    arguments = [tmp_path / "panel.csv", "地区生产总值", tmp_path / "plot.svg"]
    done = subprocess.run([sys.executable, ROOT / "examples/plot_panel.py", *arguments], capture_output=True, text=True)
    assert "109.6" in done.stdout, done.stderr
    drawn = (tmp_path / "plot.svg").read_text("utf-8")
    assert "丹枫县" in drawn
    assert "青石县" in drawn


def bare(text):
    """Lines without comments."""
    return [re.sub(r"(^|\s+)# .*", "", line).strip() for line in text.splitlines()]


def commands(example):
    """Runs a block of commands, line by line."""
    typed, translated = example.namespace["typed"], example.namespace["translated"]
    for line in bare(example.parsed.replace("\\\n", " ")):
        if line and line not in translated:
            assert typed(line) == 0, line


def sound(parse):
    def check(example):
        assert parse(str(example.parsed)) is not None

    return check


READER = Sybil([
    PythonCodeBlockParser(),
    CodeBlockParser(language="bash", evaluator=commands),
    CodeBlockParser(language="json", evaluator=sound(json.loads)),
    CodeBlockParser(language="toml", evaluator=sound(tomllib.loads)),
])  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_what_the_documentation_shows_runs(page, desk, typed):
    document = READER.parse(page)
    original = page.with_name(page.name.replace(".zh.md", ".md"))
    # What both languages show alike runs once.
    translated = set(bare(original.read_text("utf-8"))) if original != page else set()
    document.namespace.update(typed=typed, translated=translated)
    for example in document:
        example.evaluate()


def test_every_page_has_its_place_in_the_site():
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in PAGES if page.is_relative_to(ROOT / "docs")}
    named = set(re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M))
    assert {page.replace(".zh.md", ".md") for page in pages} == named


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_of_the_documentation_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
