"""Hostile texts and files, by the million characters, through the readers and `annotate`.

    python benchmarks/fuzz.py [--characters 10000000] [--seed 1] [--folder out/soak] [--seconds N]

Round after round a text is made of words that figures are written with, of any Unicode, or of one piece many times
over. It is annotated, and each offset of the result is checked; it is written to a file of some kind, whole and with
bytes changed, and read. A text that takes much longer than most is annotated again at twice the length. Rounds are made
of their number and the seed alone, and those that are done are in ``FOLDER/fuzz-SEED.jsonl``: a run that was stopped
goes on.
Exit status 1 where anything crashed, an offset was wrong, or doubling a text more than trebled its time.
"""

import argparse
import gzip
import io
import json
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

PIECES = [
    *(
        "青石县",
        "人民政府",
        "王晓燕",
        "说",
        "2025年",
        "去年",
        "3月5日",
        "“十四五”期间",
        "一季度",
        "上半年",
        "据介绍",
        "记者",
    ),
    *(
        "新增学位",
        "一般公共预算收入",
        "14.02亿元",
        "２３００余个",
        "同比增长",
        "下降",
        "5%",
        "3—5万吨",
        "翻一番",
        "百分之",
    ),
    *(
        "居全市第二",
        "约",
        "超过",
        "不足",
        "其中",
        "分别",
        "和",
        "、",
        "，",
        "。",
        "；",
        "“",
        "”",
        "（",
        "）",
        "：",
        "《",
        "》",
    ),
    *(
        "一",
        "半",
        "万",
        "亿",
        "两",
        "零",
        "点",
        "1",
        "9",
        "0",
        ".",
        ",",
        "-",
        "—",
        "%",
        "‰",
        "/",
        "～",
        "GDP",
        "km²",
        "℃",
    ),
    *(
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\u3000",
        "\t",
        "\x00",
        "\ufeff",
        "\u200b",
        "🎉",
        "e\u0301",
        "臺灣",
        "萬",
        "Ⅳ",
        "①",
        "〇",
    ),
]
SLOW = 8.0  # times the usual time for a character, from which on growth is measured
LIMIT = 3.0  # growth by doubling


