"""Take the pictures of the documentation: `make pictures` (needs the extra `browser` and Chromium)."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import govclaim
from govclaim import schema
from govclaim.exports import panel

ROOT = Path(__file__).parents[1]
FOCUS = "node => { node.focus({ preventScroll: true }); node.scrollIntoView({ block: 'center' }) }"


def _article() -> govclaim.Annotation:
    text = (ROOT / "corpora/raw/beiyuan.txt").read_text("utf-8")
    return govclaim.annotate(text, published="2026-01-20", id="beiyuan", numerals=True)


def _many() -> list[govclaim.Annotation]:
    with gzip.open(ROOT / "corpora/drafts/county-pages.jsonl.gz", "rb") as lines:
        return [annotation for _, annotation in schema.load_lines(lines)]


def _shoot(browser: Browser, html: str, target: Path, *, figure: str | None = None, **options: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.html")
        file.write_text(html, encoding="utf-8")
        page = browser.new_page(**options)  # type: ignore[arg-type]
        page.goto(file.as_uri())
        if figure:
            page.locator(".figure", has_text=figure).first.evaluate(FOCUS)
        page.wait_for_timeout(200)
        page.screenshot(path=target)
        page.close()
    print(target)


def _review(browser: Browser, target: Path, **options: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "annotated.jsonl")
        file.write_text("".join(schema.dump_lines([_article()])), encoding="utf-8")
        command = [sys.executable, "-m", "govclaim.cli", "review", str(file), "--annotator", "小李", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout
            page = browser.new_page(**options)  # type: ignore[arg-type]
            page.goto(f"{server.stdout.readline().strip()}#1")
            chosen = page.locator(".figure", has_text="15.27%").first
            chosen.click()
            chosen.evaluate(FOCUS)
            page.wait_for_timeout(200)
            page.screenshot(path=target)
            page.close()
            server.terminate()
    print(target)


def _plot(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pages = sorted((ROOT / "examples/pages").glob("*.txt"))
        made = [govclaim.annotate(page.read_text("utf-8"), id=page.stem) for page in pages]
        panel.write(made, Path(folder, "panel.csv"))
        script = [sys.executable, str(ROOT / "examples/plot_panel.py")]
        subprocess.run([*script, str(Path(folder, "panel.csv")), "地区生产总值", str(target)], check=True)
    print(target)


def main(target: Path) -> None:
    """Write the pictures into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    article = govclaim.render(_article())
    wide, narrow = {"width": 1180, "height": 640}, {"width": 390, "height": 780}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _shoot(browser, article, target / "report.png", figure="15.27%", viewport=wide)
        _shoot(browser, article, target / "report-narrow.png", figure="20%", viewport=narrow, color_scheme="dark")
        _shoot(browser, govclaim.render(_many()), target / "index.png", viewport={"width": 1180, "height": 860})
        _review(browser, target / "review.png", viewport=wide)
        _review(browser, target / "review-narrow.png", viewport=narrow, color_scheme="dark")
        browser.close()
    _plot(target / "plot.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
