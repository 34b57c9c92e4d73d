from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from govclaim.recognizers.arbitration import losers, settle
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate

spans = st.builds(lambda start, length: SurfaceSpan(start, start + length), st.integers(0, 20), st.integers(1, 8))
candidates = st.builds(
    Candidate,
    spans,
    st.integers(0, 3),
    st.integers(0, 10).map(lambda tenths: tenths / 10),
    st.sampled_from(["rule:a", "rule:b", "model:a"]),
)


def disjoint(chosen: tuple[Candidate[int], ...]) -> bool:
    return not any(one.span.overlaps(other.span) for one, other in combinations(chosen, 2))


@given(st.lists(candidates, max_size=30), st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(pool: list[Candidate[int]], dice: random.Random) -> None:
    shuffled = pool[:]
    dice.shuffle(shuffled)
    assert settle(pool) == settle(shuffled)


@given(st.lists(candidates, max_size=30))
def test_winners_are_disjoint_and_every_loser_met_a_winner(pool: list[Candidate[int]]) -> None:
    winners, lost = losers(pool)
    assert disjoint(winners)
    assert list(winners) == sorted(winners, key=lambda winner: winner.span)
    assert len(winners) + len(lost) == len(pool)
    for loss in lost:
        assert (loss.winner is None) == (loss.candidate.confidence == 0)
        assert loss.winner is None or loss.winner.span.overlaps(loss.candidate.span)


@given(st.lists(candidates, max_size=9))
def test_no_other_choice_has_more_confidence(pool: list[Candidate[int]]) -> None:
    best = max(
        sum(round(candidate.confidence * 10) for candidate in choice)
        for size in range(len(pool) + 1)
        for choice in combinations(pool, size)
        if disjoint(choice)
    )
    assert sum(round(candidate.confidence * 10) for candidate in settle(pool)) == best
