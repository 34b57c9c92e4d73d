"""Links: which division a name of a place means, as the statistics' code.

A name is looked up in the table of divisions and read in context: the chain it stands in (义乌市北苑街道),
the same division named in full elsewhere in the document, the place the page is about, and what else the
document names (the county of a township, its neighbours). What stays ambiguous gets no code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from govclaim.knowledge import Knowledge
from govclaim.recognizers.gazetteer import gazetteer
from govclaim.values import Layers

__all__ = ["Link", "OtherName", "resolve"]

_PROVINCE, _PREFECTURE, _COUNTY, _TOWNSHIP = 2, 4, 6, 9
_LONGEST_NAME = 16
_LONGEST_CHAIN = 48
_MUNICIPALITIES = ("11", "12", "31", "50")
_TOWNSHIP_SUFFIXES = ("街道", "镇", "乡", "苏木")
# 西安高新区丈八街道: a zone is no division, yet what follows lies in the city before it.
_ZONE = re.compile("(?:高新|经开|新|开发|高新技术产业开发|经济技术开发|经济开发|示范|旅游度假|工业园|管理)区")
# 任村 is a village more often than 任村镇.
_NOT_SHORT = ("村", "社区", "路", "街", "桥", "湖", "山", "河", "江", "园", "港", "站", "岛")
_ROUNDS = 4
_SHOWN = 5


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
        page.about(place)
    mentions = tuple(tuple(page.meet(name, at, layer) for name in layer.entities) for at, layer in enumerate(layers))
    page.decide()
    return tuple(tuple(page.link(name, first) for name, first in sentence) for sentence in mentions)


class _Divisions:
    """The table of divisions by name and by code."""

    def __init__(self, knowledge: Knowledge) -> None:
        lookup = gazetteer(knowledge)
        self._full = lookup.codes
        self.name: dict[str, str] = {}
        self._short: dict[str, tuple[str, ...]] = {}
        self._called: dict[str, tuple[str, ...]] = {}
        self._peoples: dict[str, tuple[str, ...]] = {}
        for name, codes in lookup.codes.items():
            for code in codes.split(" "):
                self.name[code] = name
            if len(codes) == _TOWNSHIP:
                if name.endswith("族乡"):  # 延和朝鲜族乡 is called 延和
                    _add(self._peoples, lookup.short(name[:-1]), codes)
            else:
                self._add_names(name, tuple(c for c in codes.split(" ") if len(c) < _TOWNSHIP), lookup.stem(name))
        self._unlinked = frozenset().union(
            *map(lookup.words, ("countries", "abroad", "regions", "natural", "landmarks"))
        )
        self._add_others(knowledge.rows("renamed_divisions.csv", OtherName))
