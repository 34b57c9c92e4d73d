"""The report in Chromium: its size, when it is first painted, and how long 500 documents keep the page from answering.

    python benchmarks/page.py [--runs 5]      # needs the extra `browser` and Chromium

Milliseconds from the navigation, the median of some runs, each in a new window without a cache. ``longest task`` is the
longest stretch in which the page did not answer, as Chromium tells it (those under 50 ms it does not tell), while 500
documents are opened, scrolled from one end to the other, and searched letter by letter.
"""

import argparse
import gzip
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import govclaim
from govclaim import schema

ROOT = Path(__file__).parents[1]
OBSERVE = """
globalThis.longest = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration);
}).observe({ type: "longtask", buffered: true });
"""
PAINTS = "Object.fromEntries(performance.getEntriesByType('paint').map((entry) => [entry.name, entry.startTime]))"
PAINTED = """() => new Promise((done) => {
  const look = () => (performance.getEntriesByType("paint").length > 1 ? done() : requestAnimationFrame(look));
  look();
})"""
SCROLL = """async () => {
  const scroller = document.querySelector("#all-documents .scroller");
  for (let step = 0; step <= 20; step += 1) {
    scroller.scrollTop = (scroller.scrollHeight * step) / 20;
    await new Promise((done) => requestAnimationFrame(done));
  }
}"""


def article():
    text = (ROOT / "corpora/raw/beiyuan.txt").read_text("utf-8")
    return govclaim.annotate(text, published="2026-01-20", id="beiyuan", numerals=True)


def many(count):
    """Composed county pages, again and again under other ids."""
    with gzip.open(ROOT / "corpora/drafts/county-pages.jsonl.gz", "rb") as lines:
        pages = [annotation for _, annotation in schema.load_lines(lines)]
    return [pages[number % len(pages)].model_copy(update={"id": f"page-{number:03d}"}) for number in range(count)]


def opened(chromium, file):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(OBSERVE)
    page.goto(file.as_uri())
    page.evaluate(PAINTED)
    return page


def paints(chromium, file, runs):
    found = []
    for _ in range(runs):
        page = opened(chromium, file)
        found.append(page.evaluate(PAINTS))
        page.context.close()
    return {name: statistics.median(each[name] for each in found) for name in found[0]}


def busy(chromium, file):
    """The longest task while opening, scrolling and searching."""
    page = opened(chromium, file)
    page.wait_for_timeout(500)
    steps = {"opening": page.evaluate("longest")}
    page.evaluate("longest = 0")
    page.evaluate(SCROLL)
    page.wait_for_timeout(200)
    steps["scrolling"] = page.evaluate("longest")
    page.evaluate("longest = 0")
    page.get_by_label("Search").press_sequentially("page-123", delay=20)
    page.wait_for_timeout(300)
    steps["searching"] = page.evaluate("longest")
    page.context.close()
    return steps


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, annotations in (("the reference article", article()), ("500 documents", many(500))):
            file = Path(folder, "report.html")
            file.write_text(govclaim.render(annotations), encoding="utf-8")
            times = paints(chromium, file, runs)
            shown = ", ".join(f"{paint} {time:.0f} ms" for paint, time in times.items())
            print(f"{name}: {file.stat().st_size:,} bytes; {shown}")
        for step, longest in busy(chromium, file).items():
            print(f"500 documents, {step}: longest task {longest:.0f} ms")
        chromium.close()


if __name__ == "__main__":
    main()
