"""What a corpus holds: documents, characters, sentences, claims, names, and how alike its documents are worded."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govclaim.corpus import content
from govclaim.corpus.reading import SPLITS, Document
from govclaim.knowledge import Knowledge, default

__all__ = ["WINDOW", "Figures", "Shared", "Statistics", "describe"]

WINDOW = 500
"""Words of the windows over which the ratio of types to tokens is averaged, so that it does not fall with length."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some documents.

    Attributes:
        documents: How many.
        characters: Code points of their texts without white space.
        sentences: Of all kinds.
        entities: Names.
        quantities: Of these claims are made.
        times: Dates and periods.
        claims: Asserted figures.
        claims_a_sentence: ``None`` without sentences.
        sentence_length: Mean of their characters without white space; ``None`` without sentences.
        sentence_median: The middle one.
        sentence_ninth: Nine of ten are no longer.
        words: With at least one Chinese character, so that figures are no words.
        types: Different ones.
        type_token: Types by words.
        type_token_window: The same, mean over windows of ``WINDOW`` words; ``None`` with fewer words.
    """

    documents: int
    characters: int
    sentences: int
    entities: int
    quantities: int
    times: int
    claims: int
    claims_a_sentence: float | None
    sentence_length: float | None
    sentence_median: float | None
    sentence_ninth: int | None
    words: int
    types: int
    type_token: float | None
    type_token_window: float | None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Shared:
    """A stretch of content that documents share.

    Attributes:
        text: Its five-grams all stand in the same documents.
        documents: In how many.
        share: Of all.
        ids: The first of them.
    """

    text: str
    documents: int
    share: float
    ids: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that ``describe`` finds.

    Attributes:
        total: Of all documents.
        splits: By split; ``—`` for documents in none.
        genres: By ``meta.kind``.
        typographies: By ``meta.typography``.
        labels: Names by label.
        attributes: Claims by type, modality, polarity, direction and basis.
        claims_by_sentence: Sentences by how many claims they make, ``5+`` the last.
        shared: The stretches of content that most documents share.
    """

    total: Figures
    splits: Mapping[str, Figures]
    genres: Mapping[str, Figures]
    typographies: Mapping[str, Figures]
    labels: Mapping[str, int]
    attributes: Mapping[str, Mapping[str, int]]
    claims_by_sentence: Mapping[str, int]
    shared: tuple[Shared, ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""

        def plain(value: Any) -> Any:
            if isinstance(value, Figures | Shared):
                return value.to_dict()
            if isinstance(value, Mapping):
                return {name: plain(inner) for name, inner in value.items()}
            return [plain(each) for each in value] if isinstance(value, tuple) else value

        return {name: plain(getattr(self, name)) for name in self.__slots__}


_UNTOLD = "—"
_MANY = 5  # claims of a sentence, from which they are counted together
_TOLD = 5  # ids


@dataclass(frozen=True, slots=True)
class _Counted:
    document: Document
    words: tuple[str, ...]
    grams: frozenset[str]


def describe(
    documents: Sequence[Document], segment: content.Segment, *, shared: int = 20, knowledge: Knowledge | None = None
) -> Statistics:
    """Count what a corpus holds.

    Args:
        documents: Any number.
        segment: Finds the words of texts.
        shared: How many stretches that documents share are told.
        knowledge: Tables that say what is no content; ``None`` for the shipped ones.

    Raises:
        KnowledgeError: A table is faulty.
    """
    tables = knowledge or default()
    counted = [_count(document, segment, tables) for document in documents]
    claims = [claim for document in documents for claim in document.annotation.claims]
    return Statistics(
        total=_figures(counted),
        splits=_by(counted, lambda document: document.split, SPLITS),
        genres=_by(counted, lambda document: document.genre),
        typographies=_by(counted, lambda document: document.typography),
        labels=_counts(entity.label for document in documents for entity in document.annotation.entities),
        attributes={
            name: _counts(value for claim in claims if (value := getattr(claim, name)) is not None)
            for name in ("type", "modality", "polarity", "direction", "basis")
        },
        claims_by_sentence=_claims_by_sentence(documents),
        shared=_shared(counted, shared),
    )


def _count(document: Document, segment: content.Segment, knowledge: Knowledge) -> _Counted:
    text = document.annotation.text
    lines = content.words(document.annotation, segment)
    found = tuple(word for line in lines for start, end in line if _chinese(word := text[start:end]))
    return _Counted(document, found, content.grams(content.stretches(document.annotation, lines, knowledge)))


def _chinese(word: str) -> bool:
    # 二〇二五 and 三成 are figures as 2025 and 30% are.
    return any("㐀" <= character <= "鿿" and character not in "一二三四五六七八九十百千万亿两" for character in word)


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _by(
    counted: Sequence[_Counted], name: Callable[[Document], str | None], order: Sequence[str] = ()
) -> dict[str, Figures]:
    held: dict[str, list[_Counted]] = defaultdict(list)
    for each in counted:
        held[name(each.document) or _UNTOLD].append(each)
    ranks = {each: rank for rank, each in enumerate(order)}
    names = sorted(held, key=lambda each: (each == _UNTOLD, ranks.get(each, len(ranks)), each))
    return {each: _figures(held[each]) for each in names}


def _figures(counted: Sequence[_Counted]) -> Figures:
    annotations = [each.document.annotation for each in counted]
    lengths = sorted(_solid(sentence.text) for annotation in annotations for sentence in annotation.sentences)
    words = [word for each in counted for word in each.words]
    claims = sum(len(annotation.claims) for annotation in annotations)
    return Figures(
        documents=len(counted),
        characters=sum(_solid(annotation.text) for annotation in annotations),
        sentences=len(lengths),
        entities=sum(len(annotation.entities) for annotation in annotations),
        quantities=sum(len(annotation.quantities) for annotation in annotations),
        times=sum(len(annotation.times) for annotation in annotations),
        claims=claims,
        claims_a_sentence=_ratio(claims, len(lengths)),
        sentence_length=_ratio(sum(lengths), len(lengths)),
        sentence_median=float(statistics.median(lengths)) if lengths else None,
        sentence_ninth=lengths[(9 * len(lengths) - 1) // 10] if lengths else None,
        words=len(words),
        types=len(set(words)),
        type_token=_ratio(len(set(words)), len(words)),
        type_token_window=_windowed(words),
    )


def _solid(text: str) -> int:
    return sum(not character.isspace() for character in text)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _windowed(words: Sequence[str]) -> float | None:
    """The moving-average ratio of Covington & McFall (2010)."""
    if len(words) < WINDOW:
        return None
    held = Counter(words[:WINDOW])
    total = len(held)
    for old, new in zip(words, words[WINDOW:], strict=False):
        held[new] += 1
        held[old] -= 1
        if not held[old]:
            del held[old]
        total += len(held)
    return _ratio(total, (len(words) - WINDOW + 1) * WINDOW)


def _claims_by_sentence(documents: Iterable[Document]) -> dict[str, int]:
    found: Counter[int] = Counter()
    for document in documents:
        made = Counter(claim.sentence for claim in document.annotation.claims)
        found.update(min(made[sentence.id], _MANY) for sentence in document.annotation.sentences)
    return {f"{number}+" if number == _MANY else str(number): found[number] for number in range(_MANY + 1)}


def _shared(counted: Sequence[_Counted], wanted: int) -> tuple[Shared, ...]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(counted):
        for gram in each.grams:
            holders[gram].append(place)
    common = {gram: tuple(places) for gram, places in holders.items() if len(places) > 1}
    ranked = sorted(_joined(common).items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        Shared(
            text,
            len(places),
            round(len(places) / len(counted), 4),
            tuple(counted[place].document.id for place in places[:_TOLD]),
        )
        for text, places in ranked[:wanted]
    )


def _joined(common: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Five-grams of the same documents that follow on each other, as one stretch."""
    following: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for gram, places in common.items():
        following[gram[:-1], places].append(gram)
    ends: dict[tuple[str, tuple[int, ...]], int] = Counter((gram[1:], places) for gram, places in common.items())
    found: dict[str, tuple[int, ...]] = {}
    left = set(common)

    def stretch(gram: str) -> str:
        places, text = common[gram], gram
        left.discard(gram)
        while len(then := [each for each in following[text[1 - content.GRAM :], places] if each in left]) == 1:
            left.discard(then[0])
            text += then[0][-1]
        return text

    for gram in sorted(common):
        if not ends[gram[:-1], common[gram]]:
            found[stretch(gram)] = common[gram]
    for gram in sorted(common):  # what is left stands in circles and forks
        if gram in left:
            found[stretch(gram)] = common[gram]
    return found
