"""Build `corpora/verify/` from the summaries written by hand in `corpora/verify/written/`.

    python scripts/verify_set.py [--check]

A written file holds documents. `== id [published]` opens one; lines with `>` are its text (a document without them is
a page of `corpora/drafts/county-pages.jsonl.gz`, or the reference article). Every other line is one summary: `A` as a
careful editor writes, `B` as a careless one, `H` as a headline or an answer. In it `[14.02亿元]` is a figure that the
source supports, `[14.02亿元]^` one that follows from the source by arithmetic. A group `{right|right~kind~wrong|wrong}`
gives faithful wordings and planted faults; the fault belongs to the figure around or after it, or to the next n
(`kind3`), or to the one before (`kind<`). From each summary come faithful pairs (other wordings, spellings and digits)
and pairs with exactly one fault.

Everything is drawn from a fixed seed, so the files come out the same every time; `--check` compares.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "corpora" / "verify"
FIELDS = {
    "value": "value", "magnitude": "value", "unit": "unit", "bound": "bound", "direction": "direction",
    "basis": "basis", "indicator": "indicator", "subject": "subject", "period": "period", "rank": "value",
    "scope": "scope", "target": "modality", "forecast": "modality", "negation": "polarity",
}  # fmt: skip
# A planted word of these kinds also governs the figures after it in its sentence, as a reader takes it.
CARRIED = frozenset({"period", "subject", "indicator", "basis", "target", "forecast"})
# By the contract a cue governs the clauses after it, too: where one is left before the figure, a wording without a
# word for what is done has lost nothing.
AHEAD = re.compile("力争|争取|计划|拟|将|目标|确保|预计|有望|可望|预期|努力|要(?!求)")
DONE = re.compile("了|已|实际|实现")
FAULTS_PER_KIND = {"dev": 40, "test": 40}
FAITHFUL_PER_SUMMARY = 3
GROUP = re.compile(r"\{([^{}]*)\}")
PIECE = re.compile(r"\{[^{}]*\}|\[|\]\^?|[^\[\]{}]+")
# Wordings that say the same; a faithful variant takes some of them.
SAME = (
    ("同比增长", ("较上年同期增长", "同比上升", "比去年同期增长")),
    ("同比下降", ("较上年同期下降", "同比减少", "比去年同期下降")),
    ("规模以上", ("规上",)),
    ("规上工业", ("规模以上工业",)),
    ("社会消费品零售总额", ("社零总额",)),
    ("固定资产投资", ("固投",)),
    ("一般公共预算收入", ("一般预算收入", "财政一般公共预算收入")),
    ("居民人均可支配收入", ("人均可支配收入",)),
    ("前三季度", ("1—9月", "今年前三季度")),
    ("上半年", ("1—6月", "今年上半年")),
    ("个百分点", ("个点",)),
    ("力争", ("争取", "努力")),
    ("不足", ("不到",)),
    ("完成投资", ("投资完成",)),
)
OPENINGS = ("", "", "", "据了解，", "数据显示，", "简讯：", "据介绍，", "【摘要】")


Pages = dict[str, tuple[str, str | None]]
Figure = tuple[int, int, bool]


@dataclass(frozen=True)
class Document:
    """A source and the summaries written from it."""

    id: str
    published: str | None
    text: str
    summaries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Choice:
    """A group of a summary: right wordings, wrong ones, and how many figures a wrong one spoils (0: the one before)."""

    right: tuple[str, ...]
    kind: str = ""
    wrong: tuple[str, ...] = ()
    reach: int = 1


def documents(path: Path, pages: Pages) -> list[Document]:
    """The documents of a written file."""
    found, current = [], None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("== "):
            name, _, published = line[3:].partition(" ")
            current = (name, published or None, [], [])
            found.append(current)
        elif line.startswith("> "):
            current[2].append(line[2:])
        elif line[:2] in ("A ", "B ", "H "):
            current[3].append((line[0], line[2:], f"{path.name}:{number}"))
        elif line:
            raise SystemExit(f"{path.name}:{number}: a line opens with ==, >, A, B or H")
    return [document(each, pages) for each in found]


def document(raw: tuple[str, str | None, list[str], list[tuple[str, str, str]]], pages: Pages) -> Document:
    """One document, with its text from the file or from the pages."""
    name, published, lines, summaries = raw
    text, published = ("\n".join(lines) + "\n", published) if lines else pages[name]
    return Document(name, published, text, tuple(summaries))


def sources() -> Pages:
    """Pages that stand elsewhere in the project: text and day of publication by id."""
    with gzip.open(ROOT / "corpora/drafts/county-pages.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    found = {row["id"]: (row["text"], row["meta"].get("published")) for row in rows}
    found["beiyuan"] = ((ROOT / "corpora/raw/beiyuan.txt").read_text("utf-8"), "2026-01-20")
    return found


def choice(text: str) -> Choice:
    """The group written between braces."""
    parts = text.split("~")
    right = tuple(parts[0].split("|"))
    if len(parts) == 1:
        return Choice(right)
    named = re.fullmatch(r"([a-z]+)(\d*|<)", parts[1])
    return Choice(right, named[1], tuple(parts[2].split("|")), 0 if named[2] == "<" else int(named[2] or 1))


def render(template: str, picks: list[str]) -> tuple[str, list[Figure], list[tuple[int, int | None]]]:
    """Text, figures and places of the groups, with ``picks[n]`` for the n-th group."""
    text, figures, groups, opened, count = "", [], [], None, 0
    for piece in PIECE.findall(template):
        if piece == "[":
            opened = len(text)
        elif piece.startswith("]"):
            figures.append((opened, len(text), piece == "]^"))
            opened = None
        elif piece.startswith("{"):
            groups.append((len(text), opened))
            text += picks[count]
            count += 1
        else:
            text += piece
    return text, figures, groups


def spoiled(figures: list[Figure], place: tuple[int, int | None], reach: int) -> set[int]:
    """Indices of the figures that a fault at ``place`` belongs to."""
    start, opened = place
    first = next(
        (i for i, (begin, end, _) in enumerate(figures) if (begin == opened if opened is not None else begin >= start)),
        None,
    )
    if reach == 0:
        return {max(i for i, (_, end, _) in enumerate(figures) if end <= start)}
    if first is None:
        return set()
    return set(range(first, min(first + reach, len(figures))))


def other_words(template: str, draw: random.Random) -> str:
    """The summary in other words: openings, synonyms, spellings of figures."""
    for words, others in SAME:
        if words in template and draw.random() < 0.5:
            # Not inside a group, whose wording is the point.
            parts = re.split(r"(\{[^{}]*\})", template)
            chosen = draw.choice(others)
            template = "".join(p if p.startswith("{") else p.replace(words, chosen, 1) for p in parts)
    template = re.sub(r"\[([^\[\]{}]+)\]", lambda found: f"[{respelled(found[1], draw)}]", template)
    return draw.choice(OPENINGS) + template.replace("今年今年", "今年")


def respelled(figure: str, draw: random.Random) -> str:
    """A figure with other digits that say no more than its own: 196.43亿元 → 196.4亿元, 1.12万人 → 11200人."""
    found = re.fullmatch(r"(\d+)\.(\d+)(亿元|万元|%|万人次|万人|万吨|亿千瓦时|万亩)", figure)
    if found and draw.random() < 0.35:
        whole, places, unit = found.groups()
        if len(places) >= 2 and len(whole) + len(places) >= 4 and places[-1] not in "5":
            tenths = round(int(whole + places) / 10)
            digits = str(tenths).zfill(len(places))
            return f"{digits[: -(len(places) - 1)]}.{digits[-(len(places) - 1) :]}{unit}"
        if unit in ("万人", "万亩", "万人次") and len(places) <= 3:
            return f"{int(whole + places) * 10 ** (4 - len(places))}{unit[1:]}"
    found = re.fullmatch(r"(\d)(\d{3})([人户家件套名个元]+)", figure)
    if found and draw.random() < 0.3:
        return f"{found[1]},{found[2]}{found[3]}"
    found = re.fullmatch(r"(\d+)%", figure)
    if found and draw.random() < 0.1:
        return f"百分之{found[1]}"
    return figure


def pairs(source: Document, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The faithful pairs of a document, and its faulty ones by kind."""
    for style, template, place in source.summaries:
        groups = [choice(found) for found in GROUP.findall(template)]
        draw = random.Random(hashlib.sha256(f"{split} {source.id} {template}".encode()).hexdigest())
        seen = set()
        for turn in range(FAITHFUL_PER_SUMMARY * 3):
            worded = other_words(template, draw) if turn else template
            text, figures, _ = render(worded, [draw.choice(group.right) for group in groups])
            if text not in seen and len(seen) < FAITHFUL_PER_SUMMARY:
                seen.add(text)
                yield "", row(source, style, text, figures, set(), "")
        for number, group in enumerate(groups):
            for wrong in group.wrong:
                worded = other_words(template, draw) if draw.random() < 0.5 else template
                # Wording changes no group, so the numbers of the groups stay.
                picks = [draw.choice(each.right) for each in groups]
                picks[number] = wrong
                text, figures, places = render(worded, picks)
                bad = spoiled(figures, places[number], group.reach)
                if not bad:
                    raise SystemExit(f"{place}: no figure follows {{{'|'.join(group.right)}~{group.kind}…}}")
                if group.kind in ("target", "forecast") and not DONE.search(wrong):
                    before = text[text.rfind("。", 0, figures[min(bad)][0]) + 1 : figures[min(bad)][0]]
                    if AHEAD.search(before):
                        continue
                yield group.kind, row(source, style, text, figures, bad, group.kind)


