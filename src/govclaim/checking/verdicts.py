"""A verification as lines that a person reads: what is wrong first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from govclaim.checking.verify import Item, Missing, Stated, Verification

__all__ = ["lines", "summary_line"]

_ORDER = ("contradicted", "unclear", "not_in_source", "supported")
_CALLED = {
    "contradicted": "CONTRADICTED",
    "unclear": "unclear",
    "not_in_source": "not in source",
    "supported": "supported",
}
_BEFORE, _BEHIND = 48, 24  # characters of a sentence that are shown
_FIELDS = {
    "base": "what it is compared with",
    "basis": "the comparison (同比, 环比, …)",
    "modality": "fact, forecast or target",
    "polarity": "negation",
}


def lines(verification: Verification, *, everything: bool = False) -> Iterator[str]:
    """The report of a verification.

    Args:
        verification: Any.
        everything: Also the claims that are supported as they stand.

    Yields:
        Lines without line feeds: the items by verdict, then what is missing.
    """
    for verdict in _ORDER:
        for item in verification.items:
            if item.verdict == verdict and (everything or verdict != "supported" or item.derivation):
                yield from _item(item)
    for missing in verification.missing:
        yield from _absent(missing)


def summary_line(verification: Verification) -> str:
    """How many claims there are of each verdict."""
    counts: Counter[str] = Counter(item.verdict for item in verification.items)
    found = [f"{counts[verdict]} {_CALLED[verdict].lower()}" for verdict in _ORDER if counts[verdict]]
    missing = [f"{len(verification.missing)} missing"] if verification.missing else []
    return f"{len(verification.items)} claims: {', '.join([*found, *missing]) or 'none'}"


def _item(item: Item) -> Iterator[str]:
    yield f"{_CALLED[item.verdict]}: {_named(item.claim)}{_differing(item.differs)}"
    yield f"    summary: {_marked(item.claim)}"
    if item.match:
        yield f"    {item.source}: {_marked(item.match)}"
    if item.derivation:
        yield f"    {item.derivation}"


def _absent(missing: Missing) -> Iterator[str]:
    state = "MISSING" if missing.verdict == "not_in_source" else f"MISSING ({missing.verdict})"
    yield f"{state}: {_named(missing.claim)}{_differing(missing.differs)}"
    yield f"    {missing.source}: {_marked(missing.claim)}"
    if missing.match:
        yield f"    summary: {_marked(missing.match)}"


def _named(claim: Stated) -> str:
    words = (claim.subject, claim.indicator_name or claim.indicator, claim.text)
    return " ".join(word for word in words if word)


def _differing(fields: tuple[str, ...]) -> str:
    return f" (differs: {', '.join(_FIELDS.get(field, field) for field in fields)})" if fields else ""


def _marked(claim: Stated) -> str:
    """The sentence around the figure, which stands in brackets."""
    begin, end = claim.start - claim.sentence_start, claim.end - claim.sentence_start
    before, figure, behind = (
        "".join(part.split()) for part in (claim.sentence[:begin], claim.sentence[begin:end], claim.sentence[end:])
    )
    if len(before) > _BEFORE:
        before = "…" + before[-_BEFORE:]
    if len(behind) > _BEHIND:
        behind = behind[:_BEHIND] + "…"
    return f"{before}【{figure}】{behind}"
