"""Links: which division a name of a place means, as the statistics' code.

A name is looked up in the table of divisions and read in context: the chain it stands in (义乌市北苑街道),
the same division named in full elsewhere in the document, the place the page is about, and what else the
document names (the county of a township, its neighbours). What stays ambiguous gets no code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from govclaim.knowledge import Knowledge
from govclaim.recognizers.gazetteer import gazetteer
from govclaim.values import Candidate, Entity, Layers

__all__ = ["Link", "OtherName", "resolve"]

_PROVINCE, _PREFECTURE, _COUNTY, _TOWNSHIP = 2, 4, 6, 9
_LONGEST_NAME = 16
_LONGEST_CHAIN = 48
_MUNICIPALITIES = ("11", "12", "31", "50")
_TOWNSHIP_SUFFIXES = ("街道", "镇", "乡", "苏木")
# 西安高新区丈八沟街道: a zone is no division, yet what follows lies in the city before it.
_ZONE = re.compile("(?:高新|经开|新|开发|高新技术产业开发|经济技术开发|经济开发|示范|旅游度假|工业园|管理)区")
# 任村 is a village more often than 任村镇.
_NOT_SHORT = ("村", "社区", "路", "街", "桥", "湖", "山", "河", "江", "园", "港", "站", "岛")
_COUNTRY = "中国"
_SETTLEMENTS = ("新村", "村", "社区", "小区", "嘎查")
_ROUNDS = 4
_REACH = 40
_SHOWN = 5
_PAGE = -1
"""Where the page's place stands: before the first mention."""


@dataclass(frozen=True, slots=True)
class OtherName:
    """A row of ``renamed_divisions.csv``.

    Attributes:
        name: What a division was called, or its abbreviation (浙).
        code: Of the division that it is, or is part of, today.
        year: When the name ended; empty where it is in use.
        note: For the reader of the table.
    """

    name: str
    code: str
    year: str
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of one name.

    Attributes:
        code: Of a division; ``None`` where the name is none or it is not known which.
        warning: Which divisions it may be, at the first mention of an ambiguous name.
    """

    code: str | None = None
    warning: str | None = None


_NOTHING = Link()


def resolve(layers: Sequence[Layers], place: str | None, knowledge: Knowledge) -> tuple[tuple[Link, ...], ...]:
    """Say of every entity of a document which division it is.

    Args:
        layers: The sentences with their settled entities, in order of the document.
        place: Name or code of the place the page is about, if known.
        knowledge: The tables.

    Returns:
        For each sentence a link for each entity.

    Raises:
        KnowledgeError: A table is missing or faulty.
    """
    if not any(layer.entities for layer in layers):
        return ((),) * len(layers)
    page = _Page(knowledge.derived("recognizers.links", _Divisions))
    if place:
        page.about(place.strip())
    texts = tuple(
        tuple(page.meet(name, name.span.of(layer.sentence.surface.text), at) for name in layer.entities)
        for at, layer in enumerate(layers)
    )
    page.decide()
    return tuple(tuple(page.links(sentence)) for sentence in texts)


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a chain: its divisions, as far as the members around it allow."""

    codes: tuple[str, ...]
    full: bool


