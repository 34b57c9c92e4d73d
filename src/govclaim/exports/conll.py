"""CoNLL: a word a line with a tag for each layer, an empty line after a sentence.

Columns, between tabs: the word, its first and last code point, and the tags of quantities, times and, last, names, as
readers of two columns expect them. ``-DOCSTART- -X- O O`` stands before each document. Tags are ``B-LOC I-LOC O`` (BIO)
or ``B- I- E- S-`` (BIOES). Where an annotation has no words, each character is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from govclaim.errors import InputError
from govclaim.exports.targets import whole_file
from govclaim.formats import Refused, distinct
from govclaim.marks.words import pieces
from govclaim.schema import Annotation

__all__ = ["DOCUMENT", "LAYERS", "write", "write_bioes"]

DOCUMENT = "-DOCSTART- -X- O O"
"""What stands before each document."""

LAYERS = ("quantities", "times", "entities")
"""The layers that have a column, in the columns' order."""


def write(
    annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str], bioes: bool = False
) -> list[Refused]:
    """Write the file, tagged in BIO.

    Args:
        annotations: Any number.
        target: The file.
        layers: Which columns of tags to write, of ``LAYERS``.
        bioes: BIOES instead.

    Returns:
        The documents that were set aside: those with spans that overlap in one layer.
    """
    refused: list[Refused] = []
    columns = [layer for layer in LAYERS if layer in layers]
    if not columns:
        raise InputError("CoNLL holds none of these layers", hint=f"it holds {', '.join(LAYERS)}")
    with whole_file(target) as path, path.open("w", encoding="utf-8", newline="\n") as stream:
        for annotation in distinct(annotations, refused):
            try:
                stream.write("".join([*_lines(annotation, columns, bioes)]))
            except InputError as error:
                refused.append(Refused(annotation.id, error))
    return refused


write_bioes = partial(write, bioes=True)
"""Write the file, tagged in BIOES."""


def _lines(annotation: Annotation, columns: Sequence[str], bioes: bool) -> Iterator[str]:
    layers = [getattr(annotation, layer) for layer in columns]
    items = [item for layer in (annotation.sentences, *layers) for item in layer]
    words = [
        (start, end, word)
        for start, end in pieces(annotation, (edge for item in items for edge in (item.start, item.end)))
        if (word := "".join(annotation.text[start:end].split()))
    ]
    where = f"record {annotation.id!r}"
    tags = [_tags(layer, words, bioes, f"{where}, {name}") for name, layer in zip(columns, layers, strict=True)]
    firsts = {sentence.start for sentence in annotation.sentences}
    yield f"{DOCUMENT}\n\n"
    for index, (start, end, word) in enumerate(words):
        # A sentence may begin with white space, which is no word.
        if index and any(position in firsts for position in range(words[index - 1][1], start + 1)):
            yield "\n"
        yield "\t".join([word, str(start), str(end), *(column[index] for column in tags)]) + "\n"
    yield "\n"


def _tags(items: Iterable[Any], words: Sequence[tuple[int, int, str]], bioes: bool, where: str) -> list[str]:
    tags = ["O"] * len(words)
    starts = {start: index for index, (start, _, _) in enumerate(words)}
    ends = {end: index for index, (_, end, _) in enumerate(words)}
    for item in sorted(items, key=lambda item: item.start):
        first, last = _first(starts, item), _last(ends, item)
        if first is None or last is None or first > last or any(tag != "O" for tag in tags[first : last + 1]):
            message = f"CoNLL cannot hold {item.text!r} at {item.start}, which overlaps another or has no word"
            raise InputError(message, where=where, hint="leave the layer out with --layers, or choose another format")
        label = getattr(item, "label", None) or ("TIME" if hasattr(item, "kind") else "QUANTITY")
        tags[first : last + 1] = [f"I-{label}"] * (last + 1 - first)
        tags[first] = f"B-{label}"
        if bioes:
            tags[last] = f"{'S' if first == last else 'E'}-{label}"
    return tags


def _first(starts: dict[int, int], item: Any) -> int | None:
    return next((starts[p] for p in range(item.start, item.end) if p in starts), None)


def _last(ends: dict[int, int], item: Any) -> int | None:
    return next((ends[p] for p in range(item.end, item.start, -1) if p in ends), None)
