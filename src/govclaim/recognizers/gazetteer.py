"""Gazetteer: one pass over a surface finds every word that the name grammar knows.

All closed lists (divisions, countries, bodies, kinds of place, titles, words after which a name may
begin) stand in one index by their first two characters, so that the cost of a sentence does not grow
with the number of lists. What a word is there for is a bit mask; a word may serve several ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge

__all__ = ["Gazetteer", "Hit", "Kind", "Names", "gazetteer"]


@dataclass(frozen=True, slots=True)
class Names:
    """The document ``names.yaml``; each field is described by the comment on its list there.

    A list is one of lines, a line one of words separated by spaces: 5,000 YAML scalars would load ten times slower.
    """

    countries: tuple[str, ...]
    country_initials: str
    lone_initials: str
    abroad: tuple[str, ...]
    regions: tuple[str, ...]
    direction_regions: tuple[str, ...]
    natural: tuple[str, ...]
    natural_tails: tuple[str, ...]
    landmarks: tuple[str, ...]
    bodies: tuple[str, ...]
    whole_bodies: tuple[str, ...]
    relative_bodies: tuple[str, ...]
    departments: tuple[str, ...]
    subdivisions: tuple[str, ...]
    levels: tuple[str, ...]
    not_level_before: tuple[str, ...]
    initials: tuple[str, ...]
    tight: Mapping[str, str]
    peoples: tuple[str, ...]
    division_kinds: tuple[str, ...]
    no_stem: tuple[str, ...]
    confidence: Mapping[str, float]
    body_suffixes: Mapping[str, tuple[str, ...]]
    place_suffixes: Mapping[str, tuple[str, ...]]
    offices: tuple[str, ...]
    only_offices: tuple[str, ...]
    bare_after_place: tuple[str, ...]
    with_level: tuple[str, ...]
    common_bodies: tuple[str, ...]
    telling: tuple[str, ...]
    part_suffixes: tuple[str, ...]
    loose_bodies: tuple[str, ...]
    common_sites: tuple[str, ...]
    not_after_place: tuple[str, ...]
    after_short: tuple[str, ...]
    weak_sites: tuple[str, ...]
    roads: tuple[str, ...]
    road_next: tuple[str, ...]
    road_names: tuple[str, ...]
    foreign_titles: tuple[str, ...]
    plain_regions: tuple[str, ...]
    never_short: tuple[str, ...]
    firm_places: tuple[str, ...]
    no_names: tuple[str, ...]
    generic_heads: tuple[str, ...]
    edges: tuple[str, ...]
    weak_edges: tuple[str, ...]
    postpositions: tuple[str, ...]
    masks: tuple[str, ...]
    name_before: tuple[str, ...]
    byline_words: tuple[str, ...]
    common_callings: tuple[str, ...]
    saying: tuple[str, ...]
    speech: tuple[str, ...]
    people: tuple[str, ...]
    not_names: tuple[str, ...]
    surnames: tuple[str, ...]
    rare_surnames: tuple[str, ...]
    given_characters: str
    transliteration: str


class Kind:
    """Bits that tell what a word is there for."""

    DIVISION = 1
    SHORT = 2
    COUNTRY = 4
    ABROAD = 8
    REGION = 16
    NATURAL = 32
    LANDMARK = 64
    BODY = 128
    RELATIVE = 256
    DEPARTMENT = 512
    BODY_SUFFIX = 1024
    PLACE_SUFFIX = 2048
    EDGE = 4096
    MASK = 8192
    TITLE = 16384
    PERSON = 32768
    NOT_NAME = 65536
    SPEECH = 131072
    WEAK_EDGE = 262144
    PLACE = DIVISION | SHORT | COUNTRY | ABROAD | REGION | NATURAL | LANDMARK


Hit = tuple[int, int, int]
"""Start and end of a known word in a surface, half-open, with the bits of ``Kind``."""


class Gazetteer:
    """The index over all closed lists of names.

    Args:
        knowledge: Where ``names.yaml``, ``divisions.csv.gz`` and ``ambiguous_places.txt`` come from.

    Attributes:
        names: The validated ``names.yaml``.
        ambiguous: Short names of divisions that are ordinary words.
        not_persons: Ordinary words that are spelled like a person's name.
        codes: Codes of the divisions by full name, separated by spaces.
        levels: Levels of a place by name: 0 a country, 1 a province … 4 a township, as a string of digits.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.names = knowledge.document("names.yaml", Names)
        self.codes = _codes(dict.fromkeys(knowledge.entries("divisions.csv.gz")))
        self.ambiguous = frozenset(knowledge.lines("ambiguous_places.txt"))
        self.not_persons = frozenset(knowledge.lines("not_persons.txt"))
        self.levels: dict[str, str] = {}
        self._lists: dict[str, frozenset[str]] = {}
        self._ordered: dict[str, tuple[str, ...]] = {}
        self._kinds: dict[str, int] = {}
        self._stems: dict[str, str | None] = {}
        self._add_places()
        self._add_words()
        self._index = _index(self._kinds)
        self._singles = {word: kind for word, kind in self._kinds.items() if len(word) == 1}

    def scan(self, text: str) -> list[Hit]:
        """Find every known word, also those that overlap.

        Args:
            text: A surface.

        Returns:
            The hits by start, the longer first.
        """
        index, singles = self._index, self._singles
        hits: list[Hit] = []
        for start, character in enumerate(text):
            words = index.get(text[start : start + 2])
            if words is not None:
                for word, length, kind in words:
                    if length == 2 or text.startswith(word, start):
                        hits.append((start, start + length, kind))
            if character in singles:
                hits.append((start, start + 1, singles[character]))
        return hits

    def township(self, text: str, end: int) -> int | None:
        """Start of the longest full name of a township that ends at ``end``; ``None`` if there is none."""
        codes = self.codes
        for start in range(max(0, end - 12), end - 1):
            if len(codes.get(text[start:end], "x").split(" ", 1)[0]) == 9:
                return start
        return None

    @cached_property
    def body_subtypes(self) -> dict[str, str]:
        """Subtype of a body by its suffix."""
        return _by_word(self.names.body_suffixes)

    @cached_property
    def place_subtypes(self) -> dict[str, str]:
        """Subtype of a place by its suffix."""
        return _by_word(self.names.place_suffixes)

    def stem(self, name: str) -> str | None:
        """A division's short name (义乌市 → 义乌, 长阳土家族自治县 → 长阳).

        Args:
            name: Full name of a province, prefecture or county.

        Returns:
            ``None`` where the name has none: 康县 keeps its 县.
        """
        if name not in self._stems:
            self._stems[name] = self._without_kind(name)
        return self._stems[name]

    def _without_kind(self, name: str) -> str | None:
        kind = next((kind for kind in self.longest_first("division_kinds") if name.endswith(kind)), "")
        stem = name[: len(name) - len(kind)]
        if kind.startswith("自治"):
            stem = self.without_peoples(stem)
        if not kind or len(stem) < 2 or stem.endswith(self.longest_first("no_stem")):
            return None
        return stem

    def without_peoples(self, stem: str) -> str:
        """A name without the peoples at its end (延和朝鲜族 → 延和)."""
        peoples = self.longest_first("peoples")
        people = next((people for people in peoples if stem.endswith(people) and len(stem) > len(people) + 1), None)
        return stem if people is None else self.without_peoples(stem[: -len(people)])

    def words(self, name: str) -> frozenset[str]:
        """The words of one list of ``names.yaml``.

        Args:
            name: The list's key.
        """
        if name not in self._lists:
            self._lists[name] = frozenset(words_of(getattr(self.names, name)))
        return self._lists[name]

    def longest_first(self, name: str) -> tuple[str, ...]:
        """The words of one list of ``names.yaml``, the longer first, for a search by end or start."""
        if name not in self._ordered:
            self._ordered[name] = tuple(sorted(self.words(name), key=lambda word: (-len(word), word)))
        return self._ordered[name]

    def _add(self, words: Iterable[str], kind: int) -> None:
        kinds = self._kinds
        for word in words:
            kinds[word] = kinds.get(word, 0) | kind

    def _add_places(self) -> None:
        never = self.words("never_short")
        for name, codes in self.codes.items():
            # townships are looked up by their suffix: 41,000 more words would slow the load
            if len(codes) == 9 or not (level := _level(codes)):
                continue
            self.levels[name] = self.levels.get(name, "") + level
            self._add((name,), Kind.DIVISION)
            stem = self.stem(name)
            if stem is not None and name.endswith(("自治州", "自治县")):
                called = stem + name[-1]  # 黔东南州, 巍山县
                self.levels.setdefault(called, level)
                self._add((called,), Kind.DIVISION)
            if stem is not None and stem not in never:
                self.levels[stem] = self.levels.get(stem, "") + level
                self._add((stem,), Kind.SHORT)
        for words, level in ((self.names.countries, "0"), (self.names.abroad, "2")):
            self.levels.update(dict.fromkeys(words_of(words), level))

    def _add_words(self) -> None:
        names = self.names
        for words, kind in (
            (names.countries, Kind.COUNTRY),
            (names.abroad, Kind.ABROAD),
            (names.regions, Kind.REGION),
            (names.natural, Kind.NATURAL),
            (names.landmarks, Kind.LANDMARK),
            (names.bodies, Kind.BODY),
            (names.whole_bodies, Kind.BODY),
            (names.relative_bodies, Kind.RELATIVE),
            (names.departments, Kind.DEPARTMENT),
            (tuple(self.body_subtypes), Kind.BODY_SUFFIX),
            (tuple(self.place_subtypes), Kind.PLACE_SUFFIX),
            (names.edges, Kind.EDGE),
            (names.weak_edges, Kind.WEAK_EDGE),
            (names.masks, Kind.MASK),
            (names.name_before, Kind.TITLE),
            (names.people, Kind.PERSON),
            (names.not_names, Kind.NOT_NAME),
            (names.speech, Kind.SPEECH),
        ):
            self._add(words_of(words), kind)


