"""Time against length: twice the text must take about twice the time, whatever the text.

    python benchmarks/linear.py [--limit 3.0]

Exit status 1 where doubling the text more than ``--limit``-folds the time.
"""

import argparse
import os
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

ARTICLE = (Path(__file__).parents[1] / "corpora" / "raw" / "beiyuan.txt").read_text("utf-8")
TEXTS = {
    "article": lambda size: (ARTICLE * (size // len(ARTICLE) + 1))[:size],
    "digits": lambda size: "9" * size,
    "numerals": lambda size: "一" * size,
    "brackets": lambda size: "（" * size,
    "quotes": lambda size: "“" * size,
    "breaks": lambda size: "有\n" * (size // 2),
    "figures": lambda size: "有" + "3家、5%、" * (size // 6) + "。",
    "times": lambda size: "2025年3月" * (size // 7) + "。",
    "names": lambda size: "青石县人民政府" * (size // 7) + "。",
}
SIZES = (12_500, 25_000, 50_000)


def main():
    import govclaim

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=3.0)
    options = parser.parse_args()
    nlp = govclaim.load(segmenter="characters")
    govclaim.annotate(ARTICLE, nlp=nlp)
    print(f"{'text':<12}" + "".join(f"{size:>10,}" for size in SIZES) + "  characters; seconds, growth by doubling")
    bad = False
    for name, make in TEXTS.items():
        seconds = []
        for size in SIZES:
            text = make(size)
            began = time.perf_counter()
            govclaim.annotate(text, published="2026-01-20", nlp=nlp, numerals=True)
            seconds.append(time.perf_counter() - began)
        growth = seconds[-1] / seconds[-2]
        bad = bad or growth > options.limit
        print(f"{name:<12}" + "".join(f"{one:>10.2f}" for one in seconds) + f"  x {growth:.1f}")
    sys.exit(bad)


if __name__ == "__main__":
    main()
