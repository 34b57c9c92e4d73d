"""Entities: names of places, bodies and persons, by their form.

Closed names come from the gazetteer; open ones are read from their right end, which says what they are
(社区, 有限公司, 财政局), to the left until something before which no name can reach: punctuation, a word
after which a name begins (走进, 由), a division, a level (县财政局). A name found once is found again
through the whole document, also shortened (北苑街道 … 北苑).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from govclaim.knowledge import Knowledge
from govclaim.recognizers.gazetteer import Gazetteer, Hit, Kind, gazetteer, words_of
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity, Sentence

__all__ = ["propose"]

# Share of right ones among what each rule proposed in texts that were annotated by reading.
_CONFIDENCE = {
    "place.known": 0.95,
}
_DEFAULT = 0.8


@dataclass(frozen=True, slots=True)
class _Name:
    """A name found in one surface; ``levels`` are the digits of the gazetteer for a chain of divisions."""

    start: int
    end: int
    label: str
    subtype: str | None
    rule: str
    levels: str = ""


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
        For each sentence its candidates by start. They may overlap; no two have the same span and label.
    """
    grammar = _grammar(knowledge)
    readers = [_Reader(sentence, grammar) for sentence in sentences]
    known = _Known(grammar)
    if place:
        known.add_place(place)
    for reader in readers:
        reader.look_ahead(known)
    for reader in readers:
        reader.read(known)
    known.close()
    return tuple(_candidates(reader, known, grammar) for reader in readers)


def _candidates(reader: _Reader, known: _Known, grammar: _Grammar) -> tuple[Candidate[Entity], ...]:
    names = _outermost([*reader.names, *known.repeats(reader)])
    text = reader.text
    return tuple(
        Candidate(
            SurfaceSpan(name.start, name.end),
            Entity(name.label, name.subtype, grammar.gazetteer.code(text[name.start : name.end])),
            _CONFIDENCE.get(name.rule, _DEFAULT),
            f"rule:entity.{name.rule}",
        )
        for name in names
    )


def _outermost(names: Iterable[_Name]) -> list[_Name]:
    """Names that no other covers; of two that cross, the one that starts first."""
    kept: list[_Name] = []
    for name in sorted(names, key=lambda name: (name.start, -name.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


_BREAK = re.compile(r"[^0-9A-Za-z\u3400-\u9fff·•〇-]")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class _Grammar:
    """The patterns compiled from the tables, shared by all documents."""

    gazetteer: Gazetteer

    @cached_property
    def functions(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.departments))

    @cached_property
    def generic(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.generic_heads)) | self.functions

    @cached_property
    def subdivisions(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.subdivisions))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        return tuple(sorted(words_of(self.gazetteer.names.levels), key=len, reverse=True))

    @cached_property
    def not_level_before(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.not_level_before))

    @cached_property
    def firm_places(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.firm_places))

    @cached_property
    def directions(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.direction_regions))

    @cached_property
    def tails(self) -> tuple[str, ...]:
        return tuple(sorted(words_of(self.gazetteer.names.natural_tails), key=len, reverse=True))

    @cached_property
    def surnames(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.surnames))

    @cached_property
    def rare_surnames(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.rare_surnames))

    @cached_property
    def given(self) -> frozenset[str]:
        return frozenset(self.gazetteer.names.given_characters)

    @cached_property
    def after_name(self) -> tuple[str, ...]:
        return words_of(self.gazetteer.names.saying)

    @cached_property
    def bylines(self) -> frozenset[str]:
        return frozenset(words_of(self.gazetteer.names.byline_words))

    @cached_property
    def foreign(self) -> re.Pattern[str]:
        letters = re.escape("".join(self.gazetteer.names.transliteration.split()))
        return re.compile(f"[{letters}]{{1,8}}(?:[·•-][{letters}]{{1,8}})+")

    @cached_property
    def foreign_run(self) -> re.Pattern[str]:
        letters = re.escape("".join(self.gazetteer.names.transliteration.split()))
        return re.compile(f"[{letters}]{{2,8}}")

    @cached_property
    def initials(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in _INITIALS)


_GRAMMARS: WeakKeyDictionary[Knowledge, _Grammar] = WeakKeyDictionary()


def _grammar(knowledge: Knowledge) -> _Grammar:
    if knowledge not in _GRAMMARS:
        _GRAMMARS[knowledge] = _Grammar(gazetteer(knowledge))
    return _GRAMMARS[knowledge]


