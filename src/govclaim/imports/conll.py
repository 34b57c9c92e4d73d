"""CoNLL: columns of words and tags (BIO, BIOES or BILOU), ours or another's.

The text of a document comes from ``base``, document by document in order. Without one, our own columns of offsets
place the words, and a file without them is read as words one after the other, a line a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from govclaim.errors import GovclaimError, InputError
from govclaim.exports.conll import LAYERS
from govclaim.formats import Refused
from govclaim.imports import sources
from govclaim.marks.apart import explode
from govclaim.marks.model import Mark
from govclaim.marks.together import assemble
from govclaim.schema import Annotation

__all__ = ["read"]

_TYPES = {
    "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "NS": "LOC",
    "ORG": "ORG", "NT": "ORG",
    "PER": "PER", "PERSON": "PER", "NR": "PER",
    "QUANTITY": "Quantity", "TIME": "Time",
}  # fmt: skip
_SPACES = frozenset("\n\r\t\f\v \x1c\x1d\x1e\x1f\x85\xa0\u3000\u2028\u2029")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    tags: tuple[str, ...]
    place: tuple[int, int] | None
    line: int


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read the file.

    Args:
        source: The file.
        base: The annotations that had been exported, in the same order; gives the texts and all other layers.
        layers: Which columns to read; ``None`` for all.

    Yields:
        One for each document; without a base its id is ``document 1`` and so on.
    """
    befores = list(base.values())
    documents = list(_documents(sources.text_of(source)))
    if befores and len(befores) != len(documents):
        message = f"the file has {len(documents)} documents, the base {len(befores)}"
        raise InputError(message, where=str(source), hint="give the base that had been exported, whole and in order")
    for number, sentences in enumerate(documents, 1):
        before = befores[number - 1] if befores else None
        id = f"document {number}" if before is None else before.id
        try:
            yield _annotation(id, sentences, before, layers, source)
        except GovclaimError as error:
            yield Refused(id, type(error)(error.message, where=error.where or str(source), hint=error.hint))


def _documents(text: str) -> Iterator[list[list[_Word]]]:
    sentences: list[list[_Word]] = [[]]
    begun = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("-DOCSTART-"):
            if begun or sentences != [[]]:
                yield [sentence for sentence in sentences if sentence]
            sentences, begun = [[]], True
        elif line.strip():
            sentences[-1].append(_word(line.rstrip("\r"), number))
        elif sentences[-1]:
            sentences.append([])
    if begun or sentences != [[]]:
        yield [sentence for sentence in sentences if sentence]


def _word(line: str, number: int) -> _Word:
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) > 3 and columns[1].isdecimal() and columns[2].isdecimal():
        return _Word(columns[0], tuple(columns[3:]), (int(columns[1]), int(columns[2])), number)
    return _Word(columns[0], tuple(columns[-1:]) if len(columns) > 1 else ("O",), None, number)


def _annotation(
    id: str, sentences: list[list[_Word]], base: Annotation | None, layers: Sequence[str] | None, source: Path
) -> Annotation:
    text, places = _placed(sentences) if base is None else (base.text, _found(sentences, base.text, source))
    words = [word for sentence in sentences for word in sentence]
    marks: list[Mark] = []
    for column in range(max((len(word.tags) for word in words), default=0)):
        tags = [word.tags[column] if column < len(word.tags) else "O" for word in words]
        for type, first, last in _spans(tags, words, source):
            start, end = places[first][0], places[last][1]
            marks.append(Mark(f"{type} {start} {end}", type, start, end))
    ours = words[0].place is not None if words else True
    held = set(LAYERS if ours and layers is None else layers or ("entities",))
    if base is None:
        at = 0
        for number, sentence in enumerate(sentences, 1):
            start, end = places[at][0], places[at + len(sentence) - 1][1]
            marks.append(Mark(f"sentence {number}", "Sentence", start, end))
            at += len(sentence)
        held.add("sentences")
    kept = [mark for mark in marks if mark.layer in held]
    return assemble(text, id, _widened(kept, base), base=base, held=held, parts=False, where=str(source))


def _widened(marks: list[Mark], base: Annotation | None) -> Iterator[Mark]:
    """Marks with the white space at their edges that words do not have, where the base had it."""
    known = {} if base is None else {(m.type, *_core(base.text, m.start, m.end)): m for m in explode(base)}
    for mark in marks:
        twin = known.get((mark.type, mark.start, mark.end))
        yield mark if twin is None else Mark(mark.key, mark.type, twin.start, twin.end)


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _SPACES:
        start += 1
    while end > start and text[end - 1] in _SPACES:
        end -= 1
    return start, end


def _placed(sentences: list[list[_Word]]) -> tuple[str, list[tuple[int, int]]]:
    """A text made of words: at their own offsets where they have them, else one after the other."""
    words = [word for sentence in sentences for word in sentence]
    if words and all(word.place is not None for word in words):
        text = ""
        places = [word.place for word in words if word.place is not None]
        for word, (start, end) in zip(words, places, strict=True):
            text += " " * (start - len(text)) + word.text.ljust(end - start)
        return text, places
    lines, places, at = [], [], 0
    for sentence in sentences:
        line, before = "", ""
        for word in sentence:
            line += " " if _latin(before[-1:]) and _latin(word.text[:1]) else ""
            places.append((at + len(line), at + len(line) + len(word.text)))
            line, before = line + word.text, word.text
        lines.append(line)
        at += len(line) + 1
    return "\n".join(lines), places


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _found(sentences: list[list[_Word]], text: str, source: Path) -> list[tuple[int, int]]:
    """Where the words stand in the text, white space aside."""
    places, at = [], 0
    for word in (word for sentence in sentences for word in sentence):
        start: int | None = None
        for character in word.text:
            while at < len(text) and text[at] != character and text[at].isspace():
                at += 1
            if text[at : at + 1] != character:
                message = f"the word {word.text!r} does not stand in the text"
                hint = "give the base that had been exported"
                raise InputError(message, where=f"{source}:{word.line}", hint=hint)
            start = at if start is None else start
            at += 1
        places.append((at if start is None else start, at))
    return places


def _spans(tags: Sequence[str], words: Sequence[_Word], source: Path) -> Iterator[tuple[str, int, int]]:
    """The spans of a column, in BIO, BIOES or BILOU; an I that follows nothing begins one."""
    open_at, open_type = -1, ""
    for index, tag in enumerate([*tags, "O"]):
        prefix, _, label = tag.partition("-")
        if open_at >= 0 and (prefix in ("B", "S", "U", "O") or label != open_type):
            yield _TYPES[open_type.upper()], open_at, index - 1
            open_at = -1
        if prefix == "O" and not label:
            continue
        if prefix not in ("B", "I", "E", "L", "S", "U") or label.upper() not in _TYPES:
            where = f"{source}:{words[index].line}"
            raise InputError(f"there is no tag {tag!r}", where=where, hint="tags are O and B-LOC, I-ORG, S-PER …")
        if open_at < 0:
            open_at, open_type = index, label
        if prefix in ("E", "L", "S", "U"):
            yield _TYPES[label.upper()], open_at, index
            open_at = -1
