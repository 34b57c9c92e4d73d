"""How well `--dedup` tells reprints from pages that only look alike.

    python benchmarks/duplicates.py [--half test|dev] [--streams 5]

Of each composed page there are reprints (trimmed, under another headline, wrapped otherwise, all three) and pages of
the same form that are none: of another county (other names and figures), of another year (the same names, other
figures), and of another county with the same figures. All come in shuffled streams. A mark is right where both pages
are reprints of one. Thresholds were chosen on the half `dev`. Exit status 1 where precision is below 0.98.
"""

import argparse
import gzip
import json
import random
import re
import sys
import textwrap
import time
from collections import Counter

import composed

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"20[0-3]\d")
_LABELS = ("LOC", "ORG", "PER")


def pages(half):
    """Texts with their names, each once; every second belongs to the other half."""
    from govclaim.batch.duplicates import normal

    seen, found = set(), []
    for path in sorted(composed.DRAFTS.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                page = json.loads(line)
                key = normal(page["text"])[:200]
                if key not in seen:
                    seen.add(key)
                    found.append((page["text"], {(name["text"], name["label"]) for name in page["entities"]}))
    return found[half == "test" :: 2]


def trimmed(text, dice):
    """The text without up to 40 % of it, at its beginning, its end, or both."""
    keep = round(len(text) * dice.uniform(0.6, 0.95))
    start = dice.choice((0, dice.randint(0, len(text) - keep), len(text) - keep))
    return text[start : start + keep]


def headlined(text, dice, others):
    """The text under another headline, with another source line."""
    _, _, rest = text.partition("\n")
    clause = dice.choice([part for part in re.split("[，。；\n]", text) if len(part) > 5])
    head = dice.choice((clause, clause[:8] + "：" + dice.choice(others).partition("\n")[0][:12], "快讯｜" + clause))
    source = dice.choice(("青石县融媒体中心", "今日北苑", "县政府网"))
    return f"{head}\n来源：{source}　编辑：{dice.choice('王李张')}敏\n{rest}"


def wrapped(text, dice):
    """The text with its lines broken elsewhere, as a page's layout does."""
    width = dice.randint(15, 45)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    broken = [piece for line in lines for piece in textwrap.wrap(line, width, break_on_hyphens=False)]
    return dice.choice(("\n", "\r\n", "\n\n")).join(dice.choice(("", "　　", " ")) + piece for piece in broken)


def other_figures(text, dice):
    """The text with other digits, and years one later."""

    def drawn(match):
        if _YEAR.fullmatch(match[0]):
            return str(int(match[0]) + 1)
        return "".join(dice.choice("123456789") for _ in match[0])

    return _DIGITS.sub(drawn, text)


def other_names(text, names, pool, dice):
    """The text with each of its names replaced by another of its kind."""
    others = {name: dice.choice(pool[label]) for name, label in sorted(names)}
    if not others:
        return text
    longest = sorted(others, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), lambda match: others[match[0]], text)


def stream(found, dice):
    """Rows of kind, identity and text; reprints of one page share its identity."""
    pool = {label: sorted({name for _, names in found for name, kind in names if kind == label}) for label in _LABELS}
    texts = [text for text, _ in found]
    for number, (text, names) in enumerate(found):
        yield "original", number, text
        yield "trimmed", number, trimmed(text, dice)
        yield "another headline", number, headlined(text, dice, texts)
        yield "wrapped", number, wrapped(text, dice)
        yield "all three", number, wrapped(headlined(trimmed(text, dice), dice, texts), dice)
        yield "another county", f"{number} county", other_figures(other_names(text, names, pool, dice), dice)
        if len(_DIGITS.findall(text)) >= 5:
            yield "another year", f"{number} year", other_figures(text, dice)
        if len(names) >= 5:
            yield "another county, same figures", f"{number} names", other_names(text, names, pool, dice)


def told(rows):
    """For each page of a stream what it is: new, a reprint missed, a mark that is right, or one that is wrong."""
    from govclaim.batch.duplicates import marked
    from govclaim.batch.records import Record

    seen = set()
    for record in marked(Record(str(number), text) for number, (_, _, text) in enumerate(rows)):
        kind, identity, _ = rows[int(record.id)]
        first = (record.meta or {}).get("duplicate_of")
        again = identity in seen
        seen.add(identity)
        if first is None:
            yield kind, "missed" if again else "new"
        else:
            yield kind, "right" if rows[int(first)][1] == identity else "wrong"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("test", "dev"), default="test")
    parser.add_argument("--streams", type=int, default=5, help="each drawn and shuffled anew")
    options = parser.parse_args()
    counts, seconds, characters = Counter(), 0.0, 0
    for seed in range(1, options.streams + 1):
        dice = random.Random(seed)
        rows = list(stream(pages(options.half), dice))
        dice.shuffle(rows)
        characters += sum(len(text) for *_, text in rows)
        began = time.process_time()
        here = Counter(told(rows))
        seconds += time.process_time() - began
        counts += here
        print(f"stream {seed}: {len(rows):,} pages, precision {precision(here):.4f}, recall {recall(here):.4f}")
    print(f"half {options.half}, all streams:{'':<10}{'new':>8}{'right':>8}{'missed':>8}{'wrong':>8}")
    for kind in sorted({kind for kind, _ in counts}):
        print(f"  {kind:<30}" + "".join(f"{counts[kind, what]:>8}" for what in ("new", "right", "missed", "wrong")))
    print(f"precision {precision(counts):.4f}, recall {recall(counts):.4f}")
    number = counts.total()
    print(f"{seconds / number * 1000:.2f} ms a page (processor) of {characters / number:,.0f} characters")
    sys.exit(precision(counts) < 0.98)


def precision(counts):
    """Right marks among all marks."""
    right, wrong = (sum(counts[key] for key in counts if key[1] == what) for what in ("right", "wrong"))
    return right / (right + wrong)


def recall(counts):
    """Right marks among all pages that should have one."""
    right, missed = (sum(counts[key] for key in counts if key[1] == what) for what in ("right", "missed"))
    return right / (right + missed)


if __name__ == "__main__":
    main()
