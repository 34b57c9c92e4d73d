"""Label Studio: a folder with ``tasks.json`` and the project's ``config.xml``.

Marks are labelled regions, links relations, fields from closed lists choices of the region, and all other fields a
text area of the region that holds JSON. Offsets count code points, as Label Studio has done since 1.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from govclaim import schema
from govclaim.exports.targets import whole_folder
from govclaim.formats import Refused, distinct
from govclaim.marks.apart import explode, remainder
from govclaim.marks.model import CHOICES, ROLES, TYPES, Mark, note, of_layers
from govclaim.schema import Annotation

__all__ = ["CONFIG", "FIELDS", "LABELS", "control", "write"]

LABELS = "label"
"""The control tag that holds the labels."""

FIELDS = "fields"
"""The control tag of the text area."""

CONFIG = "config.xml"
"""The file with the project's labelling interface."""

_COLOURS = {
    "sentences": "#d9d9d9",
    "entities": "#0072b2",
    "quantities": "#d55e00",
    "times": "#cc79a7",
    "claims": "#f0e442",
    "parts": "#009e73",
}  # Okabe and Ito's, which colour-blind readers tell apart


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write the two files that a project is made of.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        The documents that were set aside.
    """
    refused: list[Refused] = []
    with whole_folder(target) as folder:
        (folder / CONFIG).write_text(_config(), encoding="utf-8")
        with (folder / "tasks.json").open("w", encoding="utf-8", newline="\n") as stream:
            before = "[\n"
            for annotation in distinct(annotations, refused):
                stream.write(before + schema.to_json(_task(annotation, layers)))
                before = ",\n"
            stream.write("[]\n" if before == "[\n" else "\n]\n")
    return refused


def control(layer: str, field: str) -> str:
    """The name of the control tag for a field.

    Args:
        layer: Of the mark.
        field: Of ``CHOICES``.
    """
    return f"{layer}_{field}"


def _task(annotation: Annotation, layers: Sequence[str]) -> dict[str, Any]:
    marks = of_layers(explode(annotation), layers)
    results = [result for mark in marks for result in _results(annotation.text, mark)]
    rest = schema.to_json(remainder(annotation, without=("tokens", "numerals")))
    return {
        "data": {"id": annotation.id, "text": annotation.text, "govclaim": rest},
        "annotations": [{"result": results}],
    }


def _results(text: str, mark: Mark) -> Iterator[dict[str, Any]]:
    place = {"start": mark.start, "end": mark.end}
    region = {"id": mark.key, "to_name": "text"}
    value = {**place, "text": text[mark.start : mark.end], "labels": [mark.type]}
    yield {**region, "from_name": LABELS, "type": "labels", "value": value}
    for field, choice in (mark.choices or {}).items():
        name = control(mark.layer, field)
        yield {**region, "from_name": name, "type": "choices", "value": {**place, "choices": [choice]}}
    fields = note(mark)
    if fields:
        written = [schema.to_json(fields)]
        yield {**region, "from_name": FIELDS, "type": "textarea", "value": {**place, "text": written}}
    for role, key in mark.links or ():
        yield {"type": "relation", "from_id": mark.key, "to_id": key, "direction": "right", "labels": [role]}


def _config() -> str:
    lines = ["<View>", "  <Relations>"]
    roles = (*ROLES, "bound", "entity", "time", "sentence")
    lines += [f"    <Relation value={quoteattr(role)}/>" for role in roles]
    lines += ["  </Relations>", f'  <Labels name="{LABELS}" toName="text">']
    lines += [f'    <Label value="{type}" background="{_COLOURS[layer]}"/>' for type, layer in TYPES.items()]
    lines += ["  </Labels>", '  <Text name="text" value="$text" granularity="symbol"/>']
    for layer, fields in CHOICES.items():
        types = ",".join(
            type for type, its in TYPES.items() if its == layer and (layer != "parts" or type == "Speaker")
        )
        for field, values in fields.items():
            lines.append(
                f'  <Choices name="{control(layer, field)}" toName="text" perRegion="true" choice="single-radio" '
                f'whenTagName="{LABELS}" whenLabelValue="{types}">'
            )
            lines += [f'    <Choice value="{value}"/>' for value in values]
            lines.append("  </Choices>")
    lines.append(f'  <TextArea name="{FIELDS}" toName="text" perRegion="true" editable="true" maxSubmissions="1"/>')
    return "\n".join([*lines, "</View>"]) + "\n"
