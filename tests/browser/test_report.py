from pathlib import Path

import pytest

import govclaim

ROOT = Path(__file__).parents[2]
MARKUP = "</script><script>document.title='owned'</script></textarea><img src=x onerror=\"document.title='owned'\">"
HOSTILE = f"{MARKUP}青石县\u202e新增学位2300余个。"


@pytest.fixture(scope="session")
def article():
    text = (ROOT / "corpora/raw/beiyuan.txt").read_text("utf-8")
    return govclaim.annotate(text, published="2026-01-20", id="beiyuan", numerals=True)


@pytest.fixture(scope="session")
def short():
    text = "2025年，青石县新增学位2300余个，同比增长15.27%，居全市第二。三乡镇一律达标。"
    return govclaim.annotate(text, published="2026-01-20", id="short", numerals=True)


@pytest.fixture
def shown(tmp_path, opened):
    def show(annotations, address="", **options):
        file = tmp_path / "report.html"
        file.write_text(govclaim.render(annotations), encoding="utf-8")
        return opened(f"{file.as_uri()}{address}", **options)

    return show


def figure(page, text):
    return page.locator(".figure", has_text=text).first


def card(page):
    return page.locator(".card").inner_text()


def test_a_figure_under_the_pointer_is_drawn_whole(shown, article):
    page = shown(article)
    figure(page, "20%").hover()
    parts = {
        part: page.locator(f".part-{part}").all_inner_texts() for part in ("indicator", "scope", "period", "speaker")
    }
    assert {part: "".join(texts) for part, texts in parts.items()} == {
        "indicator": "快递业务量",
        "scope": "全市",
        "period": "今年到目前为止",
        "speaker": "街道相关负责人",
    }
    assert page.locator("path.wire").count() >= 4
    assert "share" in card(page)


def test_the_keyboard_draws_claims_too(shown, short):
    page = shown(short)
    figure(page, "2300").focus()
    assert "学位" in card(page)
    page.keyboard.press("n")
    assert "15.27%" in card(page)
    page.keyboard.press("n")
    assert "rank" in card(page)
    page.keyboard.press("p")
    assert "15.27%" in card(page)
    page.keyboard.press("Escape")
    assert page.locator(".part").count() == 0


def test_the_text_is_the_text(shown, article):
    page = shown(article)
    page.locator(".text").evaluate("node => node.querySelectorAll('.break, svg').forEach(mark => mark.remove())")
    drawn = page.locator(".text").text_content()
    assert "".join(drawn.split()) == "".join(article.text.split())


def test_the_table_sorts_filters_and_jumps(shown, article):
    page = shown(article)
    rows = page.locator("#part-claims tbody tr:not(.space)")
    assert rows.count() == len(article.claims)
    page.locator("#part-claims th button", has_text="value").click()
    values = page.locator("#part-claims tbody td:nth-child(4)").all_inner_texts()
    assert values[0].startswith("no. 1")
    assert values[-1] == "138,000,000,000 CNY"
    page.get_by_label("type").select_option("rank")
    assert rows.count() == sum(claim.type == "rank" for claim in article.claims)
    page.get_by_label("indicator").fill("制造业")
    assert rows.count() == 1
    page.get_by_role("button", name="c11").click()
    assert page.locator(".part-quantity").inner_text() == "第三"
    page.get_by_label("indicator").fill("nothing")
    assert "Nothing fits" in page.locator("#part-claims tbody").inner_text()


def test_figures_that_were_not_taken_are_told_with_the_reason(shown, short):
    page = shown(short)
    page.get_by_role("tab", name="Figures not taken").click()
    told = page.locator("#part-tally tbody tr:not(.space)").all_inner_texts()
    assert any("一" in row and "part of a word" in row for row in told)
    assert "were taken" in page.locator("#part-tally").inner_text()


def test_hostile_text_stays_text(shown):
    made = govclaim.annotate(
        HOSTILE, id=MARKUP, meta={"title": f"{MARKUP}\u202eabc", "url": "javascript:alert(1)"}, numerals=True
    )
    page = shown(made)
    assert page.title() != "owned"
    assert page.locator("img, .text script, textarea").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert MARKUP in page.locator(".text").inner_text()
    assert page.locator(".control").all_inner_texts() == ["U+202E"]
    assert "\u202e" not in page.locator("body").inner_text()
    several = shown([made, made])
    assert MARKUP in several.locator("tbody").first.inner_text()


def test_code_points_beyond_the_first_plane_shift_nothing(shown):
    page = shown(govclaim.annotate("😀𠮷😀青石县新增学位2300余个。", id="astral"))
    assert page.locator(".figure").all_inner_texts() == ["2300余个"]


def test_five_hundred_documents_have_few_rows_in_the_page(shown, short):
    many = [short.model_copy(update={"id": f"d{number:03d}"}) for number in range(500)]
    page = shown(many)
    assert page.locator("#all-documents tbody tr").count() < 80
    page.locator("#all-documents .scroller").evaluate("node => { node.scrollTop = node.scrollHeight }")
    page.get_by_role("link", name="short").or_(page.get_by_role("cell", name="d499")).last.wait_for()
    page.get_by_label("Search").fill("d123")
    assert page.locator("#all-documents .count").inner_text() == "1 of 500"
    page.get_by_role("link", name=MARKUP).or_(page.locator("#all-documents a.jump")).first.click()
    assert page.locator(".facts code").inner_text() == "d123"
    page.go_back()
    page.get_by_role("tab", name="All claims").click()
    assert page.locator("#all-claims tbody tr").count() < 80
    page.locator("#all-claims button.jump").first.click()
    assert page.locator(".part-quantity").count() == 1


def test_the_reader_changes_the_language(shown, short):
    page = shown(short)
    page.get_by_role("button", name="中文").click()
    assert "未采用的数字" in page.locator("[role=tablist]").inner_text()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_notebook_frame_draws_without_rights(tmp_path, opened, short):
    file = tmp_path / "notebook.html"
    file.write_text(f"<!doctype html><title>a notebook</title>{short._repr_html_()}", encoding="utf-8")
    page = opened(file.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator(".figure").first.focus()
    assert "学位" in frame.locator(".card").inner_text()
    frame.get_by_role("button", name="c2").click()
    assert "15.27%" in frame.locator(".card").inner_text()


def test_paper_shows_the_whole_table(shown, article):
    page = shown(article)
    page.emulate_media(media="print")
    assert page.locator(".card").is_hidden()
    assert page.locator("#part-claims tbody").is_visible()
    assert page.locator("#part-tally tbody").is_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("count", [1, 3])
def test_no_serious_finding_on_accessibility(shown, article, axe, colours, width, count):
    options = {"color_scheme": colours, "viewport": {"width": width, "height": 900}, "bypass_csp": True}
    page = shown([article] * count, **options)
    page.evaluate(axe)
    if count == 1:
        page.locator(".figure").nth(4).focus()
    found = page.evaluate("axe.run()")
    assert found["passes"]
    assert [
        (one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in ("serious", "critical")
    ] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