class _Divisions:
    """The table of divisions by name and by code."""

    def __init__(self, knowledge: Knowledge) -> None:
        lookup = gazetteer(knowledge)
        self._codes = lookup.codes
        self._other: dict[str, tuple[str, ...]] = {}
        self._short: dict[str, tuple[str, ...]] = {}
        for name, listed in lookup.codes.items():
            if name.endswith("族乡"):  # 延和朝鲜族乡 is called 延和
                _add(self._short, lookup.without_peoples(name[:-1]), listed.split(" "))
            elif len(listed) != _TOWNSHIP and (codes := [code for code in self.full(name) if len(code) < _TOWNSHIP]):
                self._shorten(name, lookup.stem(name), codes)
        for row in knowledge.rows("renamed_divisions.csv", OtherName):
            _add(self._other, row.name, [row.code])
            stem = lookup.stem(row.name)
            if stem is not None and stem not in self._short:  # 绍兴 is the city, not 绍兴县
                _add(self._short, stem, [row.code])
        lists = ("countries", "abroad", "regions", "natural", "landmarks")
        self._no_division = frozenset[str]().union(*map(lookup.words, lists))

    def _shorten(self, name: str, stem: str | None, codes: Sequence[str]) -> None:
        if stem is None:
            return
        _add(self._short, stem, codes)
        if name.endswith(("自治州", "自治县")):
            _add(self._other, stem + name[-1], codes)  # 黔东南州, 巍山县

    @cached_property
    def names(self) -> dict[str, str]:
        """Full names by code; needed for warnings and places given as codes alone."""
        return {code: name for name, listed in self._codes.items() for code in listed.split(" ")}

    def full(self, name: str) -> tuple[str, ...]:
        """The divisions with this full name, or that had it."""
        codes = self._codes.get(name)
        other = self._other.get(name, ())
        if codes is None:
            return other
        # a city without counties is listed twice, for the sake of its townships: 东莞市 4419 and 441900
        shadows = " " in codes
        found = (code for code in codes.split(" ") if not (shadows and len(code) == _COUNTY and code.endswith("00")))
        return (*found, *other)

    def upper(self, name: str) -> tuple[str, ...]:
        """The divisions above a township with this short name."""
        return () if name in self._no_division else self._short.get(name, ())

    def short(self, name: str) -> tuple[str, ...]:
        """All divisions with this short name."""
        if name in self._no_division:
            return ()
        upper = self._short.get(name, ())
        if len(name) < 2:
            return upper
        townships = (code for code in self.sisters(name) if len(code) == _TOWNSHIP)
        return (*upper, *townships)

    def below(self, name: str, parents: Sequence[str]) -> tuple[str, ...]:
        """The divisions with this short name; townships only right below their county (or 东莞, which has none)."""
        if name.endswith(_NOT_SHORT):
            return self.upper(name)
        codes = self.short(name)
        return tuple(code for code in codes if len(code) < _TOWNSHIP or code[:_COUNTY].rstrip("0") in parents)

    def sisters(self, stem: str) -> Iterator[str]:
        """The townships with this stem."""
        for suffix in (*_TOWNSHIP_SUFFIXES, "地区"):  # 高碑店地区, as Beijing calls 高碑店镇
            yield from self._codes.get(stem + suffix, "").split()

    def chain(self, text: str) -> tuple[tuple[_Member, ...], int]:
        """Read divisions from the left, each inside the one before.

        Args:
            text: A name.

        Returns:
            The members, and where the last one ends.
        """
        members: list[_Member] = []
        at = len(_COUNTRY) if text.startswith(_COUNTRY) else 0
        while at < len(text):
            step = self._step(text, at, members)
            if step is None:
                zone = _ZONE.match(text, at) if members else None
                step = None if zone is None else self._step(text, zone.end(), members)
                if step is None:
                    break
            member, at = step
            members.append(member)
        return _narrowed(members), at

    def _step(self, text: str, at: int, before: Sequence[_Member]) -> tuple[_Member, int] | None:
        for end in range(min(len(text), at + _LONGEST_NAME), at + 1, -1):
            word = text[at:end]
            codes = self.full(word)
            full = bool(codes)
            if not codes:
                # what is left at the end may be short for a township: 义乌北苑, but not 贵州草海, a lake
                codes = self.below(word, before[-1].codes) if before and end == len(text) else self.upper(word)
            if before:
                codes = tuple(code for code in codes if _inside(code, before[-1].codes))
            if codes:
                return _Member(codes, full), end
        return None


def _add(names: dict[str, tuple[str, ...]], name: str, codes: Iterable[str]) -> None:
    names[name] = tuple(dict.fromkeys((*names.get(name, ()), *codes)))


def _inside(code: str, parents: Iterable[str]) -> bool:
    return any(len(code) > len(parent) and code.startswith(parent) for parent in parents)


def _tops(codes: Sequence[str]) -> tuple[str, ...]:
    """Without the townships of a county that has the same short name: 策勒 is the county, not its 策勒乡."""
    counties = [code for code in codes if len(code) < _TOWNSHIP]
    return tuple(code for code in codes if len(code) < _TOWNSHIP or not _inside(code, counties))


