"""UIMA CAS XMI: the folder of the exporter, or archives as INCEpTION exports them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.exports.targets import document_id
from govclaim.exports.xmi import DOCUMENT, TOKEN, TYPE_NAMES
from govclaim.extras import required
from govclaim.formats import Refused
from govclaim.marks.model import CHOICES, LAYERS, TYPES, Mark, noted
from govclaim.marks.together import assemble
from govclaim.schema import Annotation

__all__ = ["read"]

_LABELS = {"PERSON": "PER", "LOCATION": "LOC", "ORGANIZATION": "ORG"}


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read CAS files.

    Args:
        source: A folder with ``TypeSystem.xml`` and ``.xmi`` files, a folder of ``.zip`` files that hold both, or one
            such file.
        base: The annotations that had been exported, by id; gives layers that were left out.
        layers: Which the files stand for; ``None`` for all.

    Raises:
        InputError: dkpro-cassis is not installed, or there is no CAS at ``source``.
    """
    cassis = required("cassis", "xmi")
    for path, described, content in _files(source):
        id = document_id(path.stem)
        try:
            types = cassis.load_typesystem(io.BytesIO(described))
            cas = cassis.load_cas_from_xmi(io.BytesIO(content), typesystem=types, lenient=True)
            id, rest = _beside(cas, id)
            held = LAYERS if layers is None else layers
            before = base.get(id)
            text = cas.sofa_string or ""
            yield assemble(text, id, list(_marks(cas)), base=before, held=held, rest=rest, where=str(path))
        except GovclaimError as error:
            yield Refused(id, type(error)(error.message, where=error.where or str(path), hint=error.hint))
        except Exception as error:  # whatever lxml and cassis find wrong in a file
            message = f"the file is no CAS ({type(error).__name__}: {error})"
            yield Refused(id, InputError(message, where=str(path), hint="export it again as UIMA CAS XMI"))


def _files(source: Path) -> Iterator[tuple[Path, bytes, bytes]]:
    """Each CAS with its type system."""
    hint = "give a folder with TypeSystem.xml and .xmi files, or a .zip of INCEpTION's"
    paths = sorted(source.iterdir()) if source.is_dir() else [source]
    found = False
    for path in paths:
        if path.suffix == ".zip":
            found = True
            yield from _zipped(path, hint)
        elif path.suffix == ".xmi":
            found = True
            described = path.with_name("TypeSystem.xml")
            if not described.exists():
                raise InputError("there is no TypeSystem.xml beside the file", where=str(path), hint=hint)
            yield path, described.read_bytes(), path.read_bytes()
    if not found:
        raise InputError("there is no CAS", where=str(source), hint=hint)


def _zipped(path: Path, hint: str) -> Iterator[tuple[Path, bytes, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            types = [name for name in names if name.lower().endswith("typesystem.xml")]
            if not types:
                raise InputError("there is no TypeSystem.xml in the archive", where=str(path), hint=hint)
            for name in names:
                if name.endswith(".xmi"):
                    yield Path(name), archive.read(types[0]), archive.read(name)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"the archive cannot be read ({error})", where=str(path), hint=hint) from error


def _beside(cas: Any, name: str) -> tuple[str, Mapping[str, Any] | None]:
    """The document's id, and what it has beside its marks."""
    known = cas.typesystem.contains_type(DOCUMENT)
    for found in cas.select(DOCUMENT) if known else ():
        rest = dict(schema.parse_json(found.remainder)) if found.remainder else {}
        if rest.pop("words", None):
            rest["tokens"] = [_token(cas.sofa_string, token) for token in cas.select(TOKEN)]
        return found.documentId or name, rest
    return name, None


def _token(text: str, token: Any) -> dict[str, Any]:
    return {"start": token.begin, "end": token.end, "text": text[token.begin : token.end]}


def _marks(cas: Any) -> Iterator[Mark]:
    for layer, name in TYPE_NAMES.items():
        if not cas.typesystem.contains_type(name):
            continue
        # A CAS is sorted by place; the items' own order is that of their ids.
        yield from sorted((_mark(layer, found) for found in cas.select(name)), key=_natural)


def _natural(mark: Mark) -> list[tuple[bool, int, str]]:
    parts = re.split(r"(\d+)", mark.id or "")
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _mark(layer: str, found: Any) -> Mark:
    value = str(getattr(found, "value", None) or "")
    if not value and layer in ("sentences", "quantities", "times"):
        value = next(type for type, its in TYPES.items() if its == layer)
    value = _LABELS.get(value, value)
    if TYPES.get(value) != layer:
        known = ", ".join(type for type, its in TYPES.items() if its == layer)
        raise InputError(
            f"the value of a {found.type.name} at {found.begin} is {value!r}", hint=f"give it one of {known}"
        )
    choices = {name: text for name in CHOICES[layer] if (text := getattr(found, name, None)) is not None}
    fields = dict(schema.parse_json(found.fields)) if getattr(found, "fields", None) else {}
    if getattr(found, "identifier", None) is not None:
        fields["link"] = found.identifier
    if getattr(found, "identity", None) is not None:
        fields["id"] = found.identity
    array = getattr(found, "arguments", None)
    links = tuple((link.role, str(link.target.xmiID)) for link in (array.elements if array is not None else ()))
    return noted(Mark(str(found.xmiID), value, found.begin, found.end, choices=choices, links=links), fields)