# One-character names: every letter of group 1 is a place of its own (中美 is two).
_STATES = "中美俄日韩朝英法德意伊以黎叙乌印巴哈塔吉越老柬泰缅菲马新澳加墨沙埃坦波匈塞欧非蒙"
_ABROAD = "美俄日韩朝英法德伊以黎叙乌印巴"
_INITIALS = (
    # 中美 两国, 美伊 谈判
    rf"([{_STATES}]{{2,3}})(?=两国|双方|三国|双边|三边|关系|协议|谈判|合作|经贸|贸易|元首|领导人|互免|互利|互|会谈|会晤|磋商|冲突|"
    r"战争|停火|停战|建交|友好|友谊|联合|高铁|铁路|联军|边境|边界|战略|对话|全面|自贸|投资|人文|企业|青年|文化|各|或将|于|之间|就|在|开始|均|达成|签署)",
    # 美方, 伊方; not 以方便, 对方, 地方
    rf"(?:(?<=[^\u4e00-\u9fff])|(?<=[和与对同为向由称据要求将]))([{_ABROAD}中])(?=方(?![便面法式案向针圆块程才正形位剂]))",
    rf"(?<![\u4e00-\u9fff])([{_ABROAD}])(?=称(?!之|为|号|呼|赞)|总统|总理|外长|防长|国务卿|议长|军方|媒(?!体)|舰|代表团|官员|国防部|外交部|财长|议员|战机|机构|高官|副总统)",
    rf"(?<=[访驻援])([{_ABROAD}华])(?=[^\u4e00-\u9fff]|期间|前|后|时|行程|使|大使|临时|外交|活动|美军|军|并|将|的|与|和|是)",
    r"(?<=[来在驻访对赴涉])(华)(?![为侨南东北中西山人丽彩裔语容表夏润阴蓥安亭池宁商])",
    r"(?<=[来在赴抵离进返])(京)(?![津剧都东九沪广张哈港藏昆州族山唐包杭福])",
    rf"(?<=对)([{_ABROAD}])(?=关税|制裁|投资|出口|贸易|实施|战争|军事|打击|核|政策|谈判|发动|袭击|封锁|军售|停火)",
    r"([京津冀沪渝苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇藏陕甘青宁新晋蒙辽吉黑港澳台]{2,4})(?=两地|三地|四地|两省|三省|四省|三省一市|两岸)",
)


