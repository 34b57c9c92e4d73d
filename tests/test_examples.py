import re
import subprocess
import sys
from pathlib import Path

import pytest

import govclaim

ROOT = Path(__file__).parents[1]
EXAMPLES = [path for path in sorted((ROOT / "examples").glob("*.py")) if path.stem != "plot_panel"]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    (page.name, block) for page in PAGES for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.S)
]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.stem for example in EXAMPLES])
def test_example_runs_and_says_something(example):
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_the_plot_of_a_panel_has_a_line_for_each_place(tmp_path):
    pytest.importorskip("matplotlib")  # the scientist's walk installs it
    from govclaim.exports import panel

    pages = sorted((ROOT / "examples/pages").glob("danfeng-*.txt")) + [ROOT / "examples/pages/qingshi-2024.txt"]
    made = [govclaim.annotate(page.read_text("utf-8"), id=page.stem) for page in pages]
    panel.write(made, tmp_path / "panel.csv")
    arguments = [tmp_path / "panel.csv", "地区生产总值", tmp_path / "plot.svg"]
    done = subprocess.run([sys.executable, ROOT / "examples/plot_panel.py", *arguments], capture_output=True, text=True)
    assert "109.6" in done.stdout, done.stderr
    drawn = (tmp_path / "plot.svg").read_text("utf-8")
    assert "丹枫县" in drawn
    assert "青石县" in drawn


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[f"{page}-{i}" for i, (page, _) in enumerate(BLOCKS)])
def test_what_the_documentation_shows_runs(page, block, monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(block, page, "exec"), {"__name__": "documentation"})
