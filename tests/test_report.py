import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

import govclaim
from govclaim import cli
from govclaim.exports import report

ROOT = Path(__file__).parents[1]
TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%，居全市第二。"
MARKUP = "</script><script>document.title='owned'</script><!--<textarea></textarea>&amp;{{ 7*7 }}"
HOSTILE = f"{MARKUP}\u202e卡片有3人。\u2028有5人。"


class Page(HTMLParser):
    """The scripts of a page by their attributes, and all that refers to another place."""

    def __init__(self, html):
        super().__init__()
        self.scripts, self.references, self.policy, self.title = [], [], "", ""
        self._open = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self._open = tag
        self.references += [attributes[name] for name in ("src", "href", "srcset", "action") if name in attributes]
        if tag == "script":
            self.scripts.append([attributes, ""])
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]

    def handle_data(self, data):
        if self._open == "script":
            self.scripts[-1][1] += data
        elif self._open == "title":
            self.title += data

    def handle_endtag(self, tag):
        self._open = None

    def documents(self):
        return [json.loads(text) for attributes, text in self.scripts if attributes.get("class") == "document"]

    def part(self, id):
        return next(json.loads(text) for attributes, text in self.scripts if attributes.get("id") == id)


def annotation(text=TEXT, **options):
    return govclaim.annotate(text, published="2026-01-20", numerals=True, **options)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_refers_to_nothing_outside_itself(count):
    page = Page(govclaim.render([annotation(id=f"d{number}") for number in range(count)]))
    assert page.references == ["data:,"]
    assert "default-src 'none'" in page.policy


@pytest.mark.parametrize("count", [1, 3])
def test_the_policy_knows_each_script_that_runs(count):
    page = Page(govclaim.render([annotation(id=f"d{number}") for number in range(count)]))
    running = [text for attributes, text in page.scripts if "type" not in attributes]
    digests = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in running}
    policy = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    assert set(policy["script-src"].split()) == digests


def test_hostile_text_closes_no_script_and_comes_back_whole():
    page = Page(report.render(annotation(HOSTILE, id="</title><b>", meta={"title": f"{HOSTILE}\ud83d"})))
    (document,) = page.documents()
    assert document["text"] == HOSTILE
    assert document["meta"]["title"] == f"{HOSTILE}\ud83d"
    assert page.title == f"{HOSTILE}\ufffd"
    assert [attributes.get("id") or attributes.get("class") for attributes, _ in page.scripts] == [
        "labels",
        "document",
        "overview",
        None,
    ]


def test_numbers_reach_the_page_with_their_own_digits():
    exact = "0.12345678901234567890123"
    made = annotation("增长5.0%。")
    quantity = made.quantities[0].model_copy(update={"value": govclaim.schema.Decimal(exact)})
    (document,) = Page(report.render(made.model_copy(update={"quantities": (quantity,)}))).documents()
    assert document["quantities"][0]["value"] == exact


def test_the_page_holds_what_the_annotation_holds():
    made = annotation(id="qingshi")
    (document,) = Page(report.render(made)).documents()
    assert [claim["id"] for claim in document["claims"]] == [claim.id for claim in made.claims]
    assert document["claims"][1]["direction"] == "increase"
    assert "scope" not in document["claims"][0]  # null says nothing
    assert len(document["numerals"]) == len(made.numerals)


def test_the_index_counts():
    days = ("2025-03-01", "2025-03-02", None)
    several = [govclaim.annotate(TEXT, published=day, id=f"d{number}") for number, day in enumerate(days)]
    overview = Page(report.render(several)).part("overview")
    assert overview["totals"]["documents"] == 3
    assert overview["totals"]["claims"] == sum(len(one.claims) for one in several)
    assert overview["indicators"][0] == ["一般公共预算收入", 9]
    assert overview["timeline"] == [["2025-03-01", 1], ["2025-03-02", 1]]
    assert overview["undated"] == 1


def test_a_long_timeline_counts_months_then_years():
    def grain(days):
        made = annotation()
        several = [made.model_copy(update={"meta": made.meta.model_copy(update={"published": day})}) for day in days]
        return Page(report.render(several)).part("overview")["timeline"][0]

    assert grain(f"2025-{number // 20 + 1:02d}-{number % 20 + 1:02d}" for number in range(60)) == ["2025-01", 20]
    assert grain(f"{1990 + number // 12}-{number % 12 + 1:02d}-01" for number in range(60)) == ["1990", 12]


def test_labels_are_the_same_in_both_languages_and_all_are_used():
    labels = json.loads((ROOT / "src/govclaim/exports/page/labels.json").read_text("utf-8"))
    assert labels["en"].keys() == labels["zh"].keys()
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "src/govclaim/exports/page").glob("*.js"))
    asked = set(re.findall(r'\bt\("([^"]+)"', scripts))
    assert asked <= labels["en"].keys()


def test_the_reference_article_stays_small():
    gold = govclaim.loads((ROOT / "corpora/gold/beiyuan.json").read_bytes())
    assert len(govclaim.render(gold).encode()) <= 400_000


def test_a_notebook_shows_the_page_in_a_sandbox():
    made = annotation()
    (frame,) = re.findall(r"<iframe[^>]*>", made._repr_html_())
    assert 'sandbox="allow-scripts"' in frame
    assert "allow-same-origin" not in frame
    assert govclaim.render(made).startswith("<!doctype html>")
    assert govclaim.render(made)._repr_html_() == made._repr_html_()


def test_nothing_and_no_language_are_refused():
    with pytest.raises(govclaim.InputError, match="no annotation"):
        govclaim.render([])
    with pytest.raises(govclaim.InputError, match="no language"):
        govclaim.render(annotation(), lang="fr")


# ---------------------------------------------------------------- the verb


def run(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_report_writes_one_page_and_sets_faulty_lines_aside(tmp_path):
    lines = [govclaim.dumps(annotation(id="a")), '{"id": "b"}', "", govclaim.dumps(annotation(id="c"))]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("report", tmp_path / "in.jsonl", "-o", tmp_path / "out.html", "--title", "两篇")
    assert done.exit_code == 1
    assert "in.jsonl:2" in done.stderr
    page = Page((tmp_path / "out.html").read_text("utf-8"))
    assert [document["id"] for document in page.documents()] == ["a", "c"]
    assert page.title == "两篇"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize(
    "arguments",
    [("nothing.json", "-o", "x.html"), ("good.json", "--lang", "fr"), ("good.json", "-o", "good.json/x.html")],
)
def test_errors_of_report_are_two_lines(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.json").write_text(govclaim.dumps(annotation()), encoding="utf-8")
    done = run("report", *arguments)
    assert done.exit_code == 2
    assert [line[:7] for line in done.stderr.strip().splitlines()] == ["error: ", "  hint:"]
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".html"] == []
