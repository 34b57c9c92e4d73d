import shutil
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import govclaim
from govclaim import cli, schema
from govclaim.review import edits

TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%，居全市第二。\n三河镇新增学位2300余个，较上年多5所。"


@pytest.fixture(scope="session")
def first():
    return govclaim.annotate(TEXT, published="2026-01-20", id="qingshi", numerals=True)


@pytest.fixture
def file(tmp_path, first):
    path = tmp_path / "pages.jsonl"
    other = first.model_copy(update={"id": "zweite"})
    path.write_text(f"{govclaim.dumps(first)}\n{govclaim.dumps(other)}\n", encoding="utf-8")
    return path


@pytest.fixture
def page_of(opened):
    """Opens a document under review and waits for its text."""

    def open_(process, number=1, **options):
        page = opened(f"{process.address}#{number}", **options)
        page.locator(".figure").first.wait_for()
        return page

    return open_


@pytest.fixture
def reviewing(file):
    processes = []

    def start(*options):
        command = [
            sys.executable,
            "-m",
            "govclaim.cli",
            "review",
            str(file),
            "--annotator",
            "小李",
            "--no-browser",
            *options,
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        process.address = process.stdout.readline().strip()
        return process

    yield start
    for process in processes:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def now(file, number=0):
    return [annotation for _, annotation in schema.load_lines(file.read_bytes().splitlines())][number]


def saved(page):
    page.locator(".saved", has_text="Saved").wait_for()
    page.locator(".said").evaluate("node => node.replaceChildren()")


def figure(page, text):
    return page.locator(".figure", has_text=text).first


def mark(page, words):
    """Marks a stretch of the text as a mouse would."""
    found = page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
            const nodes = [], starts = [];
            let text = '';
            while (walker.nextNode()) {
                if (walker.currentNode.parentElement.closest('.break, svg')) continue;
                nodes.push(walker.currentNode); starts.push(text.length); text += walker.currentNode.data;
            }
            const at = text.indexOf(words), end = at + words.length;
            const point = (offset, last) => {
                const i = starts.findLastIndex((start) => (last ? start < offset : start <= offset));
                return [nodes[i], offset - starts[i]];
            };
            getSelection().setBaseAndExtent(...point(at, false), ...point(end, true));
            return at;
        }""",
        words,
    )
    assert found >= 0
    page.locator(".marker strong", has_text=words).wait_for()


def test_a_claim_is_corrected_reloaded_exported_and_scored(file, first, reviewing, page_of, tmp_path):
    process = reviewing()
    page = page_of(process)
    figure(page, "14.02").click()
    mark(page, "预算收入")
    page.keyboard.press("6")
    saved(page)
    page.get_by_label("value").fill("1402000001")
    page.keyboard.press("Tab")
    saved(page)
    page.reload()
    figure(page, "14.02").click()
    assert "预算收入 ✕" in page.locator(".card").inner_text()
    assert page.get_by_label("value").input_value() == "1402000001"
    # what a colleague then does with the file, while the review still runs
    corrected = now(file)
    assert corrected.claims[0].indicator.text == "预算收入"
    assert str(corrected.quantities[0].value) == "1402000001"
    assert corrected.meta.get("annotation")["annotator"] == "小李"
    gold = tmp_path / "gold.jsonl"
    shutil.copy(file, gold)
    file.write_text("".join(schema.dump_lines([first, first.model_copy(update={"id": "zweite"})])), encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["score", str(gold), str(file), "--errors", str(tmp_path / "errors.jsonl")])
    assert done.exit_code == 0
    wrong = (tmp_path / "errors.jsonl").read_text("utf-8").splitlines()
    assert len([line for line in wrong if "qingshi" in line]) == len(wrong) > 0


def test_one_key_accepts_one_rejects_and_undo_has_no_end(file, first, reviewing, page_of):
    page = page_of(reviewing())
    page.keyboard.press("n")
    page.keyboard.press("a")
    saved(page)
    assert now(file).claims[0].reviewed == "accepted"
    page.keyboard.press("n")
    page.keyboard.press("x")
    saved(page)
    assert [claim.id for claim in now(file).claims] == [claim.id for claim in first.claims if claim.id != "c2"]
    page.keyboard.press("Control+z")
    saved(page)
    page.keyboard.press("Control+z")
    saved(page)
    assert now(file) == first
    assert page.get_by_role("button", name="Undo").is_disabled()
    page.keyboard.press("Control+y")
    saved(page)
    assert now(file).claims[0].reviewed == "accepted"


def test_spans_are_added_moved_and_deleted_by_keys_alone(file, reviewing, page_of):
    page = page_of(reviewing())
    page.get_by_label("walk through").select_option("times")
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("n")
    page.keyboard.press("x")
    saved(page)
    assert "2025年" not in [time.text for time in now(file).times]
    page.keyboard.press("m")  # at the first sentence in view
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".marker strong").inner_text() == "2025年"
    page.keyboard.press("5")
    saved(page)
    assert now(file).times[0].text == "2025年"
    assert now(file).times[0].value == "2025"
    page.keyboard.press("m")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    saved(page)
    assert now(file).times[0].text == "2025"


def test_a_figure_gets_a_claim_with_subject_and_period(file, reviewing, page_of):
    page = page_of(reviewing())
    figure(page, "2300").click()
    page.keyboard.press("x")
    saved(page)
    figure(page, "2300").click()
    page.get_by_role("button", name="Add a claim").click()
    saved(page)
    mark(page, "学位")
    page.keyboard.press("6")
    saved(page)
    mark(page, "三河镇")
    page.keyboard.press("7")
    saved(page)
    page.get_by_label("period").select_option("t1")
    saved(page)
    claim = next(claim for claim in now(file).claims if claim.indicator and claim.indicator.text == "学位")
    assert (claim.type, claim.subject.text, claim.period) == ("level", "三河镇", "t1")
    assert claim.subject.entity is not None


def test_what_breaks_the_contract_is_refused_with_a_message(file, reviewing, page_of):
    page = page_of(reviewing())
    before = file.read_bytes()
    figure(page, "14.02").click()
    page.get_by_label("value").fill("viel")
    page.keyboard.press("Tab")
    assert "'viel' is no number" in page.get_by_role("alert").inner_text()
    page.get_by_role("heading", level=1).focus()
    mark(page, "14.02")
    page.keyboard.press("4")
    page.get_by_role("alert").filter(has_text="overlaps").wait_for()
    assert file.read_bytes() == before


def test_a_second_window_and_a_second_person_are_told(file, reviewing, page_of):
    process = reviewing()
    one, two = page_of(process), page_of(process)
    for page in (one, two):
        page.keyboard.press("n")
    one.keyboard.press("a")
    saved(one)
    two.keyboard.press("a")
    two.get_by_role("alert").filter(has_text="changed in another window").wait_for()
    command = [sys.executable, "-m", "govclaim.cli", "review", str(file), "--no-browser"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "小李 has been reviewing the file since" in refused.stderr


def test_a_server_that_is_killed_has_lost_nothing(file, reviewing, page_of):
    process = reviewing()
    page = page_of(process, 2)
    page.keyboard.press("n")
    page.keyboard.press("a")
    saved(page)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert now(file, 1).claims[0].reviewed == "accepted"
    page = page_of(reviewing(), 2)
    page.get_by_role("button", name="Undo").click()
    saved(page)
    assert "reviewed" not in now(file, 1).claims[0].model_dump()


def test_two_annotators_are_compared_and_settled(file, first, reviewing, page_of, tmp_path):
    author = edits.Author("小王", "2026-01-21")
    theirs = edits.apply(first, edits.Delete(layer="claims", id=first.claims[-1].id), author)
    theirs = edits.apply(theirs, edits.Delete(layer="entities", id="e1"), author)
    second = tmp_path / "second.jsonl"
    second.write_text(govclaim.dumps(theirs), encoding="utf-8")
    page = page_of(reviewing("--second", str(second)))
    page.get_by_role("tab", name="Second annotator").click()
    found = page.locator("[data-difference]")
    assert found.count() == 2
    found.filter(has_text="claim").get_by_role("button", name="Take theirs").click()
    saved(page)
    assert len(now(file).claims) == len(first.claims) - 1
    page.get_by_role("button", name="Keep ours").click()
    saved(page)
    assert "No difference is left" in page.locator("#part-compare").inner_text()
    assert now(file).entities == first.entities


def test_only_what_is_unsure_or_warned_of_is_walked_through(file, first, reviewing, page_of):
    page = page_of(reviewing())
    unsure = [claim.id for claim in first.claims if claim.confidence < schema.Decimal("0.5")]
    page.get_by_label("walk through").select_option("unsure")
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("n")
    said = page.locator(".said").inner_text()
    assert said == (f"1 of {len(unsure)}" if unsure else "Nothing to walk through.")
    page.get_by_role("button", name="Mark the document as done").click()
    saved(page)
    page.get_by_role("link", name="All documents").click()
    row = page.locator("#all-documents tbody tr", has_text="qingshi")
    assert "done" in row.inner_text()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("part", ["document", "comparison", "index"])
def test_no_serious_finding_on_accessibility(reviewing, page_of, axe, file, colours, width, part):
    options = {"color_scheme": colours, "viewport": {"width": width, "height": 900}, "bypass_csp": True}
    page = page_of(reviewing(*(("--second", second(file)) if part == "comparison" else ())), **options)
    if part == "document":
        figure(page, "15.27").click()
        mark(page, "增长")
    elif part == "comparison":
        page.get_by_role("tab", name="Second annotator").click()
        page.locator("[data-difference]").first.wait_for()
    else:
        page.get_by_role("link", name="All documents").click()
        page.locator("#all-documents tbody tr", has_text="qingshi").wait_for()
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    bad = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in bad] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def second(file):
    """Another annotator's file, who has dropped a claim."""
    annotation = now(file)
    author = edits.Author("小王", "2026-01-21")
    theirs = edits.apply(annotation, edits.Delete(layer="claims", id=annotation.claims[-1].id), author)
    path = file.with_name("second.jsonl")
    path.write_text(f"{govclaim.dumps(theirs)}\n", encoding="utf-8")
    return str(path)
