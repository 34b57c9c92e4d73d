"""What the linguist does in the browser: cuts the first indicator, 一般公共预算收入, to 收入."""

import shutil
import subprocess
import sys

from playwright.sync_api import Page, sync_playwright

WORDS = "收入"
MARK = """words => {
    const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        if (at < 0) continue;
        getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
        return true;
    }
    return false;
}"""


def correct(page: Page) -> None:
    page.locator(".figure", has_text="14.02").first.click()
    assert page.evaluate(MARK, WORDS)
    page.locator(".marker strong", has_text=WORDS).wait_for()
    page.keyboard.press("6")  # the indicator
    page.locator(".saved", has_text="Saved").wait_for()
    page.reload()
    page.locator(".figure", has_text="14.02").first.click()
    assert f"{WORDS} ✕" in page.locator(".card").inner_text()


def main(file: str) -> None:
    command = ["govclaim", "review", file, "--annotator", "小李", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        assert server.stdout
        address = server.stdout.readline().strip()
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(f"{address}#1")
        correct(page)
        chromium.close()
        server.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
