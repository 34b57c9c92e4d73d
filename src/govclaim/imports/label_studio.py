"""Label Studio: the JSON that it exports, or the folder that was given to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.exports.label_studio import FIELDS, control
from govclaim.formats import Refused
from govclaim.imports import sources
from govclaim.marks.apart import remainder
from govclaim.marks.model import CHOICES, LAYERS, TYPES, Mark, noted
from govclaim.marks.together import assemble
from govclaim.schema import Annotation
from govclaim.units16 import Units16

__all__ = ["read"]

_FIELDS = {control(layer, name): name for layer, known in CHOICES.items() for name in known}


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read tasks with their annotations: of each task the last that was not cancelled, else its prediction.

    Args:
        source: The ``.json`` file, or the folder with ``tasks.json``.
        base: The annotations that had been exported, by id; gives layers that were left out.
        layers: Which the file stands for; ``None`` for all.

    Raises:
        InputError: The file cannot be read or is no list of tasks.
    """
    path = source / "tasks.json" if source.is_dir() else source
    tasks = schema.parse_json(sources.raw_text(path), where=str(path))
    if not isinstance(tasks, list):
        raise InputError("the file is no list of tasks", where=str(path), hint="export the project as JSON")
    for number, task in enumerate(tasks, 1):
        id = None
        try:
            data = task["data"]
            id = str(data.get("id") or task.get("id") or number)
            marks = list(_marks(data["text"], task))
            rest = schema.parse_json(data["govclaim"]) if data.get("govclaim") else None
            held = LAYERS if layers is None else layers
            yield assemble(data["text"], id, marks, base=base.get(id), held=held, rest=_rest(rest, base.get(id)))
        except GovclaimError as error:
            where = f"{path}, task {number}" + (f", {error.where}" if error.where else "")
            yield Refused(id, type(error)(error.message, where=where, hint=error.hint))
        except (KeyError, TypeError, AttributeError):
            hint = "a task has data with a text, and annotations with a result"
            yield Refused(id, InputError("the task is not as expected", where=f"{path}, task {number}", hint=hint))


def _rest(rest: Mapping[str, Any] | None, base: Annotation | None) -> Mapping[str, Any] | None:
    """What the task kept of the document, with the layers that it did not."""
    if rest is None or base is None:
        return rest
    return {**{name: value for name, value in remainder(base).items() if name in ("tokens", "numerals")}, **rest}


def _marks(text: str, task: Mapping[str, Any]) -> Iterator[Mark]:
    done = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
    chosen = done or list(task.get("predictions") or ())
    results = chosen[-1]["result"] if chosen else []
    found: dict[str, Mark] = {}
    choices: dict[str, dict[str, str]] = {}
    links: dict[str, list[tuple[str, str]]] = {}
    notes: dict[str, Any] = {}
    places = _Places(text)
    for result in results:
        kind, value = result["type"], result.get("value") or {}
        if kind == "labels":
            start, end = places.located(value["start"], value["end"], value.get("text"))
            found[result["id"]] = Mark(result["id"], _type(value["labels"]), start, end)
        elif kind == "choices" and result["from_name"] in _FIELDS:
            choices.setdefault(result["id"], {})[_FIELDS[result["from_name"]]] = value["choices"][0]
        elif kind == "textarea" and result["from_name"] == FIELDS:
            written = value["text"][-1] if isinstance(value["text"], list) else value["text"]
            notes[result["id"]] = schema.parse_json(written, where=f"region {result['id']}")
        elif kind == "relation":
            role = (result.get("labels") or [""])[0]
            links.setdefault(result["from_id"], []).append((role, result["to_id"]))
    for key, mark in found.items():
        whole = replace(mark, choices=choices.get(key, {}), links=tuple(links.get(key, ())))
        yield noted(whole, notes.get(key, {}))


def _type(labels: Sequence[str]) -> str:
    if len(labels) == 1 and labels[0] in TYPES:
        return labels[0]
    raise InputError(f"a region has the labels {', '.join(labels)!r}", hint=f"give it one of {', '.join(TYPES)}")


class _Places:
    """Finds regions by offsets and text; versions of Label Studio count astral characters and CR LF differently."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._units = Units16(text)
        self._folded = [i for i, c in enumerate(text) if not (c == "\n" and text[i - 1 : i] == "\r")]
        self._folded.append(len(text))

    def located(self, start: int, end: int, said: str | None) -> tuple[int, int]:
        readings = [(start, end), (self._units.to_points(start), self._units.to_points(end))]
        if end < len(self._folded):
            readings.append((self._folded[start], self._folded[end]))
        for first, last in readings:
            if 0 <= first < last <= len(self._text) and (said is None or _bare(self._text[first:last]) == _bare(said)):
                return first, last
        shown = self._text[start:end][:30]
        hint = "is the text of the task the one that was annotated?"
        raise InputError(f"the text at [{start}, {end}) is {shown!r}, not {(said or '')[:30]!r}", hint=hint)


def _bare(text: str) -> str:
    """Without white space, and without the line breaks that Label Studio writes as a backslash and an n."""
    return re.sub(r"\s|\\n", "", text)
