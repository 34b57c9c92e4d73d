"""Every numeral character of any text is accounted for, once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.recognizers import numerals, quantities, tally
from govclaim.recognizers.numerals import MagnitudeRow
from govclaim.spans import Span, Surface
from govclaim.values import Layers, Sentence

TEXT = st.text(
    st.sampled_from("0123456789.,:%一二三十百千万亿两半几第首个元人年月日的余多以上-—、。“”()约超A "), max_size=40
)

ANY_TEXT = st.text(max_size=40) | TEXT


@given(ANY_TEXT)
def test_every_numeral_character_is_covered_once(text):
    knowledge = default()
    found = numerals.find(text, knowledge)
    sentence = Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1)
    accounts = tally.account(Layers(sentence, found, quantities.propose(text, found, knowledge)), knowledge)
    covered = [i for a in accounts for i in range(a.span.start, a.span.end)]
    assert covered == sorted(set(covered))
    characters = set("0123456789") | {row.character for row in knowledge.rows("magnitudes.csv", MagnitudeRow)}
    assert {i for i, c in enumerate(text) if c in characters} <= set(covered)
    assert all(a.role in tally.ROLES for a in accounts)
