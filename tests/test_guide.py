"""The guide for annotators: each example is what the program gives, but where the guide says that it is not."""

import re
from pathlib import Path

import pytest

import govclaim

DOCS = Path(__file__).parents[1] / "docs"
LAYERS = ("sentences", "entities", "quantities", "times", "claims")  # the order of the chapters with a table
STILL_WRONG = "✎"


def rows(page):
    """Layer, text and values of every row, and whether the program is said to read it otherwise."""
    chapters = [part for part in page.read_text("utf-8").split("\n## ") if "\n| `" in part]
    assert len(chapters) == len(LAYERS)
    for layer, chapter in zip(LAYERS, chapters, strict=True):
        for line in re.findall(r"^\| (`.*) \|$", chapter, re.M):
            first, second, *_ = line.split(" | ")
            values = second.strip("`") if second.startswith("`") else ""
            yield layer, first.strip(f" {STILL_WRONG}`").replace("⏎", "\n"), values, STILL_WRONG in first


CASES = list(rows(DOCS / "annotators.md"))


def marked(text):
    """The text without its marks, and the marks: start, words, label."""
    plain, marks = "", []
    for piece in re.split(r"(\[[^\]]+\])", text):
        words, label = re.fullmatch(r"\[?(.*?)(?: (LOC|ORG|PER)\])?\]?", piece, re.S).groups()
        if piece.startswith("["):
            marks.append((len(plain), words, label))
        plain += words
    return plain, marks


def written(quantity):
    ends = [end for end in (quantity.lower, quantity.upper) if end is not None]
    parts = (quantity.value, *ends, quantity.unit, quantity.bound)
    return " ".join("null" if part is None else str(part) for part in parts)


def fits(claim, items, wanted):
    indicator, figure, kind, *others = wanted.split(" ")
    if (claim.indicator.text if claim.indicator else "–", items[claim.quantity].text, claim.type) != (
        indicator,
        figure,
        kind,
    ):
        return False
    plain = {claim.direction, claim.basis, claim.modality, claim.polarity}
    for other in others:
        field, _, value = other.rpartition("=")
        part = getattr(claim, {"speaker": "attribution"}.get(field, field)) if field else None
        if not (part.text == value if part else value in plain):
            return False
    return True


def agrees(layer, text, values):
    if layer == "sentences":
        found = govclaim.annotate(text.replace("‖", ""), published="2026-01-20")
        return "‖".join(sentence.text for sentence in found.sentences) == text
    plain, marks = marked(text)
    found = govclaim.annotate(plain, published="2026-01-20")
    if layer == "claims":
        wanted = [each for each in values.split("; ") if each]
        items = found.by_id()
        return len(wanted) == len(found.claims) and all(map(fits, found.claims, [items] * len(wanted), wanted))
    spans = [(item.start, item.text, getattr(item, "label", None)) for item in getattr(found, layer)]
    if layer == "quantities":
        return spans == marks and "; ".join(map(written, found.quantities)) == values
    if layer == "times":
        return spans == marks and "; ".join(time.value or "null" for time in found.times) == values
    return spans == marks


@pytest.mark.parametrize(("layer", "text", "values", "still_wrong"), CASES, ids=[case[1] for case in CASES])
def test_the_examples_of_the_guide_are_what_the_program_gives(layer, text, values, still_wrong):
    assert agrees(layer, text, values) != still_wrong, "drop the ✎" if still_wrong else "mend it, or set a ✎ behind it"


def test_both_languages_show_the_same_examples():
    assert list(rows(DOCS / "annotators.zh.md")) == CASES
