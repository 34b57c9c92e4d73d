"""Export, import: the same annotation, for any text and any marks."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govclaim import formats, schema
from govclaim.marks.apart import explode, remainder
from govclaim.marks.model import LAYERS, Mark, surface_of
from govclaim.marks.together import assemble
from govclaim.schema import Annotation

ALPHABET = st.sampled_from("青石县𠮷😀é一3.％，。“”<>&=+-@'\"\t \n\r|;:_ABx\u3000\u2028\x85")
TEXTS = st.text(ALPHABET, min_size=1, max_size=40)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**19), max_value=10**19, places=4)
OPEN = st.sampled_from(["=1+1", "'", "甲", "a\tb", "一\r\n二", "-", '"', "😀"])


def place(span: dict[str, Any]) -> tuple[int, int]:
    return span["start"], span["end"]


@st.composite
def annotations(draw: Any, id: str = "a", *, visible: bool = False) -> Annotation:
    """Any annotation; ``visible`` keeps white space from the edges of spans."""
    text = draw(TEXTS.filter(str.strip) if visible else TEXTS)
    length = len(text)

    def span() -> dict[str, Any]:
        start = draw(st.integers(0, length - 1))
        end = draw(st.integers(start + 1, min(length, start + 12)))
        if visible:
            stretch = text[start:end]
            inner = stretch.strip() or text.strip()
            start = text.index(inner, start if stretch.strip() else 0)
            end = start + len(inner)
        surface = draw(st.sampled_from(["derived", "derived", "own", None]))
        shown = {"derived": surface_of(text[start:end]) or None, "own": "别", None: None}[surface]
        return {"start": start, "end": end, "text": text[start:end], "surface": shown}

    def some(most: int) -> range:
        return range(1, draw(st.integers(0, most)) + 1)

    def maybe(value: Any) -> Any:
        return value() if draw(st.booleans()) else None

    def pick(*options: Any) -> Any:
        return draw(st.sampled_from(options))

    def tail() -> dict[str, Any]:
        confidence = draw(st.none() | st.just(Decimal("0.50")))
        made = {"confidence": confidence, "source": pick(None, "rule:甲", "=x"), "comment": pick(None, "", "=1+1")}
        return made | ({"Xtra": draw(OPEN)} if draw(st.booleans()) else {})

    sentences = [
        {"id": f"s{n}", **span(), "kind": pick(None, "title"), "paragraph": pick(None, n)} for n in (1, *some(2))
    ]
    sentences = [{**sentence, "id": f"s{n}"} for n, sentence in enumerate(sentences, 1)]
    ids = [sentence["id"] for sentence in sentences]

    def item(prefix: str, number: int) -> dict[str, Any]:
        return {"id": f"{prefix}{number}", **span(), "sentence": pick(*ids), **tail()}

    entities = [item("e", n) | {"label": pick("LOC", "ORG", "PER"), "link": pick(None, "330782")} for n in some(3)]
    times = [item("t", n) | {"kind": pick(None, "date"), "value": pick(None, "2025")} for n in some(2)]
    quantities = [
        item("q", n)
        | {
            "value": draw(st.none() | NUMBERS),
            "lower": None,
            "upper": draw(st.none() | NUMBERS),
            "unit": pick(None, "亩"),
        }
        | {"dimension": "other", "bound": pick("exact", "over"), "bound_span": maybe(span)}
        | {"parts": pick(None, [Decimal("1.0"), Decimal(2)]), "from_end": pick(None, True, False)}
        | {"si": pick(None, {"value": Decimal("0.10"), "unit": "m2"})}
        for n in some(3)
    ]

    def entity() -> Any:
        return pick(None, *(e["id"] for e in entities))

    def reference(kind: str) -> Any:
        named = pick(None, *(entities if kind == "entity" else times))
        if named is not None and draw(st.booleans()):
            return {name: named[name] for name in ("start", "end", "text", "surface")} | {kind: named["id"]}
        return maybe(lambda: span() | {kind: named and named["id"]})

    def claim(number: int) -> dict[str, Any]:
        own = maybe(span) or {"start": None, "end": None, "text": None, "surface": None}
        speaker = reference("entity")
        return {
            **{"id": f"c{number}", "sentence": pick(*ids), **own, "type": pick("level", "change", "rank", "share")},
            **{
                "quantity": pick(*(q["id"] for q in quantities)),
                "indicator": maybe(span),
                "indicator_name": pick(None, "甲"),
            },
            **{"subject": reference("entity"), "direction": pick(None, "flat"), "basis": pick(None, "none", "yoy")},
            **{"base": reference(pick("entity", "time")), "scope": maybe(span)},
            **{"period": pick(None, *(t["id"] for t in times)), "modality": pick("actual", "target")},
            **{"polarity": pick("affirmed", "negated")},
            **{"attribution": speaker and {**speaker, "quoted": draw(st.booleans())}},
            **tail(),
        }

    raw = {
        **{
            "schema_version": "1.0",
            "id": id,
            "text": text,
            "meta": {"title": draw(st.none() | OPEN), "desk": draw(OPEN)},
        },
        **{"sentences": sentences, "entities": entities, "quantities": quantities, "times": times},
        "claims": [claim(n) for n in some(3)] if quantities else [],
        "tokens": maybe(
            lambda: sorted(({k: v for k, v in span().items() if k != "surface"} for _ in some(2)), key=place)
        ),
        "numerals": maybe(
            lambda: [{**{k: v for k, v in span().items() if k != "surface"}, "role": "other", "ref": entity()}]
        ),
    }
    return schema.loads(schema.to_json(raw))


@settings(max_examples=50)
@given(annotations())
def test_what_is_taken_apart_goes_together_again(annotation: Annotation) -> None:
    taken = explode(annotation)
    again = assemble(annotation.text, annotation.id, taken, rest=remainder(annotation))
    assert again == annotation
    assert schema.dumps(assemble(annotation.text, "a", taken, base=annotation)) == schema.dumps(again)


@settings(max_examples=50)
@given(annotations())
def test_what_a_tool_cannot_hold_comes_from_the_base(annotation: Annotation) -> None:
    bare = [Mark(m.key, m.type, m.start, m.end, m.id) for m in explode(annotation)]
    assert assemble(annotation.text, annotation.id, bare, base=annotation) == annotation


def exported(name: str, annotation: Annotation, base: Annotation | None = None) -> Annotation:
    """The annotation after its way out and back."""
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "out"
        refused = formats.writer(name)([annotation], target, layers=LAYERS)
        for refusal in refused:
            raise refusal.error
        (read,) = formats.reader(name)(target, base={} if base is None else {base.id: base}, layers=None)
        if isinstance(read, formats.Refused):
            raise read.error
        return read


NEEDS_PYARROW = pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow comes with make exports-test")


@pytest.mark.parametrize("name", ["csv", "xlsx", pytest.param("parquet", marks=NEEDS_PYARROW)])
@settings(max_examples=8)
@given(annotation=annotations())
def test_a_format_that_holds_everything_gives_it_back(name: str, annotation: Annotation) -> None:
    assert exported(name, annotation) == annotation


LOST = {"label-studio": ("tokens", "numerals"), "brat": ("tokens", "numerals", "meta")}
"""What a tool does not hold of a document beside its marks; the base gives it."""


@pytest.mark.parametrize("name", ["brat", "doccano", "docbin", "inception", "label-studio", "web-annotation", "xmi"])
@settings(max_examples=8)
@given(annotation=annotations(visible=True))
def test_a_tool_that_holds_the_marks_gives_them_back(name: str, annotation: Annotation) -> None:
    assert exported(name, annotation, annotation) == annotation
    alone = exported(name, annotation)
    lost = LOST.get(name, ())
    bare = annotation.model_copy(update={part: schema.Meta() if part == "meta" else None for part in lost})
    assert alone == bare


@pytest.mark.parametrize("name", ["conll", "conll-bioes"])
@settings(max_examples=8)
@given(annotation=annotations(visible=True))
def test_tags_give_spans_that_do_not_overlap_back(name: str, annotation: Annotation) -> None:
    flat = assemble(annotation.text, "a", without_overlaps(explode(annotation)), rest=remainder(annotation))
    assert exported(name, flat, flat) == flat
    alone = exported(name, flat)
    for layer in ("entities", "quantities", "times"):
        assert spans(alone, layer) == sorted(spans(flat, layer))


def without_overlaps(found: tuple[Mark, ...]) -> list[Mark]:
    """The marks in the text's order, but those of a tagged layer that overlap an earlier one of it."""
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: mark.start):
        same = [other for other in kept if other.layer == mark.layer]
        if mark.layer in ("sentences", "parts", "claims") or not any(
            mark.start < other.end and other.start < mark.end for other in same
        ):
            kept.append(mark)
    return kept


def spans(annotation: Annotation, layer: str) -> list[tuple[Any, ...]]:
    """Places and labels; text and offsets may differ where only words are known."""
    return [(item.start, item.end, getattr(item, "label", "")) for item in getattr(annotation, layer)]
