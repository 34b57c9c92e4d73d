"""brat standoff: a folder with ``NAME.txt`` and ``NAME.ann`` for each document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError, SchemaError
from govclaim.exports.brat import ARGUMENTS, RELATIONS, attribute
from govclaim.exports.targets import document_id
from govclaim.formats import Refused
from govclaim.imports import sources
from govclaim.marks.model import CHOICES, LAYERS, TYPES, Mark, noted
from govclaim.marks.together import assemble
from govclaim.schema import Annotation

__all__ = ["read"]

_TEXT_BOUND = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_ARGUMENT = re.compile(r"(\w+?)\d*:(\S+)")
_ROLES = {name: role for role, name in ARGUMENTS.items()}
_RELATED = {name: role for role, name in RELATIONS.items()}
_FIELDS = {(layer, attribute(layer, name)): name for layer, known in CHOICES.items() for name in known}


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read a folder of brat's.

    Args:
        source: The folder.
        base: The annotations that had been exported, by id; gives metadata, and layers that were left out.
        layers: Which the files stand for; ``None`` for all.

    Yields:
        One for each ``.ann`` file; its id is the file's name.
    """
    for path in sources.folder(source, "*.ann"):
        id = document_id(path.stem)
        try:
            text = sources.raw_text(path.with_suffix(".txt"))
            marks = _Standoff(text, path).marks()
            held = LAYERS if layers is None else layers
            yield assemble(text, id, marks, base=base.get(id), held=held, where=str(path))
        except GovclaimError as error:
            yield Refused(id, error)


@dataclass
class _Standoff:
    """One ``.ann`` file on its way to marks."""

    text: str
    path: Path
    _marks: dict[str, Mark] = field(default_factory=dict)
    _events: dict[str, str] = field(default_factory=dict)
    _links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _choices: dict[str, dict[str, str]] = field(default_factory=dict)
    _notes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def marks(self) -> list[Mark]:
        lines = [line for line in enumerate(sources.text_of(self.path).split("\n"), 1) if line[1].strip()]
        # Text-bound annotations first, then events: the others may stand before what they name.
        for kinds in ("T", "E", "RAM#"):
            for number, line in lines:
                if line[0] in kinds:
                    self._take(number, line.rstrip("\r"))
        for number, line in lines:
            if line[0] not in "TERAM#N*":
                raise self._fault(number, "the line begins with no kind of annotation that brat knows")
        return [self._finished(key, mark) for key, mark in self._marks.items()]

    def _take(self, number: int, line: str) -> None:
        id, _, rest = line.partition("\t")
        data, _, tail = rest.partition("\t")
        take = {"T": self._text_bound, "E": self._event, "R": self._relation, "#": self._note}
        take.get(line[0], self._attribute)(number, id, data, tail)

    def _fault(self, number: int, message: str, hint: str | None = None) -> InputError:
        return InputError(message, where=f"{self.path}:{number}", hint=hint or "correct the line, or delete it")

    def _text_bound(self, number: int, id: str, data: str, tail: str) -> None:
        found = _TEXT_BOUND.fullmatch(data)
        if found is None:
            raise self._fault(number, f"{data!r} is no type with offsets")
        type, offsets = found.groups()
        if type not in TYPES:
            raise self._fault(number, f"there is no type {type!r}", f"types are {', '.join(TYPES)}")
        pieces = [(int(start), int(end)) for start, end in (piece.split() for piece in offsets.split(";"))]
        for (_, end), (start, _) in pairwise(pieces):
            if start < end or self.text[end:start].strip():
                raise self._fault(number, "the annotation is in pieces with text between them", "mark one stretch")
        start, end = pieces[0][0], pieces[-1][1]
        if not start < end <= len(self.text):
            message = f"the offsets {start} {end} do not lie in the text of {len(self.text)} characters"
            raise self._fault(number, message, "is the .txt file the one that was annotated?")
        shown = " ".join(self.text[a:b] for a, b in pieces)
        if tail.strip() and tail != shown:
            message = f"the text at {offsets} is {shown[:30]!r}, not {tail[:30]!r}"
            raise self._fault(number, message, "is the .txt file the one that was annotated?")
        self._marks[id] = Mark(id, type, start, end)

    def _event(self, number: int, id: str, data: str, tail: str) -> None:
        trigger, *arguments = [_ARGUMENT.fullmatch(part) for part in data.split()] or [None]
        if trigger is None or trigger.group(2) not in self._marks:
            raise self._fault(number, f"{data!r} is no event of a mark that is here")
        key = trigger.group(2)
        self._events[id] = key
        for argument in arguments:
            if argument is not None and argument.group(1) in _ROLES:
                self._links.setdefault(key, []).append((_ROLES[argument.group(1)], argument.group(2)))

    def _relation(self, number: int, id: str, data: str, tail: str) -> None:
        type, *arguments = data.split()
        ends = dict(part.partition(":")[::2] for part in arguments)
        if type not in _RELATED or not {"Arg1", "Arg2"} <= ends.keys():
            raise self._fault(number, f"there is no relation {data!r}", f"relations are {', '.join(_RELATED)}")
        self._links.setdefault(self._key(number, ends["Arg1"]), []).append((_RELATED[type], ends["Arg2"]))

    def _attribute(self, number: int, id: str, data: str, tail: str) -> None:
        name, target, *values = data.split() + ["", ""][: max(2 - len(data.split()), 0)]
        key = self._key(number, target)
        known = _FIELDS.get((self._marks[key].layer, name))
        if known is None:
            raise self._fault(number, f"a {self._marks[key].type} has no attribute {name!r}")
        self._choices.setdefault(key, {})[known] = values[0] if values and values[0] else "true"

    def _note(self, number: int, id: str, data: str, tail: str) -> None:
        target = data.split()[-1] if data.split() else ""
        if target not in self._marks and target not in self._events:
            return  # a note on something that is gone, or brat's own (NormalizationNotes)
        key = self._key(number, target)
        if not tail.startswith("{"):
            self._notes.setdefault(key, {})["comment"] = tail
            return
        try:
            note = schema.parse_json(tail)
        except SchemaError as error:
            raise self._fault(number, f"the note is no JSON ({error.message})") from error
        self._notes.setdefault(key, {}).update(note)

    def _key(self, number: int, target: str) -> str:
        key = self._events.get(target, target)
        if key not in self._marks:
            raise self._fault(number, f"there is no annotation {target!r}")
        return key

    def _finished(self, key: str, mark: Mark) -> Mark:
        links = tuple((role, self._events.get(target, target)) for role, target in self._links.get(key, ()))
        return noted(replace(mark, choices=self._choices.get(key, {}), links=links), self._notes.get(key, {}))
