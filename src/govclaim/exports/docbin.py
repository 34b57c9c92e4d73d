"""spaCy's ``DocBin``: for ``spacy train``, or to be read by any pipeline for Chinese.

Each ``Doc`` has the annotation's words (else a character each), sentence starts, ``doc.ents``, ``doc.spans`` with a
group a layer (label, ``span.id_`` and, for names, ``span.kb_id_``), and the annotation whole: as ``doc._.govclaim``
where govclaim's components are loaded, else as JSON in ``doc.user_data``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from govclaim import schema
from govclaim.exports.targets import whole_file
from govclaim.formats import Refused, distinct
from govclaim.marks.apart import explode
from govclaim.marks.model import LAYERS
from govclaim.marks.words import pieces
from govclaim.schema import Annotation

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

__all__ = ["DISPLACY", "KEY", "document", "label", "write"]

DISPLACY: Mapping[str, Any] = {
    "spans_key": "quantities",
    "colors": {
        **dict.fromkeys(("LOC", "ORG", "PER"), "#56b4e9"),
        **dict.fromkeys(get_args(schema.Dimension), "#e69f00"),
        **dict.fromkeys(get_args(schema.TimeKind), "#cc79a7"),
        **dict.fromkeys(get_args(schema.ClaimType), "#f0e442"),
    },
}
"""Options of ``displacy.render(doc, style="span", options=…)``; ``spans_key`` is a layer. Okabe and Ito's colours."""

KEY: Any = ("._.", "govclaim", None, None)
"""Where spaCy keeps ``doc._.govclaim`` in ``doc.user_data``."""

_STORED = ["ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID", "SENT_START", "SPACY", "NORM"]


def write(annotations: Iterable[Annotation], target: Path, *, layers: Sequence[str]) -> list[Refused]:
    """Write the file.

    Args:
        annotations: Any number.
        target: The ``.spacy`` file.
        layers: Which to write as spans; the annotation goes along whole.

    Returns:
        The documents that were set aside.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    refused: list[Refused] = []
    vocab = Vocab()
    packed = DocBin(attrs=_STORED, store_user_data=True)
    for annotation in distinct(annotations, refused):
        packed.add(document(annotation, vocab, layers=layers))
    with whole_file(target) as path:
        path.write_bytes(packed.to_bytes())
    return refused


def document(annotation: Annotation, vocab: Vocab, *, layers: Sequence[str] = LAYERS) -> Doc:
    """A spaCy ``Doc`` of an annotation, without a pipeline.

    Args:
        annotation: Any.
        vocab: Of the pipeline that shall use it.
        layers: Which to put into ``doc.ents`` and ``doc.spans``.

    Returns:
        The document; ``doc.text`` is the annotation's text.
    """
    from spacy.tokens import Doc
    from spacy.util import filter_spans

    text = annotation.text
    # A claim without a stretch of its own stands at its quantity.
    places = {mark.id: (mark.start, mark.end) for mark in explode(annotation) if mark.layer != "parts"}
    stretches = pieces(annotation, (edge for place in places.values() for edge in place))
    starts = {start: index for index, (start, _) in enumerate(stretches)}
    ends = {end: index + 1 for index, (_, end) in enumerate(stretches)}
    words = [text[start:end] for start, end in stretches]
    firsts = {sentence.start for sentence in annotation.sentences}
    begins = [start in firsts for start, _ in stretches] if "sentences" in layers else None
    doc = Doc(vocab, words=words, spaces=[False] * len(words), sent_starts=begins)  # type: ignore[arg-type]
    for layer in layers:
        spans = []
        for item in getattr(annotation, layer):
            start, end = places[item.id]
            spans.append(_span(doc, starts[start], ends[end], item, layer))
        doc.spans[layer] = spans
        if layer == "entities":
            doc.set_ents(filter_spans(spans))
    doc.user_data[KEY] = {"__govclaim__": schema.dumps(annotation)}
    return doc


def label(item: Any, layer: str) -> str:
    """The label of an item's span.

    Args:
        item: Of the layer.
        layer: Its layer.
    """
    name = {"entities": "label", "quantities": "dimension", "claims": "type"}.get(layer, "kind")
    return getattr(item, name) or ""


def _span(doc: Doc, start: int, end: int, item: Any, layer: str) -> Span:
    from spacy.tokens import Span

    link = getattr(item, "link", None) if layer == "entities" else None
    return Span(doc, start, end, label=label(item, layer), span_id=item.id, kb_id=link or "")
