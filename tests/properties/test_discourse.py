from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from govclaim.claims import attribution
from govclaim.claims.choice import STEPS, Link, Option, best_chain, moves, step
from govclaim.claims.periods import periods
from govclaim.claims.subjects import subjects
from govclaim.knowledge import default
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Quantity, RawDocument, Sentence, Time

FIGURE = Quantity(Decimal(3), None, None, "个", "count", "exact")
WORDS = st.sampled_from(
    [
        ",",
        ";",
        "。",
        "“",
        "”",
        ":",
        "据",
        "介绍,",
        "说,",
        "全县",
        "全国",
        "街道",
        "该项目",
        "他们",
        "目前",
        "同比增长",
        "由",
        "提高到",
        "记者从",
        "获悉,",
        "数据显示,",
        "《",
        "》",
        "第三届农民大会",
        "公安机关",
    ]
)
MARKED = st.sampled_from(
    [
        ("甲溪县", Entity("LOC")),
        ("甲溪县财政局", Entity("ORG")),
        ("李明远", Entity("PER")),
        ("2025年", Time("date", "2025")),
        ("日前", Time("date", None)),
        ("3个", FIGURE),
    ]
)
SENTENCES = st.lists(
    st.tuples(st.sampled_from(["title", "heading", "body", "other"]), st.lists(st.one_of(WORDS, MARKED), max_size=14)),
    max_size=6,
)


def build(sentences: list[tuple[str, list[str | tuple[str, object]]]]) -> tuple[RawDocument, list[Layers]]:
    document, layers = "", []
    for number, (kind, pieces) in enumerate(sentences, 1):
        text, marks = "", []
        for piece in pieces:
            word = piece if isinstance(piece, str) else piece[0]
            if not isinstance(piece, str):
                marks.append(Candidate(SurfaceSpan(len(text), len(text) + len(word)), piece[1], 1.0, "test"))
            text += word
        sentence = Sentence(
            Span(len(document), len(document) + len(text)), Surface(text, (0,), (len(document),)), kind, number
        )
        layer = [tuple(mark for mark in marks if isinstance(mark.value, t)) for t in (Quantity, Time, Entity)]
        layers.append(Layers(sentence, (), *layer))
        document += text + "\n"
    return RawDocument(document, meta={"place": "甲溪"}), layers


@given(SENTENCES)
def test_answers_point_into_the_document(sentences: list[tuple[str, list[str | tuple[str, object]]]]) -> None:
    raw, layers = build(sentences)
    figures = [(i, k) for i, layer in enumerate(layers) for k in range(len(layer.quantities))]
    owners = subjects(layers, raw, default(), figures)
    times = [place for place, _ in periods(layers, default(), figures)]
    assert len(owners) == len(times) == len(figures)
    for (sentence, _), owner, time in zip(figures, owners, times, strict=True):
        if owner is not None:
            text = layers[owner.place.sentence].sentence.surface.text
            assert owner.place.sentence <= sentence
            assert 0 <= owner.place.span.start < owner.place.span.end <= len(text)
            if owner.entity is not None:
                named = layers[owner.entity[0]].entities[owner.entity[1]]
                assert (owner.entity[0], named.span) == (owner.place.sentence, owner.place.span)
        if time is not None:
            assert time[0] <= sentence
            assert time[1] < len(layers[time[0]].times)


@given(SENTENCES)
def test_reading_further_changes_no_earlier_answer(
    sentences: list[tuple[str, list[str | tuple[str, object]]]],
) -> None:
    _, layers = build(sentences)
    # A dateline or byline anywhere makes the text a page; that is known before reading begins.
    assume(layers and layers[-1].sentence.kind not in {"dateline", "byline", "other"})
    figures = [(i, k) for i, layer in enumerate(layers[:-1]) for k in range(len(layer.quantities))]
    assert periods(layers[:-1], default(), figures) == periods(layers, default(), figures)


LINKS = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.sampled_from(["a", "b", "null"]), st.booleans(), st.integers(-3, 3)), min_size=1, max_size=3
        ),
        st.sampled_from(["x", "y"]),
    ),
    max_size=5,
)


@given(LINKS, st.lists(st.integers(-3, 3), min_size=2 * len(STEPS), max_size=2 * len(STEPS)))
def test_the_best_chain_is_the_best_of_all(links: list[Any], costs: list[int]) -> None:
    weights = {f"{name}>{way}": float(costs[2 * k + j]) for k, name in enumerate(STEPS) for j, way in enumerate("xy")}
    chain = []
    for t, (options, way) in enumerate(links):
        weights |= {f"{t}.{c}": float(weight) for c, (_, _, weight) in enumerate(options)}
        found = [Option(f"{t}.{c}", key, here, (f"{t}.{c}",)) for c, (key, here, _) in enumerate(options)]
        chain.append(Link(found, (way,)))

    def worth(choice: tuple[Option[str], ...]) -> float:
        total = sum(weights[option.traits[0]] for option in choice)
        for link, before, option in zip(chain[1:], choice, choice[1:], strict=False):
            total += weights[f"{STEPS[step(before.key, option.key, option.here)]}>{link.steps[0]}"]
        return total

    every = list(product(*(link.options for link in chain)))
    answers = best_chain(chain, weights, moves(weights))
    chosen = tuple(
        next(option for option in link.options if option.answer == answer)
        for link, answer in zip(chain, answers, strict=True)
    )
    assert worth(chosen) == max(map(worth, every))


@given(SENTENCES)
def test_stretches_are_in_order_and_apart(sentences: list[tuple[str, list[str | tuple[str, object]]]]) -> None:
    raw, layers = build(sentences)
    found = attribution.find(layers, raw, default())
    assert len(found) == len(layers)
    for layer, stretches in zip(layers, found, strict=True):
        text, at = layer.sentence.surface.text, 0
        for stretch in stretches:
            assert at <= stretch.span.start < stretch.span.end <= len(text)
            at = stretch.span.end
            if stretch.value.quoted:
                assert any(mark in "“”" for mark in "".join(other.sentence.surface.text for other in layers))
