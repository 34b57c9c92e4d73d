"""spaCy's ``DocBin``, ours or another's.

A layer is its group in ``doc.spans`` where there is one; names are else ``doc.ents``, and sentences ``doc.sents``. The
fields of an item come from the annotation that went along, or from ``base``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govclaim import schema
from govclaim.errors import GovclaimError, InputError
from govclaim.exports.docbin import KEY
from govclaim.formats import Refused
from govclaim.marks.apart import explode
from govclaim.marks.model import CHOICES, LAYERS, Mark
from govclaim.marks.together import assemble
from govclaim.schema import Annotation

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["read"]

_TYPES = {"sentences": "Sentence", "quantities": "Quantity", "times": "Time"}
_NAMES = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC"}
_ALLOWED = {"entities": ("LOC", "ORG", "PER"), "claims": ("Level", "Change", "Rank", "Share")}
_LABELLED = {"sentences": "kind", "quantities": "dimension", "times": "kind"}


def read(
    source: Path, *, base: Mapping[str, Annotation], layers: Sequence[str] | None = None
) -> Iterator[Annotation | Refused]:
    """Read the file.

    Args:
        source: The ``.spacy`` file.
        base: The annotations that had been exported, by id, for documents that no longer carry theirs.
        layers: Which to read from the spans; ``None`` for all that a document has.

    Raises:
        InputError: The file cannot be read.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        docs = DocBin().from_bytes(source.read_bytes()).get_docs(Vocab())
    except Exception as error:  # zlib's, msgpack's, the system's
        message = f"the file is no DocBin ({type(error).__name__}: {error})"
        raise InputError(message, where=str(source), hint="give a .spacy file") from error
    for number, doc in enumerate(docs, 1):
        id = f"document {number}"
        where = f"{source}, document {number}"
        try:
            before = _carried(doc, where)
            id = id if before is None else before.id
            before = base.get(id, before)
            held = [layer for layer in layers or LAYERS if _has(doc, layer)]
            marks = list(_marks(doc, held, before))
            yield assemble(doc.text, id, marks, base=before, held=held, parts=False, where=where)
        except GovclaimError as error:
            yield Refused(id, type(error)(error.message, where=error.where or where, hint=error.hint))


def _carried(doc: Doc, where: str) -> Annotation | None:
    """The annotation that went along."""
    held = doc.user_data.get(KEY)
    if isinstance(held, Annotation):  # the components are loaded, and have read it
        return held
    return schema.loads(held["__govclaim__"], where=where) if isinstance(held, dict) else None


def _has(doc: Doc, layer: str) -> bool:
    if layer in doc.spans:
        return True
    if layer == "entities":
        return doc.has_annotation("ENT_IOB")
    return layer == "sentences" and doc.has_annotation("SENT_START")


def _spans(doc: Doc, layer: str) -> Iterator[Any]:
    if layer in doc.spans:
        yield from doc.spans[layer]
    elif layer == "entities":
        yield from doc.ents
    else:
        for sentence in doc.sents:
            words = [token for token in sentence if not token.is_space]
            if words:
                yield doc[words[0].i : words[-1].i + 1]


def _marks(doc: Doc, layers: Sequence[str], base: Annotation | None) -> Iterator[Mark]:
    before = {} if base is None else {mark.id: mark for mark in explode(base)}
    for layer in layers:
        for number, span in enumerate(_spans(doc, layer)):
            type = _TYPES.get(layer) or _NAMES.get(span.label_, span.label_)
            type = type.capitalize() if layer == "claims" else type
            if type not in _ALLOWED.get(layer, (type,)):
                allowed = ", ".join(name.upper() if layer == "entities" else name.lower() for name in _ALLOWED[layer])
                raise InputError(f"a span of {layer} has the label {span.label_!r}", hint=f"labels are {allowed}")
            twin = before.get(span.id_) if span.id_ else None
            key = f"{layer} {number}"
            yield Mark(key, type, span.start_char, span.end_char, span.id_ or None, choices=_choices(layer, span, twin))


def _choices(layer: str, span: Any, twin: Mark | None) -> Mapping[str, str] | None:
    """The fields of lists, with what the span's label says of them; ``None`` where it says nothing."""
    name = _LABELLED.get(layer)
    if name is None or span.label_ not in CHOICES[layer][name]:
        return None
    return {**((twin.choices if twin is not None else None) or {}), name: span.label_}
