"""Entities: names of places, bodies and persons, by their form.

Closed names come from the gazetteer; open ones are read from their right end, which says what they are
(社区, 有限公司, 财政局), to the left until something before which no name can reach: punctuation, a word
after which a name begins (走进, 由), a division, a level (县财政局). A name found once is found again
through the whole document, also shortened (北苑街道 … 北苑).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge
from govclaim.recognizers.gazetteer import Gazetteer, Hit, Kind, gazetteer
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity, Sentence

__all__ = ["SHORTENED", "is_generic", "is_no_name", "propose", "within_word"]

SHORTENED = ("街道", "社区", "自治县", "新村", "镇", "乡", "村", "市", "县", "区")
"""What a division's short form leaves out, the longer first (北苑街道 … 北苑)."""
_UNMEASURED = 0.7
# The longest words that are no names, in characters.
_WORD = 8
# How sure a name may begin: after 达, after 建设, after 走进, after punctuation.
_WEAK, _MIDDLING, _STRONG, _HARD = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class _Name:
    """A name found in one surface.

    Attributes:
        levels: For a chain of divisions the gazetteer's digits of its last one.
        because: The word at its end that told the grammar what it is.
    """

    start: int
    end: int
    label: str
    subtype: str | None
    rule: str
    levels: str = ""
    because: str = ""


def propose(
    sentences: Sequence[Sentence], knowledge: Knowledge, *, place: str | None = None
) -> tuple[tuple[Candidate[Entity], ...], ...]:
    """Find names in all sentences of one document.

    Args:
        sentences: The document's sentences in order; a name that one of them shows in full is found
            shortened in all.
        knowledge: The tables.
        place: Name of the place the page is about, where it is known; its short form counts as seen.

    Returns:
        For each sentence its candidates by start; no two overlap.

    Raises:
        KnowledgeError: A table is missing or faulty.
    """
    grammar = _grammar(knowledge)
    readers = [_Reader(sentence, grammar) for sentence in sentences]
    known = _Known(grammar.generic)
    if place:
        known.add_place(place)
    for reader in readers:
        reader.look_ahead(known)
    known.close()
    for reader in readers:
        reader.read(known)
    known.close()
    return tuple(_candidates(reader, known, grammar) for reader in readers)


def _candidates(reader: _Reader, known: _Known, grammar: _Grammar) -> tuple[Candidate[Entity], ...]:
    return tuple(
        Candidate(
            SurfaceSpan(name.start, name.end),
            Entity(name.label, name.subtype),
            grammar.lookup.names.confidence.get(name.rule, _UNMEASURED),
            f"rule:entity.{name.rule}",
            name.because,
        )
        for name in _outermost([*reader.names, *known.repeats(reader)])
    )