def inheriting(text: str, figures: list[Figure], bad: set[int], kind: str) -> set[int]:
    """Figures after the planted word in its sentence, which it may govern too: they count neither way."""
    if kind not in CARRIED:
        return set()
    end = text.find("。", figures[max(bad)][1])
    later = range(max(bad) + 1, len(figures))
    return {index for index in later if end < 0 or figures[index][0] < end}


def row(source: Document, style: str, text: str, figures: list[Figure], bad: set[int], kind: str) -> dict[str, Any]:
    """One pair as it is written."""
    open_to_doubt = inheriting(text, figures, bad, kind)
    claims = [
        {
            "start": start,
            "end": end,
            "text": text[start:end],
            "verdict": "contradicted" if index in bad else None if index in open_to_doubt else "supported",
            "kind": kind if index in bad else ("derived" if derived else None),
            "field": FIELDS[kind] if index in bad else None,
        }
        for index, (start, end, derived) in enumerate(figures)
    ]
    styles = {"A": "careful", "B": "careless", "H": "headline"}
    return {"source": source.id, "style": styles[style], "fault": kind or None, "summary": text, "claims": claims}


def build(split: str, pages: Pages) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of one half, with their sources."""
    found = [each for path in sorted(FOLDER.glob(f"written/{split}-*.txt")) for each in documents(path, pages)]
    faithful, faulty = [], {}
    for source in found:
        for kind, made in pairs(source, split):
            (faithful if not kind else faulty.setdefault(kind, [])).append(made)
    draw = random.Random(f"{split} faults")
    for kind in sorted(faulty):
        draw.shuffle(faulty[kind])
    kept = [made for kind in sorted(faulty) for made in faulty[kind][: FAULTS_PER_KIND[split]]]
    rows = faithful + kept
    rows.sort(key=lambda made: (made["source"], made["fault"] or "", made["summary"]))
    rows = [{"id": f"{split}-{number:04d}", **made} for number, made in enumerate(rows, 1)]
    return rows, [{"id": s.id, "published": s.published, "text": s.text} for s in found]


def main() -> None:
    """Write the files, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    checked = parser.parse_args().check
    pages, same = sources(), True
    for split in ("dev", "test"):
        rows, documents_of_split = build(split, pages)
        for name, content in ((f"{split}.jsonl", rows), (f"{split}-sources.jsonl", documents_of_split)):
            text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in content)
            file = FOLDER / name
            if checked:
                same = same and file.exists() and file.read_text("utf-8") == text
            else:
                file.write_text(text, encoding="utf-8")
        report(split, rows, documents_of_split)
    if not same:
        sys.exit("corpora/verify is not what corpora/verify/written gives; run python scripts/verify_set.py")


def report(split: str, rows: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    """Print how many there are of each kind."""
    claims = [claim for each in rows for claim in each["claims"]]
    kinds = sorted({each["fault"] for each in rows if each["fault"]})
    faithful = sum(not each["fault"] for each in rows)
    print(f"{split}: {len(found)} sources, {len(rows)} pairs ({faithful} faithful), {len(claims)} claims")
    print("  " + ", ".join(f"{kind} {sum(each['fault'] == kind for each in rows)}" for kind in kinds))


if __name__ == "__main__":
    main()
