"""A real browser, where there is one; `make test-browser` insists on it."""

from __future__ import annotations

import os
import shutil

import pytest

BINARIES = ("chromium", "chromium-browser", "google-chrome")


def _missing(what):
    if os.environ.get("GOVCLAIM_BROWSER") == "required":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing; `make test-browser` says how to get it")


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    path = next((found for name in BINARIES if (found := shutil.which(name))), None)
    if path is None:
        _missing("Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """Opens an address; the page must say nothing on its console and ask the network for nothing else."""
    contexts, spoken, asked = [], [], []

    def open_(address, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(60_000)  # milliseconds, where other things run beside
        contexts.append(context)
        page = context.new_page()
        # That the server refuses an edit is told on the page; the browser repeats the status on its console.
        page.on(
            "console", lambda said: "the server responded with a status of 4" in said.text or spoken.append(said.text)
        )
        page.on("pageerror", lambda error: spoken.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert spoken == []
    assert {url.split("#")[0].split(":")[0] for url in asked} <= {"file", "data", "http"}
    assert [url for url in asked if url.startswith("http") and not url.startswith("http://127.0.0.1:")] == []


@pytest.fixture(scope="session")
def axe():
    """The accessibility rules as a script."""
    try:
        import axe_playwright_python
    except ImportError:
        _missing("axe-core")
    from pathlib import Path

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