_LEVEL = {2: "1", 4: "2", 6: "3"}
_KNOWN: WeakKeyDictionary[Knowledge, Gazetteer] = WeakKeyDictionary()


def gazetteer(knowledge: Knowledge) -> Gazetteer:
    """The gazetteer of these tables, built once for each ``Knowledge``."""
    if knowledge not in _KNOWN:
        _KNOWN[knowledge] = Gazetteer(knowledge)
    return _KNOWN[knowledge]


def words_of(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of a list in ``names.yaml``, which holds several a line."""
    return tuple(word for line in lines for word in line.split())


def _by_word(lists: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: subtype for subtype, lines in lists.items() for word in words_of(lines)}


def _level(codes: str) -> str:
    """Levels above a township, as digits."""
    return "".join(sorted({_LEVEL[len(code)] for code in codes.split(" ") if len(code) in _LEVEL}))


def _codes(lines: Iterable[str]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in lines:
        code, _, name = line.partition(",")
        codes[name] = f"{codes[name]} {code}" if name in codes else code
    return codes


def _index(kinds: Mapping[str, int]) -> dict[str, tuple[tuple[str, int, int], ...]]:
    index: dict[str, list[tuple[str, int, int]]] = {}
    for word, kind in kinds.items():
        if len(word) > 1:
            index.setdefault(word[:2], []).append((word, len(word), kind))
    return {key: tuple(sorted(words, key=lambda word: -word[1])) for key, words in index.items()}
