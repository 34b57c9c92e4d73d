"""UIMA CAS XMI: DKPro Core's types where these exist, and WebAnno's custom layers for the rest.

``xmi`` writes a folder with ``TypeSystem.xml`` and one ``NAME.xmi`` a document, for UIMA and dkpro-cassis.
``inception`` writes ``NAME.zip`` with both, which is what INCEpTION uploads as "UIMA CAS XMI (XML 1.0)". Names are
DKPro's ``NamedEntity``, so they open in any project; quantities, times, claims and parts need span layers of these
names there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.exports.targets import file_name, whole_folder
from govclaim.extras import required
from govclaim.formats import Refused, distinct
from govclaim.marks.apart import explode, remainder
from govclaim.marks.model import CHOICES, Mark, note, of_layers
from govclaim.marks.words import pieces
from govclaim.schema import Annotation

__all__ = ["DOCUMENT", "LINK", "TOKEN", "TYPE_NAMES", "write", "write_zipped"]

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
_CUSTOM = "webanno.custom"
TYPE_NAMES: Mapping[str, str] = {
    "sentences": f"{_DKPRO}.segmentation.type.Sentence",
    "entities": f"{_DKPRO}.ner.type.NamedEntity",
    "quantities": f"{_CUSTOM}.Quantity",
    "times": f"{_CUSTOM}.Time",
    "claims": f"{_CUSTOM}.Claim",
    "parts": f"{_CUSTOM}.Part",
}
"""The UIMA type of each layer's marks."""

TOKEN = f"{_DKPRO}.segmentation.type.Token"
"""The UIMA type of words."""

LINK = f"{_CUSTOM}.ArgumentLink"
"""The UIMA type of a link: ``role`` and ``target``, as WebAnno's slots have it."""

DOCUMENT = f"{_CUSTOM}.GovclaimDocument"
"""The UIMA type of what a document has beside its marks: its id, and JSON."""

_ANNOTATION = "uima.tcas.Annotation"
_STRING = "uima.cas.String"
_ILLEGAL = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)))  # in XML 1.0


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write a folder for UIMA.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        The documents that were set aside, such as those with control characters, which XML cannot hold.

    Raises:
        InputError: dkpro-cassis is not installed.
    """
    types = _types()

    def put(folder: Path, name: str, content: bytes) -> None:
        (folder / f"{name}.xmi").write_bytes(content)

    def begin(folder: Path) -> None:
        (folder / "TypeSystem.xml").write_text(types.to_xml(), encoding="utf-8")

    return _written(annotations, target, layers, types, begin, put)


def write_zipped(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write a folder of archives for INCEpTION.

    Args:
        annotations: Any number.
        target: The folder.
        layers: Which to write.

    Returns:
        As ``write``.

    Raises:
        InputError: dkpro-cassis is not installed.
    """
    types = _types()
    described = types.to_xml()

    def put(folder: Path, name: str, content: bytes) -> None:
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("TypeSystem.xml", described)
            archive.writestr(f"{name}.xmi", content)

    return _written(annotations, target, layers, types, lambda folder: None, put)


def _written(
    annotations: Iterable[Annotation],
    target: Path,
    layers: Sequence[str],
    types: Any,
    begin: Callable[[Path], None],
    put: Callable[[Path, str, bytes], None],
) -> list[Refused]:
    refused: list[Refused] = []
    with whole_folder(target) as folder:
        begin(folder)
        for annotation in distinct(annotations, refused):
            try:
                put(folder, file_name(annotation.id), _document(annotation, layers, types))
            except GovclaimError as error:
                refused.append(Refused(annotation.id, error))
    return refused


def _types() -> Any:
    """The type system."""
    cassis = required("cassis", "xmi")
    types = cassis.TypeSystem()

    def add(name: str, parent: str, **features: str) -> None:
        made = types.create_type(name=name, supertypeName=parent)
        for feature, range in features.items():
            element = LINK if range == "uima.cas.FSArray" else None
            types.create_feature(made, name=feature, rangeType=range, elementType=element)

    common = {"identity": _STRING, "fields": _STRING}
    add(LINK, "uima.cas.TOP", role=_STRING, target=_ANNOTATION)
    add(DOCUMENT, _ANNOTATION, documentId=_STRING, remainder=_STRING)
    add(TOKEN, _ANNOTATION)
    for layer, name in TYPE_NAMES.items():
        own = {"value": _STRING, **({"identifier": _STRING} if layer == "entities" else {})}
        choices = dict.fromkeys(CHOICES[layer], _STRING)
        add(name, _ANNOTATION, **own, **choices, **common, arguments="uima.cas.FSArray")
    return types


def _document(annotation: Annotation, layers: Sequence[str], types: Any) -> bytes:
    cassis = required("cassis", "xmi")
    _check(annotation)
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string = annotation.text
    cas.sofa_mime = "text/plain"
    rest = schema.to_json({**remainder(annotation, without=("tokens",)), "words": annotation.tokens is not None})
    length = len(annotation.text)
    cas.add(types.get_type(DOCUMENT)(begin=0, end=length, documentId=annotation.id, remainder=rest))
    marks = of_layers(explode(annotation), layers)
    for start, end in _words(annotation, marks):
        cas.add(types.get_type(TOKEN)(begin=start, end=end))
    made = {mark.key: _feature_structure(mark, types) for mark in marks}
    link, array = types.get_type(LINK), types.get_type("uima.cas.FSArray")
    for mark in marks:
        if mark.links:
            links = [link(role=role, target=made[key]) for role, key in mark.links]
            made[mark.key].arguments = array(elements=links)
        cas.add(made[mark.key])
    written: str = cas.to_xmi(pretty_print=True)
    return written.encode("utf-8")


def _feature_structure(mark: Mark, types: Any) -> Any:
    fields = dict(note(mark))
    identity = fields.pop("id", None)
    more = {"identifier": fields.pop("link", None)} if mark.layer == "entities" else {}
    return types.get_type(TYPE_NAMES[mark.layer])(
        begin=mark.start,
        end=mark.end,
        value=mark.type,
        identity=identity,
        fields=schema.to_json(fields) if fields else None,
        **more,
        **(mark.choices or {}),
    )


def _words(annotation: Annotation, marks: Iterable[Mark]) -> Iterator[tuple[int, int]]:
    """The annotation's words; else such as INCEpTION needs, which shows and selects by words."""
    if annotation.tokens is not None:
        yield from ((token.start, token.end) for token in annotation.tokens)
        return
    for start, end in pieces(annotation, (edge for mark in marks for edge in (mark.start, mark.end))):
        if annotation.text[start:end].strip():
            yield start, end


def _check(annotation: Annotation) -> None:
    for position, character in enumerate(annotation.text):
        if character in _ILLEGAL or "\ud800" <= character <= "\udfff":
            raise InputError(
                f"XML cannot hold the character U+{ord(character):04X} at {position}",
                where=f"record {annotation.id!r}",
                hint="keep this document as JSON, or export it to another format",
            )
