"""Whatever comes in gives a clear error or a valid annotation; never a foreign exception, never a wrong offset."""

import pytest

import govclaim
from govclaim import schema

WITHOUT_FIGURES = {
    "empty": "",
    "white space": " \n\t\u3000\r\n\ufeff\u200b ",
    "brackets": "（" * 5_000,
    "quotes": "“" * 5_000,
    "breaks": "\n" * 5_000,
}
WITH_FIGURES = {
    "nul": "新增学位\x0012个。",
    "emoji": "喜报🎉👨‍👩‍👧新增学位12个🎉。",
    "bidirectional marks": "新增\u202e学位\u202c12个\u200f。",
    "full-width": "同比增长１２．５％。",
    "traditional": "去年，全縣新建學校12所。",
    "astral": "𠮷林新增学位12个。",
    "windows breaks": "一、收入\r\n新增学位12个。\r\n",
    "tabs": "学位\t12个\t\t3所",
}
HUGE = {
    "digits": "9" * 20_000,
    "one numeral": "一" * 10_000,
    "figures": "有" + "3家、5%、" * 1_000 + "。",
    "names": "青石县人民政府" * 1_000 + "。",
    "times": "2025年3月" * 1_000 + "。",
}


def valid(text, **options):
    annotation = govclaim.annotate(text, published="2026-01-20", **options)
    schema.check(annotation)
    assert annotation.text == text
    for layer in (annotation.sentences, annotation.entities, annotation.quantities, annotation.times):
        assert all(item.text == text[item.start : item.end] != "" for item in layer)
    assert govclaim.loads(govclaim.dumps(annotation)) == annotation
    return annotation


@pytest.mark.parametrize("text", WITHOUT_FIGURES.values(), ids=WITHOUT_FIGURES.keys())
def test_texts_without_figures(text):
    annotation = valid(text, tokens=True, numerals=True)
    assert not annotation.quantities
    assert not annotation.claims


@pytest.mark.parametrize("text", WITH_FIGURES.values(), ids=WITH_FIGURES.keys())
def test_texts_with_a_figure(text):
    annotation = valid(text, tokens=True, numerals=True)
    assert str(annotation.quantities[0].value) in ("12", "12.5")


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_texts_of_one_kind_of_thing(text):
    valid(text, numerals=True)


def test_a_long_figure_is_kept_digit_by_digit():
    annotation = valid("共有" + "9" * 40 + "人。")
    assert [str(quantity.value) for quantity in annotation.quantities] == ["9" * 40]


def test_half_a_surrogate_pair_is_named_with_its_place():
    with pytest.raises(govclaim.InputError, match=r"U\+D83D, at code point 4") as caught:
        govclaim.annotate("新增学位\ud83d12个。")
    assert caught.value.hint
    with pytest.raises(govclaim.InputError):
        govclaim.load(segmenter="characters")("\udc00")


@pytest.mark.parametrize("text", [None, 12, b"bytes", ["text"]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(govclaim.InputError, match="not a str"):
        govclaim.annotate(text)


@pytest.mark.parametrize("published", ["soon", "2026-13-01", "2026-02-30", "20260120", "", 20260120, ("2026", "1")])
def test_what_is_no_day_is_refused(published):
    with pytest.raises(govclaim.InputError, match="no day of the calendar"):
        govclaim.annotate("有3人。", published=published)


@pytest.mark.parametrize("meta", [3, ["title"], "title", {1: "title"}])
def test_what_is_no_metadata_is_refused(meta):
    with pytest.raises(govclaim.InputError, match="meta"):
        govclaim.annotate("有3人。", meta=meta)


@pytest.mark.parametrize("record", [None, 3, [], {}, {"text": None}, {"text": "有3人。", "published": 5}])
def test_a_bad_record_is_rejected_with_reason_and_hint(record):
    (result,) = govclaim.annotate_batch([record])
    assert isinstance(result, govclaim.Rejected)
    assert result.record == record
    assert result.error
    assert result.hint


def test_a_batch_needs_a_worker():
    with pytest.raises(govclaim.InputError):
        govclaim.annotate_batch([], workers=0)
