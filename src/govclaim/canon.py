"""Canonical names of statistics: 规上工业产值 is 规模以上工业总产值.

``indicators.csv`` lists the statistics with their spellings, ``indicator_words.yaml`` the words by which
two writings of one statistic differ. A spelling and a text are brought to the same key; a text whose key
no row has bears no name. So a modifier that no rule knows (制造业投资 beside 固定资产投资) never gets the
name of something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govclaim.knowledge import Knowledge

__all__ = ["Indicator", "indicator_name", "indicators"]

_LONGEST = 48
"""Characters; no statistic is called by more, and a list of a thousand names costs nothing."""

_DROPPED = dict.fromkeys(map(ord, " \t\r\n“”\"‘’'《》〈〉「」·"))
_DASHES = dict.fromkeys(map(ord, "—–~～至"), "-")  # Ⅰ—Ⅲ类, Ⅰ至Ⅲ类
_FOLDED = {**_DROPPED, **_DASHES}
_END = "(?:末|底)?"
_MONTH = rf"(?:\d{{1,2}}-)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月份?{_END}"
_WHEN = rf"\d{{4}}年度?{_END}|{_MONTH}|(?:第?[一二三四1-4]|前[二三])季度末?"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of ``indicators.csv``: a statistic that government news report.

    Attributes:
        name: Its canonical name.
        aliases: How else it is written, separated by ``;``.
        dimension: What its figures usually are.
        unit: Canonical unit of its figures; for a count the measure word.
        english: What it is called in English.
        area: The field of statistics that it belongs to.
    """

    name: str
    aliases: str
    dimension: str
    example: str
    note: str
    unit: str | None = None
    english: str = ""
    area: str = ""

    def spellings(self) -> tuple[str, ...]:
        """The canonical name, then the others."""
        return (self.name, *(alias for alias in self.aliases.split(";") if alias))


@dataclass(frozen=True, slots=True)
class _Words:
    """``indicator_words.yaml``; the comments there say what each list does."""

    same: dict[str, str]
    around: tuple[str, ...]
    movable: tuple[str, ...]
    relations: tuple[str, ...]
    growth: dict[str, str]
    reckoned: dict[str, str]
    rates: tuple[str, ...]
    endings: dict[str, tuple[str, ...]]
    value_endings: tuple[str, ...]


def indicators(knowledge: Knowledge) -> tuple[Indicator, ...]:
    """The rows of ``indicators.csv``.

    Raises:
        KnowledgeError: A cell does not fit.
    """
    return knowledge.rows("indicators.csv", Indicator)


def indicator_name(text: str, knowledge: Knowledge) -> str | None:
    """The canonical name of a statistic.

    Args:
        text: An indicator as it is written (规上工业产值).
        knowledge: ``indicators.csv`` and ``indicator_words.yaml``.

    Returns:
        The canonical name (规模以上工业总产值), with 增速 behind it where the text names its growth, or
        ``None`` for one that is not listed.

    Raises:
        KnowledgeError: A table cannot be read.
    """
    return knowledge.derived("indicator names", _Names).name(text)


class _Names:
    """The index: exact spellings, and keys that abstract from how a statistic is written."""

    def __init__(self, knowledge: Knowledge) -> None:
        words = knowledge.document("indicator_words.yaml", _Words)
        self._words = words
        self._same = {_fold(short): _fold(full) for short, full in words.same.items()}
        around = "|".join([_WHEN, _any(map(_fold, words.around))])
        self._expand = re.compile(_any(self._same))
        self._before = re.compile(f"(?:{around})+")
        # Anchored at the end alone, a run of such words is tried at each of its starts; texts are short.
        self._behind = re.compile(f"(?:{around})+$")
        self._movable = re.compile(_any(words.movable))
        self._related = re.compile(_any(words.relations))
        self._growth = re.compile(f"(.+?)({_any(words.reckoned)})?({_any(words.growth)})")
        self._endings = {kind: re.compile(f"(.+?)总?(?:{_any(listed)})") for kind, listed in words.endings.items()} | {
            "value": re.compile(f"(.+?)(?:{_any(words.value_endings)})")
        }
        self._exact: dict[str, Indicator] = {}
        self._keys: dict[str, Indicator | None] = {}
        for row in indicators(knowledge):
            for spelling in row.spellings():
                self._exact.setdefault(_fold(spelling), row)
        for row in indicators(knowledge):
            for key in {self._key(_fold(spelling)) for spelling in row.spellings()}:
                # What two statistics share names neither; their exact spellings still do.
                self._keys[key] = row if self._keys.get(key, row) is row else None

    def name(self, text: str) -> str | None:
        if len(text) > _LONGEST:
            return None
        folded = _fold(text)
        row = self._row(folded)
        return row.name if row else self._growth_of(folded)

    def _growth_of(self, folded: str) -> str | None:
        found = self._growth.fullmatch(folded)
        row = self._row(found[1].removesuffix("的")) if found else None
        if found is None or row is None or row.name.endswith(self._words.rates):
            return None
        return row.name + self._words.reckoned.get(found[2] or "", "") + self._words.growth[found[3]]

    def _row(self, folded: str) -> Indicator | None:
        return self._plain(folded) or self._glossed(folded) or self._numbered(folded)

    def _plain(self, folded: str) -> Indicator | None:
        # Spellings are not trimmed, so that 重点实验室 is not taken for 全国重点实验室.
        return (
            self._exact.get(folded)
            or self._keys.get(self._key(folded))
            or self._keys.get(self._key(self._trimmed(folded)))
        )

    def _glossed(self, folded: str) -> Indicator | None:
        """地区生产总值（GDP）, 居民消费价格指数（CPI）: an abbreviation in brackets that means the same."""
        head, bracket, rest = folded.partition("(")
        gloss, closed, tail = rest.partition(")")
        if not (head and bracket and closed) or tail:
            return None
        row, same = self._plain(head), self._plain(gloss)
        # 地区生产总值（GDP）: the nation's 国内生产总值 and a region's differ in the first word alone.
        means = row is not None and same is not None and row.name[2:] == same.name[2:]
        return row if means else None

    def _numbered(self, folded: str) -> Indicator | None:
        """常住人口总数, 税收收入总额, 地区生产总值总量."""
        for kind, ending in self._endings.items():
            found = ending.fullmatch(folded)
            row = self._plain(found[1]) if found else None
            if row is not None and _bears(row, kind):
                return row
        return self._counted(folded)

    def _counted(self, folded: str) -> Indicator | None:
        """接待游客人数, 经营主体户数: the measure word of the statistic and 数."""
        if not folded.endswith("数"):
            return None
        row = self._plain(folded[:-2].removesuffix("总"))
        return row if row and row.dimension == "count" and (row.unit or "").startswith(folded[-2]) else None

    def _trimmed(self, text: str) -> str:
        """全市累计完成固定资产投资 without what does not change the statistic."""
        begun = self._before.match(text)
        if begun and begun.end() < len(text):
            text = text[begun.end() :]
        ended = self._behind.search(text)
        return text[: ended.start()] if ended and ended.start() else text

    def _key(self, folded: str) -> str:
        text = self._expand.sub(lambda found: self._same[found[0]], folded)
        moved = () if self._related.search(folded) else self._movable.findall(text)
        if not moved:
            return text
        return "+".join([*sorted(moved), self._movable.sub("", text).replace("()", "")])


def _bears(row: Indicator, kind: str) -> bool:
    if kind == "value":
        return row.name.endswith("值")
    return row.dimension == kind and not row.name.endswith(("额", "数"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_FOLDED).upper()


def _any(words: Iterable[str] | Mapping[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