def _outermost(names: Iterable[_Name]) -> list[_Name]:
    """Names that no other covers; of two that cross, the one that starts first."""
    kept: list[_Name] = []
    for name in sorted(names, key=lambda name: (name.start, -name.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


_RAIL = ("铁路", "高铁", "城际", "高速公路", "高速", "城际铁路")
_COUNTED = re.compile("[0-9]|[一二两三四五六七八九十百千万多几首各每]+[个座条家项所处名位支届趟列多余些]|各|首")
_BREAK = re.compile(r"[^0-9A-Za-z\u3400-\u9fff·•〇-]")
_ROAD_NAMED_AFTER = re.compile("[东西南北中][一二三]?(?:路|街|大街|大道)(?![过径])")  # 四川北路
_CJK = re.compile(r"[\u3400-\u9fff〇]")
_MIDDLE_DOT = re.compile("[·•]")


class _Grammar:
    """What is compiled from the tables once for all documents."""

    def __init__(self, lookup: Gazetteer) -> None:
        names = lookup.names
        self.lookup = lookup
        self.not_persons = lookup.not_persons
        self.words = lookup.words
        self.functions = lookup.words("departments")
        self.generic = lookup.words("generic_heads") | self.functions
        self.kinds = self.generic | lookup.place_subtypes.keys() | lookup.body_subtypes.keys()
        self.levels = lookup.longest_first("levels")
        self.subdivisions = lookup.longest_first("subdivisions")
        self.tails = lookup.longest_first("natural_tails")
        self.given = frozenset(names.given_characters) - {" "}
        self.never_given = frozenset(word for word in lookup.words("saying") | lookup.words("edges") if len(word) == 1)
        self.after_name = lookup.longest_first("saying")
        letters = re.escape("".join(names.transliteration.split()))
        self.foreign = re.compile(f"[{letters}]{{1,8}}(?:[·•][{letters}]{{1,8}})+")
        self.foreign_run = re.compile(f"[{letters}]{{2,8}}")
        self.foreign_place = re.compile(f"[{letters}-]{{2,12}}")
        self.initials = tuple(
            re.compile(frame.replace("{all}", names.country_initials).replace("{far}", names.lone_initials))
            for frame in names.initials
        )


_GRAMMARS: WeakKeyDictionary[Knowledge, _Grammar] = WeakKeyDictionary()


def is_generic(text: str, knowledge: Knowledge) -> bool:
    """Whether a stretch names nothing: words for kinds of places and bodies alone (街道, 示范社区).

    Args:
        text: What a model takes for a name.
        knowledge: The tables.
    """
    grammar = _grammar(knowledge)
    return _made_of(text, grammar.kinds)


def is_no_name(text: str, knowledge: Knowledge) -> bool:
    """Whether a word that looks like a name is none by the contract (神州, 丝绸之路).

    Args:
        text: What a model takes for a name.
        knowledge: The tables.
    """
    return text in _grammar(knowledge).lookup.words("no_names")


def within_word(text: str, start: int, end: int, knowledge: Knowledge) -> bool:
    """Whether a stretch is only part of a longer word that is no name (朝阳 in 朝阳产业, 中国 in 中国式).

    Args:
        text: A sentence's surface.
        start: Where the stretch begins.
        end: Where it ends.
        knowledge: The tables.
    """
    words = _grammar(knowledge).lookup.words("not_names")
    first, last = max(0, start - _WORD), min(len(text), end + _WORD)
    return any(
        text[low:high] in words
        for low in range(first, start + 1)
        for high in range(end, min(last, low + _WORD) + 1)
        if high - low > end - start
    )


def _made_of(text: str, words: Set[str]) -> bool:
    """Whether such words, the longest first, make up the whole (示范, 城乡居民)."""
    at = 0
    while at < len(text):
        step = next((size for size in (5, 4, 3, 2, 1) if text[at : at + size] in words), 0)
        if not step:
            return False
        at += step
    return True


def _grammar(knowledge: Knowledge) -> _Grammar:
    if knowledge not in _GRAMMARS:
        _GRAMMARS[knowledge] = _Grammar(gazetteer(knowledge))
    return _GRAMMARS[knowledge]


@dataclass
class _Known:
    """The names that the document has shown so far."""

    generic: frozenset[str]
    names: dict[str, _Name] = field(default_factory=dict)
    _index: dict[str, list[str]] = field(default_factory=dict)
    _firsts: frozenset[str] = frozenset()

    def add_place(self, name: str) -> None:
        """Remember a division's full name under its short form."""
        for suffix in SHORTENED:
            stem = name[: -len(suffix)]
            if name.endswith(suffix) and 2 <= len(stem) <= 5 and stem not in self.generic:
                self.names.setdefault(stem, _Name(0, 0, "LOC", "admin", "place.repeated"))
                return

    def add(self, name: _Name, text: str) -> None:
        """Remember a name that the grammar found, so that it is found again elsewhere."""
        span = text[name.start : name.end]
        least = {"PER": 2, "ORG": 4, "LOC": 3}[name.label]
        kind = {"PER": "person", "ORG": "body", "LOC": "place"}[name.label]
        if len(span) >= least:
            self.names.setdefault(span, _Name(0, 0, name.label, name.subtype, f"{kind}.repeated"))
        if name.label == "PER" and _MIDDLE_DOT.search(span):
            last = _MIDDLE_DOT.split(span)[-1]  # 马丁·海尔 … 海尔
            if len(last) > 1:
                self.names.setdefault(last, _Name(0, 0, "PER", None, "person.repeated"))

    def close(self) -> None:
        """Index what is known by its first two characters; ``standing`` sees nothing that is added later."""
        self._index = {}
        for word in sorted(self.names, key=lambda word: (-len(word), word)):
            self._index.setdefault(word[:2], []).append(word)
        # a pattern would be compiled for every document, and push others out of re's cache
        self._firsts = frozenset(word[0] for word in self.names)

    def standing(self, text: str) -> Iterator[tuple[int, int]]:
        """Where known names stand in a text, the longest at each place, without overlaps."""
        free = 0
        for start, first in enumerate(text) if self.names else ():
            if start < free or first not in self._firsts:
                continue
            for word in self._index.get(text[start : start + 2], ()):
                if text.startswith(word, start):
                    free = start + len(word)
                    yield start, free
                    break

    def repeats(self, reader: _Reader) -> list[_Name]:
        """The known names that a sentence holds."""
        found: list[_Name] = []
        for start, end in self.standing(reader.text):
            name = self.names[reader.text[start:end]]
            if not reader.blocked(start, end):
                found.append(_Name(start, end, name.label, name.subtype, name.rule))
        return found


class _Reader:
    """Reads one sentence."""

    def __init__(self, sentence: Sentence, grammar: _Grammar) -> None:
        self.text = sentence.surface.text
        self.kind = sentence.kind
        self.grammar = grammar
        self.names: list[_Name] = []
        self.hits, self._cover = _survivors(grammar.lookup.scan(self.text))
        self.edge, self.edge_begins = self._edges()
        self._shorts = {(start, end) for start, end, kind in self.hits if kind & Kind.SHORT}
        self.place_ending: dict[int, _Name] = {}
        self.body_ending: dict[int, _Name] = {}
        self.inside: dict[int, _Name] = {}

    # -- the sentence's bones -------------------------------------------------------------------

    def _edges(self) -> tuple[bytearray, set[int]]:
        """How sure a name may begin at each position, and where words begin that no name holds."""
        edge = bytearray(len(self.text) + 1)
        begins = set()
        self.title_ends = {end for _, end, kind in self.hits if kind & Kind.TITLE}
        for start, end, kind in self.hits:
            if kind & Kind.EDGE:
                edge[end] = max(edge[end], _STRONG)
                begins.add(start)
            elif kind & (Kind.WEAK_EDGE | Kind.TITLE) and not self._begins_name(start, end):
                edge[end] = max(edge[end], _MIDDLING if end - start > 1 else _WEAK)
                begins.add(start)
        edge[0] = _HARD
        for match in _BREAK.finditer(self.text):
            edge[match.end()] = _HARD
        return edge, begins

    def _begins_name(self, start: int, end: int) -> bool:
        """Whether a word that follows nouns (里, 内) stands at the head of a clause, where it can only begin a name."""
        at_head = start == 0 or not _CJK.match(self.text[start - 1])
        return at_head and self.text[start:end] in self.grammar.words("postpositions")

    def blocked(self, start: int, end: int) -> bool:
        """Whether the stretch lies in a longer word that is no name."""
        return any(self._cover.get(at, 0) > end - start for at in range(start, end))

    def look_ahead(self, known: _Known) -> None:
        """Tell which full names of divisions the sentence holds, before any short one is judged."""
        for start, end, kind in self.hits:
            if kind & Kind.DIVISION:
                known.add_place(self.text[start:end])
            elif kind & Kind.PLACE_SUFFIX and self.text[start:end] in ("街道", "镇", "乡"):
                begin = self._township(end)
                if begin is not None:
                    known.add_place(self.text[begin:end])

    def read(self, known: _Known) -> None:
        """Find the sentence's names and tell ``known`` of them."""
        self._read_places(known)
        self._read_bodies()
        self._read_suffixes()
        self._read_initials()
        self._read_persons()
        self.names = _outermost(self.names)
        for name in self.names:
            known.add(name, self.text)
            if name.label == "LOC" and name.subtype == "admin":
                known.add_place(self.text[self._last_part(name) : name.end])

    def _last_part(self, name: _Name) -> int:
        """Where the smallest division of a chain begins, as far as the gazetteer tells."""
        at = max((at for at in range(name.start, name.end) if at in self.inside), default=-1)
        return at + 1 if 0 < at + 1 < name.end else name.start

    def _keep(self, name: _Name) -> None:
        """Add a name; a body that continues the one before it makes one with it (县公安局 + 城关派出所)."""
        if name.label == "ORG" and name.start in self.body_ending:
            before = self.body_ending[name.start]
            if self.text[name.start : name.end].endswith(self.grammar.subdivisions):
                name = _Name(before.start, name.end, "ORG", before.subtype, "body.part", because=name.because)
        elif name.subtype == "facility" and name.start in self.place_ending:
            before = self.place_ending[name.start]  # a site in a site is one: 福州港江阴港区
            if before.subtype == "facility":
                name = _Name(before.start, name.end, "LOC", "facility", name.rule, because=name.because)
        self.names.append(name)
        if name.label != "PER":
            ending = self.place_ending if name.label == "LOC" else self.body_ending
            if name.end not in ending or ending[name.end].start > name.start:
                ending[name.end] = name

    # -- places -------------------------------------------------------------------------------

    def _read_places(self, known: _Known) -> None:
        atoms: list[_Name] = []
        found = self._atoms(known)
        long_begins = {name.start for name in found if name.end - name.start > 2}
        for name in found:
            before = atoms[-1] if atoms else None
            if name.rule == "place.short" and name.end - name.start == 2 and name.end - 1 in long_begins:
                continue  # 东阿 in 在东阿塞拜疆
            if (before is None or name.start >= before.end) and self._is_place(name, before, known):
                atoms.append(self._with_tail(name))
        for chain in _chains(atoms):
            self._keep(chain)
            self.inside.update(dict.fromkeys(range(chain.start, chain.end), chain))

    def _atoms(self, known: _Known) -> list[_Name]:
        levels, text = self.grammar.lookup.levels, self.text
        found = []
        for start, end, kind in self.hits:
            if kind & Kind.PLACE:
                rule = "place.short" if kind & Kind.SHORT and not kind & Kind.NATURAL else "place.known"
                found.append(_Name(start, end, "LOC", _subtype(kind), rule, levels.get(text[start:end], "")))
            elif kind & Kind.PLACE_SUFFIX and text[end - 1] in "镇乡道":
                begin = self._township(end)
                if begin is not None and begin < start:
                    found.append(_Name(begin, end, "LOC", "admin", "place.township", "4"))
        found += [
            _Name(start, end, "LOC", "admin", "place.repeated", levels.get(text[start:end], "4"))
            for start, end in known.standing(text)
            if not self.blocked(start, end)
        ]
        return sorted(found, key=lambda name: (name.start, -name.end))

    def _township(self, end: int) -> int | None:
        begin = self.grammar.lookup.township(self.text, end)
        # 快于城镇 holds 于城镇, a township elsewhere
        if begin is not None and self.edge[begin + 1] >= _STRONG and self._is_generic(self.text[begin + 1 : end - 1]):
            return None
        return begin

    def _is_place(self, name: _Name, before: _Name | None, known: _Known) -> bool:
        text, word = self.text, self.text[name.start : name.end]
        following = text[name.end : name.end + 1]
        touching = before is not None and before.end == name.start
        attached = touching and before is not None and _nests(before.levels, name.levels)
        free = attached or bool(self.edge[name.start])
        if following == "式" and name.subtype == "admin":
            return False
        if name.subtype == "area" and (name.start - 1, name.start + 1) in self._shorts:
            return False  # 川北 in 四川北路
        if name.rule == "place.short" and _ROAD_NAMED_AFTER.match(text, name.end):
            return False
        if word in self.grammar.words("direction_regions"):
            outside = not before or not touching or before.levels != "0"
            return (
                bool(self.edge[name.start] or touching or following in tuple("、地"))
                and outside
                and following not in tuple("部侧方角风虎豹亚洲裔")
            )
        if name.rule == "place.short" and len(word) == 2:
            if word in self.grammar.lookup.ambiguous:
                return attached or word in known.names
            firm = attached or self.edge[name.start] >= _MIDDLING or (self.edge[name.start] and name.levels != "3")
            return bool(firm) or name.levels == "1" or word in known.names
        if len(word) == 2 and word[-1] in "县区市":  # 康县, 城区: one character and a kind
            return free
        return True

    def _with_tail(self, name: _Name) -> _Name:
        """长江 + 中下游, 东北 + 地区 are one."""
        tails = self.grammar.tails if name.subtype == "natural" else ("地区",) if name.subtype == "area" else ()
        word = self.text[name.start : name.end]
        if name.subtype == "area" and word in self.grammar.words("plain_regions"):
            return name
        tail = next((tail for tail in tails if self.text.startswith(tail, name.end)), "")
        return _Name(name.start, name.end + len(tail), "LOC", name.subtype, name.rule, name.levels)

    # -- bodies known by name or level ------------------------------------------------------------

    def _read_bodies(self) -> None:
        for start, end, kind in self.hits:
            if kind & Kind.BODY and self._is_body(start, end):
                anchor = self.place_ending.get(start)
                begin = start if anchor is None or anchor.levels != "0" else anchor.start
                self._keep(_Name(begin, end, "ORG", None, "body.known"))
            elif kind & Kind.RELATIVE and self._is_relative(start, end):
                self._keep(_Name(self._level_begin(start), end, "ORG", "government", "body.relative"))
            elif kind & Kind.PERSON:
                self._keep(_Name(start, end, "PER", None, "person.known"))

    def _is_body(self, start: int, end: int) -> bool:
        # 京东 in 北京东路
        held = self.text[start:end] in self.grammar.words("whole_bodies") and not self.edge[start]
        return not held and self.text[end : end + 1] not in tuple("门队分署位方")

    def _level_begin(self, start: int) -> int:
        """江苏省 + 省委 share their 省."""
        chain = self.inside.get(start)
        return start if chain is None else chain.start

    def _is_relative(self, start: int, end: int) -> bool:
        text = self.text
        if text[end - 1] == "委" and text[end : end + 1] in tuple("会员托"):
            return False
        return self.edge[start] > 0 or start in self.inside or text[start - 1] not in self._not_level_before

    @property
    def _not_level_before(self) -> frozenset[str]:
        return self.grammar.words("not_level_before")

    # -- names known by their right end -----------------------------------------------------------

    def _read_suffixes(self) -> None:
        ends: dict[int, list[Hit]] = {}
        for hit in self.hits:
            if hit[2] & (Kind.BODY_SUFFIX | Kind.PLACE_SUFFIX):
                ends.setdefault(hit[1], []).append(hit)
        for end in sorted(ends):
            if end - 1 in self.inside:
                continue  # 江 of 湛江
            for start, _, kind in ends[end]:  # the longest suffix first: hits come by start
                name = self._by_suffix(start, end, kind)
                if name is not None:
                    self._keep(replace(name, because=self.text[start:end]))
                    break

    def _by_suffix(self, start: int, end: int, kind: int) -> _Name | None:
        name = self._body(start, end) if kind & Kind.BODY_SUFFIX else None
        return self._site(start, end) if name is None and kind & Kind.PLACE_SUFFIX else name

    def _body(self, start: int, end: int) -> _Name | None:
        suffix, words = self.text[start:end], self.grammar.words
        subtype = self.grammar.lookup.body_subtypes[suffix]
        if end in self.body_ending and self.body_ending[end].rule == "body.known":
            return None
        if subtype in ("government", "party", "other") or suffix in words("offices"):
            name = self._office(start, end, subtype)
            if name is not None:
                return name
        return None if suffix in words("only_offices") else self._free_body(start, end, subtype)

    def _office(self, start: int, end: int, subtype: str) -> _Name | None:
        """县 + 教育 体育 + 局: place, body or level, then what it is for, then its kind."""
        begin = self._before_functions(start)
        suffix = self.text[start:end]
        for at in range(begin, start + 1):
            name = self._office_of(at, start, end, subtype)
            if name is not None:
                return name
        for at in range(begin, start + 1):
            level = next((level for level in self.grammar.levels if self.text.endswith(level, 0, at)), None)
            if level is not None and (at < start or suffix in self.grammar.words("with_level")):
                return self._relative(at - len(level), end, subtype)
        functions = self.text[begin:start]
        if (
            self.edge[begin]
            and functions.startswith(("国家", "中央", "全国"))
            and suffix in ("局", "委", "部", "办", "总局")
        ):
            return _Name(begin, end, "ORG", subtype, "body.national")
        return None

    def _office_of(self, at: int, start: int, end: int, subtype: str) -> _Name | None:
        suffix, words = self.text[start:end], self.grammar.words
        if at < start and self.text[at] in "和与及":
            return None
        if at in self.body_ending:
            body = self.body_ending[at]
            government = body.subtype == "government" and subtype in ("government", "party")
            if suffix in words("subdivisions") or at < start or government:
                return _Name(body.start, end, "ORG", body.subtype or subtype, "body.part")
        if at in self.place_ending and not (at == start and suffix in words("bare_after_place")):
            return _Name(self._posted(self.place_ending[at].start), end, "ORG", subtype, "body.of_place")
        return None

    def _before_functions(self, at: int) -> int:
        """Where the words that say what a body is for begin, going left from ``at``."""
        functions, text = self.grammar.functions, self.text
        least = at - 20  # no name is longer; a page of 中心中心中心 must not cost its square
        while at > least and at not in self.place_ending and at not in self.body_ending:
            step = next((size for size in (7, 6, 5, 4, 3, 2, 1) if size <= at and text[at - size : at] in functions), 0)
            if not step:
                break
            at -= step
        return at

    def _relative(self, level: int, end: int, subtype: str) -> _Name | None:
        text = self.text
        if self.text[level - 1 : level].isdigit():
            return None
        if self.edge[level]:
            return _Name(level, end, "ORG", subtype, "body.relative")
        if text[level - 1] in self._not_level_before:
            return None
        start = next((start for start in range(level - 1, max(-1, level - 5), -1) if self.edge[start]), level)
        if level - start >= 2 and not self._is_generic(text[start:level]):
            return _Name(start, end, "ORG", subtype, "body.of_new_place")
        return None

    def _free_body(self, start: int, end: int, subtype: str) -> _Name | None:
        suffix, words = self.text[start:end], self.grammar.words
        company = subtype == "company"
        most, least = (18, 2) if company else (12, 1 if subtype == "school" else 2)
        found = self._left(start, most, least, stop=_STRONG if company else _MIDDLING)
        if found is None or end in self.body_ending:
            return None
        begin, anchor = found
        inner = self.text[begin if anchor is None else anchor.end : start]
        if anchor is None:
            certain = subtype not in ("other", "government", "party") or suffix in words("loose_bodies")
            if not certain or self._is_generic(inner) or _counts(inner):
                return None
            if subtype == "school" and (
                len(inner) > (8 if suffix == "校区" else 4)
                or (suffix in words("common_bodies") and self.edge[begin] < _STRONG)
            ):
                return None
            return _Name(begin, end, "ORG", subtype, f"body.{subtype}")
        if anchor.label == "ORG":
            continues = suffix in words("subdivisions") or suffix in words("part_suffixes")
            return _Name(self._first_body(anchor), end, "ORG", anchor.subtype, "body.part") if continues else None
        if not inner and suffix in words("bare_after_place"):
            return None
        if _counts(inner) or (subtype == "government" and len(inner) > 6):
            return None
        if inner and suffix in words("common_bodies") and self._is_generic(inner) and not self._tells(inner):
            return None
        return _Name(self._posted(begin), end, "ORG", subtype, f"body.{subtype}_of_place")

    def _posted(self, begin: int) -> int:
        """中国 of 中国驻墨西哥大使馆."""
        home = self.place_ending.get(begin - 1) if self.text[begin - 1 : begin] == "驻" else None
        return begin if home is None else home.start

    def _first_body(self, body: _Name) -> int:
        """总台 + 央视 + 财经频道 are one."""
        return self.body_ending[body.start].start if body.start in self.body_ending else body.start

    def _tells(self, inner: str) -> bool:
        return any(word in inner for word in self.grammar.words("telling"))

    def _left(self, start: int, most: int, least: int, *, stop: int) -> tuple[int, _Name | None] | None:
        """Where the name that ends before ``start`` begins, and the place or body it begins with.

        An edge as strong as ``stop`` ends the search. After a weaker one a place or a strong edge a little
        further left is better: 达 in 湖州市达顺商贸有限公司.
        """
        weak: int | None = None
        for at in range(start, max(-1, start - most - 1), -1):
            anchor = self.place_ending.get(at) or self.body_ending.get(at)
            if anchor is not None:
                return anchor.start, anchor
            edge = self.edge[at]
            if edge >= stop:
                if start - at < least or (weak is not None and start - at > 8):
                    break
                return at, None
            if edge and start - at >= max(least, 2) and weak is None:
                weak = at
            if at < start and not _CJK.match(self.text[at]) and self.text[at] not in "·-":
                break
        return None if weak is None else (weak, None)

    def _is_generic(self, inner: str) -> bool:
        return _made_of(inner, self.grammar.generic)

    # -- places known by their right end ------------------------------------------------------------

    def _site(self, start: int, end: int) -> _Name | None:
        suffix = self.text[start:end]
        subtype = self.grammar.lookup.place_subtypes[suffix]
        if self.text[end : end + 1] in tuple(self.grammar.lookup.names.tight.get(suffix, "")):
            return None
        most = {"admin": 6, "road": 6, "facility": 9, "area": 9, "natural": 4}[subtype]
        if subtype == "natural" and self.text[end : end + 1] in tuple("村社镇乡路街"):
            return None  # 湾 in 湾头村
        stop = _STRONG if suffix[0] in "一二三四五六七八" else _MIDDLING if subtype == "facility" else _WEAK
        found = self._village_of(start, suffix) or self._left(start, most, 1, stop=stop)
        if found is None:
            return None
        begin, anchor = found
        if anchor is None:
            return self._free_site(begin, start, end, subtype)
        return None if anchor.label == "ORG" else self._site_of(anchor, start, end, subtype)

    def _village_of(self, start: int, suffix: str) -> tuple[int, _Name] | None:
        """The township or county that 村 or 社区 stands in: whatever lies between is its name (佛堂镇新建村)."""
        if suffix not in ("村", "社区"):
            return None
        for at in range(start - 1, max(-1, start - 6), -1):
            chain = self.place_ending.get(at)
            if "的" in self.text[at:start] or "在" in self.text[at:start]:
                return None
            if chain is not None:
                return (chain.start, chain) if chain.levels in ("3", "4") else None
            if self.edge[at] == _HARD:
                return None
        return None

    def _site_of(self, anchor: _Name, start: int, end: int, subtype: str) -> _Name | None:
        suffix, words = self.text[start:end], self.grammar.words
        inner = self.text[anchor.end : start]
        if suffix in ("区块", "片区"):
            return (
                _Name(anchor.start, start, "LOC", anchor.subtype, "place.area_of_place")
                if inner and not self._is_generic(inner)
                else None
            )
        short = anchor.rule in ("place.short", "place.repeated") or (
            anchor.rule == "place.chain" and anchor.levels in ("2", "3", "23")
        )
        named = short and suffix in words("after_short") and "1" not in anchor.levels
        if not inner and suffix in words("not_after_place") and not named:
            return None
        # 新建 is an ordinary word, but 佛堂镇新建村 a village
        if inner and anchor.levels != "4" and suffix in words("common_sites") and self._is_generic(inner):
            return None
        if inner and suffix in ("县", "市", "州", "省"):
            return None
        uncertain = suffix in ("海", "流域", "江", "泉", "沟") or len(inner) > 3 or anchor.levels == "4"
        if subtype == "natural" and (uncertain or anchor.rule == "place.admin_of_place"):
            return None
        begin = self._between(anchor.start) if suffix in _RAIL else anchor.start
        return _Name(begin, end, "LOC", subtype, f"place.{subtype}_of_place")

    def _between(self, start: int) -> int:
        """杭州 of 杭州至温州高铁."""
        before = self.place_ending.get(start - 1) if self.text[start - 1 : start] == "至" else None
        return start if before is None else before.start

    def _free_site(self, begin: int, start: int, end: int, subtype: str) -> _Name | None:
        suffix, words = self.text[start:end], self.grammar.words
        inner = self.text[begin:start]
        if suffix in ("区块", "片区"):
            end = start  # 前洪区块: only 前洪 is the name
        elif suffix[0] in "一二三四五六七八" and suffix[1:] == "村":
            return _Name(begin, end, "LOC", subtype, "place.numbered") if inner else None
        if (
            subtype in ("admin", "natural")
            and self.grammar.foreign_place.fullmatch(inner)
            and suffix not in ("村", "乡")
        ):
            known_kind = suffix in ("市", "州", "省", "岛", "湾", "山", "河", "半岛", "海峡", "群岛")
            return _Name(begin, end, "LOC", subtype, "place.foreign") if known_kind else None
        if suffix in words("roads") and inner in words("road_names"):
            return self._road(begin, end, suffix)
        if len(inner) < 2 or self._is_generic(inner) or _counts(inner):
            return None
        if suffix in _RAIL and len(inner) > 4:  # 京哈, 广深港: one character a city
            return None
        if suffix in words("firm_places"):
            return _Name(begin, end, "LOC", subtype, f"place.{subtype}_firm")
        if subtype in ("natural", "facility") or suffix in words("weak_sites"):
            return None
        if suffix in words("roads"):
            return self._road(begin, end, suffix)
        return _Name(begin, end, "LOC", subtype, f"place.{subtype}")

    def _road(self, begin: int, end: int, suffix: str) -> _Name | None:
        """A road, unless it goes on into a word (解放路径)."""
        following = self.text[end : end + 1]
        if following and _CJK.match(following) and following not in self.grammar.words("road_next"):
            return None
        return _Name(begin, end, "LOC", self.grammar.lookup.place_subtypes[suffix], "place.road")

    # -- one-character names ----------------------------------------------------------------------

    def _read_initials(self) -> None:
        for pattern in self.grammar.initials:
            for match in pattern.finditer(self.text):
                start, end = match.span(1)
                if any(at in self.inside for at in range(start, end)) or self.blocked(start, end):
                    continue
                for at in range(start, end):
                    self._keep(_Name(at, at + 1, "LOC", "admin", "place.initial"))

    # -- persons ----------------------------------------------------------------------------------

    def _read_persons(self) -> None:
        titles = [start for start, _, kind in self.hits if kind & Kind.TITLE]
        for start, end, kind in self.hits:
            if kind & Kind.TITLE:
                self._after_title(start, end)
                if end - start > 2:
                    self._before(start, "person.before_title")  # 季小强调解员
            if kind & Kind.SPEECH and not any(start < title < end for title in titles):  # 强调 in 季小强调解员
                self._before(start, "person.speech")
        for match in self.grammar.foreign.finditer(self.text):
            self._foreign(match.start(), match.end())
        self._read_rows()

    def _foreign(self, start: int, end: int) -> None:
        """A foreign name with its dot; 总理 before it and 当天 after it are written with the same characters."""
        text = self.text
        dots = [at for at in range(start, end) if text[at] in "·•"]
        begin = next((at for at in range(dots[0] - 1, max(-1, start - 3), -1) if self._begins_person(at)), start)
        end = next((at for at in range(dots[-1] + 2, end) if at in self.edge_begins), end)
        if begin not in self.inside:
            self._keep(_Name(begin, end, "PER", None, "person.foreign"))

    def _begins_person(self, at: int) -> bool:
        return self.edge[at] >= _STRONG or at in self.title_ends

    def _after_title(self, start: int, end: int) -> None:
        text = self.text
        byline = text[start:end] in self.grammar.words("byline_words")
        at = end
        while at < len(text) and text[at] in " ::" and at - end < 4:
            at += 1
        if at != end and not byline:
            return
        if text[start:end] in self.grammar.words("foreign_titles") and self._foreign_run(end):
            return
        common = text[start:end] in self.grammar.words("common_callings")
        self._row(at, "person.title", spaced=byline and at != end, titled=byline or not common)

    def _foreign_run(self, at: int) -> bool:
        match = self.grammar.foreign_run.match(self.text, at)
        if match is None or at in self.inside or self.text[match.end() : match.end() + 1] in ("·", "•"):
            return False
        end = next((end for end in range(at + 2, match.end()) if end in self.edge_begins), match.end())
        if (end - at < 3 and self._person(at, titled=True) is not None) or self.blocked(at, end):
            return False
        self._keep(_Name(at, end, "PER", None, "person.foreign_title"))
        return True

    def _read_rows(self) -> None:
        """Names in a row without a title (张三、李四被授予), and those in brackets or after a body in a byline."""
        text = self.text
        for match in re.finditer(r"(?:^|[。,;:])(?=[\u3400-\u9fff]{2,4}、)", text):
            at = match.end()
            first = self._person(at)
            second = self._person(first + 1) if first is not None and text[first : first + 1] == "、" else None
            if second is not None:
                self._row(at, "person.row", spaced=False, titled=True)
        if len(text) < 60 and (self.kind in ("byline", "other") or text.startswith("(")):
            for match in re.finditer(r"(?:^\(?| |\()(?=[\u3400-\u9fff])", text):
                end = self._person(match.end(), spaced=True)
                if end is not None and (end == len(text) or text[end] in " )"):
                    self._keep(_Name(match.end(), end, "PER", None, "person.byline"))

    def _row(self, at: int, rule: str, *, spaced: bool, titled: bool) -> None:
        """A name, and those that follow it in a row (、, or spaces in a byline)."""
        end = self._person(at, spaced, titled)
        while end is not None:
            self._keep(_Name(at, end, "PER", None, rule))
            at = self._next_in_row(end, spaced)
            if at == end:
                return
            end, rule = self._person(at, spaced, titled=True), "person.row"

    def _next_in_row(self, end: int, spaced: bool) -> int:
        text, at = self.text, end
        while at < len(text) and text[at] in (" 、" if spaced else "、") and at - end < 4:
            at += 1
        return at + 1 if at == end and text[end : end + 1] in ("和", "与") else at

    def _person(self, at: int, spaced: bool = False, titled: bool = False) -> int | None:
        """Where a Chinese name that begins at ``at`` ends."""
        text, given = self.text, self.grammar.given
        known = next((at + size for size in (3, 2, 4, 5) if text[at : at + size] in self.grammar.words("people")), None)
        if known is not None:
            return known
        surname = self._surname(at)
        if not surname or (at in self.inside and self.inside[at].end - at > 2) or self.blocked(at, at + surname):
            return None
        after = at + surname
        if spaced and text[after : after + 1] == " " and text[after + 1 : after + 2] in given:
            return after + 2 if self._name_may_end(after + 2) else None  # 许 萌: spread to the width of three
        for end in (after + 2, after + 1):
            if (
                self._given(after, end, titled)
                and self._name_may_end(end)
                and text[at:end] not in self.grammar.not_persons
            ):
                if text[at:after] in self.grammar.words("rare_surnames") and end < len(text) and not titled:
                    return end if not _CJK.match(text[end]) else None
                return end
        return after + 2 if titled and self._surely_three(at, after) else None

    def _surely_three(self, at: int, after: int) -> bool:
        """Whether a name of three stands after a title though nothing tells that it ends."""
        text, grammar = self.text, self.grammar
        ordinary = grammar.not_persons
        return (
            self._given(after, after + 2, False)
            and text[at:after] not in grammar.words("rare_surnames")
            and text[at : after + 2] not in ordinary
            and text[at : after + 1] not in ordinary
            and text[after : after + 2] not in ordinary
        )

    def _surname(self, at: int) -> int:
        surnames = self.grammar.words("surnames")
        return 2 if self.text[at : at + 2] in surnames else 1 if self.text[at : at + 1] in surnames else 0

    def _given(self, start: int, end: int, titled: bool) -> bool:
        part, given = self.text[start:end], self.grammar.given
        if len(part) != end - start or self.blocked(start, end):
            return False
        known = [character in given for character in part]
        if all(known) or not titled:
            return all(known)
        # After a title a rare character is believed (村民郑砾珊) where it is no word of its own.
        certain = any(known) or end >= len(self.text) or not _CJK.match(self.text[end])
        words = any(at in self.edge_begins for at in range(start, end))
        return certain and not words and all(map(_CJK.match, part)) and not set(part) & self.grammar.never_given

    def _name_may_end(self, end: int) -> bool:
        text = self.text
        if end >= len(text) or not _CJK.match(text[end]):
            return True
        return end in self.edge_begins or text.startswith(self.grammar.after_name, end)

    def _before(self, start: int, rule: str) -> None:
        for size in (3, 2, 4):
            at = start - size
            if at >= 0 and self.edge[at] and self._person_is(at, start):
                self._keep(_Name(at, start, "PER", None, rule))
                return

    def _person_is(self, at: int, end: int) -> bool:
        surname = self._surname(at)
        if not surname or at in self.inside or self.blocked(at, at + surname):
            return False
        if self.edge[at] != _HARD and self.text[at : at + surname] in self.grammar.words("rare_surnames"):
            return False
        if self.text[at:end] in self.grammar.not_persons:
            return False
        return 1 <= end - at - surname <= 2 and self._given(at + surname, end, False)


def _counts(inner: str) -> bool:
    """Whether a count stands before the kind (两座 水厂, 首趟 专列), not a name (四季 社区)."""
    return _COUNTED.match(inner) is not None


def _subtype(kind: int) -> str:
    if kind & (Kind.DIVISION | Kind.COUNTRY | Kind.ABROAD) or (kind & Kind.SHORT and not kind & Kind.NATURAL):
        return "admin"
    return "natural" if kind & Kind.NATURAL else "facility" if kind & Kind.LANDMARK else "area"


def _nests(outer: str, inner: str) -> bool:
    """Whether a place of one of the levels may hold one of the other's."""
    if not outer or not inner:
        return False
    return min(outer) < max(inner) and not (outer == "0" and inner == "3")


def _chains(atoms: Sequence[_Name]) -> list[_Name]:
    """Join divisions that follow each other from the larger to the smaller, and a site right after its division."""
    chains: list[_Name] = []
    for atom in atoms:
        last = chains[-1] if chains else None
        if last is not None and last.end == atom.start and _belongs(last, atom):
            chains[-1] = _Name(last.start, atom.end, "LOC", atom.subtype, "place.chain", atom.levels)
        else:
            chains.append(atom)
    return chains


def _belongs(last: _Name, atom: _Name) -> bool:
    # 甘肃 + 河西走廊, 渤海 + 渤海湾; not 中国 + 东北
    site = not atom.levels and atom.subtype != "admin" and last.levels not in ("", "0")
    waters = last.subtype == "natural" and atom.subtype == "natural"
    return _nests(last.levels, atom.levels) or site or waters


def _survivors(hits: list[Hit]) -> tuple[list[Hit], dict[int, int]]:
    """Hits that no longer word which is no name (村民, 山东) or no edge (和平) crosses.

    Also the length of the longest word which is no name at each position.
    """
    cover: dict[int, int] = {}
    masks: dict[int, int] = {}
    for start, end, kind in hits:
        if kind & (Kind.NOT_NAME | Kind.MASK):
            target = cover if kind & Kind.NOT_NAME else masks
            for at in range(start, end):
                target[at] = max(target.get(at, 0), end - start)
    return [hit for hit in hits if _survives(hit, cover, masks)], cover


_KINDS_OF_NAME = Kind.PLACE | Kind.BODY | Kind.BODY_SUFFIX | Kind.PLACE_SUFFIX | Kind.RELATIVE


def _survives(hit: Hit, cover: dict[int, int], masks: dict[int, int]) -> bool:
    start, end, kind = hit
    size = end - start
    if kind & (Kind.EDGE | Kind.WEAK_EDGE) and masks.get(start, 0) > size:
        return False
    if kind & _KINDS_OF_NAME and not kind & Kind.NOT_NAME:
        return not any(cover.get(at, 0) > size for at in range(start, end))
    return True
