"""What always holds of a corpus: nothing lost in splits, no word in stand-off, exact likeness."""

import re
from collections import Counter
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import govclaim
from govclaim import schema
from govclaim.corpus import reading, similarity, splitting, standoff, statistics
from govclaim.errors import InputError

GOLD = govclaim.loads((Path(__file__).parents[2] / "corpora" / "gold" / "beiyuan.json").read_bytes())
SPLITS = ("train", "dev", "test")


@st.composite
def corpora(draw):
    """Documents of a few genres, pairs that are alike, and some that are frozen."""
    genres = draw(st.lists(st.sampled_from(["bulletin", "notice", "news"]), min_size=1, max_size=25))
    documents = [
        reading.Document(GOLD.model_copy(update={"id": f"d{place}", "meta": schema.Meta(kind=genre)}), "a.jsonl")
        for place, genre in enumerate(genres)
    ]
    places = st.integers(0, len(documents) - 1)
    alike = draw(st.lists(st.tuples(places, places), max_size=4))
    kept = draw(st.dictionaries(places.map("d{}".format), st.sampled_from(SPLITS), max_size=4))
    return documents, alike, kept


SHARES = st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any).map(
    lambda parts: {name: Fraction(part, sum(parts)) for name, part in zip(SPLITS, parts, strict=True)}
)  # fmt: skip


@settings(max_examples=40)
@given(corpora(), SHARES, st.integers(0, 99))
def test_every_document_has_one_split_and_keeps_it(corpus, shares, seed):
    documents, alike, kept = corpus
    given_ = splitting.assign(documents, shares, seed=seed, alike=alike, kept=kept)
    assert set(given_) == {each.id for each in documents}
    assert kept.items() <= given_.items()
    for one, other in alike:
        ids = {documents[one].id, documents[other].id}
        assert len({given_[id] for id in ids}) == 1 or ids & kept.keys(), "what is alike is parted only by the list"
    again = splitting.assign(documents, shares, seed=seed, alike=alike, kept=given_)
    assert again == given_


@settings(max_examples=40)
@given(corpora(), SHARES, st.integers(0, 99), st.randoms())
def test_splits_follow_the_shares_in_every_genre_whatever_the_order(corpus, shares, seed, random):
    documents, _, _ = corpus
    given_ = splitting.assign(documents, shares, seed=seed)
    shuffled = random.sample(documents, len(documents))
    assert splitting.assign(shuffled, shares, seed=seed) == given_
    total = Counter(given_.values())
    for split, share in shares.items():
        assert abs(total[split] - share * len(documents)) <= 1
        assert share or not total[split]
        for genre in {each.genre for each in documents}:
            members = [each.id for each in documents if each.genre == genre]
            assert abs(sum(given_[id] == split for id in members) - share * len(members)) <= 2


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1), max_size=12), st.integers(1, 10))
def test_near_finds_the_pairs_that_comparing_all_finds(sets, tenths):
    least = Fraction(tenths, 10)
    wanted = []
    for (i, one), (j, other) in combinations(enumerate(sets), 2):
        alike = Fraction(len(one & other), len(one | other))
        if alike >= least:
            wanted.append((i, j, alike))
    assert similarity.near(sets, least) == wanted


@given(st.lists(st.sampled_from("abcde"), max_size=60), st.integers(1, 20))
def test_the_ratio_of_types_is_the_mean_over_windows(words, window):
    assume(len(words) >= window)
    old, statistics.WINDOW = statistics.WINDOW, window
    try:
        found = statistics._windowed(words)
    finally:
        statistics.WINDOW = old
    windows = [len(set(words[at : at + window])) for at in range(len(words) - window + 1)]
    assert found == round(sum(windows) / len(windows) / window, 4)


def values(content):
    """Every text inside plain values, with the name of its field; names too."""
    if isinstance(content, dict):
        for name, inner in content.items():
            yield "", name
            yield from ((field or name, text) for field, text in values(inner))
    elif isinstance(content, list):
        for each in content:
            yield from values(each)
    elif isinstance(content, str):
        yield "", content


SAID = st.text(st.sampled_from("义乌市新增学位余个亿元同比三成百家，。“”\n "), max_size=40)


@given(SAID, st.integers(1, 99999), SAID)
@example("北苑", 5, "街道")
def test_standoff_holds_no_word_of_the_text_and_gives_all_back(before, number, after):
    text = f"{before}义乌市新增学位{number}个，增长{number}%{after}"
    made = govclaim.annotate(text, published="2026-01-20", meta={"title": text, "note": text}, numerals=True)
    claims = tuple(each.model_copy(update={"comment": text, "indicator_name": "新增学位数"}) for each in made.claims)
    made = made.model_copy(update={"claims": claims})
    bare = schema.parse_json(schema.to_json(standoff.dehydrate(made)))
    names = {name for field, name in values(bare) if not field}
    assert not names & {"text", "surface", "comment", "title", "warnings"}
    units = {quantity.unit for quantity in made.quantities}
    for field, said in values(bare):
        if re.search("[㐀-鿿]", said):
            assert (field == "unit" and said in units) or field == "indicator_name", (field, said)
    back = standoff.hydrate(bare, text)
    for layer in ("sentences", "entities", "quantities", "times", "numerals"):
        assert getattr(back, layer) == getattr(made, layer), layer
    for ours, theirs in zip(made.claims, back.claims, strict=True):
        for name in ("quantity", "type", "indicator", "subject", "period", "scope", "attribution", "modality"):
            assert getattr(ours, name) == getattr(theirs, name), name


@given(st.integers(0, len(GOLD.text) - 1), st.sampled_from(["", "x", "，", "\r"]))
def test_a_text_that_differs_in_one_character_is_refused(place, new):
    text = GOLD.text[:place] + new + GOLD.text[place + 1 :]
    assume(text != GOLD.text)
    with pytest.raises(InputError, match="not the one that was annotated"):
        standoff.hydrate(standoff.dehydrate(GOLD), text)