def _narrowed(members: list[_Member]) -> tuple[_Member, ...]:
    """Drop the divisions of a member that none of the next lies in (吉林 before 长春 is the province)."""
    for at in range(len(members) - 2, -1, -1):
        below = members[at + 1].codes
        kept = tuple(code for code in members[at].codes if any(child.startswith(code) for child in below))
        members[at] = _Member(kept, members[at].full)
    return tuple(members)


@dataclass(slots=True)
class _Name:
    """A name that the document holds, once or more often.

    Attributes:
        text: As it stands.
        codes: What it may be.
        full: Whether its last member has its suffix.
        chained: Whether a parent stands before it.
        order: Number of its first mention, from 0; ``_PAGE`` for the page's place.
        code: What it is, once decided.
        warned: Whether it has been said that it is ambiguous.
    """

    text: str
    codes: tuple[str, ...]
    full: bool
    chained: bool
    order: int
    code: str | None = None
    warned: bool = False


@dataclass(slots=True)
class _Page:
    """What one document says of divisions.

    Attributes:
        divisions: The table.
        names: What may be linked, by text.
        held: Codes of the divisions that the document means or that hold one it means.
        shown: By code the orders of mentions in full.
        villages: Short names of villages.
        place: Code of the page's place.
        mentions: Text and sentence of each entity; an order is an index of it.
        settled: Codes known of the mention of each order beside its name's own.
        local: Whether it names a county or what is smaller.
    """

    divisions: _Divisions
    names: dict[str, _Name] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    shown: dict[str, list[int]] = field(default_factory=dict)
    villages: set[str] = field(default_factory=set)
    place: str | None = None
    mentions: list[tuple[str, int]] = field(default_factory=list)
    settled: dict[int, list[str]] = field(default_factory=dict)
    local: bool = False

    def about(self, place: str) -> None:
        """Read the page's place."""
        code = self._coded(place) if place.isascii() else None
        if code is not None:
            self._settle(code, True, _PAGE)
            self.place = code
        else:
            self._meet(place, True, _PAGE)

    def _coded(self, place: str) -> str | None:
        """A code of the table; 330782000000 and 330700 have empty places at their end."""
        lengths = (len(place), _TOWNSHIP, _COUNTY, _PREFECTURE, _PROVINCE)
        codes = (place[:n] for n in lengths if not place[n:].strip("0"))
        return next((code for code in codes if code in self.divisions.names), None)

    def meet(self, name: Candidate[Entity], text: str, sentence: int) -> str | None:
        """Take note of an entity.

        Args:
            name: The entity.
            text: How it reads.
            sentence: Its number.

        Returns:
            The text if it may be a division's name.
        """
        order = len(self.mentions)
        self.mentions.append((text, sentence))
        value = name.value
        if value.label == "PER":
            return None
        if value.label == "LOC" and text in self.names:
            return text
        plain = value.subtype in (None, "admin")
        return self._meet(text, plain, order, linked=value.label == "LOC")

    def _meet(self, text: str, plain: bool, order: int, *, linked: bool = True) -> str | None:
        members, end = self.divisions.chain(text[:_LONGEST_CHAIN])
        whole = linked and end == len(text) and members and (plain or members[-1].full)
        if not whole and linked and plain and (codes := self.divisions.full(text) or self.divisions.short(text)):
            members, whole = (_Member(_tops(codes), False),), True  # 北苑, 浙
        above = members[:-1] if whole else members
        for member in above:
            # of a road or a body a short name proves little (长安街, 中山公园), a province's more
            firm = member.full or len(above) > 1 or whole or len(member.codes[0]) == _PROVINCE
            if firm and len(member.codes) == 1:
                self._settle(member.codes[0], member.full, order)
        if not whole:
            return self._unlisted(text, members, end, order) if linked and plain else None
        last = members[-1]
        if not last.full and len(members) == 1:
            last = _Member(_tops(self.divisions.short(text)) or last.codes, False)
        elif len(text) == 2:  # 乌镇 is 乌镇镇 too
            last = _Member((*last.codes, *self.divisions.sisters(text)), True)
        self.names[text] = _Name(text, last.codes, last.full, len(members) > 1, order)
        return text

    def _unlisted(self, text: str, above: Sequence[_Member], end: int, order: int) -> str | None:
        """A township by its former kind (谢庄乡 for today's 谢庄镇); of a village the short name."""
        settlement = next((suffix for suffix in _SETTLEMENTS if text.endswith(suffix)), None)
        if settlement is not None:
            self.villages.update((text[: -len(settlement)], text[end : -len(settlement)]))
            return None
        if not text.endswith(_TOWNSHIP_SUFFIXES) or len(text) > _LONGEST_CHAIN:
            return None
        codes: tuple[str, ...] = ()
        if above:
            codes = tuple(code for code in self._sisters(text[end:]) if _inside(code, above[-1].codes))
            if len(codes) != 1:
                return None
        self.names[text] = _Name(text, codes, True, bool(above), order)
        return text

    def _sisters(self, township: str) -> list[str]:
        """The townships of any kind that have the name of this one."""
        suffix = next((suffix for suffix in _TOWNSHIP_SUFFIXES if township.endswith(suffix)), "")
        codes = self.divisions.sisters(township[: len(township) - len(suffix)]) if suffix else ()
        return [code for code in codes if len(code) == _TOWNSHIP]

    def _settle(self, code: str, full: bool, order: int) -> None:
        """A division is known to be meant."""
        self.held.update(code[:level] for level in (_PROVINCE, _PREFECTURE, _COUNTY, _TOWNSHIP))
        self.local |= len(code) >= _COUNTY
        self.settled.setdefault(order, []).append(code)
        if full:
            self.shown.setdefault(code, []).append(order)

    def decide(self) -> None:
        """Decide every name, the sure ones first; what one round finds is context for the next."""
        self._round((name for name in self.names.values() if name.full), self._sure)
        self._round((name for name in self.names.values() if not name.full), self._sure)
        for _ in range(_ROUNDS):
            if not self._round(self.names.values(), self._code):
                return

    def _round(self, names: Iterable[_Name], judge: Callable[[_Name], str | None]) -> bool:
        found = [(name, code) for name in names if name.code is None and (code := judge(name)) is not None]
        for name, code in found:
            name.code = code
            self._settle(code, name.full, name.order)
            if name.order == _PAGE:
                self.place = code
        return bool(found)

    def links(self, texts: Iterable[str | None]) -> Iterator[Link]:
        """The links of one sentence's entities."""
        for text in texts:
            name = None if text is None else self.names.get(text)
            if name is None:
                yield _NOTHING
            elif name.code is not None:
                yield Link(name.code)
            else:
                yield Link(None, self._warning(name))

    def _warning(self, name: _Name) -> str | None:
        """Once for each name; a short name that only townships elsewhere have is no division's at all."""
        codes = [code for code in name.codes if name.full or name.chained or len(code) < _TOWNSHIP]
        if name.warned or not codes or name.text in self.villages:
            return None
        name.warned = True
        names = [self._called(code) for code in sorted(codes, key=lambda code: (len(code), code))]
        more = f" or {len(names) - _SHOWN} others" if len(names) > _SHOWN else ""
        return f"{name.text} may be {', '.join(names[:_SHOWN])}{more}"

    def _called(self, code: str) -> str:
        """A division with its parents: 浙江省义乌市北苑街道 (330782003)."""
        steps = (code[:n] for n in (_PROVINCE, _PREFECTURE, _COUNTY, _TOWNSHIP) if n <= len(code))
        names = dict.fromkeys(self.divisions.names[step] for step in steps if step in self.divisions.names)
        return f"{''.join(names)} ({code})"

    # -- one name -----------------------------------------------------------------------------

    def _sure(self, name: _Name) -> str | None:
        """What needs no comparison: named in full elsewhere, in a chain, the only one, or the highest by far."""
        shown = self._shown(name)
        if shown is not None or not name.codes:
            return shown
        if len(name.codes) == 1 and (name.chained or (name.full and len(name.codes[0]) < _TOWNSHIP)):
            return name.codes[0]
        if name.full or name.chained or name.text in self.villages:
            return None
        return self._highest(name.codes)

    def _code(self, name: _Name) -> str | None:
        code = self._sure(name)
        if code is None and (name.full or name.chained or name.text not in self.villages):
            return self._near(name)
        return code

    def _shown(self, name: _Name) -> str | None:
        """The one that the document names in full: before the first mention, the nearest; else the next after."""
        orders = [(order, code) for code in name.codes for order in self.shown.get(code, ())]
        before = [pair for pair in orders if pair[0] <= name.order]
        code = max(before)[1] if before else min(orders)[1] if orders else None
        if code is not None and not name.full and len(code) == _COUNTY:
            city = code[:_PREFECTURE]
            if city in name.codes and city not in self.shown:
                return None  # beside 长沙县 alone 长沙 is still the city
        return code

    def _highest(self, codes: Sequence[str]) -> str | None:
        """A province or a city before what is smaller; 朝阳 is a city and a district of a city of its own rank."""
        level = min(map(len, codes))
        top = [code for code in codes if len(code) == level]
        rivals = any(len(code) == _COUNTY and code.startswith(_MUNICIPALITIES) for code in codes)
        if len(top) > 1 or level > _PREFECTURE or (level == _PREFECTURE and rivals):
            return None
        return top[0]

    def _near(self, name: _Name) -> str | None:
        """The one that shares most with what the document names."""
        if not name.full and name.text.endswith(_NOT_SHORT):
            codes = [code for code in name.codes if len(code) < _TOWNSHIP]
        else:
            codes = list(name.codes)
        shares = {code: self._share(code) for code in codes}
        if name.full and max(shares.values(), default=0) < _COUNTY:
            shares.update(self._raised(name))
        if not shares:
            return None
        best = max(shares.values())
        winners = [code for code, share in shares.items() if share == best]
        if not name.full:  # 朝阳 in Liaoning is the city before its county
            level = min(map(len, winners))
            winners = [code for code in winners if len(code) == level]
        if len(winners) > 1:
            winners = self._nearest(winners, best, name)
        if len(winners) != 1 or best < self._least(name, winners[0]):
            return None
        return None if len(winners[0]) == _TOWNSHIP and self._counties(name) else winners[0]

    def _counties(self, name: _Name) -> list[str]:
        """The counties and cities that a short name may mean; a district is hardly called so far from its city."""
        if name.full:
            return []
        return [c for c in name.codes if len(c) < _TOWNSHIP and not self.divisions.names[c].endswith("区")]

    def _share(self, code: str) -> int:
        """The smallest level of division that holds it together with something the document names."""
        return next((level for level in (_COUNTY, _PREFECTURE, _PROVINCE) if code[:level] in self.held), 0)

    def _raised(self, name: _Name) -> dict[str, int]:
        """A township that has become a town or a street office since: 江东镇 for today's 江东街道."""
        shares = {code: self._share(code) for code in self._sisters(name.text)}
        return {code: share for code, share in shares.items() if share == _COUNTY}

    def _nearest(self, codes: Sequence[str], share: int, name: _Name) -> list[str]:
        """Of several the one in the page's place, else the one whose kin stands before it in the sentence."""
        if self.place is not None:
            home = [code for code in codes if _common(code, self.place) == share]
            if len(home) == 1:
                return home
        sentence = self.mentions[name.order][1] if name.order != _PAGE else _PAGE
        for order in range(name.order - 1, max(-1, name.order - 1 - _REACH), -1):
            text, other = self.mentions[order]
            if other != sentence:
                break
            kin = (self.names[text].code,) if text in self.names else ()
            near = [c for c in codes for k in (*kin, *self.settled.get(order, ())) if k and _common(c, k) == share]
            if near:
                return list(dict.fromkeys(near))
        return []

    def _least(self, name: _Name, code: str) -> int:
        """How much a name must share with the rest of the document to be believed."""
        lone = len(name.codes) == 1 or self._counties(name) == [code]
        if len(code) < _TOWNSHIP:
            return 0 if lone else _PROVINCE
        if not name.full:
            return _COUNTY
        if not self.held:
            return 0 if lone else _PROVINCE
        return _PREFECTURE if self.local else _PROVINCE


def _common(code: str, other: str) -> int:
    """Level of the smallest division that holds both: 6 a county, 4 a prefecture, 2 a province, 0 none."""
    for level in (_COUNTY, _PREFECTURE, _PROVINCE):
        if code[:level] == other[:level] and len(code) >= level <= len(other):
            return level
        if len(code) < level and other.startswith(code):
            return level
    return 0
