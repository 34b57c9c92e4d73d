"""Annotations as one page for the browser: the text with its claims drawn, tables, the tally, an index of many.

The page is one file and asks the network for nothing. Texts reach it as JSON that the page's script turns
into text nodes, so markup inside a text stays text; the page's own security policy runs no other script.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import IO, TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from govclaim.errors import InputError
from govclaim.schema import Annotation, to_json

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["Language", "Picture", "data", "embedded", "overview", "render", "shell", "write"]

Language = Literal["en", "zh"]
"""The language of the page's own words."""

_SCRIPTS = ("base.js", "text.js", "table.js", "views.js", "overview.js", "app.js")
_START = "start.js"
_CHARTS = ("vendor/d3.min.js", "vendor/plot.umd.min.js")
_TOLD_BY_THE_TEXT = frozenset({"text", "surface"})
_FRAME_HEIGHT = 640  # pixels, in a notebook
_SURROGATE = re.compile("[\ud800-\udfff]")


class Picture(str):
    """A report as HTML text, which a notebook shows in a frame of its own."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        # The sandbox lets the page draw itself and reach nothing of the notebook around it.
        return (
            f'<iframe sandbox="allow-scripts" title="govclaim" srcdoc="{escape(self)}" '
            f'style="width:100%;height:{_FRAME_HEIGHT}px;border:1px solid #8886;border-radius:8px"></iframe>'
        )


def render(
    annotations: Annotation | Iterable[Annotation], *, title: str | None = None, lang: Language = "en"
) -> Picture:
    """Draw annotations: in a notebook as the value of a cell, else as the HTML of a whole page.

    Args:
        annotations: One, or several for a page with an index.
        title: Of the page; by default the document's own, or how many there are.
        lang: Language of the page's own words; the reader can change it there.

    Returns:
        The page, a string that notebooks show as a picture.

    Raises:
        InputError: There is no annotation, or no such language.
    """
    several = [annotations] if isinstance(annotations, Annotation) else list(annotations)
    return Picture("".join(_page(several, title, lang)))


def write(
    annotations: Sequence[Annotation], stream: IO[str], *, title: str | None = None, lang: Language = "en"
) -> None:
    """Write annotations as one page, a document at a time.

    Args:
        annotations: One, or several for a page with an index.
        stream: Where to, of UTF-8.
        title: Of the page; by default the document's own, or how many there are.
        lang: Language of the page's own words; the reader can change it there.

    Raises:
        InputError: There is no annotation, or no such language.
    """
    for piece in _page(annotations, title, lang):
        stream.write(piece)


def data(annotation: Annotation) -> str:
    """An annotation as the page reads it.

    That is the contract's JSON without what is null or what the text tells, and with numbers as texts:
    a browser would read them through binary floats.

    Args:
        annotation: Any.

    Returns:
        JSON that may stand in an HTML script element.
    """
    plain = _plain(annotation)
    plain["text"] = annotation.text
    plain.pop("tokens", None)
    for layer in ("sentences", "entities", "quantities", "times", "claims"):
        plain.setdefault(layer, [])
    return embedded(plain)


# ---------------------------------------------------------------- the page


def _page(annotations: Sequence[Annotation], title: str | None, lang: Language) -> Iterator[str]:
    if not annotations:
        raise InputError("there is no annotation to report on", hint="annotate some text first")
    index = overview(annotations, title)
    return shell(index, (data(annotation) for annotation in annotations), lang=lang)


def shell(
    index: Mapping[str, Any],
    documents: Iterable[str] = (),
    *,
    lang: Language = "en",
    more: Sequence[str] = (),
    start: str = _START,
    style: str = "",
) -> Iterator[str]:
    """The page around its data.

    Args:
        index: As ``overview`` gives it.
        documents: As ``data`` gives them.
        lang: Language of the page's own words.
        more: Further scripts that see the page's own; with them the page may talk to where it came from.
        start: The script that begins.
        style: Further style.

    Yields:
        HTML, a piece at a time.

    Raises:
        InputError: There is no such language.
    """
    from markupsafe import Markup

    labels = json.loads(_asset("labels.json"))
    if lang not in labels:
        raise InputError(f"the page has no language {lang!r}", hint=f"it has {', '.join(sorted(labels))}")
    charts = [_asset(name) for name in _CHARTS if len(index["documents"]) > 1]
    scripts = [*charts, _script(tuple(more), start)]
    yield from _template().generate(
        connect=bool(more),
        documents=map(Markup, documents),
        labels=Markup(embedded(labels)),
        language=lang,
        noscript=labels[lang]["noscript"],
        overview=Markup(embedded(index)),
        script_hashes=[Markup(f"'{_digest(script)}'") for script in scripts],
        scripts=[Markup(script) for script in scripts],
        style=Markup(_asset("style.css") + style),
        title=_SURROGATE.sub("\ufffd", index["title"]),
        version=index["producer"].get("govclaim", ""),
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_asset("report.html"))


@lru_cache(maxsize=32)
def _asset(name: str) -> str:
    return (files("govclaim.exports") / "page" / name).read_text("utf-8")


@lru_cache(maxsize=4)
def _script(more: tuple[str, ...], start: str) -> str:
    parts = [*(_asset(name) for name in _SCRIPTS), *more, _asset(start) if start == _START else start]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


@lru_cache(maxsize=8)
def _digest(script: str) -> str:
    """What the security policy knows a script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def embedded(value: Any) -> str:
    """JSON that may stand in an HTML script element.

    Args:
        value: What ``schema.to_json`` takes.
    """
    # Without < no text can close the script element that the JSON stands in, nor open a comment there.
    return to_json(value).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        named = ((name, _plain(inner)) for name, inner in value if name not in _TOLD_BY_THE_TEXT)
        return {name: inner for name, inner in named if inner is not None}
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < _LONGEST else str(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


_LONGEST = 400  # digits that are written out


# ---------------------------------------------------------------- what the index tells


def overview(annotations: Sequence[Annotation], title: str | None = None) -> dict[str, Any]:
    """What the index of documents tells, as plain values.

    Args:
        annotations: At least one.
        title: Of the page; by default the document's own, or how many there are.
    """
    measured = Counter(_indicator(claim) for annotation in annotations for claim in annotation.claims)
    ranked = sorted(measured.items(), key=lambda pair: (-pair[1], pair[0]))
    place = {name: index for index, (name, _) in enumerate(ranked)}
    days = [annotation.meta.published for annotation in annotations if annotation.meta.published]
    grain = _grain(days)
    layers = ("claims", "entities", "quantities", "times", "warnings")
    counts = {layer: sum(len(getattr(annotation, layer)) for annotation in annotations) for layer in layers}
    return {
        "title": title or _default_title(annotations),
        "producer": _plain(annotations[0].producer) or {},
        "documents": [_row(annotation, number, place) for number, annotation in enumerate(annotations)],
        "indicators": [list(pair) for pair in ranked],
        "timeline": [list(pair) for pair in sorted(Counter(day[:grain] for day in days).items())],
        "undated": len(annotations) - len(days),
        "grain": grain,
        "totals": {
            "documents": len(annotations),
            "claims": counts["claims"],
            "figures": counts["quantities"],
            "names": counts["entities"],
            "times": counts["times"],
            "warnings": counts["warnings"],
        },
    }


def _row(annotation: Annotation, number: int, place: Mapping[str, int]) -> dict[str, Any]:
    status = annotation.meta.get("annotation")
    sure = [claim.confidence for claim in annotation.claims if claim.confidence is not None]
    row = {
        "number": number,
        "id": annotation.id,
        "title": _title(annotation),
        "published": annotation.meta.published,
        "place": None if annotation.meta.place is None else str(annotation.meta.place),
        "figures": len(annotation.quantities),
        "claims": len(annotation.claims),
        "warnings": len(annotation.warnings),
        "status": status.get("status") if isinstance(status, Mapping) else None,
        "confidence": min(sure) if sure else None,
        "indicators": sorted({place[_indicator(claim)] for claim in annotation.claims}),
    }
    return {name: _plain(value) for name, value in row.items() if value is not None}


def _indicator(claim: Any) -> str:
    """What a claim measures; empty where the text does not say."""
    if claim.indicator_name:
        return str(claim.indicator_name)
    return "" if claim.indicator is None else str(claim.indicator.surface or claim.indicator.text)


def _title(annotation: Annotation) -> str:
    if annotation.meta.title:
        return str(annotation.meta.title)
    titles = (sentence for sentence in annotation.sentences if sentence.kind == "title")
    return next((sentence.surface or sentence.text for sentence in titles), annotation.id)


def _default_title(annotations: Sequence[Annotation]) -> str:
    return _title(annotations[0]) if len(annotations) == 1 else f"govclaim: {len(annotations)} documents"


_FEW = 40  # bars that a timeline may have before it counts months, then years


def _grain(days: Iterable[str]) -> int:
    """How much of an ISO date the timeline counts by: a day, a month or a year."""
    known = list(days)
    return next((length for length in (10, 7) if len({day[:length] for day in known}) <= _FEW), 4)