@dataclass
class _Known:
    """What the document has shown so far."""

    grammar: _Grammar
    places: dict[str, _Name] = field(default_factory=dict)
    bodies: dict[str, _Name] = field(default_factory=dict)
    persons: dict[str, _Name] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def add_place(self, name: str) -> None:
        """Remember a division's full name under its short form too."""
        for suffix in ("街道", "社区", "自治县", "新村", "镇", "乡", "村", "市", "县", "区"):
            stem = name[: -len(suffix)]
            if name.endswith(suffix) and 2 <= len(stem) <= 5:
                self.places.setdefault(stem, _Name(0, 0, "LOC", "admin", "place.repeated"))
                return

    def add(self, name: _Name, text: str) -> None:
        """Remember a name that the grammar found."""
        span = text[name.start : name.end]
        if name.label == "PER":
            self.persons.setdefault(span, _Name(0, 0, "PER", None, "person.repeated"))
            for part in re.split("[·•]", span)[-1:] if re.search("[·•]", span) else ():
                if len(part) > 1:
                    self.persons.setdefault(part, _Name(0, 0, "PER", None, "person.repeated"))
        elif name.label == "ORG" and len(span) >= 4:
            self.bodies.setdefault(span, _Name(0, 0, "ORG", name.subtype, "body.repeated"))
        elif name.label == "LOC" and len(span) >= 3:
            self.places.setdefault(span, _Name(0, 0, "LOC", name.subtype, "place.repeated"))

    def close(self) -> None:
        """Compile what is known; nothing is added after."""
        words = {**self.places, **self.bodies, **self.persons}
        ordered = sorted(words, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def repeats(self, reader: _Reader) -> Iterable[_Name]:
        """Where known names stand in a sentence again."""
        if self._pattern is None:
            return ()
        words = {**self.places, **self.bodies, **self.persons}
        found = []
        for match in self._pattern.finditer(reader.text):
            name = words[match.group()]
            if not reader.blocked(match.start(), match.end()):
                found.append(_Name(match.start(), match.end(), name.label, name.subtype, name.rule))
        return found


class _Reader:
    """Reads one sentence."""

    def __init__(self, sentence: Sentence, grammar: _Grammar) -> None:
        self.text = sentence.surface.text
        self.kind = sentence.kind
        self.grammar = grammar
        self.names: list[_Name] = []
        self.hits = _survivors(grammar.gazetteer.scan(self.text))
        self.edge = self._edges()
        self.place_ending: dict[int, _Name] = {}
        self.body_ending: dict[int, _Name] = {}
        self.inside: dict[int, _Name] = {}

    # -- the sentence's bones -------------------------------------------------------------------

    def _edges(self) -> bytearray:
        """Where a name may begin: 1 after an edge word, 2 after punctuation."""
        edge = bytearray(len(self.text) + 1)
        edge[0] = 2
        for start, end, kind in self.hits:
            if kind & (Kind.EDGE | Kind.TITLE):
                edge[end] = edge[end] or 1
        for match in _BREAK.finditer(self.text):
            edge[match.end()] = 2
        return edge

    def blocked(self, start: int, end: int) -> bool:
        """Whether the stretch lies in a longer word that is no name."""
        return any(
            kind & Kind.NOT_NAME and a < end and start < b and b - a > end - start for a, b, kind in self.hits
        )

    def look_ahead(self, known: _Known) -> None:
        """Tell which full names of divisions the sentence holds, before any short one is judged."""
        for start, end, kind in self.hits:
            word = self.text[start:end]
            if kind & Kind.DIVISION:
                known.add_place(word)
            elif kind & Kind.PLACE_SUFFIX and word in ("街道", "镇", "乡"):
                begin = self.grammar.gazetteer.township(self.text, end)
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
        inner = [part.end for part in self.inside.values() if name.start <= part.start and part.end < name.end]
        return max(inner, default=name.start)

    def _keep(self, name: _Name) -> None:
        self.names.append(name)
        if name.label == "LOC":
            self.place_ending[name.end] = name
        elif name.label == "ORG":
            self.body_ending[name.end] = name

    # -- places -------------------------------------------------------------------------------

    def _read_places(self, known: _Known) -> None:
        atoms: list[_Name] = []
        for name in self._atoms():
            if atoms and name.start < atoms[-1].end:
                continue
            if self._is_place(name, atoms[-1] if atoms else None, known):
                atoms.append(self._with_tail(name))
        for chain in _chains(atoms):
            self._keep(chain)
            for position in range(chain.start, chain.end):
                self.inside[position] = chain

    def _atoms(self) -> list[_Name]:
        gazette, text = self.grammar.gazetteer, self.text
        found = []
        for start, end, kind in self.hits:
            if kind & Kind.PLACE:
                levels = gazette.levels.get(text[start:end], "")
                subtype = "natural" if kind & Kind.NATURAL else "facility" if kind & Kind.LANDMARK else "admin"
                if kind & Kind.REGION and not kind & (Kind.DIVISION | Kind.SHORT):
                    subtype, levels = "area", ""
                rule = "place.short" if kind & Kind.SHORT else "place.known"
                found.append(_Name(start, end, "LOC", subtype, rule, levels))
            elif kind & Kind.PLACE_SUFFIX and text[end - 1] in "镇乡道":
                begin = gazette.township(text, end)
                if begin is not None and begin < start:
                    found.append(_Name(begin, end, "LOC", "admin", "place.township", "4"))
        return sorted(found, key=lambda name: (name.start, -name.end))

    def _is_place(self, name: _Name, before: _Name | None, known: _Known) -> bool:
        text, word = self.text, self.text[name.start : name.end]
        following = text[name.end : name.end + 1]
        attached = before is not None and before.end == name.start and _nests(before.levels, name.levels)
        if following == "式" and name.subtype == "admin":
            return False
        if word in self.grammar.directions:
            attached_direction = before is not None and before.end == name.start
            return following not in "部侧方角风虎亚洲裔" and not attached_direction if following else True
        if name.rule == "place.short" and word in self.grammar.gazetteer.ambiguous:
            return attached or word in known.places
        if len(word) == 2 and word[-1] in "县区市":  # 康县, 城区: one character and a kind
            return attached or bool(self.edge[name.start])
        return True

    def _with_tail(self, name: _Name) -> _Name:
        """长江 + 中下游, 东北 + 地区 are one."""
        tails = self.grammar.tails if name.subtype == "natural" else ("地区",) if name.subtype == "area" else ()
        word = self.text[name.start : name.end]
        if tails == ("地区",) and word in _PLAIN_REGIONS:
            return name
        tail = next((tail for tail in tails if self.text.startswith(tail, name.end)), "")
        return _Name(name.start, name.end + len(tail), "LOC", name.subtype, name.rule, name.levels)

    # -- bodies -------------------------------------------------------------------------------

    def _read_bodies(self) -> None:
        for start, end, kind in self.hits:
            if kind & Kind.BODY:
                if end - start <= 2 and not self._stands_alone(start, end):
                    continue
                self._keep(_Name(start, end, "ORG", None, "body.known"))
            elif kind & Kind.RELATIVE and self._is_relative(start, end):
                self._keep(_Name(start, end, "ORG", "government", "body.relative"))
            elif kind & Kind.PERSON:
                self._keep(_Name(start, end, "PER", None, "person.known"))

    def _stands_alone(self, start: int, end: int) -> bool:
        return start not in self.inside or self.inside[start].start == start

    def _is_relative(self, start: int, end: int) -> bool:
        text = self.text
        if text[end - 1] == "委" and text[end : end + 1] in tuple("会员托办"):
            return text.startswith("办", end)
        return self.edge[start] > 0 or (start > 0 and text[start - 1] not in self.grammar.not_level_before)

    # -- names known by their right end -----------------------------------------------------------

    def _read_suffixes(self) -> None:
        longest: dict[int, Hit] = {}
        for hit in self.hits:
            if hit[2] & (Kind.BODY_SUFFIX | Kind.PLACE_SUFFIX):
                kept = longest.get(hit[1])
                if kept is None or kept[0] > hit[0]:
                    longest[hit[1]] = hit
        for end in sorted(longest):
            start, _, kind = longest[end]
            name = self._body(start, end) if kind & Kind.BODY_SUFFIX else None
            if name is None and kind & Kind.PLACE_SUFFIX:
                name = self._site(start, end)
            if name is not None:
                self._keep(name)

    def _body(self, start: int, end: int) -> _Name | None:
        suffix = self.text[start:end]
        subtype = self.grammar.gazetteer.body_subtypes[suffix]
        if subtype in ("government", "party", "other") or suffix in _OFFICES:
            name = self._office(start, end, subtype)
            if name is not None:
                return name
        if suffix in _ONLY_OFFICES:
            return None
        return self._free_body(start, end, subtype)

    def _office(self, start: int, end: int, subtype: str) -> _Name | None:
        """县 + 教育 体育 + 局: place, body or level, then what it is for, then its kind."""
        begin = self._before_functions(start)
        suffix = self.text[start:end]
        for at in range(begin, start + 1):
            if at in self.body_ending and (suffix in self.grammar.subdivisions or at < start):
                body = self.body_ending[at]
                return _Name(body.start, end, "ORG", body.subtype or subtype, "body.part")
            if at in self.place_ending and not (at == start and suffix in _BARE_AFTER_PLACE):
                return _Name(self.place_ending[at].start, end, "ORG", subtype, "body.of_place")
        for at in range(begin, start + 1):
            level = next((level for level in self.grammar.levels if self.text.endswith(level, 0, at)), None)
            if level is not None and (at < start or suffix in _WITH_LEVEL):
                return self._relative(at - len(level), at, end, subtype)
        functions = self.text[begin:start]
        if self.edge[begin] and functions.startswith(("国家", "中央", "全国")) and len(functions) > 2:
            return _Name(begin, end, "ORG", subtype, "body.national")
        return None

    def _before_functions(self, at: int) -> int:
        """Where the words that say what a body is for begin, going left from ``at``."""
        functions, text = self.grammar.functions, self.text
        while True:
            step = next((size for size in (6, 5, 4, 3, 2, 1) if size <= at and text[at - size : at] in functions), 0)
            if not step or at in self.place_ending or at in self.body_ending:
                return at
            at -= step

    def _relative(self, level: int, after: int, end: int, subtype: str) -> _Name | None:
        text = self.text
        if self.edge[level] or (level > 0 and self.edge[level] == 0 and _BREAK.match(text[level - 1])):
            return _Name(level, end, "ORG", subtype, "body.relative")
        if text[level - 1] in self.grammar.not_level_before:
            return None
        for start in range(level - 1, max(-1, level - 5), -1):
            if self.edge[start]:
                if level - start >= 2 and text[start:level] not in self.grammar.generic:
                    return _Name(start, end, "ORG", subtype, "body.of_new_place")
                break
        return _Name(level, end, "ORG", subtype, "body.relative_inside")

    def _free_body(self, start: int, end: int, subtype: str) -> _Name | None:
        suffix = self.text[start:end]
        most = 18 if subtype == "company" else 12
        least = 1 if subtype == "school" else 2
        found = self._left(start, most, least)
        if found is None:
            return None
        begin, anchor = found
        inner = self.text[begin if anchor is None else anchor.end : start]
        if anchor is None:
            if not inner or self._is_generic(inner):
                return None
            return _Name(begin, end, "ORG", subtype, f"body.{subtype}")
        if anchor.label == "ORG":
            return _Name(begin, end, "ORG", anchor.subtype, "body.part") if suffix in self.grammar.subdivisions else None
        if not inner and suffix in _BARE_AFTER_PLACE:
            return None
        if inner and self._is_generic(inner) and suffix in _COMMON:
            return None
        return _Name(begin, end, "ORG", subtype, f"body.{subtype}_of_place")

    def _left(self, start: int, most: int, least: int) -> tuple[int, _Name | None] | None:
        """Where the name that ends before ``start`` begins, and the place or body it begins with."""
        text = self.text
        for at in range(start, max(-1, start - most - 1), -1):
            if at in self.place_ending and at not in self.inside:
                return self.place_ending[at].start, self.place_ending[at]
            if at in self.place_ending and self.inside[at].start == at:
                return self.place_ending[at].start, self.place_ending[at]
            if at in self.body_ending:
                return self.body_ending[at].start, self.body_ending[at]
            if self.edge[at] and start - at >= least:
                return at, None
            if self.edge[at] == 2 or (at < start and not _CJK.match(text[at]) and text[at] not in "·-"):
                return None
        return None

    def _is_generic(self, inner: str) -> bool:
        """Whether words that name nothing make up the whole (示范, 城乡居民)."""
        generic = self.grammar.generic
        at = 0
        while at < len(inner):
            step = next((size for size in (5, 4, 3, 2, 1) if inner[at : at + size] in generic), 0)
            if not step:
                return False
            at += step
        return True

    def _site(self, start: int, end: int) -> _Name | None:
        suffix = self.text[start:end]
        subtype = self.grammar.gazetteer.place_subtypes[suffix]
        most = {"admin": 6, "road": 6, "facility": 9, "area": 9, "natural": 4}[subtype]
        if not self._may_follow(suffix, end):
            return None
        found = self._left(start, most, 1 if suffix in ("路", "街", "巷", "村") else 2)
        if found is None:
            return None
        begin, anchor = found
        inner = self.text[begin if anchor is None else anchor.end : start]
        if anchor is not None and anchor.label == "ORG":
            return None
        if anchor is not None:
            if not inner and suffix in _NOT_AFTER_PLACE or inner and self._is_generic(inner) and suffix in _COMMON_SITES:
                return None
            return _Name(begin, end, "LOC", subtype, f"place.{subtype}_of_place")
        if not inner or self._is_generic(inner) or len(inner) < 2:
            return None
        if suffix in self.grammar.firm_places:
            return _Name(begin, end, "LOC", subtype, f"place.{subtype}_firm")
        if subtype in ("natural", "facility") or suffix in _WEAK_SITES:
            return None
        return _Name(begin, end, "LOC", subtype, f"place.{subtype}")

    def _may_follow(self, suffix: str, end: int) -> bool:
        following = self.text[end : end + 1]
        return not (suffix in _TIGHT and following and following in _TIGHT[suffix])

    # -- one-character names ----------------------------------------------------------------------

    def _read_initials(self) -> None:
        for pattern in self.grammar.initials:
            for match in pattern.finditer(self.text):
                start, end = match.span(1)
                if any(position in self.inside for position in range(start, end)):
                    continue
                for at in range(start, end):
                    self._keep(_Name(at, at + 1, "LOC", "admin", "place.initial"))

    # -- persons ----------------------------------------------------------------------------------

    def _read_persons(self) -> None:
        for start, end, kind in self.hits:
            if kind & Kind.TITLE:
                self._after_title(start, end)
            if kind & Kind.SPEECH:
                self._before_speech(start)
        for match in self.grammar.foreign.finditer(self.text):
            if match.start() not in self.inside:
                self._keep(_Name(match.start(), match.end(), "PER", None, "person.foreign"))

    def _after_title(self, start: int, end: int) -> None:
        text = self.text
        byline = text[start:end] in self.grammar.bylines
        at = end
        while at < len(text) and text[at] in " ::" and at - end < 4:
            at += 1
        if at != end and not byline:
            return
        if self._row(at, "person.title", spaced=byline and at != end):
            return
        match = self.grammar.foreign_run.match(text, end)
        if match and text[start:end] in _FOREIGN_TITLES and match.start() not in self.inside:
            self._keep(_Name(match.start(), match.end(), "PER", None, "person.foreign_title"))

    def _row(self, at: int, rule: str, *, spaced: bool) -> bool:
        """A name, and those that follow it in a row (、, or spaces in a byline)."""
        text = self.text
        end = self._person(at, spaced)
        if end is None:
            return False
        self._keep(_Name(at, end, "PER", None, rule))
        while end is not None:
            after = end
            while after < len(text) and text[after] in (" 、" if spaced else "、") and after - end < 4:
                after += 1
            if after == end and text[end : end + 1] in ("和", "与"):
                after += 1
            if after == end or after >= len(text):
                return True
            end = self._person(after, spaced)
            if end is not None:
                self._keep(_Name(after, end, "PER", None, "person.row"))
        return True

    def _person(self, at: int, spaced: bool = False) -> int | None:
        """Where a Chinese name that begins at ``at`` ends."""
        text, grammar = self.text, self.grammar
        surname = 2 if text[at : at + 2] in grammar.surnames else 1 if text[at : at + 1] in grammar.surnames else 0
        if not surname or at in self.inside and self.inside[at].end - at > 2:
            return None
        if spaced and text[at + surname : at + surname + 1] == " " and text[at + surname + 1 : at + surname + 2] in grammar.given:
            end = at + surname + 2  # 蔡 萌: a name of two spread to the width of three
            return end if self._name_may_end(end) else None
        ends = [end for end in (at + surname + 2, at + surname + 1) if self._given(at + surname, end)]
        for end in ends:
            if self._name_may_end(end):
                return end
        return None

    def _given(self, start: int, end: int) -> bool:
        part = self.text[start:end]
        return len(part) == end - start and all(character in self.grammar.given for character in part)

    def _name_may_end(self, end: int) -> bool:
        text = self.text
        if end >= len(text) or not _CJK.match(text[end]):
            return True
        return text.startswith(self.grammar.after_name, end)

    def _before_speech(self, start: int) -> None:
        text = self.text
        for size in (3, 2, 4):
            at = start - size
            if at >= 0 and self.edge[at] and self._person_is(at, start):
                self._keep(_Name(at, start, "PER", None, "person.speech"))
                return

    def _person_is(self, at: int, end: int) -> bool:
        text, grammar = self.text, self.grammar
        surname = 2 if text[at : at + 2] in grammar.surnames else 1
        if text[at : at + surname] not in grammar.surnames or at in self.inside:
            return False
        if self.edge[at] != 2 and text[at : at + surname] in grammar.rare_surnames:
            return False
        return 1 <= end - at - surname <= 2 and self._given(at + surname, end)


# Regions that 地区 only follows (长三角地区): the name is complete without it.
_PLAIN_REGIONS = frozenset("长三角 珠三角 京津冀 粤港澳大湾区 成渝".split())
_OFFICES = frozenset("中心 银行 农商银行 融媒体中心 医院 人民医院 中医院 中医医院 卫生院 疾控中心 党校".split())
_ONLY_OFFICES = frozenset("局 厅 部 委 办 署 政府 人大 政协 委员 党 警察局 办公室 大队 支队 总队 中队 分局 委员会 法庭 法院 队 监委 纪委 常委会 党组 党委 党支部 团委".split())
_BARE_AFTER_PLACE = frozenset("公司 学校 部 委 办 局 厅 署 中心 办公室 集团 企业 银行 队 党 团委 委员 小学 中学 幼儿园 汽车 实业 证券 联盟 海军x 医院x".split())
_WITH_LEVEL = frozenset("人民政府 人民法院 法院 检察院 人民检察院 公安局 总工会 工商联 残联 科协 文联 侨联 党校 税务局 关工委 气象局 融媒体中心 融媒 监委 纪委监委 委员会 疾控中心 中医院 医院 人民医院 红十字会 团委 党委 党工委 人大常委会 管委会 派出所 指挥部".split())
_COMMON = frozenset("公司 集团 银行 学校 中学 小学 高中 初中 医院 幼儿园 大学 学院 中心 联盟 协会 汽车 药业 控股 实验室 合作社 事务所 电厂 钢厂 卫生院 研究院 研究所 电视台 客户端".split())
_COMMON_SITES = frozenset("村 镇 乡 县 社区 街道 路 街 公路 高速公路 高速 铁路 高铁 桥 大桥 隧道 通道 站 港 港口 码头 口岸 公园 广场 景区 风景区 旅游区 水库 电站 基地 枢纽 园区 产业园 工业园 小区 新区 示范区 保护区 自然保护区 合作区 试验区 开发区 城市群 酒店 宾馆 商场 大厦 博物馆 图书馆 体育馆 剧院 机场 车站 火车站 世界 山 江 河 湖 海 岛 湾 林区 库区 断面 大坝 湿地 森林 草原 沙漠 高原 平原 盆地 流域 家园 花园 小镇 新城 古镇 古城 遗址 牧场 林场 农场 塔 寺 宫".split())
_NOT_AFTER_PLACE = frozenset("村 镇 乡 县 社区 街道 路 街 公路 通道 城际 高速 铁路 世界 基地 枢纽 园区 小区 产业园 工业园 示范区 山 江 河 湖 海 岛 湾 溪 峰 岭 泉 沟 库区 流域 断面 森林 湿地 草原 沙漠 宫 塔 寺 桥 大桥 苑 花园 家园 新城 小镇 酒店 景区".split())
_WEAK_SITES = frozenset("路 桥 公路 通道 街 苑 镇 乡 县 村 园区 新城 小镇 家园 花园 商圈 铁路 示范区 新区 城市群 都市圈 经济圈 试验区 合作区 产业园区 科技城 弄 高架 环线 地铁 号线 林区 库区".split())
_TIGHT = {"路": "径由线网况面", "村": "民庄里级落居寨干", "街": "道头区巷坊", "站": "台点位", "社区": "工", "镇": "长域村", "乡": "村镇"}
_FOREIGN_TITLES = frozenset("总统 副总统 总理 副总理 首相 副首相 国王 王储 国务卿 外长 外交部长 防长 国防部长 财长 议长 副议长 议员 大使 发言人 高级代表 主席 部长 总干事 秘书长 司令 指挥官 特使 领导人 总裁 首席执行官 获得者".split())


def _nests(outer: str, inner: str) -> bool:
    """Whether a place of one of the levels may hold one of the other's."""
    return bool(outer and inner) and min(outer) < max(inner)


def _chains(atoms: Sequence[_Name]) -> list[_Name]:
    """Join divisions that follow each other from the larger to the smaller (浙江省义乌市北苑街道)."""
    chains: list[_Name] = []
    for atom in atoms:
        last = chains[-1] if chains else None
        if last is not None and last.end == atom.start and _nests(last.levels, atom.levels):
            chains[-1] = _Name(last.start, atom.end, "LOC", "admin", "place.chain", atom.levels)
        else:
            chains.append(atom)
    return chains


def _survivors(hits: list[Hit]) -> list[Hit]:
    """Hits that no longer word which is no name (村民, 山东) or no edge (和平) crosses."""
    cover: dict[int, int] = {}
    masks: dict[int, int] = {}
    for start, end, kind in hits:
        if kind & (Kind.NOT_NAME | Kind.MASK):
            target = cover if kind & Kind.NOT_NAME else masks
            for at in range(start, end):
                target[at] = max(target.get(at, 0), end - start)
    return [hit for hit in hits if _survives(hit, cover, masks)]


def _survives(hit: Hit, cover: dict[int, int], masks: dict[int, int]) -> bool:
    start, end, kind = hit
    if kind & Kind.NOT_NAME:
        return True
    if kind & Kind.EDGE and masks.get(start, 0) > end - start:
        return False
    if kind & (Kind.PLACE | Kind.BODY | Kind.BODY_SUFFIX | Kind.PLACE_SUFFIX | Kind.RELATIVE):
        size = end - start
        return not any(cover.get(at, 0) > size for at in range(start, end))
    return True