def hostile(dice):
    """A text; from its kind and size on decided by the dice."""
    size = dice.choice((20, 200, 2000, 6000))
    kind = dice.randrange(5)
    if kind == 0:
        return "".join(dice.choices(PIECES, k=size // 2))
    if kind == 1:
        ranges = ((0, 0x2FF), (0x2000, 0x32FF), (0x4E00, 0x9FFF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF))
        return "".join(chr(dice.randint(*dice.choice(ranges))) for _ in range(size // 2))
    if kind == 2:
        few = dice.choices(PIECES, k=dice.randint(1, 3))
        return "".join(few) * (size // len("".join(few)) + 1)
    if kind == 3:
        opening = dice.choice(("（", "“", "《", "《“（", "一、", "其中"))
        return opening * (size // 4) + "".join(dice.choices(PIECES, k=size // 8))
    digits = "0123456789零一二三四五六七八九十百千万亿点.,，：:%-—/ "
    return "".join(dice.choices(digits, k=size // 2)) + dice.choice(PIECES)


def damaged(raw, dice):
    """The bytes with some of them changed, put in or left out, or an end missing."""
    content = bytearray(raw)
    for _ in range(dice.randint(1, 8)):
        if not content:
            break
        at = dice.randrange(len(content))
        how = dice.randrange(4)
        if how == 0:
            content[at] = dice.randrange(256)
        elif how == 1:
            content[at:at] = dice.randbytes(dice.randint(1, 9))
        elif how == 2:
            del content[at : at + dice.randint(1, 40)]
        else:
            del content[at:]
    return bytes(content)


def as_file(text, dice):
    """Name and bytes of a file that holds the text three times, and whether reading must give it back."""
    name = dice.choice(("a.jsonl", "a.json", "a.csv", "a.txt", "a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.html"))
    if name == "a.txt":
        return name, text.encode("utf-8"), None
    if name == "a.html":
        return name, f"<html><body><article><p>{text}</p></article></body></html>".encode(), None
    if name == "a.parquet":
        import pyarrow as pa
        from pyarrow import parquet

        stream = io.BytesIO()
        parquet.write_table(pa.table({"text": [text] * 3}), stream)
        return name, stream.getvalue(), 3
    if name == "a.csv":
        cell = text.replace('"', '""')
        return name, ('text\n"' + f'{cell}"\n"{cell}"\n"{cell}"\n').encode(), None
    if name == "a.json":
        return name, json.dumps([text] * 3).encode(), 3
    raw = "".join(json.dumps({"text": text}, ensure_ascii=dice.random() < 0.5) + "\n" for _ in range(3)).encode()
    if name.endswith(".zst"):
        from backports import zstd

        return name, zstd.compress(raw), 3
    return name, gzip.compress(raw, 1) if name.endswith(".gz") else raw, 3


def read(folder, name, raw):
    """What the readers make of a file: records and rejected ones, never an exception."""
    from govclaim.batch import records, sources
    from govclaim.batch.records import Record

    path = Path(folder) / name
    path.write_bytes(raw)
    found = records.read(sources.files([str(path)]))
    return [records.filled(one) if isinstance(one, Record) else one for one in found]


class Fuzz:
    """The work of a round.

    Attributes:
        usual: Seconds a character, in the mean so far.
    """

    def __init__(self, folder):
        import govclaim

        self.govclaim = govclaim
        self.nlp = govclaim.load(segmenter="characters")
        self.folder = folder
        self.seconds, self.characters = 1.0, 20_000  # to begin with

    def annotated(self, text):
        began = time.process_time()
        annotation = self.govclaim.annotate(text, published="2026-01-20", nlp=self.nlp, numerals=True, check=True)
        return time.process_time() - began, annotation

    def round(self, dice):
        """One round.

        Returns:
            Characters, and what was wrong.
        """
        from govclaim.batch.records import Record
        from govclaim.pipeline.load import Rejected

        text = hostile(dice)
        with self.nlp.memory_zone():
            seconds, annotation = self.annotated(text)
            # reading checks every offset, link and value
            if annotation.text != text or self.govclaim.loads(self.govclaim.dumps(annotation)) != annotation:
                return len(text), "the annotation does not survive a round trip"
            if seconds > 0.2 and seconds / len(text) > SLOW * self.seconds / self.characters:
                growth = self.annotated(text * 2)[0] / min(seconds, self.annotated(text)[0])
                if growth > LIMIT:
                    return len(text), f"twice the text takes {growth:.1f} times as long"
        self.seconds += seconds
        self.characters += len(text)
        name, raw, whole = as_file(text, dice)
        found = read(self.folder, name, raw)
        if whole and [getattr(one, "text", None) for one in found] != [text] * whole and text.strip():
            return len(text), f"{name} is not read back"
        for one in read(self.folder, name, damaged(raw, dice)):
            if not isinstance(one, Record | Rejected):
                return len(text), f"{name} gives a {type(one).__name__}"
            if isinstance(one, Rejected) and not (one.error and one.hint):
                return len(text), f"{name}: an error without words or hint"
        return len(text), None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("out/soak"))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after these")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    log = options.folder / f"fuzz-{options.seed}.jsonl"
    done = [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
    total, wrong = sum(one["characters"] for one in done), [one for one in done if one["wrong"]]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, log.open("a", encoding="utf-8") as stream:
        fuzz = Fuzz(folder)
        number = len(done)
        while total < options.characters and time.monotonic() - began < options.seconds:
            try:
                size, problem = fuzz.round(random.Random(f"{options.seed}:{number}"))
            except Exception:
                size, problem = 0, traceback.format_exc()
            one = {"round": number, "characters": size, "wrong": problem}
            stream.write(json.dumps(one) + "\n")
            stream.flush()
            total, number = total + size, number + 1
            if problem:
                wrong.append(one)
                print(f"round {number - 1}: {problem}")
    print(f"{total:,} characters in {number:,} rounds: {len(wrong)} with something wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
